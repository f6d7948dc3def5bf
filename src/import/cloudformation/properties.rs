//! The properties of CloudFormation's types, and what they are called in AWS's own API: for reading
//! templates here, and for writing them in [`crate::export`].
//!
//! Source, all of them: CloudFormation's schemas of the types. `tests/python/templates.py` holds what is
//! written against them.

use crate::import::parts::MANAGED;

/// What a property becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Becomes {
    /// Text, under a name.
    Text(&'static str),
    /// A number, under a name.
    Number(&'static str),
    /// What it is, under a name.
    Same(&'static str),
    /// What the caller makes of it.
    Other,
    /// Nothing: only AWS sets it.
    Nothing,
}

impl Becomes {
    /// The name in AWS's own API, where the value is the same.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Text(name) | Self::Number(name) | Self::Same(name) => Some(name),
            Self::Other | Self::Nothing => None,
        }
    }
}

/// A property, and what becomes of it.
pub(crate) type Table = [(&'static str, Becomes)];

/// The properties of a rule.
///
/// Only `SamplingRule` and `Tags` are in its
/// documentation now; the others are of its first version, and still in the schema.
pub(super) const PROPERTIES: &Table = &[
    ("SamplingRule", Becomes::Other),
    ("SamplingRuleRecord", Becomes::Other),
    ("SamplingRuleUpdate", Becomes::Other),
    ("RuleName", Becomes::Other),
    ("RuleARN", Becomes::Nothing),
    ("Tags", Becomes::Same("Tags")),
];

/// The properties of `SamplingRule` and of `SamplingRuleUpdate`.
pub(crate) const RULE: &Table = &[
    ("RuleName", Becomes::Other),
    ("RuleARN", Becomes::Nothing),
    ("Priority", Becomes::Number("Priority")),
    ("FixedRate", Becomes::Number("FixedRate")),
    ("ReservoirSize", Becomes::Number("ReservoirSize")),
    ("ServiceName", Becomes::Text("ServiceName")),
    ("ServiceType", Becomes::Text("ServiceType")),
    ("Host", Becomes::Text("Host")),
    ("HTTPMethod", Becomes::Text("HTTPMethod")),
    ("URLPath", Becomes::Text("URLPath")),
    ("ResourceARN", Becomes::Text("ResourceARN")),
    ("Attributes", Becomes::Same("Attributes")),
    ("SamplingRateBoost", Becomes::Other),
    ("Version", Becomes::Number("Version")),
];

/// The properties of `SamplingRateBoost`.
pub(crate) const BOOST: &Table = &[
    ("MaxRate", Becomes::Number("MaxRate")),
    ("CooldownWindowMinutes", Becomes::Number("CooldownWindowMinutes")),
];

/// The properties of a role.
pub(crate) const ROLE: &Table = &[
    ("AssumeRolePolicyDocument", Becomes::Same("AssumeRolePolicyDocument")),
    ("Description", Becomes::Text("Description")),
    ("ManagedPolicyArns", Becomes::Same(MANAGED)),
    ("MaxSessionDuration", Becomes::Number("MaxSessionDuration")),
    ("Path", Becomes::Text("Path")),
    ("PermissionsBoundary", Becomes::Text("PermissionsBoundary")),
    ("Policies", Becomes::Other),
    ("RoleName", Becomes::Other),
    ("Tags", Becomes::Same("Tags")),
    ("Arn", Becomes::Nothing),
    ("RoleId", Becomes::Nothing),
];

/// The properties of a managed policy.
pub(crate) const MANAGED_POLICY: &Table = &[
    ("Description", Becomes::Text("Description")),
    ("Groups", Becomes::Other),
    ("ManagedPolicyName", Becomes::Other),
    ("Path", Becomes::Text("Path")),
    ("PolicyDocument", Becomes::Same("PolicyDocument")),
    ("Roles", Becomes::Other),
    ("Users", Becomes::Other),
    ("PolicyArn", Becomes::Nothing),
];

/// Properties of a task definition that are not called as in ECS's API, with a capital in front. What
/// differs in its case alone is here for writing.
pub(crate) const TASK: [(&str, &str); 6] = [
    ("ProxyConfigurationProperties", "properties"),
    ("EFSVolumeConfiguration", "efsVolumeConfiguration"),
    ("FilesystemId", "EFSVolumeConfiguration.fileSystemId"),
    ("IAM", "EFSAuthorizationConfig.iam"),
    ("FSxWindowsFileServerVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"),
    ("S3FilesVolumeConfiguration", "s3filesVolumeConfiguration"),
];

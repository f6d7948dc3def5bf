//! Roles, policies and instance profiles as they are kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::super::{Call, caller};
use super::trust::Trust;

/// Tags by key, under the spelling that came last.
pub(in super::super) type Tags = BTreeMap<String, String>;

/// What IAM keeps for one account. The names of each kind differ in more than case (documentation),
/// so the maps are by the name in lower case.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Section {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) roles: BTreeMap<String, Role>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) policies: BTreeMap<String, Policy>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) instance_profiles: BTreeMap<String, InstanceProfile>,
}

/// A role with all that belongs to it alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Role {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: u64,
    pub(super) trust: Trust,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) max_session_duration: i32,
    /// The ARN of the policy that bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) boundary: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
    /// Inline policies by name, in the text they came in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) inline: BTreeMap<String, String>,
    /// The ARNs of the managed policies attached to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) attached: BTreeSet<String>,
}

/// A customer-managed policy with its versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: u64,
    pub(super) updated: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
    /// By number: version 3 is `v3`.
    pub(super) versions: BTreeMap<u32, Version>,
    pub(super) default_version: u32,
    /// The number of the newest version there ever was; numbers are not used twice.
    pub(super) newest_version: u32,
}

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Version {
    /// The document in the text it came in.
    pub(super) text: String,
    pub(super) created: u64,
}

/// What hands a role to an EC2 instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InstanceProfile {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
    /// The name of its role, of which there is at most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<String>,
}

impl Section {
    pub(in super::super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the delay of [`Options::iam_delay`](super::super::Options) still hides the role with
    /// this ARN, or name, from another service. The question counts as one of those it waits for.
    pub(in super::super) fn role_is_hidden(&self, call: &Call<'_>, role: &str) -> bool {
        let named = self.roles.values().find(|known| known.name == role);
        let role = self.role_by_arn(call, role).or(named);
        role.is_some_and(|role| !call.memory.iam.sees(&role.id))
    }

    /// The ARNs and tags of the policies, which the tagging API lists; it does not list roles.
    pub(in super::super) fn taggable_policies<'a>(
        &'a self,
        call: &'a Call<'_>,
    ) -> impl Iterator<Item = (String, &'a Tags)> {
        let seen = self.policies.values().filter(|policy| call.memory.iam.sees(&policy.id));
        seen.map(|policy| (policy.arn(call), &policy.tags))
    }

    pub(super) fn role_by_arn(&self, call: &Call<'_>, arn: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.arn(call) == arn)
    }
}

impl Role {
    pub(super) fn arn(&self, call: &Call<'_>) -> String {
        arn(call, "role", &self.path, &self.name)
    }

    /// Whether it is one of those that AWS's services make for themselves.
    pub(super) fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }
}

impl Policy {
    pub(super) fn arn(&self, call: &Call<'_>) -> String {
        arn(call, "policy", &self.path, &self.name)
    }
}

impl InstanceProfile {
    pub(super) fn arn(&self, call: &Call<'_>) -> String {
        arn(call, "instance-profile", &self.path, &self.name)
    }
}

pub(super) fn arn(call: &Call<'_>, kind: &str, path: &str, name: &str) -> String {
    format!("arn:{}:iam::{}:{kind}{path}{name}", caller::partition(call.region), call.account)
}

//! Connections that only read.
//!
//! A verb that only looks must not be able to change anything, whatever else is wrong with it: its
//! clients refuse what is not on a list of reads, before it is signed or sent.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// The operations that only read, each with its service as the SDK calls it: those that this tool
/// makes, and no others.
const READS: &[(&str, &str)] = &[
    ("STS", "AssumeRole"),
    ("STS", "GetCallerIdentity"),
    ("CloudWatch Logs", "DescribeLogGroups"),
    ("CloudWatch Logs", "DescribeResourcePolicies"),
    ("CloudWatch Logs", "ListTagsForResource"),
    ("SSM", "DescribeParameters"),
    ("SSM", "GetParameters"),
    ("SSM", "ListTagsForResource"),
    ("XRay", "GetEncryptionConfig"),
    ("XRay", "GetGroups"),
    ("XRay", "GetIndexingRules"),
    ("XRay", "GetSamplingRules"),
    ("XRay", "GetTraceSegmentDestination"),
    ("XRay", "ListResourcePolicies"),
    ("XRay", "ListTagsForResource"),
    ("ECS", "DescribeDaemon"),
    ("ECS", "DescribeDaemonDeployments"),
    ("ECS", "DescribeDaemonRevisions"),
    ("ECS", "DescribeDaemonTaskDefinition"),
    ("ECS", "DescribeServices"),
    ("ECS", "DescribeTaskDefinition"),
    ("ECS", "DescribeTasks"),
    ("ECS", "ListClusters"),
    ("ECS", "ListDaemonTaskDefinitions"),
    ("ECS", "ListDaemons"),
    ("ECS", "ListServices"),
    ("ECS", "ListTagsForResource"),
    ("ECS", "ListTaskDefinitionFamilies"),
    ("ECS", "ListTaskDefinitions"),
    ("ECS", "ListTasks"),
    ("IAM", "GetAccountAuthorizationDetails"),
    ("IAM", "GetPolicy"),
    ("IAM", "GetPolicyVersion"),
    ("IAM", "GetRole"),
    ("IAM", "GetRolePolicy"),
    ("IAM", "ListAttachedRolePolicies"),
    ("IAM", "ListEntitiesForPolicy"),
    ("IAM", "ListInstanceProfilesForRole"),
    ("IAM", "ListPolicies"),
    ("IAM", "ListRolePolicies"),
    ("Resource Groups Tagging API", "GetResources"),
];

/// Lets reads of a client through, and, where it holds, nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadOnly(pub(super) bool);

/// What is said of a call that is not let through.
#[derive(Debug, thiserror::Error)]
#[error("it is not on the list of reads")]
pub(super) struct NotARead;

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for ReadOnly {
    fn name(&self) -> &'static str {
        "ReadOnly"
    }

    /// The first moment at which the operation's name is known.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = config.load::<Metadata>();
        let reads = asked.is_some_and(|asked| READS.contains(&(asked.service(), asked.name())));
        if self.0 && !reads { Err(NotARead.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;

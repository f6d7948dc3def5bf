//! What each section of a stack is in a template: a type, and a table of its properties.
//!
//! Source, all of it: CloudFormation's schemas of the types; "Return values" in the documentation of each
//! type, for what `Ref` and `Fn::GetAtt` give.

use serde_json::Value;

use super::resource::Said;
use super::{policies, properties};

/// How a template refers to the ARN of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arn {
    /// `Ref` gives it.
    Ref,
    /// An attribute gives it.
    Attribute(&'static str),
    /// Nothing gives it as it stands in documents, and it follows from the name: it is written out.
    Written,
}

/// A section.
pub(super) struct Section {
    /// What the stack file calls it.
    pub called: &'static str,
    /// The type.
    pub of: &'static str,
    /// What the logical IDs end with.
    pub noun: &'static str,
    /// The property with the name, where it is one of its own.
    pub name: &'static str,
    /// How others refer to its ARN.
    pub arn: Arn,
    /// The properties of a resource, of its canonical document and of what is sent; `null` where a template
    /// has none of it.
    pub properties: fn(&Value, &Value, &mut Said<'_>) -> Value,
}

/// The entry of a section, if it has one.
pub(super) fn section(name: &str) -> Option<&'static Section> {
    ALL.iter().find(|section| section.called == name)
}

/// Every section that a template can say something of.
static ALL: [Section; 13] = [
    Section {
        called: "sampling_rules",
        of: "AWS::XRay::SamplingRule",
        noun: "Rule",
        name: "",
        arn: Arn::Ref,
        properties: properties::sampling_rule,
    },
    Section {
        called: "groups",
        of: "AWS::XRay::Group",
        noun: "Group",
        name: "GroupName",
        arn: Arn::Attribute("GroupARN"),
        properties: properties::group,
    },
    Section {
        called: "resource_policies",
        of: "AWS::XRay::ResourcePolicy",
        noun: "ResourcePolicy",
        name: "PolicyName",
        arn: Arn::Written,
        properties: policies::resource_policy,
    },
    Section {
        called: "trace_destination",
        of: "AWS::XRay::TransactionSearchConfig",
        noun: "TransactionSearch",
        name: "",
        arn: Arn::Written,
        properties: policies::transaction_search,
    },
    // Part of the destination.
    Section {
        called: "indexing",
        of: "AWS::XRay::TransactionSearchConfig",
        noun: "TransactionSearch",
        name: "",
        arn: Arn::Written,
        properties: policies::indexing,
    },
    Section {
        called: "roles",
        of: "AWS::IAM::Role",
        noun: "Role",
        name: "RoleName",
        arn: Arn::Attribute("Arn"),
        properties: policies::role,
    },
    Section {
        called: "policies",
        of: "AWS::IAM::ManagedPolicy",
        noun: "Policy",
        name: "ManagedPolicyName",
        arn: Arn::Ref,
        properties: policies::managed_policy,
    },
    Section {
        called: "task_definitions",
        of: "AWS::ECS::TaskDefinition",
        noun: "TaskDefinition",
        name: "Family",
        arn: Arn::Ref,
        properties: properties::task_definition,
    },
    Section {
        called: "services",
        of: "AWS::ECS::Service",
        noun: "Service",
        name: "ServiceName",
        arn: Arn::Ref,
        properties: properties::service,
    },
    Section {
        called: "daemon_task_definitions",
        of: "AWS::ECS::DaemonTaskDefinition",
        noun: "DaemonTaskDefinition",
        name: "Family",
        arn: Arn::Ref,
        properties: properties::daemon_task_definition,
    },
    Section {
        called: "daemons",
        of: "AWS::ECS::Daemon",
        noun: "Daemon",
        name: "DaemonName",
        arn: Arn::Ref,
        properties: properties::daemon,
    },
    // `Arn` of a log group ends in `:*`, which ours does not.
    Section {
        called: "log_groups",
        of: "AWS::Logs::LogGroup",
        noun: "LogGroup",
        name: "LogGroupName",
        arn: Arn::Written,
        properties: properties::log_group,
    },
    Section {
        called: "parameters",
        of: "AWS::SSM::Parameter",
        noun: "Parameter",
        name: "Name",
        arn: Arn::Written,
        properties: properties::parameter,
    },
];

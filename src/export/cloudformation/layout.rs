//! How a template is written down.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::{Node, Sources, Span, block};

/// The form of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// For people.
    Yaml,
    /// For programs.
    Json,
}

/// The keys in the order in which people write them; the others come after, by their names.
const ORDER: [&str; 53] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Resources",
    "Type",
    "DependsOn",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Properties",
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "RuleName",
    "RoleName",
    "ManagedPolicyName",
    "PolicyName",
    "GroupName",
    "LogGroupName",
    "ServiceName",
    "DaemonName",
    "Family",
    "Name",
    "Key",
    "Path",
    "Priority",
    "FixedRate",
    "ReservoirSize",
    "AssumeRolePolicyDocument",
    "PolicyDocument",
    "Image",
    "Value",
    "ValueFrom",
    "Cpu",
    "Memory",
    "MemoryReservation",
    "Essential",
    "EntryPoint",
    "Command",
    "PortMappings",
    "Environment",
    "Secrets",
    "LogConfiguration",
    "Tags",
];

impl Layout {
    /// The template as text.
    pub(super) fn text(self, template: &Value) -> String {
        match self {
            Self::Json => format!("{template:#}\n"),
            Self::Yaml => {
                let order: BTreeMap<_, _> =
                    ORDER.iter().enumerate().map(|(at, key)| (*key, at)).collect();
                let span = Span::new(Sources::default().add("", ""), 0, 0);
                block(&Node::of_json(template, &order, &mut || span), 0)
            }
        }
    }
}

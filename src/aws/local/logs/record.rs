//! What CloudWatch Logs keeps, and how log groups are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Call, caller};

pub(super) type Tags = BTreeMap<String, String>;

/// What CloudWatch Logs keeps for one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Section {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) resource_policies: BTreeMap<String, Policy>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) groups: BTreeMap<String, Group>,
}

/// A policy of the region that lets services of AWS write into log groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub(super) document: String,
    pub(super) updated_at: u64,
}

/// A log group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) created_at: u64,
    pub(super) class: String,
    /// How much is in it. Nothing can be written here, so that it is what the state's file says.
    pub(super) stored_bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retention: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    #[serde(default)]
    pub(super) protected: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
}

impl Section {
    pub(in super::super) fn is_empty(&self) -> bool {
        self.resource_policies.is_empty() && self.groups.is_empty()
    }

    /// The documents of the resource policies.
    pub(in super::super) fn policy_documents(&self) -> impl Iterator<Item = &str> {
        self.resource_policies.values().map(|policy| policy.document.as_str())
    }

    /// The ARN and the tags of every log group.
    pub(in super::super) fn tagged<'a>(
        &'a self,
        call: &'a Call<'_>,
    ) -> impl Iterator<Item = (String, &'a Tags)> {
        self.groups.iter().map(|(name, group)| (arn(call, name), &group.tags))
    }
}

impl Group {
    /// The log group as AWS writes it (model, shape `LogGroup`). What is not set is not there; of
    /// `deletionProtectionEnabled` that is not known.
    pub(super) fn wire(&self, call: &Call<'_>, name: &str) -> Value {
        let arn = arn(call, name);
        let mut shown = json!({
            "logGroupName": name,
            "creationTime": self.created_at * 1000,
            "metricFilterCount": 0,
            "arn": format!("{arn}:*"),
            "logGroupArn": arn,
            "storedBytes": self.stored_bytes,
            "logGroupClass": self.class,
            "deletionProtectionEnabled": self.protected,
        });
        if let Some(days) = self.retention {
            shown["retentionInDays"] = json!(days);
        }
        if let Some(key) = &self.key {
            shown["kmsKeyId"] = json!(key);
        }
        shown
    }
}

/// The ARN of a log group as the calls about tags have it: without the `:*` that other places put
/// behind it (model, shape `LogGroup`).
pub(super) fn arn(call: &Call<'_>, name: &str) -> String {
    let Call { region, account, .. } = call;
    format!("arn:{}:logs:{region}:{account}:log-group:{name}", caller::partition(region))
}

/// The name in an ARN of this account and region, with or without `:*` behind it.
pub(super) fn name_in<'a>(call: &Call<'_>, text: &'a str) -> Option<&'a str> {
    let name = text.strip_prefix(arn(call, "").as_str())?;
    Some(name.strip_suffix(":*").unwrap_or(name))
}

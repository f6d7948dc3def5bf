//! What Parameter Store keeps, and how it is shown.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Call, caller, paging};

pub(super) type Tags = BTreeMap<String, String>;

/// How many versions of a parameter there are at once (model, at `ParameterMaxVersionLimitExceeded`).
const VERSIONS: usize = 100;

/// What Parameter Store keeps for one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Section {
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Parameter>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) struct Parameter {
    pub(super) r#type: String,
    pub(super) tier: String,
    pub(super) data_type: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) allowed_pattern: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The values, by version.
    pub(super) values: BTreeMap<u64, String>,
    pub(super) modified_at: u64,
    pub(super) modified_by: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
}

/// The type of a parameter that is encrypted.
pub(super) const SECURE: &str = "SecureString";

impl Section {
    pub(in super::super) fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    /// The ARN and the tags of every parameter.
    pub(in super::super) fn tagged<'a>(
        &'a self,
        call: &'a Call<'_>,
    ) -> impl Iterator<Item = (String, &'a Tags)> {
        self.parameters.iter().map(|(name, parameter)| (arn(call, name), &parameter.tags))
    }
}

impl Parameter {
    /// The newest version.
    pub(super) fn version(&self) -> u64 {
        self.values.last_key_value().map_or(0, |(version, _)| *version)
    }

    /// Keeps a value as the next version, and the newest of those before.
    pub(super) fn add(&mut self, value: String) {
        let next = self.version() + 1;
        self.values.insert(next, value);
        while self.values.len() > VERSIONS {
            self.values.pop_first();
        }
    }

    /// A version as `GetParameter` shows it (model, shape `Parameter`).
    pub(super) fn wire(&self, call: &Call<'_>, name: &str, version: u64, decrypts: bool) -> Value {
        let value = self.values.get(&version).map(String::as_str).unwrap_or_default();
        let value = if self.r#type == SECURE && !decrypts {
            // What it looks like is the key management's.
            format!("AQICAHh{:016x}", paging::hash(value))
        } else {
            value.to_owned()
        };
        json!({
            "Name": name,
            "Type": self.r#type,
            "Value": value,
            "Version": version,
            "LastModifiedDate": seconds(self.modified_at),
            "ARN": arn(call, name),
            "DataType": self.data_type,
        })
    }

    /// The parameter as `DescribeParameters` shows it, without its value and tags (model, shape
    /// `ParameterMetadata`).
    pub(super) fn metadata(&self, call: &Call<'_>, name: &str) -> Value {
        let mut shown = json!({
            "Name": name,
            "ARN": arn(call, name),
            "Type": self.r#type,
            "LastModifiedDate": seconds(self.modified_at),
            "LastModifiedUser": self.modified_by,
            "Version": self.version(),
            "Tier": self.tier,
            "Policies": [],
            "DataType": self.data_type,
        });
        let texts = [("Description", &self.description), ("AllowedPattern", &self.allowed_pattern)];
        for (member, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            shown[member] = json!(text);
        }
        if let Some(key) = &self.key {
            shown["KeyId"] = json!(key);
        }
        shown
    }
}

/// Epoch seconds with a fraction, as AWS writes them.
fn seconds(at: u64) -> Value {
    json!(Duration::from_secs(at).as_secs_f64())
}

/// The ARN of a parameter: the slash that a name may begin with is the one before the name
/// (documentation, "Restricting access to parameters").
pub(super) fn arn(call: &Call<'_>, name: &str) -> String {
    let Call { region, account, .. } = call;
    let name = name.strip_prefix('/').unwrap_or(name);
    format!("arn:{}:ssm:{region}:{account}:parameter/{name}", caller::partition(region))
}

//! A sampling rule as it is kept and as it is shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::{Call, caller, paging};
use super::groups::Groups;
use super::resource_policies::Policies;
use super::settings::Settings;

/// The name of the rule that every region has.
pub(super) const DEFAULT: &str = "Default";

/// What X-Ray keeps for one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Section {
    /// By name. Whether AWS tells names apart by case is not documented for rules; it does for
    /// groups (documentation), so it is done here. Default is only in here once somebody touched
    /// it.
    rules: BTreeMap<String, Record>,
    #[serde(default, skip_serializing_if = "Groups::is_untouched")]
    pub(super) groups: Groups,
    #[serde(default, skip_serializing_if = "Policies::is_untouched")]
    pub(super) resource_policies: Policies,
    #[serde(default, skip_serializing_if = "Settings::is_untouched")]
    pub(super) settings: Settings,
}

/// One rule with what X-Ray keeps about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) created_at: u64,
    pub(super) modified_at: u64,
    pub(super) rule: Rule,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
}

/// A rule's own members under AWS's names, without name and ARN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Rule {
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) fixed_rate: f64,
    #[serde(rename = "HTTPMethod")]
    pub(super) http_method: String,
    pub(super) host: String,
    pub(super) priority: i32,
    pub(super) reservoir_size: i32,
    #[serde(rename = "ResourceARN")]
    pub(super) resource_arn: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sampling_rate_boost: Option<Boost>,
    pub(super) service_name: String,
    pub(super) service_type: String,
    #[serde(rename = "URLPath")]
    pub(super) url_path: String,
    pub(super) version: i32,
}

/// How far a rule's rate may be raised for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Boost {
    pub(super) cooldown_window_minutes: i32,
    pub(super) max_rate: f64,
}

impl Section {
    /// Whether nothing was ever changed here.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
            && self.groups.is_untouched()
            && self.resource_policies.is_untouched()
            && self.settings.is_untouched()
    }

    /// The rule called `name`. Default is always there.
    pub(super) fn get(&self, name: &str) -> Option<Record> {
        let held = self.rules.get(name).cloned();
        held.or_else(|| (name == DEFAULT).then(Record::untouched_default))
    }

    /// Keeps a rule under `name`.
    pub(super) fn put(&mut self, name: String, record: Record) {
        self.rules.insert(name, record);
    }

    /// Forgets a rule.
    pub(super) fn remove(&mut self, name: &str) -> Option<Record> {
        self.rules.remove(name)
    }

    /// Every rule with its name, Default among them.
    pub(super) fn all(&self) -> Vec<(String, Record)> {
        let mut all = self.custom().map(|(name, record)| (name.clone(), record.clone()));
        let default = self.get(DEFAULT).map(|record| (DEFAULT.to_owned(), record));
        all.by_ref().chain(default).collect()
    }

    /// The rules that somebody made.
    pub(super) fn custom(&self) -> impl Iterator<Item = (&String, &Record)> {
        self.rules.iter().filter(|(name, _)| *name != DEFAULT)
    }
}

impl Record {
    /// Default as it is in an account that nobody touched (recordings: three, all alike).
    fn untouched_default() -> Self {
        let any = || "*".to_owned();
        Self {
            created_at: 0,
            modified_at: 0,
            rule: Rule {
                attributes: BTreeMap::new(),
                fixed_rate: 0.05,
                http_method: any(),
                host: any(),
                priority: 10_000,
                reservoir_size: 1,
                resource_arn: any(),
                sampling_rate_boost: None,
                service_name: any(),
                service_type: any(),
                url_path: any(),
                version: 1,
            },
            tags: BTreeMap::new(),
        }
    }

    /// The record as AWS writes it (recordings): whole seconds, `Attributes` always there,
    /// `SamplingRateBoost` only when set, no tags.
    pub(super) fn wire(&self, call: &Call<'_>, name: &str) -> Value {
        let mut rule = self.members();
        rule.insert("RuleName".to_owned(), json!(name));
        rule.insert("RuleARN".to_owned(), json!(arn(call, name)));
        json!({
            "CreatedAt": self.created_at,
            "ModifiedAt": self.modified_at,
            "SamplingRule": rule,
        })
    }

    /// The rule's own members by name.
    pub(super) fn members(&self) -> Map<String, Value> {
        match serde_json::to_value(&self.rule) {
            Ok(Value::Object(members)) => members,
            // A structure of strings and finite numbers always becomes an object.
            _ => Map::new(),
        }
    }
}

/// The ARN of a rule (documentation; recordings).
pub(super) fn arn(call: &Call<'_>, name: &str) -> String {
    let (account, region) = (call.account, call.region);
    format!("arn:{}:xray:{region}:{account}:sampling-rule/{name}", caller::partition(region))
}

/// The name in the ARN of a rule of this account and region.
pub(super) fn name_in<'a>(call: &Call<'_>, rule_arn: &'a str) -> Option<&'a str> {
    rule_arn.strip_prefix(arn(call, "").as_str()).filter(|name| !name.is_empty())
}

/// Where a rule stands in a list. AWS's order is neither that of the priorities nor that of the
/// names (recordings), so this one is nothing to rely on either. Default comes first, as in half of
/// the recordings: the sampler of the Python X-Ray SDK reads one page only and would otherwise miss
/// it in a region that is full.
pub(super) fn position(name: &str) -> String {
    if name == DEFAULT {
        return String::new();
    }
    format!("{:016x}{name}", paging::hash(name))
}

//! Task definitions as they are kept and as they are shown.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::reply::Fault;
use super::super::state::Shared;
use super::super::{Call, caller};
use super::daemons::{self, Daemons};
use super::services::{self, Cluster};
use super::{attributes, client, invalid_parameter, tags};

/// What ECS keeps for one region. Nothing ever leaves it: a deleted revision stays in
/// `DELETE_IN_PROGRESS`, so that numbers never go back (model, operation `DeleteTaskDefinitions`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Section {
    /// By family and revision number.
    #[serde(default)]
    families: BTreeMap<String, Shared<BTreeMap<u32, Revision>>>,
    /// By name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) clusters: BTreeMap<String, Cluster>,
    #[serde(default, skip_serializing_if = "Daemons::is_empty")]
    pub(super) daemons: Shared<Daemons>,
}

/// One revision of a family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revision {
    /// What was registered, with what AWS adds to it.
    pub(super) definition: Map<String, Value>,
    pub(super) status: Status,
    pub(super) registered_at: u64,
    pub(super) registered_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deregistered_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delete_requested_at: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
}

/// Where a revision stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Active,
    Inactive,
    DeleteInProgress,
}

/// How a request names a task definition: by family, or by family and revision.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) family: &'a str,
    pub(super) revision: Option<u32>,
}

impl Section {
    /// Whether nothing was ever made here.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.families.is_empty() && self.clusters.is_empty() && self.daemons.is_empty()
    }

    /// Whether there is a cluster of this name.
    pub(super) fn has_cluster(&self, name: &str) -> bool {
        self.clusters.contains_key(name)
    }

    /// The ARN and the tags of every revision, service and cluster, whatever its status: the tagging
    /// API lists what is or was tagged (model, operation `GetResources`), and whether that holds for
    /// what is inactive is not known.
    pub(in super::super) fn tagged<'a>(
        &'a self,
        account: &'a str,
        region: &'a str,
    ) -> impl Iterator<Item = (String, &'a BTreeMap<String, String>)> {
        let revisions = self.all().map(move |(family, number, revision)| {
            (arn(account, region, family, number), &revision.tags)
        });
        let of = move |resource: String| services::arn_in((account, region), &resource);
        let clusters = self.clusters.iter();
        let clusters = clusters.map(move |(name, it)| (of(format!("cluster/{name}")), &it.tags));
        let services = self.clusters.iter().flat_map(move |(cluster, it)| {
            let services = it.services.iter();
            services.map(move |(name, it)| (of(format!("service/{cluster}/{name}")), &it.tags))
        });
        revisions.chain(clusters).chain(services)
    }

    /// The tags of what has this ARN.
    pub(super) fn tags_of(&self, call: &Call<'_>, arn: &str) -> Option<&BTreeMap<String, String>> {
        let name = Name::with_revision(call, arn).ok();
        let name = name.map(|(family, number)| Name { family, revision: Some(number) });
        let revision = name.and_then(|name| self.find(&name));
        let revision = revision.map(|(_, revision)| &revision.tags);
        let services = || services::tags_of(call, &self.clusters, arn);
        revision.or_else(services).or_else(|| daemons::tags_of(call, &self.daemons, arn))
    }

    /// Keeps the next revision of a family and gives its number.
    pub(super) fn add(&mut self, family: &str, revision: Revision) -> u32 {
        let family = self.families.entry(family.to_owned()).or_default();
        let number = family.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
        family.insert(number, revision);
        number
    }

    /// The revision that a name means; a bare family means its latest `ACTIVE` one.
    pub(super) fn find(&self, name: &Name<'_>) -> Option<(u32, &Revision)> {
        let family = self.families.get(name.family)?;
        if let Some(number) = name.revision {
            return family.get(&number).map(|revision| (number, revision));
        }
        let mut newest = family.iter().rev();
        let active = newest.find(|(_, revision)| revision.status == Status::Active);
        active.map(|(number, revision)| (*number, revision))
    }

    /// One revision, to change it.
    pub(super) fn get_mut(&mut self, family: &str, number: u32) -> Option<&mut Revision> {
        self.families.get_mut(family)?.get_mut(&number)
    }

    /// Every revision with its family and number.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, u32, &Revision)> {
        self.families.iter().flat_map(|(family, revisions)| {
            revisions.iter().map(|(number, revision)| (family.as_str(), *number, revision))
        })
    }

    /// Every family, and whether it has an `ACTIVE` revision.
    pub(super) fn families(&self) -> impl Iterator<Item = (&str, bool)> {
        self.families.iter().map(|(family, revisions)| {
            let active = |revision: &Revision| revision.status == Status::Active;
            (family.as_str(), revisions.values().any(active))
        })
    }
}

impl Revision {
    /// The revision as AWS writes it (recordings): times in epoch seconds, no tags.
    pub(super) fn wire(&self, call: &Call<'_>, family: &str, number: u32) -> Value {
        let mut shown = self.definition.clone();
        let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        put("taskDefinitionArn", json!(arn(call.account, call.region, family, number)));
        put("revision", json!(number));
        put("status", json!(self.status));
        put("requiresAttributes", attributes::required(&self.definition));
        put("compatibilities", json!(attributes::compatibilities(&self.definition)));
        put("registeredAt", seconds(self.registered_at));
        put("registeredBy", json!(self.registered_by));
        if let Some(at) = self.deregistered_at {
            put("deregisteredAt", seconds(at));
        }
        if let Some(at) = self.delete_requested_at {
            put("deleteRequestedAt", seconds(at));
        }
        Value::Object(shown)
    }

    /// The tags as AWS writes them.
    pub(super) fn tag_list(&self) -> Value {
        tags::tag_list(&self.tags)
    }
}

/// Epoch seconds with a fraction, as AWS writes them.
pub(super) fn seconds(at: u64) -> Value {
    json!(Duration::from_secs(at).as_secs_f64())
}

/// The ARN of a revision (documentation; recordings).
pub(super) fn arn(account: &str, region: &str, family: &str, number: u32) -> String {
    let partition = caller::partition(region);
    format!("arn:{partition}:ecs:{region}:{account}:task-definition/{family}:{number}")
}

/// The text of AWS's answer to a task definition that is not there (recordings).
pub(super) fn missing() -> Fault {
    client("Unable to describe task definition.")
}

impl<'a> Name<'a> {
    /// Reads `family`, `family:revision` or an ARN of this account and region. How AWS answers to
    /// an ARN from elsewhere is not known.
    pub(super) fn parse(call: &Call<'_>, text: &'a str) -> Result<Self, Fault> {
        let name = if text.starts_with("arn:") {
            Self::behind_arn(call, text).ok_or_else(missing)?
        } else {
            text
        };
        let Some((family, number)) = name.split_once(':') else {
            return Ok(Self { family: name, revision: None });
        };
        let revision = number.parse().ok().filter(|number| *number > 0);
        match revision {
            Some(_) => Ok(Self { family, revision }),
            // An independent server has this text.
            None => Err(invalid_parameter(format!("Invalid revision number. Number: {number}"))),
        }
    }

    /// The same where a revision has to be named. An independent server has this text.
    pub(super) fn with_revision(call: &Call<'_>, text: &'a str) -> Result<(&'a str, u32), Fault> {
        let Self { family, revision } = Self::parse(call, text)?;
        revision.map(|number| (family, number)).ok_or_else(|| client("Revision is missing."))
    }

    fn behind_arn(call: &Call<'_>, arn: &'a str) -> Option<&'a str> {
        let (account, region) = (call.account, call.region);
        let partition = caller::partition(region);
        let prefix = format!("arn:{partition}:ecs:{region}:{account}:task-definition/");
        arn.strip_prefix(prefix.as_str()).filter(|name| !name.is_empty())
    }
}

//! What is kept of daemons.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::super::state::Shared;
use super::super::{Structure, Tags};
use super::names::Name;

/// What ECS keeps of daemons for one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Daemons {
    /// Task definitions by family and revision. Nothing leaves it, so that numbers never go back
    /// (model, member `revision`: "always increases by one").
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    families: BTreeMap<String, Shared<BTreeMap<u32, Definition>>>,
    /// By cluster and name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    clusters: BTreeMap<String, BTreeMap<String, Shared<Daemon>>>,
}

/// One revision of a family.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// What was registered, with what AWS adds to it.
    pub(super) registered: Structure,
    pub(super) registered_at: u64,
    pub(super) registered_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
}

/// A daemon.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Daemon {
    pub(super) created_at: u64,
    pub(super) updated_at: u64,
    /// The token that it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: Tags,
    /// Somebody asked for it to go.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) goes: bool,
    /// Oldest first; there is always one.
    pub(super) deployments: Vec<Deployment>,
}

/// One deployment, with the revision that it deploys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) created_at: u64,
    pub(super) configuration: Structure,
    pub(super) revision: Revision,
    pub(super) outcome: Outcome,
}

/// How a deployment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Outcome {
    Successful,
    /// It failed, and nothing was there to go back to.
    Failed,
    /// It failed, and the revision before it runs again.
    RolledBack,
    /// Another deployment took its place before it was done.
    Replaced,
}

/// What a daemon was at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revision {
    pub(super) id: String,
    pub(super) definition: String,
    pub(super) providers: Vec<String>,
    pub(super) propagate_tags: String,
    pub(super) managed_tags: bool,
    pub(super) execute_command: bool,
    pub(super) critical: bool,
}

impl Daemons {
    /// Whether nothing was ever here.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.families.is_empty() && self.clusters.is_empty()
    }

    /// Keeps the next revision of a family and gives its number.
    pub(super) fn add(&mut self, family: &str, definition: Definition) -> u32 {
        let family = self.families.entry(family.to_owned()).or_default();
        let number = family.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
        family.insert(number, definition);
        number
    }

    /// The revision that a name means; a bare family means its latest `ACTIVE` one (model).
    pub(super) fn definition(&self, name: &Name<'_>) -> Option<(u32, &Definition)> {
        let family = self.families.get(name.family)?;
        if let Some(number) = name.revision {
            return family.get(&number).map(|definition| (number, definition));
        }
        let active = family.iter().rev().find(|(_, one)| one.deleted_at.is_none());
        active.map(|(number, definition)| (*number, definition))
    }

    /// One revision, to change it.
    pub(super) fn definition_mut(&mut self, name: &Name<'_>) -> Option<&mut Definition> {
        self.families.get_mut(name.family)?.get_mut(&name.revision?)
    }

    /// Every revision with its family and number.
    pub(super) fn definitions(&self) -> impl Iterator<Item = (&str, u32, &Definition)> {
        self.families.iter().flat_map(|(family, all)| {
            all.iter().map(|(number, definition)| (family.as_str(), *number, definition))
        })
    }

    /// A daemon.
    pub(super) fn daemon(&self, cluster: &str, name: &str) -> Option<&Daemon> {
        self.clusters.get(cluster)?.get(name).map(|daemon| &**daemon)
    }

    /// A daemon, to change it.
    pub(super) fn daemon_mut(&mut self, cluster: &str, name: &str) -> Option<&mut Daemon> {
        self.clusters.get_mut(cluster)?.get_mut(name).map(|daemon| &mut **daemon)
    }

    /// Keeps a daemon.
    pub(super) fn put(&mut self, cluster: &str, name: &str, daemon: Daemon) {
        let cluster = self.clusters.entry(cluster.to_owned()).or_default();
        cluster.insert(name.to_owned(), Shared::new(daemon));
    }

    /// Forgets a daemon.
    pub(super) fn take(&mut self, cluster: &str, name: &str) {
        if let Some(daemons) = self.clusters.get_mut(cluster) {
            daemons.remove(name);
            if daemons.is_empty() {
                self.clusters.remove(cluster);
            }
        }
    }

    /// The daemons of a cluster.
    pub(super) fn daemons(&self, cluster: &str) -> impl Iterator<Item = (&str, &Daemon)> {
        let daemons = self.clusters.get(cluster).into_iter().flatten();
        daemons.map(|(name, daemon)| (name.as_str(), &**daemon))
    }
}

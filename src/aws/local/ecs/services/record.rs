//! Clusters and services as they are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::members::{Members as _, Structure};
use super::super::tags::Tags;

/// A cluster. What it can be made with besides its tags is kept and shown, and does nothing here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Cluster {
    #[serde(default, skip_serializing_if = "Structure::is_empty")]
    pub(super) given: Structure,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in super::super) tags: Tags,
    /// By name. One that is INACTIVE stays, "they can still be viewed" (model).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in super::super) services: BTreeMap<String, Service>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Service {
    /// What it was made with and became since, with what AWS fills in; not what is a member here.
    pub(super) definition: Structure,
    pub(super) task_definition: String,
    pub(super) status: Status,
    pub(super) desired: i64,
    /// Tasks that run, of whatever deployment.
    pub(super) running: i64,
    pub(super) created_at: u64,
    pub(super) created_by: String,
    /// The newest first, which is the PRIMARY one.
    pub(super) deployments: Vec<Deployment>,
    /// How many there ever were.
    pub(super) made: u64,
    /// The newest first.
    pub(super) events: Vec<Event>,
    /// Tasks that failed, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) failed: Vec<Failed>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in super::super) tags: Tags,
}

/// Where a service stands in its life (model, operation `DeleteService`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Status {
    Active,
    Draining,
    Inactive,
}

/// A deployment of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) task_definition: String,
    pub(super) created_at: u64,
    pub(super) rollout: Rollout,
    /// Why it never comes up, where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fails: Option<Fails>,
}

/// How far a deployment is (model, `DeploymentRolloutState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Rollout {
    InProgress,
    Completed,
    Failed,
}

/// Why tasks do not come up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fails {
    /// This image is in no repository.
    Image(String),
    /// No instance fits.
    Place,
}

/// A line of what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    pub(super) at: u64,
    pub(super) message: String,
}

/// A task that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failed {
    pub(super) deployment: String,
    pub(super) task_definition: String,
    pub(super) at: u64,
    pub(super) reason: String,
}

impl Service {
    pub(super) fn is_daemon(&self) -> bool {
        self.definition.text("schedulingStrategy") == Some("DAEMON")
    }

    /// Whether the name is taken.
    pub(super) fn is_there(&self) -> bool {
        self.status != Status::Inactive
    }

    /// Something happened. AWS keeps 100 events (documentation).
    pub(super) fn tell(&mut self, at: u64, message: String) {
        self.events.insert(0, Event { at, message });
        self.events.truncate(100);
    }

    /// The circuit breaker: whether it is on, and whether it rolls back.
    pub(super) fn breaker(&self) -> (bool, bool) {
        let configuration = self.definition.get("deploymentConfiguration");
        let breaker = configuration.and_then(|all| all.get("deploymentCircuitBreaker"));
        let is = |member: &str| {
            breaker.and_then(|breaker| breaker.get(member)).and_then(Value::as_bool) == Some(true)
        };
        (is("enable"), is("rollback"))
    }
}

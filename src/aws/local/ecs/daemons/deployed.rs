//! What of a daemon is deployed.

use serde_json::{Value, json};

use super::super::super::Call;
use super::super::members::Members as _;
use super::names;
use super::record::{Daemon, Definition, Deployment, Outcome, Revision};

/// An image that nobody has, so that a deployment of it fails: in the local AWS nothing is ever pulled.
const NO_IMAGE: &str = "does-not-exist";

/// Why tasks of a definition do not start, if they do not.
pub(super) fn fails(definition: &Definition) -> Option<String> {
    let containers = definition.registered.structures("containerDefinitions");
    let mut images = containers.filter_map(|container| container.text("image"));
    let image = images.find(|image| image.contains(NO_IMAGE))?;
    // The word that such reasons begin with (documentation, stopped tasks error messages).
    Some(format!("CannotPullContainerError: {image}: not found"))
}

impl Daemon {
    /// The newest deployment.
    pub(super) fn newest(&self) -> Option<&Deployment> {
        self.deployments.last()
    }

    /// The revision that runs now: of the deployments that are done, the last that came to something.
    pub(super) fn current(&self, newest_is_done: bool) -> Option<&Revision> {
        let done = self.deployments.iter().rev().skip(usize::from(!newest_is_done));
        let mut done = done.filter(|one| one.outcome == Outcome::Successful);
        done.next().map(|deployment| &deployment.revision)
    }

    /// The revision that ran before a deployment.
    pub(super) fn before(&self, deployment: &Deployment) -> Option<&Revision> {
        let older = self.deployments.iter().take_while(|one| one.id != deployment.id);
        let came = older.filter(|one| one.outcome == Outcome::Successful);
        came.last().map(|one| &one.revision)
    }
}

impl Revision {
    /// Its ARN, of a daemon.
    pub(super) fn arn(&self, call: &Call<'_>, cluster: &str, daemon: &str) -> String {
        names::arn(call, &format!("daemon-revision/{cluster}/{daemon}/{}", self.id))
    }

    /// It with its capacity providers, each of which has one instance; the members' names differ
    /// between what runs and what is deployed (model).
    pub(super) fn counted(&self, arn: &str, (each, all): (&str, &str), count: u32) -> Value {
        let provider = |arn: &String| json!({ "arn": arn, each: count });
        let sum = count * u32::try_from(self.providers.len()).unwrap_or_default();
        let providers: Vec<_> = self.providers.iter().map(provider).collect();
        json!({ "arn": arn, "capacityProviders": providers, all: sum })
    }
}

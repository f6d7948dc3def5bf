//! The kinds of resource. A kind is a folder here, and one line in [`ALL`].

mod daemon_task_definitions;
mod daemons;
mod default_sampling;
mod ecs;
mod encryption;
mod grants;
mod groups;
mod iam;
mod indexing;
mod kind;
mod log_groups;
mod look;
mod parameters;
mod policies;
mod publish;
mod resource_policies;
mod roles;
mod sampling_rules;
mod secrets;
mod services;
mod shape;
mod tags;
pub mod task_definitions;
mod trace_destination;
mod tracing;
mod wrapper;
mod xray;

pub use grants::{Purpose, grants, unsaid};
pub use kind::{Farewell, Kind, Landed, Ownership};
pub use look::{About, Live, Look, Named, Observation, Unreadable};
pub(crate) use tags::{MOST_TAGS, tags};
pub(crate) use task_definitions::canonical::units as task_units;
pub(crate) use tracing::{
    Receiver, containers as tracing_containers, receiver as tracing_receiver,
};

/// Every kind, in the order of the sections in a stack file.
pub static ALL: [&dyn Kind; 15] = [
    &sampling_rules::SamplingRules,
    &default_sampling::DefaultSampling,
    &groups::Groups,
    &resource_policies::ResourcePolicies,
    &encryption::Encryption,
    &trace_destination::TraceDestination,
    &indexing::Indexing,
    &roles::Roles,
    &policies::Policies,
    &log_groups::LogGroups,
    &parameters::Parameters,
    &task_definitions::TaskDefinitions,
    &services::Services,
    &daemon_task_definitions::DaemonTaskDefinitions,
    &daemons::Daemons,
];

/// The kind of a section, if there is one of that name.
pub fn find(section: &str) -> Option<&'static dyn Kind> {
    ALL.iter().find(|kind| kind.section() == section).copied()
}

/// The kind of a section that came from a kind, or was checked against them.
#[expect(clippy::expect_used, reason = "sections of wanted and live resources come from kinds")]
pub(crate) fn of(section: &str) -> &'static dyn Kind {
    find(section).expect("the section of a kind") // invariant
}

/// Whether AWS takes two names for one.
pub(crate) fn same_name(kind: &dyn Kind, one: &str, other: &str) -> bool {
    one == other || (kind.folds_case() && one.to_lowercase() == other.to_lowercase())
}

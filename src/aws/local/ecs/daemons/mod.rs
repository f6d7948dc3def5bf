//! Managed daemons: their task definitions, the daemons, and how they are deployed.
//!
//! Clusters and capacity providers are taken for what somebody else made, as roles are; that Fargate's
//! own have no instances is known. What AWS answers was not recorded: where the comment names no
//! source, texts are ours.

mod asks;
mod definitions;
mod deployed;
mod deployments;
mod lists;
mod manage;
mod names;
mod record;

use super::super::Call;
use super::super::guard::Asked;
use super::super::reply::Fault;
use super::super::state::World;
use super::{Operation, Structure, Tags, reading, writing};

pub(super) use record::Daemons;

/// The calls that are about daemons.
pub(super) const OPERATIONS: [Operation; 12] = [
    writing("RegisterDaemonTaskDefinition", definitions::register),
    reading("DescribeDaemonTaskDefinition", definitions::describe),
    writing("DeleteDaemonTaskDefinition", definitions::delete),
    reading("ListDaemonTaskDefinitions", lists::definitions),
    writing("CreateDaemon", manage::create),
    reading("DescribeDaemon", manage::describe),
    writing("UpdateDaemon", manage::update),
    writing("DeleteDaemon", manage::delete),
    reading("ListDaemons", lists::daemons),
    reading("DescribeDaemonRevisions", deployments::revisions),
    reading("DescribeDaemonDeployments", deployments::describe),
    reading("ListDaemonDeployments", lists::deployments),
];

/// What a call has to be allowed, where it is about daemons.
pub(super) fn asks(
    call: &Call<'_>,
    operation: &str,
    input: &Structure,
    world: &World,
) -> Option<Vec<Asked>> {
    asks::asks(call, operation, input, world)
}

/// The tags of the daemon or of the revision that has this ARN, if there is one.
pub(super) fn tags_of<'a>(call: &Call<'_>, daemons: &'a Daemons, arn: &str) -> Option<&'a Tags> {
    if let Some(name) = names::definition(call, arn) {
        return daemons.definition(&name).map(|(_, definition)| &definition.tags);
    }
    let (cluster, name) = names::daemon(call, arn)?;
    daemons.daemon(cluster, name).map(|daemon| &daemon.tags)
}

/// The same, to change them; `None` where the ARN is of something else.
pub(super) fn tags_mut<'a>(
    call: &Call<'_>,
    daemons: &'a mut Daemons,
    arn: &str,
) -> Option<Result<&'a mut Tags, Fault>> {
    if let Some(name) = names::definition(call, arn) {
        let found = daemons.definition_mut(&name);
        return Some(found.map(|it| &mut it.tags).ok_or_else(definitions::missing));
    }
    let (cluster, name) = names::daemon(call, arn)?;
    let found = daemons.daemon_mut(cluster, name);
    Some(found.map(|it| &mut it.tags).ok_or_else(manage::missing))
}

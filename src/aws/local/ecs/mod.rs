//! ECS: task definitions, services, managed daemons, and their tags.
//!
//! Where a text of AWS's is quoted as a *recording*, it was seen in an error that users of ECS
//! reported in public.

mod asks;
mod attributes;
mod checks;
mod daemons;
mod deploying;
mod fargate;
mod fill;
mod lists;
mod members;
mod record;
mod register;
mod revisions;
mod services;
mod shapes;
mod size;
mod tags;

use bytes::Bytes;
use http::Request;

use super::reply::{Fault, Protocol, Reply};
use super::state::{Shared, World};
use super::{Access, Call, Operation, Service};
pub(super) use deploying::Deploying;
use members::Structure;
pub(super) use record::Section;
use tags::Tags;

pub(super) const SERVICE: Service = Service {
    signing_name: "ecs",
    prefix: "ecs",
    protocol: Protocol::Json11,
    operations: || operations().map(|operation| operation.name).collect(),
    claims,
    route,
    asks: asks::asks,
};

/// What stands before an operation's name in the header `X-Amz-Target` (model).
const TARGET: &str = "AmazonEC2ContainerServiceV20141113.";

const OPERATIONS: [Operation; 9] = [
    writing("RegisterTaskDefinition", register::register),
    reading("DescribeTaskDefinition", |call, world| revisions::describe(call, &world.region.ecs)),
    writing("DeregisterTaskDefinition", |call, world| {
        revisions::deregister(call, &mut world.region.ecs)
    }),
    writing("DeleteTaskDefinitions", |call, world| revisions::delete(call, &mut world.region.ecs)),
    reading("ListTaskDefinitions", |call, world| lists::revisions(call, &world.region.ecs)),
    reading("ListTaskDefinitionFamilies", |call, world| lists::families(call, &world.region.ecs)),
    writing("TagResource", |call, world| tags::tag(call, &mut world.region.ecs)),
    writing("UntagResource", |call, world| tags::untag(call, &mut world.region.ecs)),
    reading("ListTagsForResource", |call, world| tags::list(call, &world.region.ecs)),
];

/// Those, and what is about services and about daemons.
fn operations() -> impl Iterator<Item = Operation> {
    OPERATIONS.into_iter().chain(services::OPERATIONS).chain(daemons::OPERATIONS)
}

/// Makes the clusters that are not there yet; where all are, nothing is copied.
pub(super) fn with_clusters(section: &mut Shared<Section>, names: &[String]) {
    for name in names {
        if !section.has_cluster(name) {
            section.clusters.insert(name.clone(), services::Cluster::default());
        }
    }
}

type Run = fn(&Call<'_>, &mut World) -> Result<Reply, Fault>;

const fn reading(name: &'static str, run: Run) -> Operation {
    Operation { name, access: Access::Read, run }
}

const fn writing(name: &'static str, run: Run) -> Operation {
    Operation { name, access: Access::Write, run }
}

fn target(request: &Request<Bytes>) -> Option<&str> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    target.strip_prefix(TARGET)
}

fn claims(request: &Request<Bytes>) -> bool {
    target(request).is_some()
}

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    let asked = target(request).unwrap_or_default();
    let found = operations().find(|operation| operation.name == asked);
    found.ok_or_else(|| Fault::unknown_operation(&format!("the ECS call `{asked}`")))
}

/// The error that ECS has for most of what is wrong with a request (model: HTTP 400).
fn client(message: impl Into<String>) -> Fault {
    Fault::front_end("ClientException", message.into())
}

/// The error for a parameter that cannot be right whatever the account holds (model: HTTP 400).
fn invalid_parameter(message: impl Into<String>) -> Fault {
    Fault::front_end("InvalidParameterException", message.into())
}

#[cfg(test)]
mod tests;

//! ECS: task definitions and their tags.
//!
//! Where a text of AWS's is quoted as a *recording*, it was seen in an error that users of ECS
//! reported in public.

mod attributes;
mod checks;
mod fargate;
mod fill;
mod lists;
mod members;
mod record;
mod register;
mod revisions;
mod shapes;
mod size;
mod tags;

use bytes::Bytes;
use http::Request;

use super::reply::{Fault, Protocol, Reply};
use super::state::World;
use super::{Access, Call, Operation, Service};
pub(super) use record::Section;

pub(super) const SERVICE: Service =
    Service { signing_name: "ecs", protocol: Protocol::Json11, claims, route };

/// What stands before an operation's name in the header `X-Amz-Target` (model).
const TARGET: &str = "AmazonEC2ContainerServiceV20141113.";

const OPERATIONS: [(&str, Operation); 9] = [
    ("RegisterTaskDefinition", writing(register::register)),
    ("DescribeTaskDefinition", reading(|call, world| revisions::describe(call, &world.region.ecs))),
    (
        "DeregisterTaskDefinition",
        writing(|call, world| revisions::deregister(call, &mut world.region.ecs)),
    ),
    (
        "DeleteTaskDefinitions",
        writing(|call, world| revisions::delete(call, &mut world.region.ecs)),
    ),
    ("ListTaskDefinitions", reading(|call, world| lists::revisions(call, &world.region.ecs))),
    ("ListTaskDefinitionFamilies", reading(|call, world| lists::families(call, &world.region.ecs))),
    ("TagResource", writing(|call, world| tags::tag(call, &mut world.region.ecs))),
    ("UntagResource", writing(|call, world| tags::untag(call, &mut world.region.ecs))),
    ("ListTagsForResource", reading(|call, world| tags::list(call, &world.region.ecs))),
];

type Run = fn(&Call<'_>, &mut World) -> Result<Reply, Fault>;

const fn reading(run: Run) -> Operation {
    Operation { access: Access::Read, run }
}

const fn writing(run: Run) -> Operation {
    Operation { access: Access::Write, run }
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
    let found = OPERATIONS.iter().find(|(known, _)| *known == asked);
    found
        .map(|(_, operation)| *operation)
        .ok_or_else(|| Fault::unknown_operation(&format!("the ECS call `{asked}`")))
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

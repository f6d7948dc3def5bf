//! X-Ray: sampling rules and groups, their tags, resource policies, the sampling targets that samplers
//! poll, and what a region has one of.

mod asks;
mod destination;
mod encryption;
mod fields;
mod groups;
mod indexing;
mod log_policies;
mod policy_text;
mod record;
mod resource_policies;
mod rules;
mod settings;
mod tags;
mod targets;

use bytes::Bytes;
use http::{Method, Request, StatusCode};

use super::paging::{self, Order, Page};
use super::reply::{Fault, Protocol};
use super::{Access, Operation, Service};
pub(super) use record::Section;
pub(super) use settings::Changes;
pub(super) use targets::Reports;

pub(super) const SERVICE: Service = Service {
    signing_name: "xray",
    prefix: "xray",
    protocol: Protocol::RestJson,
    operations: || OPERATIONS.map(|(_, operation)| operation.name).into(),
    claims,
    route,
    asks: asks::asks,
};

/// The operations by path. Every one is a `POST`, and some have paths that are not their names (model).
const OPERATIONS: [(&str, Operation); 23] = [
    ("/CreateSamplingRule", writing("CreateSamplingRule", rules::create)),
    ("/GetSamplingRules", reading("GetSamplingRules", rules::get)),
    ("/UpdateSamplingRule", writing("UpdateSamplingRule", rules::update)),
    ("/DeleteSamplingRule", writing("DeleteSamplingRule", rules::delete)),
    ("/CreateGroup", writing("CreateGroup", groups::create)),
    ("/GetGroup", reading("GetGroup", groups::get_one)),
    ("/Groups", reading("GetGroups", groups::get)),
    ("/UpdateGroup", writing("UpdateGroup", groups::update)),
    ("/DeleteGroup", writing("DeleteGroup", groups::delete)),
    ("/PutResourcePolicy", writing("PutResourcePolicy", resource_policies::put)),
    ("/ListResourcePolicies", reading("ListResourcePolicies", resource_policies::list)),
    ("/DeleteResourcePolicy", writing("DeleteResourcePolicy", resource_policies::delete)),
    ("/TagResource", writing("TagResource", tags::tag)),
    ("/UntagResource", writing("UntagResource", tags::untag)),
    ("/ListTagsForResource", reading("ListTagsForResource", tags::list)),
    ("/SamplingTargets", reading("GetSamplingTargets", targets::targets)),
    ("/SamplingStatisticSummaries", reading("GetSamplingStatisticSummaries", targets::summaries)),
    ("/PutEncryptionConfig", writing("PutEncryptionConfig", encryption::put)),
    ("/EncryptionConfig", reading("GetEncryptionConfig", encryption::get)),
    ("/GetIndexingRules", reading("GetIndexingRules", indexing::get)),
    ("/UpdateIndexingRule", writing("UpdateIndexingRule", indexing::update)),
    ("/GetTraceSegmentDestination", reading("GetTraceSegmentDestination", destination::get)),
    (
        "/UpdateTraceSegmentDestination",
        writing("UpdateTraceSegmentDestination", destination::update),
    ),
];

type Run = fn(&super::Call<'_>, &mut super::state::World) -> Result<super::reply::Reply, Fault>;

const fn reading(name: &'static str, run: Run) -> Operation {
    Operation { name, access: Access::Read, run }
}

const fn writing(name: &'static str, run: Run) -> Operation {
    Operation { name, access: Access::Write, run }
}

fn claims(request: &Request<Bytes>) -> bool {
    OPERATIONS.iter().any(|(path, _)| *path == request.uri().path())
}

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    let (method, path) = (request.method(), request.uri().path());
    let found = OPERATIONS.iter().find(|(known, _)| method == Method::POST && *known == path);
    found
        .map(|(_, operation)| *operation)
        .ok_or_else(|| Fault::unknown_operation(&format!("the X-Ray call `{method} {path}`")))
}

/// The one error that X-Ray has for everything that is wrong in substance: existing, missing,
/// reserved (model: HTTP 400, no status of its own).
fn invalid_request(message: &str) -> Fault {
    Fault::modelled(StatusCode::BAD_REQUEST, "InvalidRequestException", message.to_owned())
}

/// A page of a list that nobody can turn round.
fn page<T>(
    operation: &str,
    items: Vec<(String, T)>,
    size: usize,
    token: Option<&str>,
) -> Result<Page<T>, Fault> {
    let page = paging::page(operation, items, Order::Ascending, size, token);
    page.ok_or_else(|| invalid_request("Invalid next token"))
}

#[cfg(test)]
mod tests;

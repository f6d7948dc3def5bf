//! CloudWatch Logs: log groups and their tags, and the policies that let AWS's services write into
//! them. It takes no log events.
//!
//! Where a text of AWS's is quoted as a *report*, users of it told of it in public.

mod asks;
mod groups;
mod policies;
mod record;
mod settings;
mod tags;

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};

use super::reply::{Fault, Protocol, Reply};
use super::shape::{self, Member, Shape};
use super::state::World;
use super::{Access, Call, Operation, Service};
pub(super) use record::Section;

pub(super) const SERVICE: Service = Service {
    signing_name: "logs",
    prefix: "logs",
    protocol: Protocol::Json11,
    operations: || OPERATIONS.map(|operation| operation.name).into(),
    claims,
    route,
    asks: asks::asks,
};

/// What stands before an operation's name in the header `X-Amz-Target` (model).
const TARGET: &str = "Logs_20140328.";

const OPERATIONS: [Operation; 14] = [
    writing("PutResourcePolicy", policies::put),
    reading("DescribeResourcePolicies", policies::describe),
    writing("DeleteResourcePolicy", policies::delete),
    writing("CreateLogGroup", groups::create),
    writing("DeleteLogGroup", groups::delete),
    reading("DescribeLogGroups", groups::describe),
    writing("PutRetentionPolicy", settings::put_retention),
    writing("DeleteRetentionPolicy", settings::delete_retention),
    writing("AssociateKmsKey", settings::associate_key),
    writing("DisassociateKmsKey", settings::disassociate_key),
    writing("PutLogGroupDeletionProtection", settings::put_protection),
    writing("TagResource", tags::tag),
    writing("UntagResource", tags::untag),
    reading("ListTagsForResource", tags::list),
];

type Run = fn(&Call<'_>, &mut World) -> Result<Reply, Fault>;

const fn reading(name: &'static str, run: Run) -> Operation {
    Operation { name, access: Access::Read, run }
}

const fn writing(name: &'static str, run: Run) -> Operation {
    Operation { name, access: Access::Write, run }
}

fn target(request: &Request<Bytes>) -> Option<&str> {
    request.headers().get("x-amz-target")?.to_str().ok()?.strip_prefix(TARGET)
}

fn claims(request: &Request<Bytes>) -> bool {
    target(request).is_some()
}

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    let name = target(request).unwrap_or_default();
    let found = OPERATIONS.into_iter().find(|operation| operation.name == name);
    found.ok_or_else(|| Fault::unknown_operation(&format!("the CloudWatch Logs call `{name}`")))
}

/// Reads a request. What breaks a bound is an `InvalidParameterException` here, in the front end's
/// words (report: a name with a character that is not allowed).
fn read(call: &Call<'_>, members: &[Member]) -> Result<Map<String, Value>, Fault> {
    shape::read(call.body, members).map_err(|fault| match fault.code.as_ref() {
        "ValidationException" => invalid(fault.message),
        _ => fault,
    })
}

/// A string of a request that was read.
fn text<'a>(input: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}

/// The name of a log group (model, shape `LogGroupName`).
const NAME: Shape =
    Shape::Word { min: 1, max: 512, pattern: r"[\.\-_/#A-Za-z0-9]+", allows: in_name };

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || ".-_/#".contains(c)
}

/// The name of a log group, or its ARN (model, shape `LogGroupIdentifier`).
const IDENTIFIER: Shape =
    Shape::Word { min: 1, max: 2048, pattern: r"[\w#+=/:,.@-]*", allows: in_identifier };

fn in_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_#+=/:,.@-".contains(c)
}

/// The error for what is wrong with a request (model).
fn invalid(message: impl Into<String>) -> Fault {
    Fault::front_end("InvalidParameterException", message.into())
}

/// The text that clients match on (report).
fn missing() -> Fault {
    let message = "The specified log group does not exist.".to_owned();
    Fault::front_end("ResourceNotFoundException", message)
}

/// (report: an eleventh resource policy)
fn limit() -> Fault {
    Fault::front_end("LimitExceededException", "Resource limit exceeded.".to_owned())
}

#[cfg(test)]
mod tests;

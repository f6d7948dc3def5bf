//! Systems Manager: the parameters of Parameter Store and their tags.
//!
//! Where a text of AWS's is quoted as a *report*, users of it told of it in public. Parameter policies,
//! labels and what is shared with other accounts are not known here.

mod asks;
mod bounds;
mod filters;
mod lists;
mod names;
mod put;
mod record;
mod tags;

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};

use super::reply::{Fault, Protocol, Reply};
use super::shape::Shape;
use super::state::World;
use super::{Access, Call, Operation, Service};
pub(super) use record::Section;

pub(super) const SERVICE: Service = Service {
    signing_name: "ssm",
    prefix: "ssm",
    protocol: Protocol::Json11,
    operations: || OPERATIONS.map(|operation| operation.name).into(),
    claims,
    route,
    asks: asks::asks,
};

/// What stands before an operation's name in the header `X-Amz-Target` (model).
const TARGET: &str = "AmazonSSM.";

const OPERATIONS: [Operation; 9] = [
    writing("PutParameter", put::put),
    reading("GetParameter", lists::get),
    reading("GetParameters", lists::get_some),
    reading("DescribeParameters", lists::describe),
    writing("DeleteParameter", lists::delete),
    writing("DeleteParameters", lists::delete_some),
    writing("AddTagsToResource", tags::add),
    writing("RemoveTagsFromResource", tags::remove),
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
    found.ok_or_else(|| Fault::unknown_operation(&format!("the Systems Manager call `{name}`")))
}

/// The name of a parameter, or its ARN where one is taken (model, shape `PSParameterName`).
const NAME: Shape = Shape::Text { min: 1, max: 2048 };

/// A string of a request that was read.
fn text<'a>(input: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}

/// The strings of a list in a request that was read.
fn texts<'a>(input: &'a Map<String, Value>, name: &str) -> Vec<&'a str> {
    let list = input.get(name).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

/// What is wrong with a request in substance has this code in most cases, which no call's errors in the
/// model have (reports).
fn validation(message: impl Into<String>) -> Fault {
    Fault::front_end("ValidationException", message.into())
}

/// AWS has no text for it (reports).
fn missing() -> Fault {
    Fault::front_end("ParameterNotFound", String::new())
}

#[cfg(test)]
mod tests;

//! CloudWatch Logs: the policies that let AWS's services write into log groups.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::guard::Asked;
use super::paging::{self, Order};
use super::reply::{Fault, Protocol, Reply};
use super::shape::{self, STRING, Shape, optional};
use super::state::World;
use super::{Access, Call, Operation, Service};

pub(super) const SERVICE: Service = Service {
    signing_name: "logs",
    prefix: "logs",
    protocol: Protocol::Json11,
    operations: || OPERATIONS.map(|operation| operation.name).into(),
    claims,
    route,
    asks: |_, operation, _| vec![Asked::anywhere(&format!("logs:{operation}"))],
};

const OPERATIONS: [Operation; 3] = [
    Operation { name: "PutResourcePolicy", access: Access::Write, run: put },
    Operation { name: "DescribeResourcePolicies", access: Access::Read, run: describe },
    Operation { name: "DeleteResourcePolicy", access: Access::Write, run: delete },
];

/// What stands before an operation's name in the header `X-Amz-Target` (model).
const TARGET: &str = "Logs_20140328.";

/// Policies of a region that are about no single log group (model).
const MOST: usize = 10;

/// What CloudWatch Logs keeps for one region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Section {
    resource_policies: BTreeMap<String, Policy>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    document: String,
    updated_at: u64,
}

impl Section {
    pub(super) fn is_empty(&self) -> bool {
        self.resource_policies.is_empty()
    }

    /// The documents of the policies.
    pub(super) fn policy_documents(&self) -> impl Iterator<Item = &str> {
        self.resource_policies.values().map(|policy| policy.document.as_str())
    }
}

fn claims(request: &Request<Bytes>) -> bool {
    target(request).is_some_and(|target| target.starts_with(TARGET))
}

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    let name = target(request).and_then(|target| target.strip_prefix(TARGET)).unwrap_or_default();
    let found = OPERATIONS.iter().find(|operation| operation.name == name);
    found.copied().ok_or_else(|| Fault::unknown_operation(&format!("the Logs call `{name}`")))
}

fn target(request: &Request<Bytes>) -> Option<&str> {
    request.headers().get("x-amz-target")?.to_str().ok()
}

fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let document = Shape::Text { min: 1, max: 51_200 };
    let members = [optional("policyName", STRING), optional("policyDocument", document)];
    let input = shape::read(call.body, &members)?;
    let (name, document) = (needed(&input, "policyName")?, needed(&input, "policyDocument")?);
    if serde_json::from_str::<Map<String, Value>>(document).is_err() {
        return Err(invalid("policyDocument is no policy"));
    }
    let policies = &mut world.region.logs.resource_policies;
    if !policies.contains_key(name) && policies.len() >= MOST {
        let message = "Resource limit exceeded.".to_owned();
        return Err(Fault::modelled(StatusCode::BAD_REQUEST, "LimitExceededException", message));
    }
    let policy = Policy { document: document.to_owned(), updated_at: call.now };
    let answer = json!({"resourcePolicy": wire(name, &policy)});
    policies.insert(name.to_owned(), policy);
    Ok(Reply::Json(answer))
}

fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members =
        [optional("nextToken", STRING), optional("limit", Shape::Integer { min: 1, max: 50 })];
    let input = shape::read(call.body, &members)?;
    let all = world.region.logs.resource_policies.iter();
    let all = all.map(|(name, policy)| (name.clone(), wire(name, policy))).collect();
    let token = input.get("nextToken").and_then(Value::as_str);
    let page = paging::page("DescribeResourcePolicies", all, Order::Ascending, 50, token);
    let (policies, next) = page.ok_or_else(|| invalid("The specified nextToken is invalid."))?;
    let mut answer = json!({"resourcePolicies": policies});
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(Reply::Json(answer))
}

fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[optional("policyName", STRING)])?;
    let name = needed(&input, "policyName")?;
    if world.region.logs.resource_policies.remove(name).is_none() {
        let message = format!("Policy with name [{name}] does not exist.");
        return Err(Fault::modelled(StatusCode::BAD_REQUEST, "ResourceNotFoundException", message));
    }
    Ok(Reply::Json(json!({})))
}

fn wire(name: &str, policy: &Policy) -> Value {
    json!({
        "policyName": name,
        "policyDocument": policy.document,
        "lastUpdatedTime": policy.updated_at * 1000,
    })
}

fn needed<'a>(input: &'a Map<String, Value>, member: &str) -> Result<&'a str, Fault> {
    let text = input.get(member).and_then(Value::as_str);
    text.ok_or_else(|| invalid(&format!("{member} is needed")))
}

fn invalid(message: &str) -> Fault {
    let code = "InvalidParameterException";
    Fault::modelled(StatusCode::BAD_REQUEST, code, message.to_owned())
}

//! The policies that let AWS's services write into the log groups of a region.
//!
//! Those about one log group alone, `resourceArn` (model), are not known here.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::paging::{self, Order};
use super::super::reply::{Fault, Reply};
use super::super::shape::{STRING, Shape, optional};
use super::super::state::World;
use super::record::Policy;
use super::{invalid, limit, read, text};

/// How many there may be in a region (model, operation `PutResourcePolicy`).
const MOST: usize = 10;

/// How many characters one may have (documentation, quotas of CloudWatch Logs). The model's 51,200
/// are for those of one log group.
const LONGEST: usize = 5120;

/// How many a page holds where nothing is said; AWS's number is not documented.
const PAGE: usize = 50;

/// `PutResourcePolicy`. Neither member is required in the model, and both are in its text.
pub(super) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let document = Shape::Text { min: 1, max: 51_200 };
    let members = [
        optional("policyName", STRING),
        optional("policyDocument", document),
        optional("resourceArn", STRING),
    ];
    let input = read(call, &members)?;
    refuse_one_group(&input)?;
    let (name, document) = (needed(&input, "policyName")?, needed(&input, "policyDocument")?);
    if !is_policy(document) {
        // (report: a principal of a kind that is not taken)
        return Err(invalid("Could not convert to persistable policy."));
    }
    if document.chars().count() > LONGEST {
        return Err(limit());
    }
    let policies = &mut world.region.logs.resource_policies;
    if !policies.contains_key(name) && policies.len() >= MOST {
        return Err(limit());
    }
    let policy = Policy { document: document.to_owned(), updated_at: call.now };
    let answer = json!({ "resourcePolicy": wire(name, &policy) });
    policies.insert(name.to_owned(), policy);
    Ok(Reply::Json(answer))
}

/// `DescribeResourcePolicies`
pub(super) fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [
        optional("nextToken", STRING),
        optional("limit", Shape::Integer { min: 1, max: 50 }),
        optional("resourceArn", STRING),
        optional("policyScope", Shape::OneOf(&["ACCOUNT", "RESOURCE"])),
    ];
    let input = read(call, &members)?;
    let of_one_group = text(&input, "policyScope") == Some("RESOURCE");
    let all = world.region.logs.resource_policies.iter().filter(|_| !of_one_group);
    let all = all.map(|(name, policy)| (name.clone(), wire(name, policy))).collect();
    let size = input.get("limit").and_then(Value::as_u64);
    let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(PAGE);
    let token = text(&input, "nextToken");
    let page = paging::page("DescribeResourcePolicies", all, Order::Ascending, size, token);
    let (policies, next) = page.ok_or_else(|| invalid("The specified nextToken is invalid."))?;
    let mut answer = json!({ "resourcePolicies": policies });
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(Reply::Json(answer))
}

/// `DeleteResourcePolicy`
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = read(call, &[optional("policyName", STRING), optional("resourceArn", STRING)])?;
    refuse_one_group(&input)?;
    let name = needed(&input, "policyName")?;
    if world.region.logs.resource_policies.remove(name).is_none() {
        // The text of an independent server.
        let message = format!("Policy with name [{name}] does not exist");
        return Err(Fault::front_end("ResourceNotFoundException", message));
    }
    Ok(Reply::Json(json!({})))
}

/// What CloudWatch Logs checks of a policy is not documented: here it is JSON with a version, and
/// each statement allows or denies a principal something that is an action of its own.
fn is_policy(document: &str) -> bool {
    let Ok(Value::Object(policy)) = serde_json::from_str(document) else { return false };
    let is_version = |version: &Value| version == "2012-10-17" || version == "2008-10-17";
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    policy.get("Version").is_none_or(is_version)
        && !statements.is_empty()
        && statements.into_iter().all(is_statement)
}

fn is_statement(statement: &Value) -> bool {
    let texts = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    };
    let actions = texts(&statement["Action"]);
    let is_own = |action: &String| action == "*" || action.to_lowercase().starts_with("logs:");
    let effect = &statement["Effect"];
    let resources = texts(&statement["Resource"]);
    (effect == "Allow" || effect == "Deny")
        && !actions.is_empty()
        && actions.iter().all(is_own)
        && statement.get("Principal").is_some_and(|who| who.is_object() || who == "*")
        && !resources.is_empty()
}

fn wire(name: &str, policy: &Policy) -> Value {
    json!({
        "policyName": name,
        "policyDocument": policy.document,
        "lastUpdatedTime": policy.updated_at * 1000,
        "policyScope": "ACCOUNT",
    })
}

fn refuse_one_group(input: &Map<String, Value>) -> Result<(), Fault> {
    if input.contains_key("resourceArn") {
        return Err(Fault::unknown_operation("the policy of one log group"));
    }
    Ok(())
}

/// The text is ours.
fn needed<'a>(input: &'a Map<String, Value>, member: &str) -> Result<&'a str, Fault> {
    text(input, member).ok_or_else(|| invalid(format!("{member} is needed")))
}

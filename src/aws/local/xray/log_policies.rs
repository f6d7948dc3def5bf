//! Whether the log resource policies of a region let X-Ray write spans.
//!
//! X-Ray asks when the destination of spans becomes CloudWatch Logs (documentation, "Enable Transaction
//! Search"). How exactly it reads the policies is not documented: here a statement counts that names
//! X-Ray, `logs:PutLogEvents` and the log group, under no other conditions than the source's account and
//! ARN; one that denies counts for any of them.

use serde_json::{Map, Value};

use super::super::state::World;
use super::super::{Call, caller};

/// The log groups that spans are written to.
pub(super) const GROUPS: [&str; 2] = ["aws/spans", "/aws/application-signals/data"];

/// Whether X-Ray may write spans, as it sees it by now.
pub(super) fn may_write(call: &Call<'_>, world: &World) -> bool {
    let policies: Vec<&str> = world.region.logs.policy_documents().collect();
    let statements: Vec<Value> = policies.iter().flat_map(|text| statements(text)).collect();
    let about = |effect: &str, group: &str| {
        let of_effect = statements.iter().filter(|one| one["Effect"] == effect);
        let arn = group_arn(call, group);
        of_effect.filter(|one| is_about(one, &arn)).any(|one| meets(&one["Condition"], call))
    };
    let may = GROUPS.iter().all(|group| about("Allow", group) && !about("Deny", group));
    may && call.memory.xray.sees(call, &policies.concat())
}

/// All that is in a log group.
pub(super) fn group_arn(call: &Call<'_>, group: &str) -> String {
    let (account, region) = (call.account, call.region);
    format!("arn:{}:logs:{region}:{account}:log-group:{group}:*", caller::partition(region))
}

fn statements(policy: &str) -> Vec<Value> {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    match &policy["Statement"] {
        Value::Array(statements) => statements.clone(),
        statement @ Value::Object(_) => vec![statement.clone()],
        _ => Vec::new(),
    }
}

fn is_about(statement: &Value, group: &str) -> bool {
    any(&statement["Principal"]["Service"], |service| service == "xray.amazonaws.com")
        && any(&statement["Action"], |action| takes(&action.to_lowercase(), "logs:putlogevents"))
        && any(&statement["Resource"], |resource| resource == group || takes(resource, group))
}

fn meets(conditions: &Value, call: &Call<'_>) -> bool {
    let none = Map::new();
    let (account, region) = (call.account, call.region);
    let source = format!("arn:{}:xray:{region}:{account}:*", caller::partition(region));
    conditions.as_object().unwrap_or(&none).iter().all(|(operator, keys)| {
        let known =
            ["StringEquals", "StringLike", "ArnEquals", "ArnLike"].contains(&operator.as_str());
        known
            && keys.as_object().unwrap_or(&none).iter().all(|(key, values)| {
                match key.to_lowercase().as_str() {
                    "aws:sourceaccount" => any(values, |value| takes(value, account)),
                    "aws:sourcearn" => any(values, |value| takes(value, &source)),
                    _ => false,
                }
            })
    })
}

/// Whether a text, or one of a list, is such a one.
fn any(values: &Value, is: impl Fn(&str) -> bool) -> bool {
    match values {
        Value::String(text) => is(text),
        Value::Array(items) => items.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

/// Whether a pattern with `*` in it takes a text.
fn takes(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let starts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    starts.into_iter().any(|at| takes(after, &rest[at..]))
}

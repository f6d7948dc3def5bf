//! What X-Ray has to know of the text of a resource policy.

use serde_json::{Map, Value};

use super::super::{Call, caller};

/// The call that a policy must not take away from who writes it.
const PUT: &str = "xray:putresourcepolicy";

/// The statements of a policy, or what is wrong with it. Checked is what IAM's grammar asks of a policy
/// on a resource (documentation, "Grammar of the IAM JSON policy language"): `Effect`, `Principal` and
/// `Action`. Whether X-Ray asks for `Resource`, and its texts, are not known.
pub(super) fn statements(text: &str) -> Result<Vec<Map<String, Value>>, String> {
    let document: Value =
        serde_json::from_str(text).map_err(|_| "The policy is no JSON".to_owned())?;
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        _ => return Err("The policy has no statement".to_owned()),
    };
    statements.into_iter().map(statement).collect()
}

fn statement(statement: Value) -> Result<Map<String, Value>, String> {
    let Value::Object(statement) = statement else {
        return Err("A statement is no object".to_owned());
    };
    if !matches!(statement.get("Effect").and_then(Value::as_str), Some("Allow" | "Deny")) {
        return Err("A statement needs an Effect, Allow or Deny".to_owned());
    }
    for element in ["Principal", "Action"] {
        if !statement.contains_key(element) && !statement.contains_key(&format!("Not{element}")) {
            return Err(format!("A statement needs {element}"));
        }
    }
    Ok(statement)
}

/// Whether the policy would keep the caller from writing it again: a denial without a condition that
/// names the call, and the caller or everybody.
pub(super) fn locks_out(statements: &[Map<String, Value>], call: &Call<'_>) -> bool {
    let caller = caller::arn(call);
    let root = format!("arn:{}:iam::{}:root", caller::partition(call.region), call.account);
    let is_caller = |name: &str| {
        name == "*" || name == call.account || name == root.as_str() || name == caller.as_str()
    };
    statements.iter().any(|statement| {
        let denies = statement.get("Effect").is_some_and(|effect| effect == "Deny");
        let principals = match statement.get("Principal") {
            Some(Value::Object(by_type)) => by_type.get("AWS"),
            principal => principal,
        };
        denies
            && !statement.contains_key("Condition")
            && texts(principals).iter().any(|name| is_caller(name))
            && texts(statement.get("Action")).iter().any(|action| is_put(action))
    })
}

fn is_put(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    match action.split_once('*') {
        Some((start, "")) => PUT.starts_with(start),
        _ => action == PUT,
    }
}

/// One text, or a list of them.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

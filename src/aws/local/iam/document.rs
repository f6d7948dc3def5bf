//! What IAM checks in a policy document before it takes it.
//!
//! The texts are recorded ones where the comment says so; the others are quoted by clients and by
//! simulations of IAM that were checked against it.

use serde_json::{Map, Value};

use super::super::reply::Fault;
use super::fault::{self, malformed};

type Object = Map<String, Value>;

/// Where a document stands, which decides what has to be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a managed policy.
    Managed,
    /// In an inline policy of a role.
    Inline,
    /// In front of a role.
    Trust,
}

/// (recording: `CreatePolicy`)
const SYNTAX: &str = "Syntax errors in policy.";

/// Checks a document that will stand at `place`, and gives it back as JSON.
pub(super) fn check(text: &str, place: Place) -> Result<Object, Fault> {
    let document = parse(text, place)?;
    let statements = statements(&document)?;
    check_top(&document, place)?;
    let mut sids = Vec::new();
    for statement in &statements {
        check_elements(statement)?;
        match place {
            Place::Trust => check_trust(statement)?,
            Place::Managed | Place::Inline => check_identity(statement)?,
        }
        check_sid(statement, &mut sids)?;
    }
    Ok(document)
}

/// The statements of a document: one, or a list.
pub(super) fn statements(document: &Object) -> Result<Vec<&Object>, Fault> {
    let syntax = || malformed(SYNTAX);
    match document.get("Statement") {
        Some(Value::Object(statement)) => Ok(vec![statement]),
        // That a list has to hold something is not documented.
        Some(Value::Array(list)) if !list.is_empty() => {
            list.iter().map(|item| item.as_object().ok_or_else(syntax)).collect()
        }
        _ => Err(syntax()),
    }
}

/// How many characters count against a quota: all but white space (documentation).
pub(super) fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Refuses a document that is larger than what a quota leaves for it.
pub(super) fn check_size(text: &str, name: &str, most: usize) -> Result<(), Fault> {
    if size(text) > most { Err(fault::quota(name, most)) } else { Ok(()) }
}

/// An element that holds one string or several.
pub(super) fn strings(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn parse(text: &str, place: Place) -> Result<Object, Fault> {
    match (serde_json::from_str(text), place) {
        (Ok(Value::Object(document)), _) => Ok(document),
        // (recording: CreateRole)
        (_, Place::Trust) => Err(malformed("This policy contains invalid Json")),
        _ => Err(malformed(SYNTAX)),
    }
}

fn check_top(document: &Object, place: Place) -> Result<(), Fault> {
    let known = |key: &String| matches!(key.as_str(), "Version" | "Id" | "Statement");
    let version = document.get("Version");
    let is_version =
        matches!(version.map(Value::as_str), None | Some(Some("2012-10-17" | "2008-10-17")));
    let has_id = document.get("Id").is_none_or(Value::is_string);
    if !document.keys().all(known) || !is_version || !has_id {
        return Err(malformed(SYNTAX));
    }
    // Inline and trust policies of the older version, or without any, are still taken.
    if place == Place::Managed && version.and_then(Value::as_str) != Some("2012-10-17") {
        return Err(malformed("Policy document must be version 2012-10-17 or greater."));
    }
    Ok(())
}

/// Names and types of a statement's elements.
fn check_elements(statement: &Object) -> Result<(), Fault> {
    let mut well_formed = statement.contains_key("Effect");
    for (name, value) in statement {
        well_formed &= match name.as_str() {
            "Sid" => value.is_string(),
            "Effect" => matches!(value.as_str(), Some("Allow" | "Deny")),
            "Action" | "NotAction" | "Resource" | "NotResource" => strings(value).is_some(),
            "Principal" | "NotPrincipal" => is_principal(value),
            "Condition" => is_condition(value),
            _ => false,
        };
    }
    let both = |one, other| statement.contains_key(one) && statement.contains_key(other);
    let contradicts = both("Action", "NotAction")
        || both("Resource", "NotResource")
        || both("Principal", "NotPrincipal");
    if well_formed && !contradicts { Ok(()) } else { Err(malformed(SYNTAX)) }
}

fn is_principal(value: &Value) -> bool {
    match value {
        Value::String(text) => text == "*",
        Value::Object(kinds) => kinds.iter().all(|(kind, names)| {
            matches!(kind.as_str(), "AWS" | "Service" | "Federated" | "CanonicalUser")
                && strings(names).is_some()
        }),
        _ => false,
    }
}

fn is_condition(value: &Value) -> bool {
    let is_value = |value: &Value| value.is_string() || value.is_boolean() || value.is_number();
    let is_values = |value: &Value| match value {
        Value::Array(list) => list.iter().all(is_value),
        other => is_value(other),
    };
    let of_keys = |keys: &Value| keys.as_object().is_some_and(|keys| keys.values().all(is_values));
    value.as_object().is_some_and(|operators| {
        operators.iter().all(|(operator, keys)| is_operator(operator) && of_keys(keys))
    })
}

/// Whether IAM has this condition operator (documentation). Whether their case matters is not
/// known; here it does.
fn is_operator(name: &str) -> bool {
    const OPERATORS: [&str; 27] = [
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "Null",
    ];
    let name = name.split_once(':').map_or(name, |(set, rest)| match set {
        "ForAllValues" | "ForAnyValue" => rest,
        _ => name,
    });
    let plain = name.strip_suffix("IfExists").filter(|plain| *plain != "Null");
    OPERATORS.contains(&plain.unwrap_or(name))
}

fn check_identity(statement: &Object) -> Result<(), Fault> {
    if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
        // (recording: PutRolePolicy)
        return Err(malformed("Policy document should not specify a principal."));
    }
    let of = |one, other| statement.get(one).or(statement.get(other)).and_then(strings);
    let actions = of("Action", "NotAction").unwrap_or_default();
    if actions.is_empty() {
        return Err(malformed("Policy statement must contain actions."));
    }
    actions.into_iter().try_for_each(check_action)?;
    let resources = of("Resource", "NotResource").unwrap_or_default();
    if resources.is_empty() {
        // (recording: PutRolePolicy)
        return Err(malformed("Policy statement must contain resources."));
    }
    resources.into_iter().try_for_each(check_resource)
}

fn check_action(action: &str) -> Result<(), Fault> {
    if action == "*" {
        return Ok(());
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return Err(malformed(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ));
    };
    if name.contains(':') {
        return Err(malformed("Actions/Condition can contain only one colon."));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if vendor != "*" && !vendor.chars().all(is_plain) {
        return Err(malformed(format!("Vendor {vendor} is not valid")));
    }
    Ok(())
}

fn check_resource(resource: &str) -> Result<(), Fault> {
    if resource == "*" {
        return Ok(());
    }
    let Some((begin, rest)) = resource.split_once(':') else {
        return Err(malformed(format!("Resource {resource} must be in ARN format or \"*\".")));
    };
    let parts: Vec<_> = rest.splitn(5, ':').collect();
    match parts.as_slice() {
        [_, vendor, ..] if begin == "arn" && (vendor.is_empty() || vendor.contains(['*', '?'])) => {
            let message = "Resource vendor must be fully qualified and cannot contain regexes.";
            Err(malformed(message))
        }
        [_, _, _, _, _] if begin == "arn" => Ok(()),
        _ => Err(malformed("The policy failed legacy parsing")),
    }
}

fn check_trust(statement: &Object) -> Result<(), Fault> {
    for field in ["Resource", "NotResource", "NotPrincipal"] {
        if statement.contains_key(field) {
            // (recording: Resource)
            return Err(malformed(format!("Has prohibited field {field}")));
        }
    }
    let named = |kinds: &Object| kinds.values().filter_map(strings).any(|names| !names.is_empty());
    match statement.get("Principal") {
        Some(Value::Object(kinds)) if named(kinds) => {}
        // (report: a role trusted by a whole organization)
        Some(Value::String(_)) => {
            return Err(malformed(
                "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
            ));
        }
        // (recording)
        _ => {
            return Err(malformed(
                "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The \
                 passed in policy has a statement with no principals!",
            ));
        }
    }
    let actions = statement.get("Action").and_then(strings).unwrap_or_default();
    if actions.is_empty() && !statement.contains_key("NotAction") {
        return Err(malformed("Missing required field Action"));
    }
    if actions.into_iter().all(is_about_sessions) {
        Ok(())
    } else {
        Err(malformed("AssumeRole policy may only specify STS AssumeRole actions."))
    }
}

/// The actions that act on a role's sessions (documentation). Whether AWS takes others, or patterns
/// like `sts:*`, is not known; here it does not.
fn is_about_sessions(action: &str) -> bool {
    const ACTIONS: [&str; 6] = [
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    ];
    ACTIONS.contains(&action.to_ascii_lowercase().as_str())
}

/// An empty Sid is as good as none: the console writes one into each trust policy (recordings).
fn check_sid<'a>(statement: &'a Object, seen: &mut Vec<&'a str>) -> Result<(), Fault> {
    let sid = statement.get("Sid").and_then(Value::as_str).unwrap_or_default();
    if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the \
             regular expression [0-9A-Za-z]*",
        ));
    }
    if !sid.is_empty() && seen.contains(&sid) {
        return Err(malformed("Statement IDs (SID) in a single policy must be unique."));
    }
    seen.push(sid);
    Ok(())
}

#[cfg(test)]
mod tests;

//! One form for all the ways to write a policy: two are equal if, and only if, IAM reads them the
//! same.
//!
//! It is for comparing and for digests. What is sent and shown keeps the spelling of its author:
//! `s3:GetObject` is not pleasant to read as `s3:getobject`.

use serde_json::{Map, Value};

/// The version of the policy language of a document that names none.
///
/// Source: documentation, IAM JSON policy elements: Version.
const FIRST_VERSION: &str = "2008-10-17";

/// The canonical form of a policy document. What is no policy is left as it is.
///
/// - `Statement` is a list, in an order of its own, each statement once.
/// - `Action`, `Resource`, their opposites and each type of principals are lists without an order
///   and without duplicates. IAM itself shuffles the principals of a trust policy from read to read
///   and writes lists of one as a scalar (recordings).
/// - Action names have no case (documentation, Action). Resources have one.
/// - The names of condition keys have no case (documentation, Condition), the tag key behind a `/`
///   has one, and so have operators, of which nothing is documented. Values are lists of text.
/// - An account's principal is its number (documentation, Principal): the ARN of its root says the
///   same.
/// - A missing `Version` is `2008-10-17`.
/// - `Condition: {}` is none (the console writes it where no condition was chosen), and `Sid: ""`
///   names nothing, though IAM keeps it (recordings).
///
/// `"*"`, `{"AWS": "*"}` and no principal are three things.
pub fn canonical(document: &Value) -> Value {
    let Value::Object(policy) = document else { return document.clone() };
    let mut policy = policy.clone();
    policy.entry("Version").or_insert_with(|| FIRST_VERSION.into());
    if let Some(statements) = policy.get_mut("Statement") {
        *statements = set(statements, statement);
    }
    Value::Object(policy)
}

/// A policy document as it is spelled, but for what IAM spells in another way from read to read, which
/// is in one: who and what is in a trust policy comes in any order (recordings), and may come alone
/// as a list or not, and as an account's number or as the ARN of its root, which has its partition in
/// it. What is shown of a document is shown alike each time then.
pub fn steady(document: &Value, partition: &str) -> Value {
    let mut document = document.clone();
    let root = |name: &Value| match name.as_str() {
        Some(account) if is_account(account) => {
            format!("arn:{partition}:iam::{account}:root").into()
        }
        _ => name.clone(),
    };
    for statement in document.get_mut("Statement").map(listed_mut).into_iter().flatten() {
        for (name, value) in statement.as_object_mut().into_iter().flatten() {
            match (name.as_str(), value) {
                ("Action" | "NotAction" | "Resource" | "NotResource", value) => {
                    *value = alone(set(value, Value::clone));
                }
                ("Principal" | "NotPrincipal", Value::Object(types)) => {
                    types.values_mut().for_each(|names| *names = alone(set(names, root)));
                }
                ("Condition", Value::Object(operators)) => {
                    let keys = operators.values_mut().filter_map(Value::as_object_mut);
                    keys.flat_map(Map::values_mut)
                        .for_each(|values| *values = alone(set(values, Value::clone)));
                }
                _ => {}
            }
        }
    }
    document
}

/// The canonical form of one statement.
pub(super) fn statement(statement: &Value) -> Value {
    let Value::Object(elements) = statement else { return statement.clone() };
    elements.iter().filter(|(name, value)| !says_nothing(name, value)).map(element).collect()
}

/// Whether an element is there and says as much as if it were not.
pub(super) fn says_nothing(name: &str, value: &Value) -> bool {
    match name {
        "Sid" => value == "",
        "Condition" => value.as_object().is_some_and(Map::is_empty),
        _ => false,
    }
}

fn element((name, value): (&String, &Value)) -> (String, Value) {
    let value = match (name.as_str(), value) {
        ("Action" | "NotAction", _) => set(value, action),
        ("Resource" | "NotResource", _) => set(value, Value::clone),
        ("Principal" | "NotPrincipal", Value::Object(types)) => {
            types.iter().map(|(ty, names)| (ty.clone(), set(names, principal))).collect()
        }
        ("Condition", Value::Object(operators)) => operators
            .iter()
            .map(|(operator, keys)| (operator.clone(), condition_keys(keys)))
            .collect(),
        _ => value.clone(),
    };
    (name.clone(), value)
}

/// An action without its case.
pub(super) fn action(action: &Value) -> Value {
    action.as_str().map_or_else(|| action.clone(), |action| action.to_ascii_lowercase().into())
}

/// A principal, an account as its number.
pub(super) fn principal(principal: &Value) -> Value {
    match principal.as_str().and_then(account_of_root) {
        Some(account) => account.into(),
        None => principal.clone(),
    }
}

/// The account of `arn:aws:iam::123456789012:root`, in any partition: a number is in one only.
fn account_of_root(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    let begins = parts.next() == Some("arn") && parts.next().is_some();
    let is_iam = parts.next() == Some("iam") && parts.next() == Some("");
    let account = parts.next().filter(|account| is_account(account))?;
    (begins && is_iam && parts.next() == Some("root") && parts.next().is_none()).then_some(account)
}

/// Whether this is the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The keys under one operator. Two that differ in case alone stay as they are: IAM Access Analyzer
/// calls them an error, and which of the two would count is not known.
fn condition_keys(keys: &Value) -> Value {
    let Value::Object(keys) = keys else { return keys.clone() };
    let is_alone =
        |name: &str| keys.keys().filter(|other| condition_key(other) == name).count() == 1;
    keys.iter()
        .map(|(key, values)| {
            let name = condition_key(key);
            let name = if is_alone(&name) { name } else { key.clone() };
            (name, set(values, condition_value))
        })
        .collect()
}

/// The name of a condition key in lower case, what stands behind a `/` as it is.
pub(super) fn condition_key(key: &str) -> String {
    let (name, tag) = key.split_at(key.find('/').unwrap_or(key.len()));
    name.to_ascii_lowercase() + tag
}

/// Quotation marks around booleans and numbers are optional.
///
/// Source: documentation, Grammar of the IAM JSON policy language.
pub(super) fn condition_value(value: &Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => value.to_string().into(),
        other => other.clone(),
    }
}

/// A list of one or more as a list in an order of its own, each entry once.
fn set(entries: &Value, canonical: impl Fn(&Value) -> Value) -> Value {
    let mut entries: Vec<_> = listed(entries).iter().map(canonical).collect();
    entries.sort_by_cached_key(ToString::to_string);
    entries.dedup();
    entries.into()
}

/// A list of one as the one.
fn alone(list: Value) -> Value {
    match list {
        Value::Array(mut entries) if entries.len() == 1 => entries.remove(0),
        other => other,
    }
}

fn listed_mut(entries: &mut Value) -> &mut [Value] {
    match entries {
        Value::Array(entries) => entries,
        one => std::slice::from_mut(one),
    }
}

/// The entries of a list, or the one that stands in its place.
pub(super) fn listed(entries: &Value) -> &[Value] {
    entries.as_array().map_or(std::slice::from_ref(entries), Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn equal(one: &Value, other: &Value) -> bool {
        let whole = |statement: &Value| json!({"Version": "2012-10-17", "Statement": statement});
        canonical(&whole(one)) == canonical(&whole(other))
    }

    #[test]
    fn what_iam_reads_the_same_is_the_same() {
        let same = [
            (json!({"Action": "s3:GetObject"}), json!([{"Action": ["S3:getobject"]}])),
            (json!({"Action": ["a:B", "a:C"]}), json!({"Action": ["a:C", "A:b", "a:B"]})),
            (
                json!({"Principal": {"AWS": "123456789012"}}),
                json!({"Principal": {"AWS": ["arn:aws-us-gov:iam::123456789012:root"]}}),
            ),
            (
                json!({"Condition": {"Bool": {"AWS:SecureTransport": true}}}),
                json!({"Condition": {"Bool": {"aws:securetransport": ["true"]}}}),
            ),
            (json!({"Condition": {"N": {"k": 3600}}}), json!({"Condition": {"N": {"k": "3600"}}})),
            (json!({"Effect": "Allow", "Condition": {}}), json!({"Effect": "Allow", "Sid": ""})),
            (
                json!([{"Action": "a:B"}, {"Action": "c:D"}]),
                json!([{"Action": "c:D"}, {"Action": "a:B"}]),
            ),
        ];
        for (one, other) in &same {
            assert!(equal(one, other), "{one} {other}");
        }
    }

    #[test]
    fn what_iam_writes_in_another_way_is_shown_in_one() {
        let one = json!({"Statement": [{"Sid": "B", "Action": ["x:B", "x:A"], "Principal": {
            "AWS": ["123456789012"], "Service": ["b.c", "a.c"]}, "Condition": {"Op": {"k": ["2", "1"]}}}]});
        let other = json!({"Statement": [{"Sid": "B", "Action": ["x:A", "x:B"], "Principal": {
            "AWS": "arn:aws-cn:iam::123456789012:root", "Service": ["a.c", "b.c"]},
            "Condition": {"Op": {"k": ["1", "2"]}}}]});
        assert_eq!(steady(&one, "aws-cn"), other);
        assert_eq!(steady(&other, "aws-cn"), other);
    }

    #[test]
    fn what_iam_reads_differently_differs() {
        let different = [
            (json!({"Principal": "*"}), json!({"Principal": {"AWS": "*"}})),
            (json!({"Principal": "*"}), json!({})),
            (json!({"Principal": "*"}), json!({"Principal": "123456789012"})),
            (
                json!({"Principal": {"AWS": "AROAEXAMPLE"}}),
                json!({"Principal": {"AWS": "123456789012"}}),
            ),
            (
                json!({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}),
                json!({"Principal": {"AWS": "arn:aws:iam::123456789012:role/root"}}),
            ),
            (json!({"Principal": {"AWS": ["a", "a"]}}), json!({"Principal": {"AWS": ["a", "b"]}})),
            (json!({"Resource": "arn:aws:s3:::A"}), json!({"Resource": "arn:aws:s3:::a"})),
            (json!({"Action": "a:B"}), json!({"NotAction": "a:B"})),
            (json!({"Effect": "Allow"}), json!({"Effect": "Deny"})),
            (
                json!({"Condition": {"StringEquals": {"aws:ResourceTag/Team": "x"}}}),
                json!({"Condition": {"StringEquals": {"aws:ResourceTag/team": "x"}}}),
            ),
            (
                json!({"Condition": {"StringEquals": {"k": "x"}}}),
                json!({"Condition": {"stringequals": {"k": "x"}}}),
            ),
            (
                json!({"Condition": {"StringEquals": {"a:k": "x", "A:k": "y"}}}),
                json!({"Condition": {"StringEquals": {"a:k": ["x", "y"]}}}),
            ),
            (json!({"Sid": "One"}), json!({"Sid": "one"})),
        ];
        for (one, other) in &different {
            assert!(!equal(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_missing_version_is_the_first() {
        let (none, first) =
            (json!({"Statement": []}), json!({"Version": "2008-10-17", "Statement": []}));
        assert_eq!(canonical(&none), canonical(&first));
        assert_ne!(canonical(&none), canonical(&json!({"Version": "2012-10-17", "Statement": []})));
    }
}

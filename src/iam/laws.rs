//! What holds for every policy.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::*;

fn words(of: &'static [&'static str], most: usize) -> impl Strategy<Value = Value> + Clone {
    subsequence(of, 1..=most).prop_map(|words| match words.as_slice() {
        [one] => json!(one),
        many => json!(many),
    })
}

fn action() -> impl Strategy<Value = Value> {
    words(&["*", "s3:*", "s3:Get*", "s3:GetObject", "ssm:PutParameter", "sts:AssumeRole"], 4)
}

fn resource() -> impl Strategy<Value = Value> {
    words(
        &["*", "arn:aws:s3:::x", "arn:aws:s3:::x/*", "arn:aws:s3", "arn:aws:s3:::${aws:username}"],
        3,
    )
}

fn principal() -> impl Strategy<Value = Value> {
    let aws = words(&["*", "123456789012", "arn:aws:iam::123456789012:role/X", "AROAEXAMPLE"], 3);
    let service = words(&["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"], 2);
    prop_oneof![
        Just(json!("*")),
        aws.clone().prop_map(|aws| json!({"AWS": aws})),
        (aws, service).prop_map(|(aws, service)| json!({"AWS": aws, "Service": service})),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let operator =
        select(&["StringEquals", "StringLike", "StringNotEquals", "ForAnyValue:StringLike"][..]);
    let key = select(&["aws:SourceAccount", "aws:ResourceTag/Team", "sts:ExternalId"][..]);
    let test = (operator, key, words(&["a", "a*", "*", "b"], 3));
    prop::collection::vec(test, 0..3).prop_map(|tests| {
        let mut condition = json!({});
        for (operator, key, values) in tests {
            condition[operator][key] = values;
        }
        condition
    })
}

fn statement() -> impl Strategy<Value = Value> {
    let sid = select(&["", "A", "B", "C"][..]);
    let effect = select(&["Allow", "Deny"][..]);
    let opposites =
        (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    (sid, effect, principal(), action(), resource(), condition(), opposites).prop_map(
        |(sid, effect, who, what, on, condition, (not_who, not_what, not_on))| {
            let name =
                |not: bool, name: &str| if not { format!("Not{name}") } else { name.to_owned() };
            json!({
                "Sid": sid,
                "Effect": effect,
                name(not_who, "Principal"): who,
                name(not_what, "Action"): what,
                name(not_on, "Resource"): on,
                "Condition": condition,
            })
        },
    )
}

fn policy() -> impl Strategy<Value = Value> {
    let version = select(&[None, Some("2008-10-17"), Some("2012-10-17")][..]);
    (version, prop::collection::vec(statement(), 0..4)).prop_map(|(version, statements)| {
        let mut policy = json!({"Statement": statements});
        if let Some(version) = version {
            policy["Version"] = json!(version);
        }
        policy
    })
}

/// Two policies that have statements in common.
fn related() -> impl Strategy<Value = (Value, Value)> {
    let pool = prop::collection::vec(statement(), 1..5);
    let both = pool.prop_flat_map(|pool| {
        let some = || subsequence(pool.clone(), 0..=pool.len());
        (some(), some(), prop::option::of(statement()))
    });
    both.prop_map(|(one, mut other, new)| {
        other.extend(new);
        let whole = |list| json!({"Version": "2012-10-17", "Statement": list});
        (whole(one), whole(other))
    })
}

/// The same policy in another way to write it.
fn rewritten(value: &Value, within: &str) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(|item| rewritten(item, within)).collect();
            items.reverse();
            items.extend(items.first().cloned());
            items.into()
        }
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let is_key = matches!(within, "StringEquals" | "StringLike" | "StringNotEquals");
                let spelled =
                    if is_key && !name.contains('/') { name.to_uppercase() } else { name.clone() };
                (spelled, rewritten(value, name))
            };
            fields
                .iter()
                .filter(|(name, value)| *name != "Sid" || *value != "")
                .map(field)
                .collect()
        }
        Value::String(text) => match within {
            "Action" | "NotAction" => json!([text.to_uppercase()]),
            "AWS" if text == "123456789012" => json!(format!("arn:aws-cn:iam::{text}:root")),
            "Resource" | "NotResource" | "AWS" | "Service" => json!([text]),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

/// Lists in lists are no way to write anything.
fn flattened(value: &Value) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .flat_map(|item| match flattened(item) {
                Value::Array(inner) => inner,
                one => vec![one],
            })
            .collect(),
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), flattened(v))).collect(),
        other => other.clone(),
    }
}

/// All texts of a document, each replaced by another once.
fn altered(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => vec![json!(format!("{text}x"))],
        Value::Array(items) => (0..items.len())
            .flat_map(|at| {
                altered(&items[at]).into_iter().map(move |new| {
                    let mut items = items.clone();
                    items[at] = new;
                    json!(items)
                })
            })
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, old)| {
                altered(old).into_iter().map(move |new| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), new);
                    json!(fields)
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn nothing_changes(one: &Value, other: &Value) {
    assert_eq!(changes(Some(one), Some(other)), []);
    for of in [Use::Trust, Use::Identity, Use::Resource] {
        assert_eq!(widened(Some(one), Some(other), of), Meaning::default());
    }
}

proptest! {
    #[test]
    fn the_canonical_form_is_its_own(policy in policy()) {
        let once = canonical(&policy);
        prop_assert_eq!(&canonical(&once), &once);
        nothing_changes(&policy, &once);
    }

    #[test]
    fn the_way_it_is_written_does_not_matter(policy in policy()) {
        let other = flattened(&rewritten(&policy, ""));
        prop_assert_eq!(canonical(&policy), canonical(&other));
        nothing_changes(&policy, &other);
    }

    #[test]
    fn any_other_value_matters(policy in policy()) {
        // One statement, so that none of two equal ones stays behind.
        let mut policy = policy;
        if let Some(statements) = policy["Statement"].as_array_mut() {
            statements.truncate(1);
        }
        for altered in altered(&policy) {
            prop_assert_ne!(canonical(&policy), canonical(&altered));
        }
    }

    #[test]
    fn there_are_changes_where_canonical_forms_differ((one, other) in related()) {
        let equal = canonical(&one) == canonical(&other);
        prop_assert_eq!(changes(Some(&one), Some(&other)).is_empty(), equal);
        for line in lines(&changes(Some(&one), Some(&other)), 60) {
            prop_assert!(line.chars().count() <= 60, "{}", line);
        }
    }

    #[test]
    fn what_one_direction_grants_the_other_revokes((one, other) in related()) {
        for of in [Use::Trust, Use::Identity, Use::Resource] {
            let there = widened(Some(&one), Some(&other), of);
            let back = widened(Some(&other), Some(&one), of);
            prop_assert_eq!(there.granted.len(), back.revoked.len());
            prop_assert_eq!(there.widened, !there.granted.is_empty());
            prop_assert!(there.alarms.is_empty() || there.widened);
        }
    }

    /// The sentences against the plain reading of statements, request by request.
    #[test]
    fn nothing_more_is_allowed_unsaid((one, other) in related()) {
        let meaning = widened(Some(&one), Some(&other), Use::Identity);
        if !meaning.widened {
            for action in ["s3:getobject", "s3:putobject", "ssm:putparameter", "iam:passrole"] {
                for resource in ["arn:aws:s3:::x", "arn:aws:s3:::x/y", "arn:aws:ssm:r:1:parameter/p"] {
                    let (before, after) = (allowed(&one, action, resource), allowed(&other, action, resource));
                    prop_assert!(before || !after, "{} {}", action, resource);
                }
            }
        }
    }

    #[test]
    fn what_iam_encodes_is_decoded(policy in policy()) {
        let encoded: String = text(&policy)
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect();
        prop_assert_eq!(decode(&encoded).unwrap(), policy.clone());
        prop_assert_eq!(decode(&text(&policy)).unwrap(), policy);
    }
}

/// Whether a request without any context is allowed, by the rules of the documentation (Policy
/// evaluation logic), for conditions that are not negated and so fail.
fn allowed(policy: &Value, action: &str, resource: &str) -> bool {
    let policy = canonical(policy);
    let glob = |pattern: &Value, text: &str| {
        let pattern = pattern.as_str().unwrap();
        let pattern = if pattern == "arn:aws:s3" { "arn:aws:s3*" } else { pattern };
        // Nobody is called by what a variable stands for, nor by its own name.
        !pattern.contains("${") && wildmatch::WildMatch::new(pattern).matches(text)
    };
    let hits = |statement: &Value, element: &str, text: &str| {
        let any = |list: &Value| list.as_array().unwrap().iter().any(|p| glob(p, text));
        let not = format!("Not{element}");
        statement.get(element).map_or_else(|| !any(&statement[not]), any)
    };
    let passes = |statement: &Value| match &statement.get("Condition") {
        None => true,
        Some(condition) => condition.as_object().unwrap().keys().all(|o| o == "StringNotEquals"),
    };
    let applies = |statement: &&Value| {
        hits(statement, "Action", action)
            && hits(statement, "Resource", resource)
            && passes(statement)
    };
    let applying: Vec<_> = policy["Statement"].as_array().unwrap().iter().filter(applies).collect();
    let has = |effect: &str| applying.iter().any(|statement| statement["Effect"] == effect);
    has("Allow") && !has("Deny")
}

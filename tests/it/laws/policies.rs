//! Policy documents that IAM takes.

use serde_json::{Map, Value, json};

use super::grow::Dice;

const ACTIONS: &[&str] = &["*", "s3:*", "s3:GetObject", "ssm:PutParameter", "logs:Put*"];
const RESOURCES: &[&str] =
    &["*", "arn:aws:s3:::x", "arn:aws:s3:::x/*", "arn:aws:s3:::${aws:username}", "arn:aws:s3:::X"];
/// None of them keeps who writes a policy from writing it again.
const TRACES: &[&str] =
    &["xray:PutTraceSegments", "xray:Get*", "xray:GetSamplingRules", "xray:GetSamplingTargets"];
const SESSIONS: &[&str] = &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
const ACCOUNTS: &[&str] =
    &["*", "123456789012", "arn:aws:iam::210987654321:root", "arn:aws:iam::111122223333:role/x"];
const SERVICES: &[&str] = &["ecs-tasks.amazonaws.com", "ec2.amazonaws.com", "x.amazonaws.com"];
const OPERATORS: &[&str] = &["StringEquals", "StringLike", "ForAnyValue:StringLike", "ArnLike"];
const KEYS: &[&str] = &["aws:SourceAccount", "aws:ResourceTag/Team", "sts:ExternalId"];
const VALUES: &[&str] = &["a", "a*", "A", "a b", "3600", "true"];

/// One of these, or a list of some.
fn some(of: &[&str], dice: &mut Dice) -> Value {
    let mut all = of.to_vec();
    dice.shuffle(&mut all);
    all.truncate(1 + dice.below(of.len()));
    if all.len() == 1 && dice.one_in(2) { json!(all[0]) } else { json!(all) }
}

fn condition(dice: &mut Dice) -> Value {
    let mut condition = json!({});
    for _ in 0..dice.below(3) {
        let (operator, key) = (*dice.pick(OPERATORS), *dice.pick(KEYS));
        condition[operator][key] = some(VALUES, dice);
    }
    if dice.one_in(3) {
        condition["Bool"] = json!({"aws:SecureTransport": dice.one_in(2)});
    }
    condition
}

/// What statements of all policies have, and a name for some.
fn statement(at: usize, dice: &mut Dice) -> Map<String, Value> {
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!(dice.pick(&["Allow", "Deny"])));
    if dice.one_in(2) {
        statement.insert("Condition".to_owned(), condition(dice));
    }
    if dice.one_in(2) {
        statement.insert("Sid".to_owned(), json!(format!("S{at}")));
    }
    statement
}

fn document(
    dice: &mut Dice,
    mut complete: impl FnMut(&mut Map<String, Value>, &mut Dice),
) -> Value {
    let statements: Vec<_> = (0..=dice.below(3))
        .map(|at| {
            let mut statement = statement(at, dice);
            complete(&mut statement, dice);
            statement
        })
        .collect();
    let mut document = json!({"Version": "2012-10-17", "Statement": statements});
    if dice.one_in(4) {
        document["Id"] = json!(format!("id-{}", dice.below(9)));
    }
    document
}

/// Either of two elements.
fn either(one: &str, dice: &mut Dice) -> String {
    if dice.one_in(3) { format!("Not{one}") } else { one.to_owned() }
}

/// A policy of what may be done.
pub(super) fn grant(dice: &mut Dice) -> Value {
    document(dice, |statement, dice| {
        for (element, of) in [("Action", ACTIONS), ("Resource", RESOURCES)] {
            statement.insert(either(element, dice), some(of, dice));
        }
    })
}

/// A policy of who may assume a role.
pub(super) fn trust(dice: &mut Dice) -> Value {
    document(dice, |statement, dice| {
        statement.insert("Principal".to_owned(), principal(dice));
        statement.insert("Action".to_owned(), some(SESSIONS, dice));
    })
}

/// A policy of who may call X-Ray.
pub(super) fn on_traces(dice: &mut Dice) -> Value {
    document(dice, |statement, dice| {
        statement.insert("Principal".to_owned(), principal(dice));
        statement.insert("Action".to_owned(), some(TRACES, dice));
        if dice.one_in(2) {
            statement.insert("Resource".to_owned(), some(RESOURCES, dice));
        }
    })
}

fn principal(dice: &mut Dice) -> Value {
    let mut principal = Map::new();
    if dice.one_in(2) {
        principal.insert("AWS".to_owned(), some(ACCOUNTS, dice));
    }
    if principal.is_empty() || dice.one_in(2) {
        principal.insert("Service".to_owned(), some(SERVICES, dice));
    }
    Value::Object(principal)
}

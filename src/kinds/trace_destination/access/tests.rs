//! What lets X-Ray write spans, in policies as they are met.

use serde_json::{Value, json};

use super::*;

fn place() -> Place {
    Place { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() }
}

fn of(document: &Value) -> LogPolicy {
    LogPolicy { name: "one".to_owned(), document: document.to_string() }
}

/// The policy of the step with another value at a pointer.
fn with(at: &str, value: Value) -> LogPolicy {
    let mut document = ours(&place());
    *document.pointer_mut(at).unwrap() = value;
    of(&document)
}

#[test]
fn the_policy_that_a_step_puts_is_enough_and_nothing_is_not() {
    assert_eq!(access(&[of(&ours(&place()))], &place()), Access::InPlace);
    assert_eq!(access(&[], &place()), Access::Missing);
    assert_eq!(access(&[of(&Value::Null)], &place()), Access::Missing);
    let elsewhere = Place { region: "eu-west-2".to_owned(), ..place() };
    assert_eq!(access(&[of(&ours(&place()))], &elsewhere), Access::Missing);
}

#[test]
fn other_words_for_it_are_enough_and_less_is_not() {
    let enough = [
        ("/Statement/0/Action", json!(["logs:CreateLogStream", "logs:PutLogEvents"])),
        ("/Statement/0/Action", json!("logs:*")),
        ("/Statement/0/Resource", json!("*")),
        ("/Statement/0/Resource", json!("arn:aws:logs:*:*:*")),
        ("/Statement/0/Principal", json!({"Service": ["delivery.logs.amazonaws.com", WRITER]})),
        ("/Statement/0/Condition", json!({})),
        ("/Statement/0/Condition", json!({"StringLike": {"AWS:SourceArn": "arn:aws:xray:*"}})),
    ];
    for (at, value) in enough {
        assert_eq!(access(&[with(at, value.clone())], &place()), Access::InPlace, "{at} {value}");
    }
    let [spans, data] = groups(&place());
    let less = [
        ("/Statement/0/Action", json!("logs:CreateLogStream")),
        ("/Statement/0/Resource", json!(spans)),
        ("/Statement/0/Resource", json!(["arn:aws:logs:*:*:log-group:/aws/spans:*", data])),
        ("/Statement/0/Principal", json!({"Service": "delivery.logs.amazonaws.com"})),
        ("/Statement/0/Principal", json!({"AWS": "arn:aws:iam::123456789012:root"})),
        ("/Statement/0/Condition/StringEquals/aws:SourceAccount", json!("210987654321")),
        ("/Statement/0/Condition/ArnLike/aws:SourceArn", json!("arn:aws:xray:us-east-1:*:*")),
        ("/Statement/0/Condition", json!({"StringEquals": {"aws:SourceOrgID": "o-1"}})),
    ];
    for (at, value) in less {
        assert_eq!(access(&[with(at, value.clone())], &place()), Access::Missing, "{at} {value}");
    }
}

#[test]
fn two_policies_may_let_it_together() {
    let [spans, data] = groups(&place()).map(|group| with("/Statement/0/Resource", json!(group)));
    assert_eq!(access(std::slice::from_ref(&spans), &place()), Access::Missing);
    assert_eq!(access(&[spans, data], &place()), Access::InPlace);
}

#[test]
fn what_is_denied_is_denied_whoever_allows_it() {
    let mut denies = ours(&place());
    denies["Statement"][0]["Effect"] = json!("Deny");
    let denied = LogPolicy { name: "no".to_owned(), ..of(&denies) };
    let allowed = of(&ours(&place()));
    let access_of = |denied: &LogPolicy| access(&[allowed.clone(), denied.clone()], &place());
    assert_eq!(access_of(&denied), Access::Denied("no".to_owned()));
    denies["Statement"][0]["Principal"] = json!("*");
    let everybody = LogPolicy { document: denies.to_string(), ..denied.clone() };
    assert_eq!(access_of(&everybody), Access::Denied("no".to_owned()));
    denies["Statement"][0]["Principal"] = json!({"Service": "route53.amazonaws.com"});
    let others = LogPolicy { document: denies.to_string(), ..denied };
    assert_eq!(access_of(&others), Access::InPlace);
}

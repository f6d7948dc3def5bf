use serde_json::json;

use super::*;

const ROLE: &str = "arn:aws:iam::123456789012:role/app/api";

fn keys(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    pairs.iter().map(|(key, values)| ((*key).to_owned(), owned(values))).collect()
}

/// What a policy with this one statement says to `iam:GetRole` on a role.
fn said(mut statement: Value, pairs: &[(&str, &[&str])]) -> Decision {
    let all = statement.as_object_mut().unwrap();
    for (element, value) in [("Effect", "Allow"), ("Action", "*"), ("Resource", "*")] {
        if !all.contains_key(&format!("Not{element}")) {
            all.entry(element).or_insert_with(|| value.into());
        }
    }
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    let keys = keys(pairs);
    let request = Request { action: "iam:GetRole", resource: ROLE, keys: &keys };
    decide(&[policy], None, &request)
}

#[test]
fn actions_and_resources_are_patterns() {
    use Decision::{Allowed, NotAllowed};
    for (statement, decision) in [
        (json!({}), Allowed),
        (json!({"Action": "IAM:getrole"}), Allowed),
        (json!({"Action": ["s3:*", "iam:Get?ole"]}), Allowed),
        (json!({"Action": "iam:GetRolePolicy"}), NotAllowed),
        (json!({"Action": []}), NotAllowed),
        (json!({"NotAction": "iam:Get*"}), NotAllowed),
        (json!({"NotAction": "s3:*"}), Allowed),
        (json!({"Resource": ROLE}), Allowed),
        (json!({"Resource": "arn:aws:iam::123456789012:role/*"}), Allowed),
        (json!({"Resource": "arn:aws:iam::*:role/*/api"}), Allowed),
        (json!({"Resource": "arn:aws:iam::123456789012:role/api"}), NotAllowed),
        (json!({"Resource": "arn:aws:iam::123456789012:ROLE/app/api"}), NotAllowed),
        (json!({"Resource": "arn:aws:s3:::*"}), NotAllowed),
        (json!({"Resource": "arn:aws:iam:*"}), Allowed),
        (json!({"Resource": "arn:*"}), Allowed),
        (json!({"Resource": "arn:aws:s3"}), NotAllowed),
        (json!({"NotResource": "arn:aws:iam::*:role/app/*"}), NotAllowed),
        (json!({"NotResource": "arn:aws:s3:::*"}), Allowed),
        (json!({"Resource": "arn:aws:iam::123456789012:role/app/${iam:Nothing}"}), NotAllowed),
        (json!({"Resource": "arn:aws:iam::123456789012:role/app/${$}{x}"}), NotAllowed),
        (json!({"Effect": "allow"}), NotAllowed),
    ] {
        assert_eq!(said(statement.clone(), &[]), decision, "{statement}");
    }
    let own = json!({"Resource": "arn:aws:iam::123456789012:role/app/${aws:username}"});
    assert_eq!(said(own.clone(), &[("aws:username", &["api"])]), Allowed);
    // A value is no pattern.
    assert_eq!(said(own, &[("aws:username", &["*"])]), NotAllowed);
}

#[test]
fn conditions_hold_or_do_not() {
    let given: &[(&str, &[&str])] = &[
        ("aws:ResourceTag/Team", &["shop"]),
        ("aws:TagKeys", &["a", "b"]),
        ("iam:PolicyARN", &["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]),
        ("aws:SecureTransport", &["true"]),
        ("s3:max-keys", &["10"]),
    ];
    for (condition, holds) in [
        (json!({}), true),
        (json!({"StringEquals": {"aws:resourcetag/Team": "shop"}}), true),
        (json!({"StringEquals": {"aws:ResourceTag/team": "shop"}}), true),
        (json!({"StringEquals": {"aws:ResourceTag/Team": ["x", "shop"]}}), true),
        (json!({"StringEquals": {"aws:ResourceTag/Team": "Shop"}}), false),
        (json!({"StringEquals": {"aws:ResourceTag/Team": "sh*"}}), false),
        (json!({"StringEqualsIgnoreCase": {"aws:ResourceTag/Team": "SHOP"}}), true),
        (json!({"StringNotEquals": {"aws:ResourceTag/Team": ["x", "shop"]}}), false),
        (json!({"StringNotEquals": {"aws:ResourceTag/Other": "x"}}), true),
        (json!({"StringLike": {"aws:ResourceTag/Team": "s?o*"}}), true),
        (json!({"StringNotLike": {"aws:ResourceTag/Team": "s*"}}), false),
        (json!({"StringEquals": {"aws:ResourceTag/Other": "x"}}), false),
        (json!({"StringEqualsIfExists": {"aws:ResourceTag/Other": "x"}}), true),
        (json!({"StringEqualsIfExists": {"aws:ResourceTag/Team": "x"}}), false),
        (json!({"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AWSXRay*"}}), true),
        (json!({"ArnLike": {"iam:PolicyARN": "arn:aws:iam::*:policy/A*"}}), true),
        (json!({"ArnNotEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/A*"}}), false),
        (json!({"Bool": {"aws:SecureTransport": true}}), true),
        (json!({"Bool": {"aws:SecureTransport": "false"}}), false),
        (json!({"NumericLessThanEquals": {"s3:max-keys": 10}}), true),
        (json!({"NumericGreaterThan": {"s3:max-keys": "10"}}), false),
        (json!({"NumericNotEquals": {"s3:max-keys": "9"}}), true),
        (json!({"Null": {"aws:ResourceTag/Team": "false"}}), true),
        (json!({"Null": {"aws:ResourceTag/Other": true}}), true),
        (json!({"Null": {"aws:ResourceTag/Team": true}}), false),
        (json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["b", "c"]}}), true),
        (json!({"ForAnyValue:StringEquals": {"aws:Nothing": "b"}}), false),
        (json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b", "c"]}}), true),
        (json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}), false),
        (json!({"ForAllValues:StringEquals": {"aws:Nothing": "a"}}), true),
        // Both have to hold.
        (
            json!({
                "StringEquals": {"aws:ResourceTag/Team": "shop"},
                "Bool": {"aws:SecureTransport": "false"},
            }),
            false,
        ),
    ] {
        let decision = if holds { Decision::Allowed } else { Decision::NotAllowed };
        assert_eq!(said(json!({"Condition": condition}), given), decision, "{condition}");
        let denies = if holds { Decision::Denied } else { Decision::NotAllowed };
        let statement = json!({"Effect": "Deny", "Condition": condition});
        assert_eq!(said(statement, given), denies, "denied by {condition}");
    }
}

#[test]
fn what_is_not_known_allows_nothing_and_denies() {
    for condition in [
        json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        json!({"StringAlmost": {"aws:username": "x"}}),
        json!({"ForSome:StringEquals": {"aws:username": "x"}}),
        json!({"NumericEquals": {"aws:username": "1"}}),
        json!("StringEquals"),
    ] {
        let given: &[(&str, &[&str])] = &[("aws:username", &["x"])];
        let decision = said(json!({"Condition": condition}), given);
        assert_eq!(decision, Decision::NotAllowed, "{condition}");
        let decision = said(json!({"Effect": "Deny", "Condition": condition}), given);
        assert_eq!(decision, Decision::Denied, "{condition}");
    }
    // What does not hold for another reason does not hold.
    let condition = json!({"IpAddress": {"a:b": "x"}, "StringEquals": {"aws:username": "y"}});
    let statement = json!({"Effect": "Deny", "Condition": condition});
    assert_eq!(said(statement, &[("aws:username", &["x"])]), Decision::NotAllowed);
}

#[test]
fn a_denial_wins_and_a_boundary_bounds() {
    let policy = |effect: &str, action: &str| json!({"Statement": {"Effect": effect, "Action": action, "Resource": "*"}});
    let (get, all) = (policy("Allow", "iam:Get*"), policy("Allow", "*"));
    let (list, never) = (policy("Allow", "iam:List*"), policy("Deny", "iam:GetRole"));
    let keys = BTreeMap::new();
    let request = Request { action: "iam:GetRole", resource: ROLE, keys: &keys };
    for (policies, boundary, decision) in [
        (vec![], None, Decision::NotAllowed),
        (vec![list.clone()], None, Decision::NotAllowed),
        (vec![list.clone(), get.clone()], None, Decision::Allowed),
        (vec![all.clone(), never.clone()], None, Decision::Denied),
        (vec![never.clone(), all.clone()], None, Decision::Denied),
        (vec![all.clone()], Some(&list), Decision::Bounded),
        (vec![all.clone()], Some(&get), Decision::Allowed),
        (vec![all.clone()], Some(&never), Decision::Denied),
        (vec![], Some(&all), Decision::NotAllowed),
    ] {
        assert_eq!(decide(&policies, boundary, &request), decision, "{policies:?} {boundary:?}");
    }
}

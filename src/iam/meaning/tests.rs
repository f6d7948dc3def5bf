use serde_json::json;

use super::*;

fn policy(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(action: &Value, resource: &Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn trust(principal: &Value, condition: &Value) -> Value {
    policy(
        &json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}),
    )
}

/// What a change means, a sentence a line: `+` granted, `-` revoked, `!` an alarm, `?` a caveat.
fn told(before: &Value, after: &Value, of: Use) -> String {
    let meaning = widened(Some(before), Some(after), of);
    assert_eq!(meaning.widened, !meaning.granted.is_empty());
    let lines = |sign: char, all: &[String]| {
        all.iter().map(move |s| format!("{sign} {s}")).collect::<Vec<_>>()
    };
    let mut told = lines('!', &meaning.alarms);
    told.extend(lines('+', &meaning.granted));
    told.extend(lines('-', &meaning.revoked));
    told.extend(meaning.caveat.map(|_| "?".to_owned()));
    told.join("\n")
}

fn identity(before: &Value, after: &Value) -> String {
    told(&policy(before), &policy(after), Use::Identity)
}

#[test]
fn what_is_covered_is_no_news() {
    for (wide, narrow) in [
        (
            allow(&json!("s3:*"), &json!("*")),
            allow(&json!(["S3:GetObject", "s3:Put*"]), &json!("arn:aws:s3:::x")),
        ),
        (
            allow(&json!("a:B"), &json!("arn:aws:s3:::x/*")),
            allow(&json!("a:b"), &json!("arn:aws:s3:::x/y")),
        ),
        (
            json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            json!({"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}),
        ),
        (
            json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
            allow(&json!("s3:*"), &json!("*")),
        ),
        (
            json!([allow(&json!("s3:*"), &json!("*")), {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}]),
            json!([allow(&json!("s3:*"), &json!("*")), {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]),
        ),
    ] {
        let meaning = widened(Some(&policy(&wide)), Some(&policy(&narrow)), Use::Identity);
        assert_eq!(meaning.granted, Vec::<String>::new(), "{narrow}");
        let meaning = widened(Some(&policy(&narrow)), Some(&policy(&wide)), Use::Identity);
        assert!(meaning.widened, "{wide}");
    }
}

#[test]
fn what_is_left_out_somewhere_is_not_covered() {
    let but = json!({"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"});
    insta::assert_snapshot!(identity(&but, &allow(&json!(["s3:*", "s3:Put*"]), &json!("*"))), @"
    + may now: s3:* on *
    - may no longer: all but s3:GetObject on *
    ?
    ");
}

#[test]
fn one_more_action_is_all_that_is_told() {
    let before = json!([allow(
        &json!(["ssm:GetParameter", "ssm:GetParameters"]),
        &json!("arn:aws:ssm:us-east-1:123456789012:parameter/x/*")
    )]);
    let mut after = before.clone();
    after[0]["Action"] = json!(["ssm:GetParameter", "ssm:PutParameter"]);
    insta::assert_snapshot!(identity(&before, &after), @"
    + may now: ssm:PutParameter on arn:aws:ssm:us-east-1:123456789012:parameter/x/*
    - may no longer: ssm:GetParameters on arn:aws:ssm:us-east-1:123456789012:parameter/x/*
    ");
}

#[test]
fn conditions_and_denials_count() {
    let with = |condition: &Value| {
        let mut statement = allow(&json!("iam:PassRole"), &json!("*"));
        statement["Condition"] = condition.clone();
        json!([statement, {"Effect": "Deny", "Action": ["s3:Delete*", "s3:Put*"], "Resource": "*"}])
    };
    let before = with(&json!({"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}));
    let mut after = with(&json!({}));
    after[1]["Action"] = json!("s3:Put*");
    insta::assert_snapshot!(identity(&before, &after), @"
    + may now: iam:PassRole on *; no longer checked: iam:PassedToService
    + no longer denied: s3:Delete* on *
    ");
    insta::assert_snapshot!(identity(&after, &before), @"
    - may now only: iam:PassRole on *, if iam:PassedToService is ecs-tasks.amazonaws.com
    - now denied: s3:Delete* on *
    ");
    let more =
        with(&json!({"StringLike": {"iam:PassedToService": ["ecs-tasks.amazonaws.com", "ec2.*"]}}));
    insta::assert_snapshot!(identity(&before, &more), @"+ may now: iam:PassRole on *, if iam:PassedToService is like ecs-tasks.amazonaws.com, ec2.*");
}

#[test]
fn what_is_denied_all_the_same_is_not_granted() {
    let deny = json!({"Effect": "Deny", "Action": "iam:*", "Resource": "*"});
    let after = json!([deny, allow(&json!(["iam:PassRole", "s3:Get*"]), &json!("*"))]);
    insta::assert_snapshot!(identity(&json!([deny]), &after), @"+ may now: s3:Get* on *");
}

#[test]
fn everything_on_everything_is_an_alarm() {
    let opposite = json!({"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "NotResource": "arn:aws:s3:::x"});
    insta::assert_snapshot!(identity(&json!([]), &json!([allow(&json!("*"), &json!("*")), opposite])), @"
    ! may now do everything with everything in the account
    + may now: * on *
    + may now: all but iam:*, sts:* on all but arn:aws:s3:::x
    ?
    ");
}

#[test]
fn the_first_version_has_no_variables() {
    let mut old = policy(&allow(&json!("s3:*"), &json!("arn:aws:s3:::x/${aws:username}")));
    old["Version"] = json!("2008-10-17");
    let mut new = old.clone();
    new["Version"] = json!("2012-10-17");
    assert!(widened(Some(&old), Some(&new), Use::Identity).widened);
}

#[test]
fn who_may_assume_a_role_is_told_by_name() {
    let service = json!({"Service": "ecs-tasks.amazonaws.com"});
    let after = json!({
        "Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"],
        "AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:role/deploy"],
    });
    insta::assert_snapshot!(told(&trust(&service, &json!({})), &trust(&after, &json!({})), Use::Trust), @"+ may now assume the role: account 123456789012, arn:aws:iam::210987654321:role/deploy, ec2.amazonaws.com");
    // From an account to one of its roles is no widening.
    let account = trust(&json!({"AWS": "210987654321"}), &json!({}));
    let role = trust(&json!({"AWS": "arn:aws:iam::210987654321:role/deploy"}), &json!({}));
    insta::assert_snapshot!(told(&account, &role, Use::Trust), @"- may no longer assume the role: account 210987654321");
}

#[test]
fn that_anyone_may_assume_a_role_is_an_alarm() {
    let before = trust(&json!({"AWS": "123456789012"}), &json!({}));
    let anyone = json!({"AWS": "*"});
    insta::assert_snapshot!(told(&before, &trust(&anyone, &json!({})), Use::Trust), @"
    ! anyone with an AWS account may now assume the role; nothing else is checked
    + may now assume the role: anyone with an AWS account
    ");
    let condition = json!({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}});
    insta::assert_snapshot!(told(&before, &trust(&anyone, &condition), Use::Trust), @"
    ! anyone with an AWS account may now assume the role, if aws:PrincipalOrgID is o-abc
    + may now assume the role: anyone with an AWS account, if aws:PrincipalOrgID is o-abc
    - may now only assume the role: account 123456789012, if aws:PrincipalOrgID is o-abc
    ");
    let but = policy(
        &json!({"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}),
    );
    insta::assert_snapshot!(told(&before, &but, Use::Trust), @"
    ! anyone but account 123456789012 may now assume the role; nothing else is checked
    + may now assume the role: all but account 123456789012
    - may no longer assume the role: account 123456789012
    ?
    ");
}

#[test]
fn what_is_no_longer_asked_is_an_alarm() {
    let vendor = json!({"AWS": "210987654321"});
    let id = json!({"StringEquals": {"sts:ExternalId": "x"}});
    insta::assert_snapshot!(told(&trust(&vendor, &id), &trust(&vendor, &json!({})), Use::Trust), @"
    ! `sts:ExternalId` is no longer checked: account 210987654321 may assume the role for anyone who asks it to
    + may now assume the role: account 210987654321; no longer checked: sts:ExternalId
    ");
    let service = json!({"Service": "ecs-tasks.amazonaws.com"});
    let source = json!({"StringEquals": {"aws:SourceAccount": "123456789012"}, "ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*"}});
    let account = json!({"StringEquals": {"aws:SourceAccount": "123456789012"}});
    insta::assert_snapshot!(told(&trust(&service, &source), &trust(&service, &account), Use::Trust), @"
    ! `aws:SourceArn` is no longer checked: ecs-tasks.amazonaws.com may assume the role without it
    + may now assume the role: ecs-tasks.amazonaws.com, if aws:SourceAccount is 123456789012; no longer checked: aws:SourceArn
    ");
}

#[test]
fn an_identity_provider_without_a_subject_is_an_alarm() {
    let github = json!({"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"});
    let key = |key: &str| format!("token.actions.githubusercontent.com:{key}");
    let aud = json!({"StringEquals": {key("aud"): "sts.amazonaws.com"}});
    let with = |operator: &str, subject: &str| {
        let mut condition = aud.clone();
        condition[operator][key("sub")] = json!(subject);
        trust(&github, &condition)
    };
    let main = with("StringEquals", "repo:acme/shop:ref:refs/heads/main");
    let all = with("StringLike", "repo:acme/shop:*");
    insta::assert_snapshot!(told(&main, &trust(&github, &aud), Use::Trust), @"
    ! every identity of token.actions.githubusercontent.com may now assume the role: `token.actions.githubusercontent.com:sub` is not checked
    + may now assume the role: identities of token.actions.githubusercontent.com, if token.actions.githubusercontent.com:aud is sts.amazonaws.com; no longer checked: token.actions.githubusercontent.com:sub
    ");
    insta::assert_snapshot!(told(&main, &all, Use::Trust), @"+ may now assume the role: identities of token.actions.githubusercontent.com, if token.actions.githubusercontent.com:aud is sts.amazonaws.com and token.actions.githubusercontent.com:sub is like repo:acme/shop:*");
    insta::assert_snapshot!(told(&all, &main, Use::Trust), @"- may now only assume the role: identities of token.actions.githubusercontent.com, if token.actions.githubusercontent.com:aud is sts.amazonaws.com and token.actions.githubusercontent.com:sub is repo:acme/shop:ref:refs/heads/main");
    for all in
        [with("StringLike", "**"), with("StringNotLike", "x"), with("StringEqualsIfExists", "x")]
    {
        assert_eq!(widened(None, Some(&all), Use::Trust).alarms.len(), 1, "{all}");
    }
    assert_eq!(widened(None, Some(&main), Use::Trust).alarms, Vec::<String>::new());
    insta::assert_snapshot!(told(&policy(&json!([])), &with("StringLike", "*"), Use::Trust), @"
    ! every identity of token.actions.githubusercontent.com may now assume the role: `token.actions.githubusercontent.com:sub` is not checked
    + may now assume the role: identities of token.actions.githubusercontent.com, if token.actions.githubusercontent.com:aud is sts.amazonaws.com and token.actions.githubusercontent.com:sub is like *
    ");
}

#[test]
fn other_actions_of_sts_are_named() {
    let mut after = trust(&json!({"AWS": "123456789012"}), &json!({}));
    let before = after.clone();
    after["Statement"]["Action"] = json!(["sts:AssumeRole", "sts:TagSession"]);
    insta::assert_snapshot!(told(&before, &after, Use::Trust), @"+ may now: sts:TagSession by account 123456789012");
    let deny = json!({"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::123456789012:user/eve"}, "Action": "sts:AssumeRole"});
    let denied = policy(&json!([before["Statement"], deny]));
    insta::assert_snapshot!(told(&denied, &before, Use::Trust), @"+ no longer denied to assume the role: arn:aws:iam::123456789012:user/eve");
}

#[test]
fn a_condition_that_comes_is_told_as_what_is_left() {
    let statement = allow(&json!("iam:PassRole"), &json!("*"));
    let mut tight = statement.clone();
    tight["Condition"] =
        json!({"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}});
    let mut other = statement.clone();
    other["Condition"] = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    insta::assert_snapshot!(identity(&json!([statement]), &json!([tight, other])), @"- may now only: iam:PassRole on *, if iam:PassedToService is ecs-tasks.amazonaws.com, or if aws:MultiFactorAuthPresent is true");
}

mod on_something {
    use serde_json::{Value, json};

    use super::super::widened;
    use crate::iam::Use;

    fn policy(effect: &str, principal: &Value, more: &Value) -> Value {
        let mut statement =
            json!({"Effect": effect, "Principal": principal, "Action": "xray:PutTraceSegments"});
        statement.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    fn allows(principal: &Value, more: &Value) -> Value {
        policy("Allow", principal, more)
    }

    /// What the second allows that the first did not, and the alarms.
    fn told(before: &Value, after: &Value) -> Vec<String> {
        let meaning = widened(Some(before), Some(after), Use::Resource);
        assert_eq!(meaning.widened, !meaning.granted.is_empty());
        meaning.alarms.into_iter().chain(meaning.granted).collect()
    }

    #[test]
    fn on_what_it_is_allowed_counts_as_well_as_to_whom() {
        let sns = json!({"Service": "sns.amazonaws.com"});
        let on = |resource: &str| json!({"Resource": resource});
        let group = "arn:aws:xray:eu-west-1:123456789012:group/a";
        let (one, all) = (allows(&sns, &on(group)), allows(&sns, &on("*")));
        assert_eq!(told(&all, &one), [""; 0], "less than before");
        assert_eq!(told(&one, &all), ["may now: xray:PutTraceSegments by sns.amazonaws.com"]);
        assert_eq!(told(&all, &allows(&sns, &json!({}))), [""; 0], "nothing said is all");
        let wider = allows(&sns, &on("arn:aws:xray:eu-west-1:123456789012:group/*"));
        assert_eq!(told(&wider, &one), [""; 0]);
        assert_eq!(told(&one, &wider).len(), 1);
        let others = allows(&sns, &json!({"NotResource": group}));
        assert_eq!(told(&all, &others), [""; 0]);
        assert_eq!(told(&one, &others).len(), 1);
        assert_eq!(told(&others, &others), [""; 0]);
        // A denial on one thing takes nothing off another.
        let denied = |resource: &str| {
            let mut both = all.clone();
            let deny = policy("Deny", &sns, &on(resource))["Statement"][0].clone();
            both["Statement"].as_array_mut().unwrap().push(deny);
            both
        };
        assert_eq!(told(&denied("*"), &all).len(), 1, "no longer denied");
        assert_eq!(told(&denied("*"), &denied(group)).len(), 1, "no longer denied on the rest");
    }

    #[test]
    fn whom_nobody_named_is_an_alarm() {
        let sns = allows(&json!({"Service": "sns.amazonaws.com"}), &json!({}));
        let anyone = allows(&json!("*"), &json!({"Resource": "arn:aws:xray:r:1:group/a"}));
        assert_eq!(
            told(&sns, &anyone),
            [
                "anyone at all on arn:aws:xray:r:1:group/a may now do xray:PutTraceSegments; nothing \
                 else is checked",
                "may now: xray:PutTraceSegments by anyone at all on arn:aws:xray:r:1:group/a",
            ]
        );
        let account = allows(&json!({"AWS": "111122223333"}), &json!({}));
        assert_eq!(
            told(&sns, &account),
            ["may now: xray:PutTraceSegments by account 111122223333"]
        );
        let not = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "xray:*",
        }]});
        assert!(
            told(&sns, &not)[0].starts_with("anyone but account 111122223333 may now do xray:*")
        );
    }

    #[test]
    fn a_service_that_is_not_asked_for_whom_it_acts_is_an_alarm() {
        let sns = json!({"Service": "sns.amazonaws.com"});
        let of = |key: &str| json!({"Condition": {"StringEquals": {key: "123456789012"}}});
        let checked = allows(&sns, &of("aws:SourceAccount"));
        let said = told(&checked, &allows(&sns, &json!({})));
        let expected = "`aws:SourceAccount` is no longer checked: sns.amazonaws.com may act on behalf \
                        of any account";
        assert_eq!(said[0], expected);
        // Another key that says the same is asked in its place.
        let said = told(&checked, &allows(&sns, &of("aws:SourceArn")));
        assert_eq!(said[0], "`aws:SourceAccount` is no longer checked");
    }
}

use serde_json::{Value, json};

use super::*;

fn policy(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn shown(before: &Value, after: &Value) -> String {
    lines(&changes(Some(before), Some(after)), 80).join("\n")
}

fn five() -> Value {
    json!([
        {"Effect": "Allow", "Action": ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["ssm:GetParameters", "ssm:GetParameter"],
         "Resource": "arn:aws:ssm:us-east-1:123456789012:parameter/cruddur/backend-flask/*"},
        {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
        {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
         "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}},
    ])
}

#[test]
fn one_action_more_reads_as_just_that() {
    let (before, mut after) = (policy(&five()), five());
    after[2]["Action"] = json!(["SSM:getparameter", "ssm:PutParameter", "ssm:GetParameters"]);
    // Where it stands does not matter.
    after.as_array_mut().unwrap().rotate_left(2);
    insta::assert_snapshot!(shown(&before, &policy(&after)), @"
    ~ statement 1 (allow SSM:getparameter and 2 more on
      arn:aws:ssm:us-east-1:123456789012:parameter/cruddur/backend-flask/*)
      + Action ssm:PutParameter
    ");
}

#[test]
fn statements_go_together_by_sid_and_by_closeness() {
    let (before, mut after) = (policy(&five()), five());
    after[4] = json!({"Sid": "Pass", "Effect": "Deny", "NotAction": "iam:Get*", "Resource": "arn:aws:iam::123456789012:role/x"});
    after[3]["Action"] = json!("s3:GetObject");
    after[3]["Resource"] =
        json!("arn:aws:s3:::cruddur-a-bucket-with-quite-a-long-name-indeed/and-a-prefix/*");
    after[1]["Sid"] = json!("Logs");
    let mut after = policy(&after);
    after["Version"] = json!("2008-10-17");
    insta::assert_snapshot!(shown(&before, &after), @"
    ~ policy
      ~ Version 2012-10-17 -> 2008-10-17
    ~ statement Logs
      + Sid Logs
    + statement 4 (allow s3:GetObject on
      arn:aws:s3:::cruddur-a-bucket-with-quite-a-long-name-indeed/and-a-prefix/*)
      + Effect Allow
      + Action s3:GetObject
      + Resource
        arn:aws:s3:::cruddur-a-bucket-with-quite-a-long-name-indeed/and-a-prefix/*
    - statement 4 (allow xray:PutTraceSegments on *)
      - Effect Allow
      - Action xray:PutTraceSegments
      - Resource *
    ~ statement Pass
      ~ Effect Allow -> Deny
      - Action iam:PassRole
      ~ Resource * -> arn:aws:iam::123456789012:role/x
      - Condition StringEquals iam:PassedToService ecs-tasks.amazonaws.com
      + NotAction iam:Get*
    ");
}

#[test]
fn principals_and_conditions_are_told_by_their_values() {
    let trust = |service: &Value, condition: &Value| {
        policy(
            &json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", "Condition": condition}),
        )
    };
    let before = trust(
        &json!(["a.amazonaws.com", "b.amazonaws.com"]),
        &json!({"StringEquals": {"aws:SourceAccount": "1"}}),
    );
    let after = trust(
        &json!(["c.amazonaws.com", "b.amazonaws.com"]),
        &json!({"ArnLike": {"aws:SourceArn": ["x ", "y"]}}),
    );
    insta::assert_snapshot!(shown(&before, &after), @r#"
    ~ statement 1 (allow sts:AssumeRole to c.amazonaws.com and 1 more)
      ~ Principal Service a.amazonaws.com -> c.amazonaws.com
      - Condition StringEquals aws:SourceAccount 1
      + Condition ArnLike aws:SourceArn "x "
      + Condition ArnLike aws:SourceArn y
    "#);
}

#[test]
fn what_is_no_policy_differs_as_a_whole() {
    assert_eq!(shown(&json!({}), &json!("x")), "~ policy\n  - Version 2008-10-17\n  + statement x");
    let added = changes(None, Some(&json!({})));
    assert_eq!(lines(&added, 80), ["+ policy", "  + document {}"]);
    assert_eq!(changes(None, None), []);
}

#[test]
fn keys_that_differ_in_case_alone_are_no_list() {
    let with = |keys: Value| policy(&json!([{"Condition": {"StringEquals": keys}}]));
    let (two, one) = (with(json!({"a:k": "x", "A:k": "y"})), with(json!({"a:k": ["x", "y"]})));
    assert!(!changes(Some(&two), Some(&one)).is_empty());
}

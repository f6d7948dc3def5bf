//! Policies: their versions, their names and paths, and documents as long and as foreign as AWS
//! takes them.

use serde_json::json;

use crate::harness::Scenario;
use crate::iam::{BACKEND, applied, apply, nothing_to_do};
use crate::others::{Others, texts};

const ARN: &str = "arn:aws:iam::123456789012:policy/read-parameters";
const ALL_OF_S3: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;

fn versions(scenario: &Scenario) -> Vec<String> {
    let list = Others::of(scenario).iam("ListPolicyVersions", &[("PolicyArn", ARN)]);
    texts(&list, "VersionId")
}

#[test]
fn of_five_versions_the_oldest_goes_that_is_not_the_default() {
    let scenario = applied(BACKEND);
    for parameter in 1..=4 {
        Others::of(&scenario).iam(
            "CreatePolicyVersion",
            &[
                ("PolicyArn", ARN),
                ("PolicyDocument", &ALL_OF_S3.replace("s3:*", &format!("s3:Get{parameter}"))),
            ],
        );
    }
    assert_eq!(versions(&scenario), ["v5", "v4", "v3", "v2", "v1"]);
    // v1 is still the default one, so that v2 is the oldest that may go.
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameters]");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  CreatePolicyVersion 1, DeletePolicyVersion 1, GetAccountAuthorizationDetails 1, GetPolicy 3, GetPolicyVersion 3, GetRole 1, ListPolicyVersions 1, TagPolicy 1, UntagPolicy 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
    assert_eq!(versions(&scenario), ["v6", "v5", "v4", "v3", "v1"]);
    scenario.edit("stack.yaml", "[ssm:GetParameters]", "[ssm:GetParameter]");
    apply(&scenario);
    assert_eq!(versions(&scenario), ["v7", "v6", "v5", "v4", "v3"]);
}

#[test]
fn a_default_version_that_someone_set_back_is_drift() {
    let scenario = applied(BACKEND);
    scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameters]");
    apply(&scenario);
    Others::of(&scenario)
        .iam("SetDefaultPolicyVersion", &[("PolicyArn", ARN), ("VersionId", "v1")]);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.read-parameters  AWS changed since the last apply  stack.yaml:5
        PolicyDocument  (drift)
          ~ statement read
            ~ Action ssm:GetParameter -> ssm:GetParameters

    Permissions
      + policies.read-parameters: may now: ssm:GetParameters on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - policies.read-parameters: may no longer: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    assert_eq!(versions(&scenario), ["v3", "v2", "v1"]);
}

#[test]
fn a_policy_at_another_path_is_made_anew_where_it_is_attached() {
    let scenario = applied(BACKEND);
    let others = Others::of(&scenario);
    let trust = BACKEND_TRUST;
    others.iam("CreateRole", &[("RoleName", "by-hand"), ("AssumeRolePolicyDocument", trust)]);
    others.iam("AttachRolePolicy", &[("RoleName", "by-hand"), ("PolicyArn", ARN)]);
    scenario.edit(
        "stack.yaml",
        "read-parameters:\n",
        "read-parameters:\n    Path: /shop/\n    Description: for the backend\n",
    );
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    -/+ policies.read-parameters  stack.yaml:5
        IAM has no call that moves a policy to another path
        Description  (none) -> for the backend
        Path         / -> /shop/
        is taken off all that it is attached to, and put back

    ~ roles.backend  the file changed  stack.yaml:13
        ManagedPolicies.read-parameters
          - arn:aws:iam::123456789012:policy/read-parameters
          + arn:aws:iam::123456789012:policy/shop/read-parameters

    Permissions
      + roles.backend: gets the policy
        arn:aws:iam::123456789012:policy/shop/read-parameters
      - roles.backend: loses the policy
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 1 to replace, 1 to change.
    Applied: 1 replaced, 1 changed.
    ------- stderr -------
    replaced policies.read-parameters
    changed roles.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
    let attached = |role: &str| {
        texts(&others.iam("ListAttachedRolePolicies", &[("RoleName", role)]), "PolicyArn")
    };
    assert_eq!(attached("by-hand"), ["arn:aws:iam::123456789012:policy/shop/read-parameters"]);
    assert_eq!(attached("backend").len(), 2);
    // And its description alone does so too.
    scenario.edit("stack.yaml", "for the backend", "for the backends");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 replaced");
    nothing_to_do(&scenario);
    assert_eq!(attached("by-hand").len(), 1);
    assert_eq!(attached("backend").len(), 2);
}

const BACKEND_TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;

/// A document of just below the 6,144 characters that IAM takes, blanks not counted.
fn long() -> String {
    let one = |n: u16| json!({"Sid": format!("s{n}"), "Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::café-{n}/é/*")});
    let statements: Vec<_> = (100..164).map(one).collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

#[test]
fn a_long_document_with_letters_of_latin_comes_back_as_it_went() {
    let scenario = Scenario::new();
    let characters = long().chars().count();
    assert!((6000..=6144).contains(&characters), "{characters}");
    scenario.write("long.json", long());
    scenario.stack("policies:\n  long:\n    PolicyDocument: { file: long.json }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    scenario.edit("long.json", "café-120/", "café-220/");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.long  the file changed  stack.yaml:5
        PolicyDocument
          ~ statement s120
            ~ Resource arn:aws:s3:::café-120/é/* -> arn:aws:s3:::café-220/é/*

    Permissions
      + policies.long: may now: s3:GetObject on arn:aws:s3:::café-220/é/*
      - policies.long: may no longer: s3:GetObject on arn:aws:s3:::café-120/é/*

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    // More than AWS takes is known before AWS is asked.
    scenario.edit("long.json", "café-163", &"é".repeat(200));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    ------- stderr -------
    error: PolicyDocument has 6310 characters that count; AWS takes 6144
     --> long.json:1:1
      |
    1 | {"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:a...
      | ^
      |
      = help: white space does not count; take statements out, or use wildcards
    [exit 1]
    "#);
}

#[test]
fn names_that_need_quotes_are_quoted_and_taken() {
    let scenario = Scenario::new();
    scenario.stack(
        &BACKEND
            .replace("read-parameters", "read.parameters=all,of@it+x")
            .replace(
                "${policy.read.parameters=all,of@it+x.arn}",
                "arn:aws:iam::123456789012:policy/read.parameters=all,of@it+x",
            )
            .replace("  backend:\n", "  \"back.end\":\n"),
    );
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    + policies."read.parameters=all,of@it+x"  not in AWS yet  stack.yaml:5
        PolicyDocument
          + statement read
            + Effect Allow
            + Action ssm:GetParameter
            + Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*

    + roles."back.end"  not in AWS yet  stack.yaml:11
        AssumeRolePolicyDocument
          + statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            + Effect Allow
            + Principal Service ecs-tasks.amazonaws.com
            + Action sts:AssumeRole
        InlinePolicies.logs
          + statement 1 (allow logs:PutLogEvents on *)
            + Effect Allow
            + Action logs:PutLogEvents
            + Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess
          arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies."read.parameters=all,of@it+x"
          arn:aws:iam::123456789012:policy/read.parameters=all,of@it+x

    Permissions
      + policies."read.parameters=all,of@it+x": may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      + roles."back.end": may now assume the role: ecs-tasks.amazonaws.com
      + roles."back.end": logs: may now: logs:PutLogEvents on *
      + roles."back.end": gets the policy AWSXRayDaemonWriteAccess
      + roles."back.end": gets the policy
        arn:aws:iam::123456789012:policy/read.parameters=all,of@it+x

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created policies."read.parameters=all,of@it+x"
    created roles."back.end"
    [exit 0]
    "#);
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "ssm:GetParameter", "ssm:GetParameters");
    scenario.edit("stack.yaml", "logs:PutLogEvents", "logs:CreateLogStream");
    apply(&scenario);
    scenario
        .run_words(&["show", "stack.yaml", "roles.\"back.end\"", "--local"])
        .exits(0)
        .says("this stack");
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("2 deleted");
}

#[test]
fn names_that_iam_does_not_take_are_refused_where_they_stand() {
    let scenario = Scenario::new();
    scenario.stack("policies:
  \"a b\": { PolicyDocument: { Version: \"2012-10-17\", Statement: { Effect: Allow, Action: s3:GetObject, Resource: \"*\" } } }
roles:
  \"x\\u001b[2Jy\": { AssumeRolePolicyDocument: { Version: \"2012-10-17\", Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole } } }
");
    let check = scenario.run("check stack.yaml").exits(1);
    assert!(!check.stderr.contains('\u{1b}'), "{check}");
    scenario.stack("task_definitions:\n  \"../etc\": { containerDefinitions: [{ name: app, image: a, memory: 128 }] }\n");
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: the family's name is "../etc"; AWS does not take that
     --> stack.yaml:5:13
      |
    5 |   "../etc": { containerDefinitions: [{ name: app, image: a, memory: 128 }] }
      |             ^
      |
      = help: it has 1 to 255 letters, digits, `-` and `_`; for a placeholder write `${var.NAME}`
    [exit 1]
    "#);
    insta::assert_snapshot!(check, @r#"
    ------- stderr -------
    error: the name of a role has a character that IAM does not take, '\u{1b}'
     --> stack.yaml:7:18
      |
    7 |   "x\u001b[2Jy": { AssumeRolePolicyDocument: { Version: "2012-10-17", Sta...
      |                  ^
      |
      = help: it takes letters, digits and _ + = , . @ -

    error: the name of a policy has a character that IAM does not take, ' '
     --> stack.yaml:5:10
      |
    5 |   "a b": { PolicyDocument: { Version: "2012-10-17", Statement: { Effect: ...
      |          ^
      |
      = help: it takes letters, digits and _ + = , . @ -
    [exit 1]
    "#);
}

#[test]
fn a_managed_policy_of_the_first_version_is_refused_and_a_roles_own_is_not() {
    let scenario = Scenario::new();
    let grant = "Statement: { Effect: Allow, Action: s3:GetObject, Resource: \"*\" }";
    let trust = "Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole }";
    scenario.stack(&format!("policies:\n  old:\n    PolicyDocument: {{ {grant} }}\n"));
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: IAM takes managed policies of `Version: "2012-10-17"` only
     --> stack.yaml:6:21
      |
    6 |     PolicyDocument: { Statement: { Effect: Allow, Action: s3:GetObject, R...
      |                     ^
      |
      = help: write `"Version": "2012-10-17"`; `${…}` in it is a variable of IAM's then
    [exit 1]
    "#);
    scenario.stack(&format!(
        "roles:\n  old:\n    AssumeRolePolicyDocument: {{ {trust} }}\n    InlinePolicies: {{ old: {{ {grant} }} }}\n"
    ));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 created");
}

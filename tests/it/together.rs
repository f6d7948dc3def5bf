//! Roles, policies and task definitions written together: documents in files, what is laid over
//! them, references between them, and what is said where one of these is wrong.

use crate::harness::Scenario;
use crate::iam::{apply, nothing_to_do};
use crate::others::{Others, texts};

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
const READ: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "arn:aws:ssm:${region}:${account}:parameter/${var.stage}/*"}]}"#;
const TASK: &str = r#"{
  "family": "ignored-by-the-one-beside",
  "executionRoleArn": "arn:aws:iam::123456789012:role/somebody",
  "containerDefinitions": [
    {"name": "xray", "image": "xray:1", "memory": 64},
    {"name": "app", "image": "app:1", "memory": 128, "environment": [
      {"name": "LOG_LEVEL", "value": "info"}, {"name": "STAGE", "value": "dev"}]}
  ]
}"#;
const STACK: &str = "vars: { stage: { default: shop } }
policies:
  read: { PolicyDocument: { file: aws/read.json } }
roles:
  backend:
    AssumeRolePolicyDocument: { file: aws/trust.json }
    ManagedPolicies: [\"${policy.read.arn}\"]
    InlinePolicies: { own: { file: aws/read.json } }
task_definitions:
  backend:
    file: aws/task.json
    family: backend
    executionRoleArn: ${role.backend.arn}
    containerDefinitions:
      - name: app
        image: app:2
        environment:
          - { name: STAGE, value: \"${var.stage}\" }
          - { name: NEW, value: \"1\" }
      - { name: third, image: third:1, memory: 32 }
";

fn scenario() -> Scenario {
    let scenario = Scenario::new();
    scenario
        .write("aws/trust.json", TRUST)
        .write("aws/read.json", READ)
        .write("aws/task.json", TASK);
    scenario.stack(STACK);
    scenario
}

#[test]
fn documents_come_from_files_and_what_stands_beside_them_is_laid_over() {
    let scenario = scenario();
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    + policies.read  not in AWS yet  stack.yaml:6
        PolicyDocument
          + statement 1 (allow ssm:GetParameter on
            arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*)
            + Effect Allow
            + Action ssm:GetParameter
            + Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*

    + roles.backend  not in AWS yet  stack.yaml:8
        AssumeRolePolicyDocument
          + statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            + Effect Allow
            + Principal Service ecs-tasks.amazonaws.com
            + Action sts:AssumeRole
        InlinePolicies.own
          + statement 1 (allow ssm:GetParameter on
            arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*)
            + Effect Allow
            + Action ssm:GetParameter
            + Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
        ManagedPolicies.read      arn:aws:iam::123456789012:policy/read

    + task_definitions.backend  not in AWS yet  stack.yaml:13
        containerDefinitions.app
          environment.LOG_LEVEL  info
          environment.NEW        1
          environment.STAGE      shop
          image                  app:2
          memory                 128
        containerDefinitions.third
          image   third:1
          memory  32
        containerDefinitions.xray
          image   xray:1
          memory  64
        executionRoleArn  arn:aws:iam::123456789012:role/backend

    Permissions
      + policies.read: may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      + roles.backend: may now assume the role: ecs-tasks.amazonaws.com
      + roles.backend: own: may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      + roles.backend: gets the policy arn:aws:iam::123456789012:policy/read

    Plan: 3 to create.
    Applied: 3 created.
    ------- stderr -------
    created policies.read
    created roles.backend
    created task_definitions.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
    // A file that several resources refer to changes all of them.
    scenario.edit("aws/read.json", "ssm:GetParameter\"", "ssm:GetParameters\"");
    scenario.run("plan stack.yaml --local").exits(0).says("Plan: 2 to change.");
    apply(&scenario);
}

#[test]
fn what_aws_answers_is_a_file_too() {
    let scenario = scenario();
    apply_first(&scenario);
    // Saved as the AWS CLI prints it, which decodes documents.
    let others = Others::of(&scenario);
    let mut task = others.ecs(
        "DescribeTaskDefinition",
        &serde_json::json!({"taskDefinition": "backend", "include": ["TAGS"]}),
    );
    // The one thing of it that the note quotes.
    task["taskDefinition"]["compatibilities"] = serde_json::json!(["EXTERNAL", "EC2"]);
    scenario.write(
        "answer.json",
        serde_json::json!({"taskDefinition": task["taskDefinition"]}).to_string(),
    );
    let arn = texts(&others.iam("GetRole", &[("RoleName", "backend")]), "Arn").remove(0);
    let trust: serde_json::Value = serde_json::from_str(TRUST).unwrap();
    let role = serde_json::json!({"Role": {"Path": "/", "RoleName": "backend", "RoleId": "AROAEXAMPLE", "Arn": arn, "CreateDate": "2026-11-22T08:00:00+00:00", "AssumeRolePolicyDocument": trust, "MaxSessionDuration": 3600, "RoleLastUsed": {}}});
    scenario.write("role.json", role.to_string());
    scenario.stack(
        "vars: { stage: { default: shop } }
policies:
  read: { PolicyDocument: { file: aws/read.json } }
roles:
  backend:
    file: role.json
    ManagedPolicies: [\"${policy.read.arn}\"]
    InlinePolicies: { own: { file: aws/read.json } }
task_definitions:
  backend: { file: answer.json }
",
    );
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    insta::assert_snapshot!(plan.stderr, @r#"
    note: AWS sets RoleId, Arn, CreateDate, RoleLastUsed itself; left out here
     --> role.json:1:9
      |
    1 | {"Role":{"Arn":"arn:aws:iam::123456789012:role/backend","AssumeRolePolicy...
      |         ^

    note: AWS sets taskDefinitionArn, revision, status, requiresAttributes, compatibilities, registeredAt, registeredBy itself; left out here
     --> answer.json:1:19
      |
    1 | {"taskDefinition":{"compatibilities":["EXTERNAL","EC2"],"containerDefinit...
      |                   ^
    "#);
}

fn apply_first(scenario: &Scenario) {
    scenario.run("apply stack.yaml --local --yes").exits(0);
}

#[test]
fn references_make_the_order() {
    let scenario = Scenario::new();
    scenario.stack(&format!("roles:
  c-last:
    AssumeRolePolicyDocument: {{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Principal: {{ AWS: \"${{role.b-middle.arn}}\" }}, Action: sts:AssumeRole }} }}
  b-middle:
    # By its ARN, which names a role of this stack.
    AssumeRolePolicyDocument: {{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Principal: {{ AWS: \"arn:aws:iam::123456789012:role/a-first\" }}, Action: sts:AssumeRole }} }}
  a-first:
    AssumeRolePolicyDocument: {TRUST}
task_definitions:
  # By its name alone.
  backend: {{ taskRoleArn: c-last, containerDefinitions: [{{ name: app, image: a, memory: 128 }}] }}
"));
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    created roles.a-first
    created roles.b-middle
    created roles.c-last
    created task_definitions.backend
    ");
    nothing_to_do(&scenario);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
}

#[test]
fn circles_and_names_that_lead_nowhere_are_refused_where_they_stand() {
    let scenario = Scenario::new();
    let trusting = |who: &str| {
        format!(
            "{{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Principal: {{ AWS: \"{who}\" }}, Action: sts:AssumeRole }} }}"
        )
    };
    scenario.stack(&format!(
        "roles:\n  one: {{ AssumeRolePolicyDocument: {} }}\n  two: {{ AssumeRolePolicyDocument: {} }}\n",
        trusting("${role.two.arn}"),
        trusting("${role.one.arn}")
    ));
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: references go in a circle: roles.one, roles.two
     --> stack.yaml:5:3
      |
    5 |   one: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: { ...
      |   ^^^
      |
      = help: write one of the ARNs out
    [exit 1]
    "#);
    scenario.stack(
        &format!(
            "roles:
  backend:
    AssumeRolePolicyDocument: {TRUST}
    ManagedPolicies:
      - ${{policy.raed.arn}}
policies:
  read: {{ PolicyDocument: {READ} }}
task_definitions:
  backend:
    taskRoleArn: ${{role.bakend.arn}}
    containerDefinitions: [{{ name: app, image: a, memory: 128 }}]
"
        )
        .replace("${var.stage}", "x"),
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @"
    ------- stderr -------
    error: the stack has no `policies.raed`
     --> stack.yaml:8:9
      |
    8 |       - ${policy.raed.arn}
      |         ^^^^^^^^^^^^^^^^^^ referred to here
      |
      = help: did you mean `read`?

    error: the stack has no `roles.bakend`
      --> stack.yaml:13:18
       |
    13 |     taskRoleArn: ${role.bakend.arn}
       |                  ^^^^^^^^^^^^^^^^^^ referred to here
       |
       = help: did you mean `backend`?
    [exit 1]
    ");
}

#[test]
fn slips_are_told_at_their_lines() {
    let scenario = Scenario::new();
    scenario.stack(&format!(
        "roles:
  backend:
    AssumeRolePolicyDocument: {TRUST}
    ManagedPolicies: [AWSXRayDeamonWriteAccess]
"
    ));
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    stack.yaml is sound: 1 resource.
    ------- stderr -------
    warning: AWS has no managed policy "AWSXRayDeamonWriteAccess", as far as tracewright knows
     --> stack.yaml:7:23
      |
    7 |     ManagedPolicies: [AWSXRayDeamonWriteAccess]
      |                       ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `AWSXRayDaemonWriteAccess`?
      = help: a policy of the stack is `${policy.KEY.arn}`, another one of the account its ARN
    [exit 0]
    "#);
    scenario.stack(
        "roles:
  backend:
    AssumeRolePolicyDocument:
      Version: \"2012-10-17\"
      Statement:
        - { Effect: Alow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole }
    MaxSessionDuration: 60
    unmanaged: [InlinePolices]
    ManagedPolicy: x
task_definitions:
  backend:
    containerDefinitions:
      - { name: app, image: a, memory: many, enviroment: [] }
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: a role has no `ManagedPolicy`
      --> stack.yaml:12:5
       |
    12 |     ManagedPolicy: x
       |     ^^^^^^^^^^^^^ not known here
       |
       = help: did you mean `ManagedPolicies`?

    error: `MaxSessionDuration` is 60; it must be from 3600 to 43200
      --> stack.yaml:10:25
       |
    10 |     MaxSessionDuration: 60
       |                         ^^

    error: "InlinePolices" cannot be left to others
      --> stack.yaml:11:17
       |
    11 |     unmanaged: [InlinePolices]
       |                 ^^^^^^^^^^^^^
       |
       = help: did you mean `InlinePolicies`?

    error: `Effect` is "Alow"; it must be `Allow` or `Deny`
     --> stack.yaml:9:21
      |
    9 | ...   - { Effect: Alow, Principal: { Service: ecs-tasks.amazonaws.com }, ...
      |                   ^^^^
      |
      = help: did you mean `Allow`?

    error: `containerDefinitions[0]` has no `enviroment`
      --> stack.yaml:16:46
       |
    16 |       - { name: app, image: a, memory: many, enviroment: [] }
       |                                              ^^^^^^^^^^ not known here
       |
       = help: did you mean `environment`?

    error: `containerDefinitions[0].memory` is a whole number, not a string
      --> stack.yaml:16:40
       |
    16 |       - { name: app, image: a, memory: many, enviroment: [] }
       |                                        ^^^^
    [exit 1]
    "#);
    // A reference of another form is left as it is, which is found where it cannot be right.
    scenario.stack(
        "task_definitions:
  backend:
    taskRoleArn: ${roles.backend.arn}
    containerDefinitions: [{ name: app, image: a, memory: 128 }]
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: `taskRoleArn` is "${roles.backend.arn}", which is no role's name or ARN
     --> stack.yaml:6:18
      |
    6 |     taskRoleArn: ${roles.backend.arn}
      |                  ^^^^^^^^^^^^^^^^^^^^
      |
      = help: name a role of the stack by `${role.KEY.arn}`, and another one by its name or by `arn:aws:iam::${account}:role/NAME`
    [exit 1]
    "#);
    scenario.stack("roles:\n  backend: { AssumeRolePolicyDocument: { file: trust.json } }\n");
    scenario.write("trust.json", "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\"}]\n}\n");
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: statement 1 of `AssumeRolePolicyDocument` needs `Principal`
     --> trust.json:3:17
      |
    3 |   "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]
      |                 ^
      |
      = help: `Principal`: who may, like `{ "Service": "ecs-tasks.amazonaws.com" }`
    [exit 1]
    "#);
}

#[test]
fn what_is_left_to_others_cannot_be_given_too() {
    let scenario = Scenario::new();
    scenario.stack(&format!(
        "roles:
  backend:
    AssumeRolePolicyDocument: {TRUST}
    ManagedPolicies: []
    unmanaged: [ManagedPolicies]
"
    ));
    scenario
        .run("check stack.yaml")
        .exits(1)
        .says("`ManagedPolicies` is left to others, and given here");
}

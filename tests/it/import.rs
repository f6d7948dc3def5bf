//! `import`: from what people have to a stack that AWS is as already.

use serde_json::json;

use crate::harness::{Output, Scenario};
use crate::others::Others;

const RULE: &str = r#"{
  "SamplingRule": {
    "RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1,
    "ReservoirSize": 5, "ServiceName": "Cruddur", "ServiceType": "*", "Host": "*",
    "HTTPMethod": "*", "URLPath": "*", "Version": 1
  }
}
"#;
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
"#;
const PERMISSIONS: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/x"}]}
"#;
/// The answer of `aws ecs describe-task-definition`.
const TASK: &str = r#"{"taskDefinition": {
  "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:7",
  "containerDefinitions": [{
    "name": "app", "image": "nginx:1", "cpu": 0, "memory": 128, "essential": true, "links": null,
    "environment": [{"name": "LOG_LEVEL", "value": "info"}], "portMappings": [], "volumesFrom": []
  }],
  "family": "backend", "revision": 7, "volumes": [], "status": "ACTIVE", "compatibilities": ["EC2"]
}, "tags": []}
"#;

/// What is imported is applied to an empty AWS, and then there is nothing to do.
#[track_caller]
fn settles(scenario: &Scenario, stack: &str, given: &str) {
    let with = |verb: &str| scenario.run(&format!("{verb} {stack} --local{given}"));
    with("apply --yes").exits(0);
    with("plan --detailed-exitcode").exits(0).says("Nothing to do");
}

/// Imports one file, whose name is its resource's, to a stack on stdout.
fn import(name: &str, text: &str) -> (Scenario, Output) {
    let scenario = Scenario::new();
    scenario.write(name, text);
    let output = scenario.run(&format!("import {name} --name shop"));
    (scenario, output)
}

#[test]
fn the_aws_clis_files_stay_where_they_are() {
    let scenario = Scenario::new();
    scenario.write("aws/xray.json", RULE).write("aws/backend.json", TASK);
    scenario.write("aws/trust.json", TRUST).write("aws/read.json", PERMISSIONS);
    let files = "aws/xray.json aws/backend.json aws/trust.json aws/read.json";
    let output = scenario.run(&format!("import {files} --out stacks/shop.yaml"));
    insta::assert_snapshot!(output);
    insta::assert_snapshot!(scenario.read("stacks/shop.yaml"));
    settles(&scenario, "stacks/shop.yaml", "");
}

#[test]
fn bodies_are_written_out_on_request() {
    let scenario = Scenario::new();
    scenario.write("xray.json", RULE).write("backend.json", TASK).write("trust.json", TRUST);
    let output = scenario.run("import xray.json backend.json trust.json --inline --name shop");
    insta::assert_snapshot!(output);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
}

#[test]
fn a_stack_that_is_there_is_added_to() {
    let scenario = Scenario::new();
    scenario.stack(
        "# Rules of ours.\nsampling_rules:\n  # Nobody wants these.\n  health: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } # ever\n",
    );
    scenario.write("xray.json", RULE).write("backend.json", TASK);
    scenario.run("import xray.json backend.json --out stack.yaml").exits(0);
    insta::assert_snapshot!(scenario.read("stack.yaml"));
    settles(&scenario, "stack.yaml", "");
    // Once more changes nothing.
    let before = scenario.read("stack.yaml");
    scenario.run("import xray.json --out stack.yaml").exits(0).says("already");
    assert_eq!(scenario.read("stack.yaml"), before);
}

#[test]
fn what_is_there_already_and_differs_is_refused() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules:\n  Cruddur: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    scenario.write("xray.json", RULE);
    let before = scenario.read("stack.yaml");
    insta::assert_snapshot!(scenario.run("import xray.json --out stack.yaml"));
    assert_eq!(scenario.read("stack.yaml"), before);
}

#[test]
fn the_policies_of_a_role_come_together() {
    let scenario = Scenario::new();
    let role = format!(r#"{{"RoleName": "backend", "AssumeRolePolicyDocument": {TRUST}}}"#);
    let inline = format!(
        r#"{{"RoleName": "backend", "PolicyName": "read", "PolicyDocument": {PERMISSIONS}}}"#
    );
    let arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
    let attached = format!(r#"{{"RoleName": "backend", "PolicyArn": "{arn}"}}"#);
    scenario.write("role.json", role).write("inline.json", inline).write("x.json", attached);
    let output = scenario.run("import role.json inline.json x.json --name shop");
    insta::assert_snapshot!(output);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
    insta::assert_snapshot!(scenario.run("import inline.json"));
}

#[test]
fn a_role_whose_policies_are_not_shown_keeps_them() {
    let answer = format!(
        r#"{{"Role": {{"RoleName": "backend", "Arn": "arn:aws:iam::123456789012:role/backend",
        "RoleId": "AROA", "Path": "/", "AssumeRolePolicyDocument": {TRUST}}}}}"#
    );
    let (scenario, output) = import("role.json", &answer);
    insta::assert_snapshot!(output);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", " --var region=eu-west-1");
}

#[test]
fn all_rules_of_an_answer_are_taken_the_default_rule_too() {
    let record = |name: &str, priority: u32| {
        format!(
            r#"{{"SamplingRule": {{"RuleName": "{name}", "RuleARN": "arn:aws:xray:eu-west-1:123456789012:sampling-rule/{name}",
            "ResourceARN": "*", "Priority": {priority}, "FixedRate": 0.05, "ReservoirSize": 1, "ServiceName": "*",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {{}}}},
            "CreatedAt": 0, "ModifiedAt": 0}}"#
        )
    };
    let records = [record("one", 1), record("Default", 10_000), record("two", 2)].join(", ");
    let answer = format!(r#"{{"SamplingRuleRecords": [{records}]}}"#);
    let (scenario, output) = import("rules.json", &answer);
    insta::assert_snapshot!(output);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
}

#[test]
fn a_list_of_containers_becomes_a_task_definition() {
    let containers = r#"[{"name": "app", "image": "nginx", "memory": 128}]"#;
    let (scenario, output) = import("backend.json", containers);
    insta::assert_snapshot!(output);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", " --var account=123456789012 --var region=eu-west-1");
}

#[test]
fn secrets_are_not_written_out() {
    let task = r#"[{"name": "app", "image": "nginx", "memory": 128, "environment": [
        {"name": "DB_PASSWORD", "value": "hunter2hunter2"}, {"name": "LOG_LEVEL", "value": "info"}]}]"#;
    let (scenario, output) = import("backend.json", task);
    assert!(!output.to_string().contains("hunter2"), "{output}");
    insta::assert_snapshot!(output);
    scenario.write("stack.yaml", output.stdout);
    let scenario = scenario.env("DB_PASSWORD", "hunter2hunter2");
    let given = " --var account=123456789012 --var region=eu-west-1 --allow-env DB_PASSWORD";
    settles(&scenario, "stack.yaml", given);
}

#[test]
fn what_is_not_known_is_told_in_words() {
    let files = [
        ("compose.yaml", "services:\n  app: { image: nginx }\n"),
        (
            "rules.json",
            r#"{"version": 2, "rules": [], "default": {"fixed_target": 1, "rate": 0.1}}"#,
        ),
        (
            "policy.json",
            r#"{"Policy": {"PolicyName": "x", "Arn": "arn:aws:iam::123456789012:policy/x"}}"#,
        ),
        ("other.json", r#"{"hello": "world"}"#),
        ("empty.json", ""),
    ];
    let scenario = Scenario::new();
    let names = files.map(|(name, text)| {
        scenario.write(name, text);
        name
    });
    insta::assert_snapshot!(scenario.run(&format!("import {}", names.join(" "))));
}

#[test]
fn what_is_live_is_adopted_and_nothing_else_changes() {
    let scenario = Scenario::new();
    scenario.stack(
        "roles:\n  backend:\n    AssumeRolePolicyDocument: { file: trust.json }\n    ManagedPolicies: [AWSXRayDaemonWriteAccess]\n    InlinePolicies: { read: { file: read.json } }\npolicies:\n  reads: { Path: /team/, Description: reads, PolicyDocument: { file: read.json }, Tags: { a: b } }\nsampling_rules: { Cruddur: { file: xray.json } }\ntask_definitions: { backend: { file: backend.json } }\n",
    );
    scenario.write("trust.json", TRUST).write("read.json", PERMISSIONS);
    scenario.write("xray.json", RULE).write("backend.json", TASK);
    settles(&scenario, "stack.yaml", "");

    // What carries one stack's mark is that stack again.
    scenario.run("import --live --local --out again.yaml").exits(0);
    insta::assert_snapshot!(scenario.read("again.yaml"));
    let again = scenario.run("plan again.yaml --local --detailed-exitcode");
    again.exits(0).says("Nothing to do");

    // Another stack has nothing to take.
    let other = scenario.run("import --live --local --name other");
    insta::assert_snapshot!(other);
}

#[test]
fn adopting_what_was_made_by_hand_changes_nothing_but_the_mark() {
    let scenario = Scenario::new();
    let others = Others::of(&scenario);
    let role = [("RoleName", "backend"), ("AssumeRolePolicyDocument", TRUST)];
    others.iam("CreateRole", &role);
    let inline = [("RoleName", "backend"), ("PolicyName", "read"), ("PolicyDocument", PERMISSIONS)];
    others.iam("PutRolePolicy", &inline);
    others.iam("CreatePolicy", &[("PolicyName", "reads"), ("PolicyDocument", PERMISSIONS)]);
    let attached =
        [("RoleName", "backend"), ("PolicyArn", "arn:aws:iam::123456789012:policy/reads")];
    others.iam("AttachRolePolicy", &attached);
    others.ecs(
        "RegisterTaskDefinition",
        &json!({
            "family": "backend", "cpu": ".25 vCPU", "memory": "0.5GB", "networkMode": "awsvpc",
            "taskRoleArn": "arn:aws:iam::123456789012:role/backend",
            "containerDefinitions": [{
                "name": "app", "image": "nginx", "command": ["sh", "-c", "echo ${account} $HOME"],
                "portMappings": [{"containerPort": 80}], "dockerLabels": {"a.b": "1"},
                "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "${var.x}"}],
            }],
        }),
    );
    let output = scenario.run("import --live --local --out stack.yaml --name shop");
    insta::assert_snapshot!(output.exits(0));
    insta::assert_snapshot!(scenario.read("stack.yaml"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"));
    let before = without_tags(scenario.local_state());
    settles(&scenario, "stack.yaml", "");
    assert_eq!(without_tags(scenario.local_state()), before);
}

fn without_tags(mut state: serde_json::Value) -> serde_json::Value {
    match &mut state {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| !name.to_lowercase().contains("tags"));
            fields.values_mut().for_each(|value| *value = without_tags(value.take()));
        }
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(|value| *value = without_tags(value.take()));
        }
        _ => {}
    }
    state
}

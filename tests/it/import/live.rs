//! `import --live`, and secrets, which no import writes out.

use serde_json::json;

use crate::harness::Scenario;
use crate::import::{PERMISSIONS, RULE, TASK, TRUST, import, settles};
use crate::others::Others;

#[test]
fn secrets_are_not_written_out() {
    let task = r#"[{"name": "app", "image": "nginx", "memory": 128, "environment": [
        {"name": "DB_PASSWORD", "value": "hunter2hunter2"}, {"name": "LOG_LEVEL", "value": "info"}]}]"#;
    let (scenario, output) = import("backend.json", task);
    assert!(!output.to_string().contains("hunter2"), "{output}");
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: ${var.account}
    region: ${var.region}
    vars:
      account: {}
      region: {}

    task_definitions:
      backend:
        containerDefinitions:
          - name: app
            image: nginx
            memory: 128
            environment:
              - { name: DB_PASSWORD, value: "${env.DB_PASSWORD}" }
              - { name: LOG_LEVEL, value: info }
    ------- stderr -------
    note: no ARN in here says which account this is: it is a variable
      = help: say `--account` here, or give it with `--var account=VALUE`

    note: no ARN in here says which region this is: it is a variable
      = help: say `--region` here, or give it with `--var region=VALUE`

    note: what looks like a secret is not written: the stack reads it as `${env.DB_PASSWORD}`
     --> backend.json:2
      = note: the line holds what looks like a secret, and is not shown
      = help: set DB_PASSWORD in the environment, and say `--allow-env DB_PASSWORD`
      = help: better, keep it in SSM or Secrets Manager and refer to it under `secrets`
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    let scenario = scenario.env("DB_PASSWORD", "hunter2hunter2");
    let given = " --var account=123456789012 --var region=eu-west-1 --allow-env DB_PASSWORD";
    settles(&scenario, "stack.yaml", given);
    // Nor is one that is live, in a stack that says all else.
    scenario.run("import --live --local --out again.yaml").exits(0);
    assert!(scenario.read("again.yaml").contains("${env.DB_PASSWORD}"));
    settles(&scenario, "again.yaml", " --allow-env DB_PASSWORD");
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
    insta::assert_snapshot!(scenario.read("again.yaml"), @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    sampling_rules:
      Cruddur:
        Priority: 9000
        FixedRate: 0.1
        ReservoirSize: 5
        ServiceName: Cruddur

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }

    roles:
      backend:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        ManagedPolicies: [AWSXRayDaemonWriteAccess]
        InlinePolicies:
          read:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ssm:GetParameter
                Resource: arn:aws:ssm:eu-west-1:123456789012:parameter/x

    policies:
      reads:
        Path: /team/
        Description: reads
        PolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: ssm:GetParameter
              Resource: arn:aws:ssm:eu-west-1:123456789012:parameter/x
        Tags: { a: b }

    task_definitions:
      backend:
        containerDefinitions:
          - name: app
            image: nginx:1
            memory: 128
            environment: [{ name: LOG_LEVEL, value: info }]
    "#);
    let again = scenario.run("plan again.yaml --local --detailed-exitcode");
    again.exits(0).says("Nothing to do");

    // Another stack has nothing to take.
    let other = scenario.run("import --live --local --name other");
    insta::assert_snapshot!(other, @r#"
    # Written by `tracewright import`.
    stack: other
    account: "123456789012"
    region: eu-west-1

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }
    ------- stderr -------
    left out: sampling_rules.Cruddur, which belongs to the stack `shop`
    left out: roles.backend, which belongs to the stack `shop@eu-west-1`
    left out: policies.reads, which belongs to the stack `shop@eu-west-1`
    left out: task_definitions.backend, which belongs to the stack `shop`
    [exit 0]
    "#);
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
    insta::assert_snapshot!(output.exits(0), @"
    Wrote stack.yaml: 4 resources.
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.read("stack.yaml"), @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1
    adopt: [roles.backend, policies.reads, task_definitions.backend]

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }

    roles:
      backend:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        ManagedPolicies: ["${policy.reads.arn}"]
        InlinePolicies:
          read:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ssm:GetParameter
                Resource: arn:aws:ssm:eu-west-1:123456789012:parameter/x

    policies:
      reads:
        PolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: ssm:GetParameter
              Resource: arn:aws:ssm:eu-west-1:123456789012:parameter/x

    task_definitions:
      backend:
        taskRoleArn: ${role.backend.arn}
        networkMode: awsvpc
        containerDefinitions:
          - name: app
            image: nginx
            portMappings: [{ containerPort: 80 }]
            command: [sh, -c, "echo $${account} $HOME"]
            environment:
              - { name: A, value: "$${var.x}" }
              - { name: B, value: "2" }
            dockerLabels: { a.b: "1" }
        cpu: "256"
        memory: "512"
    "#);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    > policies.reads  exists without a mark, and is to be adopted  stack.yaml:27

    > roles.backend  exists without a mark, and is to be adopted  stack.yaml:10

    > task_definitions.backend  stack.yaml:36
        exists without a mark, and is to be adopted

    Plan: 3 to adopt.
    [exit 0]
    ");
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
            for value in items {
                *value = without_tags(value.take());
            }
        }
        _ => {}
    }
    state
}

#[test]
fn rules_stand_in_the_order_they_are_tried_in() {
    let scenario = Scenario::new();
    let others = Others::of(&scenario);
    for (name, priority) in [("a", 30), ("b", 10), ("c", 20)] {
        others.xray(
            "CreateSamplingRule",
            &json!({"SamplingRule": {
                "RuleName": name, "Priority": priority, "FixedRate": 0, "ReservoirSize": 0, "Version": 1,
                "ResourceARN": "*", "ServiceName": "*", "ServiceType": "*", "Host": "*",
                "HTTPMethod": "*", "URLPath": "*",
            }}),
        );
    }
    let stack = scenario.run("import --live --local").exits(0).stdout.clone();
    let place = |name: &str| stack.find(&format!("\n  {name}:")).unwrap();
    assert!(place("b") < place("c") && place("c") < place("a"), "{stack}");
}

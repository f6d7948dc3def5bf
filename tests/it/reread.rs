//! What AWS writes in another way on each read is the same to the tool: nothing to do, and what is
//! said of it is said in the same words.

use crate::harness::{REREAD, Scenario};
use crate::others::Others;

const STACK: &str = r#"
tags: { team: shop, cost: "7" }
sampling_rules:
  one: { Priority: 10, FixedRate: 1, ReservoirSize: 0, URLPath: /a/*, Attributes: { b: "1", a: "2" } }
  two: { Priority: 10, FixedRate: 0, ReservoirSize: 5, URLPath: /b/* }
  gone: { Priority: 30, FixedRate: 0.5, ReservoirSize: 5 }
policies:
  read:
    PolicyDocument: { Version: "2012-10-17", Statement: [
      { Effect: Allow, Action: ["ssm:GetParameters", "ssm:GetParameter"], Resource: ["arn:aws:ssm:*:*:parameter/b", "arn:aws:ssm:*:*:parameter/a"] },
      { Effect: Deny, Action: "ssm:*", Resource: "*", Condition: { StringNotEquals: { "aws:ResourceTag/b": [y, x], "aws:ResourceTag/a": z } } } ] }
roles:
  other:
    AssumeRolePolicyDocument: &trust { Version: "2012-10-17", Statement: [
      { Effect: Allow, Action: [ "sts:TagSession", "sts:AssumeRole" ],
        Principal: { Service: [ecs.amazonaws.com, ecs-tasks.amazonaws.com, events.amazonaws.com], AWS: "123456789012" },
        Condition: { StringLike: { "aws:SourceArn": ["arn:aws:ecs:b:*:*", "arn:aws:ecs:a:*:*"] }, StringEquals: { "aws:SourceAccount": "123456789012", "aws:PrincipalTag/T": "1" } } } ] }
    ManagedPolicies: ["${policy.read.arn}", AWSXRayDaemonWriteAccess]
  task:
    AssumeRolePolicyDocument: *trust
    ManagedPolicies: ["${policy.read.arn}", AWSXRayDaemonWriteAccess]
    InlinePolicies:
      b: &logs { Version: "2012-10-17", Statement: { Effect: Allow, Action: "logs:*", Resource: "*" } }
      a: *logs
task_definitions:
  app:
    taskRoleArn: ${role.task.arn}
    executionRoleArn: ${role.task.arn}
    networkMode: awsvpc
    requiresCompatibilities: [FARGATE, EC2]
    cpu: 1 vCPU
    memory: 2048
    volumes: [{ name: tmp }, { name: files, efsVolumeConfiguration: { fileSystemId: fs-1 } }]
    containerDefinitions:
      - name: web
        image: web:1
        command: [serve, --all]
        dependsOn: [{ containerName: xray, condition: START }, { containerName: log, condition: HEALTHY }]
        environment: [{ name: B, value: "2" }, { name: A, value: "1" }, { name: C, value: "3" }]
        secrets: [{ name: Z, valueFrom: "arn:aws:ssm:eu-west-1:123456789012:parameter/z" }, { name: Y, valueFrom: "arn:aws:ssm:eu-west-1:123456789012:parameter/y" }]
        portMappings: [{ containerPort: 80 }, { containerPort: 8080, hostPort: 8080, protocol: tcp }, { containerPort: 53, protocol: udp }, { containerPort: 53 }]
        mountPoints: [{ sourceVolume: tmp, containerPath: /tmp }, { sourceVolume: files, containerPath: /files, readOnly: false }]
        ulimits: [{ name: nofile, softLimit: 1, hardLimit: 2 }, { name: core, softLimit: 1, hardLimit: 2 }]
      - { name: xray, image: "xray:1", essential: false, portMappings: [{ containerPort: 2000, protocol: udp }] }
      - { name: log, image: "log:1", healthCheck: { command: [CMD, ok] } }
  older: { containerDefinitions: [{ name: a, image: "a:1", memory: 4 }] }
"#;

/// What the tool says, read after read.
fn says_the_same(scenario: &Scenario, line: &str) -> String {
    let said: Vec<_> = (0..12)
        .map(|seed: u64| {
            let words: Vec<_> = line.split(' ').collect();
            let output = scenario.command(&words).env(REREAD, seed.to_string()).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        })
        .collect();
    for one in &said {
        assert_eq!(*one, said[0], "{line}");
    }
    said[0].clone()
}

fn applied() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(STACK);
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    drop(apply.says("Applied: 8 created"));
    scenario
}

#[test]
fn nothing_changes_and_what_is_shown_is_shown_alike() {
    let scenario = applied();
    let plan = says_the_same(&scenario, "plan stack.yaml --local --detailed-exitcode");
    assert!(plan.contains("Nothing to do"), "{plan}");
    for address in [
        "sampling_rules.one",
        "policies.read",
        "roles.task",
        "task_definitions.app",
        "default_sampling",
    ] {
        for format in ["text", "json"] {
            let line = format!("show stack.yaml {address} --local --format {format}");
            assert!(!says_the_same(&scenario, &line).is_empty(), "{line}");
        }
    }
}

/// Others change a little of everything, and the file lets go of the rest.
#[test]
fn what_changed_is_told_alike() {
    let scenario = applied();
    let others = Others::of(&scenario);
    for profile in ["p2", "p1"] {
        others.iam("CreateInstanceProfile", &[("InstanceProfileName", profile)]);
        let both = [("InstanceProfileName", profile), ("RoleName", "other")];
        others.iam("AddRoleToInstanceProfile", &both);
    }
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.amazonaws.com", "ec2.amazonaws.com", "lambda.amazonaws.com"], "AWS": ["123456789012", "210987654321"]}, "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"], "aws:PrincipalTag/T": "2"}}}]}"#;
    others.iam("UpdateAssumeRolePolicy", &[("RoleName", "task"), ("PolicyDocument", trust)]);
    let revision = serde_json::json!({"family": "app", "containerDefinitions": [
        {"name": "web", "image": "web:2", "memory": 4, "links": ["x2", "x1"], "environment": [
            {"name": "N2", "value": "1"}, {"name": "N1", "value": "1"}]},
        {"name": "x1", "image": "x", "memory": 4}, {"name": "x2", "image": "x", "memory": 4}]});
    others.ecs("RegisterTaskDefinition", &revision);
    for line in ["plan stack.yaml --local", "plan stack.yaml --local --format json"] {
        assert!(says_the_same(&scenario, line).contains("210987654321"));
    }
    for format in ["text", "json"] {
        says_the_same(&scenario, &format!("show stack.yaml roles.task --local --format {format}"));
    }
    scenario.stack("sampling_rules: {}\npolicies: {}\nroles: {}\ntask_definitions: {}\n");
    for line in ["plan stack.yaml --local", "plan stack.yaml --local --format json"] {
        let plan = says_the_same(&scenario, line);
        assert!(plan.contains("is taken out of the instance profiles p1, p2"), "{plan}");
    }
}

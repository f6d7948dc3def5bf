//! Files of the AWS CLI.

use super::{PERMISSIONS, RULE, TASK, TRUST, import, settles};
use crate::harness::Scenario;

#[test]
fn the_aws_clis_files_stay_where_they_are() {
    let scenario = Scenario::new();
    scenario.write("aws/xray.json", RULE).write("aws/backend.json", TASK);
    scenario.write("aws/trust.json", TRUST).write("aws/read.json", PERMISSIONS);
    let files = "aws/xray.json aws/backend.json aws/trust.json aws/read.json";
    let output = scenario.run(&format!("import {files} --out stacks/shop.yaml"));
    insta::assert_snapshot!(output, @r#"
    Wrote stacks/shop.yaml: 4 resources.
    ------- stderr -------
    note: AWS sets taskDefinitionArn, revision, status, compatibilities itself; left out here
     --> aws/backend.json:1:20
      |
    1 | {"taskDefinition": {
      |                    ^
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.read("stacks/shop.yaml"), @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    sampling_rules:
      Cruddur: { file: ../aws/xray.json }

    roles:
      trust: { AssumeRolePolicyDocument: { file: ../aws/trust.json } }

    policies:
      read: { PolicyDocument: { file: ../aws/read.json } }

    task_definitions:
      backend: { file: ../aws/backend.json }
    "#);
    settles(&scenario, "stacks/shop.yaml", "");
}

#[test]
fn bodies_are_written_out_on_request() {
    let scenario = Scenario::new();
    scenario.write("xray.json", RULE).write("backend.json", TASK).write("trust.json", TRUST);
    let output = scenario.run("import xray.json backend.json trust.json --inline --name shop");
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    sampling_rules:
      Cruddur:
        ResourceARN: "*"
        Priority: 9000
        FixedRate: 0.1
        ReservoirSize: 5
        ServiceName: Cruddur
        ServiceType: "*"
        Host: "*"
        HTTPMethod: "*"
        URLPath: "*"
        Version: 1

    roles:
      trust:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole

    task_definitions:
      backend:
        containerDefinitions:
          - name: app
            image: nginx:1
            cpu: 0
            memory: 128
            essential: true
            environment: [{ name: LOG_LEVEL, value: info }]
            portMappings: []
            volumesFrom: []
        volumes: []
        tags: {}
    ------- stderr -------
    note: AWS sets taskDefinitionArn, revision, status, compatibilities itself; left out here
     --> backend.json:1:20
      |
    1 | {"taskDefinition": {
      |                    ^

    note: `null` says nothing, and is left out
     --> backend.json:1:20
      |
    1 | {"taskDefinition": {
      |                    ^
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
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
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    sampling_rules:
      one: { file: rules.json }
      two: { file: rules.json }

    default_sampling: { file: rules.json }
    ------- stderr -------
    note: AWS sets CreatedAt, ModifiedAt, RuleARN itself; left out here
     --> rules.json:1:43
      |
    1 | {"SamplingRuleRecords": [{"SamplingRule": {"RuleName": "one", "RuleARN": ...
      |                                           ^

    note: of the Default rule only FixedRate and ReservoirSize can be set; the rest is left out here
     --> rules.json:4:64
      |
    4 | ...   "CreatedAt": 0, "ModifiedAt": 0}, {"SamplingRule": {"RuleName": "De...
      |                                                          ^
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
}

#[test]
fn a_list_of_containers_becomes_a_task_definition() {
    let containers = r#"[{"name": "app", "image": "nginx", "memory": 128}]"#;
    let (scenario, output) = import("backend.json", containers);
    insta::assert_snapshot!(output, @"
    # Written by `tracewright import`.
    stack: shop
    account: ${var.account}
    region: ${var.region}
    vars:
      account: {}
      region: {}

    task_definitions:
      backend: { containerDefinitions: [{ name: app, image: nginx, memory: 128 }] }
    ------- stderr -------
    note: no ARN in here says which account this is: it is a variable
      = help: say `--account` here, or give it with `--var account=VALUE`

    note: no ARN in here says which region this is: it is a variable
      = help: say `--region` here, or give it with `--var region=VALUE`
    [exit 0]
    ");
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", " --var account=123456789012 --var region=eu-west-1");
}

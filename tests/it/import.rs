//! `import`: from what people have to a stack that AWS is as already.

use serde_json::json;

use crate::harness::{Output, Scenario};

pub(crate) const RULE: &str = r#"{
  "SamplingRule": {
    "RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1,
    "ReservoirSize": 5, "ServiceName": "Cruddur", "ServiceType": "*", "Host": "*",
    "HTTPMethod": "*", "URLPath": "*", "Version": 1
  }
}
"#;
pub(crate) const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
"#;
pub(crate) const PERMISSIONS: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/x"}]}
"#;
/// The answer of `aws ecs describe-task-definition`.
pub(crate) const TASK: &str = r#"{"taskDefinition": {
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
pub(crate) fn settles(scenario: &Scenario, stack: &str, given: &str) {
    let with = |verb: &str| scenario.run(&format!("{verb} {stack} --local{given}"));
    with("apply --yes").exits(0);
    with("plan --detailed-exitcode").exits(0).says("Nothing to do");
}

/// Imports one file, whose name is its resource's, to a stack on stdout.
pub(crate) fn import(name: &str, text: &str) -> (Scenario, Output) {
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
fn a_stack_that_is_there_is_added_to() {
    let scenario = Scenario::new();
    scenario.stack(
        "# Rules of ours.\nsampling_rules:\n  # Nobody wants these.\n  health: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } # ever\n",
    );
    scenario.write("xray.json", RULE).write("backend.json", TASK);
    scenario.run("import xray.json backend.json --out stack.yaml").exits(0);
    insta::assert_snapshot!(scenario.read("stack.yaml"), @r#"
    stack: shop
    account: "123456789012"
    region: eu-west-1
    # Rules of ours.
    sampling_rules:
      # Nobody wants these.
      health: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } # ever
      Cruddur: { file: xray.json }

    task_definitions:
      backend: { file: backend.json }
    "#);
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
    insta::assert_snapshot!(scenario.run("import xray.json --out stack.yaml"), @"
    ------- stderr -------
    error: the file has `sampling_rules.Cruddur` already
     --> stack.yaml:5:12
      |
    5 |   Cruddur: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }
      |            ^
      |
      = help: take it out there, or leave it out of what is added
    error: nothing was written
    [exit 1]
    ");
    assert_eq!(scenario.read("stack.yaml"), before);
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
    insta::assert_snapshot!(scenario.run(&format!("import {}", names.join(" "))), @r#"
    ------- stderr -------
    error: this is a Compose file, or the answer of describe-services: neither is kept here
     --> compose.yaml:1:1
      |
    1 | services:
      | ^
      |
      = help: import the task definition: `aws ecs describe-task-definition --task-definition NAME`

    error: these are sampling rules that an X-Ray SDK keeps in the application, not X-Ray's own
     --> rules.json:1:1
      |
    1 | {"version": 2, "rules": [], "default": {"fixed_target": 1, "rate": 0.1}}
      | ^
      |
      = help: a rule of X-Ray's has a Priority; fixed_target is its ReservoirSize, and rate its FixedRate

    error: get-policy does not show what a policy allows
     --> policy.json:1:1
      |
    1 | {"Policy": {"PolicyName": "x", "Arn": "arn:aws:iam::123456789012:policy/x"}}
      | ^
      |
      = help: bring the answer of get-policy-version, or import with `--live --match NAME`

    error: nothing is known here that has hello
     --> other.json:1:1
      |
    1 | {"hello": "world"}
      | ^
      |
      = help: import reads the AWS CLI's documents for sampling rules, task definitions, roles and policies, CloudFormation templates, and Terraform's state and files

    error: the file is empty
     --> empty.json:1:1
      |
    1 |
      | ^
      |
      = help: it should hold one JSON object
    error: nothing was written
    [exit 1]
    "#);
}

/// What a state of a whole account holds may be more than a stack file.
#[test]
fn a_stack_that_could_not_be_read_again_is_not_written() {
    let scenario = Scenario::new();
    let task = |n: usize| {
        let variables: Vec<_> =
            (0..20).map(|v| json!({"name": format!("V{v}"), "value": "x".repeat(2000)})).collect();
        let containers =
            json!([{"name": "a", "image": "a:1", "memory": 64, "environment": variables}]);
        json!({"type": "aws_ecs_task_definition", "address": "a",
            "values": {"family": format!("f{n}"), "container_definitions": containers.to_string()}})
    };
    let resources: Vec<_> = (0..30).map(task).collect();
    let state = json!({"values": {"root_module": {"resources": resources}}});
    scenario.write("state.json", &state.to_string());
    let output = scenario.run("import state.json --out stack.yaml").exits(1);
    output.says("nothing was written").says("import fewer at a time");
    scenario.run("check stack.yaml").exits(1).says("stack.yaml is not there");
}

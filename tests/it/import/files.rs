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
fn documents_may_be_yaml() {
    let scenario = Scenario::new();
    scenario.write(
        "trust.yaml",
        "Version: 2012-10-17\nStatement:\n- Effect: Allow\n  Principal: { Service: ecs-tasks.amazonaws.com }\n  Action: sts:AssumeRole\n",
    );
    let output = scenario.run(
        "import trust.yaml --name shop --account 123456789012 --region eu-west-1 --out s.yaml",
    );
    output.exits(0);
    let stack = scenario.read("s.yaml");
    assert!(stack.contains("trust: { AssumeRolePolicyDocument: { file: trust.yaml } }"), "{stack}");
    settles(&scenario, "s.yaml", "");
}

#[test]
fn what_the_aws_cli_would_not_take_is_mended_and_not_named() {
    for rule in
        [RULE.replace("Cruddur\", \"Res", "Cru\tddur\", \"Res"), RULE.replace("  \"", "\u{a0} \"")]
    {
        let scenario = Scenario::new();
        assert_ne!(rule, RULE);
        scenario.write("xray.json", rule);
        let output =
            scenario.run("import xray.json --name shop --account 123456789012 --region eu-west-1");
        assert!(output.code == 0 && !output.stdout.contains("file:"), "{output}");
        scenario.stack("sampling_rules: { x: { file: xray.json } }\n");
        let check = scenario.run("check stack.yaml");
        assert!(check.code == 1 && check.stderr.contains("`tracewright import`"), "{check}");
    }
}

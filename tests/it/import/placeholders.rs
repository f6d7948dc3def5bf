//! What is a placeholder, and what only looks like one.

use super::settles;
use crate::harness::Scenario;

const CONTAINER: &str = r#"{"name": "app", "image": "nginx", "memory": 128,
  "command": ["sh", "-c", "echo ${account} $HOME {{z}}"],
  "environment": [{"name": "A", "value": "${region}"}, {"name": "B", "value": "{{x}} ${FOO}"}]}"#;

#[test]
fn what_aws_answered_is_literal() {
    let scenario = Scenario::new();
    scenario.write("web.json", format!(
        r#"{{"taskDefinition": {{"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3",
        "family": "web", "containerDefinitions": [{CONTAINER}]}}}}"#
    ));
    let output = scenario.run("import web.json --name shop");
    insta::assert_snapshot!(output.stdout, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    task_definitions:
      web:
        containerDefinitions:
          - name: app
            image: nginx
            memory: 128
            command: [sh, -c, "echo $${account} $HOME {{z}}"]
            environment:
              - { name: A, value: "$${region}" }
              - { name: B, value: "{{x}} ${FOO}" }
    "#);
    scenario.write("stack.yaml", &output.stdout);
    settles(&scenario, "stack.yaml", "");
    let state = scenario.local_state().to_string();
    for literal in ["echo ${account} $HOME {{z}}", "\"${region}\"", "{{x}} ${FOO}"] {
        assert!(state.contains(literal), "{literal} in {state}");
    }
}

#[test]
fn an_image_in_an_answer_may_be_one_all_the_same() {
    let scenario = Scenario::new();
    scenario.write(
        "web.json",
        r#"{"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3",
        "family": "web", "containerDefinitions": [{"name": "app", "image": "<IMAGE1_NAME>", "memory": 128}]}"#,
    );
    let output = scenario.run("import web.json --name shop");
    assert!(output.stdout.contains("image: \"${var.image1_name}\""), "{output}");
}

#[test]
fn a_shells_own_account_is_written_out() {
    let scenario = Scenario::new();
    let task = r#"{"family": "web", "containerDefinitions": [{"name": "app", "image": "nginx", "memory": 128,
        "command": ["sh", "-c", "echo ${account}"]}]}"#;
    scenario.write("web.json", task);
    let output =
        scenario.run("import web.json --name shop --account 123456789012 --region eu-west-1");
    assert!(output.stdout.contains("\"echo $${account}\""), "{output}");
}

#[test]
fn a_whole_list_of_statements_is_no_variable() {
    let scenario = Scenario::new();
    scenario.write("read.json", "{\"Version\": \"2012-10-17\", \"Statement\": {{statements}}}");
    let output = scenario.run("import read.json");
    assert!(output.stderr.contains("stands for a whole document"), "{output}");
    assert_eq!(output.code, 1);
}

#[test]
fn numbers_of_a_rule_are_variables_and_routes_are_none() {
    let scenario = Scenario::new();
    scenario.write(
        "rule.json",
        r#"{"SamplingRuleUpdate": {"RuleName": "a", "Priority": "<priority>", "FixedRate": "<rate>",
        "ReservoirSize": 1, "URLPath": "/<id>/$metadata"}}"#,
    );
    let output =
        scenario.run("import rule.json --name shop --account 123456789012 --region eu-west-1");
    for written in ["Priority: ${var.priority}", "FixedRate: ${var.rate}", "/<id>/$metadata"] {
        assert!(output.stdout.contains(written), "{written}: {output}");
    }
}

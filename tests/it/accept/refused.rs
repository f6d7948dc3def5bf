//! What is never written, and what cannot be.

use serde_json::json;

use super::{accepted, moved};
use crate::harness::Scenario;
use crate::ownership::behind_its_back;

fn rule(scenario: &Scenario, fields: &serde_json::Value) {
    behind_its_back(scenario, "UpdateSamplingRule", &json!({"SamplingRuleUpdate": fields}));
}

/// Refused in these words, and nothing is written.
#[track_caller]
fn refused(scenario: &Scenario, address: &str) -> String {
    let files = ["stack.yaml", "rule.json", "other.yaml"];
    let read = |file: &&str| std::fs::read(scenario.path(file)).ok();
    let before: Vec<_> = files.iter().map(read).collect();
    let output = scenario.run(&format!("drift stack.yaml --local --accept {address}"));
    assert_ne!(output.code, 0, "{output}");
    assert_eq!(files.iter().map(read).collect::<Vec<_>>(), before, "{output}");
    output.to_string()
}

#[test]
fn a_value_of_somebody_else_is_changed_there() {
    let scenario = Scenario::new();
    scenario.stack(
        "vars: { rate: { default: 0.1 } }
tags: { project: shop }
sampling_rules:
  a:
    Priority: 1
    FixedRate: ${var.rate}
    ReservoirSize: 1
  b: { Priority: 2, FixedRate: 0, ReservoirSize: 1, URLPath: /b }
",
    );
    scenario.run("apply stack.yaml --local --yes").exits(0);
    rule(&scenario, &json!({"RuleName": "a", "FixedRate": 0.2, "ReservoirSize": 7}));
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.a"), @"
    ------- stderr -------
    error: this comes from `${var.rate}`, and AWS has another value
     --> stack.yaml:9:16
      |
    9 |     FixedRate: ${var.rate}
      |                ^^^^^^^^^^^
      |
      = help: change what it stands for, or write the value out here, and accept again
    [exit 1]
    ");
    let arn = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/b";
    let tags = json!({"ResourceARN": arn, "Tags": [{"Key": "project", "Value": "web"}]});
    behind_its_back(&scenario, "TagResource", &tags);
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.b"), @"
    ------- stderr -------
    error: the tag `project` comes from the stack's `tags`
     --> stack.yaml:5:18
      |
    5 | tags: { project: shop }
      |                  ^^^^
      |
      = help: change it there, or give the resource a tag of this name itself, and accept again
    [exit 1]
    ");
    // What a variable stands for may go on to be what it was.
    scenario.edit("stack.yaml", "${var.rate}", "0.1");
    let tags = json!({"ResourceARN": arn, "Tags": [{"Key": "project", "Value": "shop"}]});
    behind_its_back(&scenario, "TagResource", &tags);
    accepted(&scenario, "sampling_rules.a");
    assert!(scenario.read("stack.yaml").contains("ReservoirSize: 7\n"));
}

#[test]
fn a_document_of_several_is_nobodys_to_change() {
    let scenario = Scenario::new();
    scenario.write("rule.json", r#"{"Priority": 1, "FixedRate": 0, "ReservoirSize": 1}"#);
    scenario.stack(
        "sampling_rules:
  a: { file: rule.json }
  b: { file: rule.json, Priority: 2, Host: b }
",
    );
    scenario.run("apply stack.yaml --local --yes").exits(0);
    rule(&scenario, &json!({"RuleName": "b", "FixedRate": 0.2}));
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.b"), @"
    ------- stderr -------
    error: sampling_rules.a would change with it: it is made of rule.json too
      = help: give one of them a file of its own, or write what differs beside `file` (stack.yaml:5)
    [exit 1]
    ");
    rule(&scenario, &json!({"RuleName": "b", "FixedRate": 0.0, "Host": "c"}));
    accepted(&scenario, "sampling_rules.b");

    rule(&scenario, &json!({"RuleName": "a", "Priority": 3}));
    scenario.write(
        "other.yaml",
        "stack: other\naccount: \"123456789012\"\nregion: eu-west-1\n\
         sampling_rules: { c: { Priority: 4, file: ./rule.json } }\n",
    );
    scenario.edit(
        "stack.yaml",
        "file: rule.json, Priority: 2,",
        "FixedRate: 0, ReservoirSize: 1, Priority: 2,",
    );
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.a"), @"
    ------- stderr -------
    error: rule.json is another stack's too (other.yaml:4)
      = help: give one of them a file of its own, or change it by hand
    [exit 1]
    ");
}

#[test]
fn a_secret_is_never_written() {
    let task = |environment: &str| {
        format!(
            "task_definitions:\n  web:\n    containerDefinitions:\n    - name: app\n      image: web\n      memory: 64\n      environment:\n{environment}"
        )
    };
    let (log, key) =
        ("      - { name: LOG, value: info }\n", "      - { name: API_KEY, value: hunter22222 }\n");
    for (before, after) in [
        (log.to_owned(), format!("{log}{key}")),
        (format!("{key}{log}"), format!("{}{log}", key.replace('2', "3"))),
    ] {
        let scenario = Scenario::new();
        scenario.stack(&task(&after));
        let changed = scenario.read("stack.yaml");
        scenario.stack(&task(&before));
        moved(&scenario, &[("stack.yaml", &changed)]);
        let said = refused(&scenario, "task_definitions.web");
        assert!(said.contains("never written"), "{said}");
        assert!(!said.contains("hunter"), "{said}");
    }
    // One that stands beside what changes is not shown.
    let scenario = Scenario::new();
    let flow = "        [{ name: API_KEY, value: hunter22222 }, { name: LOG, value: info }]\n";
    scenario.stack(&task(&flow.replace("info", "debug")));
    let changed = scenario.read("stack.yaml");
    scenario.stack(&task(flow));
    moved(&scenario, &[("stack.yaml", &changed)]);
    insta::assert_snapshot!(accepted(&scenario, "task_definitions.web"), @"
    stack.yaml:11
    - (the line holds what looks like a secret, and is not shown)
    + (the line holds what looks like a secret, and is not shown)
    ------- stderr -------
    Written to stack.yaml.
    [exit 0]
    ");
}

#[test]
fn what_is_missing_or_foreign_or_unknown_is_told() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules:\n  a: { Priority: 1, FixedRate: 0, ReservoirSize: 1 }\n");
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.a"), @"
    ------- stderr -------
    error: sampling_rules.a is not in AWS, so that there is nothing to take over
      = help: take it out of stack.yaml:5 if it is to stay so
      = help: `tracewright apply stack.yaml --local --only sampling_rules.a` makes
              it
    [exit 1]
    ");
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.b"), @"
    ------- stderr -------
    error: stack.yaml has no sampling_rules.b
      = help: did you mean `sampling_rules.a`?
    [exit 1]
    ");
    insta::assert_snapshot!(refused(&scenario, "sampling"), @"
    ------- stderr -------
    error: `sampling` is no address; addresses look like `section.key`
    [exit 1]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local --accept sampling_rules.a"), @"
    ------- stderr -------
    sampling_rules.a: AWS is as the file says
    [exit 0]
    ");
    scenario.edit("stack.yaml", "stack: shop", "stack: pay").edit(
        "stack.yaml",
        "Priority: 1",
        "Priority: 2",
    );
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.a"), @"
    ------- stderr -------
    error: sampling_rules.a belongs to the stack `shop`; take it out of one of the
           two files
    [exit 4]
    ");
}

#[test]
fn what_an_anchor_gives_to_others_is_left() {
    let scenario = Scenario::new();
    scenario.stack(
        "sampling_rules:
  a: &a { Priority: 1, FixedRate: 0, ReservoirSize: &size 1 }
  b: { <<: *a, Priority: 2 }
  c: { Priority: 3, FixedRate: 0, ReservoirSize: *size }
",
    );
    scenario.run("apply stack.yaml --local --yes").exits(0);
    for name in ["a", "b", "c"] {
        rule(&scenario, &json!({"RuleName": name, "ReservoirSize": 5}));
    }
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.a"), @"
    ------- stderr -------
    error: stack.yaml cannot take what AWS has of sampling_rules.a without changing what else stands there
     --> stack.yaml:5:9
      |
    5 |   a: &a { Priority: 1, FixedRate: 0, ReservoirSize: &size 1 }
      |         ^
      |
      = help: change it by hand: `tracewright show` has both values, side by side
    [exit 1]
    ");
    insta::assert_snapshot!(refused(&scenario, "sampling_rules.b"), @"
    ------- stderr -------
    error: what AWS has of sampling_rules.b cannot be written where the file has it
     --> stack.yaml:6:6
      |
    6 |   b: { <<: *a, Priority: 2 }
      |      ^
      |
      = help: change it by hand: `tracewright show` has both values, side by side
    [exit 1]
    ");
    rule(&scenario, &json!({"RuleName": "a", "ReservoirSize": 1}));
    rule(&scenario, &json!({"RuleName": "c", "ReservoirSize": 1}));
    rule(&scenario, &json!({"RuleName": "b", "ReservoirSize": 1, "Priority": 9}));
    accepted(&scenario, "sampling_rules.b");
}

/// Where a change of its name was cut short, AWS has two under one key.
#[test]
fn of_two_under_one_key_the_one_of_the_file_is_meant() {
    let scenario = Scenario::new();
    let a = "sampling_rules:
  a: { RuleName: b, Priority: 1, FixedRate: 0, ReservoirSize: 1 }
";
    scenario.stack(&format!(
        "{a}  c: {{ RuleName: a, Priority: 2, FixedRate: 0, ReservoirSize: 1 }}\n"
    ));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(a);
    rule(&scenario, &json!({"RuleName": "b", "FixedRate": 0.5}));
    scenario
        .run("drift stack.yaml --local --accept sampling_rules.a")
        .exits(0)
        .says("Written to stack.yaml.");
    assert!(scenario.read("stack.yaml").contains("FixedRate: 0.5"));
}

//! A small change is a small text, whatever it is in.

use serde_json::{Value, json};

use crate::harness::{Output, Scenario};

/// Applies the one, and plans the other.
fn plan(section: &str, before: &Value, after: &Value) -> Output {
    let scenario = Scenario::new();
    // JSON is YAML.
    scenario.stack(&format!("{section}: {}\n", json!({"long": before})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&format!("{section}: {}\n", json!({"long": after})));
    scenario.run("plan stack.yaml --local").exits(0)
}

/// Ten containers, twelve environment variables and twenty arguments in each.
fn ten_containers() -> Value {
    let container = |at: usize| {
        let variables = (0..12)
            .map(|v| json!({"name": format!("VARIABLE_{v}"), "value": format!("value {v}")}));
        json!({
            "name": format!("container-{at}"),
            "image": format!("shop/container-{at}:1"),
            "memory": 64,
            "environment": variables.collect::<Vec<_>>(),
            "command": (0..20).map(|a| format!("--argument-{a}=a-value")).collect::<Vec<_>>(),
            "linuxParameters": {"capabilities": {"drop": ["ALL", "KILL"]}},
        })
    };
    json!({"containerDefinitions": (0..10).map(container).collect::<Vec<_>>()})
}

#[test]
fn what_changes_in_one_of_ten_containers_is_one_line() {
    let before = ten_containers();
    let mut after = before.clone();
    let containers = &mut after["containerDefinitions"];
    containers[2]["environment"][7]["value"] = json!("another");
    containers[3]["environment"]
        .as_array_mut()
        .unwrap()
        .insert(5, json!({"name": "NEW", "value": "1"}));
    containers[4]["environment"].as_array_mut().unwrap().remove(11);
    containers[5]["command"].as_array_mut().unwrap().remove(9);
    containers[6]["command"].as_array_mut().unwrap().insert(0, json!("--first"));
    containers[7]["command"][19] = json!("--argument-19=another-value");
    containers[8]["linuxParameters"]["capabilities"]["drop"].as_array_mut().unwrap().remove(0);
    containers[9]["image"] = json!("shop/container-9:2");
    insta::assert_snapshot!(plan("task_definitions", &before, &after), @r#"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.long  the file changed  stack.yaml:4
        containerDefinitions.container-2
          environment.VARIABLE_7  value 7 -> another
        containerDefinitions.container-3
          environment.NEW  (none) -> 1
        containerDefinitions.container-4
          environment.VARIABLE_11  value 11 -> (none)
        containerDefinitions.container-5
          command
            - --argument-9=a-value
        containerDefinitions.container-6
          command
            + --first
        containerDefinitions.container-7
          command
            - --argument-19=a-value
            + --argument-19=another-value
        containerDefinitions.container-8
          linuxParameters.capabilities.drop  ["ALL","KILL"] -> ["KILL"]
        containerDefinitions.container-9
          image  shop/container-9:1 -> shop/container-9:2

    Plan: 1 to change.
    [exit 0]
    "#);
}

/// Twenty statements of thirty actions each.
fn twenty_statements() -> Value {
    // Actions have no case.
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123";
    let statement = |at: usize| {
        let service = &letters[at..=at];
        let actions = letters.chars().map(|c| format!("s3:{service}{c}"));
        json!({"Effect": "Allow", "Action": actions.collect::<Vec<_>>(), "Resource": "*"})
    };
    json!({"Version": "2012-10-17", "Statement": (0..20).map(statement).collect::<Vec<_>>()})
}

/// With another action in the twelfth statement.
fn one_action_changed(mut document: Value) -> Value {
    document["Statement"][11]["Action"][17] = json!("s3:Another");
    document
}

#[test]
fn one_changed_action_in_a_long_policy_is_one_line() {
    let policy = |document| json!({"PolicyDocument": document});
    let (before, after) = (twenty_statements(), one_action_changed(twenty_statements()));
    insta::assert_snapshot!(plan("policies", &policy(before.clone()), &policy(after)), @"
    shop  account 123456789012  eu-west-1

    ~ policies.long  the file changed  stack.yaml:4
        PolicyDocument
          ~ statement 12 (allow s3:LA and 29 more on *)
            ~ Action s3:LR -> s3:Another

    Permissions
      + policies.long: may now: s3:Another on *
      - policies.long: may no longer: s3:LR on *

    Plan: 1 to change.
    [exit 0]
    ");
    let mut after = before.clone();
    after["Statement"][3]["Action"].as_array_mut().unwrap().remove(29);
    after["Statement"][5]["Action"].as_array_mut().unwrap().insert(0, json!("s3:New"));
    after["Statement"].as_array_mut().unwrap().reverse();
    insta::assert_snapshot!(plan("policies", &policy(before), &policy(after)), @"
    shop  account 123456789012  eu-west-1

    ~ policies.long  the file changed  stack.yaml:4
        PolicyDocument
          ~ statement 15 (allow s3:New and 30 more on *)
            + Action s3:New
          ~ statement 17 (allow s3:DA and 28 more on *)
            - Action s3:D3

    Permissions
      + policies.long: may now: s3:New on *
      - policies.long: may no longer: s3:D3 on *

    Plan: 1 to change.
    [exit 0]
    ");
}

#[test]
fn one_change_in_a_long_role_is_one_line() {
    let accounts: Vec<_> = (1..20).map(|account| format!("{account:012}")).collect();
    let before = json!({
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": accounts}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
             "Action": ["sts:AssumeRole", "sts:TagSession"]},
        ]},
        "InlinePolicies": {"long": twenty_statements()},
    });
    let mut after = before.clone();
    after["InlinePolicies"]["long"] = one_action_changed(twenty_statements());
    let trusted = &mut after["AssumeRolePolicyDocument"]["Statement"];
    trusted[0]["Principal"]["AWS"][7] = json!("999999999999");
    trusted[1]["Action"][1] = json!("sts:SetSourceIdentity");
    insta::assert_snapshot!(plan("roles", &before, &after), @"
    shop  account 123456789012  eu-west-1

    ~ roles.long  the file changed  stack.yaml:4
        AssumeRolePolicyDocument
          ~ statement 1 (allow sts:AssumeRole to 000000000001 and 18 more)
            ~ Principal AWS arn:aws:iam::000000000008:root -> 999999999999
          ~ statement 2 (allow sts:AssumeRole and 1 more to ecs-tasks.amazonaws.com)
            ~ Action sts:TagSession -> sts:SetSourceIdentity
        InlinePolicies.long
          ~ statement 12 (allow s3:LA and 29 more on *)
            ~ Action s3:LR -> s3:Another

    Permissions
      ! roles.long: may now assume the role: account 999999999999
      ! roles.long: may now: sts:SetSourceIdentity by ecs-tasks.amazonaws.com
      + roles.long: long: may now: s3:Another on *
      - roles.long: may no longer assume the role: account 000000000008
      - roles.long: may no longer: sts:TagSession by ecs-tasks.amazonaws.com
      - roles.long: long: may no longer: s3:LR on *

    Plan: 1 to change.
    [exit 0]
    ");
}

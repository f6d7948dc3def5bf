//! `drift` without the variables: what depends on them is held against what was last applied.

use serde_json::json;

use crate::drift::set;
use crate::harness::Scenario;
use crate::others::Others;

const WITH: [&str; 5] =
    ["--var=image=shop/app:1", "--var=rate=0.5", "--var=host=shop", "--allow-env=TOKEN", "--yes"];

const STACK: &str = "vars: { image: {}, rate: {}, host: {} }
sampling_rules:
  checkout: { Priority: 10, FixedRate: \"${var.rate}\", ReservoirSize: 1, Host: \"${var.host}.example.com\" }
roles:
  task:
    AssumeRolePolicyDocument: { Version: \"2012-10-17\", Statement: [{ Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: \"sts:AssumeRole\" }] }
    Description: \"of ${var.host}\"
task_definitions:
  app:
    containerDefinitions:
      - name: app
        image: \"${var.image}\"
        memory: 64
        environment: [{ name: LOG, value: info }, { name: API_TOKEN, value: \"${env.TOKEN}\" }]
    taskRoleArn: ${role.task.arn}
";

fn applied() -> Scenario {
    let scenario = Scenario::new().env("TOKEN", "swordfish-of-old");
    scenario.stack(STACK);
    let words = [&["apply", "stack.yaml", "--local"][..], &WITH].concat();
    scenario.run_words(&words).exits(0);
    scenario
}

fn register(scenario: &Scenario, image: &str, log: &str) {
    let task = json!({
        "family": "app",
        "taskRoleArn": "arn:aws:iam::123456789012:role/task",
        "containerDefinitions": [{
            "name": "app", "image": image, "memory": 64,
            "environment": [{"name": "LOG", "value": log}, {"name": "API_TOKEN", "value": "swordfish-of-old"}],
        }],
    });
    Others::of(scenario).ecs("RegisterTaskDefinition", &task);
}

#[test]
fn nothing_moved_is_clean_without_a_variable() {
    let scenario = applied();
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    drift: 3 clean; ${env.TOKEN}, ${var.host}, ${var.image} and ${var.rate} are not
    set, and what depends on that was held against the last apply alone
    [exit 0]
    ");
    let words = [&["drift", "stack.yaml", "--local"][..], &WITH[..4]].concat();
    insta::assert_snapshot!(scenario.run_words(&words), @"
    drift: 3 clean
    [exit 0]
    ");
}

#[test]
fn beside_a_hole_fields_are_still_told_one_by_one() {
    let scenario = applied();
    register(&scenario, "shop/app:1", "debug");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.app  AWS changed since the last apply  stack.yaml:12
        last changed in AWS at 2026-11-22T08:01:00Z
        containerDefinitions.app.environment.LOG  file info, AWS debug  (drift)
        app:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack

    drift: 2 clean, 1 drifted; ${env.TOKEN}, ${var.host}, ${var.image} and
    ${var.rate} are not set, and what depends on that was held against the last
    apply alone
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept task_definitions.app --local`
              takes it into the file
    [exit 3]
    ");
}

#[test]
fn a_hole_that_moved_is_told_with_its_variable() {
    let scenario = applied();
    register(&scenario, "shop/app:2", "info");
    set(&scenario, "checkout", json!({"FixedRate": 0.9, "Host": "other.example.com"}));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  AWS changed since the last apply  stack.yaml:6
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  (drift)
          AWS has 0.9
          not what was last applied; the file's depends on ${var.rate}, which is not
          set
        Host  (drift)
          AWS has other.example.com
          not what was last applied; the file's depends on ${var.host}, which is not
          set

    ~ task_definitions.app  AWS changed since the last apply  stack.yaml:12
        last changed in AWS at 2026-11-22T08:01:00Z
        containerDefinitions.app.image  (drift)
          AWS has shop/app:2
          not what was last applied; the file's depends on ${var.image}, which is
          not set
        app:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack

    drift: 1 clean, 2 drifted; ${env.TOKEN}, ${var.host}, ${var.image} and
    ${var.rate} are not set, and what depends on that was held against the last
    apply alone
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept sampling_rules.checkout --local`
              takes it into the file
    [exit 3]
    ");
    let report = scenario.run("drift stack.yaml --local --format json").exits(3).json();
    let field = json!({
        "path": "FixedRate", "file": null, "aws": 0.9, "origin": "drift", "sensitive": false,
        "unset": ["${var.rate}"], "ignored": null,
    });
    assert_eq!(report["resources"][1]["fields"][0], field, "{report:#}");
}

#[test]
fn what_the_file_changed_beside_a_hole_is_pending() {
    let scenario = applied();
    scenario.edit("stack.yaml", "value: info", "value: debug");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = task_definitions.app  the file changed  stack.yaml:12
        containerDefinitions.app.environment.LOG  file debug, AWS info  (pending)

    drift: 2 clean, 1 pending; ${env.TOKEN}, ${var.host}, ${var.image} and
    ${var.rate} are not set, and what depends on that was held against the last
    apply alone
    [exit 0]
    ");
}

#[test]
fn what_no_placeholder_can_stand_in_for_is_held_against_the_digest_as_a_whole() {
    let scenario = Scenario::new();
    scenario.stack(
        "vars: { port: {} }\ntask_definitions:\n  app:\n    containerDefinitions:\n      \
         - { name: app, image: shop/app, memory: 64, portMappings: [{ containerPort: \"${var.port}\" }] }\n",
    );
    scenario.run("apply stack.yaml --local --yes --var port=80").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    drift: 1 clean; ${var.port} is not set, and what depends on that was held
    against the last apply alone
    [exit 0]
    ");
    let task = json!({
        "family": "app",
        "containerDefinitions": [{
            "name": "app", "image": "shop/app", "memory": 64,
            "portMappings": [{"containerPort": 81}],
            "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}],
        }],
    });
    Others::of(&scenario).ecs("RegisterTaskDefinition", &task);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.app  AWS changed since the last apply  stack.yaml:6
        last changed in AWS at 2026-11-22T08:01:00Z
        containerDefinitions  (drift)
          AWS has {"app":{"environment":{"DB_PASSWORD":"(sensitive)"},"image":"shop/
          app","memory":64,"name":"app","portMappings":{"81/tcp":{"containerPort":81
          }}}}
          not what was last applied; the file's depends on ${var.port}, which is not
          set
        app:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack

    drift: 0 clean, 1 drifted; ${var.port} is not set, and what depends on that was
    held against the last apply alone
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept task_definitions.app --local`
              takes it into the file
    [exit 3]
    "#);
}

#[test]
fn a_name_that_depends_on_a_variable_is_not_known_and_nothing_is_taken_for_removed() {
    let scenario = Scenario::new();
    scenario.stack(
        "vars: { stage: {} }\nsampling_rules:\n  \
         checkout: { RuleName: \"checkout-${var.stage}\", Priority: 10, FixedRate: 0.5, ReservoirSize: 1 }\n",
    );
    scenario.run("apply stack.yaml --local --yes --var stage=prod").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules.checkout
        not known: its name depends on ${var.stage}, which is not set; the mark is
        on sampling_rules.checkout-prod, which could be it

    drift: 0 clean, 1 could not be checked
    [exit 7]
    ");
    scenario.run("drift stack.yaml --local --var stage=prod").exits(0).says("drift: 1 clean");
}

#[test]
fn a_file_that_depends_on_a_variable_is_not_known() {
    let scenario = Scenario::new();
    scenario.write("prod.json", r#"{"Priority": 10, "FixedRate": 0.5, "ReservoirSize": 1}"#);
    scenario.stack(
        "vars: { stage: {} }\nsampling_rules:\n  checkout: { file: \"${var.stage}.json\" }\n",
    );
    scenario.run("apply stack.yaml --local --yes --var stage=prod").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules.checkout
        not known: its file depends on ${var.stage}, which is not set; the mark is
        on sampling_rules.checkout, which could be it

    drift: 0 clean, 1 could not be checked
    [exit 7]
    ");
}

#[test]
fn where_to_look_has_to_be_known() {
    let scenario = Scenario::new();
    scenario.write(
        "stack.yaml",
        "stack: shop\naccount: \"123456789012\"\nregion: ${var.region}\nvars: { region: {} }\n",
    );
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    ------- stderr -------
    error: variable `region` is not set
     --> stack.yaml:3:9
      |
    3 | region: ${var.region}
      |         ^^^^^^^^^^^^^ used here
      |
      = help: give it with `--var region=VALUE` or in a `--var-file`
      = help: or give it a default: `vars: { region: { default: VALUE } }`
    [exit 1]
    ");
}

#[test]
fn a_secret_that_moved_in_aws_is_neither_hashed_nor_shown() {
    let scenario = applied();
    let words = [&["drift", "stack.yaml", "--local"][..], &WITH[..4]].concat();
    let rotated = scenario.run_in(&words, &[("TOKEN", "swordfish-of-today")]).exits(3);
    let text = rotated.says("(sensitive), not the same").to_string();
    assert!(!text.contains("swordfish"), "{text}");
}

#[test]
fn plans_and_applies_ask_for_their_variables() {
    let scenario = applied();
    scenario.run("plan stack.yaml --local").exits(1).says("variable `image` is not set");
    scenario.run("apply stack.yaml --local --yes --only-drift").exits(1).says("is not set");
    scenario
        .run("drift stack.yaml --local --var imge=1")
        .exits(1)
        .says("is no variable of this stack");
}

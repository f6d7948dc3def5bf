//! Task definitions of managed daemons, as people meet them.

use serde_json::{Value, json};

use crate::harness::{Output, Scenario};
use crate::journal::newest;
use crate::others::Others;

const FAMILY: &str = "daemon_task_definitions:
  otel:
    taskRoleArn: collector
    cpu: 0.25 vCPU
    memory: 512
    tags: { team: platform }
    containerDefinitions:
      - name: collector
        image: adot:1
        environment: [{ name: LEVEL, value: info }]
        mountPoints: [{ sourceVolume: logs, containerPath: /var/log }]
    volumes: [{ name: logs, host: { sourcePath: /var/log } }]
";

fn stack(text: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(text);
    scenario
}

fn apply(scenario: &Scenario) -> Output {
    scenario.run("apply stack.yaml --local --yes --allow-deletes 9").exits(0)
}

fn applied() -> Scenario {
    let scenario = stack(FAMILY);
    apply(&scenario);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

/// The ACTIVE revisions of all families.
fn active(scenario: &Scenario) -> Vec<String> {
    let listed = Others::of(scenario).ecs("ListDaemonTaskDefinitions", &json!({}));
    let listed = listed["daemonTaskDefinitions"].as_array().unwrap().clone();
    let name = |one: &Value| one["arn"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut names: Vec<_> = listed.iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn a_family_is_registered_and_then_there_is_nothing_to_do() {
    let scenario = stack(FAMILY);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    + daemon_task_definitions.otel  not in AWS yet  stack.yaml:5
        containerDefinitions.collector
          environment.LEVEL                   info
          image                               adot:1
          mountPoints./var/log.containerPath  /var/log
          mountPoints./var/log.sourceVolume   logs
        cpu          256
        memory       512
        tags.team    platform
        taskRoleArn  arn:aws:iam::123456789012:role/collector
        volumes.logs
          host.sourcePath  /var/log
          name             logs

    Plan: 1 to create.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    shop  account 123456789012  eu-west-1

    + daemon_task_definitions.otel  not in AWS yet  stack.yaml:5
        containerDefinitions.collector
          environment.LEVEL                   info
          image                               adot:1
          mountPoints./var/log.containerPath  /var/log
          mountPoints./var/log.sourceVolume   logs
        cpu          256
        memory       512
        tags.team    platform
        taskRoleArn  arn:aws:iam::123456789012:role/collector
        volumes.logs
          host.sourcePath  /var/log
          name             logs

    Plan: 1 to create.
    Applied: 1 created.
    ------- stderr -------
    created daemon_task_definitions.otel
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert_eq!(active(&scenario), ["otel:1"]);
}

#[test]
fn a_change_is_a_new_revision_and_tags_are_changed_in_place() {
    let scenario = applied();
    scenario.edit("stack.yaml", "adot:1", "adot:2");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemon_task_definitions.otel  the file changed  stack.yaml:5
        containerDefinitions.collector
          image  adot:1 -> adot:2

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    nothing_to_do(&scenario);
    assert_eq!(active(&scenario), ["otel:1", "otel:2"]);
    scenario.edit("stack.yaml", "team: platform", "team: shop");
    apply(&scenario);
    nothing_to_do(&scenario);
    assert_eq!(active(&scenario), ["otel:1", "otel:2"]);
}

#[test]
fn revisions_that_are_too_many_are_deleted() {
    let scenario = applied();
    scenario.edit("stack.yaml", "    cpu:", "    keep_revisions: 2\n    cpu:");
    for image in ["adot:2", "adot:3"] {
        scenario.edit("stack.yaml", "image: adot:", "image: x");
        scenario.edit("stack.yaml", "image: x", &format!("image: {image}-"));
        apply(&scenario);
    }
    assert_eq!(active(&scenario), ["otel:2", "otel:3"]);
    nothing_to_do(&scenario);
}

#[test]
fn somebody_elses_revision_is_drift_and_is_told() {
    let scenario = applied();
    let containers = json!([{"name": "collector", "image": "adot:theirs"}]);
    Others::of(&scenario).ecs(
        "RegisterDaemonTaskDefinition",
        &json!({"family": "otel", "containerDefinitions": containers}),
    );
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemon_task_definitions.otel  AWS changed since the last apply  stack.yaml:5
        last changed in AWS at 2026-11-22T08:01:00Z
        containerDefinitions.collector.environment.LEVEL  (drift)
          file info
          AWS  (none)
        containerDefinitions.collector.image  (drift)
          file adot:1
          AWS  adot:theirs
        containerDefinitions.collector.mountPoints./var/log.containerPath  (drift)
          file /var/log
          AWS  (none)
        containerDefinitions.collector.mountPoints./var/log.sourceVolume  (drift)
          file logs
          AWS  (none)
        cpu                                       file 256, AWS (none)  (drift)
        memory                                    file 512, AWS (none)  (drift)
        tags.team                                 file platform, AWS (none)  (drift)
        taskRoleArn  (drift)
          file arn:aws:iam::123456789012:role/collector
          AWS  (none)
        volumes.logs.host.sourcePath              file /var/log, AWS (none)  (drift)
        volumes.logs.name                         file logs, AWS (none)  (drift)
        otel:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept daemon_task_definitions.otel --local`
              takes it into the file
    [exit 3]
    ");
    apply(&scenario);
    nothing_to_do(&scenario);
    assert_eq!(active(&scenario), ["otel:1", "otel:2", "otel:3"]);
}

#[test]
fn what_is_taken_out_of_the_file_is_deleted_and_what_is_others_stays() {
    let scenario = applied();
    Others::of(&scenario).ecs(
        "RegisterDaemonTaskDefinition",
        &json!({"family": "otel", "containerDefinitions": [{"name": "a", "image": "theirs"}]}),
    );
    scenario.stack("sampling_rules: { kept: { Priority: 9, FixedRate: 0, ReservoirSize: 0 } }\ndaemon_task_definitions: {}\n");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --allow-deletes 9"), @"
    shop  account 123456789012  eu-west-1

    - daemon_task_definitions.otel  no longer in the file
        containerDefinitions.collector
          environment.LEVEL                   info
          image                               adot:1
          mountPoints./var/log.containerPath  /var/log
          mountPoints./var/log.sourceVolume   logs
        cpu          256
        memory       512
        tags.team    platform
        taskRoleArn  arn:aws:iam::123456789012:role/collector
        volumes.logs
          host.sourcePath  /var/log
          name             logs
        deletes otel:1
        leaves otel:2 without a mark of ours: it stays

    + sampling_rules.kept  not in AWS yet  stack.yaml:4
        FixedRate      0
        Priority       9
        ReservoirSize  0

    Plan: 1 to delete, 1 to create.
    [exit 0]
    ");
    apply(&scenario);
    assert_eq!(active(&scenario), ["otel:2"]);
    nothing_to_do(&scenario);
}

#[test]
fn what_nobody_marked_is_adopted_and_a_stack_is_destroyed() {
    let scenario = stack(FAMILY);
    Others::of(&scenario).ecs(
        "RegisterDaemonTaskDefinition",
        &json!({"family": "otel", "containerDefinitions": [{"name": "a", "image": "theirs"}]}),
    );
    scenario.run("apply stack.yaml --local --yes").exits(4).says("adopt");
    let adopt = "apply stack.yaml --local --yes --adopt daemon_task_definitions.otel";
    scenario.run(adopt).exits(0).says("1 adopted");
    nothing_to_do(&scenario);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    assert_eq!(active(&scenario), ["otel:1"]);
}

#[test]
fn a_read_that_is_denied_leaves_what_is_not_known() {
    let scenario = applied();
    let denied = |call: &str| {
        let denied = json!({"refused": {"code": "AccessDeniedException", "message": "no"}});
        let rule = json!({"call": call, "effect": denied});
        let faults = json!({"rules": [rule]}).to_string();
        let words = ["plan", "stack.yaml", "--local"];
        scenario.run_in(&words, &[("TRACEWRIGHT_LOCAL_FAULTS", &faults)])
    };
    insta::assert_snapshot!(denied("ecs:DescribeDaemonTaskDefinition"), @"
    shop  account 123456789012  eu-west-1

    ? daemon_task_definitions.otel
        not known: AWS denied ecs:DescribeDaemonTaskDefinition:
        AccessDeniedException: no; allow `ecs:DescribeDaemonTaskDefinition` for the
        role or user that runs this; `tracewright permissions stack.yaml --for plan`
        prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    insta::assert_snapshot!(denied("ecs:ListDaemonTaskDefinitions"), @"
    shop  account 123456789012  eu-west-1

    ? daemon_task_definitions that are no longer in the file
        not known: AWS denied ecs:ListDaemonTaskDefinitions: AccessDeniedException:
        no; allow `ecs:ListDaemonTaskDefinitions` for the role or user that runs
        this; `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    denied("ecs:ListTagsForResource").exits(7).says("daemon_task_definitions.otel");
}

#[test]
fn a_run_is_undone() {
    let scenario = applied();
    scenario.edit("stack.yaml", "adot:1", "adot:2");
    apply(&scenario);
    let undo = format!("apply --undo {} --local --yes --allow-deletes 9", newest(&scenario));
    scenario.run(&undo).exits(0);
    let shown = Others::of(&scenario)
        .ecs("DescribeDaemonTaskDefinition", &json!({"daemonTaskDefinition": "otel"}));
    let shown = &shown["daemonTaskDefinition"];
    assert_eq!(shown["containerDefinitions"][0]["image"], "adot:1");
}

#[test]
fn what_task_definitions_have_and_daemons_do_not_is_said() {
    let scenario = stack(
        "daemon_task_definitions:
  otel:
    networkMode: awsvpc
    requiresCompatibilities: [FARGATE]
    containerDefinitions:
      - name: collector
        image: adot:1
        portMappings: [{ containerPort: 4317 }]
        logConfiguration: { logDriver: json-file }
        dockerLabels: { a: b }
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml").exits(1), @"
    ------- stderr -------
    error: managed daemons have no `networkMode`
     --> stack.yaml:6:5
      |
    6 |     networkMode: awsvpc
      |     ^^^^^^^^^^^
      |
      = help: AWS gives them one of their own, `daemon_bridge`

    error: managed daemons have no `requiresCompatibilities`
     --> stack.yaml:7:5
      |
    7 |     requiresCompatibilities: [FARGATE]
      |     ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: they run on Managed Instances and nowhere else

    error: managed daemons have no `portMappings`
      --> stack.yaml:11:9
       |
    11 |         portMappings: [{ containerPort: 4317 }]
       |         ^^^^^^^^^^^^
       |
       = help: all daemons of an instance share one network, and tasks reach this one at 169.254.172.2, at the port that it listens on

    error: managed daemons have no `dockerLabels`
      --> stack.yaml:13:9
       |
    13 |         dockerLabels: { a: b }
       |         ^^^^^^^^^^^^
       |
       = help: it is a field of `task_definitions`
    [exit 1]
    ");
    let scenario = stack(
        "daemon_task_definitions:
  otel:
    containerDefinitions: [{ image: adot, logConfiguration: { logDriver: json-file } }]
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml").exits(1), @r#"
    ------- stderr -------
    error: a daemon's container needs a `name`
     --> stack.yaml:6:28
      |
    6 |     containerDefinitions: [{ image: adot, logConfiguration: { logDriver: ...
      |                            ^

    error: managed daemons have no log driver "json-file"
     --> stack.yaml:6:74
      |
    6 | ...ogConfiguration: { logDriver: json-file } }]
      |                                  ^^^^^^^^^
      |
      = help: they have awslogs, splunk, awsfirelens
    [exit 1]
    "#);
}

#[test]
fn files_are_taken_as_the_cli_has_them() {
    let scenario = stack("daemon_task_definitions:\n  otel: { file: task.json }\n");
    let containers = json!([{"name": "collector", "image": "adot:1", "memory": 64}]);
    let input = json!({
        "family": "otel", "containerDefinitions": containers, "pidMode": "none",
        "tags": [{"key": "team", "value": "x"}],
    });
    scenario.write("task.json", input.to_string());
    apply(&scenario);
    nothing_to_do(&scenario);
    let described = Others::of(&scenario)
        .ecs("DescribeDaemonTaskDefinition", &json!({"daemonTaskDefinition": "otel"}));
    let mut beside = described.clone();
    beside["tags"] = input["tags"].clone();
    scenario.write("task.json", beside.to_string());
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

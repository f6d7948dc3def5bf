//! Deployments: waited for, come to nothing, gone back behind, and deletions.

use serde_json::json;

use super::{APPLY, ARN, DAEMON, applied, apply, current, deployments, nothing_to_do, stack};
use crate::harness::Scenario;
use crate::journal::newest;
use crate::others::Others;

const DELAY: &str = "TRACEWRIGHT_LOCAL_ECS_DELAY";

#[test]
fn a_deployment_is_waited_for_or_not() {
    let scenario = stack(DAEMON);
    insta::assert_snapshot!(scenario.run_in(&APPLY, &[(DELAY, "3")]), @r#"
    shop  account 123456789012  eu-west-1

    + daemon_task_definitions.otel  not in AWS yet  stack.yaml:5
        containerDefinitions.collector
          image  adot:1

    + daemons.otel  not in AWS yet  stack.yaml:8
        capacityProviderArns
          ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed","arn:aws:e
          cs:eu-west-1:123456789012:capacity-provider/spare"]
        clusterArn
          arn:aws:ecs:eu-west-1:123456789012:cluster/prod
        critical                              false
        daemonTaskDefinitionArn               ${daemon_task_definition.otel.arn}
        deploymentConfiguration.drainPercent  10
        tags.team                             platform

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created daemon_task_definitions.otel
    waiting for the deployment of otel to end, up to 20 min
    created daemons.otel
    [exit 0]
    "#);
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "critical: false", "wait: false");
    let quick = scenario.run_in(&APPLY, &[(DELAY, "9")]).exits(0);
    assert!(!quick.stderr.contains("waiting"), "{quick}");
    nothing_to_do(&scenario);
}

#[test]
fn a_deployment_that_takes_too_long_is_told_and_waited_for_the_next_time() {
    let scenario = stack(&format!("{DAEMON}    wait: 1s\n"));
    insta::assert_snapshot!(scenario.run_in(&APPLY, &[(DELAY, "99")]), @r#"
    shop  account 123456789012  eu-west-1

    + daemon_task_definitions.otel  not in AWS yet  stack.yaml:5
        containerDefinitions.collector
          image  adot:1

    + daemons.otel  not in AWS yet  stack.yaml:8
        capacityProviderArns
          ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed","arn:aws:e
          cs:eu-west-1:123456789012:capacity-provider/spare"]
        clusterArn
          arn:aws:ecs:eu-west-1:123456789012:cluster/prod
        critical                              false
        daemonTaskDefinitionArn               ${daemon_task_definition.otel.arn}
        deploymentConfiguration.drainPercent  10
        tags.team                             platform

    Plan: 2 to create.
    Stopped part-way: 1 created; 1 failed, 0 not tried.
      created    daemon_task_definitions.otel
      failed     daemons.otel: ecs:DescribeDaemonDeployments failed: its deployment
                 goes on in AWS and is IN_PROGRESS, on 0 instances by now; the next
                 apply waits for it, and `wait` beside its fields says for how long
    Next:
      tracewright apply stack.yaml --allow-deletes 9 --local
    ------- stderr -------
    created daemon_task_definitions.otel
    waiting for the deployment of otel to end, up to 1 s
    failed  daemons.otel: ecs:DescribeDaemonDeployments failed: its deployment goes on in AWS and is IN_PROGRESS, on 0 instances by now; the next apply waits for it, and `wait` beside its fields says for how long
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    "#);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemons.otel  an earlier apply did not finish  stack.yaml:8

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    nothing_to_do(&scenario);
    assert_eq!(deployments(&scenario), 1);
}

#[test]
fn a_deployment_that_comes_to_nothing_says_why() {
    let scenario = applied();
    scenario.edit("stack.yaml", "adot:1", "does-not-exist:1");
    insta::assert_snapshot!(scenario.run_words(&APPLY), @"
    shop  account 123456789012  eu-west-1

    ~ daemon_task_definitions.otel  the file changed  stack.yaml:5
        containerDefinitions.collector
          image  adot:1 -> does-not-exist:1

    ~ daemons.otel  follows daemon_task_definitions.otel  stack.yaml:8
        daemonTaskDefinitionArn
          - arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/otel:1
          + ${daemon_task_definition.otel.arn}
        drains and replaces the instances of 2 capacity providers

    Plan: 2 to change.
    Stopped part-way: 1 changed; 1 failed, 0 not tried.
      changed    daemon_task_definitions.otel
      failed     daemons.otel: ecs:DescribeDaemonDeployments failed: AWS rolled it
                 back; Daemon tasks failed to start: CannotPullContainerError:
                 does-not-exist:1: not found; The deployment circuit breaker was
                 triggered; its circuit breaker counted 10 failures of 10
    Next:
      tracewright apply stack.yaml --allow-deletes 9 --local
    ------- stderr -------
    changed daemon_task_definitions.otel
    failed  daemons.otel: ecs:DescribeDaemonDeployments failed: AWS rolled it back; Daemon tasks failed to start: CannotPullContainerError: does-not-exist:1: not found; The deployment circuit breaker was triggered; its circuit breaker counted 10 failures of 10
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemons.otel  an earlier apply did not finish  stack.yaml:8
        daemonTaskDefinitionArn
          - arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/otel:1
          + arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/otel:2
        its last deployment came to nothing: AWS rolled it back; Daemon tasks failed
        to start: CannotPullContainerError: does-not-exist:1: not found; The
        deployment circuit breaker was triggered; its circuit breaker counted 10
        failures of 10
        drains and replaces the instances of 2 capacity providers

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.edit("stack.yaml", "does-not-exist:1", "adot:3");
    apply(&scenario);
    nothing_to_do(&scenario);
}

#[test]
fn one_that_never_ran_is_deployed_again() {
    let scenario = stack(&DAEMON.replace("adot:1", "does-not-exist:1"));
    scenario.run_words(&APPLY).exits(6).says("AWS stopped it");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemons.otel  an earlier apply did not finish  stack.yaml:8
        its last deployment came to nothing: AWS stopped it; Daemon tasks failed to
        start: CannotPullContainerError: does-not-exist:1: not found; its circuit
        breaker counted 10 failures of 10
        the same is deployed again
        drains and replaces the instances of 2 capacity providers

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run_words(&APPLY).exits(6);
    assert_eq!(deployments(&scenario), 2);
}

#[test]
fn what_went_back_to_what_the_file_says_is_as_it_should_be() {
    let scenario = stack(
        "daemons: { otel: { clusterArn: prod, daemonTaskDefinitionArn: \"otel:1\", \
         capacityProviderArns: [managed] } }\n",
    );
    let others = Others::of(&scenario);
    let register = |image: &str| {
        let container = json!({"name": "otel", "image": image});
        let family = json!({"family": "otel", "containerDefinitions": [container]});
        others.ecs("RegisterDaemonTaskDefinition", &family)["daemonTaskDefinitionArn"].clone()
    };
    register("adot:1");
    apply(&scenario);
    let update = json!({
        "daemonArn": ARN,
        "daemonTaskDefinitionArn": register("does-not-exist:1"),
        "capacityProviderArns": ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed"],
    });
    others.ecs("UpdateDaemon", &update);
    nothing_to_do(&scenario);
}

#[test]
fn its_cluster_has_to_be_there() {
    let scenario = stack(&DAEMON.replace("clusterArn: prod", "clusterArn: nowhere"));
    scenario
        .run("plan stack.yaml --local")
        .exits(7)
        .says("not known: ECS has no cluster `nowhere` in eu-west-1")
        .says("`clusterArn`");
    scenario.stack(&DAEMON.replace(
        "clusterArn: prod",
        "clusterArn: \"arn:aws:ecs:us-east-1:123456789012:cluster/prod\"",
    ));
    scenario.run("check stack.yaml").exits(1).says("not in the stack's account and region");
}

/// How many daemons a cluster has.
fn in_cluster(scenario: &Scenario, name: &str) -> usize {
    let cluster = format!("arn:aws:ecs:eu-west-1:123456789012:cluster/{name}");
    let listed = Others::of(scenario).ecs("ListDaemons", &json!({"clusterArn": cluster}));
    listed["daemonSummariesList"].as_array().unwrap().len()
}

#[test]
fn another_cluster_is_another_daemon() {
    let scenario = applied();
    scenario.edit("stack.yaml", "clusterArn: prod", "clusterArn: next");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --allow-deletes 9"), @"
    shop  account 123456789012  eu-west-1

    -/+ daemons.otel  a daemon stays in its cluster  stack.yaml:8
        clusterArn
          arn:aws:ecs:eu-west-1:123456789012:cluster/prod ->
          arn:aws:ecs:eu-west-1:123456789012:cluster/next
        drains and replaces the instances of 2 capacity providers

    Plan: 1 to replace.
    [exit 0]
    ");
    apply(&scenario);
    nothing_to_do(&scenario);
    assert_eq!(in_cluster(&scenario, "prod"), 0);
    assert_eq!(in_cluster(&scenario, "next"), 1);
}

#[test]
fn what_is_taken_out_of_the_file_is_deleted_before_what_it_runs() {
    let scenario = applied();
    scenario.stack("sampling_rules: { kept: { Priority: 9, FixedRate: 0, ReservoirSize: 0 } }\ndaemon_task_definitions: {}\ndaemons: {}\n");
    insta::assert_snapshot!(scenario.run_in(&APPLY, &[(DELAY, "2")]), @r#"
    shop  account 123456789012  eu-west-1

    - daemon_task_definitions.otel  no longer in the file
        containerDefinitions.collector
          image  adot:1
        deletes otel:1

    - daemons.otel  no longer in the file
        capacityProviderArns
          ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed","arn:aws:e
          cs:eu-west-1:123456789012:capacity-provider/spare"]
        clusterArn
          arn:aws:ecs:eu-west-1:123456789012:cluster/prod
        critical                              false
        daemonTaskDefinitionArn
          arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/otel:1
        deploymentConfiguration.drainPercent  10
        tags.team                             platform
        drains and replaces the instances of 2 capacity providers

    + sampling_rules.kept  not in AWS yet  stack.yaml:4
        FixedRate      0
        Priority       9
        ReservoirSize  0

    Plan: 2 to delete, 1 to create.
    Applied: 2 deleted, 1 created.
    ------- stderr -------
    created sampling_rules.kept
    waiting for the instances of otel to be drained, up to 20 min
    deleted daemons.otel
    deleted daemon_task_definitions.otel
    [exit 0]
    "#);
    nothing_to_do(&scenario);
    // Made anew while the one before it is still there in name.
    scenario.stack(DAEMON);
    apply(&scenario);
    nothing_to_do(&scenario);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    assert_eq!(in_cluster(&scenario, "prod"), 0);
}

#[test]
fn a_lost_answer_makes_no_second_deployment() {
    let scenario = stack(DAEMON);
    let lost = |call: &str| {
        let rule = json!({"call": call, "nth": 1, "effect": "answer_lost"});
        let faults = json!({"rules": [rule]}).to_string();
        scenario.run_in(&APPLY, &[("TRACEWRIGHT_LOCAL_FAULTS", &faults)]).exits(0)
    };
    lost("ecs:CreateDaemon").says("2 created");
    scenario.edit("stack.yaml", "critical: false", "critical: true");
    lost("ecs:UpdateDaemon").says("1 changed");
    assert_eq!(deployments(&scenario), 2);
    nothing_to_do(&scenario);
}

#[test]
fn a_run_is_undone() {
    let scenario = applied();
    scenario.edit("stack.yaml", "critical: false", "critical: true");
    apply(&scenario);
    let undo = format!("apply --undo {} --local --yes --allow-deletes 9", newest(&scenario));
    scenario.run(&undo).exits(0);
    assert_eq!(current(&scenario)["critical"], false);
}

#[test]
fn what_a_run_deleted_comes_back_with_the_revision_that_is_made_for_it() {
    let scenario = applied();
    scenario.stack(
        "sampling_rules: { kept: { Priority: 9, FixedRate: 0, ReservoirSize: 0 } }
daemon_task_definitions: {}
daemons: {}
",
    );
    apply(&scenario);
    let undo = format!("apply --undo {} --local --yes --allow-deletes 9", newest(&scenario));
    scenario.run(&undo).exits(0);
    let runs = current(&scenario)["daemonTaskDefinitionArn"].clone();
    assert!(runs.as_str().unwrap().ends_with("otel:2"), "{runs}");
}

#[test]
fn what_aws_says_of_the_place_is_said_in_words() {
    let scenario = stack(DAEMON);
    let message = "The capacity provider managed is not supported.";
    let refused = json!({"refused": {"code": "InvalidParameterException", "message": message}});
    let faults = json!({"rules": [{"call": "ecs:CreateDaemon", "effect": refused}]}).to_string();
    let run = scenario.run_in(&APPLY, &[("TRACEWRIGHT_LOCAL_FAULTS", &faults)]);
    run.exits(6).says("Managed Instances capacity providers only");
}

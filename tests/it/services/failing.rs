//! Services that do not come up.

use serde_json::json;

use super::{WEB, applied, described, nothing_to_do, runs};
use crate::harness::Scenario;
use crate::worst_day::{send, spawn, wait_for};

/// What a run waits for a service that never comes up.
const SHORT: &str = "    desiredCount: 2\n    wait: 2s\n";

fn short(sections: &str) -> String {
    sections.replace("    desiredCount: 2\n", SHORT)
}

fn broken(scenario: &Scenario) {
    scenario.edit("stack.yaml", "web:1\"", "web/does-not-exist:2\"");
}

#[test]
fn why_is_told() {
    let scenario = applied(&short(WEB));
    broken(&scenario);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ services.web  follows task_definitions.web  stack.yaml:8
        taskDefinition
          - arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1
          + ${task_definition.web.arn}

    ~ task_definitions.web  the file changed  stack.yaml:5
        containerDefinitions.app
          image  web:1 -> web/does-not-exist:2

    Plan: 2 to change.
    Stopped part-way: 1 changed; 1 failed, 0 not tried.
      changed    task_definitions.web
      failed     services.web: the deployment failed: it did not become stable
                 within 2 s: 0 of 2 tasks run, and the deployment before is not
                 done, 3 failed; (service web) is unable to consistently start tasks
                 successfully; a task stopped: CannotPullContainerError: pull image
                 manifest has been retried 1 time(s): failed to resolve ref
                 web/does-not-exist:2: not found
    Next:
      tracewright apply stack.yaml --local
    ------- stderr -------
    changed task_definitions.web
    waiting for the service web to be stable, up to 2 s
    failed  services.web: the deployment failed: it did not become stable within 2 s: 0 of 2 tasks run, and the deployment before is not done, 3 failed; (service web) is unable to consistently start tasks successfully; a task stopped: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web/does-not-exist:2: not found
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
    // It is not as it should be, though every field is.
    scenario.run("plan stack.yaml --local").exits(0).says("an earlier apply did not finish");
    scenario.edit("stack.yaml", "does-not-exist", "does-exist");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    assert_eq!(runs(&scenario, "web"), "web:3");
}

#[test]
fn the_revision_before_is_put_back_where_that_is_asked_for() {
    let scenario = applied(&short(WEB).replace("wait: 2s", "wait: 2s\n    rollback: true"));
    broken(&scenario);
    let output = scenario.run("apply stack.yaml --local --yes").exits(6);
    output.says("web:1 was put back, as `rollback` says").says("CannotPullContainerError");
    assert_eq!(runs(&scenario, "web"), "web:1");
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2);
    plan.says("an earlier apply did not finish").says("web:2");
}

#[test]
fn the_circuit_breaker_is_noticed() {
    for (rollback, says) in [
        ("true", "ECS runs web:1 again, and not web:2"),
        ("false", "ECS deployment circuit breaker: tasks failed to start"),
    ] {
        let breaker = format!(
            "taskDefinition: web\n    deploymentConfiguration: {{ deploymentCircuitBreaker: {{ enable: \
             true, rollback: {rollback} }} }}"
        );
        let scenario = applied(&WEB.replace("taskDefinition: web", &breaker));
        broken(&scenario);
        scenario.run("apply stack.yaml --local --yes").exits(6).says(says);
        let plan = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2);
        plan.says("an earlier apply did not finish");
    }
}

#[test]
fn a_new_service_that_finds_no_place_says_so() {
    let scenario = Scenario::new();
    let nowhere = "wait: 2s\n    rollback: true\n    placementConstraints: [{ type: memberOf, \
                   expression: \"attribute:zone == does-not-exist\" }]\n";
    scenario.stack(&WEB.replace("desiredCount: 2\n", &format!("desiredCount: 2\n    {nowhere}")));
    let output = scenario.run("apply stack.yaml --local --yes").exits(6);
    output.says("was unable to place a task").says("no `taskDefinition` before to roll back to");
    assert_eq!(described(&scenario, "web")["status"], "ACTIVE");
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2);
    plan.says("an earlier apply did not finish");
}

#[test]
fn who_does_not_wait_is_done() {
    let scenario = applied(&WEB.replace("desiredCount: 2\n", "desiredCount: 2\n    wait: false\n"));
    broken(&scenario);
    let output = scenario.run("apply stack.yaml --local --yes").exits(0);
    assert!(!output.stderr.contains("waiting"), "{output}");
    nothing_to_do(&scenario);
    assert_eq!(described(&scenario, "web")["deployments"][0]["rolloutState"], json!("IN_PROGRESS"));
}

#[test]
fn a_deployment_takes_its_time_and_is_waited_for() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_ECS_DELAY", "1");
    scenario.stack(WEB);
    let output = scenario.run("apply stack.yaml --local --yes").exits(0);
    output.says("waiting for the service web to be stable, up to 10 min");
    let output = scenario.run("destroy stack.yaml --local --yes").exits(0);
    output.says("waiting for the tasks of the service web to stop");
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_waiting_and_not_the_deployment() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_ECS_DELAY", "1000");
    scenario.stack(WEB);
    let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
    wait_for(&mut child, "waiting for");
    send("-INT", &child);
    let start = std::time::Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < std::time::Duration::from_secs(10), "{:?}", start.elapsed());
    let stdout = String::from_utf8_lossy(&output.stdout).replace("\n             ", " ");
    assert_eq!(output.status.code(), Some(130), "{stdout}");
    assert!(stdout.contains("ECS goes on with it, and `apply` waits again"), "{stdout}");
    // It has come up meanwhile.
    let scenario = scenario.env("TRACEWRIGHT_LOCAL_ECS_DELAY", "0");
    scenario.run("plan stack.yaml --local").exits(0).says("an earlier apply did not finish");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 changed");
    nothing_to_do(&scenario);
}

#[test]
fn how_far_it_is_is_told_as_it_changes_and_no_secret_is() {
    let scenario = applied(&short(WEB));
    let secret = "hunter2-hunter2";
    let scenario = scenario.env("REGISTRY", secret);
    let image = "image: \"web/does-not-exist:${env.REGISTRY}\"";
    scenario.edit("stack.yaml", "image: \"web:1\"", image);
    let output = scenario.run("apply stack.yaml --local --yes --allow-env REGISTRY").exits(6);
    assert!(!output.to_string().contains(secret), "{output}");
    output.says("waiting for the service web to be stable, up to 2 s");
}

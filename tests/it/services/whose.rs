//! Services that are taken over, left, given back, and out of reach.

use serde_json::json;

use super::{WEB, applied, apply, described, nothing_to_do, runs};
use crate::harness::Scenario;
use crate::others::Others;
use crate::undo::undone;

/// A service that somebody else made.
fn theirs(scenario: &Scenario) {
    let others = Others::of(scenario);
    let app = json!({"name": "app", "image": "web:1", "memory": 64});
    others.ecs("RegisterTaskDefinition", &json!({"family": "web", "containerDefinitions": [app]}));
    let web = json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 3});
    others.ecs("CreateService", &web);
}

#[test]
fn what_exists_is_taken_over_when_the_file_says_so() {
    let scenario = Scenario::new();
    theirs(&scenario);
    scenario.stack(WEB);
    scenario.run("plan stack.yaml --local").exits(0).says("blocked");
    let output = scenario
        .run("apply stack.yaml --local --yes --adopt services.web --adopt task_definitions.web");
    output.exits(0).says("desiredCount  3 -> 2");
    nothing_to_do(&scenario);
    assert_eq!(described(&scenario, "web")["desiredCount"], 2);
}

#[test]
fn what_left_the_file_goes() {
    let scenario = applied(WEB);
    let family = WEB.split("services:").next().unwrap();
    scenario.stack(&format!("{family}services: {{}}\n"));
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    plan.says("- services.web").says("stops its 2 tasks");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!(described(&scenario, "web")["status"], "INACTIVE");
    // The name is free again.
    scenario.stack(WEB);
    apply(&scenario);
}

#[test]
fn a_service_that_moves_to_another_cluster_is_there_before_it_goes() {
    let scenario = applied(WEB);
    scenario.edit("stack.yaml", "cluster: prod", "cluster: next");
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    plan.says("+ services.web").says("- services.prod/web");
    apply(&scenario);
    assert_eq!(described(&scenario, "web")["status"], "INACTIVE");
    undone(&scenario);
    assert_eq!(described(&scenario, "web")["status"], "ACTIVE");
}

#[test]
fn the_way_back_is_the_way_there() {
    let scenario = applied(WEB);
    scenario.edit(
        "stack.yaml",
        "desiredCount: 2",
        "desiredCount: 5\n    enableExecuteCommand: true",
    );
    scenario.edit("stack.yaml", "web:1\"", "web:2\"");
    apply(&scenario);
    undone(&scenario);
    let service = described(&scenario, "web");
    assert_eq!(
        (&service["desiredCount"], &service["enableExecuteCommand"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(runs(&scenario, "web"), "web:3");
    // What was deleted comes back as it was.
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    undone(&scenario);
    assert_eq!(described(&scenario, "web")["status"], "ACTIVE");
}

#[test]
fn a_read_that_is_denied_is_no_answer() {
    for (call, says) in [
        ("ecs:DescribeServices", "AWS denied ecs:DescribeServices"),
        ("tag:GetResources", "AWS denied tag:GetResources"),
    ] {
        let scenario = applied(WEB);
        let fault = json!({"rules": [{"call": call, "times": 100, "effect": {"refused": {
            "code": "AccessDeniedException", "message": "no"}}}]});
        let env = [("TRACEWRIGHT_LOCAL_FAULTS", fault.to_string())];
        let env: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let output = scenario.run_in(&["plan", "stack.yaml", "--local"], &env);
        output.exits(7).says(says);
    }
}

#[test]
fn a_daemon_that_is_live_is_imported() {
    let scenario = Scenario::new();
    let others = Others::of(&scenario);
    let app = json!({"name": "xray", "image": "amazon/aws-xray-daemon:3.6.6", "memory": 64});
    let family = json!({"family": "daemon", "containerDefinitions": [app]});
    others.ecs("RegisterTaskDefinition", &family);
    let daemon = json!({
        "cluster": "prod", "serviceName": "my-xray-daemon", "taskDefinition": "daemon",
        "schedulingStrategy": "DAEMON",
    });
    others.ecs("CreateService", &daemon);
    let live = "import --live --local --account 123456789012 --region eu-west-1 --name shop";
    let output = scenario.run(&format!("{live} --out stack.yaml")).exits(0);
    let stack = scenario.read("stack.yaml");
    assert!(stack.contains("schedulingStrategy: DAEMON"), "{stack}\n{output}");
    let adopt = "--adopt services.my-xray-daemon --adopt task_definitions.daemon";
    let output = scenario.run(&format!("apply stack.yaml --local --yes {adopt}")).exits(0);
    output.says("Applied: 2 adopted.");
    nothing_to_do(&scenario);
}

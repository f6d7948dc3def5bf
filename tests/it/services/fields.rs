//! Each field of a service changed, drifted and put back.

use serde_json::{Value, json};

use super::{applied, apply, described, nothing_to_do};
use crate::harness::Scenario;
use crate::others::Others;

/// A service with everything that the local AWS has no other kind for.
const WHOLE: &str = "task_definitions:
  web:
    networkMode: awsvpc
    requiresCompatibilities: [FARGATE]
    cpu: 256
    memory: 512
    containerDefinitions: [{ name: app, image: \"web:1\", portMappings: [{ containerPort: 80 }] }]
services:
  web:
    cluster: prod
    taskDefinition: web
    desiredCount: 2
    launchType: FARGATE
    platformVersion: LATEST
    networkConfiguration:
      awsvpcConfiguration: { subnets: [subnet-b, subnet-a], securityGroups: [sg-1] }
    loadBalancers:
      - { targetGroupArn: \"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/1\", containerName: app, containerPort: 80 }
    healthCheckGracePeriodSeconds: 30
    deploymentConfiguration: { maximumPercent: 200 }
    enableExecuteCommand: false
    propagateTags: NONE
    tags: { one: x }
";

/// What changes of it, from and to, and what ECS has then, by a JSON pointer.
const CHANGES: [(&str, &str, &str, &str); 10] = [
    ("desiredCount: 2", "desiredCount: 3", "/desiredCount", "3"),
    ("LATEST", "1.4.0", "/platformVersion", "\"1.4.0\""),
    (
        "[subnet-b, subnet-a]",
        "[subnet-c]",
        "/networkConfiguration/awsvpcConfiguration/subnets",
        "[\"subnet-c\"]",
    ),
    ("web/1", "web/2", "/loadBalancers/0/containerPort", "80"),
    ("Seconds: 30", "Seconds: 60", "/healthCheckGracePeriodSeconds", "60"),
    ("Percent: 200", "Percent: 150", "/deploymentConfiguration/maximumPercent", "150"),
    ("Command: false", "Command: true", "/enableExecuteCommand", "true"),
    ("Tags: NONE", "Tags: SERVICE", "/propagateTags", "\"SERVICE\""),
    ("one: x", "one: y", "/tags/0/value", "\"y\""),
    ("memory: 512", "memory: 1024", "/runningCount", "2"),
];

fn made() -> Scenario {
    applied(WHOLE)
}

#[test]
fn each_field_is_changed_in_place() {
    let scenario = made();
    let made = described(&scenario, "web")["createdAt"].clone();
    for (from, to, pointer, value) in CHANGES {
        scenario.edit("stack.yaml", from, to);
        apply(&scenario);
        let service = described(&scenario, "web");
        let value: Value = serde_json::from_str(value).unwrap();
        assert_eq!(service.pointer(pointer), Some(&value), "{to}");
        scenario.edit("stack.yaml", to, from);
        apply(&scenario);
    }
    let service = described(&scenario, "web");
    assert_eq!(service["createdAt"], made);
    // What stands beside a field that changed is still there.
    let network = &service["networkConfiguration"]["awsvpcConfiguration"];
    assert_eq!(network["securityGroups"], json!(["sg-1"]));
}

#[test]
fn each_field_that_moves_in_aws_is_drift_and_is_put_back() {
    for (update, field) in [
        (json!({"desiredCount": 7}), "desiredCount"),
        (json!({"propagateTags": "SERVICE"}), "propagateTags"),
        (json!({"enableExecuteCommand": true}), "enableExecuteCommand"),
        (json!({"healthCheckGracePeriodSeconds": 1}), "healthCheckGracePeriodSeconds"),
        (json!({"loadBalancers": []}), "loadBalancers"),
        (json!({"deploymentConfiguration": {"maximumPercent": 120}}), "deploymentConfiguration"),
        (
            json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-z"]}}}),
            "networkConfiguration",
        ),
    ] {
        let scenario = made();
        let mut update = update;
        (update["cluster"], update["service"]) = (json!("prod"), json!("web"));
        Others::of(&scenario).ecs("UpdateService", &update);
        scenario.run("drift stack.yaml --local").exits(3).says(field);
        scenario.run("apply stack.yaml --local --yes --only-drift").exits(0).says(field);
        nothing_to_do(&scenario);
    }
}

#[test]
fn what_cannot_be_changed_is_made_anew_with_its_count() {
    let plain = "task_definitions:
  web:
    containerDefinitions: [{ name: app, image: \"web:1\", memory: 64 }]
services:
  web: { cluster: prod, taskDefinition: web, launchType: EC2 }
";
    let scenario = applied(plain);
    let scaled = json!({"cluster": "prod", "service": "web", "desiredCount": 4});
    Others::of(&scenario).ecs("UpdateService", &scaled);
    scenario.edit("stack.yaml", "launchType: EC2", "launchType: EXTERNAL");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    -/+ services.web  stack.yaml:8
        ECS has no call that changes `launchType` of a service: its tasks stop
        before others start
        launchType  EC2 -> EXTERNAL
        `desiredCount` stays; what else the file does not say is as ECS makes it

    Plan: 1 to replace.
    [exit 0]
    ");
    apply(&scenario);
    let service = described(&scenario, "web");
    assert_eq!((&service["desiredCount"], &service["launchType"]), (&json!(4), &json!("EXTERNAL")));
    // A capacity provider takes the place of a launch type without that.
    scenario.edit(
        "stack.yaml",
        "launchType: EXTERNAL",
        "capacityProviderStrategy: [{ capacityProvider: FARGATE_SPOT, weight: 1 }]",
    );
    scenario.run("plan stack.yaml --local").exits(0).says("Plan: 1 to change.");
    apply(&scenario);
    scenario.edit("stack.yaml", "services:\n  web: {", "services:\n  web: { protect: true,");
    apply(&scenario);
    scenario.edit(
        "stack.yaml",
        "taskDefinition: web,",
        "taskDefinition: web, schedulingStrategy: DAEMON,",
    );
    scenario.run("plan stack.yaml --local").exits(0).says("protect");
}

#[test]
fn sets_have_no_order_and_what_ecs_fills_in_is_no_difference() {
    let scenario = made();
    scenario.edit("stack.yaml", "[subnet-b, subnet-a]", "[subnet-a, subnet-b]");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "enableExecuteCommand: false", "schedulingStrategy: REPLICA");
    scenario.edit("stack.yaml", "propagateTags: NONE", "enableECSManagedTags: false");
    scenario.edit(
        "stack.yaml",
        "{ maximumPercent: 200 }",
        "{ strategy: ROLLING, deploymentCircuitBreaker: { enable: false, rollback: false }, bakeTimeInMinutes: 0 }",
    );
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "platformVersion: LATEST\n    ", "placementConstraints: []\n    ");
    nothing_to_do(&scenario);
}

#[test]
fn the_documents_of_the_cli_are_taken_as_they_are() {
    let scenario = made();
    let answer = json!({"services": [described(&scenario, "web")], "failures": []});
    scenario.write("web.json", answer.to_string());
    let stack = WHOLE.split("services:").next().unwrap().to_owned();
    let stack = format!("{stack}services:\n  web: {{ file: web.json }}\n");
    scenario.stack(&stack);
    let output = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    output.says("Nothing to do").says("AWS sets serviceArn, clusterArn, status");
    // A revision's ARN pins it; the family beside the file follows.
    scenario.edit("stack.yaml", "web.json }", "web.json, taskDefinition: web, clientToken: x }");
    nothing_to_do(&scenario);
    let input =
        json!({"serviceName": "web", "cluster": "prod", "taskDefinition": "web", "role": ""});
    scenario.write("web.json", input.to_string());
    scenario.edit("stack.yaml", ", taskDefinition: web, clientToken: x", "");
    scenario.run("plan stack.yaml --local").exits(0).says("tags.one");
}

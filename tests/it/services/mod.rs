//! ECS services: made, rolled out, waited for, and taken away.

mod failing;
mod fields;
mod whose;

use serde_json::{Value, json};

use crate::harness::{Output, Scenario};
use crate::others::Others;

/// A service of the stack's own family, on machines.
const WEB: &str = "task_definitions:
  web:
    containerDefinitions: [{ name: app, image: \"web:1\", memory: 64 }]
services:
  web:
    cluster: prod
    taskDefinition: web
    desiredCount: 2
";

fn applied(sections: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(sections);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    scenario
}

#[track_caller]
fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

#[track_caller]
fn apply(scenario: &Scenario) -> Output {
    let output = scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(scenario);
    output
}

/// A service of the cluster as AWS describes it.
fn described(scenario: &Scenario, name: &str) -> Value {
    let input = json!({"cluster": "prod", "services": [name], "include": ["TAGS"]});
    let mut service = Others::of(scenario).ecs("DescribeServices", &input)["services"][0].clone();
    // They come in any order.
    if let Some(tags) = service["tags"].as_array_mut() {
        tags.sort_by_key(|tag| tag["key"].to_string());
    }
    service
}

/// The revision that a service runs.
fn runs(scenario: &Scenario, name: &str) -> String {
    let arn = described(scenario, name)["taskDefinition"].clone();
    arn.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

#[test]
fn a_service_follows_the_family_that_it_names() {
    let scenario = Scenario::new();
    scenario.stack(WEB);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    + services.web  not in AWS yet  stack.yaml:8
        cluster         prod
        desiredCount    2
        taskDefinition  ${task_definition.web.arn}

    + task_definitions.web  not in AWS yet  stack.yaml:5
        containerDefinitions.app
          image   web:1
          memory  64

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created task_definitions.web
    created services.web
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert_eq!(runs(&scenario, "web"), "web:1");
    scenario.edit("stack.yaml", "web:1\"", "web:2\"");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ services.web  follows task_definitions.web  stack.yaml:8
        taskDefinition
          - arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1
          + ${task_definition.web.arn}

    ~ task_definitions.web  the file changed  stack.yaml:5
        containerDefinitions.app
          image  web:1 -> web:2

    Plan: 2 to change.
    Applied: 2 changed.
    ------- stderr -------
    changed task_definitions.web
    changed services.web
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert_eq!(runs(&scenario, "web"), "web:2");
    // One deployment for each revision, and none for nothing.
    let deployments = described(&scenario, "web")["deployments"].clone();
    assert_eq!(deployments.as_array().unwrap().len(), 1);
    // The same in so many words.
    scenario.edit(
        "stack.yaml",
        "taskDefinition: web",
        "taskDefinition: \"${task_definition.web.arn}\"",
    );
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - services.web  the stack is being destroyed
        cluster                                   prod
        deploymentConfiguration.maximumPercent    200
        deploymentConfiguration.minimumHealthyPercent  100
        desiredCount                              2
        launchType                                EC2
        taskDefinition
          arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2
        stops its 2 tasks

    - task_definitions.web  the stack is being destroyed
        containerDefinitions.app
          image   web:2
          memory  64
        deregisters web:1, :2

    Plan: 2 to delete.
    Applied: 2 deleted.
    ------- stderr -------
    deleted services.web
    deleted task_definitions.web
    [exit 0]
    ");
    assert_eq!(described(&scenario, "web")["status"], "INACTIVE");
}

#[test]
fn a_revision_that_is_named_stays() {
    let scenario = applied(&WEB.replace("taskDefinition: web", "taskDefinition: \"web:1\""));
    scenario.edit("stack.yaml", "image: \"web:1\"", "image: \"web:2\"");
    apply(&scenario);
    assert_eq!(runs(&scenario, "web"), "web:1");
    scenario.edit("stack.yaml", "taskDefinition: \"web:1\"", "taskDefinition: \"web:2\"");
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    plan.says("web:1").says("web:2");
    apply(&scenario);
    assert_eq!(runs(&scenario, "web"), "web:2");
}

#[test]
fn another_stacks_family_is_its_newest_revision() {
    let scenario = Scenario::new();
    let register = |image: &str| {
        let app = json!({"name": "app", "image": image, "memory": 64});
        let task = json!({"family": "theirs", "containerDefinitions": [app]});
        Others::of(&scenario).ecs("RegisterTaskDefinition", &task);
    };
    register("one");
    scenario
        .stack("services:\n  web: { cluster: prod, taskDefinition: theirs, desiredCount: 1 }\n");
    apply(&scenario);
    assert_eq!(runs(&scenario, "web"), "theirs:1");
    register("two");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ services.web  AWS changed since the last apply  stack.yaml:5
        taskDefinition  (drift)
          - arn:aws:ecs:eu-west-1:123456789012:task-definition/theirs:1
          + theirs
        runs theirs:1; the newest ACTIVE revision of theirs is theirs:2

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("drift stack.yaml --local").exits(3).says("taskDefinition");
    apply(&scenario);
    assert_eq!(runs(&scenario, "web"), "theirs:2");
}

#[test]
fn what_is_not_said_is_left_to_others() {
    let scenario = applied(&WEB.replace("    desiredCount: 2\n", ""));
    assert_eq!(described(&scenario, "web")["desiredCount"], 1);
    let scaled = json!({
        "cluster": "prod", "service": "web", "desiredCount": 5, "enableExecuteCommand": true,
        "deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 50},
    });
    Others::of(&scenario).ecs("UpdateService", &scaled);
    nothing_to_do(&scenario);
    // What is said of a mapping is compared, and the rest of it stays.
    scenario.edit(
        "stack.yaml",
        "taskDefinition: web",
        "taskDefinition: web\n    deploymentConfiguration: { maximumPercent: 175 }",
    );
    apply(&scenario);
    let service = described(&scenario, "web");
    assert_eq!(service["deploymentConfiguration"]["maximumPercent"], 175);
    assert_eq!(service["deploymentConfiguration"]["minimumHealthyPercent"], 50);
    assert_eq!(
        (&service["desiredCount"], &service["enableExecuteCommand"]),
        (&json!(5), &json!(true))
    );
}

#[test]
fn a_daemon_runs_where_there_are_instances() {
    let daemon = "task_definitions:
  xray:
    containerDefinitions: [{ name: xray, image: amazon/aws-xray-daemon:3.6.6, memory: 64 }]
services:
  xray: { cluster: prod, taskDefinition: xray, schedulingStrategy: DAEMON }
";
    let scenario = applied(daemon);
    assert_eq!(described(&scenario, "xray")["schedulingStrategy"], "DAEMON");
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Applied: 2 deleted.");
}

#[test]
fn a_cluster_has_to_be_there() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_CLUSTERS", "");
    scenario.stack(WEB);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    + task_definitions.web  not in AWS yet  stack.yaml:5
        containerDefinitions.app
          image   web:1
          memory  64

    ? services.web
        not known: ECS has no cluster `prod` in eu-west-1; make it first
        (`aws ecs create-cluster --cluster-name prod`), or name another as `cluster`

    Plan: 1 to create, 1 not known.
    [exit 7]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(7);
    // What is gone with its cluster is gone.
    let others = Others::of(&scenario);
    others.ecs("CreateCluster", &json!({"clusterName": "prod"}));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let web = json!({"cluster": "prod", "service": "web", "force": true});
    others.ecs("DeleteService", &web);
    others.ecs("DeleteCluster", &json!({"cluster": "prod"}));
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Applied: 1 deleted.");
}

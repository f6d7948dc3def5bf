//! What a daemon has beside its task, where the stack has the sections for it.

use serde_json::json;

use super::{stack, task};
use crate::harness::Scenario;
use crate::others::Others;

fn collector(more: &str) -> String {
    let daemon = json!({"kind": "adot", "config": {"parameter": "/shop/collector"}});
    format!("{}{more}", stack(&json!({"web": task("awsvpc", true, &daemon)})))
}

fn applied(sections: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&collector(sections));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

#[test]
fn its_log_group_and_its_parameter_are_the_stacks_and_before_the_task() {
    let scenario = applied("log_groups: {}\nparameters: {}\n");
    let others = Others::of(&scenario);
    let registered = others.ecs("DescribeTaskDefinition", &json!({"taskDefinition": "web"}));
    let containers = registered["taskDefinition"]["containerDefinitions"].as_array().unwrap();
    let daemon = containers.iter().find(|one| one["name"] == "adot").unwrap();
    let options = &daemon["logConfiguration"]["options"];
    assert_eq!(options["awslogs-group"], "/ecs/web/adot");
    assert!(options.get("awslogs-create-group").is_none(), "{options}");
    let groups = others.logs("DescribeLogGroups", &json!({}));
    assert_eq!(groups["logGroups"][0]["logGroupName"], "/ecs/web/adot");
    assert_eq!(groups["logGroups"][0]["retentionInDays"], 30);
    let role = scenario.run("show stack.yaml roles.exec --local --format json").exits(0).json();
    let policy = role["file"]["InlinePolicies"]["tracewright-daemon"].to_string();
    assert!(!policy.contains("createloggroup"), "{policy}");
    assert!(policy.contains("logs:createlogstream"), "{policy}");
    assert!(policy.contains("parameter/shop/collector"), "{policy}");

    let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
    assert_eq!(plan["unchanged"], json!(5), "{plan}");
    // What it is made of changes its parameter, and not the task.
    scenario.edit(
        "stack.yaml",
        "\"kind\":\"adot\"",
        "\"kind\":\"adot\",\"collector\":{\"processors\":{\"batch\":{\"timeout\":\"7s\"}}}",
    );
    scenario
        .run("plan stack.yaml --local")
        .exits(0)
        .says("~ parameters./shop/collector")
        .says("timeout: 7s")
        .says("Plan: 1 to change.");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("render collector stack.yaml").exits(0).says("timeout: 7s").says("awsproxy");
    scenario.run("render compose stack.yaml").exits(0);
    // Where the task goes, so do they, after it.
    let gone = scenario.run("destroy stack.yaml --local --yes").exits(0);
    let at = |what: &str| gone.stderr.find(&format!("deleted {what}")).unwrap();
    assert!(at("task_definitions.web") < at("log_groups./ecs/web/adot"), "{gone}");
    assert!(at("task_definitions.web") < at("parameters./shop/collector"), "{gone}");
}

#[test]
fn the_file_has_the_last_word_on_them() {
    let scenario = applied(
        "log_groups: { logs: { logGroupName: /ecs/web/adot, retentionInDays: 7 } }\n\
         parameters: { /shop/collector: { Type: String, Value: \"receivers: {}\" } }\n",
    );
    let groups = Others::of(&scenario).logs("DescribeLogGroups", &json!({}));
    assert_eq!(groups["logGroups"].as_array().unwrap().len(), 1);
    assert_eq!(groups["logGroups"][0]["retentionInDays"], 7);
    // A group that the author chose is theirs to make.
    let own = json!({"kind": "adot", "container": {
        "logConfiguration": {"options": {"awslogs-group": "/own"}},
    }});
    let scenario = Scenario::new();
    let tasks = stack(&json!({"web": task("awsvpc", true, &own)}));
    scenario.stack(&format!("{tasks}log_groups: {{}}\n"));
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    assert!(!plan.stdout.contains("log_groups"), "{plan}");
}

#[test]
fn one_that_ecs_has_made_already_is_adopted() {
    let scenario = Scenario::new();
    Others::of(&scenario).logs("CreateLogGroup", &json!({"logGroupName": "/ecs/web/adot"}));
    scenario.stack(&collector("log_groups: {}\n"));
    scenario
        .run("plan stack.yaml --local")
        .exits(0)
        .says("! log_groups./ecs/web/adot")
        .says("--adopt log_groups./ecs/web/adot");
    scenario
        .run("apply stack.yaml --local --yes --adopt log_groups./ecs/web/adot")
        .exits(0)
        .says("1 adopted");
    nothing_to_do(&scenario);
}

#[test]
fn what_moved_of_them_is_put_back_and_cannot_be_taken_over() {
    let scenario = applied("log_groups: {}\nparameters: {}\n");
    let others = Others::of(&scenario);
    let days = json!({"logGroupName": "/ecs/web/adot", "retentionInDays": 3});
    others.logs("PutRetentionPolicy", &days);
    scenario.run("drift stack.yaml --local").exits(3).says("retentionInDays");
    scenario.run("drift stack.yaml --local --accept log_groups./ecs/web/adot").exits(1);
    scenario.run("apply stack.yaml --local --yes --only-drift").exits(0);
    nothing_to_do(&scenario);
}

#[test]
fn a_configuration_that_is_too_long_for_a_standard_parameter_is_an_advanced_one() {
    let headers: serde_json::Map<_, _> =
        (0..60).map(|at| (format!("X-Header-{at}"), json!("v".repeat(60)))).collect();
    let daemon = json!({
        "kind": "adot",
        "config": {"parameter": "/shop/collector"},
        "otlp": {"tempo": {"endpoint": "https://tempo.example.com", "headers": headers}},
    });
    let scenario = Scenario::new();
    let tasks = stack(&json!({"web": task("awsvpc", true, &daemon)}));
    scenario.stack(&format!("{tasks}parameters: {{}}\n"));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Advanced");
    nothing_to_do(&scenario);
}

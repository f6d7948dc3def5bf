//! The word in the task definition of a managed daemon.

use serde_json::{Value, json};

use super::{SORTS, stack};
use crate::harness::Scenario;
use crate::others::Others;

fn managed(sort: &Value) -> String {
    let task = json!({
        "taskRoleArn": "${role.task.arn}", "executionRoleArn": "${role.exec.arn}",
        "cpu": "256", "memory": "512", "daemon": sort,
    });
    let daemon = json!({
        "clusterArn": "prod", "daemonTaskDefinitionArn": "tracing",
        "capacityProviderArns": ["managed"],
    });
    let app = json!({
        "networkMode": "awsvpc", "daemon": {"kind": "adot", "where": "managed"},
        "containerDefinitions": [{"name": "app", "image": "shop/backend:1", "memory": 128}],
    });
    format!(
        "{}daemon_task_definitions: {}\ndaemons: {}\n",
        stack(&json!({"web": app})),
        json!({"tracing": task}),
        json!({"tracing": daemon})
    )
}

#[test]
fn every_daemon_runs_as_a_managed_one_and_then_there_is_nothing_to_do() {
    for sort in SORTS {
        let scenario = Scenario::new();
        scenario.stack(&managed(&json!(sort)));
        scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 5 created.");
        let plan = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
        plan.says("Nothing to do");
        scenario.run("drift stack.yaml --local").exits(0);
        let named = json!({"daemonTaskDefinition": "tracing"});
        let registered = Others::of(&scenario).ecs("DescribeDaemonTaskDefinition", &named);
        let container = &registered["daemonTaskDefinition"]["containerDefinitions"][0];
        assert_eq!(container["name"], sort);
        assert_ne!(container["essential"], false);
        assert!(container.get("portMappings").is_none(), "{container}");
        let role = scenario.run("show stack.yaml roles.task --local --format json").exits(0).json();
        let policy = role["file"]["InlinePolicies"]["tracewright-daemon"].to_string();
        assert!(policy.contains("xray:getsamplingrules"), "{policy}");
    }
}

#[test]
fn from_one_to_another_is_a_word_and_the_daemon_follows() {
    let scenario = Scenario::new();
    scenario.stack(&managed(&json!("xray-daemon")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "\"daemon\":\"xray-daemon\"", "\"daemon\":\"adot\"");
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    plan.says("traces go through the ADOT collector in place of the X-Ray daemon")
        .says("~ daemons.tracing  follows daemon_task_definitions.tracing");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn it_is_nowhere_else() {
    let scenario = Scenario::new();
    scenario.stack(&managed(&json!({"kind": "adot", "where": "host"})));
    scenario.run("check stack.yaml").exits(1).says("the daemon runs in it");
}

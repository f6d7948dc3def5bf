//! A generated container beside what its author says of it, and beside the other containers.

use serde_json::{Value, json};

use super::{stack, task};
use crate::harness::Scenario;

/// A stack with one task on Fargate.
fn fargate(daemon: &Value, more: impl FnOnce(&mut Value)) -> Scenario {
    let mut task = task("awsvpc", true, daemon);
    task["requiresCompatibilities"] = json!(["FARGATE"]);
    task["cpu"] = json!("512");
    task["memory"] = json!("1024");
    more(&mut task);
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"web": task})));
    scenario
}

fn settles(scenario: &Scenario) {
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

fn refused(daemon: &Value, more: impl FnOnce(&mut Value), told: &str) {
    fargate(daemon, more).run("check stack.yaml").exits(1).says(told);
}

#[test]
fn what_its_author_says_of_it_and_what_is_generated_fit() {
    let own = |container: Value| json!({"kind": "adot", "container": container});
    settles(&fargate(&own(json!({"memory": 128})), |_| {}));
    settles(&fargate(&json!("adot"), |task| {
        task["cpu"] = json!("1 vCPU");
        task["memory"] = json!("2 GB");
        task["containerDefinitions"][0]["cpu"] = json!(1024);
        task["containerDefinitions"][0]["memory"] = json!(2048);
    }));
    let from = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop";
    for name in ["AOT_CONFIG_CONTENT", "AWS_REGION", "TENANT"] {
        let scenario =
            fargate(&own(json!({"secrets": [{"name": name, "valueFrom": from}]})), |_| {});
        settles(&scenario);
        // What Secrets Manager puts behind a name is not known.
        let role = scenario.run("show stack.yaml roles.exec --local --format json").exits(0);
        assert!(role.stdout.contains(&format!("{from}-??????")), "{role}");
    }
    let honeycomb = json!({
        "kind": "adot", "honeycomb": {"key": "/shop/honeycomb"},
        "container": {"environment": [{"name": "HONEYCOMB_API_KEY", "value": "from-elsewhere"}]},
    });
    settles(&fargate(&honeycomb, |_| {}));
}

#[test]
fn what_does_not_fit_is_told_before_aws_is_asked() {
    let own = |container: Value| json!({"kind": "adot", "container": container});
    refused(
        &own(json!({"cpu": 128})),
        |task| task["containerDefinitions"][0]["cpu"] = json!(512),
        "the containers have 640 CPU units, and the task 512",
    );
    refused(&own(json!({"memory": 2000})), |_| {}, "`memory` is 2000 MiB, and the whole task has");
    for (port, protocol) in [(4317, "tcp"), (2000, "udp")] {
        let mapping = json!([{"containerPort": port, "protocol": protocol}]);
        refused(
            &json!("adot"),
            |task| task["containerDefinitions"][0]["portMappings"] = mapping,
            &format!("both have the port {port}/{protocol}"),
        );
    }
    refused(&own(json!({"environment": null})), |_| {}, "takes `environment` away");
    refused(&own(json!({"image": ""})), |_| {}, "takes `image` away");
    let secrets = json!({"secrets": [{"name": "A", "valueFrom": "/a"}]});
    refused(
        &own(secrets),
        |task| drop(task.as_object_mut().unwrap().remove("executionRoleArn")),
        "`executionRoleArn`",
    );
    let mut bridge = task("bridge", true, &json!("adot"));
    bridge["containerDefinitions"][0]["links"] = json!(["xray-daemon"]);
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"web": bridge})));
    scenario.run("check stack.yaml").exits(1).says("no container \"xray-daemon\" to link to");
}

//! What the other containers are told, beside what they say themselves.

use serde_json::{Value, json};

use super::{shown, stack, task};
use crate::harness::{Output, Scenario};

/// The environment of an application that says this itself, and what a plan says of it.
fn told(own: &[(&str, &str)]) -> (Value, Output) {
    let mut task = task("awsvpc", true, &json!("adot"));
    let own = own.iter().map(|(name, value)| json!({"name": name, "value": value}));
    task["containerDefinitions"][0]["environment"] = own.collect();
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"web": task})));
    let check = scenario.run("check stack.yaml").exits(0);
    let document = shown(&scenario, "web");
    (document["containerDefinitions"]["app"]["environment"].clone(), check)
}

#[test]
fn what_belongs_together_goes_by_what_is_said_of_one() {
    let (environment, check) = told(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317")]);
    assert_eq!(environment["OTEL_EXPORTER_OTLP_PROTOCOL"], "grpc");
    assert!(!check.stderr.contains("is not"), "{check}");
    let (environment, _) = told(&[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    assert_eq!(environment["OTEL_EXPORTER_OTLP_ENDPOINT"], "http://127.0.0.1:4317");
    let (environment, _) = told(&[("OTEL_TRACES_SAMPLER", "traceidratio")]);
    assert!(environment["OTEL_TRACES_SAMPLER_ARG"].is_null(), "{environment}");
    let (environment, _) = told(&[("OTEL_TRACES_SAMPLER_ARG", "0.25")]);
    assert!(environment["OTEL_TRACES_SAMPLER"].is_null(), "{environment}");
    let (environment, _) = told(&[("OTEL_TRACES_SAMPLER", "xray")]);
    assert!(environment["OTEL_TRACES_SAMPLER_ARG"].is_string(), "{environment}");
}

#[test]
fn what_goes_elsewhere_is_warned_of() {
    for (name, value, elsewhere) in [
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:3000", true),
        ("AWS_XRAY_DAEMON_ADDRESS", "tcp:127.0.0.1:2000 udp:127.0.0.1:2000", false),
        ("AWS_XRAY_DAEMON_ADDRESS", "xray:2000", true),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9999", true),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318/", false),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://api.honeycomb.io", true),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://localhost:4318/v1/traces", false),
    ] {
        let (_, check) = told(&[(name, value)]);
        let warned = check.stderr.contains(&format!("`{name}` is"));
        assert_eq!(warned, elsewhere, "{value}\n{check}");
    }
}

#[test]
fn who_the_daemon_waits_for_and_who_routes_logs_do_not_wait_for_it() {
    let waits = json!({"kind": "adot", "container": {
        "dependsOn": [{"containerName": "app", "condition": "START"}],
    }});
    let mut task = task("awsvpc", true, &waits);
    let router = json!({
        "name": "router", "image": "fluent:1", "memory": 64,
        "firelensConfiguration": {"type": "fluentbit"},
    });
    task["containerDefinitions"].as_array_mut().unwrap().push(router);
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"web": task})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let containers = shown(&scenario, "web")["containerDefinitions"].clone();
    assert!(containers["app"]["dependsOn"].is_null(), "{containers}");
    assert!(containers["app"]["environment"]["AWS_XRAY_DAEMON_ADDRESS"].is_string());
    assert!(containers["router"]["dependsOn"].is_null(), "{containers}");
    assert!(containers["router"]["environment"].is_null(), "{containers}");
}

#[test]
fn a_daemon_elsewhere_is_where_it_can_be() {
    let check = |daemon: Value, compatibilities: &[&str]| {
        let mut task = task("bridge", true, &daemon);
        if !compatibilities.is_empty() {
            task["requiresCompatibilities"] = json!(compatibilities);
        }
        let scenario = Scenario::new();
        scenario.stack(&stack(&json!({"web": task})));
        scenario.run("check stack.yaml")
    };
    for address in ["http://collector.local", "collector.local:4318", "a b"] {
        let daemon = json!({"kind": "adot", "where": "host", "address": address});
        check(daemon, &[]).exits(1).says("which is no host");
    }
    let managed = json!({"kind": "adot", "where": "managed"});
    check(managed.clone(), &["EC2"]).exits(1).says("on Managed Instances");
    check(managed.clone(), &["EC2", "MANAGED_INSTANCES"]).exits(0);
    check(managed, &[]).exits(0);
    let moved = json!({"kind": "adot", "collector": {"receivers": {"otlp": {"protocols": {
        "grpc": {"endpoint": "0.0.0.0:9317"},
    }}}}});
    check(moved, &[]).exits(0).says("`collector` has `receivers.otlp` of its own");
}

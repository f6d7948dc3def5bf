//! `daemon:` in a task definition.

mod bad;
mod beside;
mod corpus;
mod elsewhere;
mod fits;
mod managed;
mod moved;
mod roles;
mod told;

use serde_json::{Value, json};

use crate::harness::Scenario;

pub(crate) const SORTS: [&str; 4] = ["xray-daemon", "adot", "cloudwatch-agent", "otel-collector"];
pub(crate) const NETWORKS: [&str; 3] = ["awsvpc", "bridge", "host"];

/// A stack with the roles of its tasks, and these task definitions.
pub(crate) fn stack(tasks: &Value) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    }]});
    let role = json!({"AssumeRolePolicyDocument": trust});
    format!("roles: {}\ntask_definitions: {tasks}\n", json!({"task": role, "exec": role}))
}

/// A task definition with the roles and the network mode, an application in it or not.
pub(crate) fn task(network: &str, app: bool, daemon: &Value) -> Value {
    let mut task = json!({
        "networkMode": network,
        "taskRoleArn": "${role.task.arn}",
        "executionRoleArn": "${role.exec.arn}",
        "daemon": daemon,
    });
    if app {
        task["containerDefinitions"] =
            json!([{"name": "app", "image": "shop/backend:1", "memory": 128}]);
    }
    task
}

/// Every daemon, in every network, beside an application and alone.
pub(crate) fn all() -> Value {
    let mut all = json!({});
    for sort in SORTS {
        for network in NETWORKS {
            all[format!("{sort}-{network}")] = task(network, true, &json!(sort));
            all[format!("{sort}-{network}-alone")] = task(network, false, &json!(sort));
        }
    }
    all
}

/// The file's side of a resource, by the fields of its canonical document.
fn shown(scenario: &Scenario, key: &str) -> Value {
    let shown = scenario.run_words(&[
        "show",
        "stack.yaml",
        &format!("task_definitions.{key}"),
        "--local",
        "--format",
        "json",
    ]);
    shown.exits(0).json()["file"].clone()
}

#[test]
fn every_daemon_in_every_network_is_applied_and_then_there_is_nothing_to_do() {
    let scenario = Scenario::new();
    scenario.stack(&stack(&all()));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 26 created.");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
    for sort in SORTS {
        for (network, host) in [("awsvpc", "127.0.0.1"), ("bridge", sort), ("host", "127.0.0.1")] {
            let task = shown(&scenario, &format!("{sort}-{network}"));
            let app = &task["containerDefinitions"]["app"];
            let told = |name: &str| app["environment"][name].as_str().unwrap_or_default();
            assert_eq!(told("AWS_XRAY_DAEMON_ADDRESS"), format!("{host}:2000"), "{task}");
            let otlp =
                if sort == "xray-daemon" { String::new() } else { format!("http://{host}:4318") };
            assert_eq!(told("OTEL_EXPORTER_OTLP_ENDPOINT"), otlp, "{task}");
            assert_eq!(app["dependsOn"][sort], "START", "{task}");
            assert_eq!(app["links"].is_null(), network != "bridge", "{task}");
            let daemon = &task["containerDefinitions"][sort];
            assert_eq!(daemon["essential"], false, "{task}");
            assert!(daemon["portMappings"]["2000/udp"]["hostPort"].is_null(), "{task}");
            assert!(daemon["image"].as_str().unwrap().contains(':'), "{task}");

            let alone = shown(&scenario, &format!("{sort}-{network}-alone"));
            let daemon = &alone["containerDefinitions"][sort];
            assert!(daemon["essential"].is_null(), "{alone}");
            let host_port = if network == "bridge" { json!(2000) } else { Value::Null };
            assert_eq!(daemon["portMappings"]["2000/udp"]["hostPort"], host_port, "{alone}");
        }
    }
}

#[test]
fn what_its_author_says_stays() {
    let scenario = Scenario::new();
    let mut backend = task(
        "awsvpc",
        true,
        &json!({
            "kind": "adot",
            "apps": ["app"],
            "container": {
                "name": "collector", "cpu": 128, "memory": 400, "image": "mirror/adot:1",
                "environment": [{"name": "LOG", "value": "debug"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/mine"}},
            },
            "collector": {
                "processors": {"batch": {"timeout": "5s"}, "resource": {"attributes": []}},
                "receivers": {"awsxray": null},
                "service": {"pipelines": {"traces": {"receivers": ["otlp"]}}},
            },
        }),
    );
    let containers = json!([
        {"name": "app", "image": "shop/backend:1", "memory": 128, "environment": [
            {"name": "OTEL_TRACES_SAMPLER", "value": "always_on"},
        ], "dependsOn": [{"containerName": "other", "condition": "HEALTHY"}]},
        {"name": "other", "image": "shop/other:1", "memory": 128,
         "healthCheck": {"command": ["CMD", "true"]}},
    ]);
    backend["containerDefinitions"] = containers;
    scenario.stack(&stack(&json!({"backend": backend})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let task = shown(&scenario, "backend");
    let app = &task["containerDefinitions"]["app"];
    assert_eq!(app["environment"]["OTEL_TRACES_SAMPLER"], "always_on");
    assert_eq!(app["dependsOn"], json!({"collector": "START", "other": "HEALTHY"}));
    assert!(task["containerDefinitions"]["other"]["environment"].is_null());
    let collector = &task["containerDefinitions"]["collector"];
    assert_eq!((&collector["cpu"], &collector["image"]), (&json!(128), &json!("mirror/adot:1")));
    assert_eq!(collector["logConfiguration"]["options"]["awslogs-group"], "/mine");
    assert_eq!(collector["environment"]["LOG"], "debug");
    let config = collector["environment"]["AOT_CONFIG_CONTENT"].as_str().unwrap();
    assert!(config.contains("timeout: 5s") && config.contains("send_batch_size: 50"), "{config}");
    assert!(config.contains("limit_mib: 320"), "{config}");
    assert!(!config.contains("proxy_server"), "{config}");
}

#[test]
fn honeycomb_gets_traces_and_nobody_sees_its_key() {
    let scenario = Scenario::new();
    let key = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:honeycomb-AbCdEf:ingest::";
    let daemon =
        json!({"kind": "adot", "honeycomb": {"region": "eu", "key": key, "dataset": "shop"}});
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &daemon)})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let backend = shown(&scenario, "backend");
    let collector = &backend["containerDefinitions"]["adot"];
    assert_eq!(collector["secrets"]["HONEYCOMB_API_KEY"], key);
    let config = collector["environment"]["AOT_CONFIG_CONTENT"].as_str().unwrap();
    for part in [
        "endpoint: api.eu1.honeycomb.io:443",
        "x-honeycomb-team: \"${env:HONEYCOMB_API_KEY}\"",
        "x-honeycomb-dataset: shop",
        "exporters: [awsxray, otlp_grpc/honeycomb]",
    ] {
        assert!(config.contains(part), "{part}: {config}");
    }
    // The execution role may read just this secret, without what stands behind its name.
    let roles = scenario.run("show stack.yaml roles.exec --local --format json").json();
    let policy = roles["file"]["InlinePolicies"]["tracewright-daemon"].to_string();
    assert!(policy.contains("secret:honeycomb-AbCdEf\""), "{policy}");

    // The US is where it goes without saying, and without a dataset there is no header for one.
    let daemon =
        json!({"kind": "otel-collector", "xray": false, "honeycomb": {"key": "/shop/key"}});
    scenario.stack(&stack(&json!({"backend": task("bridge", true, &daemon)})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let backend = shown(&scenario, "backend");
    let config = &backend["containerDefinitions"]["otel-collector"]["environment"]["OTEL_CONFIG"];
    let config = config.as_str().unwrap();
    assert!(config.contains("endpoint: api.honeycomb.io:443"), "{config}");
    assert!(config.contains("exporters: [otlp_grpc/honeycomb]"), "{config}");
    assert!(!config.contains("x-honeycomb-dataset"), "{config}");
}

#[test]
fn any_other_endpoint_is_sent_to_as_well() {
    let scenario = Scenario::new();
    let daemon = json!({"kind": "otel-collector", "otlp": {
        "tempo": {"endpoint": "https://tempo.example.com", "protocol": "http", "headers": {
            "X-Scope-OrgID": 7, "Authorization": {"secret": "/shop/tempo"},
        }},
        "jaeger": {"endpoint": "jaeger.internal:4317", "insecure": true},
    }});
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &daemon)})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let task = shown(&scenario, "backend");
    let container = &task["containerDefinitions"]["otel-collector"];
    assert_eq!(container["command"], json!(["--config=env:OTEL_CONFIG"]));
    assert_eq!(container["secrets"]["OTLP_TEMPO__AUTHORIZATION"], "/shop/tempo");
    insta::assert_snapshot!(container["environment"]["OTEL_CONFIG"].as_str().unwrap(), @r#"
    extensions:
      health_check: { endpoint: 0.0.0.0:13133 }
      awsproxy: { endpoint: 0.0.0.0:2000, region: eu-west-1 }
    receivers:
      otlp:
        protocols:
          grpc: { endpoint: 0.0.0.0:4317 }
          http: { endpoint: 0.0.0.0:4318 }
      awsxray:
        endpoint: 0.0.0.0:2000
        transport: udp
        proxy_server: { endpoint: localhost:0, region: eu-west-1 }
    processors:
      memory_limiter: { check_interval: 1s, limit_mib: 204, spike_limit_mib: 40 }
      batch: { timeout: 1s, send_batch_max_size: 50, send_batch_size: 50 }
    exporters:
      awsxray: { region: eu-west-1 }
      otlp_grpc/jaeger:
        endpoint: jaeger.internal:4317
        tls: { insecure: true }
      otlp_http/tempo:
        endpoint: https://tempo.example.com
        headers: { Authorization: "${env:OTLP_TEMPO__AUTHORIZATION}", X-Scope-OrgID: "7" }
    service:
      extensions: [health_check, awsproxy]
      pipelines:
        traces:
          receivers: [otlp, awsxray]
          processors: [memory_limiter, batch]
          exporters: [awsxray, otlp_grpc/jaeger, otlp_http/tempo]
      telemetry: { metrics: { level: none } }
    "#);
}

#[test]
fn what_a_collector_would_not_take_is_told_before_it_starts() {
    let scenario = Scenario::new();
    let with = |kind: &str, image: Option<&str>, collector: serde_json::Value| {
        let container = image.map_or(json!({}), |image| json!({"image": image}));
        let daemon = json!({"kind": kind, "container": container, "collector": collector});
        scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &daemon)})));
        scenario.run("check stack.yaml")
    };
    let slip = json!({"exporters": {"awsxray": {"indexed_atributes": ["http.route"]}}});
    let told = "the ADOT collector would not take `collector`: \
                exporters.awsxray.indexed_atributes: `indexed_atributes` is not a setting here; did \
                you mean `indexed_attributes`?";
    let refused = with("adot", None, slip.clone()).exits(1);
    assert!(refused.stderr.contains(told), "{refused}");
    // What another image takes is not known.
    let warned = with("adot", Some("mirror/adot:9"), slip).exits(0);
    assert!(warned.stderr.contains(told), "{warned}");

    let transform = json!({
        "processors": {"transform": null},
        "service": {"pipelines": {"traces": {"processors": ["memory_limiter", "transform"]}}},
    });
    let refused = with("adot", None, transform.clone()).exits(1);
    assert!(refused.stderr.contains("the contrib collector has it"), "{refused}");
    let _ = with("otel-collector", None, transform).exits(0);
    let refused = with("cloudwatch-agent", None, json!({"traces": {"buffer_size": 3}})).exits(1);
    assert!(refused.stderr.contains("did you mean `buffer_size_mb`?"), "{refused}");
}

#[test]
fn the_configuration_may_stand_in_a_parameter() {
    let scenario = Scenario::new();
    let daemon = json!({"kind": "adot", "config": {"parameter": "/shop/collector"}});
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &daemon)})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let task = shown(&scenario, "backend");
    let container = &task["containerDefinitions"]["adot"];
    assert_eq!(container["secrets"]["AOT_CONFIG_CONTENT"], "/shop/collector");
    assert!(container["environment"]["AOT_CONFIG_CONTENT"].is_null());
}

#[test]
fn a_daemon_elsewhere_is_only_told_of() {
    let scenario = Scenario::new();
    for (network, daemon, address) in [
        ("awsvpc", json!({"kind": "adot", "where": "managed"}), "169.254.172.2"),
        ("bridge", json!({"kind": "adot", "where": "host"}), "172.17.0.1"),
        ("host", json!({"kind": "adot", "where": "host"}), "127.0.0.1"),
        ("awsvpc", json!({"kind": "adot", "where": "host", "address": "adot.shop"}), "adot.shop"),
    ] {
        scenario.stack(&stack(&json!({"backend": task(network, true, &daemon)})));
        scenario.run("apply stack.yaml --local --yes").exits(0);
        let task = shown(&scenario, "backend");
        let containers = task["containerDefinitions"].as_object().unwrap();
        assert_eq!(containers.len(), 1, "{task}");
        let told = &containers["app"]["environment"]["AWS_XRAY_DAEMON_ADDRESS"];
        assert_eq!(*told, format!("{address}:2000"));
        assert!(containers["app"]["dependsOn"].is_null() && containers["app"]["links"].is_null());
    }
}

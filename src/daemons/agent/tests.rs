//! The agent's configuration, and what it does not take.

use serde_json::{Value as Json, json};

use super::{Agent, check, config};

fn agent(overrides: Option<Json>) -> Agent {
    Agent { bind: "0.0.0.0".to_owned(), region: Some("eu-west-1".to_owned()), overrides }
}

#[test]
fn segments_otlp_and_sampling_rules_reach_it_from_other_containers() {
    let config = config(&agent(None));
    assert_eq!(
        config,
        json!({
            "agent": { "region": "eu-west-1" },
            "traces": { "traces_collected": {
                "xray": {
                    "bind_address": "0.0.0.0:2000",
                    "tcp_proxy": { "bind_address": "0.0.0.0:2000" },
                },
                "otlp": {
                    "grpc_endpoint": "0.0.0.0:4317",
                    "http_endpoint": "0.0.0.0:4318",
                },
            } },
        })
    );
    assert_eq!(check(&config), []);
    let nowhere = Agent { region: None, ..agent(None) };
    assert_eq!(super::config(&nowhere).get("agent"), None);
}

#[test]
fn what_is_merged_over_it_is_held_against_its_schema() {
    let merged = |overrides: Json| {
        let config = config(&agent(Some(overrides)));
        let told = check(&config);
        told.into_iter().map(|one| format!("{}: {}", one.path, one.message)).collect::<Vec<_>>()
    };
    let nothing: [&str; 0] = [];
    assert_eq!(merged(json!({ "traces": { "buffer_size_mb": 3, "concurrency": 4 } })), nothing);
    assert_eq!(
        merged(json!({ "traces": { "traces_collected": { "application_signals": {} } } })),
        nothing
    );
    let two = json!([{ "grpc_endpoint": "0.0.0.0:4317" }, { "http_endpoint": "0.0.0.0:4320" }]);
    assert_eq!(merged(json!({ "traces": { "traces_collected": { "otlp": two } } })), nothing);
    assert_eq!(merged(json!({ "agent": { "debug": true, "user": "root" } })), nothing);
    assert_eq!(merged(json!({ "metrics": { "metrics_collected": { "cpu": {} } } })), nothing);

    assert_eq!(
        merged(json!({ "trace": {} })),
        ["trace: `trace` is not a setting here; did you mean `traces`?"]
    );
    assert_eq!(
        merged(json!({ "traces": { "buffer_size": 3 } })),
        ["traces.buffer_size: `buffer_size` is not a setting here; did you mean \
             `buffer_size_mb`?"]
    );
    assert_eq!(
        merged(json!({ "traces": { "buffer_size_mb": 2 } })),
        ["traces.buffer_size_mb: this is a whole number, at least 3, not 2"]
    );
    assert_eq!(
        merged(json!({ "traces": { "traces_collected": { "xray": { "tcp_proxy": {
            "address": "0.0.0.0:2000" } } } } })),
        ["traces.traces_collected.xray.tcp_proxy.address: `address` is not a setting here; \
             known here: bind_address"]
    );
    assert_eq!(
        merged(json!({ "traces": { "traces_collected": { "xray": null, "otlp": null } } })),
        ["traces.traces_collected: `traces` collects nothing without `xray`, `otlp` or \
             `application_signals`"]
    );
    assert_eq!(
        merged(json!([])),
        [": this is a mapping, not a list", ": this is a mapping, not a list"]
    );
}

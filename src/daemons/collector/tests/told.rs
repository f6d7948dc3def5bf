//! What a person is told of a configuration that does not work.

use serde_json::json;

use super::super::{Distribution, Telemetry, check, config};
use super::{lines, telemetry};

/// What is told where this is merged over what is made.
fn merged(overrides: serde_json::Value) -> Vec<String> {
    of(Distribution::Adot, overrides)
}

fn of(distribution: Distribution, overrides: serde_json::Value) -> Vec<String> {
    let telemetry = Telemetry { distribution, overrides: Some(overrides), ..telemetry() };
    lines(&check(&config(&telemetry), distribution))
}

#[test]
fn a_slip_finds_its_setting() {
    assert_eq!(
        merged(json!({ "exporters": { "awsxray": { "indexed_atributes": ["a"] } } })),
        ["exporters.awsxray.indexed_atributes: `indexed_atributes` is not a setting here; did \
             you mean `indexed_attributes`?"]
    );
    assert_eq!(
        merged(json!({ "receivers": { "otlp": { "protocols": { "grcp": {} } } } })),
        ["receivers.otlp.protocols.grcp: `grcp` is not a setting here; did you mean `grpc`?"]
    );
    assert_eq!(
        merged(json!({ "service": { "telemetri": {} } })),
        ["service.telemetri: `telemetri` is not a setting here; did you mean `telemetry`?"]
    );
    assert_eq!(
        merged(json!({ "reciever": {} })),
        ["reciever: `reciever` is not a setting here; did you mean `receivers`?"]
    );
}

#[test]
fn a_value_of_another_sort_is_told_without_being_shown() {
    assert_eq!(
        merged(json!({ "processors": { "batch": { "timeout": 10 } } })),
        ["processors.batch.timeout: this is a length of time with its unit, as in `10s`, not 10"]
    );
    assert_eq!(
        merged(json!({ "processors": { "batch": { "send_batch_size": "many" } } })),
        ["processors.batch.send_batch_size: this is a whole number, not negative, not a text"]
    );
    assert_eq!(
        merged(json!({ "exporters": { "awsxray": { "index_all_attributes": "yes" } } })),
        ["exporters.awsxray.index_all_attributes: this is `true` or `false`, not a text"]
    );
    assert_eq!(
        merged(json!({ "exporters": { "debug": { "verbosity": "detail" } } })),
        ["exporters.debug.verbosity: `detail` is not one of the values here; did you mean \
             `detailed`?"]
    );
    let nothing: [&str; 0] = [];
    assert_eq!(merged(json!({ "exporters": { "debug": { "verbosity": "${env:V}" } } })), nothing);
    assert_eq!(merged(json!({ "exporters": { "debug": { "verbosity": "Detailed" } } })), nothing);
    let gzip = |word: &str| {
        merged(json!({ "exporters": { "otlp_grpc": { "endpoint": "a:1", "compression": word } } }))
    };
    assert_eq!(gzip("gzip"), nothing);
    assert_eq!(
        gzip("GZIP"),
        ["exporters.otlp_grpc.compression: `GZIP` is not one of the values here; did you mean \
             `gzip`?"]
    );
    assert_eq!(merged(json!({ "processors": { "batch": { "send_batch_size": 10.0 } } })), nothing);
    assert_eq!(
        merged(json!({ "processors": { "batch": { "send_batch_size": -1 } } })),
        ["processors.batch.send_batch_size: this is a whole number, not negative, not -1"]
    );
    assert_eq!(merged(json!({ "processors": { "batch": { "timeout": "1m30.5s" } } })), nothing);
    assert_eq!(
        merged(json!({ "exporters": { "otlp_grpc": {
            "endpoint": "a:1", "headers": [{ "name": "a", "value": "b" }] } } })),
        nothing
    );
}

#[test]
fn a_component_that_the_distribution_does_not_have() {
    assert_eq!(
        merged(json!({ "exporters": { "logging": {} } })),
        ["exporters.logging: the ADOT collector has no exporter `logging`; `debug` took its place"]
    );
    let transform = json!({ "processors": { "transform/x": {} } });
    assert_eq!(
        merged(transform.clone()),
        ["processors.transform/x: the ADOT collector has no processor `transform`; the contrib \
             collector has it"]
    );
    let nothing: [&str; 0] = [];
    assert_eq!(of(Distribution::Contrib, transform), nothing);
    assert_eq!(
        merged(json!({ "processors": { "resource_detektion": {} } })),
        ["processors.resource_detektion: the ADOT collector has no processor \
             `resource_detektion`; did you mean `resource_detection`?"]
    );
    // Names from before they had underscores.
    let old = json!({
        "processors": { "resourcedetection": { "detectors": ["env", "ecs"], "timeout": "2s" } },
        "exporters": { "otlphttp/x": { "endpoint": "https://x" }, "otlp/x": { "endpoint": "x:1" } },
        "receivers": { "hostmetrics": {} },
    });
    assert_eq!(
        merged(old.clone()),
        ["receivers.hostmetrics: the ADOT collector has no receiver `hostmetrics`; the contrib \
             collector has it"]
    );
    assert_eq!(of(Distribution::Contrib, old), nothing);
    assert_eq!(
        merged(json!({ "processors": { "memorylimiter": {} } })),
        ["processors.memorylimiter: the ADOT collector has no processor `memorylimiter`; did \
             you mean `memory_limiter`?"]
    );
}

#[test]
fn an_extension_that_never_starts() {
    assert_eq!(
        merged(json!({ "service": { "extensions": ["health_check"] } })),
        ["extensions.awsproxy: `awsproxy` is not in `service.extensions`, so that it never \
             starts"]
    );
    assert_eq!(
        merged(json!({ "extensions": { "awsproxy": null } })),
        [
            "service.extensions: `awsproxy` is not declared in `extensions`; known here: health_check"
        ]
    );
}

#[test]
fn pipelines_of_what_is_not_there() {
    assert_eq!(
        merged(json!({ "service": { "pipelines": { "traces": {
            "receivers": ["otpl"], "processors": ["batch", "batch"], "exporters": [] } } } })),
        [
            "service.pipelines.traces.receivers: `otpl` is not declared in `receivers`; did you \
             mean `otlp`?",
            "service.pipelines.traces.processors: `batch` stands here twice",
            "service.pipelines.traces.exporters: a pipeline has at least one exporter",
        ]
    );
    assert_eq!(
        merged(json!({ "service": { "pipelines": null } })),
        ["service.pipelines: a collector has at least one pipeline"]
    );
    assert_eq!(
        merged(json!({ "service": null })),
        ["service: a collector without it has no pipeline to run"]
    );
    let pipeline = json!({ "receivers": ["otlp"], "exporters": ["awsxray"] });
    assert_eq!(
        merged(json!({ "service": { "pipelines": { "trace": pipeline.clone() } } })),
        ["service.pipelines.trace: `trace` is no pipeline; did you mean `traces`?"]
    );
    assert_eq!(
        merged(json!({ "service": { "pipelines": { "profiles": pipeline } } })),
        ["service.pipelines.profiles: pipelines of profiles are behind a feature gate, which is \
             off"]
    );
    assert_eq!(
        merged(json!({ "exporters": { "otlp_grpc/a b": { "endpoint": "a:1" } } })),
        ["exporters.otlp_grpc/a b: `otlp_grpc/a b` is no id: `type` or `type/name`"]
    );
}

#[test]
fn two_that_listen_on_one_port() {
    assert_eq!(
        merged(json!({ "receivers": { "awsxray": { "proxy_server": null } } })),
        ["receivers.awsxray.proxy_server: TCP port 2000 is taken by `extensions.awsproxy`; the \
             receiver has a proxy of its own: give its `proxy_server.endpoint` another port, as in \
             `localhost:0`"]
    );
    assert_eq!(
        merged(json!({ "receivers": { "otlp": { "protocols": { "http": {
            "endpoint": "localhost:4317" } } } } })),
        ["receivers.otlp.protocols.http: TCP port 4317 is taken by \
             `receivers.otlp.protocols.grpc`"]
    );
    let nothing: [&str; 0] = [];
    // One address of its own each, and what does not run.
    let apart = json!({
        "receivers": {
            "otlp": { "protocols": {
                "grpc": { "endpoint": "10.0.0.1:4317" },
                "http": { "endpoint": "127.0.0.1:4317" },
            } },
            "zipkin": { "endpoint": "0.0.0.0:4317" },
        },
    });
    assert_eq!(merged(apart), nothing);
}

#[test]
fn what_a_component_refuses_of_itself() {
    let over = |section: &str, name: &str, settings| merged(json!({ section: { name: settings } }));
    assert_eq!(
        over("receivers", "otlp", json!({ "protocols": { "grpc": null, "http": null } })),
        ["receivers.otlp: it takes nothing in without `protocols`: `grpc`, `http` or both"]
    );
    assert_eq!(
        over("processors", "batch", json!({ "send_batch_max_size": 40 })),
        ["processors.batch: `send_batch_max_size` 40 is smaller than `send_batch_size` 50"]
    );
    assert_eq!(
        over("processors", "memory_limiter", json!({ "check_interval": null })),
        ["processors.memory_limiter: `check_interval` has to be set, as in `1s`"]
    );
    assert_eq!(
        over("processors", "memory_limiter", json!({ "limit_mib": 40 })),
        ["processors.memory_limiter: `spike_limit_mib` 40 is not smaller than `limit_mib` 40"]
    );
    assert_eq!(
        over("processors", "memory_limiter", json!({ "limit_mib": null })),
        ["processors.memory_limiter: it limits nothing without `limit_mib` or `limit_percentage`"]
    );
    assert_eq!(
        over("exporters", "otlp_grpc", json!({})),
        ["exporters.otlp_grpc: it has no `endpoint`, as in `host:4317`"]
    );
    assert_eq!(
        over("exporters", "otlp_http", json!({ "endpoint": "host:4318" })),
        ["exporters.otlp_http: `endpoint` is a URL, with `https://` or `http://`"]
    );
    assert_eq!(
        over("exporters", "otlp_grpc", json!({ "endpoint": "https://host" })),
        ["exporters.otlp_grpc: `endpoint` https://host has no port, as in `host:4317`"]
    );
}

//! The configurations that are made.

use serde_json::json;

use super::super::{Header, Honeycomb, HoneycombRegion, Otlp, Protocol, Telemetry, config, yaml};
use super::telemetry;

#[test]
fn x_ray_alone() {
    assert_eq!(
        yaml(&config(&telemetry())),
        "\
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
exporters: { awsxray: { region: eu-west-1 } }
service:
  extensions: [health_check, awsproxy]
  pipelines:
    traces:
      receivers: [otlp, awsxray]
      processors: [memory_limiter, batch]
      exporters: [awsxray]
  telemetry: { metrics: { level: none } }
"
    );
}

#[test]
fn without_a_region_the_environment_has_it_and_without_memory_its_cgroup() {
    let config = config(&Telemetry { region: None, memory_mib: None, ..telemetry() });
    assert_eq!(config["exporters"]["awsxray"], json!({}));
    assert_eq!(config["extensions"]["awsproxy"], json!({ "endpoint": "0.0.0.0:2000" }));
    assert_eq!(
        config["processors"]["memory_limiter"],
        json!({ "check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 16 })
    );
}

#[test]
fn honeycomb_gets_its_key_from_the_environment_and_a_dataset_where_it_is_asked_for() {
    let honeycomb =
        Honeycomb { region: HoneycombRegion::Us, dataset: None, key: "HONEYCOMB_API_KEY".into() };
    let only = Telemetry { xray: false, honeycomb: Some(honeycomb.clone()), ..telemetry() };
    let made = config(&only);
    assert_eq!(
        made["exporters"],
        json!({ "otlp_grpc/honeycomb": {
            "endpoint": "api.honeycomb.io:443",
            "headers": { "x-honeycomb-team": "${env:HONEYCOMB_API_KEY}" },
        } })
    );
    assert_eq!(made["service"]["pipelines"]["traces"]["exporters"], json!(["otlp_grpc/honeycomb"]));
    // Sampling rules still decide.
    assert_eq!(made["service"]["extensions"], json!(["health_check", "awsproxy"]));
    assert_eq!(made["processors"]["batch"], json!({ "timeout": "1s" }));

    let classic =
        Honeycomb { region: HoneycombRegion::Eu, dataset: Some("a$b".to_owned()), ..honeycomb };
    let made = config(&Telemetry { honeycomb: Some(classic), ..only });
    let exporter = &made["exporters"]["otlp_grpc/honeycomb"];
    assert_eq!(exporter["endpoint"], "api.eu1.honeycomb.io:443");
    assert_eq!(exporter["headers"]["x-honeycomb-dataset"], "a$$b");
}

#[test]
fn others_get_what_they_were_given_and_a_dollar_stays_one() {
    let otlp = |name: &str, endpoint: &str, protocol, insecure| Otlp {
        name: name.to_owned(),
        endpoint: endpoint.to_owned(),
        protocol,
        headers: Vec::new(),
        insecure,
    };
    let headers = vec![
        ("authorization".to_owned(), Header::Literal("Bearer ${env:TOKEN}".to_owned())),
        ("x-key".to_owned(), Header::Env("KEY".to_owned())),
        ("x-price".to_owned(), Header::Literal("$5 ${5} $${env:A} ${env:}".to_owned())),
    ];
    let all = vec![
        Otlp { headers, ..otlp("tempo", "tempo:4317", Protocol::Grpc, true) },
        otlp("http", "tempo:4318", Protocol::Http, false),
        otlp("plain", "tempo:4318", Protocol::Http, true),
        otlp("url", "http://tempo:4318", Protocol::Http, false),
        otlp("later", "${env:ENDPOINT}", Protocol::Http, false),
        otlp("tls", "https://tempo", Protocol::Grpc, false),
        otlp("clear", "http://tempo", Protocol::Grpc, false),
    ];
    let made = config(&Telemetry { xray: false, otlp: all, ..telemetry() });
    assert_eq!(
        made["exporters"],
        json!({
            "otlp_grpc/tempo": {
                "endpoint": "tempo:4317",
                "tls": { "insecure": true },
                "headers": {
                    "authorization": "Bearer ${env:TOKEN}",
                    "x-key": "${env:KEY}",
                    "x-price": "$$5 $${5} $$${env:A} $${env:}",
                },
            },
            "otlp_http/http": { "endpoint": "https://tempo:4318" },
            "otlp_http/plain": { "endpoint": "http://tempo:4318", "tls": { "insecure": true } },
            "otlp_http/url": { "endpoint": "http://tempo:4318" },
            "otlp_http/later": { "endpoint": "${env:ENDPOINT}" },
            "otlp_grpc/tls": { "endpoint": "https://tempo:443" },
            "otlp_grpc/clear": { "endpoint": "http://tempo:80" },
        })
    );
}

#[test]
fn what_is_merged_over_it_wins_and_null_takes_away() {
    let overrides = json!({
        "exporters": { "awsxray": { "indexed_attributes": ["http.route"] } },
        "processors": {
            "batch": null, "memory_limiter": { "limit_mib": 100 }, "span": null,
        },
        "service": { "pipelines": { "traces": { "processors": ["memory_limiter"] } } },
    });
    let made = config(&Telemetry { overrides: Some(overrides), ..telemetry() });
    assert_eq!(
        made["exporters"]["awsxray"],
        json!({ "region": "eu-west-1", "indexed_attributes": ["http.route"] })
    );
    assert_eq!(
        made["processors"],
        json!({
            "memory_limiter": { "check_interval": "1s", "limit_mib": 100, "spike_limit_mib": 40 },
            "span": null,
        })
    );
    assert_eq!(made["service"]["pipelines"]["traces"]["processors"], json!(["memory_limiter"]));
}

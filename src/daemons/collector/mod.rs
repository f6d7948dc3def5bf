//! The configuration of an OpenTelemetry collector, one generator for both distributions.
//!
//! Sources: the READMEs of the components at `open-telemetry/opentelemetry-collector` and `-contrib`; which
//! of them the AWS Distro for OpenTelemetry has, `aws-observability/aws-otel-collector`,
//! `pkg/defaultcomponents/defaults.go`.

use serde_json::{Map as Object, Value as Json, json};

use crate::document::{Node, Span, block};

/// What a collector is to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Telemetry {
    /// The address that it listens at.
    pub bind: String,
    /// The region that traces and questions about sampling go to.
    pub region: String,
    /// Whether traces go to X-Ray.
    pub xray: bool,
    /// Whether and how they go to Honeycomb.
    pub honeycomb: Option<Honeycomb>,
    /// Where else they go.
    pub otlp: Vec<Otlp>,
    /// The memory that the container may use, in MiB.
    pub memory_mib: u64,
    /// What is merged over it; `null` takes away.
    pub overrides: Option<Json>,
}

/// An export to Honeycomb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Honeycomb {
    /// Which of its two regions.
    pub region: HoneycombRegion,
    /// The dataset, which only the keys of Honeycomb Classic need.
    pub dataset: Option<String>,
    /// The variable that holds the key.
    pub key: String,
}

/// Where Honeycomb keeps data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoneycombRegion {
    /// In the United States.
    Us,
    /// In the European Union.
    Eu,
}

/// An export by OpenTelemetry's own protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Otlp {
    /// What the exporter is called behind its type.
    pub name: String,
    /// Where it sends to.
    pub endpoint: String,
    /// How.
    pub protocol: Protocol,
    /// With these headers.
    pub headers: Vec<(String, Header)>,
    /// Without TLS.
    pub insecure: bool,
}

/// The two ways in which OTLP goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Over gRPC.
    Grpc,
    /// Over HTTP.
    Http,
}

/// What a header holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header {
    /// This.
    Literal(String),
    /// What is in this variable.
    Env(String),
}

/// The ports that it listens at.
pub(crate) const GRPC: u16 = 4317;
pub(crate) const HTTP: u16 = 4318;
const XRAY: u16 = 2000;
const HEALTH: u16 = 13_133;

/// The configuration as a tree.
pub(crate) fn config(telemetry: &Telemetry) -> Json {
    let exporters = exporters(telemetry);
    let names: Vec<_> = exporters.keys().cloned().collect();
    let mut config = json!({
        "extensions": extensions(telemetry),
        "receivers": receivers(telemetry),
        "processors": processors(telemetry),
        "exporters": exporters,
        "service": {
            "extensions": ["health_check", "awsproxy"],
            "pipelines": {"traces": {
                "receivers": ["otlp", "awsxray"],
                "processors": ["memory_limiter", "batch"],
                "exporters": names,
            }},
        },
    });
    if let Some(overrides) = &telemetry.overrides {
        merge(&mut config, overrides);
    }
    config
}

/// The same as text.
pub(crate) fn yaml(config: &Json, span: Span) -> String {
    block(&Node::planted(span, config), 0)
}

/// `awsproxy` answers what X-Ray's SDKs and samplers ask about rules; without it they ask in vain and
/// sample as they like.
fn extensions(telemetry: &Telemetry) -> Json {
    let Telemetry { bind, region, .. } = telemetry;
    json!({
        "health_check": {"endpoint": format!("{bind}:{HEALTH}")},
        "awsproxy": {"endpoint": format!("{bind}:{XRAY}"), "region": region},
    })
}

/// The X-Ray receiver has a proxy of its own, which would take the port of `awsproxy` from it and cannot
/// be turned off (`receiver/awsxrayreceiver/receiver.go`): it gets any port that is free.
fn receivers(telemetry: &Telemetry) -> Json {
    let Telemetry { bind, region, .. } = telemetry;
    json!({
        "otlp": {"protocols": {
            "grpc": {"endpoint": format!("{bind}:{GRPC}")},
            "http": {"endpoint": format!("{bind}:{HTTP}")},
        }},
        "awsxray": {
            "endpoint": format!("{bind}:{XRAY}"),
            "transport": "udp",
            "proxy_server": {"endpoint": "127.0.0.1:0", "region": region},
        },
    })
}

/// `memory_limiter` first, so that what is refused is not batched before. The exporter to X-Ray cuts
/// batches to what `PutTraceSegments` takes by itself.
fn processors(telemetry: &Telemetry) -> Json {
    let limit = (telemetry.memory_mib * 4 / 5).max(16);
    json!({
        "memory_limiter": {
            "check_interval": "1s",
            "limit_mib": limit,
            "spike_limit_mib": limit / 5,
        },
        "batch": {"timeout": "1s", "send_batch_size": 50},
    })
}

fn exporters(telemetry: &Telemetry) -> Object<String, Json> {
    let mut exporters = Object::new();
    if telemetry.xray {
        // The region is given, and there is no instance to ask: `local_mode` asks none.
        let exporter = json!({"region": telemetry.region, "local_mode": true});
        exporters.insert("awsxray".to_owned(), exporter);
    }
    if let Some(honeycomb) = &telemetry.honeycomb {
        // Source: Honeycomb's documentation, "Send data with the OpenTelemetry Collector".
        let endpoint = match honeycomb.region {
            HoneycombRegion::Us => "api.honeycomb.io:443",
            HoneycombRegion::Eu => "api.eu1.honeycomb.io:443",
        };
        let mut headers = json!({"x-honeycomb-team": env(&honeycomb.key)});
        if let Some(dataset) = &honeycomb.dataset {
            headers["x-honeycomb-dataset"] = literal(dataset).into();
        }
        let exporter = json!({"endpoint": endpoint, "headers": headers});
        exporters.insert("otlp/honeycomb".to_owned(), exporter);
    }
    for otlp in &telemetry.otlp {
        let kind = match otlp.protocol {
            Protocol::Grpc => "otlp",
            Protocol::Http => "otlphttp",
        };
        let mut exporter = json!({"endpoint": literal(&otlp.endpoint)});
        if !otlp.headers.is_empty() {
            let headers = otlp.headers.iter().map(|(name, header)| {
                let value = match header {
                    Header::Literal(text) => literal(text),
                    Header::Env(variable) => env(variable),
                };
                (name.clone(), value.into())
            });
            exporter["headers"] = Json::Object(headers.collect());
        }
        if otlp.insecure {
            exporter["tls"] = json!({"insecure": true});
        }
        exporters.insert(format!("{kind}/{}", otlp.name), exporter);
    }
    exporters
}

/// What the collector takes out of its environment.
fn env(variable: &str) -> String {
    format!("${{env:{variable}}}")
}

/// Text that stands for itself.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// Merges one tree over another: mappings key by key, everything else as a whole; `null` takes away,
/// where there is something.
pub(super) fn merge(base: &mut Json, over: &Json) {
    match (base, over) {
        (Json::Object(base), Json::Object(over)) => {
            for (key, value) in over {
                match base.get_mut(key) {
                    Some(_) if value.is_null() => drop(base.remove(key)),
                    Some(known) => merge(known, value),
                    // A component without settings is `null`.
                    None => drop(base.insert(key.clone(), value.clone())),
                }
            }
        }
        (base, over) => *base = over.clone(),
    }
}

//! The configuration of an OpenTelemetry collector: OTLP and X-Ray's segments in; X-Ray, Honeycomb
//! and whoever takes OTLP out; and the proxy through which sampling rules reach the applications.
//!
//! # Who has TCP 2000
//!
//! X-Ray's SDKs and OpenTelemetry's samplers ask `GetSamplingRules` and `GetSamplingTargets` of the
//! same unsigned HTTP server on TCP 2000, which signs what it is asked and hands it on. The
//! collector has that server twice: in the extension `awsproxy`, and in the receiver `awsxray`,
//! which starts one whether it is told to or not, on `localhost:2000`
//! (opentelemetry-collector-contrib 0.156.0, `receiver/awsxrayreceiver/factory.go` lines 33 to 39,
//! `receiver.go` lines 79 to 93, `internal/aws/proxy/cfg.go` line 52). Both on one port are a race, which
//! the extension wins in all tries, since extensions start first, but by no promise: where it is the
//! receiver's that comes late, its error is dropped (`receiver.go` line 89), and where it is the
//! extension's, the collector ends (`extension/awsproxy/extension.go` lines 34 to 38). Neither is
//! heard outside of its container unless it is told an address.
//!
//! Here the extension has the port: a port that it cannot have is then seen, and it is there without
//! the receiver. The receiver's own server cannot be turned off, so that it goes to any free port of
//! the loopback (`localhost:0`), where it is in nobody's way. With this, a collector of ADOT v0.49.0
//! answered `GetSamplingRules` and `GetSamplingTargets` out of the local AWS.
//!
//! # What is not in it
//!
//! No `resource_detection`: its detector `ecs` tells of the collector's own task (contrib 0.156.0,
//! `processor/resourcedetectionprocessor/internal/aws/ecs/ecs.go`, which says that it takes the
//! collector for a sidecar), which is wrong for all spans of a collector that serves other tasks. An
//! SDK's own detector knows the container as well. No `debug`: spans have what people type.

mod check;
mod distribution;
mod ports;
mod rules;
mod schema;
pub(super) mod shape;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json, json};

use crate::document::{Node, Sources, Span, block};

pub(crate) use check::check;
pub(crate) use distribution::Distribution;
pub(crate) use shape::Problem;

/// What a collector is to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Telemetry {
    /// Whose build it is.
    pub(crate) distribution: Distribution,
    /// The address that it listens on.
    pub(crate) bind: String,
    /// Where X-Ray is; without one, where the environment's `AWS_REGION` says.
    pub(crate) region: Option<String>,
    /// Whether traces go to X-Ray.
    pub(crate) xray: bool,
    /// Whether they go to Honeycomb.
    pub(crate) honeycomb: Option<Honeycomb>,
    /// Where else they go.
    pub(crate) otlp: Vec<Otlp>,
    /// The memory of the container: its hard limit, or else what is reserved for it.
    pub(crate) memory_mib: Option<u64>,
    /// What is merged over the whole; `null` takes away what is there.
    pub(crate) overrides: Option<Json>,
}

/// A team of Honeycomb's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Honeycomb {
    /// Where it is.
    pub(crate) region: HoneycombRegion,
    /// The dataset, which only Classic keys need: else it follows from the service's name.
    pub(crate) dataset: Option<String>,
    /// The environment variable that has the key.
    pub(crate) key: String,
}

/// Honeycomb's instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoneycombRegion {
    /// In the United States.
    Us,
    /// In the European Union.
    Eu,
}

/// Who takes OTLP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Otlp {
    /// What it is called here. `honeycomb` is that of [`Telemetry::honeycomb`].
    pub(crate) name: String,
    /// `host:port`, or a URL.
    pub(crate) endpoint: String,
    /// How it is spoken to.
    pub(crate) protocol: Protocol,
    /// What is sent with each request.
    pub(crate) headers: Vec<(String, Header)>,
    /// Whether without TLS.
    pub(crate) insecure: bool,
}

/// What OTLP goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// gRPC.
    Grpc,
    /// HTTP, in binary.
    Http,
}

/// The value of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header {
    /// As it stands here; `${env:NAME}` in it is the environment's.
    Literal(String),
    /// What an environment variable has.
    Env(String),
}

/// The ports of a collector that is made here.
pub(crate) mod port {
    /// OTLP over gRPC.
    pub(crate) const OTLP_GRPC: u16 = 4317;
    /// OTLP over HTTP.
    pub(crate) const OTLP_HTTP: u16 = 4318;
    /// X-Ray's segments, UDP, and its sampling rules, TCP.
    pub(crate) const XRAY: u16 = 2000;
    /// Whether it is healthy; where the `/healthcheck` of ADOT's image asks
    /// (aws-otel-collector v0.49.0, `cmd/healthcheck/main.go`).
    pub(crate) const HEALTH: u16 = 13133;
}

/// The configuration of a collector, as a tree.
pub(crate) fn config(telemetry: &Telemetry) -> Json {
    let exporters = exporters(telemetry);
    let names: Vec<_> = exporters.keys().cloned().collect();
    let mut config = json!({
        "extensions": {
            "awsproxy": with_region(telemetry, json!({ "endpoint": on(telemetry, port::XRAY) })),
            "health_check": { "endpoint": on(telemetry, port::HEALTH) },
        },
        "receivers": {
            "otlp": { "protocols": {
                "grpc": { "endpoint": on(telemetry, port::OTLP_GRPC) },
                "http": { "endpoint": on(telemetry, port::OTLP_HTTP) },
            } },
            "awsxray": {
                "endpoint": on(telemetry, port::XRAY),
                "transport": "udp",
                "proxy_server": with_region(telemetry, json!({ "endpoint": "localhost:0" })),
            },
        },
        "processors": {
            "memory_limiter": memory_limiter(telemetry.memory_mib),
            "batch": batch(telemetry),
        },
        "exporters": exporters,
        "service": {
            "extensions": ["health_check", "awsproxy"],
            "pipelines": { "traces": {
                "receivers": ["otlp", "awsxray"],
                "processors": ["memory_limiter", "batch"],
                "exporters": names,
            } },
            // Else it listens on port 8888 for metrics of itself, which nobody asks for and which an
            // application of the same task may have (the core at 0.156.0,
            // `service/telemetry/otelconftelemetry/factory.go`).
            "telemetry": { "metrics": { "level": "none" } },
        },
    });
    if let Some(overrides) = &telemetry.overrides {
        merge(&mut config, overrides);
    }
    config
}

/// A configuration as YAML, in the order that people write it in.
pub(crate) fn yaml(config: &Json) -> String {
    let order = ORDER.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let mut sources = Sources::default();
    let file = sources.add("", "");
    let mut place = || Span::new(file, 0, 0);
    block(&Node::of_json(config, &order, &mut place), 0)
}

/// What comes before what; all else comes after, by its name.
const ORDER: [&str; 22] = [
    "extensions",
    "health_check",
    "awsproxy",
    "receivers",
    "otlp",
    "protocols",
    "grpc",
    "http",
    "processors",
    "memory_limiter",
    "batch",
    "exporters",
    "awsxray",
    "connectors",
    "service",
    "pipelines",
    "telemetry",
    "endpoint",
    "transport",
    "region",
    "check_interval",
    "timeout",
];

/// Puts one tree over another: mappings key by key, all else as a whole. `null` takes away where
/// there is something; where there is nothing it stays, since it is how people write a component
/// without settings.
pub(super) fn merge(base: &mut Json, over: &Json) {
    match (base, over) {
        (Json::Object(base), Json::Object(over)) => {
            for (key, value) in over {
                match base.get_mut(key) {
                    Some(_) if value.is_null() => drop(base.remove(key)),
                    Some(known) => merge(known, value),
                    None => drop(base.insert(key.clone(), value.clone())),
                }
            }
        }
        (base, over) => *base = over.clone(),
    }
}

fn on(telemetry: &Telemetry, port: u16) -> String {
    format!("{}:{port}", literal(&telemetry.bind))
}

/// The proxies need it to start at all, the exporter to know where to send to.
fn with_region(telemetry: &Telemetry, mut settings: Json) -> Json {
    if let Some(region) = &telemetry.region {
        settings["region"] = json!(literal(region));
    }
    settings
}

/// Four fifths of the container's memory, and of that one fifth for what comes between two looks:
/// as the README of the core's `processor/memorylimiterprocessor` advises. Without a number it is
/// shares of what the container's cgroup has.
fn memory_limiter(memory_mib: Option<u64>) -> Json {
    match memory_mib {
        Some(memory) => {
            let limit = (memory * 4 / 5).max(1);
            json!({ "check_interval": "1s", "limit_mib": limit, "spike_limit_mib": limit / 5 })
        }
        None => json!({
            "check_interval": "1s",
            "limit_percentage": 80,
            "spike_limit_percentage": 16,
        }),
    }
}

/// The exporter to X-Ray sends fifty segments at most with a call, since `PutTraceSegments` takes no
/// more (contrib at 0.156.0, `exporter/awsxrayexporter/awsxray.go` line 27), and gives the rest of
/// its batch up where one of these calls fails (line 70): so that a batch is no more than a call.
fn batch(telemetry: &Telemetry) -> Json {
    if telemetry.xray {
        json!({ "timeout": "1s", "send_batch_size": 50, "send_batch_max_size": 50 })
    } else {
        json!({ "timeout": "1s" })
    }
}

fn exporters(telemetry: &Telemetry) -> Map<String, Json> {
    let mut exporters = Map::new();
    if telemetry.xray {
        exporters.insert("awsxray".to_owned(), with_region(telemetry, json!({})));
    }
    if let Some(honeycomb) = &telemetry.honeycomb {
        exporters
            .insert(format!("{}/honeycomb", Protocol::Grpc.exporter()), self::honeycomb(honeycomb));
    }
    for one in &telemetry.otlp {
        exporters.insert(format!("{}/{}", one.protocol.exporter(), one.name), otlp(one));
    }
    exporters
}

/// Source: Honeycomb's documentation, <https://docs.honeycomb.io/api/introduction>.
fn honeycomb(honeycomb: &Honeycomb) -> Json {
    let endpoint = match honeycomb.region {
        HoneycombRegion::Us => "api.honeycomb.io:443",
        HoneycombRegion::Eu => "api.eu1.honeycomb.io:443",
    };
    let mut headers = json!({ "x-honeycomb-team": from_env(&honeycomb.key) });
    if let Some(dataset) = &honeycomb.dataset {
        headers["x-honeycomb-dataset"] = json!(literal(dataset));
    }
    json!({ "endpoint": endpoint, "headers": headers })
}

fn otlp(otlp: &Otlp) -> Json {
    let mut settings = json!({ "endpoint": otlp.endpoint() });
    if otlp.insecure {
        settings["tls"] = json!({ "insecure": true });
    }
    let headers = otlp.headers.iter().map(|(name, value)| {
        let value = match value {
            Header::Literal(text) => literal(text),
            Header::Env(name) => from_env(name),
        };
        (name.clone(), json!(value))
    });
    let headers: Map<_, _> = headers.collect();
    if !headers.is_empty() {
        settings["headers"] = Json::Object(headers);
    }
    settings
}

impl Otlp {
    /// Over HTTP it has to be a URL; over gRPC it has to have a port, also where it is one.
    fn endpoint(&self) -> String {
        let endpoint = literal(&self.endpoint);
        if endpoint.contains("${") {
            return endpoint;
        }
        match (self.protocol, endpoint.split_once("://")) {
            (Protocol::Http, None) if self.insecure => format!("http://{endpoint}"),
            (Protocol::Http, None) => format!("https://{endpoint}"),
            (Protocol::Grpc, Some(("https", host))) if !host.contains([':', '/']) => {
                format!("{endpoint}:443")
            }
            (Protocol::Grpc, Some(("http", host))) if !host.contains([':', '/']) => {
                format!("{endpoint}:80")
            }
            _ => endpoint,
        }
    }
}

impl Protocol {
    /// The type of its exporter since 0.144.0; `otlp` and `otlphttp` are what it was called before.
    fn exporter(self) -> &'static str {
        match self {
            Self::Grpc => "otlp_grpc",
            Self::Http => "otlp_http",
        }
    }
}

fn from_env(name: &str) -> String {
    format!("${{env:{name}}}")
}

/// A text that a collector reads as it stands here, but for `${env:NAME}`: each other `$` is
/// doubled (the core at 0.156.0, `confmap/expand.go`). Behind a `${` that is doubled so, a collector
/// looks for no reference any more.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        escaped.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = reference(rest);
        escaped.push_str(reference.unwrap_or("$$"));
        rest = &rest[reference.map_or(1, str::len)..];
    }
    escaped + rest
}

/// The `${env:NAME}` that a text begins with.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${env:")?;
    let end = name.find('}')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let sound = end > 0 && name[..end].chars().all(is_name);
    sound.then(|| &text[..="${env:".len() + end])
}

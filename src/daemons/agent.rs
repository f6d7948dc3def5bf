//! The configuration of the CloudWatch agent: X-Ray's segments and OTLP in, X-Ray out, and the proxy
//! through which sampling rules reach the applications.
//!
//! The agent is a collector with the receiver `awsxray`, whose own proxy is the one that answers
//! samplers (amazon-cloudwatch-agent, `translator/translate/otel/receiver/awsxray/translator.go`).
//! Without addresses it listens on the loopback alone, where no other container of a bridge finds it.

use serde_json::{Value as Json, json};

use super::collector::shape::{self, Field, Problem, Shape, unknown, with_map};
use super::collector::{merge, port};

use Shape::{Any, AtLeast, Fields, Flag, MapOf, OneOrMore, Open, Text};

/// What an agent is to do.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    /// The address that it listens on.
    pub(crate) bind: String,
    /// Where X-Ray is; without one, where the agent finds itself.
    pub(crate) region: Option<String>,
    /// What is merged over the whole; `null` takes away what is there.
    pub(crate) overrides: Option<Json>,
}

/// The configuration of an agent, as it stands in `CW_CONFIG_CONTENT`.
pub(crate) fn config(agent: &Agent) -> Json {
    let on = |port: u16| format!("{}:{port}", agent.bind);
    let mut config = json!({
        "traces": { "traces_collected": {
            "xray": {
                "bind_address": on(port::XRAY),
                "tcp_proxy": { "bind_address": on(port::XRAY) },
            },
            "otlp": {
                "grpc_endpoint": on(port::OTLP_GRPC),
                "http_endpoint": on(port::OTLP_HTTP),
            },
        } },
    });
    if let Some(region) = &agent.region {
        config["agent"] = json!({ "region": region });
    }
    if let Some(overrides) = &agent.overrides {
        merge(&mut config, overrides);
    }
    config
}

/// What the agent would refuse, or leave out without a word.
pub(crate) fn check(config: &Json) -> Vec<Problem> {
    let mut found = Vec::new();
    with_map(config, "", &mut found, |map, found| {
        for key in map.keys().filter(|key| !SECTIONS.contains(&key.as_str())) {
            // The agent takes any section, and does nothing for one that it does not know.
            found.push(Problem::new(key, unknown(key, &SECTIONS)));
        }
    });
    shape::check(config, &Open(&[CONFIG]), "", &mut found);
    let collected = config.pointer("/traces/traces_collected");
    if config.get("traces").is_some_and(|traces| !traces.is_null())
        && collected.and_then(Json::as_object).is_none_or(serde_json::Map::is_empty)
    {
        let message = "`traces` collects nothing without `xray`, `otlp` or `application_signals`";
        found.push(Problem::new("traces.traces_collected", message));
    }
    found
}

const SECTIONS: [&str; 5] = ["agent", "logs", "metrics", "opentelemetry", "traces"];

/// Source: amazon-cloudwatch-agent, `translator/config/schema.json`. Metrics and logs are not ours:
/// nothing of them is looked at.
const CONFIG: &[Field] = &[("agent", Open(&[AGENT])), ("traces", Fields(&[TRACES]))];

const AGENT: &[Field] = &[
    ("metrics_collection_interval", AtLeast(1)),
    ("logfile", Text),
    ("region", Text),
    ("debug", Flag),
    ("credentials", CREDENTIALS),
    ("omit_hostname", Flag),
    ("service.name", Text),
    ("deployment.environment", Text),
];

const TRACES: &[Field] = &[
    ("traces_collected", Fields(&[COLLECTED])),
    ("concurrency", AtLeast(1)),
    ("buffer_size_mb", AtLeast(3)),
    ("resource_arn", Text),
    ("local_mode", Flag),
    ("insecure", Flag),
    ("credentials", CREDENTIALS),
    ("proxy_override", Text),
    ("endpoint_override", Text),
    ("region_override", Text),
    ("transit_spans_in_otlp_format", Flag),
];

const COLLECTED: &[Field] = &[
    ("app_signals", MapOf(&Any)),
    ("application_signals", MapOf(&Any)),
    (
        "xray",
        Fields(&[&[("bind_address", Text), ("tcp_proxy", Fields(&[&[("bind_address", Text)]]))]]),
    ),
    ("otlp", OneOrMore(&Fields(&[OTLP]))),
];

const OTLP: &[Field] = &[
    ("grpc_endpoint", Text),
    ("http_endpoint", Text),
    (
        "tls",
        Open(&[&[("ca_file", Text), ("cert_file", Text), ("key_file", Text), ("insecure", Flag)]]),
    ),
    ("service.name", Text),
    ("deployment.environment", Text),
];

const CREDENTIALS: Shape = Fields(&[&[("role_arn", Text)]]);

#[cfg(test)]
mod tests;

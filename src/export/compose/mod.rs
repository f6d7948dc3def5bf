//! The tracing daemon of a task definition as a compose file, for local development.
//!
//! Source: the Compose specification, and its JSON Schema (`compose-spec/compose-spec`).

mod command;
mod environment;
mod health;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map as Object, Value, json};

use super::Rendered;
use super::containers::{Chosen, Daemon, daemon};
use crate::daemons::told;
use crate::document::{Node, Sources, Span, block};
use crate::error::Result;
use crate::kinds::Receiver;
use crate::stack::Stack;
use command::listens;

/// The X-Ray daemon, which has no OTLP.
/// The keys of a service in the order in which people write them.
const ORDER: [&str; 17] = [
    "image",
    "entrypoint",
    "command",
    "user",
    "working_dir",
    "environment",
    "ports",
    "read_only",
    "healthcheck",
    "restart",
    "mem_limit",
    "mem_reservation",
    "test",
    "interval",
    "timeout",
    "retries",
    "start_period",
];
/// Images that have no shell: a check that asks for one never passes.
///
/// Source: their Dockerfiles, of which the last stage is `FROM scratch`.
pub(super) const SHELL_LESS: [&str; 8] = [
    "amazon/aws-xray-daemon",
    "amazon/aws-otel-collector",
    "amazon/cloudwatch-agent",
    "public.ecr.aws/xray/aws-xray-daemon",
    "public.ecr.aws/aws-observability/aws-otel-collector",
    "public.ecr.aws/cloudwatch-agent/cloudwatch-agent",
    "otel/opentelemetry-collector",
    "otel/opentelemetry-collector-contrib",
];

/// What of a container has nothing to do with a developer's machine.
const ELSEWHERE: [&str; 15] = [
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "dockerLabels",
    "dockerSecurityOptions",
    "extraHosts",
    "hostname",
    "stopTimeout",
    "mountPoints",
    "volumesFrom",
    "environmentFiles",
    "linuxParameters",
    "ulimits",
    "privileged",
    "systemControls",
];
/// The ports of X-Ray: traces go by the one, and sampling rules are asked for by the other.
const BOTH: [(&str, &str); 2] = [("2000", "udp"), ("2000", "tcp")];

/// What is made of a container, as it grows.
#[derive(Debug, Default)]
struct Draft {
    service: Object<String, Value>,
    notes: Vec<String>,
}

/// The compose file.
pub(crate) fn compose(stack: &Stack, chosen: Chosen<'_>) -> Result<Rendered> {
    let daemon = daemon(stack, chosen)?;
    let name = service_name(daemon.name());
    let mut draft = Draft::default();
    draft.put("image", json!(daemon.image()));
    draft.command(&daemon);
    draft.environment(stack, &daemon)?;
    draft.put("ports", ports(&daemon));
    draft.health(&daemon);
    draft.limits(daemon.container());
    draft.put("restart", json!("unless-stopped"));
    draft.left_out(daemon.container());
    let reached = told(daemon.what != Receiver::Xray, &name);
    let mut reached: Object<_, _> =
        reached.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect();
    if let Some([udp, tcp]) = listens(&daemon) {
        let both = format!("tcp:{name}:{tcp} udp:{name}:{udp}");
        let address = if udp == tcp { format!("{name}:{udp}") } else { both };
        reached.insert("AWS_XRAY_DAEMON_ADDRESS".to_owned(), json!(address));
    }
    let file = json!({"services": {&name: draft.service}});
    // An anchor comes before what refers to it.
    let text = format!(
        "# {} of {},\n\
         # for local development: `docker compose up`\n\
         # AWS's credentials come from your shell or a .env file;\n\
         # `eval \"$(aws configure export-credentials --format env)\"` has a profile's.\n\
         \n\
         # What an application's service needs to reach it:\n\
         #   environment: {{ <<: *traced }}\n\
         #   depends_on: [{name}]\n\
         x-traced: &traced\n{}\
         \n{}",
        sentence(&daemon.what.to_string()),
        daemon.task.address,
        yaml(&Value::Object(reached), 2),
        yaml(&file, 0),
    );
    Ok(Rendered { text, notes: draft.notes, unsaid: Vec::new() })
}

impl Draft {
    fn put(&mut self, key: &str, value: Value) {
        self.service.insert(key.to_owned(), value);
    }

    /// Memory as ECS has it, in MiB: at most, and at least.
    ///
    /// Source: service model, `ContainerDefinition`; Compose specification, "byte values".
    fn limits(&mut self, container: &Value) {
        for (field, key) in [("memory", "mem_limit"), ("memoryReservation", "mem_reservation")] {
            if let Some(mib) = container[field].as_u64().filter(|mib| *mib > 0) {
                self.put(key, json!(format!("{mib}m")));
            }
        }
        for (field, key) in [
            ("user", "user"),
            ("workingDirectory", "working_dir"),
            ("readonlyRootFilesystem", "read_only"),
        ] {
            match &container[field] {
                Value::String(text) => self.put(key, json!(literal(text))),
                Value::Bool(true) => self.put(key, json!(true)),
                _ => {}
            }
        }
    }

    /// What a container has that means something on ECS only, or that the machine of a developer has
    /// otherwise.
    fn left_out(&mut self, container: &Value) {
        let is_given = |field: &&str| match &container[*field] {
            Value::Null | Value::Bool(false) => false,
            Value::Array(items) => !items.is_empty(),
            _ => true,
        };
        let left: Vec<_> = ELSEWHERE.into_iter().filter(is_given).collect();
        if !left.is_empty() {
            self.notes.push(format!("left out: {}", left.join(", ")));
        }
    }
}

/// The ports, on this machine's own loopback: those that the container has, and those of X-Ray
/// beside each other. Where it has none, since in its network there all are open, those that it listens
/// on.
fn ports(daemon: &Daemon<'_>) -> Value {
    let mut ports: Vec<(String, String)> = Vec::new();
    if let Some([udp, tcp]) = listens(daemon) {
        return json!([format!("127.0.0.1:{udp}:{udp}/udp"), format!("127.0.0.1:{tcp}:{tcp}/tcp")]);
    }
    let mappings = daemon.container()["portMappings"].as_array().into_iter().flatten();
    for mapping in mappings {
        let port = match (&mapping["containerPort"], &mapping["containerPortRange"]) {
            (Value::Number(port), _) => port.to_string(),
            (_, Value::String(range)) => range.clone(),
            _ => continue,
        };
        ports.push((port, mapping["protocol"].as_str().unwrap_or("tcp").to_owned()));
    }
    let with = |ports: &mut Vec<(String, String)>, more: &[(&str, &str)]| {
        ports.extend(
            more.iter().map(|(port, protocol)| ((*port).to_owned(), (*protocol).to_owned())),
        );
    };
    if ports.is_empty() {
        with(&mut ports, &BOTH);
        if daemon.what != Receiver::Xray {
            with(&mut ports, &[("4317", "tcp"), ("4318", "tcp")]);
        }
    } else if ports.iter().any(|(port, _)| port == "2000") {
        with(&mut ports, &BOTH);
    }
    let mut published = Vec::new();
    for (port, protocol) in ports {
        let one = json!(format!("127.0.0.1:{port}:{port}/{protocol}"));
        if !published.contains(&one) {
            published.push(one);
        }
    }
    Value::Array(published)
}

/// A container's name as a service's, which is a host name too.
///
/// Source: Compose's schema: `^[a-zA-Z0-9._-]+$`; a host name has no `_`.
fn service_name(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(fits).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "daemon".to_owned() } else { name.to_owned() }
}

/// A text that Compose takes as it stands.
///
/// Source: Compose specification, "Interpolation": `$$` is a literal dollar.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

fn sentence(what: &str) -> String {
    let mut chars = what.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn yaml(value: &Value, indent: usize) -> String {
    let order: BTreeMap<_, _> = ORDER.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let span = Span::new(Sources::default().add("", ""), 0, 0);
    block(&Node::of_json(value, &order, &mut || span), indent)
}

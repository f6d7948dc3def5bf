//! The container of a daemon, as ECS takes it.

use serde_json::{Value as Json, json};

use super::agent::{self, Agent};
use super::beside::{LOG_GROUPS, PARAMETERS, log_group, parameter};
use super::collector::{self, Distribution, Problem, Telemetry, port};
use super::needs::{check_roles, execution, task_actions};
use super::size::{fitting, memory};
use super::wiring::Network;
use super::word::{Config, Daemon, Reference};
use super::{Sort, containers, name_of};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::kinds;
use crate::stack::{Given, Place, merge_over};

/// A container that was made.
pub(super) struct Generated {
    pub name: String,
    pub container: Node,
    /// What the task's roles have to allow for it, statements of policies by the fields that name the
    /// roles.
    pub needs: Json,
    /// What stands beside the task, bodies by sections and names.
    pub beside: Json,
}

/// The images, by versions that somebody looked at: what moves under a name that stays is found when it
/// breaks.
///
/// Sources: the releases of `aws/aws-xray-daemon` (2026-07-14), of `aws-observability/aws-otel-collector`
/// (2026-07-10, which is OpenTelemetry 0.156.0), and the tags of the CloudWatch agent at its public
/// registry.
fn image(sort: Sort) -> &'static str {
    match sort {
        Sort::Xray => "public.ecr.aws/xray/aws-xray-daemon:3.6.6",
        Sort::Adot => "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0",
        Sort::Agent => "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300064.1b1344",
        Sort::Contrib => "otel/opentelemetry-collector-contrib:0.156.0",
    }
}

/// The variable that the image takes its configuration from.
///
/// Sources: README of `aws-observability/aws-otel-collector`; CloudWatch user guide, "Deploy the CloudWatch
/// agent to Amazon ECS". OpenTelemetry's own has the name in its command.
fn variable(sort: Sort) -> &'static str {
    match sort {
        Sort::Xray => "",
        Sort::Adot => "AOT_CONFIG_CONTENT",
        Sort::Agent => "CW_CONFIG_CONTENT",
        Sort::Contrib => "OTEL_CONFIG",
    }
}

/// Makes the container; `alone` is one that no other stands beside.
pub(super) fn generated(
    daemon: &Daemon,
    task: &Map,
    given: &Given<'_>,
    network: Network,
    alone: bool,
    found: &mut Diagnostics,
) -> Option<Generated> {
    let Daemon { sort, span, .. } = daemon;
    let place = given.place;
    let group = format!("/ecs/{}/{}", given.name, sort.word());
    let mut container = json!({
        "name": sort.word(),
        "image": image(*sort),
        // Where it fails, the application goes on without traces.
        "essential": alone,
        "environment": [{"name": "AWS_REGION", "value": place.region}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": group,
                "awslogs-region": place.region,
                "awslogs-stream-prefix": sort.word(),
            },
        },
    });
    // Managed daemons map no ports: whatever listens is reached.
    if network != Network::Daemons {
        container["portMappings"] = ports(*sort, network, alone);
    }
    let keeps_logs = given.sections.contains(LOG_GROUPS);
    if !keeps_logs {
        container["logConfiguration"]["options"]["awslogs-create-group"] = json!("true");
    }
    if let (Json::Object(container), Json::Object(fitting)) =
        (&mut container, fitting(task, daemon, found))
    {
        container.extend(fitting);
    }
    match sort {
        // Outside of EC2 it would ask for an instance in vain.
        Sort::Xray => container["command"] = json!(["-o"]),
        // The image has no shell. ECS: "The string array must start with CMD" (service model,
        // `HealthCheck.command`); nothing waits for it and the container is not essential, so that
        // a check that fails stops nothing.
        Sort::Adot => container["healthCheck"] = json!({"command": ["CMD", "/healthcheck"]}),
        Sort::Contrib => {
            container["command"] = json!([format!("--config=env:{}", variable(*sort))]);
        }
        Sort::Agent => {}
    }
    let mut secrets = references(daemon);
    if let Config::Parameter(from) = &daemon.config {
        let variable = variable(*sort).to_owned();
        secrets.push(Reference { variable, from: from.clone() });
    }
    // What the author sets in another way is not set twice.
    let own = |list: &str| names_in(daemon.container.as_ref(), list);
    secrets.retain(|one| !own("environment").contains(&one.variable));
    if let Some(environment) = container["environment"].as_array_mut() {
        environment.retain(|one| !own("secrets").iter().any(|name| one["name"] == **name));
    }
    if !secrets.is_empty() {
        let listed = secrets.iter().map(|one| json!({"name": one.variable, "valueFrom": one.from}));
        container["secrets"] = listed.collect();
    }
    let mut container = Node::planted(*span, &container);
    if let Some(own) = &daemon.container {
        merge_over(kinds::of("task_definitions"), &mut container, own.clone());
    }
    let secrets = kept(&container);
    check_whole(&container, daemon, found)?;
    let mut beside = json!({});
    match &daemon.config {
        _ if *sort == Sort::Xray => {}
        Config::Environment => {
            let text = configuration(&container, daemon, place, found);
            configure(&mut container, daemon, &text);
        }
        Config::Parameter(from) if given.sections.contains(PARAMETERS) => {
            if let Some(name) = parameter_name(from, place) {
                let text = configuration(&container, daemon, place, found);
                beside[PARAMETERS] = json!({ name: parameter(&text) });
            }
        }
        Config::Parameter(_) => {}
    }
    let name = name_of(&container).to_owned();
    if containers(task).iter().any(|other| name_of(other) == name) {
        let message =
            format!("there is a container `{name}` already, and the daemon's is called so too");
        let help = "say `container: { name: … }` for the daemon's";
        found.push(Diagnostic::error(message).at(*span).help(help));
        return None;
    }
    let logs = own_logs(&container);
    if keeps_logs && logs.as_ref() == Some(&group) {
        beside[LOG_GROUPS] = json!({ group: log_group() });
    }
    check_roles(task, daemon, logs.is_some(), !secrets.is_empty(), network, found);
    let needs = json!({
        "taskRoleArn": [{
            "Effect": "Allow", "Action": task_actions(daemon), "Resource": "*",
        }],
        "executionRoleArn": execution(&secrets, (logs.as_deref(), keeps_logs), place),
    });
    Some(Generated { name, container, needs, beside })
}

/// The configuration; what the daemon would not take of it is told.
fn configuration(
    container: &Node,
    daemon: &Daemon,
    place: &Place,
    found: &mut Diagnostics,
) -> String {
    let (text, problems) = generated_config(daemon, place, memory(container));
    for Problem { path, message } in problems {
        let path = written(&path, daemon);
        let message = format!("{} would not take {path}: {message}", daemon.sort.told());
        // What another image takes is not known.
        let runs = container.as_map().and_then(|map| map.get("image")).and_then(Node::as_str);
        let is_known = runs == Some(image(daemon.sort));
        let make = if is_known { Diagnostic::error } else { Diagnostic::warning };
        found.push(make(message).at(daemon.span));
    }
    text
}

/// Where in the word a part of the configuration comes from.
fn written(path: &str, daemon: &Daemon) -> String {
    let exporter = path.strip_prefix("exporters.").and_then(|path| path.split_once('/'));
    match exporter.map(|(_, rest)| rest).filter(|_| daemon.collector.is_none()) {
        Some(rest) if rest.starts_with("honeycomb") => format!("`{rest}`"),
        Some(rest) => format!("`otlp.{rest}`"),
        None => format!("`collector`: {path}"),
    }
}

/// The name of the parameter that ECS is to read, where it is one of the stack's own account and region.
fn parameter_name(from: &str, place: &Place) -> Option<String> {
    if !from.starts_with("arn:") {
        return Some(from.to_owned());
    }
    let Place { account, region } = place;
    let own = format!("arn:{}:ssm:{region}:{account}:parameter/", place.partition());
    let name = from.strip_prefix(own.as_str())?;
    Some(if name.contains('/') { format!("/{name}") } else { name.to_owned() })
}

/// Puts the configuration into the environment, unless the author has one of their own there.
fn configure(container: &mut Node, daemon: &Daemon, text: &str) {
    let variable = variable(daemon.sort);
    let is_kept = names_in(Some(container), "secrets").iter().any(|name| name == variable);
    let Value::Map(map) = &mut container.value else { return };
    let entry = map.entries.iter_mut().find(|entry| entry.key == "environment");
    if let Some(Value::Seq(items)) = entry.map(|entry| &mut entry.value.value)
        && !is_kept
        && !items.iter().any(|item| name_of(item) == variable)
    {
        items.push(Node::planted(daemon.span, &json!({"name": variable, "value": text})));
    }
}

/// The configuration, and what the daemon would not take of it.
fn generated_config(daemon: &Daemon, place: &Place, memory: u64) -> (String, Vec<Problem>) {
    let bind = "0.0.0.0".to_owned();
    let (region, overrides) = (Some(place.region.clone()), daemon.collector.clone());
    let distribution = match daemon.sort {
        Sort::Adot => Distribution::Adot,
        Sort::Contrib => Distribution::Contrib,
        Sort::Agent | Sort::Xray => {
            let config = agent::config(&Agent { bind, region, overrides });
            return (config.to_string(), agent::check(&config));
        }
    };
    let config = collector::config(&Telemetry {
        distribution,
        bind,
        region,
        xray: daemon.xray,
        honeycomb: daemon.honeycomb.as_ref().map(|(honeycomb, _)| honeycomb.clone()),
        otlp: daemon.otlp.iter().map(|(otlp, _)| otlp.clone()).collect(),
        memory_mib: Some(memory),
        overrides,
    });
    (collector::yaml(&config), collector::check(&config, distribution))
}

/// The names in a list of a container.
fn names_in(container: Option<&Node>, list: &str) -> Vec<String> {
    match container.and_then(|node| node.as_map()?.get(list)).map(|node| &node.value) {
        Some(Value::Seq(items)) => items.iter().map(|item| name_of(item).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// The secrets that ECS is to read for a container.
fn kept(container: &Node) -> Vec<Reference> {
    let list = container.as_map().and_then(|map| map.get("secrets"));
    let Some(Value::Seq(items)) = list.map(|node| &node.value) else { return Vec::new() };
    let kept = items.iter().filter_map(|item| {
        let from = item.as_map()?.get("valueFrom")?.as_str()?.to_owned();
        Some(Reference { variable: name_of(item).to_owned(), from })
    });
    kept.collect()
}

/// What a container cannot do without, whatever is laid over it.
fn check_whole(container: &Node, daemon: &Daemon, found: &mut Diagnostics) -> Option<()> {
    let map = container.as_map()?;
    let has = |field: &str| {
        map.get(field).is_some_and(|node| !node.is_null() && node.as_str() != Some(""))
    };
    let needed = ["name", "image", "environment"];
    let lacking = needed.into_iter().find(|field| !has(field));
    if let Some(field) = lacking {
        let message = format!("`container` takes `{field}` away, which the daemon needs");
        let help = "leave it out: what is generated stays then";
        found.push(Diagnostic::error(message).at(daemon.span).help(help));
        return None;
    }
    Some(())
}

/// The ports. Of a daemon alone on an instance others have to find them, so that they are the same
/// outside; beside an application in a bridge they are anywhere, and links find them.
fn ports(sort: Sort, network: Network, alone: bool) -> Json {
    const XRAY: [(u16, &str); 2] = [(port::XRAY, "udp"), (port::XRAY, "tcp")];
    const OTLP: [(u16, &str); 2] = [(port::OTLP_GRPC, "tcp"), (port::OTLP_HTTP, "tcp")];
    let otlp = if sort.takes_otlp() { &OTLP[..] } else { &[] };
    let fixed = alone && network == Network::Bridge;
    let mapping = |(port, protocol): &(u16, &str)| {
        let mut mapping = json!({"containerPort": port, "protocol": protocol});
        if fixed {
            mapping["hostPort"] = json!(port);
        }
        mapping
    };
    XRAY.iter().chain(otlp).map(mapping).collect()
}

/// The secrets of the exporters.
fn references(daemon: &Daemon) -> Vec<Reference> {
    let honeycomb = daemon.honeycomb.iter().map(|(_, key)| key.clone());
    let otlp = daemon.otlp.iter().flat_map(|(_, references)| references.clone());
    honeycomb.chain(otlp).collect()
}

/// The log group, where it is still the one that was made up for it.
fn own_logs(container: &Node) -> Option<String> {
    let logs = container.as_map()?.get("logConfiguration")?.as_map()?;
    let driver = logs.get("logDriver")?.as_str()?;
    let options = logs.get("options")?.as_map()?;
    let group = options.get("awslogs-group")?.as_str()?;
    (driver == "awslogs").then(|| group.to_owned())
}

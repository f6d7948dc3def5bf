//! What ECS refuses although every field is right by itself, as far as that is certain before it is
//! asked.

mod containers;

use serde_json::Value as Json;

use super::spec::{ROLES, SIZES};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value, or_nearest};

/// Amounts of memory in MiB: from, to, in steps of.
type Range = (u64, u64, u64);

/// Task memory that Fargate has for an amount of CPU units.
///
/// Source: ECS developer guide, "Task CPU and memory" of "Amazon ECS task definition parameters".
const FARGATE: [(u64, &[Range]); 8] = [
    (256, &[(512, 512, 1), (1024, 2048, 1024)]),
    (512, &[(1024, 4096, 1024)]),
    (1024, &[(2048, 8192, 1024)]),
    (2048, &[(4096, 16_384, 1024)]),
    (4096, &[(8192, 30_720, 1024)]),
    (8192, &[(16_384, 61_440, 4096)]),
    (16_384, &[(32_768, 122_880, 8192)]),
    (32_768, &[(61_440, 122_880, 61_440), (249_856, 249_856, 1)]),
];
/// Source: ECS developer guide, "Amazon ECS service quotas".
const MOST_CONTAINERS: usize = 10;

/// Checks a task definition whose fields are sound; `canonical` is its canonical form.
pub(in crate::kinds) fn check(map: &Map, canonical: &Json, found: &mut Diagnostics) {
    let fargate = canonical["requiresCompatibilities"]
        .as_array()
        .is_some_and(|all| all.iter().any(|one| one == "FARGATE"));
    if fargate {
        check_fargate(map, canonical, found);
    }
    check_any(map, canonical, found);
    let count = list(map, "containerDefinitions").len();
    if count > MOST_CONTAINERS
        && let Some(node) = map.get("containerDefinitions")
    {
        let message = format!("{count} containers; ECS takes {MOST_CONTAINERS}");
        found.push(Diagnostic::error(message).at(node.span));
    }
    let same_port = matches!(canonical["networkMode"].as_str(), Some("awsvpc" | "host"));
    let asks_for_memory = canonical["memory"].is_null() && !fargate;
    for one in list(map, "containerDefinitions") {
        let Some(container) = one.as_map() else { continue };
        let given = |field: &str| container.get(field).is_some_and(|node| !node.is_null());
        if asks_for_memory && !given("memory") && !given("memoryReservation") {
            let message = "neither the container nor the task says how much memory it has";
            let help = "give it `memory` or `memoryReservation`, in MiB";
            found.push(Diagnostic::error(message).at(one.span).help(help));
        }
        for port in list(container, "portMappings").iter().filter_map(Node::as_map) {
            check_port(port, same_port, found);
        }
    }
}

/// Checks what holds for task definitions of every sort.
pub(in crate::kinds) fn check_any(map: &Map, canonical: &Json, found: &mut Diagnostics) {
    for field in SIZES {
        check_size(map, canonical, field, found);
    }
    for field in ROLES {
        check_role(map, field, found);
    }
    let Some(node) = map.get("containerDefinitions") else { return };
    let Value::Seq(containers) = &node.value else { return };
    if containers.is_empty() {
        let message = "there is no container; ECS asks for one at least";
        found.push(Diagnostic::error(message).at(node.span));
    }
    let essential = |one: &Node| {
        let own = one.as_map().and_then(|map| map.get("essential"));
        own.is_none_or(|node| node.to_json() != Json::Bool(false) && node.as_str() != Some("false"))
    };
    if !containers.is_empty() && !containers.iter().any(essential) {
        let message = "no container is essential; ECS asks for one at least";
        let help = "a container is essential unless it says `essential: false`";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
    for container in containers.iter().filter_map(Node::as_map) {
        check_names(container, canonical, found);
        check_links(container, canonical, found);
    }
    self::containers::check(map, canonical, found);
}

/// The elements of a list, where there is one.
pub(in crate::kinds) fn list<'a>(map: &'a Map, field: &str) -> &'a [Node] {
    match map.get(field).map(|node| &node.value) {
        Some(Value::Seq(items)) => items,
        _ => &[],
    }
}

/// Source: service model, of both: "String values are converted to an integer". To which one, where
/// that is not exact, is not said, so that the next plan might not find what was asked for.
fn check_size(map: &Map, canonical: &Json, field: &str, found: &mut Diagnostics) {
    let Some(text) = canonical[field].as_str() else { return };
    let Some(node) = map.get(field).filter(|_| text.parse::<u64>().is_err()) else { return };
    let (units, example) = if field == "cpu" {
        ("CPU units", "`256`, or `.25 vCPU`")
    } else {
        ("MiB", "`512`, or `0.5 GB`")
    };
    let message = format!("`{field}` is {}, which is no whole number of {units}", node.shown());
    let help = format!("write it like {example}");
    found.push(Diagnostic::error(message).at(node.span).help(help));
}

/// A reference that is not written rightly stays as it is, and is found here.
///
/// Source: ECS answers `Role is not valid` (reports of users); the
/// characters are those of `roleNameType` and `pathType` in IAM's service model.
fn check_role(map: &Map, field: &str, found: &mut Diagnostics) {
    let Some(node) = map.get(field) else { return };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/:".contains(c);
    if node.as_str().is_some_and(|text| !text.chars().all(allowed)) {
        let message = format!("`{field}` is {}, neither a role's name nor an ARN", node.shown());
        let help = "a role of the stack is `${role.KEY.arn}`";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
}

/// What a container says of others and of volumes has to be there.
fn check_names(container: &Map, canonical: &Json, found: &mut Diagnostics) {
    let kinds = [
        ("dependsOn", "containerName", "containerDefinitions", "container"),
        ("volumesFrom", "sourceContainer", "containerDefinitions", "container"),
        ("mountPoints", "sourceVolume", "volumes", "volume"),
    ];
    for (list, field, known, what) in kinds {
        let Some(Value::Seq(items)) = container.get(list).map(|node| &node.value) else { continue };
        // Where names are given twice, that is complained of elsewhere.
        if canonical[known].is_array() {
            continue;
        }
        let names: Vec<_> = canonical[known].as_object().into_iter().flatten().collect();
        let names: Vec<_> = names.iter().map(|(name, _)| name.as_str()).collect();
        for node in items.iter().filter_map(|item| item.as_map()?.get(field)) {
            let Some(name) = node.as_str().filter(|_| !node.secret) else { continue };
            if !names.contains(&name) && !name.is_empty() {
                let message = format!("the task has no {what} {name:?}");
                let help = or_nearest(name, &names);
                found.push(Diagnostic::error(message).at(node.span).maybe_help(help));
            }
        }
    }
}

/// The containers that a container is linked to, by their names, are those of the task.
///
/// Source: service model, `ContainerDefinition.links`: `name:internalName`.
fn check_links(container: &Map, canonical: &Json, found: &mut Diagnostics) {
    let Some(known) = canonical["containerDefinitions"].as_object() else { return };
    let names: Vec<_> = known.keys().map(String::as_str).collect();
    for node in list(container, "links") {
        let Some(name) = node.as_str().and_then(|link| link.split(':').next()) else { continue };
        if !names.contains(&name) && !node.secret {
            let message = format!("the task has no container {name:?} to link to");
            let help = or_nearest(name, &names);
            found.push(Diagnostic::error(message).at(node.span).maybe_help(help));
        }
    }
}

/// Source: service model, `PortMapping`: in the network modes `awsvpc` and `host` the two ports are
/// the same one.
fn check_port(mapping: &Map, same: bool, found: &mut Diagnostics) {
    let number = |node: &Node| match &node.value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let port = |field: &str| {
        let node = mapping.get(field).filter(|node| !node.is_null())?;
        Some((node, number(node)?))
    };
    let ports = [("containerPort", port("containerPort")), ("hostPort", port("hostPort"))];
    for (field, given) in &ports {
        if let Some((node, number)) = given
            && !(0..=65_535).contains(number)
        {
            let message = format!("`{field}` is {}; a port is from 0 to 65535", node.shown());
            found.push(Diagnostic::error(message).at(node.span));
        }
    }
    if let [(_, Some((_, container))), (_, Some((node, host)))] = ports
        && same
        && host != 0
        && host != container
    {
        let message =
            "`hostPort` is another one than `containerPort`, which this network mode does not have";
        found.push(Diagnostic::error(message).at(node.span).help("leave `hostPort` out"));
    }
}

fn check_fargate(map: &Map, canonical: &Json, found: &mut Diagnostics) {
    let place = |field: &str| {
        let node = map.get(field).or_else(|| map.get("requiresCompatibilities"));
        node.map(|node| node.span)
    };
    let mut complain = |field: &str, message: String, help: String| {
        let problem = Diagnostic::error(message).help(help);
        found.push(match place(field) {
            Some(span) => problem.at(span),
            None => problem,
        });
    };
    if canonical["networkMode"] != "awsvpc" {
        let message = "Fargate has the network mode `awsvpc` only".to_owned();
        complain("networkMode", message, "write `networkMode: awsvpc`".to_owned());
    }
    let number = |field: &str| canonical[field].as_str().and_then(|text| text.parse::<u64>().ok());
    for field in ["cpu", "memory"] {
        if canonical[field].is_null() {
            let message = format!("Fargate needs the task's `{field}`");
            complain(field, message, "for example `cpu: 256` and `memory: 512`".to_owned());
        }
    }
    let (Some(cpu), Some(memory)) = (number("cpu"), number("memory")) else { return };
    let Some((_, ranges)) = FARGATE.iter().find(|(units, _)| *units == cpu) else {
        let known: Vec<_> = FARGATE.iter().map(|(units, _)| units.to_string()).collect();
        let message = format!("Fargate has no tasks of {cpu} CPU units");
        complain("cpu", message, format!("it has {}", known.join(", ")));
        return;
    };
    let fits = |(from, to, step): &Range| {
        (*from..=*to).contains(&memory) && (memory - from).is_multiple_of(*step)
    };
    if !ranges.iter().any(fits) {
        let known: Vec<_> = ranges
            .iter()
            .map(|(from, to, step)| match (from == to, to - from == *step) {
                (true, _) => from.to_string(),
                (false, true) => format!("{from}, {to}"),
                (false, false) => format!("{from} to {to} in steps of {step}"),
            })
            .collect();
        let message =
            format!("Fargate has no tasks of {cpu} CPU units with {memory} MiB of memory");
        complain("memory", message, format!("with {cpu} it has {}", known.join(", ")));
    }
}

/// Two elements of one name are one too many: of two environment variables ECS keeps one, and which
/// one is not documented.
pub(in crate::kinds) fn refuse_doubles(map: &Map, found: &mut Diagnostics) {
    let containers = map.get("containerDefinitions");
    refuse_doubles_in(containers, "containers", found);
    let Some(Value::Seq(containers)) = containers.map(|node| &node.value) else { return };
    for container in containers.iter().filter_map(Node::as_map) {
        refuse_doubles_in(container.get("environment"), "environment variables", found);
        refuse_doubles_in(container.get("secrets"), "secrets", found);
    }
}

fn refuse_doubles_in(list: Option<&Node>, what: &str, found: &mut Diagnostics) {
    let Some(Value::Seq(items)) = list.map(|node| &node.value) else { return };
    let mut seen: Vec<&str> = Vec::new();
    for node in items.iter().filter_map(|item| item.as_map()?.get("name")) {
        let Some(name) = node.as_str().filter(|_| !node.secret) else { continue };
        if seen.contains(&name) {
            let message = format!("two {what} are called {name:?}");
            found.push(Diagnostic::error(message).at(node.span).help("take one of them out"));
        }
        seen.push(name);
    }
}

//! What ECS refuses of containers beside each other, and of fields beside each other in one.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::list;
use crate::document::{Diagnostic, Diagnostics, Map, Node};

/// Checks the containers of a task definition of any sort.
pub(super) fn check(task: &Map, canonical: &Json, found: &mut Diagnostics) {
    let containers = list(task, "containerDefinitions");
    let has_role = canonical["executionRoleArn"].is_string();
    let of_task = canonical["memory"].as_str().and_then(|memory| memory.parse().ok());
    for container in containers.iter().filter_map(Node::as_map) {
        check_memory(container, of_task, found);
        check_secrets(container, has_role, found);
    }
    if matches!(canonical["networkMode"].as_str(), Some("awsvpc" | "host")) {
        check_ports(containers, found);
    }
    check_cpu(task, containers, canonical, found);
    check_circles(containers, found);
}

fn number(map: &Map, field: &str) -> Option<u64> {
    map.get(field)?.spelled()?.trim().parse().ok()
}

/// Source: ECS answers "The 'memory' setting for container … is greater than for the task", and
/// "'memory' must not be less than 'memoryReservation'" (recordings).
fn check_memory(container: &Map, of_task: Option<u64>, found: &mut Diagnostics) {
    for field in ["memory", "memoryReservation"] {
        if let (Some(own), Some(most)) = (number(container, field), of_task)
            && let Some(node) = container.get(field).filter(|_| own > most)
        {
            let message = format!("`{field}` is {own} MiB, and the whole task has {most}");
            let help = "give the task more, or the container less";
            found.push(Diagnostic::error(message).at(node.span).help(help));
        }
    }
    let (hard, soft) = (number(container, "memory"), number(container, "memoryReservation"));
    if let (Some(hard), Some(soft), Some(node)) = (hard, soft, container.get("memory"))
        && hard < soft
    {
        let message = format!("`memory` is {hard} MiB, less than the `memoryReservation`, {soft}");
        let help = "the reservation is what it can count on, the other what it is stopped above";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
}

/// Source: ECS answers "When you are specifying container secrets, you must also specify a value for
/// 'executionRoleArn'", and "The secret name must be unique and not shared with any new or existing
/// environment variables" (recordings).
fn check_secrets(container: &Map, has_role: bool, found: &mut Diagnostics) {
    let secrets = list(container, "secrets");
    if let (Some(first), false) = (secrets.first(), has_role) {
        let message = "ECS reads secrets with `executionRoleArn`, which the task does not have";
        let help = "`executionRoleArn: ${role.KEY.arn}` names a role of the stack";
        found.push(Diagnostic::error(message).at(first.span).help(help));
    }
    let variables = list(container, "environment").iter().filter_map(name);
    let variables: Vec<_> = variables.map(|(name, _)| name).collect();
    for (name, node) in secrets.iter().filter_map(name) {
        if variables.contains(&name) {
            let message = format!("`{name}` is in `environment` and in `secrets`");
            found.push(Diagnostic::error(message).at(node.span).help("take one of them out"));
        }
    }
}

fn name(item: &Node) -> Option<(&str, &Node)> {
    let node = item.as_map()?.get("name")?;
    node.as_str().filter(|_| !node.secret).map(|name| (name, node))
}

/// Source: ECS answers "The sum of all container 'cpu' values cannot be greater than the value of the task
/// 'cpu'" (recording).
fn check_cpu(task: &Map, containers: &[Node], canonical: &Json, found: &mut Diagnostics) {
    let of_task = canonical["cpu"].as_str().and_then(|cpu| cpu.parse::<u64>().ok());
    let of_all = containers.iter().filter_map(|one| number(one.as_map()?, "cpu")).sum::<u64>();
    if let (Some(of_task), Some(node)) = (of_task, task.get("cpu"))
        && of_all > of_task
    {
        let message = format!("the containers have {of_all} CPU units, and the task {of_task}");
        let help = "give the task more, or one of its containers less";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
}

/// Containers with one network have each port once.
///
/// Source: ECS answers that "host port … is mapped more than once" (reports of users, of `host`); with
/// `awsvpc` the second does not start.
fn check_ports(containers: &[Node], found: &mut Diagnostics) {
    let mut taken: BTreeMap<(u64, String), &str> = BTreeMap::new();
    for container in containers.iter().filter_map(Node::as_map) {
        let own = container.get("name").and_then(Node::as_str).unwrap_or_default();
        for node in list(container, "portMappings") {
            let Some(mapping) = node.as_map() else { continue };
            let Some(port) = number(mapping, "containerPort") else { continue };
            let protocol = mapping.get("protocol").and_then(Node::as_str).unwrap_or("tcp");
            let key = (port, protocol.to_ascii_lowercase());
            if let Some(other) = taken.get(&key).filter(|other| **other != own) {
                let message = format!(
                    "{own} and {other} both have the port {port}/{protocol}, and one network"
                );
                let help = "one of them has to listen elsewhere";
                found.push(Diagnostic::error(message).at(node.span).help(help));
            }
            taken.insert(key, own);
        }
    }
}

/// Containers that wait for each other never start.
fn check_circles(containers: &[Node], found: &mut Diagnostics) {
    let mut waiting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for container in containers.iter().filter_map(Node::as_map) {
        let Some(own) = container.get("name").and_then(Node::as_str) else { continue };
        let awaited = list(container, "dependsOn").iter();
        let awaited = awaited.filter_map(|one| one.as_map()?.get("containerName")?.as_str());
        waiting.insert(own, awaited.collect());
        places.extend(container.get("dependsOn").map(|node| (own, node.span)));
    }
    loop {
        let before = waiting.len();
        let names: Vec<_> = waiting.keys().copied().collect();
        waiting.retain(|_, awaited| awaited.iter().any(|one| names.contains(one)));
        if waiting.is_empty() {
            return;
        }
        if waiting.len() == before {
            break;
        }
    }
    let names: Vec<_> = waiting.keys().copied().collect();
    let message = format!("the containers {} wait for each other", names.join(", "));
    let problem = Diagnostic::error(message).help("take one `dependsOn` out");
    found.push(match places.get(names[0]) {
        Some(span) => problem.at(*span),
        None => problem,
    });
}

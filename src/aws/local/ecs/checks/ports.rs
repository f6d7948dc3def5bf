//! What ECS checks in port mappings.

use super::super::super::reply::Fault;
use super::super::client;
use super::super::members::{Members as _, Structure};
use super::{Task, invalid_setting};

const PORTS: std::ops::RangeInclusive<i64> = 0..=65_535;

/// How many ranges of ports a container may have (model).
const MOST_RANGES: usize = 100;

/// Checks the port mappings of all containers.
pub(super) fn check(task: &Task<'_>) -> Result<(), Fault> {
    let mut host_ports = Vec::new();
    let mut names = Vec::new();
    for container in &task.containers {
        let ranges = container.structures("portMappings").filter(|mapping| is_range(mapping));
        if ranges.count() > MOST_RANGES {
            return Err(client(format!(
                "Too many port ranges for container '{}'.",
                super::name(container)
            )));
        }
        for mapping in container.structures("portMappings") {
            check_mapping(task, container, mapping)?;
            if let Some(port) = host_port(task, mapping) {
                let protocol = mapping.text("protocol").unwrap_or("tcp");
                if host_ports.contains(&(port, protocol)) {
                    return Err(client(format!(
                        "The host port {port}/{protocol} is mapped more than once."
                    )));
                }
                host_ports.push((port, protocol));
            }
            if let Some(name) = mapping.text("name") {
                if names.contains(&name) {
                    let message = format!("The port mapping name '{name}' must be unique.");
                    return Err(client(message));
                }
                names.push(name);
            }
        }
    }
    Ok(())
}

fn is_range(mapping: &Structure) -> bool {
    mapping.contains_key("containerPortRange")
}

/// The port that a mapping takes on its host or network interface; 0 is one that Docker chooses.
fn host_port(task: &Task<'_>, mapping: &Structure) -> Option<i64> {
    let container_port = || mapping.integer("containerPort").filter(|_| is_host_network(task));
    mapping.integer("hostPort").or_else(container_port).filter(|port| *port != 0)
}

/// Whether containers share their ports with the host or the network interface.
fn is_host_network(task: &Task<'_>) -> bool {
    matches!(task.network, "awsvpc" | "host")
}

fn check_mapping(task: &Task<'_>, container: &Structure, mapping: &Structure) -> Result<(), Fault> {
    if task.network == "none" {
        return Err(client("Port mappings are not supported when networkMode=none."));
    }
    let [port, host_port] = ["containerPort", "hostPort"].map(|name| mapping.integer(name));
    if is_range(mapping) {
        let range = mapping.text("containerPortRange").unwrap_or_default();
        let alone = port.is_none() && host_port.is_none() && task.network != "host";
        let fits = alone && is_port_range(range);
        return if fits { Ok(()) } else { Err(invalid_setting("containerPortRange", container)) };
    }
    // Recording.
    let fits = |port: Option<i64>| port.is_some_and(|port| PORTS.contains(&port));
    if !fits(port) {
        return Err(invalid_setting("containerPort", container));
    }
    if host_port.is_some() && !fits(host_port) {
        return Err(invalid_setting("hostPort", container));
    }
    if is_host_network(task) && host_port.is_some() && host_port != port {
        // Recording, for awsvpc.
        return Err(client(format!(
            "When networkMode={}, the host ports and container ports in port mappings must match.",
            task.network
        )));
    }
    Ok(())
}

fn is_port_range(text: &str) -> bool {
    let Some((first, last)) = text.split_once('-') else {
        return false;
    };
    match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(first), Ok(last)) => first <= last && first > 0 && PORTS.contains(&last),
        _ => false,
    }
}

//! What the other containers are told of a daemon: where it is, and how to ask it.

use serde_json::{Value as Json, json};

use super::told::Told;
use super::word::{Daemon, Where};
use super::{containers, containers_mut, name_of};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, or_nearest};

/// How the containers of a task reach each other, and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    /// All have one interface of the task's own.
    Awsvpc,
    /// Each has an address in a network on the instance.
    Bridge,
    /// All have the instance's.
    Host,
    /// All managed daemons of an instance have one of their own, and choose nothing.
    ///
    /// Source: ECS developer guide, "managed daemons", `daemon_bridge`.
    Daemons,
}

impl Network {
    /// The network of a task definition. Left out, it is the only one that Fargate has, and a bridge
    /// everywhere else.
    ///
    /// Source: service model, `RegisterTaskDefinitionRequest.networkMode`.
    pub(super) fn of(task: &Map, daemon: &Daemon, found: &mut Diagnostics) -> Option<Self> {
        let text = |field: &str| task.get(field).and_then(Node::as_str);
        let windows = task.get("runtimePlatform").and_then(Node::as_map);
        let family = windows.and_then(|map| map.get("operatingSystemFamily"));
        if family.and_then(Node::as_str).is_some_and(|name| name.starts_with("WINDOWS")) {
            let message = "the images of the daemons are for Linux, and this task is for Windows";
            let help = "write the daemon's container out";
            found.push(Diagnostic::error(message).at(daemon.span).help(help));
            return None;
        }
        if daemon.place == Where::Managed && !may_be_on(task, "MANAGED_INSTANCES") {
            // Source: service model, `CreateDaemon`.
            let message = "managed daemons are on Managed Instances, and this task runs elsewhere";
            let help = "leave `where` out, or add MANAGED_INSTANCES to `requiresCompatibilities`";
            found.push(Diagnostic::error(message).at(daemon.span).help(help));
            return None;
        }
        match text("networkMode") {
            Some("awsvpc") => Some(Self::Awsvpc),
            Some("host") => Some(Self::Host),
            Some("none") => {
                let message = "a task with the network mode `none` reaches no daemon";
                let help = "take `daemon` out, or give the task a network";
                found.push(Diagnostic::error(message).at(daemon.span).help(help));
                None
            }
            None if on_fargate(task) => Some(Self::Awsvpc),
            // What is no network mode is complained of when the task definition is read.
            _ => Some(Self::Bridge),
        }
    }
}

/// Whether a task is to run on Fargate.
pub(super) fn on_fargate(task: &Map) -> bool {
    compatibilities(task).iter().any(|item| item.as_str() == Some("FARGATE"))
}

/// Whether a task may run on this: it may on all, where it names none.
fn may_be_on(task: &Map, launch: &str) -> bool {
    let all = compatibilities(task);
    all.is_empty() || all.iter().any(|item| item.as_str() == Some(launch))
}

fn compatibilities(task: &Map) -> &[Node] {
    match task.get("requiresCompatibilities").map(|node| &node.value) {
        Some(Value::Seq(items)) => items,
        _ => &[],
    }
}

/// Tells the containers of a daemon, of which `sidecar` is the container where it is one. What their
/// author says of it stays.
pub(super) fn wire(
    task: &mut Map,
    daemon: &Daemon,
    sidecar: Option<&Node>,
    network: Network,
    found: &mut Diagnostics,
) {
    let awaited = sidecar.map(awaited).unwrap_or_default();
    let sidecar = sidecar.map(name_of);
    let Some(host) = address(daemon, sidecar, network, found) else { return };
    warn_of_receivers(daemon, found);
    let told = Told { daemon, host: &host };
    let apps = apps(task, daemon, found);
    for container in
        containers_mut(task).iter_mut().filter(|one| apps.contains(&name_of(one).to_owned()))
    {
        let name = name_of(container).to_owned();
        let Value::Map(map) = &mut container.value else { continue };
        for (name, value) in told.to(map, found) {
            let variable = json!({"name": name, "value": value});
            append(map, daemon, "environment", &variable, |_| false);
        }
        let Some(sidecar) = sidecar else { continue };
        let start = json!({"containerName": sidecar, "condition": "START"});
        // What the daemon waits for does not wait for it.
        if !awaited.contains(&name) {
            append(map, daemon, "dependsOn", &start, |item| {
                let name = item.as_map().and_then(|map| map.get("containerName"));
                name.and_then(Node::as_str) == Some(sidecar)
            });
        }
        if network == Network::Bridge {
            append(map, daemon, "links", &json!(sidecar), |item| {
                item.as_str().is_some_and(|link| link.split(':').next() == Some(sidecar))
            });
        }
    }
}

/// The containers that one waits for.
fn awaited(container: &Node) -> Vec<String> {
    let list = container.as_map().and_then(|map| map.get("dependsOn"));
    let Some(Value::Seq(items)) = list.map(|node| &node.value) else { return Vec::new() };
    let names = items.iter().filter_map(|item| item.as_map()?.get("containerName")?.as_str());
    names.map(str::to_owned).collect()
}

/// Where the author has the collector listen is not followed.
fn warn_of_receivers(daemon: &Daemon, found: &mut Diagnostics) {
    let own = ["/receivers/otlp", "/receivers/awsxray", "/extensions/awsproxy"];
    let collector = daemon.collector.as_ref();
    if let Some(path) =
        own.iter().find(|path| collector.is_some_and(|it| it.pointer(path).is_some()))
    {
        let message = format!(
            "`collector` has `{}` of its own, and the containers are told of 2000, 4317 and 4318",
            path.trim_start_matches('/').replace('/', ".")
        );
        let help = "where it listens elsewhere, say so in their `environment`, which stays";
        found.push(Diagnostic::warning(message).at(daemon.span).help(help));
    }
}

/// Where the containers find the daemon.
///
/// Sources: ECS developer guide, "Task networking" (one loopback for all containers of a task with
/// awsvpc; the instance's with host) and "managed daemons" (169.254.172.2); Docker, "bridge" (the first
/// address of the default network, 172.17.0.1, is the instance).
fn address(
    daemon: &Daemon,
    sidecar: Option<&str>,
    network: Network,
    found: &mut Diagnostics,
) -> Option<String> {
    if let Some(address) = &daemon.address {
        return Some(address.clone());
    }
    let known = match (daemon.place, network, sidecar) {
        (Where::Managed, ..) => Some("169.254.172.2"),
        (_, Network::Host | Network::Daemons, _) | (Where::Sidecar, Network::Awsvpc, _) => {
            Some("127.0.0.1")
        }
        (Where::Sidecar, Network::Bridge, sidecar) => sidecar,
        (Where::Host, Network::Bridge, _) => Some("172.17.0.1"),
        (Where::Host, Network::Awsvpc, _) => None,
    };
    if known.is_none() {
        let message =
            "a task with the network mode `awsvpc` does not see its instance, where the daemon is";
        let help =
            "say `address: NAME`, of a service registry for example, or leave `where: host` out";
        found.push(Diagnostic::error(message).at(daemon.span).help(help));
    }
    known.map(str::to_owned)
}

/// The names of the containers that are told.
fn apps(task: &Map, daemon: &Daemon, found: &mut Diagnostics) -> Vec<String> {
    let all: Vec<_> = containers(task).iter().map(|one| name_of(one).to_owned()).collect();
    let Some(named) = &daemon.apps else {
        // A log router waits for nobody: ECS's agent has the others wait for it then (amazon-ecs-agent,
        // pull request 2147).
        let is_app = |one: &&Node| {
            one.as_map()
                .is_none_or(|map| map.get("firelensConfiguration").is_none_or(Node::is_null))
        };
        let apps = containers(task).iter().filter(is_app);
        return apps.map(|one| name_of(one).to_owned()).collect();
    };
    let known: Vec<_> = all.iter().map(String::as_str).collect();
    for (name, span) in named.iter().filter(|(name, _)| !all.contains(name)) {
        let message = format!("the task has no container {name:?}");
        let near = or_nearest(name, &known);
        found.push(Diagnostic::error(message).at(*span).maybe_help(near));
    }
    named.iter().map(|(name, _)| name.clone()).collect()
}

/// Puts an item at the end of a list, unless one is there that does.
fn append(map: &mut Map, daemon: &Daemon, list: &str, item: &Json, is_it: impl Fn(&Node) -> bool) {
    let span = daemon.span;
    if map.get(list).is_none_or(Node::is_null) {
        map.take(list);
        let value = Node::new(span, Value::Seq(Vec::new()));
        map.entries.push(Entry { key: list.to_owned(), key_span: span, value });
    }
    let entry = map.entries.iter_mut().find(|entry| entry.key == list);
    // What is no list is complained of when it is read.
    if let Some(Value::Seq(items)) = entry.map(|entry| &mut entry.value.value)
        && !items.iter().any(is_it)
    {
        items.push(Node::planted(span, item));
    }
}

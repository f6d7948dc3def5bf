//! Task definitions that ECS takes, grown out of the SDK's schema.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use tracewright::aws::local::{LocalAws, Options};
use tracewright::document::shape;

use super::grow::{Dice, Grower};
use crate::others::Others;

/// The schema of the SDK's input.
pub(super) static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| shape::json_schema(&shape::TASK_DEFINITION));

/// The same of the task definitions of managed daemons.
pub(super) static DAEMON_SCHEMA: LazyLock<Value> =
    LazyLock::new(|| shape::json_schema(&shape::DAEMON_TASK_DEFINITION));

/// Beside what is grown there are three containers that the others may name: two that the task lives
/// without, and one that keeps it alive.
const HELPERS: [&str; 3] = ["x", "y", "z"];

/// Values where ECS asks for more than the schema says. Sources stand with the checks of the local
/// AWS.
fn known(path: &str, dice: &mut Dice) -> Option<Value> {
    let texts: &[&str] = match path {
        "family" => &["family"],
        "taskRoleArn" | "executionRoleArn" => &[
            "arn:aws:iam::123456789012:role/one",
            "arn:aws:iam::123456789012:role/team/other",
            "short",
        ],
        "cpu" => &["1024", "2048"],
        "memory" => &["4096", "8192"],
        // Fargate has rules of its own, which the tables of pairs and the recordings are for.
        "requiresCompatibilities[]" => &["EC2", "EXTERNAL", "MANAGED_INSTANCES"],
        "containerDefinitions[].links[]" => &["x", "y:alias", "z", "z:alias"],
        "containerDefinitions[].dependsOn[].containerName" => &["x", "y"],
        "containerDefinitions[].volumesFrom[].sourceContainer"
        | "proxyConfiguration.containerName" => &HELPERS,
        "containerDefinitions[].name" => &["a", "b", "c"],
        "containerDefinitions[].mountPoints[].sourceVolume" | "volumes[].name" => {
            &["v1", "v2", "v3"]
        }
        "containerDefinitions[].portMappings[].containerPortRange" => {
            &["7000-7010", "7000-7020", "8000-8001"]
        }
        "tags[].key" | "tags[].value" => return Some(json!(dice.tag())),
        _ => return number(path, dice),
    };
    Some(json!(dice.pick(texts)))
}

fn number(path: &str, dice: &mut Dice) -> Option<Value> {
    let (from, to) = match path.strip_prefix("containerDefinitions[].").unwrap_or(path) {
        "cpu" => (0, 64),
        "memory" => (128, 256),
        "memoryReservation" => (16, 64),
        "healthCheck.interval" => (5, 300),
        "healthCheck.timeout" => (2, 60),
        "healthCheck.retries" => (1, 10),
        "healthCheck.startPeriod" => (0, 300),
        "restartPolicy.restartAttemptPeriod" => (60, 1800),
        "linuxParameters.swappiness" => (0, 100),
        "ephemeralStorage.sizeInGiB" => (21, 200),
        "portMappings[].containerPort" | "portMappings[].hostPort" => (1, 65_535),
        _ => return None,
    };
    Some(json!(dice.between(from, to)))
}

/// A value for a leaf.
pub(super) fn leaf(pattern: &str, schema: &Value, dice: &mut Dice) -> Value {
    Grower { known, must: pattern, sparse: 1 }.grow(schema, pattern, dice)
}

/// A task definition with this leaf in it, as ECS would take it, as far as one can see from here.
pub(super) fn task(must: &str, sparse: usize, dice: &mut Dice) -> Value {
    let mut task = Grower { known, must, sparse }.grow(&SCHEMA, "", dice);
    settle_network(&mut task, must, dice);
    settled(task, must, dice)
}

/// The same of a managed daemon.
pub(super) fn daemon(must: &str, sparse: usize, dice: &mut Dice) -> Value {
    settled(Grower { known, must, sparse }.grow(&DAEMON_SCHEMA, "", dice), must, dice)
}

fn settled(mut task: Value, must: &str, dice: &mut Dice) -> Value {
    let mut volumes = BTreeSet::new();
    let containers = task["containerDefinitions"].as_array_mut().unwrap();
    containers.truncate(2);
    for container in containers.iter_mut().filter_map(Value::as_object_mut) {
        settle_container(container, must, dice);
        let mounts = container.get("mountPoints").and_then(Value::as_array).into_iter().flatten();
        volumes.extend(mounts.filter_map(|mount| Some(mount["sourceVolume"].as_str()?.to_owned())));
    }
    distinct(&mut task["containerDefinitions"], &["name"]);
    let containers = task["containerDefinitions"].as_array_mut().unwrap();
    containers.extend(
        HELPERS.map(
            |name| json!({"name": name, "image": "i", "memory": 16, "essential": name == "z"}),
        ),
    );
    let fields = task.as_object_mut().unwrap();
    fields.entry("executionRoleArn").or_insert(json!("short"));
    settle_volumes(fields, volumes, must);
    for (list, key) in
        [("volumes", "name"), ("inferenceAccelerators", "deviceName"), ("tags", "key")]
    {
        if let Some(list) = fields.get_mut(list) {
            named(list, key, dice);
        }
    }
    let proxy = fields.get_mut("proxyConfiguration");
    if let Some(properties) = proxy.and_then(|proxy| proxy.get_mut("properties")) {
        named(properties, "name", dice);
    }
    // Recorded: "Tags can not be empty."
    fields.retain(|name, value| name != "tags" || *value != json!([]));
    task
}

/// Whether ECS takes it, given as it stands.
pub(super) fn is_taken(task: &Value) -> Result<(), String> {
    let others = Others::at(&LocalAws::in_memory(Options::default()));
    others.try_ecs("RegisterTaskDefinition", task).map(drop)
}

/// The same of a managed daemon.
pub(super) fn daemon_is_taken(task: &Value) -> Result<(), String> {
    let others = Others::at(&LocalAws::in_memory(Options::default()));
    others.try_ecs("RegisterDaemonTaskDefinition", task).map(drop)
}

/// The first of those that are called alike.
fn distinct(list: &mut Value, key: &[&str]) {
    let mut seen = BTreeSet::new();
    list.as_array_mut().unwrap().retain(|item| {
        seen.insert(key.iter().map(|name| item[*name].to_string()).collect::<Vec<_>>())
    });
}

/// Each with a name of its own.
fn named(list: &mut Value, key: &str, dice: &mut Dice) {
    for item in list.as_array_mut().unwrap() {
        let name = json!(format!("{key}-{}", dice.below(1000)));
        item.as_object_mut().unwrap().entry(key).or_insert(name);
    }
    distinct(list, &[key]);
}

/// One network that all that is there can live with.
fn settle_network(task: &mut Value, must: &str, dice: &mut Dice) {
    let fields = task.as_object_mut().unwrap();
    let any = ["links", "hostname", "portMappings"].iter().any(|part| must.contains(part));
    let mode = if must.starts_with("proxyConfiguration") {
        Some("awsvpc")
    } else if must == "networkMode" || (!any && dice.one_in(2)) {
        Some(*dice.pick(&["awsvpc", "host", "none", "bridge"]))
    } else {
        *dice.pick(&[None, Some("bridge")])
    };
    fields.remove("networkMode");
    if let Some(mode) = mode {
        fields.insert("networkMode".to_owned(), json!(mode));
    }
    if mode != Some("awsvpc") {
        fields.remove("proxyConfiguration");
    }
    for container in task["containerDefinitions"].as_array_mut().unwrap() {
        let container = container.as_object_mut().unwrap();
        if matches!(mode, Some("awsvpc" | "host" | "none")) {
            container.remove("links");
            container.remove("hostname");
        }
        if mode == Some("none") {
            container.remove("portMappings");
        }
        let ports = container.get_mut("portMappings").and_then(Value::as_array_mut);
        for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
            if matches!(mode, Some("awsvpc" | "host")) {
                // It is the container's.
                port.remove("hostPort");
            }
        }
    }
}

fn settle_container(container: &mut Map<String, Value>, must: &str, dice: &mut Dice) {
    for mandatory in ["name", "image"] {
        let path = format!("containerDefinitions[].{mandatory}");
        container.entry(mandatory).or_insert_with(|| leaf(&path, &json!({}), dice));
    }
    container.entry("memory").or_insert(json!(128));
    for (list, key) in [
        ("environment", "name"),
        ("secrets", "name"),
        ("dependsOn", "containerName"),
        ("mountPoints", "containerPath"),
        ("systemControls", "namespace"),
        ("ulimits", "name"),
        ("volumesFrom", "sourceContainer"),
    ] {
        if let Some(list) = container.get_mut(list) {
            named(list, key, dice);
        }
    }
    for mount in
        container.get_mut("mountPoints").and_then(Value::as_array_mut).into_iter().flatten()
    {
        mount.as_object_mut().unwrap().entry("sourceVolume").or_insert(json!("v1"));
    }
    if let Some(options) = container.get_mut("logConfiguration").and_then(Value::as_object_mut)
        && options["logDriver"] == "awslogs"
    {
        let needed = json!({"awslogs-group": "g", "awslogs-region": "r"});
        let options = options.entry("options").or_insert(json!({}));
        options.as_object_mut().unwrap().extend(needed.as_object().unwrap().clone());
    }
    if let Some(ports) = container.get_mut("portMappings") {
        for port in ports.as_array_mut().unwrap() {
            let port = port.as_object_mut().unwrap();
            if must.ends_with("containerPortRange") {
                port.remove("containerPort");
                port.remove("hostPort");
            } else {
                port.remove("containerPortRange");
                port.entry("containerPort").or_insert(json!(dice.between(1, 65_535)));
            }
        }
        distinct(ports, &["containerPort", "containerPortRange"]);
    }
    for requirement in container
        .get_mut("resourceRequirements")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let requirement = requirement.as_object_mut().unwrap();
        let keeps = if must.contains("sharingStrategy") { "value" } else { "sharingStrategy" };
        requirement.remove(keeps);
        if keeps == "sharingStrategy" {
            requirement.entry("value").or_insert(json!("1"));
        }
    }
    if let Some(specs) = container.get_mut("credentialSpecs").and_then(Value::as_array_mut) {
        specs.truncate(1);
    }
}

/// Each volume is of one sort, and what is mounted is there.
fn settle_volumes(fields: &mut Map<String, Value>, mounted: BTreeSet<String>, must: &str) {
    let volumes = fields.entry("volumes").or_insert(json!([])).as_array_mut().unwrap();
    for volume in volumes.iter_mut().filter_map(Value::as_object_mut) {
        volume.entry("name").or_insert(json!("v9"));
        let keeps = must.strip_prefix("volumes[].").and_then(|rest| rest.split('.').next());
        let is_sort = |name: &str| name != "name";
        let sort = keeps.filter(|name| is_sort(name)).map(str::to_owned);
        let sort = sort.or_else(|| volume.keys().find(|name| is_sort(name)).cloned());
        volume.retain(|name, _| name == "name" || Some(name) == sort.as_ref());
    }
    volumes.extend(mounted.into_iter().map(|name| json!({ "name": name })));
}

//! Values: what AWS fills in, computes, or writes in another way.

use serde_json::{Map as Object, Number, Value, json};

use super::Of;

/// What only a describe call has. Source: the members of the model's `TaskDefinition` and
/// `DaemonTaskDefinition` that the requests to register them do not have.
const DESCRIBED: [&str; 10] = [
    "taskDefinitionArn",
    "daemonTaskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
];

/// An empty one has a meaning: the volume is Docker's, and not a folder of the host. Documented:
/// "This parameter is specified when you use Docker volumes."
const MEANS_SOMETHING_EMPTY: &str = "dockerVolumeConfiguration";

/// What is left out is this, by path.
///
/// Not among them is what depends on where a task runs: `networkMode` is bridge by default, but on
/// Windows (documented), `stopTimeout` and `ipcMode` are the container instance's to say where they
/// are left out, `swappiness` is 60, and not supported at all on Amazon Linux 2023. Nor is what the
/// model names no default for, as `readonlyRootFilesystem`, `privileged` and a volume's `scope`.
/// Recorded of `networkMode`, `stopTimeout` and `linuxParameters`: not filled in.
fn defaults() -> [(&'static str, Value); 17] {
    [
        // Documented: "The default value is false". Recorded: neither added nor taken away.
        ("enableFaultInjection", json!(false)),
        // Recorded: absent comes back as 0, 12 of 12.
        ("containerDefinitions.*.cpu", json!(0)),
        // Documented: "If this parameter is omitted, a container is assumed to be essential."
        // Recorded: always there.
        ("containerDefinitions.*.essential", json!(true)),
        // Documented: 30, 5 and 3. Recorded: they come back filled in, `startPeriod` does not.
        ("containerDefinitions.*.healthCheck.interval", json!(30)),
        ("containerDefinitions.*.healthCheck.timeout", json!(5)),
        ("containerDefinitions.*.healthCheck.retries", json!(3)),
        // Documented: "The default is tcp". Recorded: always there.
        ("containerDefinitions.*.portMappings.*.protocol", json!("tcp")),
        // Documented: "By default, a container must run for 300 seconds before it can be restarted."
        ("containerDefinitions.*.restartPolicy.restartAttemptPeriod", json!(300)),
        // Documented: "you can omit the hostPort (or set it to 0)".
        ("containerDefinitions.*.portMappings.*.hostPort", json!(0)),
        // Documented: "By default, the value is enabled." Recorded: never added.
        ("containerDefinitions.*.versionConsistency", json!("enabled")),
        // Documented: "The default value is false", of both.
        ("containerDefinitions.*.mountPoints.*.readOnly", json!(false)),
        ("containerDefinitions.*.volumesFrom.*.readOnly", json!(false)),
        // The SDK has text where AWS has none: beside a `sharingStrategy`.
        ("containerDefinitions.*.resourceRequirements.*.value", json!("")),
        // Documented: "Specifying / will have the same effect as omitting this parameter", of both.
        ("volumes.*.efsVolumeConfiguration.rootDirectory", json!("/")),
        ("volumes.*.s3filesVolumeConfiguration.rootDirectory", json!("/")),
        // Documented: "If this parameter is omitted, the default value of DISABLED is used", of both.
        ("volumes.*.efsVolumeConfiguration.transitEncryption", json!("DISABLED")),
        ("volumes.*.efsVolumeConfiguration.authorizationConfig.iam", json!("DISABLED")),
    ]
}

/// What else is this where it is left out, in the task definition of a managed daemon. Documented of
/// both: "The default is none". In a task definition `ipcMode` has another one.
fn defaults_of_daemons() -> [(&'static str, Value); 2] {
    [("pidMode", json!("none")), ("ipcMode", json!("none"))]
}

/// The tree with every value as it is compared; lists are still lists, their elements where they
/// were.
pub(super) fn settled(tree: &Value, of: Of) -> Value {
    let mut tree = tree.clone();
    whole_numbers(&mut tree);
    if let Value::Object(task) = &mut tree {
        task.retain(|name, _| !DESCRIBED.contains(&name.as_str()));
        // The members that are text have no empty value in AWS; servers that imitate it answer one
        // for what was never given.
        task.retain(|_, value| value != "");
        size(task, "cpu", "vcpu");
        size(task, "memory", "gb");
    }
    host_ports(&mut tree);
    let more = if of == Of::Daemon { &defaults_of_daemons()[..] } else { &[] };
    for (path, default) in defaults().iter().chain(more) {
        let (parent, member) = path.rsplit_once('.').unwrap_or(("", path));
        each(&mut tree, parent, &mut |value| {
            if value.get(member) == Some(default)
                && let Value::Object(object) = value
            {
                object.remove(member);
            }
        });
    }
    prune(&mut tree);
    tree
}

/// Calls for each value at a dotted path; `*` is every element of a list, or of what became of it.
pub(super) fn each(value: &mut Value, path: &str, call: &mut dyn FnMut(&mut Value)) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    match (first, value) {
        ("", value) => call(value),
        ("*", Value::Array(items)) => {
            for item in items {
                each(item, rest, call);
            }
        }
        ("*", Value::Object(items)) => {
            for item in items.values_mut() {
                each(item, rest, call);
            }
        }
        (_, value) => {
            if let Some(inner) = value.get_mut(first) {
                each(inner, rest, call);
            }
        }
    }
}

/// 1.0 is 1.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
            if let Some(float) = number
                .as_f64()
                .filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15)
            {
                *number = Number::from(float as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(members) => members.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// A task's size is text that may have a unit, of 1024. Documented: "as an integer using CPU units
/// (for example, 1024) or as a string using vCPUs (for example, 1 vCPU or 1 vcpu)", "1GB or 1 GB";
/// "String values are converted to an integer […] when the task definition is registered."
fn size(task: &mut Object<String, Value>, member: &str, unit: &str) {
    let Some(value) = task.get_mut(member) else { return };
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    match amount(&text, unit) {
        Some(amount) => *value = json!(amount.to_string()),
        // What is none is left as it is, for AWS to take or not.
        None if value.is_number() => *value = json!(text),
        None => {}
    }
}

/// The amount that a text says, which may have the unit; none where it is no whole number.
fn amount(text: &str, unit: &str) -> Option<f64> {
    let text = text.to_ascii_lowercase();
    let (amount, scale) = text.strip_suffix(unit).map_or((&*text, 1.0), |amount| (amount, 1024.0));
    let amount = amount.trim().parse::<f64>().ok()? * scale;
    (amount.fract() == 0.0).then_some(amount)
}

/// The CPU units or the MiB that a text says of a task's `cpu` or `memory`.
pub(crate) fn units(field: &str, text: &str) -> Option<u64> {
    let unit = if field == "cpu" { "vcpu" } else { "gb" };
    amount(text, unit)?.to_string().parse().ok()
}

/// Where a container has the host's network, or its own, ports are mapped to themselves. Documented,
/// of `awsvpc` and `host`: "The hostPort can be left blank or it must be the same value as the
/// containerPort". Recorded, of `awsvpc`: absent comes back as the container's, 8 of 8.
fn host_ports(tree: &mut Value) {
    if !matches!(tree["networkMode"].as_str(), Some("awsvpc" | "host")) {
        return;
    }
    each(tree, "containerDefinitions.*.portMappings.*", &mut |mapping| {
        if mapping.get("hostPort") == mapping.get("containerPort")
            && let Value::Object(mapping) = mapping
        {
            mapping.remove("hostPort");
        }
    });
}

/// `null`, nothing in a list and nothing in an object are all nothing, at any depth. Recorded: AWS
/// fills some empty lists in and echoes the others. What is in a list stays where it is.
fn prune(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(prune),
        Value::Object(members) => {
            members.values_mut().for_each(prune);
            members.retain(|name, value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty() || name == MEANS_SOMETHING_EMPTY,
                _ => true,
            });
        }
        _ => {}
    }
}

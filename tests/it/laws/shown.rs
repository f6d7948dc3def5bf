//! Where a plan has to show the values of a body: as the pages of the kinds say it, and not as the
//! code does it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The members by which the plan tells elements of a list apart, and the one that is left of an
/// element where that is all.
const NAMED: [(&str, &str, &str); 13] = [
    ("containerDefinitions", "name", ""),
    ("containerDefinitions.dependsOn", "containerName", "condition"),
    ("containerDefinitions.environment", "name", "value"),
    ("containerDefinitions.logConfiguration.secretOptions", "name", "valueFrom"),
    ("containerDefinitions.mountPoints", "containerPath", ""),
    ("containerDefinitions.portMappings", "", ""),
    ("containerDefinitions.secrets", "name", "valueFrom"),
    ("containerDefinitions.systemControls", "namespace", "value"),
    ("containerDefinitions.ulimits", "name", ""),
    ("containerDefinitions.volumesFrom", "sourceContainer", ""),
    ("proxyConfiguration.properties", "name", "value"),
    ("tags", "key", "value"),
    ("volumes", "name", ""),
];

/// What means the same as nothing, as the model documents it.
fn is_nothing(pattern: &str, value: &Value) -> bool {
    let path = pattern.strip_prefix("containerDefinitions.").unwrap_or(pattern);
    match path {
        "enableFaultInjection" | "mountPoints.readOnly" | "volumesFrom.readOnly" => *value == false,
        "InsightsConfiguration.InsightsEnabled" | "InsightsConfiguration.NotificationsEnabled" => {
            *value == false
        }
        "essential" => *value == true,
        "cpu" | "portMappings.hostPort" => *value == 0,
        "healthCheck.interval" => *value == 30,
        "healthCheck.timeout" => *value == 5,
        "healthCheck.retries" => *value == 3,
        "portMappings.protocol" => *value == "tcp",
        "restartPolicy.restartAttemptPeriod" => *value == 300,
        "versionConsistency" => *value == "enabled",
        "volumes.efsVolumeConfiguration.transitEncryption"
        | "volumes.efsVolumeConfiguration.authorizationConfig.iam" => *value == "DISABLED",
        _ => value.is_null() || *value == json!([]),
    }
}

type Flat = BTreeMap<Vec<String>, Value>;

/// Every value by its place in a plan.
fn flat(value: &Value, pattern: &str, path: &[String], found: &mut Flat) {
    let join = |key: &str| [path, &[key.to_owned()]].concat();
    let named = NAMED.iter().find(|(list, ..)| *list == pattern);
    match (value, named) {
        _ if is_nothing(pattern, value) => {}
        (Value::Array(items), Some((_, name, rest))) => {
            for item in items {
                let text = |member: &str| item[member].as_str().map(str::to_owned);
                let key = if name.is_empty() { port(item) } else { text(name).unwrap() };
                let members = item.as_object().unwrap();
                let is_pair = members.len() == 2 || (pattern == "tags" && members.len() == 1);
                match members.get(*rest).or(Some(&EMPTY)).filter(|_| is_pair && !rest.is_empty()) {
                    Some(value) => drop(found.insert(join(&key), value.clone())),
                    None => flat(item, &format!("{pattern}[]"), &join(&key), found),
                }
            }
        }
        (Value::Array(items), None) if pattern == "ManagedPolicies" => {
            for item in items {
                found.insert(join(item.as_str().unwrap()), item.clone());
            }
        }
        // "This parameter is specified when you use Docker volumes": an empty one says so too.
        (Value::Object(members), _)
            if members.is_empty() && pattern.ends_with("dockerVolumeConfiguration") =>
        {
            found.insert(path.to_vec(), value.clone());
        }
        (Value::Object(members), _) if !is_document(value) => {
            for (name, inner) in members {
                let dot = if pattern.is_empty() { "" } else { "." };
                let pattern = format!("{pattern}{dot}{name}").replace("[]", "");
                flat(inner, &pattern, &join(name), found);
            }
        }
        (other, _) => drop(found.insert(path.to_vec(), other.clone())),
    }
}

/// A tag without a value has an empty one.
static EMPTY: Value = Value::String(String::new());

/// Whether names are given twice: such a list is compared as a whole.
pub(super) fn has_twins(value: &Value, pattern: &str) -> bool {
    let named = NAMED.iter().find(|(list, ..)| *list == pattern);
    match value {
        Value::Array(items) => {
            let key = |item: &Value| match named {
                Some((_, "", _)) => Some(port(item)),
                Some((_, name, _)) => Some(item[*name].to_string()),
                None => None,
            };
            let keys: Vec<_> = items.iter().filter_map(key).collect();
            (1..keys.len()).any(|at| keys[at..].contains(&keys[at - 1]))
                || items.iter().any(|item| has_twins(item, pattern))
        }
        Value::Object(members) => members.iter().any(|(name, inner)| {
            has_twins(inner, format!("{pattern}.{name}").trim_start_matches('.'))
        }),
        _ => false,
    }
}

/// Whether a leaf is one of what an element of a list always has: its name, and the value of a pair.
pub(super) fn is_needed(leaf: &str) -> bool {
    let Some((holder, member)) = leaf.rsplit_once("[].") else { return false };
    let list = holder.replace("[]", "");
    let named = NAMED.iter().find(|(named, ..)| *named == list);
    named.is_some_and(|(_, name, rest)| [*name, *rest].contains(&member) || name.is_empty())
}

fn port(mapping: &Value) -> String {
    let range = mapping["containerPortRange"].as_str().map(str::to_owned);
    let port = range.unwrap_or_else(|| mapping["containerPort"].to_string());
    format!("{port}/{}", mapping["protocol"].as_str().unwrap_or("tcp"))
}

fn is_document(value: &Value) -> bool {
    value.get("Statement").is_some()
}

/// The places at which two bodies differ.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<Vec<String>> {
    let flat = |body: &Value| {
        let mut found = Flat::new();
        flat(body, "", &[], &mut found);
        found
    };
    let (before, after) = (flat(before), flat(after));
    let mut paths: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| before.get(path) != after.get(path));
    // What is in an object that was empty is all that is new of it.
    let within = |path: &Vec<_>| paths.iter().any(|other| other != path && other.starts_with(path));
    let inner: Vec<_> = paths.iter().filter(|path| !within(path)).cloned().collect();
    inner
}

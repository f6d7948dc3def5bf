//! What AWS adds to a task definition, and the one list that it reorders.
//!
//! All of it comes from recordings of what was registered and what was then read.

use serde_json::{Value, json};

use super::members::{Members as _, Structure};

/// Lists of a container that are never absent.
const CONTAINER_LISTS: [&str; 5] =
    ["environment", "mountPoints", "portMappings", "systemControls", "volumesFrom"];

/// Those of them that a daemon's container has.
const DAEMON_LISTS: [&str; 3] = ["environment", "mountPoints", "systemControls"];

/// What a health check that leaves them out gets. A start period is not filled in.
const HEALTH_CHECK: [(&str, i64); 3] = [("interval", 30), ("retries", 3), ("timeout", 5)];

/// Adds what AWS adds.
pub(super) fn fill(definition: &mut Structure) {
    // In awsvpc mode a host port is the container's (recordings). That the mode `host` does alike,
    // and that bridge mode shows 0, by which Docker chooses one, is not recorded.
    let network = definition.text("networkMode").unwrap_or("bridge");
    let same_port = matches!(network, "awsvpc" | "host");
    for list in ["placementConstraints", "volumes"] {
        default(definition, list, json!([]));
    }
    for volume in structures(definition, "volumes") {
        fill_volume(volume);
    }
    for container in structures(definition, "containerDefinitions") {
        fill_container(container, same_port);
    }
}

/// Adds what AWS adds to a daemon task definition. No answer was recorded: what of it they have in
/// common with task definitions is taken to be alike.
pub(super) fn fill_daemon(definition: &mut Structure) {
    default(definition, "volumes", json!([]));
    for volume in structures(definition, "volumes") {
        fill_volume(volume);
    }
    for container in structures(definition, "containerDefinitions") {
        fill_any(container, &DAEMON_LISTS);
    }
}

fn default(structure: &mut Structure, name: &str, value: Value) {
    structure.entry(name).or_insert(value);
}

fn structures<'a>(
    structure: &'a mut Structure,
    name: &str,
) -> impl Iterator<Item = &'a mut Structure> {
    let list = structure.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// A bare volume is one of the host; one of a file system is not (recordings).
fn fill_volume(volume: &mut Structure) {
    let bare = volume.keys().all(|key| key == "name");
    if bare {
        default(volume, "host", json!({}));
    }
}

fn fill_container(container: &mut Structure, same_port: bool) {
    fill_any(container, &CONTAINER_LISTS);
    for mapping in structures(container, "portMappings") {
        fill_port(mapping, same_port);
    }
}

fn fill_any(container: &mut Structure, lists: &[&str]) {
    default(container, "cpu", json!(0));
    default(container, "essential", json!(true));
    for list in lists {
        default(container, list, json!([]));
    }
    if let Some(check) = container.get_mut("healthCheck").and_then(Value::as_object_mut) {
        for (name, number) in HEALTH_CHECK {
            default(check, name, json!(number));
        }
    }
    if let Some(variables) = container.get_mut("environment").and_then(Value::as_array_mut) {
        *variables = as_hash_map(std::mem::take(variables));
    }
}

fn fill_port(mapping: &mut Structure, same_port: bool) {
    default(mapping, "protocol", json!("tcp"));
    let Some(port) = mapping.get("containerPort").cloned() else {
        return;
    };
    default(mapping, "hostPort", if same_port { port } else { json!(0) });
}

/// The variables as a Java `HashMap` by name gives them back, which is how AWS lists them
/// (recordings: 60 of 67 lists exactly so, the others edited by hand). Of two with one name the
/// later is kept, as in any map; that is not recorded.
fn as_hash_map(variables: Vec<Value>) -> Vec<Value> {
    let name = |variable: &Value| variable["name"].as_str().unwrap_or_default().to_owned();
    let mut map: Vec<(String, Value)> = Vec::with_capacity(variables.len());
    for variable in variables {
        let name = name(&variable);
        match map.iter_mut().find(|(known, _)| *known == name) {
            Some((_, value)) => *value = variable,
            None => map.push((name, variable)),
        }
    }
    let buckets = buckets(map.len());
    map.sort_by_key(|(name, _)| bucket(name, buckets));
    map.into_iter().map(|(_, variable)| variable).collect()
}

/// How many buckets the map has: the smallest power of two of which the variables take up no more
/// than three quarters, as in a map that is made for their number.
fn buckets(entries: usize) -> u32 {
    let mut buckets = 1_u32;
    while entries * 4 > buckets as usize * 3 {
        buckets *= 2;
    }
    buckets
}

/// `String.hashCode`, spread and cut down as `HashMap` does it.
fn bucket(name: &str, buckets: u32) -> u32 {
    let step = |hash: u32, unit: u16| hash.wrapping_mul(31).wrapping_add(u32::from(unit));
    let hash = name.encode_utf16().fold(0, step);
    (hash ^ (hash >> 16)) & (buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(names: &[&str]) -> Vec<String> {
        let variables = names.iter().map(|name| json!({ "name": name, "value": "" })).collect();
        let mapped = as_hash_map(variables);
        mapped.iter().map(|variable| variable["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn variables_come_in_the_order_that_was_recorded() {
        let recorded = [
            "JWT_AUDIENCE",
            "AWS_REGION",
            "ConnectionStrings:DefaultConnection",
            "API_URL",
            "ASPNETCORE_ENVIRONMENT",
            "DB_PORT",
            "DB_USER",
            "FROM_NAME",
            "FILE_STORAGE_PROVIDER",
            "JWT_ISSUER",
            "DB_NAME",
            "DB_HOST",
            "FROM_EMAIL",
            "FRONTEND_URL",
            "PAYPAL_ENVIRONMENT",
            "SMTP_PORT",
            "FRONTEND_URL_WWW",
            "AWS_S3_BUCKET",
            "ASPNETCORE_URLS",
            "REDIS_CONNECTION_STRING",
            "SMTP_SERVER",
        ];
        let mut registered = recorded.to_vec();
        let moved = registered.remove(2);
        registered.insert(18, moved);
        assert_eq!(order(&registered), recorded);
        assert_eq!(order(&recorded), recorded, "what was read is read again as it was");
    }

    #[test]
    fn the_map_is_as_large_as_its_variables_need() {
        assert_eq!([0, 1, 3, 4, 6, 7, 12, 13, 24].map(buckets), [1, 2, 4, 8, 8, 16, 16, 32, 32]);
        let few = ["SPRING_DATASOURCE_URL", "SPRING_PROFILES_ACTIVE", "AI_PROVIDER"];
        let few = [few[0], few[1], "SPRING_DATASOURCE_USERNAME", few[2]];
        let recorded = [few[2], few[3], few[0], few[1]];
        assert_eq!(order(&few), recorded);
    }

    #[test]
    fn a_name_that_comes_twice_keeps_its_later_value() {
        let variables = [("a", "1"), ("b", "2"), ("a", "3")];
        let list = variables.map(|(name, value)| json!({ "name": name, "value": value }));
        let kept = [("a", "3"), ("b", "2")].map(|(n, v)| json!({ "name": n, "value": v }));
        assert_eq!(as_hash_map(list.to_vec()), kept);
    }
}

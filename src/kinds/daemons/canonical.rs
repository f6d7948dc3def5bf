//! The canonical form of a daemon, and what AWS is sent for it.

use serde_json::{Value as Json, json};

use super::spec::{CLUSTER, DEFINITION, DEPLOYMENT, PROVIDERS};
use crate::plan::Path;
use crate::stack::Place;

/// The cluster that is meant where none is said.
///
/// Source: service model, `ListDaemonsRequest.clusterArn`: "If you do not specify a cluster, the default
/// cluster is assumed."
const USUAL_CLUSTER: &str = "default";

/// What a setting is that is left out, which is also what `UpdateDaemon` makes of it then.
///
/// Source: service model, and ECS developer guide, "Daemon deployments" (`drainPercent`) and "Creating
/// and managing daemons" (`critical`). That tags are not propagated, and the two switches off, where
/// nothing is said is the model's text and the documentation's example of `DescribeDaemonRevisions`.
pub(super) fn defaults() -> [(&'static str, Json); 7] {
    [
        ("critical", json!(true)),
        ("deploymentConfiguration.alarms.enable", json!(false)),
        ("deploymentConfiguration.bakeTimeInMinutes", json!(0)),
        ("deploymentConfiguration.drainPercent", json!(25)),
        ("enableECSManagedTags", json!(false)),
        ("enableExecuteCommand", json!(false)),
        ("propagateTags", json!("NONE")),
    ]
}

/// Lists that are sets.
const SETS: [&str; 2] = ["capacityProviderArns", "deploymentConfiguration.alarms.alarmNames"];

/// The canonical form of a plain tree of `CreateDaemon`'s input, its tags aside: ARNs in full, sets
/// sorted, defaults left out, whole numbers whole.
pub(super) fn fold(tree: &Json, place: &Place) -> Json {
    let mut tree = tree.clone();
    let cluster = tree[CLUSTER].as_str().filter(|cluster| !cluster.is_empty());
    let cluster = cluster.unwrap_or(USUAL_CLUSTER);
    tree[CLUSTER] = json!(in_full(place, "cluster", cluster));
    if let Some(definition) = tree[DEFINITION].as_str().filter(|text| is_revision(text)) {
        tree[DEFINITION] = json!(in_full(place, "daemon-task-definition", definition));
    }
    if let Some(providers) = tree[PROVIDERS].as_array_mut() {
        for provider in providers {
            if let Some(name) = provider.as_str() {
                *provider = json!(in_full(place, "capacity-provider", name));
            }
        }
    }
    for set in SETS {
        if let Some(Json::Array(items)) = at_mut(&mut tree, set) {
            items.sort_by_cached_key(Json::to_string);
            items.dedup();
        }
    }
    if let Some(percent) = at_mut(&mut tree, "deploymentConfiguration.drainPercent")
        && let Some(whole) = whole(percent)
    {
        *percent = json!(whole);
    }
    for (path, default) in defaults() {
        if at_mut(&mut tree, path).is_some_and(|value| *value == default) {
            take(&mut tree, path);
        }
    }
    for path in
        ["deploymentConfiguration.alarms.alarmNames", "deploymentConfiguration.alarms", DEPLOYMENT]
    {
        let is_empty = |value: &mut Json| match value {
            Json::Array(items) => items.is_empty(),
            Json::Object(members) => members.is_empty(),
            _ => false,
        };
        if at_mut(&mut tree, path).is_some_and(is_empty) {
            take(&mut tree, path);
        }
    }
    tree
}

/// Everything that a canonical document says, with what goes without saying: `UpdateDaemon` takes what is
/// not in it for the default. Of alarms there may be none.
pub(super) fn every_setting(document: &Json) -> Json {
    let mut tree = document.clone();
    for (path, default) in defaults() {
        let (parent, member) = path.rsplit_once('.').unwrap_or(("", path));
        if parent == DEPLOYMENT && tree[DEPLOYMENT].is_null() {
            tree[DEPLOYMENT] = json!({});
        }
        if let Some(Json::Object(members)) = at_mut(&mut tree, parent) {
            members.entry(member).or_insert(default);
        }
    }
    tree
}

/// Where in the canonical form the value at a path of a body is: a set is compared as a whole.
pub(super) fn locate(path: &Path) -> Path {
    let mut path = path.clone();
    let depth = |set: &&str| {
        let parts: Vec<_> = set.split('.').collect();
        path.0.iter().zip(&parts).all(|(one, other)| one == other).then_some(parts.len())
    };
    if let Some(depth) = SETS.iter().find_map(depth) {
        path.0.truncate(depth);
    }
    path
}

/// The name of the cluster in a body or in a canonical document.
pub(super) fn cluster(fields: &Json, place: &Place) -> Option<String> {
    let given = fields[CLUSTER].as_str().filter(|cluster| !cluster.is_empty());
    let full = in_full(place, "cluster", given.unwrap_or(USUAL_CLUSTER));
    full.strip_prefix(&arn(place, "cluster/")).map(str::to_owned)
}

/// An ARN of ECS in this account and region.
pub(super) fn arn(place: &Place, resource: &str) -> String {
    let Place { account, region } = place;
    format!("arn:{}:ecs:{region}:{account}:{resource}", place.partition())
}

/// A name in full; what is an ARN or a reference already stays.
fn in_full(place: &Place, sort: &str, name: &str) -> String {
    if name.starts_with("arn:") || name.contains("${") {
        return name.to_owned();
    }
    arn(place, &format!("{sort}/{name}"))
}

/// `family:3`.
pub(super) fn is_revision(text: &str) -> bool {
    text.split_once(':').is_some_and(|(family, number)| {
        number.parse::<u32>().is_ok_and(|number| number > 0) && !family.is_empty()
    })
}

fn at_mut<'a>(tree: &'a mut Json, path: &str) -> Option<&'a mut Json> {
    path.split('.')
        .filter(|step| !step.is_empty())
        .try_fold(tree, |value, step| value.get_mut(step))
}

fn take(tree: &mut Json, path: &str) {
    let (parent, member) = path.rsplit_once('.').unwrap_or(("", path));
    if let Some(Json::Object(members)) = at_mut(tree, parent) {
        members.remove(member);
    }
}

/// 25.0 is 25.
#[expect(clippy::cast_possible_truncation, reason = "a percentage")]
fn whole(value: &Json) -> Option<i64> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e9)?;
    Some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() }
    }

    #[test]
    fn what_goes_without_saying_is_left_out_and_is_sent() {
        let said = json!({
            "daemonName": "otel",
            "clusterArn": "prod",
            "daemonTaskDefinitionArn": "otel:3",
            "capacityProviderArns": ["b", "arn:aws:ecs:eu-west-1:123456789012:capacity-provider/a", "b"],
            "deploymentConfiguration": {
                "drainPercent": 25.0,
                "bakeTimeInMinutes": 0,
                "alarms": {"alarmNames": [], "enable": false},
            },
            "propagateTags": "NONE",
            "enableECSManagedTags": false,
            "enableExecuteCommand": false,
            "critical": true,
        });
        let folded = fold(&said, &place());
        let arn = |rest: &str| format!("arn:aws:ecs:eu-west-1:123456789012:{rest}");
        let short = json!({
            "daemonName": "otel",
            "clusterArn": arn("cluster/prod"),
            "daemonTaskDefinitionArn": arn("daemon-task-definition/otel:3"),
            "capacityProviderArns": [arn("capacity-provider/a"), arn("capacity-provider/b")],
        });
        assert_eq!(folded, short);
        assert_eq!(fold(&folded, &place()), folded);
        let full = every_setting(&folded);
        assert_eq!(full["critical"], true);
        assert_eq!(
            full["deploymentConfiguration"],
            json!({"drainPercent": 25, "bakeTimeInMinutes": 0})
        );
        assert_eq!(fold(&full, &place()), folded);
    }

    #[test]
    fn what_says_something_stays() {
        let said = json!({
            "clusterArn": "",
            "daemonTaskDefinitionArn": "${daemon_task_definition.otel.arn}",
            "deploymentConfiguration": {
                "drainPercent": 12.5, "alarms": {"alarmNames": ["b", "a"], "enable": true},
            },
            "critical": false,
        });
        let folded = fold(&said, &place());
        assert_eq!(folded["daemonTaskDefinitionArn"], said["daemonTaskDefinitionArn"]);
        assert_eq!(folded["critical"], false);
        let alarms = json!({"alarmNames": ["a", "b"], "enable": true});
        assert_eq!(
            folded["deploymentConfiguration"],
            json!({"drainPercent": 12.5, "alarms": alarms})
        );
        assert_eq!(cluster(&folded, &place()).as_deref(), Some("default"));
        let elsewhere = json!({"clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/prod"});
        assert_eq!(cluster(&elsewhere, &place()), None);
    }
}

//! What of a live service a file speaks of.
//!
//! ECS fills in much of a service, not always the same, and autoscaling changes its count. So what a
//! file does not say stays as AWS has it: of the live document only that is compared which the file's
//! has too, at any depth of mappings. A list that has all that the file's list says is that list.

use serde_json::{Map as Object, Value, json};

use super::names::bare_family;
use super::spec::{TAGS, TASK};
use crate::kinds::Live;
use crate::plan::Path;

/// The newest ACTIVE revision of the family that the file names, in the facts of a live service.
pub(super) const NEWEST: &str = "newest";
/// The newest platform version: AWS shows which one that is.
const LATEST: &str = "LATEST";
const PLATFORM: &str = "platformVersion";
/// Whether tasks move between zones. It is among the facts of a live service, and not of its document:
/// recorded of CloudFormation, it is another from one read to the next where nobody has set it.
pub(super) const REBALANCING: &str = "availabilityZoneRebalancing";

/// Lists of which the order means nothing.
///
/// Source: Terraform's provider has each of these for a set, and CloudFormation reads them back in
/// another order; nothing is documented to depend on it. The order of `placementStrategy` is the one in
/// which strategies are applied (ECS developer guide, "Use strategies to define Amazon ECS task
/// placement"), and of `lifecycleHooks` and `clientAliases` nothing is known.
const SETS: [&str; 10] = [
    "capacityProviderStrategy",
    "deploymentConfiguration.alarms.alarmNames",
    "loadBalancers",
    "networkConfiguration.awsvpcConfiguration.securityGroups",
    "networkConfiguration.awsvpcConfiguration.subnets",
    "placementConstraints",
    "serviceConnectConfiguration.services",
    "serviceRegistries",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

/// What is meant where AWS shows nothing, by path. An element of a list has its members behind the
/// list's own path.
///
/// Source: service model, the texts of these members; recorded of CloudFormation as what AWS fills in.
pub(super) fn default(path: &str) -> Option<Value> {
    Some(match path {
        "availabilityZoneRebalancing"
        | "networkConfiguration.awsvpcConfiguration.assignPublicIp" => {
            json!("DISABLED")
        }
        "capacityProviderStrategy.base"
        | "capacityProviderStrategy.weight"
        | "deploymentConfiguration.bakeTimeInMinutes"
        | "healthCheckGracePeriodSeconds" => json!(0),
        "deploymentConfiguration.alarms.enable"
        | "deploymentConfiguration.alarms.rollback"
        | "deploymentConfiguration.deploymentCircuitBreaker.enable"
        | "deploymentConfiguration.deploymentCircuitBreaker.rollback"
        | "enableECSManagedTags"
        | "enableExecuteCommand"
        | "serviceConnectConfiguration.enabled" => json!(false),
        "deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask" => json!(true),
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration.type" => {
            json!("BOUNDED_PERCENT")
        }
        "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration.value" => {
            json!(50)
        }
        "deploymentConfiguration.strategy" => json!("ROLLING"),
        "deploymentController.type" => json!("ECS"),
        PLATFORM => json!(LATEST),
        "propagateTags" => json!("NONE"),
        "schedulingStrategy" => json!("REPLICA"),
        _ => return None,
    })
}

/// A tree in which what is a set is in one order.
pub(super) fn sorted(tree: &Value) -> Value {
    let mut tree = tree.clone();
    for path in SETS {
        let at = Path(path.split('.').map(str::to_owned).collect());
        if let Some(Value::Array(items)) = at.at_mut(&mut tree) {
            items.sort_by_cached_key(Value::to_string);
        }
    }
    tree
}

/// What one service shows and another does not that is the same, in one form, so that two reads of a
/// service are equal; and it is there to go back to, as far as `CreateService` takes it of any service.
///
/// Recorded of CloudFormation: what it has to leave out of a comparison. A grace period is for services
/// that have a load balancer (service model, `CreateServiceRequest.healthCheckGracePeriodSeconds`).
pub(super) fn steady(mut document: Value) -> Value {
    const SHOWN: [&str; 6] = [
        "deploymentConfiguration.bakeTimeInMinutes",
        "deploymentConfiguration.strategy",
        "enableECSManagedTags",
        "enableExecuteCommand",
        "propagateTags",
        "schedulingStrategy",
    ];
    for path in SHOWN {
        let (parent, member) = path.rsplit_once('.').unwrap_or(("", path));
        let holder = if parent.is_empty() { Some(&mut document) } else { document.get_mut(parent) };
        if let Some((Value::Object(holder), value)) = holder.zip(default(path)) {
            holder.entry(member).or_insert(value);
        }
    }
    let Value::Object(fields) = &mut document else { return document };
    fields.entry("deploymentController").or_insert(json!({"type": "ECS"}));
    for list in ["loadBalancers", "placementConstraints", "placementStrategy", "serviceRegistries"]
    {
        fields.entry(list).or_insert(json!([]));
    }
    fields.retain(|name, value| name != "healthCheckGracePeriodSeconds" || *value != json!(0));
    let deployment = fields.get_mut("deploymentConfiguration").and_then(Value::as_object_mut);
    if let Some(deployment) = deployment {
        let no_alarms = json!({"alarmNames": [], "enable": false, "rollback": false});
        deployment.retain(|name, value| name != "alarms" || *value != no_alarms);
        if let Some(Value::Object(breaker)) = deployment.get_mut("deploymentCircuitBreaker") {
            let threshold = json!({"type": "BOUNDED_PERCENT", "value": 50});
            breaker.retain(|name, value| match name.as_str() {
                "resetOnHealthyTask" => *value != json!(true),
                "thresholdConfiguration" => *value != threshold,
                _ => true,
            });
        }
    }
    document
}

/// What of a live service there is to be held against the document of a file.
pub(super) fn concern(live: &Live, file: &Value) -> Value {
    let Value::Object(wanted) = file else { return live.document.clone() };
    let mut ours = of_members("", &live.document, wanted);
    if let Some(tags) = live.document.get(TAGS) {
        ours.insert(TAGS.to_owned(), tags.clone());
    }
    let is_newest = live.facts[NEWEST].is_string() && live.facts[NEWEST] == live.document[TASK];
    if let Some(family) = wanted.get(TASK).and_then(Value::as_str).and_then(bare_family)
        && is_newest
    {
        ours.insert(TASK.to_owned(), json!(family));
    }
    if let Some(rebalancing) = wanted.get(REBALANCING) {
        let seen = live.facts.get(REBALANCING).filter(|value| !value.is_null());
        match of_value(REBALANCING, seen, rebalancing) {
            Some(value) => drop(ours.insert(REBALANCING.to_owned(), value)),
            None => drop(ours.remove(REBALANCING)),
        }
    }
    // Which version that is changes without anybody's doing.
    if wanted.get(PLATFORM) == Some(&json!(LATEST)) {
        ours.insert(PLATFORM.to_owned(), json!(LATEST));
    }
    Value::Object(ours)
}

fn of_members(path: &str, live: &Value, wanted: &Object<String, Value>) -> Object<String, Value> {
    let members = wanted.iter().filter_map(|(name, wanted)| {
        let value = of_value(&join(path, name), live.get(name), wanted)?;
        Some((name.clone(), value))
    });
    members.collect()
}

/// The part of a live value that is about a wanted one; `None` where AWS has nothing there, and that
/// is not what is wanted.
fn of_value(path: &str, live: Option<&Value>, wanted: &Value) -> Option<Value> {
    match (live, wanted) {
        (_, _) if covers(path, live, wanted) => Some(wanted.clone()),
        (None, Value::Object(members)) => {
            // What is the default in there is no difference.
            let known = of_members(path, &Value::Null, members);
            (!known.is_empty()).then_some(Value::Object(known))
        }
        (Some(live @ Value::Object(_)), Value::Object(members)) => {
            Some(Value::Object(of_members(path, live, members)))
        }
        (live, _) => live.cloned(),
    }
}

/// Whether a live value has all that a wanted one says.
fn covers(path: &str, live: Option<&Value>, wanted: &Value) -> bool {
    match (live, wanted) {
        (Some(Value::Object(live)), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| covers(&join(path, name), live.get(name), value))
        }
        (None, Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| covers(&join(path, name), None, value))
        }
        (Some(Value::Array(live)), Value::Array(wanted)) => {
            live.len() == wanted.len()
                && if SETS.contains(&path) {
                    covers_set(path, live, wanted)
                } else {
                    live.iter().zip(wanted).all(|(one, other)| covers(path, Some(one), other))
                }
        }
        (None, Value::Array(wanted)) => wanted.is_empty(),
        (None, wanted) => default(path).as_ref() == Some(wanted),
        (Some(live), wanted) => live == wanted,
    }
}

/// Whether each wanted element has a live one of its own. Sets are short, and elements that could be
/// each other's are the same but for what the file does not say.
fn covers_set(path: &str, live: &[Value], wanted: &[Value]) -> bool {
    let mut left: Vec<_> = live.iter().collect();
    // What says most has the fewest to choose from.
    let mut wanted: Vec<_> = wanted.iter().collect();
    wanted.sort_by_key(|one| std::cmp::Reverse(one.as_object().map_or(0, Object::len)));
    wanted.iter().all(|wanted| {
        let at = left.iter().position(|live| covers(path, Some(live), wanted));
        at.map(|at| left.remove(at)).is_some()
    })
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Where in the canonical form of a tree a value of it is: lists are compared as a whole.
pub(super) fn locate(tree: &Value, path: &Path) -> Path {
    let (mut located, mut value) = (Path::default(), Some(tree));
    for step in &path.0 {
        if matches!(value, Some(Value::Array(_))) {
            break;
        }
        located = located.join(step);
        value = value.and_then(|value| value.get(step));
    }
    located
}

//! What an account holds, and what of that is to be the same however it came about.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What a stack's resources are, without what differs by right: times, ids, the numbers of
/// revisions and versions, and revisions and versions that newer ones stand in for.
pub(crate) fn settled(state: &Value) -> Value {
    let (region, iam) = (region(state), &state["global"]["123456789012"]["iam"]);
    json!({
        "rules": rules(&region["xray"]["rules"]),
        "families": families(state).iter().filter_map(|(family, revisions)| {
            let newest = revisions.iter().rev().find(|(_, revision)| revision["status"] == "ACTIVE")?;
            Some((family.clone(), json!([newest.1["definition"], newest.1["tags"]])))
        }).collect::<Map<_, _>>(),
        "roles": without(&iam["roles"], &["id", "created", "ids"]),
        "policies": members(&iam["policies"]).map(|(name, policy)| {
            let mut policy = policy.clone();
            let default = policy["default_version"].to_string();
            policy["document"] = policy["versions"][default.as_str()]["text"].clone();
            let by_right = ["id", "created", "updated", "versions", "default_version", "newest_version"];
            (name.clone(), without(&policy, &by_right))
        }).collect::<Map<_, _>>(),
    })
}

/// The rules, X-Ray's own among them whether anybody ever wrote to it or not.
fn rules(rules: &Value) -> Value {
    let mut rules = without(rules, &["created_at", "modified_at"]);
    let own = match &rules["Default"]["rule"] {
        Value::Null => json!({"FixedRate": 0.05, "ReservoirSize": 1}),
        own => json!({"FixedRate": own["FixedRate"], "ReservoirSize": own["ReservoirSize"]}),
    };
    rules["Default"] = own;
    rules
}

/// The revisions of each family, by their numbers.
pub(crate) fn families(state: &Value) -> BTreeMap<String, BTreeMap<u64, Value>> {
    let families = members(&region(state)["ecs"]["families"]);
    let revisions = families.map(|(family, revisions)| {
        let numbered = |(number, revision): (&String, &Value)| {
            (number.parse().expect("a number"), revision.clone())
        };
        (family.clone(), members(revisions).map(numbered).collect())
    });
    revisions.collect()
}

/// What carries the mark of the stack and is in AWS, by a name of ours for it.
pub(crate) fn marked(state: &Value) -> Vec<String> {
    let iam = &state["global"]["123456789012"]["iam"];
    let is_marked = |tags: &Value| tags.get("tracewright:stack").is_some();
    let mut found = Vec::new();
    for (section, all) in [
        ("rule", &region(state)["xray"]["rules"]),
        ("role", &iam["roles"]),
        ("policy", &iam["policies"]),
    ] {
        let ours = members(all).filter(|(_, one)| is_marked(&one["tags"]));
        found.extend(ours.map(|(name, _)| format!("{section} {name}")));
    }
    for (family, revisions) in families(state) {
        let ours =
            |revision: &Value| revision["status"] == "ACTIVE" && is_marked(&revision["tags"]);
        if revisions.values().any(ours) {
            found.push(format!("family {family}"));
        }
    }
    found
}

fn region(state: &Value) -> &Value {
    &state["accounts"]["123456789012"]["eu-west-1"]
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// A tree without these fields, at any depth.
fn without(value: &Value, fields: &[&str]) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(name, _)| !fields.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), without(value, fields)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| without(item, fields)).collect(),
        other => other.clone(),
    }
}

//! Managed daemons, grown out of the schema that their kind publishes: another value of any leaf is a
//! change there and nowhere else, and is carried out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tracewright::kinds;
use tracewright::plan::plan;

use super::grow::{Dice, Grower, at, leaves, places};
use super::shown::differences;
use super::{apply, block_on, local, observe, read};

/// What names the whole, and what is ours.
const FIXED: [&str; 2] = ["daemonName", "wait"];

fn known(path: &str, dice: &mut Dice) -> Option<Value> {
    let texts: &[&str] = match path {
        "clusterArn" => &["cluster/default", "cluster/next"],
        "daemonTaskDefinitionArn" => &["daemon-task-definition/a:1", "daemon-task-definition/b:1"],
        "capacityProviderArns[]" => &["capacity-provider/x", "capacity-provider/y"],
        "deploymentConfiguration.alarms.alarmNames[]" => {
            return Some(json!(*dice.pick(&["p99", "errors", "throttles"])));
        }
        "deploymentConfiguration.drainPercent" => return Some(json!(dice.between(1, 100))),
        "deploymentConfiguration.bakeTimeInMinutes" => return Some(json!(dice.between(0, 1440))),
        "tags" => return Some(json!({ "team": dice.tag() })),
        _ => return None,
    };
    let resource = dice.pick(texts);
    Some(json!(format!("arn:aws:ecs:us-east-1:123456789012:{resource}")))
}

fn schema() -> Value {
    let mut schema = kinds::find("daemons").unwrap().schema();
    schema["properties"].as_object_mut().unwrap().retain(|name, _| !FIXED.contains(&name.as_str()));
    schema
}

/// As AWS takes it: a set has each element once.
fn settled(mut body: Value) -> Value {
    for set in ["/capacityProviderArns", "/deploymentConfiguration/alarms/alarmNames"] {
        if let Some(Value::Array(items)) = body.pointer_mut(set) {
            items.sort_by_key(Value::to_string);
            items.dedup();
        }
    }
    body
}

/// What goes without saying.
fn said(mut body: Value) -> Value {
    let usual = [
        ("", "critical", json!(true)),
        ("", "enableECSManagedTags", json!(false)),
        ("", "enableExecuteCommand", json!(false)),
        ("", "propagateTags", json!("NONE")),
        ("/deploymentConfiguration", "drainPercent", json!(25)),
        ("/deploymentConfiguration", "bakeTimeInMinutes", json!(0)),
        ("/deploymentConfiguration/alarms", "enable", json!(false)),
    ];
    for (parent, member, value) in usual {
        if let Some(Value::Object(members)) = body.pointer_mut(parent)
            && members.get(member) == Some(&value)
        {
            members.remove(member);
        }
    }
    body
}

#[test]
fn another_value_of_any_field_of_a_daemon_is_a_change_there() {
    let schema = schema();
    let all = leaves(&schema);
    assert!(all.len() >= 12, "{all:?}");
    let mut cases = Vec::new();
    for (seed, leaf) in all.iter().enumerate() {
        let mut dice = Dice::new(seed as u64);
        let grower = Grower { known, must: leaf, sparse: 3 };
        loop {
            let before = settled(grower.grow(&schema, "", &mut dice));
            let other = grower.grow(&schema, "", &mut dice);
            let places = places(&before, leaf);
            let place: &Vec<_> = dice.pick(&places);
            let mut after = before.clone();
            let value = other.pointer(&format!("/{}", place.join("/"))).cloned();
            let Some(value) = value else { continue };
            *at(&mut after, place) = value;
            let after = settled(after);
            if said(before.clone()) != said(after.clone())
                && before["capacityProviderArns"] != json!([])
            {
                cases.push((leaf, before, after));
                break;
            }
        }
    }
    let families = json!({
        "a": {"containerDefinitions": [{"name": "a", "image": "a"}]},
        "b": {"containerDefinitions": [{"name": "b", "image": "b"}]},
    });
    let stack = |is_after: bool| {
        let daemons = cases.iter().enumerate().map(|(n, (_, before, after))| {
            let body = if is_after { after } else { before };
            (format!("case-{n}"), body.clone())
        });
        let daemons: Map<_, _> = daemons.collect();
        let stack = json!({
            "stack": "laws", "account": "123456789012", "region": "us-east-1",
            "daemon_task_definitions": families, "daemons": daemons,
        });
        read(&stack.to_string())
    };
    let none = json!({
        "stack": "laws", "account": "123456789012", "region": "us-east-1",
        "daemon_task_definitions": families,
    });
    let (before, after) = (stack(false), stack(true));
    block_on(async {
        let aws = local(&before).await;
        apply(&aws, &read(&none.to_string())).await;
        apply(&aws, &before).await;
        assert!(plan(&before, &observe(&aws, &before).await).is_empty());
        let planned = apply(&aws, &after).await;
        let mut shown: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for step in &planned.steps {
            let paths = step.changes.iter().map(|change| change.path.0.clone());
            shown.insert(step.address.key.clone(), paths.collect());
        }
        for (n, (leaf, before, after)) in cases.iter().enumerate() {
            let shown = shown.remove(&format!("case-{n}")).unwrap_or_default();
            let (before, after) = (said(before.clone()), said(after.clone()));
            assert_eq!(shown, differences(&before, &after), "{leaf}\n{before}\n{after}");
        }
        assert!(shown.is_empty(), "{shown:?}");
        let left = plan(&after, &observe(&aws, &after).await);
        assert!(left.is_empty(), "{:#?}", left.steps);
    });
}

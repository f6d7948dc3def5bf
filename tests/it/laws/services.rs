//! Another value of any leaf of a service is a change there, is carried out, and is gone then; and the
//! same in another order, or with what ECS fills in, is none.

use serde_json::{Map, Value, json};
use tracewright::aws::local::LocalAws;
use tracewright::aws::{Aws, Options};
use tracewright::document::shape;
use tracewright::plan::plan;
use tracewright::stack::Stack;

use super::grow::{Dice, Grower, at, leaves, places};
use super::{apply, block_on, observe, stack};
use crate::harness::{NOW, local_options};
use crate::others::Others;

/// How often a service is grown until one is taken with either value.
const TRIES: u64 = 400;

/// What names the whole, what other tests are about, what is of one call, and what ECS does not show.
const APART: [&str; 7] = [
    "serviceName",
    "cluster",
    "taskDefinition",
    "clientToken",
    "tags",
    "monitoring",
    "gatewayConnectors",
];

/// What belongs to one strategy.
const STRATEGIES: [(&str, &str); 2] =
    [("LINEAR", "linearConfiguration"), ("CANARY", "canaryConfiguration")];

/// Values where ECS asks for more than the schema says.
fn known(path: &str, dice: &mut Dice) -> Option<Value> {
    let texts: &[&str] = match path {
        "role" => &["one", "arn:aws:iam::123456789012:role/other"],
        "loadBalancers[].containerName" | "serviceRegistries[].containerName" => &["app", "side"],
        "tags[].key" | "tags[].value" => return Some(json!(dice.tag())),
        _ => return None,
    };
    Some(json!(dice.pick(texts)))
}

fn schema() -> Value {
    shape::json_schema(&shape::SERVICE)
}

fn schema_of(leaf: &str) -> Value {
    let steps = leaf.replace("[]", ".items").replace("{}", ".additionalProperties");
    steps.split('.').fold(schema(), |schema, step| match step {
        "items" | "additionalProperties" => schema[step].clone(),
        member => schema["properties"][member].clone(),
    })
}

/// A service with this leaf in it.
fn grown(must: &str, sparse: usize, dice: &mut Dice) -> Value {
    let mut body = Grower { known, must, sparse }.grow(&schema(), "", dice);
    let fields = body.as_object_mut().unwrap();
    fields.retain(|name, _| !APART.contains(&name.as_str()));
    let is_about = |name: &str| must.split(['.', '[']).next() == Some(name);
    let gives_way = if is_about("capacityProviderStrategy") {
        "launchType"
    } else {
        "capacityProviderStrategy"
    };
    fields.remove(gives_way);
    if let Some(Value::Object(deployment)) = fields.get_mut("deploymentConfiguration") {
        let is_linear = must.contains("linearConfiguration");
        let [strategy, other] = if is_linear { STRATEGIES } else { [STRATEGIES[1], STRATEGIES[0]] };
        deployment.remove(other.1);
        if must.contains(strategy.1) {
            deployment.insert("strategy".to_owned(), json!(strategy.0));
        } else {
            deployment.remove(strategy.1);
        }
    }
    let family = if fields.contains_key("networkConfiguration") { "wide" } else { "plain" };
    fields.insert("taskDefinition".to_owned(), json!(format!("{family}:1")));
    body
}

/// An account with the cluster and the families of the laws.
fn account() -> LocalAws {
    let local = LocalAws::in_memory(local_options(NOW));
    let others = Others::at(&local);
    for (family, mode) in [("plain", "bridge"), ("wide", "awsvpc")] {
        let container = |name: &str| json!({"name": name, "image": "i", "memory": 64});
        let task = json!({
            "family": family, "networkMode": mode, "cpu": "256", "memory": "512",
            "requiresCompatibilities": if mode == "awsvpc" { json!(["EC2", "FARGATE"]) } else { json!(["EC2"]) },
            "containerDefinitions": [container("app"), container("side")],
        });
        others.ecs_in("us-east-1", "RegisterTaskDefinition", &task);
    }
    local
}

/// Whether the tool and ECS take it.
fn is_taken(body: &Value) -> Result<(), String> {
    super::try_read(&super::of("services", &json!({"key": body})))?;
    let mut input = body.clone();
    input["serviceName"] = json!("key");
    if input["schedulingStrategy"] != "DAEMON" && input["desiredCount"].is_null() {
        input["desiredCount"] = json!(1);
    }
    Others::at(&account()).try_ecs_in("us-east-1", "CreateService", &input).map(drop)
}

async fn connected(stack: &Stack) -> Aws {
    let options = Options { local: Some(account()), ..Options::default() };
    Aws::connect(&stack.place, options).await
}

fn of_all(bodies: &[Value]) -> Stack {
    let bodies = bodies.iter().enumerate().map(|(at, body)| (format!("case-{at}"), body.clone()));
    stack("services", &bodies.collect::<Map<_, _>>().into())
}

/// Where a plan has to show a leaf: a list is one thing.
fn shown_at(body: &Value, place: &[String]) -> Vec<String> {
    let (mut path, mut value) = (Vec::new(), body);
    for key in place {
        if value.is_array() {
            break;
        }
        path.push(key.clone());
        value = &value[key.as_str()];
    }
    path
}

/// A service and the same with another value in one place, and which place that is.
fn case(leaf: &str, seed: u64) -> (Value, Value, Vec<String>) {
    let mut why = String::new();
    for round in 0..TRIES {
        let mut dice = Dice::new(seed.wrapping_add(round));
        let before = grown(leaf, 24, &mut dice);
        let places = places(&before, leaf);
        if places.is_empty() {
            continue;
        }
        let place = dice.pick(&places).clone();
        let mut after = before.clone();
        *at(&mut after, &place) =
            Grower { known, must: leaf, sparse: 1 }.grow(&schema_of(leaf), leaf, &mut dice);
        if after == before {
            continue;
        }
        match is_taken(&before).and_then(|()| is_taken(&after)) {
            Ok(()) => {
                let shown = shown_at(&before, &place);
                return (before, after, shown);
            }
            Err(refusal) => why = refusal,
        }
    }
    panic!("{leaf}: nothing grown with it is taken: {why}");
}

#[test]
fn another_value_of_any_leaf_of_a_service_is_a_change_there() {
    let has_others = |leaf: &String| {
        let schema = schema_of(leaf);
        let is_apart = APART.iter().any(|apart| leaf.split(['.', '[']).next() == Some(*apart));
        !is_apart && schema["anyOf"][0]["enum"].as_array().is_none_or(|values| values.len() > 1)
    };
    let leaves: Vec<_> = leaves(&schema()).into_iter().filter(has_others).collect();
    assert!(leaves.len() > 80, "{leaves:?}");
    let cases: Vec<_> =
        leaves.iter().enumerate().map(|(at, leaf)| case(leaf, at as u64 * 1000)).collect();
    for (leaves, cases) in leaves.chunks(24).zip(cases.chunks(24)) {
        let before: Vec<_> = cases.iter().map(|(before, ..)| before.clone()).collect();
        let after: Vec<_> = cases.iter().map(|(_, after, _)| after.clone()).collect();
        let (before, after) = (of_all(&before), of_all(&after));
        block_on(async {
            let aws = connected(&before).await;
            apply(&aws, &before).await;
            let left = plan(&before, &observe(&aws, &before).await);
            assert!(left.is_empty(), "{:#?}", left.steps);
            let planned = apply(&aws, &after).await;
            for (at, (leaf, (before, after, shown))) in leaves.iter().zip(cases).enumerate() {
                let key = format!("case-{at}");
                let step = planned.steps.iter().find(|step| step.address.key == key);
                let paths: Vec<_> = step
                    .iter()
                    .flat_map(|step| &step.changes)
                    .map(|change| change.path.0.clone())
                    .collect();
                assert_eq!(paths, std::slice::from_ref(shown), "{leaf}\n{before}\n{after}");
            }
            let left = plan(&after, &observe(&aws, &after).await);
            assert!(left.is_empty(), "{:#?}", left.steps);
        });
    }
}

#[test]
fn a_service_in_another_order_and_with_what_ecs_fills_in_is_the_same() {
    for seed in 0..48 {
        let mut dice = Dice::new(seed);
        let body = grown("", 3, &mut dice);
        if is_taken(&body).is_err() {
            continue;
        }
        let mut same = body.clone();
        for set in [
            "/loadBalancers",
            "/placementConstraints",
            "/serviceRegistries",
            "/volumeConfigurations",
            "/vpcLatticeConfigurations",
            "/networkConfiguration/awsvpcConfiguration/subnets",
            "/networkConfiguration/awsvpcConfiguration/securityGroups",
            "/deploymentConfiguration/alarms/alarmNames",
        ] {
            if let Some(Value::Array(items)) = same.pointer_mut(set) {
                dice.shuffle(items);
            }
        }
        for (field, value) in [
            ("enableExecuteCommand", json!(false)),
            ("enableECSManagedTags", json!(false)),
            ("propagateTags", json!("NONE")),
            ("schedulingStrategy", json!("REPLICA")),
            ("deploymentController", json!({"type": "ECS"})),
        ] {
            same.as_object_mut().unwrap().entry(field).or_insert(value);
        }
        let (one, other) = (of_all(&[body]), of_all(&[same]));
        block_on(async {
            let aws = connected(&one).await;
            apply(&aws, &one).await;
            let left = plan(&other, &observe(&aws, &other).await);
            assert!(left.is_empty(), "{:#?}", left.steps);
        });
    }
}

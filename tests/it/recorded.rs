//! The local AWS beside what the real one answered: task definitions that strangers read from it,
//! and those that they register. They are no part of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tracewright::aws::local::{LocalAws, Options};

use crate::harness::{beside, files};

/// What depends on the account, on the moment and on what AWS had by then.
const OWN: [&str; 9] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "requiresAttributes",
    "compatibilities",
    "tags",
];

/// Files that were edited after they were read, as their environment shows.
pub(crate) const EDITED: [&str; 5] = [
    "bbarnes4318-aurumshield-aurumshield-app-80",
    "irshadc-jhipster6-demo-blog-demo-td-1",
    "jeujai-Librarian-multimodal-lib-prod-app-41",
    "jeujai-Librarian-multimodal-lib-prod-app-69",
    "muhammadzeb86-churn-saas-retainwise-backend-62",
];

/// What makes files of the corpus be refused, mostly places that are still to be filled in, and why.
const REFUSED: [(&str, &str); 9] = [
    ("$AWS_ACCOUNT_ID", "Role is not valid"),
    ("${AWS_ACCOUNT_ID}", "Role is not valid"),
    ("<AWS_ACCOUNT_ID>", "Role is not valid"),
    ("_execution_role_arn>", "Role is not valid"),
    ("{{", "Role is not valid"),
    ("********9012", "Role is not valid"),
    ("<your-ecr-image-name>", "Container.name contains invalid characters."),
    // Not in the service model. Whether AWS takes it all the same is not known.
    ("\"networkMode\": \"default\"", "networkMode should be one of [bridge,host,awsvpc,none]"),
    ("\"networkMode\": \"{{", "networkMode should be one of [bridge,host,awsvpc,none]"),
];

/// Registers a definition and gives it back as it is then read, or why it was refused. It is answers
/// that are compared, so that the local AWS answers as it always does, whatever the tests are run with.
pub(crate) fn register(definition: &Value) -> Result<Value, String> {
    let local = LocalAws::in_memory(Options::default());
    let ask = |operation: &str, body: &Value| {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let request = Request::post("/").header("x-amz-target", target);
        let answer = local.handle(&request.body(Bytes::from(body.to_string())).unwrap());
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        if answer.status() == 200 { Ok(body) } else { Err(body["message"].to_string()) }
    };
    ask("RegisterTaskDefinition", definition)?;
    let read = ask("DescribeTaskDefinition", &json!({ "taskDefinition": definition["family"] }))?;
    Ok(read["taskDefinition"].clone())
}

/// A definition without what is the account's own. `systemControls`, which AWS began to show in
/// 2024, is in all of them.
pub(crate) fn bare(mut definition: Value) -> Value {
    let members = definition.as_object_mut().unwrap();
    members.retain(|name, _| !OWN.contains(&name.as_str()));
    for container in members["containerDefinitions"].as_array_mut().unwrap() {
        container.as_object_mut().unwrap().entry("systemControls").or_insert(json!([]));
    }
    definition
}

/// The definition in an answer, as AWS gave it.
fn recorded(file: &Path) -> Option<Value> {
    let mut answer: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let definition = match answer.get_mut("taskDefinition") {
        Some(definition) => definition.take(),
        None => answer,
    };
    definition.get("containerDefinitions").is_some().then_some(definition)
}

/// Every answer that nobody edited, with the name of its file.
fn all_recorded(test: &str) -> Vec<(String, Value)> {
    let Some(folder) = beside("recordings", test) else {
        return Vec::new();
    };
    let is_output = |path: &PathBuf| path.ends_with("output.json");
    let pairs = files(&folder.join("pairs")).into_iter().filter(is_output);
    let files = files(&folder.join("ecs/DescribeTaskDefinition")).into_iter().chain(pairs);
    let named = files.filter_map(|file| Some((file.display().to_string(), recorded(&file)?)));
    let genuine = named.filter(|(name, _)| !EDITED.iter().any(|edited| name.contains(edited)));
    let genuine = genuine.collect::<Vec<_>>();
    assert!(genuine.len() > 70, "{} recordings", genuine.len());
    genuine
}

#[test]
fn what_aws_gave_back_is_given_back_when_it_is_registered_again() {
    for (file, definition) in all_recorded("recorded") {
        let definition = bare(definition);
        let read = register(&definition).map(bare);
        assert_eq!(read, Ok(definition), "{file}");
    }
}

#[test]
fn what_aws_filled_in_is_filled_in() {
    for (file, definition) in all_recorded("recorded") {
        let definition = bare(definition);
        let sent = without_fills(&definition);
        assert_ne!(sent, definition, "{file}");
        assert_eq!(register(&sent).map(bare), Ok(definition), "{file}");
    }
}

/// Takes away every value that AWS fills in where it is left out.
fn without_fills(definition: &Value) -> Value {
    let mut sent = definition.clone();
    let awsvpc = sent["networkMode"] == "awsvpc";
    drop_where(&mut sent, "volumes", &json!([]));
    drop_where(&mut sent, "placementConstraints", &json!([]));
    for volume in items(&mut sent, "volumes") {
        drop_where(volume, "host", &json!({}));
    }
    for container in items(&mut sent, "containerDefinitions") {
        drop_where(container, "cpu", &json!(0));
        drop_where(container, "essential", &json!(true));
        for list in ["environment", "mountPoints", "portMappings", "systemControls", "volumesFrom"]
        {
            drop_where(container, list, &json!([]));
        }
        for mapping in items(container, "portMappings") {
            drop_where(mapping, "protocol", &json!("tcp"));
            let port = mapping["containerPort"].clone();
            drop_where(mapping, "hostPort", if awsvpc { &port } else { &Value::Null });
        }
        if let Some(check) = container.get_mut("healthCheck") {
            drop_where(check, "interval", &json!(30));
            drop_where(check, "timeout", &json!(5));
            drop_where(check, "retries", &json!(3));
        }
    }
    sent
}

fn items<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

fn drop_where(value: &mut Value, name: &str, filled: &Value) {
    let members = value.as_object_mut().unwrap();
    if members.get(name) == Some(filled) {
        members.remove(name);
    }
}

#[test]
fn what_is_found_out_is_what_aws_found_out() {
    for (file, definition) in all_recorded("recorded") {
        let names = |definition: &Value| {
            let attributes = definition["requiresAttributes"].as_array().unwrap().iter();
            attributes.map(|attribute| attribute["name"].clone()).collect::<Vec<_>>()
        };
        let found = names(&register(&bare(definition.clone())).unwrap());
        let recorded = names(&definition);
        let invented = found.iter().filter(|name| !recorded.contains(name));
        assert_eq!(invented.count(), 0, "{file}: {found:?} and not {recorded:?}");
    }
}

#[test]
fn what_people_register_is_taken() {
    let Some(folder) = beside("corpus/task-definitions", "recorded") else { return };
    let mut taken = 0;
    let mut reasons = Vec::new();
    for file in files(&folder).iter().filter(|file| file.parent() == Some(&folder)) {
        let text = fs::read_to_string(file).unwrap();
        let Ok(mut document) = serde_json::from_str::<Value>(&text) else { continue };
        if document.get("taskDefinition").is_some() {
            document = document["taskDefinition"].take();
        }
        // A console's export and an SDK's picture of an empty list, which AWS refuses.
        drop_where(&mut document, "tags", &json!([]));
        match register(&document) {
            Ok(_) => taken += 1,
            // A number in the place of a string.
            Err(refusal) if refusal.contains("user has to be a string") => {}
            Err(refusal) => {
                let known =
                    |(place, why): &&(&str, &str)| text.contains(place) && refusal.contains(why);
                let reason = REFUSED.iter().find(known);
                reasons.push(reason.unwrap_or_else(|| panic!("{}: {refusal}", file.display())));
            }
        }
    }
    assert!(taken > 90, "{taken} task definitions");
    for reason in &REFUSED {
        assert!(reasons.contains(&reason), "nothing is refused for {reason:?}");
    }
}

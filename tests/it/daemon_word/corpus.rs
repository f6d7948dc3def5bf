//! Task definitions of strangers with a daemon beside the application, rewritten with the word.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::harness::{Scenario, beside, files};

const DAEMONS: [(&str, &str); 4] = [
    ("xray-daemon", "xray-daemon"),
    ("aws-otel-collector", "adot"),
    ("opentelemetry-collector", "otel-collector"),
    ("cloudwatch-agent", "cloudwatch-agent"),
];

fn sort(container: &Value) -> Option<&'static str> {
    let image = container["image"].as_str()?;
    DAEMONS.iter().find(|(part, _)| image.contains(part)).map(|(_, word)| *word)
}

#[test]
fn real_sidecars_are_a_word_and_say_more_than_they_did_by_hand() {
    let Some(folder) = beside("corpus/task-definitions", "daemons in the corpus") else { return };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut count = |what, holds: bool| *counts.entry(what).or_default() += usize::from(holds);
    let mut tasks = json!({});
    let mut by_hand = BTreeMap::new();
    for (number, file) in files(&folder).iter().enumerate() {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let Ok(mut task) = serde_json::from_str::<Value>(&text) else { continue };
        if task["taskDefinition"].is_object() {
            task = task["taskDefinition"].take();
        }
        let Some(containers) = task["containerDefinitions"].as_array() else { continue };
        let daemons: Vec<_> = containers.iter().filter(|one| sort(one).is_some()).collect();
        let [daemon] = daemons.as_slice() else { continue };
        let apps: Vec<_> = containers.iter().filter(|one| sort(one).is_none()).cloned().collect();
        let is_name =
            |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        let sound = apps.iter().all(|one| is_name(one["name"].as_str().unwrap_or("?")));
        let essential = apps.iter().any(|one| one["essential"] != json!(false));
        // What nothing can be made of with the sidecar either.
        if !sound || !essential || task["networkMode"] == "default" {
            continue;
        }
        let word = sort(daemon).unwrap();
        count("sidecars", true);
        count("essential", daemon["essential"] != json!(false));
        count("without a log", daemon["logConfiguration"].is_null());
        count("unpinned", {
            let image = daemon["image"].as_str().unwrap();
            !image.rsplit('/').next().unwrap().contains(':') || image.ends_with(":latest")
        });
        count(
            "without resources",
            daemon["memoryReservation"].is_null() && daemon["memory"].is_null(),
        );
        let known = ["networkMode", "requiresCompatibilities", "cpu", "memory", "volumes"];
        let mut body: Value = json!({"daemon": word});
        for field in known {
            if !task[field].is_null() {
                body[field] = task[field].clone();
            }
        }
        body["taskRoleArn"] = json!("${role.task.arn}");
        body["executionRoleArn"] = json!("${role.exec.arn}");
        let name = daemon["name"].clone();
        let without = |mut app: Value| {
            // What names the container that is gone goes with it; the word sets it.
            if let Some(depends) = app["dependsOn"].as_array_mut() {
                depends.retain(|one| one["containerName"] != name);
            }
            if let Some(environment) = app["environment"].as_array_mut() {
                environment.retain(|one| one["name"] != "AWS_XRAY_DAEMON_ADDRESS");
            }
            app["links"] = Value::Null;
            app
        };
        let apps_by_hand = apps.clone();
        body["containerDefinitions"] = apps.into_iter().map(without).collect();
        let key = format!("f{number}");
        by_hand.insert(key.clone(), ((*daemon).clone(), word, apps_by_hand));
        tasks[key] = body;
    }
    let scenario = Scenario::new();
    // Placeholders of strangers are for themselves.
    let text = super::stack(&tasks);
    scenario.stack(&text);
    let check = scenario.run("check stack.yaml");
    assert_eq!(check.code, 0, "{check}");
    let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
    for (key, (daemon, word, apps)) in &by_hand {
        let address = format!("task_definitions.{key}");
        let steps = plan["steps"].as_array().unwrap();
        let step = steps.iter().find(|step| step["address"] == *address).unwrap();
        let made = &step["document"]["containerDefinitions"];
        let ours = &made[word];
        // What a daemon listens at by hand, it listens at still.
        for port in daemon["portMappings"].as_array().into_iter().flatten() {
            let protocol = port["protocol"].as_str().unwrap_or("tcp");
            let number = port["containerPort"].as_u64().unwrap();
            let known = ours["portMappings"].get(format!("{number}/{protocol}")).is_some();
            count("ports by hand", true);
            count("ports that are gone", !known);
        }
        for app in apps {
            let environment = app["environment"].as_array().into_iter().flatten();
            let told = environment.filter(|one| one["name"] == "AWS_XRAY_DAEMON_ADDRESS");
            for hand in told.filter_map(|one| one["value"].as_str()) {
                let ours = &made[app["name"].as_str().unwrap()]["environment"];
                count("told where by hand", true);
                let ours = ours["AWS_XRAY_DAEMON_ADDRESS"].as_str();
                let ours = ours.unwrap_or_else(|| panic!("{key} {app:#}"));
                count(
                    "told so too",
                    ours == hand || ours == hand.replace("localhost", "127.0.0.1"),
                );
            }
        }
        assert_eq!(ours["essential"], false, "{key}");
        assert!(
            ours["logConfiguration"].is_object() && ours["image"].as_str().unwrap().contains(':')
        );
    }
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    insta::assert_debug_snapshot!(counts, @r#"
    {
        "essential": 96,
        "ports by hand": 87,
        "ports that are gone": 0,
        "sidecars": 96,
        "told so too": 3,
        "told where by hand": 4,
        "unpinned": 89,
        "without a log": 82,
        "without resources": 94,
    }
    "#);
}

//! Strangers' files, in each of which something moves in AWS.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::{accepted, moved};
use crate::corpus::{Tried, task_definition, tried};
use crate::harness::beside;

/// Moves what `change` does to a document in AWS, accepts it, and says how many lines went from each
/// file.
fn lost_lines(
    tried: &Tried,
    section: &str,
    change: impl Fn(&mut Value),
) -> BTreeMap<String, usize> {
    let scenario = &tried.scenario;
    let mut changed = Vec::new();
    let mut addresses = Vec::new();
    for (at, file) in tried.files.iter().enumerate() {
        let text = scenario.read(file);
        let document = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'));
        let Some(mut document) = document.ok().filter(|_| !tried.refused.contains_key(file)) else {
            continue;
        };
        let before = document.clone();
        change(&mut document);
        if document != before {
            addresses.push(format!("{section}.f{at}"));
            changed.push((file.as_str(), text, document.to_string()));
        }
    }
    let texts: Vec<_> = changed.iter().map(|(file, _, text)| (*file, text.as_str())).collect();
    moved(scenario, &texts);
    drop(accepted(scenario, &addresses.join(" ")));
    let lost = changed.iter().map(|(file, before, _)| {
        let after = scenario.read(file);
        let diff = TextDiff::from_lines(before, &after);
        let lost = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Delete);
        ((*file).to_owned(), lost.count())
    });
    lost.collect()
}

#[test]
fn rules_of_strangers_take_what_aws_has() {
    let Some(folder) = beside("corpus/sampling-rules", "rules of strangers are accepted") else {
        return;
    };
    let files = crate::harness::files(&folder);
    let rules: Vec<_> =
        files.iter().filter(|path| path.to_string_lossy().ends_with("xray.json")).collect();
    let mut count = 0;
    // An account has 25.
    for lot in rules.chunks(20) {
        let lot_folder = tempfile::tempdir().unwrap();
        for (at, path) in lot.iter().enumerate() {
            std::fs::copy(path, lot_folder.path().join(format!("{at}.json"))).unwrap();
        }
        let at = std::cell::Cell::new(0);
        let tried = tried(lot_folder.path(), |file, _| {
            at.set(at.get() + 1);
            let name = format!("r{}", at.get());
            vec![("sampling_rules", json!({"file": file, "RuleName": name, "Priority": at.get()}))]
        });
        let lost = lost_lines(&tried, "sampling_rules", |document| {
            let rule = &mut document["SamplingRule"];
            rule["FixedRate"] = json!(0.37);
            rule["URLPath"] = json!("/accepted/*");
        });
        count += lost.len();
        for (file, lost) in lost {
            assert!(lost <= 2, "{file}: {lost}\n{}", tried.scenario.read(&file));
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn task_definitions_of_strangers_take_what_aws_has() {
    let Some(folder) =
        beside("corpus/task-definitions", "task definitions of strangers are accepted")
    else {
        return;
    };
    let tried = tried(&folder, task_definition);
    let lost = lost_lines(&tried, "task_definitions", |document| {
        let is_wrapped = document.get("taskDefinition").is_some();
        let task = if is_wrapped { &mut document["taskDefinition"] } else { document };
        let container = &mut task["containerDefinitions"][0];
        container["image"] = json!("accepted:1");
        let variable = json!({"name": "ACCEPTED", "value": "1"});
        match container["environment"].as_array_mut() {
            Some(variables) => variables.push(variable),
            None => container["environment"] = json!([variable]),
        }
    });
    assert!(lost.len() > 90, "{}", lost.len());
    for (file, lost) in lost {
        // The image, and the line of what comes before the variable, or the brackets around it.
        assert!(lost <= 2, "{file}: {lost}\n{}", tried.scenario.read(&file));
    }
}

#[test]
fn policies_of_strangers_take_what_aws_has() {
    let Some(folder) = beside("corpus/iam-policies", "policies of strangers are accepted") else {
        return;
    };
    let tried = tried(&folder, |file, text| {
        let document = json!({"file": file});
        if text.contains("${xray_trace}") {
            return Vec::new();
        }
        if text.contains("\"Principal\"") {
            return vec![("roles", json!({"AssumeRolePolicyDocument": document}))];
        }
        let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}});
        vec![(
            "roles",
            json!({"AssumeRolePolicyDocument": trust, "InlinePolicies": {"p": document}}),
        )]
    });
    let lost = lost_lines(&tried, "roles", |document| {
        // Terraform's variable, which the local AWS takes for no ARN.
        if document.to_string().contains("${xray_trace}") {
            return;
        }
        let statement = &mut document["Statement"];
        let first = if statement.is_array() { &mut statement[0] } else { statement };
        let action =
            if first.get("Principal").is_some() { "sts:TagSession" } else { "xray:GetGroups" };
        first["Action"] = match &first["Action"] {
            Value::Array(actions) => Value::Array([actions.as_slice(), &[json!(action)]].concat()),
            one => json!([one, action]),
        };
    });
    assert!(lost.len() > 50, "{}", lost.len());
    for (file, lost) in lost {
        assert!(lost <= 1, "{file}: {lost}\n{}", tried.scenario.read(&file));
    }
}

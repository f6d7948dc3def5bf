//! What is imported from the files of strangers, at servers by others: task definitions, roles and
//! policies. X-Ray's part, which most of them have not, is the local AWS's.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::harness::{Scenario, beside, files};
use crate::round_trip::import;
use crate::servers::Server;

/// The sections, the field with the name, and how long that may be.
const NAMED: [(&str, &str, &str, usize); 3] = [
    ("roles", "RoleName", "role", 64),
    ("policies", "PolicyName", "policy", 128),
    ("task_definitions", "family", "task_definition", 255),
];

/// Everything that can be imported, in one stack: strangers call theirs alike, so that each gets a
/// name of its own.
fn together(test: &str) -> Option<BTreeMap<&'static str, Map<String, Value>>> {
    let folder = beside("corpus", test)?;
    let mut all: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (number, file) in files(&folder).iter().enumerate() {
        let name = file.strip_prefix(&folder).unwrap().display().to_string();
        if !name.starts_with("task-definitions") && !name.starts_with("iam-policies") {
            continue;
        }
        let Ok(imported) = import(file, " --inline") else { continue };
        let Some(stack) = imported.marked(&format!("f{number}")) else { continue };
        let vars = stack["vars"].as_object().unwrap().clone();
        all.entry("vars").or_default().extend(vars);
        for (section, field, word, longest) in NAMED {
            for (key, body) in stack[section].as_object().into_iter().flatten() {
                let sound = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
                let own: String =
                    format!("f{number}-{key}").chars().map(sound).take(longest).collect();
                let (from, to) =
                    (format!("${{{word}.{key}.arn}}"), format!("${{{word}.{own}.arn}}"));
                let text = body.to_string().replace(&from, &to);
                let mut body: Value = serde_json::from_str(&text).unwrap();
                body[field] = json!(own);
                all.entry(section).or_default().insert(own, body);
            }
        }
    }
    Some(all)
}

/// What a server refuses that AWS takes, or reads back as AWS does not: words of what is said of it,
/// and why.
type Unlike = [(&'static str, &'static str)];

/// Applies everything, and then there is nothing to do but for what the server does in its own way.
#[track_caller]
fn settles_at(server: &Server, test: &str, unlike: &Unlike) {
    let Some(all) = together(test) else { return };
    let count: usize = NAMED.iter().filter_map(|(name, ..)| Some(all.get(name)?.len())).sum();
    assert!(count > 190, "{count} resources");
    let scenario = Scenario::new();
    let scenario = server.called_by(scenario);
    let sections = all.iter().map(|(name, body)| format!("{name}: {}\n", json!(body)));
    scenario.stack(&sections.collect::<String>());
    let apply = scenario.run("apply stack.yaml --yes");
    let failed: Vec<_> = apply
        .stderr
        .lines()
        .filter(|line| line.starts_with("failed  "))
        .map(str::to_owned)
        .collect();
    assert_eq!(apply.code, if failed.is_empty() { 0 } else { 6 }, "{apply}");
    let plan = scenario.run("plan stack.yaml --format json").json();
    let left = plan["steps"].as_array().unwrap().iter().map(Value::to_string);
    let is_failed = |step: &String| {
        failed.iter().any(|line| step.contains(line.split([' ', ':']).nth(2).unwrap_or("?")))
    };
    let left: Vec<_> = left.filter(|step| !is_failed(step)).collect();
    let told = |text: &&String| !unlike.iter().any(|(words, _)| text.contains(words));
    let others: Vec<_> = failed.iter().chain(&left).filter(told).collect();
    assert!(others.is_empty(), "{others:#?}");
    for (words, why) in unlike {
        let met = failed.iter().chain(&left).any(|text| text.contains(words));
        assert!(met, "nothing differs for {words:?}, {why}");
    }
}

#[test]
fn imported_against_moto() {
    let Some(server) = Server::moto("imported_against_moto") else { return };
    let unlike = [
        ("\"path\":\"networkMode\"", "it shows a mode where none was given; not known of AWS"),
        ("'memory' or 'memoryReservation' must", "it does not see that a container reserves some"),
    ];
    settles_at(&server, "import against moto", &unlike);
}

#[test]
fn imported_against_fakecloud() {
    let Some(server) = Server::fakecloud("imported_against_fakecloud") else { return };
    settles_at(&server, "import against fakecloud", &[]);
}

//! Documents of strangers as a template, and back: nothing of them gets lost on the way.

use serde_json::{Value, json};

use crate::corpus::{Resource, task_definition, tried};
use crate::harness::{Scenario, beside};

/// Renders the stack of a scenario, and imports the template: there is nothing to do for it. Returns how
/// many resources the template has.
#[track_caller]
fn there_and_back(scenario: &Scenario) -> usize {
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let run = scenario.run("render cloudformation stack.yaml --json --out template.json").exits(0);
    assert!(!run.stderr.lines().any(|line| line.starts_with("left out: ")), "{}", run.stderr);
    let template: Value = serde_json::from_str(&scenario.read("template.json")).unwrap();
    scenario
        .run("import template.json --out imported.yaml --name shop --account 123456789012 --region eu-west-1")
        .exits(0);
    let plan = scenario.run("plan imported.yaml --local --detailed-exitcode").exits(0);
    assert!(plan.stdout.contains("Nothing to do"), "{plan}");
    template["Resources"].as_object().unwrap().len()
}

#[test]
fn task_definitions_of_strangers_come_back_from_a_template() {
    let test = "templates of strangers' task definitions";
    let Some(folder) = beside("corpus/task-definitions", test) else { return };
    let tried = tried(&folder, task_definition);
    let came = there_and_back(&tried.scenario);
    assert_eq!(came, tried.files.len() - tried.refused.len());
}

#[test]
fn policies_of_strangers_come_back_from_a_template() {
    let test = "templates of strangers' policies";
    let Some(folder) = beside("corpus/iam-policies", test) else { return };
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    let tried = tried(&folder, |file, text| -> Vec<Resource> {
        let document = json!({"file": file});
        let is_trust = text.contains("\"Principal\"");
        // The local AWS knows no such ARN.
        if text.contains("${xray_trace}") {
            return Vec::new();
        }
        let of_trust = json!({"AssumeRolePolicyDocument": document});
        let of_own = json!({"AssumeRolePolicyDocument": trust, "InlinePolicies": {"p": document}});
        vec![("roles", if is_trust { of_trust } else { of_own })]
    });
    let came = there_and_back(&tried.scenario);
    assert!(came > 50, "{came}");
}

//! No secret is in any output of an import, whatever it stands in.

use crate::harness::{Output, Scenario};
use crate::import::{TRUST, settles};

const SECRET: &str = "hunter2hunter2";
const PLACE: &str = "--account 123456789012 --region eu-west-1 --name shop";

/// Imports a file, and holds all that is said and written against the secret in it.
#[track_caller]
fn kept(name: &str, text: &str) -> Output {
    assert!(text.contains(SECRET), "{text}");
    let scenario = Scenario::new();
    scenario.write(name, text);
    let output = scenario.run(&format!("import {name} {PLACE} --inline"));
    assert!(!output.to_string().contains("hunter2"), "{output}");
    output
}

fn task(fields: &str) -> String {
    format!(
        r#"{{"family": "web", "containerDefinitions": [{{"name": "app", "image": "nginx", "memory": 128, {fields}}}]}}"#
    )
}

#[test]
fn a_secret_is_read_from_the_environment_wherever_it_stands() {
    for (fields, reference) in [
        (r#""environment": [{"name": "TOKEN", "value": "hunter2hunter2"}]"#, "${env.TOKEN}"),
        (r#""environment": [{"name": "TOKEN", "value": "x{{y}}hunter2hunter2"}]"#, "${env.TOKEN}"),
        (r#""environment": [{"name": "TOKEN", "value": "${T:-hunter2hunter2}"}]"#, "\"${var.t}\""),
        (r#""environment": [{"name": "URL", "value": "p://u:hunter2hunter2@db/x"}]"#, "${env.URL}"),
        (r#""command": ["run", "--password", "hunter2hunter2"]"#, "--password, \"${env.COMMAND}\""),
        (r#""command": ["sh", "-c", "DB_PASSWORD=hunter2hunter2 run"]"#, "${env.COMMAND}"),
        (r#""dockerLabels": {"api_key": "hunter2hunter2"}"#, "${env.API_KEY}"),
        (
            r#""logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "hunter2hunter2"}}"#,
            "${env.SPLUNK_TOKEN}",
        ),
    ] {
        let output = kept("web.json", &task(fields));
        assert!(output.code == 0 && output.stdout.contains(reference), "{fields}: {output}");
        // Nor by a document that was mended.
        kept("web.json", &format!("{}\naws ecs register-task-definition", task(fields)));
    }
}

#[test]
fn a_number_may_be_one() {
    let scenario = Scenario::new();
    scenario
        .write("web.json", task(r#""environment": [{"name": "DB_PASSWORD", "value": 5550123}]"#));
    let output = scenario.run(&format!("import web.json {PLACE} --inline"));
    assert!(!output.to_string().contains("5550123"), "{output}");
    assert!(output.stdout.contains("${env.DB_PASSWORD}"), "{output}");
}

#[test]
fn what_can_only_be_a_secret_is_one_in_a_policy_and_a_tag_too() {
    const KEY: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    let scenario = Scenario::new();
    scenario.write("read.json", format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
        "Condition": {{"StringEquals": {{"aws:UserAgent": "{KEY}"}}}}}}]}}"#
    ));
    scenario.write("rule.json", format!(
        r#"{{"SamplingRule": {{"RuleName": "a", "Priority": 1, "FixedRate": 0, "ReservoirSize": 0}}, "Tags": [{{"Key": "k", "Value": "{KEY}"}}]}}"#
    ));
    for flag in ["", " --inline"] {
        let output = scenario.run(&format!("import read.json rule.json {PLACE}{flag}"));
        assert!(output.code == 0 && !output.to_string().contains("ghp_"), "{output}");
    }
}

#[test]
fn a_broken_file_shows_no_line_with_one() {
    for text in [
        r#"[{"name": "app", "environment": [{"name": "TOKEN", "value": hunter2hunter2}]}]"#,
        "{\n\"name\": \"TOKEN\",\n\"value\": 'hunter2hunter2\n}",
        "export DB_PASSWORD=hunter2hunter2\n",
        "{\"family\": \"web\", oops: \"DB_PASSWORD=hunter2hunter2\" }]",
    ] {
        assert_eq!(kept("web.json", text).code, 1, "{text}");
    }
    let yaml = "containerDefinitions:\n- name: app\n  environment:\n  - {name: TOKEN, value: hunter2hunter2\n";
    assert_eq!(kept("web.yaml", yaml).code, 1);
    // A script around a document is left out, and so is what it says.
    let script = format!("export DB_PASSWORD=hunter2hunter2\n{}\n", task("\"cpu\": 1"));
    assert_eq!(kept("web.json", &script).code, 0);
}

#[test]
fn a_file_that_stays_keeps_its_own() {
    let scenario = Scenario::new();
    scenario.write(
        "web.json",
        task(r#""environment": [{"name": "TOKEN", "value": "hunter2hunter2"}]"#),
    );
    let output = scenario.run(&format!("import web.json {PLACE}"));
    assert!(output.stdout.contains("web: { file: web.json }"), "{output}");
}

#[test]
fn what_aws_calls_its_policies_is_no_secret() {
    let scenario = Scenario::new();
    let name = "AmazonElasticMapReduceforEC2Role";
    scenario.write("trust.json", TRUST);
    scenario.stack(&format!(
        "roles:\n  emr:\n    AssumeRolePolicyDocument: {{ file: trust.json }}\n    ManagedPolicies: [{name}]\n"
    ));
    settles(&scenario, "stack.yaml", "");
    let live = scenario.run("import --live --local --region eu-west-1").exits(0);
    drop(live.says(&format!("ManagedPolicies: [{name}]")));
}

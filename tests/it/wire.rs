//! The main job over the wire: against fakecloud, and against our own local AWS on loopback, read
//! by the AWS CLI.

use std::process::Command;

use crate::harness::{Scenario, provided};
use crate::servers::Server;

/// Apply, nothing to do, one field, one rule less, nothing left.
fn journey(scenario: &Scenario) {
    scenario.run("apply stacks/cruddur.yaml --yes").exits(0).says("Applied: 6 created.");
    scenario.run("plan stacks/cruddur.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.edit("aws/json/xray.json", "\"FixedRate\": 0.1", "\"FixedRate\": 0.25");
    let plan =
        scenario.run("plan stacks/cruddur.yaml --detailed-exitcode --format json").exits(2).json();
    assert_eq!(plan["steps"][0]["changes"].as_array().unwrap().len(), 1, "{plan:#}");
    assert_eq!(plan["steps"][0]["changes"][0]["path"], "FixedRate");
    scenario.run("apply stacks/cruddur.yaml --yes").exits(0).says("Applied: 1 changed.");
    scenario.edit("stacks/cruddur.yaml", "  Cruddur: { file: ../aws/json/xray.json }\n", "");
    scenario.run("apply stacks/cruddur.yaml --yes").exits(0).says("Applied: 1 deleted.");
    scenario.run("plan stacks/cruddur.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("destroy stacks/cruddur.yaml --yes").exits(0).says("Applied: 5 deleted.");
    scenario.run("destroy stacks/cruddur.yaml --yes").exits(0).says("Nothing to do");
}

#[test]
fn the_main_job_against_fakecloud() {
    let Some(server) = Server::fakecloud("the_main_job_against_fakecloud") else { return };
    journey(&server.called_by(Scenario::with_examples()));
}

#[test]
fn the_main_job_against_the_local_aws_on_loopback() {
    let scenario = Scenario::with_examples();
    let server = Server::local_aws(&scenario);
    journey(&server.called_by(scenario));
}

#[test]
fn the_aws_cli_reads_what_was_applied() {
    let Some(python) = provided("TRACEWRIGHT_TEST_PYTHON", "the_aws_cli_reads_what_was_applied")
    else {
        return;
    };
    let scenario = Scenario::with_examples();
    scenario.run("apply stacks/cruddur.yaml --local --yes").exits(0);
    let server = Server::local_aws(&scenario);
    // Credentials that say nothing of the account: it is the only one in the state.
    let output = Command::new(python)
        .args(["-m", "awscli", "xray", "get-sampling-rules", "--endpoint-url", &server.url])
        .args(["--query", "SamplingRuleRecords[].SamplingRule.[RuleName,Priority,FixedRate]"])
        .env_clear()
        .envs([("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "x")])
        .envs([("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_PAGER", "")])
        .output()
        .expect("the AWS CLI starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut rules: Vec<(String, u16, f64)> = serde_json::from_slice(&output.stdout).unwrap();
    rules.sort_by_key(|(_, priority, _)| *priority);
    let expected = [("health", 100, 0.0), ("Cruddur", 9000, 0.1), ("Default", 10_000, 0.05)];
    assert_eq!(rules, expected.map(|(name, priority, rate)| (name.to_owned(), priority, rate)));
}

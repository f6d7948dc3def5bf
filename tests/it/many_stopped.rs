//! Many stacks of which one does not go well: what is still carried out, and what is told of it.

use serde_json::json;

use crate::harness::{Output, Scenario};

const POLICY: &str = "TRACEWRIGHT_LOCAL_POLICY";

const WIDE: &str = "stack: wide
account: \"123456789012\"
regions: [us-east-1, eu-west-1]
roles:
  api:
    AssumeRolePolicyDocument: {Version: \"2012-10-17\", Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: \"sts:AssumeRole\"}]}
task_definitions:
  web:
    taskRoleArn: \"${role.api.arn}\"
    containerDefinitions: [{ name: web, image: \"web:1\", memory: 64 }]
";

fn under(scenario: &Scenario, line: &str, denied: &[&str]) -> Output {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": denied, "Resource": "*"},
    ]});
    scenario.write("policy.json", policy.to_string());
    scenario.run_in(&line.split(' ').collect::<Vec<_>>(), &[(POLICY, "policy.json")])
}

/// What is in the other regions refers to roles that may not be there.
#[test]
fn a_home_region_that_could_not_be_read_keeps_its_other_regions_from_being_carried_out() {
    let scenario = Scenario::new();
    scenario.write("wide.yaml", WIDE);
    let denied = &["iam:GetRole", "iam:GetAccountAuthorizationDetails"];
    let apply = under(&scenario, "apply wide.yaml --local --yes", denied).exits(6);
    assert!(apply.stderr.contains("eu-west-1: not tried, since an earlier region"), "{apply}");
    assert!(!scenario.local_state().to_string().contains("task-definition/web"), "{apply}");
}

#[test]
fn what_was_planned_is_told_also_where_carrying_it_out_fails() {
    let scenario = Scenario::new();
    scenario.write("wide.yaml", WIDE);
    let apply = "apply wide.yaml --local --yes --format json";
    let report = under(&scenario, apply, &["iam:CreateRole"]).json();
    let [home, other] = report["stacks"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!(home["run"]["steps"][0]["status"], "failed", "{report}");
    assert_eq!(other["plan"]["summary"]["create"], 1, "{report}");
    let why = other["plan"]["refused"][0]["message"].as_str().unwrap();
    assert!(why.starts_with("not tried, since an earlier region"), "{why}");
    assert_eq!(report["totals"]["create"], 3, "{report}");
}

/// A job that failed behind its apply is run again.
#[test]
fn what_is_kept_is_nothing_left_to_do() {
    let scenario = Scenario::new();
    let rule = "{ Priority: 1, FixedRate: 0, ReservoirSize: 0, protect: true }";
    let head = "account: \"123456789012\"\nregion: us-east-1\n";
    let of = |name: &str, rules: &str| {
        let text = format!("stack: {name}\n{head}sampling_rules: {rules}\n");
        scenario.write(&format!("{name}.yaml"), text);
    };
    of("a", &format!("{{ kept: {rule}, stays: {rule} }}"));
    of("b", &format!("{{ b: {rule} }}"));
    scenario.run("apply a.yaml b.yaml --local --yes").exits(0);
    of("a", &format!("{{ stays: {} }}", rule.replace("FixedRate: 0", "FixedRate: 0.5")));
    for files in ["a.yaml b.yaml", "a.yaml"] {
        let report = scenario.run(&format!("plan {files} --local --format json")).json();
        let digest = report["digest"].as_str().unwrap();
        let apply = format!("apply {files} --local --yes --expect-digest {digest}");
        scenario.run(&apply).exits(0);
        scenario.run(&apply).exits(0);
    }
}

#[test]
fn of_many_plans_too_it_is_said_what_no_digest_tells() {
    let scenario = Scenario::new().env("SIGNING_KEY", "open-sesame");
    let stack = WIDE.replace(
        "memory: 64",
        "memory: 64, environment: [{ name: SIGNING_KEY, value: \"${env.SIGNING_KEY}\" }]",
    );
    scenario.write("wide.yaml", stack);
    let given = "wide.yaml --local --allow-env SIGNING_KEY";
    scenario.run(&format!("apply {given} --yes")).exits(0);
    scenario.edit("wide.yaml", "web:1", "web:2");
    let scenario = scenario.env("SIGNING_KEY", "close-sesame");
    let report = scenario.run(&format!("plan {given} --format json")).json();
    let digest = report["digest"].as_str().unwrap();
    let apply = scenario.run(&format!("apply {given} --yes --expect-digest {digest}")).exits(0);
    assert!(apply.stderr.contains("which no digest"), "{apply}");
}

#[test]
fn a_plan_that_needs_a_secret_finds_its_file_behind_a_folder() {
    let scenario = Scenario::new().env("SIGNING_KEY", "open-sesame");
    let stack = WIDE.replace(
        "memory: 64",
        "memory: 64, environment: [{ name: SIGNING_KEY, value: \"${env.SIGNING_KEY}\" }]",
    );
    scenario.write(
        "stacks/one.yaml",
        stack.replace("regions: [us-east-1, eu-west-1]", "region: us-east-1"),
    );
    scenario
        .run("plan stacks/one.yaml --local --allow-env SIGNING_KEY --out stacks/plan.json")
        .exits(0);
    scenario.run("check stacks --allow-env SIGNING_KEY").exits(0);
    scenario
        .run("apply --plan stacks/plan.json --local --yes --allow-env SIGNING_KEY stacks")
        .exits(0);
}

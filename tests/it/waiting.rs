//! What AWS does not show yet, and calls whose answers are lost.

use std::time::Duration;

use crate::between::{Between, Fate};
use crate::harness::Scenario;
use crate::iam::{BACKEND, apply, nothing_to_do};
use crate::others::{Others, texts};
use crate::worst_day::{send, spawn, wait_for};

/// The backend's role and policy, and a task definition that runs as it.
fn whole() -> String {
    format!(
        "{BACKEND}task_definitions:
  backend:
    taskRoleArn: ${{role.backend.arn}}
    containerDefinitions: [{{ name: app, image: \"shop/backend:1\", memory: 128 }}]
"
    )
}

#[test]
fn what_iam_does_not_show_yet_is_waited_for_and_said_in_a_line() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_IAM_DELAY", "2");
    scenario.stack(&whole());
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    created policies.read-parameters
    waiting for IAM to show read-parameters and backend everywhere, up to 2 min
    created roles.backend
    waiting for IAM to show backend everywhere, up to 2 min
    created task_definitions.backend
    ");
    nothing_to_do(&scenario);
}

#[test]
fn a_role_made_anew_is_waited_for_as_well() {
    let scenario = Scenario::new();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit(
        "stack.yaml",
        "  backend:\n    Assume",
        "  backend:\n    Path: /shop/\n    Assume",
    );
    let scenario = scenario.env("TRACEWRIGHT_LOCAL_IAM_DELAY", "1");
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    replaced roles.backend
    waiting for IAM to show backend everywhere, up to 2 min
    changed task_definitions.backend
    ");
    nothing_to_do(&scenario);
}

/// What is hidden for another reason than that this run made it will not come by waiting.
#[test]
fn only_what_this_run_made_is_waited_for() {
    let scenario = Scenario::new();
    scenario.stack(
        &BACKEND
            .replace("${policy.read-parameters.arn}", "arn:aws:iam::123456789012:policy/by-hand"),
    );
    let start = std::time::Instant::now();
    let apply = scenario.run("apply stack.yaml --local --yes").exits(6);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    insta::assert_snapshot!(apply.stderr, @"
    created policies.read-parameters
    failed  roles.backend: iam:AttachRolePolicy failed: NoSuchEntity: Policy arn:aws:iam::123456789012:policy/by-hand does not exist or is not attachable.
      = help: `tracewright show --journal` has all of it, and the way back
    ");
    // The digest is missing, so that the next plan says what happened.
    scenario.run("plan stack.yaml --local").exits(0).says("an earlier apply did not finish");
    let document = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    Others::of(&scenario)
        .iam("CreatePolicy", &[("PolicyName", "by-hand"), ("PolicyDocument", document)]);
    apply_rest(&scenario);
}

fn apply_rest(scenario: &Scenario) {
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 changed");
    nothing_to_do(scenario);
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_wait() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_IAM_DELAY", "1000");
    scenario.stack(&whole());
    let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
    wait_for(&mut child, "waiting for");
    send("-INT", &child);
    let start = std::time::Instant::now();
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{stdout}");
    assert!(stdout.contains("Stopped part-way"), "{stdout}");
    // What is there is marked, and the next apply goes on from it.
    let scenario = scenario.env("TRACEWRIGHT_LOCAL_IAM_DELAY", "0");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
}

/// Loses the first answer to one operation.
fn losing(operation: &'static str) -> Between {
    Between::start(
        move |asked, before, _| {
            if asked == operation && before == 0 { Fate::Lost } else { Fate::Answered }
        },
    )
}

#[test]
fn a_registration_whose_answer_is_lost_is_not_made_again() {
    let between = losing("RegisterTaskDefinition");
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(0).says("3 created");
    assert_eq!(between.times("RegisterTaskDefinition"), 1);
    assert_eq!(between.others().revisions(), ["backend:1"]);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn a_later_registration_whose_answer_is_lost_is_not_made_again_either() {
    let between = Between::start(|asked, before, _| {
        if asked == "RegisterTaskDefinition" && before == 1 { Fate::Lost } else { Fate::Answered }
    });
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    scenario.run("apply stack.yaml --yes").exits(0).says("1 changed");
    assert_eq!(between.times("RegisterTaskDefinition"), 2);
    assert_eq!(between.others().revisions(), ["backend:1", "backend:2"]);
}

#[test]
fn a_registration_that_did_not_land_is_made_again() {
    let between = Between::start(|asked, before, _| match asked {
        "RegisterTaskDefinition" if before == 0 => {
            Fate::Refused(500, "ServerException", "Service Unavailable. Please try again later.")
        }
        "RegisterTaskDefinition" if before == 1 => Fate::Refused(
            400,
            "ClientException",
            "Too many concurrent attempts to create a new revision of the specified family.",
        ),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(0).says("3 created");
    assert_eq!(between.times("RegisterTaskDefinition"), 3);
    assert_eq!(between.others().revisions(), ["backend:1"]);
}

#[test]
fn a_version_whose_answer_is_lost_is_not_made_again() {
    let between = losing("CreatePolicyVersion");
    let scenario = between.scenario();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameters]");
    scenario.run("apply stack.yaml --yes").exits(0).says("1 changed");
    assert_eq!(between.times("CreatePolicyVersion"), 1);
    let versions = between.others().iam(
        "ListPolicyVersions",
        &[("PolicyArn", "arn:aws:iam::123456789012:policy/read-parameters")],
    );
    assert_eq!(texts(&versions, "VersionId"), ["v2", "v1"]);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn whatever_answer_is_lost_the_apply_ends_well() {
    for operation in ["CreatePolicy", "CreateRole", "AttachRolePolicy", "PutRolePolicy", "TagRole"]
    {
        let between = losing(operation);
        let scenario = between.scenario();
        scenario.stack(BACKEND);
        scenario.run("apply stack.yaml --yes").exits(0).says("2 created");
        scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    }
    for operation in [
        "DeregisterTaskDefinition",
        "DetachRolePolicy",
        "DeleteRolePolicy",
        "DeleteRole",
        "DeletePolicy",
    ] {
        let between = losing(operation);
        let scenario = between.scenario();
        scenario.stack(&whole());
        scenario.run("apply stack.yaml --yes").exits(0);
        scenario.run("destroy stack.yaml --yes").exits(0).says("3 deleted");
        scenario.run("destroy stack.yaml --yes").exits(0).says("Nothing to do");
    }
}

#[test]
fn a_role_that_someone_makes_in_between_is_not_taken_for_ours() {
    let between = Between::start(|asked, before, others| {
        if asked == "CreateRole" && before == 0 {
            others.iam("CreateRole", &[("RoleName", "backend"), ("AssumeRolePolicyDocument", r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#)]);
        }
        Fate::Answered
    });
    let scenario = between.scenario();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --yes").exits(6).says("EntityAlreadyExists");
    scenario.run("plan stack.yaml").exits(0).says("exists without a mark of ours");
}

/// Everything that is made with its tags carries the mark from its first moment, so that a run that
/// is cut short anywhere leaves what the next one completes.
#[test]
#[cfg(unix)]
fn a_kill_at_any_moment_leaves_what_the_next_apply_completes() {
    for moment in (0..14).map(|n| n * 30) {
        let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "10");
        scenario.stack(&whole());
        let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
        std::thread::sleep(Duration::from_millis(moment));
        send("-KILL", &child);
        child.wait().unwrap();
        apply(&scenario);
        scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameters]");
        scenario.edit(
            "stack.yaml",
            "Service: ecs-tasks.amazonaws.com",
            "Service: ec2.amazonaws.com",
        );
        scenario.edit("stack.yaml", "backend:1", "backend:2");
        let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
        std::thread::sleep(Duration::from_millis(moment));
        send("-KILL", &child);
        child.wait().unwrap();
        apply(&scenario);
        assert_eq!(Others::of(&scenario).revisions(), ["backend:1", "backend:2"]);
    }
}

//! What is made anew, and what others had put on it: cut off or refused half-way, nothing is lost
//! that nobody has.

use serde_json::json;

use crate::between::{Between, Fate};
use crate::harness::{Output, Scenario};
use crate::iam::applied;
use crate::journal::newest;
use crate::others::{Others, texts};

const FAULTS: &str = "TRACEWRIGHT_LOCAL_FAULTS";
const TRUST: &str = "{ Version: \"2012-10-17\", Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole } }";
const DENY: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;

fn role(path: &str) -> String {
    format!(
        "roles:\n  app:\n    AssumeRolePolicyDocument: {TRUST}\n    Path: {path}\n    unmanaged: [InlinePolicies, ManagedPolicies]\n"
    )
}

fn policy(path: &str) -> String {
    format!("policies:\n  read:\n    PolicyDocument: {DENY}\n    Path: {path}\n")
}

/// An apply that is killed once this call was carried out.
fn killed_after(scenario: &Scenario, call: &str) -> Output {
    let script = json!({"rules": [{"call": call, "effect": "killed_after"}]}).to_string();
    scenario.run_in(&["apply", "stack.yaml", "--local", "--yes"], &[(FAULTS, &script)]).exits(-1)
}

/// The account's own policies that others put on the role of another stack.
fn attached(others: &Others, role: &str) -> Vec<String> {
    texts(&others.iam("ListAttachedRolePolicies", &[("RoleName", role)]), "PolicyArn")
}

/// A role that is no stack's, which has a policy of the stack.
fn with_a_role_of_others(others: &Others) {
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    others.iam("CreateRole", &[("RoleName", "theirs"), ("AssumeRolePolicyDocument", trust)]);
    let arn = "arn:aws:iam::123456789012:policy/read";
    others.iam("AttachRolePolicy", &[("RoleName", "theirs"), ("PolicyArn", arn)]);
}

#[test]
fn a_policy_that_is_not_back_on_what_it_was_on_is_unfinished() {
    let scenario = applied(&policy("/"));
    let others = Others::of(&scenario);
    with_a_role_of_others(&others);
    scenario.stack(&policy("/team/"));
    killed_after(&scenario, "iam:CreatePolicy");
    assert_eq!(attached(&others, "theirs"), [""; 0]);
    let cut_off = newest(&scenario);
    let shown = scenario.run(&format!("show --journal {cut_off}")).exits(0);
    shown.says("had of others, and may not have it back:").says("Attached.roles  [\"theirs\"]");
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2);
    plan.says("an earlier apply did not finish");
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    apply.says("warning: policies.read was not made anew to its end").says(&cut_off);
    // Said once, to who goes on.
    scenario.stack(&policy("/other/"));
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    assert!(!apply.stderr.contains("warning"), "{apply}");
}

#[test]
fn a_policy_that_is_made_anew_is_back_on_what_it_was_on_and_finished() {
    let scenario = applied(&policy("/"));
    let others = Others::of(&scenario);
    with_a_role_of_others(&others);
    scenario.stack(&policy("/team/"));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 replaced");
    assert_eq!(attached(&others, "theirs"), ["arn:aws:iam::123456789012:policy/team/read"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

fn with_policies_of_others(others: &Others) {
    let name = ("RoleName", "app");
    others.iam("PutRolePolicy", &[name, ("PolicyName", "guard"), ("PolicyDocument", DENY)]);
    let audit = "arn:aws:iam::aws:policy/SecurityAudit";
    others.iam("AttachRolePolicy", &[name, ("PolicyArn", audit)]);
}

#[test]
fn what_others_had_on_a_role_outlives_a_kill_in_the_journal_and_undo_brings_it_back() {
    let scenario = applied(&role("/"));
    let others = Others::of(&scenario);
    with_policies_of_others(&others);
    scenario.stack(&role("/team/"));
    killed_after(&scenario, "iam:DeleteRole");
    assert!(others.roles().is_empty());
    let cut_off = newest(&scenario);
    let shown = scenario.run(&format!("show --journal {cut_off}")).exits(0);
    shown.says("InlinePolicies.guard  {").says("s3:*").says("SecurityAudit");
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    apply.says("warning: roles.app was not made anew to its end").says(&cut_off);
    assert_eq!(attached(&others, "app"), [""; 0]);
    // The way back has what nobody else has.
    let undo = scenario.run(&format!("apply --undo {cut_off} --local --yes")).exits(0);
    undo.says("InlinePolicies.guard");
    let guard = others.iam("GetRolePolicy", &[("RoleName", "app"), ("PolicyName", "guard")]);
    assert!(guard.contains("Deny"), "{guard}");
    assert_eq!(attached(&others, "app"), ["arn:aws:iam::aws:policy/SecurityAudit"]);
    // And they are left to others as before.
    scenario.stack(&role("/"));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn a_role_that_cannot_be_made_again_names_what_others_had_on_it() {
    let between = Between::start(|asked, before, _| match asked {
        // The first one makes the role as it was.
        "CreateRole" if before == 1 => Fate::Refused(409, "LimitExceeded", "Cannot exceed quota."),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(&role("/"));
    scenario.run("apply stack.yaml --yes").exits(0);
    with_policies_of_others(&between.others());
    scenario.stack(&role("/team/"));
    let apply = scenario.run("apply stack.yaml --yes").exits(6);
    let told = apply.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let named =
        "others had put on it guard, arn:aws:iam::aws:policy/SecurityAudit, which the journal has";
    assert!(told.contains(named), "{apply}");
    scenario.run("apply stack.yaml --yes").exits(0).says("warning: roles.app was not made anew");
}

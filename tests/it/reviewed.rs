//! What a reading of the code for the worst case turned up.

use crate::between::{Between, Fate};
use crate::iam::{applied, nothing_to_do};
use crate::others::{Others, texts};

const TRUST: &str = "{ Version: \"2012-10-17\", Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole } }";
const READ: &str = "{ Version: \"2012-10-17\", Statement: { Effect: Allow, Action: ssm:GetParameter, Resource: \"*\" } }";

/// A role with these lines below its trust policy.
fn role(fields: &str) -> String {
    format!("roles:\n  backend:\n    AssumeRolePolicyDocument: {TRUST}\n{fields}")
}

fn attached(others: &Others) -> Vec<String> {
    texts(&others.iam("ListAttachedRolePolicies", &[("RoleName", "backend")]), "PolicyArn")
}

#[test]
fn a_role_that_is_made_anew_gets_back_what_is_left_to_others() {
    let left = "    unmanaged: [InlinePolicies, ManagedPolicies, PermissionsBoundary]\n";
    let scenario = applied(&role(left));
    let others = Others::of(&scenario);
    let (name, boundary) = (("RoleName", "backend"), "arn:aws:iam::aws:policy/PowerUserAccess");
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#;
    others.iam("PutRolePermissionsBoundary", &[name, ("PermissionsBoundary", boundary)]);
    let audit = "arn:aws:iam::aws:policy/SecurityAudit";
    others.iam("AttachRolePolicy", &[name, ("PolicyArn", audit)]);
    let inline = [name, ("PolicyName", "guard"), ("PolicyDocument", document)];
    others.iam("PutRolePolicy", &inline);
    scenario.stack(&role(&format!("    Path: /team/\n{left}")));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    -/+ roles.backend  stack.yaml:5
        IAM has no call that moves a role to another path
        Path  / -> /team/
        has InlinePolicies of others put back: guard
        has ManagedPolicies of others put back: SecurityAudit
        has PermissionsBoundary of others put back: PowerUserAccess

    Plan: 1 to replace.
    Applied: 1 replaced.
    ------- stderr -------
    replaced roles.backend
    [exit 0]
    ");
    assert_eq!(attached(&others), [audit]);
    let guard = others.iam("GetRolePolicy", &[name, ("PolicyName", "guard")]);
    assert!(guard.contains("Deny"), "{guard}");
    let role = others.iam("GetRole", &[name]);
    assert_eq!(texts(&role, "PermissionsBoundaryArn"), [boundary]);
    nothing_to_do(&scenario);
}

#[test]
fn two_policies_of_one_name_are_attached_side_by_side() {
    let own = format!("policies:\n  ReadOnlyAccess: {{ PolicyDocument: {READ} }}\n");
    let scenario = applied(&(own.clone() + &role("    ManagedPolicies: [ReadOnlyAccess]\n")));
    let both = "    ManagedPolicies: [ReadOnlyAccess, \"${policy.ReadOnlyAccess.arn}\"]\n";
    scenario.stack(&(own + &role(both)));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:7
        ManagedPolicies.arn:aws:iam::123456789012:policy/ReadOnlyAccess
          (none) -> arn:aws:iam::123456789012:policy/ReadOnlyAccess

    Permissions
      + roles.backend: gets the policy
        arn:aws:iam::123456789012:policy/ReadOnlyAccess

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed roles.backend
    [exit 0]
    ");
    assert_eq!(attached(&Others::of(&scenario)).len(), 2);
    nothing_to_do(&scenario);
}

#[test]
fn a_boundary_falls_after_what_it_bounds() {
    let server = Between::start(|_, _, _| Fate::Answered);
    let scenario = server.scenario();
    let bounded =
        "    PermissionsBoundary: ReadOnlyAccess\n    ManagedPolicies: [PowerUserAccess]\n";
    scenario.stack(&role(bounded));
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.stack(&role(""));
    scenario.run("apply stack.yaml --yes").exits(0);
    let asked = server.asked();
    let at = |operation: &str| asked.iter().position(|asked| asked == operation).unwrap();
    assert!(at("DetachRolePolicy") < at("DeleteRolePermissionsBoundary"), "{asked:?}");
}

#[test]
fn a_policy_that_bounds_a_role_stays_where_it_is() {
    let bound = |fields: &str| format!("policies:\n  bound:\n{fields}    PolicyDocument: {READ}\n");
    let both = |fields: &str| {
        bound(fields)
            + &role("    PermissionsBoundary: \"${policy.bound.arn}\"\n")
            + &format!(
                "  other:\n    AssumeRolePolicyDocument: {TRUST}\n    ManagedPolicies: [\"${{policy.bound.arn}}\"]\n"
            )
    };
    let scenario = applied(&both(""));
    scenario.stack(&both("    Description: the most a role may do\n"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    -/+ policies.bound  stack.yaml:5
        IAM has no call that changes a policy's description
        Description  (none) -> the most a role may do
        is taken off all that it is attached to, and put back
        is a permissions boundary, and IAM deletes none: this will fail

    Plan: 1 to replace.
    Stopped part-way: nothing landed; 1 failed, 0 not tried.
    ------- stderr -------
    failed  policies.bound: iam:DeletePolicy failed: it is the permissions boundary of backend
      = help: plan again to see what is left, and apply to finish it
    [exit 6]
    ");
    let others = Others::of(&scenario);
    let other = others.iam("ListAttachedRolePolicies", &[("RoleName", "other")]);
    assert_eq!(texts(&other, "PolicyName"), ["bound"]);
    assert_eq!(attached(&others), Vec::<String>::new());
}

#[test]
fn a_policy_that_goes_is_taken_off_what_it_is_attached_to_and_not_off_what_it_bounds() {
    let own = format!("policies:\n  own: {{ PolicyDocument: {READ} }}\n");
    let scenario = applied(&own);
    let others = Others::of(&scenario);
    let arn = ("PolicyArn", "arn:aws:iam::123456789012:policy/own");
    let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    for name in ["has", "bounded"] {
        others.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", trust)]);
    }
    others.iam("AttachRolePolicy", &[("RoleName", "has"), arn]);
    let boundary = [("RoleName", "bounded"), ("PermissionsBoundary", arn.1)];
    others.iam("PutRolePermissionsBoundary", &boundary);
    scenario.run("destroy stack.yaml --local --yes").exits(6).says("is taken off the role has\n");
    others.iam("DeleteRolePermissionsBoundary", &boundary[..1]);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    assert_eq!(others.policies(), Vec::<String>::new());
}

#[test]
fn a_guard_that_falls_is_said_aloud() {
    let guarded = "    InlinePolicies:
      own:
        Version: \"2012-10-17\"
        Statement:
          - { Effect: Allow, Action: ssm:GetParameter, Resource: \"*\", Condition: { StringEquals: { aws:SourceVpc: vpc-1 } } }
          - { Effect: Deny, Action: ssm:DeleteParameter, Resource: \"*\" }
    ManagedPolicies: [AWSDenyAll]
";
    let scenario = applied(&role(guarded));
    let open = format!(
        "    InlinePolicies: {{ own: {READ} }}\n    ManagedPolicies: [AdministratorAccess]\n"
    );
    scenario.stack(&role(&open));
    let plan = scenario.run("plan stack.yaml --local").exits(0).stdout;
    let permissions = plan.split_once("Permissions").unwrap().1;
    insta::assert_snapshot!(permissions, @"

      ! roles.backend: own: may now: ssm:GetParameter on *; no longer checked:
        aws:SourceVpc
      ! roles.backend: own: no longer denied: ssm:DeleteParameter on *
      ! roles.backend: loses the policy AWSDenyAll
      ! roles.backend: may now do everything with everything in the account
      + roles.backend: gets the policy AdministratorAccess

    Plan: 1 to change.
    ");
    // Nothing that goes with the role itself is allowed after it.
    let gone = scenario.run("destroy stack.yaml --local").stdout;
    insta::assert_snapshot!(gone.split_once("Permissions").unwrap().1, @"

      - roles.backend: may no longer assume the role: ecs-tasks.amazonaws.com
      - roles.backend: own: may no longer: ssm:GetParameter on *, if aws:SourceVpc
        is vpc-1

    Plan: 1 to delete.
    ");
}

//! What is taken out of the file, or destroyed with its stack, goes in the order that AWS asks for.

use crate::between::{Between, Fate};
use crate::iam::{BACKEND, applied, nothing_to_do};
use crate::others::{Others, texts};

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
const LIST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}"#;
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const OWN_POLICY: &str = "arn:aws:iam::123456789012:policy/read-parameters";

/// The role's task definition.
const TASK: &str = "task_definitions:
  backend:
    taskRoleArn: ${role.backend.arn}
    containerDefinitions: [{ name: app, image: \"shop/backend:1\", memory: 128 }]
";

/// What keeps the file from being empty.
const RULE: &str = "sampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n";

fn whole() -> String {
    format!("{BACKEND}{TASK}{RULE}")
}

/// What the tool said it did, in order.
fn done(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|line| line.starts_with("deleted")).collect()
}

#[test]
fn the_task_definition_goes_before_its_role_and_the_role_before_its_policy() {
    let scenario = applied(&whole());
    Others::of(&scenario).iam("CreateInstanceProfile", &[("InstanceProfileName", "hosts")]);
    Others::of(&scenario).iam(
        "AddRoleToInstanceProfile",
        &[("InstanceProfileName", "hosts"), ("RoleName", "backend")],
    );
    scenario.stack(&format!("roles: {{}}\npolicies: {{}}\ntask_definitions: {{}}\n{RULE}"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --allow-deletes 3"), @"
    shop  account 123456789012  eu-west-1

    - policies.read-parameters  no longer in the file
        PolicyDocument
          - statement read
            - Effect Allow
            - Action ssm:GetParameter
            - Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
        is taken off the role backend

    - roles.backend  no longer in the file
        AssumeRolePolicyDocument
          - statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            - Effect Allow
            - Principal Service ecs-tasks.amazonaws.com
            - Action sts:AssumeRole
        InlinePolicies.logs
          - statement 1 (allow logs:PutLogEvents on *)
            - Effect Allow
            - Action logs:PutLogEvents
            - Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess
          arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.read-parameters
          arn:aws:iam::123456789012:policy/read-parameters
        is taken out of the instance profile hosts, whose instances lose it

    - task_definitions.backend  no longer in the file
        containerDefinitions.app
          image   shop/backend:1
          memory  128
        taskRoleArn  arn:aws:iam::123456789012:role/backend
        deregisters backend:1

    Permissions
      - policies.read-parameters: may no longer: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - roles.backend: may no longer assume the role: ecs-tasks.amazonaws.com
      - roles.backend: logs: may no longer: logs:PutLogEvents on *
      - roles.backend: loses the policy AWSXRayDaemonWriteAccess
      - roles.backend: loses the policy
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 3 to delete.
    [exit 0]
    ");
    let apply = scenario.run("apply stack.yaml --local --yes --allow-deletes 3").exits(0);
    assert_eq!(
        done(&apply.stderr),
        [
            "deleted task_definitions.backend",
            "deleted roles.backend",
            "deleted policies.read-parameters"
        ]
    );
    let others = Others::of(&scenario);
    assert!(
        others.roles().is_empty() && others.policies().is_empty() && others.revisions().is_empty()
    );
    // The instance profile is someone else's.
    assert!(
        others
            .iam("GetInstanceProfile", &[("InstanceProfileName", "hosts")])
            .contains("<Roles></Roles>")
    );
    nothing_to_do(&scenario);
}

#[test]
fn a_destroyed_stack_leaves_nothing_and_what_its_policy_was_on_stands() {
    let scenario = applied(&whole());
    let others = Others::of(&scenario);
    others.iam("CreateRole", &[("RoleName", "by-hand"), ("AssumeRolePolicyDocument", TRUST)]);
    others.iam("AttachRolePolicy", &[("RoleName", "by-hand"), ("PolicyArn", OWN_POLICY)]);
    scenario
        .run("destroy stack.yaml --local --yes")
        .exits(0)
        .says("is taken off the roles backend, by-hand")
        .says("4 deleted");
    assert_eq!(others.roles(), ["by-hand"]);
    assert!(others.policies().is_empty() && others.revisions().is_empty());
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("nothing in AWS belongs to");
}

#[test]
fn versions_and_policies_of_others_on_a_role_go_with_it() {
    let scenario = applied(&whole());
    let others = Others::of(&scenario);
    others.iam(
        "PutRolePolicy",
        &[("RoleName", "backend"), ("PolicyName", "by-hand"), ("PolicyDocument", LIST)],
    );
    others.iam("AttachRolePolicy", &[("RoleName", "backend"), ("PolicyArn", READ_ONLY)]);
    others.iam("CreatePolicyVersion", &[("PolicyArn", OWN_POLICY), ("PolicyDocument", LIST)]);
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("4 deleted");
    assert!(others.roles().is_empty() && others.policies().is_empty());
}

#[test]
fn a_role_that_cannot_be_deleted_leaves_its_policy_alone() {
    let between = Between::start(|operation, _, _| match operation {
        "DeleteRole" => Fate::Refused(
            409,
            "DeleteConflict",
            "Cannot delete entity, must remove roles from instance profile first.",
        ),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.stack(&format!("roles: {{}}\npolicies: {{}}\ntask_definitions: {{}}\n{RULE}"));
    let apply = scenario.run("apply stack.yaml --yes --allow-deletes 3").exits(6);
    insta::assert_snapshot!(apply.stderr, @"
    deleted task_definitions.backend
    failed  roles.backend: iam:DeleteRole failed: DeleteConflict: Cannot delete entity, must remove roles from instance profile first.
      = help: `tracewright show --journal` has all of it, and the way back
    ");
    apply.says("not tried  policies.read-parameters: roles.backend failed");
    assert_eq!(between.others().policies(), ["read-parameters"]);
    assert_eq!(between.times("DeletePolicy"), 0);
}

#[test]
fn a_role_at_another_path_is_another_role() {
    let scenario = applied(&whole());
    scenario.edit("stack.yaml", "roles:\n  backend:\n", "roles:\n  backend:\n    Path: /shop/\n");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    -/+ roles.backend  stack.yaml:11
        IAM has no call that moves a role to another path
        Path  / -> /shop/

    ~ task_definitions.backend  the file changed  stack.yaml:22
        taskRoleArn
          arn:aws:iam::123456789012:role/backend ->
          arn:aws:iam::123456789012:role/shop/backend

    Permissions
      ! task_definitions.backend: may now what the role shop/backend may, in place
        of backend

    Plan: 1 to replace, 1 to change.
    Applied: 1 replaced, 1 changed.
    ------- stderr -------
    replaced roles.backend
    changed task_definitions.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
    let role = Others::of(&scenario).iam("GetRole", &[("RoleName", "backend")]);
    assert_eq!(texts(&role, "Arn"), ["arn:aws:iam::123456789012:role/shop/backend"]);
}

#[test]
fn what_is_left_to_others_stays_on_a_role_that_is_made_anew() {
    let (before, _) = BACKEND.split_once("    ManagedPolicies").unwrap();
    let left = "    unmanaged: [ManagedPolicies, InlinePolicies, PermissionsBoundary]\n";
    let scenario = applied(&format!("{before}{left}"));
    let others = Others::of(&scenario);
    others.iam(
        "PutRolePolicy",
        &[("RoleName", "backend"), ("PolicyName", "theirs"), ("PolicyDocument", LIST)],
    );
    others.iam("AttachRolePolicy", &[("RoleName", "backend"), ("PolicyArn", READ_ONLY)]);
    others.iam(
        "PutRolePermissionsBoundary",
        &[("RoleName", "backend"), ("PermissionsBoundary", READ_ONLY)],
    );
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "roles:\n  backend:\n", "roles:\n  backend:\n    Path: /shop/\n");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 replaced");
    nothing_to_do(&scenario);
    let of_role = |action: &str| others.iam(action, &[("RoleName", "backend")]);
    assert_eq!(texts(&of_role("ListRolePolicies"), "member"), ["theirs"]);
    assert_eq!(texts(&of_role("ListAttachedRolePolicies"), "PolicyArn"), [READ_ONLY]);
    assert_eq!(texts(&of_role("GetRole"), "PermissionsBoundaryArn"), [READ_ONLY]);
}

#[test]
fn a_section_that_is_left_empty_loses_its_last_and_one_that_is_gone_is_not_looked_at() {
    let scenario = applied(&whole());
    scenario.stack(RULE);
    nothing_to_do(&scenario);
    scenario.stack(&format!("roles: {{}}\ntask_definitions: {{}}\n{RULE}"));
    scenario.run("apply stack.yaml --local --yes --allow-deletes 2").exits(0).says("2 deleted");
    assert_eq!(Others::of(&scenario).policies(), ["read-parameters"]);
}

#[test]
fn what_the_file_still_names_stays_until_the_name_goes_too() {
    let named = BACKEND.replace("${policy.read-parameters.arn}", OWN_POLICY);
    let task = TASK.replace("${role.backend.arn}", "backend");
    let scenario = applied(&format!("{named}{task}{RULE}"));
    // A section without its entries.
    let without = |section: &str| {
        let text = format!("{named}{task}{RULE}");
        let (before, after) = text.split_once(&format!("{section}:\n")).unwrap();
        let rest: Vec<_> = after.lines().skip_while(|line| line.starts_with(' ')).collect();
        format!("{before}{section}: {{}}\n{}\n", rest.join("\n"))
    };
    scenario.stack(&without("policies"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ! policies.read-parameters
        no longer in the file, and roles.backend (stack.yaml:6) still names it: take
        the name out there too, or put this back

    Plan: 1 blocked.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(4).says("blocked");
    scenario.stack(&without("roles"));
    scenario.run("plan stack.yaml --local").exits(0).says("task_definitions.backend (stack.yaml:");
    assert_eq!(Others::of(&scenario).roles(), ["backend"]);
}

/// A policy that nothing of the stack names does not wait for what fails.
#[test]
fn what_fails_keeps_back_what_depends_on_it_and_nothing_else() {
    let between = Between::start(|operation, _, _| match operation {
        "DeleteRole" => Fate::Refused(400, "UnmodifiableEntity", "Cannot delete it."),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    let lonely = "policies:\n  lonely: { PolicyDocument: { Version: \"2012-10-17\", Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: \"*\" }] } }\n";
    scenario.stack(&whole().replacen("policies:\n", lonely, 1));
    scenario.run("apply stack.yaml --yes").exits(0);
    let apply = scenario.run("destroy stack.yaml --yes").exits(6);
    insta::assert_snapshot!(apply.stdout.split("Plan: ").nth(1).unwrap(), @"
    5 to delete.
    Stopped part-way: 3 deleted; 1 failed, 1 not tried.
      deleted    sampling_rules.r
      deleted    task_definitions.backend
      deleted    policies.lonely
      failed     roles.backend: iam:DeleteRole failed: UnmodifiableEntity: Cannot
                 delete it.
      not tried  policies.read-parameters: roles.backend failed
    Next:
      tracewright destroy stack.yaml
    ");
}

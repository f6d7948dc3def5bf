//! Whose a role or a policy is. IAM is global: stacks of one name live in several regions.

use crate::harness::Scenario;
use crate::iam::{BACKEND, applied, nothing_to_do};
use crate::others::Others;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
const ALL_OF_S3: &str = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;

#[test]
fn what_exists_without_a_mark_is_blocked_until_adopted() {
    let scenario = Scenario::new();
    let others = Others::of(&scenario);
    others.iam("CreateRole", &[("RoleName", "backend"), ("AssumeRolePolicyDocument", TRUST)]);
    others.iam(
        "PutRolePolicy",
        &[("RoleName", "backend"), ("PolicyName", "admin"), ("PolicyDocument", ALL_OF_S3)],
    );
    others.iam("CreatePolicy", &[("PolicyName", "read-parameters"), ("PolicyDocument", ALL_OF_S3)]);
    scenario.stack(BACKEND);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ! policies.read-parameters  stack.yaml:5
        exists without a mark of ours; take it over with
        `--adopt policies.read-parameters`
        PolicyDocument
          + statement read
            + Effect Allow
            + Action ssm:GetParameter
            + Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
          - statement 1 (allow s3:* on *)
            - Effect Allow
            - Action s3:*
            - Resource *

    ! roles.backend  stack.yaml:11
        exists without a mark of ours; take it over with `--adopt roles.backend`
        InlinePolicies.admin
          - statement 1 (allow s3:* on *)
            - Effect Allow
            - Action s3:*
            - Resource *
        InlinePolicies.logs
          + statement 1 (allow logs:PutLogEvents on *)
            + Effect Allow
            + Action logs:PutLogEvents
            + Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess
          (none) -> arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.read-parameters
          (none) -> arn:aws:iam::123456789012:policy/read-parameters

    Plan: 2 blocked.
    ------- stderr -------
    error: resources are blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    ");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --adopt roles.backend --adopt policies.read-parameters"), @"
    shop  account 123456789012  eu-west-1

    > policies.read-parameters  stack.yaml:5
        exists without a mark, and is to be adopted
        PolicyDocument
          + statement read
            + Effect Allow
            + Action ssm:GetParameter
            + Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
          - statement 1 (allow s3:* on *)
            - Effect Allow
            - Action s3:*
            - Resource *

    > roles.backend  exists without a mark, and is to be adopted  stack.yaml:11
        InlinePolicies.admin
          - statement 1 (allow s3:* on *)
            - Effect Allow
            - Action s3:*
            - Resource *
        InlinePolicies.logs
          + statement 1 (allow logs:PutLogEvents on *)
            + Effect Allow
            + Action logs:PutLogEvents
            + Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess
          (none) -> arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.read-parameters
          (none) -> arn:aws:iam::123456789012:policy/read-parameters

    Permissions
      + policies.read-parameters: may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      + roles.backend: logs: may now: logs:PutLogEvents on *
      + roles.backend: gets the policy AWSXRayDaemonWriteAccess
      + roles.backend: gets the policy
        arn:aws:iam::123456789012:policy/read-parameters
      - policies.read-parameters: may no longer: s3:* on *
      - roles.backend: admin: may no longer: s3:* on *

    Plan: 2 to adopt.
    Applied: 2 adopted.
    ------- stderr -------
    adopted policies.read-parameters
    adopted roles.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
}

#[test]
fn what_another_stack_owns_is_not_touched() {
    let scenario = applied(BACKEND);
    scenario.edit("stack.yaml", "stack: shop", "stack: other");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --adopt roles.backend"), @"
    other  account 123456789012  eu-west-1

    ! policies.read-parameters  stack.yaml:5
        belongs to the stack `shop@eu-west-1`; take it out of one of the two files

    ! roles.backend  stack.yaml:11
        belongs to the stack `shop@eu-west-1`; take it out of one of the two files

    Plan: 2 blocked.
    ------- stderr -------
    error: resources are blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    ");
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Nothing to do");
    assert_eq!(Others::of(&scenario).roles(), ["backend"]);
}

#[test]
fn stacks_of_one_name_in_two_regions_keep_apart() {
    let scenario = applied(BACKEND);
    let elsewhere = "--region eu-central-1";
    // The same file in another region wants the same roles, which are the first stack's.
    scenario
        .run(&format!("apply stack.yaml --local --yes {elsewhere}"))
        .exits(4)
        .says("belongs to the stack `shop@eu-west-1`");
    // With names of its own it has its own, and neither takes the other's for what was taken out.
    let (first, region) = (scenario.read("stack.yaml"), "-${region}");
    let second = first
        .replace(
            "  read-parameters:\n",
            &format!("  read-parameters:\n    PolicyName: read-parameters{region}\n"),
        )
        .replace("  backend:\n", &format!("  backend:\n    RoleName: backend{region}\n"));
    scenario.write("second.yaml", second);
    scenario
        .run(&format!("apply second.yaml --local --yes {elsewhere}"))
        .exits(0)
        .says("2 created");
    nothing_to_do(&scenario);
    assert_eq!(Others::of(&scenario).roles(), ["backend", "backend-eu-central-1"]);
    scenario
        .run(&format!("destroy second.yaml --local --yes {elsewhere}"))
        .exits(0)
        .says("2 deleted");
    nothing_to_do(&scenario);
    assert_eq!(Others::of(&scenario).policies(), ["read-parameters"]);
}

#[test]
fn what_others_put_on_a_role_is_drift_unless_it_is_left_to_them() {
    let scenario = applied(BACKEND);
    let others = Others::of(&scenario);
    others.iam(
        "PutRolePolicy",
        &[("RoleName", "backend"), ("PolicyName", "admin"), ("PolicyDocument", ALL_OF_S3)],
    );
    others.iam(
        "AttachRolePolicy",
        &[("RoleName", "backend"), ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")],
    );
    others.iam(
        "DetachRolePolicy",
        &[
            ("RoleName", "backend"),
            ("PolicyArn", "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"),
        ],
    );
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  AWS changed since the last apply  stack.yaml:11
        InlinePolicies.admin  (drift)
          - statement 1 (allow s3:* on *)
            - Effect Allow
            - Action s3:*
            - Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess  (drift)
          (none) -> arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.AdministratorAccess  (drift)
          arn:aws:iam::aws:policy/AdministratorAccess -> (none)

    Permissions
      + roles.backend: gets the policy AWSXRayDaemonWriteAccess
      - roles.backend: admin: may no longer: s3:* on *
      - roles.backend: loses the policy AdministratorAccess

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);

    let (before, after) = BACKEND.split_once("    ManagedPolicies").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    scenario.stack(&format!("{before}    unmanaged: [ManagedPolicies]\n{after}"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    others.iam(
        "AttachRolePolicy",
        &[("RoleName", "backend"), ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")],
    );
    nothing_to_do(&scenario);
}

#[test]
fn a_principal_that_was_deleted_is_a_change_and_is_mended() {
    let stack = BACKEND.replace(
        "Principal: { Service: ecs-tasks.amazonaws.com }",
        "Principal: { AWS: \"arn:aws:iam::123456789012:role/deployer\" }",
    );
    let scenario = Scenario::new();
    let others = Others::of(&scenario);
    let make = || {
        others.iam("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", TRUST)])
    };
    make();
    scenario.stack(&stack);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    others.iam("DeleteRole", &[("RoleName", "deployer")]);
    make();
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    insta::assert_snapshot!(hide_ids(&plan.stdout), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  AWS changed since the last apply  stack.yaml:11
        AssumeRolePolicyDocument  (drift)
          ~ statement 1 (allow sts:AssumeRole to
            arn:aws:iam::123456789012:role/deployer)
            - Principal AWS AROA…
            + Principal AWS arn:aws:iam::123456789012:role/deployer

    Permissions
      ! roles.backend: may now assume the role:
        arn:aws:iam::123456789012:role/deployer
      - roles.backend: may no longer assume the role: AROA…

    Plan: 1 to change.
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
}

/// Ids are random.
fn hide_ids(text: &str) -> String {
    let mut words = text.split("AROA");
    let mut hidden = words.next().unwrap_or_default().to_owned();
    for word in words {
        hidden += "AROA…";
        hidden += word.trim_start_matches(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    }
    hidden
}

#[test]
fn show_says_whose_a_role_and_a_policy_are() {
    let scenario = applied(BACKEND);
    scenario.run("show stack.yaml roles.backend --local").exits(0).says("owner     this stack");
    let policy = "show stack.yaml policies.read-parameters --local --format json";
    assert_eq!(scenario.run(policy).exits(0).json()["owner"], "shop@eu-west-1");
    scenario.edit("stack.yaml", "stack: shop", "stack: other");
    scenario
        .run("show stack.yaml roles.backend --local")
        .exits(0)
        .says("owner     the stack `shop@eu-west-1`");
}

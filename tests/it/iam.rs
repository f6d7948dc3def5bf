//! Roles and policies from their first call to their last: what a plan shows of a change, and what
//! it takes.

use crate::harness::{Scenario, cost};
use crate::others::Others;

/// A policy that two statements make, and a role that it is attached to.
pub(crate) const BACKEND: &str = "policies:
  read-parameters:
    PolicyDocument:
      Version: \"2012-10-17\"
      Statement:
        - { Sid: read, Effect: Allow, Action: [ssm:GetParameter], Resource: \"arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*\" }
roles:
  backend:
    AssumeRolePolicyDocument:
      Version: \"2012-10-17\"
      Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole }
    ManagedPolicies: [AWSXRayDaemonWriteAccess, \"${policy.read-parameters.arn}\"]
    InlinePolicies:
      logs:
        Version: \"2012-10-17\"
        Statement: { Effect: Allow, Action: [logs:PutLogEvents], Resource: \"*\" }
";

pub(crate) fn applied(sections: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(sections);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

#[track_caller]
pub(crate) fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

/// Applies, and returns what it cost.
#[track_caller]
pub(crate) fn apply(scenario: &Scenario) -> String {
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    nothing_to_do(scenario);
    cost(&apply.stderr)
}

#[test]
fn a_role_and_its_policy_are_made_and_destroyed() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    + policies.read-parameters  not in AWS yet  stack.yaml:5
        PolicyDocument
          + statement read
            + Effect Allow
            + Action ssm:GetParameter
            + Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*

    + roles.backend  not in AWS yet  stack.yaml:11
        AssumeRolePolicyDocument
          + statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            + Effect Allow
            + Principal Service ecs-tasks.amazonaws.com
            + Action sts:AssumeRole
        InlinePolicies.logs
          + statement 1 (allow logs:PutLogEvents on *)
            + Effect Allow
            + Action logs:PutLogEvents
            + Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess
          arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.read-parameters
          arn:aws:iam::123456789012:policy/read-parameters

    Permissions
      + policies.read-parameters: may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      + roles.backend: may now assume the role: ecs-tasks.amazonaws.com
      + roles.backend: logs: may now: logs:PutLogEvents on *
      + roles.backend: gets the policy AWSXRayDaemonWriteAccess
      + roles.backend: gets the policy
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created policies.read-parameters
    created roles.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - policies.read-parameters  the stack is being destroyed
        PolicyDocument
          - statement read
            - Effect Allow
            - Action ssm:GetParameter
            - Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
        is taken off the role backend

    - roles.backend  the stack is being destroyed
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

    Permissions
      - policies.read-parameters: may no longer: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - roles.backend: may no longer assume the role: ecs-tasks.amazonaws.com
      - roles.backend: logs: may no longer: logs:PutLogEvents on *
      - roles.backend: loses the policy AWSXRayDaemonWriteAccess
      - roles.backend: loses the policy
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 2 to delete.
    Applied: 2 deleted.
    ------- stderr -------
    deleted roles.backend
    deleted policies.read-parameters
    [exit 0]
    ");
    let others = Others::of(&scenario);
    assert!(others.roles().is_empty() && others.policies().is_empty());
}

#[test]
fn an_action_that_a_policy_gets_is_a_new_version() {
    let scenario = applied(BACKEND);
    scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameter, ssm:GetParameters]");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --detailed-exitcode"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.read-parameters  the file changed  stack.yaml:5
        PolicyDocument
          ~ statement read
            + Action ssm:GetParameters

    Permissions
      + policies.read-parameters: may now: ssm:GetParameters on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*

    Plan: 1 to change.
    [exit 2]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  CreatePolicyVersion 1, GetAccountAuthorizationDetails 1, GetPolicy 3, GetPolicyVersion 3, GetRole 1, ListPolicyVersions 1, TagPolicy 1, UntagPolicy 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 11
    ");
    scenario.edit("stack.yaml", "[ssm:GetParameter, ssm:GetParameters]", "\"ssm:*\"");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.read-parameters  the file changed  stack.yaml:5
        PolicyDocument
          ~ statement read
            - Action ssm:GetParameter
            - Action ssm:GetParameters
            + Action ssm:*

    Permissions
      + policies.read-parameters: may now: ssm:* on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  CreatePolicyVersion 1, GetAccountAuthorizationDetails 1, GetPolicy 3, GetPolicyVersion 3, GetRole 1, ListPolicyVersions 1, TagPolicy 1, UntagPolicy 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 11
    ");
}

#[test]
fn an_attached_policy_that_is_taken_out_is_taken_off_and_deleted() {
    let scenario = applied(BACKEND);
    let (_, roles) = BACKEND.split_once("roles:").unwrap();
    scenario.stack(&format!("policies: {{}}\nroles:{roles}"));
    scenario.edit("stack.yaml", ", \"${policy.read-parameters.arn}\"", "");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - policies.read-parameters  no longer in the file
        PolicyDocument
          - statement read
            - Effect Allow
            - Action ssm:GetParameter
            - Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
        is taken off the role backend

    ~ roles.backend  the file changed  stack.yaml:6
        ManagedPolicies.read-parameters
          arn:aws:iam::123456789012:policy/read-parameters -> (none)

    Permissions
      - policies.read-parameters: may no longer: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - roles.backend: loses the policy
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 1 to delete, 1 to change.
    Applied: 1 deleted, 1 changed.
    ------- stderr -------
    changed roles.backend
    deleted policies.read-parameters
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert!(Others::of(&scenario).policies().is_empty());
}

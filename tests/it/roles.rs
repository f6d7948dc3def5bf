//! What changes in a role: who may assume it, what it may do, and what is said about it.

use crate::iam::{BACKEND, applied, apply, nothing_to_do};
use crate::others::{Others, texts};

#[test]
fn what_an_inline_policy_allows_is_written_alone() {
    let scenario = applied(BACKEND);
    scenario.edit("stack.yaml", "[logs:PutLogEvents]", "[logs:PutLogEvents, logs:CreateLogStream]");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        InlinePolicies.logs
          ~ statement 1 (allow logs:PutLogEvents and 1 more on *)
            + Action logs:CreateLogStream

    Permissions
      + roles.backend: logs: may now: logs:CreateLogStream on *

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, PutRolePolicy 1, TagRole 1, UntagRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
}

#[test]
fn who_may_assume_a_role_changes_in_one_call() {
    let scenario = applied(BACKEND);
    scenario.edit(
        "stack.yaml",
        "Principal: { Service: ecs-tasks.amazonaws.com }",
        "Principal: { Service: ecs-tasks.amazonaws.com, AWS: \"arn:aws:iam::111122223333:root\" }",
    );
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        AssumeRolePolicyDocument
          ~ statement 1 (allow sts:AssumeRole to arn:aws:iam::111122223333:root and
            1 more)
            + Principal AWS arn:aws:iam::111122223333:root

    Permissions
      ! roles.backend: may now assume the role: account 111122223333

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, TagRole 1, UntagRole 1, UpdateAssumeRolePolicy 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
}

#[test]
fn a_roles_other_fields_change_each_in_its_own_call() {
    let scenario = applied(BACKEND);
    scenario.edit("stack.yaml", "  backend:\n", "  backend:\n    Description: runs the backend\n");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        Description  (none) -> runs the backend

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, TagRole 1, UntagRole 1, UpdateRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
    scenario.edit("stack.yaml", "  backend:\n", "  backend:\n    MaxSessionDuration: 7200\n");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        MaxSessionDuration  3600 -> 7200

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, TagRole 1, UntagRole 1, UpdateRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
    // What is taken out goes back to AWS's own.
    scenario.edit("stack.yaml", "    Description: runs the backend\n", "");
    scenario.edit("stack.yaml", "    MaxSessionDuration: 7200\n", "");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        Description         runs the backend -> (none)
        MaxSessionDuration  7200 -> 3600

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, TagRole 1, UntagRole 1, UpdateRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
}

#[test]
fn a_boundary_that_comes_moves_or_falls_is_said_aloud() {
    let scenario = applied(BACKEND);
    let bound = |by: &str| format!("  backend:\n    PermissionsBoundary: {by}\n");
    scenario.edit("stack.yaml", "  backend:\n", &bound("PowerUserAccess"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        PermissionsBoundary  (none) -> arn:aws:iam::aws:policy/PowerUserAccess

    Permissions
      - roles.backend: is bounded by PowerUserAccess from now on

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, PutRolePermissionsBoundary 1, TagRole 1, UntagRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
    scenario.edit("stack.yaml", "PowerUserAccess", "\"${policy.read-parameters.arn}\"");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        PermissionsBoundary
          arn:aws:iam::aws:policy/PowerUserAccess ->
          arn:aws:iam::123456789012:policy/read-parameters

    Permissions
      ! roles.backend: is bounded by
        arn:aws:iam::123456789012:policy/read-parameters in place of PowerUserAccess

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    scenario.edit("stack.yaml", &bound("\"${policy.read-parameters.arn}\""), "  backend:\n");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        PermissionsBoundary
          arn:aws:iam::123456789012:policy/read-parameters -> (none)

    Permissions
      ! roles.backend: loses its permissions boundary
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  DeleteRolePermissionsBoundary 1, GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, TagRole 1, UntagRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 12
    ");
}

#[test]
fn tags_change_in_one_call_for_those_that_go_and_one_for_the_rest() {
    let tagged = format!("tags: {{ team: shop, stage: prod }}\n{BACKEND}");
    let scenario = applied(&tagged);
    scenario.edit("stack.yaml", "team: shop, stage: prod", "team: checkout");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.read-parameters  the file changed  stack.yaml:6
        Tags.stage  prod -> (none)
        Tags.team   shop -> checkout

    ~ roles.backend  the file changed  stack.yaml:12
        Tags.stage  prod -> (none)
        Tags.team   shop -> checkout

    Plan: 2 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(apply(&scenario), @"
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 3, GetPolicyVersion 3, GetRole 3, GetRolePolicy 2, ListAttachedRolePolicies 2, ListInstanceProfilesForRole 2, ListRolePolicies 2, TagPolicy 1, TagRole 1, UntagPolicy 1, UntagRole 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 13
    ");
}

#[test]
fn another_policy_of_the_same_name_takes_the_firsts_place() {
    let stack = BACKEND
        .replace("read-parameters:\n", "SecurityAudit:\n")
        .replace(", \"${policy.read-parameters.arn}\"", ", SecurityAudit");
    let scenario = applied(&stack);
    scenario.edit("stack.yaml", ", SecurityAudit]", ", \"${policy.SecurityAudit.arn}\"]");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        ManagedPolicies.SecurityAudit
          arn:aws:iam::aws:policy/SecurityAudit -> (none)
        ManagedPolicies.arn:aws:iam::123456789012:policy/SecurityAudit
          (none) -> arn:aws:iam::123456789012:policy/SecurityAudit

    Permissions
      + roles.backend: gets the policy
        arn:aws:iam::123456789012:policy/SecurityAudit
      - roles.backend: loses the policy SecurityAudit

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed roles.backend
    [exit 0]
    ");
    let attached =
        Others::of(&scenario).iam("ListAttachedRolePolicies", &[("RoleName", "backend")]);
    let mut attached = texts(&attached, "PolicyArn");
    attached.sort();
    assert_eq!(
        attached,
        [
            "arn:aws:iam::123456789012:policy/SecurityAudit",
            "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
        ]
    );
    nothing_to_do(&scenario);
}

#[test]
fn a_role_full_of_policies_changes_one_for_another() {
    let policies = "AWSXRayDaemonWriteAccess, AWSXrayReadOnlyAccess, AmazonS3ReadOnlyAccess, AmazonSQSReadOnlyAccess, AmazonSNSReadOnlyAccess, AmazonEC2ReadOnlyAccess, AmazonRDSReadOnlyAccess, AmazonDynamoDBReadOnlyAccess, CloudWatchReadOnlyAccess, IAMReadOnlyAccess";
    let (before, after) = BACKEND.split_once("    ManagedPolicies:").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    let scenario = applied(&format!("{before}    ManagedPolicies: [{policies}]\n{after}"));
    scenario.edit("stack.yaml", "IAMReadOnlyAccess", "SecurityAudit");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.backend  the file changed  stack.yaml:11
        ManagedPolicies.IAMReadOnlyAccess
          arn:aws:iam::aws:policy/IAMReadOnlyAccess -> (none)
        ManagedPolicies.SecurityAudit
          (none) -> arn:aws:iam::aws:policy/SecurityAudit

    Permissions
      + roles.backend: gets the policy SecurityAudit
      - roles.backend: loses the policy IAMReadOnlyAccess

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed roles.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
}

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
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     policies.bound: iam:DeletePolicy failed: it is the permissions
                 boundary of backend
    Next:
      tracewright apply stack.yaml --local
    ------- stderr -------
    failed  policies.bound: iam:DeletePolicy failed: it is the permissions boundary of backend
      = help: `tracewright show --journal` has all of it, and the way back
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
    // It is known before it is taken off anything, and nothing is waited for.
    let run = scenario.run("destroy stack.yaml --local --yes").exits(6);
    run.says("is taken off the role has\n")
        .says("is a permissions boundary, and IAM deletes none")
        .says("it is the permissions boundary of bounded");
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

#[test]
fn what_has_another_name_now_stays_until_its_heir_is_there() {
    let server = Between::start(|operation, before, _| match operation {
        "CreateRole" if before == 1 => Fate::Denied,
        _ => Fate::Answered,
    });
    let scenario = server.scenario();
    scenario.stack(&role(""));
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.stack(&role("    RoleName: backend-2\n"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --yes"), @r#"
    shop  account 123456789012  eu-west-1

    - roles.backend  in the file it is called "backend-2" now
        AssumeRolePolicyDocument
          - statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            - Effect Allow
            - Principal Service ecs-tasks.amazonaws.com
            - Action sts:AssumeRole

    + roles.backend (backend-2)  not in AWS yet  stack.yaml:5
        AssumeRolePolicyDocument
          + statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            + Effect Allow
            + Principal Service ecs-tasks.amazonaws.com
            + Action sts:AssumeRole

    Permissions
      + roles.backend: may now assume the role: ecs-tasks.amazonaws.com
      - roles.backend: may no longer assume the role: ecs-tasks.amazonaws.com

    Plan: 1 to delete, 1 to create.
    Stopped part-way: nothing finished; 1 failed, 1 not tried.
      failed     roles.backend: AWS denied iam:CreateRole: AccessDenied: not
                 authorized to perform CreateRole
      not tried  roles.backend: roles.backend failed
    Next:
      tracewright apply stack.yaml
    ------- stderr -------
    failed  roles.backend: AWS denied iam:CreateRole: AccessDenied: not authorized to perform CreateRole
      = help: allow `iam:CreateRole` for the role or user that runs this;
              `tracewright permissions stack.yaml --for apply` prints what it needs
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    "#);
    assert_eq!(server.others().roles(), ["backend"]);
    scenario.run("apply stack.yaml --yes").exits(0);
    assert_eq!(server.others().roles(), ["backend-2"]);
}

#[test]
fn the_name_of_a_policy_is_no_secret() {
    let scenario = crate::harness::Scenario::new().env("ARN", "arn:aws:iam::123456789012:policy/x");
    scenario.stack(&role(
        "    ManagedPolicies: [\"${env.ARN}\"]\n    PermissionsBoundary: ${env.ARN}\n",
    ));
    insta::assert_snapshot!(scenario.run("check stack.yaml --allow-env ARN"), @r#"
    ------- stderr -------
    error: a policy's ARN is shown in every output, and what comes from the environment is secret
     --> stack.yaml:7:23
      |
    7 |     ManagedPolicies: ["${env.ARN}"]
      |                       ^^^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`

    error: a policy's ARN is shown in every output, and what comes from the environment is secret
     --> stack.yaml:8:26
      |
    8 |     PermissionsBoundary: ${env.ARN}
      |                          ^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`
    [exit 1]
    "#);
}

#[test]
fn two_roles_may_trust_each_other() {
    let trusts = |whom: &str| {
        TRUST.replace(
            "Service: ecs-tasks.amazonaws.com",
            &format!("AWS: \"arn:aws:iam::123456789012:role/{whom}\""),
        )
    };
    let roles = |second: &str| {
        format!(
            "roles:\n  one: {{ AssumeRolePolicyDocument: {} }}\n  two: {{ AssumeRolePolicyDocument: {second} }}\n",
            trusts("two")
        )
    };
    let scenario = applied(&roles(TRUST));
    scenario.stack(&roles(&trusts("one")));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("changed roles.two");
    nothing_to_do(&scenario);
    // In so many words it is a circle, and the help says the way out.
    scenario.edit("stack.yaml", "arn:aws:iam::123456789012:role/one", "${role.one.arn}");
    scenario.edit("stack.yaml", "arn:aws:iam::123456789012:role/two", "${role.two.arn}");
    scenario.run("check stack.yaml").exits(1).says("write one of the ARNs out");
}

#[test]
fn a_role_that_is_too_full_is_told_before_aws_says_so() {
    let scenario = crate::harness::Scenario::new();
    let policies: Vec<_> =
        (0..11).map(|n| format!("\"arn:aws:iam::123456789012:policy/p{n}\"")).collect();
    let whom: Vec<_> =
        (0..60).map(|n| format!("\"arn:aws:iam::123456789012:role/service-{n}\"")).collect();
    let trust =
        TRUST.replace("Service: ecs-tasks.amazonaws.com", &format!("AWS: [{}]", whom.join(", ")));
    scenario.stack(
        &role(&format!("    ManagedPolicies: [{}]\n", policies.join(", "))).replace(TRUST, &trust),
    );
    let check = scenario.run("check stack.yaml").exits(0);
    let warnings: Vec<_> = check.stderr.lines().filter(|l| l.starts_with("warning:")).collect();
    insta::assert_snapshot!(warnings.join("\n"), @"
    warning: `AssumeRolePolicyDocument` has 2733 characters without white space; a trust policy may have 2048 unless the account's quota was raised
    warning: 11 managed policies; AWS attaches 10 to a role unless the quota was raised
    ");
}

#[test]
fn a_policy_beside_a_file_takes_the_whole_place_of_the_files() {
    let scenario = crate::harness::Scenario::new();
    let file = r#"{"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
        "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"},
        "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}}}"#;
    scenario.write("role.json", file).stack(&role("    file: role.json\n"));
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    insta::assert_snapshot!(plan.stdout.split_once("Permissions").unwrap().1, @"

      + roles.backend: may now assume the role: ecs-tasks.amazonaws.com

    Plan: 1 to create.
    ");
}

#[test]
fn what_is_adopted_and_made_anew_says_both() {
    let scenario = applied(&role("    Path: /team/\n"));
    let others = Others::of(&scenario);
    let keys =
        [("TagKeys.member.1", "tracewright:stack"), ("TagKeys.member.2", "tracewright:digest")];
    others.iam("UntagRole", &[("RoleName", "backend"), keys[0], keys[1]]);
    scenario.stack(&role(""));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --adopt roles.backend"), @"
    shop  account 123456789012  eu-west-1

    -/+ roles.backend  stack.yaml:5
        exists without a mark, and is to be adopted; IAM has no call that moves a
        role to another path
        Path  /team/ -> /

    Plan: 1 to replace.
    [exit 0]
    ");
}

#[test]
fn whoever_is_new_comes_after_what_goes() {
    let server = Between::start(|_, _, _| Fate::Answered);
    let scenario = server.scenario();
    scenario.stack(&role("    ManagedPolicies: [PowerUserAccess]\n"));
    scenario.run("apply stack.yaml --yes").exits(0);
    let at = |operation: &str| server.asked().iter().rposition(|asked| asked == operation).unwrap();
    let partner = TRUST.replace("Service: ecs-tasks.amazonaws.com", "AWS: \"111122223333\"");
    scenario.stack(&role("    ManagedPolicies: [SecurityAudit]\n").replace(TRUST, &partner));
    scenario.run("apply stack.yaml --yes").exits(0);
    assert!(at("DetachRolePolicy") < at("UpdateAssumeRolePolicy"));
}

#[test]
fn what_was_a_secret_stays_one_where_it_is_left_to_others() {
    let scenario = crate::harness::Scenario::new().env("SECRET", "from-the-environment");
    let held = READ.replace("Resource: \"*\"", "Resource: \"arn:aws:s3:::${env.SECRET}\"");
    scenario.stack(&role(&format!("    InlinePolicies: {{ own: {held} }}\n")));
    scenario.run("apply stack.yaml --local --yes --allow-env SECRET").exits(0);
    scenario.stack(&role("    Path: /team/\n    unmanaged: [InlinePolicies]\n"));
    let plan = scenario.run("plan stack.yaml --local --format json").exits(0);
    assert!(!plan.stdout.contains("from-the-environment"), "{plan}");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("put back: own");
    let journal = scenario.read(&crate::journal::newest(&scenario));
    assert!(journal.contains(r#""carried":{"InlinePolicies":{"own":"(sensitive)"}}"#), "{journal}");
    assert!(!journal.contains("from-the-environment"), "{journal}");
    let own = [("RoleName", "backend"), ("PolicyName", "own")];
    assert!(Others::of(&scenario).iam("GetRolePolicy", &own).contains("from-the-environment"));
}

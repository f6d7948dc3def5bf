//! What could not be read is never "not there": discovery that is denied, and a world that moves
//! between a plan and its apply.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::between::{Between, Fate};
use crate::iam::BACKEND;
use crate::others::Others;
use crate::task_definitions::BACKEND as TASK;

const RULE: &str = "sampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n";

fn whole() -> String {
    format!("{BACKEND}{TASK}{RULE}")
}

fn denying(operations: &'static [&'static str]) -> Between {
    Between::start(
        |asked, _, _| if operations.contains(&asked) { Fate::Denied } else { Fate::Answered },
    )
}

#[test]
fn discovery_that_is_denied_is_said_and_the_rest_is_applied() {
    let between = denying(&["GetResources", "GetAccountAuthorizationDetails"]);
    let scenario = between.scenario();
    scenario.stack(&whole());
    insta::assert_snapshot!(scenario.run("plan stack.yaml --detailed-exitcode").exits(7).stdout, @r#"
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

    + sampling_rules.r  not in AWS yet  stack.yaml:39
        FixedRate      0
        Priority       1
        ReservoirSize  0

    + task_definitions.backend  not in AWS yet  stack.yaml:21
        containerDefinitions.app
          environment.LOG_LEVEL                info
          environment.STAGE                    prod
          image                                shop/backend:1
          portMappings.8080/tcp.containerPort  8080
        containerDefinitions.xray
          image
            public.ecr.aws/xray/aws-xray-daemon:3.3.13
          portMappings.2000/udp.containerPort  2000
        cpu                      256
        memory                   512
        networkMode              awsvpc
        requiresCompatibilities  ["FARGATE"]
        tags.team                shop

    ? policies that are no longer in the file
        not known: AWS denied tag:GetResources: AccessDenied: not authorized to
        perform GetResources; allow `tag:GetResources` for the role or user that
        runs this; `tracewright permissions stack.yaml --for plan` prints what it
        needs
    ? roles that are no longer in the file
        not known: AWS denied iam:GetAccountAuthorizationDetails: AccessDenied: not
        authorized to perform GetAccountAuthorizationDetails; allow
        `iam:GetAccountAuthorizationDetails` for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs
    ? task_definitions that are no longer in the file
        not known: AWS denied tag:GetResources: AccessDenied: not authorized to
        perform GetResources; allow `tag:GetResources` for the role or user that
        runs this; `tracewright permissions stack.yaml --for plan` prints what it
        needs

    Permissions
      + policies.read-parameters: may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      + roles.backend: may now assume the role: ecs-tasks.amazonaws.com
      + roles.backend: logs: may now: logs:PutLogEvents on *
      + roles.backend: gets the policy AWSXRayDaemonWriteAccess
      + roles.backend: gets the policy
        arn:aws:iam::123456789012:policy/read-parameters

    Plan: 4 to create, 3 not known.
    "#);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --yes").exits(7).stderr, @"
    created policies.read-parameters
    created sampling_rules.r
    created task_definitions.backend
    created roles.backend
    ");
    assert_eq!(between.others().roles(), ["backend"]);
    scenario.run("plan stack.yaml").exits(7);
    let plan = scenario.run("plan stack.yaml --format json").exits(7).json();
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(0));
    assert_eq!(plan["unknown"].as_array().map(Vec::len), Some(3));
    assert_eq!(plan["unchanged"], 4);
    // What is there is changed one by one.
    scenario.edit("stack.yaml", "[logs:PutLogEvents]", "\"logs:*\"");
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    scenario.run("apply stack.yaml --yes").exits(7).says("2 changed");
    assert_eq!(between.others().revisions(), ["backend:1", "backend:2"]);
}

#[test]
fn a_family_that_only_the_list_can_tell_whose_it_is_stays_unknown() {
    let between = denying(&["GetResources"]);
    let scenario = between.scenario();
    scenario.stack(TASK);
    between.others().ecs("RegisterTaskDefinition", &serde_json::json!({"family": "backend", "containerDefinitions": [{"name": "app", "image": "a", "memory": 128}]}));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --yes"), @"
    shop  account 123456789012  eu-west-1

    ? task_definitions that are no longer in the file
    ? task_definitions.backend
        not known: AWS denied tag:GetResources: AccessDenied: not authorized to
        perform GetResources; allow `tag:GetResources` for the role or user that
        runs this; `tracewright permissions stack.yaml --for apply` prints what it
        needs

    Plan: 2 not known.
    ------- stderr -------
    error: not all of the stack could be read; nothing was changed
      = help: the plan above says what, and why
    [exit 7]
    ");
    assert_eq!(between.others().revisions(), ["backend:1"]);
}

#[test]
fn a_denied_destroy_says_what_may_be_left() {
    let between = Between::start(|asked, _, others| {
        // Denied once there is something to find.
        if asked == "GetResources" && others.revisions().len() == 1 {
            Fate::Denied
        } else {
            Fate::Answered
        }
    });
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(0);
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --yes").exits(7).stderr, @"
    deleted sampling_rules.r
    deleted roles.backend
    deleted policies.read-parameters
    Not everything could be read; what that is may still be the stack's.
    ");
    let others = between.others();
    assert_eq!(others.revisions(), ["backend:1"]);
    assert!(others.roles().is_empty() && others.policies().is_empty());
}

#[test]
fn a_section_that_is_not_there_is_not_asked_for() {
    let between = denying(&["GetResources", "GetAccountAuthorizationDetails"]);
    let scenario = between.scenario();
    scenario.stack(RULE);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(2);
    scenario.run("apply stack.yaml --yes").exits(0);
    let asked = between.asked();
    let others = asked.iter().filter(|asked| *asked != "GetCallerIdentity");
    let stray: Vec<_> = others
        .filter(|asked| {
            !asked.contains("Sampling") && !asked.contains("ForResource") && *asked != "TagResource"
        })
        .collect();
    assert!(stray.is_empty(), "{stray:?}");
}

#[test]
fn each_section_asks_its_own_service_alone() {
    for (sections, never) in [
        (
            TASK.to_owned(),
            &["GetSamplingRules", "GetRole", "GetPolicy", "GetAccountAuthorizationDetails"][..],
        ),
        (
            BACKEND.to_owned(),
            &["GetSamplingRules", "DescribeTaskDefinition", "ListTaskDefinitions"][..],
        ),
    ] {
        let between = denying(&[]);
        let scenario = between.scenario();
        scenario.stack(&sections);
        scenario.run("apply stack.yaml --yes").exits(0);
        scenario.run("plan stack.yaml --detailed-exitcode").exits(0);
        assert_eq!(between.asked().iter().find(|asked| never.contains(&asked.as_str())), None);
    }
}

#[test]
fn a_denied_read_of_one_resource_changes_nothing_at_all() {
    for operation in ["DescribeTaskDefinition", "GetRole", "GetPolicy", "GetPolicyVersion"] {
        let denied = Arc::new(AtomicBool::new(false));
        let now = Arc::clone(&denied);
        let between = Between::start(move |asked, _, _| {
            if asked == operation && now.load(Ordering::SeqCst) {
                Fate::Denied
            } else {
                Fate::Answered
            }
        });
        let scenario = between.scenario();
        scenario.stack(&whole());
        scenario.run("apply stack.yaml --yes").exits(0);
        denied.store(true, Ordering::SeqCst);
        scenario.edit("stack.yaml", "FixedRate: 0,", "FixedRate: 1,");
        let apply = scenario.run("apply stack.yaml --yes").exits(7);
        let apply = apply.says("AWS denied").says(operation);
        apply.says("nothing was changed");
        assert_eq!(between.times("UpdateSamplingRule"), 0);
    }
}

/// What someone else does when the tool asks for this the second time, which is when apply looks
/// again.
fn meanwhile(operation: &'static str, act: impl Fn(&Others) + Send + Sync + 'static) -> Between {
    Between::start(move |asked, before, others| {
        if asked == operation && before == 4 {
            act(others);
        }
        Fate::Answered
    })
}

const ROLE: (&str, &str) = ("RoleName", "backend");
const READ_ONLY: (&str, &str) = ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");

/// Applies a change after someone else's; the operation is asked for three times by the first apply,
/// which reads back, and once by the second before it looks again.
#[track_caller]
fn is_stale(between: &Between, (from, to): (&str, &str), address: &str) {
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.edit("stack.yaml", from, to);
    let apply = scenario.run("apply stack.yaml --yes").exits(5);
    let said: Vec<_> = apply.stderr.split_whitespace().collect();
    let moved = format!("{address} was changed");
    assert!(said.join(" ").contains(&moved), "{apply}");
    // And the next one goes by what is there now.
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0);
}

#[test]
fn a_role_that_moves_before_the_apply_is_left() {
    let between =
        meanwhile("GetRole", |others| drop(others.iam("AttachRolePolicy", &[ROLE, READ_ONLY])));
    is_stale(&between, ("[logs:PutLogEvents]", "\"logs:*\""), "roles.backend");
}

#[test]
fn a_policy_that_moves_before_the_apply_is_left() {
    let between = meanwhile("GetPolicy", |others| {
        let arn = ("PolicyArn", "arn:aws:iam::123456789012:policy/read-parameters");
        let document = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
        others.iam(
            "CreatePolicyVersion",
            &[arn, ("PolicyDocument", document), ("SetAsDefault", "true")],
        );
    });
    is_stale(&between, ("[ssm:GetParameter]", "\"ssm:*\""), "policies.read-parameters");
}

#[test]
fn a_family_that_moves_before_the_apply_is_left() {
    let between = meanwhile("DescribeTaskDefinition", |others| {
        others.ecs("RegisterTaskDefinition", &serde_json::json!({"family": "backend", "containerDefinitions": [{"name": "app", "image": "deployed", "memory": 128}]}));
    });
    is_stale(
        &between,
        ("image: shop/backend:1", "image: shop/backend:2"),
        "task_definitions.backend",
    );
}

/// A next step that reads `false` goes on as if it were so.
#[test]
fn what_is_not_known_is_no_output_either() {
    let between = denying(&["GetSamplingRules"]);
    let scenario = between.scenario();
    scenario.stack(RULE);
    let output = scenario.path("output").display().to_string();
    for (line, code, empty) in [
        ("plan stack.yaml --format github", 7, &["changes", "to_add", "to_destroy"][..]),
        ("drift stack.yaml --format github", 7, &["drift"]),
        ("plan gone.yaml --format github", 1, &["changes", "to_add", "to_destroy"]),
        ("drift gone.yaml --format github", 1, &["drift"]),
    ] {
        scenario.write("output", "");
        let words: Vec<_> = line.split(' ').collect();
        scenario.run_in(&words, &[("GITHUB_OUTPUT", output.as_str())]).exits(code);
        let written = scenario.read("output");
        for name in empty {
            let value = written.split(&format!("{name}<<")).nth(1).and_then(|at| at.lines().nth(1));
            assert_eq!(value, Some(""), "{line}: {name}\n{written}");
        }
    }
}

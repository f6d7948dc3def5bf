//! `import --live` of what is only partly this stack's, or partly seen.

use serde_json::json;

use super::TRUST;
use crate::between::{Between, Fate};
use crate::harness::Scenario;
use crate::others::Others;

/// Roles by hand, the first of which another stack has.
fn roles(others: &Others) {
    let tags =
        [("Tags.member.1.Key", "tracewright:stack"), ("Tags.member.1.Value", "other@eu-west-1")];
    let role = |name| vec![("RoleName", name), ("AssumeRolePolicyDocument", TRUST)];
    others.iam("CreateRole", &[role("theirs"), tags.to_vec()].concat());
    others.iam("CreateRole", &role("mine"));
    let path = ("Path", "/aws-service-role/ecs.amazonaws.com/");
    others.iam("CreateRole", &[role("AWSServiceRoleForECS"), vec![path]].concat());
    let task = json!({
        "family": "web", "taskRoleArn": "arn:aws:iam::123456789012:role/mine",
        "containerDefinitions": [{"name": "app", "image": "nginx", "memory": 128}],
    });
    others.ecs("RegisterTaskDefinition", &task);
}

#[test]
fn what_another_stack_has_is_left_to_it() {
    let scenario = Scenario::new();
    roles(&Others::of(&scenario));
    // Nor is the stack called like that one: it has its file elsewhere.
    let output = scenario.run("import --live --local --out mine.yaml");
    insta::assert_snapshot!(output, @"
    Wrote mine.yaml: 3 resources.
    ------- stderr -------
    left out: roles.theirs, which belongs to the stack `other@eu-west-1`
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.read("mine.yaml"), @r#"
    # Written by `tracewright import`.
    stack: mine
    account: "123456789012"
    region: eu-west-1
    adopt: [roles.mine, task_definitions.web]

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }

    roles:
      mine:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole

    task_definitions:
      web:
        taskRoleArn: ${role.mine.arn}
        containerDefinitions: [{ name: app, image: nginx, memory: 128 }]
    "#);
}

#[test]
fn a_glob_takes_names_and_addresses() {
    let scenario = Scenario::new();
    roles(&Others::of(&scenario));
    for glob in ["mine", "roles.mine", "roles.m*", "?ine"] {
        let output =
            scenario.run_words(&["import", "--live", "--local", "--match", glob]).exits(0).stdout;
        assert!(output.contains("adopt: [roles.mine]"), "{glob}: {output}");
        assert!(!output.contains("task_definitions:"), "{glob}: {output}");
    }
    for glob in ["MINE", "theirs", "AWSServiceRoleForECS", ""] {
        let words = ["import", "--live", "--local", "--name", "shop", "--match", glob];
        let output = scenario.run_words(&words);
        assert!(output.stderr.contains("there is nothing live to import that"), "{glob}: {output}");
        assert_eq!((output.code, output.stdout.as_str()), (1, ""));
    }
}

#[test]
fn what_the_stack_says_already_stays_and_the_rest_is_added() {
    let scenario = Scenario::new();
    roles(&Others::of(&scenario));
    scenario.write("trust.json", TRUST);
    scenario.stack(
        "roles:\n  # Ours.\n  the-role: { RoleName: mine, AssumeRolePolicyDocument: { file: trust.json } }\n",
    );
    let output = scenario.run("import --live --local --out stack.yaml --match *");
    assert!(output.stderr.contains("1 of what is live are in the stack already"), "{output}");
    let stack = scenario.read("stack.yaml");
    assert!(stack.contains("# Ours.\n  the-role:") && stack.contains("  web:"), "{stack}");
    // Once more changes nothing.
    scenario.run("import --live --local --out stack.yaml").exits(0);
    assert_eq!(scenario.read("stack.yaml"), stack);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_written() {
    let between = Between::start(|operation, _, _| match operation {
        "ListPolicies" | "GetSamplingRules" => Fate::Denied,
        _ => Fate::Answered,
    });
    roles(&between.others());
    let scenario = between.scenario();
    let place = "--account 123456789012 --region eu-west-1 --name shop";
    let output = scenario.run(&format!("import --live --out stack.yaml {place}"));
    insta::assert_snapshot!(output, @"
    Wrote stack.yaml: 2 resources.
    ------- stderr -------
    left out: roles.theirs, which belongs to the stack `other@eu-west-1`
    warning: sampling_rules could not be read: AWS denied xray:GetSamplingRules:
             AccessDenied: not authorized to perform GetSamplingRules; allow
             `xray:GetSamplingRules` for the role or user that runs this
    warning: default_sampling could not be read: AWS denied xray:GetSamplingRules:
             AccessDenied: not authorized to perform GetSamplingRules; allow
             `xray:GetSamplingRules` for the role or user that runs this
    warning: policies could not be read: AWS denied iam:ListPolicies: AccessDenied:
             not authorized to perform ListPolicies; allow `iam:ListPolicies` for
             the role or user that runs this
    [exit 7]
    ");
    assert!(scenario.read("stack.yaml").contains("  mine:"));
    // The roles' names come from one call, and what it leaves out from one for each.
    assert_eq!(between.times("GetAccountAuthorizationDetails"), 1);
    assert_eq!(between.times("ListRolePolicies"), 0);
}

#[test]
fn one_role_that_cannot_be_read_is_named_alone() {
    let between = Between::start(|operation, before, _| match operation {
        "GetRole" if before == 0 => Fate::Denied,
        _ => Fate::Answered,
    });
    roles(&between.others());
    let scenario = between.scenario();
    let place = "--account 123456789012 --region eu-west-1 --name other";
    let output = scenario.run(&format!("import --live {place} --match roles.*"));
    assert_eq!(output.code, 7, "{output}");
    assert!(output.stderr.contains("could not be read"), "{output}");
    assert!(output.stdout.contains("roles:"), "{output}");
}

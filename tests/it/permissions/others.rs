//! Policies of verbs and stacks that the stories do not tell: the way back, many stacks at once, names
//! that read as patterns, and what is printed for nobody.

use serde_json::{Value, json};

use super::{BARE, POLICY, TRUST, allows, is_said, statements, whole};
use crate::harness::{Output, Scenario};
use crate::journal::newest;

fn printed(scenario: &Scenario, files: &str) -> String {
    scenario.run(&format!("permissions {files} --for apply")).exits(0).stdout
}

fn run(scenario: &Scenario, line: &str, policy: &str) -> Output {
    scenario.write("policy.json", policy);
    let words: Vec<_> = line.split(' ').collect();
    scenario.run_in(&words, &[(POLICY, "policy.json")])
}

#[test]
fn the_way_back_needs_what_the_files_before_and_after_need() {
    let scenario = Scenario::new();
    scenario.stack(&whole()).run("apply stack.yaml --local --yes").exits(0);
    scenario.write("before.yaml", scenario.read("stack.yaml"));
    scenario.stack(BARE).run("apply stack.yaml --local --yes --allow-deletes 99").exits(0);
    let back = format!("apply --undo {} --local --yes", newest(&scenario));
    let after = run(&scenario, &back, &printed(&scenario, "stack.yaml")).exits(6);
    assert!(is_said(&after, "given the stack file as it was before that run"), "{after}");
    run(&scenario, &back, &printed(&scenario, "before.yaml stack.yaml")).exits(0);
}

#[test]
fn of_many_stacks_what_is_denied_names_the_file_to_print_for() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules: { a: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } }\n");
    let stack = scenario.read("stack.yaml").replace("shop", "other");
    scenario.write("stacks/a.yaml", stack.replace("{ a:", "{ b:"));
    let nothing = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "*", "Resource": "*"}
    ]});
    for (line, verb) in [
        ("plan stack.yaml stacks --local", "plan"),
        ("apply stack.yaml stacks --local --yes", "apply"),
        ("drift stack.yaml stacks --local", "drift"),
        ("destroy stacks/a.yaml --local --yes", "destroy"),
    ] {
        let denied = run(&scenario, line, &nothing.to_string()).exits(1);
        let hint = format!("tracewright permissions stacks/a.yaml --for {verb}");
        assert!(is_said(&denied, &hint), "{denied}");
    }
    let given = scenario.run("permissions stacks/a.yaml --for plan --var of_another_stack=1");
    given.exits(0);
}

#[test]
fn what_the_file_names_is_no_pattern() {
    let scenario = Scenario::new();
    scenario.stack(&format!(
        "sampling_rules: {{ \"a*\": {{ Priority: 1, FixedRate: 0, ReservoirSize: 0 }} }}
policies: {{ own: {{ Path: /p*/, PolicyDocument: {} }} }}
roles:
  api:
    Path: \"/a?/\"
    AssumeRolePolicyDocument: {TRUST}
    ManagedPolicies: [\"arn:aws:iam::123456789012:policy/m*\"]
    PermissionsBoundary: \"arn:aws:iam::123456789012:policy/b*\"
",
        allows("s3:Get*")
    ));
    let policy = printed(&scenario, "stack.yaml");
    for named in
        ["rule/a${*}\"", "policy/p${*}/own", "role/a${?}/api", "policy/m${*}\"", "policy/b${*}\""]
    {
        assert!(policy.contains(named), "{named}: {policy}");
    }
}

/// Whoever may write a policy and put it on any role may do everything.
#[test]
fn a_policy_of_the_file_goes_on_no_role_without_a_mark() {
    let scenario = Scenario::new();
    scenario.stack(&whole());
    let policy: Value = serde_json::from_str(&printed(&scenario, "stack.yaml")).unwrap();
    for statement in statements(&policy) {
        let attaches = statement["Action"].to_string().contains("iam:AttachRolePolicy");
        let anywhere = statement["Resource"] == "arn:aws:iam::123456789012:role/*";
        let marked = &statement["Condition"]["Null"]["aws:ResourceTag/tracewright:stack"];
        assert!(!attaches || !anywhere || marked == "false", "{statement}");
    }
}

#[test]
fn the_doctor_of_who_only_plans_notes_what_an_apply_would_read() {
    let scenario = Scenario::new();
    scenario.stack(&whole()).run("apply stack.yaml --local --yes").exits(0);
    let policy = scenario.run("permissions stack.yaml --for plan").exits(0).stdout;
    run(&scenario, "doctor stack.yaml --local", &policy).says("not as an apply reads it");
    let policy = printed(&scenario, "stack.yaml");
    let doctor = run(&scenario, "doctor stack.yaml --local", &policy);
    assert!(!doctor.stdout.contains("not as an apply reads it"), "{doctor}");
}

/// What is gone carries no mark, so that the second try of a deletion is denied.
#[test]
fn a_deletion_whose_answer_is_lost_is_done() {
    for call in ["iam:DeleteRole", "iam:DeletePolicy", "xray:DeleteSamplingRule"] {
        let scenario = Scenario::new();
        scenario.stack(&whole()).run("apply stack.yaml --local --yes").exits(0);
        scenario.stack(BARE);
        scenario.write("policy.json", printed(&scenario, "stack.yaml"));
        let lost =
            json!({"rules": [{"call": call, "nth": 1, "effect": "answer_lost"}]}).to_string();
        let env = [(POLICY, "policy.json"), ("TRACEWRIGHT_LOCAL_FAULTS", lost.as_str())];
        let words = "apply stack.yaml --local --yes --allow-deletes 99".split(' ');
        scenario.run_in(&words.collect::<Vec<_>>(), &env).exits(0);
    }
}

/// Whoever may take a boundary off, or put another one on, is not bounded.
#[test]
fn a_role_that_the_file_bounds_keeps_that_boundary() {
    let scenario = Scenario::new();
    scenario.stack(&whole());
    let policy: Value = serde_json::from_str(&printed(&scenario, "stack.yaml")).unwrap();
    let bound = "arn:aws:iam::123456789012:policy/b/bound";
    let about = statements(&policy).into_iter().filter(|one| {
        one["Resource"].to_string().contains("role/api\"")
            && ["iam:CreateRole", "Boundary"]
                .iter()
                .any(|it| one["Action"].to_string().contains(it))
    });
    let about: Vec<_> =
        about.map(|one| (one["Action"].clone(), one["Condition"].clone())).collect();
    let only = json!({"ArnEqualsIfExists": {"iam:PermissionsBoundary": bound}});
    assert_eq!(
        about,
        [(json!("iam:PutRolePermissionsBoundary"), only.clone()), (json!("iam:CreateRole"), only),]
    );
}

#[test]
fn a_role_to_assume_is_allowed_by_its_name() {
    let scenario = Scenario::new();
    let rule = "{ Priority: 1, FixedRate: 0, ReservoirSize: 0 }";
    let head = "stack: a\naccount: \"123456789012\"\nregion: us-east-1\n";
    let role = "role: \"arn:aws:iam::123456789012:role/deploy\"\n";
    scenario.write("a.yaml", format!("{head}{role}sampling_rules: {{ a: {rule} }}\n"));
    for (name, code) in [("deploy", 0), ("other", 1)] {
        let mut policy: Value = serde_json::from_str(&printed(&scenario, "a.yaml")).unwrap();
        policy["Statement"].as_array_mut().unwrap().push(json!({
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": format!("arn:aws:iam::123456789012:role/{name}"),
        }));
        run(&scenario, "plan a.yaml --local", &policy.to_string()).exits(code);
    }
}

#[test]
fn what_is_not_exact_says_so() {
    let scenario = Scenario::new();
    let roles = |count: usize| {
        let role = |at: usize| {
            format!(
                "  r{at}: {{ AssumeRolePolicyDocument: {TRUST}, ManagedPolicies: [\"arn:aws:iam::123456789012:policy/p{at}\"], PermissionsBoundary: \"arn:aws:iam::123456789012:policy/b{at}\" }}\n"
            )
        };
        format!("roles:\n{}", (0..count).map(role).collect::<String>())
    };
    for (count, said) in [(3, None), (12, Some("are put together")), (60, Some("in parts"))] {
        scenario.stack(&roles(count));
        let printed = scenario.run("permissions stack.yaml --for apply").exits(0);
        let policy: Value = printed.json();
        let attaches = |one: &Value| one["Action"] == "iam:AttachRolePolicy";
        let exact = statements(&policy).iter().filter(|one| attaches(one)).count() == count;
        assert_eq!(exact, said != Some("are put together"), "{count}");
        match said {
            Some(said) => assert!(is_said(&printed, said), "{printed}"),
            None => assert_eq!(printed.stderr, ""),
        }
    }
}

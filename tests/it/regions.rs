//! A stack that lives in several regions, and a role that is assumed.

use crate::harness::Scenario;

/// A stack of two regions with everything that is global in it.
const WIDE: &str = r#"stack: shop
account: "123456789012"
regions: [eu-west-1, us-east-1]
sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1 }
roles:
  Task:
    AssumeRolePolicyDocument:
      Version: "2012-10-17"
      Statement: [{ Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: "sts:AssumeRole" }]
    ManagedPolicies: ["${policy.traces.arn}"]
policies:
  traces:
    PolicyDocument:
      Version: "2012-10-17"
      Statement: [{ Effect: Allow, Action: "xray:PutTraceSegments", Resource: "*" }]
task_definitions:
  web:
    taskRoleArn: ${role.Task.arn}
    containerDefinitions: [{ name: app, image: nginx, memory: 128 }]
"#;

fn wide() -> Scenario {
    let scenario = Scenario::new();
    scenario.write("wide.yaml", WIDE);
    scenario
}

#[test]
fn check_looks_at_every_region() {
    insta::assert_snapshot!(wide().run("check wide.yaml").exits(0), @"
    wide.yaml is sound: 4 resources in eu-west-1, 2 resources in us-east-1.
    [exit 0]
    ");
    let scenario = wide();
    scenario.edit("wide.yaml", "nginx", "\"${var.x}\"");
    // What is wrong in each of them is told once.
    let told = scenario.run("check wide.yaml").exits(1).stderr;
    assert_eq!(told.matches("no variable `x` is declared").count(), 1, "{told}");
}

#[test]
fn what_is_global_is_planned_in_the_home_region_and_referred_to_from_the_others() {
    let scenario = wide();
    let abroad = scenario.run("plan wide.yaml --local --region us-east-1 --format json").json();
    let addresses = |plan: &serde_json::Value| -> Vec<String> {
        let steps = plan["steps"].as_array().expect("steps").iter();
        steps.map(|step| step["address"].as_str().expect("an address").to_owned()).collect()
    };
    assert_eq!(addresses(&abroad), ["sampling_rules.checkout", "task_definitions.web"]);
    let text = abroad.to_string();
    assert!(text.contains("arn:aws:iam::123456789012:role/Task"), "{text}");
    let home = scenario.run("plan wide.yaml --local --region eu-west-1 --format json").json();
    assert_eq!(
        addresses(&home),
        ["policies.traces", "roles.Task", "sampling_rules.checkout", "task_definitions.web"]
    );
}

#[test]
fn each_region_is_applied_and_destroyed_by_itself() {
    let scenario = wide();
    for region in ["eu-west-1", "us-east-1"] {
        scenario.run(&format!("apply wide.yaml --local --yes --region {region}")).exits(0);
        let again = format!("plan wide.yaml --local --detailed-exitcode --region {region}");
        scenario.run(&again).exits(0);
    }
    assert_eq!(scenario.local_rules("us-east-1"), ["checkout"]);
    insta::assert_snapshot!(scenario.run("destroy wide.yaml --local --yes").exits(1), @"
    ------- stderr -------
    error: `shop` lives in several regions, eu-west-1, us-east-1
      = help: `--region` says which of them is to be destroyed, the home region last
    [exit 1]
    ");
    let abroad = scenario.run("destroy wide.yaml --local --yes --region us-east-1").exits(0);
    assert!(!abroad.stdout.contains("roles."), "{abroad}");
    // What is global has stayed for the home region.
    scenario.run("plan wide.yaml --local --detailed-exitcode --region eu-west-1").exits(0);
    let home = scenario.run("destroy wide.yaml --local --yes --region eu-west-1").exits(0);
    home.says("roles.Task").says("policies.traces");
    assert!(scenario.local_rules("eu-west-1").is_empty());
}

#[test]
fn a_region_is_one_of_those_that_the_stack_has() {
    insta::assert_snapshot!(wide().run("plan wide.yaml --local --region eu-north-1").exits(1), @"
    ------- stderr -------
    error: `--region` says eu-north-1, which is none of this stack's regions
     --> wide.yaml:3:10
      |
    3 | regions: [eu-west-1, us-east-1]
      |          ^
      |
      = help: they are eu-west-1, us-east-1
    [exit 1]
    ");
}

#[test]
fn regions_are_refused_that_make_no_sense() {
    let refused = |regions: &str, says: &str| {
        let scenario = wide();
        scenario.edit("wide.yaml", "regions: [eu-west-1, us-east-1]", regions);
        scenario.run("check wide.yaml").exits(1).says(says);
    };
    refused("regions: []", "`regions` names no region");
    refused("regions: eu-west-1", "`regions` is a list of regions, not a string");
    refused("regions: [eu-west-1, eu-west-1]", "`regions` has eu-west-1 twice");
    refused("regions: [eu-west-1, cn-north-1]", "cn-north-1 is in another one than eu-west-1");
    refused("regions: [eu-west-1, 7]", "a region's name is expected");
    refused("regions: [eu-west-1]\nregion: eu-west-1", "`region` or `regions`, not both");
    refused("regions: [eu-west-1, \"${env.X}\"]", "what comes from the environment is secret");
}

#[test]
fn a_home_region_that_changes_takes_the_marks_of_what_is_global_with_it() {
    let scenario = wide();
    scenario.edit("wide.yaml", "regions: [eu-west-1, us-east-1]", "region: us-east-1");
    scenario.run("apply wide.yaml --local --yes").exits(0);
    scenario.edit("wide.yaml", "region: us-east-1", "regions: [eu-west-1, us-east-1]");
    let moved = scenario.run("apply wide.yaml --local --yes --region eu-west-1").exits(0);
    moved.says("carries the mark of `shop@us-east-1`, from when us-east-1 was its home");
    for region in ["eu-west-1", "us-east-1"] {
        let again = format!("plan wide.yaml --local --detailed-exitcode --region {region}");
        scenario.run(&again).exits(0);
    }
}

#[test]
fn show_and_doctor_look_at_the_home_region_and_say_so() {
    let scenario = wide();
    scenario.run("apply wide.yaml --local --yes --region eu-west-1").exits(0);
    let shown = scenario.run("show wide.yaml roles.Task --local").exits(0);
    shown.says("note: this is eu-west-1, the home region; `--region` has us-east-1 too");
    insta::assert_snapshot!(scenario.run("show wide.yaml roles.Task --local --region us-east-1").exits(1), @"
    ------- stderr -------
    error: roles.Task is global, and kept in the home region, eu-west-1, not in
           us-east-1
      = help: look at it with `--region eu-west-1`
    [exit 1]
    ");
    scenario.run("doctor wide.yaml --local").says("the home region");
}

/// A stack with a role that is assumed.
fn with_role(role: &str) -> Scenario {
    let scenario = Scenario::new();
    let rule = "sampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n";
    scenario.stack(&format!("role: {role}\n{rule}"));
    scenario
}

#[test]
fn a_role_is_assumed_before_anything_is_asked() {
    let scenario = with_role("arn:aws:iam::${account}:role/ci/deploy");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let run = scenario.run("show --journal").exits(0);
    run.says("arn:aws:sts::123456789012:assumed-role/deploy/tracewright");
    let doctor = scenario.run("doctor stack.yaml --local");
    doctor
        .says("arn:aws:iam::123456789012:role/ci/deploy")
        .says(":assumed-role/deploy/tracewright");
    let without = scenario.run("doctor stack.yaml --local --no-role");
    assert!(without.stdout.contains(":user/local") && !without.stdout.contains("deploy"));
    // A plan on the disk and a journal stand for their stack, and say as whom.
    scenario.edit("stack.yaml", "Priority: 1", "Priority: 2");
    let plan = scenario.run("plan stack.yaml --local");
    plan.says("\n  by arn:aws:iam::123456789012:role/ci/deploy\n");
    let digest = || scenario.run("plan stack.yaml --local --format json").json()["digest"].clone();
    let reviewed = digest();
    scenario.edit("stack.yaml", "ci/deploy", "admin");
    assert_ne!(digest(), reviewed, "another role is another plan");
    scenario.edit("stack.yaml", "role/admin", "role/ci/deploy");
    // What is live is looked at as whoever the stack names.
    let denied = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"},
    ]});
    scenario.write("policy.json", denied.to_string());
    let env = [("TRACEWRIGHT_LOCAL_POLICY", "policy.json")];
    let import = "import --live --out stack.yaml --local";
    let words: Vec<_> = import.split(' ').collect();
    scenario.run_in(&words, &env).exits(1).says("sts:AssumeRole");
    scenario.run_in(&[&words[..], &["--no-role"]].concat(), &env).exits(0);
    scenario.run("plan stack.yaml --local --out p.json").exits(0);
    scenario.run("apply --plan p.json --local --yes").exits(0);
    let run = scenario.run("show --journal").exits(0);
    run.says("arn:aws:sts::123456789012:assumed-role/deploy/tracewright");
}

#[test]
fn a_role_that_is_none_of_the_stacks_account_is_refused() {
    let refused = |role: &str, says: &str| {
        with_role(role).run("plan stack.yaml --local").exits(1).says(says);
    };
    refused("deploy", "`role` is the ARN of a role");
    refused("arn:aws:iam::123456789012:user/me", "`role` is the ARN of a role");
    refused("arn:aws:iam::123456789012:role/", "`role` is the ARN of a role");
    refused("arn:aws:iam::210987654321:role/x", "`role` is of account 210987654321");
    refused("arn:aws-cn:iam::123456789012:role/x", "`role` is of the partition `aws-cn`");
    refused("\"${role.x.arn}\"", "`role` can only refer to variables and to `${account}`");
    refused("\"${env.ROLE}\"", "what comes from the environment is secret");
}

#[test]
fn a_role_that_may_not_be_assumed_says_whose_permission_is_missing() {
    let scenario = with_role("arn:aws:iam::123456789012:role/deploy");
    let refusal = serde_json::json!({"code": "AccessDenied", "status": 403, "message":
        "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: sts:AssumeRole on \
         resource: arn:aws:iam::123456789012:role/deploy"});
    let rule = serde_json::json!({"call": "sts:AssumeRole", "effect": {"refused": refusal}});
    let denied = serde_json::json!({"rules": [rule]}).to_string();
    let env = [("TRACEWRIGHT_LOCAL_FAULTS", denied.as_str())];
    let words = ["plan", "stack.yaml", "--local"];
    insta::assert_snapshot!(scenario.run_in(&words, &env).exits(1), @"
    ------- stderr -------
    error: AWS denied sts:AssumeRole: AccessDenied: User:
           arn:aws:iam::123456789012:user/ci is not authorized to perform:
           sts:AssumeRole on resource: arn:aws:iam::123456789012:role/deploy
      = help: the trust policy of the role has to name who runs this, and who runs
              this has to be allowed `sts:AssumeRole` on the role
      = help: `--no-role` goes on with the credentials as they are
    [exit 1]
    ");
    scenario.run_in(&["plan", "stack.yaml", "--local", "--no-role"], &env).exits(0);
    let lost = serde_json::json!({"rules": [{"call": "sts:AssumeRole", "effect": "unreachable"}]});
    let lost = lost.to_string();
    let run = scenario.run_in(&words, &[("TRACEWRIGHT_LOCAL_FAULTS", lost.as_str())]).exits(1);
    run.says("sts:AssumeRole was not answered");
}

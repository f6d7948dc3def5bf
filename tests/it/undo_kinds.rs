//! The way back behind a run, where what goes back depends on others, or is nobody's.

use serde_json::{Value, json};

use crate::harness::Scenario;
use crate::journal::newest;
use crate::others::Others;
use crate::resource_policies::{SNS, live, put};
use crate::undo::undone;

fn applied(stack: &str) -> Scenario {
    let scenario = Scenario::new();
    apply(&scenario, stack);
    scenario
}

fn apply(scenario: &Scenario, stack: &str) {
    scenario.stack(stack);
    scenario.run("apply stack.yaml --local --yes --allow-deletes 9").exits(0);
}

#[test]
fn what_spans_need_beside_where_they_go_is_known_on_the_way_back() {
    let to = |destination: &str| format!("trace_destination: {{ Destination: {destination} }}\n");
    let scenario = applied(&to("CloudWatchLogs"));
    apply(&scenario, &to("XRay"));
    let plan = undone(&scenario);
    assert!(plan.contains("Destination  XRay -> CloudWatchLogs"), "{plan}");
    assert!(!plan.contains("log_policy"), "the policy is there: {plan}");
    scenario.stack(&to("CloudWatchLogs"));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

const TRUST: &str = r#"{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "sts:AssumeRole", Principal: { Service: ecs-tasks.amazonaws.com } }] }"#;

/// A group, and a role that may read what is in it.
fn group(filter: &str) -> String {
    format!(
        "groups: {{ slow: {filter} }}
roles:
  reader:
    AssumeRolePolicyDocument: {TRUST}
    InlinePolicies:
      reads:
        Version: \"2012-10-17\"
        Statement: [{{ Effect: Allow, Action: \"xray:GetGroup\", Resource: \"${{group.slow.arn}}\" }}]
"
    )
}

/// The group's ARN, and what the role may read.
fn arns(scenario: &Scenario) -> (Value, Value) {
    let groups = Others::of(scenario).xray("Groups", &json!({}));
    let groups = groups["Groups"].as_array().unwrap();
    let group = groups.iter().find(|group| group["GroupName"] == "slow").unwrap();
    let role = scenario.run("show stack.yaml roles.reader --local --format json").exits(0).json();
    let statement = &role["live"]["InlinePolicies"]["reads"]["Statement"][0];
    (group["GroupARN"].clone(), statement["Resource"][0].clone())
}

#[test]
fn an_arn_that_aws_makes_up_is_followed_on_the_way_back() {
    let scenario = applied(&group("{ FilterExpression: fault }"));
    let (before, _) = arns(&scenario);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    let journal = newest(&scenario);
    scenario.run(&format!("apply --undo {journal} --local --yes")).exits(0);
    let (group_now, of_role) = arns(&scenario);
    assert_ne!(group_now, before);
    assert_eq!(group_now, of_role);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    // And where the group was made anew in between.
    apply(&scenario, &group("{}"));
    let journal = newest(&scenario);
    scenario.run(&format!("apply --undo {journal} --local --yes")).exits(0);
    let (group_now, of_role) = arns(&scenario);
    assert_eq!(group_now, of_role);
}

#[test]
fn a_policy_that_somebody_has_written_since_is_theirs() {
    let scenario = applied(SNS);
    put(&scenario, "sns", "xray:PutTelemetryRecords");
    let journal = newest(&scenario);
    let undo = scenario.run(&format!("apply --undo {journal} --local --yes")).exits(0);
    undo.says("resource_policies.sns stays: somebody has changed it since");
    assert_eq!(live(&scenario), ["sns"]);
}

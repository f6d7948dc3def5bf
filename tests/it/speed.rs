//! How many calls a run makes, and how many of them wait for each other.

use crate::harness::{Scenario, cost};

fn rules(count: u16) -> String {
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
    let rules: String = (1..=count).map(rule).collect();
    format!("default_sampling: {{ FixedRate: 0.05, ReservoirSize: 1 }}\nsampling_rules:\n{rules}")
}

/// What a plan of what is there already costs, the best of three: on a machine with much else to do a
/// call may begin late, behind one that it does not wait for.
fn cost_of_a_plan(scenario: &Scenario) -> String {
    let plan = || {
        let plan = scenario.run("plan stack.yaml --local --stats --detailed-exitcode").exits(0);
        cost(&plan.stderr)
    };
    [plan(), plan(), plan()].into_iter().min().unwrap()
}

#[test]
fn a_plan_of_25_rules_waits_for_three_calls_after_the_account_check() {
    // 25 rules and Default are two pages of the local AWS, so that the scan is two calls.
    // With a delay, calls that could run side by side and do not would show in the chain.
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "20");
    scenario.stack(&rules(25));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(cost_of_a_plan(&scenario), @"
    stats: sts  GetCallerIdentity 1
    stats: xray  GetSamplingRules 2, ListTagsForResource 25
    stats: longest chain of calls 4
    ");
}

#[test]
fn one_change_is_written_after_reading_again_just_what_it_touches() {
    let scenario = Scenario::new();
    scenario.stack(&rules(5));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit(
        "stack.yaml",
        "r3: { Priority: 3, FixedRate: 0",
        "r3: { Priority: 3, FixedRate: 1",
    );
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    insta::assert_snapshot!(cost(&apply.stderr), @"
    stats: sts  GetCallerIdentity 1
    stats: xray  GetSamplingRules 3, ListTagsForResource 7, TagResource 1, UntagResource 1, UpdateSamplingRule 1
    stats: longest chain of calls 10
    ");
}

#[test]
fn nothing_to_do_writes_nothing() {
    let scenario = Scenario::new();
    scenario.stack(&rules(3));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let before = scenario.local_state();
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    insta::assert_snapshot!(cost(&apply.stderr), @"
    stats: sts  GetCallerIdentity 1
    stats: xray  GetSamplingRules 1, ListTagsForResource 3
    stats: longest chain of calls 3
    ");
    assert_eq!(scenario.local_state(), before);
}

/// A role with two attached policies and one of its own, and a family that runs as it.
fn workload(n: u16) -> (String, String) {
    let role = format!(
        "  role-{n}:
    AssumeRolePolicyDocument: {{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Principal: {{ Service: ecs-tasks.amazonaws.com }}, Action: sts:AssumeRole }} }}
    ManagedPolicies: [AWSXRayDaemonWriteAccess, \"${{policy.shared.arn}}\"]
    InlinePolicies: {{ own: {{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Action: logs:PutLogEvents, Resource: \"*\" }} }} }}
"
    );
    let family = format!(
        "  family-{n}: {{ taskRoleArn: \"${{role.role-{n}.arn}}\", containerDefinitions: [{{ name: app, image: a, memory: 128 }}] }}\n"
    );
    (role, family)
}

#[test]
fn a_plan_of_every_kind_asks_nothing_twice_and_waits_for_no_more_than_one_kind_does() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "20");
    let (roles, families): (String, String) = (1..=5).map(workload).unzip();
    let policy = "policies:
  shared: { PolicyDocument: { Version: \"2012-10-17\", Statement: { Effect: Allow, Action: s3:GetObject, Resource: \"*\" } } }
";
    let all = format!("{}roles:\n{roles}{policy}task_definitions:\n{families}", rules(25));
    scenario.stack(&all);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    // Two pages of rules; one call for the tags of each rule, the record of each role, and each family.
    insta::assert_snapshot!(cost_of_a_plan(&scenario), @"
    stats: ecs  DescribeTaskDefinition 5
    stats: iam  GetAccountAuthorizationDetails 1, GetPolicy 1, GetPolicyVersion 1, GetRole 5
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 2
    stats: xray  GetSamplingRules 2, ListTagsForResource 25
    stats: longest chain of calls 4
    ");
}

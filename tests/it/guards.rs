//! What keeps a plan from doing harm: the guards on deletions, and the order of steps.

use crate::harness::Scenario;
use crate::ownership::by_hand;

fn rules(names: std::ops::Range<u16>) -> String {
    let rule = |n| format!("  r{n}: {{ Priority: {}, FixedRate: 0, ReservoirSize: 0 }}\n", n + 1);
    format!("sampling_rules:\n{}", names.map(rule).collect::<String>())
}

#[test]
fn a_plan_that_deletes_too_much_is_refused_with_the_flag_that_allows_it() {
    let scenario = Scenario::new();
    scenario.stack(&rules(0..12));
    scenario.run("apply stack.yaml --local --yes").exits(0);

    // Three go without a word; so would four of a larger stack.
    scenario.stack(&rules(0..9));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2);
    scenario.stack(&rules(0..8));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes").stderr, @"
    refused: 4 of the 12 resources that `shop` owns would go, more than 30 %
      = help: if that is meant, say `--allow-deletes 4`
    ");
    assert_eq!(scenario.local_rules("eu-west-1").len(), 12);
    scenario.run("apply stack.yaml --local --yes --allow-deletes 3").exits(4);
    scenario.run("apply stack.yaml --local --yes --allow-deletes 4").exits(0).says("4 deleted");
}

#[test]
fn a_file_that_shares_nothing_with_what_is_owned_is_refused() {
    let scenario = Scenario::new();
    scenario.stack(&rules(0..2));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&rules(5..6));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local").exits(4).stderr, @"
    refused: all that `shop` owns (2 resources) would go: the file shares no
             resource with it; is this another stack's file, or another account or
             region?
      = help: if that is meant, say `--allow-deletes 2`
    ");
    scenario
        .run("apply stack.yaml --local --yes --allow-deletes 2")
        .exits(0)
        .says("2 deleted, 1 created");
}

#[test]
fn an_empty_file_never_means_delete_everything() {
    let scenario = Scenario::new();
    scenario.stack(&rules(0..1));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack("sampling_rules:\n");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --allow-deletes 9").exits(4).stderr, @r#"
    refused: the file declares no resources, and 1 resource owned by `shop` would go
      = help: an empty file never means "delete everything"; `tracewright destroy`
              does
    "#);
    assert_eq!(scenario.local_rules("eu-west-1"), ["r0"]);
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Applied: 1 deleted.");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    Nothing to do: AWS is as stack.yaml says (0 resources).
    ------- stderr -------
    warning: stack.yaml declares no resources
    [exit 0]
    ");
}

#[test]
fn a_rule_goes_only_when_its_successor_has_come() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_EQUAL_PRIORITIES", "refuse");
    let rule = |key: &str, priority: u16| {
        format!("  {key}: {{ Priority: {priority}, FixedRate: 0, ReservoirSize: 0 }}\n")
    };
    scenario.stack(&format!("sampling_rules:\n{}{}", rule("kept", 1), rule("old", 5)));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    by_hand(&scenario, "theirs", 20);
    // Another's rule holds the priority and stays: there is nothing to go through.
    scenario.stack(&format!("sampling_rules:\n{}{}", rule("kept", 1), rule("new", 20)));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.old  no longer in the file
        FixedRate      0
        Priority       5
        ReservoirSize  0

    + sampling_rules.new  not in AWS yet  stack.yaml:6
        FixedRate      0
        Priority       20
        ReservoirSize  0

    note: `new` and `theirs` will have one priority, 20: which of them decides
    differs from sampler to sampler, and AWS may refuse it

    Plan: 1 to delete, 1 to create.
    Stopped part-way: nothing finished; 1 failed, 1 not tried.
      failed     sampling_rules.new: xray:CreateSamplingRule failed:
                 InvalidRequestException: Priority 20 is already used by the
                 sampling rule theirs
      not tried  sampling_rules.old: sampling_rules.new failed
    Next:
      tracewright apply stack.yaml --local
    ------- stderr -------
    failed  sampling_rules.new: xray:CreateSamplingRule failed: InvalidRequestException: Priority 20 is already used by the sampling rule theirs
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
    assert_eq!(scenario.local_rules("eu-west-1"), ["kept", "old", "theirs"]);
    scenario.stack(&format!("sampling_rules:\n{}{}", rule("kept", 20), rule("old", 5)));
    scenario.run("apply stack.yaml --local --yes").exits(6);
    let kept = scenario.run("show stack.yaml sampling_rules.kept --local --format json").json();
    assert_eq!(kept["live"]["Priority"], 1);
    // What was under way has no digest, so that nobody is accused.
    let plan = scenario.run("plan stack.yaml --local --format json").json();
    assert_eq!(plan["steps"][0]["because"], "an earlier apply did not finish");
}

#[test]
fn priorities_go_round_in_a_circle_even_where_equal_ones_are_refused() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_EQUAL_PRIORITIES", "refuse");
    let rules = |priorities: &[u16]| {
        let rule = |(n, priority): (usize, &u16)| {
            format!("  r{n}: {{ Priority: {priority}, FixedRate: 0, ReservoirSize: 0 }}\n")
        };
        let rules: String = priorities.iter().enumerate().map(rule).collect();
        format!("sampling_rules:\n{rules}")
    };
    for priorities in [[1, 2, 3, 4, 9], [2, 3, 4, 1, 9], [4, 1, 9, 3, 2], [5, 4, 1, 9, 3]] {
        scenario.stack(&rules(&priorities));
        scenario.run("apply stack.yaml --local --yes").exits(0);
        scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    }
}

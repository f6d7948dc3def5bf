//! How much X-Ray indexes, set and left.

use serde_json::json;

use crate::harness::Scenario;

fn with(percentage: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&format!("indexing: {{ DesiredSamplingPercentage: {percentage} }}\n"));
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn a_percentage_is_set_and_stays_when_the_stack_goes() {
    let scenario = with("12.5");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ indexing.Default  AWS differs from the file  stack.yaml:4
        DesiredSamplingPercentage  1 -> 12.5
        costs: no more than 1 % of the spans is indexed at no charge

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed indexing.Default
    [exit 0]
    ");
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    note: indexing.Default is left as it is: X-Ray has no call that deletes it

    Nothing to do: nothing in AWS belongs to `shop`.
    [exit 0]
    ");
    // One that costs nothing more needs no word of it.
    scenario.edit("stack.yaml", "12.5", "1");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ indexing.Default  AWS differs from the file  stack.yaml:4
        DesiredSamplingPercentage  12.5 -> 1

    Plan: 1 to change.
    [exit 0]
    ");
}

#[test]
fn what_aws_ships_is_no_change() {
    nothing_to_do(&with("1"));
    nothing_to_do(&with("1.0"));
}

#[test]
fn the_documents_of_the_cli_are_taken_as_they_are() {
    let scenario = Scenario::new();
    scenario.stack("indexing: { file: indexing.json }\n");
    let rule = json!({"Probabilistic": {"DesiredSamplingPercentage": 5}});
    let input = json!({"Name": "Default", "Rule": rule});
    scenario.write("indexing.json", input.to_string());
    scenario.run("apply stack.yaml --local --yes").exits(0);
    // AWS may index less than it was asked for.
    let probabilistic = json!({"DesiredSamplingPercentage": 5.0, "ActualSamplingPercentage": 4.2});
    let answer = json!({
        "Name": "Default", "ModifiedAt": 1_795_334_400, "Rule": {"Probabilistic": probabilistic},
    });
    for document in [json!({"IndexingRules": [answer]}), json!({"IndexingRule": answer}), answer] {
        scenario.write("indexing.json", document.to_string());
        nothing_to_do(&scenario);
    }
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    stack.yaml is sound: 1 resource.
    ------- stderr -------
    note: AWS sets ModifiedAt itself; left out here
     --> indexing.json:1:1
      |
    1 | {"ModifiedAt":1795334400,"Name":"Default","Rule":{"Probabilistic":{"Actua...
      | ^

    note: AWS sets ActualSamplingPercentage itself; left out here
     --> indexing.json:1:67
      |
    1 | {"ModifiedAt":1795334400,"Name":"Default","Rule":{"Probabilistic":{"Actua...
      |                                                                   ^
    [exit 0]
    "#);
    let import =
        scenario.run("import indexing.json --account 123456789012 --region eu-west-1 --name shop");
    insta::assert_snapshot!(import, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    indexing: { file: indexing.json }
    ------- stderr -------
    note: AWS sets ModifiedAt itself; left out here
     --> indexing.json:1:1
      |
    1 | {"ModifiedAt":1795334400,"Name":"Default","Rule":{"Probabilistic":{"Actua...
      | ^

    note: AWS sets ActualSamplingPercentage itself; left out here
     --> indexing.json:1:67
      |
    1 | {"ModifiedAt":1795334400,"Name":"Default","Rule":{"Probabilistic":{"Actua...
      |                                                                   ^
    [exit 0]
    "#);
    scenario.stack(&format!("indexing: {input}\n"));
    nothing_to_do(&scenario);
}

#[test]
fn another_rule_and_more_than_all_of_it_are_refused() {
    let scenario = Scenario::new();
    let check = |body: &str| {
        scenario.stack(&format!("indexing: {body}\n"));
        scenario.run("check stack.yaml").exits(1).stderr
    };
    let said = [
        "{ DesiredSamplingPercentage: 101 }",
        "{ Name: Errors, Rule: { Probabilistic: { DesiredSamplingPercentage: 5 } } }",
        "{ Rule: { Probabilistic: 5 } }",
        "{ Rule: { Probabilistic: { SamplingPercentage: 5 } } }",
        "{ IndexingRules: [] }",
        "{ IndexingRules: 5 }",
    ];
    insta::assert_snapshot!(said.map(check).join("\n"), @r#"
    error: `DesiredSamplingPercentage` is 101; it must be from 0 to 100
     --> stack.yaml:4:40
      |
    4 | indexing: { DesiredSamplingPercentage: 101 }
      |                                        ^^^

    error: X-Ray has one indexing rule, `Default`, not "Errors"
     --> stack.yaml:4:19
      |
    4 | indexing: { Name: Errors, Rule: { Probabilistic: { DesiredSamplingPercent...
      |                   ^^^^^^

    error: `Probabilistic` is a mapping, not a number
     --> stack.yaml:4:36
      |
    4 | indexing: { Rule: { Probabilistic: 5 } }
      |                                    ^

    error: X-Ray's indexing rule has no `SamplingPercentage`
     --> stack.yaml:4:38
      |
    4 | indexing: { Rule: { Probabilistic: { SamplingPercentage: 5 } } }
      |                                      ^^^^^^^^^^^^^^^^^^ not known here
      |
      = help: did you mean `DesiredSamplingPercentage`?

    error: none of the rules in here is called "Default"
     --> stack.yaml:4:28
      |
    4 | indexing: { IndexingRules: [] }
      |                            ^

    error: `IndexingRules` is a list, not a number
     --> stack.yaml:4:28
      |
    4 | indexing: { IndexingRules: 5 }
      |                            ^
    "#);
}

#[test]
fn what_was_changed_in_aws_is_drift_and_can_be_taken_into_the_file() {
    let scenario = with("5");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit(".tracewright/local.json", "5.0", "7.0");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local").exits(3), @"
    shop  account 123456789012  eu-west-1

    ~ indexing.Default  AWS differs from the file  stack.yaml:4
        last changed in AWS at 2026-11-22T08:00:00Z
        DesiredSamplingPercentage  file 5, AWS 7  (who moved is not known)
        costs: no more than 1 % of the spans is indexed at no charge

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept indexing.Default --local` takes
              it into the file
    [exit 3]
    ");
    scenario.run("drift stack.yaml --local --accept indexing").exits(0);
    insta::assert_snapshot!(scenario.read("stack.yaml"), @r#"
    stack: shop
    account: "123456789012"
    region: eu-west-1
    indexing: { DesiredSamplingPercentage: 7 }
    "#);
    nothing_to_do(&scenario);
    let undo = crate::undo::undone(&scenario);
    insta::assert_snapshot!(undo, @"
    shop  account 123456789012  eu-west-1

    ~ indexing.Default  as it was before that run
        DesiredSamplingPercentage  7 -> 1


    Plan: 1 to change.
    ");
}

#[test]
fn the_destination_comes_first_and_without_it_nothing_is_indexed() {
    let scenario = with("5");
    scenario.stack(
        "indexing: { DesiredSamplingPercentage: 5 }\n\
         trace_destination: { Destination: CloudWatchLogs }\n",
    );
    let refused = json!({"rules": [{
        "call": "xray:UpdateTraceSegmentDestination", "times": 9,
        "effect": {"refused": {"code": "InvalidRequestException", "message": "no"}},
    }]});
    let env = [("TRACEWRIGHT_LOCAL_FAULTS", refused.to_string())];
    let env = env.each_ref().map(|(name, value)| (*name, value.as_str()));
    let apply = scenario.run_in(&["apply", "stack.yaml", "--local", "--yes"], &env).exits(6);
    insta::assert_snapshot!(apply.stderr, @"
    failed  trace_destination.Default: xray:UpdateTraceSegmentDestination failed: InvalidRequestException: no
      = help: `tracewright show --journal` has all of it, and the way back
    ");
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    changed trace_destination.Default
    changed indexing.Default
    ");
}

//! Texts that are not quite JSON, and texts of any size.

use super::{HEAD, refused, whole};
use crate::harness::{Output, Scenario};

/// Applies a stack whose only rule is this JSON.
#[track_caller]
fn json(text: impl AsRef<[u8]>) -> Output {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules: { a: { file: aws/json/xray.json } }\n");
    scenario.write("aws/json/xray.json", text);
    refused(&scenario)
}

#[test]
fn a_duplicate_key_in_json() {
    insta::assert_snapshot!(json("{\n  \"SamplingRule\": {\n    \"RuleName\": \"a\",\n    \"RuleName\": \"b\"\n  }\n}\n"), @r#"
    ------- stderr -------
    error: duplicate key `RuleName`
     --> aws/json/xray.json:4:5
      |
    4 |     "RuleName": "b"
      |     ^^^^^^^^^^ given a second time here
      |
      = help: keep one of the two
    [exit 1]
    "#);
}

#[test]
fn a_shell_command_pasted_after_the_json() {
    insta::assert_snapshot!(json("{\n  \"SamplingRule\": { \"RuleName\": \"a\" }\n}\n\naws xray create-sampling-rule --cli-input-json file://aws/json/xray.json\n"), @"
    ------- stderr -------
    error: something stands after the end of the JSON document
     --> aws/json/xray.json:5:1
      |
    5 | aws xray create-sampling-rule --cli-input-json file://aws/json/xray.json
      | ^^^ this looks like a shell command, not JSON
      |
      = help: delete everything after the last closing brace
    [exit 1]
    ");
    for line in ["$ aws xray", "export A=1", "FLASK_ADDRESS=\"http://x\"", "```", "curl -v"] {
        json(format!("{{}}\n{line}\n")).says("this looks like a shell command");
    }
    json("{}\n{}\n").says("keep one JSON document in a file");
}

#[test]
fn json_that_is_broken() {
    insta::assert_snapshot!(json(""), @"
    ------- stderr -------
    error: the file is empty
     --> aws/json/xray.json:1:1
      |
    1 |
      | ^
      |
      = help: it should hold one JSON object
    [exit 1]
    ");
    insta::assert_snapshot!(json("{\n  \"RuleName\": \"a\"\n  \"Priority\": 1\n}\n"), @r#"
    ------- stderr -------
    error: this is not valid JSON: expected comma
     --> aws/json/xray.json:2:18
      |
    2 |   "RuleName": "a"
      |                  ^
    [exit 1]
    "#);
    insta::assert_snapshot!(json("{ 'RuleName': 'a' }"), @"
    ------- stderr -------
    error: JSON strings stand in double quotes
     --> aws/json/xray.json:1:3
      |
    1 | { 'RuleName': 'a' }
      |   ^
    [exit 1]
    ");
    insta::assert_snapshot!(json("{\n  \"SamplingRule\": {\n    \"RuleName\": \"a\",\n"), @r#"
    ------- stderr -------
    error: the JSON stops before it is closed
     --> aws/json/xray.json:2:19
      |
    2 |   "SamplingRule": {
      |                   ^ opened here, never closed
      |
      = help: was the file copied whole?
    [exit 1]
    "#);
    insta::assert_snapshot!(json("[ 1 ]"), @"
    ------- stderr -------
    error: the document is a list, not an object
     --> aws/json/xray.json:1:1
      |
    1 | [ 1 ]
      | ^
      |
      = help: it should be the AWS CLI's input, a describe call's answer, or the bare resource
    [exit 1]
    ");
    drop(json("[{ \"name\": \"app\" }]").says("a list of containers goes into one"));
    insta::assert_snapshot!(json("{ \"SamplingRule\": 5 }"), @r#"
    ------- stderr -------
    error: `SamplingRule` is a mapping, not a number
     --> aws/json/xray.json:1:19
      |
    1 | { "SamplingRule": 5 }
      |                   ^
      |
      = help: the rule's fields stand in it
    [exit 1]
    "#);
    insta::assert_snapshot!(json("{ \"SamplingRuleRecords\": {} }"), @r#"
    ------- stderr -------
    error: `SamplingRuleRecords` is a list, not a mapping
     --> aws/json/xray.json:1:26
      |
    1 | { "SamplingRuleRecords": {} }
      |                          ^
      |
      = help: it should be as `aws xray get-sampling-rules` prints it
    [exit 1]
    "#);
    insta::assert_snapshot!(json("{ \"SamplingRuleRecords\": [ { \"SamplingRule\": { \"RuleName\": \"b\" } }, { \"SamplingRule\": { \"RuleName\": \"c\" } } ] }"), @r#"
    ------- stderr -------
    error: none of the rules in here is called "a"
     --> aws/json/xray.json:1:26
      |
    1 | { "SamplingRuleRecords": [ { "SamplingRule": { "RuleName": "b" } }, { "Sa...
      |                          ^
      |
      = help: the rules here: b, c
      = help: name the resource in the stack file as the rule
    [exit 1]
    "#);
}

#[test]
fn json_of_another_thing() {
    insta::assert_snapshot!(json("{\n  \"SamplingTargetDocuments\": [],\n  \"UnprocessedStatistics\": []\n}\n"), @r#"
    ------- stderr -------
    error: this is not a sampling rule: it has none of the fields of one
     --> aws/json/xray.json:2:3
      |
    2 |   "SamplingTargetDocuments": [],
      |   ^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: known here: Attributes, FixedRate, HTTPMethod, Host, Priority, ReservoirSize, ResourceARN, RuleName, SamplingRateBoost, ServiceName, ServiceType, Tags, URLPath, Version
    [exit 1]
    "#);
    insta::assert_snapshot!(json("\"containerDefinitions\": [\n]\n"), @r#"
    ------- stderr -------
    error: the JSON does not begin with `{`
     --> aws/json/xray.json:1:23
      |
    1 | "containerDefinitions": [
      |                       ^
      |
      = help: was the file copied whole?
    [exit 1]
    "#);
    insta::assert_snapshot!(json("{ \"SamplingRuleRecords\": [ { \"SamplingRule\": { \"RuleName\": \"Default\" } } ] }"), @r#"
    ------- stderr -------
    error: none of the rules in here is called "a"
     --> aws/json/xray.json:1:26
      |
    1 | { "SamplingRuleRecords": [ { "SamplingRule": { "RuleName": "Default" } } ] }
      |                          ^
      |
      = help: the rules here: Default
      = help: X-Ray's own rule stands under `default_sampling: { file: … }`
    [exit 1]
    "#);
}

#[test]
fn a_field_that_is_missing_in_a_wrapper_is_missing_inside() {
    insta::assert_snapshot!(json("{\n  \"SamplingRule\": {\n    \"RuleName\": \"a\",\n    \"Priority\": 1,\n    \"FixedRate\": 0.1\n  }\n}\n"), @r#"
    ------- stderr -------
    error: a sampling rule needs `ReservoirSize`
     --> aws/json/xray.json:2:19
      |
    2 |   "SamplingRule": {
      |                   ^
      |
      = help: `ReservoirSize`: how many requests a second are traced before the rate counts, over all services
    [exit 1]
    "#);
}

#[test]
fn nesting_without_end() {
    whole(format!("{HEAD}sampling_rules: {}", "[".repeat(200_000))).says("nesting without end");
    whole(format!("{HEAD}sampling_rules: {}", "{a: ".repeat(100_000))).says("nesting without end");
    let deeper: String = (0..500).map(|depth| format!("{:depth$}a:\n", "")).collect();
    whole(deeper).says("nesting without end");
    json("[".repeat(500_000)).says("the JSON is nested too deeply");
    json("{\"a\":".repeat(200_000)).says("the JSON is nested too deeply");
}

#[test]
fn one_line_of_900_kb() {
    let filler = "y".repeat(900 * 1024);
    let said = json(format!(
        "{{\"RuleName\": \"a\", \"Priority\": 1, \"FixedRate\": 2, \"ReservoirSize\": 1, \"X\": \"{filler}\"}}"
    ));
    assert!(said.stderr.len() < 2000, "{}", said.stderr.len());
    insta::assert_snapshot!(said, @r#"
    ------- stderr -------
    error: a sampling rule has no `X`
     --> aws/json/xray.json:1:70
      |
    1 | ...": 2, "ReservoirSize": 1, "X": "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
      |                              ^^^ not known here
      |
      = help: known here: Attributes, FixedRate, HTTPMethod, Host, Priority, ReservoirSize, ResourceARN, RuleName, SamplingRateBoost, ServiceName, ServiceType, Tags, URLPath, Version

    error: `FixedRate` is 2; it must be from 0 to 1
     --> aws/json/xray.json:1:47
      |
    1 | {"RuleName": "a", "Priority": 1, "FixedRate": 2, "ReservoirSize": 1, "X":...
      |                                               ^
    [exit 1]
    "#);
}

#[test]
fn many_keys_are_read_in_a_moment() {
    let keys: Vec<_> = (0..40_000).map(|n| format!("\"k{n}\": \"\"")).collect();
    let keys = keys.join(",");
    json(format!("{{{keys}}}")).says("this is not a sampling rule");
    json(format!("{{\"Priority\": 1, {keys}}}")).says("`k0`").says("more are not shown");
}

#[test]
fn crlf_and_a_byte_order_mark_are_read_as_they_are_meant() {
    let scenario = Scenario::new();
    let stack = format!("\u{feff}{HEAD}sampling_rules:\n  a: {{ file: rule.json }}\n");
    scenario.write("stack.yaml", stack.replace('\n', "\r\n"));
    scenario.write("rule.json", "\u{feff}{\r\n\t\"Priority\": 1,\r\n\t\"FixedRate\": 0.1,\r\n\t\"ReservoirSize\": 1\r\n}\r\n");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    // And mistakes are where they are.
    scenario.edit("rule.json", "\t\"FixedRate\": 0.1", "\t\"FixedRate\": 7");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    ------- stderr -------
    error: `FixedRate` is 7; it must be from 0 to 1
     --> rule.json:3:15
      |
    3 |     "FixedRate": 7,
      |                  ^
    [exit 1]
    "#);
    scenario.edit("stack.yaml", "rule.json", "none.json");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local").to_string().replace('\r', ""), @"
    ------- stderr -------
    error: `none.json` is not there
     --> stack.yaml:5:14
      |
    5 |   a: { file: none.json }
      |              ^^^^^^^^^
      |
      = help: looked for [FOLDER]/none.json
    [exit 1]
    ");
}

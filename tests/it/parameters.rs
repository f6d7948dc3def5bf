//! Parameters through their whole life on the local AWS.

use serde_json::{Value, json};

use crate::harness::{Output, Scenario, cost};
use crate::undo::undone;

pub(crate) const STATE: &str = ".tracewright/local.json";

pub(crate) fn parameter(body: &str) -> Scenario {
    let scenario = Scenario::new();
    write(&scenario, body);
    scenario
}

pub(crate) fn write(scenario: &Scenario, body: &str) {
    scenario.stack(&format!("parameters:\n  /shop/url: {body}\n"));
}

pub(crate) fn apply(scenario: &Scenario) -> Output {
    scenario.run("apply stack.yaml --local --yes --stats").exits(0)
}

#[track_caller]
pub(crate) fn nothing_to_do(scenario: &Scenario) {
    let _ = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let _ = scenario.run("drift stack.yaml --local").exits(0);
}

/// What the local AWS has of a parameter.
pub(crate) fn live(scenario: &Scenario, name: &str) -> Value {
    let region = scenario.local_state()["accounts"]["123456789012"]["eu-west-1"].clone();
    region["ssm"]["parameters"][name].clone()
}

#[test]
fn a_parameter_is_made_in_one_call() {
    let scenario =
        parameter("{ Type: String, Value: \"https://shop.example.com\", Tags: { a: b } }");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --stats").exits(0).stdout, @"
    shop  account 123456789012  eu-west-1

    + parameters./shop/url  not in AWS yet  stack.yaml:5
        Tags.a  b
        Type    String
        Value   https://shop.example.com

    Plan: 1 to create.
    Applied: 1 created.
    ");
    assert_eq!(live(&scenario, "/shop/url")["tags"]["a"], "b");
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("show stack.yaml parameters./shop/url --local"), @"
    parameters./shop/url  stack.yaml:5
      name      /shop/url
      arn       arn:aws:ssm:eu-west-1:123456789012:parameter/shop/url
      changed   2026-11-22T08:00:00Z
      owner     this stack

      DataType  text
      Name      /shop/url
      Tags.a    b
      Tier      Standard
      Type      String
      Value     https://shop.example.com
    [exit 0]
    ");
}

#[test]
fn many_are_read_ten_values_at_a_time() {
    let scenario = Scenario::new();
    let bodies: Vec<_> =
        (0..25).map(|n| format!("  /p/{n}: {{ Type: String, Value: \"{n}\" }}\n")).collect();
    scenario.stack(&format!("parameters:\n{}", bodies.concat()));
    apply(&scenario);
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode --stats").exits(0);
    insta::assert_snapshot!(cost(&plan.stderr), @"
    stats: ssm  DescribeParameters 2, GetParameters 3, ListTagsForResource 25
    stats: sts  GetCallerIdentity 1
    stats: longest chain of calls 3
    ");
}

#[test]
fn each_field_is_changed_and_taken_away() {
    let scenario = parameter("{ Type: String, Value: one }");
    apply(&scenario);
    let to = |body: &str| {
        write(&scenario, body);
        let said = scenario.run("apply stack.yaml --local --yes").exits(0).stdout;
        nothing_to_do(&scenario);
        said
    };
    let said = [
        "{ Type: String, Value: two }",
        "{ Type: String, Value: \"12\", Description: how many, AllowedPattern: \"[0-9]+\" }",
        "{ Type: String, Value: \"12\" }",
        "{ Type: String, Value: \"12\", Tags: { team: shop } }",
        "{ Type: String, Value: \"12\", Tier: Advanced }",
        "{ Type: StringList, Value: \"a, b,c\" }",
        "{ Type: StringList, Value: \"a,b,c\", DataType: text, Tier: Standard }",
    ];
    insta::assert_snapshot!(said.map(to).join("\n"), @"
    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  the file changed  stack.yaml:5
        Value  one -> two

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  the file changed  stack.yaml:5
        AllowedPattern  (none) -> [0-9]+
        Description     (none) -> how many
        Value           two -> 12

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  the file changed  stack.yaml:5
        AllowedPattern  [0-9]+ -> (none)
        Description     how many -> (none)

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  the file changed  stack.yaml:5
        Tags.team  (none) -> shop

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  the file changed  stack.yaml:5
        Tags.team  shop -> (none)
        Tier       Standard -> Advanced

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    -/+ parameters./shop/url  stack.yaml:5
        Parameter Store has no call that changes the type of a parameter
        Tier   Advanced -> Standard
        Type   String -> StringList
        Value  12 -> a,b,c

    Plan: 1 to replace.
    Applied: 1 replaced.

    shop  account 123456789012  eu-west-1

    Nothing to do: AWS is as stack.yaml says (1 resource).
    ");
    assert_eq!(live(&scenario, "/shop/url")["values"], json!({"1": "a,b,c"}));
}

#[test]
fn a_configuration_is_shown_by_the_lines_that_differ() {
    let config = |endpoint: &str| {
        let lines: Vec<_> =
            (0..200).map(|n| format!("      # line {n} of the comment\n")).collect();
        format!(
            "parameters:\n  /shop/collector:\n    Type: String\n    Tier: Intelligent-Tiering\n    \
             Value: |\n      receivers:\n        otlp: {{ endpoint: {endpoint} }}\n{}      exporters:\n        \
             awsxray: {{ region: \"${{env:AWS_REGION}}\" }}\n",
            lines.concat()
        )
    };
    let scenario = Scenario::new();
    scenario.stack(&config("0.0.0.0:4317"));
    apply(&scenario);
    assert_eq!(live(&scenario, "/shop/collector")["tier"], "Advanced");
    nothing_to_do(&scenario);
    scenario.stack(&config("127.0.0.1:4317"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ parameters./shop/collector  the file changed  stack.yaml:5
        Value
            receivers:
          -   otlp: { endpoint: 0.0.0.0:4317 }
          +   otlp: { endpoint: 127.0.0.1:4317 }
            # line 0 of the comment

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    // What was large once stays in the tier that it needed.
    scenario.stack(
        "parameters: { /shop/collector: { Type: String, Value: x, Tier: Intelligent-Tiering } }\n",
    );
    apply(&scenario);
    assert_eq!(live(&scenario, "/shop/collector")["tier"], "Advanced");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "Intelligent-Tiering", "Standard");
    let _ =
        scenario.run("apply stack.yaml --local --yes").exits(0).says("makes no advanced parameter");
    assert_eq!(live(&scenario, "/shop/collector")["tier"], "Standard");
}

#[test]
fn values_that_look_like_secrets_are_masked_wherever_they_are_told() {
    let scenario = Scenario::new();
    let body = "{ Type: String, Value: correct-horse-battery }";
    scenario.stack(&format!("parameters: {{ /shop/db-password: {body} }}\n"));
    let outputs = [
        scenario.run("plan stack.yaml --local"),
        scenario.run("plan stack.yaml --local --format json"),
        apply(&scenario),
        scenario.run("show stack.yaml parameters./shop/db-password --local"),
        scenario
            .edit(STATE, "correct-horse-battery", "correct-horse-staple")
            .run("drift stack.yaml --local"),
        scenario.run("plan stack.yaml --local --format markdown"),
    ];
    for output in outputs {
        assert!(!output.to_string().contains("correct-horse"), "{output}");
    }
}

#[test]
fn what_was_taken_out_of_the_file_goes_and_what_is_protected_stays() {
    let scenario =
        parameter("{ Type: String, Value: one }\n  /other: { Type: String, Value: one }");
    apply(&scenario);
    scenario.stack("parameters: { /other: { Type: String, Value: one } }\n");
    let _ = scenario.run("apply stack.yaml --local --yes").exits(0).says("1 deleted");
    assert!(live(&scenario, "/shop/url").is_null());
    let body = "{ Type: String, Value: one, protect: true }";
    write(&scenario, &format!("{body}\n  /other: {{ Type: String, Value: one }}"));
    apply(&scenario);
    let _ = scenario.run("destroy stack.yaml --local --yes").says("protected, and kept");
    assert!(live(&scenario, "/shop/url").is_object());
}

#[test]
fn what_was_changed_in_aws_is_drift_and_goes_either_way() {
    let scenario = parameter("{ Type: String, Value: one, Description: d }");
    apply(&scenario);
    scenario.edit(STATE, "\"one\"", "\"two\"");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local").exits(3), @"
    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  AWS changed since the last apply  stack.yaml:5
        last changed in AWS at 2026-11-22T08:00:00Z
        Value  file one, AWS two  (drift)

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept parameters./shop/url --local`
              takes it into the file
    [exit 3]
    ");
    let _ = scenario.run("drift stack.yaml --local --accept parameters./shop/url").exits(0);
    assert!(scenario.read("stack.yaml").contains("Value: two"));
    nothing_to_do(&scenario);
    scenario.edit(STATE, "\"two\"", "\"three\"");
    apply(&scenario);
    assert_eq!(live(&scenario, "/shop/url")["values"]["2"], "two");
    nothing_to_do(&scenario);
    let before = live(&scenario, "/shop/url");
    write(&scenario, "{ Type: String, Value: four, Tags: { a: b } }");
    apply(&scenario);
    undone(&scenario);
    let after = live(&scenario, "/shop/url");
    assert_eq!((&after["values"]["4"], &after["description"]), (&json!("two"), &json!("d")));
    assert_eq!(after["tags"], before["tags"]);
}

#[test]
fn what_may_not_be_read_is_unknown() {
    let scenario = parameter("{ Type: String, Value: one }");
    apply(&scenario);
    for action in ["ssm:DescribeParameters", "ssm:GetParameters", "ssm:ListTagsForResource"] {
        let denied = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": action, "Resource": "*"},
        ]});
        scenario.write("denied.json", denied.to_string());
        let env = [("TRACEWRIGHT_LOCAL_POLICY", "denied.json")];
        let words: Vec<_> = "plan stack.yaml --local --detailed-exitcode".split(' ').collect();
        let plan = scenario.run_in(&words, &env).exits(7).says(&format!("denied {action}"));
        assert!(!plan.stdout.contains("not in AWS yet"), "{plan}");
    }
}

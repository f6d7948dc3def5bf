//! The verbs beside plan, apply and show.

use crate::harness::Scenario;

#[test]
fn init_writes_a_stack_that_applies_as_it_is() {
    let scenario = Scenario::new();
    insta::assert_snapshot!(scenario.run("init"), @"
    Wrote stacks/tracing.yaml and stacks/tracewright.schema.json.
    ------- stderr -------
    Try it without AWS: tracewright apply stacks/tracing.yaml --local
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.read("stacks/tracing.yaml"), @r#"
    # yaml-language-server: $schema=./tracewright.schema.json
    # The name that marks what this stack owns.
    stack: tracing
    # The only account it may touch.
    account: "123456789012"
    region: us-east-1

    sampling_rules:
      # What a rule leaves out is "*".
      health-checks:
        Priority: 100
        FixedRate: 0
        ReservoirSize: 0
        URLPath: /health

    # X-Ray's own rule for what no other rule matches:
    # default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }
    "#);
    scenario.run("apply stacks/tracing.yaml --local --yes").exits(0);
    scenario.run("plan stacks/tracing.yaml --local --detailed-exitcode").exits(0);
    insta::assert_snapshot!(scenario.run("init"), @"
    ------- stderr -------
    error: stacks/tracing.yaml is there already
      = help: name another file, or take it away first
    [exit 1]
    ");
}

#[test]
fn init_refers_to_the_json_file_that_is_there() {
    let scenario = Scenario::with_examples();
    scenario.run("init a/b/shop.yaml --account 111122223333 --region eu-west-1").exits(0);
    insta::assert_snapshot!(scenario.read("a/b/shop.yaml"), @r#"
    # yaml-language-server: $schema=./tracewright.schema.json
    # The name that marks what this stack owns.
    stack: shop
    # The only account it may touch.
    account: "111122223333"
    region: eu-west-1

    sampling_rules:
      # The input of `aws xray create-sampling-rule`, as it is.
      main: { file: ../../aws/json/xray.json }

    # X-Ray's own rule for what no other rule matches:
    # default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }
    "#);
    scenario.run("apply a/b/shop.yaml --local --yes").exits(0).says("sampling_rules.main");
    assert!(scenario.path("a/b/tracewright.schema.json").is_file());
    // Without a repository a stack may not read outside of its folder.
    std::fs::remove_dir(scenario.path(".git")).unwrap();
    scenario.run("init c/shop.yaml").exits(0);
    scenario.run("check c/shop.yaml").exits(0);
    scenario.run("init top.yaml").exits(0);
    scenario.run("check top.yaml").exits(0);
    assert!(scenario.read("top.yaml").contains("file: aws/json/xray.json"));
}

#[test]
fn check_reads_several_stacks_and_tells_all_that_is_wrong() {
    let scenario = Scenario::with_examples();
    insta::assert_snapshot!(scenario.run("check stacks/cruddur.yaml stacks/minimal.yaml"), @"
    stacks/cruddur.yaml is sound: 7 resources.
    stacks/minimal.yaml is sound: 1 resource.
    [exit 0]
    ");
    scenario.edit("stacks/minimal.yaml", "FixedRate: 0.5", "FixedRate: 5");
    scenario.edit("stacks/cruddur.yaml", "Priority: 100", "Prority: 100");
    insta::assert_snapshot!(scenario.run("check stacks/cruddur.yaml stacks/minimal.yaml"), @"
    ------- stderr -------
    error: a sampling rule has no `Prority`
      --> stacks/cruddur.yaml:17:5
       |
    17 |     Prority: 100
       |     ^^^^^^^ not known here
       |
       = help: did you mean `Priority`?
    error: `FixedRate` is 5; it must be from 0 to 1
     --> stacks/minimal.yaml:8:16
      |
    8 |     FixedRate: 5
      |                ^
    [exit 1]
    ");
}

#[test]
fn doctor_looks_at_what_a_run_depends_on() {
    let scenario = Scenario::with_examples();
    let stopped = scenario.run("doctor stacks/cruddur.yaml --local");
    // The local AWS's clock stands still here, so that the two clocks never agree.
    insta::assert_snapshot!(
        stopped.stdout.lines().filter(|line| !line.contains("clock")).collect::<Vec<_>>().join("\n"),
        @"
    ok    version           0.1.0
    ok    region            us-east-1
    ok    credentials       arn:aws:iam::123456789012:user/local in account 123456789012
    ok    sampling_rules    readable, 0 there
    ok    default_sampling  readable, 1 there
    ok    roles             readable, 0 there
    ok    policies          readable, 0 there
    ok    task_definitions  readable, 0 there
    ok    endpoint          the local AWS in .tracewright/local.json
    "
    );
    assert!(stopped.stdout.contains("clock"), "{stopped}");
    scenario.run("doctor --local").exits(1).says("us-east-1").says("set this machine's clock");
    insta::assert_snapshot!(scenario.run("doctor"), @"
    ok    version           0.1.0
    ------- stderr -------
    error: no region
      = help: name a stack file, give `--region`, or set AWS_REGION
    [exit 1]
    ");
}

#[test]
fn local_reset_forgets_everything() {
    let scenario = Scenario::with_examples();
    scenario.run("apply stacks/cruddur.yaml --local --yes").exits(0);
    scenario.run("apply stacks/cruddur.yaml --local=other.json --yes").exits(0);
    insta::assert_snapshot!(scenario.run("local reset"), @"
    .tracewright/local.json is gone: the local AWS is empty.
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("local reset"), @"
    The local AWS is empty already.
    [exit 0]
    ");
    scenario.run("plan stacks/cruddur.yaml --local").exits(0).says("6 to create");
    scenario.run("plan stacks/cruddur.yaml --local=other.json").exits(0).says("Nothing to do");
    // No other file is ever removed.
    scenario
        .run("plan stacks/cruddur.yaml --local=stacks/minimal.yaml")
        .exits(1)
        .says("--local=FILE");
    scenario.run("local reset --local=stacks/minimal.yaml").exits(4).says("left alone");
    scenario.run("local reset --local=aws/json/xray.json").exits(4);
    scenario.run("check stacks/minimal.yaml stacks/cruddur.yaml").exits(0);
    scenario.run("local reset --local=other.json").exits(0);
}

#[test]
fn completions_and_schemas_are_printed() {
    let scenario = Scenario::new();
    for shell in ["bash", "zsh", "fish"] {
        scenario.run(&format!("completions {shell}")).exits(0).says("tracewright");
    }
    assert_eq!(scenario.run("schema").exits(0).json()["title"], "a tracewright stack");
    assert_eq!(scenario.run("schema plan").exits(0).json()["title"], "a tracewright plan");
}

#[test]
fn every_verb_has_a_manual_page() {
    let scenario = Scenario::new();
    scenario.run("man share/man/man1").exits(0).says("tracewright.1");
    let page = |verb: &str| scenario.read(&format!("share/man/man1/tracewright{verb}.1"));
    for (above, verb) in [("", "-plan"), ("", "-man"), ("", "-local"), ("-local", "-local-serve")] {
        let named = format!("tracewright{}(1)", verb.replace('-', "\\-"));
        assert!(page(above).contains(&named), "the page tracewright{above} has no {named}");
        assert!(page(verb).contains(".SH SYNOPSIS"), "{verb}");
    }
    assert!(page("").contains("Where several hold"), "the page of all has the exit codes");
    scenario.write("taken", "");
    scenario.run("man taken").exits(1).says("cannot write to taken");
}

#[test]
fn variables_come_from_the_line_from_files_and_from_defaults() {
    let scenario = Scenario::new();
    scenario.stack(
        "vars:
  rate: { default: 0.1, description: the share traced }
  path: {}
tags: { stage: \"${var.stage}\" }
sampling_rules:
  api:
    Priority: 10
    FixedRate: ${var.rate}
    ReservoirSize: \"${var.size}\"
    URLPath: /${var.stage}${var.path}/$${var.path}/${env:X}
    ServiceName: ${region}-${account}
",
    );
    scenario.edit(
        "stack.yaml",
        "  path: {}\n",
        "  path: {}\n  stage: {}\n  size: { default: 7 }\n",
    );
    scenario.write("prod.yaml", "stage: prod\npath: /from-file\n");
    let plan = scenario.run("plan stack.yaml --local --format json --var-file prod.yaml --var path=/api --var rate=0.25");
    let document = &plan.exits(0).json()["steps"][0]["document"];
    insta::assert_snapshot!(format!("{document:#}"), @r#"
    {
      "FixedRate": 0.25,
      "HTTPMethod": "*",
      "Host": "*",
      "Priority": 10,
      "ReservoirSize": 7,
      "ResourceARN": "*",
      "RuleName": "api",
      "ServiceName": "eu-west-1-123456789012",
      "ServiceType": "*",
      "Tags": {
        "stage": "prod"
      },
      "URLPath": "/prod/api/${var.path}/${env:X}"
    }
    "#);
}

#[test]
fn references_work_in_paths_and_in_lists_of_tags_and_numbers_keep_their_spelling() {
    let scenario = Scenario::new();
    scenario.write(
        "aws/prod.json",
        r#"{"SamplingRule": {"Priority": 5, "FixedRate": 0.1, "ReservoirSize": 1, "ServiceName": "${var.name}",
            "Attributes": {"a": "1", "b": "2"}},
            "Tags": [{"Key": "${var.key}", "Value": "${var.version}"}, {"Key": "gone", "Value": "x"}]}"#,
    );
    scenario.stack(
        "vars: { env: { default: prod }, key: { default: team }, version: { default: 1.10 }, name: {} }
tags: { all: 1e3, not-here: x }
sampling_rules:
  api:
    file: aws/${var.env}.json
    Attributes: { b: null }
    Tags: { gone: null, not-here: null, hex: 0x1F }
",
    );
    scenario.write("vars.yaml", "name: 2.50\n");
    let plan =
        scenario.run("plan stack.yaml --local --format json --var-file vars.yaml").exits(0).json();
    insta::assert_snapshot!(format!("{:#}", plan["steps"][0]["document"]), @r#"
    {
      "Attributes": {
        "a": "1"
      },
      "FixedRate": 0.1,
      "HTTPMethod": "*",
      "Host": "*",
      "Priority": 5,
      "ReservoirSize": 1,
      "ResourceARN": "*",
      "RuleName": "api",
      "ServiceName": "2.50",
      "ServiceType": "*",
      "Tags": {
        "all": "1e3",
        "hex": "0x1F",
        "team": "1.10"
      },
      "URLPath": "*"
    }
    "#);
}

#[test]
fn what_a_rule_refers_to_comes_before_it() {
    let scenario = Scenario::new();
    scenario.stack(
        "sampling_rules:
  a: { Priority: 1, FixedRate: 0, ReservoirSize: 0, Tags: { after: \"${sampling_rule.z.arn}\" } }
  z: { RuleName: last one, Priority: 2, FixedRate: 0, ReservoirSize: 0 }
",
    );
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    let apply = apply.says("arn:aws:xray:eu-west-1:123456789012:sampling-rule/last one");
    assert_eq!(apply.stderr, "created sampling_rules.z\ncreated sampling_rules.a\n");
}

#[test]
fn what_stands_beside_a_file_is_merged_over_it() {
    let scenario = Scenario::new();
    scenario.write(
        "aws/rule.json",
        r#"{"SamplingRule": {"RuleName": "api", "Priority": 5, "FixedRate": 0.1, "ReservoirSize": 1,
            "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "GET", "URLPath": "*",
            "ResourceARN": "*", "Version": 1, "Attributes": {"a": "1", "b": "2"}},
            "Tags": [{"Key": "team", "Value": "x"}, {"Key": "stage", "Value": "dev"}]}"#,
    );
    scenario.stack(
        "sampling_rules:
  api: { file: aws/rule.json, FixedRate: 0.9, Attributes: { b: \"3\" }, Tags: { stage: prod } }
",
    );
    let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
    insta::assert_snapshot!(format!("{:#}", plan["steps"][0]["document"]), @r#"
    {
      "Attributes": {
        "a": "1",
        "b": "3"
      },
      "FixedRate": 0.9,
      "HTTPMethod": "GET",
      "Host": "*",
      "Priority": 5,
      "ReservoirSize": 1,
      "ResourceARN": "*",
      "RuleName": "api",
      "ServiceName": "*",
      "ServiceType": "*",
      "Tags": {
        "stage": "prod",
        "team": "x"
      },
      "URLPath": "*"
    }
    "#);
}

#[test]
fn the_answer_of_get_sampling_rules_is_a_file_too() {
    let scenario = Scenario::new();
    scenario.write(
        "aws/live.json",
        r#"{"SamplingRuleRecords": [
            {"SamplingRule": {"RuleName": "Default", "RuleARN": "arn:aws:xray:us-east-1:123456789012:sampling-rule/Default",
             "ResourceARN": "*", "Priority": 10000, "FixedRate": 0.05, "ReservoirSize": 1, "ServiceName": "*",
             "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {}},
             "CreatedAt": 0.0, "ModifiedAt": 0.0},
            {"SamplingRule": {"RuleName": "api", "RuleARN": "arn:aws:xray:us-east-1:123456789012:sampling-rule/api",
             "ResourceARN": "*", "Priority": 10, "FixedRate": 0.5, "ReservoirSize": 1, "ServiceName": "*",
             "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {}},
             "CreatedAt": 1600000000.0, "ModifiedAt": 1600000000.0}], "NextToken": null}"#,
    );
    scenario.stack(
        "default_sampling: { file: aws/live.json }\nsampling_rules: { api: { file: aws/live.json } }\n",
    );
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    + sampling_rules.api  not in AWS yet  stack.yaml:5
        FixedRate      0.5
        Priority       10
        ReservoirSize  1

    Plan: 1 to create.
    Applied: 1 created.
    ------- stderr -------
    note: AWS sets CreatedAt, ModifiedAt, RuleARN itself; left out here
     --> aws/live.json:6:30
      |
    6 | ...   {"SamplingRule": {"RuleName": "api", "RuleARN": "arn:aws:xray:us-ea...
      |                        ^

    note: AWS sets CreatedAt, ModifiedAt, RuleARN itself; left out here
     --> aws/live.json:2:30
      |
    2 | ...   {"SamplingRule": {"RuleName": "Default", "RuleARN": "arn:aws:xray:u...
      |                        ^

    note: of the Default rule only FixedRate and ReservoirSize can be set; the rest is left out here
     --> aws/live.json:2:30
      |
    2 | ...   {"SamplingRule": {"RuleName": "Default", "RuleARN": "arn:aws:xray:u...
      |                        ^
    created sampling_rules.api
    [exit 0]
    "#);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

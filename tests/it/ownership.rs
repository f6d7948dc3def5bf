//! Whose a rule is, and who moved: the mark, the digest, and adoption.

use tracewright::aws::local::LocalAws;

use crate::harness::{NOW, Scenario, local_options};

const RULE: &str = "sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1, URLPath: /checkout }
";

/// Calls the local AWS behind the tool's back, as the console or another tool would.
pub(crate) fn behind_its_back(scenario: &Scenario, operation: &str, body: &serde_json::Value) {
    let options = local_options(NOW + 60);
    let local = LocalAws::open(scenario.path(".tracewright/local.json"), options).unwrap();
    let request = http::Request::post(format!("http://localhost/{operation}"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=123456789012/20261122/eu-west-1/xray/aws4_request, SignedHeaders=host, Signature=0")
        .header("content-type", "application/json")
        .body(bytes::Bytes::from(body.to_string()))
        .unwrap();
    let answer = local.handle(&request);
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
}

fn arn(name: &str) -> String {
    format!("arn:aws:xray:eu-west-1:123456789012:sampling-rule/{name}")
}

pub(crate) fn by_hand(scenario: &Scenario, name: &str, priority: u16) {
    let rule = serde_json::json!({"SamplingRule": {
        "RuleName": name, "Priority": priority, "FixedRate": 0.5, "ReservoirSize": 1, "Version": 1,
        "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*",
        "URLPath": "/checkout", "ResourceARN": "*",
    }});
    behind_its_back(scenario, "CreateSamplingRule", &rule);
}

fn update(scenario: &Scenario, fields: serde_json::Value) {
    let mut fields = fields;
    fields["RuleName"] = "checkout".into();
    let update = serde_json::json!({"SamplingRuleUpdate": fields});
    behind_its_back(scenario, "UpdateSamplingRule", &update);
}

#[test]
fn the_digest_tells_pending_drift_and_conflict_apart() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);

    update(&scenario, serde_json::json!({"FixedRate": 0.9}));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  AWS changed since the last apply  stack.yaml:5
        FixedRate  0.9 -> 0.5  (drift)

    Plan: 1 to change.
    [exit 0]
    ");

    // The file changes too: in another field, then in the same one.
    scenario.edit("stack.yaml", "ReservoirSize: 1", "ReservoirSize: 2");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  the file changed, and AWS did too  stack.yaml:5
        FixedRate      0.9 -> 0.5  (drift)
        ReservoirSize  1 -> 2

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.edit("stack.yaml", "FixedRate: 0.5", "FixedRate: 0.7");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  the file changed, and AWS did too  stack.yaml:5
        FixedRate      0.9 -> 0.7  (conflict)
        ReservoirSize  1 -> 2

    Plan: 1 to change.
    [exit 0]
    ");

    // Both sides moved to the same value: clean, whatever the digest says.
    update(&scenario, serde_json::json!({"FixedRate": 0.7, "ReservoirSize": 2}));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn a_digest_of_another_version_means_origin_unknown() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let tag = |value: &str| {
        let tags = serde_json::json!({"ResourceARN": arn("checkout"), "Tags": [{"Key": "tracewright:digest", "Value": value}]});
        behind_its_back(&scenario, "TagResource", &tags);
    };
    tag("9:some-later-format");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    scenario.edit("stack.yaml", "0.5", "0.6");
    let plan = scenario.run("plan stack.yaml --local --format json").json();
    assert_eq!(plan["steps"][0]["changes"][0]["origin"], "unknown");
    assert_eq!(plan["steps"][0]["because"], "AWS differs from the file");

    let gone =
        serde_json::json!({"ResourceARN": arn("checkout"), "TagKeys": ["tracewright:digest"]});
    behind_its_back(&scenario, "UntagResource", &gone);
    let plan = scenario.run("plan stack.yaml --local --format json").json();
    assert_eq!(plan["steps"][0]["because"], "an earlier apply did not finish");
}

#[test]
fn what_exists_without_a_mark_is_blocked_until_adopted() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    by_hand(&scenario, "checkout", 20);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --detailed-exitcode"), @"
    shop  account 123456789012  eu-west-1

    ! sampling_rules.checkout  stack.yaml:5
        exists without a mark of ours; take it over with
        `--adopt sampling_rules.checkout`
        Priority  20 -> 10

    Plan: 1 blocked.
    [exit 2]
    ");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ! sampling_rules.checkout  stack.yaml:5
        exists without a mark of ours; take it over with
        `--adopt sampling_rules.checkout`
        Priority  20 -> 10

    Plan: 1 blocked.
    ------- stderr -------
    error: a resource is blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    ");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --adopt sampling_rules.checkout"), @"
    shop  account 123456789012  eu-west-1

    > sampling_rules.checkout  stack.yaml:5
        exists without a mark, and is to be adopted
        Priority  20 -> 10

    Plan: 1 to adopt.
    Applied: 1 adopted.
    ------- stderr -------
    adopted sampling_rules.checkout
    [exit 0]
    ");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");

    // In the file it works as well, and an equal resource is only marked.
    by_hand(&scenario, "equal", 30);
    scenario.stack(&format!("adopt: [sampling_rules.equal]\n{RULE}  equal: {{ Priority: 30, FixedRate: 0.5, ReservoirSize: 1, URLPath: /checkout }}\n"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    > sampling_rules.equal  stack.yaml:7
        exists without a mark, and is to be adopted

    Plan: 1 to adopt.
    Applied: 1 adopted.
    ------- stderr -------
    adopted sampling_rules.equal
    [exit 0]
    ");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn another_stacks_rule_is_refused_even_where_adoption_is_asked_for() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "stack: shop", "stack: other");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --adopt sampling_rules.checkout"), @"
    other  account 123456789012  eu-west-1

    ! sampling_rules.checkout  stack.yaml:5
        belongs to the stack `shop`; take it out of one of the two files

    Plan: 1 blocked.
    ------- stderr -------
    error: a resource is blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    ");
    // And what it does not own it does not prune.
    scenario.stack("default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }\n");
    scenario.edit("stack.yaml", "stack: shop", "stack: other");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    assert_eq!(scenario.local_rules("eu-west-1"), ["checkout"]);
}

#[test]
fn tags_of_others_are_left_where_the_stack_says_so() {
    let scenario = Scenario::new();
    scenario.stack(&format!("tags: {{ project: shop }}\n{RULE}"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let tags = serde_json::json!({"ResourceARN": arn("checkout"), "Tags": [{"Key": "map-migrated", "Value": "d-1"}]});
    behind_its_back(&scenario, "TagResource", &tags);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  AWS changed since the last apply  stack.yaml:6
        Tags.map-migrated  d-1 -> (none)  (drift)

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.stack(&format!("ignore_tags: [\"map-*\"]\ntags: {{ project: shop }}\n{RULE}"));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    // A tag that the file itself declares is compared all the same.
    scenario.edit("stack.yaml", "project: shop", "project: shop, map-migrated: d-2");
    scenario.run("plan stack.yaml --local").exits(0).says("Tags.map-migrated  d-1 -> d-2");
}

#[test]
fn a_rule_that_was_deleted_by_hand_is_made_again() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    behind_its_back(&scenario, "DeleteSamplingRule", &serde_json::json!({"RuleName": "checkout"}));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 created");
}

#[test]
fn show_says_whose_a_rule_is() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.checkout --local"), @"
    sampling_rules.checkout  stack.yaml:5
      name      checkout
      owner     nobody: it is not in AWS

      FixedRate      0.5
      HTTPMethod     *
      Host           *
      Priority       10
      ReservoirSize  1
      ResourceARN    *
      RuleName       checkout
      ServiceName    *
      ServiceType    *
      URLPath        /checkout
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    update(&scenario, serde_json::json!({"FixedRate": 0.9}));
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.checkout --local"), @"
    sampling_rules.checkout  stack.yaml:5
      name      checkout
      arn       arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout
      changed   2026-11-22T08:01:00Z
      owner     this stack

      HTTPMethod     *
      Host           *
      Priority       10
      ReservoirSize  1
      ResourceARN    *
      RuleName       checkout
      ServiceName    *
      ServiceType    *
      URLPath        /checkout
      FixedRate      file 0.5, AWS 0.9
    [exit 0]
    ");
    by_hand(&scenario, "POST minimum", 99);
    insta::assert_snapshot!(scenario.run_words(&["show", "stack.yaml", "sampling_rules.\"POST minimum\"", "--local"]), @r#"
    sampling_rules."POST minimum"  not in the file
      name      POST minimum
      arn       arn:aws:xray:eu-west-1:123456789012:sampling-rule/POST minimum
      changed   2026-11-22T08:01:00Z
      owner     not tracewright: it carries no mark

      FixedRate      0.5
      HTTPMethod     *
      Host           *
      Priority       99
      ReservoirSize  1
      ResourceARN    *
      RuleName       POST minimum
      ServiceName    *
      ServiceType    *
      URLPath        /checkout
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.run("show stack.yaml default_sampling --local"), @"
    default_sampling.Default  not in the file
      name      Default
      arn       arn:aws:xray:eu-west-1:123456789012:sampling-rule/Default
      changed   AWS does not say
      owner     the region: it carries no mark

      FixedRate      0.05
      ReservoirSize  1
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.chekout --local"), @"
    ------- stderr -------
    error: neither stack.yaml nor AWS has sampling_rules.chekout
      = help: did you mean `sampling_rules.checkout`?
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.checkout --local --format json"), @r#"
    {
      "address": "sampling_rules.checkout",
      "arn": "arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout",
      "file": {
        "FixedRate": 0.5,
        "HTTPMethod": "*",
        "Host": "*",
        "Priority": 10,
        "ReservoirSize": 1,
        "ResourceARN": "*",
        "RuleName": "checkout",
        "ServiceName": "*",
        "ServiceType": "*",
        "URLPath": "/checkout"
      },
      "live": {
        "FixedRate": 0.9,
        "HTTPMethod": "*",
        "Host": "*",
        "Priority": 10,
        "ReservoirSize": 1,
        "ResourceARN": "*",
        "RuleName": "checkout",
        "ServiceName": "*",
        "ServiceType": "*",
        "URLPath": "/checkout"
      },
      "modified": "2026-11-22T08:01:00Z",
      "name": "checkout",
      "owner": "shop",
      "place": "stack.yaml:5",
      "protected": false
    }
    [exit 0]
    "#);
}

#[test]
fn a_rule_made_anew_keeps_the_tags_that_are_left_to_others() {
    let scenario = Scenario::new();
    let boost = "    SamplingRateBoost: { MaxRate: 1, CooldownWindowMinutes: 1 }\n";
    let body = format!(
        "ignore_tags: [\"map-*\"]\nsampling_rules:\n  checkout:\n    Priority: 1\n    FixedRate: 0\n    ReservoirSize: 0\n{boost}"
    );
    scenario.stack(&body);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let tags = serde_json::json!({"ResourceARN": arn("checkout"), "Tags": [{"Key": "map-migrated", "Value": "d-1"}]});
    behind_its_back(&scenario, "TagResource", &tags);
    scenario.edit("stack.yaml", boost, "");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 replaced");
    let state = scenario.local_state().to_string();
    assert!(state.contains("map-migrated"), "{state}");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn a_rule_that_is_called_otherwise_under_its_key_is_told_apart() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "{ Priority: 10", "{ RuleName: check out, Priority: 10");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    - sampling_rules.checkout  in the file it is called "check out" now
        FixedRate      0.5
        Priority       10
        ReservoirSize  1
        URLPath        /checkout

    + sampling_rules.checkout ("check out")  not in AWS yet  stack.yaml:5
        FixedRate      0.5
        Priority       10
        ReservoirSize  1
        URLPath        /checkout

    Plan: 1 to delete, 1 to create.
    Applied: 1 deleted, 1 created.
    ------- stderr -------
    created sampling_rules.checkout
    deleted sampling_rules.checkout
    [exit 0]
    "#);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn what_was_secret_stays_hidden_when_it_goes() {
    let scenario = Scenario::new().env("TOKEN", "hunter2");
    scenario.stack(&format!("{RULE}  other: {{ Priority: 11, FixedRate: 0, ReservoirSize: 0, Attributes: {{ token: \"${{env.TOKEN}}\", stage: dev }} }}\n"));
    let apply = scenario.run("apply stack.yaml --local --yes --allow-env TOKEN").exits(0);
    assert!(!apply.to_string().contains("hunter2"), "{apply}");
    scenario.run("plan stack.yaml --local --detailed-exitcode --allow-env TOKEN").exits(0);
    // The file says nothing of the secret any more, and the run may not read it.
    scenario.edit("stack.yaml", "token: \"${env.TOKEN}\", stage: dev", "stage: prod");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.other  the file changed  stack.yaml:6
        Attributes.stage  dev -> prod
        Attributes.token  (sensitive, changed)

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.stack(RULE);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.other  no longer in the file
        Attributes.stage  dev
        Attributes.token  (sensitive)
        FixedRate         0
        Priority          11
        ReservoirSize     0

    Plan: 1 to delete.
    [exit 0]
    ");
    let json = scenario.run("plan stack.yaml --local --format json");
    assert!(!json.to_string().contains("hunter2"), "{json}");
    let destroy = scenario.run("destroy stack.yaml --local --yes").exits(0);
    assert!(!destroy.to_string().contains("hunter2"), "{destroy}");
}

//! `drift`: what moved in AWS, told apart from what the file changed.

use serde_json::{Value, json};

use crate::between::{Between, Fate};
use crate::harness::Scenario;
use crate::others::Others;

const RULES: &str = "sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1, URLPath: /checkout }
  health: { Priority: 20, FixedRate: 0, ReservoirSize: 0, URLPath: /health }
";

const TRUST: &str = r#"{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: "sts:AssumeRole" }] }"#;

fn applied(sections: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(sections);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

pub(crate) fn set(scenario: &Scenario, name: &str, mut fields: Value) {
    fields["RuleName"] = name.into();
    Others::of(scenario).xray("UpdateSamplingRule", &json!({"SamplingRuleUpdate": fields}));
}

pub(crate) fn tag(scenario: &Scenario, name: &str, key: &str, value: &str) {
    let arn = format!("arn:aws:xray:eu-west-1:123456789012:sampling-rule/{name}");
    let tags = json!({"ResourceARN": arn, "Tags": [{"Key": key, "Value": value}]});
    Others::of(scenario).xray("TagResource", &tags);
}

#[test]
fn a_clean_run_is_one_line() {
    let scenario = applied(RULES);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    drift: 2 clean
    [exit 0]
    ");
}

#[test]
fn who_moved_is_told_field_by_field() {
    let scenario = applied(RULES);
    set(&scenario, "checkout", json!({"FixedRate": 0.9}));
    scenario.edit("stack.yaml", "URLPath: /checkout", "URLPath: /pay");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  the file changed, and AWS did too  stack.yaml:5
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  file 0.5, AWS 0.9  (drift)
        URLPath    file /pay, AWS /checkout  (pending)

    drift: 1 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept sampling_rules.checkout --local`
              takes it into the file
    [exit 3]
    ");

    scenario.edit("stack.yaml", "FixedRate: 0.5", "FixedRate: 0.7");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ! sampling_rules.checkout  the file changed, and AWS did too  stack.yaml:5
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  file 0.7, AWS 0.9  (conflict)
        URLPath    file /pay, AWS /checkout  (pending)

    drift: 1 clean, 1 in conflict
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept sampling_rules.checkout --local`
              takes it into the file
    [exit 3]
    ");
}

#[test]
fn what_only_the_file_changed_is_pending_and_no_drift() {
    let scenario = applied(RULES);
    scenario.edit("stack.yaml", "FixedRate: 0.5", "FixedRate: 0.7");
    scenario.edit("stack.yaml", "  health:", "  ready:");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = sampling_rules.checkout  the file changed  stack.yaml:5
        FixedRate  file 0.7, AWS 0.5  (pending)

    = sampling_rules.health  no longer in the file

    - sampling_rules.ready  stack.yaml:6
        not in AWS: it was deleted there or never applied, and nothing tells which

    drift: 0 clean, 1 missing, 2 pending
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only sampling_rules.ready --local`
              makes what is missing
    [exit 3]
    ");
}

#[test]
fn what_is_gone_unmarked_or_anothers_is_told() {
    let scenario = applied(&format!(
        "{RULES}  api: {{ Priority: 30, FixedRate: 0.1, ReservoirSize: 1, URLPath: /api }}\n"
    ));
    let others = Others::of(&scenario);
    others.xray("DeleteSamplingRule", &json!({"RuleName": "health"}));
    let arn = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout";
    let keys = json!({"ResourceARN": arn, "TagKeys": ["tracewright:stack", "tracewright:digest"]});
    others.xray("UntagResource", &keys);
    tag(&scenario, "api", "tracewright:stack", "other");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ! sampling_rules.api  belongs to the stack `other`  stack.yaml:7

    ! sampling_rules.checkout  exists without a mark of ours  stack.yaml:5

    - sampling_rules.health  stack.yaml:6
        not in AWS: it was deleted there or never applied, and nothing tells which

    drift: 0 clean, 1 missing, 1 unmarked, 1 of another stack
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only sampling_rules.health --local`
              makes what is missing
      = help: `tracewright apply stack.yaml --adopt sampling_rules.checkout --local`
              takes it over
    [exit 3]
    ");
}

#[test]
fn an_apply_that_did_not_finish_is_told() {
    let scenario = applied(RULES);
    set(&scenario, "checkout", json!({"FixedRate": 0.9}));
    let arn = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout";
    let keys = json!({"ResourceARN": arn, "TagKeys": ["tracewright:digest"]});
    Others::of(&scenario).xray("UntagResource", &keys);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  an earlier apply did not finish  stack.yaml:5
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  file 0.5, AWS 0.9  (who moved is not known)

    drift: 1 clean, 1 unfinished
    [exit 3]
    ");
}

#[test]
fn policies_are_told_statement_by_statement() {
    let scenario = applied(&format!(
        "roles:\n  task:\n    AssumeRolePolicyDocument: {TRUST}\n    InlinePolicies:\n      \
         logs: {{ Version: \"2012-10-17\", Statement: [{{ Effect: Allow, Action: \"logs:Put*\", Resource: \"*\" }}] }}\n"
    ));
    let others = Others::of(&scenario);
    let wider = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let parameters =
        [("RoleName", "task"), ("PolicyName", "logs"), ("PolicyDocument", &*wider.to_string())];
    others.iam("PutRolePolicy", &parameters);
    others.iam(
        "AttachRolePolicy",
        &[("RoleName", "task"), ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")],
    );
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ roles.task  AWS changed since the last apply  stack.yaml:5
        InlinePolicies.logs  (+ is the file's, - AWS's)  (drift)
          ~ statement 1 (allow logs:Put* on *)
            ~ Action * -> logs:Put*
        ManagedPolicies.AdministratorAccess  (drift)
          file (none)
          AWS  arn:aws:iam::aws:policy/AdministratorAccess

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept roles.task --local` takes it
              into the file
    [exit 3]
    ");
}

#[test]
fn a_newer_revision_of_others_is_told_with_who_registered_it() {
    let scenario = applied(
        "task_definitions:\n  app:\n    containerDefinitions:\n      \
         - { name: app, image: \"shop/app:1\", memory: 64 }\n",
    );
    let task = |image: &str| {
        json!({
            "family": "app",
            "containerDefinitions": [{"name": "app", "image": image, "memory": 64}],
        })
    };
    Others::of(&scenario).ecs("RegisterTaskDefinition", &task("shop/app:2"));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.app  AWS changed since the last apply  stack.yaml:5
        last changed in AWS at 2026-11-22T08:01:00Z
        containerDefinitions.app.image  file shop/app:1, AWS shop/app:2  (drift)
        app:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack; if its image is a deployment's,
        say `image_from: live` beside it

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept task_definitions.app --local`
              takes it into the file
    [exit 3]
    ");

    // One that is the same is nothing that moved, and is told.
    Others::of(&scenario).ecs("RegisterTaskDefinition", &task("shop/app:1"));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = task_definitions.app  as the file says  stack.yaml:5
        app:3 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack

    drift: 1 clean
    [exit 0]
    ");
}

#[test]
fn secrets_are_in_no_output() {
    let scenario = applied(
        "task_definitions:\n  app:\n    containerDefinitions:\n      \
         - { name: app, image: \"shop/app:1\", memory: 64, environment: [{ name: DB_PASSWORD, value: swordfish }] }\n",
    );
    let task = json!({
        "family": "app",
        "containerDefinitions": [{
            "name": "app", "image": "shop/app:2", "memory": 64,
            "environment": [
                {"name": "DB_PASSWORD", "value": "hunter2hunter2"},
                {"name": "API_TOKEN", "value": "tokentokentoken"},
            ],
        }],
    });
    Others::of(&scenario).ecs("RegisterTaskDefinition", &task);
    for line in ["drift stack.yaml --local", "drift stack.yaml --local --format json"] {
        let output = scenario.run(line).exits(3).says("(sensitive)").to_string();
        for secret in ["swordfish", "hunter2", "tokentoken"] {
            assert!(!output.contains(secret), "{output}");
        }
    }
}

#[test]
fn the_default_rule_has_no_memory() {
    let scenario = applied("default_sampling: { FixedRate: 0.1, ReservoirSize: 1 }\n");
    set(&scenario, "Default", json!({"FixedRate": 0.9}));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ default_sampling.Default  AWS differs from the file  stack.yaml:4
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  file 0.1, AWS 0.9  (who moved is not known)

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept default_sampling.Default --local`
              takes it into the file
    [exit 3]
    ");
}

#[test]
fn filters_hold_here_too() {
    let scenario = applied(RULES);
    set(&scenario, "checkout", json!({"FixedRate": 0.9}));
    scenario.run("drift stack.yaml --local --only sampling_rules.health").exits(0).says("1 clean");
    scenario.run("drift stack.yaml --local --except *.health").exits(3).says("0 clean, 1 drifted");
    scenario
        .run("drift stack.yaml --local --only sampling_rules.helth")
        .exits(1)
        .says("did you mean");
}

#[test]
fn programs_get_json() {
    let scenario = applied(RULES);
    set(&scenario, "checkout", json!({"FixedRate": 0.9}));
    let report = scenario.run("drift stack.yaml --local --format json").exits(3).json();
    assert_eq!(report["tally"]["drift"], 1);
    assert_eq!(report["neighbours"], Value::Null);
    let checkout = &report["resources"][0];
    assert_eq!(checkout["address"], "sampling_rules.checkout");
    assert_eq!(checkout["status"], "drift");
    assert_eq!(checkout["modified"], "2026-11-22T08:01:00Z");
    let field = json!({
        "path": "FixedRate", "file": 0.5, "aws": 0.9, "origin": "drift", "sensitive": false,
        "unset": [], "ignored": null,
    });
    assert_eq!(checkout["fields"], json!([field]));
    assert_eq!(report["resources"][1]["status"], "clean");
}

#[test]
fn what_cannot_be_read_is_neither_clean_nor_moved() {
    let between =
        Between::start(
            |asked, _, _| {
                if asked == "ListTagsForResource" { Fate::Denied } else { Fate::Answered }
            },
        );
    let scenario = between.scenario();
    scenario.stack(&format!("{RULES}default_sampling: {{ FixedRate: 0.1, ReservoirSize: 1 }}\n"));
    // It is carried out, and cannot be read back.
    scenario.run("apply stack.yaml --yes").exits(7).says("1 changed, 2 created");
    insta::assert_snapshot!(scenario.run("drift stack.yaml"), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules.checkout
        not known: AWS denied xray:ListTagsForResource: AccessDenied: not authorized
        to perform ListTagsForResource; allow `xray:ListTagsForResource` for the
        role or user that runs this;
        `tracewright permissions stack.yaml --for drift` prints what it needs

    ? sampling_rules.health
        not known: AWS denied xray:ListTagsForResource: AccessDenied: not authorized
        to perform ListTagsForResource; allow `xray:ListTagsForResource` for the
        role or user that runs this;
        `tracewright permissions stack.yaml --for drift` prints what it needs

    drift: 1 clean, 2 could not be checked
    [exit 7]
    ");
    scenario.edit("stack.yaml", "FixedRate: 0.1", "FixedRate: 0.2");
    // Something moved, or may have, and something could not be read.
    scenario.run("drift stack.yaml").exits(7).says("0 clean, 1 drifted, 2 could not be checked");
}

//! Log groups through their whole life on the local AWS.

use serde_json::json;

use crate::harness::{Output, Scenario, cost};
use crate::undo::undone;

pub(crate) const KEY: &str =
    "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const STATE: &str = ".tracewright/local.json";

fn group(body: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&format!("log_groups:\n  /ecs/shop/collector: {body}\n"));
    scenario
}

/// With a log group beside it that stays: a file with nothing in it is refused.
fn and_other(body: &str) -> Scenario {
    let scenario = group(body);
    let text = scenario.read("stack.yaml");
    scenario.write("stack.yaml", text + "  /other: {}\n");
    apply(&scenario);
    scenario
}

fn without(scenario: &Scenario) {
    scenario.stack("log_groups: { /other: {} }\n");
}

pub(crate) fn apply(scenario: &Scenario) -> Output {
    scenario.run("apply stack.yaml --local --yes --stats").exits(0)
}

#[track_caller]
pub(crate) fn nothing_to_do(scenario: &Scenario) {
    let _ = scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let _ = scenario.run("drift stack.yaml --local").exits(0);
}

/// What the local AWS has of the log group.
fn live(scenario: &Scenario) -> serde_json::Value {
    let region = scenario.local_state()["accounts"]["123456789012"]["eu-west-1"].clone();
    region["logs"]["groups"]["/ecs/shop/collector"].clone()
}

#[test]
fn a_log_group_is_made_in_one_call_or_three() {
    let scenario = group("{}");
    insta::assert_snapshot!(cost(&apply(&scenario).stderr), @"
    stats: logs  CreateLogGroup 1, DescribeLogGroups 3, ListTagsForResource 3
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 5
    ");
    nothing_to_do(&scenario);
    let scenario = group("{ retentionInDays: 30, tags: { team: shop } }");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    + log_groups./ecs/shop/collector  not in AWS yet  stack.yaml:5
        retentionInDays  30
        tags.team        shop

    Plan: 1 to create.
    Applied: 1 created.
    ------- stderr -------
    created log_groups./ecs/shop/collector
    [exit 0]
    ");
    assert_eq!(live(&scenario)["retention"], 30);
    assert_eq!(live(&scenario)["tags"]["team"], "shop");
    nothing_to_do(&scenario);
}

#[test]
fn each_field_is_changed_and_taken_away_and_the_plan_says_what_that_does() {
    let scenario = group("{ retentionInDays: 30 }");
    apply(&scenario);
    let to = |body: &str| {
        scenario.stack(&format!("log_groups:\n  /ecs/shop/collector: {body}\n"));
        let said = scenario.run("apply stack.yaml --local --yes").exits(0).stdout;
        nothing_to_do(&scenario);
        said
    };
    let said = [
        "{ retentionInDays: 90 }",
        "{ retentionInDays: 1 }",
        "{}",
        "{ retentionInDays: 7, tags: { team: shop } }",
        &format!("{{ kmsKeyId: \"{KEY}\" }}"),
        "{ deletionProtectionEnabled: true }",
        "{ deletionProtectionEnabled: false }",
    ];
    insta::assert_snapshot!(said.map(to).join("\n"), @"
    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        retentionInDays  30 -> 90

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        retentionInDays  90 -> 1
        deletes the log events that are older than 1 day

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        retentionInDays  1 -> (none)

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        retentionInDays  (none) -> 7
        tags.team        (none) -> shop
        deletes the log events that are older than 7 days

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        kmsKeyId
          (none) -> arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1
          234567890ab
        retentionInDays  7 -> (none)
        tags.team        shop -> (none)

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        deletionProtectionEnabled  (none) -> true
        kmsKeyId
          arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890a
          b -> (none)
        what is stored stays encrypted with the old key, which is needed to read it

    Plan: 1 to change.
    Applied: 1 changed.

    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  the file changed  stack.yaml:5
        deletionProtectionEnabled  true -> (none)

    Plan: 1 to change.
    Applied: 1 changed.
    ");
    assert!(live(&scenario).get("key").is_none() && live(&scenario)["protected"] == false);
}

#[test]
fn deleting_and_making_anew_say_what_is_lost() {
    let scenario = and_other("{ retentionInDays: 30 }");
    scenario.edit(STATE, "\"stored_bytes\": 0", "\"stored_bytes\": 1234567890");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "retentionInDays: 30", "logGroupClass: INFREQUENT_ACCESS");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    -/+ log_groups./ecs/shop/collector  stack.yaml:5
        CloudWatch Logs has no call that changes the class of a log group
        logGroupClass    STANDARD -> INFREQUENT_ACCESS
        retentionInDays  30 -> (none)
        deletes all its logs (1.2 GB), its metric filters and its subscriptions;
        nothing brings them back

    Plan: 1 to replace.
    [exit 0]
    ");
    without(&scenario);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - log_groups./ecs/shop/collector  no longer in the file
        retentionInDays  30
        deletes all its logs (1.2 GB), its metric filters and its subscriptions;
        nothing brings them back

    Plan: 1 to delete.
    Applied: 1 deleted.
    ------- stderr -------
    deleted log_groups./ecs/shop/collector
    [exit 0]
    ");
    assert!(live(&scenario).is_null());
    nothing_to_do(&scenario);

    let scenario = group("{ retentionInDays: 30 }");
    apply(&scenario);
    scenario.edit("stack.yaml", "retentionInDays: 30", "logGroupClass: INFREQUENT_ACCESS");
    let _ = scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!(live(&scenario)["class"], "INFREQUENT_ACCESS");
    nothing_to_do(&scenario);
    let _ = scenario.run("destroy stack.yaml --local --yes").exits(0).says("deletes all its logs");
    assert!(live(&scenario).is_null());
}

#[test]
fn what_is_protected_in_either_way_stays() {
    let scenario = and_other("{ protect: true }");
    without(&scenario);
    let _ = scenario.run("apply stack.yaml --local --yes").says("protected, and kept");
    assert!(live(&scenario).is_object());

    let scenario = and_other("{ deletionProtectionEnabled: true }");
    without(&scenario);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - log_groups./ecs/shop/collector  no longer in the file
        deletionProtectionEnabled  true
        deletes all its logs, its metric filters and its subscriptions; nothing
        brings them back
        is protected from deletion in CloudWatch Logs: this will fail until an apply
        of its own has set `deletionProtectionEnabled: false`

    Plan: 1 to delete.
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     log_groups./ecs/shop/collector: logs:DeleteLogGroup failed:
                 ValidationException: The log group is protected from being deleted
    Next:
      tracewright apply stack.yaml --local
    ------- stderr -------
    failed  log_groups./ecs/shop/collector: logs:DeleteLogGroup failed: ValidationException: The log group is protected from being deleted
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
    assert!(live(&scenario).is_object());
}

#[test]
fn a_class_that_says_how_long_events_stay_is_taken_at_its_word() {
    let scenario = group("{ logGroupClass: DELIVERY }");
    apply(&scenario);
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "DELIVERY", "DELIVERY, retentionInDays: 2");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "retentionInDays: 2", "retentionInDays: 30");
    let _ = scenario.run("check stack.yaml").exits(1).says("is AWS's to say");
}

#[test]
fn what_was_changed_in_aws_is_drift_and_goes_either_way() {
    let scenario = group("{ retentionInDays: 30 }");
    apply(&scenario);
    scenario.edit(STATE, "\"retention\": 30", "\"retention\": 7");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local").exits(3), @"
    shop  account 123456789012  eu-west-1

    ~ log_groups./ecs/shop/collector  AWS changed since the last apply  stack.yaml:5
        retentionInDays  file 30, AWS 7  (drift)

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept log_groups./ecs/shop/collector --local`
              takes it into the file
    [exit 3]
    ");
    let _ =
        scenario.run("drift stack.yaml --local --accept log_groups./ecs/shop/collector").exits(0);
    assert!(scenario.read("stack.yaml").contains("retentionInDays: 7"));
    nothing_to_do(&scenario);
    scenario.edit(STATE, "\"retention\": 7", "\"retention\": 14");
    apply(&scenario);
    assert_eq!(live(&scenario)["retention"], 7);
}

#[test]
fn what_somebody_else_made_is_adopted_and_nothing_else() {
    let scenario = group("{ retentionInDays: 30 }");
    apply(&scenario);
    let text = scenario.read(STATE);
    let mut state: serde_json::Value = serde_json::from_str(&text).unwrap();
    let groups = &mut state["accounts"]["123456789012"]["eu-west-1"]["logs"]["groups"];
    groups["/ecs/shop/collector"].as_object_mut().unwrap().remove("tags");
    groups["/ecs/shop/collector-2"] = groups["/ecs/shop/collector"].clone();
    scenario.write(STATE, state.to_string());
    let _ = scenario.run("plan stack.yaml --local").says("exists without a mark of ours");
    let _ = scenario.run("apply stack.yaml --local --yes").exits(4);
    let adopt = "apply stack.yaml --local --yes --adopt log_groups./ecs/shop/collector";
    let _ = scenario.run(adopt).exits(0);
    nothing_to_do(&scenario);
    let _ = scenario.run("destroy stack.yaml --local --yes").exits(0);
    let state = scenario.local_state();
    let groups = &state["accounts"]["123456789012"]["eu-west-1"]["logs"]["groups"];
    assert_eq!(groups.as_object().unwrap().len(), 1, "{groups}");
}

#[test]
fn a_run_is_undone_but_for_the_logs() {
    let scenario = group("{ retentionInDays: 30, tags: { team: shop } }");
    apply(&scenario);
    let before = live(&scenario);
    scenario.edit("stack.yaml", "retentionInDays: 30, tags: { team: shop }", "retentionInDays: 90");
    apply(&scenario);
    undone(&scenario);
    assert_eq!(live(&scenario), before);
}

#[test]
fn what_may_not_be_read_is_unknown() {
    let scenario = group("{ retentionInDays: 30 }");
    apply(&scenario);
    for action in ["logs:DescribeLogGroups", "logs:ListTagsForResource", "tag:GetResources"] {
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

#[test]
fn a_reference_stands_for_the_arn_without_a_star() {
    let scenario = Scenario::new();
    scenario.stack(
        "log_groups:\n  /ecs/app: {}\npolicies:\n  write:\n    PolicyDocument: { Version: \"2012-10-17\", \
         Statement: [{ Effect: Allow, Action: \"logs:PutLogEvents\", Resource: \"${log_group./ecs/app.arn}:*\" }] }\n",
    );
    apply(&scenario);
    let policies = scenario.local_state()["global"]["123456789012"]["iam"].to_string();
    let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/app:*";
    assert!(policies.contains(arn), "{policies}");
    nothing_to_do(&scenario);
}

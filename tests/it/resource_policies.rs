//! X-Ray's resource policies, as people meet them: nothing in AWS says whose they are.

use serde_json::{Value, json};

use crate::harness::Scenario;
use crate::others::Others;

pub(crate) const SNS: &str = "resource_policies:
  sns:
    PolicyDocument:
      Version: \"2012-10-17\"
      Statement:
        - Effect: Allow
          Principal: { Service: sns.amazonaws.com }
          Action: [xray:PutTraceSegments, xray:GetSamplingRules]
          Resource: \"*\"
          Condition: { StringEquals: { \"aws:SourceAccount\": \"123456789012\" } }
";

pub(crate) fn applied(stack: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(stack);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

pub(crate) fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

/// The names of the policies that AWS has.
pub(crate) fn live(scenario: &Scenario) -> Vec<String> {
    let answer = Others::of(scenario).xray("ListResourcePolicies", &json!({}));
    let policies = answer["ResourcePolicies"].as_array().unwrap().iter();
    let mut names: Vec<_> =
        policies.map(|policy| policy["PolicyName"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

pub(crate) fn text(scenario: &Scenario, name: &str) -> Value {
    let answer = Others::of(scenario).xray("ListResourcePolicies", &json!({}));
    let policies = answer["ResourcePolicies"].as_array().unwrap();
    let policy = policies.iter().find(|policy| policy["PolicyName"] == name).unwrap();
    serde_json::from_str(policy["PolicyDocument"].as_str().unwrap()).unwrap()
}

/// Somebody else writes a policy.
pub(crate) fn put(scenario: &Scenario, name: &str, action: &str) {
    let document = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": action,
        "Resource": "*",
    }]});
    let input = json!({"PolicyName": name, "PolicyDocument": document.to_string()});
    Others::of(scenario).xray("PutResourcePolicy", &input);
}

#[test]
fn a_policy_comes_and_then_there_is_nothing_to_do() {
    let scenario = Scenario::new();
    scenario.stack(SNS);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    + resource_policies.sns  not in AWS yet  stack.yaml:5
        PolicyDocument
          + statement 1 (allow xray:PutTraceSegments and 1 more on * to
            sns.amazonaws.com)
            + Effect Allow
            + Principal Service sns.amazonaws.com
            + Action xray:PutTraceSegments
            + Action xray:GetSamplingRules
            + Resource *
            + Condition StringEquals aws:SourceAccount 123456789012

    Permissions
      + resource_policies.sns: may now: xray:PutTraceSegments,
        xray:GetSamplingRules by sns.amazonaws.com, if aws:SourceAccount is
        123456789012

    note: AWS keeps no mark on resource policies: one that is taken out of the file
    stays, and `NAME: { absent: true }` in its place deletes it

    Plan: 1 to create.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 created.");
    nothing_to_do(&scenario);
    let statement = &text(&scenario, "sns")["Statement"][0];
    assert_eq!(statement["Action"], json!(["xray:PutTraceSegments", "xray:GetSamplingRules"]));
}

#[test]
fn a_policy_changes_and_the_plan_says_what_that_allows() {
    let scenario = applied(SNS);
    scenario.edit("stack.yaml", "xray:GetSamplingRules]", "\"xray:Get*\"]");
    scenario.edit(
        "stack.yaml",
        "          Condition: { StringEquals: { \"aws:SourceAccount\": \"123456789012\" } }\n",
        "",
    );
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ resource_policies.sns  AWS differs from the file  stack.yaml:5
        PolicyDocument
          ~ statement 1 (allow xray:PutTraceSegments and 1 more on * to
            sns.amazonaws.com)
            ~ Action xray:GetSamplingRules -> xray:Get*
            - Condition StringEquals aws:SourceAccount 123456789012

    Permissions
      ! resource_policies.sns: `aws:SourceAccount` is no longer checked:
        sns.amazonaws.com may act on behalf of any account
      ! resource_policies.sns: may now: xray:PutTraceSegments by
        sns.amazonaws.com; no longer checked: aws:SourceAccount
      ! resource_policies.sns: may now: xray:Get* by sns.amazonaws.com

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 changed.");
    nothing_to_do(&scenario);
    // The same in other words is the same.
    scenario.edit(
        "stack.yaml",
        "[xray:PutTraceSegments, \"xray:Get*\"]",
        "[\"xray:get*\", xray:PutTraceSegments]",
    );
    nothing_to_do(&scenario);
}

#[test]
fn what_others_change_is_drift() {
    let scenario = applied(SNS);
    put(&scenario, "sns", "xray:PutTraceSegments");
    scenario.run("drift stack.yaml --local").exits(3).says("resource_policies.sns");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("AWS differs from the file");
    nothing_to_do(&scenario);
}

#[test]
fn what_the_file_does_not_have_is_left_and_what_it_has_as_absent_goes() {
    let scenario = applied(SNS);
    put(&scenario, "theirs", "xray:PutTraceSegments");
    put(&scenario, "AWSLogDeliveryWrite20150319", "xray:PutTraceSegments");
    scenario.stack(&SNS.replace("  sns:", "  topics:"));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 created.");
    let all = ["AWSLogDeliveryWrite20150319", "sns", "theirs", "topics"];
    assert_eq!(live(&scenario), all);
    scenario.stack(&format!("{}  sns: {{ absent: true }}\n", SNS.replace("  sns:", "  topics:")));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    - resource_policies.sns  the file says that it is absent  stack.yaml:14
        PolicyDocument
          - statement 1 (allow xray:PutTraceSegments and 1 more on * to
            sns.amazonaws.com)
            - Effect Allow
            - Principal Service sns.amazonaws.com
            - Action xray:PutTraceSegments
            - Action xray:GetSamplingRules
            - Resource *
            - Condition StringEquals aws:SourceAccount 123456789012

    Permissions
      - resource_policies.sns: may no longer: xray:PutTraceSegments,
        xray:GetSamplingRules by sns.amazonaws.com, if aws:SourceAccount is
        123456789012

    Plan: 1 to delete.
    [exit 0]
    ");
    scenario.run("drift stack.yaml --local").says("resource_policies.sns");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 deleted.");
    // What says so may stay in the file.
    nothing_to_do(&scenario);
    assert_eq!(live(&scenario), ["AWSLogDeliveryWrite20150319", "theirs", "topics"]);
}

#[test]
fn a_file_that_has_nothing_but_an_absent_one_deletes_it() {
    let scenario = applied(SNS);
    scenario.stack("resource_policies:\n  sns: { absent: true }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 deleted.");
    assert!(live(&scenario).is_empty());
    nothing_to_do(&scenario);
}

#[test]
fn limits_count_what_goes() {
    let names = ["a", "b", "c", "d"];
    let scenario = Scenario::new();
    for name in names {
        put(&scenario, name, "xray:PutTraceSegments");
    }
    let absent: String = names.map(|name| format!("  {name}: {{ absent: true }}\n")).concat();
    scenario.stack(&format!("resource_policies:\n{absent}"));
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(4)
        .says("4 of the 4 resources that `shop` owns would go");
    scenario.run("apply stack.yaml --local --yes --allow-deletes 4").exits(0);
    assert!(live(&scenario).is_empty());
}

#[test]
fn destroy_takes_what_is_as_the_file_has_it() {
    let stack = format!(
        "{SNS}{}  gone: {{ absent: true }}\n",
        SNS.replace("resource_policies:\n  sns:", "  own:\n    protect: true")
    );
    let scenario = applied(&stack);
    put(&scenario, "gone", "xray:PutTraceSegments");
    put(&scenario, "theirs", "xray:PutTraceSegments");
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    - resource_policies.sns  the stack is being destroyed  stack.yaml:5
        PolicyDocument
          - statement 1 (allow xray:PutTraceSegments and 1 more on * to
            sns.amazonaws.com)
            - Effect Allow
            - Principal Service sns.amazonaws.com
            - Action xray:PutTraceSegments
            - Action xray:GetSamplingRules
            - Resource *
            - Condition StringEquals aws:SourceAccount 123456789012

    = resource_policies.own  stack.yaml:14
        protected, and kept: the stack is being destroyed; set `protect: false`
        first

    Permissions
      - resource_policies.sns: may no longer: xray:PutTraceSegments,
        xray:GetSamplingRules by sns.amazonaws.com, if aws:SourceAccount is
        123456789012

    note: resource_policies.gone is left as it is: the file has it as absent, and
    not as this stack's

    Plan: 1 to delete, 1 kept.
    Applied: 1 deleted.
    ------- stderr -------
    deleted resource_policies.sns
    Kept, since it is protected or what is names it: resource_policies.own.
    [exit 0]
    ");
    assert_eq!(live(&scenario), ["gone", "own", "theirs"]);
    scenario.edit("stack.yaml", "    protect: true\n", "");
    put(&scenario, "own", "xray:PutTraceSegments");
    scenario
        .run("destroy stack.yaml --local --yes")
        .exits(0)
        .says("resource_policies.own is left as it is: live AWS is not as the file says");
    assert_eq!(live(&scenario), ["gone", "own", "theirs"]);
}

#[test]
fn a_run_that_is_undone_leaves_the_policies_as_they_were() {
    let scenario = applied(SNS);
    put(&scenario, "old", "xray:PutTraceSegments");
    let before = text(&scenario, "old");
    scenario.stack(&format!(
        "{}  old: {{ absent: true }}\n{}",
        SNS.replace("xray:GetSamplingRules]", "xray:GetSamplingTargets]"),
        SNS.replace("resource_policies:\n  sns:", "  new:")
    ));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!(live(&scenario), ["new", "sns"]);
    insta::assert_snapshot!(crate::undo::undone(&scenario), @"
    shop  account 123456789012  eu-west-1

    - resource_policies.new  that run made it
        PolicyDocument
          - statement 1 (allow xray:PutTraceSegments and 1 more on * to
            sns.amazonaws.com)
            - Effect Allow
            - Principal Service sns.amazonaws.com
            - Action xray:PutTraceSegments
            - Action xray:GetSamplingRules
            - Resource *
            - Condition StringEquals aws:SourceAccount 123456789012

    ~ resource_policies.sns  as it was before that run
        PolicyDocument
          ~ statement 1 (allow xray:PutTraceSegments and 1 more on * to
            sns.amazonaws.com)
            ~ Action xray:GetSamplingTargets -> xray:GetSamplingRules

    + resource_policies.old  that run took it away
        PolicyDocument
          + statement 1 (allow xray:PutTraceSegments on * to sns.amazonaws.com)
            + Effect Allow
            + Principal Service sns.amazonaws.com
            + Action xray:PutTraceSegments
            + Resource *

    Permissions
      ! resource_policies.sns: may now: xray:GetSamplingRules by
        sns.amazonaws.com, if aws:SourceAccount is 123456789012
      + resource_policies.old: may now: xray:PutTraceSegments by sns.amazonaws.com
      - resource_policies.new: may no longer: xray:PutTraceSegments,
        xray:GetSamplingRules by sns.amazonaws.com, if aws:SourceAccount is
        123456789012
      - resource_policies.sns: may no longer: xray:GetSamplingTargets by
        sns.amazonaws.com, if aws:SourceAccount is 123456789012


    note: AWS keeps no mark on resource policies: one that is taken out of the file
    stays, and `NAME: { absent: true }` in its place deletes it

    Plan: 1 to delete, 1 to change, 1 to create.
    ");
    assert_eq!(live(&scenario), ["old", "sns"]);
    assert_eq!(text(&scenario, "old"), before);
    scenario.stack(SNS);
    nothing_to_do(&scenario);
}

#[test]
fn documents_of_aws_are_read() {
    let scenario = applied(SNS);
    let answer = Others::of(&scenario).xray("ListResourcePolicies", &json!({}));
    let policy = &answer["ResourcePolicies"][0];
    let input = json!({
        "PolicyName": "sns", "PolicyDocument": policy["PolicyDocument"],
        "PolicyRevisionId": "7", "BypassPolicyLockoutCheck": false,
    });
    let made = json!({"ResourcePolicy": policy});
    for document in [answer.clone(), input, made] {
        scenario.write("policy.json", document.to_string());
        scenario.stack("resource_policies:\n  sns: { file: policy.json }\n");
        scenario.run("check stack.yaml").exits(0).says("AWS sets PolicyRevisionId");
        nothing_to_do(&scenario);
    }
    scenario.write("text.json", text(&scenario, "sns").to_string());
    scenario.stack("resource_policies:\n  sns: { PolicyDocument: { file: text.json } }\n");
    nothing_to_do(&scenario);
}

#[test]
fn show_says_that_nobody_knows_whose_it_is() {
    let scenario = applied(SNS);
    put(&scenario, "theirs", "xray:PutTraceSegments");
    scenario
        .run("show stack.yaml resource_policies.sns --local")
        .exits(0)
        .says("this file, which has it: it carries no mark");
    scenario
        .run("show stack.yaml resource_policies.theirs --local")
        .exits(0)
        .says("nobody knows: it carries no mark");
}

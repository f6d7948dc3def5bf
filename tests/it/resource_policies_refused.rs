//! Resource policies that AWS refuses, or would: somebody was quicker, or they say what they must not.

use serde_json::json;

use crate::between::{Between, Fate};
use crate::harness::Scenario;
use crate::others::Others;
use crate::resource_policies::{SNS, applied, nothing_to_do, put, text};

#[test]
fn a_policy_that_was_written_again_is_stale() {
    let scenario = applied(SNS);
    scenario.edit("stack.yaml", "xray:GetSamplingRules]", "xray:GetSamplingTargets]");
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    // The same once more: but for its revision, nothing moved.
    let document = text(&scenario, "sns").to_string();
    let input = json!({"PolicyName": "sns", "PolicyDocument": document});
    Others::of(&scenario).xray("PutResourcePolicy", &input);
    scenario
        .run("apply --plan plan.json --local --yes")
        .exits(5)
        .says("resource_policies.sns was changed: its revision: it was written again");
}

#[test]
fn aws_refuses_what_comes_between() {
    // Somebody writes it after the last look, just before the write.
    let between = Between::start(|operation, before, others| {
        if (operation, before) == ("PutResourcePolicy", 1) {
            let document = json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "xray:*", "Resource": "*",
            }]});
            let input = json!({"PolicyName": "sns", "PolicyDocument": document.to_string()});
            others.xray("PutResourcePolicy", &input);
        }
        Fate::Answered
    });
    let scenario = between.scenario();
    scenario.stack(SNS);
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.edit("stack.yaml", "xray:GetSamplingRules]", "xray:GetSamplingTargets]");
    scenario
        .run("apply stack.yaml --yes")
        .exits(6)
        .says("somebody else wrote this policy since it was planned: plan again");
    let live = between.others().xray("ListResourcePolicies", &json!({}));
    assert!(live["ResourcePolicies"][0]["PolicyDocument"].as_str().unwrap().contains("xray:*"));
}

#[test]
fn an_answer_that_is_lost_is_no_other_hand() {
    for (stack, call) in [
        (SNS.to_owned(), "xray:PutResourcePolicy"),
        ("resource_policies:\n  sns: { absent: true }\n".to_owned(), "xray:DeleteResourcePolicy"),
    ] {
        let scenario = Scenario::new();
        put(&scenario, "sns", "xray:PutTraceSegments");
        scenario.stack(&stack);
        let script = json!({"rules": [{"call": call, "nth": 1, "effect": "answer_lost"}]});
        scenario.write("faults.json", script.to_string());
        let scenario = scenario.env("TRACEWRIGHT_LOCAL_FAULTS", "faults.json");
        scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1");
        nothing_to_do(&scenario);
    }
}

#[test]
fn a_policy_that_locks_its_author_out_is_refused_in_words() {
    let denies = "resource_policies:
  own:
    PolicyDocument:
      Version: \"2012-10-17\"
      Statement: [{ Effect: Deny, Principal: { AWS: \"123456789012\" }, Action: \"xray:Put*\", Resource: \"*\" }]
";
    let scenario = Scenario::new();
    scenario.stack(denies);
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(6)
        .says("set `BypassPolicyLockoutCheck: true`");
    scenario.stack(&format!("{denies}    BypassPolicyLockoutCheck: true\n"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    // It is sent with a change, and is none.
    scenario.edit("stack.yaml", "    BypassPolicyLockoutCheck: true\n", "");
    nothing_to_do(&scenario);
}

#[test]
fn a_denied_read_is_unknown() {
    let scenario = applied(SNS);
    let refused = json!({"refused": {"code": "AccessDeniedException"}});
    let script = json!({"rules": [{"call": "xray:ListResourcePolicies", "effect": refused}]});
    scenario.write("faults.json", script.to_string());
    let scenario = scenario.env("TRACEWRIGHT_LOCAL_FAULTS", "faults.json");
    scenario.run("plan stack.yaml --local").exits(7).says("xray:ListResourcePolicies");
}

#[test]
fn five_are_all_and_awss_own_are_among_them() {
    let scenario = Scenario::new();
    put(&scenario, "AWSLogDeliveryWrite20150319", "xray:PutTraceSegments");
    for name in ["a", "b", "c", "d"] {
        put(&scenario, name, "xray:PutTraceSegments");
    }
    scenario.stack(SNS);
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(6)
        .says("the region would have 6 resource policies, and AWS's quota is 5")
        .says("AWS takes 5 in a region");
    scenario.stack(&format!("{SNS}  a: {{ absent: true }}\n"));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("deletions come before creations");
    nothing_to_do(&scenario);
}

#[test]
fn what_aws_would_refuse_is_refused_at_its_place() {
    let scenario = Scenario::new();
    let long = format!("\"xray:{}\"", "x".repeat(5200));
    scenario.stack(&format!(
        "resource_policies:
  AWSLogDeliveryWrite: {{ absent: true }}
  a b: {{ absent: true }}
  both: {{ absent: true, PolicyDocument: {{ Statement: [] }} }}
  never: {{ absent: \"yes\" }}
  nobody: {{ PolicyDocument: {{ Statement: [{{ Effect: Allow, Action: \"xray:*\", Resource: \"*\" }}] }} }}
  none: {{}}
  long: {{ PolicyDocument: {{ Statement: [{{ Effect: Allow, Principal: \"*\", Action: {long} }}] }} }}
"
    ));
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: resource policies whose names begin with `AWSLogDelivery` are AWS's own
     --> stack.yaml:5:24
      |
    5 |   AWSLogDeliveryWrite: { absent: true }
      |                        ^
      |
      = help: leave it out here: AWS writes it itself, and tracewright does not touch it

    error: the name of a resource policy has a character that IAM does not take, ' '
     --> stack.yaml:6:8
      |
    6 |   a b: { absent: true }
      |        ^
      |
      = help: it takes letters, digits and _ + = , . @ -

    error: `PolicyDocument` stands beside `absent: true`
     --> stack.yaml:7:25
      |
    7 |   both: { absent: true, PolicyDocument: { Statement: [] } }
      |                         ^^^^^^^^^^^^^^
      |
      = help: what is not to be there has no fields; take one of the two out

    error: `absent` is `true` or `false`, not "yes"
     --> stack.yaml:8:20
      |
    8 |   never: { absent: "yes" }
      |                    ^^^^^

    error: statement 1 of `PolicyDocument` needs `Principal`
     --> stack.yaml:9:43
      |
    9 |   nobody: { PolicyDocument: { Statement: [{ Effect: Allow, Action: "xray:...
      |                                           ^
      |
      = help: `Principal`: who may, like `{ "Service": "ecs-tasks.amazonaws.com" }`

    error: a resource policy needs `PolicyDocument`
      --> stack.yaml:10:9
       |
    10 |   none: {}
       |         ^
       |
       = help: `PolicyDocument`: who may do what with X-Ray in this account and region

    error: PolicyDocument has 5267 bytes without white space; X-Ray takes 5 KB
      --> stack.yaml:11:27
       |
    11 |   long: { PolicyDocument: { Statement: [{ Effect: Allow, Principal: "*",...
       |                           ^
       |
       = help: take statements out, use wildcards, or make two policies of it
    [exit 1]
    "#);
}

//! `--only-drift`: what moved in AWS is put back, and nothing else is done.

use serde_json::json;

use crate::drift::{set, tag};
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

#[test]
fn only_what_moved_goes_back_and_the_rest_is_named() {
    let scenario = applied(&format!(
        "{RULES}  gone: {{ Priority: 30, FixedRate: 0, ReservoirSize: 0 }}\n  dropped: {{ Priority: 40, FixedRate: 0, ReservoirSize: 0 }}\n"
    ));
    Others::of(&scenario).xray("DeleteSamplingRule", &json!({"RuleName": "gone"}));
    set(
        &scenario,
        "checkout",
        json!({"FixedRate": 0.9, "Host": "x.example.com", "ReservoirSize": 7}),
    );
    tag(&scenario, "checkout", "owner", "someone");
    scenario.edit("stack.yaml", "URLPath: /checkout", "URLPath: /pay");
    scenario.edit("stack.yaml", "ReservoirSize: 1, ", "ReservoirSize: 2, ");
    scenario.edit("stack.yaml", "URLPath: /health", "URLPath: /ready");
    scenario.edit(
        "stack.yaml",
        "  dropped: { Priority: 40, FixedRate: 0, ReservoirSize: 0 }\n",
        "",
    );
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --only-drift"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  AWS changed since the last apply  stack.yaml:5
        FixedRate   0.9 -> 0.5  (drift)
        Host        x.example.com -> *  (drift)
        Tags.owner  someone -> (none)  (drift)

    note: of sampling_rules.checkout is left: URLPath (the file changed),
    ReservoirSize (the file and AWS both changed, here or elsewhere in that field)

    note: sampling_rules.gone is left: it is not in AWS, and nothing tells whether
    it was deleted or never applied; `apply --only sampling_rules.gone` makes it

    note: sampling_rules.health is left: URLPath (the file changed)

    note: sampling_rules.dropped is left: it is no longer in the file, and nothing
    is deleted

    left out: sampling_rules.dropped, sampling_rules.gone, sampling_rules.health

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --only-drift --yes").exits(0);
    // What is left is told as it was.
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ! sampling_rules.checkout  the file changed, and AWS did too  stack.yaml:5
        last changed in AWS at 2026-11-22T08:00:00Z
        ReservoirSize  file 2, AWS 7  (conflict)
        URLPath        file /pay, AWS /checkout  (pending)

    = sampling_rules.dropped  no longer in the file

    - sampling_rules.gone  stack.yaml:7
        not in AWS: it was deleted there or never applied, and nothing tells which

    = sampling_rules.health  the file changed  stack.yaml:6
        URLPath  file /ready, AWS /health  (pending)

    drift: 0 clean, 1 in conflict, 1 missing, 2 pending
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept sampling_rules.checkout --local`
              takes it into the file
      = help: `tracewright apply stack.yaml --only sampling_rules.gone --local`
              makes what is missing
    [exit 3]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("drift stack.yaml --local").exits(0).says("drift: 3 clean");
}

#[test]
fn where_nothing_moved_there_is_nothing_to_put_back() {
    let scenario = applied(RULES);
    scenario.run("plan stack.yaml --local --only-drift").exits(0).says("Nothing to do");
    scenario.edit("stack.yaml", "URLPath: /health", "URLPath: /ready");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --only-drift --yes"), @"
    shop  account 123456789012  eu-west-1

    note: sampling_rules.health is left: URLPath (the file changed)

    left out: sampling_rules.health

    Nothing to do but what is left out (1 resource in step).
    [exit 0]
    ");
}

#[test]
fn a_revision_of_others_gives_way_to_one_with_what_moved_put_back() {
    let scenario = applied(
        "task_definitions:\n  app:\n    cpu: 256\n    memory: 512\n    containerDefinitions:\n      \
         - { name: app, image: \"shop/app:1\", environment: [{ name: DB_PASSWORD, value: swordfish }] }\n",
    );
    let task = json!({
        "family": "app", "cpu": "512", "memory": "512",
        "containerDefinitions": [{
            "name": "app", "image": "shop/app:2", "essential": true,
            "environment": [{"name": "DB_PASSWORD", "value": "swordfish"}],
        }],
    });
    Others::of(&scenario).ecs("RegisterTaskDefinition", &task);
    scenario.edit("stack.yaml", "memory: 512", "memory: 1024");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --only-drift"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.app  AWS changed since the last apply  stack.yaml:5
        containerDefinitions.app
          image  shop/app:2 -> shop/app:1  (drift)
        cpu  512 -> 256  (drift)
        app:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack; if its image is a deployment's,
        say `image_from: live` beside it

    note: of task_definitions.app is left: memory (the file changed)

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --only-drift --yes").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = task_definitions.app  the file changed  stack.yaml:5
        memory  file 1024, AWS 512  (pending)

    drift: 0 clean, 1 pending
    [exit 0]
    ");
    let latest =
        Others::of(&scenario).ecs("DescribeTaskDefinition", &json!({"taskDefinition": "app"}));
    let latest = &latest["taskDefinition"];
    assert_eq!((&latest["cpu"], &latest["memory"]), (&json!("256"), &json!("512")));
    let container = &latest["containerDefinitions"][0];
    assert_eq!(container["image"], "shop/app:1");
    assert_eq!(container["environment"], json!([{"name": "DB_PASSWORD", "value": "swordfish"}]));
}

#[test]
fn policies_go_back_as_they_were_spelled() {
    let document = |action: &str| {
        format!(
            "{{ Version: \"2012-10-17\", Statement: [{{ Effect: Allow, Action: \"{action}\", Resource: \"*\" }}] }}"
        )
    };
    let scenario = applied(&format!(
        "roles:\n  task:\n    Description: tasks\n    AssumeRolePolicyDocument: {TRUST}\n    InlinePolicies:\n      logs: {}\n\
         policies:\n  traces: {{ PolicyDocument: {}, Tags: {{ a: b }} }}\n",
        document("logs:PutLogEvents"),
        document("xray:PutTraceSegments"),
    ));
    let others = Others::of(&scenario);
    let wide = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let wide = wide.to_string();
    others.iam(
        "PutRolePolicy",
        &[("RoleName", "task"), ("PolicyName", "logs"), ("PolicyDocument", &wide)],
    );
    others.iam(
        "PutRolePolicy",
        &[("RoleName", "task"), ("PolicyName", "more"), ("PolicyDocument", &wide)],
    );
    let arn = "arn:aws:iam::123456789012:policy/traces";
    others.iam(
        "CreatePolicyVersion",
        &[("PolicyArn", arn), ("PolicyDocument", &wide), ("SetAsDefault", "true")],
    );
    scenario.edit("stack.yaml", "Description: tasks", "Description: the tasks");
    scenario.edit("stack.yaml", "{ a: b }", "{ a: c }");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --only-drift"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.traces  AWS changed since the last apply  stack.yaml:11
        PolicyDocument  (drift)
          ~ statement 1 (allow xray:PutTraceSegments on *)
            ~ Action * -> xray:PutTraceSegments

    ~ roles.task  AWS changed since the last apply  stack.yaml:5
        InlinePolicies.logs  (drift)
          ~ statement 1 (allow logs:PutLogEvents on *)
            ~ Action * -> logs:PutLogEvents
        InlinePolicies.more  (drift)
          - statement 1 (allow * on *)
            - Effect Allow
            - Action *
            - Resource *

    Permissions
      - policies.traces: may no longer: * on *
      - roles.task: logs: may no longer: * on *
      - roles.task: more: may no longer: * on *

    note: of policies.traces is left: Tags.a (the file changed)

    note: of roles.task is left: Description (the file changed)

    Plan: 2 to change.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --only-drift --yes").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = policies.traces  the file changed  stack.yaml:11
        Tags.a  file c, AWS b  (pending)

    = roles.task  the file changed  stack.yaml:5
        Description  file the tasks, AWS tasks  (pending)

    drift: 0 clean, 2 pending
    [exit 0]
    ");
}

#[test]
fn what_nothing_tells_of_is_left() {
    let scenario =
        applied(&format!("{RULES}default_sampling: {{ FixedRate: 0.1, ReservoirSize: 1 }}\n"));
    set(&scenario, "Default", json!({"FixedRate": 0.9}));
    set(&scenario, "health", json!({"FixedRate": 0.9}));
    let arn = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/health";
    let keys = json!({"ResourceARN": arn, "TagKeys": ["tracewright:digest"]});
    Others::of(&scenario).xray("UntagResource", &keys);
    tag(&scenario, "checkout", "tracewright:stack", "other");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --only-drift"), @"
    shop  account 123456789012  eu-west-1

    note: default_sampling.Default is left: FixedRate (nothing tells who changed it)

    note: sampling_rules.checkout is left: it is not the stack's

    note: sampling_rules.health is left: FixedRate (an earlier apply did not finish)

    left out: default_sampling.Default, sampling_rules.checkout,
        sampling_rules.health

    Nothing to do but what is left out (0 resources in step).
    [exit 0]
    ");
}

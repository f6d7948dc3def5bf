//! What the roles of a task have to allow for its daemon.

use serde_json::{Value, json};

use super::{stack, task};
use crate::harness::Scenario;

fn added(scenario: &Scenario, role: &str) -> Value {
    let shown = scenario.run(&format!("show stack.yaml roles.{role} --local --format json"));
    shown.exits(0).json()["file"]["InlinePolicies"]["tracewright-daemon"].clone()
}

#[test]
fn what_is_allowed_already_is_not_added() {
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &json!("adot"))})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert!(added(&scenario, "task").to_string().contains("xray:puttracesegments"));
    let managed = [("task", "AWSXRayDaemonWriteAccess"), ("exec", "CloudWatchLogsFullAccess")];
    for (role, policy) in managed {
        let text = scenario.read("stack.yaml");
        let from = format!("\"{role}\":{{");
        let to = format!("\"{role}\":{{\"ManagedPolicies\":[\"{policy}\"],");
        scenario.write("stack.yaml", text.replace(&from, &to));
    }
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!((added(&scenario, "task"), added(&scenario, "exec")), (Value::Null, Value::Null));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn two_tasks_of_one_role_add_what_both_need_once() {
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({
        "one": task("awsvpc", true, &json!("adot")),
        "two": task("awsvpc", true, &json!("xray-daemon")),
    })));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let task = added(&scenario, "task")["Statement"].clone();
    assert_eq!(task.as_array().unwrap().len(), 1, "{task}");
    let exec = added(&scenario, "exec").to_string();
    assert!(exec.contains("/ecs/one/adot") && exec.contains("/ecs/two/xray-daemon"), "{exec}");
}

#[test]
fn of_a_role_that_is_not_the_stacks_it_is_said_what_it_needs() {
    let scenario = Scenario::new();
    let mut body = task("awsvpc", true, &json!("adot"));
    body["taskRoleArn"] = json!("arn:aws:iam::123456789012:role/theirs");
    body["executionRoleArn"] = json!("theirs-too");
    scenario.stack(&format!("task_definitions: {}\n", json!({"backend": body})));
    let check = scenario.run("check stack.yaml").exits(0);
    let said = check.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the `taskRoleArn` of task_definitions.backend, theirs,"), "{said}");
    assert!(said.contains("xray:PutTraceSegments, xray:PutTelemetryRecords"), "{said}");
    assert!(said.contains("theirs-too, is not the stack's to change"), "{said}");
}

#[test]
fn inline_policies_that_are_others_are_left_to_them() {
    let scenario = Scenario::new();
    let text = stack(&json!({"backend": task("awsvpc", true, &json!("adot"))}));
    scenario.stack(&text.replace("\"task\":{", "\"task\":{\"unmanaged\":[\"InlinePolicies\"],"));
    let check = scenario.run("check stack.yaml").exits(0);
    assert!(check.stderr.contains("is not the stack's to change"), "{check}");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    assert!(added(&scenario, "task").is_null());
}

#[test]
fn a_task_without_a_role_is_warned_of() {
    let scenario = Scenario::new();
    let mut body = task("host", true, &json!("adot"));
    body.as_object_mut().unwrap().remove("taskRoleArn");
    scenario.stack(&stack(&json!({"backend": body})));
    let check = scenario.run("check stack.yaml").exits(0);
    assert!(check.stderr.contains("whose credentials the daemon would send with"), "{check}");
    assert!(check.stderr.contains("falls back to the role of its instance"), "{check}");
}

#[test]
fn in_several_regions_it_is_allowed_in_each() {
    let scenario = Scenario::new();
    let daemon = json!({"kind": "adot", "config": {"parameter": "/shop/collector"}});
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &daemon)})));
    scenario.edit("stack.yaml", "region: eu-west-1", "regions: [eu-west-1, us-east-1]");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    let exec = added(&scenario, "exec").to_string();
    for resource in [
        "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/backend/adot:*",
        "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/backend/adot:*",
        "arn:aws:ssm:us-east-1:123456789012:parameter/shop/collector",
    ] {
        assert!(exec.contains(resource), "{resource}: {exec}");
    }
}

#[test]
fn drift_without_the_variables_of_a_word_knows_what_moved_and_what_did_not() {
    for (word, var) in
        [("${var.k}", "k=adot"), ("{kind: adot, honeycomb: {key: \"${var.k}\"}}", "k=/shop/key")]
    {
        let scenario = Scenario::new();
        let tasks = stack(&json!({"web": task("awsvpc", true, &json!("WORD"))}));
        let word = if word.starts_with('{') { word.to_owned() } else { format!("\"{word}\"") };
        let sections = tasks.replace("\"WORD\"", &word);
        scenario.stack(&format!("vars: {{ k: {{}} }}\nlog_groups: {{}}\n{sections}"));
        scenario.run(&format!("apply stack.yaml --local --yes --var {var}")).exits(0);
        let clean = scenario.run("drift stack.yaml --local");
        assert!(!clean.stdout.contains("pending") && !clean.stdout.contains("unset"), "{clean}");
        assert!(!clean.stdout.contains("roles.task  "), "{clean}");
        let gone = [("RoleName", "task"), ("PolicyName", "tracewright-daemon")];
        crate::others::Others::of(&scenario).iam("DeleteRolePolicy", &gone);
        let drift = scenario.run("drift stack.yaml --local");
        assert!([3, 7].contains(&drift.code), "{drift}");
        drift.says("~ roles.task  AWS changed since the last apply").says("1 drifted");
    }
}

#[test]
fn what_a_role_denies_is_told() {
    let scenario = Scenario::new();
    let sections = stack(&json!({"web": task("awsvpc", true, &json!("adot"))}));
    let denies = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Action": "xray:Put*", "Resource": "*"},
    ]});
    let role = format!("\"task\":{{\"InlinePolicies\":{{\"no\":{denies}}},");
    scenario.stack(&sections.replacen("\"task\":{", &role, 1));
    let check = scenario.run("check stack.yaml").exits(0);
    check.says("roles.task denies what its daemons need: xray:PutTelemetryRecords");
}

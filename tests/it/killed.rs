//! The real binary, killed for good at each of its calls, and interrupted at any moment.

use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::halfway::account::{families, marked, settled};
use crate::harness::{Scenario, told};
use crate::worst_day::{send, spawn, wait_for};

const FAULTS: &str = "TRACEWRIGHT_LOCAL_FAULTS";
const STATE: &str = ".tracewright/local.json";

/// Something of every kind; `new` is what becomes of it.
fn stack(new: bool) -> String {
    let either = |old: &'static str, then: &'static str| if new { then } else { old };
    let document = |action: &str| json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
    }]});
    let sections = json!({
        "tags": {"project": either("a", "b")},
        "sampling_rules": {
            "first": {"Priority": if new { 2 } else { 1 }, "FixedRate": 0, "ReservoirSize": 1},
            "second": {"Priority": if new { 1 } else { 2 }, "FixedRate": 0, "ReservoirSize": 1},
            either("gone", "come"): {"Priority": 9, "FixedRate": 1, "ReservoirSize": 0},
        },
        "policies": {
            "read": {"PolicyDocument": document(either("ssm:GetParameters", "ssm:GetParameter"))},
            either("old", "new"): {"PolicyDocument": document("s3:GetObject")},
        },
        "roles": {
            "app": {
                "AssumeRolePolicyDocument": trust,
                "Description": either("one", "other"),
                "ManagedPolicies": ["${policy.read.arn}", either("${policy.old.arn}", "AWSXRayDaemonWriteAccess")],
                "InlinePolicies": {either("x", "y"): document("logs:PutLogEvents")},
            },
        },
        "task_definitions": {
            "web": {
                "taskRoleArn": "${role.app.arn}",
                "containerDefinitions": [{"name": "app", "image": either("web:1", "web:2"), "memory": 64}],
            },
            either("before", "after"): {
                "containerDefinitions": [{"name": "app", "image": "daemon:1", "memory": 64}],
            },
        },
    });
    // What follows the envelope, JSON being YAML.
    let sections = sections.as_object().expect("sections").iter();
    sections.map(|(section, body)| format!("{section}: {body}\n")).collect()
}

fn kill(effect: &str, nth: usize) -> String {
    json!({"rules": [{"only": "writes", "nth": nth, "effect": effect}]}).to_string()
}

/// One apply more completes it.
fn settle(scenario: &Scenario, at: &str) {
    let apply = scenario.run("apply stack.yaml --local --yes");
    assert_eq!(apply.code, 0, "{at}: {apply}");
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode");
    assert_eq!(plan.code, 0, "{at}: {apply}\n{plan}");
}

#[test]
#[cfg(unix)]
fn a_kill_at_any_call_leaves_what_the_next_apply_completes() {
    use std::os::unix::process::ExitStatusExt as _;

    let scenario = Scenario::new();
    scenario.stack(&stack(true));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let wanted = scenario.local_state();
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    scenario.write(STATE, "{\"version\": 1, \"accounts\": {}}");
    scenario.stack(&stack(false));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let before = scenario.read(STATE);
    scenario.stack(&stack(true));

    let mut kills = 0;
    for effect in ["killed_before", "killed_after"] {
        for nth in 1.. {
            scenario.write(STATE, &before);
            let words = ["apply", "stack.yaml", "--local", "--yes"];
            let run = scenario.command(&words).env(FAULTS, kill(effect, nth)).output().unwrap();
            if run.status.code() == Some(0) {
                break;
            }
            let at = format!("{effect} the write number {nth}");
            assert_eq!(run.status.signal(), Some(9), "{at}: {run:?}");
            kills += 1;
            settle(&scenario, &at);
            let state = scenario.local_state();
            assert_eq!(settled(&state), settled(&wanted), "{at}");
            assert_eq!(marked(&state), marked(&wanted), "{at}");
            let revisions = families(&state)["web"].len();
            assert!(revisions <= 3, "{at}: {revisions} revisions");
        }
    }
    told(&format!("FIGURES killed: {kills} kills"));
    assert!(kills > 40, "{kills} kills");
}

/// A write that landed and a digest that did not: all fields are as they should be, and the next
/// apply still has something to finish.
#[test]
#[cfg(unix)]
fn a_kill_before_the_digest_is_written_leaves_a_step() {
    let scenario = Scenario::new();
    let rule = |rate: &str| {
        format!("sampling_rules:\n  r: {{ Priority: 1, FixedRate: {rate}, ReservoirSize: 0 }}\n")
    };
    scenario.stack(&rule("0"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&rule("0.5"));
    let script = json!({"rules": [{"call": "xray:UpdateSamplingRule", "effect": "killed_after"}]});
    let words = ["apply", "stack.yaml", "--local", "--yes"];
    assert_eq!(scenario.run_in(&words, &[(FAULTS, &script.to_string())]).code, -1);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --detailed-exitcode"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.r  an earlier apply did not finish  stack.yaml:5

    Plan: 1 to change.
    [exit 2]
    ");
    // Nothing says that it is to be ignored.
    let drift = scenario.run("drift stack.yaml --local").exits(3);
    assert!(drift.says("an earlier apply did not finish").stdout.contains("1 unfinished"));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 changed");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

/// What a child said, and how it ended.
fn end(child: Child) -> (Output, String, String) {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (output, stdout, stderr)
}

#[test]
#[cfg(unix)]
fn an_interrupt_at_any_moment_is_told_in_whole_lines_and_the_next_apply_goes_on() {
    use std::os::unix::process::ExitStatusExt as _;

    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "20");
    scenario.stack(&stack(false));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let before = scenario.read(STATE);
    scenario.stack(&stack(true));
    let mut interrupted = 0;
    // First some while it may still be looking, then some while steps end.
    for n in 0..16 {
        let moment = Duration::from_millis(if n < 8 { 30 * n } else { 11 * (n - 8) });
        scenario.write(STATE, &before);
        let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
        let said = if n < 8 { String::new() } else { wait_for(&mut child, "sampling_rules.") };
        std::thread::sleep(moment);
        send("-INT", &child);
        let (output, stdout, rest) = end(child);
        let stderr = said + &rest;
        assert!([&stdout, &stderr].iter().all(|text| text.is_empty() || text.ends_with('\n')));
        match (output.status.code(), output.status.signal()) {
            // Before anything is carried out there is nothing to finish.
            (None, Some(2)) => assert_eq!(scenario.read(STATE), before, "{moment:?}"),
            (Some(0), _) => assert!(stdout.contains("Applied: "), "{moment:?}\n{stdout}{stderr}"),
            (Some(130), _) => {
                interrupted += 1;
                let whole = stdout.contains("Stopped part-way: ") && stdout.contains("Next:\n");
                assert!(whole, "{moment:?}\n{stdout}{stderr}");
                assert!(stderr.contains("Interrupted: finishing the calls under way"), "{stderr}");
            }
            other => panic!("{moment:?}: {other:?}\n{stdout}{stderr}"),
        }
        // What is said to be created is there.
        let state = scenario.local_state();
        for line in stderr.lines().filter_map(|line| line.strip_prefix("created ")) {
            let (section, name) = line.split_once('.').expect("an address");
            let what = match section {
                "sampling_rules" => "rule",
                "policies" => "policy",
                "roles" => "role",
                _ => "family",
            };
            assert!(marked(&state).contains(&format!("{what} {name}")), "{line}\n{state:#}");
        }
        settle(&scenario, &format!("{moment:?}"));
    }
    assert!(interrupted > 0, "not one interrupt came in time");
}

#[test]
#[cfg(unix)]
fn a_second_interrupt_stops_at_once_although_an_answer_is_awaited() {
    let held = json!({"rules": [
        {"call": "xray:CreateSamplingRule", "nth": 1, "effect": {"answer_held": 60_000}},
    ]});
    let scenario = Scenario::new();
    scenario.stack("sampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    let mut command = scenario.command(&["apply", "stack.yaml", "--local", "--yes"]);
    command.env(FAULTS, held.to_string()).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while scenario.local_rules("eu-west-1") != ["r"] {
        assert!(start.elapsed() < Duration::from_secs(30), "the rule is not created");
        std::thread::sleep(Duration::from_millis(20));
    }
    let start = Instant::now();
    send("-INT", &child);
    wait_for(&mut child, "Interrupted: finishing the calls under way, starting no more.\n");
    send("-INT", &child);
    let (output, stdout, stderr) = end(child);
    assert_eq!(output.status.code(), Some(130), "{stdout}{stderr}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    // The rule is there with its mark, so that there is nothing left to do.
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn a_script_that_is_not_understood_says_where() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    let plan = |script: &str| {
        scenario
            .run_in(&["plan", "stack.yaml", "--local"], &[(FAULTS, script)])
            .exits(1)
            .to_string()
    };
    let inline = json!({"rules": [{"effect": "unreachable", "call": "xray:Nothing"}]});
    insta::assert_snapshot!(plan(&inline.to_string()), @r#"
    ------- stderr -------
    error: TRACEWRIGHT_LOCAL_FAULTS is no script of faults: rules[0].call: the local
           AWS has no call "xray:Nothing"; write it like xray:CreateSamplingRule or
           xray:*
    [exit 1]
    "#);
    scenario.write("faults.json", "{\"rules\": [\n  {\"effect\": \"explode\"}\n]}");
    insta::assert_snapshot!(plan("faults.json"), @"
    ------- stderr -------
    error: faults.json is no script of faults: unknown variant `explode`, expected
           one of `refused`, `unreachable`, `answer_lost`, `answer_held`,
           `answer_cut`, `answer_replaced`, `killed_before`, `killed_after`,
           `clock_jumped` at line 2 column 22
    [exit 1]
    ");
    insta::assert_snapshot!(plan("nowhere.json"), @"
    ------- stderr -------
    error: TRACEWRIGHT_LOCAL_FAULTS: nowhere.json cannot be read: No such file or
           directory (os error 2)
    [exit 1]
    ");
}

/// Faults that end are outlived, and the answers that were lost change nothing twice.
#[test]
fn an_apply_outlives_a_call_that_fails_a_few_times() {
    let refused = |call: &str, code: &str, status: u16| {
        let refusal =
            json!({"refused": {"code": code, "message": "Rate exceeded", "status": status}});
        json!({"call": call, "only": "writes", "times": 2, "effect": refusal})
    };
    let script: Value = json!({"rules": [
        refused("xray:*", "ThrottledException", 429),
        refused("iam:*", "Throttling", 400),
        refused("ecs:*", "ThrottlingException", 400),
        {"call": "tag:*", "times": 1, "effect": "answer_cut"},
        {"call": "sts:*", "times": 2, "effect": "unreachable"},
    ]});
    let scenario = Scenario::new();
    scenario.stack(&stack(false));
    let words = ["apply", "stack.yaml", "--local", "--yes"];
    scenario.run_in(&words, &[(FAULTS, &script.to_string())]).exits(0).says("8 created");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    assert_eq!(families(&scenario.local_state())["web"].len(), 1);
}

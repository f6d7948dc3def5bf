//! What apply reads back after its last step.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tracewright::apply::{Known, Stop, read_back, run};
use tracewright::aws::local::LocalAws;

use crate::between::{Between, Fate};
use crate::halfway::tool::{Verb, connect, planned, read};
use crate::harness::{NOW, Scenario, local_options};
use crate::journal::newest;
use crate::others::Others;
use crate::worst_day::{send, spawn, wait_for};

const RULE: &str = "sampling_rules:
  kept: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }
  r: { Priority: 2, FixedRate: 0, ReservoirSize: 0 }
";

fn set_rate(others: &Others, rate: f64) {
    let update = json!({"SamplingRuleUpdate": {"RuleName": "r", "FixedRate": rate}});
    others.xray("UpdateSamplingRule", &update);
}

/// A server at which someone else acts just before these scans: of an apply the first is for the
/// plan, the second for what moved since, and the others read back.
fn meanwhile(act: impl Fn(usize, &Others) + Send + Sync + 'static) -> (Between, Arc<AtomicUsize>) {
    let from = Arc::new(AtomicUsize::new(usize::MAX));
    let begun = Arc::clone(&from);
    let between = Between::start(move |asked, before, others| {
        if asked == "GetSamplingRules" {
            act((before + 1).saturating_sub(begun.load(Ordering::SeqCst)), others);
        }
        Fate::Answered
    });
    (between, from)
}

/// Applies the rules, and counts scans from then on.
fn applied(between: &Between, from: &AtomicUsize) -> Scenario {
    let scenario = between.scenario();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --yes").exits(0);
    from.store(between.times("GetSamplingRules"), Ordering::SeqCst);
    scenario
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_wait_and_leaves_open_what_differed_once() {
    let (between, from) = meanwhile(|scan, others| {
        if scan == 3 {
            set_rate(others, 0.9);
        }
    });
    let scenario = applied(&between, &from);
    scenario.edit("stack.yaml", "Priority: 2, FixedRate: 0,", "Priority: 2, FixedRate: 0.5,");
    let mut child = spawn(&scenario, "apply stack.yaml --yes");
    wait_for(&mut child, "reading back once more, not yet as planned: sampling_rules.r\n");
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let stdout = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!(stdout.split("Plan: ").nth(1).unwrap(), @"
    1 to change.
    Applied: 1 changed.
    Not read back to the end, since the run was interrupted:
      sampling_rules.r: has 0.9 for `FixedRate`, and not 0.5
    Next:
      tracewright plan stack.yaml
    ");
    let journal = scenario.run(&format!("show --journal {}", newest(&scenario))).exits(0);
    journal.says("Interrupted, 1 landed.").says("has 0.9 for `FixedRate`, and not 0.5, as far as");
}

/// The last step lands, and nobody has looked at what it made.
#[test]
#[cfg(unix)]
fn an_interrupt_in_the_last_step_leaves_all_of_it_open() {
    let held = json!({"rules": [
        {"call": "xray:UpdateSamplingRule", "nth": 1, "effect": {"answer_held": 3_000}},
    ]});
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_FAULTS", &held.to_string());
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "Priority: 2, FixedRate: 0,", "Priority: 2, FixedRate: 0.5,");
    let child = spawn(&scenario, "apply stack.yaml --local --yes");
    let start = Instant::now();
    while !scenario.local_state().to_string().contains("0.5") {
        assert!(start.elapsed() < Duration::from_secs(30), "the rule is not changed");
        std::thread::sleep(Duration::from_millis(20));
    }
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    insta::assert_snapshot!(stdout.split("Plan: ").nth(1).unwrap(), @"
    1 to change.
    Applied: 1 changed.
    Not read back to the end, since the run was interrupted:
      sampling_rules.r
    Next:
      tracewright plan stack.yaml --local
    ");
    assert_eq!(output.status.code(), Some(130), "{stdout}");
    let journal = scenario.run(&format!("show --journal {}", newest(&scenario))).exits(0);
    journal.says("Interrupted, 1 landed.").says("sampling_rules.r was not read back");
}

/// Nobody puts it right in all that time, which takes none here.
#[tokio::test]
async fn what_is_not_as_planned_to_the_end_is_told() {
    let local = LocalAws::in_memory(local_options(NOW));
    let text = format!("stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\n{RULE}");
    let stack = read(&text);
    let aws = connect(&local, &stack).await;
    let (plan, stop) = (planned(&aws, &stack, Verb::Apply).await, Stop::default());
    let report = run(&aws, &plan, &stop, &()).await;
    set_rate(&Others::at(&local), 0.9);
    let differs = read_back(&aws, &plan, &report, &stop, &[Duration::ZERO; 3], &|_| {}).await;
    let told: Vec<_> = differs.iter().map(|one| (one.known, one.what.as_str())).collect();
    assert_eq!(told, [(Known::Different, "has 0.9 for `FixedRate`, and not 0")]);
}

#[test]
fn what_aws_shows_late_is_read_again() {
    let (between, from) = meanwhile(|scan, others| match scan {
        3 => set_rate(others, 0.0),
        4 => set_rate(others, 0.5),
        _ => {}
    });
    let scenario = applied(&between, &from);
    scenario.edit("stack.yaml", "Priority: 2, FixedRate: 0,", "Priority: 2, FixedRate: 0.5,");
    let apply = scenario.run("apply stack.yaml --yes").exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    changed sampling_rules.r
    reading back once more, not yet as planned: sampling_rules.r
    ");
    assert!(!apply.stdout.contains("Read back"), "{apply}");
}

#[test]
#[cfg(unix)]
fn what_was_deleted_and_is_there_again_is_told() {
    let (between, from) = meanwhile(|scan, others| {
        if scan == 3 {
            let rule = json!({"RuleName": "r", "ResourceARN": "*", "Priority": 5, "FixedRate": 0, "ReservoirSize": 0, "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1});
            others.xray("CreateSamplingRule", &json!({"SamplingRule": rule}));
        }
    });
    let scenario = applied(&between, &from);
    scenario.edit("stack.yaml", "  r: { Priority: 2, FixedRate: 0, ReservoirSize: 0 }\n", "");
    let mut child = spawn(&scenario, "apply stack.yaml --yes");
    wait_for(&mut child, "reading back once more");
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("sampling_rules.r: is still there"), "{stdout}");
    assert_eq!(output.status.code(), Some(130));
}

/// Nothing says that it is not as planned, either.
#[test]
fn what_cannot_be_read_back_is_said() {
    let from = Arc::new(AtomicUsize::new(usize::MAX));
    let begun = Arc::clone(&from);
    let between = Between::start(move |asked, before, _| {
        let scan = (before + 1).saturating_sub(begun.load(Ordering::SeqCst));
        if asked == "GetSamplingRules" && scan >= 3 { Fate::Denied } else { Fate::Answered }
    });
    let scenario = applied(&between, &from);
    scenario.edit("stack.yaml", "Priority: 2, FixedRate: 0,", "Priority: 2, FixedRate: 0.5,");
    let apply = scenario.run("apply stack.yaml --yes").exits(7);
    insta::assert_snapshot!(apply.stdout.split("Plan: ").nth(1).unwrap(), @"
    1 to change.
    Applied: 1 changed.
    Could not be read back:
      sampling_rules.r: AWS denied xray:GetSamplingRules: AccessDenied: not
        authorized to perform GetSamplingRules; allow `xray:GetSamplingRules` for
        the role or user that runs this;
        `tracewright permissions stack.yaml --for apply` prints what it needs
    Next:
      tracewright plan stack.yaml
    ");
    assert!(!apply.stderr.contains("once more"), "{apply}");
}

/// One look, side by side, and none at what did not change.
#[test]
fn only_what_changed_is_read_back() {
    let (between, from) = meanwhile(|_, _| {});
    let scenario = applied(&between, &from);
    let tags = between.times("ListTagsForResource");
    scenario.edit("stack.yaml", "Priority: 2, FixedRate: 0,", "Priority: 2, FixedRate: 0.5,");
    scenario.run("apply stack.yaml --yes").exits(0);
    // Both rules for the plan, one for what moved, one read back.
    assert_eq!(between.times("ListTagsForResource") - tags, 4);
    assert_eq!(between.times("GetSamplingRules") - from.load(Ordering::SeqCst), 3);
}

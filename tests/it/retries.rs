//! Calls that are made again: at which pace, and what becomes of those whose answers are lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::between::{Between, Fate};
use crate::iam::BACKEND;

const THROTTLED: Fate = Fate::Refused(400, "ThrottledException", "Rate exceeded");

fn rules(count: u16) -> String {
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
    format!("sampling_rules:\n{}", (1..=count).map(rule).collect::<String>())
}

/// The SDK's adaptive mode as it comes would wait for 20 seconds after the first of these.
#[test]
fn a_few_throttled_reads_cost_seconds() {
    let between = Between::start(|asked, before, _| match asked {
        "GetSamplingRules" if before == 0 => THROTTLED,
        "DescribeTaskDefinition" if before < 3 => Fate::Refused(400, "ThrottlingException", ""),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(&format!(
        "{}task_definitions: {{ a: {{ containerDefinitions: [{{ name: a, image: a, memory: 9 }}] }} }}\n",
        rules(3)
    ));
    let start = Instant::now();
    let plan = scenario.run("plan stack.yaml --stats").exits(0).says("4 to create");
    assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    plan.says("stats: and 4 retries");
}

#[test]
fn the_users_configuration_of_retries_wins() {
    let tries = |setting: &[(&str, &str)], file: &str| {
        let between = Between::start(|asked, _, _| match asked {
            "GetSamplingRules" => Fate::Refused(500, "InternalFailure", "no"),
            _ => Fate::Answered,
        });
        let scenario = between.scenario();
        scenario.stack(&rules(1)).write(".aws/config", file);
        let words = ["plan", "stack.yaml"];
        scenario.run_in(&words, setting).exits(7).says("AWS could not carry out");
        between.times("GetSamplingRules")
    };
    assert_eq!(tries(&[], ""), 6);
    assert_eq!(tries(&[("AWS_MAX_ATTEMPTS", "2")], "[default]\nmax_attempts = 4\n"), 2);
    // The SDK's own default, which it does not tell from one that nobody gave.
    assert_eq!(tries(&[], "[default]\nmax_attempts = 3\nretry_mode = standard\n"), 3);
    // The AWS CLI knows it, and the SDK would end the process.
    assert_eq!(tries(&[("AWS_MAX_ATTEMPTS", "2"), ("AWS_RETRY_MODE", "legacy")], ""), 2);
}

/// A rule that was made and whose answer was lost is found by the retry: by its name, by its
/// priority where AWS refuses equal ones, or by the quota that it used up itself.
#[test]
fn a_rule_whose_answer_is_lost_is_recognised_whatever_the_retry_is_refused_for() {
    for refusal in [
        ("InvalidRequestException", "Sampling rule already exists"),
        ("InvalidRequestException", "Priority is already in use"),
        ("RuleLimitExceededException", "You have reached the limit of sampling rules"),
    ] {
        let between = Between::start(move |asked, before, _| match (asked, before) {
            ("CreateSamplingRule", 0) => Fate::Lost,
            ("CreateSamplingRule", _) => Fate::Refused(400, refusal.0, refusal.1),
            _ => Fate::Answered,
        });
        let scenario = between.scenario();
        scenario.stack(&rules(1));
        scenario.run("apply stack.yaml --yes").exits(0).says("1 created");
        scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    }
}

#[test]
fn a_rule_that_someone_makes_in_between_is_not_taken_for_ours() {
    let between = Between::start(|asked, before, others| {
        if asked == "CreateSamplingRule" && before == 0 {
            let rule = json!({"SamplingRule": {
                "RuleName": "r1", "Priority": 7, "FixedRate": 1, "ReservoirSize": 1, "Version": 1,
                "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*",
                "URLPath": "*", "ResourceARN": "*",
            }});
            others.xray("CreateSamplingRule", &rule);
        }
        Fate::Answered
    });
    let scenario = between.scenario();
    scenario.stack(&rules(1));
    scenario.run("apply stack.yaml --yes").exits(6).says("already exists");
    scenario.run("plan stack.yaml").exits(0).says("exists without a mark of ours");
}

#[test]
fn a_role_and_a_policy_that_used_up_the_quota_themselves_are_recognised() {
    let between = Between::start(|asked, before, _| match (asked, before) {
        ("CreateRole" | "CreatePolicy", 0) => Fate::Lost,
        ("CreateRole" | "CreatePolicy", _) => {
            Fate::Refused(409, "LimitExceeded", "Cannot exceed quota")
        }
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --yes").exits(0).says("2 created");
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn credentials_that_expire_on_the_way_end_the_apply_and_say_what_landed() {
    let created = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&created);
    let between = Between::start(move |asked, _, _| {
        if asked == "CreateSamplingRule" && count.fetch_add(1, Ordering::SeqCst) >= 4 {
            return Fate::Refused(403, "ExpiredTokenException", "The security token has expired");
        }
        Fate::Answered
    });
    let scenario = between.scenario();
    scenario.stack(&rules(20));
    let apply = scenario.run("apply stack.yaml --yes").exits(6);
    let apply = apply.says("4 created;").says("the credentials have expired");
    // Those that were under way were refused; no other was tried.
    assert!(created.load(Ordering::SeqCst) <= 8, "{apply}");
    apply.says("not tried").says("aws sso login").says("plan again");
    created.store(0, Ordering::SeqCst);
    scenario.run("plan stack.yaml").exits(0).says("16 to create");
}

/// IAM says so where a change to the same thing is not done yet.
#[test]
fn a_change_that_comes_too_soon_after_our_own_is_waited_for() {
    let between = Between::start(|asked, before, _| match (asked, before) {
        ("TagRole", 0) => Fate::Refused(409, "ConcurrentModification", "Wait a few minutes"),
        ("DeleteRole", 0) => Fate::Refused(
            409,
            "DeleteConflict",
            "Cannot delete entity, must detach all policies first.",
        ),
        ("DeletePolicy", 0) => {
            Fate::Refused(409, "DeleteConflict", "Cannot delete a policy attached to entities.")
        }
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(BACKEND);
    let apply = scenario.run("apply stack.yaml --yes --stats").exits(0);
    apply
        .says("waiting for IAM to take in what this run changed of backend, up to 2 min")
        .says("TagRole 1")
        .says("stats: and 1 retries");
    let destroy = scenario.run("destroy stack.yaml --yes").exits(0);
    destroy
        .says("waiting for IAM to take in what this run changed of backend, up to 2 min")
        .says("waiting for IAM to take in what this run changed of read-parameters, up to 2 min");
}

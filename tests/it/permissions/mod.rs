//! The printed policy is exactly enough: with it every verb passes, and without any one of its actions
//! some verb does not.

mod others;
mod stacks;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Output, Scenario};
use crate::published::publish;
use stacks::{BARE, KEY, TRUST, allows, alone, served, whole};

const POLICY: &str = "TRACEWRIGHT_LOCAL_POLICY";
const STATE: &str = ".tracewright/local.json";

/// What a stack is before, what it is to become, and what happened in between.
struct Story {
    name: &'static str,
    before: String,
    after: String,
    /// What somebody else does to the state of the local AWS.
    meddles: fn(&mut Value),
    options: &'static str,
    faults: Option<Value>,
    /// A service does not come up.
    fails: bool,
}

fn story(name: &'static str, before: &str, after: &str) -> Story {
    let (before, after) = (before.to_owned(), after.to_owned());
    Story { name, before, after, meddles: |_| {}, options: "", faults: None, fails: false }
}

fn stories() -> Vec<Story> {
    let whole = served();
    let edit = |pairs: &[(&str, &str)]| {
        pairs.iter().fold(whole.clone(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        })
    };
    let changed = edit(&[
        ("FixedRate: 0,", "FixedRate: 0.5,"),
        ("{ one: x, two: y }", "{ one: x }"),
        ("FixedRate: 0.1,", "FixedRate: 0.2,"),
        ("responsetime > 5", "responsetime > 6"),
        ("{ one: a, two: b }", "{ one: a }"),
        ("xray:PutTraceSegments", "xray:GetSamplingRules"),
        ("Type: KMS, KeyId: 1234abcd-12ab-34cd-56ef-1234567890ab", "Type: NONE"),
        ("DesiredSamplingPercentage: 5", "DesiredSamplingPercentage: 10"),
        ("Destination: CloudWatchLogs", "Destination: XRay"),
        ("ssm:GetParameters", "ssm:GetParameter"),
        (", Tags: { one: x } }\n  bound", " }\n  bound"),
        ("    PermissionsBoundary: \"${policy.bound.arn}\"\n", "    Description: all of it\n"),
        (
            "ManagedPolicies: [\"${policy.read.arn}\"]",
            "ManagedPolicies: [AWSXRayDaemonWriteAccess]",
        ),
        ("    Tags: { one: x }\n", ""),
        ("sts:AssumeRole\"}]}\n    Desc", "sts:TagSession\"}]}\n    Desc"),
        (
            "Path: /team/, Assume",
            "Path: /team/, PermissionsBoundary: \"${policy.bound.arn}\", Assume",
        ),
        ("web:1", "web:2"),
        (&format!("retentionInDays: 30, kmsKeyId: \"{KEY}\", tags: {{ one: x }}"), ""),
        ("false }", &format!("true, retentionInDays: 7, kmsKeyId: \"{KEY}\" }}")),
        ("Value: one, Tags: { one: x }", "Value: two"),
        ("otel:1", "otel:2"),
    ]);
    let fewer = edit(&[("own: {", "other: {")]);
    let lost = |call: &str| json!({"rules": [{"call": call, "nth": 1, "effect": "answer_lost"}]});
    vec![
        story("nothing is there", BARE, &whole),
        story("all of it changes", &whole, &changed),
        story("inline policies have other names", &whole, &fewer),
        story(
            "a service has another count",
            &whole,
            &edit(&[("desiredCount: 1", "desiredCount: 2")]),
        ),
        story("a service is made anew", &whole, &edit(&[("role: balances", "role: others")])),
        Story {
            fails: true,
            ..story(
                "a service does not come up",
                &whole,
                &edit(&[("web:1", "web/does-not-exist:1")]),
            )
        },
        story("a tag comes off a revision", &whole, &edit(&[("    tags: { one: x }\n", "")])),
        Story {
            meddles: |state| {
                state["global"]["123456789012"]["iam"]["instance_profiles"]["box"] = json!({
                    "name": "box", "path": "/", "id": "AIPAAAAAAAAAAAAAAAAAA", "created": 1, "role": "api",
                });
            },
            ..story("all of it goes", &whole, BARE)
        },
        Story {
            meddles: without_marks,
            options: " --adopt sampling_rules.kept --adopt sampling_rules.a --adopt groups.slow \
                      --adopt roles.api --adopt roles.free \
                      --adopt policies.read --adopt policies.bound --adopt task_definitions.web \
                      --adopt services.web \
                      --adopt log_groups./a --adopt log_groups./b --adopt parameters./web/config \
                      --adopt daemon_task_definitions.otel --adopt daemons.otel",
            ..story("all of it is taken over", &whole, &whole)
        },
        story(
            "a policy is made anew",
            &whole,
            &edit(&[("  read: {", "  read: { Description: reads,")]),
        ),
        Story {
            meddles: |state| {
                let versions = &mut state["global"]["123456789012"]["iam"]["policies"]["read"];
                for number in ["2", "3", "4", "5"] {
                    versions["versions"][number] = versions["versions"]["1"].clone();
                }
                versions["newest_version"] = json!(5);
            },
            ..story(
                "a policy has all its versions",
                &whole,
                &edit(&[("ssm:GetParameters", "ssm:*")]),
            )
        },
        story("a role is made anew", &whole, &edit(&[("Path: /team/", "Path: /others/")])),
        story(
            "what was protected goes to another path",
            &alone("/a/, protect: true"),
            &alone("/b/"),
        ),
        Story {
            meddles: |state| without_marks(&mut state["global"]["123456789012"]["iam"]["roles"]),
            options: " --adopt roles.free",
            ..story("a role is taken over from another path", &alone("/a/"), &alone("/b/"))
        },
        Story {
            faults: Some(lost("iam:CreateRole")),
            ..story("a role's answer is lost", BARE, &whole)
        },
        Story {
            faults: Some(lost("iam:CreatePolicy")),
            ..story("a policy's answer is lost", BARE, &whole)
        },
        Story {
            faults: Some(lost("xray:CreateGroup")),
            ..story("a group's answer is lost", BARE, &whole)
        },
        story(
            "a group is made anew",
            &whole,
            &edit(&[("FilterExpression: responsetime > 5, ", "")]),
        ),
        story(
            "what it has goes to another stack",
            &whole,
            &format!(
                "{BARE}moved: {{ sampling_rules.a: other, groups.slow: other, roles.api: other, \
                 policies.read: other, \
                 task_definitions.web: other, services.web: other, \
                 daemon_task_definitions.otel: other, daemons.otel: other, \
                 policies.bound: other, roles.free: other, \
                 log_groups./a: other, parameters./web/config: other }}\n"
            ),
        ),
        Story {
            faults: Some(lost("logs:CreateLogGroup")),
            ..story("a log group's answer is lost", BARE, &whole)
        },
        Story {
            faults: Some(lost("logs:DeleteLogGroup")),
            ..story("the answer is lost that a log group is gone", &whole, BARE)
        },
        story(
            "a log group and a parameter are made anew",
            "log_groups: { /a: {} }\nparameters: { /p: { Type: String, Value: x } }\n",
            "log_groups: { /a: { logGroupClass: INFREQUENT_ACCESS } }\n\
             parameters: { /p: { Type: StringList, Value: x } }\n",
        ),
        story(
            "there are rules alone",
            "sampling_rules: { a: &rule { Priority: 1, FixedRate: 0, ReservoirSize: 0 }, c: *rule }\n",
            "sampling_rules: { a: &rule { Priority: 1, FixedRate: 0, ReservoirSize: 0 }, \"b*\": *rule }\n",
        ),
    ]
}

/// Takes every mark off.
fn without_marks(state: &mut Value) {
    match state {
        Value::Object(members) => {
            members.retain(|key, _| !key.starts_with("tracewright:"));
            members.values_mut().for_each(without_marks);
        }
        Value::Array(items) => items.iter_mut().for_each(without_marks),
        _ => {}
    }
}

impl Story {
    /// The folder as it is before the verb.
    fn stage(&self) -> (Scenario, String) {
        let scenario = Scenario::new();
        scenario.stack(&self.before);
        scenario.run("apply stack.yaml --local --yes").exits(0);
        let mut state = scenario.local_state();
        (self.meddles)(&mut state);
        scenario.stack(&self.after);
        (scenario, state.to_string())
    }

    /// Runs a verb under a policy, from the same state each time.
    fn play(&self, scenario: &Scenario, state: &str, verb: &str, policy: &Value) -> Output {
        scenario.write(STATE, state).write("policy.json", policy.to_string());
        let judged = match verb {
            "apply" => format!(" --yes --allow-deletes 99{}", self.options),
            "plan" => format!(" --allow-deletes 99{}", self.options),
            "destroy" => " --yes".to_owned(),
            _ => String::new(),
        };
        let line = format!("{verb} stack.yaml --local{judged}");
        let faults = self.faults.as_ref().map(Value::to_string).unwrap_or_default();
        let env = [(POLICY, "policy.json"), ("TRACEWRIGHT_LOCAL_FAULTS", faults.as_str())];
        scenario.run_in(&line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>(), &env)
    }
}

fn printed(scenario: &Scenario, verb: &str, options: &str) -> Value {
    scenario.run(&format!("permissions stack.yaml --for {verb}{options}")).exits(0).json()
}

fn listed(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn statements(policy: &Value) -> Vec<Value> {
    listed(&policy["Statement"])
}

fn actions(policy: &Value) -> BTreeSet<String> {
    let all = statements(policy).into_iter().flat_map(|statement| listed(&statement["Action"]));
    all.filter_map(|action| action.as_str().map(str::to_owned)).collect()
}

/// The policy without an action, in whichever statements it is.
fn without(policy: &Value, action: &str) -> Value {
    let mut policy = policy.clone();
    let mut kept = statements(&policy);
    for statement in &mut kept {
        let left: Vec<_> =
            listed(&statement["Action"]).into_iter().filter(|one| one != action).collect();
        statement["Action"] = left.into();
    }
    kept.retain(|statement| statement["Action"] != json!([]));
    policy["Statement"] = kept.into();
    policy
}

/// Whether a run ended well: of one in which a service does not come up, with all that is to be said of it.
fn is_fine(story: &Story, run: &Output, fine: &[i32]) -> bool {
    fine.contains(&run.code)
        || (story.fails && is_said(run, "a task stopped") && !is_said(run, "AWS denied"))
}

/// Every verb of every story passes with what is printed; and of each action that is printed for a verb,
/// some story needs it.
fn is_exactly_enough(verb: &str, fine: &[i32]) {
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut needed = BTreeSet::new();
    let mut wrong = Vec::new();
    for story in stories() {
        let (scenario, state) = story.stage();
        let policy = printed(&scenario, verb, story.options);
        let run = story.play(&scenario, &state, verb, &policy);
        if !is_fine(&story, &run, fine) {
            wrong.push(format!("{}:\n{run}", story.name));
            continue;
        }
        for action in actions(&policy).difference(&needed).cloned().collect::<Vec<_>>() {
            let run = story.play(&scenario, &state, verb, &without(&policy, &action));
            if is_fine(&story, &run, fine) {
                open.insert(action);
            } else {
                let hint = format!("tracewright permissions stack.yaml --for {verb}");
                let said = [&format!("allow `{action}`"), &hint].map(|text| is_said(&run, text));
                if said != [true, true] {
                    wrong.push(format!("{}, without {action}:\n{run}", story.name));
                }
                needed.insert(action);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let idle: Vec<_> = open.difference(&needed).collect();
    assert!(idle.is_empty(), "{verb} needs none of {idle:?}");
}

/// Whether a run says this, in however many lines.
fn is_said(run: &Output, text: &str) -> bool {
    let said = format!("{} {}", run.stdout, run.stderr);
    said.split_whitespace().collect::<Vec<_>>().join(" ").contains(text)
}

#[test]
fn what_is_printed_for_apply_is_exactly_enough() {
    is_exactly_enough("apply", &[0]);
}

#[test]
fn what_is_printed_for_plan_is_exactly_enough() {
    is_exactly_enough("plan", &[0]);
}

#[test]
fn what_is_printed_for_destroy_is_exactly_enough() {
    is_exactly_enough("destroy", &[0]);
}

#[test]
fn what_is_printed_for_drift_is_exactly_enough() {
    is_exactly_enough("drift", &[0, 3]);
}

/// The roles of `aws/iam`, for the stacks that the repository ships, are what is printed for them.
#[test]
fn the_roles_that_are_shipped_allow_what_is_printed() {
    let scenario = Scenario::with_examples();
    for verb in ["plan", "apply", "drift"] {
        let stacks = "stacks/cruddur.yaml stacks/minimal.yaml";
        let printed = scenario.run(&format!("permissions {stacks} --for {verb}")).exits(0);
        assert_eq!(printed.stderr, "");
        publish(&format!("aws/iam/{verb}.json"), &printed.stdout);
        let trust = serde_json::to_string_pretty(&trust(verb)).unwrap() + "\n";
        publish(&format!("aws/iam/{verb}-trust.json"), &trust);
    }
    let provider = json!({
        "Url": "https://token.actions.githubusercontent.com",
        "ClientIDList": ["sts.amazonaws.com"],
    });
    publish("aws/iam/github.json", &(serde_json::to_string_pretty(&provider).unwrap() + "\n"));
}

/// Who may assume the role for a verb: the jobs of one repository that are for it.
///
/// Source: GitHub documentation, `OpenID` Connect reference, example subject claims.
fn trust(verb: &str) -> Value {
    let of = match verb {
        "plan" => "pull_request",
        "apply" => "environment:production",
        _ => "ref:refs/heads/main",
    };
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "GitHub",
            "Effect": "Allow",
            "Principal": {
                "Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                    "token.actions.githubusercontent.com:sub": format!("repo:OWNER/REPOSITORY:{of}"),
                },
            },
        }],
    })
}

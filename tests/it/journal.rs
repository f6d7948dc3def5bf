//! Journals: what a run did, and the way back behind it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::between::{Between, Fate};
use crate::harness::Scenario;
use crate::iam::BACKEND;
use crate::others::Others;
use crate::worst_day::{send, spawn, wait_for};

const RULES: &str = "sampling_rules:
  health: { Priority: 10, FixedRate: 0, ReservoirSize: 0, URLPath: /health }
  checkout: { Priority: 20, FixedRate: 0.05, ReservoirSize: 1, URLPath: /checkout }
";

const TASK: &str = "task_definitions:
  backend:
    taskRoleArn: ${role.backend.arn}
    containerDefinitions:
      - name: app
        image: shop/backend:1
        memory: 128
        command: [serve, --password, Tr0ub4dor]
        environment: [{ name: DB_PASSWORD, value: swordfish }, { name: STAGE, value: prod }]
";

fn whole() -> String {
    format!("{BACKEND}{TASK}{RULES}")
}

/// The journals of a scenario, oldest first.
pub(crate) fn journals(scenario: &Scenario) -> Vec<PathBuf> {
    let entries = fs::read_dir(scenario.path(".tracewright/journal")).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The lines of the newest.
fn lines(scenario: &Scenario) -> Vec<Value> {
    let text = fs::read_to_string(journals(scenario).last().expect("a journal")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The newest, as an argument.
pub(crate) fn newest(scenario: &Scenario) -> String {
    let path = journals(scenario).pop().expect("a journal");
    format!(".tracewright/journal/{}", path.file_name().unwrap().to_str().unwrap())
}

/// Lines that are the same in every run.
fn steady(text: &str) -> String {
    let of_run =
        |line: &&str| !line.starts_with(".tracewright/journal") && !line.contains(" when ");
    let lines: Vec<_> = text.lines().filter(of_run).collect();
    lines.join("\n").split("To go back").next().unwrap().to_owned()
}

#[test]
fn a_run_is_written_down_step_by_step() {
    let scenario = Scenario::new();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "FixedRate: 0.05", "FixedRate: 0.5");
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    scenario.edit("stack.yaml", "swordfish", "marlin77");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let lines = lines(&scenario);
    let words: Vec<_> = lines.iter().map(|line| line["line"].as_str().unwrap()).collect();
    assert_eq!((words[0], words[words.len() - 1]), ("begin", "end"), "{words:?}");
    assert_eq!(words.iter().filter(|word| **word == "start").count(), 2, "{words:?}");
    assert_eq!(lines[0]["who"], "arn:aws:iam::123456789012:user/local");
    let task = lines.iter().find(|line| line["address"] == "task_definitions.backend").unwrap();
    let revision = "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend";
    assert_eq!(task["arn"], format!("{revision}:1"));
    let container = &task["before"]["containerDefinitions"][0];
    assert_eq!(container["image"], "shop/backend:1");
    assert_eq!(container["environment"][0]["value"], "(sensitive)");
    let ended = lines.iter().find(|line| line["arn"] == format!("{revision}:2")).unwrap();
    assert_eq!((&ended["line"], &ended["outcome"]), (&"outcome".into(), &"done".into()));

    insta::assert_snapshot!(steady(&scenario.run("show --journal").exits(0).stdout), @"

    shop  account 123456789012  eu-west-1
      who     arn:aws:iam::123456789012:user/local
      file    stack.yaml
      local   .tracewright/local.json
      plan    151228c84271976eece1a3789deb4c8a

      changed sampling_rules.checkout
          FixedRate  0.05 -> 0.5
      changed task_definitions.backend
          containerDefinitions.app.environment.DB_PASSWORD  (sensitive, changed)
          containerDefinitions.app.image  shop/backend:1 -> shop/backend:2
          arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:1
          -> arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:2

    Applied, 2 in all.
    ");
    // A run that changes nothing leaves none.
    let before = journals(&scenario).len();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!(journals(&scenario).len(), before);
    assert_eq!(scenario.read(".tracewright/.gitignore"), "*\n");
    let others = scenario.run("show --journal").exits(0).stdout;
    assert!(others.contains("Others, the newest first:"), "{others}");
    let json = scenario.run(&format!("show --journal {} --format json", newest(&scenario)));
    assert_eq!(json.exits(0).stdout.lines().count(), lines.len());
}

#[test]
fn no_secret_is_in_a_journal() {
    let scenario = Scenario::new().env("TOKEN", "correct-horse");
    let rule = "sampling_rules:
  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0, Attributes: { key: \"${env.TOKEN}\" } }
";
    scenario.stack(&format!("{BACKEND}{TASK}{rule}"));
    let apply = "apply stack.yaml --local --yes --allow-env TOKEN";
    scenario.run(apply).exits(0);
    scenario.edit("stack.yaml", "swordfish", "marlin77");
    scenario.edit("stack.yaml", "Tr0ub4dor", "Pa55w0rds");
    let scenario = scenario.env("TOKEN", "battery-staple");
    scenario.run(apply).exits(0);
    scenario.stack(&format!("{RULES}task_definitions: {{}}\n"));
    scenario.run("apply stack.yaml --local --yes --allow-deletes 2").exits(0);
    assert_eq!(journals(&scenario).len(), 3);
    for journal in journals(&scenario) {
        let text = fs::read_to_string(&journal).unwrap();
        for secret in
            ["swordfish", "marlin77", "Tr0ub4dor", "Pa55w0rds", "correct-horse", "battery-staple"]
        {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        let shown = scenario.run(&format!("show --journal {}", journal.display())).exits(0);
        assert!(!shown.stdout.contains("swordfish"), "{shown}");
    }
    let shown = scenario.run("show --journal").stdout;
    assert!(!shown.contains("horse") && !shown.contains("staple"), "{shown}");
}

/// AWS may quote what it refuses.
#[test]
fn a_failure_that_quotes_a_secret_is_told_without_it() {
    let between = Between::start(|asked, _, _| match asked {
        "RegisterTaskDefinition" => {
            Fate::Refused(400, "ClientException", "Invalid value swordfish for DB_PASSWORD.")
        }
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(&whole());
    let apply = scenario.run("apply stack.yaml --yes").exits(6);
    assert!(!apply.to_string().contains("swordfish"), "{apply}");
    let apply = apply.says("Invalid value (sensitive)");
    assert!(apply.stdout.contains("failed     task_definitions.backend"), "{apply}");
    let journal = fs::read_to_string(journals(&scenario).pop().unwrap()).unwrap();
    assert!(journal.contains("Invalid value (sensitive)") && !journal.contains("swordfish"));
}

#[test]
fn without_a_journal_nothing_is_changed() {
    let scenario = Scenario::new();
    scenario.stack(RULES);
    scenario.write(".tracewright/journal", "in the way");
    let apply = scenario.run("apply stack.yaml --local --yes").exits(1);
    apply.says("the journal cannot be written").says("nothing was changed");
    assert!(scenario.local_rules("eu-west-1").is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_in_the_middle_does_not_stop_a_run() {
    let between = Between::start(|_, _, _| Fate::Answered);
    let scenario = between.scenario();
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
    scenario.stack(&format!("sampling_rules:\n{}", (1..=20).map(rule).collect::<String>()));
    // No file of this run grows beyond 4 KiB.
    let tool = scenario.command(&[]);
    let output = Command::new("sh")
        .args(["-c", "ulimit -f 8; trap '' XFSZ; exec \"$0\" apply stack.yaml --yes"])
        .arg(tool.get_program())
        .current_dir(scenario.path("."))
        .env_clear()
        .envs(tool.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .output()
        .expect("sh starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("cannot be written any more: File too large"), "{said}");
    assert!(said.contains("the run goes on"), "{said}");
    assert_eq!(said.matches("the run goes on").count(), 1, "{said}");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(between.times("CreateSamplingRule"), 20);
    // What is there is a journal of a run that was cut off, and its last line is none.
    scenario.run("show --journal").exits(0).says("Cut off");
}

/// A script by which the local AWS ends the process around a call.
fn killed(call: &str, nth: usize, effect: &str) -> (&'static str, String) {
    let rule = serde_json::json!({"call": call, "only": "writes", "nth": nth, "effect": effect});
    ("TRACEWRIGHT_LOCAL_FAULTS", serde_json::json!({"rules": [rule]}).to_string())
}

#[test]
fn a_killed_run_says_what_was_under_way() {
    let scenario = Scenario::new();
    scenario.stack(&whole());
    let (name, script) = killed("iam:CreateRole", 1, "killed_after");
    let apply: Vec<_> = "apply stack.yaml --local --yes".split(' ').collect();
    scenario.run_in(&apply, &[(name, &script)]).exits(-1);
    // And the last line may be half of one.
    let journal = journals(&scenario).pop().unwrap();
    let mut text = fs::read_to_string(&journal).unwrap();
    text += "{\"line\":\"outcome\",\"st";
    fs::write(&journal, text).unwrap();
    insta::assert_snapshot!(steady(&scenario.run("show --journal").exits(0).stdout), @"

    shop  account 123456789012  eu-west-1
      who     arn:aws:iam::123456789012:user/local
      file    stack.yaml
      local   .tracewright/local.json
      plan    6ae4679e27cfd6963c84076aff560bba

      created policies.read-parameters
      created sampling_rules.checkout
      created sampling_rules.health
      under way  roles.backend

    Cut off, 3 landed, 1 under way.
    ");
    // What is there goes, whether its step ended or not.
    let undo = format!("apply --undo {} --local --yes --allow-deletes 4", newest(&scenario));
    scenario.run(&undo).exits(0).says("4 deleted");
    let others = Others::of(&scenario);
    assert!(others.policies().is_empty() && others.roles().is_empty());
    assert!(scenario.local_rules("eu-west-1").iter().all(|name| name == "Default"));
}

/// Before and after each call that may change something.
#[test]
fn whatever_call_a_run_is_killed_at_its_journal_leads_back() {
    let apply: Vec<_> = "apply stack.yaml --local --yes".split(' ').collect();
    for effect in ["killed_before", "killed_after"] {
        for nth in 1.. {
            let scenario = Scenario::new();
            scenario.stack(&whole());
            let (name, script) = killed("*", nth, effect);
            let ended = scenario.run_in(&apply, &[(name, &script)]);
            if ended.code == 0 {
                assert!(nth > 6, "{nth}");
                break;
            }
            let undo =
                format!("apply --undo {} --local --yes --allow-deletes 9", newest(&scenario));
            scenario.run(&undo).exits(0);
            let others = Others::of(&scenario);
            assert!(others.policies().is_empty() && others.roles().is_empty(), "{effect} {nth}");
            assert!(others.revisions().is_empty(), "{effect} {nth}");
            let rules = scenario.local_rules("eu-west-1");
            assert!(rules.iter().all(|name| name == "Default"), "{effect} {nth}: {rules:?}");
        }
    }
}

#[test]
fn a_journal_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
    use tracewright::apply::journal::Journal;
    let scenario = Scenario::new();
    scenario.stack(RULES);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let text = fs::read_to_string(journals(&scenario).pop().unwrap()).unwrap();
    let first = text.find('\n').unwrap();
    let mut most = 0;
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        let read = Journal::read(&text[..end]);
        assert_eq!(read.is_ok(), end > first, "{end}");
        most = read.map_or(most, |journal| journal.steps.len().max(most));
    }
    assert_eq!(most, 2);
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_says_so_in_its_journal() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "200");
    scenario.stack(&whole());
    let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
    wait_for(&mut child, "created policies.read-parameters\n");
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let lines = lines(&scenario);
    let end = lines.last().unwrap();
    assert_eq!((&end["line"], &end["outcome"]), (&"end".into(), &"interrupted".into()));
    let not_tried = lines.iter().find(|line| line["outcome"] == "not_tried").unwrap();
    assert_eq!(not_tried["why"], "the run was interrupted");
}

#[test]
fn a_file_that_is_no_journal_is_refused_in_words() {
    let scenario = Scenario::new();
    scenario.run("show --journal").exits(1).says("there is no journal in .tracewright/journal");
    scenario.write("some.jsonl", "{\"a\": 1}\n");
    scenario.run("show --journal some.jsonl").exits(1).says("is not a journal: line 1");
    scenario.write("empty.jsonl", "");
    scenario.run("plan --undo empty.jsonl").exits(1).says("does not say what was carried out");
    let newer = serde_json::json!({"line": "begin", "format": 9, "tracewright": "9.1.0", "at": "", "who": "", "stack": "s", "file": "", "account": "123456789012", "region": "eu-west-1", "endpoints": {}, "plan": "", "ignore_tags": [], "limits": {"free_deletions": 3, "max_deletion_percent": 30}});
    scenario.write("newer.jsonl", format!("{newer}\n"));
    scenario.run("plan --undo newer.jsonl --local").exits(1).says("tracewright 9.1.0");
    scenario.run("show").exits(64);
    scenario.run("plan --undo newer.jsonl stack.yaml").exits(64);
}

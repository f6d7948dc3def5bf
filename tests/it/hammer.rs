//! Broken, hostile and absurd inputs for everything that reads a text: whatever it is given, a
//! reader answers or refuses, and does not fall over.
//!
//! Each input is made from a seed and a number, so that one that fails can be made again:
//! `TRACEWRIGHT_INPUTS=1000000 cargo test --test it hammer` tries a million for each reader,
//! `TRACEWRIGHT_SEED` other ones.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tracewright::document::{Diagnostics, Sources, read_json, read_yaml};
use tracewright::iam::{self, Use};
use tracewright::plan::{Saved, checksum};
use tracewright::stack::{self, Files, Inputs, Loaded, Unreadable};

use crate::harness::{Scenario, files, repository, told};

/// Inputs for each reader unless `TRACEWRIGHT_INPUTS` says otherwise: what a run of all tests has
/// time for.
const INPUTS: u64 = 2_000;

/// What means something to one of the readers.
const WORDS: [&str; 50] = [
    "${var.rate}",
    "${",
    "}",
    "${env.X}",
    "$${account}",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!Ref x",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "- ",
    ": ",
    "{",
    "[",
    "]",
    ",",
    "#",
    "\t",
    "\r\n",
    "\u{feff}",
    "\u{202e}",
    "\u{0}",
    "\\ud800",
    "null",
    "~",
    "true",
    "1e999",
    "-0",
    "0x1F",
    "1_000",
    ".inf",
    "99999999999999999999",
    "\"Version\": \"2012-10-17\"",
    "\"Statement\"",
    "\"Effect\": \"Allow\"",
    "\"Action\": \"*\"",
    "\"Condition\"",
    "file: ../x.json",
    "stack: ",
    "vars:",
    "sampling_rules:",
    "roles:",
    "requires: \">=0\"",
    "\"checksum\"",
    "\"steps\"",
    "\"path\": \"a.\\\"b\"",
];

/// Numbers out of a seed: splitmix64.
struct Dice(u64);

impl Dice {
    fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or(0) % end.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A text with one to eight things done to it.
fn broken(texts: &[String], dice: &mut Dice) -> String {
    let mut text: Vec<u8> = dice.of(texts).clone().into_bytes();
    for _ in 0..=dice.below(5) {
        let (from, to) = (dice.below(text.len() + 1), dice.below(text.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match dice.below(20) {
            0 => drop(text.drain(from..to.min(from + 40))),
            1 => text.truncate(to),
            2 => {
                let copy = text[from..to.min(from + 200)].to_vec();
                text.splice(to..to, copy).for_each(drop);
            }
            3 => {
                let other = dice.of(texts).as_bytes();
                let start = dice.below(other.len() + 1);
                let part = other[start..other.len().min(start + 120)].to_vec();
                text.splice(from..to.min(from + 60), part).for_each(drop);
            }
            4 => {
                let deep = dice.of(&["[", "{a: ", "- ", "{\"a\":", "  "]).repeat(dice.below(300));
                text.splice(from..from, deep.into_bytes()).for_each(drop);
            }
            5 if from < text.len() => text[from] = u8::try_from(dice.below(128)).unwrap_or(b'?'),
            // A slip inside of a word leaves the rest to be read.
            8.. if text.get(from).is_some_and(u8::is_ascii_alphanumeric) => {
                text[from] = *dice.of(b"abcxyzAZ0159");
            }
            _ => {
                let word = dice.of(&WORDS).as_bytes().to_vec();
                text.splice(from..to.min(from + dice.below(12)), word).for_each(drop);
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty());
    text.map_or(otherwise, |text| text.parse().expect("a whole number"))
}

/// Gives a reader as many broken texts as it is to have; `read` says whether it took one.
///
/// On a stack as large as a program's own: that of a test's thread is a quarter of it.
fn hammer(what: &str, texts: &[String], read: impl Fn(&str) -> bool + Sync) {
    const STACK: usize = 8 << 20;
    std::thread::scope(|scope| {
        let run = || strike(what, texts, &read);
        let thread = std::thread::Builder::new().stack_size(STACK);
        let struck = thread.spawn_scoped(scope, run).expect("a thread").join();
        struck.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

fn strike(what: &str, texts: &[String], read: &dyn Fn(&str) -> bool) {
    let (seed, inputs) = (number("TRACEWRIGHT_SEED", 1), number("TRACEWRIGHT_INPUTS", INPUTS));
    for text in texts {
        assert!(read(text), "the reader refuses what the inputs are made of:\n{text}");
    }
    let mut taken = 0;
    for at in 0..inputs {
        let text = broken(texts, &mut Dice::new(seed, at));
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&text)));
        let Ok(took) = outcome else { panic!("{what}: seed {seed}, input {at}:\n{text}") };
        taken += u64::from(took);
    }
    told(&format!("{what}: {inputs} inputs of seed {seed}, {taken} of them sound, no panic"));
    // Both answers are there, so that what is behind the first error was reached as well.
    assert!(taken > 0 && taken < inputs);
}

/// The repository's own documents, by the names that stacks have for them.
struct Documents(Vec<(String, String)>);

impl Files for Documents {
    fn read(&mut self, _: &str, path: &str) -> Result<Loaded, Unreadable> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let found = self.0.iter().find(|(known, _)| known == name);
        let missing = || Unreadable { message: "is not there".to_owned(), hint: String::new() };
        let (shown, text) = found.ok_or_else(missing)?.clone();
        Ok(Loaded { shown, text })
    }
}

fn documents() -> Vec<(String, String)> {
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let read = |path: std::path::PathBuf| (name(&path), std::fs::read_to_string(&path).unwrap());
    files(&repository().join("aws")).into_iter().map(read).collect()
}

const STACK: &str = r#"# a stack with everything in it
stack: shop
account: "123456789012"
region: eu-west-1
tags: { project: shop }
ignore_tags: ["map-*"]
vars: { rate: { default: 0.05 }, image: { default: "shop/web:1" } }
adopt: [sampling_rules.checkout]
sampling_rules:
  checkout: { Priority: 100, FixedRate: "${var.rate}", ReservoirSize: 1, URLPath: "/check*" }
  xray: { file: xray.json, RuleName: other }
default_sampling: { FixedRate: 0.1, ReservoirSize: 1 }
task_definitions:
  web:
    containerDefinitions:
      - { name: app, image: "${var.image}", memory: 128, environment: [{ name: A, value: b }] }
    taskRoleArn: ${role.task.arn}
    keep_revisions: 3
  other: { file: backend-flask.json, family: other }
roles:
  task:
    AssumeRolePolicyDocument: { file: ecs-tasks-trust.json }
    ManagedPolicies: [AWSXRayDaemonWriteAccess, "${policy.read.arn}"]
    InlinePolicies: { session: { file: session-manager.json } }
policies:
  read: { PolicyDocument: { file: read-parameters.json } }
"#;

#[test]
fn the_stack_reader_takes_anything() {
    let documents = documents();
    let read = |text: &str| {
        let file = Loaded { shown: "stack.yaml".to_owned(), text: text.to_owned() };
        let reading = stack::read(file, &mut Documents(documents.clone()), &Inputs::default());
        // Whatever is wrong is told, too.
        let told = reading.found.render(&reading.sources, 80);
        assert!(reading.stack.is_some() || !told.is_empty());
        reading.stack.is_some()
    };
    hammer("the stack reader", &[STACK.to_owned()], read);
}

#[test]
fn the_policy_parser_takes_anything() {
    let policies: Vec<_> = documents()
        .into_iter()
        .filter(|(_, text)| text.contains("\"Statement\""))
        .map(|(_, text)| text)
        .chain([r#"{"Version": "2012-10-17", "Id": "x", "Statement": {"Sid": "A", "Effect": "Deny",
            "NotAction": ["s3:*", "xray:Put?race*"], "NotResource": "arn:aws:s3:::a/${aws:username}",
            "Condition": {"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a*", "b"]},
            "Bool": {"aws:SecureTransport": false}}}}"#.to_owned()])
        .collect();
    let read = |text: &str| {
        let mut sound = false;
        for json in [true, false] {
            let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
            let file = sources.add("policy.json", text);
            let reader = if json { read_json } else { read_yaml };
            let Some(node) = reader(&sources, file, &mut found) else { continue };
            for of in [Use::Identity, Use::Trust] {
                let Some(policy) = iam::read(&node, of, "policy", &mut found) else { continue };
                sound = true;
                let canonical = iam::canonical(&policy);
                assert_eq!(iam::canonical(&canonical), canonical, "{text}");
                iam::lines(&iam::changes(None, Some(&policy)), 60);
                iam::widened(None, Some(&policy), of);
            }
            found.render(&sources, 80);
        }
        // A policy for one use may be none for another.
        sound
    };
    hammer("the policy parser", &policies, read);
}

#[test]
fn the_plan_reader_takes_anything() {
    let scenario = Scenario::new();
    scenario.write("stack.yaml", STACK);
    for (name, text) in documents() {
        scenario.write(&name, text);
    }
    scenario.run("plan stack.yaml --local --out first.json").exits(0);
    scenario.run("apply stack.yaml --local --yes --except task_definitions.web").exits(0);
    scenario.edit("stack.yaml", "0.05", "0.5").edit("stack.yaml", "web:1", "web:2");
    scenario.edit("stack.yaml", "  other: {", "  another: {");
    scenario.run("plan stack.yaml --local --out second.json").exits(0);
    let plans = ["first.json", "second.json"].map(|plan| scenario.read(plan));
    // With a checksum that is right, so that what is behind it is reached; and as they are.
    let read = |text: &str| {
        drop(Saved::read(text));
        let Ok(saved) = Saved::read(&sealed(text)) else { return false };
        tracewright::render::plan_text(&saved.plan, "nothing");
        saved.plan.digest();
        true
    };
    hammer("the plan reader", &plans.map(|plan| compact(&plan)), read);
}

/// A plan with the checksum that it should have.
fn sealed(text: &str) -> String {
    let Ok(mut plan) = serde_json::from_str::<serde_json::Value>(text) else {
        return text.to_owned();
    };
    if plan.is_object() {
        plan["checksum"] = checksum(&plan).into();
    }
    plan.to_string()
}

fn compact(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).unwrap().to_string()
}

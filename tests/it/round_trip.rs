//! A file of somebody's, imported alone: applied, planned again, and imported from what is live.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tracewright::document::{Diagnostics, Sources, read_yaml};
use tracewright::stack::{self, Files, Inputs, Loaded, Unreadable};

use crate::harness::{Output, Scenario, reread};
use crate::placed::value;

/// How long an import of one file may take, on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(20);

/// What was imported from a file, with a value for each variable that it made.
pub(crate) struct Imported {
    scenario: Scenario,
    /// The stack, its variables not filled in.
    stack: Value,
    /// The values that its variables are given.
    vars: BTreeMap<String, String>,
    env: RefCell<BTreeMap<String, String>>,
}

/// Imports a file alone, or says all that is wrong with it.
pub(crate) fn import(file: &Path, how: &str) -> Result<Imported, Vec<String>> {
    let name = file.file_name().unwrap().to_str().unwrap();
    // Those who collected these put where they are from before the names.
    let name = name.rsplit("__").next().unwrap();
    let scenario = Scenario::new();
    scenario.write(name, fs::read(file).unwrap());
    let begun = Instant::now();
    let output =
        scenario.run_words(&words(&format!("import {name} --name shop --out s.yaml{how}")));
    assert!(begun.elapsed() < LONGEST, "{}: {:?}", file.display(), begun.elapsed());
    if output.code != 0 {
        assert_eq!((output.code, output.stdout.as_str()), (1, ""), "{}: {output}", file.display());
        let problems = output.stderr.split("\n\n").filter(|problem| problem.starts_with("error: "));
        return Err(problems.map(str::to_owned).collect());
    }
    let stack = tree(&scenario.read("s.yaml"));
    let (vars, mut env) = (vars(&stack), BTreeMap::new());
    each_reference(&stack, "env", &mut |name, _, _| {
        env.insert(name.to_owned(), format!("hunter2{name}"));
    });
    Ok(Imported { scenario, stack, vars, env: env.into() })
}

/// A value for each variable without a default, by where it stands: best, where nothing else does.
fn vars(stack: &Value) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    each_reference(stack, "var", &mut |name, field, whole| {
        let default = &stack["vars"][name]["default"];
        if default.is_null() || *default == "" {
            let place = places.entry(name.to_owned()).or_insert((field.to_owned(), whole));
            if whole && !place.1 {
                *place = (field.to_owned(), whole);
            }
        }
    });
    let values = places.into_iter().map(|(name, (field, whole))| {
        let value = value(&field, &name, whole);
        (name, value)
    });
    values.collect()
}

impl Imported {
    /// Applies the stack, and then there is nothing to do; what is live, imported, is the same stack.
    /// Else what went another way.
    pub(crate) fn settles(&self) -> Result<(), String> {
        self.ends("apply s.yaml --local --yes")?;
        self.ends("plan s.yaml --local --detailed-exitcode")?;
        let (ours, region) = self.documents("s.yaml")?;
        self.ends(&format!("import --live --local --out live.yaml --region {region}"))?;
        let live = tree(&self.scenario.read("live.yaml"));
        let known = self.scenario.local_state();
        let tasks = live["task_definitions"].as_object().into_iter().flatten();
        for (family, written) in tasks {
            secrets(written, registered(&known, family), &mut self.env.borrow_mut());
        }
        self.ends("plan live.yaml --local --detailed-exitcode")?;
        let (mut theirs, _) = self.documents("live.yaml")?;
        // Every region has the Default rule.
        theirs.retain(|address, _| ours.contains_key(address) || !address.starts_with("default"));
        if ours == theirs { Ok(()) } else { Err(format!("{ours:#?}\nis live as\n{theirs:#?}")) }
    }

    /// The stack, if it can be read, with values for all its variables, under names with a mark.
    pub(crate) fn marked(&self, mark: &str) -> Option<Value> {
        self.documents("s.yaml").ok()?;
        let text = self.stack.to_string();
        let text = ["var", "env"].iter().fold(text, |text, kind| {
            text.replace(&format!("${{{kind}."), &format!("${{var.{mark}_"))
        });
        let mut stack: Value = serde_json::from_str(&text).unwrap();
        let env = self.env.borrow();
        let given = self.vars.iter().chain(&*env).map(|(name, value)| (name, json!(value)));
        let known = self.stack["vars"].as_object().into_iter().flatten();
        let known = known.map(|(name, of)| (name, of["default"].clone()));
        let all = known.filter(|(_, default)| !default.is_null()).chain(given);
        let vars = all.map(|(name, value)| (format!("{mark}_{name}"), json!({"default": value})));
        stack["vars"] = Value::Object(vars.collect());
        Some(stack)
    }

    fn ends(&self, line: &str) -> Result<Output, String> {
        let mut words = words(line);
        let (vars, env) = (self.vars.iter(), self.env.borrow());
        let vars: Vec<_> = vars.map(|(name, value)| format!("{name}={value}")).collect();
        if !line.starts_with("import") {
            if line.contains(" s.yaml") {
                words.extend(vars.iter().flat_map(|var| ["--var", var]));
            }
            words.extend(env.keys().flat_map(|name| ["--allow-env", name]));
        }
        let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let output = self.scenario.run_in(&words, &env);
        if output.code == 0 { Ok(output) } else { Err(format!("{line}\n{output}")) }
    }

    /// The canonical documents of a stack, by section and name, and its region.
    fn documents(&self, file: &str) -> Result<(BTreeMap<String, Value>, String), String> {
        let env = self.env.borrow().clone().into_iter().map(|(name, value)| (name, Some(value)));
        let inputs = Inputs { vars: self.vars.clone(), env: env.collect(), ..Inputs::default() };
        let inputs =
            if file == "s.yaml" { inputs } else { Inputs { vars: BTreeMap::new(), ..inputs } };
        let loaded = Loaded { shown: file.to_owned(), text: self.scenario.read(file) };
        let reading = stack::read(loaded, &mut Beside(&self.scenario), &inputs);
        let Some(stack) = reading.stack else {
            return Err(reading.found.render(&reading.sources, 100));
        };
        let named = stack.wanted.into_iter().map(|one| {
            let address = one.address.to_string();
            let section = address.split('.').next().unwrap_or_default();
            (format!("{section}.{}", one.name), one.document)
        });
        Ok((named.collect(), stack.place.region))
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// The files beside a stack.
struct Beside<'a>(&'a Scenario);

impl Files for Beside<'_> {
    fn read(&mut self, _: &str, path: &str) -> Result<Loaded, Unreadable> {
        Ok(Loaded { shown: path.to_owned(), text: self.0.read(path) })
    }
}

/// A stack file as a tree.
fn tree(text: &str) -> Value {
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let file = sources.add("stack", text);
    read_yaml(&sources, file, &mut found).expect("a stack file").to_json()
}

/// Calls for each reference `${KIND.NAME}`, with the field it stands in, and whether it is all that
/// stands there.
fn each_reference(node: &Value, kind: &str, call: &mut dyn FnMut(&str, &str, bool)) {
    fn walk(node: &Value, field: &str, open: &str, call: &mut dyn FnMut(&str, &str, bool)) {
        match node {
            Value::String(text) => {
                for rest in text.split(open).skip(1) {
                    let Some((name, _)) = rest.split_once('}') else { continue };
                    call(name, field, text.len() == open.len() + name.len() + 1);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, field, open, call)),
            Value::Object(map) => map.iter().for_each(|(key, value)| walk(value, key, open, call)),
            _ => {}
        }
    }
    walk(node, "", &format!("${{{kind}."), call);
}

/// What the local AWS has of a family, its newest revision.
fn registered<'a>(state: &'a Value, family: &str) -> &'a Value {
    let regions = state["accounts"].as_object().into_iter().flatten();
    let regions = regions.flat_map(|(_, account)| account.as_object().into_iter().flatten());
    let families = regions.map(|(_, region)| &region["ecs"]["families"][family]);
    let revisions = families.filter_map(Value::as_object).flatten();
    let newest = revisions.max_by_key(|(number, _)| number.parse::<u64>().unwrap_or_default());
    newest.map_or(&Value::Null, |(_, revision)| &revision["definition"])
}

/// Takes down what the references `${env.X}` of a tree stand for, which is in its like.
fn secrets(written: &Value, known: &Value, into: &mut BTreeMap<String, String>) {
    match (written, known) {
        (Value::String(text), Value::String(known)) => {
            if let Some(name) = text.strip_prefix("${env.").and_then(|rest| rest.strip_suffix('}'))
            {
                into.insert(name.to_owned(), known.clone());
            }
        }
        (Value::Array(items), Value::Array(known)) => {
            for (at, item) in items.iter().enumerate() {
                let same =
                    |other: &&Value| !item["name"].is_null() && other["name"] == item["name"];
                if let Some(like) = known.iter().find(same).or_else(|| known.get(at)) {
                    secrets(item, like, into);
                }
            }
        }
        (Value::Object(map), Value::Object(known)) => {
            for (key, value) in map {
                secrets(value, known.get(key).unwrap_or(&Value::Null), into);
            }
        }
        _ => {}
    }
}

/// What became of many files, each with what is said of it.
pub(crate) struct Tally {
    pub(crate) held: usize,
    pub(crate) refused: Vec<(String, Vec<String>)>,
    pub(crate) failed: Vec<(String, String)>,
}

/// Imports each file alone and sees whether it settles, as many at once as there are processors.
pub(crate) fn tally(folder: &Path, files: &[std::path::PathBuf]) -> Tally {
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally { held: 0, refused: Vec::new(), failed: Vec::new() });
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = file.strip_prefix(folder).unwrap().display().to_string();
            let outcome = import(file, "").map(|imported| imported.settles());
            let mut tally = tally.lock().unwrap();
            match outcome {
                Ok(Ok(())) => tally.held += 1,
                Ok(Err(why)) => tally.failed.push((name, why)),
                Err(problems) => tally.refused.push((name, problems)),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    tally.into_inner().unwrap()
}

impl Tally {
    /// Each refusal is one of these, by words of what is said, the line and the way out among them,
    /// and so is each that was imported and did not settle; and each of these is met.
    #[track_caller]
    pub(crate) fn is_but_for(&self, refused: &[&[&str]], failed: &[&[&str]]) {
        let problems = self.refused.iter().flat_map(|(file, problems)| {
            assert!(!problems.is_empty(), "{file} is refused for nothing");
            problems.iter().map(move |problem| (file, problem))
        });
        met(problems, refused);
        met(self.failed.iter().map(|(file, why)| (file, why)), failed);
    }
}

#[track_caller]
fn met<'a>(said: impl Iterator<Item = (&'a String, &'a String)>, reasons: &[&[&str]]) {
    let mut met = BTreeSet::new();
    let mut others = Vec::new();
    for (file, text) in said {
        let is_it = |reason: &&[&str]| reason.iter().all(|word| text.contains(word));
        match reasons.iter().position(is_it) {
            Some(at) => {
                met.insert(at);
            }
            None => others.push(format!("{file}: {text}")),
        }
    }
    assert!(others.is_empty(), "with {:?}\n{}", reread(), others.join("\n\n"));
    for (at, reason) in reasons.iter().enumerate() {
        assert!(met.contains(&at), "nothing is told for {reason:?}");
    }
}

//! Pairs of what strangers registered and what AWS gave back: equal in a plan, either way round, but
//! for what the notes beside them name; and what is registered here comes back as it did there. They
//! are no part of the repository, and some may come without what was registered.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tracewright::kinds::task_definitions::canonical::{fold, unfold};
use tracewright::plan::differences;

use crate::harness::{Scenario, beside, files, told};
use crate::recorded::{EDITED, bare, register};

/// One task definition as it was sent and as it came back.
struct Pair {
    name: String,
    input: Value,
    output: Value,
    /// The paths at which the two have other values, since they are of two days.
    noted: Vec<String>,
}

/// The pairs of task definitions that have both sides, and how many there are in all.
fn pairs(test: &str) -> Vec<Pair> {
    let Some(folder) = beside("recordings/pairs", test) else { return Vec::new() };
    let parse = |path: &Path| -> Option<Value> {
        serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
    };
    let mut all = 0;
    let mut found = Vec::new();
    for path in files(&folder).iter().filter(|path| path.ends_with("output.json")) {
        let output = parse(path).unwrap();
        if !output["taskDefinition"].is_object() {
            continue;
        }
        all += 1;
        let Some(mut input) = parse(&path.with_file_name("input.json")) else { continue };
        if input["taskDefinition"].is_object() {
            input = input["taskDefinition"].take();
        }
        let meta = parse(&path.with_file_name("meta.json")).unwrap_or_default();
        let noted = meta["value_mismatches"].as_array().into_iter().flatten();
        let mut pair = Pair {
            name: path.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned(),
            input,
            output: output["taskDefinition"].clone(),
            noted: noted.map(|path| path.as_str().unwrap().to_owned()).collect(),
        };
        for path in redacted(&pair.output) {
            pair.take_from_output(&path);
        }
        found.push(pair);
    }
    told(&format!("{test}: {} of {all} have what was registered", found.len()));
    found
}

/// Where the one who recorded an answer took a value out.
fn redacted(output: &Value) -> Vec<String> {
    let containers = output["containerDefinitions"].as_array().unwrap().iter();
    let variables = containers.flat_map(|container| {
        let variables = container["environment"].as_array().into_iter().flatten();
        let gone = variables.filter(|variable| {
            variable["value"].as_str().is_some_and(|value| value.contains("REDACTED"))
        });
        gone.map(|variable| (container["name"].as_str().unwrap(), variable["name"].as_str()))
    });
    let path = |(container, variable): (&str, Option<&str>)| {
        format!("/containerDefinitions[{container}]/environment[{}]/value", variable.unwrap())
    };
    variables.map(path).collect()
}

impl Pair {
    /// Gives the input the output's value at a path like
    /// `/containerDefinitions[app]/environment[A]/value`.
    fn take_from_output(&mut self, path: &str) {
        let Some(value) = at(&mut self.output, path).cloned() else { return };
        if let Some(place) = at(&mut self.input, path) {
            *place = value;
        }
    }

    /// Where the two differ, as the plan has to say it.
    fn different(&self) -> BTreeSet<String> {
        let (mut input, mut output) = (self.input.clone(), self.output.clone());
        let noted = self.noted.iter();
        let differ = noted.filter(|path| at(&mut input, path) != at(&mut output, path));
        differ.map(|path| as_planned(path)).collect()
    }
}

fn at<'a>(tree: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    path.trim_start_matches('/').split('/').try_fold(tree, |value, step| {
        match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            None => value.get_mut(step),
            Some((list, name)) => {
                value[list].as_array_mut()?.iter_mut().find(|one| one["name"] == name)
            }
        }
    })
}

/// A path of the notes as the plan writes it.
fn as_planned(path: &str) -> String {
    let path = path.trim_start_matches('/').replace("]/valueFrom", "]").replace("]/value", "]");
    path.replace(['[', '/'], ".").replace(']', "")
}

#[test]
fn what_was_registered_folds_like_what_came_back() {
    for pair in pairs("pairs that fold alike") {
        let (input, output) = (fold(&pair.input), fold(&pair.output));
        assert_eq!(fold(&unfold(&output)), output, "{}", pair.name);
        let differences = differences(Some(&input), Some(&output), &|_| false);
        let paths: BTreeSet<_> =
            differences.iter().map(|difference| difference.path.0.join(".")).collect();
        assert_eq!(paths, pair.different(), "{}", pair.name);
    }
}

/// A stack with one side of each pair.
fn stack(scenario: &Scenario, pairs: &[Pair], side: fn(&Pair) -> &Value) {
    let mut families = serde_json::Map::new();
    for (number, pair) in pairs.iter().enumerate() {
        let mut document = side(pair).clone();
        document["family"] = json!(format!("f{number}"));
        scenario
            .write(&format!("docs/{number}.json"), json!({"taskDefinition": document}).to_string());
        families.insert(format!("f{number}"), json!({"file": format!("docs/{number}.json")}));
    }
    scenario.stack(&format!("task_definitions: {}\n", Value::Object(families)));
}

#[test]
fn a_pair_is_equal_in_the_plan_whichever_side_aws_has() {
    let pairs = pairs("pairs that are planned");
    if pairs.is_empty() {
        return;
    }
    let sides: [fn(&Pair) -> &Value; 2] = [|pair| &pair.input, |pair| &pair.output];
    for (there, here) in [(sides[0], sides[1]), (sides[1], sides[0])] {
        let scenario = Scenario::new();
        stack(&scenario, &pairs, there);
        drop(scenario.run("apply stack.yaml --local --yes").exits(0));
        stack(&scenario, &pairs, here);
        let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
        let steps = plan["steps"].as_array().unwrap();
        for (number, pair) in pairs.iter().enumerate() {
            let step = steps.iter().find(|step| step["name"] == format!("f{number}"));
            let changes = step.and_then(|step| step["changes"].as_array()).into_iter().flatten();
            let paths: BTreeSet<_> =
                changes.map(|change| change["path"].as_str().unwrap().to_owned()).collect();
            assert_eq!(paths, pair.different(), "{}", pair.name);
        }
    }
}

#[test]
fn what_was_registered_comes_back_here_as_it_came_back_there() {
    for mut pair in pairs("pairs that are registered here") {
        if EDITED.contains(&pair.name.trim_start_matches("derived-")) {
            continue;
        }
        for path in pair.noted.clone() {
            pair.take_from_output(&path);
        }
        let read = register(&pair.input).map(bare);
        assert_eq!(read, Ok(bare(pair.output)), "{}", pair.name);
    }
}

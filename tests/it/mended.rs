//! Strangers' files: what is not JSON is made JSON or left to the reader's own words, placeholders
//! become variables, and policies are told apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tracewright::document::{Diagnostics, Node, Severity, Sources, read_json};
use tracewright::import::policy_documents::{Told, documents, tell};
use tracewright::import::{Haul, mend, placeholders};

use crate::harness::{beside, files};

/// Files whose name is that of JSON, and some are.
fn json_files(folder: &str, test: &str) -> Option<Vec<PathBuf>> {
    let mut found = files(&beside(&format!("corpus/{folder}"), test)?);
    let other = ["yaml", "tf", "template"];
    found.retain(|file| {
        !other.iter().any(|ending| file.extension().is_some_and(|found| found == *ending))
    });
    Some(found)
}

/// The tree in a file, mended where it has to be.
fn read(file: &PathBuf, mended: &mut usize) -> Node {
    let text = fs::read_to_string(file).unwrap();
    let made = mend(&text).unwrap_or_else(|| panic!("{} is not plain", file.display()));
    *mended += usize::from(made.text != text);
    assert_eq!(made.said.is_empty(), made.text == text, "{}", file.display());
    let mut sources = Sources::default();
    let file = sources.add(file.display().to_string(), made.text);
    let mut found = Diagnostics::default();
    let node = read_json(&sources, file, &mut found);
    assert_eq!(found.all, [], "{}", sources.path(file));
    node.unwrap()
}

#[test]
fn what_strangers_left_around_their_json_is_told() {
    let folders = ["task-definitions", "sampling-rules", "iam-policies", "local-sampling-rules"];
    let mut counts = Vec::new();
    for folder in folders {
        let Some(files) = json_files(folder, "files of strangers mended") else { return };
        let mut mended = 0;
        for file in &files {
            drop(read(file, &mut mended));
        }
        counts.push((folder, files.len(), mended));
    }
    assert_eq!(
        counts,
        [
            ("task-definitions", 150, 14),
            ("sampling-rules", 77, 9),
            ("iam-policies", 70, 3),
            ("local-sampling-rules", 26, 0),
        ]
    );
}

#[test]
fn placeholders_of_strangers_become_variables() {
    let mut variables = BTreeMap::new();
    let mut named = Vec::new();
    for (folder, section) in
        [("task-definitions", "task_definitions"), ("sampling-rules", "sampling_rules")]
    {
        let Some(files) = json_files(folder, "placeholders of strangers") else { return };
        for file in files {
            let mut node = read(&file, &mut 0);
            let mut haul = Haul::default();
            placeholders::take(section, &mut node, &mut haul);
            for name in haul.variables.keys() {
                *variables.entry(name.clone()).or_insert(0) += 1;
            }
            let bad = haul.found.all.into_iter().filter(|one| one.severity != Severity::Note);
            named.extend(bad.map(|one| one.message));
        }
    }
    assert_eq!((variables.len(), variables["task_role_arn"]), (67, 17), "{variables:#?}");
    // One container of a list, whole.
    assert!(named.iter().all(|what| what.contains("_container_json}` stands for a whole")));
    assert_eq!(named.len(), 17, "{named:#?}");
}

#[test]
fn policies_of_strangers_are_told_apart() {
    let Some(files) = json_files("iam-policies", "policies of strangers told apart") else {
        return;
    };
    let mut counts = BTreeMap::new();
    for file in files {
        let node = read(&file, &mut 0);
        let found = documents(&node);
        assert_eq!(found.len(), 1, "{}", file.display());
        let told = match tell(found[0].document) {
            Ok(Told::Trust(_)) => "trust",
            Ok(Told::Permissions(_)) => "permissions",
            Ok(Told::Both { .. }) => "both",
            Err(problem) => panic!("{}: {}", file.display(), problem.message),
        };
        *counts.entry(told).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([("both", 6), ("permissions", 9), ("trust", 55)]));
}

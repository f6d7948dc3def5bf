//! What a `file:` may turn out to be.

use std::fs::{self, File};

use super::{RULE, calm, refused};
use crate::harness::{Output, Scenario};

/// Applies a stack whose only rule is in this file.
#[track_caller]
fn named(scenario: &Scenario, path: &str) -> Output {
    scenario.stack(&format!("sampling_rules: {{ a: {{ file: {path:?} }} }}\n"));
    refused(scenario)
}

#[test]
fn a_file_that_is_not_there() {
    insta::assert_snapshot!(named(&Scenario::new(), "aws/json/xray.json"), @r#"
    ------- stderr -------
    error: `aws/json/xray.json` is not there
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "aws/json/xray.json" } }
      |                              ^^^^^^^^^^^^^^^^^^^^
      |
      = help: looked for [FOLDER]/aws/json/xray.json
    [exit 1]
    "#);
    insta::assert_snapshot!(named(&Scenario::new(), ""), @r#"
    ------- stderr -------
    error: `` names no file
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "" } }
      |                              ^^
      |
      = help: write a path, taken from the stack's folder
    [exit 1]
    "#);
}

#[test]
fn a_folder() {
    insta::assert_snapshot!(named(&Scenario::new(), "."), @r#"
    ------- stderr -------
    error: `.` is a folder
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "." } }
      |                              ^^^
      |
      = help: name a file
    [exit 1]
    "#);
}

#[test]
fn a_path_that_is_no_string() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules: { a: { file: 5 } }\n");
    insta::assert_snapshot!(refused(&scenario), @"
    ------- stderr -------
    error: `file` is a path, not a number
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: 5 } }
      |                              ^
      |
      = help: write `file: PATH`, the path taken from the stack's folder
    [exit 1]
    ");
}

#[test]
fn a_file_outside_of_the_repository() {
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().canonicalize().unwrap().join("rule.json");
    fs::write(&file, "{}").unwrap();
    let said = |scenario: &Scenario, path: &str| {
        named(scenario, path).to_string().replace(file.to_str().unwrap(), "[OUTSIDE]/rule.json")
    };
    let scenario = Scenario::new();
    let said = said(&scenario, file.to_str().unwrap());
    let head = said.lines().nth(1).unwrap();
    insta::assert_snapshot!(head, @"error: `[OUTSIDE]/rule.json` is outside of the repository, [FOLDER]");
    assert!(said.contains("help: move it into the repository"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_outside_of_the_repository() {
    let scenario = Scenario::new();
    std::os::unix::fs::symlink("/etc/hostname", scenario.path("rule.json")).unwrap();
    std::os::unix::fs::symlink("/etc", scenario.path("folder")).unwrap();
    insta::assert_snapshot!(named(&scenario, "rule.json"), @r#"
    ------- stderr -------
    error: `rule.json` is outside of the repository, [FOLDER]
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "rule.json" } }
      |                              ^^^^^^^^^^^
      |
      = help: move it into the repository
    [exit 1]
    "#);
    insta::assert_snapshot!(named(&scenario, "folder/hostname"), @r#"
    ------- stderr -------
    error: `folder/hostname` is outside of the repository, [FOLDER]
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "folder/hostname" } }
      |                              ^^^^^^^^^^^^^^^^^
      |
      = help: move it into the repository
    [exit 1]
    "#);
    // And one that leads nowhere, and one to itself.
    std::os::unix::fs::symlink("nowhere.json", scenario.path("broken.json")).unwrap();
    insta::assert_snapshot!(named(&scenario, "broken.json"), @r#"
    ------- stderr -------
    error: `broken.json` is not there
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "broken.json" } }
      |                              ^^^^^^^^^^^^^
      |
      = help: looked for [FOLDER]/broken.json
    [exit 1]
    "#);
    std::os::unix::fs::symlink("loop.json", scenario.path("loop.json")).unwrap();
    named(&scenario, "loop.json").says("`loop.json` cannot be read");
}

#[test]
fn without_a_repository_the_stack_s_folder_is_the_limit() {
    let scenario = Scenario::new();
    fs::remove_dir(scenario.path(".git")).unwrap();
    scenario.write("rule.json", "{}");
    scenario.write("stacks/stack.yaml", "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\nsampling_rules: { a: { file: ../rule.json } }\n");
    insta::assert_snapshot!(scenario.run("check stacks/stack.yaml"), @"
    ------- stderr -------
    error: `../rule.json` is outside of the stack's folder, [FOLDER]/stacks
     --> stacks/stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: ../rule.json } }
      |                              ^^^^^^^^^^^^
      |
      = help: move it there, or make the folder around both a git repository
    [exit 1]
    ");
}

#[test]
fn a_file_of_100_mb() {
    let scenario = Scenario::new();
    File::create(scenario.path("rule.json")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    insta::assert_snapshot!(named(&scenario, "rule.json"), @r#"
    ------- stderr -------
    error: `rule.json` has 102400 KB; at most 1024 KB are read
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "rule.json" } }
      |                              ^^^^^^^^^^^
      |
      = help: is it the right file? what AWS takes is far smaller
    [exit 1]
    "#);
    // The stack file itself, and one of variables.
    File::create(scenario.path("big.yaml")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    insta::assert_snapshot!(scenario.run("plan big.yaml --local"), @"
    ------- stderr -------
    error: big.yaml has 102400 KB; at most 1024 KB are read
      = help: is it the right file? what AWS takes is far smaller
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --var-file big.yaml"), @"
    ------- stderr -------
    error: big.yaml has 102400 KB; at most 1024 KB are read
      = help: is it the right file? what AWS takes is far smaller
    [exit 1]
    ");
}

#[test]
fn a_file_that_is_not_utf_8() {
    let scenario = Scenario::new();
    scenario.write("rule.json", b"{\n  \"SamplingRule\": {\n    \"RuleName\": \"caf\xe9\"\n");
    insta::assert_snapshot!(named(&scenario, "rule.json"), @r#"
    ------- stderr -------
    error: `rule.json` is not UTF-8 text (line 3)
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "rule.json" } }
      |                              ^^^^^^^^^^^
      |
      = help: save it as UTF-8
    [exit 1]
    "#);
    let utf_16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    scenario.write("rule.json", utf_16);
    insta::assert_snapshot!(named(&scenario, "rule.json"), @r#"
    ------- stderr -------
    error: `rule.json` is UTF-16 text, as PowerShell's `>` writes it
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "rule.json" } }
      |                              ^^^^^^^^^^^
      |
      = help: save it as UTF-8
    [exit 1]
    "#);
    scenario.write("stack.yaml", b"stack: caf\xe9\n");
    insta::assert_snapshot!(refused(&scenario), @"
    ------- stderr -------
    error: stack.yaml is not UTF-8 text (line 1)
      = help: save it as UTF-8
    [exit 1]
    ");
}

#[cfg(unix)]
#[test]
fn a_fifo_that_nobody_writes_to() {
    let scenario = Scenario::new();
    let made = std::process::Command::new("mkfifo").arg(scenario.path("rule.json")).status();
    assert!(made.is_ok_and(|status| status.success()));
    insta::assert_snapshot!(named(&scenario, "rule.json"), @r#"
    ------- stderr -------
    error: `rule.json` is not a regular file
     --> stack.yaml:4:30
      |
    4 | sampling_rules: { a: { file: "rule.json" } }
      |                              ^^^^^^^^^^^
      |
      = help: name a file
    [exit 1]
    "#);
    insta::assert_snapshot!(scenario.run("plan rule.json --local"), @"
    ------- stderr -------
    error: rule.json is not a regular file
      = help: name a file
    [exit 1]
    ");
    named(&scenario, "/dev/zero").says("is outside of the repository");
    scenario.run("plan /dev/zero --local").exits(1).says("/dev/zero is not a regular file");
}

#[test]
fn a_stack_file_that_is_not_there() {
    let scenario = Scenario::new();
    for line in ["check", "plan", "apply", "destroy"] {
        let said = calm(scenario.run(&format!("{line} nowhere.yaml")).exits(1));
        insta::allow_duplicates! { insta::assert_snapshot!(said, @"
        ------- stderr -------
        error: nowhere.yaml is not there
          = help: looked for [FOLDER]/nowhere.yaml
        [exit 1]
        "); }
    }
    insta::assert_snapshot!(scenario.run("plan . --local"), @"
    ------- stderr -------
    error: . has no stack file in it
      = help: a stack file ends in .yaml, .yml or .json, and has `stack:` at its top
    [exit 1]
    ");
}

#[test]
fn several_stacks_are_all_checked() {
    let scenario = Scenario::new();
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    scenario.write("bad.yaml", "");
    insta::assert_snapshot!(scenario.run("check bad.yaml stack.yaml nowhere.yaml"), @"
    stack.yaml is sound: 1 resource.
    ------- stderr -------
    error: the stack file is empty
     --> bad.yaml:1:1
      |
    1 |
      | ^
      |
      = help: `tracewright init` writes one to start from
    error: nowhere.yaml is not there
      = help: looked for [FOLDER]/nowhere.yaml
    [exit 1]
    ");
}

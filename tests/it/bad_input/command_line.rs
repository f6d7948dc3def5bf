//! Command lines, and what they hand to a stack.

use std::fs;
use std::process::Stdio;

use super::{RULE, calm};
use crate::harness::Scenario;

/// A scenario with a sound stack that has one variable.
fn sound() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&format!("vars: {{ path: {{ default: / }} }}\nsampling_rules: {{ a: {{ {RULE}, URLPath: \"${{var.path}}\" }} }}\n"));
    scenario
}

#[test]
fn a_bad_command_line_exits_with_64() {
    let scenario = sound();
    let lines = [
        "bogus",
        "plan",
        "check",
        "show stack.yaml",
        "plan stack.yaml other.yaml",
        "plan stack.yaml --locl",
        "plan stack.yaml --local=",
        "plan stack.yaml --var path",
        "plan stack.yaml --var =x",
        "plan stack.yaml --format yaml",
        "plan stack.yaml --region ../..",
        "plan stack.yaml --local --profile x",
        "plan stack.yaml --allow-deletes -1",
        "apply stack.yaml --local --yes --detailed-exitcode",
        "schema nothing",
        "completions tcsh",
        "init --account 1234",
        "init --region here",
        "local",
        "local serve --listen here",
        "--color mauve schema",
    ];
    for line in lines {
        let said = calm(scenario.run(line).exits(64));
        assert!(said.stdout.is_empty(), "{line}: {said}");
        assert!(!said.stderr.is_empty(), "{line}");
    }
    assert_eq!(calm(scenario.run_words(&[])).code, 64);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --locl"), @"
    ------- stderr -------
    error: unexpected argument '--locl' found

      tip: a similar argument exists: '--local'

    Usage: tracewright plan --local[=<FILE>] <STACK>

    For more information, try '--help'.
    [exit 64]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --var path"), @"
    ------- stderr -------
    error: `--var` number 1 names no variable
      = help: write it like NAME=VALUE
    [exit 64]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --region ../.."), @"
    ------- stderr -------
    error: invalid value '../..' for '--region <REGION>': write it like us-east-1

    For more information, try '--help'.
    [exit 64]
    ");
    assert!(!scenario.path(".tracewright").exists());
}

#[test]
fn variables_that_nobody_declared() {
    let scenario = sound();
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --var pth=/x"), @"
    ------- stderr -------
    error: `pth`, of `--var` or a `--var-file`, is no variable of this stack
      = help: did you mean `path`?
    [exit 1]
    ");
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --var path=/x"), @"
    ------- stderr -------
    error: `path`, of `--var` or a `--var-file`, is no variable of this stack
      = help: take it out of the command line or the `--var-file`, or declare it under `vars:`
    [exit 1]
    ");
}

#[test]
fn a_variable_that_does_not_fit() {
    let scenario = Scenario::new();
    scenario.stack("vars: { rate: {} }\nsampling_rules: { a: { Priority: 1, ReservoirSize: 1, FixedRate: \"${var.rate}\" } }\n");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --var rate=often"), @r#"
    ------- stderr -------
    error: `FixedRate` is a number from 0 to 1, not "often"
     --> stack.yaml:5:66
      |
    5 | ...eservoirSize: 1, FixedRate: "${var.rate}" } }
      |                                ^^^^^^^^^^^^^
    [exit 1]
    "#);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --var rate=7"), @r#"
    ------- stderr -------
    error: `FixedRate` is 7; it must be from 0 to 1
     --> stack.yaml:5:66
      |
    5 | ...eservoirSize: 1, FixedRate: "${var.rate}" } }
      |                                ^^^^^^^^^^^^^
    [exit 1]
    "#);
    scenario.run("plan stack.yaml --local --var rate=0.5").exits(0);
}

#[test]
fn files_of_variables() {
    let scenario = sound();
    let with = |text: &str| {
        scenario.write("vars.yaml", text);
        calm(scenario.run("plan stack.yaml --local --var-file vars.yaml").exits(1))
    };
    insta::assert_snapshot!(with("- path\n"), @"
    ------- stderr -------
    error: a variable file is a mapping of names to values
     --> vars.yaml:1:1
      |
    1 | - path
      | ^
    [exit 1]
    ");
    insta::assert_snapshot!(with("path: [a]\n"), @"
    ------- stderr -------
    error: `path` is a string, a number or a boolean, not a list
     --> vars.yaml:1:7
      |
    1 | path: [a]
      |       ^
    [exit 1]
    ");
    insta::assert_snapshot!(with("pth: a\n"), @"
    ------- stderr -------
    error: `pth`, of `--var` or a `--var-file`, is no variable of this stack
      = help: did you mean `path`?
    [exit 1]
    ");
    insta::assert_snapshot!(with("path: a: b\n"), @"
    ------- stderr -------
    error: this is not valid YAML: mapping values are not allowed in this context
     --> vars.yaml:1:8
      |
    1 | path: a: b
      |        ^
      |
      = help: put a value that has `: ` in it in quotes
    [exit 1]
    ");
    insta::assert_snapshot!(with("path: a\npath: b\n"), @"
    ------- stderr -------
    error: duplicate key `path`
     --> vars.yaml:2:1
      |
    2 | path: b
      | ^^^^ given a second time here
      |
      = help: keep one of the two
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --var-file none.yaml"), @"
    ------- stderr -------
    error: none.yaml is not there
      = help: looked for [FOLDER]/none.yaml
    [exit 1]
    ");
    scenario.write("vars.yaml", "");
    scenario.run("plan stack.yaml --local --var-file vars.yaml").exits(0);
}

#[test]
fn apply_and_destroy_ask_and_nobody_is_there() {
    let scenario = sound();
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    + sampling_rules.a  not in AWS yet  stack.yaml:5
        FixedRate      0.1
        Priority       1
        ReservoirSize  1
        URLPath        /

    Plan: 1 to create.
    ------- stderr -------
    error: nobody is at the terminal to be asked
      = help: say `--yes` to go on without a question
    [exit 4]
    ");
    assert!(scenario.local_rules("eu-west-1").is_empty());
    // A `yes` on a pipe is nobody's.
    scenario.run_with(&["apply", "stack.yaml", "--local"], Some("yes\n")).exits(4);
    assert!(scenario.local_rules("eu-west-1").is_empty());
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("destroy stack.yaml --local").exits(4).says("say `--yes`");
    assert_eq!(scenario.local_rules("eu-west-1"), ["a"]);
}

#[test]
fn init_writes_over_nothing() {
    let scenario = sound();
    let before = scenario.read("stack.yaml");
    insta::assert_snapshot!(scenario.run("init stack.yaml"), @"
    ------- stderr -------
    error: stack.yaml is there already
      = help: name another file, or take it away first
    [exit 1]
    ");
    assert_eq!(scenario.read("stack.yaml"), before);
    insta::assert_snapshot!(scenario.run("init stack.yaml/below.yaml"), @"
    ------- stderr -------
    error: stack.yaml/tracewright.schema.json cannot be written: File exists (os
           error 17)
      = help: look at the folder and its permissions, or name a file elsewhere
    [exit 1]
    ");
    fs::create_dir(scenario.path("folder")).unwrap();
    insta::assert_snapshot!(scenario.run("init folder"), @"
    ------- stderr -------
    error: folder is there already
      = help: name another file, or take it away first
    [exit 1]
    ");
}

#[test]
fn an_address_that_is_nowhere() {
    let scenario = sound();
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.b --local"), @"
    ------- stderr -------
    error: neither stack.yaml nor AWS has sampling_rules.b
      = help: did you mean `sampling_rules.a`?
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rule.a --local"), @"
    ------- stderr -------
    error: there is no section `sampling_rule`
      = help: did you mean `sampling_rules`?
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml a --local"), @"
    ------- stderr -------
    error: `a` is no address; addresses look like `section.key`
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.\"a --local"), @r#"
    ------- stderr -------
    error: the key in `sampling_rules."a` is not quoted rightly
    [exit 1]
    "#);
    scenario.run("show stack.yaml sampling_rules. --local").exits(1);
}

#[test]
fn a_stdout_that_nobody_reads() {
    // The clock that stands still is one that doctor complains of.
    let scenario = sound().env("TRACEWRIGHT_LOCAL_CLOCK", "");
    let lines = [
        "plan stack.yaml --local",
        "plan stack.yaml --local --format json",
        "apply stack.yaml --local --yes",
        "show stack.yaml sampling_rules.a --local",
        "schema",
        "doctor --local",
        "completions bash",
        "--help",
        "destroy stack.yaml --local --yes",
    ];
    for line in lines {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let words: Vec<_> = line.split(' ').collect();
        let output = scenario.command(&words).stdin(Stdio::null()).stdout(writer).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{line}: {said}");
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_stdout_that_is_full_is_an_error() {
    let scenario = sound();
    for line in [
        "plan stack.yaml --local --format json",
        "schema",
        "show stack.yaml sampling_rules.a --local",
    ] {
        scenario.run("apply stack.yaml --local --yes").exits(0);
        let words: Vec<_> = line.split(' ').collect();
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = scenario.command(&words).stdin(Stdio::null()).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(said.contains("could not be written"), "{line}: {said}");
    }
}

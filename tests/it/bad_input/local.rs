//! The local AWS's state, and where it is kept.

use std::fs;

use super::{RULE, calm};
use crate::harness::Scenario;

fn sound() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    scenario
}

#[test]
fn a_state_that_is_truncated_or_not_a_state() {
    let scenario = sound();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let whole = scenario.read(".tracewright/local.json");
    let cut = &whole[..whole.len() / 2];
    scenario.write(".tracewright/local.json", cut);
    insta::assert_snapshot!(calm(scenario.run("plan stack.yaml --local")), @"
    ------- stderr -------
    error: the local AWS's state .tracewright/local.json is damaged: EOF while
           parsing an object at line 18 column 9
      = help: `tracewright local reset --local=.tracewright/local.json` starts
              afresh
    [exit 1]
    ");
    for line in
        ["apply stack.yaml --local --yes", "doctor --local", "local serve --listen 127.0.0.1:0"]
    {
        calm(scenario.run(line).exits(1)).says("is damaged").says("local reset");
    }
    assert_eq!(scenario.read(".tracewright/local.json"), cut, "damage is nobody's to write over");
    for text in ["", "[]", "null", "{\"version\": 1, \"accounts\": {}, \"more\": 1}"] {
        scenario.write(".tracewright/local.json", text);
        calm(scenario.run("plan stack.yaml --local").exits(1)).says("is damaged");
    }
    scenario.write(".tracewright/local.json", "{\"version\": 9, \"services\": {}}");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    ------- stderr -------
    error: the local AWS's state .tracewright/local.json has version 9 and this tool
           knows only 1
      = help: use the newer tracewright that wrote it
      = help: `tracewright local reset --local=.tracewright/local.json` starts
              afresh
    [exit 1]
    ");
    // The way out is one.
    scenario.run("local reset --local=.tracewright/local.json").exits(0);
    scenario.run("apply stack.yaml --local --yes").exits(0);
}

#[test]
fn a_state_that_is_a_folder() {
    let scenario = sound();
    fs::create_dir(scenario.path("folder")).unwrap();
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local=folder --yes"), @"
    ------- stderr -------
    error: cannot read the local AWS's state folder: Is a directory (os error 21)
      = help: name a file that can be read and written, with `--local=FILE`
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("local reset --local=folder"), @"
    ------- stderr -------
    error: folder cannot be removed: Is a directory (os error 21)
      = help: `--local=FILE` names the file with the local AWS's state
    [exit 1]
    ");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local=stack.yaml/state.json --yes"), @"
    ------- stderr -------
    error: cannot read the local AWS's state stack.yaml/state.json: Not a directory
           (os error 20)
      = help: name a file that can be read and written, with `--local=FILE`
    [exit 1]
    ");
}

/// A folder that nobody may write to: `/proc` is one for root too, for whom permissions are none.
#[cfg(target_os = "linux")]
#[test]
fn a_state_in_a_folder_that_is_read_only() {
    let scenario = sound();
    scenario.run("plan stack.yaml --local=/proc/tracewright/local.json").exits(0);
    insta::assert_snapshot!(calm(scenario.run("apply stack.yaml --local=/proc/tracewright/local.json --yes")), @"
    shop  account 123456789012  eu-west-1

    + sampling_rules.a  not in AWS yet  stack.yaml:4
        FixedRate      0.1
        Priority       1
        ReservoirSize  1

    Plan: 1 to create.
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     sampling_rules.a: AWS could not carry out xray:CreateSamplingRule:
                 InternalFailure: cannot lock the local AWS's state
                 /proc/tracewright/local.json.lock: No such file or directory (os
                 error 2)
    Next:
      tracewright apply stack.yaml --local=/proc/tracewright/local.json
    ------- stderr -------
    failed  sampling_rules.a: AWS could not carry out xray:CreateSamplingRule: InternalFailure: cannot lock the local AWS's state /proc/tracewright/local.json.lock: No such file or directory (os error 2)
      = help: wait a minute and run it again
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
}

#[test]
fn a_switch_of_another_form() {
    let said = |name: &str, value: &str| {
        let scenario = Scenario::new().env(name, value);
        scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
        scenario.run("plan stack.yaml --local")
    };
    insta::assert_snapshot!(said("TRACEWRIGHT_LOCAL_LATENCY_MS", "soon"), @r#"
    ------- stderr -------
    error: TRACEWRIGHT_LOCAL_LATENCY_MS is a whole number, not "soon"
    [exit 1]
    "#);
    insta::assert_snapshot!(said("TRACEWRIGHT_LOCAL_EQUAL_PRIORITIES", "maybe"), @"
    ------- stderr -------
    error: TRACEWRIGHT_LOCAL_EQUAL_PRIORITIES is `accept` or `refuse`
    [exit 1]
    ");
    insta::assert_snapshot!(said("TRACEWRIGHT_LOCAL_REREAD", "-1"), @r#"
    ------- stderr -------
    error: TRACEWRIGHT_LOCAL_REREAD is a whole number, not "-1"
    [exit 1]
    "#);
    insta::assert_snapshot!(said("TRACEWRIGHT_LOCAL_IAM_DELAY", "4294967296"), @"
    ------- stderr -------
    error: TRACEWRIGHT_LOCAL_IAM_DELAY is at most 4294967295
    [exit 1]
    ");
}

#[test]
fn an_address_that_others_can_reach() {
    let scenario = Scenario::new();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "[::ffff:192.0.2.1]:80"] {
        calm(scenario.run(&format!("local serve --listen {address}")).exits(4))
            .says("is not a loopback address");
    }
    insta::assert_snapshot!(scenario.run("local serve --listen 0.0.0.0:4599"), @"
    ------- stderr -------
    error: 0.0.0.0 is not a loopback address
      = help: the local AWS checks no signatures, so it stays on this machine:
              --listen 127.0.0.1:4599
    [exit 4]
    ");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap();
    let said = scenario.run(&format!("local serve --listen {taken}")).exits(1);
    assert!(
        said.stderr.contains("cannot listen on") && said.stderr.contains("port 0 takes a free one"),
        "{said}"
    );
}

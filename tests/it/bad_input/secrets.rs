//! What comes from the environment is secret, wherever it ends up.

use super::{RULE, calm, stack};
use crate::harness::{Output, Scenario};

const SECRET: &str = "hunter2";

fn scenario() -> Scenario {
    Scenario::new().env("TOKEN", SECRET).env("NUMBER", "31337")
}

#[track_caller]
fn hides(output: Output) -> Output {
    for secret in [SECRET, "31337"] {
        assert!(!output.stdout.contains(secret) && !output.stderr.contains(secret), "{output}");
    }
    calm(output)
}

/// Plans a rule with these fields, the two variables allowed.
#[track_caller]
fn rule(fields: &str) -> Output {
    let scenario = scenario();
    scenario.stack(&format!("sampling_rules: {{ a: {{ {fields} }} }}\n"));
    hides(scenario.run("plan stack.yaml --local --allow-env TOKEN --allow-env NUMBER"))
}

#[test]
fn the_environment_is_read_where_it_is_allowed() {
    let scenario = scenario();
    scenario
        .stack(&format!("sampling_rules: {{ a: {{ {RULE}, URLPath: \"/${{env.TOKEN}}\" }} }}\n"));
    insta::assert_snapshot!(hides(scenario.run("plan stack.yaml --local")), @r#"
    ------- stderr -------
    error: this run may not read `TOKEN` from the environment
     --> stack.yaml:4:82
      |
    4 | ...voirSize: 1, URLPath: "/${env.TOKEN}" } }
      |                            ^^^^^^^^^^^^ used here
      |
      = help: allow it with `--allow-env TOKEN`
    [exit 1]
    "#);
    insta::assert_snapshot!(hides(scenario.run("plan stack.yaml --local --allow-env TOKEM")), @r#"
    ------- stderr -------
    error: this run may not read `TOKEN` from the environment
     --> stack.yaml:4:82
      |
    4 | ...voirSize: 1, URLPath: "/${env.TOKEN}" } }
      |                            ^^^^^^^^^^^^ used here
      |
      = help: allow it with `--allow-env TOKEN`
    [exit 1]
    "#);
    scenario.edit("stack.yaml", "env.TOKEN", "env.NOTHING");
    insta::assert_snapshot!(hides(scenario.run("plan stack.yaml --local --allow-env NOTHING")), @r#"
    ------- stderr -------
    error: the environment has no `NOTHING`
     --> stack.yaml:4:82
      |
    4 | ...oirSize: 1, URLPath: "/${env.NOTHING}" } }
      |                           ^^^^^^^^^^^^^^ used here
      |
      = help: set `NOTHING` before running tracewright
    [exit 1]
    "#);
}

#[test]
fn no_verb_shows_the_value_in_any_format() {
    // The clock that stands still is one that doctor complains of.
    let scenario = scenario().env("TRACEWRIGHT_LOCAL_CLOCK", "");
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE}, URLPath: \"/${{env.TOKEN}}\", Attributes: {{ t: \"${{env.TOKEN}}\" }}, Tags: {{ n: \"${{env.NUMBER}}\" }} }} }}\n"));
    let run = |line: &str, code: i32| {
        hides(scenario.run(&format!("{line} --allow-env TOKEN --allow-env NUMBER")).exits(code))
    };
    let all = |code: i32| {
        run("plan stack.yaml --local --detailed-exitcode", code);
        run("plan stack.yaml --local --format json --detailed-exitcode", code);
        run("check stack.yaml", 0);
        run("doctor stack.yaml --local --stats", 0);
        run("show stack.yaml sampling_rules.a --local", 0);
        run("show stack.yaml sampling_rules.a --local --format json", 0);
    };
    all(2);
    run("apply stack.yaml --local --yes", 0);
    assert_eq!(scenario.local_rules("eu-west-1"), ["a"]);
    all(0);
    // The file says something else, and the live value is the secret.
    scenario.edit("stack.yaml", "/${env.TOKEN}", "/v2/${env.TOKEN}");
    all(2);
    insta::assert_snapshot!(run("destroy stack.yaml --local --yes", 0), @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.a  the stack is being destroyed
        Attributes.t   (sensitive)
        FixedRate      0.1
        Priority       1
        ReservoirSize  1
        Tags.n         (sensitive)
        URLPath        (sensitive)

    Plan: 1 to delete.
    Applied: 1 deleted.
    ------- stderr -------
    deleted sampling_rules.a
    [exit 0]
    ");
}

#[test]
fn what_was_a_secret_stays_one_when_the_file_drops_it() {
    let scenario = scenario();
    scenario.stack(&format!(
        "sampling_rules: {{ a: {{ {RULE}, URLPath: \"/${{env.TOKEN}}\" }}, b: {{ Priority: 2, FixedRate: 0, ReservoirSize: 0 }} }}\n"
    ));
    scenario.run("apply stack.yaml --local --yes --allow-env TOKEN").exits(0);
    scenario.edit("stack.yaml", "/${env.TOKEN}", "/open");
    hides(scenario.run("plan stack.yaml --local").exits(0)).says("(sensitive");
    scenario.stack("sampling_rules: { b: { Priority: 2, FixedRate: 0, ReservoirSize: 0 } }\n");
    hides(scenario.run("plan stack.yaml --local --format json").exits(0));
    hides(scenario.run("apply stack.yaml --local --yes").exits(0)).says("(sensitive)");
}

#[test]
fn an_error_does_not_show_the_value() {
    insta::assert_snapshot!(rule("Priority: \"${env.NUMBER}\", FixedRate: \"${env.TOKEN}\", ReservoirSize: 1, HTTPMethod: \"too-long-${env.TOKEN}\""), @r#"
    ------- stderr -------
    error: `Priority` is (sensitive); it must be from 1 to 9999
     --> stack.yaml:4:34
      |
    4 | sampling_rules: { a: { Priority: "${env.NUMBER}", FixedRate: "${env.TOKEN...
      |                                  ^^^^^^^^^^^^^^^

    error: `FixedRate` is a number from 0 to 1, not (sensitive)
     --> stack.yaml:4:62
      |
    4 | ..."${env.NUMBER}", FixedRate: "${env.TOKEN}", ReservoirSize: 1, HTTPMeth...
      |                                ^^^^^^^^^^^^^^

    error: `HTTPMethod` has too few or too many characters; it may have from 0 to 10
     --> stack.yaml:4:108
      |
    4 | ...irSize: 1, HTTPMethod: "too-long-${env.TOKEN}" } }
      |                           ^^^^^^^^^^^^^^^^^^^^^^^
    [exit 1]
    "#);
    insta::assert_snapshot!(rule(&format!("{RULE}, Attributes: \"${{env.TOKEN}}\", SamplingRateBoost: \"${{env.TOKEN}}\", Tags: \"${{env.TOKEN}}\"")), @r#"
    ------- stderr -------
    error: `Attributes` is a mapping, not (sensitive)
     --> stack.yaml:4:83
      |
    4 | ...servoirSize: 1, Attributes: "${env.TOKEN}", SamplingRateBoost: "${env....
      |                                ^^^^^^^^^^^^^^
      |
      = help: write it like `{ KEY: VALUE }`

    error: `SamplingRateBoost` is a mapping, not a string
     --> stack.yaml:4:118
      |
    4 | ...TOKEN}", SamplingRateBoost: "${env.TOKEN}", Tags: "${env.TOKEN}" } }
      |                                ^^^^^^^^^^^^^^
      |
      = help: write it like `{ MaxRate: …, CooldownWindowMinutes: … }`

    error: tags are a mapping, or a list of `Key` and `Value`, not a string
     --> stack.yaml:4:140
      |
    4 | ...oost: "${env.TOKEN}", Tags: "${env.TOKEN}" } }
      |                                ^^^^^^^^^^^^^^
      |
      = help: write tags as a mapping: `project: cruddur`
    [exit 1]
    "#);
    insta::assert_snapshot!(rule(&format!("{RULE}, Tags: [ {{ Key: k, Value: \"!${{env.TOKEN}}\" }} ], Attributes: {{ a: \"${{env.TOKEN}} that is longer than a value may be\" }}")), @r#"
    ------- stderr -------
    error: `Attributes.a` has too few or too many characters; it may have from 1 to 32
     --> stack.yaml:4:134
      |
    4 | ...tes: { a: "${env.TOKEN} that is longer than a value may be" } } }
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: the tag `k` has a character that AWS does not take (letters, digits, spaces and _ . : / = + - @)
     --> stack.yaml:4:86
      |
    4 | ... ReservoirSize: 1, Tags: [ { Key: k, Value: "!${env.TOKEN}" } ], Attri...
      |                                      ^
    [exit 1]
    "#);
}

#[test]
fn a_name_is_no_place_for_a_secret() {
    insta::assert_snapshot!(rule(&format!("{RULE}, RuleName: \"x-${{env.TOKEN}}\"")), @r#"
    ------- stderr -------
    error: a rule's name is shown in every output, and what comes from the environment is secret
     --> stack.yaml:4:81
      |
    4 | ...eservoirSize: 1, RuleName: "x-${env.TOKEN}" } }
      |                               ^^^^^^^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`
    [exit 1]
    "#);
    let scenario = scenario();
    scenario.stack(&format!("tags: {{ t: \"${{env.TOKEN}}\" }}\nsampling_rules: {{ a: {{ {RULE} }}, b: {{ {RULE}, RuleName: \"${{env.TOKEN}}\" }}, c: {{ {RULE}, RuleName: \"${{env.TOKEN}}\" }} }}\n"));
    insta::assert_snapshot!(hides(scenario.run("plan stack.yaml --local --allow-env TOKEN")), @r#"
    ------- stderr -------
    error: the stack's tags are shown, and what comes from the environment is secret
     --> stack.yaml:4:13
      |
    4 | tags: { t: "${env.TOKEN}" }
      |             ^^^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`

    error: a rule's name is shown in every output, and what comes from the environment is secret
     --> stack.yaml:5:135
      |
    5 | ...ReservoirSize: 1, RuleName: "${env.TOKEN}" }, c: { Priority: 1, FixedR...
      |                                ^^^^^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`

    error: a rule's name is shown in every output, and what comes from the environment is secret
     --> stack.yaml:5:215
      |
    5 | ...ReservoirSize: 1, RuleName: "${env.TOKEN}" } }
      |                                ^^^^^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`
    [exit 1]
    "#);
    scenario.write(
        "stack.yaml",
        "stack: \"${env.TOKEN}\"\naccount: \"${env.NUMBER}\"\nregion: \"${env.TOKEN}\"\n",
    );
    insta::assert_snapshot!(hides(scenario.run("plan stack.yaml --local --allow-env TOKEN --allow-env NUMBER")), @r#"
    ------- stderr -------
    error: `stack` is shown in every output, and what comes from the environment is secret
     --> stack.yaml:1:9
      |
    1 | stack: "${env.TOKEN}"
      |         ^^^^^^^^^^^^
      |
      = help: use a variable: `${var.token}`

    error: `account` is shown in every output, and what comes from the environment is secret
     --> stack.yaml:2:11
      |
    2 | account: "${env.NUMBER}"
      |           ^^^^^^^^^^^^^
      |
      = help: use a variable: `${var.number}`

    error: `region` is shown in every output, and what comes from the environment is secret
     --> stack.yaml:3:10
      |
    3 | region: "${env.TOKEN}"
      |          ^^^^^^^^^^^^
      |
      = help: use a variable: `${var.token}`
    [exit 1]
    "#);
}

#[test]
fn an_error_beside_what_looks_like_a_secret_does_not_quote_the_line() {
    insta::assert_snapshot!(stack("task_definitions:\n  web:\n    containerDefinitions:\n\
        \x20     - { name: a, image: x, environment: [{ name: DB_PASSWORD, value: hunter2, vlaue: x }] }\n\
        \x20     - { name: b, imag: x, environment: [{ name: LOG_LEVEL, value: info }] }\n"), @"
    ------- stderr -------
    error: `containerDefinitions[0].environment[0]` has no `vlaue`
     --> stack.yaml:7
      = note: the line holds what looks like a secret, and is not shown
      = help: did you mean `value`?

    error: `containerDefinitions[1]` has no `imag`
     --> stack.yaml:8:20
      |
    8 |       - { name: b, imag: x, environment: [{ name: LOG_LEVEL, value: info ...
      |                    ^^^^ not known here
      |
      = help: did you mean `image`?
    [exit 1]
    ");
}

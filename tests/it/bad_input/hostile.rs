//! Names and values that would do something to a terminal, or to whoever reads it.

use super::{RULE, calm, refused};
use crate::harness::{Output, Scenario};

/// A name as YAML writes it: colour, a window title, text turned around, nothing to see, a line
/// break, a quote and a C1 control.
const NAME: &str = r#""a\e[31mb\e]0;t\a\u202Ec\u200b\n\"'\x9b2J""#;

/// Nothing in it moves the cursor or turns text around.
#[track_caller]
fn tame(output: Output) -> Output {
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
            || c == '\u{200b}'
    };
    for text in [&output.stdout, &output.stderr] {
        assert!(!text.contains(bad), "{text:?}");
    }
    calm(output)
}

#[test]
fn every_verb_shows_a_hostile_name_escaped() {
    let scenario = Scenario::new();
    scenario.stack(&format!("sampling_rules: {{ {NAME}: {{ {RULE}, URLPath: {NAME} }} }}\n"));
    insta::assert_snapshot!(tame(scenario.run("apply stack.yaml --local --yes")), @r#"
    shop  account 123456789012  eu-west-1

    + sampling_rules."a\u001b[31mb\u001b]0;t\u0007\u{202e}c\u{200b}\n\"'\u{9b}2J"  stack.yaml:4
        not in AWS yet
        FixedRate      0.1
        Priority       1
        ReservoirSize  1
        URLPath
          + a\u{1b}[31mb\u{1b}]0;t\u{7}\u{202e}c\u{200b}
          + "'\u{9b}2J

    Plan: 1 to create.
    Applied: 1 created.
    ------- stderr -------
    created sampling_rules."a\u001b[31mb\u001b]0;t\u0007\u{202e}c\u{200b}\n\"'\u{9b}2J"
    [exit 0]
    "#);
    let address =
        "sampling_rules.\"a\\u001b[31mb\\u001b]0;t\\u0007\\u202ec\\u200b\\n\\\"'\\u009b2J\"";
    let shown = scenario.run_words(&["show", "stack.yaml", address, "--local"]);
    insta::assert_snapshot!(tame(shown), @r#"
    sampling_rules."a\u001b[31mb\u001b]0;t\u0007\u{202e}c\u{200b}\n\"'\u{9b}2J"  stack.yaml:4
      name      a\u{1b}[31mb\u{1b}]0;t\u{7}\u{202e}c\u{200b}\u{a}"'\u{9b}2J
      arn       arn:aws:xray:eu-west-1:123456789012:sampling-rule/a\u{1b}[31mb\u{1b}]0;t\u{7}\u{202e}c\u{200b}\u{a}"'\u{9b}2J
      changed   2026-11-22T08:00:00Z
      owner     this stack

      FixedRate      0.1
      HTTPMethod     *
      Host           *
      Priority       1
      ReservoirSize  1
      ResourceARN    *
      RuleName
        a\u{1b}[31mb\u{1b}]0;t\u{7}\u{202e}c\u{200b}
        "'\u{9b}2J
      ServiceName    *
      ServiceType    *
      URLPath
        a\u{1b}[31mb\u{1b}]0;t\u{7}\u{202e}c\u{200b}
        "'\u{9b}2J
    [exit 0]
    "#);
    let shown = scenario.run_words(&["show", "stack.yaml", address, "--local", "--format", "json"]);
    assert_eq!(tame(shown).json()["owner"], "shop");
    tame(
        scenario
            .run_words(&["show", "stack.yaml", "sampling_rules.\u{1b}[31m\u{202e}", "--local"])
            .exits(1),
    );
    tame(
        scenario
            .run_words(&["plan", "stack.yaml", "--local", "--adopt", "\u{1b}[31m\u{202e}"])
            .exits(1),
    );
    tame(scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0));
    let plan = tame(scenario.run("destroy stack.yaml --local --yes").exits(0));
    assert!(plan.stdout.contains("1 deleted"), "{plan}");
    let plan = tame(scenario.run("plan stack.yaml --local --format json"));
    // For a program it is the name itself.
    assert_eq!(
        plan.json()["steps"][0]["name"],
        "a\u{1b}[31mb\u{1b}]0;t\u{7}\u{202e}c\u{200b}\n\"'\u{9b}2J"
    );
}

#[test]
fn an_error_shows_a_hostile_text_escaped_with_colour_too() {
    let scenario = Scenario::new();
    scenario.stack(&format!("{NAME}: 1\nvars: {{ {NAME}: {{}} }}\nadopt: [{NAME}]\nignore_tags: {NAME}\nrequires: {NAME}\ntags: {{ {NAME}: {NAME} }}
sampling_rules: {{ a: {{ {RULE}, {NAME}: 1, file: {NAME} }}, b: {{ Priority: {NAME}, FixedRate: 1, ReservoirSize: 1, ResourceARN: {NAME} }}, {NAME}: {{ {RULE}, Attributes: {{ {NAME}: 1 }} }} }}\n"));
    tame(refused(&scenario));
    let said = scenario.run("--color always check stack.yaml").exits(1);
    // Styles are ours; what the file has in it is not among them.
    let plain = said.stderr.replace("\u{1b}[0m", "").replace("\u{1b}[1m", "");
    assert!(
        !plain.contains("\u{1b}[31mb")
            && !plain.contains("\u{1b}]0;")
            && !plain.contains('\u{202e}'),
        "{plain:?}"
    );
}

#[test]
fn a_hostile_file_is_shown_escaped() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules: { a: { file: rule.json } }\n");
    scenario.write("rule.json", "{\"\u{1b}[31mred\": 1, \"x\u{202e}\u{9b}\": \"\u{1b}]0;t\u{7}\"}");
    tame(refused(&scenario));
    scenario.write("rule.json", "{\"RuleName\": \u{1b}[31m \u{202e}}");
    tame(refused(&scenario));
    scenario.write("stack.yaml", "stack: \u{1b}[31m\u{202e}\u{9b}\n");
    tame(refused(&scenario));
}

#[test]
fn names_that_are_not_ascii_are_names() {
    let scenario = Scenario::new();
    scenario.stack(
        "sampling_rules:
  \"DEBUG – history\": { Priority: 1, FixedRate: 0.1, ReservoirSize: 1 }
  \"say \\\"hi\\\" 'there'\": { Priority: 2, FixedRate: 0.1, ReservoirSize: 1 }
  \"検査\": { Priority: 3, FixedRate: 0.1, ReservoirSize: 1, URLPath: /größe }
  \"a.b c\": { Priority: 4, FixedRate: 0.1, ReservoirSize: 1 }
",
    );
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    + sampling_rules."DEBUG – history"  not in AWS yet  stack.yaml:5
        FixedRate      0.1
        Priority       1
        ReservoirSize  1

    + sampling_rules."a.b c"  not in AWS yet  stack.yaml:8
        FixedRate      0.1
        Priority       4
        ReservoirSize  1

    + sampling_rules."say \"hi\" 'there'"  not in AWS yet  stack.yaml:6
        FixedRate      0.1
        Priority       2
        ReservoirSize  1

    + sampling_rules."検査"  not in AWS yet  stack.yaml:7
        FixedRate      0.1
        Priority       3
        ReservoirSize  1
        URLPath        /größe

    Plan: 4 to create.
    Applied: 4 created.
    ------- stderr -------
    created sampling_rules."DEBUG – history"
    created sampling_rules."a.b c"
    created sampling_rules."say \"hi\" 'there'"
    created sampling_rules."検査"
    [exit 0]
    "#);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    for address in [
        "sampling_rules.検査",
        "sampling_rules.\"a.b c\"",
        "sampling_rules.a.b c",
        "sampling_rules.\"say \\\"hi\\\" 'there'\"",
    ] {
        scenario.run_words(&["show", "stack.yaml", address, "--local"]).exits(0);
    }
}

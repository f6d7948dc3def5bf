//! `ignore_drift:`: what may move in AWS for a while.

use serde_json::json;

use crate::drift::set;
use crate::harness::Scenario;

const RULE: &str = "sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1, URLPath: /checkout }
";

fn ignoring(entries: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&format!("ignore_drift:\n{entries}{RULE}"));
    scenario
}

fn entry(field: &str, until: &str) -> String {
    format!(
        "  - {{ address: sampling_rules.checkout, {field}reason: \"an incident, OPS-7\", until: {until} }}\n"
    )
}

#[test]
fn an_ignored_field_is_listed_and_not_counted() {
    let scenario = ignoring(&entry("field: FixedRate, ", "2999-12-31"));
    scenario.run("check stack.yaml").exits(0);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    set(&scenario, "checkout", json!({"FixedRate": 1.0}));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = sampling_rules.checkout  what moved is ignored  stack.yaml:7
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  file 0.5, AWS 1  (ignored)
          ignored until 2999-12-31: an incident, OPS-7

    drift: 0 clean, 1 ignored
    [exit 0]
    ");
    set(&scenario, "checkout", json!({"ReservoirSize": 5}));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  AWS changed since the last apply  stack.yaml:7
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate      file 0.5, AWS 1  (ignored)
          ignored until 2999-12-31: an incident, OPS-7
        ReservoirSize  file 1, AWS 5  (drift)

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept sampling_rules.checkout --local`
              takes it into the file
    [exit 3]
    ");
    // A plan shows it, and puts it back.
    scenario.run("plan stack.yaml --local").exits(0).says("1 -> 0.5  (drift)");
}

#[test]
fn a_resource_can_be_ignored_as_a_whole() {
    let scenario = ignoring(&entry("", "2999-12-31"));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = sampling_rules.checkout  what moved is ignored  stack.yaml:7
        ignored until 2999-12-31: an incident, OPS-7

    drift: 0 clean, 1 ignored
    [exit 0]
    ");
}

#[test]
fn what_ran_out_counts_again_and_fails_a_check() {
    let scenario = ignoring(&entry("field: FixedRate, ", "2020-02-29"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    set(&scenario, "checkout", json!({"FixedRate": 1.0}));
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  AWS changed since the last apply  stack.yaml:7
        last changed in AWS at 2026-11-22T08:01:00Z
        FixedRate  file 0.5, AWS 1  (drift)

    note: sampling_rules.checkout was to be ignored until 2020-02-29, and counts
    again (stack.yaml:5): an incident, OPS-7

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept sampling_rules.checkout --local`
              takes it into the file
    [exit 3]
    ");
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: drift of `sampling_rules.checkout` was to be ignored until 2020-02-29: an incident, OPS-7
     --> stack.yaml:5:96
      |
    5 | ... "an incident, OPS-7", until: 2020-02-29 }
      |                                  ^^^^^^^^^^
      |
      = help: look at it again: take the entry out, or give it another day
    [exit 1]
    "#);
}

#[test]
fn entries_about_nothing_are_told_with_what_was_likely_meant() {
    let scenario = ignoring(
        "  - { address: sampling_rules.chekout, reason: x, until: 2999-12-31 }
  - { address: sampling_rules.checkout, field: FixdRate, reason: x, until: 2999-12-31 }
  - { address: sampling_rules.checkout, field: FixedRate, reason: x, until: 2999-02-29 }
  - { address: sampling_rules.checkout, feld: FixedRate, until: 2999-02-28 }
  - sampling_rules.checkout
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: `until` is a day, not "2999-02-29"
     --> stack.yaml:7:77
      |
    7 | ... FixedRate, reason: x, until: 2999-02-29 }
      |                                  ^^^^^^^^^^
      |
      = help: write it like `2027-01-31`

    error: an entry of `ignore_drift` has no `feld`
     --> stack.yaml:8:41
      |
    8 |   - { address: sampling_rules.checkout, feld: FixedRate, until: 2999-02-28 }
      |                                         ^^^^
      |
      = help: did you mean `field`?

    error: an entry of `ignore_drift` needs `reason`
     --> stack.yaml:8:5
      |
    8 |   - { address: sampling_rules.checkout, feld: FixedRate, until: 2999-02-28 }
      |     ^
      |
      = help: write `ignore_drift: [{ address: sampling_rules.NAME, field: FixedRate, reason: WHY, until: 2027-01-31 }]`; `field` may be left out

    error: an entry of `ignore_drift` is a mapping, not a string
     --> stack.yaml:9:5
      |
    9 |   - sampling_rules.checkout
      |     ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `ignore_drift: [{ address: sampling_rules.NAME, field: FixedRate, reason: WHY, until: 2027-01-31 }]`; `field` may be left out

    error: nothing to ignore: the stack has no `sampling_rules.chekout`
     --> stack.yaml:5:16
      |
    5 |   - { address: sampling_rules.chekout, reason: x, until: 2999-12-31 }
      |                ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `sampling_rules.checkout`?

    error: `sampling_rules.checkout` has no field `FixdRate`
     --> stack.yaml:6:48
      |
    6 |   - { address: sampling_rules.checkout, field: FixdRate, reason: x, until...
      |                                                ^^^^^^^^
      |
      = help: did you mean `FixedRate`?
    [exit 1]
    "#);
    scenario.write(
        "stack.yaml",
        "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\nignore_drift:\n  \
         - { address: task_definitions.app, field: containerDefinitions.app.imgae, reason: x, until: 2999-12-31 }\n  \
         - { address: task_definitions.app, field: containerDefinitions.sidecar.image, reason: x, until: 2999-12-31 }\n  \
         - { address: task_definitions.app, field: tags.owner, reason: x, until: 2999-12-31 }\n\
         task_definitions: { app: { containerDefinitions: [{ name: app, image: a, memory: 64 }] } }\n",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @"
    ------- stderr -------
    error: `task_definitions.app` has no field `imgae`
     --> stack.yaml:5:45
      |
    5 | ...nitions.app, field: containerDefinitions.app.imgae, reason: x, until: ...
      |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `image`?
    [exit 1]
    ");
}

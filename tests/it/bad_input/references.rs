//! Names, and what refers to them.

use super::{RULE, stack, whole};
use crate::harness::Scenario;

#[test]
fn a_duplicate_key() {
    insta::assert_snapshot!(stack(&format!("sampling_rules:\n  a: {{ {RULE} }}\n  a: {{ {RULE} }}\n")), @"
    ------- stderr -------
    error: duplicate key `a`
     --> stack.yaml:6:3
      |
    6 |   a: { Priority: 1, FixedRate: 0.1, ReservoirSize: 1 }
      |   ^ given a second time here
      |
      = help: keep one of the two
    [exit 1]
    ");
}

#[test]
fn two_rules_with_one_name() {
    insta::assert_snapshot!(stack(&format!("sampling_rules:\n  a: {{ {RULE} }}\n  b: {{ RuleName: a, {RULE} }}\n")), @r#"
    ------- stderr -------
    error: `sampling_rules.a` and `sampling_rules.b` have one name in AWS, "a"
     --> stack.yaml:6:3
      |
    6 |   b: { RuleName: a, Priority: 1, FixedRate: 0.1, ReservoirSize: 1 }
      |   ^
      |
      = help: give one of them another name, or take it out
    [exit 1]
    "#);
}

#[test]
fn unknown_references() {
    insta::assert_snapshot!(stack(&format!("sampling_rules:
  a: {{ {RULE}, ResourceARN: \"${{role.Cruddur.arn}}\" }}
  b: {{ {RULE}, ResourceARN: \"${{sampling_rule.aa.arn}}\" }}
  c: {{ {RULE}, ResourceARN: \"${{sampling_rule.a.name}}\" }}
  d: {{ {RULE}, ResourceARN: \"${{sampling_rule.d.arn}}\" }}
  e: {{ {RULE}, RuleName: \"${{sampling_rule.a.arn}}\" }}
")), @r#"
    ------- stderr -------
    error: the stack has no `roles.Cruddur`
     --> stack.yaml:5:69
      |
    5 | ...1, ResourceARN: "${role.Cruddur.arn}" }
      |                     ^^^^^^^^^^^^^^^^^^^ referred to here
      |
      = help: declare it under `roles:`, or write its ARN out

    error: the stack has no `sampling_rules.aa`
     --> stack.yaml:6:69
      |
    6 | ... ResourceARN: "${sampling_rule.aa.arn}" }
      |                   ^^^^^^^^^^^^^^^^^^^^^^^ referred to here
      |
      = help: known here: a, b, c, d, e

    error: `sampling_rules.a` has no output `name`
     --> stack.yaml:7:69
      |
    7 | ... ResourceARN: "${sampling_rule.a.name}" }
      |                   ^^^^^^^^^^^^^^^^^^^^^^^ referred to here
      |
      = help: the output there is: `arn`

    error: a resource's name cannot refer to another resource
     --> stack.yaml:9:6
      |
    9 |   e: { Priority: 1, FixedRate: 0.1, ReservoirSize: 1, RuleName: "${sampli...
      |      ^
      |
      = help: write the name out, or use a variable

    error: references go in a circle: sampling_rules.d
     --> stack.yaml:8:3
      |
    8 |   d: { Priority: 1, FixedRate: 0.1, ReservoirSize: 1, ResourceARN: "${sam...
      |   ^
      |
      = help: write one of the ARNs out
    [exit 1]
    "#);
    insta::assert_snapshot!(stack(&format!("sampling_rules:
  a: {{ {RULE}, ResourceARN: \"${{sampling_rule.b.arn}}\" }}
  b: {{ {RULE}, ResourceARN: \"${{sampling_rule.a.arn}}\" }}
")), @r#"
    ------- stderr -------
    error: references go in a circle: sampling_rules.a, sampling_rules.b
     --> stack.yaml:5:3
      |
    5 |   a: { Priority: 1, FixedRate: 0.1, ReservoirSize: 1, ResourceARN: "${sam...
      |   ^
      |
      = help: write one of the ARNs out
    [exit 1]
    "#);
}

#[test]
fn variables_that_are_not_set_or_not_declared() {
    insta::assert_snapshot!(stack(&format!("vars: {{ path: {{}}, rate: 5, size: {{ defalt: 1 }}, list: {{ default: [1] }} }}
sampling_rules: {{ a: {{ {RULE}, URLPath: \"/api${{var.path}}\", Host: \"${{var.hots}}\" }} }}
")), @r#"
    ------- stderr -------
    error: variable `rate` is not declared rightly
     --> stack.yaml:4:25
      |
    4 | vars: { path: {}, rate: 5, size: { defalt: 1 }, list: { default: [1] } }
      |                         ^
      |
      = help: write `rate: { default: 5 }`

    error: a variable has no `defalt`
     --> stack.yaml:4:36
      |
    4 | vars: { path: {}, rate: 5, size: { defalt: 1 }, list: { default: [1] } }
      |                                    ^^^^^^
      |
      = help: did you mean `default`?

    error: a default is a string, a number or a boolean, not a list
     --> stack.yaml:4:66
      |
    4 | vars: { path: {}, rate: 5, size: { defalt: 1 }, list: { default: [1] } }
      |                                                                  ^

    error: variable `path` is not set
     --> stack.yaml:5:85
      |
    5 | ...rSize: 1, URLPath: "/api${var.path}", Host: "${var.hots}" } }
      |                            ^^^^^^^^^^^ used here
      |
      = help: give it with `--var path=VALUE` or in a `--var-file`
      = help: or give it a default: `vars: { path: { default: VALUE } }`

    error: no variable `hots` is declared
     --> stack.yaml:5:106
      |
    5 | ...h: "/api${var.path}", Host: "${var.hots}" } }
      |                                 ^^^^^^^^^^^
      |
      = help: declare it under `vars:`, as `hots: {}`
    [exit 1]
    "#);
}

#[test]
fn references_where_none_is_resolved() {
    insta::assert_snapshot!(stack(&format!("vars: {{ a: {{}}, b: {{ default: \"${{var.a}}\" }} }}
ignore_tags: [\"${{var.b}}\"]
sampling_rules: {{ a: {{ {RULE}, file: \"${{var.b}}.json\" }} }}
")), @r#"
    ------- stderr -------
    error: a default cannot refer to anything
     --> stack.yaml:4:31
      |
    4 | vars: { a: {}, b: { default: "${var.a}" } }
      |                               ^^^^^^^^
      |
      = help: write the value out here; references work in the bodies of resources

    error: `ignore_tags` cannot refer to anything
     --> stack.yaml:5:16
      |
    5 | ignore_tags: ["${var.b}"]
      |                ^^^^^^^^
      |
      = help: write the value out here; references work in the bodies of resources

    error: `${var.a}.json` is not there
     --> stack.yaml:6:77
      |
    6 | ...1, ReservoirSize: 1, file: "${var.b}.json" } }
      |                               ^^^^^^^^^^^^^^^
      |
      = help: looked for [FOLDER]/${var.a}.json
    [exit 1]
    "#);
    insta::assert_snapshot!(whole("stack: \"${role.x.arn}\"\naccount: \"${account}\"\nregion: \"${region}\"\n"), @r#"
    ------- stderr -------
    error: `stack` can only refer to variables
     --> stack.yaml:1:9
      |
    1 | stack: "${role.x.arn}"
      |         ^^^^^^^^^^^^^

    error: `account` can only refer to variables
     --> stack.yaml:2:11
      |
    2 | account: "${account}"
      |           ^^^^^^^^^^

    error: `region` can only refer to variables
     --> stack.yaml:3:10
      |
    3 | region: "${region}"
      |          ^^^^^^^^^
    [exit 1]
    "#);
}

#[test]
fn what_to_adopt_is_not_in_the_stack() {
    insta::assert_snapshot!(stack(&format!("adopt: [a, sampling_rules.b, \"sampling_rules.\\\"x\", roles.a]\nsampling_rules: {{ ab: {{ {RULE} }} }}\n")), @r#"
    ------- stderr -------
    error: `a` is no address; addresses look like `section.key`
     --> stack.yaml:4:9
      |
    4 | adopt: [a, sampling_rules.b, "sampling_rules.\"x", roles.a]
      |         ^

    error: the key in `sampling_rules."x` is not quoted rightly
     --> stack.yaml:4:30
      |
    4 | adopt: [a, sampling_rules.b, "sampling_rules.\"x", roles.a]
      |                              ^^^^^^^^^^^^^^^^^^^^

    error: nothing to adopt: the stack has no `sampling_rules.b`
     --> stack.yaml:4:12
      |
    4 | adopt: [a, sampling_rules.b, "sampling_rules.\"x", roles.a]
      |            ^^^^^^^^^^^^^^^^
      |
      = help: did you mean `sampling_rules.ab`?

    error: nothing to adopt: the stack has no `roles.a`
     --> stack.yaml:4:52
      |
    4 | adopt: [a, sampling_rules.b, "sampling_rules.\"x", roles.a]
      |                                                    ^^^^^^^
      |
      = help: known here: sampling_rules.ab
    [exit 1]
    "#);
    let scenario = Scenario::new();
    scenario.stack(&format!("sampling_rules: {{ ab: {{ {RULE} }} }}\n"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --adopt sampling_rules.b"), @"
    ------- stderr -------
    error: nothing to adopt: the stack has no `sampling_rules.b`
      = help: did you mean `sampling_rules.ab`?
    [exit 1]
    ");
}

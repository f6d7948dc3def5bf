//! Fields of a resource.

use super::{RULE, stack, whole};

#[test]
fn an_unknown_field_and_an_unknown_section() {
    insta::assert_snapshot!(stack("sampling_rule: {}\nsampling_rules: { a: { FixdRate: 1, ReservoirSize: 1, Priority: 1, Colour: red } }\n"), @"
    ------- stderr -------
    error: a stack has no section `sampling_rule`
     --> stack.yaml:4:1
      |
    4 | sampling_rule: {}
      | ^^^^^^^^^^^^^ not known here
      |
      = help: did you mean `sampling_rules`?

    error: a sampling rule has no `FixdRate`
     --> stack.yaml:5:24
      |
    5 | sampling_rules: { a: { FixdRate: 1, ReservoirSize: 1, Priority: 1, Colour...
      |                        ^^^^^^^^ not known here
      |
      = help: did you mean `FixedRate`?

    error: a sampling rule has no `Colour`
     --> stack.yaml:5:68
      |
    5 | ...irSize: 1, Priority: 1, Colour: red } }
      |                            ^^^^^^ not known here
      |
      = help: known here: Attributes, FixedRate, HTTPMethod, Host, Priority, ReservoirSize, ResourceARN, RuleName, SamplingRateBoost, ServiceName, ServiceType, Tags, URLPath, Version
    [exit 1]
    ");
}

#[test]
fn wrong_types() {
    insta::assert_snapshot!(stack("sampling_rules:
  a:
    Priority: high
    FixedRate: \"0.1\"
    ReservoirSize: [1]
    Host: 5
    Attributes: on
    SamplingRateBoost: 0.5
    Tags: 7
  b: 5
"), @r#"
    ------- stderr -------
    error: a sampling rule is a mapping, not a number
      --> stack.yaml:13:6
       |
    13 |   b: 5
       |      ^
       |
       = help: write its fields, or `file: PATH` for a document beside the stack

    error: `Priority` is a whole number from 1 to 9999, not a string
     --> stack.yaml:6:15
      |
    6 |     Priority: high
      |               ^^^^

    error: `FixedRate` is a number from 0 to 1, not a string
     --> stack.yaml:7:16
      |
    7 |     FixedRate: "0.1"
      |                ^^^^^
      |
      = help: write it without quotes

    error: `ReservoirSize` is a whole number from 0 to 2147483647, not a list
     --> stack.yaml:8:20
      |
    8 |     ReservoirSize: [1]
      |                    ^

    error: `Host` is a string, not 5
     --> stack.yaml:9:11
      |
    9 |     Host: 5
      |           ^
      |
      = help: write it in quotes

    error: `Attributes` is a mapping, not a string
      --> stack.yaml:10:17
       |
    10 |     Attributes: on
       |                 ^^
       |
       = help: write it like `{ KEY: VALUE }`

    error: `SamplingRateBoost` is a mapping, not a number
      --> stack.yaml:11:24
       |
    11 |     SamplingRateBoost: 0.5
       |                        ^^^
       |
       = help: write it like `{ MaxRate: …, CooldownWindowMinutes: … }`

    error: tags are a mapping, or a list of `Key` and `Value`, not a number
      --> stack.yaml:12:11
       |
    12 |     Tags: 7
       |           ^
       |
       = help: write tags as a mapping: `project: cruddur`
    [exit 1]
    "#);
    insta::assert_snapshot!(stack("tags: [a]\nvars: [a]\nignore_tags: x\nadopt: [1]\nrequires: 1\nsampling_rules: [a]\ndefault_sampling: 5\n"), @r#"
    ------- stderr -------
    error: `vars` is a mapping of names to what they are
     --> stack.yaml:5:7
      |
    5 | vars: [a]
      |       ^
      |
      = help: write `vars: { image: { default: nginx } }`, or `image: {}` for one that must be given

    error: `requires` is a version requirement
     --> stack.yaml:8:11
      |
    8 | requires: 1
      |           ^
      |
      = help: write it like `requires: ">=0.1"`

    error: tags are a mapping, or a list of `Key` and `Value`, not another list
     --> stack.yaml:4:7
      |
    4 | tags: [a]
      |       ^
      |
      = help: write tags as a mapping: `project: cruddur`

    error: `ignore_tags` is a list of strings, not a string
     --> stack.yaml:6:14
      |
    6 | ignore_tags: x
      |              ^
      |
      = help: write `ignore_tags: [ … ]`

    error: `adopt` is a list of strings, and this is a number
     --> stack.yaml:7:9
      |
    7 | adopt: [1]
      |         ^

    error: `sampling_rules` is a mapping of names to resources
     --> stack.yaml:9:17
      |
    9 | sampling_rules: [a]
      |                 ^
      |
      = help: write `sampling_rules: { NAME: { … } }`

    error: the Default rule is a mapping, not a number
      --> stack.yaml:10:19
       |
    10 | default_sampling: 5
       |                   ^
       |
       = help: write its fields, or `file: PATH` for a document beside the stack
    [exit 1]
    "#);
}

#[test]
fn values_that_are_out_of_bounds() {
    insta::assert_snapshot!(stack("sampling_rules:
  a:
    Priority: 0
    FixedRate: 1.5
    ReservoirSize: -1
    HTTPMethod: PROPPATCHES
    Version: 2
    SamplingRateBoost: { MaxRate: 2, CooldownWindowMinutes: 99999999999 }
    Attributes: { a: \"\", \"\": b }
    Tags: { \"aws:x\": y, \"tracewright:stack\": other, \"a!\": b }
"), @r#"
    ------- stderr -------
    error: `Priority` is 0; it must be from 1 to 9999
     --> stack.yaml:6:15
      |
    6 |     Priority: 0
      |               ^

    error: `FixedRate` is 1.5; it must be from 0 to 1
     --> stack.yaml:7:16
      |
    7 |     FixedRate: 1.5
      |                ^^^

    error: `ReservoirSize` is -1; it must be from 0 to 2147483647
     --> stack.yaml:8:20
      |
    8 |     ReservoirSize: -1
      |                    ^^

    error: `HTTPMethod` has 11 characters; it may have from 0 to 10
     --> stack.yaml:9:17
      |
    9 |     HTTPMethod: PROPPATCHES
      |                 ^^^^^^^^^^^

    error: `Attributes.a` has 0 characters; it may have from 1 to 32
      --> stack.yaml:12:22
       |
    12 |     Attributes: { a: "", "": b }
       |                      ^^

    error: a key in `Attributes` has 1 to 32 characters
      --> stack.yaml:12:26
       |
    12 |     Attributes: { a: "", "": b }
       |                          ^^

    error: `MaxRate` is 2; it must be from 0 to 1
      --> stack.yaml:11:35
       |
    11 |     SamplingRateBoost: { MaxRate: 2, CooldownWindowMinutes: 99999999999 }
       |                                   ^

    error: `CooldownWindowMinutes` is 99999999999; it must be from 0 to 2147483647
      --> stack.yaml:11:61
       |
    11 |     SamplingRateBoost: { MaxRate: 2, CooldownWindowMinutes: 99999999999 }
       |                                                             ^^^^^^^^^^^

    error: the tag `aws:x` begins with `aws:`, which only AWS may set
      --> stack.yaml:13:13
       |
    13 |     Tags: { "aws:x": y, "tracewright:stack": other, "a!": b }
       |             ^^^^^^^

    error: the tag `tracewright:stack` begins with `tracewright:`, which tracewright sets itself
      --> stack.yaml:13:25
       |
    13 |     Tags: { "aws:x": y, "tracewright:stack": other, "a!": b }
       |                         ^^^^^^^^^^^^^^^^^^^

    error: the tag `a!` has a character that AWS does not take (letters, digits, spaces and _ . : / = + - @)
      --> stack.yaml:13:53
       |
    13 |     Tags: { "aws:x": y, "tracewright:stack": other, "a!": b }
       |                                                     ^^^^

    error: `Version` is 2; it must be 1
      --> stack.yaml:10:14
       |
    10 |     Version: 2
       |              ^
    [exit 1]
    "#);
}

#[test]
fn a_required_field_is_missing() {
    insta::assert_snapshot!(stack("sampling_rules: { a: { Priority: 1, FixedRate: ~ } }\n"), @"
    ------- stderr -------
    error: a sampling rule needs `FixedRate`
     --> stack.yaml:4:22
      |
    4 | sampling_rules: { a: { Priority: 1, FixedRate: ~ } }
      |                      ^
      |
      = help: `FixedRate`: the share of requests traced once the reservoir is used up, 0.05 for 5 %

    error: a sampling rule needs `ReservoirSize`
     --> stack.yaml:4:22
      |
    4 | sampling_rules: { a: { Priority: 1, FixedRate: ~ } }
      |                      ^
      |
      = help: `ReservoirSize`: how many requests a second are traced before the rate counts, over all services
    [exit 1]
    ");
    insta::assert_snapshot!(whole("sampling_rules: {}\n"), @r#"
    ------- stderr -------
    error: the stack has no `stack`
     --> stack.yaml:1:1
      |
    1 | sampling_rules: {}
      | ^
      |
      = help: `stack` is the stack's name, the value of the tag that marks what it owns

    error: the stack has no `account`
     --> stack.yaml:1:1
      |
    1 | sampling_rules: {}
      | ^
      |
      = help: write `account: "123456789012"`, the only account this stack may touch

    error: the stack has no `region`
     --> stack.yaml:1:1
      |
    1 | sampling_rules: {}
      | ^
      |
      = help: write it like `region: us-east-1`, or give `--region`
    [exit 1]
    "#);
}

#[test]
fn the_default_rule_and_its_priority() {
    insta::assert_snapshot!(stack(&format!("sampling_rules:
  Default: {{ {RULE} }}
  last: {{ Priority: 10000, FixedRate: 0.1, ReservoirSize: 1 }}
")), @"
    ------- stderr -------
    error: `Default` is X-Ray's own rule, which cannot be created
     --> stack.yaml:5:12
      |
    5 |   Default: { Priority: 1, FixedRate: 0.1, ReservoirSize: 1 }
      |            ^
      |
      = help: its rate and reservoir are set with `default_sampling: { FixedRate: …, ReservoirSize: … }`

    error: `Priority` is 10000; it must be from 1 to 9999
     --> stack.yaml:6:21
      |
    6 |   last: { Priority: 10000, FixedRate: 0.1, ReservoirSize: 1 }
      |                     ^^^^^
      |
      = help: 10000 is the priority of X-Ray's own Default rule; a rule that comes last of yours has 9999
    [exit 1]
    ");
    insta::assert_snapshot!(stack("default_sampling: { FixedRate: 0.1, ReservoirSize: 1, Priority: 5, URLPath: /x }\n"), @"
    ------- stderr -------
    error: the Default rule has no `Priority`
     --> stack.yaml:4:55
      |
    4 | ...0.1, ReservoirSize: 1, Priority: 5, URLPath: /x }
      |                           ^^^^^^^^ not known here
      |
      = help: known here: FixedRate, ReservoirSize

    error: the Default rule has no `URLPath`
     --> stack.yaml:4:68
      |
    4 | ...irSize: 1, Priority: 5, URLPath: /x }
      |                            ^^^^^^^ not known here
      |
      = help: known here: FixedRate, ReservoirSize
    [exit 1]
    ");
}

#[test]
fn a_thousand_mistakes_are_not_all_told() {
    let rules: String = (0..1000).map(|n| format!("  r{n}: {{ Colour: red, {RULE} }}\n")).collect();
    let said = stack(&format!("sampling_rules:\n{rules}")).stderr;
    assert_eq!(said.matches("error: a sampling rule has no `Colour`").count(), 20);
    assert!(said.ends_with("980 more are not shown\n"), "{said}");
}

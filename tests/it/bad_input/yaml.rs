//! Texts that are not quite YAML.

use super::{HEAD, RULE, whole};

#[test]
fn yaml_that_is_broken() {
    insta::assert_snapshot!(whole(format!("{HEAD}sampling_rules:\n  a: {{ {RULE}\n  b: 1\n")), @"
    ------- stderr -------
    error: this is not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
     --> stack.yaml:6:4
      |
    6 |   b: 1
      |    ^
      |
      = help: close the bracket that is open, or put a comma between its entries
    [exit 1]
    ");
    insta::assert_snapshot!(whole(format!("{HEAD}sampling_rules:\n\ta: {{ {RULE} }}\n")), @"
    ------- stderr -------
    error: this is not valid YAML: tabs disallowed within this context (block indentation)
     --> stack.yaml:5:2
      |
    5 |     a: { Priority: 1, FixedRate: 0.1, ReservoirSize: 1 }
      |     ^
      |
      = help: indent with spaces: YAML takes no tabs there
    [exit 1]
    ");
    insta::assert_snapshot!(whole("stack: shop\n\taccount: \"123456789012\"\n"), @"
    ------- stderr -------
    error: this is not valid YAML: while scanning a plain scalar, found a tab
     --> stack.yaml:1:8
      |
    1 | stack: shop
      |        ^
      |
      = help: indent with spaces: YAML takes no tabs there
    [exit 1]
    ");
    insta::assert_snapshot!(whole("stack: a: b\n"), @"
    ------- stderr -------
    error: this is not valid YAML: mapping values are not allowed in this context
     --> stack.yaml:1:9
      |
    1 | stack: a: b
      |         ^
      |
      = help: put a value that has `: ` in it in quotes
    [exit 1]
    ");
    insta::assert_snapshot!(whole(format!("{HEAD}---\n{HEAD}")), @"
    ------- stderr -------
    error: the file holds more than one YAML document
     --> stack.yaml:5:1
      |
    5 | stack: shop
      | ^
      |
      = help: keep one document in a file
    [exit 1]
    ");
    insta::assert_snapshot!(whole("stack: \"shop\n"), @"
    ------- stderr -------
    error: this is not valid YAML: invalid indentation in multiline quoted scalar
     --> stack.yaml:2:1
      |
    2 |
      | ^
      |
      = help: is a quote left open above?
    [exit 1]
    ");
    insta::assert_snapshot!(whole("stack: shop\n? [a, b]\n: c\n"), @"
    ------- stderr -------
    error: this is not valid YAML: expected string scalar
     --> stack.yaml:2:3
      |
    2 | ? [a, b]
      |   ^
      |
      = help: a key is a plain word, or a string in quotes
    [exit 1]
    ");
    insta::assert_snapshot!(whole("stack: !!binary aGk=\n"), @r#"
    ------- stderr -------
    error: the stack has no `account`
     --> stack.yaml:1:1
      |
    1 | stack: !!binary aGk=
      | ^
      |
      = help: write `account: "123456789012"`, the only account this stack may touch

    error: the stack has no `region`
     --> stack.yaml:1:1
      |
    1 | stack: !!binary aGk=
      | ^
      |
      = help: write it like `region: us-east-1`, or give `--region`
    [exit 1]
    "#);
    insta::assert_snapshot!(whole(format!("{HEAD}sampling_rules: {{ a: {{ {RULE}, Host: * }} }}\n")), @"
    ------- stderr -------
    error: this is not valid YAML: while scanning an anchor or alias, did not find expected alphabetic or numeric character
     --> stack.yaml:4:77
      |
    4 | ...ate: 0.1, ReservoirSize: 1, Host: * } }
      |                                      ^
      |
      = help: put a value that begins with `*` or `&` in quotes
    [exit 1]
    ");
    insta::assert_snapshot!(whole("stack: *nowhere\n"), @"
    ------- stderr -------
    error: this is not valid YAML: alias references unknown anchor
     --> stack.yaml:1:8
      |
    1 | stack: *nowhere
      |        ^
      |
      = help: put a value that begins with `*` or `&` in quotes
    [exit 1]
    ");
    insta::assert_snapshot!(whole(format!("{HEAD}default_sampling: {{ FixedRate: .nan, ReservoirSize: .inf }}\n")), @"
    ------- stderr -------
    error: infinity and not-a-number are no values here
     --> stack.yaml:4:32
      |
    4 | default_sampling: { FixedRate: .nan, ReservoirSize: .inf }
      |                                ^^^^
      |
      = help: write a number
    [exit 1]
    ");
}

#[test]
fn a_yaml_alias_bomb() {
    let mut text = HEAD.to_owned() + "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
    for level in 1..12 {
        text += &format!("a{level}: &a{level} [{}]\n", format!("*a{},", level - 1).repeat(9));
    }
    insta::assert_snapshot!(whole(text), @"
    ------- stderr -------
    error: the YAML grows beyond what a stack file may hold (aliases that multiply, or nesting without end)
     --> stack.yaml:9:10
      |
    9 | a5: &a5 [*a4,*a4,*a4,*a4,*a4,*a4,*a4,*a4,*a4,]
      |          ^^^
      |
      = help: write the repeated part out, or move it to a `file:`
    [exit 1]
    ");
}

//! What surrounds the resources in a stack file.

use super::{refused, stack, whole};
use crate::harness::Scenario;

#[test]
fn an_account_that_is_not_a_quoted_string_of_12_digits() {
    let account =
        |value: &str| whole(format!("stack: shop\naccount: {value}\nregion: eu-west-1\n"));
    insta::assert_snapshot!(account("123456789012"), @r#"
    ------- stderr -------
    error: `account` is a string of 12 digits in quotes
     --> stack.yaml:2:10
      |
    2 | account: 123456789012
      |          ^^^^^^^^^^^^
      |
      = help: write `account: "123456789012"`
    [exit 1]
    "#);
    // As octal, this would be another number.
    insta::assert_snapshot!(account("012345670123"), @r#"
    ------- stderr -------
    error: `account` is a string of 12 digits in quotes
     --> stack.yaml:2:10
      |
    2 | account: 012345670123
      |          ^^^^^^^^^^^^
      |
      = help: write `account: "012345670123"`
    [exit 1]
    "#);
    insta::assert_snapshot!(account("\"1234-5678-9012\""), @r#"
    ------- stderr -------
    error: `account` is 12 digits, not "1234-5678-9012"
     --> stack.yaml:2:10
      |
    2 | account: "1234-5678-9012"
      |          ^^^^^^^^^^^^^^^^
      |
      = help: write `account: "123456789012"`, the only account this stack may touch
    [exit 1]
    "#);
    insta::assert_snapshot!(account("~"), @r#"
    ------- stderr -------
    error: the stack has no `account`
     --> stack.yaml:1:1
      |
    1 | stack: shop
      | ^
      |
      = help: write `account: "123456789012"`, the only account this stack may touch
    [exit 1]
    "#);
}

#[test]
fn a_name_and_a_region_of_another_form() {
    insta::assert_snapshot!(whole("stack: my shop\naccount: \"123456789012\"\nregion: eu-west-1.example.com/\n"), @r#"
    ------- stderr -------
    error: a stack's name has 1 to 64 letters, digits, `-`, `_` and `.`, the first a letter or digit
     --> stack.yaml:1:8
      |
    1 | stack: my shop
      |        ^^^^^^^
      |
      = help: `stack` is the stack's name, the value of the tag that marks what it owns

    error: `region` is a region's name, not "eu-west-1.example.com/"
     --> stack.yaml:3:9
      |
    3 | region: eu-west-1.example.com/
      |         ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write it like `us-east-1`
    [exit 1]
    "#);
    let scenario = Scenario::new().env("AWS_REGION", "example.com#");
    scenario.write("stack.yaml", "stack: shop\naccount: \"123456789012\"\n");
    insta::assert_snapshot!(refused(&scenario), @r#"
    ------- stderr -------
    error: "example.com#" is no region's name
      = help: regions look like `us-east-1`; look at `--region`, AWS_REGION and the profile
    [exit 1]
    "#);
}

#[test]
fn a_version_that_this_is_not() {
    insta::assert_snapshot!(stack("requires: \">=9\"\n"), @r#"
    ------- stderr -------
    error: this stack requires tracewright >=9; this is 0.1.0
     --> stack.yaml:4:11
      |
    4 | requires: ">=9"
      |           ^^^^^
      |
      = help: install a version that fits
    [exit 1]
    "#);
}

#[test]
fn an_empty_stack_file_and_one_that_is_no_mapping() {
    insta::assert_snapshot!(whole(""), @"
    ------- stderr -------
    error: the stack file is empty
     --> stack.yaml:1:1
      |
    1 |
      | ^
      |
      = help: `tracewright init` writes one to start from
    [exit 1]
    ");
    insta::assert_snapshot!(whole("# nothing yet\n"), @"
    ------- stderr -------
    error: the stack file is empty
     --> stack.yaml:2:1
      |
    2 |
      | ^
      |
      = help: `tracewright init` writes one to start from
    [exit 1]
    ");
    insta::assert_snapshot!(whole("- a\n"), @"
    ------- stderr -------
    error: a stack file is a mapping, not a list
     --> stack.yaml:1:1
      |
    1 | - a
      | ^
      |
      = help: `tracewright init` writes one to start from
    [exit 1]
    ");
    insta::assert_snapshot!(whole("just words"), @"
    ------- stderr -------
    error: a stack file is a mapping, not a string
     --> stack.yaml:1:1
      |
    1 | just words
      | ^^^^^^^^^^
      |
      = help: `tracewright init` writes one to start from
    [exit 1]
    ");
}

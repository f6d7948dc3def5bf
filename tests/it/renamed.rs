//! Keys in a file that change while names in AWS stay, and slips in what says that something changes
//! hands.

use crate::handed_over::{RULES, apply};
use crate::harness::Scenario;
use crate::iam::{BACKEND, applied, nothing_to_do};

#[test]
fn slips_in_the_envelope_are_told() {
    let scenario = Scenario::new();
    for (envelope, said) in [
        ("renamed_from: shop", "`renamed_from` names `shop`, this stack itself"),
        ("renamed_from: { a: b }", "`renamed_from` names stacks, and"),
        ("renamed_from: [a, \"b c\"]", "\"b c\" is no stack's name"),
        ("moved: [sampling_rules.x]", "`moved` is a mapping of addresses to stacks, not a list"),
        ("moved: { sampling_rules.x: shop }", "`moved` names `shop`, this stack itself"),
        ("moved: { x: store }", "`x` is no address"),
        ("moved: { rules.x: store }", "there is no section `rules`"),
        ("moved: { default_sampling.Default: store }", "the Default rule is no stack's to give"),
        (
            "moved: { sampling_rules.checkout: store }",
            "and the file has it: `sampling_rules.checkout`",
        ),
        ("renamed_form: old", "did you mean `renamed_from`?"),
    ] {
        scenario.stack(&format!("{envelope}\n{RULES}"));
        let check = scenario.run("check stack.yaml").exits(1);
        let text = check.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{envelope}: {check}");
    }
    let twice = "sampling_rules:
  a: { Priority: 1, FixedRate: 0, ReservoirSize: 0, renamed_from: x }
  b: { Priority: 2, FixedRate: 0, ReservoirSize: 0, renamed_from: x }
";
    scenario.stack(twice);
    scenario.run("check stack.yaml").exits(1).says("are both said to be renamed from");
}

#[test]
fn a_key_in_the_file_changes_and_the_name_in_aws_stays() {
    let scenario = applied(&format!("{BACKEND}{RULES}"));
    let renamed = BACKEND
        .replace("roles:\n  backend:\n", "roles:\n  api:\n    renamed_from: backend\n")
        .replace("  read-parameters:\n", "  parameters:\n    renamed_from: read-parameters\n")
        .replace("policy.read-parameters.arn", "policy.parameters.arn");
    let rules = RULES.replace("  checkout: {", "  till: { renamed_from: checkout,");
    scenario.stack(&format!("{renamed}{rules}"));
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "FixedRate: 0.5", "FixedRate: 0.6");
    insta::assert_snapshot!(apply(&scenario, "stack"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.till (checkout)  the file changed  stack.yaml:23
        FixedRate  0.5 -> 0.6

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed sampling_rules.till
    [exit 0]
    ");
    // A body that has another name is one more resource, and the old one goes.
    scenario.edit(
        "stack.yaml",
        "renamed_from: checkout,",
        "renamed_from: checkout, RuleName: till,",
    );
    insta::assert_snapshot!(apply(&scenario, "stack"), @r#"
    shop  account 123456789012  eu-west-1

    - sampling_rules.checkout  in the file it is called "till" now
        FixedRate      0.6
        Priority       10
        ReservoirSize  1

    + sampling_rules.till  not in AWS yet  stack.yaml:23
        FixedRate      0.6
        Priority       10
        ReservoirSize  1

    Plan: 1 to delete, 1 to create.
    Applied: 1 deleted, 1 created.
    ------- stderr -------
    created sampling_rules.till
    deleted sampling_rules.checkout
    [exit 0]
    "#);
    nothing_to_do(&scenario);
}

#[test]
fn a_renaming_that_comes_too_late_undoes_nothing() {
    let scenario = applied(&RULES.replace("checkout", "till"));
    scenario.stack(&RULES.replace("  checkout: {", "  till: { renamed_from: checkout,"));
    insta::assert_snapshot!(apply(&scenario, "stack"), @r#"
    shop  account 123456789012  eu-west-1

    + sampling_rules.till (checkout)  not in AWS yet  stack.yaml:5
        FixedRate      0.5
        Priority       10
        ReservoirSize  1

    ! sampling_rules.till
        exists by this name, and `renamed_from` says that it is called "checkout"
        still: take `renamed_from` out, or give it that name with `RuleName`

    note: `checkout` and `till` will have one priority, 10: which of them decides
    differs from sampler to sampler, and AWS may refuse it

    Plan: 1 to create, 1 blocked.
    ------- stderr -------
    error: a resource is blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    "#);
    assert_eq!(scenario.local_rules("eu-west-1"), ["health", "till"]);
}

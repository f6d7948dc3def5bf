//! What cannot be taken over.

use crate::harness::Scenario;

#[test]
fn what_is_not_known_is_told_in_words() {
    let files = [
        ("compose.yaml", "services:\n  app: { image: nginx }\n"),
        (
            "rules.json",
            r#"{"version": 2, "rules": [], "default": {"fixed_target": 1, "rate": 0.1}}"#,
        ),
        (
            "policy.json",
            r#"{"Policy": {"PolicyName": "x", "Arn": "arn:aws:iam::123456789012:policy/x"}}"#,
        ),
        ("other.json", r#"{"hello": "world"}"#),
        ("empty.json", ""),
    ];
    let scenario = Scenario::new();
    let names = files.map(|(name, text)| {
        scenario.write(name, text);
        name
    });
    insta::assert_snapshot!(scenario.run(&format!("import {}", names.join(" "))), @r#"
    ------- stderr -------
    error: this is a Compose file, or the answer of describe-services: neither is kept here
     --> compose.yaml:1:1
      |
    1 | services:
      | ^
      |
      = help: import the task definition: `aws ecs describe-task-definition --task-definition NAME`

    error: these are sampling rules that an X-Ray SDK keeps in the application, not X-Ray's own
     --> rules.json:1:1
      |
    1 | {"version": 2, "rules": [], "default": {"fixed_target": 1, "rate": 0.1}}
      | ^
      |
      = help: a rule of X-Ray's has a Priority; fixed_target is its ReservoirSize, and rate its FixedRate

    error: get-policy does not show what a policy allows
     --> policy.json:1:1
      |
    1 | {"Policy": {"PolicyName": "x", "Arn": "arn:aws:iam::123456789012:policy/x"}}
      | ^
      |
      = help: bring the answer of get-policy-version, or import with `--live --match NAME`

    error: nothing is known here that has hello
     --> other.json:1:1
      |
    1 | {"hello": "world"}
      | ^
      |
      = help: import reads the AWS CLI's documents for sampling rules, task definitions, roles and policies, CloudFormation templates, and Terraform's state and files

    error: the file is empty
     --> empty.json:1:1
      |
    1 |
      | ^
      |
      = help: it should hold one JSON object
    error: nothing was written
    [exit 1]
    "#);
}

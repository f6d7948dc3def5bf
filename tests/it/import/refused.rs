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
    error: this is a Compose file, which is no document of AWS's
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
      = help: bring the answer of get-policy-version instead, in a file of the policy's name, or import with `--live --match NAME`

    error: nothing is known here that has hello
     --> other.json:1:1
      |
    1 | {"hello": "world"}
      | ^
      |
      = help: import reads the AWS CLI's documents for what a stack has sections for, CloudFormation templates, and Terraform's state and files

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

#[test]
fn what_lacks_something_is_told_what() {
    let statement = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
    let statements = format!("[{statement}]");
    for (text, said) in [
        (statement, "statements alone are no policy document"),
        (&statements, "statements alone are no policy document"),
        (r#"{"SamplingRuleRecords": []}"#, "the answer has no sampling rules in it"),
        (
            r#"{"SamplingRuleRecords": [{"CreatedAt": 0}]}"#,
            "a record has no rule with a name in it",
        ),
        (
            r#"{"Policies": [{"PolicyName": "a"}]}"#,
            "list-policies does not show what policies allow",
        ),
        (
            r#"{"UserName": "a", "PolicyName": "b", "PolicyDocument": {}}"#,
            "users are not kept here",
        ),
        ("null", "`null` is nothing to import"),
        (r#"[{"name": "app"}]"#, "a list of something that is not known here"),
    ] {
        let scenario = Scenario::new();
        scenario.write("x.json", text);
        let output = scenario.run("import x.json");
        assert!(output.code == 1 && output.stderr.contains(said), "{text}: {output}");
    }
}

#[test]
fn texts_of_another_encoding_are_told_so() {
    let scenario = Scenario::new();
    let wide: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    scenario.write("x.json", wide);
    assert!(scenario.run("import x.json").stderr.contains("UTF-16"));
}

#[test]
fn a_glob_is_for_what_is_live() {
    let scenario = Scenario::new();
    scenario.write("x.json", "{}");
    assert_eq!(scenario.run("import x.json --match a*").code, 64);
}

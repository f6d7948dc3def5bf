//! What is encrypted is looked at, and left to who has its value.

use serde_json::{Value, json};

use crate::harness::{Scenario, cost};
use crate::parameters::{STATE, apply, live, nothing_to_do, parameter, write};

/// Puts parameters into the local AWS, as a person does it.
fn put(scenario: &Scenario, parameters: &Value) {
    let text = std::fs::read_to_string(scenario.path(STATE)).unwrap_or_default();
    let empty = || json!({"version": 1, "accounts": {}});
    let mut state: Value = serde_json::from_str(&text).unwrap_or_else(|_| empty());
    let region = &mut state["accounts"]["123456789012"]["eu-west-1"];
    for (name, parameter) in parameters.as_object().unwrap() {
        region["ssm"]["parameters"][name] = parameter.clone();
    }
    scenario.write(STATE, state.to_string());
}

fn secret(more: &Value) -> Value {
    let mut parameter = json!({
        "type": "SecureString", "tier": "Standard", "data_type": "text", "key": "alias/aws/ssm",
        "values": {"1": "hunter22hunter22"}, "modified_at": 1_795_334_400, "modified_by": "somebody",
    });
    parameter.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    parameter
}

#[test]
fn a_secret_that_is_missing_is_for_a_person_to_put_there() {
    let scenario =
        parameter("{ Type: SecureString, KeyId: alias/shop, Description: the key of it }");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    ! parameters./shop/url  stack.yaml:5
        not in AWS, and only a person has its value:
        `aws ssm put-parameter --name /shop/url --type SecureString --value "$SECRET" --region eu-west-1 --key-id alias/shop --description 'the key of it'`

    Plan: 1 blocked.
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    ! parameters./shop/url  stack.yaml:5
        not in AWS, and only a person has its value:
        `aws ssm put-parameter --name /shop/url --type SecureString --value "$SECRET" --region eu-west-1 --key-id alias/shop --description 'the key of it'`

    Plan: 1 blocked.
    ------- stderr -------
    error: a resource is blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    "#);
    assert!(live(&scenario, "/shop/url").is_null());
    put(
        &scenario,
        &json!({"/shop/url": secret(&json!({"key": "alias/shop", "description": "the key of it"}))}),
    );
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode --stats").exits(0);
    insta::assert_snapshot!(cost(&plan.stderr), @"
    stats: ssm  DescribeParameters 2
    stats: sts  GetCallerIdentity 1
    stats: longest chain of calls 2
    ");
    nothing_to_do(&scenario);
}

#[test]
fn a_secret_is_looked_at_in_what_the_file_says_and_never_touched() {
    let scenario = parameter("{ Type: SecureString }");
    scenario.edit("stack.yaml", "parameters:", "tags: { project: shop }\nparameters:");
    let tags = json!({"owner": "somebody"});
    put(&scenario, &json!({"/shop/url": secret(&json!({"tags": tags, "description": "d"}))}));
    let state = scenario.read(STATE);
    nothing_to_do(&scenario);
    let _ = scenario.run("apply stack.yaml --local --yes").exits(0).says("Nothing to do");
    let shown = scenario.run("show stack.yaml parameters./shop/url --local").exits(0);
    assert!(!shown.to_string().contains("hunter22"), "{shown}");
    scenario.edit("stack.yaml", "SecureString }", "SecureString, KeyId: alias/shop }");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    ! parameters./shop/url  stack.yaml:6
        AWS has it otherwise, and whoever changes that writes its value again:
        `aws ssm put-parameter --name /shop/url --type SecureString --value "$SECRET" --region eu-west-1 --overwrite --key-id alias/shop`
        KeyId  alias/aws/ssm -> alias/shop

    Plan: 1 blocked.
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    ~ parameters./shop/url  stack.yaml:6
        AWS has it otherwise, and whoever changes that writes its value again:
        `aws ssm put-parameter --name /shop/url --type SecureString --value "$SECRET" --region eu-west-1 --overwrite --key-id alias/shop`
        last changed in AWS at 2026-11-22T08:00:00Z
        KeyId  file alias/shop, AWS alias/aws/ssm  (who moved is not known)

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept parameters./shop/url --local`
              takes it into the file
    [exit 3]
    "#);
    let _ = scenario.run("apply stack.yaml --local --yes").exits(4);
    let _ = scenario.run("destroy stack.yaml --local --yes").exits(0);
    scenario.stack("parameters: {}\n");
    let _ = scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!(scenario.read(STATE), state);
}

#[test]
fn nothing_is_put_in_the_place_of_a_secret_and_no_secret_in_that_of_another() {
    let scenario = parameter("{ Type: String, Value: one }");
    put(&scenario, &json!({"/shop/url": secret(&json!({}))}));
    let _ = scenario.run("apply stack.yaml --local --yes --adopt parameters./shop/url").exits(4);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --adopt parameters./shop/url"), @"
    shop  account 123456789012  eu-west-1

    ! parameters./shop/url  stack.yaml:5
        AWS has a `SecureString` of that name, whose value nothing brings back: give
        this one another name, or delete the other:
        `aws ssm delete-parameter --name /shop/url --region eu-west-1`
        KeyId  alias/aws/ssm -> (none)
        Type   SecureString -> String
        Value  (none) -> one

    Plan: 1 blocked.
    [exit 0]
    ");
    let scenario = parameter("{ Type: String, Value: one }");
    apply(&scenario);
    write(&scenario, "{ Type: SecureString }");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    ! parameters./shop/url  stack.yaml:5
        AWS has no `SecureString` of that name, but a parameter whose value
        everybody reads: delete it
        (`aws ssm delete-parameter --name /shop/url --region eu-west-1`), and put
        the secret there:
        `aws ssm put-parameter --name /shop/url --type SecureString --value "$SECRET" --region eu-west-1`
        Type  String -> SecureString

    Plan: 1 blocked.
    ------- stderr -------
    error: a resource is blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    "#);
    assert_eq!(live(&scenario, "/shop/url")["type"], "String");
}

#[test]
fn a_secret_does_not_belong_in_a_file_and_is_quoted_by_no_error() {
    let scenario = Scenario::new().env("DB", "hunter22hunter22");
    let check = |body: &str| {
        write(&scenario, body);
        let said = scenario.run("check stack.yaml --allow-env DB").exits(1).stderr;
        assert!(!said.contains("hunter22"), "{said}");
        said
    };
    let said = [
        "{ Type: SecureString, Value: hunter22hunter22 }",
        "{ Type: SecureString, Value: \"${env.DB}\" }",
    ];
    insta::assert_snapshot!(said.map(check).join("\n"), @"
    error: the value of a `SecureString` does not belong in a file, nor in the environment of a run: who can read either has the secret
     --> stack.yaml:5
      = note: the line holds what looks like a secret, and is not shown
      = help: leave `Value` out: the plan says whether the parameter is there, and how a person puts it there

    error: the value of a `SecureString` does not belong in a file, nor in the environment of a run: who can read either has the secret
     --> stack.yaml:5
      = note: the line holds what looks like a secret, and is not shown
      = help: leave `Value` out: the plan says whether the parameter is there, and how a person puts it there
    ");
}

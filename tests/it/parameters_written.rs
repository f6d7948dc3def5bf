//! How parameters are written.

use serde_json::json;

use crate::harness::Scenario;
use crate::parameters::{apply, nothing_to_do, write};

#[test]
fn the_documents_of_the_cli_are_taken_as_they_are() {
    let scenario = Scenario::new();
    scenario.stack("parameters: { /shop/url: { file: url.json } }\n");
    let input = json!({
        "Name": "/shop/url", "Value": "https://x", "Type": "String", "Description": "d",
        "Overwrite": true, "Tier": "Standard", "Tags": [{"Key": "team", "Value": "shop"}],
    });
    scenario.write("url.json", input.to_string());
    apply(&scenario);
    let answer = json!({
        "Name": "/shop/url", "Type": "String", "Value": "https://x", "Version": 1,
        "LastModifiedDate": "2026-11-22T08:00:00+00:00", "DataType": "text",
        "ARN": "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/url",
    });
    let more = "{ file: url.json, Description: d, Tags: { team: shop } }";
    write(&scenario, more);
    let many = json!({"Parameters": [answer], "InvalidParameters": []});
    for document in [json!({"Parameter": answer}), many, answer] {
        scenario.write("url.json", document.to_string());
        nothing_to_do(&scenario);
    }
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    stack.yaml is sound: 1 resource.
    ------- stderr -------
    note: AWS sets ARN, LastModifiedDate, Version itself; left out here
     --> url.json:1:1
      |
    1 | {"ARN":"arn:aws:ssm:eu-west-1:123456789012:parameter/shop/url","DataType"...
      | ^
    [exit 0]
    "#);
    let import = scenario
        .run("import url.json --account 123456789012 --region eu-west-1 --name shop")
        .exits(0);
    insta::assert_snapshot!(import.stdout, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    parameters:
      /shop/url: { file: url.json }
    "#);
}

#[test]
fn what_parameter_store_would_refuse_is_said_before() {
    let scenario = Scenario::new();
    let check = |section: &str| {
        scenario.stack(&format!("parameters: {section}\n"));
        scenario.run("check stack.yaml").exits(1).stderr
    };
    let long = format!("{{ a: {{ Type: String, Value: {} }} }}", "x".repeat(4097));
    let longer =
        format!("{{ a: {{ Type: String, Tier: Advanced, Value: {} }} }}", "ä".repeat(4097));
    let deep = format!("{{ {}: {{ Type: String, Value: x }} }}", "/a".repeat(16));
    let said = [
        "{ a/b: { Type: String, Value: x } }",
        "{ \"/a b\": { Type: String, Value: x } }",
        "{ /aws/a: { Type: String, Value: x } }",
        "{ ssm-agent: { Type: String, Value: x } }",
        &deep,
        "{ a: { Value: x } }",
        "{ a: { Type: String } }",
        "{ a: { Type: String, Value: 5 } }",
        "{ a: { Type: String, Value: \"\" } }",
        "{ a: { Type: String, Value: \"{{ssm:b}}\" } }",
        "{ a: { Type: String, Value: x, KeyId: alias/a } }",
        "{ a: { Type: string, Value: x } }",
        "{ a: { Type: String, Value: x, Policies: \"[]\" } }",
        &long,
        &longer,
    ];
    insta::assert_snapshot!(said.map(check).join("\n"), @r#"
    error: the name of a parameter with `/` in it begins with one
     --> stack.yaml:4:20
      |
    4 | parameters: { a/b: { Type: String, Value: x } }
      |                    ^
      |
      = help: write it like `/shop/collector`

    error: the name of a parameter has what Parameter Store does not take: "/a b"
     --> stack.yaml:4:23
      |
    4 | parameters: { "/a b": { Type: String, Value: x } }
      |                       ^
      |
      = help: a name is one word, or `/` and words with `/` between them: letters, digits and . _ -

    error: the name of a parameter does not begin with `aws` or `ssm`, which AWS keeps
     --> stack.yaml:4:23
      |
    4 | parameters: { /aws/a: { Type: String, Value: x } }
      |                       ^
      |
      = help: a name is one word, or `/` and words with `/` between them: letters, digits and . _ -

    error: the name of a parameter does not begin with `aws` or `ssm`, which AWS keeps
     --> stack.yaml:4:26
      |
    4 | parameters: { ssm-agent: { Type: String, Value: x } }
      |                          ^
      |
      = help: a name is one word, or `/` and words with `/` between them: letters, digits and . _ -

    error: the name of a parameter has at most 15 levels
     --> stack.yaml:4:49
      |
    4 | parameters: { /a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a: { Type: String, Value: x } }
      |                                                 ^
      |
      = help: a name is one word, or `/` and words with `/` between them: letters, digits and . _ -

    error: a parameter needs `Type`
     --> stack.yaml:4:18
      |
    4 | parameters: { a: { Value: x } }
      |                  ^
      |
      = help: `Type`: what it holds; a `SecureString` stands here without its value, and is only looked at

    error: a parameter needs `Value`
     --> stack.yaml:4:18
      |
    4 | parameters: { a: { Type: String } }
      |                  ^
      |
      = help: `Value`: what it holds

    error: `Value` is a string, not 5
     --> stack.yaml:4:41
      |
    4 | parameters: { a: { Type: String, Value: 5 } }
      |                                         ^
      |
      = help: write it in quotes

    error: `Value` has 0 characters; it may have from 1 to 8192
     --> stack.yaml:4:41
      |
    4 | parameters: { a: { Type: String, Value: "" } }
      |                                         ^^

    error: Parameter Store takes no value with `{{…}}` in it, which elsewhere in Systems Manager stands for a parameter
     --> stack.yaml:4:41
      |
    4 | parameters: { a: { Type: String, Value: "{{ssm:b}}" } }
      |                                         ^^^^^^^^^^^
      |
      = help: write it in another way

    error: only a `SecureString` is encrypted with a key
     --> stack.yaml:4:51
      |
    4 | parameters: { a: { Type: String, Value: x, KeyId: alias/a } }
      |                                                   ^^^^^^^
      |
      = help: leave it out, or make it a `Type: SecureString` without its value

    error: `Type` is `String` or `StringList` or `SecureString`, not "string"
     --> stack.yaml:4:26
      |
    4 | parameters: { a: { Type: string, Value: x } }
      |                          ^^^^^^
      |
      = help: did you mean `String`?

    error: a parameter has no `Policies`
     --> stack.yaml:4:44
      |
    4 | parameters: { a: { Type: String, Value: x, Policies: "[]" } }
      |                                            ^^^^^^^^ not known here
      |
      = help: known here: AllowedPattern, DataType, Description, KeyId, Name, Tags, Tier, Type, Value

    error: the value has 4097 bytes; it may have 4096
     --> stack.yaml:4:41
      |
    4 | ...e: xxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxx } }
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `Tier: Advanced`, which costs, for up to 8,192

    error: the value has 8194 bytes; it may have 8192
     --> stack.yaml:4:57
      |
    4 | ...e: äääääääääääääääääääääääää...äääääääääääääääääääääääää } }
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: no parameter takes more
    "#);
}

//! How log groups are written.

use serde_json::json;

use crate::harness::Scenario;
use crate::log_groups::{KEY, apply, nothing_to_do};

#[test]
fn the_documents_of_the_cli_are_taken_as_they_are() {
    let scenario = Scenario::new();
    scenario.stack("log_groups:\n  /ecs/shop/collector: { file: group.json }\n");
    let input = json!({
        "logGroupName": "/ecs/shop/collector", "kmsKeyId": KEY, "tags": {"team": "shop"},
        "logGroupClass": "STANDARD", "deletionProtectionEnabled": false,
    });
    scenario.write("group.json", input.to_string());
    apply(&scenario);
    let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop/collector";
    let answer = json!({
        "logGroupName": "/ecs/shop/collector", "creationTime": 1_795_334_400_000_u64,
        "metricFilterCount": 0, "arn": format!("{arn}:*"), "storedBytes": 4711, "kmsKeyId": KEY,
        "logGroupClass": "STANDARD", "logGroupArn": arn, "deletionProtectionEnabled": false,
    });
    let other = json!({"logGroupName": "/ecs/shop/other", "storedBytes": 0});
    scenario
        .stack("log_groups:\n  /ecs/shop/collector: { file: group.json, tags: { team: shop } }\n");
    for document in [json!({"logGroups": [other, answer]}), json!({"logGroups": [answer]}), answer]
    {
        scenario.write("group.json", document.to_string());
        nothing_to_do(&scenario);
    }
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    stack.yaml is sound: 1 resource.
    ------- stderr -------
    note: AWS sets creationTime, metricFilterCount, arn, storedBytes, logGroupArn itself; left out here
     --> group.json:1:1
      |
    1 | {"arn":"arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/shop/collector...
      | ^
    [exit 0]
    "#);
    let import = scenario
        .run("import group.json --account 123456789012 --region eu-west-1 --name shop")
        .exits(0);
    insta::assert_snapshot!(import.stdout, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    log_groups:
      /ecs/shop/collector: { file: group.json }
    "#);
}

#[test]
fn what_cloudwatch_logs_would_refuse_is_said_before() {
    let scenario = Scenario::new();
    let check = |section: &str| {
        scenario.stack(&format!("log_groups: {section}\n"));
        scenario.run("check stack.yaml").exits(1).stderr
    };
    let said = [
        "{ \"a b\": {} }",
        "{ aws/spans: {} }",
        "{ \"a#b\": {} }",
        "{ a: { retentionInDays: 31 } }",
        "{ a: { retentionInDays: never } }",
        "{ a: { deletionProtectionEnabled: \"yes\" } }",
        "{ a: { kmsKeyId: alias/logs } }",
        "{ a: { logGroupClass: INFREQUENT } }",
        "{ a: { retention: 30 } }",
    ];
    insta::assert_snapshot!(said.map(check).join("\n"), @r#"
    error: the name of a log group has a character that CloudWatch Logs does not take, ' '
     --> stack.yaml:4:22
      |
    4 | log_groups: { "a b": {} }
      |                      ^
      |
      = help: it takes letters, digits and . _ - /

    error: log groups whose names begin with `aws/` are AWS's own
     --> stack.yaml:4:26
      |
    4 | log_groups: { aws/spans: {} }
      |                          ^
      |
      = help: begin it with something else, `/aws/` may be

    error: CloudWatch Logs takes a log group with `#` in its name, and no tags for it
     --> stack.yaml:4:22
      |
    4 | log_groups: { "a#b": {} }
      |                      ^
      |
      = help: its tags say which stack it belongs to: leave the `#` out

    error: `retentionInDays` is 31; it must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
     --> stack.yaml:4:37
      |
    4 | log_groups: { a: { retentionInDays: 31 } }
      |                                     ^^

    error: `retentionInDays` is a number, one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not a string
     --> stack.yaml:4:37
      |
    4 | log_groups: { a: { retentionInDays: never } }
      |                                     ^^^^^

    error: `deletionProtectionEnabled` is `true` or `false`, not a string
     --> stack.yaml:4:47
      |
    4 | log_groups: { a: { deletionProtectionEnabled: "yes" } }
      |                                               ^^^^^

    error: `kmsKeyId` is the ARN of a key, not "alias/logs"
     --> stack.yaml:4:30
      |
    4 | log_groups: { a: { kmsKeyId: alias/logs } }
      |                              ^^^^^^^^^^
      |
      = help: CloudWatch Logs takes neither aliases nor bare ids: `arn:aws:kms:REGION:ACCOUNT:key/ID`

    error: `logGroupClass` is `STANDARD` or `INFREQUENT_ACCESS` or `ESSENTIALS` or `DELIVERY`, not "INFREQUENT"
     --> stack.yaml:4:35
      |
    4 | log_groups: { a: { logGroupClass: INFREQUENT } }
      |                                   ^^^^^^^^^^

    error: this is not a log group: it has none of the fields of one
     --> stack.yaml:4:20
      |
    4 | log_groups: { a: { retention: 30 } }
      |                    ^^^^^^^^^
      |
      = help: known here: deletionProtectionEnabled, kmsKeyId, logGroupClass, logGroupName, retentionInDays, tags
    "#);
}

//! What X-Ray encrypts with, set, waited for and left.

use serde_json::json;
use tracewright::aws::local::{LocalAws, Options as LocalOptions};
use tracewright::aws::{Aws, Options, Reads};
use tracewright::kinds::{self, Look};
use tracewright::plan::plan;
use tracewright::stack::{self, Inputs, Loaded};

use crate::harness::{NOW, Scenario, local_options};

const KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn with_key() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(&format!("encryption: {{ Type: KMS, KeyId: {KEY} }}\n"));
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn a_key_is_set_and_stays_when_the_stack_goes() {
    let scenario = with_key();
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ encryption.Default  AWS differs from the file  stack.yaml:4
        KeyId
          (none) -> arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1
          234567890ab
        Type   NONE -> KMS
        leaves what X-Ray has stored already encrypted as it is; X-Ray may use both
        the old and the new until it has changed over

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed encryption.Default
    [exit 0]
    ");
    nothing_to_do(&scenario);
    // The id and the ARN are one key, and the answer has the ARN.
    scenario.edit("stack.yaml", KEY, ARN);
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    note: encryption.Default is left as it is: X-Ray has no call that deletes it

    Nothing to do: nothing in AWS belongs to `shop`.
    [exit 0]
    ");
    scenario.edit("stack.yaml", "56ef", "56ff");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ encryption.Default  AWS differs from the file  stack.yaml:4
        KeyId
          - …12ab-34cd-56ef-1234567890…
          + …12ab-34cd-56ff-1234567890…
        leaves what X-Ray has stored already encrypted as it is; X-Ray may use both
        the old and the new until it has changed over

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.stack("encryption: { Type: NONE }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Type   KMS -> NONE");
    nothing_to_do(&scenario);
}

#[test]
fn the_documents_of_the_cli_are_taken_as_they_are() {
    let scenario = Scenario::new();
    scenario.stack("encryption: { file: encryption.json }\n");
    let input = json!({"KeyId": KEY, "Type": "KMS"});
    scenario.write("encryption.json", input.to_string());
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let answer = json!({"EncryptionConfig": {"KeyId": ARN, "Status": "UPDATING", "Type": "KMS"}});
    scenario.write("encryption.json", answer.to_string());
    nothing_to_do(&scenario);
    // As the AWS CLI's documentation has it.
    let answer = json!({"EncryptionConfig": {
        "KeyId": "ae4aa6d49-a4d8-9df9-a475-4ff6d7898456", "Status": "ACTIVE", "Type": "NONE",
    }});
    scenario.write("encryption.json", answer.to_string());
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    stack.yaml is sound: 1 resource.
    ------- stderr -------
    note: AWS sets Status itself; left out here
     --> encryption.json:1:21
      |
    1 | {"EncryptionConfig":{"KeyId":"ae4aa6d49-a4d8-9df9-a475-4ff6d7898456","Sta...
      |                     ^

    note: with `Type: NONE` X-Ray uses its own key; `KeyId` is left out here
     --> encryption.json:1:30
      |
    1 | {"EncryptionConfig":{"KeyId":"ae4aa6d49-a4d8-9df9-a475-4ff6d7898456","Sta...
      |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    [exit 0]
    "#);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    let import = scenario
        .run("import encryption.json --account 123456789012 --region eu-west-1 --name shop");
    insta::assert_snapshot!(import, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    encryption: { file: encryption.json }
    ------- stderr -------
    note: AWS sets Status itself; left out here
     --> encryption.json:1:21
      |
    1 | {"EncryptionConfig":{"KeyId":"ae4aa6d49-a4d8-9df9-a475-4ff6d7898456","Sta...
      |                     ^

    note: with `Type: NONE` X-Ray uses its own key; `KeyId` is left out here
     --> encryption.json:1:30
      |
    1 | {"EncryptionConfig":{"KeyId":"ae4aa6d49-a4d8-9df9-a475-4ff6d7898456","Sta...
      |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    [exit 0]
    "#);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let scenario = Scenario::new();
    let check = |body: &str| {
        scenario.stack(&format!("encryption: {body}\n"));
        scenario.run("check stack.yaml").exits(1).stderr
    };
    let said = [
        "{ Type: KMS, KeyId: alias/traces }",
        "{ Type: KMS, KeyId: \"arn:aws:kms:eu-west-1:123456789012:alias/traces\" }",
        "{ Type: KMS, KeyId: key/1 }",
        "{ Type: KMS }",
        "{ Type: kms }",
        "{ Type: 1 }",
        "{ KeyId: a }",
    ];
    insta::assert_snapshot!(said.map(check).join("\n"), @r#"
    error: `KeyId` is an alias, not a key: "alias/traces"
     --> stack.yaml:4:33
      |
    4 | encryption: { Type: KMS, KeyId: alias/traces }
      |                                 ^^^^^^^^^^^^
      |
      = help: X-Ray answers with the key's ARN, so that an alias could not be compared; `aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn` tells it

    error: `KeyId` is an alias, not a key: "arn:aws:kms:eu-west-1:123456789012:alias/traces"
     --> stack.yaml:4:33
      |
    4 | ...S, KeyId: "arn:aws:kms:eu-west-1:123456789012:alias/traces" }
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: X-Ray answers with the key's ARN, so that an alias could not be compared; `aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn` tells it

    error: `KeyId` is neither a key's id nor its ARN: "key/1"
     --> stack.yaml:4:33
      |
    4 | encryption: { Type: KMS, KeyId: key/1 }
      |                                 ^^^^^
      |
      = help: write it as `1234abcd-12ab-34cd-56ef-1234567890ab` or `arn:aws:kms:REGION:ACCOUNT:key/ID`

    error: `Type: KMS` needs `KeyId`
     --> stack.yaml:4:13
      |
    4 | encryption: { Type: KMS }
      |             ^
      |
      = help: `KeyId` is the id or the ARN of a symmetric KMS key

    error: `Type` is `NONE` or `KMS`, not "kms"
     --> stack.yaml:4:21
      |
    4 | encryption: { Type: kms }
      |                     ^^^
      |
      = help: did you mean `KMS`?

    error: `Type` is a string, not 1
     --> stack.yaml:4:21
      |
    4 | encryption: { Type: 1 }
      |                     ^
      |
      = help: write it in quotes

    error: X-Ray's encryption needs `Type`
     --> stack.yaml:4:13
      |
    4 | encryption: { KeyId: a }
      |             ^
      |
      = help: `Type`: `NONE` for X-Ray's own key, or `KMS` for the key that `KeyId` names
    "#);
}

#[test]
fn a_change_is_waited_for_and_said_in_a_line() {
    let scenario = with_key().env("TRACEWRIGHT_LOCAL_XRAY_DELAY", "2");
    let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    waiting for X-Ray to change its encryption over, up to 15 min
    changed encryption.Default
    ");
    nothing_to_do(&scenario);
}

#[test]
fn a_wait_that_ends_in_vain_says_what_is_under_way() {
    // Where faults are scripted pauses take no time.
    let faults = json!({"rules": []}).to_string();
    let scenario = with_key()
        .env("TRACEWRIGHT_LOCAL_XRAY_DELAY", "100000")
        .env("TRACEWRIGHT_LOCAL_FAULTS", &faults);
    let apply = scenario.run("apply stack.yaml --local --yes").exits(6);
    insta::assert_snapshot!(apply.stderr, @"
    waiting for X-Ray to change its encryption over, up to 15 min
    still waiting for X-Ray to change its encryption over: 31 s of 15 min
    failed  encryption.Default: AWS could not carry out xray:PutEncryptionConfig: X-Ray has taken it and still says UPDATING; `plan` says so until it is done
      = help: wait a minute and run it again
      = help: `tracewright show --journal` has all of it, and the way back
    ");
}

#[tokio::test]
async fn a_plan_that_meets_a_change_says_so() {
    let text = format!(
        "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\n\
         encryption: {{ Type: KMS, KeyId: {KEY} }}\n"
    );
    let file = Loaded { shown: "stack.yaml".to_owned(), text };
    let stack = stack::read(file, &mut crate::laws::NoFiles, &Inputs::default()).stack.unwrap();
    let local = LocalAws::in_memory(LocalOptions { xray_delay: 9, ..local_options(NOW) });
    let options = Options { local: Some(local), ..Options::default() };
    let aws = Aws::connect(&stack.place, options).await;
    let kind = kinds::find("encryption").unwrap();
    let look = async || kind.observe(&Reads::new(&aws), &Look::of(kind, &stack)).await;
    let planned = plan(&stack, &look().await);
    aws.end_waits();
    let stop = tracewright::apply::Stop::default();
    let report = tracewright::apply::run(&aws, &planned, &stop, &()).await;
    assert!(!report.is_whole(), "it was not waited for");
    let met = plan(&stack, &look().await);
    assert!(met.steps.is_empty(), "{:?}", met.steps);
    assert!(met.notes.iter().any(|note| note.contains("still changing")), "{:?}", met.notes);
}

#[test]
fn what_was_changed_in_aws_is_drift_and_the_way_back_is_the_journal() {
    let scenario = with_key();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit(".tracewright/local.json", "56ef", "56ff");
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local").exits(3), @"
    shop  account 123456789012  eu-west-1

    ~ encryption.Default  AWS differs from the file  stack.yaml:4
        KeyId  (+ is the file's, - AWS's)  (who moved is not known)
          - …12ab-34cd-56ff-1234567890…
          + …12ab-34cd-56ef-1234567890…
        leaves what X-Ray has stored already encrypted as it is; X-Ray may use both
        the old and the new until it has changed over

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept encryption.Default --local`
              takes it into the file
    [exit 3]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(crate::undo::undone(&scenario), @"
    shop  account 123456789012  eu-west-1

    ~ encryption.Default  as it was before that run
        KeyId
          - …12ab-34cd-56ef-1234567890…
          + …12ab-34cd-56ff-1234567890…
        leaves what X-Ray has stored already encrypted as it is; X-Ray may use both
        the old and the new until it has changed over


    Plan: 1 to change.
    ");
}

#[test]
fn what_may_not_be_read_is_unknown() {
    let scenario = with_key();
    let nothing = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*",
    }]});
    scenario.write("policy.json", nothing.to_string());
    let words = ["plan", "stack.yaml", "--local"];
    let plan = scenario.run_in(&words, &[("TRACEWRIGHT_LOCAL_POLICY", "policy.json")]);
    insta::assert_snapshot!(plan.exits(7), @"
    shop  account 123456789012  eu-west-1

    ? encryption
        not known: AWS denied xray:GetEncryptionConfig: AccessDeniedException: User:
        arn:aws:iam::123456789012:user/local is not authorized to perform:
        xray:GetEncryptionConfig on resource: * because no identity-based policy
        allows the xray:GetEncryptionConfig action; allow `xray:GetEncryptionConfig`
        for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
}

//! The key of the log group, which X-Ray is told with a change and tells nobody.

use super::nothing_to_do;
use crate::harness::Scenario;

#[test]
fn a_key_for_the_log_group_is_only_sent() {
    let scenario = Scenario::new();
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let with_key = |destination: &str, key: &str| {
        scenario.stack(&format!(
            "trace_destination:\n  Destination: {destination}\n  CloudWatchLogsConfiguration:\n    \
             SpansLogGroupKmsKeyId: {key}\n"
        ));
    };
    with_key("CloudWatchLogs", key);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        Destination  XRay -> CloudWatchLogs
        log_policy   missing -> in place
        sends the spans of the whole account in this region to the log group
        aws/spans, for which CloudWatch Logs charges; 1 % of them is indexed as
        traces, unless `indexing` says otherwise
        puts the log resource policy `tracewright-xray-spans` first, which lets
        X-Ray write into aws/spans and /aws/application-signals/data
        has aws/spans encrypted with
        arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
        where X-Ray makes that log group, and fails where it is there already

    Permissions
      + trace_destination.Default: X-Ray may logs:PutLogEvents on aws/spans and
        /aws/application-signals/data of this account and region

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed trace_destination.Default
    [exit 0]
    ");
    nothing_to_do(&scenario);
    with_key("CloudWatchLogs", &key.replace("1234abcd", "4321abcd"));
    nothing_to_do(&scenario);
    // The log group is there from then on.
    scenario.stack("trace_destination: { Destination: XRay }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    with_key("CloudWatchLogs", key);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes").exits(6).stderr, @"
    failed  trace_destination.Default: xray:UpdateTraceSegmentDestination failed: InvalidRequestException: The log group aws/spans already exists
      = help: `tracewright show --journal` has all of it, and the way back
    ");

    let check = |destination: &str, key: &str| {
        with_key(destination, key);
        scenario.run("check stack.yaml").exits(1).stderr
    };
    let said = [
        check("XRay", key),
        check("CloudWatchLogs", "alias/spans"),
        check("CloudWatchLogs", &key.replace("eu-west-1", "us-east-1")),
        check("cloudwatch", key),
    ];
    insta::assert_snapshot!(said.join("\n"), @r#"
    error: `CloudWatchLogsConfiguration` is for `Destination: CloudWatchLogs` alone
     --> stack.yaml:7:28
      |
    7 | ...d: arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: take it out, or set that destination

    error: `SpansLogGroupKmsKeyId` is not the ARN of a key of this account and region: "alias/spans"
     --> stack.yaml:7:28
      |
    7 |     SpansLogGroupKmsKeyId: alias/spans
      |                            ^^^^^^^^^^^
      |
      = help: write it as `arn:aws:kms:eu-west-1:123456789012:key/ID`

    error: `SpansLogGroupKmsKeyId` is not the ARN of a key of this account and region: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56"…
     --> stack.yaml:7:28
      |
    7 | ...d: arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write it as `arn:aws:kms:eu-west-1:123456789012:key/ID`

    error: `Destination` is `XRay` or `CloudWatchLogs`, not "cloudwatch"
     --> stack.yaml:5:16
      |
    5 |   Destination: cloudwatch
      |                ^^^^^^^^^^
      |
      = help: did you mean `CloudWatchLogs`?
    "#);
    with_key("CloudWatchLogs", "\"${env.KEY}\"");
    let words = ["check", "stack.yaml", "--allow-env", "KEY"];
    insta::assert_snapshot!(scenario.run_in(&words, &[("KEY", key)]).exits(1), @r#"
    ------- stderr -------
    error: `SpansLogGroupKmsKeyId` is shown in every plan, and what comes from the environment is secret
     --> stack.yaml:7:28
      |
    7 |     SpansLogGroupKmsKeyId: "${env.KEY}"
      |                            ^^^^^^^^^^^^
      |
      = help: use a variable: `${var.NAME}`
    [exit 1]
    "#);
}

//! Where the values stand, and how.

use super::{accepted, moved};
use crate::harness::Scenario;

const ENVELOPE: &str = "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\n";

/// A stack file with a rule in place and one in a document.
fn two_rules() -> (Scenario, String, &'static str) {
    let stack = format!(
        "{ENVELOPE}sampling_rules:
  # Everybody's first page.
  home: {{ Priority: 10, FixedRate: 0.05, ReservoirSize: 1, URLPath: '/' }}  # cheap
  checkout:
    file: aws/xray.json
    FixedRate: 0.5      # half of them
    Tags:
      team: \"shop\"
"
    );
    let document = r#"{
  "SamplingRule": {
      "RuleName": "checkout",
      "Priority": 100,
      "FixedRate": 0.1,
      "ReservoirSize": 5,
      "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*",
      "URLPath": "/checkout/*",
      "ResourceARN": "*",
      "Version": 1
  }
}
"#;
    let scenario = Scenario::new();
    scenario.write("stack.yaml", &stack).write("aws/xray.json", document);
    (scenario, stack, document)
}

#[test]
fn each_value_goes_where_it_came_from() {
    let (scenario, stack, document) = two_rules();
    moved(
        &scenario,
        &[
            (
                "stack.yaml",
                &stack
                    .replace("0.05", "0.1")
                    .replace("'/'", "'/home'")
                    .replace("0.5 ", "1 ")
                    .replace("      team: \"shop\"", "      team: \"pay\"\n      stage: prod"),
            ),
            (
                "aws/xray.json",
                &document
                    .replace("100", "7")
                    .replace("\"Host\": \"*\"", "\"Host\": \"shop.example\""),
            ),
        ],
    );
    insta::assert_snapshot!(accepted(&scenario, "sampling_rules.home sampling_rules.checkout"), @r#"
    stack.yaml:6
    - …ixedRate: 0.05, ReservoirSize: 1, URLPath: '/' }  # cheap
    + …ixedRate: 0.1, ReservoirSize: 1, URLPath: '/home' }  # cheap
    stack.yaml:9
    -     FixedRate: 0.5      # half of them
    +     FixedRate: 1      # half of them
    stack.yaml:11
    -       team: "shop"
    +       team: "pay"
    +       stage: "prod"
    aws/xray.json:4
    -       "Priority": 100,
    +       "Priority": 7,
    aws/xray.json:7
    - …", "Host": "*", "HTTPMeth…
    + …", "Host": "shop.example", "HTTPMeth…
    ------- stderr -------
    Written to stack.yaml, aws/xray.json.
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.read("stack.yaml"), @r#"
    stack: shop
    account: "123456789012"
    region: eu-west-1
    sampling_rules:
      # Everybody's first page.
      home: { Priority: 10, FixedRate: 0.1, ReservoirSize: 1, URLPath: '/home' }  # cheap
      checkout:
        file: aws/xray.json
        FixedRate: 1      # half of them
        Tags:
          team: "pay"
          stage: "prod"
    "#);
    insta::assert_snapshot!(scenario.read("aws/xray.json"), @r#"
    {
      "SamplingRule": {
          "RuleName": "checkout",
          "Priority": 7,
          "FixedRate": 0.1,
          "ReservoirSize": 5,
          "ServiceName": "*", "ServiceType": "*", "Host": "shop.example", "HTTPMethod": "*",
          "URLPath": "/checkout/*",
          "ResourceARN": "*",
          "Version": 1
      }
    }
    "#);
}

#[test]
fn what_only_the_file_changed_stays() {
    let (scenario, stack, document) = two_rules();
    moved(&scenario, &[("aws/xray.json", &document.replace("100", "7"))]);
    drop(stack);
    scenario.edit("aws/xray.json", "\"ReservoirSize\": 5", "\"ReservoirSize\": 6");
    scenario.run("drift stack.yaml --local --accept sampling_rules.checkout").exits(0);
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    insta::assert_snapshot!(plan, @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  the file changed  stack.yaml:7
        ReservoirSize  5 -> 6

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("drift stack.yaml --local").exits(0);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local --accept sampling_rules.checkout"), @"
    ------- stderr -------
    sampling_rules.checkout: the file changed, and AWS did not
    [exit 0]
    ");
}

#[test]
fn lists_of_a_task_definition_go_by_their_names() {
    let document = r#"{
    "family": "web",
    "networkMode": "awsvpc",
    "cpu": "256", "memory": "512",
    "taskRoleArn": "${role.web.arn}",
    // What runs.
    "containerDefinitions": [
        {
            "name": "daemon",
            "image": "amazon/aws-xray-daemon",
            "portMappings": [ { "containerPort": 2000, "protocol": "udp" } ]
        },
        {
            "name": "app",
            "image": "${account}.dkr.ecr.${region}.amazonaws.com/web:1",
            "command": ["serve", "--port", "80"],
            "environment": [
                { "name": "LOG_LEVEL", "value": "info" },   // quiet
                { "name": "PORT", "value": "80" },
                { "name": "OLD", "value": "1" },
            ],
            "portMappings": [
                { "containerPort": 80 }
            ]
        }
    ]
}
"#;
    let scenario = Scenario::new();
    scenario.write("task.json", document);
    let trust = "{ file: trust.json }";
    scenario.write(
        "trust.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#,
    );
    scenario.stack(&format!(
        "tags: {{ project: shop }}\nroles:\n  web: {{ AssumeRolePolicyDocument: {trust} }}\n\
         task_definitions:\n  web:\n    file: task.json\n    tags: {{ team: web }}\n"
    ));
    let changed = document
        .replace("\"info\"", "\"debug\"")
        .replace(
            "                { \"name\": \"OLD\", \"value\": \"1\" },\n",
            "                { \"name\": \"NEW\", \"value\": \"2\" },\n",
        )
        .replace("\"serve\", ", "\"serve\", \"--verbose\", ")
        .replace("\"cpu\": \"256\", \"memory\": \"512\"", "\"cpu\": \"512\", \"memory\": \"1024\"")
        .replace(
            "{ \"containerPort\": 80 }",
            "{ \"containerPort\": 80 },\n { \"containerPort\": 443 }",
        )
        .replace(
            "\"image\": \"amazon/aws-xray-daemon\",",
            "\"image\": \"amazon/aws-xray-daemon\", \"essential\": false,",
        );
    moved(&scenario, &[("task.json", &changed)]);
    insta::assert_snapshot!(accepted(&scenario, "task_definitions.web"), @r#"
    task.json:4
    -     "cpu": "256", "memory": "512",
    +     "cpu": "512", "memory": "1024",
    task.json:11
    -             "portMappings": [ { "containerPort": 2000, "protocol": "udp" } ]
    +             "portMappings": [ { "containerPort": 2000, "protocol": "udp" } ],
    +             "essential": false
    task.json:17
    -             "command": ["serve", "--port", "80"],
    +             "command": ["serve", "--verbose", "--port", "80"],
    task.json:19
    -                 { "name": "LOG_LEVEL", "value": "info" },   // quiet
    +                 { "name": "LOG_LEVEL", "value": "debug" },   // quiet
    task.json:21
    -                 { "name": "OLD", "value": "1" },
    +                 { "name": "NEW", "value": "2" },
    task.json:24
    -                 { "containerPort": 80 }
    +                 { "containerPort": 80 },
    +                 { "containerPort": 443 }
    ------- stderr -------
    Written to task.json.
    [exit 0]
    "#);
}

#[test]
fn statements_keep_their_spelling() {
    let document = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Tracing",
      "Effect": "Allow",
      "Action": [
        "xray:PutTraceSegments",
        "XRay:PutTelemetryRecords"
      ],
      "Resource": "*"
    },
    {
      "Sid": "Parameters",
      "Effect": "Allow",
      "Action": "ssm:GetParameter",
      "Resource": "arn:aws:ssm:*:*:parameter/shop/*"
    }
  ]
}
"#;
    let scenario = Scenario::new();
    scenario.write("aws/policy.json", document);
    scenario.stack(
        "roles:
  web:
    AssumeRolePolicyDocument:
      Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole }
    ManagedPolicies:
    - AWSXRayDaemonWriteAccess    # the daemon
    - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
    InlinePolicies:
      all: { file: aws/policy.json }
",
    );
    let stack = scenario.read("stack.yaml");
    moved(
        &scenario,
        &[
            (
                "aws/policy.json",
                &document
                    .replace(
                        "        \"XRay:PutTelemetryRecords\"\n",
                        "        \"xray:puttelemetryrecords\",\n \"xray:GetSamplingRules\"\n",
                    )
                    .replace("parameter/shop/*\"", "parameter/*\""),
            ),
            (
                "stack.yaml",
                &stack
                    .replace(
                        "ecs-tasks.amazonaws.com }",
                        "[ecs-tasks.amazonaws.com, ec2.amazonaws.com] }",
                    )
                    .replace("AmazonS3ReadOnlyAccess", "AmazonS3FullAccess")
                    .replace("    InlinePolicies", "    Description: the web\n    InlinePolicies"),
            ),
        ],
    );
    insta::assert_snapshot!(accepted(&scenario, "roles.web"), @r#"
    stack.yaml:7
    - … { Service: ecs-tasks.amazonaws.com }, Action: …
    + … { Service: [ecs-tasks.amazonaws.com, ec2.amazonaws.com] }, Action: …
    stack.yaml:10
    -     - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
    +     - AmazonS3FullAccess
    stack.yaml:13
    +     Description: the web
    aws/policy.json:9
    -         "XRay:PutTelemetryRecords"
    +         "XRay:PutTelemetryRecords",
    +         "xray:GetSamplingRules"
    aws/policy.json:18
    -       "Resource": "arn:aws:ssm:*:*:parameter/shop/*"
    +       "Resource": "arn:aws:ssm:*:*:parameter/*"
    ------- stderr -------
    Written to stack.yaml, aws/policy.json.
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.read("stack.yaml"), @r#"
    stack: shop
    account: "123456789012"
    region: eu-west-1
    roles:
      web:
        AssumeRolePolicyDocument:
          Statement: { Effect: Allow, Principal: { Service: [ecs-tasks.amazonaws.com, ec2.amazonaws.com] }, Action: sts:AssumeRole }
        ManagedPolicies:
        - AWSXRayDaemonWriteAccess    # the daemon
        - AmazonS3FullAccess
        InlinePolicies:
          all: { file: aws/policy.json }
        Description: the web
    "#);
}

//! `drift --neighbours`: what is about tracing and no stack's.

use serde_json::json;

use crate::harness::Scenario;
use crate::others::Others;
use crate::ownership::by_hand;

const RULE: &str = "sampling_rules:
  mine: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1 }
";

fn others_made(scenario: &Scenario) {
    by_hand(scenario, "theirs", 77);
    let others = Others::of(scenario);
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}).to_string();
    let allows = |action: &str| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}).to_string()
    };
    for role in ["daemon", "inline", "by-policy", "other"] {
        others.iam("CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", &trust)]);
    }
    let daemon = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
    others.iam("AttachRolePolicy", &[("RoleName", "daemon"), ("PolicyArn", daemon)]);
    let put = |role: &str, action: &str| {
        let document = allows(action);
        others.iam(
            "PutRolePolicy",
            &[("RoleName", role), ("PolicyName", "p"), ("PolicyDocument", &document)],
        );
    };
    put("inline", "xray:PutTraceSegments");
    put("other", "s3:GetObject");
    others.iam("CreatePolicy", &[("PolicyName", "traces"), ("PolicyDocument", &allows("xray:*"))]);
    others.iam("CreatePolicy", &[("PolicyName", "files"), ("PolicyDocument", &allows("s3:*"))]);
    let traces = "arn:aws:iam::123456789012:policy/traces";
    others.iam("AttachRolePolicy", &[("RoleName", "by-policy"), ("PolicyArn", traces)]);
    let task = |family: &str, image: &str| {
        json!({
            "family": family,
            "containerDefinitions": [{
                "name": "main", "image": image, "memory": 64,
                "environment": [{"name": "API_TOKEN", "value": "swordfish-of-old"}],
            }],
        })
    };
    others.ecs(
        "RegisterTaskDefinition",
        &task("collector", "public.ecr.aws/aws-observability/aws-otel-collector:v1"),
    );
    others.ecs("RegisterTaskDefinition", &task("shop", "shop/app:1"));
}

#[test]
fn neighbours_are_ready_to_paste() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    others_made(&scenario);
    let output = scenario.run("drift stack.yaml --local --neighbours");
    insta::assert_snapshot!(output, @r#"
    drift: 1 clean

    # Neighbours: about tracing, and no stack's. What you paste into the stack file is taken
    # over by `adopt:`, or by `tracewright apply --adopt roles.by-policy`.
    sampling_rules:
      # sampling_rules.theirs: a sampling rule
      theirs:
        Priority: 77
        FixedRate: 0.5
        ReservoirSize: 1
        URLPath: /checkout
    roles:
      # roles.by-policy: arn:aws:iam::123456789012:policy/traces is attached to it
      by-policy:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        ManagedPolicies: ["${policy.traces.arn}"]
      # roles.daemon: AWSXRayDaemonWriteAccess is attached to it
      daemon:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        ManagedPolicies: [AWSXRayDaemonWriteAccess]
      # roles.inline: its policy p allows actions of X-Ray's
      inline:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        InlinePolicies:
          p:
            Version: "2012-10-17"
            Statement: [{ Effect: Allow, Action: xray:PutTraceSegments, Resource: "*" }]
    policies:
      # policies.traces: it allows actions of X-Ray's
      traces:
        PolicyDocument:
          Version: "2012-10-17"
          Statement: [{ Effect: Allow, Action: xray:*, Resource: "*" }]
    task_definitions:
      # task_definitions.collector: its container main is an OpenTelemetry collector
      collector:
        containerDefinitions:
          - name: main
            image: public.ecr.aws/aws-observability/aws-otel-collector:v1
            memory: 64
            environment: [{ name: API_TOKEN, value: "${env.API_TOKEN}" }]
    ------- stderr -------
    note: task_definitions.collector: what looks like a secret is not written: the stack reads it as `${env.API_TOKEN}`
      = help: set API_TOKEN in the environment, and say `--allow-env API_TOKEN`
      = help: better, keep it in SSM or Secrets Manager and refer to it under `secrets`
    [exit 0]
    "#);

    // What is pasted is a stack, of which nothing but the mark has to be written.
    let (_, pasted) = output.stdout.split_once("\n\n").unwrap();
    scenario.stack(&format!("adopt: [sampling_rules.theirs, roles.daemon, roles.inline, roles.by-policy, policies.traces, task_definitions.collector]\n{pasted}"));
    let words = [
        "plan",
        "stack.yaml",
        "--local",
        "--allow-env",
        "API_TOKEN",
        "--except",
        "sampling_rules.mine",
    ];
    let plan = scenario.run_in(&words, &[("API_TOKEN", "swordfish-of-old")]).exits(0);
    assert!(plan.stdout.contains("Plan: 6 to adopt."), "{plan}");
    assert!(!plan.stdout.contains("->"), "{plan}");
}

#[test]
fn programs_get_neighbours_too() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let none = scenario.run("drift stack.yaml --local --neighbours");
    assert!(none.exits(0).says("# No neighbours").stdout.starts_with("drift: 1 clean"));
    others_made(&scenario);
    let report = scenario.run("drift stack.yaml --local --neighbours --format json").exits(0);
    assert!(!report.stdout.contains("swordfish"), "{report}");
    let found = report.json()["neighbours"].clone();
    let found = found.as_array().unwrap().iter();
    let addresses: Vec<_> = found.map(|one| one["address"].as_str().unwrap().to_owned()).collect();
    let mut sorted = addresses.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "policies.traces",
            "roles.by-policy",
            "roles.daemon",
            "roles.inline",
            "sampling_rules.theirs",
            "task_definitions.collector",
        ]
    );
}

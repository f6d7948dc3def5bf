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

#[test]
fn a_pull_request_is_told_of_neighbours() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let drift = "drift stack.yaml --local --neighbours --format markdown";
    let none = scenario.run(drift).exits(0);
    assert!(none.stdout.contains("### Neighbours, about tracing and no stack's\n\n- none\n"));
    others_made(&scenario);
    let report = scenario.run(drift).exits(0);
    assert!(!report.to_string().contains("swordfish"), "{report}");
    let (told, _) = report.stdout.split_once("<details><summary>What").unwrap();
    insta::assert_snapshot!(told, @r#"
    <!-- tracewright:report v1 verb=drift -->
    ## tracewright drift: no drift, 6 neighbours

    <code>shop</code> in account <code>123456789012</code>, <code>eu&#45;west&#45;1</code>, from <code>stack&#46;yaml</code>

    ### Neighbours, about tracing and no stack's

    - <code>roles&#46;by&#45;policy</code>: arn&#58;&#8203;aws&#58;&#8203;iam&#58;&#8203;&#58;&#8203;123456789012&#58;&#8203;policy&#47;traces is attached to it
    - <code>task&#95;definitions&#46;collector</code>: its container main is an OpenTelemetry collector
    - <code>roles&#46;daemon</code>: AWSXRayDaemonWriteAccess is attached to it
    - <code>roles&#46;inline</code>: its policy p allows actions of X&#45;Ray&#39;s
    - <code>policies&#46;traces</code>: it allows actions of X&#45;Ray&#39;s
    - <code>sampling&#95;rules&#46;theirs</code>: a sampling rule

    ### In detail

    <details><summary><code>roles&#46;by&#45;policy</code>, a neighbour: arn&#58;&#8203;aws&#58;&#8203;iam&#58;&#8203;&#58;&#8203;123456789012&#58;&#8203;policy&#47;traces is attached to it</summary>

    ```yaml
    roles:
      by-policy:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        ManagedPolicies: ["${policy.traces.arn}"]
    ```

    </details>
    <details><summary><code>task&#95;definitions&#46;collector</code>, a neighbour: its container main is an OpenTelemetry collector</summary>

    ```yaml
    task_definitions:
      collector:
        containerDefinitions:
          - name: main
            image: public.ecr.aws/aws-observability/aws-otel-collector:v1
            memory: 64
            environment: [{ name: API_TOKEN, value: "${env.API_TOKEN}" }]
    ```

    </details>
    <details><summary><code>roles&#46;daemon</code>, a neighbour: AWSXRayDaemonWriteAccess is attached to it</summary>

    ```yaml
    roles:
      daemon:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        ManagedPolicies: [AWSXRayDaemonWriteAccess]
    ```

    </details>
    <details><summary><code>roles&#46;inline</code>, a neighbour: its policy p allows actions of X&#45;Ray&#39;s</summary>

    ```yaml
    roles:
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
    ```

    </details>
    <details><summary><code>policies&#46;traces</code>, a neighbour: it allows actions of X&#45;Ray&#39;s</summary>

    ```yaml
    policies:
      traces:
        PolicyDocument:
          Version: "2012-10-17"
          Statement: [{ Effect: Allow, Action: xray:*, Resource: "*" }]
    ```

    </details>
    <details><summary><code>sampling&#95;rules&#46;theirs</code>, a neighbour: a sampling rule</summary>

    ```yaml
    sampling_rules:
      theirs:
        Priority: 77
        FixedRate: 0.5
        ReservoirSize: 1
        URLPath: /checkout
    ```

    </details>
    "#);
    let small = scenario.run(&format!("{drift} --budget 2000")).exits(0).stdout;
    assert!(small.len() <= 2_000, "{small}");
    assert!(small.contains("- <code>task&#95;definitions&#46;collector</code>: its"), "{small}");
    scenario.write("summary", "");
    let summary = scenario.path("summary").display().to_string();
    let words = ["drift", "stack.yaml", "--local", "--neighbours", "--format", "github"];
    scenario.run_in(&words, &[("GITHUB_STEP_SUMMARY", &summary)]).exits(0);
    assert!(scenario.read("summary").contains(told), "{}", scenario.read("summary"));
}

#[test]
fn neighbours_that_cannot_be_read_are_said_in_every_format() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    others_made(&scenario);
    let allowed = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
    ]});
    scenario.write("policy.json", allowed.to_string());
    let scenario = scenario.env("TRACEWRIGHT_LOCAL_POLICY", "policy.json");
    let drift = |format: &str| {
        scenario
            .run(&format!("drift stack.yaml --local --neighbours --format {format}"))
            .exits(7)
            .stdout
    };
    let json: serde_json::Value = serde_json::from_str(&drift("json")).unwrap();
    let unread = json["neighbours_unread"].as_array().unwrap().clone();
    let what: Vec<_> = unread.iter().map(|one| one["what"].as_str().unwrap()).collect();
    insta::assert_snapshot!(what.join(", "), @"roles, policies");
    assert_eq!(json["neighbours"].as_array().unwrap().len(), 2);
    let markdown = drift("markdown");
    let lines = markdown.lines().filter(|line| line.starts_with("## ") || line.starts_with("- "));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
    ## tracewright drift: no drift, 2 neighbours, not all neighbours known
    - <code>roles</code> could not be read: AWS denied iam&#58;&#8203;GetAccountAuthorizationDetails&#58; AccessDenied&#58; User&#58; arn&#58;&#8203;aws&#58;&#8203;iam&#58;&#8203;&#58;&#8203;123456789012&#58;&#8203;user&#47;local is not authorized to perform&#58; iam&#58;&#8203;GetAccountAuthorizationDetails on resource&#58; &#42; with an explicit deny in an identity&#45;based policy; allow <code>iam&#58;GetAccountAuthorizationDetails</code> for the role or user that runs this
    - <code>policies</code> could not be read: AWS denied iam&#58;&#8203;ListPolicies&#58; AccessDenied&#58; User&#58; arn&#58;&#8203;aws&#58;&#8203;iam&#58;&#8203;&#58;&#8203;123456789012&#58;&#8203;user&#47;local is not authorized to perform&#58; iam&#58;&#8203;ListPolicies on resource&#58; &#42; with an explicit deny in an identity&#45;based policy; allow <code>iam&#58;ListPolicies</code> for the role or user that runs this
    - <code>task&#95;definitions&#46;collector</code>: its container main is an OpenTelemetry collector
    - <code>sampling&#95;rules&#46;theirs</code>: a sampling rule
    ");
    let github = drift("github");
    insta::assert_snapshot!(
        github.lines().filter(|line| line.starts_with("::error")).collect::<Vec<_>>().join("\n"), @"
    ::error file=stack.yaml,title=not known::neighbours: roles could not be read: AWS denied iam:GetAccountAuthorizationDetails: AccessDenied: User: arn:aws:iam::123456789012:user/local is not authorized to perform: iam:GetAccountAuthorizationDetails on resource: * with an explicit deny in an identity-based policy; allow `iam:GetAccountAuthorizationDetails` for the role or user that runs this
    ::error file=stack.yaml,title=not known::neighbours: policies could not be read: AWS denied iam:ListPolicies: AccessDenied: User: arn:aws:iam::123456789012:user/local is not authorized to perform: iam:ListPolicies on resource: * with an explicit deny in an identity-based policy; allow `iam:ListPolicies` for the role or user that runs this
    ");
}

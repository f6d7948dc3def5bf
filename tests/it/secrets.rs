//! What must not be shown, in task definitions and policies: in no output, nor in any tag.

use crate::between::{Between, Fate};
use crate::harness::{Output, Scenario, files};
use crate::others::Others;

/// Each would be found in an output that shows it.
const SECRETS: [&str; 5] = [
    "hunter2-in-clear",
    "AKIAIOSFODNN7EXAMPLE",
    "p4ssw0rd",
    "from-the-environment",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
];

const STACK: &str = "policies:
  guarded:
    PolicyDocument:
      Version: \"2012-10-17\"
      Statement:
        - { Effect: Allow, Action: s3:GetObject, Resource: \"*\", Condition: { StringEquals: { \"aws:Referer\": \"${env.KEY}\" } } }
task_definitions:
  backend:
    containerDefinitions:
      - name: app
        image: shop/backend:1
        memory: 128
        environment:
          - { name: DB_PASSWORD, value: hunter2-in-clear }
          - { name: SOME_ID, value: AKIAIOSFODNN7EXAMPLE }
          - { name: DATABASE, value: \"postgres://shop:p4ssw0rd@db/shop\" }
          - { name: PLAIN, value: \"${env.KEY}\" }
          - { name: OTHER, value: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY }
          - { name: STAGE, value: prod }
        logConfiguration: { logDriver: splunk, options: { splunk-token: \"${env.KEY}\" } }
";

fn scenario() -> Scenario {
    Scenario::new().env("KEY", "from-the-environment")
}

#[track_caller]
fn tells_none(output: Output) -> Output {
    for secret in SECRETS {
        assert!(!output.to_string().contains(secret), "{secret} is in\n{output}");
    }
    output
}

/// Texts of people's own may hold one in every kind: nothing says what a tag is for.
#[test]
fn tags_descriptions_and_attributes_hold_secrets_too() {
    const TRUST: &str = r#"{ Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: "sts:AssumeRole" }] }"#;
    let stack = |rate: f64| {
        format!(
            "sampling_rules:
  checkout:
    Priority: 1
    FixedRate: {rate}
    ReservoirSize: 0
    Attributes: {{ password: hunter2-in-clear }}
    Tags: {{ team: AKIAIOSFODNN7EXAMPLE }}
roles:
  backend:
    AssumeRolePolicyDocument: {TRUST}
    Description: log in with password=p4ssw0rd
    Tags: {{ api_token: hunter2-in-clear, speed: \"{rate}\" }}
policies:
  read:
    PolicyDocument: {{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Action: s3:GetObject, Resource: \"*\" }} }}
    Description: password=p4ssw0rd
task_definitions:
  backend:
    containerDefinitions: [{{ name: app, image: app:1, memory: 64 }}]
    tags: {{ api_token: hunter2-in-clear, speed: \"{rate}\" }}
"
        )
    };
    let scenario = scenario();
    let run = |line: &str| tells_none(scenario.run(line));
    scenario.stack(&stack(0.1));
    run("plan stack.yaml --local").exits(0).says("(sensitive)");
    run("plan stack.yaml --local --format json").exits(0);
    run("plan stack.yaml --local --out plan.json").exits(0);
    run("apply --plan plan.json --local --yes").exits(0);
    run("plan stack.yaml --local --detailed-exitcode").exits(0);
    scenario.stack(&stack(0.2));
    run("drift stack.yaml --local").exits(0);
    run("drift stack.yaml --local --format json").exits(0);
    run("apply stack.yaml --local --yes").exits(0);
    for address in
        ["sampling_rules.checkout", "roles.backend", "policies.read", "task_definitions.backend"]
    {
        run(&format!("show stack.yaml {address} --local")).exits(0);
    }
    run("show --journal").exits(0);
    scenario.stack(&stack(0.2).replace("hunter2", "hunter3").replace("p4ssw0rd", "other1234"));
    run("plan stack.yaml --local").exits(0).says("(sensitive, changed)");
    scenario.stack(&stack(0.2));
    run("destroy stack.yaml --local --yes").exits(0);
    run("show --journal").exits(0);
    let journals = files(&scenario.path(".tracewright/journal"));
    assert!(journals.len() >= 3, "{journals:?}");
    for file in journals.into_iter().chain([scenario.path("plan.json")]) {
        let text = std::fs::read_to_string(&file).unwrap();
        let found: Vec<_> = SECRETS.iter().filter(|secret| text.contains(**secret)).collect();
        assert!(found.is_empty(), "{found:?} in {}", file.display());
    }
}

#[test]
fn no_verb_shows_a_secret() {
    let scenario = scenario();
    scenario.stack(STACK);
    let run = |line: &str| tells_none(scenario.run(&format!("{line} --local --allow-env KEY")));
    let verbs = || {
        run("plan stack.yaml --format json").exits(0);
        run("plan stack.yaml").exits(0);
        for address in ["task_definitions.backend", "policies.guarded"] {
            run(&format!("show stack.yaml {address}")).exits(0);
            run(&format!("show stack.yaml {address} --format json")).exits(0);
        }
    };
    verbs();
    insta::assert_snapshot!(run("apply stack.yaml --yes"), @"
    shop  account 123456789012  eu-west-1

    + policies.guarded  not in AWS yet  stack.yaml:5
        PolicyDocument  (sensitive)

    + task_definitions.backend  not in AWS yet  stack.yaml:11
        containerDefinitions.app
          environment.DATABASE                   (sensitive)
          environment.DB_PASSWORD                (sensitive)
          environment.OTHER                      (sensitive)
          environment.PLAIN                      (sensitive)
          environment.SOME_ID                    (sensitive)
          environment.STAGE                      prod
          image                                  shop/backend:1
          logConfiguration.logDriver             splunk
          logConfiguration.options.splunk-token  (sensitive)
          memory                                 128

    Permissions
      ! policies.guarded: cannot be shown: it holds a secret

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created policies.guarded
    created task_definitions.backend
    [exit 0]
    ");
    run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    verbs();

    // They change in the file, and behind its back.
    scenario.edit("stack.yaml", "hunter2-in-clear", "hunter2-in-clear-again");
    scenario.edit("stack.yaml", "p4ssw0rd@", "p4ssw0rd2@");
    insta::assert_snapshot!(run("plan stack.yaml"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  AWS differs from the file  stack.yaml:11
        containerDefinitions.app
          environment.DATABASE     (sensitive, changed)
          environment.DB_PASSWORD  (sensitive, changed)

    Plan: 1 to change.
    [exit 0]
    ");
    verbs();
    run("apply stack.yaml --yes").exits(0);
    run("plan stack.yaml --detailed-exitcode").exits(0);

    // They leave the file, and the environment is not to be read any more.
    let (before, _) = STACK.split_once("          - { name: PLAIN").unwrap();
    let without = before.replace("\"${env.KEY}\"", "nobody");
    scenario.stack(&without);
    let run = |line: &str| tells_none(scenario.run(&format!("{line} --local")));
    insta::assert_snapshot!(run("plan stack.yaml"), @"
    shop  account 123456789012  eu-west-1

    ~ policies.guarded  AWS differs from the file  stack.yaml:5
        PolicyDocument  (sensitive, changed)

    ~ task_definitions.backend  the file changed  stack.yaml:11
        containerDefinitions.app
          environment.DATABASE                   (sensitive, changed)
          environment.DB_PASSWORD                (sensitive, changed)
          environment.OTHER                      (sensitive, changed)
          environment.PLAIN                      (sensitive, changed)
          environment.STAGE                      prod -> (none)
          logConfiguration.logDriver             splunk -> (none)
          logConfiguration.options.splunk-token  (sensitive, changed)

    Permissions
      ! policies.guarded: cannot be shown: it holds a secret

    Plan: 2 to change.
    [exit 0]
    ");
    run("plan stack.yaml --format json").exits(0);
    for address in ["task_definitions.backend", "policies.guarded"] {
        run(&format!("show stack.yaml {address}")).exits(0);
        run(&format!("show stack.yaml {address} --format json")).exits(0);
    }
    insta::assert_snapshot!(run("destroy stack.yaml --yes"), @"
    shop  account 123456789012  eu-west-1

    - policies.guarded  the stack is being destroyed
        PolicyDocument  (sensitive)

    - task_definitions.backend  the stack is being destroyed
        containerDefinitions.app
          environment.DATABASE                   (sensitive)
          environment.DB_PASSWORD                (sensitive)
          environment.OTHER                      (sensitive)
          environment.PLAIN                      (sensitive)
          environment.SOME_ID                    (sensitive)
          environment.STAGE                      prod
          image                                  shop/backend:1
          logConfiguration.logDriver             splunk
          logConfiguration.options.splunk-token  (sensitive)
          memory                                 128
        deregisters backend:1, :2

    Permissions
      - policies.guarded: cannot be shown: it holds a secret

    Plan: 2 to delete.
    Applied: 2 deleted.
    ------- stderr -------
    deleted task_definitions.backend
    deleted policies.guarded
    [exit 0]
    ");
}

#[test]
fn no_tag_holds_a_secret_or_tells_two_apart() {
    let digests = |key: &str, password: &str| {
        let scenario = Scenario::new().env("KEY", key);
        scenario.stack(&STACK.replace("hunter2-in-clear", password));
        scenario.run("apply stack.yaml --local --yes --allow-env KEY").exits(0);
        let task = Others::of(&scenario).ecs(
            "DescribeTaskDefinition",
            &serde_json::json!({"taskDefinition": "backend", "include": ["TAGS"]}),
        );
        let policy = Others::of(&scenario)
            .iam("ListPolicyTags", &[("PolicyArn", "arn:aws:iam::123456789012:policy/guarded")]);
        let policy = policy.split_once("<ResponseMetadata>").unwrap().0.to_owned();
        (task["tags"].to_string(), policy)
    };
    let (task, policy) = digests("from-the-environment", "hunter2-in-clear");
    assert!(task.contains("tracewright:digest") && policy.contains("tracewright:digest"));
    for secret in SECRETS {
        assert!(!task.contains(secret) && !policy.contains(secret), "{secret}");
    }
    assert_eq!((task, policy), digests("another-one", "another-password"));
}

#[test]
fn a_secret_that_aws_quotes_is_not_passed_on() {
    let between = Between::start(|operation, _, _| match operation {
        "RegisterTaskDefinition" => Fate::Refused(
            400,
            "ClientException",
            "Invalid value from-the-environment for splunk-token",
        ),
        _ => Fate::Answered,
    });
    let scenario = between.scenario().env("KEY", "from-the-environment");
    scenario.stack(STACK);
    let apply = tells_none(scenario.run("apply stack.yaml --yes --allow-env KEY"));
    apply.exits(6).says("Invalid value (sensitive) for splunk-token");
}

/// A variable that is called like a secret is one, wherever its value is put into.
#[test]
fn a_variable_may_be_a_secret_by_its_name() {
    let scenario = Scenario::new();
    scenario.stack(
        "vars: { db_password: {}, ext_secret: {}, auth_image: { default: \"auth:1\" } }
sampling_rules:
  rule: { Priority: 1, FixedRate: 0, ReservoirSize: 0, ServiceName: \"${var.db_password}\" }
roles:
  backend:
    AssumeRolePolicyDocument:
      Version: \"2012-10-17\"
      Statement:
        - Effect: Allow
          Principal: { AWS: \"210987654321\" }
          Action: sts:AssumeRole
          Condition: { StringEquals: { sts:ExternalId: \"${var.ext_secret}\" } }
    InlinePolicies:
      tagged:
        Version: \"2012-10-17\"
        Statement:
          - { Effect: Allow, Action: \"s3:*\", Resource: \"*\", Condition: { StringEquals: { aws:PrincipalTag/password: hunter2-in-clear } } }
task_definitions:
  backend:
    containerDefinitions:
      - name: app
        image: \"${var.auth_image}\"
        memory: 64
        environment: [{ name: CONN, value: \"${var.db_password}\" }]
        command: [mysql, -uroot, -phunter2-in-clear]
",
    );
    let given = "--local --var db_password=hunter2-in-clear --var ext_secret=p4ssw0rd";
    let run = |line: &str| tells_none(scenario.run(&format!("{line} {given}")));
    run("plan stack.yaml --out plan.json").exits(0).says("auth:1");
    run("plan stack.yaml --format json").exits(0);
    run("apply --plan plan.json --yes").exits(0);
    run("plan stack.yaml --detailed-exitcode").exits(0);
    tells_none(scenario.run("drift stack.yaml --local")).exits(0);
    for address in ["sampling_rules.rule", "roles.backend", "task_definitions.backend"] {
        run(&format!("show stack.yaml {address}")).exits(0);
    }
    // Where nothing but the digest tells that it was one, too.
    let live = "import --live --local --account 123456789012 --region eu-west-1";
    tells_none(scenario.run(live)).exits(0).says("${env.");
    let forgotten = tells_none(scenario.run("check stack.yaml --var hunter2-in-clear"));
    insta::assert_snapshot!(forgotten, @"
    ------- stderr -------
    error: `--var` number 1 names no variable
      = help: write it like NAME=VALUE
    [exit 64]
    ");
    scenario.stack("vars: { r_secret: {} }\nsampling_rules:\n  r: { Priority: 1, FixedRate: \"${var.r_secret}\", ReservoirSize: 0 }\n");
    tells_none(scenario.run("check stack.yaml --var r_secret=hunter2-in-clear")).exits(1);
}

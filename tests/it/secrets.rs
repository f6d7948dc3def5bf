//! What must not be shown, in task definitions and policies: in no output, nor in any tag.

use crate::between::{Between, Fate};
use crate::harness::{Output, Scenario};
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

/// Of a document that AWS quotes, the values are escaped as JSON escapes them.
#[test]
fn a_secret_that_aws_quotes_out_of_a_document_is_not_passed_on_either() {
    let between = Between::start(|operation, _, _| match operation {
        "RegisterTaskDefinition" => Fate::Refused(
            400,
            "ClientException",
            r#"Invalid container: {"value": "cor\"rect\\horse", "other": "p\u00e4ssword-x"}"#,
        ),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(
        r#"task_definitions:
  web:
    containerDefinitions:
      - name: app
        image: web:1
        memory: 64
        environment:
          - { name: DB_PASSWORD, value: 'cor"rect\horse' }
          - { name: API_PASSWORD, value: pässword-x }
"#,
    );
    let apply = scenario.run("apply stack.yaml --yes").exits(6);
    let told = apply.to_string();
    assert!(!told.contains("horse") && !told.contains("ssword-x"), "{told}");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(r#""value": "(sensitive)", "other": "(sensitive)""#), "{told}");
}

//! Plans that are written to a file and carried out as they were reviewed.

use serde_json::json;

use crate::harness::{Output, Scenario};
use crate::others::Others;

const RULES: &str = "\
sampling_rules:
  checkout: { Priority: 100, FixedRate: 0.1, ReservoirSize: 1, URLPath: /checkout }
  health: { Priority: 101, FixedRate: 0, ReservoirSize: 0, URLPath: /health }
";

const SECRETS: &str = "\
task_definitions:
  web:
    containerDefinitions:
      - name: app
        image: shop/web:1
        memory: 128
        environment:
          - { name: DB_PASSWORD, value: correct-horse }
          - { name: SIGNED_WITH, value: \"${env.SIGNING_KEY}\" }
";

fn rules() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(RULES);
    scenario
}

fn applied(scenario: &Scenario, options: &str) -> Output {
    scenario.run(&format!("apply --plan plan.json --local --yes{options}"))
}

#[test]
fn what_was_reviewed_is_carried_out_whatever_the_file_says_now() {
    let scenario = rules();
    scenario.run("plan stack.yaml --local --out plan.json").exits(0).says("Its digest is");
    scenario.edit("stack.yaml", "FixedRate: 0.1", "FixedRate: 0.9");
    insta::assert_snapshot!(applied(&scenario, ""), @"
    shop  account 123456789012  eu-west-1

    + sampling_rules.checkout  not in AWS yet  stack.yaml:5
        FixedRate      0.1
        Priority       100
        ReservoirSize  1
        URLPath        /checkout

    + sampling_rules.health  not in AWS yet  stack.yaml:6
        FixedRate      0
        Priority       101
        ReservoirSize  0
        URLPath        /health

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created sampling_rules.checkout
    created sampling_rules.health
    [exit 0]
    ");
    scenario.stack(RULES);
    scenario.run("plan stack.yaml --local").says("Nothing to do");
    // Even without the file.
    scenario.edit("stack.yaml", "/health }", "/healthz }");
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    std::fs::remove_file(scenario.path("stack.yaml")).unwrap();
    applied(&scenario, "").exits(0).says("/health -> /healthz").says("Applied: 1 changed.");
}

#[test]
fn only_what_the_plan_touches_may_not_have_moved() {
    let scenario = rules();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "FixedRate: 0.1", "FixedRate: 0.2");
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    let others = Others::of(&scenario);
    let update = |name: &str, rate: f64| {
        let change = json!({"SamplingRuleUpdate": {"RuleName": name, "FixedRate": rate}});
        others.xray("UpdateSamplingRule", &change);
    };
    update("health", 0.5);
    update("checkout", 0.7);
    insta::assert_snapshot!(applied(&scenario, ""), @"
    ------- stderr -------
    error: AWS moved since the plan was made, and nothing was changed:
           sampling_rules.checkout was changed: `FixedRate` (AWS says at
           2026-11-22T08:01:00Z)
      = help: plan again to see how it is now
    [exit 5]
    ");
    update("checkout", 0.1);
    applied(&scenario, "").exits(0).says("Applied: 1 changed.");
    // A second time there is nothing left of what it was made for.
    applied(&scenario, "").exits(5).says("`FixedRate`");
}

#[test]
fn a_plan_that_is_not_for_this_is_refused() {
    let scenario = rules();
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    let plan = scenario.read("plan.json");
    for (from, to, says) in [
        ("\"after\": 0.1", "\"after\": 0.9", "its checksum is off"),
        ("eu-west-1", "eu-west-2", "its checksum is off"),
        (env!("CARGO_PKG_VERSION"), "99.0.0", "was made by tracewright 99.0.0"),
    ] {
        scenario.write("plan.json", plan.replacen(from, to, 1));
        applied(&scenario, "").exits(4).says(says);
    }
    for text in ["", "{", "[]", "{\"tracewright\": \"0.1.0\"}", "stack: shop"] {
        scenario.write("plan.json", text);
        applied(&scenario, "").exits(1).says("is not a plan");
    }
    scenario.write("plan.json", &plan);
    applied(&scenario, " --region us-east-1").exits(4).says("the plan is for eu-west-1");
    let elsewhere = "apply --plan plan.json --local=other.json --yes";
    scenario.run(elsewhere).exits(4).says("the plan was made at .tracewright/local.json (local)");
    scenario.run("apply --plan plan.json --yes").exits(4).says("for a local AWS");
    scenario.run("apply --plan plan.json --local --only sampling_rules.*").exits(64);
    scenario.run("apply --local").exits(64);
    assert!(scenario.local_rules("eu-west-1").is_empty());
}

#[test]
fn a_plan_holds_no_secret_and_finds_it_again() {
    let scenario = Scenario::new().env("SIGNING_KEY", "open-sesame");
    scenario.stack(SECRETS);
    let planned =
        scenario.run("plan stack.yaml --local --allow-env SIGNING_KEY --out plan.json").exits(0);
    let plan = scenario.read("plan.json");
    for secret in ["correct-horse", "open-sesame"] {
        assert!(!plan.contains(secret) && !planned.to_string().contains(secret), "{plan}");
    }
    let json: serde_json::Value = serde_json::from_str(&plan).unwrap();
    insta::assert_snapshot!(format!("{:#}", json["steps"][0]["secrets"]), @r#"
    [
      {
        "from": "stack.yaml:11",
        "holder": "file",
        "path": "containerDefinitions.app.environment.DB_PASSWORD"
      },
      {
        "from": "${env.SIGNING_KEY} in stack.yaml:12",
        "holder": "file",
        "path": "containerDefinitions.app.environment.SIGNED_WITH"
      }
    ]
    "#);
    applied(&scenario, "").exits(1).says("`--allow-env SIGNING_KEY`");
    scenario.edit("stack.yaml", "correct-horse", "battery-staple");
    let another = applied(&scenario, " --allow-env SIGNING_KEY");
    assert!(!another.to_string().contains("battery"));
    insta::assert_snapshot!(another, @"
    ------- stderr -------
    error: task_definitions.web: a secret is another one since the plan was made:
           `containerDefinitions.app.environment.DB_PASSWORD` (stack.yaml:11),
           `containerDefinitions.app.environment.SIGNED_WITH` (${env.SIGNING_KEY} in
           stack.yaml:12); nothing was changed
      = help: plan again to see how it is now
    [exit 5]
    ");
    scenario.edit("stack.yaml", "battery-staple", "correct-horse");
    // Nothing else is taken from the file.
    scenario.edit("stack.yaml", "web:1", "web:2");
    applied(&scenario, " --allow-env SIGNING_KEY").exits(0).says("Applied: 1 created.");
    let state = scenario.local_state().to_string();
    for text in ["correct-horse", "open-sesame", "web:1"] {
        assert!(state.contains(text), "{text}");
    }
    assert!(!state.contains("(sensitive)"));
    // What is printed is for everybody, and no secret can be held against it.
    scenario.edit("stack.yaml", "web:2", "web:3");
    let printed =
        scenario.run("plan stack.yaml --local --allow-env SIGNING_KEY --format json").stdout;
    scenario.write("plan.json", printed);
    applied(&scenario, " --allow-env SIGNING_KEY").exits(4).says("was printed and not written");
}

#[test]
fn a_digest_stands_for_the_plan_that_was_reviewed() {
    let scenario = rules();
    let digest = |scenario: &Scenario| {
        scenario.run("plan stack.yaml --local --format json").json()["digest"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let reviewed = digest(&scenario);
    let expecting = format!("apply stack.yaml --local --yes --expect-digest {reviewed}");
    scenario.edit("stack.yaml", "FixedRate: 0.1", "FixedRate: 0.2");
    assert_ne!(digest(&scenario), reviewed);
    scenario.run(&expecting).exits(5).says("is not the plan that was reviewed");
    assert!(scenario.local_rules("eu-west-1").is_empty());
    scenario.stack(RULES);
    scenario.run(&expecting).exits(0).says("Applied: 2 created.");
    // The job may be run again.
    scenario.run(&expecting).exits(0).says("Nothing to do");
}

/// Everybody sees a digest, and nobody is to try guesses on it.
#[test]
fn a_digest_tells_nothing_of_secrets_and_apply_says_so() {
    let scenario = Scenario::new().env("SIGNING_KEY", "open-sesame");
    scenario.stack(SECRETS);
    let planned = || scenario.run("plan stack.yaml --local --allow-env SIGNING_KEY --format json");
    let digest = || planned().json()["digest"].as_str().unwrap().to_owned();
    let reviewed = digest();
    scenario.edit("stack.yaml", "correct-horse", "battery-staple");
    assert_eq!(digest(), reviewed);
    let apply = "apply stack.yaml --local --yes --allow-env SIGNING_KEY --expect-digest";
    insta::assert_snapshot!(scenario.run(&format!("{apply} {reviewed}")).exits(0).stderr, @"
      = help: task_definitions.web: as the file has it now, which no digest tells:
              `containerDefinitions.app.environment.DB_PASSWORD`,
              `containerDefinitions.app.environment.SIGNED_WITH`
    created task_definitions.web
    ");
    // One that was to stay as it is, is another plan.
    scenario.edit("stack.yaml", "web:1", "web:2");
    let reviewed = digest();
    scenario.edit("stack.yaml", "battery-staple", "correct-horse");
    scenario.run(&format!("{apply} {reviewed}")).exits(5).says("not the plan that was reviewed");
}

#[test]
fn a_plan_may_be_about_a_part_of_the_stack() {
    let scenario = rules();
    insta::assert_snapshot!(
        scenario.run("plan stack.yaml --local --only sampling_rules.ch*"), @"
    shop  account 123456789012  eu-west-1

    + sampling_rules.checkout  not in AWS yet  stack.yaml:5
        FixedRate      0.1
        Priority       100
        ReservoirSize  1
        URLPath        /checkout

    left out: sampling_rules.health

    Plan: 1 to create.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes --except *.health").exits(0);
    assert_eq!(scenario.local_rules("eu-west-1"), ["checkout"]);
    let slip = scenario.run("plan stack.yaml --local --only sampling_rules.helth");
    insta::assert_snapshot!(slip, @"
    ------- stderr -------
    error: `sampling_rules.helth` is no resource of `shop`
      = help: did you mean `sampling_rules.health`?
    [exit 1]
    ");
    // A section that is not meant needs no permission, and a deletion is a step as any other.
    scenario.stack("sampling_rules: {}\nroles: {}\n");
    let plan = scenario.run("plan stack.yaml --local --stats --only sampling_rules.checkout");
    assert!(!plan.stderr.contains("iam"), "{plan}");
    plan.exits(4).says("- sampling_rules.checkout");
    scenario.stack(RULES);
    scenario
        .run("plan stack.yaml --local --except sampling_rules.*")
        .exits(0)
        .says("not looked at: sampling_rules")
        .says("Nothing to do in what is looked at (0 resources in step).");
    // Of what is in step nothing is left out, and what a glob may take is looked at.
    scenario.run("apply stack.yaml --local --yes").exits(0);
    for glob in ["*health", "*.health", "sampling_rules.h*", "s*h"] {
        let run = scenario.run(&format!("plan stack.yaml --local --only {glob}")).exits(0);
        run.says("Nothing to do: AWS is as stack.yaml says");
        scenario.run(&format!("drift stack.yaml --local --only {glob}")).exits(0);
    }
}

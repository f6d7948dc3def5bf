//! Saved plans that were asked for in another way than by a stack alone: the way back, drift alone, a
//! part of it.

use serde_json::{Value, json};
use tracewright::plan::checksum;

use crate::between::{Between, Fate};
use crate::harness::{Output, Scenario};
use crate::journal::newest;
use crate::others::Others;

fn family(image: &str, environment: &str) -> String {
    format!(
        "task_definitions:\n  web:\n    containerDefinitions:\n      - {{ name: app, image: \"{image}\", memory: 128, environment: [{environment}] }}\n"
    )
}

fn secret(name: &str, value: &str) -> String {
    format!("{{ name: {name}, value: {value} }}")
}

fn newest_revision(scenario: &Scenario) -> Value {
    let latest =
        Others::of(scenario).ecs("DescribeTaskDefinition", &json!({"taskDefinition": "web"}));
    latest["taskDefinition"]["containerDefinitions"][0].clone()
}

fn applied(scenario: &Scenario) -> Output {
    scenario.run("apply --plan plan.json --local --yes")
}

#[test]
fn the_way_back_is_carried_out_with_the_secrets_that_aws_remembers() {
    let scenario = Scenario::new();
    scenario.stack(&family("web:1", &secret("DB_PASSWORD", "swordfish")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&family("web:2", &secret("DB_PASSWORD", "marlin-blue")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let journal = newest(&scenario);
    scenario.run(&format!("plan --undo {journal} --local --out plan.json")).exits(0);
    let plan = scenario.read("plan.json");
    assert!(!plan.contains("swordfish") && !plan.contains("marlin"), "{plan}");
    applied(&scenario).exits(0).says("Applied: 1 changed.");
    let container = newest_revision(&scenario);
    assert_eq!(container["image"], "web:1");
    assert_eq!(container["environment"][0]["value"], "swordfish");
    // Its journal says what it goes back behind, as that of `apply --undo` does.
    scenario.run("show --journal").exits(0).says(&format!("undoes  {journal}"));
}

#[test]
fn what_stays_as_it_is_in_aws_is_not_asked_of_the_file() {
    let scenario = Scenario::new();
    scenario.stack(&family("web:1", &secret("DB_PASSWORD", "swordfish")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let task = |password: &str| {
        json!({"family": "web", "containerDefinitions": [{
            "name": "app", "image": "web:9", "memory": 128, "essential": true,
            "environment": [{"name": "DB_PASSWORD", "value": password}],
        }]})
    };
    let others = Others::of(&scenario);
    others.ecs("RegisterTaskDefinition", &task("swordfish"));
    // The file has another secret by now, and no drift is that.
    scenario.stack(&family("web:1", &secret("DB_PASSWORD", "marlin-blue")));
    scenario.run("plan stack.yaml --local --only-drift --out plan.json").exits(0);
    let plan = scenario.read("plan.json");
    assert!(plan.contains("\"holder\": \"live\""), "{plan}");
    assert!(!plan.contains("swordfish") && !plan.contains("marlin"), "{plan}");
    applied(&scenario).exits(0).says("Applied: 1 changed.");
    let container = newest_revision(&scenario);
    assert_eq!(container["image"], "web:1");
    assert_eq!(container["environment"][0]["value"], "swordfish");
    // One that AWS changed since is another.
    others.ecs("RegisterTaskDefinition", &task("swordfish"));
    scenario.run("plan stack.yaml --local --only-drift --out plan.json").exits(0);
    others.ecs("RegisterTaskDefinition", &task("open-sesame"));
    applied(&scenario).exits(5);
}

#[test]
fn a_secret_that_only_the_file_has_does_not_empty_the_request() {
    let with_cpu = |environment: &str| {
        family("web:1", environment).replace("  web:\n", "  web:\n    cpu: 256\n    memory: 512\n")
    };
    let scenario = Scenario::new();
    scenario.stack(&with_cpu(""));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let task = json!({"family": "web", "cpu": "512", "memory": "512", "containerDefinitions": [
        {"name": "app", "image": "web:1", "memory": 128, "essential": true},
    ]});
    Others::of(&scenario).ecs("RegisterTaskDefinition", &task);
    scenario.stack(&with_cpu(&secret("DB_PASSWORD", "swordfish")));
    scenario.run("plan stack.yaml --local --only-drift --out plan.json").exits(0);
    assert!(scenario.read("plan.json").contains("DB_PASSWORD"));
    applied(&scenario).exits(0).says("Applied: 1 changed.");
    let latest =
        Others::of(&scenario).ecs("DescribeTaskDefinition", &json!({"taskDefinition": "web"}));
    assert_eq!(latest["taskDefinition"]["cpu"], "256");
    assert_eq!(newest_revision(&scenario)["environment"], json!([]));
}

#[test]
fn what_is_next_is_the_errand_of_the_plan_and_no_other() {
    let between = Between::start(|asked, _, _| match asked {
        "CreateSamplingRule" | "/CreateSamplingRule" => {
            Fate::Refused(400, "RuleLimitExceededException", "Reached the maximum.")
        }
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(
        "vars: { rate: {} }\nsampling_rules:\n  one: { Priority: 1, FixedRate: \"${var.rate}\", ReservoirSize: 0 }\n  two: { Priority: 2, FixedRate: 0, ReservoirSize: 0 }\n",
    );
    let plan = "plan stack.yaml --only sampling_rules.one --var rate=0.1 --out plan.json";
    scenario.run(plan).exits(0);
    let apply = scenario.run("apply --plan plan.json --yes").exits(6);
    apply.says("tracewright apply stack.yaml --var rate=VALUE --only sampling_rules.one\n");
}

#[test]
fn after_a_way_back_that_was_saved_the_way_back_is_next() {
    let between = Between::start(|asked, _, _| match asked {
        "DeleteSamplingRule" => Fate::Refused(400, "InvalidRequestException", "Not now."),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack("sampling_rules: {}\n");
    scenario.run("apply stack.yaml --yes").exits(0);
    scenario.stack("sampling_rules:\n  one: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    scenario.run("apply stack.yaml --yes").exits(0);
    let journal = newest(&scenario);
    scenario.run(&format!("plan --undo {journal} --out plan.json --allow-deletes 1")).exits(0);
    let apply = scenario.run("apply --plan plan.json --yes --allow-deletes 1").exits(6);
    apply.says(&format!("tracewright apply --undo {journal} --allow-deletes 1\n"));
}

/// A plan that somebody made by hand has a checksum that is right, too.
#[test]
fn a_plan_that_this_tool_cannot_have_made_is_refused() {
    let scenario = Scenario::new();
    scenario.stack(&family("web:1", ""));
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    let plan: Value = serde_json::from_str(&scenario.read("plan.json")).unwrap();
    let by_hand = |pointer: &str, value: Value| {
        let mut plan = plan.clone();
        *plan.pointer_mut(pointer).unwrap() = value;
        plan["checksum"] = checksum(&plan).into();
        scenario.write("plan.json", plan.to_string());
        applied(&scenario).exits(1)
    };
    for sent in [json!("x"), json!([1]), json!(1)] {
        by_hand("/steps/0/sent", sent.clone()).says("is not a plan").says("is no document");
        by_hand("/steps/0/document", sent).says("is no document");
    }
    for name in ["../../x", "", ".hidden", "a/b"] {
        by_hand("/stack", json!(name)).says("is no name of a stack");
    }
    // A reviewer knows it by its digest.
    let mut other = plan.clone();
    other["steps"][0]["document"]["cpu"] = json!("1024");
    other["checksum"] = checksum(&other).into();
    scenario.write("plan.json", other.to_string());
    applied(&scenario).exits(4);
    assert!(!scenario.path(".tracewright/journal").exists());
}

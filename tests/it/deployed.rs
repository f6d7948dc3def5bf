//! Images that a deploy pipeline owns, in families that the stack owns.

use serde_json::{Value, json};

use crate::harness::Scenario;
use crate::others::Others;

const STACK: &str = "tags: { project: shop }
task_definitions:
  backend:
    containerDefinitions:
      - { name: app, image: \"shop/backend:1\", image_from: live, memory: 128 }
      - { name: xray, image: \"xray:3\", memory: 64 }
";

fn applied() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(STACK);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

/// What a pipeline does: it reads the newest revision, without its tags, puts its image in, and
/// registers that.
fn deploy(scenario: &Scenario, image: &str, more: &Value) {
    let mut task = json!({"family": "backend", "containerDefinitions": [
        {"name": "app", "image": image, "memory": 128},
        {"name": "xray", "image": "xray:3", "memory": 64},
    ]});
    task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Others::of(scenario).ecs("RegisterTaskDefinition", &task);
}

fn images(scenario: &Scenario) -> Vec<String> {
    let state = scenario.local_state();
    let revisions = &state["accounts"]["123456789012"]["eu-west-1"]["ecs"]["families"]["backend"];
    let text = revisions.to_string();
    text.split("shop/backend:").skip(1).map(|rest| rest[..1].to_owned()).collect()
}

#[test]
fn a_deployed_image_is_neither_drift_nor_a_change() {
    let scenario = applied();
    for image in ["shop/backend:2", "shop/backend:3"] {
        deploy(&scenario, image, &json!({}));
        scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
        scenario
            .run("drift stack.yaml --local")
            .exits(0)
            .says("the image of app is left to the deploy pipeline")
            .says("drift: 1 clean");
    }
    // What else the pipeline changes is drift all the same.
    deploy(&scenario, "shop/backend:4", &json!({"cpu": "512"}));
    scenario.run("drift stack.yaml --local").exits(3).says("cpu");
    scenario.run("apply stack.yaml --local --yes --only-drift").exits(0);
    assert_eq!(images(&scenario), ["1", "2", "3", "4", "4"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn a_change_of_the_file_is_registered_with_the_image_that_is_deployed() {
    let scenario = applied();
    deploy(&scenario, "shop/backend:2", &json!({}));
    scenario.edit("stack.yaml", "memory: 64", "memory: 96");
    scenario.run("drift stack.yaml --local").exits(0).says("drift: 0 clean, 1 pending");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  the file changed  stack.yaml:6
        containerDefinitions.xray
          memory  64 -> 96
        tags.project  (none) -> shop
        backend:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack
        the image of app is left to the deploy pipeline

    Plan: 1 to change.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert_eq!(images(&scenario), ["1", "2", "2"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    // Nor do tags of the file that change wait for another revision.
    deploy(
        &scenario,
        "shop/backend:3",
        &json!({"containerDefinitions": [
            {"name": "app", "image": "shop/backend:3", "memory": 128},
            {"name": "xray", "image": "xray:3", "memory": 96},
        ]}),
    );
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    scenario.edit("stack.yaml", "project: shop", "project: till");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2).says("tags.project");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    // Taken back, the image is the file's again.
    scenario.edit("stack.yaml", ", image_from: live", "");
    scenario
        .run("plan stack.yaml --local --detailed-exitcode")
        .exits(2)
        .says("shop/backend:3 -> shop/backend:1");
}

#[test]
fn a_reviewed_plan_is_not_about_an_image_that_was_deployed_since() {
    let scenario = applied();
    scenario.edit("stack.yaml", "memory: 64", "memory: 96");
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    deploy(&scenario, "shop/backend:2", &json!({}));
    scenario.run("apply --plan plan.json --local --yes").exits(5).says("containerDefinitions");
    assert_eq!(images(&scenario), ["1", "2"]);
}

/// Tags that somebody took off a revision of the stack's own are drift, whoever owns the image.
#[test]
fn tags_that_go_from_our_own_revision_are_drift() {
    let scenario = applied();
    let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:1";
    let gone = json!({"resourceArn": arn, "tagKeys": ["project"]});
    Others::of(&scenario).ecs("UntagResource", &gone);
    scenario.run("drift stack.yaml --local").exits(3).says("tags.project");
    scenario.edit("stack.yaml", "memory: 64", "memory: 96");
    scenario.run("plan stack.yaml --local").exits(0).says("(drift)");
}

#[test]
fn slips_are_told() {
    let scenario = Scenario::new();
    scenario.stack(&STACK.replace("image_from: live", "image_from: latest"));
    scenario.run("check stack.yaml").exits(1).says("`image_from` is `live`, not");
    scenario.stack(&STACK.replace("image: \"shop/backend:1\", ", ""));
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @"
    ------- stderr -------
    error: `image_from: live` needs an `image` beside it
     --> stack.yaml:8:22
      |
    8 |       - { name: app, image_from: live, memory: 128 }
      |                      ^^^^^^^^^^
      |
      = help: it is what the family begins with, before a pipeline has deployed another
    [exit 1]
    ");
}

//! What a reading of the code for the worst case turned up about families of task definitions.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::between::{Between, Fate};
use crate::fake_server::{Answer, FakeServer};
use crate::iam::{applied, nothing_to_do};
use crate::others::Others;

const TASK: &str = "task_definitions:
  backend:
    keep_revisions: 3
    containerDefinitions: [{ name: app, image: \"shop/backend:1\", memory: 128 }]
";

#[test]
fn a_revision_that_is_listed_on_two_pages_is_one() {
    let second = AtomicBool::new(true);
    let tagging = FakeServer::start(move |_| {
        let page = if second.fetch_not(Ordering::SeqCst) { [1, 2] } else { [2, 3] };
        let arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend";
        let list = page.map(|number| serde_json::json!({"ResourceARN": format!("{arn}:{number}")}));
        let token = if page == [1, 2] { "more" } else { "" };
        let answer = serde_json::json!({"ResourceTagMappingList": list, "PaginationToken": token});
        Answer::new(200, answer.to_string())
    });
    let server = Between::start(|_, _, _| Fate::Answered);
    let scenario = server.scenario();
    for image in ["backend:1", "backend:2", "backend:3"] {
        scenario.stack(&TASK.replace("backend:1", image));
        scenario.run("apply stack.yaml --yes").exits(0);
    }
    let paged = scenario.env("AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API", &tagging.endpoint());
    paged.run("plan stack.yaml").exits(0).says("Nothing to do");
}

#[test]
fn no_hash_of_a_secret_that_only_aws_has_is_shown() {
    let scenario = applied(TASK);
    let fingerprint = |scenario: &crate::harness::Scenario| {
        let plan = scenario.run("plan stack.yaml --local --format json --out plan.json").json();
        let written: serde_json::Value = serde_json::from_str(&scenario.read("plan.json")).unwrap();
        [plan, written].map(|plan| plan["steps"][0]["fingerprint"].clone())
    };
    scenario.stack(&TASK.replace("backend:1", "backend:2"));
    let [printed, written] = fingerprint(&scenario);
    assert!(printed.is_object() && printed == written, "{printed}");
    let definition = serde_json::json!({
        "family": "backend",
        "containerDefinitions": [{
            "name": "app", "image": "shop/backend:1", "memory": 128,
            "environment": [{"name": "DB_PASSWORD", "value": "hunter2"}],
        }],
    });
    Others::of(&scenario).ecs("RegisterTaskDefinition", &definition);
    let [printed, written] = fingerprint(&scenario);
    assert!(printed["secrets"].is_null() && written["secrets"].is_string(), "{printed} {written}");
}

#[test]
fn a_family_has_a_name_that_ecs_takes_and_empty_text_is_not_sent() {
    let scenario = crate::harness::Scenario::new();
    scenario.stack(&TASK.replace("  backend:\n", "  \"backend:1\":\n"));
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: the family's name is "backend:1"; AWS does not take that
     --> stack.yaml:6:5
      |
    6 |     keep_revisions: 3
      |     ^
      |
      = help: it has 1 to 255 letters, digits, `-` and `_`; for a placeholder write `${var.NAME}`
    [exit 1]
    "#);
    scenario.stack(&TASK.replace("    keep", "    cpu: \"\"\n    keep"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
}

#[test]
fn show_says_whose_a_family_is_and_finds_what_left_the_file() {
    let read = "{ Version: \"2012-10-17\", Statement: { Effect: Allow, Action: ssm:GetParameter, Resource: \"*\" } }";
    let own = format!("policies:\n  own: {{ Path: /team/, PolicyDocument: {read} }}\n");
    let scenario = applied(&(own + TASK));
    let definition = serde_json::json!({
        "family": "backend",
        "containerDefinitions": [{"name": "app", "image": "shop/backend:9", "memory": 128}],
    });
    Others::of(&scenario).ecs("RegisterTaskDefinition", &definition);
    let show = |address: &str| scenario.run(&format!("show stack.yaml {address} --local")).exits(0);
    show("task_definitions.backend").says("owner     this stack\n");
    scenario.stack(&format!("policies: {{}}\n{TASK}"));
    show("policies.own").says("policy/team/own\n").says("owner     this stack\n");
}

#[test]
fn another_role_for_its_containers_is_widening() {
    let with = |name: &str| {
        let role = format!("    taskRoleArn: {name}\n    keep_revisions");
        TASK.replace("    keep_revisions", &role)
    };
    let scenario = applied(&with("reader"));
    scenario.stack(&with("admin"));
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    plan.says("! task_definitions.backend: may now what the role admin may");
    let gone = scenario.run("destroy stack.yaml --local --yes").exits(0);
    assert!(!gone.stdout.contains("Permissions"), "{gone}");
}

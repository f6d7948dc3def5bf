//! Families that change hands: all their revisions do.

use serde_json::json;

use crate::between::{Between, Fate};
use crate::handed_over::{TASK, apply, is_in_step, other, owner, three_revisions};
use crate::others::Others;

#[test]
fn every_revision_changes_hands_and_the_newest_last() {
    let scenario = three_revisions();
    let newest = TASK.replace("backend:1", "backend:4");
    other(
        &scenario,
        "store",
        &newest
            .replace("  backend:\n", "  backend:\n    from_stack: shop\n    keep_revisions: 3\n"),
    );
    insta::assert_snapshot!(apply(&scenario, "store"), @"
    store  account 123456789012  eu-west-1

    => task_definitions.backend  store.yaml:5
        comes from the stack `shop`; the file changed
        containerDefinitions.app
          image  shop/backend:3 -> shop/backend:4
        deregisters backend:1, as keep_revisions says
        the mark changes hands on backend:2, :3

    Plan: 1 to move.
    Applied: 1 moved.
    ------- stderr -------
    moved task_definitions.backend
    [exit 0]
    ");
    is_in_step(&scenario, "store");
    let others = Others::of(&scenario);
    assert_eq!(others.revisions(), ["backend:2", "backend:3", "backend:4"]);
    scenario.stack("task_definitions: {}\n");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    scenario.run("destroy store.yaml --local --yes").exits(0).says("deregisters backend:2, :3, :4");
    assert!(others.revisions().is_empty());
}

#[test]
fn revisions_that_changed_hands_half_way_are_completed() {
    let between = Between::start(|operation, before, _| match (operation, before) {
        ("TagResource", 1) => Fate::Refused(400, "ClientException", "not today"),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    for image in 1..4 {
        scenario.stack(&TASK.replace("backend:1", &format!("backend:{image}")));
        scenario.run("apply stack.yaml --yes").exits(0);
    }
    let newest = TASK.replace("backend:1", "backend:3");
    other(&scenario, "store", &format!("renamed_from: shop\n{newest}"));
    scenario.run("apply store.yaml --yes").exits(6).says("not today");
    let others = between.others();
    let owners = || [1, 2, 3].map(|n| owner(&others, &format!("backend:{n}")));
    assert_eq!(owners(), ["store", "shop", "shop"]);
    scenario.run("apply store.yaml --yes").exits(0).says("1 moved");
    assert_eq!(owners(), ["store", "store", "store"]);
    // And where only an old one was left.
    others.ecs("TagResource", &json!({"resourceArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:2", "tags": [{"key": "tracewright:stack", "value": "shop"}]}));
    scenario.run("apply store.yaml --yes").exits(0).says("1 moved");
    assert_eq!(owners(), ["store", "store", "store"]);
    scenario.run("plan store.yaml --detailed-exitcode").exits(0).says("nothing carries the mark");
}

//! What changes hands: a stack gets another name, a resource another stack, and a key in the file
//! another word. The mark changes, and nothing is deleted and made anew.

use serde_json::json;

use crate::between::{Between, Fate};
use crate::harness::{Output, Scenario};
use crate::iam::{BACKEND, applied, nothing_to_do};
use crate::others::Others;
use crate::ownership::by_hand;

pub(crate) const RULES: &str = "sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1 }
  health: { Priority: 20, FixedRate: 0, ReservoirSize: 0 }
";

pub(crate) const TASK: &str = "task_definitions:
  backend:
    containerDefinitions: [{ name: app, image: \"shop/backend:1\", memory: 128 }]
";

/// Writes another stack's file, with this below its envelope's region.
pub(crate) fn other(scenario: &Scenario, name: &str, sections: &str) {
    scenario.write(
        &format!("{name}.yaml"),
        format!("stack: {name}\naccount: \"123456789012\"\nregion: eu-west-1\n{sections}"),
    );
}

pub(crate) fn apply(scenario: &Scenario, file: &str) -> Output {
    scenario.run(&format!("apply {file}.yaml --local --yes"))
}

pub(crate) fn is_in_step(scenario: &Scenario, file: &str) {
    let plan = format!("plan {file}.yaml --local --detailed-exitcode");
    scenario.run(&plan).exits(0).says("Nothing to do");
}

/// Who has a revision, by its tag.
pub(crate) fn owner(others: &Others, revision: &str) -> String {
    let described = others
        .ecs("DescribeTaskDefinition", &json!({"taskDefinition": revision, "include": ["TAGS"]}));
    let tags = described["tags"].as_array().unwrap().iter();
    let mut mark = tags.filter(|tag| tag["key"] == "tracewright:stack");
    mark.next().map_or("", |tag| tag["value"].as_str().unwrap()).to_owned()
}

/// Three revisions of a family, the last two marked again by a change of their image.
pub(crate) fn three_revisions() -> Scenario {
    let scenario = applied(TASK);
    for image in 2..4 {
        scenario.stack(&TASK.replace("backend:1", &format!("backend:{image}")));
        apply(&scenario, "stack").exits(0);
    }
    scenario
}

#[test]
fn a_stack_gets_another_name() {
    let scenario = applied(&format!("{BACKEND}{RULES}{TASK}"));
    let health = "  health: { Priority: 20, FixedRate: 0, ReservoirSize: 0 }\n";
    let fewer = RULES.replace(health, "").replace("0.5", "0.6");
    other(&scenario, "store", &format!("renamed_from: shop\n{BACKEND}{fewer}{TASK}"));
    insta::assert_snapshot!(apply(&scenario, "store"), @"
    store  account 123456789012  eu-west-1

    - sampling_rules.health
        no longer in the file; carries the mark of `shop`, as this stack was called
        FixedRate      0
        Priority       20
        ReservoirSize  0

    => policies.read-parameters  store.yaml:6
        carries the mark of `shop@eu-west-1`, as this stack was called

    => roles.backend  store.yaml:12
        carries the mark of `shop@eu-west-1`, as this stack was called

    => sampling_rules.checkout  store.yaml:22
        carries the mark of `shop`, as this stack was called; the file changed
        FixedRate  0.5 -> 0.6

    => task_definitions.backend  store.yaml:24
        carries the mark of `shop`, as this stack was called

    Plan: 1 to delete, 4 to move.
    Applied: 1 deleted, 4 moved.
    ------- stderr -------
    moved sampling_rules.checkout
    deleted sampling_rules.health
    moved policies.read-parameters
    moved roles.backend
    moved task_definitions.backend
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("plan store.yaml --local"), @"
    store  account 123456789012  eu-west-1

    note: nothing carries the mark of `shop`: if that is how it is spelled,
    `renamed_from` can go

    Nothing to do: AWS is as store.yaml says (4 resources).
    [exit 0]
    ");
    // The old file has nothing more to do with any of it.
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("nothing in AWS belongs to");
    scenario.run("plan stack.yaml --local").exits(0).says("belongs to the stack `store`");
    scenario.run("destroy store.yaml --local --yes").exits(0).says("4 deleted");
}

#[test]
fn a_saved_plan_and_a_program_see_where_it_comes_from() {
    let scenario = applied(&format!("{BACKEND}{RULES}"));
    other(&scenario, "store", &format!("renamed_from: [older, shop]\n{BACKEND}{RULES}"));
    let plan = scenario.run("plan store.yaml --local --out p.json --format json").exits(0).json();
    let from = |at: usize| plan["steps"][at]["moved_from"].as_str().unwrap().to_owned();
    assert_eq!((from(0), from(2)), ("shop@eu-west-1".to_owned(), "shop".to_owned()));
    assert_eq!(plan["summary"]["move"], 4);
    scenario.run("apply --plan p.json --local --yes").exits(0).says("Applied: 4 moved.");
    is_in_step(&scenario, "store");
}

#[test]
fn what_the_old_name_left_in_other_sections_is_named_and_destroyed_with_the_rest() {
    let scenario = applied(&format!("{BACKEND}{RULES}{TASK}"));
    other(&scenario, "store", &format!("renamed_from: shop\n{RULES}"));
    insta::assert_snapshot!(apply(&scenario, "store").exits(0).stdout, @"
    store  account 123456789012  eu-west-1

    => sampling_rules.checkout  store.yaml:6
        carries the mark of `shop`, as this stack was called

    => sampling_rules.health  store.yaml:7
        carries the mark of `shop`, as this stack was called

    note: what still carries the mark of `shop` in sections that the file does not
    have is left as it is: policies.read-parameters, roles.backend,
    task_definitions.backend

    Plan: 2 to move.
    Applied: 2 moved.
    ");
    assert_eq!(Others::of(&scenario).roles(), ["backend"]);
    insta::assert_snapshot!(scenario.run("destroy store.yaml --local --yes").exits(0).stderr, @"
    deleted sampling_rules.checkout
    deleted sampling_rules.health
    deleted task_definitions.backend
    deleted roles.backend
    deleted policies.read-parameters
    ");
    assert!(Others::of(&scenario).roles().is_empty());
}

#[test]
fn a_resource_goes_from_one_stack_to_another() {
    let scenario = applied(&format!("{BACKEND}{RULES}{TASK}"));
    let take = |text: &str| {
        let text = text.replace("Priority: 10", "from_stack: shop, Priority: 10");
        let text = text.replace("\n  backend:\n", "\n  backend:\n    from_stack: shop\n");
        text.replace("  read-parameters:\n", "  read-parameters:\n    from_stack: shop\n")
    };
    let checkout = RULES.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    let sections = take(&format!("{BACKEND}{checkout}{TASK}"));
    other(&scenario, "store", &sections.replace("128", "256"));
    insta::assert_snapshot!(apply(&scenario, "store"), @"
    store  account 123456789012  eu-west-1

    => policies.read-parameters  comes from the stack `shop@eu-west-1`  store.yaml:5

    => roles.backend  comes from the stack `shop@eu-west-1`  store.yaml:12

    => sampling_rules.checkout  comes from the stack `shop`  store.yaml:23

    => task_definitions.backend  store.yaml:25
        comes from the stack `shop`; the file changed
        containerDefinitions.app
          memory  128 -> 256

    Plan: 4 to move.
    Applied: 4 moved.
    ------- stderr -------
    moved policies.read-parameters
    moved sampling_rules.checkout
    moved task_definitions.backend
    moved roles.backend
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("plan store.yaml --local").exits(0).stdout, @"
    store  account 123456789012  eu-west-1

    note: policies.read-parameters is this stack's: its `from_stack: shop` can go

    note: roles.backend is this stack's: its `from_stack: shop` can go

    note: sampling_rules.checkout is this stack's: its `from_stack: shop` can go

    note: task_definitions.backend is this stack's: its `from_stack: shop` can go

    Nothing to do: AWS is as store.yaml says (4 resources).
    ");
    // The giver's file has them still: it may not touch them.
    scenario.run("plan stack.yaml --local").exits(0).says("Plan: 4 blocked.");
    scenario.stack("sampling_rules:\n  health: { Priority: 20, FixedRate: 0, ReservoirSize: 0 }\npolicies: {}\nroles: {}\ntask_definitions: {}\n");
    nothing_to_do(&scenario);
}

#[test]
fn the_giver_hands_over_itself() {
    let scenario = three_revisions();
    scenario.stack(&format!("{BACKEND}{RULES}"));
    apply(&scenario, "stack").exits(0);
    let given = "moved:
  sampling_rules.checkout: store
  roles.backend: store
  policies.read-parameters: store
  task_definitions.backend: store
";
    let rest = "sampling_rules:\n  health: { Priority: 20, FixedRate: 0, ReservoirSize: 0 }\n";
    scenario.stack(&format!("{given}{rest}"));
    insta::assert_snapshot!(apply(&scenario, "stack"), @"
    shop  account 123456789012  eu-west-1

    => policies.read-parameters  goes to the stack `store`, as `moved` says

    => roles.backend  goes to the stack `store`, as `moved` says

    => sampling_rules.checkout  goes to the stack `store`, as `moved` says

    => task_definitions.backend  goes to the stack `store`, as `moved` says
        the mark changes hands on backend:1, :2, :3

    Plan: 4 to move.
    Applied: 4 moved.
    ------- stderr -------
    moved policies.read-parameters
    moved roles.backend
    moved sampling_rules.checkout
    moved task_definitions.backend
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local").exits(0).stdout, @"
    shop  account 123456789012  eu-west-1

    note: nothing to give: policies.read-parameters carries no mark of this stack;
    `moved` to `store` can go

    note: nothing to give: roles.backend carries no mark of this stack; `moved` to
    `store` can go

    note: nothing to give: sampling_rules.checkout carries no mark of this stack;
    `moved` to `store` can go

    note: nothing to give: task_definitions.backend carries no mark of this stack;
    `moved` to `store` can go

    Nothing to do: AWS is as stack.yaml says (1 resource).
    ");
    let others = Others::of(&scenario);
    for revision in 1..4 {
        assert_eq!(owner(&others, &format!("backend:{revision}")), "store");
    }
    // They are the other's as they were, its digest too.
    let checkout = RULES.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    other(
        &scenario,
        "store",
        &format!("{BACKEND}{checkout}{TASK}").replace("backend:1", "backend:3"),
    );
    is_in_step(&scenario, "store");
    scenario.edit("store.yaml", "FixedRate: 0.5", "FixedRate: 0.6");
    scenario.run("plan store.yaml --local").exits(0).says("the file changed");
    // What is destroyed is not what was given, nor what is to be.
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Applied: 1 deleted.");
    assert_eq!(others.revisions().len(), 3);
}

#[test]
fn what_is_to_be_given_is_not_destroyed() {
    let scenario = applied(RULES);
    scenario.stack(&format!(
        "moved: {{ sampling_rules.checkout: store }}\n{}",
        RULES.replace("  checkout", "  # ")
    ));
    let destroy = scenario.run("destroy stack.yaml --local --yes").exits(0);
    destroy.says("Applied: 1 deleted, 1 moved.");
    assert_eq!(scenario.local_rules("eu-west-1"), ["checkout"]);
}

#[test]
fn a_mark_that_is_nobodys_who_was_named_stays() {
    let scenario = applied(RULES);
    by_hand(&scenario, "loose", 30);
    other(
        &scenario,
        "store",
        "sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1, from_stack: third }
  loose: { Priority: 30, FixedRate: 0.5, ReservoirSize: 1, URLPath: /checkout, from_stack: shop }
  nowhere: { Priority: 40, FixedRate: 0.5, ReservoirSize: 1, from_stack: shop }
",
    );
    insta::assert_snapshot!(apply(&scenario, "store"), @"
    store  account 123456789012  eu-west-1

    + sampling_rules.nowhere  not in AWS yet  store.yaml:7
        FixedRate      0.5
        Priority       40
        ReservoirSize  1

    ! sampling_rules.checkout  store.yaml:5
        belongs to the stack `shop`, neither to this one nor to `third`, which
        `from_stack` names

    ! sampling_rules.loose  store.yaml:6
        exists without a mark of ours; take it over with
        `--adopt sampling_rules.loose`

    Plan: 1 to create, 2 blocked.
    ------- stderr -------
    error: resources are blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    ");
}

#[test]
fn a_run_that_is_cut_short_leaves_on_record_that_two_names_are_one() {
    let between = Between::start(|operation, before, _| match (operation, before) {
        ("DeleteSamplingRule", 0) => Fate::Refused(400, "InvalidRequestException", "not today"),
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(RULES);
    scenario.run("apply stack.yaml --yes").exits(0);
    let checkout = RULES.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    other(&scenario, "store", &format!("renamed_from: shop\n{checkout}"));
    let apply = scenario.run("apply store.yaml --yes").exits(6);
    insta::assert_snapshot!(apply.stderr, @"
    failed  sampling_rules.health: xray:DeleteSamplingRule failed at http://127.0.0.1:[PORT]: the answer (HTTP 400) is not one of AWS's
      = help: if AWS_ENDPOINT_URL is set, the server there may not know this service
      = help: `tracewright show --journal` says what this run did, and how to go
              back
    ");
    scenario.run("apply store.yaml --yes").exits(0).says("1 deleted, 1 moved");
}

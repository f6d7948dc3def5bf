//! References to ARNs that only AWS knows: the number of a revision.

use serde_json::json;

use crate::harness::Scenario;
use crate::others::Others;

/// A family whose container is told the revision of another one, and a third that is told of the second.
const FAMILIES: &str = "task_definitions:
  worker:
    containerDefinitions: [{ name: app, image: \"worker:1\", memory: 64 }]
  runner:
    containerDefinitions:
      - name: app
        image: runner:1
        memory: 64
        environment: [{ name: RUNS, value: \"task=${task_definition.worker.arn}\" }]
  audit:
    containerDefinitions:
      - name: app
        image: audit:1
        memory: 64
        environment: [{ name: RUNS, value: \"${task_definition.runner.arn}\" }]
";

fn applied() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(FAMILIES);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

/// What the container of a family is told in AWS.
fn told(scenario: &Scenario, family: &str) -> String {
    let answer =
        Others::of(scenario).ecs("DescribeTaskDefinition", &json!({"taskDefinition": family}));
    let container = &answer["taskDefinition"]["containerDefinitions"][0];
    container["environment"][0]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_family_follows_the_revision_of_another() {
    let scenario = applied();
    nothing_to_do(&scenario);
    assert!(told(&scenario, "runner").contains("task-definition/worker:1"));
    // A change of the first makes all three anew, each with the revision that came just before it.
    scenario.edit("stack.yaml", "worker:1\"", "worker:2\"");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.audit  follows task_definitions.runner  stack.yaml:13
        containerDefinitions.app
          environment.RUNS
            - arn:aws:ecs:eu-west-1:123456789012:task-definition/runner:1
            + ${task_definition.runner.arn}

    ~ task_definitions.runner  follows task_definitions.worker  stack.yaml:7
        containerDefinitions.app
          environment.RUNS
            - task=arn:aws:ecs:eu-west-1:123456789012:task-definition/worker:1
            + task=${task_definition.worker.arn}

    ~ task_definitions.worker  the file changed  stack.yaml:5
        containerDefinitions.app
          image  worker:1 -> worker:2

    Plan: 3 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.audit  follows task_definitions.runner  stack.yaml:13
        containerDefinitions.app
          environment.RUNS
            - arn:aws:ecs:eu-west-1:123456789012:task-definition/runner:1
            + ${task_definition.runner.arn}

    ~ task_definitions.runner  follows task_definitions.worker  stack.yaml:7
        containerDefinitions.app
          environment.RUNS
            - task=arn:aws:ecs:eu-west-1:123456789012:task-definition/worker:1
            + task=${task_definition.worker.arn}

    ~ task_definitions.worker  the file changed  stack.yaml:5
        containerDefinitions.app
          image  worker:1 -> worker:2

    Plan: 3 to change.
    Applied: 3 changed.
    ------- stderr -------
    changed task_definitions.worker
    changed task_definitions.runner
    changed task_definitions.audit
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert!(
        told(&scenario, "runner")
            .contains("task=arn:aws:ecs:eu-west-1:123456789012:task-definition/worker:2")
    );
    assert!(told(&scenario, "audit").contains("task-definition/runner:2"));
}

#[test]
fn tags_alone_make_no_revision_and_change_nothing_that_follows() {
    let scenario = applied();
    scenario.edit("stack.yaml", "  worker:\n", "  worker:\n    tags: { team: shop }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 changed");
    nothing_to_do(&scenario);
}

#[test]
fn what_is_left_out_keeps_its_revision() {
    let scenario = applied();
    scenario.edit("stack.yaml", "worker:1\"", "worker:2\"");
    scenario.edit("stack.yaml", "runner:1", "runner:2");
    scenario.run("apply stack.yaml --local --yes --only task_definitions.runner").exits(0);
    assert!(told(&scenario, "runner").contains("task-definition/worker:1"));
    // What is not there yet, and is left out, has no ARN that could be written.
    let scenario = Scenario::new();
    scenario.stack(FAMILIES);
    insta::assert_snapshot!(
        scenario.run("apply stack.yaml --local --yes --only task_definitions.runner"), @"
    shop  account 123456789012  eu-west-1

    + task_definitions.runner  not in AWS yet  stack.yaml:7
        containerDefinitions.app
          environment.RUNS  task=${task_definition.worker.arn}
          image             runner:1
          memory            64

    note: task_definitions.runner needs task_definitions.worker, which is not in AWS
    yet and is left out

    left out: task_definitions.audit, task_definitions.worker

    Plan: 1 to create.
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     task_definitions.runner: carrying it out failed: what
                 ${task_definition.worker.arn} stands for is not known, and nothing
                 was done
    Next:
      tracewright apply stack.yaml --only task_definitions.runner --local
    ------- stderr -------
    failed  task_definitions.runner: carrying it out failed: what ${task_definition.worker.arn} stands for is not known, and nothing was done
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    "
    );
}

#[test]
fn a_saved_plan_has_the_hole_and_its_run_fills_it() {
    let scenario = applied();
    scenario.edit("stack.yaml", "worker:1\"", "worker:2\"");
    scenario.run("plan stack.yaml --local --out plan.json").exits(0);
    assert!(scenario.read("plan.json").contains("task=${task_definition.worker.arn}"));
    scenario.run("apply --plan plan.json --local --yes").exits(0);
    nothing_to_do(&scenario);
}

#[test]
fn what_follows_something_that_could_not_be_read_is_unknown_too() {
    let scenario = applied();
    let refused = json!({"refused": {"code": "InvalidParameterException", "message": "no"}});
    let rule = json!({"call": "ecs:DescribeTaskDefinition", "nth": 3, "effect": refused});
    let faults = json!({"rules": [rule]}).to_string();
    let plan = scenario
        .run_in(&["plan", "stack.yaml", "--local"], &[("TRACEWRIGHT_LOCAL_FAULTS", &faults)]);
    insta::assert_snapshot!(plan, @"
    shop  account 123456789012  eu-west-1

    ? task_definitions.runner
        not known: it refers to task_definitions.worker, which could not be read
    ? task_definitions.worker
        not known: ecs:DescribeTaskDefinition failed: InvalidParameterException: no

    Plan: 2 not known.
    [exit 7]
    ");
}

#[test]
fn a_revision_that_somebody_else_registered_is_left_behind_by_all_that_follow() {
    let scenario = applied();
    let answer =
        Others::of(&scenario).ecs("DescribeTaskDefinition", &json!({"taskDefinition": "worker"}));
    let containers = json!([{"name": "app", "image": "worker:theirs", "memory": 64}]);
    Others::of(&scenario).ecs(
        "RegisterTaskDefinition",
        &json!({"family": answer["taskDefinition"]["family"], "containerDefinitions": containers}),
    );
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    = task_definitions.runner  the file changed  stack.yaml:7
        containerDefinitions.app.environment.RUNS  (+ is the file's, - AWS's)  (pending)
          - task=arn:aws:ecs:eu-west-1:123456789012:task-definition/worker:1
          + task=arn:aws:ecs:eu-west-1:123456789012:task-definition/worker:2

    ~ task_definitions.worker  AWS changed since the last apply  stack.yaml:5
        last changed in AWS at 2026-11-22T08:01:00Z
        containerDefinitions.app.image  file worker:1, AWS worker:theirs  (drift)
        worker:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack; if its image is a deployment's,
        say `image_from: live` beside it

    drift: 1 clean, 1 drifted, 1 pending
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept task_definitions.worker --local`
              takes it into the file
    [exit 3]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    assert!(told(&scenario, "runner").contains("task-definition/worker:3"));
    nothing_to_do(&scenario);
}

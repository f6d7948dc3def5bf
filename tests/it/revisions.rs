//! Whose a family is: a deployment's revisions among the stack's, families of others, and what is
//! left of those that went.

use serde_json::{Value, json};

use crate::harness::Scenario;
use crate::others::Others;
use crate::task_definitions::BACKEND;

/// What a deployment does: it takes the newest revision and puts another image in.
fn deploy(scenario: &Scenario, image: &str) {
    register(
        scenario,
        &json!({"family": "backend", "networkMode": "awsvpc", "cpu": "256",
        "memory": "512", "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [
            {"name": "xray", "image": "public.ecr.aws/xray/aws-xray-daemon:3.3.13",
             "portMappings": [{"containerPort": 2000, "protocol": "udp"}]},
            {"name": "app", "image": image, "portMappings": [{"containerPort": 8080}],
             "environment": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "STAGE", "value": "prod"}]},
        ]}),
    );
}

fn register(scenario: &Scenario, input: &Value) {
    Others::of(scenario).ecs("RegisterTaskDefinition", input);
}

fn applied() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

#[test]
fn a_deployments_revision_is_drift_and_says_who_registered_it() {
    let scenario = applied();
    deploy(&scenario, "shop/backend:2");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  AWS changed since the last apply  stack.yaml:5
        containerDefinitions.app
          image  shop/backend:2 -> shop/backend:1  (drift)
        tags.team  (none) -> shop  (drift)
        backend:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack; if its image is a deployment's,
        say `image_from: live` beside it

    Plan: 1 to change.
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml task_definitions.backend --local"), @r#"
    task_definitions.backend  stack.yaml:5
      name      backend
      arn       arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:2
      changed   2026-11-22T08:01:00Z
      owner     this stack

      containerDefinitions.app.environment.LOG_LEVEL  info
      containerDefinitions.app.environment.STAGE  prod
      containerDefinitions.app.name             app
      containerDefinitions.app.portMappings.8080/tcp.containerPort  8080
      containerDefinitions.xray.image           public.ecr.aws/xray/aws-xray-daemon:3.3.13
      containerDefinitions.xray.name            xray
      containerDefinitions.xray.portMappings.2000/udp.containerPort  2000
      containerDefinitions.xray.portMappings.2000/udp.protocol  udp
      cpu                                       256
      family                                    backend
      memory                                    512
      networkMode                               awsvpc
      requiresCompatibilities                   ["FARGATE"]
      containerDefinitions.app.image
        file shop/backend:1
        AWS  shop/backend:2
      tags.team                                 file shop, AWS (none)
    [exit 0]
    "#);
    // The file gets the deployment's image.
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  AWS changed since the last apply  stack.yaml:5
        tags.team  (none) -> shop  (drift)
        backend:2 was registered by arn:aws:iam::123456789012:user/local at
        2026-11-22T08:01:00Z, outside of this stack

    Plan: 1 to change.
    [exit 0]
    ");
    // Or the stack's own image comes back, in a revision of its own.
    scenario.edit("stack.yaml", "backend:2", "backend:1");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 changed");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1", "backend:2", "backend:3"]);
}

#[test]
fn a_family_without_a_mark_is_blocked_until_adopted() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    deploy(&scenario, "shop/backend:0");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ! task_definitions.backend  stack.yaml:5
        exists without a mark of ours; take it over with
        `--adopt task_definitions.backend`
        containerDefinitions.app
          image  shop/backend:0 -> shop/backend:1
        tags.team  (none) -> shop

    Plan: 1 blocked.
    ------- stderr -------
    error: a resource is blocked; nothing was changed
      = help: the plan above says of each why, and the way out
    [exit 4]
    ");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --adopt task_definitions.backend"), @"
    shop  account 123456789012  eu-west-1

    > task_definitions.backend  stack.yaml:5
        exists without a mark, and is to be adopted
        containerDefinitions.app
          image  shop/backend:0 -> shop/backend:1
        tags.team  (none) -> shop

    Plan: 1 to adopt.
    Applied: 1 adopted.
    ------- stderr -------
    adopted task_definitions.backend
    [exit 0]
    ");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1", "backend:2"]);
}

#[test]
fn an_equal_family_is_adopted_by_its_tags_alone() {
    let scenario = Scenario::new();
    scenario.stack(&BACKEND.replace("    tags: { team: shop }\n", ""));
    deploy(&scenario, "shop/backend:1");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --adopt task_definitions.backend"), @"
    shop  account 123456789012  eu-west-1

    > task_definitions.backend  stack.yaml:5
        exists without a mark, and is to be adopted

    Plan: 1 to adopt.
    Applied: 1 adopted.
    ------- stderr -------
    adopted task_definitions.backend
    [exit 0]
    ");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1"]);
}

#[test]
fn another_stacks_family_is_not_touched() {
    let scenario = applied();
    scenario.edit("stack.yaml", "stack: shop", "stack: other");
    scenario
        .run("apply stack.yaml --local --yes --adopt task_definitions.backend")
        .exits(4)
        .says("belongs to the stack `shop`");
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Nothing to do");
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1"]);
}

#[test]
fn a_plan_to_remove_a_family_is_not_about_a_revision_that_came_since() {
    let scenario = applied();
    let envelope = scenario.read("stack.yaml");
    let envelope = envelope.split("task_definitions:").next().unwrap();
    let sidecar = "  sidecar: { containerDefinitions: [{ name: a, image: a:1, memory: 64 }] }";
    scenario.write("gone.yaml", format!("{envelope}task_definitions:\n{sidecar}\n"));
    scenario.write("stack.yaml", format!("{}{sidecar}\n", scenario.read("stack.yaml")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let plan = "plan gone.yaml --local --allow-deletes 1 --out plan.json";
    scenario.run(plan).exits(0);
    scenario.edit("stack.yaml", "shop/backend:1", "shop/backend:2");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let apply = "apply --plan plan.json --local --yes --allow-deletes 1";
    scenario.run(apply).exits(5).says("nothing was changed");
    // The same, where the newer one is as the older one was.
    scenario.edit("stack.yaml", "shop/backend:2", "shop/backend:1");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run(apply).exits(5).says("its ARN");
    scenario.run(plan).exits(0);
    scenario.run(apply).exits(0);
}

#[test]
fn a_family_that_goes_leaves_the_revisions_of_others() {
    let scenario = applied();
    deploy(&scenario, "shop/backend:2");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    deploy(&scenario, "shop/backend:4");
    deploy(&scenario, "shop/backend:5");
    scenario.stack("task_definitions: {}\nsampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --allow-deletes 1"), @r#"
    shop  account 123456789012  eu-west-1

    - task_definitions.backend  no longer in the file
        containerDefinitions.app
          environment.LOG_LEVEL                info
          environment.STAGE                    prod
          image                                shop/backend:1
          portMappings.8080/tcp.containerPort  8080
        containerDefinitions.xray
          image
            public.ecr.aws/xray/aws-xray-daemon:3.3.13
          portMappings.2000/udp.containerPort  2000
        cpu                      256
        memory                   512
        networkMode              awsvpc
        requiresCompatibilities  ["FARGATE"]
        tags.team                shop
        deregisters backend:1, :3
        leaves backend:2, :4, :5 without a mark of ours: they stay

    + sampling_rules.r  not in AWS yet  stack.yaml:6
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to delete, 1 to create.
    Applied: 1 deleted, 1 created.
    ------- stderr -------
    created sampling_rules.r
    deleted task_definitions.backend
    [exit 0]
    "#);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:2", "backend:4", "backend:5"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn a_destroyed_stack_leaves_the_revisions_of_others() {
    let scenario = applied();
    deploy(&scenario, "shop/backend:2");
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    - task_definitions.backend  the stack is being destroyed
        containerDefinitions.app
          environment.LOG_LEVEL                info
          environment.STAGE                    prod
          image                                shop/backend:1
          portMappings.8080/tcp.containerPort  8080
        containerDefinitions.xray
          image
            public.ecr.aws/xray/aws-xray-daemon:3.3.13
          portMappings.2000/udp.containerPort  2000
        cpu                      256
        memory                   512
        networkMode              awsvpc
        requiresCompatibilities  ["FARGATE"]
        tags.team                shop
        deregisters backend:1
        leaves backend:2 without a mark of ours: it stays

    Plan: 1 to delete.
    Applied: 1 deleted.
    ------- stderr -------
    deleted task_definitions.backend
    [exit 0]
    "#);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:2"]);
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Nothing to do");
}

#[test]
fn a_family_of_which_nothing_is_active_is_registered_anew() {
    let scenario = applied();
    let others = Others::of(&scenario);
    others.ecs("DeregisterTaskDefinition", &json!({"taskDefinition": "backend:1"}));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("not in AWS yet");
    assert_eq!(others.revisions(), ["backend:2"]);
    others.ecs("DeregisterTaskDefinition", &json!({"taskDefinition": "backend:2"}));
    others.ecs("DeleteTaskDefinitions", &json!({"taskDefinitions": ["backend:1", "backend:2"]}));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 created");
    assert_eq!(others.revisions(), ["backend:3"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    // What is marked and no longer ACTIVE is not the stack's to take away.
    others.ecs("DeregisterTaskDefinition", &json!({"taskDefinition": "backend:3"}));
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("Nothing to do");
}

#[test]
fn keep_revisions_counts_the_stacks_own_alone() {
    let scenario = applied();
    deploy(&scenario, "shop/backend:2");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "    cpu:", "    keep_revisions: 1\n    cpu:");
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(0)
        .says("deregisters backend:1, as keep_revisions says");
    assert_eq!(Others::of(&scenario).revisions(), ["backend:2", "backend:3"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    // Behind a deployment's revision too.
    deploy(&scenario, "shop/backend:9");
    scenario.edit("stack.yaml", "backend:1", "backend:10");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("deregisters backend:3");
    assert_eq!(Others::of(&scenario).revisions(), ["backend:2", "backend:4", "backend:5"]);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn a_family_whose_name_begins_like_anothers_is_another() {
    let scenario = applied();
    register(
        &scenario,
        &json!({"family": "backend-worker", "containerDefinitions": [
        {"name": "app", "image": "shop/worker:1", "memory": 128}]}),
    );
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("deregisters backend:1");
    assert_eq!(Others::of(&scenario).revisions(), ["backend-worker:1"]);
}

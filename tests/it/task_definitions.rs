//! A family from its first revision to its last: what a plan shows of a change, and what it takes.

use crate::harness::{Scenario, cost};
use crate::others::Others;

/// A Flask backend with the X-Ray daemon beside it.
pub(crate) const BACKEND: &str = "task_definitions:
  backend:
    networkMode: awsvpc
    requiresCompatibilities: [FARGATE]
    cpu: \"256\"
    memory: \"512\"
    tags: { team: shop }
    containerDefinitions:
      - name: xray
        image: public.ecr.aws/xray/aws-xray-daemon:3.3.13
        essential: true
        portMappings: [{ containerPort: 2000, protocol: udp }]
      - name: app
        image: shop/backend:1
        environment:
          - { name: LOG_LEVEL, value: info }
          - { name: STAGE, value: prod }
        portMappings: [{ containerPort: 8080 }]
";

fn applied() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

#[test]
fn a_family_is_registered_changed_and_taken_out() {
    let scenario = Scenario::new();
    scenario.stack(BACKEND);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    + task_definitions.backend  not in AWS yet  stack.yaml:5
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

    Plan: 1 to create.
    Applied: 1 created.
    ------- stderr -------
    created task_definitions.backend
    [exit 0]
    "#);
    nothing_to_do(&scenario);

    scenario.edit("stack.yaml", "backend:1", "backend:2");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local --detailed-exitcode"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  the file changed  stack.yaml:5
        containerDefinitions.app
          image  shop/backend:1 -> shop/backend:2

    Plan: 1 to change.
    [exit 2]
    ");
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    insta::assert_snapshot!(cost(&apply.stderr), @"
    stats: ecs  DescribeTaskDefinition 3, RegisterTaskDefinition 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 5
    ");
    nothing_to_do(&scenario);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1", "backend:2"]);

    scenario.stack("task_definitions: {}\nsampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --allow-deletes 1"), @r#"
    shop  account 123456789012  eu-west-1

    - task_definitions.backend  no longer in the file
        containerDefinitions.app
          environment.LOG_LEVEL                info
          environment.STAGE                    prod
          image                                shop/backend:2
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
        deregisters backend:1, :2

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
    assert!(Others::of(&scenario).revisions().is_empty());
    nothing_to_do(&scenario);
}

#[test]
fn each_change_is_shown_alone_and_registered_once() {
    let scenario = applied();
    let changes = [
        ("backend:1", "backend:2", "containerDefinitions.app.image"),
        ("value: info", "value: debug", "containerDefinitions.app.environment.LOG_LEVEL"),
        (
            "name: STAGE",
            "name: STEP",
            "containerDefinitions.app.environment.STAGE containerDefinitions.app.environment.STEP",
        ),
        (
            "containerPort: 8080",
            "containerPort: 8081",
            "containerDefinitions.app.portMappings.8080/tcp.containerPort containerDefinitions.app.portMappings.8081/tcp.containerPort",
        ),
        ("memory: \"512\"", "memory: 1 GB", "memory"),
        ("cpu: \"256\"", "cpu: \"512\"", "cpu"),
        ("aws-xray-daemon:3.3.13", "aws-xray-daemon:3.3.14", "containerDefinitions.xray.image"),
        (
            "        essential: true\n",
            "        essential: false\n",
            "containerDefinitions.xray.essential",
        ),
        (
            "    cpu:",
            "    runtimePlatform: { cpuArchitecture: ARM64 }\n    cpu:",
            "runtimePlatform.cpuArchitecture",
        ),
    ];
    for (at, (from, to, paths)) in changes.into_iter().enumerate() {
        scenario.edit("stack.yaml", from, to);
        let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
        let changed: Vec<_> = plan["steps"][0]["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["path"].as_str().unwrap())
            .collect();
        assert_eq!(changed.join(" "), paths);
        scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 changed.");
        nothing_to_do(&scenario);
        assert_eq!(Others::of(&scenario).revisions().len(), at + 2);
    }
}

#[test]
fn a_tag_changes_in_place_on_the_newest_revision() {
    let scenario = applied();
    scenario.edit("stack.yaml", "team: shop", "team: checkout, stage: prod");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  the file changed  stack.yaml:5
        tags.stage  (none) -> prod
        tags.team   shop -> checkout

    Plan: 1 to change.
    [exit 0]
    ");
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    insta::assert_snapshot!(cost(&apply.stderr), @"
    stats: ecs  DescribeTaskDefinition 3, TagResource 1
    stats: sts  GetCallerIdentity 1
    stats: tag  GetResources 1
    stats: longest chain of calls 5
    ");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "team: checkout, ", "");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("tags.team").says("(none)");
    nothing_to_do(&scenario);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1"]);
}

#[test]
fn what_means_the_same_is_no_change() {
    let scenario = applied();
    for (from, to) in [
        // An order that means nothing.
        (
            "          - { name: LOG_LEVEL, value: info }\n          - { name: STAGE, value: prod }\n",
            "          - { name: STAGE, value: prod }\n          - { name: LOG_LEVEL, value: info }\n",
        ),
        // What AWS fills in.
        ("containerPort: 8080", "containerPort: 8080, hostPort: 8080, protocol: tcp"),
        ("        essential: true\n", ""),
        (
            "image: shop/backend:1\n",
            "image: shop/backend:1\n        cpu: 0\n        mountPoints: []\n",
        ),
        // Another way to write it.
        ("memory: \"512\"", "memory: 0.5 GB"),
        ("cpu: \"256\"", "cpu: .25 vCPU"),
        ("team: shop", "\"team\": shop"),
    ] {
        scenario.edit("stack.yaml", from, to);
        nothing_to_do(&scenario);
    }
}

#[test]
fn old_revisions_go_as_keep_revisions_says() {
    let scenario = applied();
    for image in 2..=4 {
        scenario.edit("stack.yaml", &format!("backend:{}", image - 1), &format!("backend:{image}"));
        scenario.run("apply stack.yaml --local --yes").exits(0);
    }
    // Said later, without another change.
    scenario.edit("stack.yaml", "    cpu:", "    keep_revisions: 3\n    cpu:");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  as the file's settings ask  stack.yaml:5
        deregisters backend:1, as keep_revisions says

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed task_definitions.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
    // With another change, the new revision counts.
    scenario.edit("stack.yaml", "keep_revisions: 3", "keep_revisions: 2");
    scenario.edit("stack.yaml", "backend:4", "backend:5");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.backend  the file changed  stack.yaml:5
        containerDefinitions.app
          image  shop/backend:4 -> shop/backend:5
        deregisters backend:2, :3, as keep_revisions says

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed task_definitions.backend
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert_eq!(Others::of(&scenario).revisions(), ["backend:4", "backend:5"]);
}

#[test]
fn what_ecs_refuses_of_fields_beside_each_other_is_told_before_it_is_asked() {
    let cases = [
        ("memory: 50, memoryReservation: 60", "", "less than the `memoryReservation`"),
        ("memory: 64, secrets: [{ name: A, valueFrom: a }]", "", "with `executionRoleArn`"),
        (
            "memory: 64, secrets: [{ name: A, valueFrom: a }], environment: [{ name: A, value: b }]",
            "executionRoleArn: exec",
            "`A` is in `environment` and in `secrets`",
        ),
        ("memory: 64, cpu: 512", "cpu: 256", "have 512 CPU units, and the task 256"),
        ("memory: 64", "cpu: banana", "no whole number of CPU units"),
        (
            "memory: 64, dependsOn: [{ containerName: app, condition: START }]",
            "",
            "the containers app wait for each other",
        ),
    ];
    for (container, task, told) in cases {
        let scenario = Scenario::new();
        scenario.stack(&format!(
            "task_definitions:\n  web:\n    {task}\n    containerDefinitions: [{{ name: app, image: \"a:1\", {container} }}]\n"
        ));
        scenario.run("check stack.yaml").exits(1).says(told);
    }
}

//! The main job, from an empty account to an empty account.

use crate::harness::{Output, Scenario};

/// What was done, without the fields.
fn heads(output: &Output) -> String {
    let text = output.to_string();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("  "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_stack_is_created_changed_pruned_and_destroyed() {
    let scenario = Scenario::with_examples();
    insta::assert_snapshot!(heads(&scenario.run("apply stacks/cruddur.yaml --local --yes")), @"
    cruddur  account 123456789012  us-east-1
    + policies.cruddur-read-parameters  not in AWS yet  stacks/cruddur.yaml:47
    + roles.CruddurServiceExecutionRole  not in AWS yet  stacks/cruddur.yaml:36
    + roles.CruddurTaskRole  not in AWS yet  stacks/cruddur.yaml:40
    + sampling_rules.Cruddur  not in AWS yet  stacks/cruddur.yaml:14
    + sampling_rules.health  not in AWS yet  stacks/cruddur.yaml:16
    + task_definitions.backend-flask  not in AWS yet  stacks/cruddur.yaml:28
    Permissions
    Plan: 6 to create.
    Applied: 6 created.
    ------- stderr -------
    created policies.cruddur-read-parameters
    created roles.CruddurTaskRole
    created sampling_rules.Cruddur
    created sampling_rules.health
    created roles.CruddurServiceExecutionRole
    created task_definitions.backend-flask
    [exit 0]
    ");
    insta::assert_snapshot!(scenario.run("plan stacks/cruddur.yaml --local --detailed-exitcode"), @"
    cruddur  account 123456789012  us-east-1

    Nothing to do: AWS is as stacks/cruddur.yaml says (7 resources).
    [exit 0]
    ");

    scenario.edit("aws/json/xray.json", "\"FixedRate\": 0.1", "\"FixedRate\": 0.25");
    insta::assert_snapshot!(scenario.run("plan stacks/cruddur.yaml --local --detailed-exitcode"), @"
    cruddur  account 123456789012  us-east-1

    ~ sampling_rules.Cruddur  the file changed  stacks/cruddur.yaml:14
        FixedRate  0.1 -> 0.25

    Plan: 1 to change.
    [exit 2]
    ");
    insta::assert_snapshot!(scenario.run("apply stacks/cruddur.yaml --local --yes"), @"
    cruddur  account 123456789012  us-east-1

    ~ sampling_rules.Cruddur  the file changed  stacks/cruddur.yaml:14
        FixedRate  0.1 -> 0.25

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed sampling_rules.Cruddur
    [exit 0]
    ");

    scenario.edit("stacks/cruddur.yaml", "  Cruddur: { file: ../aws/json/xray.json }\n", "");
    insta::assert_snapshot!(scenario.run("plan stacks/cruddur.yaml --local --detailed-exitcode"), @"
    cruddur  account 123456789012  us-east-1

    - sampling_rules.Cruddur  no longer in the file
        FixedRate      0.25
        Priority       9000
        ReservoirSize  5
        ServiceName    Cruddur
        Tags.project   cruddur

    Plan: 1 to delete.
    [exit 2]
    ");
    scenario.run("apply stacks/cruddur.yaml --local --yes").exits(0).says("1 deleted");
    assert_eq!(scenario.local_rules("us-east-1"), ["health"]);

    insta::assert_snapshot!(heads(&scenario.run("destroy stacks/cruddur.yaml --local --yes")), @"
    cruddur  account 123456789012  us-east-1
    - policies.cruddur-read-parameters  the stack is being destroyed
    - roles.CruddurServiceExecutionRole  the stack is being destroyed
    - roles.CruddurTaskRole  the stack is being destroyed
    - sampling_rules.health  the stack is being destroyed
    - task_definitions.backend-flask  the stack is being destroyed
    Permissions
    note: default_sampling.Default is left as it is: it is as X-Ray ships it
    Plan: 5 to delete.
    Applied: 5 deleted.
    ------- stderr -------
    deleted sampling_rules.health
    deleted task_definitions.backend-flask
    deleted roles.CruddurServiceExecutionRole
    deleted roles.CruddurTaskRole
    deleted policies.cruddur-read-parameters
    [exit 0]
    ");
    assert!(scenario.local_rules("us-east-1").is_empty());
    insta::assert_snapshot!(scenario.run("destroy stacks/minimal.yaml --local --yes"), @"
    minimal  account 123456789012  us-east-1

    Nothing to do: nothing in AWS belongs to `minimal`.
    [exit 0]
    ");
}

#[test]
fn every_field_is_sent_read_back_and_compared() {
    let scenario = Scenario::new();
    let full = "sampling_rules:
  full:
    RuleName: POST minimum
    Priority: 7
    FixedRate: 1
    ReservoirSize: 0
    ServiceName: shop/prod
    ServiceType: AWS::ECS::Container
    Host: shop.example
    HTTPMethod: POST
    URLPath: /checkout/*
    ResourceARN: arn:aws:ecs:eu-west-1:123456789012:container/x
    Attributes: { tier: gold, plan: \"?*\" }
    SamplingRateBoost: { MaxRate: 0.5, CooldownWindowMinutes: 10 }
    Tags: { team: payments }
";
    scenario.stack(full);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    + sampling_rules.full ("POST minimum")  not in AWS yet  stack.yaml:5
        Attributes.plan                          ?*
        Attributes.tier                          gold
        FixedRate                                1
        HTTPMethod                               POST
        Host                                     shop.example
        Priority                                 7
        ReservoirSize                            0
        ResourceARN
          arn:aws:ecs:eu-west-1:123456789012:container/x
        SamplingRateBoost.CooldownWindowMinutes  10
        SamplingRateBoost.MaxRate                0.5
        ServiceName                              shop/prod
        ServiceType                              AWS::ECS::Container
        Tags.team                                payments
        URLPath                                  /checkout/*

    Plan: 1 to create.
    Applied: 1 created.
    ------- stderr -------
    created sampling_rules.full
    [exit 0]
    "#);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");

    let changes = [
        ("Priority: 7", "Priority: 8", "Priority"),
        ("FixedRate: 1", "FixedRate: 0.125", "FixedRate"),
        ("ReservoirSize: 0", "ReservoirSize: 3", "ReservoirSize"),
        ("shop/prod", "shop/dev", "ServiceName"),
        ("ECS::Container", "EC2::Instance", "ServiceType"),
        ("Host: shop", "Host: SHOP", "Host"),
        ("HTTPMethod: POST", "HTTPMethod: P?T", "HTTPMethod"),
        ("/checkout/*", "/checkout/", "URLPath"),
        ("container/x", "container/y", "ResourceARN"),
        ("tier: gold", "tier: silver", "Attributes.tier"),
        ("MaxRate: 0.5", "MaxRate: 0.75", "SamplingRateBoost.MaxRate"),
        ("Minutes: 10", "Minutes: 0", "SamplingRateBoost.CooldownWindowMinutes"),
        ("team: payments", "team: shop", "Tags.team"),
    ];
    for (from, to, path) in changes {
        scenario.edit("stack.yaml", from, to);
        let plan = scenario
            .run("plan stack.yaml --local --format json --detailed-exitcode")
            .exits(2)
            .json();
        assert_eq!(plan["summary"]["update"], 1, "{path}");
        let changed: Vec<_> = plan["steps"][0]["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["path"].clone())
            .collect();
        assert_eq!(changed, [path]);
        scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 changed.");
        scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    }

    scenario.edit("stack.yaml", "    Attributes: { tier: silver, plan: \"?*\" }\n", "");
    scenario.edit("stack.yaml", "    Tags: { team: shop }\n", "");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.full ("POST minimum")  the file changed  stack.yaml:5
        Attributes.plan  ?* -> (none)
        Attributes.tier  silver -> (none)
        Tags.team        shop -> (none)

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed sampling_rules.full
    [exit 0]
    "#);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);

    // No call takes a boost away, so the rule is made anew.
    scenario.edit(
        "stack.yaml",
        "    SamplingRateBoost: { MaxRate: 0.75, CooldownWindowMinutes: 0 }\n",
        "",
    );
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    -/+ sampling_rules.full ("POST minimum")  stack.yaml:5
        X-Ray has no call that takes a SamplingRateBoost away
        SamplingRateBoost.CooldownWindowMinutes  0 -> (none)
        SamplingRateBoost.MaxRate                0.75 -> (none)

    Plan: 1 to replace.
    Applied: 1 replaced.
    ------- stderr -------
    replaced sampling_rules.full
    [exit 0]
    "#);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn the_default_rule_is_set_reset_and_left() {
    let scenario = Scenario::new();
    scenario.stack("default_sampling: { FixedRate: 0.2, ReservoirSize: 4 }\n");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ default_sampling.Default  AWS differs from the file  stack.yaml:4
        FixedRate      0.05 -> 0.2
        ReservoirSize  1 -> 4

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed default_sampling.Default
    [exit 0]
    ");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);

    // Live as the file says: back to what X-Ray ships.
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ default_sampling.Default  back to what X-Ray ships  stack.yaml:4
        FixedRate      0.2 -> 0.05
        ReservoirSize  4 -> 1

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed default_sampling.Default
    [exit 0]
    ");
    scenario
        .run("plan stack.yaml --local --detailed-exitcode")
        .exits(2)
        .says("FixedRate      0.05 -> 0.2");

    // Live not as the file says: somebody else's.
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.edit("stack.yaml", "0.2", "0.3");
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    note: default_sampling.Default is left as it is: live AWS is not as the file
    says

    Nothing to do: nothing in AWS belongs to `shop`.
    [exit 0]
    ");

    // Out of the file: left alone.
    scenario.stack("sampling_rules: { a: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } }\n");
    let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1);
}

#[test]
fn priorities_are_swapped_directly_or_through_a_free_one() {
    let swap = |scenario: &Scenario| {
        let rule = |name: &str, priority: u16| {
            format!("  {name}: {{ Priority: {priority}, FixedRate: 0, ReservoirSize: 0 }}\n")
        };
        scenario.stack(&format!("sampling_rules:\n{}{}", rule("a", 1), rule("b", 2)));
        scenario.run("apply stack.yaml --local --yes").exits(0);
        // `c` takes the place of `b`, which goes.
        scenario.stack(&format!("sampling_rules:\n{}{}", rule("a", 2), rule("c", 1)));
        let apply = scenario.run("apply stack.yaml --local --yes").exits(0);
        scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
        apply
    };
    insta::assert_snapshot!(swap(&Scenario::new()), @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.b  no longer in the file
        FixedRate      0
        Priority       2
        ReservoirSize  0

    ~ sampling_rules.a  the file changed  stack.yaml:5
        Priority  1 -> 2

    + sampling_rules.c  not in AWS yet  stack.yaml:6
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to delete, 1 to change, 1 to create.
    Applied: 1 deleted, 1 changed, 1 created.
    ------- stderr -------
    changed sampling_rules.a
    created sampling_rules.c
    deleted sampling_rules.b
    [exit 0]
    ");
    let refusing = Scenario::new().env("TRACEWRIGHT_LOCAL_EQUAL_PRIORITIES", "refuse");
    insta::assert_snapshot!(swap(&refusing), @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.b  no longer in the file
        FixedRate      0
        Priority       2
        ReservoirSize  0

    ~ sampling_rules.a  the file changed  stack.yaml:5
        Priority  1 -> 2

    + sampling_rules.c  not in AWS yet  stack.yaml:6
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to delete, 1 to change, 1 to create.
    Applied: 1 deleted, 1 changed, 1 created.
    ------- stderr -------
    deleted sampling_rules.b
    changed sampling_rules.a
    created sampling_rules.c
    [exit 0]
    ");
}

#[test]
fn at_the_quota_deletions_come_first() {
    let scenario = Scenario::new();
    let rules = |from: u16, to: u16| {
        let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
        format!("sampling_rules:\n{}", (from..=to).map(rule).collect::<String>())
    };
    scenario.stack(&rules(1, 25));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 25 created.");
    scenario.stack(&rules(2, 26));
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(0)
        .says("deletions come before creations")
        .says("Applied: 1 deleted, 1 created.");
    scenario.stack(&rules(2, 28));
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(6)
        .says("quota is 25")
        .says("RuleLimitExceededException");
}

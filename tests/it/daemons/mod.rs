//! Managed daemons, as people meet them.

mod deployed;

use serde_json::{Value, json};

use crate::harness::{Output, Scenario};
use crate::others::Others;

const DAEMON: &str = "daemon_task_definitions:
  otel:
    containerDefinitions: [{ name: collector, image: \"adot:1\" }]
daemons:
  otel:
    clusterArn: prod
    daemonTaskDefinitionArn: otel
    capacityProviderArns: [managed, spare]
    deploymentConfiguration: { drainPercent: 10 }
    critical: false
    tags: { team: platform }
";

const ARN: &str = "arn:aws:ecs:eu-west-1:123456789012:daemon/prod/otel";
const APPLY: [&str; 6] = ["apply", "stack.yaml", "--local", "--yes", "--allow-deletes", "9"];

fn stack(text: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(text);
    scenario
}

fn apply(scenario: &Scenario) -> Output {
    scenario.run_words(&APPLY).exits(0)
}

fn applied() -> Scenario {
    let scenario = stack(DAEMON);
    apply(&scenario);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

/// How many deployments the daemon had.
fn deployments(scenario: &Scenario) -> usize {
    let listed = Others::of(scenario).ecs("ListDaemonDeployments", &json!({"daemonArn": ARN}));
    listed["daemonDeployments"].as_array().unwrap().len()
}

/// The revision that runs.
fn current(scenario: &Scenario) -> Value {
    let others = Others::of(scenario);
    let shown = others.ecs("DescribeDaemon", &json!({"daemonArn": ARN}));
    let arn = &shown["daemon"]["currentRevisions"][0]["arn"];
    let shown = others.ecs("DescribeDaemonRevisions", &json!({"daemonRevisionArns": [arn]}));
    shown["daemonRevisions"][0].clone()
}

#[test]
fn a_daemon_is_made_and_then_there_is_nothing_to_do() {
    let scenario = stack(DAEMON);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    + daemon_task_definitions.otel  not in AWS yet  stack.yaml:5
        containerDefinitions.collector
          image  adot:1

    + daemons.otel  not in AWS yet  stack.yaml:8
        capacityProviderArns
          ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed","arn:aws:e
          cs:eu-west-1:123456789012:capacity-provider/spare"]
        clusterArn
          arn:aws:ecs:eu-west-1:123456789012:cluster/prod
        critical                              false
        daemonTaskDefinitionArn               ${daemon_task_definition.otel.arn}
        deploymentConfiguration.drainPercent  10
        tags.team                             platform

    Plan: 2 to create.
    [exit 0]
    "#);
    insta::assert_snapshot!(apply(&scenario), @r#"
    shop  account 123456789012  eu-west-1

    + daemon_task_definitions.otel  not in AWS yet  stack.yaml:5
        containerDefinitions.collector
          image  adot:1

    + daemons.otel  not in AWS yet  stack.yaml:8
        capacityProviderArns
          ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed","arn:aws:e
          cs:eu-west-1:123456789012:capacity-provider/spare"]
        clusterArn
          arn:aws:ecs:eu-west-1:123456789012:cluster/prod
        critical                              false
        daemonTaskDefinitionArn               ${daemon_task_definition.otel.arn}
        deploymentConfiguration.drainPercent  10
        tags.team                             platform

    Plan: 2 to create.
    Applied: 2 created.
    ------- stderr -------
    created daemon_task_definitions.otel
    created daemons.otel
    [exit 0]
    "#);
    nothing_to_do(&scenario);
    assert_eq!((deployments(&scenario), &current(&scenario)["critical"]), (1, &json!(false)));
}

#[test]
fn a_daemon_follows_its_family() {
    let scenario = applied();
    scenario.edit("stack.yaml", "adot:1", "adot:2");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemon_task_definitions.otel  the file changed  stack.yaml:5
        containerDefinitions.collector
          image  adot:1 -> adot:2

    ~ daemons.otel  follows daemon_task_definitions.otel  stack.yaml:8
        daemonTaskDefinitionArn
          - arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/otel:1
          + ${daemon_task_definition.otel.arn}
        drains and replaces the instances of 2 capacity providers

    Plan: 2 to change.
    [exit 0]
    ");
    apply(&scenario);
    nothing_to_do(&scenario);
    let runs = current(&scenario)["daemonTaskDefinitionArn"].clone();
    assert!(runs.as_str().unwrap().ends_with("daemon-task-definition/otel:2"), "{runs}");
    // A revision that stays is a revision that is named.
    scenario.edit("stack.yaml", "Arn: otel", "Arn: \"otel:2\"");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "adot:2", "adot:3");
    apply(&scenario).says("1 changed");
    assert_eq!(deployments(&scenario), 2);
}

#[test]
fn each_field_is_changed_and_every_setting_is_sent() {
    let scenario = applied();
    for (from, to) in [
        ("critical: false", "critical: true"),
        ("drainPercent: 10", "drainPercent: 10.5"),
        ("drainPercent: 10.5", "drainPercent: 10.5, bakeTimeInMinutes: 5"),
        ("bakeTimeInMinutes: 5", "alarms: { alarmNames: [b, a], enable: true }"),
        ("critical: true", "propagateTags: DAEMON\n    enableECSManagedTags: true"),
        ("    tags", "    enableExecuteCommand: true\n    tags"),
        ("[managed, spare]", "[managed]"),
    ] {
        let before = deployments(&scenario);
        scenario.edit("stack.yaml", from, to);
        apply(&scenario).says("1 changed");
        nothing_to_do(&scenario);
        assert_eq!(deployments(&scenario), before + 1, "{to}");
    }
    let runs = current(&scenario);
    assert_eq!(
        (&runs["propagateTags"], &runs["enableExecuteCommand"], &runs["critical"]),
        (&json!("DAEMON"), &json!(true), &json!(true)),
    );
}

#[test]
fn tags_alone_drain_nothing() {
    let scenario = applied();
    scenario.edit("stack.yaml", "team: platform", "team: shop");
    insta::assert_snapshot!(apply(&scenario), @"
    shop  account 123456789012  eu-west-1

    ~ daemons.otel  the file changed  stack.yaml:8
        tags.team  platform -> shop

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed daemons.otel
    [exit 0]
    ");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "    tags: { team: shop }\n", "");
    apply(&scenario);
    nothing_to_do(&scenario);
    assert_eq!(deployments(&scenario), 1);
}

#[test]
fn what_somebody_set_and_the_file_leaves_out_goes_back_to_the_default() {
    let scenario = applied();
    let provider =
        |name: &str| format!("arn:aws:ecs:eu-west-1:123456789012:capacity-provider/{name}");
    let runs = current(&scenario);
    Others::of(&scenario).ecs(
        "UpdateDaemon",
        &json!({
            "daemonArn": ARN,
            "daemonTaskDefinitionArn": runs["daemonTaskDefinitionArn"],
            "capacityProviderArns": [provider("spare"), provider("managed")],
            "deploymentConfiguration": {"drainPercent": 10, "bakeTimeInMinutes": 3},
            "critical": false,
            "enableExecuteCommand": true,
        }),
    );
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemons.otel  AWS changed since the last apply  stack.yaml:8
        last changed in AWS at 2026-11-22T08:01:00Z
        deploymentConfiguration.bakeTimeInMinutes  file (none), AWS 3  (drift)
        enableExecuteCommand                      file (none), AWS true  (drift)
        drains and replaces the instances of 2 capacity providers
        deploymentConfiguration.bakeTimeInMinutes goes back to AWS's default, 0
        enableExecuteCommand goes back to AWS's default, false

    drift: 1 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept daemons.otel --local` takes it
              into the file
    [exit 3]
    ");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ daemons.otel  AWS changed since the last apply  stack.yaml:8
        deploymentConfiguration.bakeTimeInMinutes  3 -> (none)  (drift)
        enableExecuteCommand                      true -> (none)  (drift)
        drains and replaces the instances of 2 capacity providers
        deploymentConfiguration.bakeTimeInMinutes goes back to AWS's default, 0
        enableExecuteCommand goes back to AWS's default, false

    Plan: 1 to change.
    [exit 0]
    ");
    apply(&scenario);
    nothing_to_do(&scenario);
}

#[test]
fn a_family_that_a_daemon_still_runs_is_not_deleted() {
    let scenario = applied();
    scenario.edit(
        "stack.yaml",
        "  otel:\n    containerDefinitions: [{ name: collector, image: \"adot:1\" }]\n",
        "  other:\n    containerDefinitions: [{ name: collector, image: \"adot:1\" }]\n",
    );
    scenario.edit("stack.yaml", "Arn: otel", "Arn: \"otel:1\"");
    scenario.run_words(&APPLY).exits(4).says("still names it");
}

#[test]
fn what_is_others_is_adopted_or_left() {
    let scenario = applied();
    let mut state = scenario.local_state();
    let daemons = &mut state["accounts"]["123456789012"]["eu-west-1"]["ecs"]["daemons"];
    daemons["clusters"]["prod"]["otel"]["tags"] = json!({"theirs": "x"});
    scenario.write(".tracewright/local.json", state.to_string());
    scenario.run_words(&APPLY).exits(4).says("adopt");
    scenario.run("apply stack.yaml --local --yes --adopt daemons.otel").exits(0).says("1 adopted");
    nothing_to_do(&scenario);
    assert_eq!(deployments(&scenario), 1);
}

#[test]
fn a_read_that_is_denied_leaves_what_is_not_known() {
    let scenario = applied();
    let denied = |call: &str| {
        let denied = json!({"refused": {"code": "AccessDeniedException", "message": "no"}});
        let rule = json!({"call": call, "effect": denied});
        let faults = json!({"rules": [rule]}).to_string();
        let words = ["plan", "stack.yaml", "--local"];
        scenario.run_in(&words, &[("TRACEWRIGHT_LOCAL_FAULTS", &faults)]).exits(7)
    };
    insta::assert_snapshot!(denied("ecs:DescribeDaemon"), @"
    shop  account 123456789012  eu-west-1

    ? daemons.otel
        not known: AWS denied ecs:DescribeDaemon: AccessDeniedException: no; allow
        `ecs:DescribeDaemon` for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    insta::assert_snapshot!(denied("ecs:ListClusters"), @"
    shop  account 123456789012  eu-west-1

    ? daemons that are no longer in the file
        not known: AWS denied ecs:ListClusters: AccessDeniedException: no; allow
        `ecs:ListClusters` for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    for call in ["DescribeDaemonDeployments", "DescribeDaemonRevisions", "ListTagsForResource"] {
        denied(&format!("ecs:{call}")).says("daemons.otel");
    }
}

#[test]
fn bad_input_is_told_at_its_place() {
    let scenario = stack(
        "daemons:
  one:
    daemonTaskDefinitionArn: nobodys
    capacityProviderArns: [FARGATE]
    deploymentConfiguration: { drainPercent: 101, bakeTimeInMinutes: 1441 }
    propagateTags: SERVICE
    wait: soon
  two words:
    daemonTaskDefinitionArn: otel:1
    capacityProviderArns: []
    clientToken: x
    criticl: true
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml").exits(1), @r#"
    ------- stderr -------
    note: `clientToken` is left out here: each call has one of its own
     --> stack.yaml:14
      = note: the line holds what looks like a secret, and is not shown

    error: `wait` is `false` or a time like `20m`, not "soon"
      --> stack.yaml:10:11
       |
    10 |     wait: soon
       |           ^^^^
       |
       = help: it says how long an apply waits for a deployment: `90s`, `20m`, `2h`

    error: `daemonTaskDefinitionArn` is "nobodys", which names no revision
     --> stack.yaml:6:30
      |
    6 |     daemonTaskDefinitionArn: nobodys
      |                              ^^^^^^^
      |
      = help: write `${daemon_task_definition.KEY.arn}`, or the family's own name, for one of the stack, and `FAMILY:REVISION` or the ARN for another

    error: managed daemons do not run on FARGATE: it has no instances of yours
     --> stack.yaml:7:28
      |
    7 |     capacityProviderArns: [FARGATE]
      |                            ^^^^^^^
      |
      = help: they run on capacity providers of Managed Instances only; with Fargate put `daemon:` into the task definition

    error: `bakeTimeInMinutes` is 1441; it is from 0 to 1440, a day
     --> stack.yaml:8:70
      |
    8 |     deploymentConfiguration: { drainPercent: 101, bakeTimeInMinutes: 1441 }
      |                                                                      ^^^^

    error: `deploymentConfiguration.drainPercent` is 101; it must be from 0 to 100
     --> stack.yaml:8:46
      |
    8 |     deploymentConfiguration: { drainPercent: 101, bakeTimeInMinutes: 1441 }
      |                                              ^^^

    error: `propagateTags` is "SERVICE", which is none of the values it has
     --> stack.yaml:9:20
      |
    9 |     propagateTags: SERVICE
      |                    ^^^^^^^
      |
      = help: known here: DAEMON, NONE

    error: the daemon's name is "two words"; AWS does not take that
      --> stack.yaml:12:5
       |
    12 |     daemonTaskDefinitionArn: otel:1
       |     ^
       |
       = help: it has 1 to 255 letters, digits, `-` and `_`

    error: there is no capacity provider; a daemon runs on the instances of one at least
      --> stack.yaml:13:27
       |
    13 |     capacityProviderArns: []
       |                           ^

    error: a daemon has no `criticl`
      --> stack.yaml:15:5
       |
    15 |     criticl: true
       |     ^^^^^^^ not known here
       |
       = help: did you mean `critical`?
    [exit 1]
    "#);
}

#[test]
fn files_are_taken_as_the_cli_has_them() {
    let scenario = stack(
        "daemon_task_definitions:
  otel:
    containerDefinitions: [{ name: collector, image: \"adot:1\" }]
daemons:
  otel:
    file: daemon.json
    daemonTaskDefinitionArn: ${daemon_task_definition.otel.arn}
",
    );
    let input = json!({
        "daemonName": "otel",
        "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/prod",
        "daemonTaskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/otel:1",
        "capacityProviderArns": ["arn:aws:ecs:eu-west-1:123456789012:capacity-provider/managed"],
        "deploymentConfiguration": {"drainPercent": 25.0},
        "tags": [{"key": "team", "value": "x"}],
        "clientToken": "mine",
        "critical": true,
    });
    scenario.write("daemon.json", input.to_string());
    apply(&scenario).says("clientToken");
    nothing_to_do(&scenario);
}

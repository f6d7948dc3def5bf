use serde_json::json;

use super::super::TASK_DEFINITION;
use super::*;
use crate::document::{Sources, read_yaml};

fn parse(text: &str) -> (Sources, Node) {
    let mut sources = Sources::default();
    let mut found = Diagnostics::default();
    let file = sources.add("task.yaml", text);
    let node = read_yaml(&sources, file, &mut found).unwrap();
    assert!(found.all.is_empty());
    (sources, node)
}

fn plain(text: &str) -> Json {
    let (sources, node) = parse(text);
    let mut found = Diagnostics::default();
    let read = read(&TASK_DEFINITION, &node, "a task definition", &mut found);
    read.unwrap_or_else(|| panic!("{}", found.render(&sources, 80))).tree
}

/// What is said of a body, one line per finding.
fn said(node: &Node) -> Vec<String> {
    let mut found = Diagnostics::default();
    assert_eq!(read(&TASK_DEFINITION, node, "a task definition", &mut found), None);
    let line = |d: &Diagnostic| [vec![d.message.clone()], d.help.clone()].concat().join(" | ");
    found.all.iter().map(line).collect()
}

fn errors(text: &str) -> Vec<String> {
    said(&parse(text).1)
}

const HEAD: &str = "family: f\ncontainerDefinitions:\n- name: app\n";

/// What is said of a container with this in it.
fn container(fields: &str) -> Vec<String> {
    errors(&format!("{HEAD}  {fields}\n"))
}

#[test]
fn scalars_become_text_as_they_are_spelled_and_null_is_left_out() {
    let tree = plain(
        "family: f\ncpu: 256\nmemory: 1GB\nvolumes: null\ncontainerDefinitions:\n- name: 1.10\n  memory: 128.0\n  \
         environment: [{ name: A, value: true }, { name: B, value: 1.0 }]\n  dockerLabels: { a: 1, b: null }\n",
    );
    assert_eq!(
        tree,
        json!({
            "family": "f",
            "cpu": "256",
            "memory": "1GB",
            "containerDefinitions": [{
                "name": "1.10",
                "memory": 128,
                "environment": [{"name": "A", "value": "true"}, {"name": "B", "value": "1.0"}],
                "dockerLabels": {"a": "1"},
            }],
        })
    );
}

#[test]
fn unknown_members_are_said_at_their_place_at_any_depth() {
    let text = format!("{HEAD}  portMappings:\n  - containerPort: 80\n    hostport: 80\n");
    let (sources, node) = parse(&text);
    let mut found = Diagnostics::default();
    assert_eq!(read(&TASK_DEFINITION, &node, "a task definition", &mut found), None);
    let shown = anstream::adapter::strip_str(&found.render(&sources, 80)).to_string();
    insta::assert_snapshot!(shown, @r"
    error: `containerDefinitions[0].portMappings[0]` has no `hostport`
     --> task.yaml:6:5
      |
    6 |     hostport: 80
      |     ^^^^^^^^ not known here
      |
      = help: did you mean `hostPort`?
    ");
    assert_eq!(
        errors("family: f\ncontainerDefinition: []\n"),
        ["a task definition has no `containerDefinition` | did you mean `containerDefinitions`?"]
    );
    assert_eq!(
        container("healthCheck: { command: [CMD, x], grace: 1 }"),
        [
            "`containerDefinitions[0].healthCheck` has no `grace` | known here: command, interval, retries, startPeriod, timeout"
        ]
    );
}

#[test]
fn wrong_types_are_said_at_their_place() {
    assert_eq!(errors("[1]"), ["a task definition is a mapping, not a list"]);
    for (fields, error) in [
        (
            "memory: \"512\"",
            "`containerDefinitions[0].memory` is a whole number, not a string | write it without quotes",
        ),
        ("memory: 1.5", "`containerDefinitions[0].memory` is a whole number, not 1.5"),
        (
            "memory: 9999999999",
            "`containerDefinitions[0].memory` is 9999999999; it is too large for AWS",
        ),
        ("essential: 1", "`containerDefinitions[0].essential` is `true` or `false`, not 1"),
        (
            "essential: \"yes\"",
            "`containerDefinitions[0].essential` is `true` or `false`, not a string",
        ),
        (
            "essential: \"true\"",
            "`containerDefinitions[0].essential` is `true` or `false`, not a string | write it without quotes",
        ),
        ("image: [a]", "`containerDefinitions[0].image` is a string, not a list"),
        (
            "command: -o",
            "`containerDefinitions[0].command` is a list, not a string | write it like `[ … ]`",
        ),
        ("command: [a, null]", "`containerDefinitions[0].command[1]` is a string, not nothing"),
        (
            "environment: { A: b }",
            "`containerDefinitions[0].environment` is a list, not a mapping | write it as a list of `{ name: …, value: … }`",
        ),
        (
            "secrets: { A: b }",
            "`containerDefinitions[0].secrets` is a list, not a mapping | write it as a list of `{ name: …, valueFrom: … }`",
        ),
        (
            "dockerLabels: [a]",
            "`containerDefinitions[0].dockerLabels` is a mapping, not a list | write it like `{ KEY: VALUE }`",
        ),
        (
            "dockerLabels: { a.b: [] }",
            "`containerDefinitions[0].dockerLabels.\"a.b\"` is a string, not a list",
        ),
        (
            "linuxParameters: none",
            "`containerDefinitions[0].linuxParameters` is a mapping, not a string",
        ),
    ] {
        assert_eq!(container(fields), [error]);
    }
}

#[test]
fn the_rules_of_the_service_model_are_kept() {
    assert_eq!(
        errors("{}"),
        ["a task definition needs `family`", "a task definition needs `containerDefinitions`"]
    );
    for (fields, error) in [
        (
            "logConfiguration: { options: {} }",
            "`containerDefinitions[0].logConfiguration` needs `logDriver`",
        ),
        ("healthCheck: { command: null }", "`containerDefinitions[0].healthCheck` needs `command`"),
        (
            "portMappings: [{ protocol: TCP }]",
            "`containerDefinitions[0].portMappings[0].protocol` is \"TCP\", which is none of the values it has | did you mean `tcp`?",
        ),
        (
            "portMappings: [{ protocol: sctp-x }]",
            "`containerDefinitions[0].portMappings[0].protocol` is \"sctp-x\", which is none of the values it has | known here: tcp, udp",
        ),
        (
            "resourceRequirements: [{ type: GPU, sharingStrategy: { nvidiaMps: { memory: 0, maxComputePercent: 101 } } }]",
            "`containerDefinitions[0].resourceRequirements[0].sharingStrategy.nvidiaMps.memory` is 0; it must be at least 1",
        ),
        (
            "resourceRequirements: [{ type: GPU, sharingStrategy: {} }]",
            "`containerDefinitions[0].resourceRequirements[0].sharingStrategy` has exactly one of its members | known here: nvidiaMps",
        ),
    ] {
        assert_eq!(container(fields)[0], error);
    }
    let tags = |tags: &str| errors(&format!("{HEAD}tags: [{tags}]\n"));
    assert_eq!(
        tags("{ key: \"\" }"),
        ["`tags[0].key` has 0 characters; it may have from 1 to 128"]
    );
    assert_eq!(
        tags(&"{ key: a }, ".repeat(51)),
        ["`tags` has 51 elements; it may have from 0 to 50"]
    );
    assert_eq!(
        errors(&format!("{HEAD}requiresCompatibilities: [FARGATE, ec2]\n")),
        [
            "`requiresCompatibilities[1]` is \"ec2\", which is none of the values it has | did you mean `EC2`?"
        ]
    );
}

/// Makes the text at a path what came out of a reference.
fn referred(node: &mut Node, path: &[&str], secret: bool) {
    let Some((first, rest)) = path.split_first() else {
        (node.interpolated, node.secret) = (true, secret);
        return;
    };
    match &mut node.value {
        Value::Map(map) => {
            let entry = map.entries.iter_mut().find(|entry| entry.key == *first).unwrap();
            referred(&mut entry.value, rest, secret);
        }
        Value::Seq(items) => referred(&mut items[first.parse::<usize>().unwrap()], rest, secret),
        _ => panic!("{first} is in nothing"),
    }
}

#[test]
fn what_came_out_of_a_reference_may_stand_for_numbers_and_booleans() {
    let (_, mut node) = parse(&format!("{HEAD}  memory: \" 512\"\n  essential: \"false\"\n"));
    for field in ["memory", "essential"] {
        referred(&mut node, &["containerDefinitions", "0", field], false);
    }
    let tree = read(&TASK_DEFINITION, &node, "a task definition", &mut Diagnostics::default())
        .unwrap()
        .tree;
    assert_eq!(
        tree["containerDefinitions"][0],
        json!({"name": "app", "memory": 512, "essential": false})
    );
    let (_, mut node) = parse(&format!("{HEAD}  memory: lots\n"));
    referred(&mut node, &["containerDefinitions", "0", "memory"], false);
    assert_eq!(said(&node), ["`containerDefinitions[0].memory` is a whole number, not \"lots\""]);
}

#[test]
fn a_secret_is_remembered_and_never_shown() {
    let environment = ["containerDefinitions", "0", "environment", "0", "value"];
    let (_, mut node) = parse(&format!("{HEAD}  environment: [{{ name: A, value: hunter2 }}]\n"));
    referred(&mut node, &environment, true);
    let read =
        read(&TASK_DEFINITION, &node, "a task definition", &mut Diagnostics::default()).unwrap();
    assert_eq!(read.sensitive, [Path(environment.map(str::to_owned).to_vec())]);

    for (text, path, error) in [
        (
            format!("{HEAD}networkMode: awsvp\n"),
            vec!["networkMode"],
            "`networkMode` is (sensitive), which is none of the values it has | known here: awsvpc, bridge, host, none",
        ),
        (
            format!("{HEAD}  memory: hunter2\n"),
            vec!["containerDefinitions", "0", "memory"],
            "`containerDefinitions[0].memory` is a whole number, not (sensitive)",
        ),
        (
            format!("{HEAD}  memory: \"9999999999\"\n"),
            vec!["containerDefinitions", "0", "memory"],
            "`containerDefinitions[0].memory` is (sensitive); it is too large for AWS",
        ),
        (
            format!("{HEAD}tags: [{{ key: a, value: {} }}]\n", "x".repeat(257)),
            vec!["tags", "0", "value"],
            "`tags[0].value` has too few or too many characters; it may have from 0 to 256",
        ),
        (
            format!("{HEAD}  environment: [{{ name: hunter2, value: a }}]\n"),
            vec!["containerDefinitions", "0", "environment", "0", "name"],
            "`containerDefinitions[0].environment[0].name` is shown in every output, and what comes from the environment is secret | use a variable: `${var.NAME}`",
        ),
    ] {
        let (_, mut node) = parse(&text);
        referred(&mut node, &path, true);
        assert_eq!(said(&node), [error]);
    }
}

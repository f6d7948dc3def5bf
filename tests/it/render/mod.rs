//! What a stack is in the formats of others.

mod cloudformation;
mod compose;

use serde_json::{Value, json};

use crate::harness::Scenario;
use tracewright::document::{Diagnostics, Sources, read_yaml};

/// A YAML text as a tree.
#[track_caller]
pub(super) fn yaml(text: &str) -> Value {
    let mut sources = Sources::default();
    let file = sources.add("text.yaml", text);
    let node = read_yaml(&sources, file, &mut Diagnostics::default());
    node.unwrap_or_else(|| panic!("no YAML: {text}")).to_json()
}

const TASK: &str = "task_definitions:\n  app:\n    tags: { team: shop }\n    containerDefinitions:\n      - name: app\n        image: a:1\n        \
                    memory: 128\n        environment: [{ name: DB_PASSWORD, value: \"${env.KEY}\" }]\n    daemon: adot\n    \
                    requiresCompatibilities: [FARGATE]\n    networkMode: awsvpc\n    cpu: 512\n    memory: 1024\n    executionRoleArn: exec\n";

#[test]
fn a_task_definition_is_what_the_aws_cli_takes_with_the_daemon_in_it() {
    let scenario = Scenario::new().env("KEY", "hunter22-and-more");
    scenario.stack(TASK);
    let run = scenario.run("render task-definition stack.yaml --allow-env KEY").exits(0);
    let input: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(input["family"], "app");
    assert_eq!(input["containerDefinitions"][1]["name"], "adot");
    assert_eq!(input["tags"], json!([{"key": "team", "value": "shop"}]));
    let secret = "(secret: containerDefinitions.app.environment.DB_PASSWORD)";
    assert_eq!(
        input["containerDefinitions"][0]["environment"][0],
        json!({"name": "DB_PASSWORD", "value": secret})
    );
    assert!(
        run.stderr.contains("containerDefinitions.app.environment.DB_PASSWORD is a secret"),
        "{}",
        run.stderr
    );
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("hunter22"));

    // Registered by somebody else it is, but for the secret, the stack's.
    let input = run.stdout.replace(secret, "hunter22-and-more");
    scenario.write("input.json", &input);
    scenario.stack("task_definitions: { app: { file: input.json } }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(TASK);
    let plan = scenario.run("plan stack.yaml --local --detailed-exitcode --allow-env KEY").exits(0);
    assert!(plan.stdout.contains("Nothing to do"), "{plan}");
}

#[test]
fn a_collectors_configuration_is_printed_as_it_stands() {
    let scenario = Scenario::new();
    scenario.stack(&TASK.replace("${env.KEY}", "x"));
    let printed = scenario.run("render collector stack.yaml").exits(0).stdout;
    let task = scenario.run("render task-definition stack.yaml").exits(0).stdout;
    let task: Value = serde_json::from_str(&task).unwrap();
    let listed = task["containerDefinitions"][1]["environment"].as_array().unwrap();
    let config = listed.iter().find(|one| one["name"] == "AOT_CONFIG_CONTENT").unwrap();
    assert_eq!(config["value"], printed.as_str());
    assert!(yaml(&printed)["service"]["pipelines"]["traces"].is_object());

    scenario.run("render collector stack.yaml --out out/config.yaml").exits(0);
    assert_eq!(scenario.read("out/config.yaml"), printed);

    // The name of the variable is the command's.
    scenario.stack(
        "task_definitions:\n  app:\n    containerDefinitions:\n      - name: otel\n        image: otel/opentelemetry-collector-contrib:1\n        \
         memory: 128\n        command: [\"--config\", \"env:MINE\"]\n        environment: [{ name: MINE, value: \"receivers: {}\" }]\n",
    );
    assert_eq!(scenario.run("render collector stack.yaml").exits(0).stdout, "receivers: {}\n");
}

#[test]
fn where_there_is_no_configuration_it_is_said_where_it_is() {
    let scenario = Scenario::new();
    let container = |rest: &str| {
        format!(
            "task_definitions: {{ app: {{ executionRoleArn: exec, containerDefinitions: [{{ name: c, memory: 128, {rest} }}] }} }}\n"
        )
    };
    for (rest, message, way_out) in [
        (
            "image: public.ecr.aws/aws-observability/aws-otel-collector:v1, secrets: [{ name: AOT_CONFIG_CONTENT, valueFrom: /otel }]",
            "from /otel, which the stack does not have",
            "aws ssm get-parameter --name /otel",
        ),
        (
            "image: public.ecr.aws/aws-observability/aws-otel-collector:v1, command: [--config=/etc/ecs/ecs-default-config.yaml]",
            "from the file /etc/ecs/ecs-default-config.yaml",
            "it is in the image",
        ),
        ("image: amazon/aws-xray-daemon", "the X-Ray daemon, has no configuration", "its command"),
        ("image: amazon/cloudwatch-agent", "has no configuration", "CW_CONFIG_CONTENT"),
        (
            "image: amazon/cloudwatch-agent, environment: [{ name: CW_CONFIG_CONTENT, value: \"${env.KEY}\" }]",
            "has a secret in it",
            "keep the secret out of it",
        ),
    ] {
        let scenario = scenario.stack(&container(rest));
        let run = scenario.run_in(
            &["render", "collector", "stack.yaml", "--allow-env", "KEY"],
            &[("KEY", "hunter22")],
        );
        let said = run.exits(1).stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(message) && said.contains(way_out), "{said}");
    }
}

#[test]
fn what_is_meant_has_to_be_clear() {
    let scenario = Scenario::new();
    let two = "task_definitions:\n  one: { containerDefinitions: [{ name: c, image: amazon/aws-xray-daemon, memory: 128 }] }\n  \
               two: { containerDefinitions: [{ name: c, image: amazon/aws-xray-daemon, memory: 128 }, { name: d, image: otel/opentelemetry-collector, memory: 128 }] }\n";
    let none = "sampling_rules: { one: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } }\n";
    let app = "task_definitions: { app: { containerDefinitions: [{ name: c, image: nginx, memory: 128 }] } }\n";
    for (stack, line, words) in [
        (none, "render compose stack.yaml", "the stack has no task definition"),
        (none, "render task-definition stack.yaml", "the stack has no task definition"),
        (
            none,
            "render compose stack.yaml sampling_rules.one",
            "`sampling_rules.one` is a sampling rule, and no task definition",
        ),
        (
            app,
            "render compose stack.yaml",
            "no task definition of the stack has a container that is known to receive traces",
        ),
        (
            app,
            "render compose stack.yaml task_definitions.app",
            "`daemon: adot` in a task definition puts one in",
        ),
        (
            app,
            "render compose stack.yaml task_definitions.ap",
            "did you mean `task_definitions.app`?",
        ),
        (
            two,
            "render compose stack.yaml",
            "say which: `task_definitions.one`, `task_definitions.two`",
        ),
        (
            two,
            "render task-definition stack.yaml",
            "say which: `task_definitions.one`, `task_definitions.two`",
        ),
        (
            two,
            "render compose stack.yaml task_definitions.two",
            "say which: `--container c`, `--container d`",
        ),
        (
            two,
            "render compose stack.yaml task_definitions.two --container e",
            "no container \"e\" receives traces",
        ),
        (none, "render cloudformation nothing.yaml", "nothing.yaml is not there"),
    ] {
        let run = scenario.stack(stack).run(line).exits(1);
        let said = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{line}: {said}");
        assert_eq!(run.stdout, "");
    }
    scenario
        .stack(two)
        .run("render compose stack.yaml task_definitions.two --container d")
        .exits(0);
    let said = scenario.run("render compose stack.yaml two").exits(64).stderr;
    assert!(said.contains("addresses look like `section.key`"), "{said}");
}

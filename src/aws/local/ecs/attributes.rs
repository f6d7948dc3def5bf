//! What AWS finds out about a task definition: the agent's capabilities that it needs and where it
//! can run. Nobody can set these, and their order says nothing (recordings).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::fargate::is_ecr;
use super::members::{Members as _, Structure};
use super::size;

const AGENT: &str = "com.amazonaws.ecs.capability.";
const TASK: &str = "ecs.capability.";

/// `requiresAttributes`, as far as recordings tell them.
pub(super) fn required(definition: &Structure) -> Value {
    let mut names = BTreeSet::from([format!("{AGENT}docker-remote-api.1.18")]);
    let mut need = |prefix: &str, name: &str| {
        names.insert(format!("{prefix}{name}"));
    };
    if definition.contains_key("taskRoleArn") {
        need(AGENT, "task-iam-role");
    }
    if definition.text("networkMode") == Some("awsvpc") {
        need(TASK, "task-eni");
    }
    let execution_role = definition.contains_key("executionRoleArn");
    for container in definition.structures("containerDefinitions") {
        let logging = container.structure("logConfiguration");
        if let Some(driver) = logging.and_then(|logging| logging.text("logDriver")) {
            need(AGENT, &format!("logging-driver.{driver}"));
            need(AGENT, "docker-remote-api.1.19");
            if driver == "awslogs" && execution_role {
                need(TASK, "execution-role-awslogs");
            }
        }
        let options = logging.and_then(|logging| logging.structure("options"));
        if options.is_some_and(|options| options.contains_key("awslogs-create-group")) {
            need(AGENT, "docker-remote-api.1.29");
        }
        if container.contains_key("memoryReservation") {
            need(AGENT, "docker-remote-api.1.21");
        }
        if container.text("image").is_some_and(is_ecr) {
            need(AGENT, "ecr-auth");
            need(AGENT, "docker-remote-api.1.19");
            if execution_role {
                need(TASK, "execution-role-ecr-pull");
            }
        }
        if container.contains_key("healthCheck") {
            need(TASK, "container-health-check");
            need(AGENT, "docker-remote-api.1.29");
        }
        for secret in container.structures("secrets") {
            let from = secret.text("valueFrom").unwrap_or_default();
            let store = if from.contains(":secretsmanager:") { "asm" } else { "ssm" };
            need(TASK, &format!("secrets.{store}.environment-variables"));
        }
    }
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

/// `compatibilities`: where the task could run, whatever it was registered for.
pub(super) fn compatibilities(definition: &Structure) -> Vec<&'static str> {
    if definition.text("networkMode") != Some("awsvpc") {
        return vec!["EXTERNAL", "EC2"];
    }
    let (cpu, memory) = (size::of(definition, "cpu"), size::of(definition, "memory"));
    let fits = cpu.zip(memory).is_some_and(|(cpu, memory)| size::fits_fargate(cpu, memory, false));
    if fits {
        vec!["EC2", "FARGATE", "MANAGED_INSTANCES"]
    } else {
        vec!["EC2", "MANAGED_INSTANCES"]
    }
}

//! What a task's roles have to allow for its daemon, and that it has them.

use serde_json::{Value as Json, json};

use super::wiring::{Network, on_fargate};
use super::word::{Daemon, Reference};
use crate::document::{Diagnostic, Diagnostics, Map, Node};
use crate::stack::Place;

/// What it calls X-Ray for: to send, and to ask about sampling in the name of others.
///
/// Source: AWS managed policy reference, `AWSXRayDaemonWriteAccess`.
pub(super) fn task_actions(daemon: &Daemon) -> Vec<&'static str> {
    const SENDS: [&str; 2] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
    const ASKS: [&str; 3] =
        ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries"];
    let sends = if daemon.xray { &SENDS[..] } else { &[] };
    sends.iter().chain(&ASKS).copied().collect()
}

/// What ECS does in the name of the execution role before the container starts: it writes the log, and
/// reads the secrets.
///
/// Source: ECS developer guide, "Amazon ECS task execution IAM role" and "Send Amazon ECS logs to CloudWatch".
pub(super) fn execution(
    secrets: &[Reference],
    (logs, are_kept): (Option<&str>, bool),
    place: &Place,
) -> Json {
    let (partition, Place { account, region }) = (place.partition(), place);
    let mut statements = Vec::new();
    if let Some(group) = logs {
        let group = format!("arn:{partition}:logs:{region}:{account}:log-group:{group}");
        let actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
        let actions = if are_kept { &actions[1..] } else { &actions };
        let resources = [group.clone(), format!("{group}:*")];
        statements.push(json!({"Effect": "Allow", "Action": actions, "Resource": resources}));
    }
    let mut read = |action: &str, resources: Vec<String>| {
        if !resources.is_empty() {
            statements.push(json!({"Effect": "Allow", "Action": action, "Resource": resources}));
        }
    };
    let is_secret = |from: &&str| from.contains(":secretsmanager:");
    let all = || secrets.iter().map(|one| one.from.as_str());
    // Behind the name of a secret may stand which part of it is meant.
    let whole = |arn: &str| {
        let arn = arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
        // What Secrets Manager puts behind a name is part of the ARN (API reference, `CreateSecret`).
        let end = arn.rsplit_once('-').map(|(_, end)| end).unwrap_or_default();
        let is_whole = end.len() == 6 && end.chars().all(|c| c.is_ascii_alphanumeric());
        if is_whole { arn } else { format!("{arn}-??????") }
    };
    read("secretsmanager:GetSecretValue", all().filter(is_secret).map(whole).collect());
    let parameter = |from: &str| {
        if from.starts_with("arn:") {
            return from.to_owned();
        }
        let name = from.trim_start_matches('/');
        format!("arn:{partition}:ssm:{region}:{account}:parameter/{name}")
    };
    let parameters = all().filter(|from| !is_secret(from)).map(parameter).collect();
    read("ssm:GetParameters", parameters);
    statements.into()
}

/// Without roles a daemon starts and sends nothing, or does not start at all.
///
/// Source: ECS answers "Fargate requires task definition to have execution role ARN to support log driver
/// awslogs" and "When you are specifying container secrets, you must also specify a value for
/// 'executionRoleArn'" (reports of users).
pub(super) fn check_roles(
    task: &Map,
    daemon: &Daemon,
    logs: bool,
    secrets: bool,
    network: Network,
    found: &mut Diagnostics,
) {
    let lacks = |field: &str| task.get(field).is_none_or(Node::is_null);
    if lacks("taskRoleArn") {
        let message = "the task has no `taskRoleArn`, whose credentials the daemon would send with";
        let mut problem = Diagnostic::warning(message).at(daemon.span);
        if network != Network::Awsvpc {
            problem = problem.help("it falls back to the role of its instance, if that has one");
        }
        found.push(problem.help(
            "`taskRoleArn: ${role.KEY.arn}` names a role of the stack; what it needs is added",
        ));
    }
    let why = if secrets {
        "ECS reads the daemon's secrets"
    } else if logs && network == Network::Awsvpc && on_fargate(task) {
        "Fargate writes the daemon's log"
    } else {
        return;
    };
    if lacks("executionRoleArn") {
        let message = format!("{why} with `executionRoleArn`, which the task does not have");
        let help =
            "`executionRoleArn: ${role.KEY.arn}` names a role of the stack; what it needs is added";
        found.push(Diagnostic::error(message).at(daemon.span).help(help));
    }
}

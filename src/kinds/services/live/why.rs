//! Why a service does not come up: what ECS has written down of it, and what its tasks stopped for.

use aws_sdk_ecs::types::DesiredStatus;
use serde_json::Value;

use super::read::{Place, primary};
use crate::aws::{Aws, Failure};
use crate::document::shape;

/// As many reasons of each sort as are worth reading.
const MOST: usize = 3;

/// What goes well, in the events of a service.
///
/// Source: ECS developer guide, "Amazon ECS service event messages".
const WELL: [&str; 7] = [
    "has reached a steady state",
    "has started",
    "has stopped",
    "has begun draining",
    "deployment completed",
    "registered",
    "draining connections",
];

/// The reasons, a sentence each, the newest first.
pub(super) async fn told(aws: &Aws, place: &Place, service: &Value) -> Vec<String> {
    let mut told = events(service);
    match stopped(aws, place, service).await {
        Ok(reasons) => told.extend(reasons),
        Err(failure) => {
            told.push(format!("why its tasks stopped is not known: {}", failure.told()));
        }
    }
    told
}

/// What ECS has written down since the deployment began.
fn events(service: &Value) -> Vec<String> {
    let since = primary(service).and_then(|primary| primary["createdAt"].as_str());
    let events = service["events"].as_array().into_iter().flatten();
    let mut told: Vec<String> = Vec::new();
    for event in events {
        let message = event["message"].as_str().unwrap_or_default().trim_end_matches('.');
        // Times are RFC 3339 in UTC, so that their order is that of the texts.
        let is_new = since.is_none_or(|since| event["createdAt"].as_str() >= Some(since));
        let is_bad = !WELL.iter().any(|words| message.contains(words));
        if is_new && is_bad && !told.iter().any(|known| known == message) {
            told.push(message.to_owned());
        }
    }
    told.truncate(MOST);
    told
}

/// What tasks of the service stopped for, those of its newest deployment where that has some.
async fn stopped(aws: &Aws, place: &Place, service: &Value) -> Result<Vec<String>, Failure> {
    let request = aws
        .ecs
        .list_tasks()
        .cluster(&place.cluster)
        .service_name(&place.name)
        .desired_status(DesiredStatus::Stopped)
        .send();
    let mut arns = aws.call("ecs:ListTasks", request).await?.task_arns.unwrap_or_default();
    arns.truncate(100);
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let request = aws.ecs.describe_tasks().cluster(&place.cluster).set_tasks(Some(arns)).send();
    let tasks = aws.call("ecs:DescribeTasks", request).await?.tasks.unwrap_or_default();
    let tasks: Vec<_> = tasks.iter().filter_map(|task| shape::tree(task).ok()).collect();
    Ok(reasons(&tasks, primary(service).map_or(&Value::Null, |primary| &primary["id"])))
}

fn reasons(tasks: &[Value], deployment: &Value) -> Vec<String> {
    let is_of = |task: &&Value| task["startedBy"] == *deployment;
    let has_own = tasks.iter().any(|task| is_of(&task));
    let mut tasks: Vec<_> = tasks.iter().filter(|task| !has_own || is_of(task)).collect();
    tasks.sort_by_key(|task| std::cmp::Reverse(task["stoppedAt"].as_str().map(str::to_owned)));
    let mut told: Vec<String> = Vec::new();
    for reason in tasks.into_iter().filter_map(reason) {
        if !told.contains(&reason) {
            told.push(reason);
        }
    }
    told.truncate(MOST);
    told
}

/// What a task stopped for, and which of its containers that was.
fn reason(task: &Value) -> Option<String> {
    let reason = task["stoppedReason"].as_str()?.trim_end_matches('.');
    let containers = task["containers"].as_array().into_iter().flatten();
    let of_containers: Vec<_> = containers.filter_map(|one| of_container(one, reason)).collect();
    let all = [vec![reason.to_owned()], of_containers].concat();
    Some(format!("a task stopped: {}", all.join(", ")))
}

fn of_container(container: &Value, known: &str) -> Option<String> {
    let name = container["name"].as_str()?;
    let code = container["exitCode"].as_i64().filter(|code| *code != 0);
    let reason = container["reason"].as_str().map(|reason| reason.trim_end_matches('.'));
    match (code, reason.filter(|reason| *reason != known)) {
        (Some(code), Some(reason)) => Some(format!("{name} exited with {code} ({reason})")),
        (Some(code), None) => Some(format!("{name} exited with {code}")),
        (None, Some(reason)) => Some(format!("{name}: {reason}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_went_well_or_before_is_no_reason() {
        let event = |at: &str, message: &str| json!({"createdAt": at, "message": message});
        let service = json!({
            "deployments": [{"status": "PRIMARY", "createdAt": "2026-11-22T08:00:00Z"}],
            "events": [
                event("2026-11-22T08:03:00Z", "(service web) was unable to place a task."),
                event("2026-11-22T08:02:00Z", "(service web) was unable to place a task."),
                event("2026-11-22T08:01:00Z", "(service web) has started 1 tasks: (task 1)."),
                event("2026-11-22T07:59:00Z", "(service web) deployment failed."),
            ],
        });
        assert_eq!(events(&service), ["(service web) was unable to place a task"]);
    }

    #[test]
    fn a_task_says_what_it_stopped_for() {
        let task = |by: &str, at: &str, reason: &str, container: Value| {
            json!({
                "startedBy": by, "stoppedAt": at, "stoppedReason": reason, "containers": [container],
            })
        };
        let essential = "Essential container in task exited";
        let tasks = [
            task(
                "ecs-svc/2",
                "1",
                "CannotPullContainerError: not found",
                json!({"name": "app", "reason": "CannotPullContainerError: not found"}),
            ),
            task(
                "ecs-svc/2",
                "2",
                essential,
                json!({"name": "app", "exitCode": 137, "reason": "OutOfMemoryError"}),
            ),
            task("ecs-svc/1", "3", essential, json!({"name": "app", "exitCode": 1})),
        ];
        assert_eq!(
            reasons(&tasks, &json!("ecs-svc/2")),
            [
                "a task stopped: Essential container in task exited, app exited with 137 \
                 (OutOfMemoryError)",
                "a task stopped: CannotPullContainerError: not found",
            ]
        );
        // After a rollback the deployment that failed is not the newest any more.
        assert_eq!(reasons(&tasks[2..], &json!("ecs-svc/3")).len(), 1);
    }
}

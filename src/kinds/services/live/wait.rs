//! Waiting until a service is stable.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::names::last;
use super::super::spec::{COUNT, TASK};
use super::read::{Place, one, primary};
use crate::aws::{Aws, Failure};

/// What became of a deployment.
pub(super) enum Came {
    /// It is up.
    Up,
    /// The run was interrupted while it waited.
    Interrupted,
    /// It is not, and will not be.
    Not {
        /// What is there in its stead, in a sentence.
        what: String,
        /// The service as it is.
        service: Value,
    },
}

/// How far a service is.
#[derive(Debug, PartialEq)]
enum State {
    Stable,
    /// On its way, in a few words.
    Goes(String),
    /// It has failed, in a sentence.
    Failed(String),
}

/// Waits until a service runs what it was asked to, and nothing else.
///
/// A service is stable when it has one deployment, which has as many tasks as are wanted: so has the AWS
/// CLI's `wait services-stable`. The deployment itself tells, too, how far it is (service model,
/// `Deployment.rolloutState`).
pub(super) async fn until_stable(
    aws: &Aws,
    place: &Place,
    wanted: Option<&str>,
    all: Duration,
) -> Result<Came, Failure> {
    let (mut service, mut failed) = (Value::Null, None);
    let seen = std::cell::RefCell::new((&mut service, &mut failed));
    let look = async || {
        let now = one(aws, place).await?.unwrap_or(Value::Null);
        let state = state(&now, wanted);
        let mut seen = seen.borrow_mut();
        *seen.0 = now;
        match state {
            State::Stable => Ok(None),
            State::Goes(how) => Ok(Some(how)),
            State::Failed(what) => {
                *seen.1 = Some(what);
                Ok(None)
            }
        }
    };
    let what = format!("the service {} to be stable", place.name);
    let is_over = aws.watch(&what, all, look).await?;
    if let Some(what) = failed {
        return Ok(Came::Not { what, service });
    }
    if is_over {
        return Ok(Came::Up);
    }
    if aws.waits_have_ended() {
        return Ok(Came::Interrupted);
    }
    let how = match state(&service, wanted) {
        State::Goes(how) => format!(": {how}"),
        _ => String::new(),
    };
    let what = format!("it did not become stable within {}{how}", crate::aws::spelled(all));
    Ok(Came::Not { what, service })
}

/// How far a service is, `wanted` being what it is to run.
fn state(service: &Value, wanted: Option<&str>) -> State {
    if service["status"] != json!("ACTIVE") {
        return State::Failed("the service was deleted meanwhile".to_owned());
    }
    // Another controller's services have no deployments of ECS's own.
    let Some(primary) = primary(service) else { return State::Stable };
    let runs = primary[TASK].as_str().unwrap_or_default();
    if let Some(wanted) = wanted.filter(|wanted| wanted.starts_with("arn:") && *wanted != runs) {
        let failed = format!("ECS runs {} again, and not {}", last(runs), last(wanted));
        return State::Failed(failed);
    }
    if primary["rolloutState"] == json!("FAILED") {
        let reason = primary["rolloutStateReason"].as_str().unwrap_or("ECS does not say why");
        return State::Failed(reason.trim_end_matches('.').to_owned());
    }
    let others = service["deployments"].as_array().map_or(0, Vec::len).saturating_sub(1);
    let count = |field: &str| service[field].as_u64().unwrap_or_default();
    let (has, needs) = (count("runningCount"), count(COUNT));
    let of_primary = primary["runningCount"].as_u64().unwrap_or(has).min(needs);
    let is_done = primary["rolloutState"] != json!("IN_PROGRESS");
    if is_done && others == 0 && has == needs {
        return State::Stable;
    }
    let tasks = if needs == 1 { "task runs" } else { "tasks run" };
    let mut how = format!("{of_primary} of {needs} {tasks}");
    if others > 0 {
        how += ", and the deployment before is not done";
    }
    let failed = primary["failedTasks"].as_u64().unwrap_or_default();
    if failed > 0 {
        how += &format!(", {failed} failed");
    }
    State::Goes(how)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(rollout: &str, running: u64, deployments: usize) -> Value {
        let primary = json!({
            "status": "PRIMARY", "rolloutState": rollout, "runningCount": running, "failedTasks": 0,
            "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7",
        });
        let former = json!({"status": "ACTIVE", "rolloutState": "COMPLETED"});
        let deployments: Vec<_> =
            std::iter::once(primary).chain(std::iter::repeat_n(former, deployments - 1)).collect();
        json!({
            "status": "ACTIVE", "desiredCount": 2, "runningCount": running,
            "deployments": deployments,
        })
    }

    #[test]
    fn a_service_is_stable_with_one_deployment_that_has_all_its_tasks() {
        let goes = |how: &str| State::Goes(how.to_owned());
        for (rollout, running, deployments, is) in [
            ("COMPLETED", 2, 1, State::Stable),
            ("IN_PROGRESS", 2, 1, goes("2 of 2 tasks run")),
            ("IN_PROGRESS", 0, 1, goes("0 of 2 tasks run")),
            // A count that was raised begins no deployment.
            ("COMPLETED", 1, 1, goes("1 of 2 tasks run")),
            ("COMPLETED", 2, 2, goes("2 of 2 tasks run, and the deployment before is not done")),
        ] {
            assert_eq!(state(&service(rollout, running, deployments), None), is, "{rollout}");
        }
    }

    #[test]
    fn what_ecs_gave_up_or_took_back_has_failed() {
        let mut failed = service("FAILED", 0, 1);
        failed["deployments"][0]["rolloutStateReason"] = json!("tasks failed to start.");
        assert_eq!(state(&failed, None), State::Failed("tasks failed to start".to_owned()));
        let wanted = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:8";
        let back = State::Failed("ECS runs web:7 again, and not web:8".to_owned());
        assert_eq!(state(&service("COMPLETED", 2, 1), Some(wanted)), back);
        // Which revision a family's name means nobody knows here.
        assert_eq!(state(&service("COMPLETED", 2, 1), Some("web")), State::Stable);
        let gone = State::Failed("the service was deleted meanwhile".to_owned());
        assert_eq!(state(&json!({"status": "DRAINING"}), None), gone);
        assert_eq!(state(&Value::Null, None), gone);
    }

    #[test]
    fn a_service_of_another_controller_has_no_deployments_to_wait_for() {
        let external = json!({"status": "ACTIVE", "desiredCount": 2, "runningCount": 0});
        assert_eq!(state(&external, None), State::Stable);
    }
}

//! Waiting for deployments, and saying what became of one.

use std::time::Duration;

use aws_sdk_ecs::types::{DaemonDeployment, DaemonDeploymentStatus as State};
use aws_sdk_ecs::types::{DaemonDeploymentRollbackMonitorsStatus as Monitor, DaemonStatus};

use super::read::{deployment, describe};
use crate::aws::{Aws, Failure, Reason};
use crate::plan::Step;

/// Whether a deployment has not ended.
///
/// Source: service model, `DaemonDeploymentStatus`, and the waiters that come with botocore's.
pub(super) fn goes_on(state: Option<&State>) -> bool {
    !matches!(
        state,
        Some(
            State::Successful | State::Stopped | State::RollbackSuccessful | State::RollbackFailed
        )
    )
}

/// What became of a deployment, in words.
pub(super) fn told(deployment: &DaemonDeployment) -> String {
    let mut said = vec![
        match deployment.status {
            Some(State::RollbackSuccessful) => "AWS rolled it back",
            Some(State::RollbackFailed) => "AWS could not roll it back",
            Some(State::Stopped) => "AWS stopped it",
            _ => "it has not ended",
        }
        .to_owned(),
    ];
    let reason = deployment.status_reason.as_deref().unwrap_or_default();
    let back = deployment.rollback.as_ref().and_then(|it| it.reason.as_deref());
    for why in [reason, back.unwrap_or_default()] {
        let why = why.trim().trim_end_matches('.');
        if !why.is_empty() && !said.iter().any(|said| said == why) {
            said.push(why.to_owned());
        }
    }
    let breaker = deployment.circuit_breaker.as_ref();
    if let Some(breaker) = breaker.filter(|it| it.status == Some(Monitor::Triggered)) {
        let (count, most) = (breaker.failure_count, breaker.threshold);
        said.push(format!("its circuit breaker counted {count} failures of {most}"));
    }
    let alarms = deployment.alarms.as_ref().map_or(&[][..], |it| it.triggered_alarm_names());
    if !alarms.is_empty() {
        said.push(format!("alarms went off: {}", alarms.join(", ")));
    }
    said.join("; ")
}

/// Waits until a deployment has ended, and fails where it came to nothing.
pub(super) async fn until_deployed(
    aws: &Aws,
    step: &Step,
    arn: &str,
    all: Duration,
) -> Result<(), Failure> {
    let what = format!("the deployment of {} to end", step.name);
    let done = aws.until(&what, all, async || match deployment(aws, arn).await? {
        Some(it) if goes_on(it.status.as_ref()) => Ok(false),
        Some(it) if it.status == Some(State::Successful) => Ok(true),
        Some(it) => Err(came_to_nothing(told(&it))),
        // What AWS answers first may not be everywhere yet.
        None => Ok(false),
    });
    if done.await? {
        return Ok(());
    }
    let found = deployment(aws, arn).await?;
    let state = found.as_ref().and_then(|it| it.status.as_ref()).map_or("not seen", State::as_str);
    let count = found.as_ref().and_then(|it| it.target_daemon_revision.as_ref());
    let count = count.and_then(|it| it.total_running_instance_count).unwrap_or_default();
    Err(came_to_nothing(format!(
        "its deployment goes on in AWS and is {state}, on {count} instances by now; the next apply \
         waits for it, and `wait` beside its fields says for how long"
    )))
}

fn came_to_nothing(why: String) -> Failure {
    Failure::unsaid("ecs:DescribeDaemonDeployments", Reason::Refused, why)
}

/// Waits until a daemon that was deleted is gone: its instances are drained, and what it stands on has
/// to stay until then.
pub(super) async fn until_gone(
    aws: &Aws,
    step: &Step,
    arn: &str,
    all: Duration,
) -> Result<(), Failure> {
    let what = format!("the instances of {} to be drained", step.name);
    let gone = aws.until(&what, all, async || {
        let there = describe(aws, arn).await?;
        // One that is there and active was made anew by somebody.
        Ok(there.is_none_or(|it| it.status != Some(DaemonStatus::DeleteInProgress)))
    });
    if gone.await? {
        return Ok(());
    }
    let why = "it was deleted, and AWS is still draining its instances: that goes on by itself";
    Err(Failure::unsaid("ecs:DeleteDaemon", Reason::Refused, why.to_owned()))
}

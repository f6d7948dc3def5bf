//! Carrying out what a step says of a daemon.

use std::time::Duration;

use aws_sdk_ecs::config::Config;
use aws_sdk_ecs::operation::create_daemon::CreateDaemonInput;
use aws_sdk_ecs::operation::update_daemon::UpdateDaemonInput;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::changes::{AGAIN, NEWEST, deploys};
use super::super::spec::{CLUSTER, NAME, TAGS};
use super::super::{canonical, patience};
use super::deploy::{until_deployed, until_gone};
use super::read::{describe, is_gone};
use crate::aws::{Aws, Failure, Instead, Moment, Reason};
use crate::document::shape;
use crate::kinds::Landed;
use crate::kinds::ecs::live::{tag, tags_of, untag};
use crate::kinds::tags::mark_tags;
use crate::plan::{Action, Step};

/// Does what a step says. The digest is written last, when the deployment has come to its end, so that
/// its absence says "unfinished".
pub(in crate::kinds) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked => {}
        Action::Delete => delete(aws, step).await?,
        Action::Create => create(aws, step).await?,
        Action::Replace => {
            delete(aws, step).await?;
            create(aws, step).await?;
        }
        Action::Update | Action::Adopt | Action::Move => update(aws, step).await?,
    }
    Ok(Landed::Whole)
}

async fn create(aws: &Aws, step: &Step) -> Result<(), Failure> {
    const ACTION: &str = "ecs:CreateDaemon";
    let Some(document) = &step.document else { return Ok(()) };
    let wait = patience::of(&step.sent);
    let tags = mark_tags(step, wait.is_none());
    let mut tree = canonical::every_setting(document);
    tree[TAGS] = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    tree["clientToken"] = json!(token(step));
    let input = shape::input(&tree, CreateDaemonInput::deserialize)
        .map_err(|why| Failure::unsaid(ACTION, Reason::Refused, why))?;
    let arn = Step { arn: None, ..step.clone() }.arn(aws.place()).unwrap_or_default();
    let send = async || {
        let request = aws.ecs.create_daemon().customize().interceptor(Instead(input.clone()));
        aws.call(ACTION, request.send()).await.map(|answer| answer.deployment_arn)
    };
    let all = wait.unwrap_or(Duration::ZERO);
    let what = format!("the {} before this one to be gone", step.name);
    let deployment = match aws.while_passing(&what, all, is_going, send).await {
        // Its answer was lost, and the token not taken for the same: what is there is the step's if its
        // mark is.
        Err(failure) if failure.reason == Reason::Refused => {
            let there = tags_of(aws, &arn).await.unwrap_or_default();
            if tags.iter().any(|(key, value)| there.get(key) != Some(value)) {
                return Err(in_words(failure));
            }
            describe(aws, &arn).await?.and_then(|it| it.deployment_arn)
        }
        other => other?,
    };
    let (Some(all), Some(deployment)) = (wait, deployment) else { return Ok(()) };
    until_deployed(aws, step, &deployment, all).await?;
    tag(aws, step, &arn).await
}

/// `UpdateDaemon` is not sent for tags alone, nor where nothing differs: each one drains instances.
async fn update(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let arn = step.arn.clone().unwrap_or_default();
    let wait = patience::of(&step.sent);
    untag(aws, step, &arn).await?;
    let known = step.detail.value[NEWEST].as_str().map(str::to_owned);
    let deployment = match &step.document {
        Some(document) if deploys(&step.changes) || step.detail.value[AGAIN] == true => {
            Some(redeploy(aws, step, (&arn, document), known.as_deref()).await?)
        }
        // What an earlier run did not wait for to its end.
        _ => known.filter(|_| step.is_unfinished()),
    };
    if let (Some(all), Some(deployment)) = (wait, deployment) {
        until_deployed(aws, step, &deployment, all).await?;
    }
    tag(aws, step, &arn).await
}

/// Sends every setting, since AWS takes what is missing for its default. Each call begins a deployment,
/// so that it is not sent twice blindly: another deployment than `before` is this one's.
async fn redeploy(
    aws: &Aws,
    step: &Step,
    (arn, document): (&str, &Value),
    before: Option<&str>,
) -> Result<String, Failure> {
    const ACTION: &str = "ecs:UpdateDaemon";
    let mut tree = canonical::every_setting(document);
    if let Value::Object(members) = &mut tree {
        members.retain(|name, _| ![NAME, CLUSTER, TAGS].contains(&name.as_str()));
    }
    tree["daemonArn"] = json!(arn);
    let input = shape::input(&tree, UpdateDaemonInput::deserialize)
        .map_err(|why| Failure::unsaid(ACTION, Reason::Refused, why))?;
    let send = async || {
        let request = aws
            .ecs
            .update_daemon()
            .customize()
            .config_override(Config::builder().retry_config(aws.sent_once()))
            .interceptor(Instead(input.clone()));
        let answer = aws.call(ACTION, request.send()).await?;
        Ok(answer.deployment_arn.unwrap_or_default())
    };
    let landed = async || {
        let newest = describe(aws, arn).await?.and_then(|it| it.deployment_arn);
        Ok(newest.filter(|newest| Some(newest.as_str()) != before))
    };
    aws.once(&step.name, &send, &landed).await.map_err(in_words)
}

/// A daemon that is gone is deleted, and one that goes already is waited for.
async fn delete(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let arn = step.arn.clone().unwrap_or_default();
    let request = aws.ecs.delete_daemon().daemon_arn(&arn).send();
    match aws.call("ecs:DeleteDaemon", request).await {
        Err(failure) if is_gone(&failure) => return Ok(()),
        Err(failure) if is_going(&failure) => {}
        other => drop(other?),
    }
    match patience::of(&step.sent) {
        Some(all) => until_gone(aws, step, &arn, all).await,
        None => Ok(()),
    }
}

/// Whether AWS still deletes a daemon of this name. The words are those that Terraform looks for; the
/// code is the service model's.
fn is_going(failure: &Failure) -> bool {
    failure.reason == Reason::Refused
        && (failure.message.contains("deployment deletion is ongoing")
            || failure.code == "DaemonNotActiveException")
}

/// What AWS refuses because of where the daemon is to run.
///
/// Source: service model, `CreateDaemon`: "ECS Managed Daemons is only supported for Amazon ECS Managed
/// Instances Capacity Providers." Which error says so is not known.
fn in_words(failure: Failure) -> Failure {
    let code = failure.code.as_str();
    let is_about_place = code == "UnsupportedFeatureException"
        || code == "PlatformUnknownException"
        || failure.message.to_lowercase().contains("capacity provider");
    if failure.reason == Reason::Refused && is_about_place {
        return failure.adding("managed daemons run on Managed Instances capacity providers only");
    }
    failure
}

/// What tells one creation from another, so that the SDK's retries make one daemon: "Up to 36 ASCII
/// characters in the range of 33-126" (service model).
fn token(step: &Step) -> String {
    let seed = format!("{}\n{}\n{}", step.address, step.digest, Moment::now().rfc3339());
    let hash = Sha256::digest(seed.as_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

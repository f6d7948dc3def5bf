//! Carrying out what a step says of a task definition.

use aws_sdk_ecs::config::Config;
use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
use serde_json::json;

use super::super::TaskDefinitions;
use super::super::revisions::{DEREGISTER, FORMER, arns, number};
use super::super::spec::TAGS;
use super::read::{Revision, describe, is_gone};
use crate::aws::{Aws, Failure, Instead, Reason};
use crate::document::shape;
use crate::kinds::ecs::live::{hand_over, tag_revision};
use crate::kinds::tags::{fields_change, mark_tags};
use crate::kinds::{Kind as _, Landed};
use crate::plan::{Action, Step};

/// Does what a step says.
pub(in crate::kinds) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    for arn in arns(&step.detail.value[FORMER]) {
        hand_over(aws, step, arn).await?;
    }
    let landed = match step.action {
        Action::Keep | Action::Blocked | Action::Delete => Landed::Whole,
        Action::Update | Action::Adopt | Action::Move if !fields_change(step) => {
            tag_revision(aws, step).await?;
            Landed::Whole
        }
        _ => Landed::Anew(register(aws, step).await?),
    };
    for arn in arns(&step.detail.value[DEREGISTER]) {
        deregister(aws, arn).await?;
    }
    Ok(landed)
}

/// Registers a revision, its tags with it, and returns its ARN. Each call would make another one, so
/// that it is not sent twice blindly.
async fn register(aws: &Aws, step: &Step) -> Result<String, Failure> {
    const ACTION: &str = "ecs:RegisterTaskDefinition";
    let tags = mark_tags(step, true);
    let mut tree = step.sent.clone();
    tree[TAGS] = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    let input = shape::input(&tree, RegisterTaskDefinitionInput::deserialize)
        .map_err(|why| Failure::unsaid(ACTION, Reason::Refused, why))?;
    let document = step.document.clone().unwrap_or_default();
    let roles = TaskDefinitions.needs(&document);
    let roles: Vec<_> = roles.iter().map(String::as_str).collect();
    let send = async || {
        let request = aws
            .ecs
            .register_task_definition()
            .customize()
            .config_override(Config::builder().retry_config(aws.sent_once()))
            .interceptor(Instead(input.clone()));
        let registered = aws.call(ACTION, request.send()).await?.task_definition;
        Ok(registered.and_then(|it| it.task_definition_arn).unwrap_or_default())
    };
    let before = step.arn.as_deref().map_or(0, number);
    let landed = async || {
        let latest = describe(aws, &step.name).await?;
        let it = latest.filter(|latest| is_it(latest, before, &tags));
        Ok(it.map(|it| it.definition.task_definition_arn.unwrap_or_default()))
    };
    aws.once_seen(&roles, is_unseen, async || aws.once(&step.name, &send, &landed).await).await
}

/// Whether a revision is the one that this step registers: newer than the one before, with the same
/// mark and digest.
fn is_it(latest: &Revision, before: u64, tags: &[(String, String)]) -> bool {
    let arn = latest.definition.task_definition_arn.as_deref().unwrap_or_default();
    number(arn) > before && tags.iter().all(|(key, value)| latest.tags.get(key) == Some(value))
}

/// Whether ECS does not see a role yet.
///
/// Source: `ClientException: Role is not valid` (reports of users of Terraform).
fn is_unseen(failure: &Failure) -> bool {
    failure.code == "ClientException" && failure.message.contains("Role is not valid")
}

/// One that is not ACTIVE any more is left as it is.
async fn deregister(aws: &Aws, arn: &str) -> Result<(), Failure> {
    let request = aws.ecs.deregister_task_definition().task_definition(arn).send();
    match aws.call("ecs:DeregisterTaskDefinition", request).await {
        Err(failure) if is_gone(&failure) => Ok(()),
        other => other.map(drop),
    }
}

//! Carrying out what a step says of a daemon task definition.

use aws_sdk_ecs::config::Config;
use aws_sdk_ecs::operation::register_daemon_task_definition::RegisterDaemonTaskDefinitionInput;
use serde_json::json;

use super::super::DaemonTaskDefinitions;
use super::read::{describe, is_gone};
use crate::aws::{Aws, Failure, Instead, Reason};
use crate::document::shape;
use crate::kinds::ecs::live::{hand_over, tag_revision, tags_of};
use crate::kinds::tags::{fields_change, mark_tags};
use crate::kinds::task_definitions::revisions::{DEREGISTER, FORMER, arns, number};
use crate::kinds::task_definitions::spec::TAGS;
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
        delete(aws, arn).await?;
    }
    Ok(landed)
}

/// Registers a revision, its tags with it, and returns its ARN, which is all that AWS answers. Each
/// call would make another one, so that it is not sent twice blindly.
async fn register(aws: &Aws, step: &Step) -> Result<String, Failure> {
    const ACTION: &str = "ecs:RegisterDaemonTaskDefinition";
    let tags = mark_tags(step, true);
    let mut tree = step.sent.clone();
    tree[TAGS] = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    let input = shape::input(&tree, RegisterDaemonTaskDefinitionInput::deserialize)
        .map_err(|why| Failure::unsaid(ACTION, Reason::Refused, why))?;
    let roles = DaemonTaskDefinitions.needs(&step.document.clone().unwrap_or_default());
    let roles: Vec<_> = roles.iter().map(String::as_str).collect();
    let send = async || {
        let request = aws
            .ecs
            .register_daemon_task_definition()
            .customize()
            .config_override(Config::builder().retry_config(aws.sent_once()))
            .interceptor(Instead(input.clone()));
        let answer = aws.call(ACTION, request.send()).await?;
        Ok(answer.daemon_task_definition_arn.unwrap_or_default())
    };
    let before = step.arn.as_deref().map_or(0, number);
    let landed = async || {
        let latest = describe(aws, &step.name).await?;
        let latest = latest.and_then(|latest| latest.daemon_task_definition_arn);
        let Some(arn) = latest.filter(|arn| number(arn) > before) else { return Ok(None) };
        let there = tags_of(aws, &arn).await?;
        Ok(tags.iter().all(|(key, value)| there.get(key) == Some(value)).then_some(arn))
    };
    aws.once_seen(&roles, is_unseen, async || aws.once(&step.name, &send, &landed).await).await
}

/// Whether ECS does not see a role yet, as with task definitions.
fn is_unseen(failure: &Failure) -> bool {
    failure.code == "ClientException" && failure.message.contains("Role is not valid")
}

/// One that is not there any more is deleted.
async fn delete(aws: &Aws, arn: &str) -> Result<(), Failure> {
    let request = aws.ecs.delete_daemon_task_definition().daemon_task_definition(arn).send();
    match aws.call("ecs:DeleteDaemonTaskDefinition", request).await {
        Err(failure) if is_gone(&failure) => Ok(()),
        other => other.map(drop),
    }
}

//! Carrying out what a step says of a service.

use std::time::Duration;

use aws_sdk_ecs::config::Config;
use aws_sdk_ecs::operation::create_service::CreateServiceInput;
use aws_sdk_ecs::operation::update_service::UpdateServiceInput;
use aws_sdk_ecs::types::Tag;
use serde_json::{Value, json};

use super::super::change::update;
use super::super::settings::{self, SERVICE};
use super::super::spec::{self, COUNT, SCHEDULING, TAGS, TASK};
use super::super::{Services, names};
use super::read::{Place, is_gone, is_no_cluster, one};
use super::wait::{Came, until_stable};
use super::why;
use crate::aws::{Aws, Failure, Instead, Reason};
use crate::document::shape;
use crate::kinds::tags::{fields_change, gone_tags, mark_tags};
use crate::kinds::{Kind as _, Landed};
use crate::plan::{Action, Step};
use crate::safety::STACK_TAG;

const CREATE: &str = "ecs:CreateService";
const UPDATE: &str = "ecs:UpdateService";
/// What is said to have failed where every call went well.
const DEPLOYMENT: &str = "the deployment";

/// How long tasks may take to stop. AWS gives no bound; this is what the AWS CLI's `wait
/// services-inactive` waits, 40 times 15 seconds.
const DRAINING: Duration = Duration::from_mins(10);

/// The count of a service that is made anew, where the file leaves it to others.
pub(in crate::kinds) async fn carried(aws: &Aws, step: &Step) -> Result<Value, Failure> {
    if step.action != Action::Replace {
        return Ok(Value::Null);
    }
    let service = one(aws, &place(aws, step)).await?;
    let count = service.as_ref().and_then(|service| service.get(COUNT)).cloned();
    Ok(count.map_or(Value::Null, |count| json!({COUNT: count})))
}

/// Does what a step says.
pub(in crate::kinds) async fn carry_out(
    aws: &Aws,
    step: &Step,
    carried: &Value,
) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked => {}
        Action::Delete => delete(aws, &live_place(aws, step)).await?,
        Action::Replace => {
            delete(aws, &live_place(aws, step)).await?;
            create(aws, step, carried).await?;
        }
        Action::Create => create(aws, step, carried).await?,
        Action::Update | Action::Adopt | Action::Move => change(aws, step).await?,
    }
    Ok(Landed::Whole)
}

/// Where the service is to be.
fn place(aws: &Aws, step: &Step) -> Place {
    let document = step.document.as_ref().unwrap_or(&Value::Null);
    let arn = Services.arn(&step.name, document, aws.place());
    let fallback = || Place { cluster: names::DEFAULT.to_owned(), name: step.name.clone() };
    arn.as_deref().and_then(Place::of).unwrap_or_else(fallback)
}

/// Where the service is.
fn live_place(aws: &Aws, step: &Step) -> Place {
    let known = step.arn.as_deref().and_then(Place::of);
    known.unwrap_or_else(|| place(aws, step))
}

/// Makes a service, and waits until it is up. Where it is waited for, the digest is written then.
async fn create(aws: &Aws, step: &Step, carried: &Value) -> Result<(), Failure> {
    let place = place(aws, step);
    let waits = settings::wait(step);
    let tags = mark_tags(step, waits.is_none());
    let mut tree = step.sent[SERVICE].clone();
    tree[TAGS] = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    if tree[SCHEDULING] != json!("DAEMON") && tree.get(COUNT).is_none() {
        tree[COUNT] = carried.get(COUNT).cloned().unwrap_or(json!(1));
    }
    let input = input(&tree, CREATE, CreateServiceInput::deserialize)?;
    let document = step.document.clone().unwrap_or_default();
    let roles: Vec<_> = Services.needs(&document);
    let roles: Vec<_> =
        roles.iter().map(String::as_str).filter(|arn| arn.contains(":role/")).collect();
    let send = async || {
        let request = aws
            .ecs
            .create_service()
            .customize()
            .config_override(Config::builder().retry_config(aws.sent_once()))
            .interceptor(Instead(input.clone()));
        aws.call(CREATE, request.send()).await.map(drop)
    };
    // A service that is there is refused by its name; this one is the step's by its mark.
    let landed = async || {
        let service = one(aws, &place).await?;
        let is_it = service
            .is_some_and(|service| service["status"] == json!("ACTIVE") && is_ours(&service, step));
        Ok(is_it.then_some(()))
    };
    let draining = format!("the tasks of the service {} before to stop", place.name);
    let once_free = async || {
        let seen = async || aws.once(&place.name, &send, &landed).await;
        aws.once_seen(&roles, is_unseen, seen).await
    };
    aws.while_passing(&draining, DRAINING, is_draining, once_free).await?;
    deployed(aws, step, &place, waits).await
}

/// Whether a service that is found where one was to be made carries the mark of who made it.
fn is_ours(service: &Value, step: &Step) -> bool {
    let mut tags = service[TAGS].as_array().into_iter().flatten();
    tags.any(|tag| tag["key"] == json!(STACK_TAG) && tag["value"] == json!(step.owner))
}

/// Whether ECS does not see a role yet.
///
/// Source: texts that Terraform's provider tries again after.
fn is_unseen(failure: &Failure) -> bool {
    let says = |words: &str| failure.message.contains(words);
    says("verify that the ECS service role being passed has the proper permissions")
        || says("Unable to assume the service linked role")
}

/// Whether a service of that name is still being deleted.
///
/// Source: `InvalidParameterException: Unable to Start a service that is still Draining.` (users of ECS
/// quote it).
fn is_draining(failure: &Failure) -> bool {
    failure.message.contains("still Draining")
}

/// Changes a service in place. The digest is off while it changes, and until it is stable.
async fn change(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let place = live_place(aws, step);
    let arn = step.arn.as_deref().unwrap_or_default();
    let gone = gone_tags(step);
    if !gone.is_empty() {
        let request = aws.ecs.untag_resource().resource_arn(arn).set_tag_keys(Some(gone)).send();
        aws.call("ecs:UntagResource", request).await?;
    }
    let changes = fields_change(step);
    if changes {
        let tree = update(step, &place.cluster, &place.name);
        if step.action != Action::Update {
            // The mark is there before it is waited for.
            tag(aws, step, false).await?;
        }
        send_update(aws, &tree).await?;
    }
    if !changes && !step.is_unfinished() {
        return tag(aws, step, true).await;
    }
    deployed(aws, step, &place, settings::wait(step)).await?;
    if settings::wait(step).is_none() { tag(aws, step, true).await } else { Ok(()) }
}

async fn send_update(aws: &Aws, tree: &Value) -> Result<(), Failure> {
    let input = input(tree, UPDATE, UpdateServiceInput::deserialize)?;
    let request = aws.ecs.update_service().customize().interceptor(Instead(input));
    aws.call(UPDATE, request.send()).await.map(drop)
}

fn input<T>(
    tree: &Value,
    action: &'static str,
    read: fn(
        &mut dyn aws_smithy_schema::serde::ShapeDeserializer,
    ) -> Result<T, aws_smithy_schema::serde::SerdeError>,
) -> Result<T, Failure> {
    shape::input(tree, read).map_err(|why| Failure::unsaid(action, Reason::Refused, why))
}

/// Waits until a service is as it was asked to be, and only then writes what was applied. What does not
/// come up is told with why, and taken back where that is asked for.
async fn deployed(
    aws: &Aws,
    step: &Step,
    place: &Place,
    wait: Option<Duration>,
) -> Result<(), Failure> {
    let Some(wait) = wait else { return Ok(()) };
    let wanted = step.document.as_ref().and_then(|document| document[TASK].as_str());
    let came = until_stable(aws, place, wanted, wait).await?;
    let (what, service) = match came {
        Came::Up => return tag(aws, step, true).await,
        Came::Interrupted => {
            let message = "the run was interrupted while it waited: ECS goes on with it, and `apply` \
                           waits again";
            return Err(Failure::unsaid(DEPLOYMENT, Reason::Refused, message.to_owned()));
        }
        Came::Not { what, service } => (what, service),
    };
    let mut told = vec![what];
    told.extend(why::told(aws, place, &service).await);
    if settings::rolls_back(step) {
        told.push(roll_back(aws, step, place, &service).await);
    }
    Err(Failure::unsaid(DEPLOYMENT, Reason::Refused, told.join("; ")))
}

/// Puts the task definition before back, and says what came of that.
async fn roll_back(aws: &Aws, step: &Step, place: &Place, service: &Value) -> String {
    let change = step.changes.iter().find(|change| change.path.field() == TASK);
    let before = change.and_then(|change| change.before.as_ref()).and_then(Value::as_str);
    let Some(before) = before.filter(|_| step.action != Action::Replace) else {
        return format!("there is no `{TASK}` before to roll back to");
    };
    let revision = names::last(before);
    if service[TASK] == json!(before) {
        return format!("ECS has put {revision} back");
    }
    let tree = json!({"service": place.name, spec::CLUSTER: place.cluster, TASK: before});
    match send_update(aws, &tree).await {
        Ok(()) => format!("{revision} was put back, as `{}` says", settings::ROLLBACK),
        Err(failure) => format!("{revision} could not be put back: {failure}"),
    }
}

async fn tag(aws: &Aws, step: &Step, finished: bool) -> Result<(), Failure> {
    let known = step.arn.clone();
    let arn = match (step.action, known) {
        (Action::Create | Action::Replace, _) | (_, None) => {
            let document = step.document.as_ref().unwrap_or(&Value::Null);
            Services.arn(&step.name, document, aws.place()).unwrap_or_default()
        }
        (_, Some(arn)) => arn,
    };
    let tags = mark_tags(step, finished).into_iter();
    let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
    let request = aws.ecs.tag_resource().resource_arn(arn).set_tags(Some(tags.collect())).send();
    aws.call("ecs:TagResource", request).await.map(drop)
}

/// Takes a service away, its tasks with it, and waits until they have stopped.
async fn delete(aws: &Aws, place: &Place) -> Result<(), Failure> {
    const DELETE: &str = "ecs:DeleteService";
    let request =
        aws.ecs.delete_service().cluster(&place.cluster).service(&place.name).force(true).send();
    match aws.call(DELETE, request).await {
        Err(failure) if is_gone(&failure) || is_no_cluster(&failure) => return Ok(()),
        Err(failure) if failure.code == "ServiceNotActiveException" => {}
        answer => drop(answer?),
    }
    let is_over = async || {
        let service = one(aws, place).await?;
        Ok(service.is_none_or(|service| {
            !["ACTIVE", "DRAINING"].contains(&service["status"].as_str().unwrap_or_default())
        }))
    };
    let what = format!("the tasks of the service {} to stop", place.name);
    if aws.until(&what, DRAINING, is_over).await? {
        return Ok(());
    }
    let message = "ECS has taken it, and its tasks are still stopping";
    Err(Failure::unsaid(DELETE, Reason::Down, message.to_owned()))
}

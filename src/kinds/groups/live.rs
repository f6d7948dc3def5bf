//! Groups in AWS.

use aws_sdk_xray::types::{GroupSummary, InsightsConfiguration};
use serde_json::Value;

use super::spec::{FILTER, INSIGHTS, canonical};
use super::{DEFAULT, Groups};
use crate::aws::{Aws, Failure, Reads, Reason, next_page};
use crate::kinds::tags::mark_tags;
use crate::kinds::xray::{self, Seen, says, sdk_tags};
use crate::kinds::{Landed, Look, Observation};
use crate::plan::{Action, Step};

/// The groups of the region but Default, with their tags.
pub(super) async fn observe(reads: &Reads<'_>, look: &Look) -> Observation {
    let groups = scan(reads.aws).await;
    let groups = groups.map(|groups| groups.into_iter().filter_map(seen).collect());
    xray::observe(&Groups, reads.aws, look, groups).await
}

/// All groups of the region: `GetGroup` shows no more of one.
async fn scan(aws: &Aws) -> Result<Vec<GroupSummary>, Failure> {
    const ACTION: &str = "xray:GetGroups";
    let mut groups = Vec::new();
    let mut token = None;
    loop {
        let request = aws.xray.get_groups().set_next_token(token.clone()).send();
        let answer = aws.call(ACTION, request).await?;
        groups.extend(answer.groups.unwrap_or_default());
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => return Ok(groups),
            next => token = next,
        }
    }
}

/// AWS tells no time of a group.
fn seen(group: GroupSummary) -> Option<Seen> {
    let name = group.group_name.filter(|name| name != DEFAULT)?;
    let insights = group.insights_configuration.as_ref();
    let is_on = |switch: fn(&InsightsConfiguration) -> Option<bool>| {
        insights.and_then(switch).unwrap_or(false)
    };
    let document = canonical(
        &name,
        group.filter_expression.as_deref(),
        is_on(|insights| insights.insights_enabled),
        is_on(|insights| insights.notifications_enabled),
    );
    Some(Seen { name, arn: group.group_arn, document, modified: None })
}

/// Does what a step says. Where it takes several calls the digest is written last, so that its absence
/// says "unfinished".
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked => Ok(Landed::Whole),
        Action::Delete => delete(aws, step).await.map(|()| Landed::Whole),
        Action::Create => create(aws, step).await,
        Action::Replace => {
            delete(aws, step).await?;
            create(aws, step).await
        }
        Action::Update | Action::Adopt | Action::Move => update(aws, step).await,
    }
}

/// By its ARN, so that a group of the same name which somebody made since is left. One that is gone is
/// deleted: the SDK's retry of a call whose answer was lost finds just that, or is denied, where a policy
/// allows what carries the mark, and nothing else.
async fn delete(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let request = aws.xray.delete_group().group_arn(arn(step)).send();
    match aws.call("xray:DeleteGroup", request).await {
        Err(failure) if says(&failure, "not found") => Ok(()),
        Err(failure) if failure.reason == Reason::Denied => match scan(aws).await {
            Ok(groups) if groups.iter().all(|group| group.group_arn != step.arn) => Ok(()),
            _ => Err(failure),
        },
        other => other.map(drop),
    }
}

async fn create(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let Some(document) = &step.document else {
        return Ok(Landed::Whole);
    };
    let request = aws
        .xray
        .create_group()
        .group_name(&step.name)
        .set_filter_expression(filter(document))
        .insights_configuration(insights(document))
        .set_tags(Some(sdk_tags(mark_tags(step, true))?));
    let arn = match aws.call("xray:CreateGroup", request.send()).await {
        Err(failure) if matches!(failure.reason, Reason::Refused | Reason::Unintelligible) => {
            ours(aws, step).await.ok_or(failure)?
        }
        other => match other?.group.and_then(|group| group.group_arn) {
            Some(arn) => arn,
            None => ours(aws, step).await.ok_or_else(without_arn)?,
        },
    };
    Ok(Landed::Anew(arn))
}

/// The ARN of the group that this step makes, if it is there although AWS refused to make it: its answer
/// was lost, and the SDK's retry found the name or the last place of the quota taken by it.
async fn ours(aws: &Aws, step: &Step) -> Option<String> {
    let groups = scan(aws).await.ok()?;
    let is_it = |group: &GroupSummary| group.group_name.as_ref() == Some(&step.name);
    let arn = groups.into_iter().find(is_it)?.group_arn?;
    xray::carries(aws, &arn, step, true).await.then_some(arn)
}

fn without_arn() -> Failure {
    let message = "the answer has no ARN of the group that was made".to_owned();
    Failure::unsaid("xray:CreateGroup", Reason::Unintelligible, message)
}

/// Sends only the fields that change.
async fn update(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let arn = arn(step);
    let document = step.document.as_ref().unwrap_or(&Value::Null);
    let changes = |field: &str| step.changes.iter().any(|change| change.path.field() == field);
    xray::untag(aws, step, arn).await?;
    if changes(FILTER) || changes(INSIGHTS) {
        let request = aws
            .xray
            .update_group()
            .group_arn(arn)
            .set_filter_expression(filter(document).filter(|_| changes(FILTER)))
            .set_insights_configuration(changes(INSIGHTS).then(|| insights(document)));
        aws.call("xray:UpdateGroup", request.send()).await?;
    }
    xray::tag(aws, step, arn).await.map(|()| Landed::Whole)
}

/// AWS makes a part of it up, so that only a group that is there has one.
fn arn(step: &Step) -> &str {
    step.arn.as_deref().unwrap_or_default()
}

fn filter(document: &Value) -> Option<String> {
    document.get(FILTER).and_then(Value::as_str).map(str::to_owned)
}

/// Both switches, so that none is what AWS makes of one that is not there.
fn insights(document: &Value) -> InsightsConfiguration {
    let is_on = |switch: &str| document[INSIGHTS][switch].as_bool().unwrap_or_default();
    InsightsConfiguration::builder()
        .insights_enabled(is_on("InsightsEnabled"))
        .notifications_enabled(is_on("NotificationsEnabled"))
        .build()
}

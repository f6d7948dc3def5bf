//! Log groups in AWS.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_cloudwatchlogs::types::{LogGroup, LogGroupClass};
use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::LogGroups;
use super::detail::STORED;
use super::spec::{self, CLASS, KEY, NAME, PROTECTION, RETENTION, TAGS};
use crate::aws::{Aws, Failure, Reason, marked, next_page};
use crate::kinds::tags::{gone_tags, mark_tags};
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Action, Step};
use crate::safety::Mark;

const DESCRIBE: &str = "logs:DescribeLogGroups";

/// The log groups that are named, and those that carry the mark, which the tagging API lists: an account
/// may have a million log groups, and a scan shows no tags.
pub(super) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = LogGroups.section();
    let named: BTreeSet<String> = look.named.iter().map(|named| named.name.clone()).collect();
    let (first, others) = join(read_all(aws, &named), others(aws, look)).await;
    let mut observation = first;
    match others {
        Ok(others) => {
            let others = others.into_iter().filter(|name| !named.contains(name)).collect();
            observation.extend(read_all(aws, &others).await);
        }
        Err(failure) => observation.unreadable.push(Unreadable {
            section,
            about: About::Removed,
            because: failure.told(),
            seen: None,
        }),
    }
    observation
}

async fn read_all(aws: &Aws, names: &BTreeSet<String>) -> Observation {
    let mut observation = Observation::default();
    let reads = names.iter().map(|name| async move { (name, read(aws, name).await) });
    for (name, read) in join_all(reads).await {
        match read {
            Ok(live) => observation.live.extend(live),
            Err(failure) => observation.unreadable.push(Unreadable {
                section: LogGroups.section(),
                about: About::Resource(name.clone()),
                because: failure.told(),
                seen: None,
            }),
        }
    }
    observation
}

/// The names of what is looked for beside what is named.
async fn others(aws: &Aws, look: &Look) -> Result<BTreeSet<String>, Failure> {
    if look.all.is_some() {
        let all = scan(aws).await?.into_iter().filter_map(|group| group.log_group_name);
        return Ok(all.filter(|name| look.takes(&LogGroups, name)).collect());
    }
    let owners: BTreeSet<_> = look.owners().collect();
    let arns = marked(aws, "logs:log-group", &owners, &aws.place().region).await?;
    Ok(arns.keys().filter_map(|arn| name_in(arn)).collect())
}

/// The name in an ARN, which may have `:*` behind it.
fn name_in(arn: &str) -> Option<String> {
    let (_, name) = arn.split_once(":log-group:")?;
    Some(name.strip_suffix(":*").unwrap_or(name).to_owned())
}

/// One log group and its tags, read at once.
async fn read(aws: &Aws, name: &str) -> Result<Option<Live>, Failure> {
    let arn = LogGroups.arn(name, &Value::Null, aws.place()).unwrap_or_default();
    let (group, tags) = join(describe(aws, name), tags(aws, &arn)).await;
    match (group?, tags?) {
        (Some(group), Some(tags)) => Ok(Some(live(&group, name, arn, tags))),
        _ => Ok(None),
    }
}

/// The log group of this name. Names come in order, so that it is the first one that begins with it
/// (service model, `DescribeLogGroups`); not every server knows the filter by whole names.
async fn describe(aws: &Aws, name: &str) -> Result<Option<LogGroup>, Failure> {
    let request = aws.logs.describe_log_groups().log_group_name_prefix(name).limit(1);
    let groups = aws.call(DESCRIBE, request.send()).await?.log_groups.unwrap_or_default();
    Ok(groups.into_iter().find(|group| group.log_group_name.as_deref() == Some(name)))
}

async fn scan(aws: &Aws) -> Result<Vec<LogGroup>, Failure> {
    let mut groups = Vec::new();
    let mut token = None;
    loop {
        let request = aws.logs.describe_log_groups().limit(50).set_next_token(token.clone());
        let answer = aws.call(DESCRIBE, request.send()).await?;
        groups.extend(answer.log_groups.unwrap_or_default());
        match next_page(DESCRIBE, token.as_deref(), answer.next_token)? {
            None => return Ok(groups),
            next => token = next,
        }
    }
}

/// The tags of what is there.
async fn tags(aws: &Aws, arn: &str) -> Result<Option<BTreeMap<String, String>>, Failure> {
    let request = aws.logs.list_tags_for_resource().resource_arn(arn).send();
    match aws.call("logs:ListTagsForResource", request).await {
        Err(failure) if is_gone(&failure) => Ok(None),
        answer => Ok(Some(answer?.tags.unwrap_or_default().into_iter().collect())),
    }
}

fn is_gone(failure: &Failure) -> bool {
    failure.reason == Reason::Refused && failure.code == "ResourceNotFoundException"
}

fn live(group: &LogGroup, name: &str, arn: String, mut tags: BTreeMap<String, String>) -> Live {
    let mark = Mark::take_from(&mut tags);
    let class = group.log_group_class.as_ref().map_or("STANDARD", LogGroupClass::as_str);
    let mut document = json!({ NAME: name, CLASS: class });
    if let Some(days) = group.retention_in_days {
        document[RETENTION] = json!(days);
    }
    if let Some(key) = &group.kms_key_id {
        document[KEY] = json!(key);
    }
    if group.deletion_protection_enabled == Some(true) {
        document[PROTECTION] = json!(true);
    }
    if !tags.is_empty() {
        document[TAGS] = json!(tags);
    }
    spec::settle(&mut document);
    Live {
        section: LogGroups.section(),
        name: name.to_owned(),
        arn: Some(arn),
        sensitive: LogGroups.looks_secret(&document),
        document,
        mark,
        modified: None,
        facts: json!({ STORED: group.stored_bytes }),
    }
}

/// Does what a step says. Where it takes several calls the digest is written last.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
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

/// A log group that is gone is deleted: the SDK's retry of a call whose answer was lost finds just that,
/// or is denied, where a policy allows what carries the mark, and nothing else.
async fn delete(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let request = aws.logs.delete_log_group().log_group_name(&step.name).send();
    match aws.call("logs:DeleteLogGroup", request).await {
        Err(failure) if is_gone(&failure) => Ok(()),
        Err(failure) if failure.reason == Reason::Denied => match describe(aws, &step.name).await {
            Ok(None) => Ok(()),
            _ => Err(failure),
        },
        answer => answer.map(drop),
    }
}

/// A log group takes one call, and those whose events go after a while two more: the call that makes it
/// does not know of that.
async fn create(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let Some(document) = &step.document else { return Ok(()) };
    let expires = document.get(RETENTION).is_some();
    let tags = mark_tags(step, !expires);
    let text = |field: &str| document.get(field).and_then(Value::as_str).map(str::to_owned);
    let request = aws
        .logs
        .create_log_group()
        .log_group_name(&step.name)
        .set_kms_key_id(text(KEY))
        .set_log_group_class(text(CLASS).as_deref().map(LogGroupClass::from))
        .set_deletion_protection_enabled(document.get(PROTECTION).and_then(Value::as_bool))
        .set_tags(Some(tags.iter().cloned().collect()));
    match aws.call("logs:CreateLogGroup", request.send()).await {
        Err(failure) if may_be_ours(&failure) && is_ours(aws, step, &tags).await => {}
        answer => {
            answer?;
        }
    }
    if !expires {
        return Ok(());
    }
    set(aws, step, RETENTION).await?;
    tag(aws, step).await
}

/// Whether this may be said of a log group that the step itself has made: its answer was lost, and the
/// SDK's retry found the name taken by it.
fn may_be_ours(failure: &Failure) -> bool {
    failure.code == "ResourceAlreadyExistsException" || failure.reason == Reason::Unintelligible
}

/// What somebody else made has other tags.
async fn is_ours(aws: &Aws, step: &Step, wanted: &[(String, String)]) -> bool {
    let arn = step.arn(aws.place()).unwrap_or_default();
    let live = tags(aws, &arn).await.ok().flatten().unwrap_or_default();
    wanted.iter().all(|(key, value)| live.get(key) == Some(value))
}

async fn update(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let gone = gone_tags(step);
    if !gone.is_empty() {
        let arn = step.arn(aws.place()).unwrap_or_default();
        let request = aws.logs.untag_resource().resource_arn(arn).set_tag_keys(Some(gone));
        aws.call("logs:UntagResource", request.send()).await?;
    }
    for field in [KEY, RETENTION, PROTECTION] {
        if step.changes.iter().any(|change| change.path.field() == field) {
            set(aws, step, field).await?;
        }
    }
    tag(aws, step).await
}

/// Makes one field what the step's document has.
async fn set(aws: &Aws, step: &Step, field: &str) -> Result<(), Failure> {
    let value = step.document.as_ref().and_then(|document| document.get(field));
    let (logs, name) = (&aws.logs, &step.name);
    match (field, value) {
        (RETENTION, Some(days)) => {
            let days = days.as_i64().and_then(|days| i32::try_from(days).ok()).unwrap_or_default();
            let request = logs.put_retention_policy().log_group_name(name).retention_in_days(days);
            aws.call("logs:PutRetentionPolicy", request.send()).await.map(drop)
        }
        (RETENTION, None) => {
            let request = logs.delete_retention_policy().log_group_name(name);
            aws.call("logs:DeleteRetentionPolicy", request.send()).await.map(drop)
        }
        (KEY, Some(key)) => {
            let key = key.as_str().unwrap_or_default();
            let request = logs.associate_kms_key().log_group_name(name).kms_key_id(key);
            aws.call("logs:AssociateKmsKey", request.send()).await.map(drop)
        }
        (KEY, None) => {
            let request = logs.disassociate_kms_key().log_group_name(name);
            aws.call("logs:DisassociateKmsKey", request.send()).await.map(drop)
        }
        (_, value) => {
            let request = logs
                .put_log_group_deletion_protection()
                .log_group_identifier(name)
                .deletion_protection_enabled(value == Some(&json!(true)));
            aws.call("logs:PutLogGroupDeletionProtection", request.send()).await.map(drop)
        }
    }
}

/// Writes every tag, our mark and the digest among them.
async fn tag(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let arn = step.arn(aws.place()).unwrap_or_default();
    let tags: HashMap<_, _> = mark_tags(step, true).into_iter().collect();
    let request = aws.logs.tag_resource().resource_arn(arn).set_tags(Some(tags));
    aws.call("logs:TagResource", request.send()).await.map(drop)
}

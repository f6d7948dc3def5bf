//! Task definitions in AWS.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::config::Config;
use aws_sdk_ecs::types::{
    Tag, TaskDefinition, TaskDefinitionFamilyStatus, TaskDefinitionField, TaskDefinitionStatus,
};
use aws_smithy_types::date_time::Format;
use futures::future::{join, join_all};
use serde_json::json;

use super::TaskDefinitions;
use super::revisions::{DEREGISTER, MARKED, OTHERS, arns, family, number};
use super::secrets::looks_secret;
use super::spec::{KEEP, TAGS, canonical};
use crate::aws::{Aws, Failure, Instead, Reason, marked, next_page};
use crate::document::shape;
use crate::kinds::tags::{fields_change, gone_tags, mark_tags};
use crate::kinds::{About, Kind as _, Landed, Live, Look, Named, Observation, Unreadable};
use crate::plan::{Action, Step};
use crate::safety::{DIGEST_TAG, Mark};

/// A revision, with its tags.
struct Revision {
    definition: TaskDefinition,
    tags: BTreeMap<String, String>,
}

/// The families that are named, and those of which a revision carries the mark.
///
/// A family is the stack's when any of its ACTIVE revisions carries the mark; the tagging API says
/// which do, and a list of the family which of them are ACTIVE.
pub(super) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = TaskDefinitions.section();
    let mut observation = Observation::default();
    let unreadable = |about, failure: &Failure| {
        let because = failure.told();
        Unreadable { section, about, because, seen: None }
    };
    let mut all_named = look.named.clone();
    match all(aws, look).await {
        Ok(families) => {
            let others = families.into_iter().filter(|family| !look.names(family));
            all_named.extend(others.map(|name| Named { name, ..Named::default() }));
        }
        Err(failure) => observation.unreadable.push(unreadable(About::Section, &failure)),
    }
    let latest = join_all(all_named.iter().map(|named| describe(aws, &named.name)));
    let (latest, listed) = join(latest, all_marked(aws, look)).await;
    if let Err(failure) = &listed {
        observation.unreadable.push(unreadable(About::Removed, failure));
    }
    let marked = |family: &str| listed.as_ref().map(|all| all.get(family));
    let named = all_named.iter().zip(latest).map(|(named, latest)| async move {
        let marked = marked(&named.name);
        let live = async {
            if look.goes || !named.known[OTHERS].is_null() {
                leaving_family(aws, look, named, latest?, marked).await
            } else {
                named_family(aws, named, latest?, marked).await
            }
        };
        (named.name.clone(), live.await)
    });
    let removed = listed
        .iter()
        .flatten()
        .filter(|(family, _)| !all_named.iter().any(|named| named.name == **family));
    let removed = removed.map(|(family, marked)| async move {
        (family.clone(), removed_family(aws, family, marked).await)
    });
    let (named, removed) = join(join_all(named), join_all(removed)).await;
    for (family, read) in named.into_iter().chain(removed) {
        match read {
            Ok(live) => observation.live.extend(live),
            Err(failure) => {
                observation.unreadable.push(unreadable(About::Resource(family), &failure));
            }
        }
    }
    observation
}

/// The families that the glob takes and that have an ACTIVE revision.
async fn all(aws: &Aws, look: &Look) -> Result<Vec<String>, Failure> {
    const ACTION: &str = "ecs:ListTaskDefinitionFamilies";
    let mut families = Vec::new();
    let mut token = None;
    while look.all.is_some() {
        let request = aws
            .ecs
            .list_task_definition_families()
            .status(TaskDefinitionFamilyStatus::Active)
            .set_next_token(token.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        let listed = answer.families.unwrap_or_default().into_iter();
        families.extend(listed.filter(|family| look.takes(&TaskDefinitions, family)));
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => break,
            next => token = next,
        }
    }
    Ok(families)
}

/// The marked revisions by family, oldest first, those that were deregistered maybe among them.
async fn all_marked(aws: &Aws, look: &Look) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let Some(owner) = &look.owner {
        for arn in marked(aws, "ecs:task-definition", owner, &aws.place().region).await? {
            families.entry(family(&arn).to_owned()).or_default().push(arn);
        }
    }
    for arns in families.values_mut() {
        arns.sort_by_key(|arn| number(arn));
    }
    Ok(families)
}

/// A family of the file. Its mark is that of its newest revision, or of the newest that has one.
async fn named_family(
    aws: &Aws,
    named: &Named,
    latest: Option<Revision>,
    listed: Result<Option<&Vec<String>>, &Failure>,
) -> Result<Option<Live>, Failure> {
    let Some(latest) = latest else { return Ok(None) };
    // Read again, a family's revisions are those that its step knows.
    let known: Vec<_> = arns(&named.known[MARKED]).into_iter().map(str::to_owned).collect();
    let carries_mark = Mark::take_from(&mut latest.tags.clone()).is_some();
    let keeps = !named.known[KEEP].is_null();
    let mut ours = match listed {
        Ok(listed) => listed.cloned().unwrap_or(known),
        // Whose an unmarked revision's family is, only the list can tell.
        Err(failure) if !carries_mark || keeps => return Err(failure.clone()),
        Err(_) => Vec::new(),
    };
    let newest = latest.definition.task_definition_arn.clone().unwrap_or_default();
    if (!carries_mark && !ours.is_empty()) || keeps {
        let active = active(aws, &named.name).await?;
        ours.retain(|arn| active.contains(arn));
    }
    if carries_mark && !ours.contains(&newest) {
        ours.push(newest);
    }
    let mark = match ours.last() {
        Some(marked) if !carries_mark => describe(aws, marked).await?,
        _ => None,
    };
    let mark = mark.and_then(|revision| Mark::take_from(&mut revision.tags.clone()));
    let mut live = live(aws, latest)?;
    if live.mark.is_none() && mark.is_some() {
        live.mark = mark;
    } else if let Some(facts) = live.facts.as_object_mut() {
        // Who registered it matters only where it was not this stack.
        facts.remove("registeredBy");
    }
    live.facts[MARKED] = json!(ours);
    Ok(Some(live))
}

/// A family of the file that is to go, or one that is read again before it goes.
async fn leaving_family(
    aws: &Aws,
    look: &Look,
    named: &Named,
    latest: Option<Revision>,
    listed: Result<Option<&Vec<String>>, &Failure>,
) -> Result<Option<Live>, Failure> {
    let known = || arns(&named.known[MARKED]).into_iter().map(str::to_owned).collect();
    let mut ours = listed.map_err(Clone::clone)?.cloned().unwrap_or_else(known);
    // One that was just registered may not be listed yet.
    if let Some(Revision { definition, mut tags }) = latest
        && Mark::take_from(&mut tags).is_some_and(|mark| look.owner == Some(mark.stack))
    {
        ours.extend(definition.task_definition_arn);
    }
    removed_family(aws, &named.name, &ours).await
}

/// A family of which the stack keeps nothing: its newest revision that carries the mark.
async fn removed_family(
    aws: &Aws,
    family: &str,
    marked: &[String],
) -> Result<Option<Live>, Failure> {
    let active = active(aws, family).await?;
    let (ours, others): (Vec<_>, Vec<_>) = active.into_iter().partition(|arn| marked.contains(arn));
    let Some(newest) = ours.iter().max_by_key(|arn| number(arn)) else {
        return Ok(None);
    };
    let Some(revision) = describe(aws, newest).await? else { return Ok(None) };
    let mut live = live(aws, revision)?;
    let sorted = |mut arns: Vec<String>| {
        arns.sort_by_key(|arn| number(arn));
        arns
    };
    live.facts = json!({MARKED: sorted(ours), OTHERS: sorted(others)});
    Ok(Some(live))
}

/// A revision by its ARN, or the newest ACTIVE one of a family.
///
/// ECS says of one that is not there just that it cannot describe it, with the code of every other
/// mistake of a client (recordings).
async fn describe(aws: &Aws, what: &str) -> Result<Option<Revision>, Failure> {
    let request = aws
        .ecs
        .describe_task_definition()
        .task_definition(what)
        .include(TaskDefinitionField::Tags)
        .send();
    match aws.call("ecs:DescribeTaskDefinition", request).await {
        Err(failure) if is_gone(&failure) => Ok(None),
        other => {
            let answer = other?;
            let tags = answer.tags.unwrap_or_default().into_iter();
            let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
            let tags = tags.collect();
            let active = answer.task_definition.filter(is_active);
            Ok(active.map(|definition| Revision { definition, tags }))
        }
    }
}

/// A family's name stands for its newest ACTIVE revision, as the service model has it; servers by
/// others answer with one that was deregistered.
fn is_active(definition: &TaskDefinition) -> bool {
    definition.status.as_ref().is_none_or(|status| *status == TaskDefinitionStatus::Active)
}

fn is_gone(failure: &Failure) -> bool {
    failure.reason == Reason::Refused
        && failure.code == "ClientException"
        && failure.message.contains("Unable to describe task definition")
}

/// The ARNs of a family's ACTIVE revisions.
async fn active(aws: &Aws, family: &str) -> Result<BTreeSet<String>, Failure> {
    const ACTION: &str = "ecs:ListTaskDefinitions";
    let mut found = BTreeSet::new();
    let mut token = None;
    loop {
        let request = aws
            .ecs
            .list_task_definitions()
            .family_prefix(family)
            .status(TaskDefinitionStatus::Active)
            .set_next_token(token.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        let arns = answer.task_definition_arns.unwrap_or_default().into_iter();
        found.extend(arns.filter(|arn| self::family(arn) == family));
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => return Ok(found),
            next => token = next,
        }
    }
}

/// What AWS answers, in the form of [`super::spec::read`].
fn live(aws: &Aws, revision: Revision) -> Result<Live, Failure> {
    let Revision { definition, mut tags } = revision;
    let tree = shape::tree(&definition).map_err(|why| {
        Failure::unsaid("ecs:DescribeTaskDefinition", Reason::Unintelligible, why)
    })?;
    let mark = Mark::take_from(&mut tags);
    let mut document = canonical(&tree, aws.place());
    let sensitive = looks_secret(&document);
    if !tags.is_empty() {
        document[TAGS] = json!(tags);
    }
    Ok(Live {
        section: TaskDefinitions.section(),
        name: definition.family.clone().unwrap_or_default(),
        arn: definition.task_definition_arn.clone(),
        document,
        sensitive,
        mark,
        modified: definition.registered_at.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts: json!({"registeredBy": definition.registered_by}),
    })
}

/// Does what a step says.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked | Action::Delete => {}
        Action::Update | Action::Adopt | Action::Move if !fields_change(step) => {
            tag(aws, step).await?;
        }
        _ => register(aws, step).await?,
    }
    for arn in arns(&step.detail.value[DEREGISTER]) {
        deregister(aws, arn).await?;
    }
    Ok(Landed::Whole)
}

/// Registers a revision, its tags with it. Each call would make another one, so that it is not sent
/// twice blindly.
async fn register(aws: &Aws, step: &Step) -> Result<(), Failure> {
    const ACTION: &str = "ecs:RegisterTaskDefinition";
    let tags = mark_tags(step, true);
    let mut tree = step.sent.clone();
    tree[TAGS] = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    let input =
        shape::register(&tree).map_err(|why| Failure::unsaid(ACTION, Reason::Refused, why))?;
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
        aws.call(ACTION, request.send()).await.map(drop)
    };
    let before = step.arn.as_deref().map_or(0, number);
    let landed = async || {
        let latest = describe(aws, &step.name).await?;
        Ok(latest.filter(|latest| is_it(latest, before, &tags)).map(drop))
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

/// Changes the tags of the newest revision in place.
async fn tag(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let arn = step.arn.as_deref().unwrap_or_default();
    let gone = gone_tags(step);
    if !gone.is_empty() {
        let gone = gone.into_iter().chain([DIGEST_TAG.to_owned()]).collect();
        let request = aws.ecs.untag_resource().resource_arn(arn).set_tag_keys(Some(gone)).send();
        aws.call("ecs:UntagResource", request).await?;
    }
    if step.changes.is_empty() && step.action == Action::Update {
        return Ok(());
    }
    let tags = mark_tags(step, true).into_iter();
    let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
    let request = aws.ecs.tag_resource().resource_arn(arn).set_tags(Some(tags.collect())).send();
    aws.call("ecs:TagResource", request).await.map(drop)
}

/// One that is not ACTIVE any more is left as it is.
async fn deregister(aws: &Aws, arn: &str) -> Result<(), Failure> {
    let request = aws.ecs.deregister_task_definition().task_definition(arn).send();
    match aws.call("ecs:DeregisterTaskDefinition", request).await {
        Err(failure) if is_gone(&failure) => Ok(()),
        other => other.map(drop),
    }
}

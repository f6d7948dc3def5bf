//! Reading daemon task definitions.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{DaemonTaskDefinition, DaemonTaskDefinitionStatus};
use aws_smithy_types::date_time::Format;
use futures::future::join_all;
use serde_json::json;

use super::super::DaemonTaskDefinitions;
use crate::aws::{Aws, Failure, Reason, next_page};
use crate::document::shape;
use crate::kinds::ecs::live::tags_of;
use crate::kinds::task_definitions::canonical::Of;
use crate::kinds::task_definitions::revisions::{
    FOREIGN, FORMER, MARKED, OTHERS, arns, family, number,
};
use crate::kinds::task_definitions::spec::{KEEP, TAGS, canonical};
use crate::kinds::{About, Kind as _, Live, Look, Named, Observation, Unreadable};
use crate::safety::Mark;

/// The ACTIVE revisions of a family, newest first.
type Revisions = Vec<String>;

/// The families that are named, and those of which a revision carries the mark.
///
/// Nothing documents that the Resource Groups Tagging API lists daemon task definitions, and what it
/// would not list would be taken for gone. So one list has every ACTIVE revision, and the tags are
/// asked for, of the newest revision first: the first that carries a mark tells whose the family is.
pub(in crate::kinds) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = DaemonTaskDefinitions.section();
    let mut observation = Observation::default();
    let by_mark = look.owners().next().is_some();
    let listed =
        if by_mark || look.all.is_some() { list(aws, None).await.map(Some) } else { Ok(None) };
    if let Err(failure) = &listed {
        let about = if look.all.is_some() { About::Section } else { About::Removed };
        let because = failure.told();
        observation.unreadable.push(Unreadable { section, about, because, seen: None });
    }
    let of = |name: &str| match &listed {
        Ok(Some(families)) => Ok(Some(families.get(name).cloned().unwrap_or_default())),
        Ok(None) => Ok(None),
        Err(failure) => Err(failure.clone()),
    };
    let named = look.named.iter().map(|named| async move {
        (named.name.clone(), named_family(aws, look, named, of(&named.name)).await)
    });
    let others = listed.iter().flatten().flatten();
    let others = others.filter(|(name, _)| !look.names(name)).map(|(name, all)| async move {
        let read = if look.takes(&DaemonTaskDefinitions, name) {
            let named = Named { name: name.clone(), ..Named::default() };
            named_family(aws, look, &named, Ok(Some(all.clone()))).await
        } else {
            removed_family(aws, look, all).await
        };
        (name.clone(), read)
    });
    let (named, others) = futures::future::join(join_all(named), join_all(others)).await;
    for (family, read) in named.into_iter().chain(others) {
        match read {
            Ok(live) => observation.live.extend(live),
            Err(failure) => {
                let (about, because) = (About::Resource(family), failure.told());
                observation.unreadable.push(Unreadable { section, about, because, seen: None });
            }
        }
    }
    observation
}

/// A family of the file. Its mark is that of its newest revision, or of the newest that has one.
async fn named_family(
    aws: &Aws,
    look: &Look,
    named: &Named,
    listed: Result<Option<Revisions>, Failure>,
) -> Result<Option<Live>, Failure> {
    let Some(latest) = describe(aws, &named.name).await? else { return Ok(None) };
    let newest = latest.daemon_task_definition_arn.clone().unwrap_or_default();
    let tags = tags_of(aws, &newest).await?;
    let own = mark_in(&tags);
    let goes = look.goes || !named.known[OTHERS].is_null();
    let moves =
        |mark: &Mark| look.former.contains(&mark.stack) || named.from.as_ref() == Some(&mark.stack);
    let whole = goes || !named.known[KEEP].is_null() || own.as_ref().is_some_and(moves);
    let mut marks = vec![(newest, own)];
    if whole || marks[0].1.is_none() {
        let older = match listed? {
            Some(all) => all,
            None => list(aws, Some(&named.name)).await?.remove(&named.name).unwrap_or_default(),
        };
        let older: Vec<_> = older.into_iter().filter(|arn| *arn != marks[0].0).collect();
        marks.extend(read_marks(aws, &older, whole).await?);
    }
    if goes {
        let is_ours = |mark: &Mark| look.is_for(&mark.stack) || is_known(named, mark, &marks);
        return leaving(aws, &marks, is_ours).await;
    }
    let is_foreign = marks[0].1.is_none();
    let mark = marks.iter().find_map(|(_, mark)| mark.clone());
    let oldest_first = |takes: &dyn Fn(&Mark) -> bool| -> Vec<&String> {
        let taken = marks.iter().filter(|(_, mark)| mark.as_ref().is_some_and(takes));
        taken.rev().map(|(arn, _)| arn).collect()
    };
    let ours = |other: &Mark| mark.as_ref().is_some_and(|mark| mark.stack == other.stack);
    let (marked, former) = (oldest_first(&ours), oldest_first(&moves));
    let mut live = live(aws, &latest, tags)?;
    live.facts = json!({MARKED: marked, FORMER: former});
    // Who registered it matters only where it was not this stack.
    if is_foreign && mark.is_some() {
        live.facts[FOREIGN] = json!(latest.registered_by);
    }
    live.mark = mark;
    Ok(Some(live))
}

/// Whether a family that is read again before it goes carries this mark on one of the revisions that
/// were planned to go.
fn is_known(named: &Named, mark: &Mark, marks: &[(String, Option<Mark>)]) -> bool {
    let known = arns(&named.known[MARKED]);
    let it = |(arn, other): &&(String, Option<Mark>)| {
        known.contains(&arn.as_str()) && other.as_ref().is_some_and(|o| o.stack == mark.stack)
    };
    marks.iter().any(|one| it(&one))
}

/// A family that is not in the file, if it carries a mark that is looked for.
async fn removed_family(aws: &Aws, look: &Look, all: &[String]) -> Result<Option<Live>, Failure> {
    let givers = look.named.iter().filter_map(|named| named.from.as_deref());
    let givers: Vec<_> = givers.collect();
    let is_ours = |mark: &Mark| look.is_for(&mark.stack) && !givers.contains(&mark.stack.as_str());
    let newest = read_marks(aws, all, false).await?;
    if !newest.last().is_some_and(|(_, mark)| mark.as_ref().is_some_and(is_ours)) {
        return Ok(None);
    }
    let rest = read_marks(aws, &all[newest.len()..], true).await?;
    leaving(aws, &[newest, rest].concat(), is_ours).await
}

/// A family of which the stack keeps nothing: its newest revision that carries the mark.
async fn leaving(
    aws: &Aws,
    marks: &[(String, Option<Mark>)],
    is_ours: impl Fn(&Mark) -> bool,
) -> Result<Option<Live>, Failure> {
    let (ours, others): (Vec<_>, Vec<_>) =
        marks.iter().rev().partition(|(_, mark)| mark.as_ref().is_some_and(&is_ours));
    let Some((newest, _)) = ours.last() else { return Ok(None) };
    let Some(definition) = describe(aws, newest).await? else { return Ok(None) };
    let tags = tags_of(aws, newest).await?;
    let mark = mark_in(&tags);
    let arns = |list: &[&(String, Option<Mark>)]| -> Vec<_> {
        list.iter().map(|(arn, _)| arn.clone()).collect()
    };
    let facts = json!({MARKED: arns(&ours), OTHERS: arns(&others)});
    Ok(Some(Live { mark, facts, ..live(aws, &definition, tags)? }))
}

/// The marks of revisions, newest first, up to the first that there is, or of all of them.
async fn read_marks(
    aws: &Aws,
    all: &[String],
    whole: bool,
) -> Result<Vec<(String, Option<Mark>)>, Failure> {
    let read = |arn: String| async move {
        let mark = mark_in(&tags_of(aws, &arn).await?);
        Ok::<_, Failure>((arn, mark))
    };
    if whole {
        return join_all(all.iter().cloned().map(read)).await.into_iter().collect();
    }
    let mut found = Vec::new();
    for arn in all {
        let one = read(arn.clone()).await?;
        let is_marked = one.1.is_some();
        found.push(one);
        if is_marked {
            break;
        }
    }
    Ok(found)
}

fn mark_in(tags: &BTreeMap<String, String>) -> Option<Mark> {
    Mark::take_from(&mut tags.clone())
}

/// The ACTIVE revisions of one family, or of all of them, newest first.
async fn list(aws: &Aws, of: Option<&str>) -> Result<BTreeMap<String, Revisions>, Failure> {
    const ACTION: &str = "ecs:ListDaemonTaskDefinitions";
    let mut families: BTreeMap<String, Revisions> = BTreeMap::new();
    let mut token = None;
    loop {
        let request = aws
            .ecs
            .list_daemon_task_definitions()
            .set_family(of.map(str::to_owned))
            .set_next_token(token.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        for one in answer.daemon_task_definitions.unwrap_or_default() {
            let is_active = one.status.is_none_or(|it| it == DaemonTaskDefinitionStatus::Active);
            if let Some(arn) = one.arn.filter(|_| is_active) {
                families.entry(family(&arn).to_owned()).or_default().push(arn);
            }
        }
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => break,
            next => token = next,
        }
    }
    for revisions in families.values_mut() {
        revisions.sort_by_key(|arn| std::cmp::Reverse(number(arn)));
    }
    Ok(families)
}

/// A revision by its ARN, or the newest ACTIVE one of a family.
pub(super) async fn describe(
    aws: &Aws,
    what: &str,
) -> Result<Option<DaemonTaskDefinition>, Failure> {
    let is_active = |definition: &DaemonTaskDefinition| {
        definition.status.as_ref().is_none_or(|it| *it == DaemonTaskDefinitionStatus::Active)
    };
    Ok(read(aws, what).await?.filter(is_active))
}

/// A revision as it was registered, also one that was deleted since, as long as AWS has it.
pub(in crate::kinds) async fn past(aws: &Aws, arn: &str) -> Result<Option<Live>, Failure> {
    let Some(definition) = read(aws, arn).await? else { return Ok(None) };
    // Of one that is gone AWS may not have the tags any more.
    let tags = tags_of(aws, arn).await.unwrap_or_default();
    let mark = mark_in(&tags);
    Ok(Some(Live { mark, ..live(aws, &definition, tags)? }))
}

async fn read(aws: &Aws, what: &str) -> Result<Option<DaemonTaskDefinition>, Failure> {
    let request = aws.ecs.describe_daemon_task_definition().daemon_task_definition(what).send();
    match aws.call("ecs:DescribeDaemonTaskDefinition", request).await {
        Err(failure) if is_gone(&failure) => Ok(None),
        other => Ok(other?.daemon_task_definition),
    }
}

/// Whether AWS says that a revision is not there, or not for long.
///
/// The service model has no error of its own for that. Terraform takes a `ClientException` that says
/// "not found" or "being deleted" for it, and a code that the model does not have.
pub(super) fn is_gone(failure: &Failure) -> bool {
    const SAID: [&str; 4] = ["not found", "being deleted", "Unable to describe", "does not exist"];
    let is_said = || SAID.iter().any(|words| failure.message.contains(words));
    failure.reason == Reason::Refused
        && (failure.code == "DaemonTaskDefinitionNotFoundException"
            || (failure.code == "ClientException" && is_said()))
}

/// What AWS answers, in the form of the file's.
fn live(
    aws: &Aws,
    definition: &DaemonTaskDefinition,
    mut tags: BTreeMap<String, String>,
) -> Result<Live, Failure> {
    let tree = shape::tree(definition).map_err(|why| {
        Failure::unsaid("ecs:DescribeDaemonTaskDefinition", Reason::Unintelligible, why)
    })?;
    let mark = Mark::take_from(&mut tags);
    let mut document = canonical(Of::Daemon, &tree, aws.place());
    if !tags.is_empty() {
        document[TAGS] = json!(tags);
    }
    Ok(Live {
        section: DaemonTaskDefinitions.section(),
        name: definition.family.clone().unwrap_or_default(),
        arn: definition.daemon_task_definition_arn.clone(),
        sensitive: DaemonTaskDefinitions.looks_secret(&document),
        document,
        mark,
        modified: definition.registered_at.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts: json!({}),
    })
}

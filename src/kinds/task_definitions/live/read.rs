//! Reading task definitions.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{
    TaskDefinition, TaskDefinitionFamilyStatus, TaskDefinitionField, TaskDefinitionStatus,
};
use aws_smithy_types::date_time::Format;
use futures::future::{join, join_all};
use serde_json::json;

use super::super::TaskDefinitions;
use super::super::canonical::Of;
use super::super::revisions::{FOREIGN, FORMER, MARKED, OTHERS, arns, family, number};
use super::super::spec::{KEEP, TAGS, canonical};
use crate::aws::{Aws, Failure, Reason, marked, next_page};
use crate::document::shape;
use crate::kinds::{About, Kind as _, Live, Look, Named, Observation, Unreadable};
use crate::safety::Mark;

/// A revision, with its tags.
pub(super) struct Revision {
    pub(super) definition: TaskDefinition,
    pub(super) tags: BTreeMap<String, String>,
}

/// The families that are named, and those of which a revision carries the mark.
///
/// A family is the stack's when any of its ACTIVE revisions carries the mark; the tagging API says
/// which do, and a list of the family which of them are ACTIVE.
pub(in crate::kinds) async fn observe(aws: &Aws, look: &Look) -> Observation {
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
    let marked = |family: &str| listed.as_ref().map(|all| all.get(family).map(Vec::as_slice));
    let named = all_named.iter().zip(latest).map(|(named, latest)| async move {
        let marked = marked(&named.name);
        let live = async {
            if look.goes || !named.known[OTHERS].is_null() {
                leaving_family(aws, look, named, latest?, marked).await
            } else {
                named_family(aws, look, named, latest?, marked).await
            }
        };
        (named.name.clone(), live.await)
    });
    let removed = listed
        .iter()
        .flatten()
        .filter(|(family, _)| !all_named.iter().any(|named| named.name == **family));
    let removed = removed.map(|(family, marked)| async move {
        (family.clone(), removed_family(aws, family, &arns_of(marked)).await)
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
async fn all_marked(aws: &Aws, look: &Look) -> Result<BTreeMap<String, Vec<Marked>>, Failure> {
    let mut families: BTreeMap<String, Vec<Marked>> = BTreeMap::new();
    let givers = look.named.iter().filter_map(|named| named.from.as_deref());
    let owners = look.owners().chain(givers).collect();
    for (arn, owner) in marked(aws, "ecs:task-definition", &owners, &aws.place().region).await? {
        // A stack that gives one family keeps its others.
        let named = look.named.iter().find(|named| named.name == family(&arn));
        let is_given = named.is_some_and(|named| named.from.as_ref() == Some(&owner));
        if is_given || look.is_for(&owner) {
            families.entry(family(&arn).to_owned()).or_default().push(Marked { arn, owner });
        }
    }
    for revisions in families.values_mut() {
        revisions.sort_by_key(|revision| number(&revision.arn));
    }
    Ok(families)
}

/// A revision, and the mark that the list says it carries.
struct Marked {
    arn: String,
    owner: String,
}

fn arns_of(marked: &[Marked]) -> Vec<String> {
    marked.iter().map(|revision| revision.arn.clone()).collect()
}

/// A family of the file. Its mark is that of its newest revision, or of the newest that has one.
async fn named_family(
    aws: &Aws,
    look: &Look,
    named: &Named,
    latest: Option<Revision>,
    listed: Result<Option<&[Marked]>, &Failure>,
) -> Result<Option<Live>, Failure> {
    let Some(latest) = latest else { return Ok(None) };
    // Read again, a family's revisions are those that its step knows.
    let known = |which: &str| arns(&named.known[which]).into_iter().map(str::to_owned).collect();
    let changes_hands =
        |owner: &String| look.former.contains(owner) || named.from.as_ref() == Some(owner);
    let own_mark = Mark::take_from(&mut latest.tags.clone());
    let comes = own_mark.as_ref().is_some_and(|mark| changes_hands(&mark.stack));
    let keeps = !named.known[KEEP].is_null();
    let (mut ours, mut former): (Vec<_>, Vec<_>) = match listed {
        Ok(Some(listed)) => {
            let former = listed.iter().filter(|revision| changes_hands(&revision.owner));
            (arns_of(listed), former.map(|revision| revision.arn.clone()).collect())
        }
        Ok(None) => (known(MARKED), known(FORMER)),
        // Whose an unmarked revision's family is, and what else changes hands with one, only the
        // list can tell.
        Err(failure) if own_mark.is_none() || keeps || comes => return Err(failure.clone()),
        Err(_) => (Vec::new(), Vec::new()),
    };
    let newest = latest.definition.task_definition_arn.clone().unwrap_or_default();
    if (own_mark.is_none() && !ours.is_empty()) || keeps || !former.is_empty() {
        let active = active(aws, &named.name).await?;
        ours.retain(|arn| active.contains(arn));
        former.retain(|arn| active.contains(arn));
    }
    if own_mark.is_some() && !ours.contains(&newest) {
        ours.push(newest.clone());
    }
    if comes && !former.contains(&newest) {
        former.push(newest.clone());
    }
    let mark = match (&own_mark, ours.last()) {
        (None, Some(last)) => mark_of(aws, last).await?,
        _ => own_mark.clone(),
    };
    let mut live = live(aws, latest)?;
    // Who registered it matters only where it was not this stack.
    if (own_mark.is_some() || mark.is_none())
        && let Some(facts) = live.facts.as_object_mut()
    {
        facts.remove(FOREIGN);
    }
    live.mark = with_former(aws, look, mark, &mut former, &newest).await?;
    live.facts[MARKED] = json!(ours);
    live.facts[FORMER] = json!(former);
    Ok(Some(live))
}

/// A family's mark, given those of its revisions that carry the mark of who had it before: while
/// there is one, the family is theirs too. The newest changes hands last, so that of the others only
/// the last one has to be asked; what the list says of it may be what was.
async fn with_former(
    aws: &Aws,
    look: &Look,
    mark: Option<Mark>,
    former: &mut Vec<String>,
    newest: &str,
) -> Result<Option<Mark>, Failure> {
    let (Some(mark), Some(last)) = (&mark, former.last()) else { return Ok(mark) };
    let is_ours = look.owner.as_ref().is_none_or(|owner| *owner == mark.stack);
    if last == newest || !is_ours {
        return Ok(Some(mark.clone()));
    }
    match mark_of(aws, last).await? {
        Some(before) if before.stack != mark.stack => {
            Ok(Some(Mark { stack: before.stack, ..mark.clone() }))
        }
        _ => {
            former.clear();
            Ok(Some(mark.clone()))
        }
    }
}

async fn mark_of(aws: &Aws, arn: &str) -> Result<Option<Mark>, Failure> {
    let revision = describe(aws, arn).await?;
    Ok(revision.and_then(|revision| Mark::take_from(&mut revision.tags.clone())))
}

/// A family of the file that is to go, or one that is read again before it goes.
async fn leaving_family(
    aws: &Aws,
    look: &Look,
    named: &Named,
    latest: Option<Revision>,
    listed: Result<Option<&[Marked]>, &Failure>,
) -> Result<Option<Live>, Failure> {
    let known = || arns(&named.known[MARKED]).into_iter().map(str::to_owned).collect();
    let mut ours = listed.map_err(Clone::clone)?.map_or_else(known, arns_of);
    // One that was just registered may not be listed yet. Read again before it goes, a family whose
    // newest revision carries a mark now is not the one that was planned, whoever's mark it is.
    let is_again = !named.known[OTHERS].is_null();
    if let Some(Revision { definition, mut tags }) = latest
        && Mark::take_from(&mut tags).is_some_and(|mark| is_again || look.is_for(&mark.stack))
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
pub(super) async fn describe(aws: &Aws, what: &str) -> Result<Option<Revision>, Failure> {
    Ok(read(aws, what).await?.filter(|revision| is_active(&revision.definition)))
}

/// The ARN of the newest ACTIVE revision of a family, if it has one.
pub(in crate::kinds) async fn newest(aws: &Aws, family: &str) -> Result<Option<String>, Failure> {
    let latest = describe(aws, family).await?;
    Ok(latest.and_then(|latest| latest.definition.task_definition_arn))
}

/// A revision as it was registered, also one that was deregistered since.
pub(in crate::kinds) async fn past(aws: &Aws, arn: &str) -> Result<Option<Live>, Failure> {
    read(aws, arn).await?.map(|revision| live(aws, revision)).transpose()
}

async fn read(aws: &Aws, what: &str) -> Result<Option<Revision>, Failure> {
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
            Ok(answer.task_definition.map(|definition| Revision { definition, tags }))
        }
    }
}

/// A family's name stands for its newest ACTIVE revision, as the service model has it; servers by
/// others answer with one that was deregistered.
fn is_active(definition: &TaskDefinition) -> bool {
    definition.status.as_ref().is_none_or(|status| *status == TaskDefinitionStatus::Active)
}

pub(super) fn is_gone(failure: &Failure) -> bool {
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
    let mut document = canonical(Of::Task, &tree, aws.place());
    if !tags.is_empty() {
        document[TAGS] = json!(tags);
    }
    Ok(Live {
        section: TaskDefinitions.section(),
        name: definition.family.clone().unwrap_or_default(),
        arn: definition.task_definition_arn.clone(),
        sensitive: TaskDefinitions.looks_secret(&document),
        document,
        mark,
        modified: definition.registered_at.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts: json!({FOREIGN: definition.registered_by}),
    })
}

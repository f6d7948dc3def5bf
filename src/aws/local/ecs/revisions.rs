//! Reading, deregistering and deleting revisions.

use serde_json::{Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::members::Members as _;
use super::record::{self, Name, Section, Status};
use super::{client, invalid_parameter, shapes};

/// How many revisions one call may delete (model).
const DELETED_AT_ONCE: usize = 10;

/// `DescribeTaskDefinition`. AWS only promises to show revisions that are not `ACTIVE` while
/// something runs from them, and keeps them "indefinitely" for now (model); here they stay.
pub(super) fn describe(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeTaskDefinitionRequest")?;
    let name = Name::parse(call, input.text("taskDefinition").unwrap_or_default())?;
    let (number, revision) = section.find(&name).ok_or_else(record::missing)?;
    let mut answer = json!({ "taskDefinition": revision.wire(call, name.family, number) });
    if input.lists("include", "TAGS") {
        answer["tags"] = revision.tag_list();
    }
    Ok(Reply::Json(answer))
}

/// `DeregisterTaskDefinition`. That doing it again is accepted, and what a revision that is being
/// deleted answers, is an assumption.
pub(super) fn deregister(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DeregisterTaskDefinitionRequest")?;
    let text = input.text("taskDefinition").unwrap_or_default();
    let (family, number) = Name::with_revision(call, text)?;
    let revision = section.get_mut(family, number).ok_or_else(record::missing)?;
    if revision.status == Status::DeleteInProgress {
        // Clients match on the last words.
        return Err(client("The task definition is in the process of being deleted."));
    }
    revision.status = Status::Inactive;
    revision.deregistered_at.get_or_insert(call.now);
    Ok(Reply::Json(json!({ "taskDefinition": revision.wire(call, family, number) })))
}

/// `DeleteTaskDefinitions`, which answers for each name apart.
pub(super) fn delete(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DeleteTaskDefinitionsRequest")?;
    let count = input.list("taskDefinitions").len();
    if !(1..=DELETED_AT_ONCE).contains(&count) {
        let message = format!("Specify between 1 and {DELETED_AT_ONCE} task definitions.");
        return Err(invalid_parameter(message));
    }
    let names = input.texts("taskDefinitions").map(|text| (text, Name::with_revision(call, text)));
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for (text, name) in names {
        let (family, number) = name?;
        match delete_one(call, section, family, number) {
            Ok(shown) => deleted.push(shown),
            Err(reason) => failures.push(json!({ "arn": text, "reason": reason })),
        }
    }
    Ok(Reply::Json(json!({ "taskDefinitions": deleted, "failures": failures })))
}

/// AWS's reasons are not recorded; `MISSING` is its reason elsewhere in ECS (documentation, API
/// failure reasons).
fn delete_one(
    call: &Call<'_>,
    section: &mut Section,
    family: &str,
    number: u32,
) -> Result<Value, &'static str> {
    let revision = section.get_mut(family, number).ok_or("MISSING")?;
    if revision.status == Status::Active {
        return Err("The specified task definition is still in ACTIVE status. Please deregister \
                    the target and try again.");
    }
    revision.status = Status::DeleteInProgress;
    revision.delete_requested_at.get_or_insert(call.now);
    Ok(revision.wire(call, family, number))
}

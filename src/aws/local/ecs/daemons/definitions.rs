//! Daemon task definitions: registering, reading, deleting.

use serde_json::{Value, json};

use super::super::super::reply::{Fault, Reply};
use super::super::super::state::World;
use super::super::super::{Call, caller};
use super::super::members::Members as _;
use super::super::record::seconds;
use super::super::register::{check_length, check_roles, given_tags};
use super::super::{Structure, checks, client, fill, invalid_parameter, shapes, size};
use super::names::{self, Name};
use super::record::{Daemons, Definition};

/// `RegisterDaemonTaskDefinition`. The answer has nothing but the ARN (model).
pub(super) fn register(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut definition = shapes::read(call.body, "RegisterDaemonTaskDefinitionRequest")?;
    let tags = given_tags(&mut definition)?;
    check_length(&definition)?;
    size::normalise(&mut definition)?;
    checks::check_daemon(&definition)?;
    check_roles(call, world, &definition)?;
    fill::fill_daemon(&mut definition);
    let family = definition.text("family").unwrap_or_default().to_owned();
    let registered_by = caller::arn(call);
    let definition = Definition {
        registered: definition,
        registered_at: call.now,
        registered_by,
        deleted_at: None,
        tags,
    };
    let number = world.region.ecs.daemons.add(&family, definition);
    let arn = names::definition_arn(call, &family, number);
    Ok(Reply::Json(json!({ "daemonTaskDefinitionArn": arn })))
}

/// `DescribeDaemonTaskDefinition`, which shows no tags (model).
pub(super) fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeDaemonTaskDefinitionRequest")?;
    let name = named(call, &input)?;
    let daemons = &world.region.ecs.daemons;
    let (number, definition) = daemons.definition(&name).ok_or_else(missing)?;
    let arn = names::definition_arn(call, name.family, number);
    let mut shown = definition.registered.clone();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("daemonTaskDefinitionArn", json!(arn));
    put("revision", json!(number));
    put("status", json!(status(call, &arn, definition)));
    put("registeredAt", seconds(definition.registered_at));
    put("registeredBy", json!(definition.registered_by));
    if let Some(at) = definition.deleted_at {
        put("deleteRequestedAt", seconds(at));
    }
    Ok(Reply::Json(json!({ "daemonTaskDefinition": shown })))
}

/// `DeleteDaemonTaskDefinition`: "must be in an ACTIVE state to be deleted", and daemons that run from
/// it go on (model).
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DeleteDaemonTaskDefinitionRequest")?;
    let name = named(call, &input)?;
    let Some(number) = name.revision else {
        return Err(invalid_parameter("Revision is missing."));
    };
    let definition = world.region.ecs.daemons.definition_mut(&name).ok_or_else(missing)?;
    if definition.deleted_at.is_some() {
        // Clients match on the last two words (Terraform's).
        return Err(client("The daemon task definition is being deleted."));
    }
    definition.deleted_at = Some(call.now);
    let arn = names::definition_arn(call, name.family, number);
    call.memory.ecs.begin(call, &arn);
    Ok(Reply::Json(json!({ "daemonTaskDefinitionArn": arn })))
}

/// Where a revision stands in its life (model, shape `DaemonTaskDefinitionStatus`).
pub(super) fn status(call: &Call<'_>, arn: &str, definition: &Definition) -> &'static str {
    match definition.deleted_at {
        None => "ACTIVE",
        Some(_) if call.memory.ecs.is_under_way(arn) => "DELETE_IN_PROGRESS",
        Some(_) => "DELETED",
    }
}

/// The revision that a daemon is to run from: it has to be `ACTIVE` (model, operation
/// `DeleteDaemonTaskDefinition`: "no new daemons can be created using this definition").
///
/// The text is that of `CreateService` for a task definition that is not there, as users report it.
pub(super) fn active<'a>(
    call: &Call<'_>,
    daemons: &'a Daemons,
    arn: &str,
) -> Result<&'a Definition, Fault> {
    let name = names::definition(call, arn);
    let found = name.and_then(|name| daemons.definition(&name));
    let active = found.filter(|(_, definition)| definition.deleted_at.is_none());
    let missing = || client("DaemonTaskDefinition not found.");
    active.map(|(_, definition)| definition).ok_or_else(missing)
}

fn named<'a>(call: &Call<'_>, input: &'a Structure) -> Result<Name<'a>, Fault> {
    let text = input.text("daemonTaskDefinition").unwrap_or_default();
    if text.starts_with("arn:") {
        return names::definition(call, text).ok_or_else(missing);
    }
    let name = names::plain(text).filter(|name| !name.family.is_empty());
    name.ok_or_else(|| invalid_parameter("Invalid revision number."))
}

/// `ClientException` is the only error of the model's that fits; Terraform takes one that says "not
/// found" for this.
pub(super) fn missing() -> Fault {
    client("The specified daemon task definition was not found.")
}

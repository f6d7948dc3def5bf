//! `RegisterTaskDefinition`.

use serde_json::{Value, json};

use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::super::{Call, caller};
use super::members::{Members as _, Structure};
use super::record::{Revision, Status};
use super::{checks, client, fill, shapes, size, tags};

/// The largest task definition in bytes (documentation, ECS quotas).
const LARGEST: usize = 65_536;

/// `RegisterTaskDefinition`. In which order AWS finds what is wrong is not documented.
pub(super) fn register(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut definition = shapes::read(call.body, "RegisterTaskDefinitionRequest")?;
    let tags = given_tags(&mut definition)?;
    check_length(&definition)?;
    size::normalise(&mut definition)?;
    checks::check(&definition)?;
    check_roles(call, world, &definition)?;
    fill::fill(&mut definition);
    let family = definition.text("family").unwrap_or_default().to_owned();
    let revision = Revision {
        definition,
        status: Status::Active,
        registered_at: call.now,
        registered_by: caller::arn(call),
        deregistered_at: None,
        delete_requested_at: None,
        tags,
    };
    let number = world.region.ecs.add(&family, revision.clone());
    let mut answer = json!({ "taskDefinition": revision.wire(call, &family, number) });
    if !revision.tags.is_empty() {
        answer["tags"] = revision.tag_list();
    }
    Ok(Reply::Json(answer))
}

/// Takes the tags out of a request and checks them.
pub(super) fn given_tags(input: &mut Structure) -> Result<tags::Tags, Fault> {
    match input.remove("tags") {
        // AWS's text (recording).
        Some(Value::Array(tags)) if tags.is_empty() => Err(client("Tags can not be empty.")),
        Some(Value::Array(tags)) => tags::checked(&tags),
        _ => Ok(tags::Tags::new()),
    }
}

/// A role that IAM does not show yet is not valid (reports of users of Terraform, which tries again
/// then). What ECS does about a role that is not there at all is not documented; here somebody else
/// may have made it, since a file may well name roles that this account does not hold.
pub(super) fn check_roles(
    call: &Call<'_>,
    world: &World,
    definition: &Structure,
) -> Result<(), Fault> {
    let given = ["taskRoleArn", "executionRoleArn"];
    let mut roles = given.iter().filter_map(|name| definition.text(name));
    if roles.any(|role| world.global.iam.role_is_hidden(call, role)) {
        return Err(client("Role is not valid"));
    }
    Ok(())
}

/// AWS's text (recording). What exactly it measures is not known; here it is the definition as it
/// was sent, without blanks, unknown members and tags.
pub(super) fn check_length(definition: &Structure) -> Result<(), Fault> {
    let length = Value::Object(definition.clone()).to_string().len();
    if length > LARGEST {
        return Err(client(format!(
            "Actual length: '{length}'. Max allowed length is '{LARGEST}' bytes."
        )));
    }
    Ok(())
}

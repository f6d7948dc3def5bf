//! Roles themselves: what they are called, who may take them, and what is said about them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::input::Input;
use super::record::{Role, Section};
use super::shapes::{ARN, DOCUMENT, PATH, PATH_PREFIX, ROLE_DESCRIPTION, ROLE_NAME};
use super::trust::Trust;
use super::xml::{Xml, answer, done};
use super::{fault, ids, paging, policies, profiles, tags};

/// How long a session lasts where nothing is said, in seconds (documentation).
const SESSION: i32 = 3600;

/// `CreateRole`. In which order AWS finds what is wrong is not documented. A role below
/// `/aws-service-role/` can be made here, since nothing else makes one; whether AWS lets it is not
/// known.
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let path = input.optional("Path", &PATH).unwrap_or_else(|| "/".to_owned());
    let text = input.required("AssumeRolePolicyDocument", &DOCUMENT);
    let description = input.optional("Description", &ROLE_DESCRIPTION);
    let session = session(&mut input);
    let boundary = input.optional("PermissionsBoundary", &ARN);
    let tags = input.tags();
    input.finish()?;
    let section = &mut world.global.iam;
    if section.roles.contains_key(&name.to_lowercase()) {
        return Err(fault::already_exists(format!("Role with name {name} already exists.")));
    }
    let tags = tags::new(tags, "TagsPerRole")?;
    let trust = Trust::write(call, section, text)?;
    if let Some(arn) = &boundary {
        policies::see(call, section, arn)?;
    }
    let role = Role {
        name: name.clone(),
        path,
        id: ids::new("AROA"),
        created: call.now,
        trust,
        description: description.filter(|text| !text.is_empty()),
        max_session_duration: session.unwrap_or(SESSION),
        boundary,
        tags,
        inline: BTreeMap::new(),
        attached: BTreeSet::new(),
    };
    call.memory.iam.hide(&role.id, call.options.iam_delay);
    // Neither the session's length nor the boundary is in the answer, and the trust policy is as it
    // came (recordings). Whether the description is, is not recorded.
    let reply = answer("CreateRole", |xml| {
        xml.inside("Role", |xml| {
            identity(xml, call, &role);
            xml.document("AssumeRolePolicyDocument", &role.trust.text);
            xml.some_tags(&role.tags);
        });
    });
    section.roles.insert(name.to_lowercase(), role);
    Ok(reply)
}

/// `GetRole`
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    input.finish()?;
    let section = &world.global.iam;
    let role = see(call, section, &name)?;
    Ok(answer("GetRole", |xml| {
        xml.inside("Role", |xml| {
            listed(xml, call, section, role);
            boundary(xml, role);
            xml.some_tags(&role.tags);
            // Nobody ever takes a role here, and then it is there and empty (recordings).
            xml.inside("RoleLastUsed", |_| ());
        });
    }))
}

/// `UpdateRole`: what the input does not name stays as it is, which clients rely on that send the
/// session's length alone; the documentation leaves it open.
pub(super) fn update(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let description = input.optional("Description", &ROLE_DESCRIPTION);
    let session = session(&mut input);
    input.finish()?;
    let role = change(&mut world.global.iam, &name)?;
    if let Some(text) = description {
        role.description = Some(text).filter(|text| !text.is_empty());
    }
    if let Some(session) = session {
        role.max_session_duration = session;
    }
    Ok(answer("UpdateRole", |_| ()))
}

/// `UpdateRoleDescription`
pub(super) fn update_description(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let description = input.required("Description", &ROLE_DESCRIPTION);
    input.finish()?;
    let role = change(&mut world.global.iam, &name)?;
    role.description = Some(description).filter(|text| !text.is_empty());
    let section = &world.global.iam;
    let role = find(section, &name)?;
    Ok(answer("UpdateRoleDescription", |xml| {
        xml.inside("Role", |xml| listed(xml, call, section, role));
    }))
}

/// `UpdateAssumeRolePolicy`
pub(super) fn update_trust(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let text = input.required("PolicyDocument", &DOCUMENT);
    input.finish()?;
    let section = &mut world.global.iam;
    change(section, &name)?;
    let trust = Trust::write(call, section, text)?;
    change(section, &name)?.trust = trust;
    Ok(done("UpdateAssumeRolePolicy"))
}

/// `DeleteRole`. What hangs on it has to go first, in an order that AWS does not document.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    input.finish()?;
    let section = &mut world.global.iam;
    let role = change(section, &name)?;
    // (recordings, all three)
    let conflict = if !role.attached.is_empty() {
        Some("Cannot delete entity, must detach all policies first.")
    } else if !role.inline.is_empty() {
        Some("Cannot delete entity, must delete policies first.")
    } else if section.instance_profiles.values().any(|p| p.role.as_ref() == Some(&name)) {
        Some(profiles::HOLDS_ROLE)
    } else {
        None
    };
    if let Some(conflict) = conflict {
        return Err(fault::delete_conflict(conflict));
    }
    section.roles.remove(&name.to_lowercase());
    Ok(done("DeleteRole"))
}

/// `ListRoles`, which leaves out tags, boundary and last use (model).
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let prefix = input.optional("PathPrefix", &PATH_PREFIX).unwrap_or_default();
    let wish = input.paging();
    input.finish()?;
    let section = &world.global.iam;
    let roles = section.roles.values().filter(|role| role.path.starts_with(&prefix));
    let seen = roles.filter(|role| call.memory.iam.sees(&role.id));
    let page = paging::page(seen.map(|role| (role.name.clone(), role)).collect(), &wish)?;
    Ok(answer("ListRoles", |xml| {
        xml.list("Roles", &page.items, |xml, role| listed(xml, call, section, role));
        xml.paging(&page);
    }))
}

fn session(input: &mut Input) -> Option<i32> {
    input.integer("MaxSessionDuration", SESSION, 43_200)
}

/// What every answer about a role begins with.
pub(super) fn identity(xml: &mut Xml, call: &Call<'_>, role: &Role) {
    xml.text("Path", &role.path);
    xml.text("RoleName", &role.name);
    xml.text("RoleId", &role.id);
    xml.text("Arn", role.arn(call));
    xml.time("CreateDate", role.created);
}

fn listed(xml: &mut Xml, call: &Call<'_>, section: &Section, role: &Role) {
    identity(xml, call, role);
    xml.document("AssumeRolePolicyDocument", &role.trust.shown(call, section));
    xml.optional("Description", role.description.as_ref());
    xml.text("MaxSessionDuration", role.max_session_duration);
}

/// The type is `Policy` (recording), not the `PermissionsBoundaryPolicy` of the model.
pub(super) fn boundary(xml: &mut Xml, role: &Role) {
    if let Some(arn) = &role.boundary {
        xml.inside("PermissionsBoundary", |xml| {
            xml.text("PermissionsBoundaryType", "Policy");
            xml.text("PermissionsBoundaryArn", arn);
        });
    }
}

/// The role of this name. Names are told apart with regard to case here, though no two roles differ
/// in nothing else; what AWS does about a name in another case is not known.
pub(super) fn find<'a>(section: &'a Section, name: &str) -> Result<&'a Role, Fault> {
    let role = section.roles.get(&name.to_lowercase()).filter(|role| role.name == name);
    role.ok_or_else(|| fault::no_such_role(name))
}

/// The same for a reader, from whom it may still be hidden.
pub(super) fn see<'a>(
    call: &Call<'_>,
    section: &'a Section,
    name: &str,
) -> Result<&'a Role, Fault> {
    let role = find(section, name)?;
    if call.memory.iam.sees(&role.id) { Ok(role) } else { Err(fault::no_such_role(name)) }
}

/// The same to change its tags, which even the roles of AWS's services let everyone do: `TagRole` has
/// no `UnmodifiableEntity` (model).
pub(super) fn find_mut<'a>(section: &'a mut Section, name: &str) -> Result<&'a mut Role, Fault> {
    let role = section.roles.get_mut(&name.to_lowercase()).filter(|role| role.name == name);
    role.ok_or_else(|| fault::no_such_role(name))
}

/// The same to change anything else.
pub(super) fn change<'a>(section: &'a mut Section, name: &str) -> Result<&'a mut Role, Fault> {
    let role = find_mut(section, name)?;
    if role.is_service_linked() { Err(fault::unmodifiable(name)) } else { Ok(role) }
}

//! Instance profiles.

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::input::Input;
use super::record::{InstanceProfile, Section};
use super::shapes::{INSTANCE_PROFILE_NAME, PATH, ROLE_NAME};
use super::xml::{Xml, answer, done};
use super::{fault, ids, paging, roles, tags};

/// (recording: deleting a role)
pub(super) const HOLDS_ROLE: &str =
    "Cannot delete entity, must remove roles from instance profile first.";

/// `CreateInstanceProfile`
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("InstanceProfileName", &INSTANCE_PROFILE_NAME);
    let path = input.optional("Path", &PATH).unwrap_or_else(|| "/".to_owned());
    let tags = input.tags();
    input.finish()?;
    let section = &mut world.global.iam;
    let key = name.to_lowercase();
    if section.instance_profiles.contains_key(&key) {
        return Err(fault::already_exists(format!("Instance Profile {name} already exists.")));
    }
    let tags = tags::new(tags, "TagsPerInstanceProfile")?;
    let id = ids::new("AIPA");
    let profile = InstanceProfile { name, path, id, created: call.now, tags, role: None };
    let reply = answer("CreateInstanceProfile", |xml| {
        xml.inside("InstanceProfile", |xml| write(xml, call, section, &profile));
    });
    section.instance_profiles.insert(key, profile);
    Ok(reply)
}

/// `GetInstanceProfile`
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("InstanceProfileName", &INSTANCE_PROFILE_NAME);
    input.finish()?;
    let section = &mut world.global.iam;
    let profile = find(section, &name)?.clone();
    Ok(answer("GetInstanceProfile", |xml| {
        xml.inside("InstanceProfile", |xml| write(xml, call, section, &profile));
    }))
}

/// `DeleteInstanceProfile`
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("InstanceProfileName", &INSTANCE_PROFILE_NAME);
    input.finish()?;
    let section = &mut world.global.iam;
    if find(section, &name)?.role.is_some() {
        return Err(fault::delete_conflict(HOLDS_ROLE));
    }
    section.instance_profiles.remove(&name.to_lowercase());
    Ok(done("DeleteInstanceProfile"))
}

/// `AddRoleToInstanceProfile`. A profile holds one role (documentation).
pub(super) fn add_role(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("InstanceProfileName", &INSTANCE_PROFILE_NAME);
    let role_name = input.required("RoleName", &ROLE_NAME);
    input.finish()?;
    let section = &mut world.global.iam;
    find(section, &name)?;
    if roles::see(call, section, &role_name)?.is_service_linked() {
        return Err(fault::unmodifiable(&role_name));
    }
    let role = &mut find(section, &name)?.role;
    if role.is_some() {
        return Err(fault::quota("InstanceSessionsPerInstanceProfile", 1));
    }
    *role = Some(role_name);
    Ok(done("AddRoleToInstanceProfile"))
}

/// `RemoveRoleFromInstanceProfile`
pub(super) fn remove_role(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("InstanceProfileName", &INSTANCE_PROFILE_NAME);
    let role_name = input.required("RoleName", &ROLE_NAME);
    input.finish()?;
    let section = &mut world.global.iam;
    roles::find(section, &role_name)?;
    let role = &mut find(section, &name)?.role;
    if role.as_ref() != Some(&role_name) {
        // AWS's text for a role that is not in it is not known.
        return Err(fault::no_such_role(&role_name));
    }
    *role = None;
    Ok(done("RemoveRoleFromInstanceProfile"))
}

/// `ListInstanceProfilesForRole`
pub(super) fn list_for_role(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let role_name = input.required("RoleName", &ROLE_NAME);
    let wish = input.paging();
    input.finish()?;
    let section = &world.global.iam;
    roles::see(call, section, &role_name)?;
    let held = of_role(section, &role_name).map(|profile| (profile.name.clone(), profile));
    let page = paging::page(held.collect(), &wish)?;
    Ok(answer("ListInstanceProfilesForRole", |xml| {
        xml.list("InstanceProfiles", &page.items, |xml, profile| {
            write(xml, call, section, profile);
        });
        xml.paging(&page);
    }))
}

/// Writes every profile of a role.
pub(super) fn all_of(xml: &mut Xml, call: &Call<'_>, section: &Section, role: &str) {
    xml.list("InstanceProfileList", of_role(section, role), |xml, profile| {
        write(xml, call, section, profile);
    });
}

fn of_role<'a>(section: &'a Section, role: &str) -> impl Iterator<Item = &'a InstanceProfile> {
    section.instance_profiles.values().filter(move |held| held.role.as_deref() == Some(role))
}

fn write(xml: &mut Xml, call: &Call<'_>, section: &Section, profile: &InstanceProfile) {
    xml.text("Path", &profile.path);
    xml.text("InstanceProfileName", &profile.name);
    xml.text("InstanceProfileId", &profile.id);
    xml.text("Arn", profile.arn(call));
    xml.time("CreateDate", profile.created);
    let role = profile.role.iter().filter_map(|name| roles::find(section, name).ok());
    // The role in here has no description, no tags and no length of sessions (recording).
    xml.list("Roles", role, |xml, role| {
        roles::identity(xml, call, role);
        xml.document("AssumeRolePolicyDocument", &role.trust.shown(call, section));
    });
    xml.some_tags(&profile.tags);
}

fn find<'a>(section: &'a mut Section, name: &str) -> Result<&'a mut InstanceProfile, Fault> {
    let found = section.instance_profiles.get_mut(&name.to_lowercase());
    // (recording)
    found
        .filter(|profile| profile.name == name)
        .ok_or_else(|| fault::no_such_entity(format!("Instance Profile {name} cannot be found.")))
}

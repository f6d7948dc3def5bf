//! Managed policies on roles: attached, or as the boundary.

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::input::Input;
use super::policies::{self, Seen};
use super::record::Role;
use super::shapes::{ARN, ENTITY_TYPES, PATH, POLICY_PATH, ROLE_NAME, USAGES};
use super::xml::{Xml, answer, done};
use super::{fault, paging, roles};

/// How many managed policies a role may have (documentation, a default that can be raised;
/// recording of the refusal).
const LIMIT: usize = 10;

/// `AttachRolePolicy`. What is attached already stays so.
pub(super) fn attach(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let arn = input.required("PolicyArn", &ARN);
    input.finish()?;
    let section = &mut world.global.iam;
    roles::change(section, &name)?;
    if let Seen::Aws(policy) = policies::see(call, section, &arn)?
        && policy.is_service_linked()
    {
        let message = "Cannot attach a Service Role Policy to a Customer Role.";
        return Err(fault::not_attachable(message));
    }
    let attached = &mut roles::change(section, &name)?.attached;
    attached.insert(arn);
    if attached.len() > LIMIT {
        return Err(fault::quota("PoliciesPerRole", LIMIT));
    }
    Ok(done("AttachRolePolicy"))
}

/// `DetachRolePolicy`
pub(super) fn detach(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let arn = input.required("PolicyArn", &ARN);
    input.finish()?;
    let role = roles::change(&mut world.global.iam, &name)?;
    if !role.attached.remove(&arn) {
        return Err(fault::policy_not_found(&arn));
    }
    Ok(done("DetachRolePolicy"))
}

/// `ListAttachedRolePolicies`
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let prefix = input.optional("PathPrefix", &POLICY_PATH).unwrap_or_else(|| "/".to_owned());
    let wish = input.paging();
    input.finish()?;
    let role = roles::see(call, &world.global.iam, &name)?;
    let below = |arn: &&String| {
        arn.split_once(":policy").is_some_and(|(_, place)| place.starts_with(&prefix))
    };
    let attached = role.attached.iter().filter(below);
    let page = paging::page(attached.map(|arn| (key(arn), arn)).collect(), &wish)?;
    Ok(answer("ListAttachedRolePolicies", |xml| {
        xml.list("AttachedPolicies", &page.items, |xml, arn| attachment(xml, arn));
        xml.paging(&page);
    }))
}

/// Writes every attachment of a role.
pub(super) fn all_of(xml: &mut Xml, role: &Role) {
    xml.list("AttachedManagedPolicies", &role.attached, |xml, arn| attachment(xml, arn));
}

/// `PutRolePermissionsBoundary`
pub(super) fn put_boundary(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let arn = input.required("PermissionsBoundary", &ARN);
    input.finish()?;
    let section = &mut world.global.iam;
    roles::change(section, &name)?;
    policies::see(call, section, &arn)?;
    roles::change(section, &name)?.boundary = Some(arn);
    Ok(done("PutRolePermissionsBoundary"))
}

/// `DeleteRolePermissionsBoundary`. What AWS says where there is none is not documented; here it is
/// none to remove.
pub(super) fn delete_boundary(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    input.finish()?;
    roles::change(&mut world.global.iam, &name)?.boundary = None;
    Ok(done("DeleteRolePermissionsBoundary"))
}

/// `ListEntitiesForPolicy`. There are no users and groups here.
pub(super) fn entities(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let kind = input.choice("EntityFilter", &ENTITY_TYPES);
    let prefix = input.optional("PathPrefix", &PATH).unwrap_or_else(|| "/".to_owned());
    let usage = input.choice("PolicyUsageFilter", &USAGES);
    let wish = input.paging();
    input.finish()?;
    let section = &world.global.iam;
    policies::see(call, section, &arn)?;
    let uses = |role: &&Role| {
        let attached = role.attached.contains(&arn);
        let bounds = role.boundary.as_ref() == Some(&arn);
        match usage.as_deref() {
            Some("PermissionsPolicy") => attached,
            Some("PermissionsBoundary") => bounds,
            _ => attached || bounds,
        }
    };
    let roles = section.roles.values().filter(|_| kind.as_deref().is_none_or(|k| k == "Role"));
    let users = roles.filter(|role| role.path.starts_with(&prefix)).filter(uses);
    let page = paging::page(users.map(|role| (role.name.clone(), role)).collect(), &wish)?;
    Ok(answer("ListEntitiesForPolicy", |xml| {
        xml.inside("PolicyGroups", |_| ());
        xml.inside("PolicyUsers", |_| ());
        xml.list("PolicyRoles", &page.items, |xml, role| {
            xml.text("RoleName", &role.name);
            xml.text("RoleId", &role.id);
        });
        xml.paging(&page);
    }))
}

fn attachment(xml: &mut Xml, arn: &str) {
    xml.text("PolicyName", name(arn));
    xml.text("PolicyArn", arn);
}

fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The name, told apart from that of a policy in other hands.
fn key(arn: &str) -> String {
    let owner = arn.split(':').nth(4).unwrap_or_default();
    format!("{}/{owner}", name(arn))
}

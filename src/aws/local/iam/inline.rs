//! Inline policies of roles.

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::document::{self, Place};
use super::input::Input;
use super::shapes::{DOCUMENT, POLICY_NAME, ROLE_NAME};
use super::xml::{answer, done};
use super::{fault, paging, roles};

/// How many characters all inline policies of a role may have together (documentation).
const QUOTA: usize = 10_240;

/// `PutRolePolicy`
pub(super) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let role_name = input.required("RoleName", &ROLE_NAME);
    let name = input.required("PolicyName", &POLICY_NAME);
    let text = input.required("PolicyDocument", &DOCUMENT);
    input.finish()?;
    let role = roles::change(&mut world.global.iam, &role_name)?;
    document::check(&text, Place::Inline)?;
    role.inline.insert(name, text);
    if role.inline.values().map(|text| document::size(text)).sum::<usize>() > QUOTA {
        // (reports)
        return Err(fault::limit_exceeded(format!(
            "Maximum policy size of {QUOTA} bytes exceeded for role {role_name}"
        )));
    }
    Ok(done("PutRolePolicy"))
}

/// `GetRolePolicy`. The document keeps its text (recordings).
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let role_name = input.required("RoleName", &ROLE_NAME);
    let name = input.required("PolicyName", &POLICY_NAME);
    input.finish()?;
    let role = roles::see(call, &world.global.iam, &role_name)?;
    let text = role.inline.get(&name).ok_or_else(|| missing(&name))?;
    Ok(answer("GetRolePolicy", |xml| {
        xml.text("RoleName", &role_name);
        xml.text("PolicyName", &name);
        xml.document("PolicyDocument", text);
    }))
}

/// `DeleteRolePolicy`
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let role_name = input.required("RoleName", &ROLE_NAME);
    let name = input.required("PolicyName", &POLICY_NAME);
    input.finish()?;
    let role = roles::change(&mut world.global.iam, &role_name)?;
    role.inline.remove(&name).ok_or_else(|| missing(&name))?;
    Ok(done("DeleteRolePolicy"))
}

/// `ListRolePolicies`
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let role_name = input.required("RoleName", &ROLE_NAME);
    let wish = input.paging();
    input.finish()?;
    let role = roles::see(call, &world.global.iam, &role_name)?;
    let names = role.inline.keys().map(|name| (name.clone(), name)).collect();
    let page = paging::page(names, &wish)?;
    Ok(answer("ListRolePolicies", |xml| {
        xml.inside("PolicyNames", |xml| {
            page.items.iter().for_each(|name| xml.text("member", name));
        });
        xml.paging(&page);
    }))
}

fn missing(name: &str) -> Fault {
    fault::no_such_entity(format!("The role policy with name {name} cannot be found."))
}

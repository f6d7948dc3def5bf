//! IAM: roles, their policies, managed policies and instance profiles. There are no users and no
//! groups.

mod asks;
mod attachments;
mod details;
mod document;
mod fault;
mod ids;
mod inline;
mod input;
mod managed;
mod paging;
mod policies;
mod profiles;
mod record;
mod roles;
mod shapes;
mod tags;
mod trust;
mod versions;
mod visibility;
mod xml;

use bytes::Bytes;
use http::Request;

use super::form::{Form, is_form};
use super::reply::{Fault, Protocol, Reply};
use super::state::World;
use super::{Access, Call, Operation, Service};
pub(super) use record::{Section, Tags};
pub(super) use visibility::Memory;

/// The name of the API's XML, which has its version in it (model).
const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// The version that every request names (model).
const VERSION: &str = "2010-05-08";

pub(super) const SERVICE: Service = Service {
    signing_name: "iam",
    prefix: "iam",
    protocol: Protocol::Query,
    operations: || READING.iter().chain(&WRITING).map(|(name, _)| *name).collect(),
    claims,
    route,
    asks: asks::asks,
};

type Run = fn(&Call<'_>, &mut World) -> Result<Reply, Fault>;

const READING: [(&str, Run); 15] = [
    ("GetRole", roles::get),
    ("ListRoles", roles::list),
    ("GetRolePolicy", inline::get),
    ("ListRolePolicies", inline::list),
    ("ListAttachedRolePolicies", attachments::list),
    ("ListRoleTags", tags::list_role),
    ("GetInstanceProfile", profiles::get),
    ("ListInstanceProfilesForRole", profiles::list_for_role),
    ("GetPolicy", policies::get),
    ("ListPolicies", policies::list),
    ("GetPolicyVersion", versions::get),
    ("ListPolicyVersions", versions::list),
    ("ListEntitiesForPolicy", attachments::entities),
    ("ListPolicyTags", tags::list_policy),
    ("GetAccountAuthorizationDetails", details::get),
];

const WRITING: [(&str, Run); 24] = [
    ("CreateRole", roles::create),
    ("UpdateRole", roles::update),
    ("UpdateRoleDescription", roles::update_description),
    ("UpdateAssumeRolePolicy", roles::update_trust),
    ("DeleteRole", roles::delete),
    ("PutRolePolicy", inline::put),
    ("DeleteRolePolicy", inline::delete),
    ("AttachRolePolicy", attachments::attach),
    ("DetachRolePolicy", attachments::detach),
    ("PutRolePermissionsBoundary", attachments::put_boundary),
    ("DeleteRolePermissionsBoundary", attachments::delete_boundary),
    ("TagRole", tags::tag_role),
    ("UntagRole", tags::untag_role),
    ("CreateInstanceProfile", profiles::create),
    ("DeleteInstanceProfile", profiles::delete),
    ("AddRoleToInstanceProfile", profiles::add_role),
    ("RemoveRoleFromInstanceProfile", profiles::remove_role),
    ("CreatePolicy", policies::create),
    ("DeletePolicy", policies::delete),
    ("CreatePolicyVersion", versions::create),
    ("DeletePolicyVersion", versions::delete),
    ("SetDefaultPolicyVersion", versions::set_default),
    ("TagPolicy", tags::tag_policy),
    ("UntagPolicy", tags::untag_policy),
];

/// Forms go to STS as well; which API one is meant for shows in its version.
fn claims(request: &Request<Bytes>) -> bool {
    is_form(request) && Form::parse(request.body()).get("Version") == Some(VERSION)
}

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    let form = Form::parse(request.body());
    let action = form
        .get("Action")
        .ok_or_else(|| Fault::front_end("MissingAction", "The form has no Action".to_owned()))?;
    let among =
        |table: &[(&'static str, Run)]| table.iter().find(|(known, _)| *known == action).copied();
    let reading = among(&READING).map(|(name, run)| Operation { name, access: Access::Read, run });
    let writing =
        || among(&WRITING).map(|(name, run)| Operation { name, access: Access::Write, run });
    reading.or_else(writing).ok_or_else(|| {
        let message = format!("the local AWS does not know the IAM action {action}");
        Fault::front_end("InvalidAction", message)
    })
}

#[cfg(test)]
pub(super) mod tests;

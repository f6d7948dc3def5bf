//! Everything about an account at once.

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::input::Input;
use super::policies::{self, Seen};
use super::record::{Role, Section};
use super::shapes::ENTITY_TYPES;
use super::xml::{Xml, answer};
use super::{attachments, managed, paging, profiles, roles, versions};

/// One of the things that are listed; users and groups there are none here.
enum Entity<'a> {
    Role(&'a Role),
    Policy(Seen<'a>),
}

/// `GetAccountAuthorizationDetails`. Of AWS's managed policies it lists those that are attached
/// somewhere (recordings), here without their documents, which are not known.
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let filter = input.choices("Filter", &ENTITY_TYPES);
    let wish = input.paging();
    input.finish()?;
    let section = &world.global.iam;
    let is_wanted = |kind: &str| filter.is_empty() || filter.iter().any(|wanted| wanted == kind);
    let mut entities = Vec::new();
    if is_wanted("Role") {
        let seen = section.roles.values().filter(|role| call.memory.iam.sees(&role.id));
        entities.extend(seen.map(|role| (format!("1/{}", role.name), Entity::Role(role))));
    }
    let mut policies = Vec::new();
    if is_wanted("LocalManagedPolicy") {
        let seen = section.policies.values().filter(|policy| call.memory.iam.sees(&policy.id));
        policies.extend(seen.map(Seen::Ours));
    }
    if is_wanted("AWSManagedPolicy") {
        policies.extend(attached_of_aws(call, section).into_iter().map(Seen::Aws));
    }
    let keyed = |policy: Seen<'_>| format!("2/{}", policy.key());
    entities.extend(policies.into_iter().map(|policy| (keyed(policy), Entity::Policy(policy))));
    let page = paging::page(entities, &wish)?;
    Ok(answer("GetAccountAuthorizationDetails", |xml| {
        xml.inside("UserDetailList", |_| ());
        xml.inside("GroupDetailList", |_| ());
        let roles = page.items.iter().filter_map(|entity| match entity {
            Entity::Role(role) => Some(role),
            Entity::Policy(_) => None,
        });
        xml.list("RoleDetailList", roles, |xml, role| role_detail(xml, call, section, role));
        let policies = page.items.iter().filter_map(|entity| match entity {
            Entity::Policy(policy) => Some(policy),
            Entity::Role(_) => None,
        });
        xml.list("Policies", policies, |xml, policy| policy_detail(xml, call, section, *policy));
        xml.paging(&page);
    }))
}

fn attached_of_aws(call: &Call<'_>, section: &Section) -> Vec<managed::AwsManaged> {
    let arns = section.roles.values().flat_map(|role| role.attached.iter().chain(&role.boundary));
    let arns: std::collections::BTreeSet<_> = arns.collect();
    arns.into_iter().filter_map(|arn| managed::by_arn(call, arn)).collect()
}

/// Without description and length of sessions (model); with tags and last use even where there are
/// none (recordings).
fn role_detail(xml: &mut Xml, call: &Call<'_>, section: &Section, role: &Role) {
    roles::identity(xml, call, role);
    xml.document("AssumeRolePolicyDocument", &role.trust.shown(call, section));
    profiles::all_of(xml, call, section, &role.name);
    xml.list("RolePolicyList", &role.inline, |xml, (name, text)| {
        xml.text("PolicyName", name);
        xml.document("PolicyDocument", text);
    });
    attachments::all_of(xml, role);
    roles::boundary(xml, role);
    xml.tags(&role.tags);
    xml.inside("RoleLastUsed", |_| ());
}

/// Without tags (model). That no recorded detail has a description may be because none was set.
fn policy_detail(xml: &mut Xml, call: &Call<'_>, section: &Section, policy: Seen<'_>) {
    policies::summary(xml, call, section, policy);
    match policy {
        Seen::Ours(policy) => {
            xml.optional("Description", policy.description.as_ref());
            xml.list(
                "PolicyVersionList",
                policy.versions.iter().rev(),
                |xml, (number, version)| {
                    versions::whole(xml, policy, *number, version);
                },
            );
        }
        Seen::Aws(_) => {
            xml.list("PolicyVersionList", [()], |xml, ()| policies::aws_version(xml));
        }
    }
}

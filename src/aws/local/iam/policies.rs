//! Managed policies, the account's and AWS's.

use std::collections::BTreeMap;

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::document::{self, Place};
use super::input::Input;
use super::managed::{self, AwsManaged};
use super::record::{Policy, Section, Version};
use super::shapes::{ARN, DOCUMENT, POLICY_DESCRIPTION, POLICY_NAME, POLICY_PATH, SCOPES, USAGES};
use super::xml::{Xml, answer, done};
use super::{fault, ids, paging, tags};

/// How many characters one version of a managed policy may have (documentation; recording of the
/// refusal).
const SIZE: usize = 6144;

/// When AWS's managed policies were made, as far as this local AWS goes: their first day, in
/// February 2015. The real ones have a day each.
const FIRST_DAY: u64 = 1_423_248_000;

/// A managed policy as a reader finds it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Seen<'a> {
    /// One of the account's.
    Ours(&'a Policy),
    /// One of AWS's.
    Aws(AwsManaged),
}

/// `CreatePolicy`
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("PolicyName", &POLICY_NAME);
    let path = input.optional("Path", &POLICY_PATH).unwrap_or_else(|| "/".to_owned());
    let text = input.required("PolicyDocument", &DOCUMENT);
    let description = input.optional("Description", &POLICY_DESCRIPTION);
    let tags = input.tags();
    input.finish()?;
    let section = &mut world.global.iam;
    if section.policies.contains_key(&name.to_lowercase()) {
        return Err(fault::already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    let policy = Policy {
        name: name.clone(),
        path,
        id: ids::new("ANPA"),
        created: call.now,
        updated: call.now,
        description: description.filter(|text| !text.is_empty()),
        tags: tags::new(tags, "TagsPerPolicy")?,
        versions: BTreeMap::from([(1, version(call, text)?)]),
        default_version: 1,
        newest_version: 1,
    };
    call.memory.iam.hide(&policy.id, call.options.iam_delay);
    // The description is left out (recording).
    let reply = answer("CreatePolicy", |xml| {
        xml.inside("Policy", |xml| {
            summary(xml, call, section, Seen::Ours(&policy));
            xml.some_tags(&policy.tags);
        });
    });
    section.policies.insert(name.to_lowercase(), policy);
    Ok(reply)
}

/// A version of a policy, if it may be one.
pub(super) fn version(call: &Call<'_>, text: String) -> Result<Version, Fault> {
    document::check(&text, Place::Managed)?;
    document::check_size(&text, "PolicySize", SIZE)?;
    Ok(Version { text, created: call.now })
}

/// `GetPolicy`
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    input.finish()?;
    let section = &world.global.iam;
    let seen = see(call, section, &arn)?;
    Ok(answer("GetPolicy", |xml| {
        xml.inside("Policy", |xml| {
            summary(xml, call, section, seen);
            // An empty list of tags is there too (recording).
            match seen {
                Seen::Ours(policy) => {
                    xml.optional("Description", policy.description.as_ref());
                    xml.tags(&policy.tags);
                }
                Seen::Aws(_) => xml.tags([]),
            }
        });
    }))
}

/// `DeletePolicy`
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    input.finish()?;
    let section = &mut world.global.iam;
    let policy = match find_mut(call, section, &arn, "DeletePolicy") {
        // (recording)
        Err(no) if no.code == "NoSuchEntity" => return Err(fault::policy_not_found(&arn)),
        found => found?,
    };
    let (key, versions) = (policy.name.to_lowercase(), policy.versions.len());
    if attachments(section, &arn) + boundaries(section, &arn) > 0 {
        return Err(fault::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if versions > 1 {
        // (reports)
        return Err(fault::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete \
             the policy's versions. The default version is deleted with the policy.",
        ));
    }
    section.policies.remove(&key);
    Ok(done("DeletePolicy"))
}

/// `ListPolicies`, which leaves out descriptions (model) and tags (documentation).
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let scope = input.choice("Scope", &SCOPES).unwrap_or_else(|| "All".to_owned());
    let only_attached = input.flag("OnlyAttached");
    let prefix = input.optional("PathPrefix", &POLICY_PATH).unwrap_or_else(|| "/".to_owned());
    let usage = input.choice("PolicyUsageFilter", &USAGES);
    let wish = input.paging();
    input.finish()?;
    let section = &world.global.iam;
    let ours = section.policies.values().filter(|_| scope != "AWS");
    let ours = ours.filter(|policy| call.memory.iam.sees(&policy.id)).map(Seen::Ours);
    let all = ours.chain(managed::all().filter(|_| scope != "Local").map(Seen::Aws));
    let is_wanted = |policy: &Seen<'_>| {
        let arn = policy.arn(call);
        let attached = || attachments(section, &arn) > 0;
        let bounds = || boundaries(section, &arn) > 0;
        let used = match usage.as_deref() {
            Some("PermissionsPolicy") => attached(),
            Some("PermissionsBoundary") => bounds(),
            _ => !only_attached || attached() || bounds(),
        };
        policy.path().starts_with(&prefix) && used
    };
    let wanted = all.filter(is_wanted).map(|policy| (policy.key(), policy)).collect();
    let page = paging::page(wanted, &wish)?;
    Ok(answer("ListPolicies", |xml| {
        xml.list("Policies", &page.items, |xml, policy| summary(xml, call, section, *policy));
        xml.paging(&page);
    }))
}

impl Seen<'_> {
    pub(super) fn arn(&self, call: &Call<'_>) -> String {
        match self {
            Self::Ours(policy) => policy.arn(call),
            Self::Aws(policy) => policy.arn(call),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Ours(policy) => &policy.name,
            Self::Aws(policy) => policy.name(),
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Ours(policy) => policy.path.clone(),
            Self::Aws(policy) => policy.path(),
        }
    }

    /// The name, told apart from that of a policy in other hands.
    pub(super) fn key(&self) -> String {
        let owner = if matches!(self, Self::Ours(_)) { "local" } else { "aws" };
        format!("{owner}/{}", self.name())
    }
}

/// What every answer about a policy holds. Id, version and times of AWS's policies are made up.
pub(super) fn summary(xml: &mut Xml, call: &Call<'_>, section: &Section, policy: Seen<'_>) {
    let arn = policy.arn(call);
    let (id, default, created, updated) = match policy {
        Seen::Ours(p) => (p.id.clone(), p.default_version, p.created, p.updated),
        Seen::Aws(p) => (ids::of("ANPA", p.name()), 1, FIRST_DAY, FIRST_DAY),
    };
    xml.text("PolicyName", policy.name());
    xml.text("PolicyId", id);
    xml.text("Arn", &arn);
    xml.text("Path", policy.path());
    xml.text("DefaultVersionId", format!("v{default}"));
    xml.text("AttachmentCount", attachments(section, &arn));
    xml.text("PermissionsBoundaryUsageCount", boundaries(section, &arn));
    xml.text("IsAttachable", true);
    xml.time("CreateDate", created);
    xml.time("UpdateDate", updated);
}

/// Writes the one version that each of AWS's policies has here.
pub(super) fn aws_version(xml: &mut Xml) {
    xml.text("VersionId", "v1");
    xml.text("IsDefaultVersion", true);
    xml.time("CreateDate", FIRST_DAY);
}

/// The policy with this ARN, for a reader or for whoever attaches it.
pub(super) fn see<'a>(call: &Call<'_>, section: &'a Section, arn: &str) -> Result<Seen<'a>, Fault> {
    check_arn(arn)?;
    if let Some(policy) = managed::by_arn(call, arn) {
        return Ok(Seen::Aws(policy));
    }
    let ours = section.policies.values().find(|policy| policy.arn(call) == arn);
    let seen = ours.filter(|policy| call.memory.iam.sees(&policy.id));
    seen.map(Seen::Ours).ok_or_else(|| fault::no_such_policy(arn))
}

/// The policy with this ARN, for whoever changes it.
pub(super) fn find_mut<'a>(
    call: &Call<'_>,
    section: &'a mut Section,
    arn: &str,
    action: &str,
) -> Result<&'a mut Policy, Fault> {
    check_arn(arn)?;
    if managed::is_aws(call, arn) {
        return Err(fault::not_yours(call, action, arn));
    }
    let found = section.policies.values_mut().find(|policy| policy.arn(call) == arn);
    found.ok_or_else(|| fault::no_such_policy(arn))
}

/// The first text is a recorded one; what is an ARN and not of a policy gets the second.
fn check_arn(arn: &str) -> Result<(), Fault> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, entity] if entity.starts_with("policy/") => Ok(()),
        ["arn", _, _, _, _, _] => Err(fault::invalid_input(format!("ARN {arn} is not valid."))),
        _ => Err(fault::validation("Invalid ARN:  Could not be parsed!")),
    }
}

fn attachments(section: &Section, arn: &str) -> usize {
    section.roles.values().filter(|role| role.attached.contains(arn)).count()
}

fn boundaries(section: &Section, arn: &str) -> usize {
    section.roles.values().filter(|role| role.boundary.as_deref() == Some(arn)).count()
}

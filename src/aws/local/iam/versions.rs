//! Versions of managed policies.

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::input::Input;
use super::policies::{self, Seen};
use super::record::{Policy, Version};
use super::shapes::{ARN, DOCUMENT, VERSION_ID};
use super::xml::{Xml, answer, done};
use super::{fault, paging};

/// How many versions a policy may have (documentation).
const LIMIT: usize = 5;

/// `CreatePolicyVersion`
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let text = input.required("PolicyDocument", &DOCUMENT);
    let set_as_default = input.flag("SetAsDefault");
    input.finish()?;
    let policy = policies::find_mut(call, &mut world.global.iam, &arn, "CreatePolicyVersion")?;
    let version = policies::version(call, text)?;
    if policy.versions.len() >= LIMIT {
        // (reports)
        return Err(fault::limit_exceeded(format!(
            "A managed policy can have up to {LIMIT} versions. Before you create a new version, \
             you must delete an existing version."
        )));
    }
    policy.newest_version += 1;
    let number = policy.newest_version;
    policy.versions.insert(number, version);
    if set_as_default {
        policy.default_version = number;
    }
    policy.updated = call.now;
    Ok(answer("CreatePolicyVersion", |xml| {
        xml.inside("PolicyVersion", |xml| outline(xml, policy, number, call.now));
    }))
}

/// `GetPolicyVersion`. The document keeps its text (recordings).
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let id = input.required("VersionId", &VERSION_ID);
    input.finish()?;
    let Seen::Ours(policy) = policies::see(call, &world.global.iam, &arn)? else {
        return Err(Fault::front_end(
            "NotImplemented",
            format!(
                "the local AWS does not know what {arn} allows; it knows AWS's managed policies by name only"
            ),
        ));
    };
    let (number, version) = find(policy, &arn, &id)?;
    Ok(answer("GetPolicyVersion", |xml| {
        xml.inside("PolicyVersion", |xml| whole(xml, policy, number, version));
    }))
}

/// `ListPolicyVersions`, newest first, as the recorded lists of versions are; it leaves out the
/// documents (model).
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let wish = input.paging();
    input.finish()?;
    let Seen::Ours(policy) = policies::see(call, &world.global.iam, &arn)? else {
        return Ok(answer("ListPolicyVersions", |xml| {
            xml.list("Versions", [()], |xml, ()| policies::aws_version(xml));
            xml.text("IsTruncated", false);
        }));
    };
    let key = |number: &u32| format!("{:010}", u32::MAX - number);
    let versions = policy.versions.iter().map(|(n, version)| (key(n), (*n, version))).collect();
    let page = paging::page(versions, &wish)?;
    Ok(answer("ListPolicyVersions", |xml| {
        xml.list("Versions", &page.items, |xml, (number, version)| {
            outline(xml, policy, *number, version.created);
        });
        xml.paging(&page);
    }))
}

/// `DeletePolicyVersion`
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let id = input.required("VersionId", &VERSION_ID);
    input.finish()?;
    let policy = policies::find_mut(call, &mut world.global.iam, &arn, "DeletePolicyVersion")?;
    let (number, _) = find(policy, &arn, &id)?;
    if number == policy.default_version {
        // (report)
        return Err(fault::delete_conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.remove(&number);
    policy.updated = call.now;
    Ok(done("DeletePolicyVersion"))
}

/// `SetDefaultPolicyVersion`
pub(super) fn set_default(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let id = input.required("VersionId", &VERSION_ID);
    input.finish()?;
    let policy = policies::find_mut(call, &mut world.global.iam, &arn, "SetDefaultPolicyVersion")?;
    (policy.default_version, _) = find(policy, &arn, &id)?;
    policy.updated = call.now;
    Ok(done("SetDefaultPolicyVersion"))
}

fn find<'a>(policy: &'a Policy, arn: &str, id: &str) -> Result<(u32, &'a Version), Fault> {
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    let found = number.and_then(|number: u32| Some((number, policy.versions.get(&number)?)));
    found.ok_or_else(|| {
        fault::no_such_entity(format!(
            "Policy {arn} version {id} does not exist or is not attachable."
        ))
    })
}

/// A version with its document.
pub(super) fn whole(xml: &mut Xml, policy: &Policy, number: u32, version: &Version) {
    xml.document("Document", &version.text);
    outline(xml, policy, number, version.created);
}

fn outline(xml: &mut Xml, policy: &Policy, number: u32, created: u64) {
    xml.text("VersionId", format!("v{number}"));
    xml.text("IsDefaultVersion", number == policy.default_version);
    xml.time("CreateDate", created);
}

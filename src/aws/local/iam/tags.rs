//! Tags of roles and policies.

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::state::World;
use super::input::Input;
use super::paging::{self, Page, Wish};
use super::record::Tags;
use super::shapes::{ARN, ROLE_NAME};
use super::xml::{answer, done};
use super::{fault, policies, roles};

/// How many tags anything may have (documentation).
const LIMIT: usize = 50;

/// `TagRole`: adds tags and replaces those with the same key in whatever case.
pub(super) fn tag_role(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let tags = input.required_tags();
    input.finish()?;
    let role = roles::find_mut(&mut world.global.iam, &name)?;
    put(&mut role.tags, tags, "TagsPerRole")?;
    Ok(done("TagRole"))
}

/// `UntagRole`. A tag that is not there is none to remove.
pub(super) fn untag_role(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let keys = input.tag_keys();
    input.finish()?;
    let role = roles::find_mut(&mut world.global.iam, &name)?;
    remove(&mut role.tags, &keys)?;
    Ok(done("UntagRole"))
}

/// `ListRoleTags`
pub(super) fn list_role(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let name = input.required("RoleName", &ROLE_NAME);
    let wish = input.paging();
    input.finish()?;
    let role = roles::see(call, &world.global.iam, &name)?;
    listing("ListRoleTags", &role.tags, &wish)
}

/// `TagPolicy`
pub(super) fn tag_policy(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let tags = input.required_tags();
    input.finish()?;
    let policy = policies::find_mut(call, &mut world.global.iam, &arn, "TagPolicy")?;
    put(&mut policy.tags, tags, "TagsPerPolicy")?;
    Ok(done("TagPolicy"))
}

/// `UntagPolicy`
pub(super) fn untag_policy(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let keys = input.tag_keys();
    input.finish()?;
    let policy = policies::find_mut(call, &mut world.global.iam, &arn, "UntagPolicy")?;
    remove(&mut policy.tags, &keys)?;
    Ok(done("UntagPolicy"))
}

/// `ListPolicyTags`
pub(super) fn list_policy(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = Input::of(call);
    let arn = input.required("PolicyArn", &ARN);
    let wish = input.paging();
    input.finish()?;
    match policies::see(call, &world.global.iam, &arn)? {
        policies::Seen::Ours(policy) => listing("ListPolicyTags", &policy.tags, &wish),
        policies::Seen::Aws(_) => listing("ListPolicyTags", &Tags::new(), &wish),
    }
}

/// The tags of something new.
pub(super) fn new(tags: Vec<(String, String)>, quota: &str) -> Result<Tags, Fault> {
    let mut all = Tags::new();
    put(&mut all, tags, quota)?;
    Ok(all)
}

/// Keys are kept as they are written and told apart without regard to case (documentation): two
/// such keys at once are refused (report), and one that comes later takes the place of the other.
fn put(all: &mut Tags, tags: Vec<(String, String)>, quota: &str) -> Result<(), Fault> {
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in tags {
        check_prefix(&key)?;
        let folded = key.to_lowercase();
        if seen.contains(&folded) {
            return Err(fault::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        all.retain(|known, _| known.to_lowercase() != folded);
        all.insert(key, value);
        seen.push(folded);
    }
    if all.len() > LIMIT {
        return Err(fault::quota(quota, LIMIT));
    }
    Ok(())
}

fn remove(all: &mut Tags, keys: &[String]) -> Result<(), Fault> {
    for key in keys {
        check_prefix(key)?;
        let folded = key.to_lowercase();
        all.retain(|known, _| known.to_lowercase() != folded);
    }
    Ok(())
}

/// Keys that begin with `aws:` are AWS's own (documentation). The text is what AWS's services say
/// to it; IAM's own is not recorded.
fn check_prefix(key: &str) -> Result<(), Fault> {
    let prefix = key.get(..4).unwrap_or_default();
    if prefix.eq_ignore_ascii_case("aws:") {
        let message = "aws: prefixed tag key names are not allowed for external use.";
        return Err(fault::invalid_input(message));
    }
    Ok(())
}

fn listing(action: &str, tags: &Tags, wish: &Wish) -> Result<Reply, Fault> {
    // By position, since a key can be longer than a marker.
    let keyed = tags.iter().enumerate().map(|(index, tag)| (format!("{index:03}"), tag)).collect();
    let page: Page<_> = paging::page(keyed, wish)?;
    Ok(answer(action, |xml| {
        xml.tags(page.items.iter().copied());
        xml.paging(&page);
    }))
}

//! Reading roles: one scan of the account shows everything about all of them but two fields.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::{AttachedPolicy, EntityType, Role, RoleDetail};
use futures::future::{join, join_all, try_join_all, try_join3};
use serde_json::{Map as Object, Value, json};

use super::super::Roles;
use super::super::detail::PROFILES;
use super::super::spec::{BOUNDARY, INLINE, MANAGED, SESSION, TRUST, by_name};
use crate::aws::{Aws, Failure, Reason, next_page};
use crate::iam as policy;
use crate::kinds::iam::live::{is_gone, tag_map};
use crate::kinds::{About, Kind as _, Live, Look, Observation, Unreadable};
use crate::safety::{Mark, STACK_TAG};

/// What belongs to a role beside its own record.
#[derive(Default)]
pub(super) struct Belongings {
    /// Inline policies, as IAM encodes them.
    pub(super) inline: BTreeMap<String, String>,
    pub(super) attached: Vec<String>,
    profiles: Vec<String>,
}

/// The roles that are named, and those that carry the mark.
///
/// `GetAccountAuthorizationDetails` is the one call that shows the tags of many roles, and their
/// policies with them; what it leaves out, `Description` and `MaxSessionDuration`, is asked for
/// role by role. Source: service model, `RoleDetail`. Where the scan is not asked for, or denied,
/// the named roles' policies are asked for one by one.
pub(in crate::kinds) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = Roles.section();
    let named: BTreeSet<&str> = look.named.iter().map(|named| named.name.as_str()).collect();
    let records = join_all(named.iter().map(|name| record(aws, name)));
    let (records, scanned) = join(records, scan(aws, look)).await;
    let mut observation = Observation::default();
    let mut details = match scanned {
        Ok(details) => details,
        Err(failure) => {
            let (about, because) = (About::Removed, failure.told());
            observation.unreadable.push(Unreadable { section, about, because, seen: None });
            BTreeMap::new()
        }
    };
    let mut reads = Vec::new();
    for (name, record) in named.iter().zip(records) {
        reads.push(((*name).to_owned(), record, details.remove(*name)));
    }
    let marked = details
        .into_iter()
        .filter(|(name, detail)| is_marked(detail, look) || is_taken(name, detail, look));
    let marked = marked.map(|(name, detail)| async move {
        (name.clone(), record(aws, &name).await, Some(detail))
    });
    reads.extend(join_all(marked).await);
    let reads = reads.into_iter().map(|(name, record, detail)| async move {
        let live = async { live(aws, record?, detail).await };
        (name, live.await)
    });
    for (name, read) in join_all(reads).await {
        match read {
            Ok(live) => observation.live.extend(live),
            Err(failure) => {
                let (about, because) = (About::Resource(name), failure.told());
                observation.unreadable.push(Unreadable { section, about, because, seen: None });
            }
        }
    }
    observation
}

fn is_marked(detail: &RoleDetail, look: &Look) -> bool {
    let mark = detail.tags().iter().find(|tag| tag.key == STACK_TAG).map(|tag| tag.value.as_str());
    mark.is_some_and(|mark| look.is_for(mark))
}

/// Whether the glob takes a role that is the account's own: AWS makes others for its services and
/// for its sign-in, which nobody else may change.
fn is_taken(name: &str, detail: &RoleDetail, look: &Look) -> bool {
    !policy::is_aws_path(detail.path.as_deref().unwrap_or("/")) && look.takes(&Roles, name)
}

/// Every role of the account, by name.
async fn scan(aws: &Aws, look: &Look) -> Result<BTreeMap<String, RoleDetail>, Failure> {
    const ACTION: &str = "iam:GetAccountAuthorizationDetails";
    let mut found = BTreeMap::new();
    let mut marker = None;
    while look.owners().next().is_some() || look.all.is_some() {
        let request = aws
            .iam
            .get_account_authorization_details()
            .filter(EntityType::Role)
            .max_items(1000)
            .set_marker(marker.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        let roles = answer.role_detail_list.unwrap_or_default().into_iter();
        found.extend(roles.filter_map(|role| Some((role.role_name.clone()?, role))));
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => break,
            next => marker = next,
        }
    }
    Ok(found)
}

/// A role's own record, `None` where there is no such role.
pub(super) async fn record(aws: &Aws, name: &str) -> Result<Option<Role>, Failure> {
    match aws.call("iam:GetRole", aws.iam.get_role().role_name(name).send()).await {
        Err(failure) if is_gone(&failure) => Ok(None),
        other => Ok(other?.role),
    }
}

async fn live(
    aws: &Aws,
    record: Option<Role>,
    detail: Option<RoleDetail>,
) -> Result<Option<Live>, Failure> {
    let Some(role) = record else { return Ok(None) };
    let belongings = match detail {
        // A role of the same name that was made anew since is another one.
        Some(detail) if detail.role_id.as_deref() == Some(&role.role_id) => of_detail(detail),
        _ => match belongings(aws, &role.role_name).await {
            Err(failure) if is_gone(&failure) => return Ok(None),
            other => other?,
        },
    };
    assemble(role, belongings).map(Some)
}

fn of_detail(detail: RoleDetail) -> Belongings {
    let inline = detail.role_policy_list.unwrap_or_default().into_iter();
    let attached = detail.attached_managed_policies.unwrap_or_default().into_iter();
    let profiles = detail.instance_profile_list.unwrap_or_default().into_iter();
    Belongings {
        inline: inline.filter_map(|one| Some((one.policy_name?, one.policy_document?))).collect(),
        attached: attached.filter_map(|policy| policy.policy_arn).collect(),
        profiles: profiles.map(|profile| profile.instance_profile_name).collect(),
    }
}

pub(super) async fn belongings(aws: &Aws, name: &str) -> Result<Belongings, Failure> {
    let policies = async {
        let names = inline_names(aws, name).await?;
        try_join_all(names.iter().map(|policy| inline(aws, name, policy))).await
    };
    let (inline, attached, profiles) =
        try_join3(policies, attached(aws, name), profiles(aws, name)).await?;
    Ok(Belongings { inline: inline.into_iter().collect(), attached, profiles })
}

async fn inline_names(aws: &Aws, name: &str) -> Result<Vec<String>, Failure> {
    const ACTION: &str = "iam:ListRolePolicies";
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = aws.iam.list_role_policies().role_name(name).set_marker(marker.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        found.extend(answer.policy_names);
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => return Ok(found),
            next => marker = next,
        }
    }
}

async fn inline(aws: &Aws, name: &str, policy: &str) -> Result<(String, String), Failure> {
    let request = aws.iam.get_role_policy().role_name(name).policy_name(policy).send();
    let answer = aws.call("iam:GetRolePolicy", request).await?;
    Ok((answer.policy_name, answer.policy_document))
}

async fn attached(aws: &Aws, name: &str) -> Result<Vec<String>, Failure> {
    const ACTION: &str = "iam:ListAttachedRolePolicies";
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request =
            aws.iam.list_attached_role_policies().role_name(name).set_marker(marker.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        let policies = answer.attached_policies.unwrap_or_default().into_iter();
        found.extend(policies.filter_map(|policy: AttachedPolicy| policy.policy_arn));
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => return Ok(found),
            next => marker = next,
        }
    }
}

async fn profiles(aws: &Aws, name: &str) -> Result<Vec<String>, Failure> {
    const ACTION: &str = "iam:ListInstanceProfilesForRole";
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request =
            aws.iam.list_instance_profiles_for_role().role_name(name).set_marker(marker.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        found.extend(answer.instance_profiles.into_iter().map(|p| p.instance_profile_name));
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => return Ok(found),
            next => marker = next,
        }
    }
}

/// What IAM answers, in the form of [`read`](super::super::spec::read).
fn assemble(role: Role, belongings: Belongings) -> Result<Live, Failure> {
    let decode = |text: &str| {
        policy::decode(text)
            .map_err(|why| Failure::unsaid("iam:GetRole", Reason::Unintelligible, why.to_string()))
    };
    let mut tags = tag_map(role.tags.as_deref());
    let mark = Mark::take_from(&mut tags);
    let trust = decode(role.assume_role_policy_document.as_deref().unwrap_or_default())?;
    // IAM lists in no order, and has another one for principals at each read.
    let partition = role.arn.split(':').nth(1).unwrap_or("aws");
    let trust = policy::steady(&trust, partition);
    let profiles: BTreeSet<_> = belongings.profiles.into_iter().collect();
    let mut inline = Object::new();
    for (name, text) in &belongings.inline {
        inline.insert(name.clone(), decode(text)?);
    }
    let mut document = json!({
        "RoleName": role.role_name,
        "Path": role.path,
        SESSION: role.max_session_duration.unwrap_or(3600),
        TRUST: policy::canonical(&trust),
    });
    let boundary = role.permissions_boundary.and_then(|b| b.permissions_boundary_arn);
    let set = |document: &mut Value, field: &str, value: Value| {
        let is_nothing = value.as_object().is_some_and(Object::is_empty);
        if !value.is_null() && value != "" && !is_nothing {
            document[field] = value;
        }
    };
    let canonical = inline.iter().map(|(name, doc)| (name.clone(), policy::canonical(doc)));
    set(&mut document, "Description", json!(role.description));
    set(&mut document, BOUNDARY, json!(boundary));
    set(&mut document, MANAGED, by_name(belongings.attached));
    set(&mut document, INLINE, Value::Object(canonical.collect()));
    set(&mut document, "Tags", json!(tags));
    Ok(Live {
        section: Roles.section(),
        name: role.role_name,
        arn: Some(role.arn),
        sensitive: Roles.looks_secret(&document),
        document,
        mark,
        // IAM says when a role was made, and not when it was changed.
        modified: None,
        facts: json!({TRUST: trust, INLINE: inline, PROFILES: profiles}),
    })
}

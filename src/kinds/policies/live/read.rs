//! Reading policies.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::{Policy, PolicyScopeType, PolicyUsageType, PolicyVersion};
use aws_smithy_types::date_time::Format;
use futures::future::{join, join_all};
use serde_json::json;

use super::super::Policies;
use super::super::spec::{BOUNDS, DOCUMENT};
use crate::aws::{Aws, Failure, Reason, marked, next_page};
use crate::iam as policy;
use crate::kinds::iam::live::{is_gone, tag_map};
use crate::kinds::{About, Kind as _, Live, Look, Observation, Unreadable};
use crate::safety::Mark;

/// The policies that are named, and those that carry the mark. IAM lists no tags with policies, so
/// that the tagging API says which these are.
pub(in crate::kinds) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = Policies.section();
    let named: Vec<String> = look.named.iter().filter_map(|named| named.arn.clone()).collect();
    let reads = join_all(named.iter().map(|arn| async move {
        if look.goes { read_with_attachments(aws, arn).await } else { read(aws, arn).await }
    }));
    let (read_now, found) = join(reads, removed(aws, look)).await;
    let mut observation = Observation::default();
    let mut others = Vec::new();
    match found {
        Ok(arns) => others.extend(arns.into_iter().filter(|arn| !named.contains(arn))),
        Err(failure) => {
            let (about, because) = (About::Removed, failure.told());
            observation.unreadable.push(Unreadable { section, about, because, seen: None });
        }
    }
    let read_then = join_all(others.iter().map(|arn| async move {
        if look.all.is_some() {
            read(aws, arn).await
        } else {
            read_with_attachments(aws, arn).await
        }
    }));
    let read_then = read_then.await;
    let all = named.iter().zip(read_now).chain(others.iter().zip(read_then));
    for (arn, read) in all {
        match read {
            Ok(Some(live)) => observation.live.push(live),
            Ok(None) => {}
            Err(failure) => {
                let about = About::Resource(name_in(arn).to_owned());
                let because = failure.told();
                observation.unreadable.push(Unreadable { section, about, because, seen: None });
            }
        }
    }
    observation
}

async fn removed(aws: &Aws, look: &Look) -> Result<BTreeSet<String>, Failure> {
    if look.all.is_some() {
        return all(aws, look).await;
    }
    let owners = look.owners().collect();
    let marked = marked(aws, "iam:policy", &owners, aws.place().home_region()).await?;
    Ok(marked.into_keys().collect())
}

/// The ARNs of the account's own policies that the glob takes.
async fn all(aws: &Aws, look: &Look) -> Result<BTreeSet<String>, Failure> {
    const ACTION: &str = "iam:ListPolicies";
    let mut arns = BTreeSet::new();
    let mut marker = None;
    loop {
        let request = aws
            .iam
            .list_policies()
            .scope(PolicyScopeType::Local)
            .max_items(1000)
            .set_marker(marker.clone());
        let answer = aws.call(ACTION, request.send()).await?;
        let listed =
            answer.policies.unwrap_or_default().into_iter().filter_map(|policy| policy.arn);
        arns.extend(listed.filter(|arn| look.takes(&Policies, name_in(arn))));
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => return Ok(arns),
            next => marker = next,
        }
    }
}

fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

pub(super) async fn read(aws: &Aws, arn: &str) -> Result<Option<Live>, Failure> {
    let answer = aws.call("iam:GetPolicy", aws.iam.get_policy().policy_arn(arn).send()).await;
    let answer = match answer {
        Err(failure) if is_gone(&failure) => return Ok(None),
        other => other?,
    };
    let Some(policy) = answer.policy else { return Ok(None) };
    let id = policy.default_version_id.clone().unwrap_or_default();
    let request = aws.iam.get_policy_version().policy_arn(arn).version_id(id).send();
    let version = aws.call("iam:GetPolicyVersion", request).await?.policy_version;
    live(arn, &policy, version.as_ref()).map(Some)
}

fn live(arn: &str, policy: &Policy, version: Option<&PolicyVersion>) -> Result<Live, Failure> {
    let name = policy.policy_name.clone().unwrap_or_else(|| name_in(arn).to_owned());
    let text = version.and_then(PolicyVersion::document).unwrap_or_default();
    let spelled = policy::decode(text).map_err(|why| {
        Failure::unsaid("iam:GetPolicyVersion", Reason::Unintelligible, why.to_string())
    })?;
    let mut tags = tag_map(policy.tags.as_deref());
    let mark = Mark::take_from(&mut tags);
    let mut document = json!({
        "PolicyName": name,
        "Path": policy.path.as_deref().unwrap_or("/"),
        DOCUMENT: policy::canonical(&spelled),
    });
    if let Some(description) = policy.description.as_deref().filter(|text| !text.is_empty()) {
        document["Description"] = json!(description);
    }
    if !tags.is_empty() {
        document["Tags"] = json!(tags);
    }
    Ok(Live {
        section: Policies.section(),
        name,
        arn: Some(arn.to_owned()),
        sensitive: Policies.looks_secret(&document),
        document,
        mark,
        modified: policy.update_date.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts: json!({
            DOCUMENT: spelled,
            BOUNDS: policy.permissions_boundary_usage_count.unwrap_or_default(),
        }),
    })
}

/// What is to go has to be taken off everything first.
async fn read_with_attachments(aws: &Aws, arn: &str) -> Result<Option<Live>, Failure> {
    let attached = used_by(aws, arn, PolicyUsageType::PermissionsPolicy);
    let (live, attached) = join(read(aws, arn), attached).await;
    let Some(mut live) = live? else { return Ok(None) };
    live.facts["Attached"] = json!(attached?);
    Ok(Some(live))
}

/// The users, groups and roles that a policy is attached to, or is the boundary of, by their names:
/// IAM lists them in no order.
pub(super) async fn used_by(
    aws: &Aws,
    arn: &str,
    usage: PolicyUsageType,
) -> Result<BTreeMap<&'static str, BTreeSet<String>>, Failure> {
    const ACTION: &str = "iam:ListEntitiesForPolicy";
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    let mut marker = None;
    loop {
        let request = aws
            .iam
            .list_entities_for_policy()
            .policy_arn(arn)
            .policy_usage_filter(usage.clone())
            .set_marker(marker.clone());
        let answer = match aws.call(ACTION, request.send()).await {
            Err(failure) if is_gone(&failure) => return Ok(found),
            other => other?,
        };
        let users = answer.policy_users.into_iter().flatten().filter_map(|user| user.user_name);
        found.entry("users").or_default().extend(users);
        let groups = answer.policy_groups.into_iter().flatten().filter_map(|g| g.group_name);
        found.entry("groups").or_default().extend(groups);
        let roles = answer.policy_roles.into_iter().flatten().filter_map(|role| role.role_name);
        found.entry("roles").or_default().extend(roles);
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => return Ok(found),
            next => marker = next,
        }
    }
}

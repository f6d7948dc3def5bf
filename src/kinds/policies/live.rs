//! Customer-managed policies in AWS.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::config::Config;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::types::{Policy, PolicyScopeType, PolicyUsageType, PolicyVersion};
use aws_smithy_types::date_time::Format;
use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::Policies;
use super::spec::{BOUNDS, DOCUMENT};
use crate::aws::{Aws, Failure, Reason, marked, next_page};
use crate::iam as policy;
use crate::kinds::iam::live::{is_gone, sdk_tags, tag_map, unless_gone};
use crate::kinds::tags::{fields_change, gone_tags, mark_tags};
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Action, Step};
use crate::safety::{DIGEST_TAG, Mark};

/// How many versions of a policy IAM keeps.
///
/// Source: IAM user guide, "IAM and AWS STS quotas".
const VERSIONS: usize = 5;

/// The policies that are named, and those that carry the mark. IAM lists no tags with policies, so
/// that the tagging API says which these are.
pub(super) async fn observe(aws: &Aws, look: &Look) -> Observation {
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
    match &look.owner {
        _ if look.all.is_some() => all(aws, look).await,
        Some(owner) => marked(aws, "iam:policy", owner, aws.place().home_region()).await,
        None => Ok(BTreeSet::new()),
    }
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

async fn read(aws: &Aws, arn: &str) -> Result<Option<Live>, Failure> {
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
        document,
        sensitive: Vec::new(),
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
async fn used_by(
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

/// Does what a step says.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let arn = step.arn(aws.place()).unwrap_or_default();
    match step.action {
        Action::Blocked => {}
        Action::Delete => {
            detach_all(aws, &arn, &step.detail.value).await?;
            delete(aws, &arn).await?;
        }
        Action::Create => create(aws, step, &arn).await?,
        Action::Replace => replace(aws, step, &arn).await?,
        Action::Update | Action::Adopt => update(aws, step, &arn).await?,
    }
    Ok(Landed::Whole)
}

/// IAM deletes no policy that is something's boundary, which has to be known before it is taken off
/// anything.
async fn replace(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let bounds = used_by(aws, arn, PolicyUsageType::PermissionsBoundary).await?;
    let bounded: Vec<_> = bounds.into_values().flatten().collect();
    if !bounded.is_empty() {
        let message = format!("it is the permissions boundary of {}", bounded.join(", "));
        return Err(Failure::unsaid("iam:DeletePolicy", Reason::Refused, message));
    }
    let attached = json!(used_by(aws, arn, PolicyUsageType::PermissionsPolicy).await?);
    let fields = step.document.as_ref().unwrap_or(&Value::Null);
    let anew = Policies.arn(&step.name, fields, aws.place()).unwrap_or_default();
    let remade = async {
        detach_all(aws, arn, &attached).await?;
        delete(aws, arn).await?;
        create(aws, step, &anew).await?;
        attach_all(aws, &anew, &attached).await
    };
    // Nobody else remembers what a policy was on that is off it now.
    remade.await.map_err(|mut failure| {
        let on = ["users", "groups", "roles"].into_iter().flat_map(|what| names(&attached, what));
        let on: Vec<_> = on.collect();
        if !on.is_empty() {
            failure.message += &format!("; it was attached to {}", on.join(", "));
        }
        failure
    })
}

/// A policy that exists already with our mark and digest is the one this step makes: its answer was
/// lost, and the SDK's retry found it there.
async fn create(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let Some(document) = &step.document else { return Ok(()) };
    let tags = mark_tags(step, true);
    let request = aws
        .iam
        .create_policy()
        .policy_name(&step.name)
        .set_path(document["Path"].as_str().map(str::to_owned))
        .set_description(document.get("Description").and_then(Value::as_str).map(str::to_owned))
        .policy_document(policy::text(&step.sent[DOCUMENT]))
        .set_tags(Some(sdk_tags("iam:CreatePolicy", tags.clone())?));
    match aws.call("iam:CreatePolicy", request.send()).await {
        Err(failure) if failure.code == "EntityAlreadyExists" => {
            let request = aws.iam.list_policy_tags().policy_arn(arn).send();
            let live = aws.call("iam:ListPolicyTags", request).await;
            let live = live.map(|answer| tag_map(Some(&answer.tags))).unwrap_or_default();
            if !tags.iter().all(|(key, value)| live.get(key) == Some(value)) {
                return Err(failure);
            }
        }
        other => drop(other?),
    }
    aws.made(arn);
    Ok(())
}

async fn update(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let mut gone = gone_tags(step);
    if fields_change(step) {
        gone.push(DIGEST_TAG.to_owned());
    }
    if !gone.is_empty() {
        let request = aws.iam.untag_policy().policy_arn(arn).set_tag_keys(Some(gone)).send();
        aws.call("iam:UntagPolicy", request).await?;
    }
    if fields_change(step) {
        write_version(aws, step, arn).await?;
    }
    let tags = sdk_tags("iam:TagPolicy", mark_tags(step, true))?;
    let request = aws.iam.tag_policy().policy_arn(arn).set_tags(Some(tags)).send();
    aws.call("iam:TagPolicy", request).await.map(drop)
}

/// A new default version. Each call would make another one, so that it is not sent twice blindly.
async fn write_version(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    prune_versions(aws, arn).await?;
    let text = policy::text(&step.sent[DOCUMENT]);
    let call = async || {
        let request = aws
            .iam
            .create_policy_version()
            .policy_arn(arn)
            .policy_document(&text)
            .set_as_default(true)
            .customize()
            .config_override(Config::builder().retry_config(RetryConfig::disabled()));
        aws.call("iam:CreatePolicyVersion", request.send()).await.map(drop)
    };
    let wanted = step.document.as_ref().map(|document| &document[DOCUMENT]);
    let landed = async || {
        let live = read(aws, arn).await?;
        Ok(live.filter(|live| Some(&live.document[DOCUMENT]) == wanted).map(drop))
    };
    aws.once(call, landed).await
}

/// Makes room for one version more: the oldest that is not the default one goes.
async fn prune_versions(aws: &Aws, arn: &str) -> Result<(), Failure> {
    let mut versions = versions(aws, arn).await?;
    if versions.len() < VERSIONS {
        return Ok(());
    }
    versions.retain(|version| !version.is_default_version);
    let oldest = versions.iter().min_by_key(|version| number(version));
    let Some(id) = oldest.and_then(|version| version.version_id.as_deref()) else {
        return Ok(());
    };
    delete_version(aws, arn, id).await
}

/// Versions are called v1, v2 and so on, and a number is never given twice.
fn number(version: &PolicyVersion) -> u64 {
    let id = version.version_id.as_deref().unwrap_or_default();
    id.trim_start_matches('v').parse().unwrap_or_default()
}

async fn versions(aws: &Aws, arn: &str) -> Result<Vec<PolicyVersion>, Failure> {
    const ACTION: &str = "iam:ListPolicyVersions";
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request =
            aws.iam.list_policy_versions().policy_arn(arn).set_marker(marker.clone()).send();
        let answer = aws.call(ACTION, request).await?;
        found.extend(answer.versions.unwrap_or_default());
        match next_page(ACTION, marker.as_deref(), answer.marker)? {
            None => return Ok(found),
            next => marker = next,
        }
    }
}

async fn delete_version(aws: &Aws, arn: &str, id: &str) -> Result<(), Failure> {
    let request = aws.iam.delete_policy_version().policy_arn(arn).version_id(id).send();
    unless_gone(aws.call("iam:DeletePolicyVersion", request).await)
}

/// IAM deletes a policy with its default version alone.
async fn delete(aws: &Aws, arn: &str) -> Result<(), Failure> {
    let versions = match versions(aws, arn).await {
        Err(failure) if is_gone(&failure) => return Ok(()),
        other => other?,
    };
    for version in versions.iter().filter(|version| !version.is_default_version) {
        delete_version(aws, arn, version.version_id.as_deref().unwrap_or_default()).await?;
    }
    let request = aws.iam.delete_policy().policy_arn(arn).send();
    unless_gone(aws.call("iam:DeletePolicy", request).await)
}

/// Takes a policy off everything. What another step took it off already is fine.
async fn detach_all(aws: &Aws, arn: &str, attached: &Value) -> Result<(), Failure> {
    for user in names(attached, "users") {
        let request = aws.iam.detach_user_policy().user_name(user).policy_arn(arn).send();
        unless_gone(aws.call("iam:DetachUserPolicy", request).await)?;
    }
    for group in names(attached, "groups") {
        let request = aws.iam.detach_group_policy().group_name(group).policy_arn(arn).send();
        unless_gone(aws.call("iam:DetachGroupPolicy", request).await)?;
    }
    for role in names(attached, "roles") {
        let request = aws.iam.detach_role_policy().role_name(role).policy_arn(arn).send();
        unless_gone(aws.call("iam:DetachRolePolicy", request).await)?;
    }
    Ok(())
}

/// Puts a policy that was made anew back on what it was on.
async fn attach_all(aws: &Aws, arn: &str, attached: &Value) -> Result<(), Failure> {
    for user in names(attached, "users") {
        let call = async || {
            let request = aws.iam.attach_user_policy().user_name(user).policy_arn(arn).send();
            aws.call("iam:AttachUserPolicy", request).await
        };
        aws.once_seen(&[arn], is_gone, call).await?;
    }
    for group in names(attached, "groups") {
        let call = async || {
            let request = aws.iam.attach_group_policy().group_name(group).policy_arn(arn).send();
            aws.call("iam:AttachGroupPolicy", request).await
        };
        aws.once_seen(&[arn], is_gone, call).await?;
    }
    for role in names(attached, "roles") {
        let call = async || {
            let request = aws.iam.attach_role_policy().role_name(role).policy_arn(arn).send();
            aws.call("iam:AttachRolePolicy", request).await
        };
        aws.once_seen(&[arn], is_gone, call).await?;
    }
    Ok(())
}

fn names<'a>(attached: &'a Value, what: &str) -> impl Iterator<Item = &'a str> {
    attached[what].as_array().into_iter().flatten().filter_map(Value::as_str)
}

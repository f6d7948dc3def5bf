//! Carrying out what a step says of a policy.

use aws_sdk_iam::config::Config;
use aws_sdk_iam::types::{PolicyUsageType, PolicyVersion};
use serde_json::{Value, json};

use super::super::Policies;
use super::super::arrange::LET_GO;
use super::super::spec::{ATTACHED, BOUNDS, DOCUMENT};
use super::read::{read, used_by};
use crate::aws::{Aws, Failure, Reason, next_page};
use crate::iam as policy;
use crate::kinds::iam::live::{
    create_or_find, is_gone, sdk_tags, tag_map, unless_gone, unless_gone_or_unmarked,
};
use crate::kinds::tags::{fields_change, gone_tags, mark_tags};
use crate::kinds::{Kind as _, Landed};
use crate::plan::{Action, Step};

/// How many versions of a policy IAM keeps.
///
/// Source: IAM user guide, "IAM and AWS STS quotas".
const VERSIONS: usize = 5;
/// What a policy may be attached to.
const HOLDERS: [&str; 3] = ["users", "groups", "roles"];

/// What a policy that is made anew is attached to.
pub(in crate::kinds) async fn carried(aws: &Aws, step: &Step) -> Result<Value, Failure> {
    let Some(arn) = step.arn.as_deref().filter(|_| step.action == Action::Replace) else {
        return Ok(Value::Null);
    };
    let mut attached = used_by(aws, arn, PolicyUsageType::PermissionsPolicy).await?;
    attached.retain(|_, names| !names.is_empty());
    Ok(if attached.is_empty() { Value::Null } else { json!({ ATTACHED: attached }) })
}

/// Does what a step says.
pub(in crate::kinds) async fn carry_out(
    aws: &Aws,
    step: &Step,
    carried: &Value,
) -> Result<Landed, Failure> {
    let arn = step.arn(aws.place()).unwrap_or_default();
    match step.action {
        Action::Keep | Action::Blocked => {}
        Action::Delete => {
            if step.detail.value[BOUNDS].as_u64().is_some_and(|bounded| bounded > 0) {
                refuse_boundary(aws, &arn).await?;
            }
            detach_all(aws, &arn, &step.detail.value).await?;
            delete(aws, &arn).await?;
        }
        Action::Create => create(aws, step, &arn, true).await?,
        Action::Replace => replace(aws, step, &arn, &carried[ATTACHED]).await?,
        Action::Update | Action::Adopt | Action::Move => update(aws, step, &arn).await?,
    }
    Ok(Landed::Whole)
}

/// IAM deletes no policy that is something's boundary, which has to be known before it is taken off
/// anything.
async fn refuse_boundary(aws: &Aws, arn: &str) -> Result<(), Failure> {
    let bounds = used_by(aws, arn, PolicyUsageType::PermissionsBoundary).await?;
    let bounded: Vec<_> = bounds.into_values().flatten().collect();
    if bounded.is_empty() {
        return Ok(());
    }
    let message = format!("it is the permissions boundary of {}", bounded.join(", "));
    Err(Failure::unsaid("iam:DeletePolicy", Reason::Refused, message))
}

/// The digest comes last, when the policy is back on all that it was on.
async fn replace(aws: &Aws, step: &Step, arn: &str, attached: &Value) -> Result<(), Failure> {
    refuse_boundary(aws, arn).await?;
    let fields = step.document.as_ref().unwrap_or(&Value::Null);
    let anew = Policies.arn(&step.name, fields, aws.place()).unwrap_or_default();
    let back = without(attached, &step.detail.value[LET_GO]);
    let alone = is_empty(&back);
    let remade = async {
        detach_all(aws, arn, attached).await?;
        delete(aws, arn).await?;
        create(aws, step, &anew, alone).await?;
        attach_all(aws, &anew, &back).await?;
        if alone { Ok(()) } else { tag(aws, step, &anew).await }
    };
    // Nobody else remembers what a policy was on that is off it now.
    remade.await.map_err(|mut failure| {
        let on: Vec<_> = HOLDERS.into_iter().flat_map(|what| names(attached, what)).collect();
        if !on.is_empty() {
            failure.message += &format!("; it was attached to {}", on.join(", "));
        }
        failure
    })
}

/// A policy that is there already with the step's tags is the one this step makes: its answer was
/// lost, and the SDK's retry found it there, or found the quota used up by it.
async fn create(aws: &Aws, step: &Step, arn: &str, finished: bool) -> Result<(), Failure> {
    let Some(document) = &step.document else { return Ok(()) };
    let tags = mark_tags(step, finished);
    let call = async || {
        let request = aws
            .iam
            .create_policy()
            .policy_name(&step.name)
            .set_path(document["Path"].as_str().map(str::to_owned))
            .set_description(document.get("Description").and_then(Value::as_str).map(str::to_owned))
            .policy_document(policy::text(&step.sent[DOCUMENT]))
            .set_tags(Some(sdk_tags("iam:CreatePolicy", tags.clone())?));
        aws.call("iam:CreatePolicy", request.send()).await.map(drop)
    };
    let live = async || {
        let request = aws.iam.list_policy_tags().policy_arn(arn).send();
        let answer = aws.call("iam:ListPolicyTags", request).await?;
        Ok(tag_map(Some(&answer.tags)))
    };
    create_or_find(aws, arn, &tags, call, live).await
}

async fn update(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let gone = gone_tags(step);
    if !gone.is_empty() {
        let request = aws.iam.untag_policy().policy_arn(arn).set_tag_keys(Some(gone)).send();
        aws.call("iam:UntagPolicy", request).await?;
        aws.changed(arn);
    }
    if fields_change(step) {
        write_version(aws, step, arn).await?;
    }
    tag(aws, step, arn).await
}

/// Writes every tag, our mark and the digest among them.
async fn tag(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let call = async || {
        let tags = sdk_tags("iam:TagPolicy", mark_tags(step, true))?;
        let request = aws.iam.tag_policy().policy_arn(arn).set_tags(Some(tags)).send();
        aws.call("iam:TagPolicy", request).await.map(drop)
    };
    aws.once_free(arn, &[], async || aws.once_seen(&[arn], is_gone, &call).await).await
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
            .config_override(Config::builder().retry_config(aws.sent_once()));
        aws.call("iam:CreatePolicyVersion", request.send()).await.map(drop)
    };
    let wanted = step.document.as_ref().map(|document| &document[DOCUMENT]);
    let landed = async || {
        let live = read(aws, arn).await?;
        Ok(live.filter(|live| Some(&live.document[DOCUMENT]) == wanted).map(drop))
    };
    aws.once(&step.name, call, landed).await
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
    let call = async || {
        let request = aws.iam.delete_policy().policy_arn(arn).send();
        let answer = aws.call("iam:DeletePolicy", request).await;
        unless_gone_or_unmarked(answer, async || Ok(read(aws, arn).await?.is_some())).await
    };
    aws.once_free(arn, &[], call).await?;
    aws.changed(arn);
    Ok(())
}

/// Takes a policy off everything. What another step took it off already is fine.
async fn detach_all(aws: &Aws, arn: &str, attached: &Value) -> Result<(), Failure> {
    if !is_empty(attached) {
        aws.changed(arn);
    }
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

/// What it goes back on: not the roles that the plan takes it off.
fn without(attached: &Value, let_go: &Value) -> Value {
    let let_go: Vec<_> =
        let_go.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut back = attached.clone();
    if let Some(roles) = back.get_mut("roles").and_then(Value::as_array_mut) {
        roles.retain(|role| !let_go.iter().any(|gone| role == gone));
    }
    back
}

/// Whether a policy is on nothing.
fn is_empty(attached: &Value) -> bool {
    HOLDERS.into_iter().all(|what| names(attached, what).next().is_none())
}

fn names<'a>(attached: &'a Value, what: &str) -> impl Iterator<Item = &'a str> {
    attached[what].as_array().into_iter().flatten().filter_map(Value::as_str)
}

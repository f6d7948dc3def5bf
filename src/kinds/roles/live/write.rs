//! Writing roles, call by call in the order that IAM asks for.

use aws_sdk_iam::operation::update_role::builders::UpdateRoleFluentBuilder;
use serde_json::{Map, Value, json};

use super::super::detail::PROFILES;
use super::super::spec::{BOUNDARY, INLINE, MANAGED, SESSION, TRUST, principals};
use super::read::{belongings, inline_of, record};
use crate::aws::{Aws, Failure};
use crate::iam as policy;
use crate::kinds::Landed;
use crate::kinds::iam::live::{
    create_or_find, is_gone, sdk_tags, tag_map, unless_gone, unless_gone_or_unmarked,
};
use crate::kinds::tags::{gone_tags, mark_tags};
use crate::plan::{Action, Change, Step, touches};

/// What a stack leaves to others on a role that is made anew, as a stack's file would have it. A plan
/// does not notice what others do there, nor must it show it.
pub(in crate::kinds) async fn carried(aws: &Aws, step: &Step) -> Result<Value, Failure> {
    let leaves = |field: &str| step.unmanaged.iter().any(|unmanaged| unmanaged == field);
    let mut carried = json!({});
    if step.action == Action::Replace && (leaves(INLINE) || leaves(MANAGED)) {
        let belongings = belongings(aws, &step.name).await?;
        if leaves(INLINE) && !belongings.inline.is_empty() {
            carried[INLINE] = Value::Object(inline_of(&belongings)?);
        }
        if leaves(MANAGED) && !belongings.attached.is_empty() {
            carried[MANAGED] = belongings.attached.into();
        }
    }
    if step.action == Action::Replace && leaves(BOUNDARY) {
        let boundary = record(aws, &step.name).await?.and_then(|role| role.permissions_boundary);
        if let Some(arn) = boundary.and_then(|boundary| boundary.permissions_boundary_arn) {
            carried[BOUNDARY] = arn.into();
        }
    }
    let is_nothing = carried.as_object().is_some_and(Map::is_empty);
    Ok(if is_nothing { Value::Null } else { carried })
}

/// Does what a step says. A role takes several calls; the digest is written last, so that its
/// absence says "unfinished".
pub(in crate::kinds) async fn carry_out(
    aws: &Aws,
    step: &Step,
    carried: &Value,
) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked => {}
        Action::Delete => delete(aws, step, carried).await?,
        Action::Replace => {
            let remade = async {
                delete(aws, step, carried).await?;
                create(aws, step, carried).await
            };
            // Nobody else remembers what others had put on a role that is gone.
            remade.await.map_err(|failure| naming(failure, carried))?;
        }
        Action::Create => create(aws, step, carried).await?,
        Action::Update | Action::Adopt | Action::Move => update(aws, step).await?,
    }
    Ok(Landed::Whole)
}

/// A failure that names what others had put on the role, in a few words.
fn naming(mut failure: Failure, carried: &Value) -> Failure {
    let inline = entries(carried, INLINE).map(|(name, _)| name.clone());
    let attached = attached(carried);
    let boundary = carried.get(BOUNDARY).and_then(Value::as_str).map(str::to_owned);
    let had: Vec<_> = inline.chain(attached.map(str::to_owned)).chain(boundary).collect();
    if !had.is_empty() {
        failure.message +=
            &format!("; others had put on it {}, which the journal has", had.join(", "));
    }
    failure
}

/// The ARN that the role will have; a role that is made anew may have had another.
fn arn(aws: &Aws, step: &Step) -> String {
    let anew = Step { arn: None, ..step.clone() };
    anew.arn(aws.place()).unwrap_or_default()
}

async fn create(aws: &Aws, step: &Step, carried: &Value) -> Result<(), Failure> {
    let Some(document) = &step.document else { return Ok(()) };
    let text = |field: &str| document.get(field).and_then(Value::as_str).map(str::to_owned);
    let both = [document, carried];
    let alone = both.iter().all(|on| [MANAGED, INLINE].iter().all(|field| on.get(field).is_none()));
    let tags = mark_tags(step, alone);
    let principals = principals(&document[TRUST]);
    let boundary = both.iter().find_map(|on| on.get(BOUNDARY)?.as_str()).map(str::to_owned);
    let mut needed: Vec<_> = principals.iter().map(String::as_str).collect();
    needed.extend(boundary.as_deref());
    let call = async || {
        let request = aws
            .iam
            .create_role()
            .role_name(&step.name)
            .set_path(text("Path"))
            .assume_role_policy_document(policy::text(&step.sent[TRUST]))
            .set_description(text("Description"))
            .set_max_session_duration(session(document))
            .set_permissions_boundary(boundary.clone())
            .set_tags(Some(sdk_tags("iam:CreateRole", tags.clone())?));
        aws.call("iam:CreateRole", request.send()).await.map(drop)
    };
    let create = async || aws.once_seen(&needed, is_unseen, &call).await;
    let live = async || {
        let request = aws.iam.list_role_tags().role_name(&step.name).send();
        let answer = aws.call("iam:ListRoleTags", request).await?;
        Ok(tag_map(Some(&answer.tags)))
    };
    create_or_find(aws, &arn(aws, step), &tags, create, live).await?;
    if alone {
        return Ok(());
    }
    let own = entries(document, MANAGED).filter_map(|(_, arn)| arn.as_str());
    for arn in own.chain(attached(carried)) {
        attach(aws, step, arn).await?;
    }
    // What is ours is sent as it is spelled, and what others wrote is carried so.
    let inline = entries(document, INLINE).map(|(name, _)| (name, &step.sent[INLINE][name]));
    for (name, spelled) in inline.chain(entries(carried, INLINE)) {
        put(aws, step, name, policy::text(spelled)).await?;
    }
    tag(aws, step).await
}

async fn update(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let document = step.document.as_ref().unwrap_or(&Value::Null);
    untag(aws, step).await?;
    // Whoever is new comes when all that goes is gone, and whoever goes before anything comes.
    let opens = opens(step);
    if touches(step, TRUST) && !opens {
        trust(aws, step, document).await?;
    }
    if touches(step, "Description") || touches(step, SESSION) {
        let request = described(aws.iam.update_role().role_name(&step.name), document);
        aws.call("iam:UpdateRole", request.send()).await?;
    }
    let boundary = document.get(BOUNDARY).and_then(Value::as_str);
    if touches(step, BOUNDARY) && boundary.is_some() {
        bound(aws, step, boundary).await?;
    }
    // What comes before what goes, so that nothing is missing in between, unless the quota has room
    // for it only then.
    for field in [MANAGED, INLINE] {
        match come(aws, step, field).await {
            Err(failure) if failure.code == "LimitExceeded" => {
                go(aws, step, field).await?;
                come(aws, step, field).await?;
            }
            other => other?,
        }
    }
    for field in [MANAGED, INLINE] {
        go(aws, step, field).await?;
    }
    // A boundary that falls bounds what the role has until that is gone.
    if touches(step, BOUNDARY) && boundary.is_none() {
        bound(aws, step, boundary).await?;
    }
    if touches(step, TRUST) && opens {
        trust(aws, step, document).await?;
    }
    tag(aws, step).await
}

/// Whether someone may assume the role after a step who may not before.
fn opens(step: &Step) -> bool {
    let trust = step.changes.iter().find(|change| change.path.field() == TRUST);
    trust.is_some_and(|change| {
        policy::widened(change.before.as_ref(), change.after.as_ref(), policy::Use::Trust).widened
    })
}

async fn trust(aws: &Aws, step: &Step, document: &Value) -> Result<(), Failure> {
    let principals = principals(&document[TRUST]);
    let needed: Vec<_> = principals.iter().map(String::as_str).collect();
    let call = async || {
        let request = aws
            .iam
            .update_assume_role_policy()
            .role_name(&step.name)
            .policy_document(policy::text(&step.sent[TRUST]));
        aws.call("iam:UpdateAssumeRolePolicy", request.send()).await.map(drop)
    };
    aws.once_seen(&needed, is_unseen, call).await
}

/// Puts on what comes, or has other contents now.
async fn come(aws: &Aws, step: &Step, field: &str) -> Result<(), Failure> {
    for (name, change) in named_changes(step, field) {
        match &change.after {
            Some(after) if field == MANAGED => {
                attach(aws, step, after.as_str().unwrap_or_default()).await?;
            }
            Some(_) => put(aws, step, name, policy::text(&step.sent[INLINE][name])).await?,
            None => {}
        }
    }
    Ok(())
}

/// Takes off what goes: also the policy in whose place another one of its name comes.
async fn go(aws: &Aws, step: &Step, field: &str) -> Result<(), Failure> {
    for (name, change) in named_changes(step, field) {
        match &change.before {
            // It may stay under another name: one of AWS's and one of the account have the same.
            Some(before) if field == MANAGED && !stays(step, before) => {
                detach(aws, step, before.as_str().unwrap_or_default()).await?;
            }
            Some(_) if change.after.is_none() => take_out(aws, step, name).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether a policy is attached after the step too.
fn stays(step: &Step, policy: &Value) -> bool {
    step.document
        .as_ref()
        .is_some_and(|after| entries(after, MANAGED).any(|(_, arn)| arn == policy))
}

/// The changes of a field whose values go by names.
fn named_changes<'a>(step: &'a Step, field: &str) -> impl Iterator<Item = (&'a str, &'a Change)> {
    let changes = step.changes.iter().filter(move |change| change.path.field() == field);
    changes.filter_map(|change| Some((change.path.0.get(1)?.as_str(), change)))
}

/// Both fields, always: IAM takes an hour for a session length that is left out.
///
/// Source: service model, `UpdateRoleRequest`.
fn described(request: UpdateRoleFluentBuilder, document: &Value) -> UpdateRoleFluentBuilder {
    let description = document.get("Description").and_then(Value::as_str).unwrap_or_default();
    request.description(description).set_max_session_duration(session(document))
}

fn session(document: &Value) -> Option<i32> {
    document[SESSION].as_i64().and_then(|seconds| i32::try_from(seconds).ok())
}

async fn bound(aws: &Aws, step: &Step, boundary: Option<&str>) -> Result<(), Failure> {
    frees_boundary(aws, step);
    let Some(boundary) = boundary else {
        let request = aws.iam.delete_role_permissions_boundary().role_name(&step.name).send();
        return unless_gone(aws.call("iam:DeleteRolePermissionsBoundary", request).await);
    };
    let call = async || {
        let request = aws.iam.put_role_permissions_boundary().role_name(&step.name);
        let request = request.permissions_boundary(boundary).send();
        aws.call("iam:PutRolePermissionsBoundary", request).await.map(drop)
    };
    aws.once_seen(&[boundary], is_unseen, call).await
}

async fn attach(aws: &Aws, step: &Step, policy: &str) -> Result<(), Failure> {
    let call = async || {
        let request = aws.iam.attach_role_policy().role_name(&step.name).policy_arn(policy).send();
        aws.call("iam:AttachRolePolicy", request).await.map(drop)
    };
    aws.once_seen(&[policy, &arn(aws, step)], is_unseen, call).await
}

async fn detach(aws: &Aws, step: &Step, policy: &str) -> Result<(), Failure> {
    let request = aws.iam.detach_role_policy().role_name(&step.name).policy_arn(policy).send();
    unless_gone(aws.call("iam:DetachRolePolicy", request).await)?;
    aws.changed(policy);
    aws.changed(&arn(aws, step));
    Ok(())
}

async fn put(aws: &Aws, step: &Step, name: &str, text: String) -> Result<(), Failure> {
    let call = async || {
        let request = aws
            .iam
            .put_role_policy()
            .role_name(&step.name)
            .policy_name(name)
            .policy_document(&text);
        aws.call("iam:PutRolePolicy", request.send()).await.map(drop)
    };
    aws.once_seen(&[&arn(aws, step)], is_unseen, call).await
}

async fn take_out(aws: &Aws, step: &Step, name: &str) -> Result<(), Failure> {
    let request = aws.iam.delete_role_policy().role_name(&step.name).policy_name(name).send();
    unless_gone(aws.call("iam:DeleteRolePolicy", request).await)?;
    aws.changed(&arn(aws, step));
    Ok(())
}

/// Whether IAM does not know yet what is new to it.
///
/// Source: IAM answers an unknown principal with `MalformedPolicyDocument: Invalid principal in
/// policy`, anything else unknown with `NoSuchEntity` (recordings).
fn is_unseen(failure: &Failure) -> bool {
    is_gone(failure)
        || (failure.code == "MalformedPolicyDocument"
            && failure.message.contains("Invalid principal"))
}

/// Takes tags off that go, and the digest with them.
async fn untag(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let gone = gone_tags(step);
    if gone.is_empty() {
        return Ok(());
    }
    let request = aws.iam.untag_role().role_name(&step.name).set_tag_keys(Some(gone)).send();
    aws.call("iam:UntagRole", request).await?;
    aws.changed(&arn(aws, step));
    Ok(())
}

/// Writes every tag, our mark and the digest among them.
async fn tag(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let tags = mark_tags(step, true);
    let call = async || {
        let tags = sdk_tags("iam:TagRole", tags.clone())?;
        let request = aws.iam.tag_role().role_name(&step.name).set_tags(Some(tags)).send();
        aws.call("iam:TagRole", request).await.map(drop)
    };
    let arn = arn(aws, step);
    aws.once_free(&arn, &[], async || aws.once_seen(&[&arn], is_unseen, &call).await).await
}

/// IAM deletes only a role that is in no instance profile and has no policies.
async fn delete(aws: &Aws, step: &Step, carried: &Value) -> Result<(), Failure> {
    let named = |field: &str| {
        let names = step.detail.value[field].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect::<Vec<_>>()
    };
    let profiles = named(PROFILES);
    let attached: Vec<_> = named(MANAGED).into_iter().chain(attached(carried)).collect();
    let others = entries(carried, INLINE).map(|(name, _)| name.as_str());
    let inline: Vec<_> = named(INLINE).into_iter().chain(others).collect();
    for profile in &profiles {
        let request = aws
            .iam
            .remove_role_from_instance_profile()
            .role_name(&step.name)
            .instance_profile_name(*profile);
        unless_gone(aws.call("iam:RemoveRoleFromInstanceProfile", request.send()).await)?;
        aws.changed(&arn(aws, step));
    }
    for policy in &attached {
        detach(aws, step, policy).await?;
    }
    for name in &inline {
        take_out(aws, step, name).await?;
    }
    // What IAM says that a role still has, in its words (recordings).
    let still = [
        ("must remove roles from instance profile", profiles.is_empty()),
        ("must detach all policies", attached.is_empty()),
        ("must delete policies", inline.is_empty()),
    ];
    let of_others = still.into_iter().filter(|(_, had_none)| *had_none);
    let of_others: Vec<_> = of_others.map(|(words, _)| words).collect();
    let call = async || {
        let request = aws.iam.delete_role().role_name(&step.name).send();
        let answer = aws.call("iam:DeleteRole", request).await;
        unless_gone_or_unmarked(answer, async || Ok(record(aws, &step.name).await?.is_some())).await
    };
    let arn = arn(aws, step);
    aws.once_free(&arn, &of_others, call).await?;
    aws.changed(&arn);
    frees_boundary(aws, step);
    Ok(())
}

/// Remembers that the policy which bounded the role does not bound it any more.
fn frees_boundary(aws: &Aws, step: &Step) {
    let change = step.changes.iter().find(|change| change.path.field() == BOUNDARY);
    let before = change.and_then(|change| change.before.as_ref()).and_then(Value::as_str);
    if let Some(before) = before {
        aws.changed(before);
    }
}

fn entries<'a>(document: &'a Value, field: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    document.get(field).and_then(Value::as_object).into_iter().flatten()
}

/// The managed policies that a step carries over, by their ARNs.
fn attached(carried: &Value) -> impl Iterator<Item = &str> {
    carried[MANAGED].as_array().into_iter().flatten().filter_map(Value::as_str)
}

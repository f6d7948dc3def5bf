//! Tags of what ECS has, which it keeps by ARN.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::Tag;

use super::super::tags::{gone_tags, mark_tags};
use crate::aws::{Aws, Failure};
use crate::plan::{Action, Step};
use crate::safety::STACK_TAG;

/// The tags of what has this ARN; it has no pages (service model).
pub(in crate::kinds) async fn tags_of(
    aws: &Aws,
    arn: &str,
) -> Result<BTreeMap<String, String>, Failure> {
    let request = aws.ecs.list_tags_for_resource().resource_arn(arn).send();
    let tags = aws.call("ecs:ListTagsForResource", request).await?.tags.unwrap_or_default();
    let pairs = tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
    Ok(pairs.collect())
}

/// Takes tags off that go, and the digest with them.
pub(in crate::kinds) async fn untag(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let gone = gone_tags(step);
    if gone.is_empty() {
        return Ok(());
    }
    let request = aws.ecs.untag_resource().resource_arn(arn).set_tag_keys(Some(gone)).send();
    aws.call("ecs:UntagResource", request).await.map(drop)
}

/// Writes every tag, our mark and the digest among them.
pub(in crate::kinds) async fn tag(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let tags = mark_tags(step, true).into_iter();
    let tags = tags.map(|(key, value)| Tag::builder().key(key).value(value).build());
    let request = aws.ecs.tag_resource().resource_arn(arn).set_tags(Some(tags.collect())).send();
    aws.call("ecs:TagResource", request).await.map(drop)
}

/// Changes the tags of the newest revision of a family in place.
pub(in crate::kinds) async fn tag_revision(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let arn = step.arn.as_deref().unwrap_or_default();
    untag(aws, step, arn).await?;
    let only_revisions =
        step.changes.is_empty() && !step.protection.changes() && !step.is_unfinished();
    if only_revisions && step.action == Action::Update {
        return Ok(());
    }
    tag(aws, step, arn).await
}

/// Gives a revision the mark of who has its family from now on, and no other tag: an old one stays as
/// it is.
pub(in crate::kinds) async fn hand_over(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let mark = Tag::builder().key(STACK_TAG).value(&step.owner).build();
    let request = aws.ecs.tag_resource().resource_arn(arn).tags(mark).send();
    aws.call("ecs:TagResource", request).await.map(drop)
}

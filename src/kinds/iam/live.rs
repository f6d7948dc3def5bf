//! What the clients of roles and policies have in common.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;

use crate::aws::{Aws, Failure, Reason};

/// Whether IAM says that something is not there.
pub(in crate::kinds) fn is_gone(failure: &Failure) -> bool {
    failure.reason == Reason::Refused && failure.code == "NoSuchEntity"
}

/// What is said of a name that is taken, and not here.
///
/// Source: service model, `CreatePolicyRequest`: a name is unique within the account.
const ELSEWHERE: &str = "what has that name is on another path: give this one the same `Path`, another name, or delete \
     the other";

/// What is gone already needs no call to be gone.
pub(in crate::kinds) fn unless_gone<T>(answer: Result<T, Failure>) -> Result<(), Failure> {
    match answer {
        Err(failure) if is_gone(&failure) => Ok(()),
        other => other.map(drop),
    }
}

/// The same where a policy allows what carries a mark, and nothing else: what is gone carries none, and
/// AWS denies it. `is_there` says whether it is there.
pub(in crate::kinds) async fn unless_gone_or_unmarked<T>(
    answer: Result<T, Failure>,
    is_there: impl AsyncFn() -> Result<bool, Failure>,
) -> Result<(), Failure> {
    match answer {
        Err(failure)
            if failure.reason == Reason::Denied && matches!(is_there().await, Ok(false)) =>
        {
            Ok(())
        }
        other => unless_gone(other),
    }
}

/// Makes something, or finds that this step has made it already: its answer was lost, and the SDK's
/// retry found it there, or found the quota used up by it; or its answer cannot be read. What is there
/// is the step's where it carries the step's tags, the stack's mark among them; anybody else's does
/// not.
pub(in crate::kinds) async fn create_or_find(
    aws: &Aws,
    arn: &str,
    tags: &[(String, String)],
    create: impl AsyncFn() -> Result<(), Failure>,
    live: impl AsyncFn() -> Result<BTreeMap<String, String>, Failure>,
) -> Result<(), Failure> {
    const FOUND: [&str; 2] = ["EntityAlreadyExists", "LimitExceeded"];
    let may_be_there = |failure: &Failure| {
        FOUND.contains(&failure.code.as_str()) || failure.reason == Reason::Unintelligible
    };
    match aws.once_free(arn, &[], create).await {
        Err(failure) if may_be_there(&failure) => {
            let live = match live().await {
                Ok(live) => live,
                Err(unread) if is_gone(&unread) => return Err(failure.adding(ELSEWHERE)),
                Err(unread) => return Err(failure.adding(&unread.told())),
            };
            if !tags.iter().all(|(key, value)| live.get(key) == Some(value)) {
                return Err(failure);
            }
        }
        other => other?,
    }
    aws.made(arn);
    Ok(())
}

/// Tags as a mapping.
pub(in crate::kinds) fn tag_map(tags: Option<&[Tag]>) -> BTreeMap<String, String> {
    let tags = tags.unwrap_or_default().iter();
    tags.map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// Tags as IAM takes them.
pub(in crate::kinds) fn sdk_tags(
    action: &'static str,
    tags: Vec<(String, String)>,
) -> Result<Vec<Tag>, Failure> {
    tags.into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect::<Result<_, _>>()
        .map_err(|_| {
            let message = "the request cannot be built from the plan".to_owned();
            Failure::unsaid(action, Reason::Refused, message)
        })
}

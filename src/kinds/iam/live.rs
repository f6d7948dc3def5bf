//! What the clients of roles and policies have in common.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;

use crate::aws::{Failure, Reason};

/// Whether IAM says that something is not there.
pub(in crate::kinds) fn is_gone(failure: &Failure) -> bool {
    failure.reason == Reason::Refused && failure.code == "NoSuchEntity"
}

/// What is gone already needs no call to be gone.
pub(in crate::kinds) fn unless_gone<T>(answer: Result<T, Failure>) -> Result<(), Failure> {
    match answer {
        Err(failure) if is_gone(&failure) => Ok(()),
        other => other.map(drop),
    }
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

//! Tags of task definitions, clusters, services and daemons.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::members::{Members as _, Structure};
use super::record::{Name, Section};
use super::{daemons, invalid_parameter, services, shapes};

pub(super) type Tags = BTreeMap<String, String>;

/// How many tags a resource may have (model, shape `Tags`).
const LIMIT: usize = 50;

/// `TagResource`: adds tags, and replaces the values of those that are there.
pub(super) fn tag(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "TagResourceRequest")?;
    let more = checked(input.list("tags"))?;
    let tags = resource(call, section, &input)?;
    tags.extend(more);
    if tags.len() > LIMIT {
        return Err(too_many());
    }
    Ok(Reply::Json(json!({})))
}

/// `UntagResource`. A tag that is not there is none to remove.
pub(super) fn untag(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "UntagResourceRequest")?;
    let tags = resource(call, section, &input)?;
    for key in input.texts("tagKeys") {
        check_prefix(key)?;
        tags.remove(key);
    }
    Ok(Reply::Json(json!({})))
}

/// `ListTagsForResource`: all of them at once (model: it has no pages).
pub(super) fn list(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListTagsForResourceRequest")?;
    let tags = section.tags_of(call, arn(&input)?).ok_or_else(missing)?;
    Ok(Reply::Json(json!({ "tags": tag_list(tags) })))
}

/// The tags of a request.
pub(super) fn checked(list: &[Value]) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    for tag in list.iter().filter_map(Value::as_object) {
        // Neither is required in the model; a key has at least one character.
        let Some(key) = tag.text("key") else {
            return Err(invalid_parameter("A tag key should not be null or empty."));
        };
        let value = tag.text("value").unwrap_or_default();
        check_prefix(key)?;
        for (what, text) in [("key", key), ("value", value)] {
            if !text.chars().all(is_allowed) {
                return Err(invalid_parameter(format!(
                    "The tag {what} '{text}' contains invalid characters."
                )));
            }
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            // AWS's text (recording: RunTask).
            return Err(invalid_parameter("Multiple tags contain the same key."));
        }
    }
    if tags.len() > LIMIT { Err(too_many()) } else { Ok(tags) }
}

fn too_many() -> Fault {
    invalid_parameter(format!("A resource can have at most {LIMIT} tags."))
}

/// Keys that begin with `aws:`, in any case, are AWS's own and can be neither set nor removed
/// (model, shape `Tag`). The text is ours.
fn check_prefix(key: &str) -> Result<(), Fault> {
    let prefix = key.get(..4).unwrap_or_default();
    if prefix.eq_ignore_ascii_case("aws:") {
        return Err(invalid_parameter(format!(
            "The tag key '{key}' has the reserved prefix aws:."
        )));
    }
    Ok(())
}

/// The model's pattern: letters, separators, numbers and `_ . : / = + - @`.
fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// The tags of what the ARN of the input is of. Whether what is not `ACTIVE` can be tagged is not known;
/// here it can. A service's ARN in the old form cannot be tagged (documentation, "Amazon Resource Names
/// (ARNs) and IDs"), and none here has one.
fn resource<'a>(
    call: &Call<'_>,
    section: &'a mut Section,
    input: &Structure,
) -> Result<&'a mut Tags, Fault> {
    let arn = arn(input)?;
    if section.tags_of(call, arn).is_none() {
        return Err(missing());
    }
    if let Ok((family, number)) = Name::with_revision(call, arn) {
        return section.get_mut(family, number).map(|it| &mut it.tags).ok_or_else(missing);
    }
    match services::tags_mut(call, &mut section.clusters, arn) {
        Some(tags) => Ok(tags),
        None => {
            daemons::tags_mut(call, &mut section.daemons, arn).unwrap_or_else(|| Err(missing()))
        }
    }
}

/// The ARN of the input.
fn arn(input: &Structure) -> Result<&str, Fault> {
    let arn = input.text("resourceArn").unwrap_or_default();
    if !arn.starts_with("arn:") {
        // AWS's text (recording: RegisterTaskDefinition).
        return Err(invalid_parameter("Invalid arn syntax."));
    }
    Ok(arn)
}

/// Tags as AWS writes them. Their order is not documented.
pub(super) fn tag_list(tags: &Tags) -> Value {
    let tag = |(key, value)| json!({ "key": key, "value": value });
    tags.iter().map(tag).collect()
}

/// The text is ours. `ResourceNotFoundException` is not among the errors of `ListTagsForResource`
/// (model).
fn missing() -> Fault {
    invalid_parameter("The specified resource does not exist.")
}

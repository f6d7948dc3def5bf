//! Tags of task definitions, services and clusters.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::members::{Members as _, Structure};
use super::record::{Name, Section};
use super::{invalid_parameter, shapes};

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
    let arn = input.text("resourceArn").unwrap_or_default();
    if is_elsewhere(arn) {
        let tags = section
            .tagged(call.account, call.region)
            .find(|(known, _)| known == arn)
            .map(|(_, tags)| tags);
        let tag = |(key, value)| json!({ "key": key, "value": value });
        let list: Value = tags.ok_or_else(missing)?.iter().map(tag).collect();
        return Ok(Reply::Json(json!({ "tags": list })));
    }
    let (family, number) = named(call, &input)?;
    let name = Name { family, revision: Some(number) };
    let (_, revision) = section.find(&name).ok_or_else(missing)?;
    Ok(Reply::Json(json!({ "tags": revision.tag_list() })))
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

/// Whether an ARN is of a service or a cluster.
fn is_elsewhere(arn: &str) -> bool {
    arn.split(':')
        .nth(5)
        .is_some_and(|name| name.starts_with("service/") || name.starts_with("cluster/"))
}

/// The tags of what the ARN of the input names. Whether what is not `ACTIVE` can be tagged is not
/// known; here it can. A service's ARN in the old form cannot be tagged (documentation, "Amazon
/// Resource Names (ARNs) and IDs"), and none here has one.
fn resource<'a>(
    call: &Call<'_>,
    section: &'a mut Section,
    input: &Structure,
) -> Result<&'a mut Tags, Fault> {
    let arn = input.text("resourceArn").unwrap_or_default();
    if is_elsewhere(arn) {
        return section.tags_mut(call, arn).ok_or_else(missing);
    }
    let (family, number) = named(call, input)?;
    section.get_mut(family, number).map(|revision| &mut revision.tags).ok_or_else(missing)
}

/// The family and number in the ARN of the input.
fn named<'a>(call: &Call<'_>, input: &'a Structure) -> Result<(&'a str, u32), Fault> {
    let arn = input.text("resourceArn").unwrap_or_default();
    if !arn.starts_with("arn:") {
        // AWS's text (recording: RegisterTaskDefinition).
        return Err(invalid_parameter("Invalid arn syntax."));
    }
    Name::with_revision(call, arn).map_err(|_| missing())
}

/// The text is ours. `ResourceNotFoundException` is not among the errors of `ListTagsForResource`
/// (model).
fn missing() -> Fault {
    invalid_parameter("The specified resource does not exist.")
}

//! Tags of log groups.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{Member, Shape, required};
use super::super::state::World;
use super::record::{self, Group, Tags};
use super::{invalid, missing, read, text};

/// How many tags a log group may have (model).
const LIMIT: usize = 50;

const KEY: Shape = Shape::Word {
    min: 1,
    max: 128,
    pattern: r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]+)$",
    allows: is_allowed,
};
const VALUE: Shape = Shape::Word {
    min: 0,
    max: 256,
    pattern: r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
    allows: is_allowed,
};

/// Tags, which are a map here (model, shape `Tags`).
pub(super) const TAGS: Shape = Shape::Map { key: &KEY, value: &VALUE, max: LIMIT };

/// What has tags. The pattern has no `*`, so that an ARN with `:*` behind it is refused, and no `#`,
/// which a name may have (model, shape `AmazonResourceName`).
const RESOURCE: Member = required(
    "resourceArn",
    Shape::Word { min: 1, max: 1011, pattern: r"[\w+=/:,.@-]*", allows: in_arn },
);

fn in_arn(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=/:,.@-".contains(c)
}

fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// `TagResource`: adds tags, and replaces the values of those that are there.
pub(super) fn tag(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = read(call, &[RESOURCE, required("tags", TAGS)])?;
    let more = given(&input)?;
    let group = resource(call, world, &input)?;
    group.tags.extend(more);
    if group.tags.len() > LIMIT {
        // The text is the model's.
        let message = format!("A resource can have no more than {LIMIT} tags.");
        let arn = text(&input, "resourceArn").unwrap_or_default();
        return Err(Fault::front_end("TooManyTagsException", message).with("resourceName", arn));
    }
    Ok(Reply::Json(json!({})))
}

/// `UntagResource`. A tag that is not there is none to remove.
pub(super) fn untag(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input =
        read(call, &[RESOURCE, required("tagKeys", Shape::List { item: &KEY, max: LIMIT })])?;
    let group = resource(call, world, &input)?;
    let keys = input.get("tagKeys").and_then(Value::as_array).into_iter().flatten();
    for key in keys.filter_map(Value::as_str) {
        check_prefix(key)?;
        group.tags.remove(key);
    }
    Ok(Reply::Json(json!({})))
}

/// `ListTagsForResource`: all of them at once (model: it has no pages).
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = read(call, &[RESOURCE])?;
    Ok(Reply::Json(json!({ "tags": resource(call, world, &input)?.tags })))
}

/// The tags of a request. An empty map is refused (model).
pub(super) fn given(input: &Map<String, Value>) -> Result<Tags, Fault> {
    let Some(tags) = input.get("tags").and_then(Value::as_object) else { return Ok(Tags::new()) };
    if tags.is_empty() {
        return Err(invalid(
            "1 validation error detected: Value '{}' at 'tags' failed to satisfy constraint: \
             Member must have length greater than or equal to 1",
        ));
    }
    tags.keys().try_for_each(|key| check_prefix(key))?;
    let tags = tags.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.into())));
    Ok(tags.collect())
}

/// Keys that begin with `aws:` are AWS's own (documentation, tagging in general). The text is ours.
fn check_prefix(key: &str) -> Result<(), Fault> {
    if key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
        return Err(invalid(format!("The tag key {key} has the reserved prefix aws:")));
    }
    Ok(())
}

/// The log group whose ARN the input names.
fn resource<'a>(
    call: &Call<'_>,
    world: &'a mut World,
    input: &Map<String, Value>,
) -> Result<&'a mut Group, Fault> {
    let name = record::name_in(call, text(input, "resourceArn").unwrap_or_default());
    name.and_then(|name| world.region.logs.groups.get_mut(name)).ok_or_else(missing)
}

//! Tags of parameters.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, required};
use super::super::state::World;
use super::record::{Parameter, Tags};
use super::{text, texts, validation};

/// How many tags a parameter may have (model, operation `AddTagsToResource`).
const LIMIT: usize = 50;

const KEY: Shape = Shape::Word {
    min: 1,
    max: 128,
    pattern: r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
    allows: is_allowed,
};
const VALUE: Shape = Shape::Word {
    min: 0,
    max: 256,
    pattern: r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$",
    allows: is_allowed,
};

/// Tags (model, shape `TagList`).
pub(super) const TAGS: Shape = Shape::List { item: &Shape::Structure(tag), max: 1000 };

fn tag() -> Vec<Member> {
    vec![required("Key", KEY), required("Value", VALUE)]
}

fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// What has tags in Systems Manager (model, shape `ResourceTypeForTagging`).
const TYPES: [&str; 10] = [
    "Document",
    "ManagedInstance",
    "MaintenanceWindow",
    "Parameter",
    "PatchBaseline",
    "OpsItem",
    "OpsMetadata",
    "Automation",
    "Association",
    "CloudConnector",
];

const RESOURCE: [Member; 2] =
    [required("ResourceType", Shape::OneOf(&TYPES)), required("ResourceId", STRING)];

/// `AddTagsToResource`: adds tags, and replaces the values of those that are there.
pub(super) fn add(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let [of_type, id] = RESOURCE;
    let input = shape::read(call.body, &[of_type, id, required("Tags", TAGS)])?;
    let more = given(&input)?;
    let parameter = resource(world, &input)?;
    parameter.tags.extend(more);
    if parameter.tags.len() > LIMIT { Err(too_many()) } else { Ok(Reply::Json(json!({}))) }
}

/// `RemoveTagsFromResource`. A tag that is not there is none to remove.
pub(super) fn remove(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let keys = Shape::List { item: &KEY, max: usize::MAX };
    let [of_type, id] = RESOURCE;
    let input = shape::read(call.body, &[of_type, id, required("TagKeys", keys)])?;
    let parameter = resource(world, &input)?;
    for key in texts(&input, "TagKeys") {
        check_prefix(key)?;
        parameter.tags.remove(key);
    }
    Ok(Reply::Json(json!({})))
}

/// `ListTagsForResource`: all of them at once (model: it has no pages).
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &RESOURCE)?;
    let tags = resource(world, &input)?.tags.iter();
    let tags: Vec<_> = tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(Reply::Json(json!({ "TagList": tags })))
}

/// The tags of a request. What AWS does about a key that comes twice is not known.
pub(super) fn given(input: &Map<String, Value>) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    let list = input.get("Tags").and_then(Value::as_array).into_iter().flatten();
    for tag in list.filter_map(Value::as_object) {
        let key = text(tag, "Key").unwrap_or_default();
        check_prefix(key)?;
        if tags.insert(key.into(), text(tag, "Value").unwrap_or_default().into()).is_some() {
            return Err(validation(format!("The tag key {key} is there twice")));
        }
    }
    if tags.len() > LIMIT { Err(too_many()) } else { Ok(tags) }
}

/// Keys that begin with `aws:` are AWS's own (documentation, tagging in general). The text is ours.
fn check_prefix(key: &str) -> Result<(), Fault> {
    if key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
        return Err(validation(format!("The tag key {key} has the reserved prefix aws:")));
    }
    Ok(())
}

/// The text is ours.
fn too_many() -> Fault {
    Fault::front_end("TooManyTagsError", format!("A parameter can have at most {LIMIT} tags"))
}

/// The parameter whose name the input has; other resources there are none of. The texts are an
/// independent server's.
fn resource<'a>(
    world: &'a mut World,
    input: &Map<String, Value>,
) -> Result<&'a mut Parameter, Fault> {
    if text(input, "ResourceType") != Some("Parameter") {
        let message = "Invalid Resource Type".to_owned();
        return Err(Fault::front_end("InvalidResourceType", message));
    }
    let name = text(input, "ResourceId").unwrap_or_default();
    world
        .region
        .ssm
        .parameters
        .get_mut(name)
        .ok_or_else(|| Fault::front_end("InvalidResourceId", "Invalid Resource Id".to_owned()))
}

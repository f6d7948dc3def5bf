//! Tags of sampling rules and groups.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, optional, required};
use super::super::state::World;
use super::record;
use super::rules::text;
use super::{invalid_request, page};

/// How many tags a rule or a group may have (documentation; model, shape `Tag`).
pub(super) const LIMIT: usize = 50;

/// How many tags `ListTagsForResource` gives at once; AWS's number is not documented.
pub(super) const PAGE: usize = 20;

const KEY: Shape = Shape::Text { min: 1, max: 128 };
const VALUE: Shape = Shape::Text { min: 0, max: 256 };

/// The length of a list of tags in a request has its own, higher bound (model, shape `TagList`).
pub(super) const LIST: Shape = Shape::List { item: &Shape::Structure(tag_members), max: 200 };

const KEYS: Shape = Shape::List { item: &KEY, max: 200 };

/// The ARN of anything that has tags (model, shape `AmazonResourceName`).
const RESOURCE_ARN: Member = required("ResourceARN", Shape::Text { min: 1, max: 1011 });

fn tag_members() -> Vec<Member> {
    vec![required("Key", KEY), required("Value", VALUE)]
}

/// `TagResource`: adds tags, and replaces the values of those that are there.
pub(super) fn tag(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = shape::read(call.body, &[RESOURCE_ARN, required("Tags", LIST)])?;
    let (tagged, mut tags) = resource(call, world, &input)?;
    tags.extend(from_input(&mut input)?);
    if tags.len() > LIMIT {
        let message = format!("{} can have at most {LIMIT} tags", tagged.noun());
        let status = StatusCode::BAD_REQUEST;
        return Err(Fault::modelled(status, "TooManyTagsException", message)
            .with("ResourceName", text(&input, "ResourceARN").unwrap_or_default()));
    }
    tagged.put(world, tags);
    Ok(Reply::Json(json!({})))
}

/// `UntagResource`. A tag that is not there is none to remove.
pub(super) fn untag(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[RESOURCE_ARN, required("TagKeys", KEYS)])?;
    let (tagged, mut tags) = resource(call, world, &input)?;
    let keys = input.get("TagKeys").and_then(Value::as_array).into_iter().flatten();
    for key in keys.filter_map(Value::as_str) {
        check_prefix(key)?;
        tags.remove(key);
    }
    tagged.put(world, tags);
    Ok(Reply::Json(json!({})))
}

/// `ListTagsForResource`, page by page.
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[RESOURCE_ARN, optional("NextToken", STRING)])?;
    let (_, tags) = resource(call, world, &input)?;
    let tag = |(key, value): (String, String)| {
        let tag = json!({ "Key": key, "Value": value });
        (key, tag)
    };
    let tags = tags.into_iter().map(tag).collect();
    let (tags, next) = page("ListTagsForResource", tags, PAGE, text(&input, "NextToken"))?;
    Ok(Reply::Json(json!({ "Tags": tags, "NextToken": next })))
}

/// The tags of checked input.
///
/// A key that comes twice is refused: keys are unique (documentation), and what AWS does about it
/// is not known.
pub(super) fn from_input(
    input: &mut Map<String, Value>,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut tags = BTreeMap::new();
    let Some(Value::Array(list)) = input.remove("Tags") else {
        return Ok(tags);
    };
    for tag in list.iter().filter_map(Value::as_object) {
        let (Some(key), Some(value)) = (text(tag, "Key"), text(tag, "Value")) else {
            continue;
        };
        check_prefix(key)?;
        for (what, text) in [("key", key), ("value", value)] {
            if !text.chars().all(is_allowed) {
                return Err(invalid_request(&format!(
                    "The tag {what} '{text}' has characters other than letters, digits, spaces \
                     and _ . : / = + - @"
                )));
            }
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(invalid_request(&format!("The tag key '{key}' is there twice")));
        }
    }
    Ok(tags)
}

/// Keys that begin with `aws:` are AWS's own, can be neither set nor removed (model, shape `Tag`
/// and operation `UntagResource`), and in no mixture of cases (documentation, tagging in general).
fn check_prefix(key: &str) -> Result<(), Fault> {
    let prefix = key.get(..4).unwrap_or_default();
    if prefix.eq_ignore_ascii_case("aws:") {
        return Err(invalid_request(&format!("The tag key '{key}' has the reserved prefix aws:")));
    }
    Ok(())
}

/// "Unicode letters, numbers, or separators" and `+ - = . _ : /` (model, shape `Tag`), and `@`
/// (model, `TagResourceRequest`).
fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// What carries tags, by its name.
enum Tagged {
    Rule(String),
    Group(String),
}

type Tags = BTreeMap<String, String>;

impl Tagged {
    /// What has this ARN, with its tags. Whether Default, the rule or the group, can have tags is not
    /// known (documentation does not exclude it); here it can.
    fn find(call: &Call<'_>, world: &World, arn: &str) -> Option<(Self, Tags)> {
        let section = &world.region.xray;
        if let Some(name) = record::name_in(call, arn) {
            return Some((Self::Rule(name.to_owned()), section.get(name)?.tags));
        }
        let name = section.groups.name_of(call, arn)?;
        let tags = section.groups.get(&name)?.tags;
        Some((Self::Group(name), tags))
    }

    fn put(self, world: &mut World, tags: Tags) {
        let section = &mut world.region.xray;
        match self {
            Self::Rule(name) => {
                if let Some(rule) = section.get(&name) {
                    section.put(name, record::Record { tags, ..rule });
                }
            }
            Self::Group(name) => {
                if let Some(mut group) = section.groups.get(&name) {
                    group.tags = tags;
                    section.groups.put(name, group);
                }
            }
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Rule(_) => "A sampling rule",
            Self::Group(_) => "A group",
        }
    }
}

/// The tags of what has this ARN.
pub(super) fn tags_of(call: &Call<'_>, world: &World, arn: &str) -> Tags {
    Tagged::find(call, world, arn).map(|(_, tags)| tags).unwrap_or_default()
}

/// What the input names by its ARN, with its tags.
fn resource(
    call: &Call<'_>,
    world: &World,
    input: &Map<String, Value>,
) -> Result<(Tagged, Tags), Fault> {
    let arn = text(input, "ResourceARN").unwrap_or_default();
    if !arn.starts_with("arn:") {
        return Err(invalid_request("ResourceARN is not an ARN"));
    }
    Tagged::find(call, world, arn).ok_or_else(|| {
        let message = "The resource was not found".to_owned();
        Fault::modelled(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
            .with("ResourceName", arn)
    })
}

//! Images that are left to a deploy pipeline: `image_from: live` beside a container's fields.
//!
//! The pipeline registers revisions of its own, with another image and mostly without tags; the stack
//! has the rest of the family. So of such a container AWS's own image stands in the place of the
//! file's, as soon as there is one.

use serde_json::{Value as Json, json};

use super::revisions::FOREIGN;
use super::spec::{CONTAINERS, TAGS};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::kinds::Live;
use crate::plan::{Digest, Path};
use crate::safety::Mark;
use crate::stack::Wanted;

/// Our setting, beside the fields of a container; among a family's settings, the names of the
/// containers that have it.
pub(super) const IMAGE_FROM: &str = "image_from";
/// Its one value.
const LIVE: &str = "live";
const IMAGE: &str = "image";

/// Takes the setting out of the containers that have it, and returns their names.
pub(super) fn take(task: &mut Map, found: &mut Diagnostics) -> Vec<String> {
    let containers = task.entries.iter_mut().find(|entry| entry.key == CONTAINERS);
    let Some(Value::Seq(containers)) = containers.map(|entry| &mut entry.value.value) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for container in containers {
        let Value::Map(fields) = &mut container.value else { continue };
        let Some(setting) = fields.take(IMAGE_FROM).filter(|entry| !entry.value.is_null()) else {
            continue;
        };
        if setting.value.as_str() != Some(LIVE) {
            let message = format!("`{IMAGE_FROM}` is `{LIVE}`, not {}", setting.value.shown());
            let help = "it keeps the image that the newest revision has; left out, the image is the file's";
            found.push(Diagnostic::error(message).at(setting.value.span).help(help));
        } else if fields.get(IMAGE).is_none_or(Node::is_null) {
            let message = format!("`{IMAGE_FROM}: {LIVE}` needs an `{IMAGE}` beside it");
            let help = "it is what the family begins with, before a pipeline has deployed another";
            found.push(Diagnostic::error(message).at(setting.key_span).help(help));
        } else if let Some(name) = fields.get("name").and_then(Node::as_str) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The images of a canonical document that are left to a pipeline.
pub(super) fn paths(settings: &Json) -> Vec<Path> {
    let image = |name: &str| Path([CONTAINERS, name, IMAGE].map(str::to_owned).into());
    names(settings).map(image).collect()
}

fn names(settings: &Json) -> impl Iterator<Item = &str> {
    settings[IMAGE_FROM].as_array().into_iter().flatten().filter_map(Json::as_str)
}

/// A family as the file wants it, with the images that AWS has where they are left to a pipeline;
/// `None` where that is as the file has it.
pub(super) fn as_deployed(wanted: &Wanted, live: &Live) -> Option<Wanted> {
    let mut deployed = wanted.clone();
    for path in paths(&wanted.settings) {
        let Some(image) = path.at(&live.document).filter(|image| image.is_string()) else {
            continue;
        };
        if let Some(place) = path.at_mut(&mut deployed.document) {
            *place = image.clone();
        }
        let containers = deployed.sent[CONTAINERS].as_array_mut().into_iter().flatten();
        let is_it = |container: &&mut Json| container["name"] == path.0[1].as_str();
        for container in containers.filter(is_it) {
            container[IMAGE] = image.clone();
        }
    }
    if is_deployed(&deployed, live) {
        // Where nothing else differs, it is as it should be.
        let mut retagged = deployed.clone();
        copy(&live.document, &mut retagged.document, TAGS);
        if retagged.document == live.document {
            deployed = retagged;
        }
    }
    (deployed != *wanted).then_some(deployed)
}

/// The tags, of a family that a pipeline may have deployed last.
pub(super) fn not_carried_over(wanted: &Wanted, live: &Live) -> Option<&'static str> {
    is_deployed(wanted, live).then_some(TAGS)
}

/// Whether the newest revision is somebody else's, of a family that is left to a pipeline, and the file
/// has the tags as they were applied: a pipeline registers what it read, and tags are not among that.
///
/// Source: `DescribeTaskDefinition` returns tags beside the task definition, and only if asked to
/// (service model).
fn is_deployed(wanted: &Wanted, live: &Live) -> bool {
    let applied = live.mark.as_ref().and_then(Mark::digest);
    let file = Digest::of(&wanted.document, &wanted.sensitive);
    names(&wanted.settings).next().is_some()
        && live.facts.get(FOREIGN).is_some()
        && applied.is_some_and(|was| was.agrees_on(&file, TAGS))
}

fn copy(from: &Json, to: &mut Json, field: &str) {
    let Some(fields) = to.as_object_mut() else { return };
    match from.get(field) {
        Some(value) => drop(fields.insert(field.to_owned(), value.clone())),
        None => drop(fields.remove(field)),
    }
}

/// Says which images are left to a pipeline.
pub(super) fn told(wanted: &Wanted) -> Option<String> {
    let names: Vec<_> = names(&wanted.settings).collect();
    let (images, are) = if names.len() == 1 { ("image", "is") } else { ("images", "are") };
    let all = names.join(", ");
    (!names.is_empty()).then(|| format!("the {images} of {all} {are} left to the deploy pipeline"))
}

/// The JSON Schema of the setting.
pub(super) fn schema() -> Json {
    json!({
        "enum": [LIVE, null],
        "description": "`live` leaves the image to a deploy pipeline: the newest revision's stays, and the file's own is what the family begins with",
    })
}

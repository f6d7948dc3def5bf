//! What of a resource must not be shown, as it is sent.

use serde_json::Value;

use crate::kinds;
use crate::plan::Path;
use crate::stack::Wanted;

/// The tree of a resource of ECS's as it is sent, without its tags.
pub(super) fn sent(wanted: &Wanted) -> Value {
    let made = || kinds::find(&wanted.address.section).map(|kind| kind.sent(&wanted.document));
    let sent = Some(wanted.sent.clone()).filter(|sent| !sent.is_null()).or_else(made);
    sent.filter(|sent| !sent.is_null()).unwrap_or_else(|| wanted.document.clone())
}

/// The paths of the scalars of a tree as it is sent that must not be shown.
pub(super) fn secrets(wanted: &Wanted, tree: &Value) -> Vec<Path> {
    let mut leaves = Vec::new();
    collect(tree, &Path::default(), &mut leaves);
    // Of a name and its value the value is the secret; both are at one place of the document.
    leaves.retain(|leaf| leaf.0.last().is_none_or(|last| last != "name"));
    let kind = kinds::find(&wanted.address.section);
    let located = kind.map_or_else(|| leaves.clone(), |kind| kind.locate(tree, &leaves));
    let both = leaves.into_iter().zip(located);
    both.filter(|(_, at)| wanted.hides(at)).map(|(leaf, _)| leaf).collect()
}

/// The paths of all scalars.
pub(super) fn collect(value: &Value, at: &Path, found: &mut Vec<Path>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(value, &at.join(key), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &at.join(&index.to_string()), found);
            }
        }
        _ => found.push(at.clone()),
    }
}

/// Puts a value in the place of the one at a path; elements of lists by their index.
pub(super) fn put(tree: &mut Value, path: &Path, value: Value) {
    let place = path.0.iter().try_fold(tree, |tree, step| match tree {
        Value::Object(fields) => fields.get_mut(step),
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    });
    if let Some(place) = place {
        *place = value;
    }
}

/// A path as a person reads it: elements of lists by their names where they have some.
pub(super) fn told(tree: &Value, path: &Path) -> String {
    let mut told = Path::default();
    let mut value = Some(tree);
    for step in &path.0 {
        value = match value {
            Some(Value::Array(items)) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
            other => other.and_then(|value| value.get(step)),
        };
        let name = value.and_then(|value| value.get("name")).and_then(Value::as_str);
        told = told.join(name.unwrap_or(step));
    }
    if told.0.len() > 1 && told.0.last().is_some_and(|last| last == "value") {
        told.0.pop();
    }
    told.to_string()
}

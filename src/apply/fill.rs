//! Values that a journal does not have, out of what AWS has now.

use serde_json::Value;

use crate::kinds::Kind;
use crate::plan::{Path, SENSITIVE};

/// Puts into a body, where a value is hidden, what a live resource has there, both as a stack file
/// has them; lists whose elements have names may be in another order. Returns where, in the canonical
/// document.
pub(super) fn fill(kind: &dyn Kind, body: &mut Value, live: &Value, hidden: &[Path]) -> Vec<Path> {
    let holes: Vec<_> = places(body)
        .into_iter()
        .filter(|(_, value)| *value == SENSITIVE)
        .map(|(path, _)| path)
        .collect();
    let (there, values): (Vec<_>, Vec<_>) = places(live).into_iter().unzip();
    let located = kind.locate(live, &there);
    let mut filled = Vec::new();
    for (hole, at) in holes.iter().zip(kind.locate(body, &holes)) {
        // Where a name and its value make one, both are located there.
        let is_it = |place: usize| located[place] == at && there[place].0.last() == hole.0.last();
        let value = (0..there.len()).find(|place| is_it(*place)).map(|place| values[place]);
        if let (Some(value), Some(hole)) = (value, at_mut(body, hole))
            && hidden.contains(&at)
        {
            *hole = value.clone();
            filled.push(at);
        }
    }
    filled
}

/// Every value in a body with where it is, elements of lists by their index, the outer ones first.
fn places(body: &Value) -> Vec<(Path, &Value)> {
    let mut found = Vec::new();
    collect(body, &Path::default(), &mut found);
    found
}

fn collect<'a>(value: &'a Value, at: &Path, found: &mut Vec<(Path, &'a Value)>) {
    let mut inner = |key: &str, value: &'a Value| {
        let path = at.join(key);
        found.push((path.clone(), value));
        collect(value, &path, found);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| inner(key, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| inner(&index.to_string(), item));
        }
        _ => {}
    }
}

fn at_mut<'a>(body: &'a mut Value, path: &Path) -> Option<&'a mut Value> {
    path.0.iter().try_fold(body, |value, key| match value {
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        other => other.get_mut(key),
    })
}

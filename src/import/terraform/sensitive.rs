//! What Terraform marks as sensitive.

use crate::document::{Node, Span, Value};

/// Makes a whole tree a secret.
pub(super) fn hide(node: &mut Node) {
    node.secret = true;
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(hide),
        Value::Map(map) => map.entries.iter_mut().for_each(|entry| hide(&mut entry.value)),
        _ => {}
    }
}

/// Makes secrets of what is marked in a tree like the values', `true` where they are to be hidden:
/// `sensitive_values` of `terraform show -json`, and `after_sensitive` of a plan.
pub(super) fn mark(node: &mut Node, marks: &Node) {
    match (&mut node.value, &marks.value) {
        (_, Value::Bool(true)) => hide(node),
        (Value::Seq(items), Value::Seq(marks)) => {
            items.iter_mut().zip(marks).for_each(|(item, marks)| mark(item, marks));
        }
        (Value::Map(map), Value::Map(marks)) => {
            for entry in &mut map.entries {
                if let Some(marks) = marks.get(&entry.key) {
                    mark(&mut entry.value, marks);
                }
            }
        }
        _ => {}
    }
}

/// Makes a secret of what a path of a state file names: a list of `{type, value}`, the attribute
/// or the index that each step goes to. A step that goes nowhere hides what it was to go on from.
pub(super) fn mark_path(node: &mut Node, path: &[Node]) {
    let Some((step, rest)) = path.split_first() else {
        return hide(node);
    };
    // An index is a value with its type beside it.
    let mut step = step;
    while let Some(inner) = step.as_map().and_then(|map| map.get("value")) {
        step = inner;
    }
    let below = match (&mut node.value, &step.value) {
        (Value::Map(map), Value::String(key)) => {
            map.entries.iter_mut().find(|entry| entry.key == *key).map(|entry| &mut entry.value)
        }
        (Value::Seq(items), Value::Number(index)) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            index.and_then(|index| items.get_mut(index))
        }
        _ => None,
    };
    match below {
        Some(below) => mark_path(below, rest),
        None => hide(node),
    }
}

/// Where the secrets of a tree stand.
pub(super) fn places(node: &Node, found: &mut Vec<Span>) {
    if node.secret && !matches!(node.value, Value::Seq(_) | Value::Map(_)) {
        found.push(node.span);
    }
    match &node.value {
        Value::Seq(items) => items.iter().for_each(|item| places(item, found)),
        Value::Map(map) => map.entries.iter().for_each(|entry| places(&entry.value, found)),
        _ => {}
    }
}

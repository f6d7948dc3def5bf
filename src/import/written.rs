//! Bodies as a person writes them, in the stack or in a file of their own.

use super::haul::RolePart;
use super::parts::put;
use super::read::Roots;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Sources, Span, Value, read_json};
use crate::kinds::{self, Kind};

/// A body that stands in a file, with what belongs to it beside.
pub(super) fn beside(path: &str, parts: &[&RolePart], span: Span, roots: &Roots) -> Node {
    let mut map = Map { entries: vec![file(path, span)] };
    for part in parts {
        // What two parts differ in was said when they were put into the body.
        put(part, &mut map);
    }
    let mut body = Node::new(span, Value::Map(map));
    name_files(&mut body, kinds::of("roles"), roots);
    body
}

fn file(path: &str, span: Span) -> Entry {
    let value = Node::new(span, Value::String(path.to_owned()));
    Entry { key: "file".to_owned(), key_span: span, value }
}

/// Puts `{ file: PATH }` in the place of each document that stands in a file of its own.
pub(super) fn name_files(body: &mut Node, kind: &dyn Kind, roots: &Roots) {
    for path in kind.documents() {
        name_file(body, path, roots);
    }
}

fn name_file(node: &mut Node, path: &[&str], roots: &Roots) {
    let Some((key, rest)) = path.split_first() else {
        if let Some(path) = roots.get(&node.span) {
            let entries = vec![file(path, node.span)];
            node.value = Value::Map(Map { entries });
        }
        return;
    };
    if let Value::Map(map) = &mut node.value {
        let entries = map.entries.iter_mut().filter(|entry| *key == "*" || entry.key == *key);
        entries.for_each(|entry| name_file(&mut entry.value, rest, roots));
    }
}

/// A bare body as a person writes it: without what is nothing, without the name that is its key, and
/// policies as documents where they stand in strings.
pub(super) fn tidied(kind: &dyn Kind, key: &str, mut body: Node, found: &mut Diagnostics) -> Node {
    if drop_nulls(&mut body) {
        found.push(Diagnostic::note("`null` says nothing, and is left out").at(body.span));
    }
    if let Value::Map(map) = &mut body.value {
        let is_key = |node: &Node| !node.interpolated && node.as_str() == Some(key);
        if map.get(kind.name_field()).is_some_and(is_key) {
            map.take(kind.name_field());
        }
    }
    for path in kind.documents() {
        unpack(&mut body, path);
    }
    body
}

/// Whether there were any.
fn drop_nulls(node: &mut Node) -> bool {
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().fold(false, |any, item| drop_nulls(item) | any),
        Value::Map(map) => {
            let before = map.entries.len();
            map.entries.retain(|entry| !entry.value.is_null());
            let here = map.entries.len() < before;
            map.entries.iter_mut().fold(here, |any, entry| drop_nulls(&mut entry.value) | any)
        }
        _ => false,
    }
}

/// A document in a string, as the AWS CLI's input has it, becomes a document.
fn unpack(node: &mut Node, path: &[&str]) {
    let Some((key, rest)) = path.split_first() else {
        if let Some(text) = node.as_str().filter(|_| !node.interpolated) {
            let mut sources = Sources::default();
            let file = sources.add("", text);
            let mut silent = Diagnostics::default();
            if let Some(document) = read_json(&sources, file, &mut silent)
                && document.as_map().is_some()
            {
                *node = at(node.span, document);
            }
        }
        return;
    };
    if let Value::Map(map) = &mut node.value {
        let entries = map.entries.iter_mut().filter(|entry| *key == "*" || entry.key == *key);
        entries.for_each(|entry| unpack(&mut entry.value, rest));
    }
}

/// A tree whose every part stands at one place.
fn at(span: Span, mut node: Node) -> Node {
    node.span = span;
    match &mut node.value {
        Value::Seq(items) => {
            *items = std::mem::take(items).into_iter().map(|item| at(span, item)).collect();
        }
        Value::Map(map) => {
            for entry in &mut map.entries {
                entry.key_span = span;
                entry.value = at(span, entry.value.clone());
            }
        }
        _ => {}
    }
    node
}

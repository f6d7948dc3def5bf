//! How bodies are written.

use super::haul::RolePart;
use super::parts::put;
use super::read::Roots;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Sources, Span, Value, read_json};
use crate::kinds::{self, Kind};

/// What belongs to a role whose body stands in a file.
pub(super) fn beside(parts: &[&RolePart], span: Span) -> Node {
    let mut map = Map::default();
    for part in parts {
        // What two parts differ in was said when they were put into the body.
        put(part, &mut map);
    }
    let mut body = Node::new(span, Value::Map(map));
    unpack_documents(&mut body, kinds::of("roles"));
    body
}

/// The body of what stands in a file, with what stands beside it.
pub(super) fn in_file(path: &str, mut beside: Node) -> Node {
    let span = beside.span;
    if let Value::Map(map) = &mut beside.value {
        map.entries.insert(0, file(path, span));
    }
    beside
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
    unpack_documents(&mut body, kind);
    body
}

/// Policies in strings, as the AWS CLI's input has them, become documents.
fn unpack_documents(body: &mut Node, kind: &dyn Kind) {
    for path in kind.documents() {
        unpack(body, path);
    }
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

fn unpack(node: &mut Node, path: &[&str]) {
    let Some((key, rest)) = path.split_first() else {
        if let Some(document) = unpacked(node) {
            *node = document;
        }
        return;
    };
    if let Value::Map(map) = &mut node.value {
        let entries = map.entries.iter_mut().filter(|entry| *key == "*" || entry.key == *key);
        entries.for_each(|entry| unpack(&mut entry.value, rest));
    }
}

/// The document in a string.
pub(super) fn unpacked(node: &Node) -> Option<Node> {
    let text = node.as_str().filter(|_| !node.interpolated)?;
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let document = read_json(&sources, file, &mut Diagnostics::default())?;
    document.as_map().is_some().then(|| at(node.span, document))
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

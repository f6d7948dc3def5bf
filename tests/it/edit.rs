//! Documents of strangers in the stack files that are written.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use tracewright::document::{
    Diagnostics, Entry, Map, Node, Sources, Span, Value, read_json, read_yaml,
};
use tracewright::stack::edit::{self, Additions, Resource};
use tracewright::stack::escaped;

use crate::harness::{beside, files, repository};

/// What a file holds, and its text as it would be a container's setting.
fn body(path: &Path) -> Option<Node> {
    let mut sources = Sources::default();
    let file = sources.add("document", fs::read_to_string(path).ok()?);
    let found = &mut Diagnostics::default();
    let document = match path.extension()?.to_str()? {
        "json" => read_json(&sources, file, found),
        "yaml" | "yml" => read_yaml(&sources, file, found),
        _ => None,
    };
    let at = Span::new(file, 0, 0);
    let text = Node::new(at, Value::String(sources.text(file).to_owned()));
    let parts = [("document", document), ("text", Some(text))];
    let entries = parts.into_iter().filter_map(|(key, value)| {
        Some(Entry { key: key.to_owned(), key_span: at, value: value? })
    });
    Some(Node::new(at, Value::Map(Map { entries: entries.collect() })))
}

/// A tree as a stack file has it.
fn literal(tree: Json) -> Json {
    match tree {
        Json::String(text) => escaped(&text).into(),
        Json::Array(items) => items.into_iter().map(literal).collect(),
        Json::Object(map) => map.into_iter().map(|(key, value)| (key, literal(value))).collect(),
        other => other,
    }
}

#[test]
fn every_document_can_be_added_to_a_stack_file() {
    let Some(corpus) = beside("corpus", "every_document_can_be_added_to_a_stack_file") else {
        return;
    };
    let mut more = Additions::default();
    for path in files(&corpus) {
        let key = path.strip_prefix(&corpus).unwrap().display().to_string();
        more.resources.extend(body(&path).map(|body| Resource { section: "policies", key, body }));
    }
    assert!(more.resources.len() > 300, "{}", more.resources.len());

    let old = fs::read_to_string(repository().join("stacks/cruddur.yaml")).unwrap();
    let mut sources = Sources::default();
    let file = sources.add("cruddur.yaml", old.as_str());
    let mut found = Diagnostics::default();
    let new = edit::add(&sources, file, &more, &mut found);
    let new = new.unwrap_or_else(|| panic!("{}", found.render(&sources, 80)));

    assert!(new.starts_with(&old), "what stood there is no longer what it was");
    let file = sources.add("longer.yaml", new);
    let top = read_yaml(&sources, file, &mut found).unwrap();
    let known = edit::resources(&top);
    for one in &more.resources {
        let (.., read) = known.iter().find(|(_, key, _)| *key == one.key).unwrap();
        assert_eq!(read.to_json(), literal(one.body.to_json()), "{}", one.key);
    }
}

//! What state and `.tf` files give, side by side.

mod config;
mod equal;
mod hostile;
mod refused;
mod state;

use serde_json::Value as Json;

use super::{is_state, take_state, take_tf};
use crate::document::{Diagnostics, Node, Sources, read_json};
use crate::import::{Belongs, Haul};
use crate::stack::{Loaded, Unreadable};

/// A document as a tree.
fn read(sources: &mut Sources, text: &str) -> Node {
    let file = sources.add("state.json", text);
    let mut found = Diagnostics::default();
    read_json(sources, file, &mut found).unwrap_or_else(|| panic!("{found:?}"))
}

/// What a state gives, and what is said of it.
fn from_state(text: &str) -> (Haul, String) {
    let mut sources = Sources::default();
    let node = read(&mut sources, text);
    assert!(is_state(&node), "no state: {text}");
    let mut haul = Haul::default();
    take_state(&node, &mut haul);
    let said = said(&haul.found, &sources);
    (haul, said)
}

/// What `.tf` files give, with the others beside them, and what is said of it.
fn from_tf(files: &[(&str, &str)]) -> (Haul, String) {
    let mut sources = Sources::default();
    let is_terraform = |(path, _): &&(&str, &str)| {
        std::path::Path::new(path).extension().is_some_and(|extension| extension == "tf")
    };
    let ids: Vec<_> =
        files.iter().filter(is_terraform).map(|(path, text)| sources.add(*path, *text)).collect();
    let mut read = |from: &str, path: &str| {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<_> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let shown = parts.join("/");
        let found = files.iter().find(|(path, _)| *path == shown);
        let unreadable = || Unreadable { message: "is not there".to_owned(), hint: String::new() };
        found.map(|(_, text)| Loaded { shown, text: (*text).to_owned() }).ok_or_else(unreadable)
    };
    let mut haul = Haul::default();
    take_tf(&ids, &mut sources, &mut haul, &mut read);
    let said = said(&haul.found, &sources);
    (haul, said)
}

/// A sentence to a line: the place, and what is said there.
fn said(found: &Diagnostics, sources: &Sources) -> String {
    let line = |said: &crate::document::Diagnostic| {
        let place = said.span.map_or_else(String::new, |span| sources.place(span));
        format!("{place} {}", said.message)
    };
    found.all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The resources by address, with `!` behind a text that holds references.
fn bodies(haul: &Haul) -> Json {
    let body = |taken: &crate::import::Taken| {
        (format!("{}.{}", taken.section, taken.key), marked(&taken.body))
    };
    Json::Object(haul.taken.iter().map(body).collect())
}

/// The parts of roles, `ROLE: what`.
fn parts(haul: &Haul) -> Vec<String> {
    let part = |part: &crate::import::RolePart| match &part.belongs {
        Belongs::Inline(name, document) => {
            format!("{}: {name} {}", part.role, marked(document))
        }
        Belongs::Attached(arn) => format!("{}: {}", part.role, marked(arn)),
    };
    haul.parts.iter().map(part).collect()
}

fn marked(node: &Node) -> Json {
    use crate::document::Value;
    match &node.value {
        Value::String(text) if node.interpolated => format!("{text}!").into(),
        Value::Seq(items) => items.iter().map(marked).collect(),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|e| (e.key.clone(), marked(&e.value)));
            Json::Object(entries.collect())
        }
        _ => node.to_json(),
    }
}

//! What state and `.tf` files give, side by side.

mod hostile;
mod state;

use serde_json::Value as Json;

use super::{is_state, take_state};
use crate::document::{Diagnostics, Node, Sources, read_json};
use crate::import::{Belongs, Haul};

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

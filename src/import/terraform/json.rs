//! JSON documents that stand in texts.

use super::Refusal;
use crate::document::{Diagnostics, Node, Severity, Sources, Span, Value, read_json};

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The whole of it.
    pub span: Span,
    /// Where it begins in the file, if it stands there as it is.
    pub offset: Option<usize>,
}

impl Place {
    /// The place of a part of the text.
    fn part(&self, part: Span) -> Span {
        match self.offset {
            Some(offset) => Span::new(self.span.file, offset + part.start, offset + part.end),
            None => self.span,
        }
    }
}

/// Reads the JSON document in a text.
pub(super) fn decode(text: &str, place: Place) -> Result<Node, Refusal> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let mut found = Diagnostics::default();
    if let Some(mut node) = read_json(&sources, file, &mut found) {
        put(&mut node, place);
        return Ok(node);
    }
    let error = found.all.iter().find(|problem| problem.severity == Severity::Error);
    let because = error.map_or("it is no JSON document", |error| error.message.as_str());
    let span = error.and_then(|error| error.span);
    let line = span.map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
    let because = format!("{because}, on line {line} of the JSON text here");
    Err(Refusal::new(span.map_or(place.span, |span| place.part(span)), because))
}

/// Gives a tree that was read out of a text its place in the file.
fn put(node: &mut Node, place: Place) {
    node.span = place.part(node.span);
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| put(item, place)),
        Value::Map(map) => {
            for entry in &mut map.entries {
                entry.key_span = place.part(entry.key_span);
                put(&mut entry.value, place);
            }
        }
        _ => {}
    }
}

//! A resource's body: what a `file:` holds, with what stands beside it merged over.

use super::files::{Files, Unreadable};
use super::vars::refuse_references;
use crate::document::{
    Diagnostic, Diagnostics, FileId, Map, Node, Sources, Value, read_json, read_yaml,
};
use crate::kinds::Kind;

/// Reads bodies, and every file they name once.
pub(super) struct Bodies<'a> {
    /// Where files come from.
    pub files: &'a mut dyn Files,
    /// Where they are kept.
    pub sources: &'a mut Sources,
    /// Where findings go.
    pub found: &'a mut Diagnostics,
    /// The path of the stack file.
    pub stack: &'a str,
}

impl Bodies<'_> {
    /// The bare document of a resource, not yet interpolated.
    pub(super) fn read(&mut self, kind: &dyn Kind, key: &str, node: Node) -> Option<Node> {
        let span = node.span;
        let mut map = match node.value {
            Value::Map(map) => map,
            Value::Null => Map::default(),
            _ => {
                self.found.push(
                    Diagnostic::error(format!("{} is a mapping, not {}", kind.noun(), node.kind()))
                        .at(span)
                        .help("write its fields, or `file: PATH` for a document beside the stack"),
                );
                return None;
            }
        };
        let file = map.take("file");
        let beside = Node::new(span, Value::Map(map));
        let beside = kind.bare(beside, key, self.found)?;
        let Some(file) = file else {
            return Some(beside);
        };
        let document = self.document(&file.value)?;
        let mut document = kind.bare(document, key, self.found)?;
        merge(&mut document, beside);
        Some(document)
    }

    fn document(&mut self, path: &Node) -> Option<Node> {
        let Some(text) = path.as_str() else {
            let message = format!("`file` is a path, not {}", path.kind());
            self.found.push(
                Diagnostic::error(message)
                    .at(path.span)
                    .help("write `file: PATH`, the path taken from the stack's folder"),
            );
            return None;
        };
        let before = self.found.all.len();
        refuse_references(path, "`file`", self.sources, self.found);
        if self.found.all.len() > before {
            return None;
        }
        match self.files.read(self.stack, text) {
            Ok(loaded) => {
                let file = self.sources.add(loaded.shown, loaded.text);
                self.parse(file)
            }
            Err(Unreadable { message, hint }) => {
                let message = format!("`{text}` {message}");
                self.found.push(Diagnostic::error(message).at(path.span).help(hint));
                None
            }
        }
    }

    /// By its name a YAML file is YAML, everything else is JSON.
    fn parse(&mut self, file: FileId) -> Option<Node> {
        let path = self.sources.path(file);
        let is_yaml = [".yaml", ".yml"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
        let node = if is_yaml {
            read_yaml(self.sources, file, self.found)
        } else {
            read_json(self.sources, file, self.found)
        }?;
        if node.as_map().is_none() {
            self.found.push(
                Diagnostic::error(format!("the document is {}, not an object", node.kind()))
                    .at(node.span)
                    .help("it should be the AWS CLI's input, a describe call's answer, or the bare resource"),
            );
            return None;
        }
        Some(node)
    }
}

/// Merges `over` into `base`: mappings key by key, everything else as a whole.
fn merge(base: &mut Node, over: Node) {
    match (&mut base.value, over.value) {
        (Value::Map(base), Value::Map(over)) => {
            for entry in over.entries {
                match base.entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => {
                        known.key_span = entry.key_span;
                        merge(&mut known.value, entry.value);
                    }
                    None => base.entries.push(entry),
                }
            }
        }
        (value, over_value) => {
            *value = over_value;
            base.span = over.span;
        }
    }
}

//! A resource's body: what a `file:` holds, with what stands beside it merged over.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::files::{Files, Unreadable};
use super::pieces::Form;
use super::settings;
use super::vars::{Interpolation, Resolved};
use crate::document::{
    Diagnostic, Diagnostics, Entry, FileId, Map, Node, Sources, Value, nearest, or_nearest,
    read_json, read_yaml,
};
use crate::kinds::Kind;
use crate::plan::Path;

/// A body as it is written: not interpolated, and the two halves of it apart.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// What stands in the stack file.
    pub beside: Node,
    /// The document that `file:` names. Many resources may stand in one.
    pub document: Option<Rc<Node>>,
    /// The kind's settings.
    pub settings: Node,
}

/// A body that is whole.
pub(super) struct Composed {
    /// The bare document.
    pub body: Node,
    /// The kind's settings.
    pub settings: Map,
}

/// The documents that were read, by section and path; `None` for one that is no document.
pub(super) type Documents = BTreeMap<(&'static str, String), Option<Rc<Node>>>;

/// Reads bodies, and the files that they name.
pub(super) struct Bodies<'a> {
    /// What was read already.
    pub documents: &'a mut Documents,
    /// Where files come from.
    pub files: &'a mut dyn Files,
    /// Where they are kept.
    pub sources: &'a mut Sources,
    /// Where findings go.
    pub found: &'a mut Diagnostics,
    /// The path of the stack file.
    pub stack: &'a str,
    /// What a reference in a path stands for.
    pub resolve: &'a mut dyn FnMut(&Form) -> Result<Resolved, Diagnostic>,
}

impl Bodies<'_> {
    /// Reads a body and the document that it names.
    pub(super) fn read(&mut self, kind: &dyn Kind, node: Node) -> Option<Written> {
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
        self.check_settings(kind, &map)?;
        let file = map.take("file");
        let settings = settings::keys(kind).into_iter().filter_map(|key| map.take(key)).collect();
        let settings = Node::new(span, Value::Map(Map { entries: settings }));
        let mut beside = Node::new(span, Value::Map(map));
        for path in kind.documents() {
            self.fill_in(kind, &mut beside, path)?;
        }
        let document = match file {
            Some(file) => Some(self.document(kind, file.value)?),
            None => None,
        };
        self.found.hidden.extend(kind.secrets(&beside));
        Some(Written { beside, document, settings })
    }

    /// A slip in a key of ours is no field of AWS's: those are in another case.
    fn check_settings(&mut self, kind: &dyn Kind, map: &Map) -> Option<()> {
        let settings = settings::keys(kind);
        let ours: Vec<_> = settings.iter().copied().chain(["file"]).collect();
        let is_slip = |entry: &&Entry| {
            let key = entry.key.as_str();
            !ours.contains(&key) && nearest(key, settings.iter().copied()).is_some()
        };
        let Some(slip) = map.entries.iter().find(is_slip) else {
            return Some(());
        };
        self.found.push(
            Diagnostic::error(format!("{} has no `{}`", kind.noun(), slip.key))
                .at(slip.key_span)
                .label("not known here")
                .maybe_help(or_nearest(&slip.key, &ours)),
        );
        None
    }

    /// Puts the documents that `{ file: PATH }` names at this path in its place.
    fn fill_in(&mut self, kind: &dyn Kind, node: &mut Node, path: &[&str]) -> Option<()> {
        let Some((key, rest)) = path.split_first() else {
            return self.replace(kind, node);
        };
        let Value::Map(map) = &mut node.value else {
            return Some(());
        };
        let mut entries = map.entries.iter_mut().filter(|entry| *key == "*" || entry.key == *key);
        entries.try_for_each(|entry| self.fill_in(kind, &mut entry.value, rest))
    }

    fn replace(&mut self, kind: &dyn Kind, node: &mut Node) -> Option<()> {
        let Value::Map(map) = &mut node.value else {
            return Some(());
        };
        let Some(file) = map.take("file") else {
            return Some(());
        };
        if let Some(other) = map.entries.first() {
            let message =
                format!("`{}` stands beside `file`, which is the whole document", other.key);
            self.found.push(
                Diagnostic::error(message)
                    .at(other.key_span)
                    .help("write it into the file, or the whole document in here"),
            );
            return None;
        }
        *node = Rc::unwrap_or_clone(self.document(kind, file.value)?);
        Some(())
    }

    fn document(&mut self, kind: &dyn Kind, mut path: Node) -> Option<Rc<Node>> {
        let before = self.found.all.len();
        Interpolation { sources: self.sources, resolve: self.resolve, found: self.found }
            .apply(&mut path);
        if self.found.all.len() > before {
            return None;
        }
        let Some(text) = path.as_str() else {
            let message = format!("`file` is a path, not {}", path.kind());
            self.found.push(
                Diagnostic::error(message)
                    .at(path.span)
                    .help("write `file: PATH`, the path taken from the stack's folder"),
            );
            return None;
        };
        let known = (kind.section(), text.to_owned());
        if let Some(document) = self.documents.get(&known) {
            return document.clone();
        }
        match self.files.read(self.stack, text) {
            Ok(loaded) => {
                let file = self.sources.add(loaded.shown, loaded.text);
                let document = self.parse(file).map(Rc::new);
                let secrets = document.as_deref().map(|document| kind.secrets(document));
                self.found.hidden.extend(secrets.unwrap_or_default());
                self.documents.insert(known, document.clone());
                document
            }
            Err(Unreadable { message, hint }) => {
                let message = format!("`{text}` {message}");
                self.found.push(Diagnostic::error(message).at(path.span).help(hint));
                None
            }
        }
    }

    fn parse(&mut self, file: FileId) -> Option<Node> {
        let node = if is_yaml(self.sources.path(file)) {
            read_yaml(self.sources, file, self.found)
        } else {
            read_json(self.sources, file, self.found)
        }?;
        if node.as_map().is_none() {
            let message = format!("the document is {}, not an object", node.kind());
            let help =
                "it should be the AWS CLI's input, a describe call's answer, or the bare resource";
            let mut problem = Diagnostic::error(message).at(node.span).help(help);
            // Terraform has containers in files of their own.
            if matches!(&node.value, Value::Seq(items) if items.iter().any(|item| item.as_map().is_some()))
            {
                problem = problem.help(
                    "a list of containers goes into one: `{ \"containerDefinitions\": [ … ] }`",
                );
            }
            self.found.push(problem);
            return None;
        }
        Some(node)
    }
}

/// By its name a YAML file is YAML, everything else is JSON.
pub(super) fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml"].iter().any(|end| path.to_ascii_lowercase().ends_with(end))
}

impl Written {
    /// The bare document of the resource: references filled in, wrappers taken off, and what stands
    /// beside `file:` merged over what it holds.
    pub(super) fn compose(
        mut self,
        kind: &dyn Kind,
        key: &str,
        interpolation: &mut Interpolation<'_>,
    ) -> Option<Composed> {
        let before = interpolation.found.all.len();
        interpolation.apply(&mut self.settings);
        interpolation.apply(&mut self.beside);
        if interpolation.found.all.len() > before {
            return None;
        }
        let settings = match self.settings.value {
            Value::Map(settings) => settings,
            _ => Map::default(),
        };
        let beside = kind.bare(self.beside, key, interpolation.found)?;
        let Some(document) = self.document else {
            return Some(Composed { body: beside, settings });
        };
        // An answer that holds several is asked for the name that stands beside it.
        let name = kind.name(key, &beside);
        let mut document = kind.part(&document, &name).clone();
        let before = interpolation.found.all.len();
        interpolation.apply(&mut document);
        if interpolation.found.all.len() > before {
            return None;
        }
        let mut document = kind.bare(document, &name, interpolation.found)?;
        merge(&mut document, beside, &Place::top(kind));
        Some(Composed { body: document, settings })
    }
}

/// Where in a body two values meet.
struct Place<'a> {
    kind: &'a dyn Kind,
    path: Path,
    /// What names the elements of this list.
    named: Option<&'static str>,
}

impl<'a> Place<'a> {
    fn top(kind: &'a dyn Kind) -> Self {
        Self { kind, path: Path::default(), named: None }
    }

    fn below(&self, key: &str) -> Self {
        Self { path: self.path.join(key), named: self.kind.names_elements(key), ..*self }
    }
}

/// Merges one body of a kind, or a part of one in which its names mean the same, over another.
pub(crate) fn merge_over(kind: &dyn Kind, base: &mut Node, over: Node) {
    merge(base, over, &Place::top(kind));
}

/// Merges `over` into `base`: mappings key by key, lists whose elements have names element by
/// element, everything else as a whole, and so what is one thing to its kind: half of each of two
/// policies is a third that nobody wrote.
fn merge(base: &mut Node, over: Node, place: &Place<'_>) {
    match (&mut base.value, over.value) {
        (Value::Map(base), Value::Map(over)) if !place.kind.is_whole(&place.path) => {
            for entry in over.entries {
                match base.entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => {
                        known.key_span = entry.key_span;
                        merge(&mut known.value, entry.value, &place.below(&entry.key));
                    }
                    None => base.entries.push(entry),
                }
            }
        }
        (Value::Seq(base), Value::Seq(over)) if let Some(named) = place.named => {
            let name = |node: &Node| Some(node.as_map()?.get(named)?.as_str()?.to_owned());
            for item in over {
                let same = |known: &&mut Node| name(&item).is_some() && name(known) == name(&item);
                match base.iter_mut().find(same) {
                    Some(known) => merge(
                        known,
                        item,
                        &Place { named: None, path: place.path.clone(), ..*place },
                    ),
                    None => base.push(item),
                }
            }
        }
        (_, over_value) => *base = Node { value: over_value, ..over },
    }
}

/// Puts the stack's tags into a body; its own win, `null` among them, which takes one away.
pub(super) fn add_tags(body: &mut Node, field: &str, tags: &super::Tags) {
    let span = body.span;
    let Value::Map(fields) = &mut body.value else { return };
    if tags.is_empty() {
        return;
    }
    if fields.get(field).is_none_or(Node::is_null) {
        fields.take(field);
        let value = Node::new(span, Value::Map(Map::default()));
        fields.entries.push(Entry { key: field.to_owned(), key_span: span, value });
    }
    let own = fields.entries.iter_mut().find(|entry| entry.key == field);
    // Tags that are no mapping are complained about when the body is read.
    let Some(Value::Map(own)) = own.map(|entry| &mut entry.value.value) else { return };
    for (key, (text, span)) in tags {
        if own.get(key).is_none() {
            let value = Node::new(*span, Value::String(text.clone()));
            own.entries.push(Entry { key: key.clone(), key_span: *span, value });
        }
    }
}

//! From files to a [`Haul`].

use std::collections::BTreeMap;

use super::haul::{Belongs, Haul};
use super::{cloudformation, documents, mend, placeholders, terraform, unknown};
use crate::document::{Diagnostic, Diagnostics, FileId, Node, Sources, Span, Value, read_json};
use crate::kinds;
use crate::stack::{Loaded, Unreadable, escaped};

/// A file to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The file.
    pub file: FileId,
    /// What a resource is called that has no name in there: the file's own name.
    pub called: String,
    /// How a stack names the file under `file:`; `None` where it may not.
    pub path: Option<String>,
}

/// The files that a stack can name as they are: the place of their whole text, and their path.
pub type Roots = BTreeMap<Span, String>;

/// Serves the files that files name: from which, and by which path.
pub(super) type ReadFile<'a> = &'a mut dyn FnMut(&str, &str) -> Result<Loaded, Unreadable>;

/// Reads files. What is wrong with one is an error in [`Haul::found`].
pub fn read(inputs: &[Input], sources: &mut Sources, serve: ReadFile<'_>) -> (Haul, Roots) {
    let mut reader = Reader { haul: Haul::default(), roots: Roots::new(), sources };
    let (modules, others): (Vec<&Input>, Vec<&Input>) =
        inputs.iter().partition(|input| reader.ends(input.file, &[".tf"]));
    for input in others {
        reader.file(input);
    }
    let Reader { mut haul, roots, sources } = reader;
    if !modules.is_empty() {
        let files: Vec<_> = modules.into_iter().map(|input| input.file).collect();
        let before = haul.count();
        terraform::take_tf(&files, sources, &mut haul, serve);
        unknown::unless_said(before, Span::new(files[0], 0, 0), &mut haul, unknown::module);
    }
    (haul, roots)
}

struct Reader<'a> {
    haul: Haul,
    roots: Roots,
    sources: &'a mut Sources,
}

impl Reader<'_> {
    fn ends(&self, file: FileId, ends: &[&str]) -> bool {
        let path = self.sources.path(file).to_ascii_lowercase();
        ends.iter().any(|end| path.ends_with(end))
    }

    fn file(&mut self, input: &Input) {
        let text = self.sources.text(input.file);
        let is_yaml = self.ends(input.file, &[".yaml", ".yml", ".template"])
            && !text.trim_start().starts_with('{');
        let document = if is_yaml { self.yaml(input.file) } else { self.json(input) };
        let Some(document) = document else { return };
        if let Some(path) = &input.path
            && document.span.file == input.file
        {
            self.roots.insert(document.span, path.clone());
        }
        self.document(&document, &input.called);
    }

    fn document(&mut self, document: &Node, called: &str) {
        let before = self.haul.count();
        if let Some(template) = cloudformation::as_template(document) {
            cloudformation::take(&template, &mut self.haul);
        } else if terraform::is_state(document) {
            terraform::take_state(document, &mut self.haul);
        } else if documents::take(document, called, &mut self.haul) {
            self.fill_in(before);
        }
        unknown::unless_said(before, document.span, &mut self.haul, || unknown::explain(document));
    }

    /// The whole file is the document's place: what is made of it stands at its beginning.
    fn yaml(&mut self, file: FileId) -> Option<Node> {
        let found = &mut self.haul.found;
        let document = cloudformation::read_yaml_with_tags(self.sources, file, found);
        let end = self.sources.text(file).len();
        document.map(|node| Node { span: Span::new(file, 0, end), ..node })
    }

    /// What is JSON, or nearly. Several documents in one file are a list.
    fn json(&mut self, input: &Input) -> Option<Node> {
        let mut found = Diagnostics::default();
        if let Some(document) = read_json(self.sources, input.file, &mut found) {
            self.haul.found.all.extend(found.all);
            return Some(document);
        }
        let Some(mended) = mend::mend(self.sources.text(input.file)) else {
            self.haul.found.all.extend(found.all);
            return None;
        };
        for (at, said) in &mended.said {
            let place = Span::new(input.file, *at, *at);
            self.haul.found.push(Diagnostic::note(said.clone()).at(place));
        }
        let path = self.sources.path(input.file).to_owned();
        let file = self.sources.add(path, mended.text);
        read_json(self.sources, file, &mut self.haul.found)
    }

    /// Placeholders become variables; a document that has some cannot stay where it is, nor can one
    /// with literal text that a stack would take for a reference. In what only AWS sets they are
    /// nobody's.
    fn fill_in(&mut self, before: (usize, usize, usize)) {
        for at in before.0..self.haul.taken.len() {
            let taken = &self.haul.taken[at];
            let (section, kind) = (taken.section, kinds::of(taken.section));
            let is_answer = placeholders::is_answer(&taken.body);
            let mut said = Diagnostics::default();
            let Some(mut body) = kind.bare(taken.body.clone(), &taken.key, &mut said) else {
                continue;
            };
            let before = body.to_json();
            placeholders::take(section, &mut body, is_answer, &mut self.haul);
            if body.to_json() != before || looks_ours(&body) {
                self.detach(&mut body);
                self.haul.found.all.extend(said.all);
                let whole = std::mem::replace(&mut self.haul.taken[at].body, body);
                self.haul.own.look_own(&whole);
            } else if body.refers() {
                // A file may have references of ours, and stays.
                let mut body = self.haul.taken[at].body.clone();
                placeholders::take(section, &mut body, is_answer, &mut self.haul);
                self.haul.taken[at].body = body;
            }
        }
        for at in before.1..self.haul.parts.len() {
            let mut part = self.haul.parts[at].clone();
            let (Belongs::Inline(_, node) | Belongs::Attached(node)) = &mut part.belongs;
            let before = node.to_json();
            placeholders::take("roles", node, false, &mut self.haul);
            if node.to_json() != before || looks_ours(node) {
                self.detach(node);
            }
            self.haul.parts[at] = part;
        }
    }

    /// A node that is not what its file holds any more.
    fn detach(&self, node: &mut Node) {
        if self.roots.contains_key(&node.span) {
            node.span.end = node.span.start;
        }
        if let Value::Map(map) = &mut node.value {
            map.entries.iter_mut().for_each(|entry| self.detach(&mut entry.value));
        }
    }
}

/// Whether there is literal text in here that looks like a reference of ours.
fn looks_ours(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => !node.interpolated && escaped(text) != *text,
        Value::Seq(items) => items.iter().any(looks_ours),
        Value::Map(map) => map.entries.iter().any(|entry| looks_ours(&entry.value)),
        _ => false,
    }
}

//! The `.tf` files of a module, and what is declared in them.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body};

use crate::document::{Diagnostic, Diagnostics, FileId, Sources, Span};

/// A file that was read.
pub(super) struct File {
    id: FileId,
    /// How many bytes stand in front of what the parser sees: a byte order mark.
    shift: usize,
    body: Body,
}

/// A block, and the file that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    pub block: &'a Block,
    pub at: At,
}

/// The file that an expression stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub file: FileId,
    pub shift: usize,
}

impl At {
    /// The place of what the parser found there.
    pub(super) fn span(self, found: &impl hcl_edit::Span) -> Span {
        let range = found.span().unwrap_or_default();
        Span::new(self.file, range.start + self.shift, range.end + self.shift)
    }
}

/// What the files of a module declare.
#[derive(Default)]
pub(super) struct Module<'a> {
    /// The resources, by type and label, in the order of the files.
    pub resources: Vec<(&'a str, &'a str, Declared<'a>)>,
    pub data: BTreeMap<(&'a str, &'a str), Declared<'a>>,
    pub variables: BTreeMap<&'a str, Declared<'a>>,
    pub locals: BTreeMap<&'a str, (&'a Expression, At)>,
    pub providers: Vec<Declared<'a>>,
    pub calls: Vec<(&'a str, Declared<'a>)>,
}

/// Reads the files, and says which of them cannot be read.
pub(super) fn read(files: &[FileId], sources: &Sources, found: &mut Diagnostics) -> Vec<File> {
    let mut read = Vec::new();
    for id in files {
        let text = sources.text(*id);
        let shift = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        match parse_body(&text[shift..]) {
            Ok(body) => read.push(File { id: *id, shift, body }),
            Err(error) => {
                let start = error.location().offset() + shift;
                let message = format!("the file cannot be read as Terraform: {}", error.message());
                found.push(
                    Diagnostic::error(message)
                        .at(Span::new(*id, start, start))
                        .help("`terraform validate` says what Terraform makes of it"),
                );
            }
        }
    }
    read
}

/// What is declared in the files.
pub(super) fn index<'a>(files: &'a [File], found: &mut Diagnostics) -> Module<'a> {
    let mut module = Module::default();
    for File { id, shift, body } in files {
        let at = At { file: *id, shift: *shift };
        for block in body.blocks() {
            let labels: Vec<_> =
                block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
            let declared = Declared { block, at };
            match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [ty, label]) => module.resource(ty, label, declared, found),
                ("data", [ty, label]) => {
                    module.data.insert((ty, label), declared);
                }
                ("variable", [name]) => {
                    module.variables.insert(name, declared);
                }
                ("locals", []) => {
                    let locals = block.body.attributes();
                    module.locals.extend(locals.map(|a| (a.key.as_str(), (&a.value, at))));
                }
                ("provider", ["aws"]) => module.providers.push(declared),
                ("module", [name]) => module.calls.push((name, declared)),
                _ => {}
            }
        }
    }
    module
}

impl<'a> Module<'a> {
    fn resource(
        &mut self,
        ty: &'a str,
        label: &'a str,
        declared: Declared<'a>,
        found: &mut Diagnostics,
    ) {
        if self.find(ty, label).is_none() {
            return self.resources.push((ty, label, declared));
        }
        let message = format!("`{ty}.{label}` is declared twice; this one is left out");
        found.push(
            Diagnostic::warning(message)
                .at(declared.at.span(declared.block))
                .help("import the files of one module at a time"),
        );
    }

    /// A resource by its type and label.
    pub(super) fn find(&self, ty: &str, label: &str) -> Option<Declared<'a>> {
        let same = |(t, l, _): &&(&str, &str, Declared<'_>)| *t == ty && *l == label;
        self.resources.iter().find(same).map(|(_, _, declared)| *declared)
    }
}

impl<'a> Module<'a> {
    /// The provider of an alias, or the one without.
    pub(super) fn provider(&self, alias: Option<&str>) -> Option<Declared<'a>> {
        let own = |provider: &&Declared<'_>| {
            provider.argument("alias").and_then(Expression::as_str) == alias
        };
        self.providers.iter().find(own).copied()
    }
}

impl<'a> Declared<'a> {
    /// The alias of the provider that the block names.
    pub(super) fn provider(&self) -> Option<&'a str> {
        let Expression::Traversal(traversal) = self.argument("provider")? else { return None };
        match traversal.operators.first()?.value() {
            TraversalOperator::GetAttr(name) => Some(name.as_str()),
            _ => None,
        }
    }

    /// An argument of the block.
    pub(super) fn argument(&self, name: &str) -> Option<&'a Expression> {
        self.block.body.get_attribute(name).map(|attribute| &attribute.value)
    }

    /// The place of the block's head.
    pub(super) fn span(&self) -> Span {
        let whole = self.at.span(self.block);
        let head = self.block.labels.last().map(|label| self.at.span(label));
        Span::new(whole.file, whole.start, head.map_or(whole.end, |head| head.end))
    }
}

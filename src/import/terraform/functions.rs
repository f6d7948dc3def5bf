//! Terraform's functions, those that need nothing but their arguments.
//!
//! Source: Terraform's language documentation, "Built-in Functions".

use hcl_edit::expr::{Expression, FuncCall};
use hcl_edit::template::Template;

use super::encode::decode_pieces;
use super::evaluate::{Evaluator, Names, Scope, extend};
use super::json::Place;
use super::module::At;
use super::term::{Is, Piece, Term};
use crate::document::{Diagnostic, FileId, Span};

/// Functions that give a list or a mapping.
const STRUCTURES: [&str; 30] = [
    "chunklist",
    "compact",
    "concat",
    "csvdecode",
    "distinct",
    "fileset",
    "flatten",
    "keys",
    "list",
    "map",
    "matchkeys",
    "merge",
    "range",
    "regexall",
    "reverse",
    "setintersection",
    "setproduct",
    "setsubtract",
    "setunion",
    "slice",
    "sort",
    "split",
    "tolist",
    "tomap",
    "toset",
    "transpose",
    "values",
    "yamldecode",
    "zipmap",
    "cidrsubnets",
];

/// Whether a call gives a list or a mapping.
pub(super) fn gives_structure(call: &FuncCall) -> bool {
    STRUCTURES.contains(&call.name.name.as_str())
}

impl Evaluator<'_> {
    /// What a call comes to.
    pub(super) fn call(&mut self, call: &FuncCall, span: Span, scope: Scope<'_>) -> Term {
        let name = call.name.name.as_str();
        let is_plain = !call.name.is_namespaced() && !call.args.expand_final();
        let arguments: Vec<&Expression> = call.args.iter().collect();
        let result = match (name, arguments.as_slice()) {
            _ if !is_plain => None,
            ("file", [path]) => self.file(path, span, scope),
            ("templatefile", [path, names]) => {
                let names = self.evaluate(names, scope);
                self.template_file(path, &names, span, scope)
            }
            _ => {
                let given: Vec<_> = arguments.iter().map(|one| self.evaluate(one, scope)).collect();
                self.spent += given.iter().map(Term::weight).sum::<usize>();
                self.apply(name, &given, span)
            }
        };
        match result {
            // What comes out of a file keeps its place there.
            Some(term) => term,
            None if gives_structure(call) => self.structure(span),
            None => self.unknown(span, None),
        }
    }

    fn apply(&self, name: &str, given: &[Term], span: Span) -> Option<Term> {
        let text = |text: String| Some(Term::text(span, text));
        let is = match (name, given) {
            ("jsonencode", [value]) => Is::Json(Box::new(value.clone())),
            ("jsondecode", [value]) => return self.decoded(value).ok(),
            ("tostring", [value]) => Is::Text(value.pieces()?),
            ("tonumber", [value]) => match &value.is {
                Is::Number(_) => value.is.clone(),
                _ => Is::Number(value.literal()?.parse().ok()?),
            },
            ("tobool", [Term { is: Is::Bool(value), .. }]) => Is::Bool(*value),
            ("tolist" | "toset", [Term { is: Is::List(items), .. }]) => Is::List(items.clone()),
            ("tomap", [Term { is: Is::Object(entries), .. }]) => Is::Object(entries.clone()),
            ("lower", [value]) => return text(value.literal()?.to_lowercase()),
            ("upper", [value]) => return text(value.literal()?.to_uppercase()),
            ("trimspace", [value]) => return text(value.literal()?.trim().to_owned()),
            ("replace", [value, from, to]) => {
                let (value, from, to) = (value.literal()?, from.literal()?, to.literal()?);
                // Between slashes it is a pattern.
                let is_pattern = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
                return if is_pattern { None } else { text(value.replace(&from, &to)) };
            }
            ("join", [separator, lists @ ..]) => Is::Text(joined(separator, lists)?),
            ("format", [pattern, values @ ..]) => Is::Text(formatted(&pattern.literal()?, values)?),
            // As older files write them.
            ("list", items) => Is::List(items.to_vec()),
            ("map", pairs) => Is::Object(paired(pairs)?),
            ("concat", lists) => Is::List(items(lists)?),
            ("flatten", [list]) => Is::List(flat(list)?),
            ("merge", maps) => Is::Object(merged(maps)?),
            _ => return None,
        };
        Some(Term::new(span, is))
    }

    /// The value in a JSON text.
    pub(super) fn decoded(&self, term: &Term) -> Result<Term, super::Refusal> {
        let pieces = match &term.is {
            Is::Json(of) => return Ok(Term { span: term.span, ..of.as_ref().clone() }),
            Is::Text(pieces) => pieces,
            _ => {
                let because = "a JSON document is needed here, and it is not known";
                return Err(super::Refusal::new(term.span, because));
            }
        };
        let offset = term
            .literal()
            .and_then(|text| Some(term.span.start + self.sources.slice(term.span).find(&text)?));
        decode_pieces(pieces, Place { span: term.span, offset })
    }

    fn file(&mut self, path: &Expression, span: Span, scope: Scope<'_>) -> Option<Term> {
        let file = self.open(path, span, scope)?;
        let text = self.sources.text(file).to_owned();
        self.spent += text.len();
        let whole = Span::new(file, 0, text.len());
        Some(Term::text(whole, text))
    }

    /// Reads the file that a path names; `None` where it cannot be read, which is said.
    fn open(&mut self, path: &Expression, span: Span, scope: Scope<'_>) -> Option<FileId> {
        let path = self.evaluate(path, scope).literal()?;
        let key = (scope.at.file, path.clone());
        if let Some(known) = self.files.get(&key) {
            return *known;
        }
        let from = self.sources.path(scope.at.file).to_owned();
        // Paths are from where Terraform runs: beside this file, or above the folder of a module.
        let above = format!("../{path}");
        let loaded = (self.read)(&from, &path);
        let loaded = loaded.or_else(|problem| (self.read)(&from, &above).map_err(|_| problem));
        let file = match loaded {
            Ok(loaded) => Some(self.sources.add(loaded.shown, loaded.text)),
            Err(problem) => {
                let message = format!("`{path}` {}", problem.message);
                self.said.push(Diagnostic::warning(message).at(span).help(problem.hint));
                None
            }
        };
        self.files.insert(key, file);
        file
    }

    /// A template in a file, with the names that it is given.
    pub(super) fn template_file(
        &mut self,
        path: &Expression,
        names: &Term,
        span: Span,
        scope: Scope<'_>,
    ) -> Option<Term> {
        let Is::Object(entries) = &names.is else { return None };
        // A template calls no other, so that none calls itself.
        if scope.names.is_some() {
            return None;
        }
        let file = self.open(path, span, scope)?;
        let template: Template = self.sources.text(file).parse().ok()?;
        let names: Names =
            entries.iter().map(|(name, _, term)| (name.clone(), term.clone())).collect();
        let scope = Scope { at: At { file, shift: 0 }, names: Some(&names) };
        Some(self.template(&template, Span::new(file, 0, 0), scope))
    }
}

/// The items of several lists.
fn items(lists: &[Term]) -> Option<Vec<Term>> {
    let mut all = Vec::new();
    for list in lists {
        let Is::List(items) = &list.is else { return None };
        all.extend(items.iter().cloned());
    }
    Some(all)
}

fn flat(list: &Term) -> Option<Vec<Term>> {
    let Is::List(items) = &list.is else { return None };
    let mut all = Vec::new();
    for item in items {
        match &item.is {
            Is::List(_) => all.extend(flat(item)?),
            Is::Unknown(_) => return None,
            _ => all.push(item.clone()),
        }
    }
    Some(all)
}

fn merged(maps: &[Term]) -> Option<Vec<(String, Span, Term)>> {
    let mut all: Vec<(String, Span, Term)> = Vec::new();
    for map in maps {
        let entries = match &map.is {
            Is::Object(entries) => entries.as_slice(),
            Is::Null => &[],
            _ => return None,
        };
        for entry in entries {
            all.retain(|(known, ..)| *known != entry.0);
            all.push(entry.clone());
        }
    }
    Some(all)
}

/// Keys and values in turn.
fn paired(pairs: &[Term]) -> Option<Vec<(String, Span, Term)>> {
    let pair = |pair: &[Term]| match pair {
        [key, value] => Some((key.literal()?, key.span, value.clone())),
        _ => None,
    };
    pairs.chunks(2).map(pair).collect()
}

fn joined(separator: &Term, lists: &[Term]) -> Option<Vec<Piece>> {
    let separator = separator.pieces()?;
    let mut pieces = Vec::new();
    for (at, item) in items(lists)?.iter().enumerate() {
        if at > 0 {
            extend(&mut pieces, separator.clone());
        }
        extend(&mut pieces, item.pieces()?);
    }
    Some(pieces)
}

/// `format` with `%s`, `%d`, `%v` and `%%`; other verbs change what they are given.
fn formatted(pattern: &str, values: &[Term]) -> Option<Vec<Piece>> {
    let mut values = values.iter();
    let mut pieces = Vec::new();
    let mut parts = pattern.split('%');
    extend(&mut pieces, [Piece::Text(parts.next()?.to_owned())]);
    while let Some(part) = parts.next() {
        let mut rest = part.chars();
        match rest.next() {
            Some('s' | 'd' | 'v') => extend(&mut pieces, values.next()?.pieces()?),
            // Two of them: the part between is empty.
            None => {
                extend(&mut pieces, [Piece::Text(format!("%{}", parts.next()?))]);
                continue;
            }
            Some(_) => return None,
        }
        extend(&mut pieces, [Piece::Text(rest.as_str().to_owned())]);
    }
    values.next().is_none().then_some(pieces)
}

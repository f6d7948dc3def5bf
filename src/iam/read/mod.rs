//! A policy document out of a file, checked against all that is known before AWS is asked.
//!
//! Nothing is refused that AWS takes: what is certain is an error, what is likely a slip a warning.

mod characters;
mod condition;
mod document;
mod entries;
mod principal;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use super::text::{LONGEST_TRUST, percent_decoded, size};
use crate::document::{
    Diagnostic, Diagnostics, Map, Node, Severity, Sources, Span, Value, nearest, or_nearest,
    read_json,
};

/// What a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It says who may assume a role.
    Trust,
    /// It says what a role may do.
    Identity,
    /// It says who may do what with what it is put on.
    Resource,
}

/// Reads a policy document, which `name` is called in messages (`AssumeRolePolicyDocument`): an
/// object, or a string with its JSON, as the AWS CLI's input has it. What is wrong inside of a
/// string is said at the string's place. `null` is left out.
///
/// # Errors
/// Adds to `found` what is wrong, and returns nothing where that is an error.
pub fn read(node: &Node, of: Use, name: &str, found: &mut Diagnostics) -> Option<Json> {
    let mut own = Diagnostics::default();
    let unpacked;
    let document = if let Value::String(text) = &node.value {
        unpacked = unpack(node, text, name, &mut own);
        unpacked.as_ref()
    } else {
        Some(node)
    };
    let mut reader = Reader { of, name, variables: None, found: &mut own };
    let read = document.and_then(|document| {
        characters::check(document, &mut reader);
        reader.document(document)
    });
    let sound = !own.has_errors();
    let read = read.filter(|_| sound);
    if let Some(document) = read.as_ref().filter(|_| of == Use::Trust) {
        check_size(document, node, name, &mut own);
    }
    found.all.extend(own.all);
    read
}

/// The document in a string. Every place in it is the string's, and it is as secret.
fn unpack(node: &Node, text: &str, name: &str, found: &mut Diagnostics) -> Option<Node> {
    // As IAM answers it; the AWS CLI decodes that, and most SDKs do not.
    let encoded = text.starts_with("%7B");
    let decoded = if encoded { percent_decoded(text).ok() } else { None };
    let text = decoded.as_deref().unwrap_or(text);
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let mut inside = Diagnostics::default();
    let document = read_json(&sources, file, &mut inside);
    for problem in inside.all {
        if node.secret {
            // What is wrong with a text tells of the text.
            let message = format!("the text of `{name}` is not the JSON of a policy");
            let hidden = if problem.severity == Severity::Error { Some(message) } else { None };
            found.all.extend(hidden.map(|message| Diagnostic::error(message).at(node.span)));
            continue;
        }
        let place = problem.span.map(|span| sources.place(span)).unwrap_or_default();
        let line = place.rsplit(':').next().unwrap_or_default();
        let message = format!("in the text of `{name}`, line {line}: {}", problem.message);
        // What is marked stands in the text, and not here.
        found.push(Diagnostic { message, label: String::new(), span: Some(node.span), ..problem });
    }
    let mut document = document?;
    settle(&mut document, node.span, node.secret);
    Some(document)
}

fn settle(node: &mut Node, span: Span, secret: bool) {
    node.span = span;
    node.secret |= secret;
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| settle(item, span, secret)),
        Value::Map(map) => {
            for entry in &mut map.entries {
                entry.key_span = span;
                settle(&mut entry.value, span, secret);
            }
        }
        _ => {}
    }
}

fn check_size(document: &Json, node: &Node, name: &str, found: &mut Diagnostics) {
    let size = size(document);
    if size > LONGEST_TRUST {
        let message = format!(
            "`{name}` has {size} characters without white space; a trust policy may have \
             {LONGEST_TRUST} unless the account's quota was raised"
        );
        found.push(
            Diagnostic::warning(message)
                .at(node.span)
                .help("AWS's quota L-C07B4B0D says what this account may have"),
        );
    }
}

struct Reader<'a> {
    of: Use,
    name: &'a str,
    /// A place that holds a policy variable, if one does.
    variables: Option<Span>,
    found: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn error(&mut self, at: Span, message: impl Into<String>) {
        self.found.push(Diagnostic::error(message).at(at));
    }

    fn error_with(&mut self, at: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::error(message).at(at).help(help));
    }

    fn warn(&mut self, at: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::warning(message).at(at).help(help));
    }

    fn wrong_type(&mut self, what: &str, expected: &str, node: &Node) {
        // What came out of a reference does not stand in the file, so that it is shown.
        let is_scalar = matches!(node.value, Value::Number(_) | Value::Bool(_));
        let given =
            if node.interpolated || is_scalar { node.shown() } else { node.kind().to_owned() };
        let message = format!("{what} is {expected}, not {given}");
        if is_scalar && expected.starts_with("a string") {
            self.error_with(node.span, message, "write it in quotes");
        } else {
            self.error(node.span, message);
        }
    }

    /// Complains of elements that are none, and returns those that were likely meant.
    fn unknown_elements(
        &mut self,
        what: &str,
        map: &Map,
        known: &[&'static str],
    ) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for entry in &map.entries {
            if known.contains(&entry.key.as_str()) {
                continue;
            }
            // Keys of a secret text are secret too.
            let message = if entry.value.secret {
                format!("{what} has an element that policies do not have")
            } else {
                format!("{what} has no `{}`", entry.key)
            };
            let help = or_nearest(&entry.key, known);
            self.found.push(
                Diagnostic::error(message)
                    .at(entry.key_span)
                    .label("not known here")
                    .maybe_help(help),
            );
            meant.extend(nearest(&entry.key, known.iter().copied()));
        }
        meant
    }
}

/// The entries of a mapping that are there: what is `null` is not.
fn entries(map: &Map) -> impl Iterator<Item = &crate::document::Entry> {
    map.entries.iter().filter(|entry| !entry.value.is_null())
}

/// The value under a key, unless it is `null`.
fn get<'a>(map: &'a Map, key: &str) -> Option<&'a Node> {
    map.get(key).filter(|node| !node.is_null())
}

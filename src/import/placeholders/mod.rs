//! Placeholders of other people's dialects, which become variables.
//!
//! What is a placeholder in a role's ARN is a shell variable in a command, a route in a matcher of
//! X-Ray's and a pattern in a log driver's option. So the place decides ([`place`]), then how a
//! placeholder is spelled ([`forms`]), and for words without any marks what stands around
//! them ([`words`]).

pub(in crate::import) mod forms;
mod place;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use forms::{Dialect, Placeholder};
use place::Place;

use super::haul::{Haul, variable_name};
use super::place::is_account;
use crate::document::shape::TASK_DEFINITION;
use crate::document::{Diagnostic, Entry, Node, Span, Value, holds_secret, is_secret};
use crate::kinds;
use crate::stack::escaped;

/// Puts references to variables in place of the placeholders in a body of a section, and declares
/// the variables, each with a note at its first use.
///
/// What came from AWS itself has none: there, `$X` is what somebody wrote for a program to read.
pub(super) fn take(section: &str, body: &mut Node, is_answer: bool, haul: &mut Haul) {
    let secrets = kinds::of(section).secrets(body);
    let mut taker = Taker { section, is_answer, secrets, haul };
    taker.walk(body, &mut Vec::new(), "");
}

/// A placeholder, where it was found.
struct Use {
    range: Range<usize>,
    /// What stands there in a stack.
    reference: Reference,
}

/// What becomes of a placeholder.
enum Reference {
    /// It is one already.
    Kept,
    /// A variable, and its default.
    Variable(String, Option<String>),
}

struct Taker<'a> {
    section: &'a str,
    /// AWS answered it.
    is_answer: bool,
    /// Where what looks like a secret stands, which is no default either.
    secrets: Vec<Span>,
    haul: &'a mut Haul,
}

impl Taker<'_> {
    /// Goes through a tree. `sibling` is the `name` beside a `value`.
    fn walk(&mut self, node: &mut Node, path: &mut Vec<String>, sibling: &str) {
        match &mut node.value {
            Value::Seq(items) => {
                path.push("[]".to_owned());
                for item in items {
                    self.walk(item, path, "");
                }
                path.pop();
            }
            Value::Map(map) => {
                let name = map.get("name").and_then(Node::as_str).unwrap_or_default().to_owned();
                for entry in &mut map.entries {
                    path.push(entry.key.clone());
                    self.key(entry, path);
                    self.walk(&mut entry.value, path, &name);
                    path.pop();
                }
            }
            Value::String(text) if !node.interpolated => {
                let text = text.clone();
                let place = self.place(path, sibling, &text);
                self.string(node, &text, place, path);
            }
            _ => {}
        }
    }

    /// The place that a path leads to. People make templates of AWS's answers, too; but they fill in
    /// images and ARNs, and not what AWS would have taken as it is.
    fn place(&self, path: &[String], sibling: &str, text: &str) -> Place {
        match place::of(self.section, path, sibling, text) {
            Place::Plain if self.is_answer => Place::Answered,
            _ if self.is_answer => Place::Literal,
            place => place,
        }
    }

    fn string(&mut self, node: &mut Node, text: &str, place: Place, path: &[String]) {
        let uses = uses(text, place, path.last().map_or("", String::as_str));
        let [first, ..] = uses.as_slice() else { return };
        if first.range == (0..text.len()) && self.is_composite(path) {
            self.haul.found.push(
                Diagnostic::error(format!(
                    "`{text}` stands for a whole document, which a variable cannot hold"
                ))
                .at(node.span)
                .help("write the JSON that belongs there in its place, or take it out"),
            );
            return;
        }
        let mut whole = String::new();
        let mut from = 0;
        for found in &uses {
            whole += &escaped(&text[from..found.range.start]);
            whole += &self.reference(node.span, text, found);
            from = found.range.end;
        }
        whole += &escaped(&text[from..]);
        node.value = Value::String(whole);
        node.interpolated = true;
    }

    /// The reference in place of a placeholder; a variable that is new is told.
    fn reference(&mut self, span: Span, text: &str, found: &Use) -> String {
        let source = &text[found.range.clone()];
        let (name, default) = match &found.reference {
            Reference::Variable(name, default) => (variable_name(name), default),
            Reference::Kept => {
                let name = source.strip_prefix("${var.").and_then(|name| name.strip_suffix('}'));
                return name.map_or(source.to_owned(), |name| self.haul.variable(name, None));
            }
        };
        let secret = default.as_ref().filter(|default| {
            self.secrets.contains(&span) || holds_secret(default) || is_secret(&name, default)
        });
        if secret.is_some() {
            self.haul.found.hidden.push(span);
        }
        if !self.haul.variables.contains_key(&name) {
            let what = match (default, secret) {
                (Some(_), Some(_)) => format!(
                    "a placeholder is the variable `{name}`; its default looks like a secret, and is not written"
                ),
                (Some(default), None) => {
                    format!("`{source}` is the variable `{name}`; its default is `{default}`")
                }
                (None, _) => {
                    format!("`{source}` is the variable `{name}`; give it with `--var {name}=…`")
                }
            };
            self.haul.found.push(Diagnostic::note(what).at(within(span, text, &found.range)));
        }
        let default = default.clone().filter(|_| secret.is_none());
        self.haul.variable(&name, default.map(Value::String))
    }

    /// Keys are names, where no reference works.
    fn key(&mut self, entry: &Entry, path: &[String]) {
        if matches!(place::of(self.section, path, "", ""), Place::Program | Place::Content) {
            return;
        }
        let mut uses = uses(&entry.key, Place::Matcher, "").into_iter();
        let Some(found) = uses.find(|found| matches!(found.reference, Reference::Variable(..)))
        else {
            return;
        };
        let source = &entry.key[found.range];
        let what = format!("the key `{}` has the placeholder `{source}` in it", entry.key);
        let help = "variables work in values only: write the name out";
        self.haul.found.push(Diagnostic::warning(what).at(entry.key_span).help(help));
    }

    /// Whether there is a list or a structure at this place.
    fn is_composite(&self, path: &[String]) -> bool {
        let below = path.join(".").replace(".[]", "[]");
        let last = path.last().map_or("", String::as_str);
        matches!((self.section, last), ("roles" | "policies", "Statement" | "Condition"))
            || self.section == "task_definitions"
                && TASK_DEFINITION.leaves().iter().any(|leaf| {
                    leaf.strip_prefix(&below).is_some_and(|rest| rest.starts_with(['.', '[', '{']))
                })
    }
}

/// Whether AWS answered a body: it has the ARN that only AWS gives it, with nothing open in it.
pub(super) fn is_answer(body: &Node) -> bool {
    let Some(map) = body.as_map() else { return false };
    let arns = ["taskDefinitionArn", "RuleARN", "Arn"].iter().filter_map(|key| map.get(key));
    let is_whole = |arn: &str| arn.split(':').nth(4).is_some_and(is_account);
    let within = ["taskDefinition", "SamplingRuleRecord", "SamplingRule", "Role"];
    arns.filter_map(Node::as_str).any(is_whole)
        || within.iter().filter_map(|key| map.get(key)).any(is_answer)
}

/// The placeholders in a text.
fn uses(text: &str, place: Place, key: &str) -> Vec<Use> {
    let mut words = words::words(text, place, key).into_iter().peekable();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if let Some((range, name)) = words.next_if(|(range, _)| range.start <= at) {
            if range.start == at {
                at = range.end;
                found.push(Use { range, reference: Reference::Variable(name, None) });
            }
            continue;
        }
        let placeholder = forms::at(&text[at..]).filter(|one| place.has(one, text, at));
        at += match &placeholder {
            Some(placeholder) => placeholder.source.len(),
            // What is escaped stays so.
            None if text[at..].starts_with("$$") => 2,
            None => c.len_utf8(),
        };
        if let Some(placeholder) = placeholder {
            let range = at - placeholder.source.len()..at;
            found.push(Use { range, reference: reference(&placeholder) });
        }
    }
    // Nothing may stand before a reference that makes another thing of it.
    let is_spoilt = |one: &Use| {
        let before = &text[..one.range.start];
        before.ends_with('$')
            || before.rfind("${").is_some_and(|open| !before[open..].contains('}'))
    };
    if found.iter().any(is_spoilt) { Vec::new() } else { found }
}

fn reference(placeholder: &Placeholder<'_>) -> Reference {
    match placeholder.dialect {
        Dialect::Own => Reference::Kept,
        _ => {
            Reference::Variable(placeholder.name.to_owned(), placeholder.default.map(str::to_owned))
        }
    }
}

/// A part of a string in its file, where the file spells the string as it is.
fn within(span: Span, text: &str, range: &Range<usize>) -> Span {
    let quote = 1;
    if span.end.saturating_sub(span.start) != text.len() + 2 * quote {
        return span;
    }
    let start = span.start + quote;
    Span::new(span.file, start + range.start, start + range.end)
}

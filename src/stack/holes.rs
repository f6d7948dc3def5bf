//! What a resource holds in the place of a variable that is not set.
//!
//! The resource is read with an opaque text, or a number, in its place; where the canonical document
//! has that, it has a hole, and the rest of it is as good as any.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{Body, Given};
use crate::document::{Diagnostics, Node, Value};
use crate::kinds::Kind;
use crate::plan::{Address, Path, differences};

/// A part of a resource that depends on variables that are not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Where in the canonical document; the empty path where it is all of it, which then holds
    /// nothing that can be compared.
    pub path: Path,
    /// The references, `${var.image}` say.
    pub unset: Vec<String>,
}

/// A resource of which not even the name is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nameless {
    /// How the stack calls it.
    pub address: Address,
    /// Where the file says so, `path:line`.
    pub place: String,
    /// Why, in a sentence.
    pub because: String,
}

/// That references stand for nothing, as a sentence goes on: `${var.a}, which is not set`.
pub fn unset(references: &[String]) -> String {
    let are = if references.len() == 1 { "is" } else { "are" };
    format!("{}, which {are} not set", listed(references))
}

/// `a, b and c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// Numbers that are tried in the place of a variable where no text can stand, two by two: where the
/// documents differ is where it goes. Among them are rates, priorities, sizes, lengths of sessions.
const NUMBERS: [[&str; 2]; 4] = [["1", "0"], ["1", "2"], ["256", "512"], ["3600", "7200"]];

/// The texts that stand for references while a stack is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Placeholders(RefCell<Vec<String>>);

impl Placeholders {
    /// The text for a reference: of small letters and digits, which every field of text takes and no
    /// canonical form changes.
    pub(super) fn of(&self, reference: &str) -> String {
        let mut known = self.0.borrow_mut();
        let at = known.iter().position(|one| one == reference).unwrap_or_else(|| {
            known.push(reference.to_owned());
            known.len() - 1
        });
        placeholder(at)
    }

    /// The references that a text stands for.
    pub(super) fn in_text(&self, text: &str) -> Vec<String> {
        let known = self.0.borrow();
        let held = known.iter().enumerate().filter(|(at, _)| text.contains(&placeholder(*at)));
        held.map(|(_, reference)| reference.clone()).collect()
    }

    /// Those that stand anywhere in a body.
    pub(super) fn in_node(&self, node: &Node) -> BTreeSet<String> {
        match &node.value {
            Value::String(text) => self.in_text(text).into_iter().collect(),
            Value::Seq(items) => items.iter().flat_map(|item| self.in_node(item)).collect(),
            Value::Map(map) => {
                map.entries.iter().flat_map(|entry| self.in_node(&entry.value)).collect()
            }
            _ => BTreeSet::new(),
        }
    }

    /// A value with the references themselves in it, as people are shown it.
    pub(super) fn told(&self, value: &Json) -> Json {
        match value {
            Json::String(text) => self.told_text(text).into(),
            Json::Array(items) => items.iter().map(|item| self.told(item)).collect(),
            Json::Object(fields) => {
                let told = |(key, value): (&String, &Json)| (self.told_text(key), self.told(value));
                Json::Object(fields.iter().map(told).collect())
            }
            other => other.clone(),
        }
    }

    fn told_text(&self, text: &str) -> String {
        let known = self.0.borrow();
        let known = known.iter().enumerate();
        known.fold(text.to_owned(), |text, (at, one)| text.replace(&placeholder(at), one))
    }

    /// Reads a body in which `unset` are held by placeholders, and says where these are.
    pub(super) fn read(
        &self,
        kind: &dyn Kind,
        given: &Given<'_>,
        unset: &BTreeSet<String>,
    ) -> (Body, Vec<Hole>) {
        let as_text = read(kind, given, given.body);
        let read = as_text.and_then(|body| Some((self.holes(kind, &body)?, body)));
        let numbers = || {
            NUMBERS.iter().find_map(|[one, other]| self.numbered(kind, given, unset, one, other))
        };
        if let Some((holes, body)) = read.or_else(numbers) {
            let (document, sent) = (self.told(&body.document), self.told(&body.sent));
            return (Body { document, sent, ..body }, holes);
        }
        let unset = unset.iter().cloned().collect();
        let document = self.told(&given.body.to_json());
        (Body { document, ..Body::default() }, vec![Hole { path: Path::default(), unset }])
    }

    /// The holes of a document; `None` where one is in a name in it, so that nobody knows what has
    /// to be compared with what.
    fn holes(&self, kind: &dyn Kind, body: &Body) -> Option<Vec<Hole>> {
        let leaves = differences(None, Some(&body.document), &|path| kind.is_whole(path));
        let mut holes = Vec::new();
        for leaf in leaves {
            if leaf.path.0.iter().any(|key| !self.in_text(key).is_empty()) {
                return None;
            }
            let text = leaf.after.map(|value| value.to_string()).unwrap_or_default();
            let unset = self.in_text(&text);
            if !unset.is_empty() {
                holes.push(Hole { path: leaf.path, unset });
            }
        }
        Some(holes)
    }

    /// Reads a body with numbers in the place of what stands for itself; one number for all, and
    /// another one for each variable in turn.
    fn numbered(
        &self,
        kind: &dyn Kind,
        given: &Given<'_>,
        unset: &BTreeSet<String>,
        one: &str,
        other: &str,
    ) -> Option<(Vec<Hole>, Body)> {
        let with = |varied: Option<&str>| {
            let mut body = given.body.clone();
            self.put_numbers(&mut body, &|held| if Some(held) == varied { other } else { one });
            read(kind, given, &body)
        };
        let base = with(None)?;
        let mut holes = self.holes(kind, &base)?;
        for reference in unset {
            let varied = with(Some(reference))?;
            let (before, after) = (Some(&base.document), Some(&varied.document));
            for leaf in differences(before, after, &|path| kind.is_whole(path)) {
                leaf.before.as_ref().and(leaf.after.as_ref())?;
                holes.push(Hole { path: leaf.path, unset: vec![reference.clone()] });
            }
        }
        Some((holes, base))
    }

    fn put_numbers<'a>(&self, node: &mut Node, number: &dyn Fn(&str) -> &'a str) {
        match &mut node.value {
            Value::String(text) => {
                let held = self.in_text(text);
                if let [only] = held.as_slice()
                    && *text == self.of(only)
                {
                    number(only).clone_into(text);
                }
            }
            Value::Seq(items) => items.iter_mut().for_each(|item| self.put_numbers(item, number)),
            Value::Map(map) => {
                map.entries.iter_mut().for_each(|one| self.put_numbers(&mut one.value, number));
            }
            _ => {}
        }
    }
}

fn placeholder(at: usize) -> String {
    format!("tracewright{at}unset")
}

/// What a kind makes of a body, if nothing is wrong with it.
fn read(kind: &dyn Kind, given: &Given<'_>, body: &Node) -> Option<Body> {
    let mut found = Diagnostics::default();
    kind.read(&Given { body, ..*given }, &mut found).filter(|_| !found.has_errors())
}

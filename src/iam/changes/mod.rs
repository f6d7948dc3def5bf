//! What differs between two policies, statement by statement.

mod lines;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;

pub use lines::lines;

use super::canonical::{self, canonical, listed};
use super::statement::{Leaf, leaves, name};
use super::text::text;

/// How much two statements without a common `Sid` have to have in common to be one that changed:
/// the share of their values, in percent.
const CLOSE: usize = 25;

/// What became of one statement, or of what stands around the statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementChange {
    /// `statement ReadParameters`, `statement 2 (allow ssm:GetParameters on *)`, or `policy`.
    pub name: String,
    /// What became of it.
    pub kind: ChangeKind,
    /// The values that came and went, by element.
    pub elements: Vec<ElementChange>,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Some of its values came or went.
    Changed,
}

/// The values that came to an element and went from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElementChange {
    /// `Action`, `Principal AWS`, `Condition StringEquals aws:SourceAccount`, …
    pub element: String,
    /// What came.
    pub added: Vec<String>,
    /// What went.
    pub removed: Vec<String>,
}

/// What differs between two policies; a policy that is not there is `None`. Nothing where, and only
/// where, their canonical forms are equal.
///
/// Statements that are equal go together wherever they stand, then those with the same `Sid`, then
/// those that have most in common. Values are shown as their author spelled them.
pub fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<StatementChange> {
    if before.map(canonical) == after.map(canonical) {
        return Vec::new();
    }
    let mut changes = around(before, after);
    let (mut old, mut new) = (statements(before), statements(after));
    let is_equal = |one: &Statement<'_>, other: &Statement<'_>| one.canonical == other.canonical;
    take_pairs(&mut old, &mut new, |one, other| is_equal(one, other).then_some(0));
    let mut pairs = take_pairs(&mut old, &mut new, |one, other| {
        (one.sid().is_some() && one.sid() == other.sid()).then_some(0)
    });
    pairs.extend(take_pairs(&mut old, &mut new, |one, other| {
        let close = closeness(&one.leaves, &other.leaves);
        (close >= CLOSE).then_some(close)
    }));
    let mut told: Vec<_> = pairs
        .iter()
        .map(|(old, new)| (new.number, new.change(ChangeKind::Changed, &old.leaves, &new.leaves)))
        .chain(new.iter().map(|new| (new.number, new.change(ChangeKind::Added, &[], &new.leaves))))
        .chain(
            old.iter().map(|old| (old.number, old.change(ChangeKind::Removed, &old.leaves, &[]))),
        )
        .collect();
    told.sort_by_key(|(number, _)| *number);
    changes.extend(told.into_iter().map(|(_, change)| change));
    if changes.is_empty() { vec![whole(before, after)] } else { changes }
}

struct Statement<'a> {
    /// Its place in the document, from 1.
    number: usize,
    value: &'a Value,
    canonical: Value,
    leaves: Vec<Leaf>,
}

impl Statement<'_> {
    fn sid(&self) -> Option<&str> {
        self.value.get("Sid")?.as_str().filter(|sid| !sid.is_empty())
    }

    fn change(&self, kind: ChangeKind, before: &[Leaf], after: &[Leaf]) -> StatementChange {
        let elements = elements(before, after);
        StatementChange { name: name(self.value, self.number), kind, elements }
    }
}

/// The statements of a document; of equal ones, the first.
fn statements(document: Option<&Value>) -> Vec<Statement<'_>> {
    let listed = document.and_then(|d| d.get("Statement")).map(listed).unwrap_or_default();
    let mut statements: Vec<Statement<'_>> = Vec::new();
    for (at, value) in listed.iter().enumerate() {
        let canonical = canonical::statement(value);
        if !statements.iter().any(|known| known.canonical == canonical) {
            let leaves = leaves(value);
            statements.push(Statement { number: at + 1, value, canonical, leaves });
        }
    }
    statements
}

/// Takes out what belongs together, the closest first, and of equally close ones those that stand
/// closest.
fn take_pairs<'a>(
    old: &mut Vec<Statement<'a>>,
    new: &mut Vec<Statement<'a>>,
    closeness: impl Fn(&Statement<'a>, &Statement<'a>) -> Option<usize>,
) -> Vec<(Statement<'a>, Statement<'a>)> {
    let mut candidates = Vec::new();
    for one in old.iter() {
        for other in new.iter() {
            if let Some(close) = closeness(one, other) {
                let apart = one.number.abs_diff(other.number);
                candidates.push((std::cmp::Reverse(close), apart, one.number, other.number));
            }
        }
    }
    candidates.sort_unstable();
    let mut pairs = Vec::new();
    for (_, _, one, other) in candidates {
        let one = old.iter().position(|statement| statement.number == one);
        let other = new.iter().position(|statement| statement.number == other);
        if let (Some(one), Some(other)) = (one, other) {
            pairs.push((old.remove(one), new.remove(other)));
        }
    }
    pairs
}

/// How much of all their values two statements share, in percent. The effect says too little.
fn closeness(one: &[Leaf], other: &[Leaf]) -> usize {
    let telling = |leaves: &[Leaf]| leaves.iter().filter(|l| l.element != "Effect").count();
    let shared = one.iter().filter(|l| l.element != "Effect" && other.iter().any(|o| o.is(l)));
    let shared = shared.count();
    let all = telling(one) + telling(other) - shared;
    (shared * 100).checked_div(all).unwrap_or(100)
}

/// The values that came and went, element by element.
fn elements(before: &[Leaf], after: &[Leaf]) -> Vec<ElementChange> {
    let mut elements: Vec<(&str, ElementChange)> = Vec::new();
    let missing = |leaf: &Leaf, side: &[Leaf]| !side.iter().any(|other| other.is(leaf));
    let removed = before.iter().filter(|leaf| missing(leaf, after)).map(|leaf| (leaf, false));
    let added = after.iter().filter(|leaf| missing(leaf, before)).map(|leaf| (leaf, true));
    for (leaf, is_new) in removed.chain(added) {
        let at = elements.iter().position(|(element, _)| *element == leaf.element);
        let at = at.unwrap_or_else(|| {
            let element = leaf.shown_element.clone();
            let change = ElementChange { element, added: Vec::new(), removed: Vec::new() };
            elements.push((&leaf.element, change));
            elements.len() - 1
        });
        let change = &mut elements[at].1;
        if is_new { &mut change.added } else { &mut change.removed }.push(leaf.shown.clone());
    }
    elements.into_iter().map(|(_, change)| change).collect()
}

/// What differs around the statements of two documents that are both there.
fn around(before: Option<&Value>, after: Option<&Value>) -> Vec<StatementChange> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let leaves = |document: &Value| {
        let mut document = canonical(document);
        if let Some(elements) = document.as_object_mut() {
            elements.remove("Statement");
        }
        leaves(&document)
    };
    let elements = elements(&leaves(before), &leaves(after));
    let change = StatementChange { name: "policy".to_owned(), kind: ChangeKind::Changed, elements };
    if change.elements.is_empty() { Vec::new() } else { vec![change] }
}

/// A difference that no value tells of: a document that is no policy on one side, or an empty one.
fn whole(before: Option<&Value>, after: Option<&Value>) -> StatementChange {
    let kind = match (before, after) {
        (None, _) => ChangeKind::Added,
        (_, None) => ChangeKind::Removed,
        _ => ChangeKind::Changed,
    };
    let shown = |side: Option<&Value>| side.map(text).into_iter().collect();
    let element = "document".to_owned();
    let change = ElementChange { element, added: shown(after), removed: shown(before) };
    StatementChange { name: "policy".to_owned(), kind, elements: vec![change] }
}

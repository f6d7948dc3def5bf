//! A statement taken apart: single values, each as it is compared and as it is shown.

use serde_json::Value;

use super::canonical::{action, condition_key, condition_value, listed, principal, says_nothing};
use super::grammar::STATEMENT;

/// The elements of a policy, in the order in which people write them.
pub const ELEMENTS: [&str; 12] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// One value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    /// The path to it: `Action`, `Principal AWS`, `Condition StringEquals aws:SourceAccount`.
    pub element: String,
    /// The canonical value.
    pub value: Value,
    /// The path in its author's spelling.
    pub shown_element: String,
    /// The value in its author's spelling.
    pub shown: String,
}

impl Leaf {
    /// Whether two say the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.element == other.element && self.value == other.value
    }

    /// The value where it is text.
    pub(super) fn text(&self) -> &str {
        self.value.as_str().unwrap_or_default()
    }
}

/// All values of a statement, its elements in the order people write them.
pub(super) fn leaves(statement: &Value) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let Value::Object(elements) = statement else {
        push(&mut leaves, "statement", statement, Value::clone);
        return leaves;
    };
    let named = STATEMENT.iter().filter_map(|name| elements.get_key_value(*name));
    let others = elements.iter().filter(|(name, _)| !STATEMENT.contains(&name.as_str()));
    for (name, value) in named.chain(others).filter(|(name, value)| !says_nothing(name, value)) {
        match (name.as_str(), value) {
            ("Action" | "NotAction", _) => push(&mut leaves, name, value, action),
            ("Resource" | "NotResource", _) => push(&mut leaves, name, value, Value::clone),
            ("Principal" | "NotPrincipal", Value::Object(types)) if !types.is_empty() => {
                for (ty, names) in types {
                    push(&mut leaves, &format!("{name} {ty}"), names, principal);
                }
            }
            ("Condition", Value::Object(operators)) => {
                for (operator, keys) in operators {
                    conditions(&mut leaves, &format!("{name} {operator}"), keys);
                }
            }
            _ => leaves.push(leaf(name, value.clone(), value)),
        }
    }
    leaves
}

fn conditions(leaves: &mut Vec<Leaf>, element: &str, keys: &Value) {
    match keys {
        Value::Object(keys) if !keys.is_empty() => {
            for (key, values) in keys {
                let from = leaves.len();
                push(leaves, &format!("{element} {key}"), values, condition_value);
                for leaf in &mut leaves[from..] {
                    leaf.element = format!("{element} {}", condition_key(key));
                }
            }
        }
        other => leaves.push(leaf(element, other.clone(), other)),
    }
}

fn push(leaves: &mut Vec<Leaf>, element: &str, values: &Value, canonical: fn(&Value) -> Value) {
    if listed(values).is_empty() {
        leaves.push(leaf(element, values.clone(), values));
    }
    for value in listed(values) {
        let new = leaf(element, canonical(value), value);
        if !leaves.iter().any(|leaf| leaf.is(&new)) {
            leaves.push(new);
        }
    }
}

fn leaf(element: &str, value: Value, shown: &Value) -> Leaf {
    let shown = shown.as_str().map_or_else(|| shown.to_string(), str::to_owned);
    Leaf { element: element.to_owned(), value, shown_element: element.to_owned(), shown }
}

/// What a statement is called: by its `Sid`, or else by its number and gist.
pub(super) fn name(statement: &Value, number: usize) -> String {
    match statement.get("Sid").and_then(Value::as_str) {
        Some(sid) if !sid.is_empty() => format!("statement {sid}"),
        _ => format!("statement {number} ({})", gist(statement)),
    }
}

/// A statement in a few words: `allow ssm:GetParameters on arn:…`.
fn gist(statement: &Value) -> String {
    let leaves = leaves(statement);
    let of = |element: &str| -> Vec<&str> {
        let is = |leaf: &&Leaf| leaf.element.split(' ').next() == Some(element);
        leaves.iter().filter(is).map(|leaf| leaf.shown.as_str()).collect()
    };
    let effect = of("Effect").first().map_or_else(|| "?".to_owned(), |e| e.to_ascii_lowercase());
    let mut gist = effect;
    for (before, element) in [("", "Action"), ("on ", "Resource"), ("to ", "Principal")] {
        let opposite = format!("Not{element}");
        for (element, but) in [(element, ""), (opposite.as_str(), "all but ")] {
            let values = of(element);
            if !values.is_empty() {
                gist += &format!(" {before}{but}{}", few(&values, 1));
            }
        }
    }
    gist
}

/// The first of several, and how many more there are.
pub(super) fn few(values: &[&str], most: usize) -> String {
    let shown = values[..most.min(values.len())].join(", ");
    match values.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

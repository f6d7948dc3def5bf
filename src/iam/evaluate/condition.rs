//! Conditions: operators on keys of the request.
//!
//! Source: documentation, IAM JSON policy elements: Condition operators.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::canonical::condition_value;
use super::super::pattern::matches;
use super::{Subject, on};

/// How the values of a key are held against those of a condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Many {
    /// The key has one value.
    No,
    /// One of them is enough.
    Any,
    /// Every one of them has to do, also none.
    All,
}

impl Subject<'_> {
    /// Whether a condition holds; nothing where its operator is not known here.
    pub(super) fn test(&self, operator: &str, key: &str, wanted: &[Value]) -> Option<bool> {
        let (many, operator) = match operator.split_once(':') {
            None => (Many::No, operator),
            Some(("ForAnyValue", operator)) => (Many::Any, operator),
            Some(("ForAllValues", operator)) => (Many::All, operator),
            Some(_) => return None,
        };
        let (operator, if_exists) =
            operator.strip_suffix("IfExists").map_or((operator, false), |name| (name, true));
        let wanted: Vec<Value> = wanted.iter().map(condition_value).collect();
        let wanted: Vec<&str> = wanted.iter().filter_map(Value::as_str).collect();
        let given = self.values(key);
        if operator == "Null" {
            let is_null = if given.is_empty() { "true" } else { "false" };
            return Some(wanted.contains(&is_null));
        }
        let (compare, negated) = compare(operator)?;
        if given.is_empty() {
            // Without the key what is denied holds, and nothing else does.
            return Some(if_exists || many == Many::All || (negated && many == Many::No));
        }
        let one = |given: &String| -> Option<bool> {
            let mut met = false;
            for wanted in &wanted {
                if let Some(wanted) = self.filled(wanted) {
                    met |= compare(&wanted, given)?;
                }
            }
            Some(met != negated)
        };
        let met: Option<Vec<bool>> = given.iter().map(one).collect();
        let met = met?;
        Some(match many {
            Many::Any | Many::No => met.contains(&true),
            Many::All => !met.contains(&false),
        })
    }
}

/// Whether a value of the request is what the condition has. Nothing where either is not of the
/// operator's type.
type Compare = fn(&str, &str) -> Option<bool>;

/// An operator, and whether it stands for its opposite.
fn compare(operator: &str) -> Option<(Compare, bool)> {
    let known: (Compare, bool) = match operator {
        "StringEquals" => (|want, given| Some(unescaped(want) == given), false),
        "StringNotEquals" => (|want, given| Some(unescaped(want) == given), true),
        "StringEqualsIgnoreCase" => (|want, given| Some(same_letters(want, given)), false),
        "StringNotEqualsIgnoreCase" => (|want, given| Some(same_letters(want, given)), true),
        "StringLike" => (|want, given| Some(matches(want, given)), false),
        "StringNotLike" => (|want, given| Some(matches(want, given)), true),
        // The documentation has the two of each pair do the same.
        "ArnEquals" | "ArnLike" => (|want, given| Some(on(want, given)), false),
        "ArnNotEquals" | "ArnNotLike" => (|want, given| Some(on(want, given)), true),
        "Bool" => (|want, given| Some(want.eq_ignore_ascii_case(given)), false),
        "NumericEquals" => (|want, given| number(want, given, Ordering::is_eq), false),
        "NumericNotEquals" => (|want, given| number(want, given, Ordering::is_eq), true),
        "NumericLessThan" => (|want, given| number(want, given, Ordering::is_lt), false),
        "NumericLessThanEquals" => (|want, given| number(want, given, Ordering::is_le), false),
        "NumericGreaterThan" => (|want, given| number(want, given, Ordering::is_gt), false),
        "NumericGreaterThanEquals" => (|want, given| number(want, given, Ordering::is_ge), false),
        _ => return None,
    };
    Some(known)
}

fn same_letters(want: &str, given: &str) -> bool {
    unescaped(want).to_lowercase() == given.to_lowercase()
}

/// How the number that is given stands to the one of the condition.
fn number(want: &str, given: &str, holds: fn(Ordering) -> bool) -> Option<bool> {
    let (want, given): (f64, f64) = (want.parse().ok()?, given.parse().ok()?);
    given.partial_cmp(&want).map(holds)
}

/// A text without patterns: `${*}` is the character itself.
fn unescaped(text: &str) -> String {
    text.replace("${*}", "*").replace("${?}", "?").replace("${$}", "$")
}

//! The conditions of a statement, one by one, and which of two lets less through.

use super::grammar::Operator;
use super::pattern;
use super::statement::{Leaf, few};

/// One key that is tested under one operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    /// The operator as it is written.
    pub operator: String,
    /// The key as it is compared.
    pub key: String,
    /// The key as it is written.
    pub shown_key: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether `${…}` in them is text like any other.
    pub literal: bool,
}

impl Test {
    /// The tests of a statement, in a version of the language that has variables or has none.
    pub(super) fn all(leaves: &[Leaf], has_variables: bool) -> Vec<Self> {
        let mut tests: Vec<Self> = Vec::new();
        for leaf in leaves {
            let (mut path, shown) =
                (leaf.element.splitn(3, ' '), leaf.shown_element.splitn(3, ' '));
            if path.next() != Some("Condition") {
                continue;
            }
            let operator = path.next().unwrap_or_default().to_owned();
            let key = path.next().unwrap_or_default().to_owned();
            let shown_key = shown.last().unwrap_or_default().to_owned();
            let values = leaf.value.as_str().map(str::to_owned);
            match tests.last_mut() {
                Some(last) if (&last.operator, &last.shown_key) == (&operator, &shown_key) => {
                    last.values.extend(values);
                }
                _ => {
                    let values = values.into_iter().collect();
                    tests.push(Self { operator, key, shown_key, values, literal: false });
                }
            }
        }
        for test in tests.iter_mut().filter(|_| !has_variables) {
            test.literal = test.values.iter().any(|value| value.contains("${"));
        }
        tests
    }

    /// Whether all that passes this passes the other too, as far as that is certain.
    fn is_as_strict_as(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        let (own, wide) = (Operator::parse(&self.operator), Operator::parse(&other.operator));
        let alike = self.key == other.key
            && own.quantifier == wide.quantifier
            && self.literal == other.literal
            && (wide.if_exists || !own.if_exists)
            && !self.values.is_empty()
            && !other.values.is_empty();
        if !alike {
            return false;
        }
        if wide.is_negated() {
            // None of the values passes, so that more of them let less through.
            let among = |value: &String| self.values.iter().any(|own| own == value);
            return own.base == wide.base && other.values.iter().all(among);
        }
        let lets = |wide_value: &str, value: &str| match (wide.base, own.base) {
            ("StringLike", "StringEquals") => pattern::matches(wide_value, value),
            ("ArnLike" | "ArnEquals", "ArnLike" | "ArnEquals") => {
                pattern::covers_resource(wide_value, value)
            }
            (one, same) if one == same && wide.is_pattern() => pattern::covers(wide_value, value),
            (one, same) => one == same && wide_value == value,
        };
        self.values.iter().all(|value| other.values.iter().any(|wide| lets(wide, value)))
    }

    /// Whether this names what passes: it is not negated, not for present keys only (as is
    /// `ForAllValues`, documentation, Set operators), and no pattern that all values match.
    pub(super) fn names_values(&self) -> bool {
        let operator = Operator::parse(&self.operator);
        let is_all = |value: &String| value.chars().all(|c| matches!(c, '*' | '?'));
        let lets_all = operator.is_pattern() && self.values.iter().any(is_all);
        let lacks = operator.if_exists || operator.quantifier == "ForAllValues:";
        !(lacks || operator.is_negated() || lets_all)
    }

    /// The test in words: `aws:SourceAccount is 123456789012`.
    pub(super) fn words(&self) -> String {
        let operator = Operator::parse(&self.operator);
        let word = match operator.base {
            _ if !operator.quantifier.is_empty() => self.operator.as_str(),
            "StringEquals" | "NumericEquals" | "DateEquals" | "Bool" => "is",
            "StringLike" | "ArnLike" | "ArnEquals" => "is like",
            "StringNotEquals" | "NumericNotEquals" | "DateNotEquals" => "is not",
            "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => "is not like",
            "IpAddress" => "is in",
            "NotIpAddress" => "is not in",
            base => base,
        };
        let values: Vec<_> = self.values.iter().map(String::as_str).collect();
        let end = if operator.if_exists { " or missing" } else { "" };
        format!("{} {word} {}{end}", self.shown_key, few(&values, 2))
    }
}

/// Whether whatever passes `narrow` passes `wide`: each test there has one here that is as strict.
pub(super) fn implied(narrow: &[Test], wide: &[Test]) -> bool {
    wide.iter().all(|wide| narrow.iter().any(|narrow| narrow.is_as_strict_as(wide)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::iam::statement::leaves;

    fn is_narrower(narrow: Value, wide: Value) -> bool {
        let tests = |condition: Value| Test::all(&leaves(&json!({"Condition": condition})), true);
        implied(&tests(narrow), &tests(wide))
    }

    #[test]
    fn a_stricter_condition_implies_a_looser_one() {
        for (narrow, wide) in [
            (json!({"Bool": {"a:b": true}}), json!({})),
            (json!({"StringEquals": {"a:b": "x"}}), json!({"StringEquals": {"A:B": ["x", "y"]}})),
            (json!({"StringEquals": {"a:b": "x/y*"}}), json!({"StringLike": {"a:b": "x/*"}})),
            (json!({"StringLike": {"a:b": "x/y*"}}), json!({"StringLikeIfExists": {"a:b": "x/*"}})),
            (
                json!({"StringNotEquals": {"a:b": ["x", "y"]}}),
                json!({"StringNotEquals": {"a:b": "x"}}),
            ),
            (
                json!({"ArnEquals": {"a:b": "arn:aws:s3:::x"}}),
                json!({"ArnLike": {"a:b": "arn:aws:s3:::*"}}),
            ),
        ] {
            assert!(is_narrower(narrow.clone(), wide.clone()), "{narrow} {wide}");
        }
        for (narrow, wide) in [
            (json!({}), json!({"Bool": {"a:b": true}})),
            (json!({"StringEquals": {"a:b": ["x", "y"]}}), json!({"StringEquals": {"a:b": "x"}})),
            (json!({"StringLike": {"a:b": "x"}}), json!({"StringEquals": {"a:b": "x"}})),
            (json!({"StringEqualsIfExists": {"a:b": "x"}}), json!({"StringEquals": {"a:b": "x"}})),
            (
                json!({"StringNotEquals": {"a:b": "x"}}),
                json!({"StringNotEquals": {"a:b": ["x", "y"]}}),
            ),
            (
                json!({"ForAllValues:StringEquals": {"a:b": "x"}}),
                json!({"StringEquals": {"a:b": "x"}}),
            ),
        ] {
            assert!(!is_narrower(narrow.clone(), wide.clone()), "{narrow} {wide}");
        }
    }
}

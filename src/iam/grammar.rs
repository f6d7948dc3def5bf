//! The words of the policy language.
//!
//! Source, where nothing else is said: documentation, Grammar of the IAM JSON policy language.

/// The versions of the language.
pub(super) const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
/// The effects, which are case-sensitive (documentation, Effect).
pub(super) const EFFECTS: [&str; 2] = ["Allow", "Deny"];
/// The elements of a document.
pub(super) const DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];
/// The elements of a statement.
pub(super) const STATEMENT: [&str; 9] = [
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
/// The types of principals.
pub(super) const PRINCIPALS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];
/// What may stand in front of an operator where a key has several values.
const QUANTIFIERS: [&str; 2] = ["ForAllValues:", "ForAnyValue:"];
/// What may stand behind an operator.
const IF_EXISTS: &str = "IfExists";
/// The condition operators (documentation, Condition operators).
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

/// A condition operator, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator<'a> {
    /// `ForAllValues:`, `ForAnyValue:`, or nothing.
    pub quantifier: &'a str,
    /// The operator itself, whether it is one or not.
    pub base: &'a str,
    /// Whether a request that lacks the key passes.
    pub if_exists: bool,
}

impl<'a> Operator<'a> {
    /// Takes an operator apart, in whatever case it is written; what is known is in AWS's case then,
    /// so that `stringnotequals` is as negated as `StringNotEquals`.
    pub(super) fn parse(text: &'a str) -> Self {
        let is = |prefix: &&str| {
            text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        let length = QUANTIFIERS.iter().find(|prefix| is(prefix)).map_or(0, |prefix| prefix.len());
        let known = |text: &'a str, words: &[&'static str]| -> &'a str {
            words.iter().find(|word| word.eq_ignore_ascii_case(text)).copied().unwrap_or(text)
        };
        let (quantifier, rest) = text.split_at(length);
        let end = rest.len().saturating_sub(IF_EXISTS.len());
        let if_exists = rest.get(end..).is_some_and(|end| end.eq_ignore_ascii_case(IF_EXISTS));
        let base = if if_exists { rest.get(..end).unwrap_or(rest) } else { rest };
        Self {
            quantifier: known(quantifier, &QUANTIFIERS),
            base: known(base, &OPERATORS),
            if_exists,
        }
    }

    /// Whether more values let less through.
    pub(super) fn is_negated(&self) -> bool {
        self.base.contains("Not")
    }

    /// Whether its values are patterns. `ArnEquals` and `ArnLike` are one (documentation, Condition
    /// operators).
    pub(super) fn is_pattern(&self) -> bool {
        matches!(self.base, "StringLike" | "ArnLike" | "ArnEquals")
    }
}

/// What there is to say about an operator as it is written.
pub(super) enum Spelling {
    /// It is one.
    Right,
    /// It is one but for its case, which is documented in this one only.
    Case(String),
    /// It is none, and this was likely meant.
    Unknown(Option<String>),
}

/// Whether this is a condition operator.
pub(super) fn spelling(text: &str) -> Spelling {
    let operator = Operator::parse(text);
    let around = |base: &str| {
        let quantifier = QUANTIFIERS.iter().find(|q| q.eq_ignore_ascii_case(operator.quantifier));
        let end = if operator.if_exists { IF_EXISTS } else { "" };
        format!("{}{base}{end}", quantifier.unwrap_or(&""))
    };
    // `IfExists` is for all but `Null`, which asks just that (documentation, Condition operators).
    let is_null = operator.base.eq_ignore_ascii_case("Null");
    if is_null && operator.if_exists {
        return Spelling::Unknown(Some("Null".to_owned()));
    }
    match OPERATORS.iter().find(|known| known.eq_ignore_ascii_case(operator.base)) {
        Some(known) if around(known) == text => Spelling::Right,
        Some(known) => Spelling::Case(around(known)),
        None => Spelling::Unknown(crate::document::nearest(operator.base, OPERATORS).map(around)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_come_apart() {
        let operator = Operator::parse("ForAnyValue:StringNotLikeIfExists");
        assert_eq!(operator.quantifier, "ForAnyValue:");
        assert_eq!(operator.base, "StringNotLike");
        assert!(operator.if_exists && operator.is_negated());
        let lower = Operator::parse("foranyvalue:stringnotlikeifexists");
        assert_eq!(lower, operator);
        assert_eq!(Operator::parse("é").base, "é");
        assert_eq!(Operator::parse("IfExists").base, "");
    }

    #[test]
    fn operators_are_known_with_what_stands_around_them() {
        let said = |text: &str| match spelling(text) {
            Spelling::Right => "right".to_owned(),
            Spelling::Case(right) => format!("case {right}"),
            Spelling::Unknown(near) => format!("near {near:?}"),
        };
        assert_eq!(said("ForAllValues:StringLikeIfExists"), "right");
        assert_eq!(said("Null"), "right");
        assert_eq!(said("forallvalues:stringlikeifexists"), "case ForAllValues:StringLikeIfExists");
        assert_eq!(said("ForAnyValue:StringEqual"), "near Some(\"ForAnyValue:StringEquals\")");
        assert_eq!(said("NullIfExists"), "near Some(\"Null\")");
        assert_eq!(said("Quux"), "near None");
    }
}

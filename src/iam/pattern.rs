//! Patterns with `*` and `?`: which of two covers the other, and whether they can meet.
//!
//! All answers err to one side: a pattern covers another only where that is certain, and two are
//! apart only where that is certain.

/// One place of a pattern.
#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    /// `*`: any text.
    Any,
    /// `?`: any character.
    One,
    /// This character.
    Char(char),
    /// `${…}`: a text that is known only when a request is made.
    Variable(&'a str),
}

/// A pattern's places. `${*}`, `${?}` and `${$}` are the characters themselves.
///
/// Source: documentation, Policy variables.
fn tokens(pattern: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let variable = rest.strip_prefix("${").and_then(|rest| rest.split_once('}'));
        let token = match (c, variable) {
            (_, Some((name @ ("*" | "?" | "$"), after))) => {
                rest = after;
                tokens.extend(name.chars().map(Token::Char));
                continue;
            }
            (_, Some((name, after))) => {
                rest = after;
                tokens.push(Token::Variable(name));
                continue;
            }
            ('*', _) => Token::Any,
            ('?', _) => Token::One,
            _ => Token::Char(c),
        };
        tokens.push(token);
        rest = &rest[c.len_utf8()..];
    }
    tokens
}

/// Text in which nothing is a pattern.
fn literal(text: &str) -> Vec<Token<'_>> {
    text.chars().map(Token::Char).collect()
}

/// Whether all that `narrow` matches is matched by `wide` too.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    if wide == narrow || wide == "*" {
        return true;
    }
    // Most are told apart by how they begin; a policy may name a thousand actions.
    let begins = wide.find(['*', '?', '$']).map(|end| &wide[..end]);
    begins.is_some_and(|begins| narrow.starts_with(begins))
        && covers_tokens(&tokens(wide), &tokens(narrow))
}

/// Whether a text is matched.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    covers_tokens(&tokens(pattern), &literal(text))
}

fn covers_tokens(wide: &[Token<'_>], narrow: &[Token<'_>]) -> bool {
    // For each rest of `narrow`, from the shortest: whether the rest of `wide` at hand covers it.
    let mut row = vec![false; narrow.len() + 1];
    row[narrow.len()] = true;
    for token in wide.iter().rev() {
        let mut next = vec![false; narrow.len() + 1];
        for at in (0..=narrow.len()).rev() {
            next[at] = match (token, narrow.get(at)) {
                (Token::Any, None) => row[at],
                (Token::Any, Some(_)) => row[at] || next[at + 1],
                (_, None) => false,
                (Token::One, Some(other)) => {
                    matches!(other, Token::One | Token::Char(_)) && row[at + 1]
                }
                (same, Some(other)) => same == other && row[at + 1],
            };
        }
        row = next;
    }
    row[0]
}

/// Whether a text may be matched by both.
pub(super) fn meet(one: &str, other: &str) -> bool {
    let (one, other) = (tokens(one), tokens(other));
    let is_open = |token: &Token<'_>| matches!(token, Token::Any | Token::Variable(_));
    let mut row = vec![false; other.len() + 1];
    for at in (0..=other.len()).rev() {
        row[at] = at == other.len() || (is_open(&other[at]) && row[at + 1]);
    }
    for token in one.iter().rev() {
        let mut next = vec![false; other.len() + 1];
        for at in (0..=other.len()).rev() {
            next[at] = match other.get(at) {
                None => is_open(token) && row[at],
                Some(against) if is_open(token) || is_open(against) => row[at] || next[at + 1],
                Some(against) => {
                    let same = token == against;
                    (same || *token == Token::One || *against == Token::One) && row[at + 1]
                }
            };
        }
        row = next;
    }
    row[0]
}

/// How many fields an ARN has.
const FIELDS: usize = 6;

/// Whether all resources of `narrow` are resources of `wide` too.
///
/// The documentation has wildcards within the fields of an ARN, and at the end of one beyond them;
/// people have seen them go beyond elsewhere too. Only what is so both ways is certain.
pub(super) fn covers_resource(wide: &str, narrow: &str) -> bool {
    if wide == narrow || wide == "*" {
        return true;
    }
    let (wide, narrow) = (completed(wide), completed(narrow));
    let by_field = wide.splitn(FIELDS, ':').count() == narrow.splitn(FIELDS, ':').count()
        && wide.splitn(FIELDS, ':').zip(narrow.splitn(FIELDS, ':')).all(|(w, n)| covers(w, n));
    by_field && covers(&wide, &narrow)
}

/// Whether two patterns of resources may have one in common.
pub(super) fn resources_meet(one: &str, other: &str) -> bool {
    meet(&completed(one), &completed(other))
}

/// An ARN with less than six fields has `*` in those that are missing.
///
/// Source: documentation, Resource.
pub(super) fn completed(resource: &str) -> String {
    let fields = resource.split(':').count();
    if !resource.starts_with("arn:") || fields >= FIELDS {
        return resource.to_owned();
    }
    resource.to_owned() + &":*".repeat(FIELDS - fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_wider_pattern_covers_a_narrower_one() {
        for (wide, narrow) in [
            ("*", "s3:GetObject"),
            ("*", "*"),
            ("s3:Get*", "s3:GetObject*"),
            ("s3:*t*", "s3:GetO?ject"),
            ("a?c", "abc"),
            ("**", "?"),
            ("*x", "*yx"),
            ("a${aws:username}", "a${aws:username}"),
            ("a*", "a${aws:username}b"),
        ] {
            assert!(covers(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("s3:Get*", "s3:*"),
            ("a?", "a*"),
            ("a", ""),
            ("", "a"),
            ("*x", "x*"),
            ("a?", "a${aws:username}"),
            ("a${aws:username}", "ab"),
            ("a${*}", "ab"),
        ] {
            assert!(!covers(wide, narrow), "{wide} {narrow}");
        }
        assert!(matches("a*", "a*") && !matches("ab", "a*"));
    }

    #[test]
    fn resources_are_compared_field_by_field() {
        for (wide, narrow) in [
            ("*", "arn:aws:s3:::x"),
            ("arn:aws:s3:::x/*", "arn:aws:s3:::x/a/b:c"),
            ("arn:aws:sqs", "arn:aws:sqs:us-east-1:123456789012:queue"),
            ("arn:aws:sqs:*", "arn:aws:sqs:*:*:*"),
            ("arn:aws:ssm:*:*:parameter/a*", "arn:aws:ssm:us-east-1:1:parameter/ab"),
        ] {
            assert!(covers_resource(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("arn:aws:s3:::x", "*"),
            ("arn:aws:s3:::x/*", "arn:aws:s3:::x"),
            // Only if wildcards go beyond fields.
            ("arn:aws:*:x", "arn:aws:s3:::y:x"),
        ] {
            assert!(!covers_resource(wide, narrow), "{wide} {narrow}");
        }
    }

    proptest! {
        #[test]
        fn what_is_covered_is_matched(wide in "[ab*?]{0,6}", narrow in "[ab*?]{0,6}", text in "[ab]{0,6}") {
            if covers(&wide, &narrow) && matches(&narrow, &text) {
                prop_assert!(matches(&wide, &text));
            }
            if matches(&wide, &text) && matches(&narrow, &text) {
                prop_assert!(meet(&wide, &narrow));
            }
            prop_assert_eq!(meet(&wide, &narrow), meet(&narrow, &wide));
        }

        #[test]
        fn a_pattern_covers_itself(pattern in "[ab*?${}]{0,8}") {
            prop_assert!(covers(&pattern, &pattern) && covers("*", &pattern));
            prop_assert!(covers_tokens(&tokens(&pattern), &tokens(&pattern)));
        }
    }
}

//! What JSON has no place for, and its parser reads all the same: line breaks and other control
//! characters in strings, and blanks that are not one of the four.
//!
//! Source: RFC 8259, sections 2 and 7.

use super::diagnostic::Diagnostic;

/// What a text is gone through in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    String,
    Line,
    Block,
}

/// The first character that JSON does not take where it stands, in a text that its parser has read,
/// and what to say of it.
pub(super) fn foreign(text: &str) -> Option<(usize, Diagnostic)> {
    let mut within = Within::Nothing;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let rest = &text[at..];
        within = match (within, c) {
            (Within::String, '\\') => {
                chars.next();
                within
            }
            (Within::String, c) if c < ' ' => return Some((at, in_string(c))),
            (Within::Nothing, '"') => Within::String,
            (Within::Nothing, '/') if rest.starts_with("//") => Within::Line,
            (Within::Nothing, '/') if rest.starts_with("/*") => {
                chars.next();
                Within::Block
            }
            (Within::Block, '*') if rest.starts_with("*/") => {
                chars.next();
                Within::Nothing
            }
            (Within::String, '"') | (Within::Line, '\n') => Within::Nothing,
            (Within::Nothing, c) if c.is_whitespace() && !matches!(c, ' ' | '\t' | '\r' | '\n') => {
                return Some((at, blank(c)));
            }
            _ => within,
        };
    }
    None
}

fn in_string(c: char) -> Diagnostic {
    let (what, instead) = match c {
        '\n' | '\r' => ("a string goes over several lines".to_owned(), "\\n".to_owned()),
        '\t' => ("a string has a tab in it".to_owned(), "\\t".to_owned()),
        c => {
            let number = u32::from(c);
            (format!("a string has the character {number} in it"), format!("\\u{number:04x}"))
        }
    };
    told(&what, &instead)
}

fn blank(c: char) -> Diagnostic {
    told(&format!("the blank U+{:04X} is none that JSON has", u32::from(c)), " ")
}

fn told(what: &str, instead: &str) -> Diagnostic {
    Diagnostic::error(format!("this is not valid JSON: {what}"))
        .help(format!("write `{instead}` in its place, or let `tracewright import` write it anew"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<usize> {
        foreign(text).map(|(at, _)| at)
    }

    #[test]
    fn what_json_has_is_left() {
        for text in [
            "{\"a\": \"b\\n\\\"\", \r\n\t\"c\": [1]}",
            "// it's \"\n{\"a\": 1 /* \" \u{a0} */}",
            "{\"a\": \"// \u{a0}\u{2028}\u{7f}\"}",
            "/*/ \u{a0} */ 1",
        ] {
            assert_eq!(at(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_it_has_not_is_found() {
        for (text, place) in [
            ("{\"a\": \"b\nc\"}", 8),
            ("{\"a\": \"b\tc\"}", 8),
            ("{\"a\": \"\\\\\u{1}\"}", 9),
            ("{\u{a0}\"a\": 1}", 1),
            ("{\"a\":\u{c}1}", 5),
            ("// x\u{a0}\n\u{2028}1", 7),
        ] {
            assert_eq!(at(text), Some(place), "{text:?}");
        }
    }
}

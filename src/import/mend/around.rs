//! Where documents begin in a text of another sort, and what that text is.

use super::reader::{Quoted, Reader, line};

/// What begins at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A document.
    Document(usize, Quoted),
    /// A document within double quotes, its own ones escaped.
    Escaped(usize),
    /// Members without a brace around them.
    Members(usize),
    /// Something that may be a document.
    Unclear,
}

/// Where a text stands that is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the first document.
    Before,
    /// Between two.
    Between,
    /// After the last one.
    After,
}

/// How an object begins.
enum Opening {
    /// With a name in quotes.
    Quoted,
    /// With a name in escaped quotes.
    Escaped,
    /// With a name without quotes, as in JavaScript.
    Bare,
    /// With a placeholder or what a template decides by.
    Template,
    /// Not at all: what stands in the braces is no object.
    None,
}

/// The next document at or behind a place.
pub(super) fn next(text: &str, from: usize) -> Option<Start> {
    let mut at = from;
    // What stands before, and whether only blanks do on this line.
    let (mut before, mut fresh) = (None, true);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = c.len_utf8();
        match c {
            '\n' => fresh = true,
            c if c.is_whitespace() || c == '\u{feff}' => {}
            '/' | '#' if fresh && (c == '#' || rest.starts_with("//")) => {
                at += line(rest);
                continue;
            }
            '/' if fresh && rest.starts_with("/*") => {
                at += rest.find("*/")? + 2;
                continue;
            }
            '<' if rest.starts_with("<!--") => {
                at += rest.find("-->")? + 3;
                continue;
            }
            '{' => match object(text, at, before, fresh) {
                Ok(start) => return Some(start),
                Err(Some(end)) => {
                    (at, before, fresh) = (end, Some('}'), false);
                    continue;
                }
                Err(None) => (before, fresh) = (Some(c), false),
            },
            '[' if opens_objects(rest) => {
                let quoted = if before == Some('\'') { Quoted::Single } else { Quoted::No };
                if fresh || matches!(before, None | Some('\'')) {
                    return Some(Start::Document(at, quoted));
                }
                // A list that has a name belongs to something bigger.
                return Some(Start::Unclear);
            }
            '"' if fresh && names_a_member(rest) => return Some(Start::Members(at)),
            c => (before, fresh) = (Some(c), false),
        }
        at += length;
    }
    None
}

/// What an opening brace is: a start, or the end of something else that can be gone past.
fn object(
    text: &str,
    at: usize,
    before: Option<char>,
    fresh: bool,
) -> Result<Start, Option<usize>> {
    let plain = Start::Document(at, Quoted::No);
    let quoted = Start::Document(at, Quoted::Single);
    match (opening(&text[at + 1..]), before) {
        (Opening::None, _) => Err(None),
        (Opening::Template, _) => {
            if fresh {
                Ok(Start::Unclear)
            } else {
                Err(None)
            }
        }
        (Opening::Escaped, Some('"')) => Ok(Start::Escaped(at)),
        (Opening::Quoted, Some('\'')) => Ok(quoted),
        // Filters of `jq` stand in quotes, and look like objects of JavaScript.
        (Opening::Bare, Some('\'' | '"')) if !fresh => Err(None),
        (Opening::Escaped, _) => Ok(Start::Unclear),
        _ if fresh || matches!(before, None | Some('"' | '`' | '=' | '(' | ',' | ';')) => Ok(plain),
        _ if ["return", "default"].iter().any(|word| text[..at].trim_end().ends_with(word)) => {
            Ok(plain)
        }
        (Opening::Bare, _) => Err(None),
        // A part of something that is not known.
        (Opening::Quoted, _) => {
            let mut reader = Reader::new(text, at, Quoted::No);
            if reader.value().is_some() { Err(Some(reader.at)) } else { Ok(Start::Unclear) }
        }
    }
}

fn opening(inner: &str) -> Opening {
    let inner = inner.trim_start();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-');
    match inner.chars().next() {
        // What a comment stands before is for the reader to tell: to look behind each would take
        // forever in a text that is full of them.
        Some('"' | '\'' | '\u{201c}' | '\u{201d}' | '/' | '#') => Opening::Quoted,
        Some('\\') if inner.starts_with("\\\"") => Opening::Escaped,
        Some('\\') if inner.starts_with("\\n") => Opening::Escaped,
        Some('{' | '%' | '<') => Opening::Template,
        Some(c) if c.is_alphabetic() || c == '_' => {
            let rest = inner.trim_start_matches(is_name).trim_start_matches([' ', '\t']);
            if rest.starts_with(':') && !rest.starts_with("::") {
                Opening::Bare
            } else {
                Opening::None
            }
        }
        _ => Opening::None,
    }
}

fn past_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let length = match rest {
            _ if rest.starts_with("//") || rest.starts_with('#') => line(rest),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => return rest,
        };
        rest = rest[length..].trim_start();
    }
}

fn opens_objects(text: &str) -> bool {
    let inner = text[1..].trim_start();
    inner.starts_with('{') && matches!(opening(&inner[1..]), Opening::Quoted | Opening::Bare)
}

/// `"name":`
fn names_a_member(text: &str) -> bool {
    let Some(first) = text[..line(text)].strip_prefix('"') else { return false };
    let Some((name, rest)) = first.split_once('"') else { return false };
    !name.contains('\\') && rest.trim_start().starts_with(':')
}

/// What is said of a text that is left out, and where in it that is. Nothing is returned where it
/// may be a part of the document.
pub(super) fn told(gap: &str, place: Place) -> Option<(usize, Option<String>)> {
    // What ends a statement, or a quote around the document, says nothing.
    let trimmed = gap.trim_start_matches(|c: char| c.is_whitespace() || ";')`\u{feff}".contains(c));
    let at = gap.len() - trimmed.len();
    if matches!(trimmed.trim_end(), "" | "\"" | ",") {
        return Some((at, None));
    }
    if place == Place::Before && names_a_member(trimmed) {
        let what = "members of another document stand before this one, and are left out";
        return Some((at, Some(what.to_owned())));
    }
    if place != Place::Before && trimmed.starts_with(['}', ']', ':', '"']) {
        let surplus = trimmed.chars().all(|c| c.is_whitespace() || "}],;".contains(c));
        let what = "there is a closing brace too many".to_owned();
        return (surplus && place == Place::After).then_some((at, Some(what)));
    }
    if place != Place::Before && trimmed.starts_with(',') {
        let next = trimmed.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
        // The document was closed too early.
        (!next.starts_with(['"', '\'', '}', ']'])).then_some(())?;
    }
    let text = past_comments(trimmed);
    if text.is_empty() {
        return Some((at, Some("JSON has no place for comments; they are left out".to_owned())));
    }
    let what = if is_shell(text) {
        "a shell command stands"
    } else if trimmed.contains("```") {
        "a page of Markdown stands"
    } else {
        "text that is no JSON stands"
    };
    let where_it_is = match place {
        Place::Before => "before the document",
        Place::Between => "between two documents",
        Place::After => "after the document",
    };
    Some((gap.len() - text.len(), Some(format!("{what} {where_it_is}, and is left out"))))
}

/// Whether a text begins as shell scripts and their commands do.
fn is_shell(text: &str) -> bool {
    const BEGINNINGS: [&str; 8] =
        ["aws ", "cat ", "export ", "curl ", "echo ", "$ ", "EOF", "set "];
    let line = text.lines().next().unwrap_or_default().trim();
    let assigns = line.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    assigns || BEGINNINGS.iter().any(|word| line.starts_with(word))
}

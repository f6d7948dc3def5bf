//! YAML into [`Node`]s. What of the YAML libraries is named, this folder and `emit` name.

mod tagged;

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::node::{Entry, Map, Node, Value};
use super::source::{FileId, Sources, Span};

pub use tagged::read_tagged_yaml;

/// How many values a document may have, those that aliases repeat counted each time.
const LARGEST: usize = 100_000;
/// How deep values may stand in one another: readers go down by calling themselves.
const DEEPEST: usize = 64;
/// How many bytes of text they may have together.
const LONGEST: usize = 4 << 20;

/// Reads a file's text as one YAML document.
///
/// Duplicate keys, several documents, tags that ask for another type, and alias bombs are errors;
/// an empty text is `null`. `no`, `on` and dates are strings, as YAML 1.2 has it.
///
/// # Errors
/// Adds to `found` what is wrong, at its place, and returns nothing.
pub fn read_yaml(sources: &Sources, file: FileId, found: &mut Diagnostics) -> Option<Node> {
    let text = sources.text(file);
    if text.trim().is_empty() {
        return Some(Node::new(Span::new(file, 0, 0), Value::Null));
    }
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options()) {
        Ok(raw) => Some(place(raw, file, text, Span::new(file, 0, text.len()))),
        Err(error) => {
            found.push(explain(&error, text, file));
            None
        }
    }
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        budget: serde_saphyr::budget! {
            max_nodes: LARGEST, max_total_scalar_bytes: LONGEST, max_depth: DEEPEST,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: LARGEST },
    }
}

/// What a plain scalar stands for; `None` for infinity and the like.
fn plain(text: &str) -> Option<Value> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "+-._~".contains(c);
    let may_be_other = text.starts_with(|c: char| c.is_ascii_digit() || "+-.~nNtTfF".contains(c));
    match text {
        "" => return Some(Value::Null),
        _ if may_be_other && text.chars().all(is_word) && !text.starts_with("--") => {}
        _ => return Some(Value::String(text.to_owned())),
    }
    match serde_saphyr::from_str_with_options::<Raw>(text, options()) {
        Ok(Raw::Null) => Some(Value::Null),
        Ok(Raw::Bool(value)) => Some(Value::Bool(value)),
        Ok(Raw::Number(value)) => Some(Value::Number(value)),
        Ok(_) => Some(Value::String(text.to_owned())),
        Err(_) => None,
    }
}

/// A value as the library hands it over, each part with its location.
enum Raw {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    String(String),
    Seq(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Raw, E> {
        serde_json::Number::from_f64(value)
            .map(Raw::Number)
            .ok_or_else(|| E::custom("infinity and not-a-number are no values here"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::Seq(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries: Vec<(Spanned<String>, Spanned<Raw>)> = Vec::new();
        let mut keys = HashSet::new();
        while let Some((key, value)) = map.next_entry::<Spanned<String>, Spanned<Raw>>()? {
            if !keys.insert(key.value.clone()) {
                return Err(A::Error::custom(format!("duplicate key `{}`", key.value)));
            }
            entries.push((key, value));
        }
        Ok(Raw::Map(entries))
    }
}

fn place(raw: Spanned<Raw>, file: FileId, text: &str, parent: Span) -> Node {
    let span = span_of(raw.referenced, file, parent);
    // Of an alias, how the value is spelled where it is defined.
    let defined = span_of(raw.defined, file, span);
    let is_spelled = matches!(raw.value, Raw::Bool(_) | Raw::Number(_));
    let spelling = text.get(defined.start..defined.end).filter(|_| is_spelled).map(str::to_owned);
    let value = match raw.value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool(value),
        Raw::Number(value) => Value::Number(value),
        Raw::String(text) => Value::String(text),
        Raw::Seq(items) => {
            Value::Seq(items.into_iter().map(|item| place(item, file, text, span)).collect())
        }
        Raw::Map(entries) => Value::Map(Map {
            entries: entries
                .into_iter()
                .map(|(key, value)| {
                    let key_span = span_of(key.referenced, file, span);
                    Entry { key: key.value, key_span, value: place(value, file, text, key_span) }
                })
                .collect(),
        }),
    };
    Node { spelling, ..Node::new(span, value) }
}

fn span_of(location: Location, file: FileId, otherwise: Span) -> Span {
    let span = location.span();
    match (span.byte_offset(), span.byte_len()) {
        (Some(start), len) if location != Location::UNKNOWN => {
            let start = usize::try_from(start).unwrap_or(0);
            Span::new(file, start, start + usize::try_from(len.unwrap_or(0)).unwrap_or(0))
        }
        _ => otherwise,
    }
}

/// The library's error in our words, at its place.
fn explain(error: &serde_saphyr::Error, text: &str, file: FileId) -> Diagnostic {
    use serde_saphyr::Error;
    let whole = error.without_snippet();
    let mut span = Span::new(file, 0, 0);
    if let Some(location) = whole.location() {
        // Some places come without their byte, and columns count characters.
        let line = usize::try_from(location.line()).unwrap_or(1).max(1);
        let column = usize::try_from(location.column()).unwrap_or(1).max(1);
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let at = text.get(start..).unwrap_or_default().chars().take(column - 1);
        let at = start + at.map(char::len_utf8).sum::<usize>();
        span = span_of(location, file, Span::new(file, at, at));
    }
    let diagnostic = match whole {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("?");
            Diagnostic::error(format!("duplicate key `{key}`"))
                .label("given a second time here")
                .help("keep one of the two")
        }
        Error::MultipleDocuments { .. } => {
            Diagnostic::error("the file holds more than one YAML document")
                .help("keep one document in a file")
        }
        Error::Budget { .. } => grows(),
        Error::NullIntoString { .. } => Diagnostic::error("a key is empty, or `null`")
            .help("give it a name; a key that is called `null` stands in quotes"),
        Error::NonFiniteFloat { .. } => {
            Diagnostic::error("infinity and not-a-number are no values here").help("write a number")
        }
        Error::UnsupportedTag { .. } => Diagnostic::error("values have no tags (`!…`) here")
            .help("write the value itself; `!Sub` and its like are CloudFormation's"),
        // The limits on aliases arrive as text only.
        other
            if ["limit exceeded", "budget breached"]
                .iter()
                .any(|words| other.to_string().contains(words)) =>
        {
            grows()
        }
        other => {
            let sentence = first_sentence(&other.to_string());
            let way_out = way_out(&sentence).map(str::to_owned);
            Diagnostic::error(sentence).maybe_help(way_out)
        }
    };
    diagnostic.at(span)
}

fn grows() -> Diagnostic {
    Diagnostic::error(
        "the YAML grows beyond what a stack file may hold (aliases that multiply, or nesting \
         without end)",
    )
    .help("write the repeated part out, or move it to a `file:`")
}

/// The message without the library's own position, which our renderer shows better.
fn first_sentence(message: &str) -> String {
    let line = message.lines().next().unwrap_or(message);
    let line = line.split(" at line ").next().unwrap_or(line);
    format!("this is not valid YAML: {}", line.trim_start_matches("error: "))
}

/// What mends the slips that people make, told by the parser's words for them.
fn way_out(sentence: &str) -> Option<&'static str> {
    const WAYS: [(&str, &str); 11] = [
        ("tab", "indent with spaces: YAML takes no tabs there"),
        ("mapping values are not allowed", "put a value that has `: ` in it in quotes"),
        ("':' indicator", "close the bracket or quote that is open, or put the value in quotes"),
        (
            "did not find expected ','",
            "close the bracket that is open, or put a comma between its entries",
        ),
        ("multiline quoted", "is a quote left open above?"),
        ("anchor", "put a value that begins with `*` or `&` in quotes"),
        ("alias", "put a value that begins with `*` or `&` in quotes"),
        ("expected string scalar", "a key is a plain word, or a string in quotes"),
        ("non-finite", "write a number that has an end"),
        ("unclosed", "close it, or put a value that begins with it in quotes"),
        (
            "unexpected character",
            "put the value in quotes, and write what is not printable as `\\u…`",
        ),
    ];
    WAYS.iter().find(|(words, _)| sentence.contains(words)).map(|(_, way)| *way)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Node, String> {
        let mut sources = Sources::default();
        let file = sources.add("stack.yaml", text);
        let mut found = Diagnostics::default();
        read_yaml(&sources, file, &mut found)
            .ok_or_else(|| anstream::adapter::strip_str(&found.render(&sources, 80)).to_string())
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "a: 1\nb:\n  - x\n  - \"é y\"\nc: {d: 0.5}\n";
        let node = read(text).unwrap();
        let map = node.as_map().unwrap();
        let Value::Seq(items) = &map.get("b").unwrap().value else { panic!("a list") };
        assert_eq!(&text[items[0].span.start..items[0].span.end], "x");
        assert_eq!(&text[items[1].span.start..items[1].span.end], "\"é y\"");
        assert_eq!(&text[map.entries[2].key_span.start..map.entries[2].key_span.end], "c");
        let d = map.get("c").unwrap().as_map().unwrap().get("d").unwrap();
        assert_eq!(&text[d.span.start..d.span.end], "0.5");
    }

    #[test]
    fn words_that_look_like_booleans_are_strings() {
        let node = read("a: no\nb: 2012-10-17\nc: 012345678901\n").unwrap();
        let map = node.as_map().unwrap();
        assert_eq!(map.get("a").unwrap().as_str(), Some("no"));
        assert_eq!(map.get("b").unwrap().as_str(), Some("2012-10-17"));
    }

    #[test]
    fn a_duplicate_key_is_an_error_at_the_second_one() {
        insta::assert_snapshot!(read("a: 1\nb: 2\na: 3\n").unwrap_err(), @"
        error: duplicate key `a`
         --> stack.yaml:3:1
          |
        3 | a: 3
          | ^ given a second time here
          |
          = help: keep one of the two
        ");
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for level in 1..12 {
            let item = format!("*a{},", level - 1).repeat(9);
            text += &format!("a{level}: &a{level} [{item}]\n");
        }
        let said = read(&text).unwrap_err();
        assert!(said.contains("grows beyond"), "{said}");
    }

    #[test]
    fn broken_yaml_says_where() {
        insta::assert_snapshot!(read("a: [1, 2\nb: 3\n").unwrap_err(), @"
        error: this is not valid YAML: illegal placement of ':' indicator
         --> stack.yaml:2:2
          |
        2 | b: 3
          |  ^
          |
          = help: close the bracket or quote that is open, or put the value in quotes
        ");
        insta::assert_snapshot!(read("a: 1\n---\na: 2\n").unwrap_err(), @"
        error: the file holds more than one YAML document
         --> stack.yaml:3:1
          |
        3 | a: 2
          | ^
          |
          = help: keep one document in a file
        ");
        insta::assert_snapshot!(read("a:\n\t- b\n").unwrap_err(), @"
        error: this is not valid YAML: tabs disallowed within this context (block indentation)
         --> stack.yaml:2:2
          |
        2 |     - b
          |     ^
          |
          = help: indent with spaces: YAML takes no tabs there
        ");
    }
}

//! JSON into [`Node`]s, with a fallback for comments and trailing commas.

use std::collections::HashSet;

use jsonc_parser::ast;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::node::{Entry, Map, Node, Value};
use super::source::{FileId, Sources, Span};
use super::strict;

/// Reads a file's text as JSON.
///
/// Comments and trailing commas are read with a warning, since people keep them in such files and
/// the AWS CLI does not take them. Everything else that is not JSON is an error, duplicate keys
/// included: what a duplicate means differs from reader to reader.
///
/// # Errors
/// Adds to `found` what is wrong, at its place, and returns nothing.
pub fn read_json(sources: &Sources, file: FileId, found: &mut Diagnostics) -> Option<Node> {
    let text = sources.text(file);
    // Windows editors put a byte order mark in front, which is no part of JSON.
    let shift = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = &text[shift..];
    let strict = parse(text, false);
    let parsed = match strict {
        Ok(parsed) => Ok(parsed),
        Err(error) if is_tolerable(error.kind()) => parse(text, true).inspect(|_| {
            found.push(tolerated(error.kind()).at(at(&error, text, file, shift)));
        }),
        Err(error) => Err(error),
    };
    match parsed {
        Ok(Some(value)) => {
            if let Some((at, problem)) = strict::foreign(text) {
                found.push(problem.at(Span::new(file, at + shift, at + shift)));
                return None;
            }
            place(value, file, shift, found)
        }
        Ok(None) => {
            found.push(
                Diagnostic::error("the file is empty")
                    .at(Span::new(file, 0, 0))
                    .help("it should hold one JSON object"),
            );
            None
        }
        Err(error) => {
            found.push(explain(&error, text).at(at(&error, text, file, shift)));
            None
        }
    }
}

fn parse(text: &str, tolerant: bool) -> Result<Option<ast::Value<'_>>, ParseError> {
    let options = ParseOptions {
        allow_comments: tolerant,
        allow_trailing_commas: tolerant,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
    };
    parse_to_ast(text, &CollectOptions::default(), &options).map(|parsed| parsed.value)
}

fn is_tolerable(kind: &ParseErrorKind) -> bool {
    matches!(kind, ParseErrorKind::CommentsNotAllowed | ParseErrorKind::TrailingCommasNotAllowed)
}

fn tolerated(kind: &ParseErrorKind) -> Diagnostic {
    let what = match kind {
        ParseErrorKind::CommentsNotAllowed => "a comment",
        _ => "a comma after the last entry",
    };
    Diagnostic::warning(format!("JSON has no place for {what}; it is read all the same"))
        .help("take it out, so that the AWS CLI reads this file too")
}

/// Where the error is; a span that is empty or runs to the end is cut to its first line.
fn at(error: &ParseError, text: &str, file: FileId, shift: usize) -> Span {
    let range = error.range();
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    let line = text.get(start..end).and_then(|t| t.lines().next()).map_or(0, str::len);
    Span::new(file, start + shift, start + shift + line)
}

/// The parser's error in our words.
fn explain(error: &ParseError, text: &str) -> Diagnostic {
    let start = error.range().start.min(text.len());
    let rest = text.get(start..).unwrap_or_default();
    match error.kind() {
        // Cut out of the middle of another document.
        _ if text.trim_start().starts_with('"') && rest.trim_start().starts_with(':') => {
            Diagnostic::error("the JSON does not begin with `{`").help("was the file copied whole?")
        }
        ParseErrorKind::MultipleRootJsonValues => trailing(rest),
        // A word behind the closing brace is met by the scanner before the parser can say that
        // the document has ended.
        _ if ends_before(text, start) => trailing(rest),
        ParseErrorKind::UnterminatedObject
        | ParseErrorKind::UnterminatedArray
        | ParseErrorKind::UnterminatedCommentBlock => {
            Diagnostic::error("the JSON stops before it is closed")
                .label("opened here, never closed")
                .help("was the file copied whole?")
        }
        ParseErrorKind::NestingDepthExceeded => {
            Diagnostic::error("the JSON is nested too deeply").help("is it the right file?")
        }
        ParseErrorKind::SingleQuotedStringsNotAllowed => {
            Diagnostic::error("JSON strings stand in double quotes")
        }
        _ if text[..start].trim().is_empty() && !rest.starts_with(['{', '[', '"']) => {
            Diagnostic::error("this is not JSON: it does not begin with `{`")
                .help("keep just the JSON document in the file; a shell script around it goes")
        }
        kind => {
            let what = kind.to_string().to_ascii_lowercase();
            let problem = Diagnostic::error(format!("this is not valid JSON: {what}"));
            problem.maybe_help(way_out(kind, &text[..start], rest).map(str::to_owned))
        }
    }
}

/// What to write instead of what other languages have and JSON does not.
fn way_out(kind: &ParseErrorKind, before: &str, rest: &str) -> Option<&'static str> {
    const TAGS: [&str; 7] = ["{%", "%{", "{{#", "{{/", "{{ if", "{{if", "{{-"];
    // The parser takes the first brace for an object.
    let braced = before.ends_with('{').then(|| format!("{{{}", nearby(rest)));
    let begins = braced.as_deref().unwrap_or(rest);
    if TAGS.iter().any(|tag| rest.starts_with(tag) || begins.starts_with(tag)) {
        return Some("this is a template, which decides by values: render it first");
    }
    if rest.starts_with("<<<<<<<") {
        return Some("this is a merge that nobody has resolved yet");
    }
    if is_placeholder(before, rest) {
        return Some(
            "for a placeholder write `\"${var.NAME}\"`, in quotes also where a number belongs",
        );
    }
    if ["True", "False", "None", "TRUE", "FALSE", "NULL", "undefined"]
        .iter()
        .any(|word| rest.starts_with(word))
    {
        return Some("JSON has `true`, `false` and `null`");
    }
    if rest.starts_with(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}']) {
        return Some("JSON has straight quotes, `\"`, and no typographic ones");
    }
    match kind {
        ParseErrorKind::String(_) if rest.starts_with('\\') => {
            Some("in a JSON string write `\\\\` for a backslash")
        }
        ParseErrorKind::ExpectedStringObjectProperty => Some("names stand in double quotes, too"),
        _ => None,
    }
}

/// As much of a text as tells what begins there.
fn nearby(text: &str) -> &str {
    &text[..text.floor_char_boundary(8)]
}

/// What templates of other tools have in place of a value: `$NAME`, `${name}`, `{{name}}`, `<NAME>`.
fn is_placeholder(before: &str, rest: &str) -> bool {
    // The parser takes the first brace for an object.
    let in_braces = before.ends_with('{') && rest.starts_with('{');
    rest.starts_with(['$', '<']) || rest.starts_with("{{") || in_braces
}

fn trailing(rest: &str) -> Diagnostic {
    let line = rest.lines().next().unwrap_or_default().trim();
    let diagnostic = Diagnostic::error("something stands after the end of the JSON document");
    let is_assignment = line.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let begins = ["aws ", "export ", "curl ", "#", "$", "```"];
    if is_assignment || begins.iter().any(|word| line.starts_with(word)) {
        diagnostic
            .label("this looks like a shell command, not JSON")
            .help("delete everything after the last closing brace")
    } else {
        let diagnostic = diagnostic.label("not part of the document");
        let help = if line.trim_start_matches([',', ' ']).starts_with('"') {
            "a brace before it has closed the document: closed too early?"
        } else {
            "keep one JSON document in a file"
        };
        diagnostic.help(help)
    }
}

/// Whether a whole JSON document ends before `start`.
fn ends_before(text: &str, start: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    matches!(parse(head, true), Ok(Some(_)))
}

fn place(
    value: ast::Value<'_>,
    file: FileId,
    shift: usize,
    found: &mut Diagnostics,
) -> Option<Node> {
    use jsonc_parser::common::Ranged;
    let range = value.range();
    let span = Span::new(file, range.start + shift, range.end + shift);
    let spelling = match &value {
        ast::Value::NumberLit(literal) => Some(literal.value.to_owned()),
        _ => None,
    };
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::StringLit(literal) => Value::String(literal.value.into_owned()),
        ast::Value::NumberLit(literal) => Value::Number(number(literal.value, span, found)?),
        ast::Value::Array(array) => Value::Seq(
            array
                .elements
                .into_iter()
                .map(|element| place(element, file, shift, found))
                .collect::<Option<_>>()?,
        ),
        ast::Value::Object(object) => Value::Map(mapping(object, file, shift, found)?),
    };
    Some(Node { spelling, ..Node::new(span, value) })
}

fn mapping(
    object: ast::Object<'_>,
    file: FileId,
    shift: usize,
    found: &mut Diagnostics,
) -> Option<Map> {
    use jsonc_parser::common::Ranged;
    let mut map = Map::default();
    let mut keys = HashSet::new();
    for property in object.properties {
        let range = property.name.range();
        let key_span = Span::new(file, range.start + shift, range.end + shift);
        let key = property.name.into_string();
        if !keys.insert(key.clone()) {
            found.push(
                Diagnostic::error(format!("duplicate key `{key}`"))
                    .at(key_span)
                    .label("given a second time here")
                    .help("keep one of the two"),
            );
            return None;
        }
        map.entries.push(Entry {
            key,
            key_span,
            value: place(property.value, file, shift, found)?,
        });
    }
    Some(map)
}

fn number(text: &str, span: Span, found: &mut Diagnostics) -> Option<serde_json::Number> {
    let number = serde_json::from_str(text).ok();
    if number.is_none() {
        found.push(Diagnostic::error(format!("`{text}` is not a number that JSON has")).at(span));
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Node>, String) {
        let mut sources = Sources::default();
        let file = sources.add("aws/json/xray.json", text);
        let mut found = Diagnostics::default();
        let node = read_json(&sources, file, &mut found);
        let said = anstream::adapter::strip_str(&found.render(&sources, 80)).to_string();
        (node, said)
    }

    #[test]
    fn json_is_read_with_its_places() {
        let text = r#"{"a": [1, 0.1, "x"], "b": null}"#;
        let (node, said) = read(text);
        assert_eq!(said, "");
        let node = node.unwrap();
        assert_eq!(node.to_json(), serde_json::json!({"a": [1, 0.1, "x"], "b": null}));
        let Value::Seq(items) = &node.as_map().unwrap().get("a").unwrap().value else { panic!() };
        assert_eq!(&text[items[1].span.start..items[1].span.end], "0.1");
    }

    #[test]
    fn comments_and_trailing_commas_are_read_with_a_warning() {
        let (node, said) = read("{\n  // the rate\n  \"FixedRate\": 0.1,\n}\n");
        assert!(node.is_some());
        insta::assert_snapshot!(said, @"
        warning: JSON has no place for a comment; it is read all the same
         --> aws/json/xray.json:2:3
          |
        2 |   // the rate
          |   ^^^^^^^^^^^
          |
          = help: take it out, so that the AWS CLI reads this file too
        ");
    }

    #[test]
    fn a_shell_command_after_the_document_is_named() {
        let text = "{\n  \"a\": 1\n}\n\naws xray create-sampling-rule --cli-input-json file://x\n";
        let (node, said) = read(text);
        assert!(node.is_none());
        insta::assert_snapshot!(said, @"
        error: something stands after the end of the JSON document
         --> aws/json/xray.json:5:1
          |
        5 | aws xray create-sampling-rule --cli-input-json file://x
          | ^^^ this looks like a shell command, not JSON
          |
          = help: delete everything after the last closing brace
        ");
    }

    #[test]
    fn a_placeholder_is_told_how_it_is_written() {
        insta::assert_snapshot!(read("{\n  \"cpu\": ${cpu}\n}").1, @r#"
        error: this is not valid JSON: unexpected token
         --> aws/json/xray.json:2:10
          |
        2 |   "cpu": ${cpu}
          |          ^
          |
          = help: for a placeholder write `"${var.NAME}"`, in quotes also where a number belongs
        "#);
        for text in ["{\"a\": $NAME}", "{\"a\": <NAME>}", "{\"a\": 1, {{ b }}}", "{\"a\": {{b}} }"]
        {
            assert!(read(text).1.contains("for a placeholder write"), "{text}: {}", read(text).1);
        }
    }

    #[test]
    fn what_other_languages_have_is_told_in_words() {
        for (text, help) in [
            ("{\"a\": True}", "JSON has `true`, `false` and `null`"),
            ("{\"a\": \"\\d+\"}", "`\\\\` for a backslash"),
            ("{a: 1}", "names stand in double quotes, too"),
            ("{“a”: 1}", "straight quotes, `\"`"),
            ("{\n{{#if x}}\n\"a\": 1\n{{/if}}\n}", "render it first"),
            ("{\"a\": 1 {% if x %}}", "render it first"),
            ("{\"a\": 1, %{ if x }}", "render it first"),
            ("{\n<<<<<<< HEAD\n\"a\": 1\n=======\n", "nobody has resolved"),
            ("{\"a\": \"x\ny\"}", "a string goes over several lines"),
            ("{\"a\": {\"b\": 1}}, \"c\": 2}", "closed too early"),
            ("<template></template>", "keep just the JSON document"),
        ] {
            let said = read(text).1.replace('\n', " ");
            assert!(said.contains(help), "{text}: {said}");
        }
    }

    #[test]
    fn other_breakage_says_where() {
        insta::assert_snapshot!(read("{\n  \"a\": 1\n  \"b\": 2\n}").1, @r#"
        error: this is not valid JSON: expected comma
         --> aws/json/xray.json:2:9
          |
        2 |   "a": 1
          |         ^
        "#);
        insta::assert_snapshot!(read("{\"a\": {\"b\": 1}").1, @r#"
        error: the JSON stops before it is closed
         --> aws/json/xray.json:1:1
          |
        1 | {"a": {"b": 1}
          | ^ opened here, never closed
          |
          = help: was the file copied whole?
        "#);
        insta::assert_snapshot!(read("{\"a\": 1, \"a\": 2}").1, @r#"
        error: duplicate key `a`
         --> aws/json/xray.json:1:10
          |
        1 | {"a": 1, "a": 2}
          |          ^^^ given a second time here
          |
          = help: keep one of the two
        "#);
        insta::assert_snapshot!(read("{\"a\": 1e999}").1, @r#"
        error: `1e999` is not a number that JSON has
         --> aws/json/xray.json:1:7
          |
        1 | {"a": 1e999}
          |       ^^^^^
        "#);
        insta::assert_snapshot!(read("").1, @"
        error: the file is empty
         --> aws/json/xray.json:1:1
          |
        1 |
          | ^
          |
          = help: it should hold one JSON object
        ");
        insta::assert_snapshot!(read("{'a': 1}").1, @"
        error: JSON strings stand in double quotes
         --> aws/json/xray.json:1:2
          |
        1 | {'a': 1}
          |  ^
        ");
        assert!(read(&"[".repeat(100_000)).1.contains("nested too deeply"));
    }
}

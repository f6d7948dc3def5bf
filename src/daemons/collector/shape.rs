//! What a setting may be, as tables, and a document held against them.

use serde_json::{Map, Value as Json};

use crate::document::or_nearest;

/// What a value has to be. Nothing at all, `null`, is always the default.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// Whatever it is, it is not looked at.
    Any,
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number, not negative.
    Whole,
    /// A whole number that is at least so much.
    AtLeast(u64),
    /// A number.
    Number,
    /// A length of time, as Go spells it.
    Duration,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, in any case.
    AnyCase(&'static [&'static str]),
    /// A list; a text with commas in it is one too where its items are text.
    List(&'static Shape),
    /// One, or a list of them.
    OneOrMore(&'static Shape),
    /// Text by text, as a mapping or as a list of `name` and `value`.
    Headers,
    /// Any keys, all values alike.
    MapOf(&'static Shape),
    /// These settings and no others, of several tables together.
    Fields(&'static [&'static [Field]]),
    /// These settings, and others that are not looked at.
    Open(&'static [&'static [Field]]),
}

/// A setting, and what it may be.
pub(crate) type Field = (&'static str, Shape);

/// What is wrong with a configuration, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The keys that lead there, with dots between them.
    pub(crate) path: String,
    /// What is wrong, as a sentence without its end.
    pub(crate) message: String,
}

impl Problem {
    /// What is wrong at a place.
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// Holds a value against its shape.
pub(crate) fn check(value: &Json, shape: &Shape, path: &str, found: &mut Vec<Problem>) {
    if value.is_null() || comes_later(value) {
        return;
    }
    match shape {
        Shape::Fields(tables) => fields(value, tables, true, path, found),
        Shape::Open(tables) => fields(value, tables, false, path, found),
        Shape::MapOf(each) => with_map(value, path, found, |map, found| {
            for (key, value) in map {
                check(value, each, &join(path, key), found);
            }
        }),
        Shape::List(each) => list(value, each, path, found),
        Shape::OneOrMore(each) => match value {
            Json::Array(items) => all(items, each, path, found),
            one => check(one, each, path, found),
        },
        Shape::Headers => match value {
            Json::Array(items) => all(items, &HEADER, path, found),
            map => check(map, &Shape::MapOf(&Shape::Text), path, found),
        },
        scalar => {
            if let Some(message) = wrong_scalar(value, scalar) {
                found.push(Problem::new(path, message));
            }
        }
    }
}

/// A header as an item of a list.
const HEADER: Shape = Shape::Fields(&[&[("name", Shape::Text), ("value", Shape::Text)]]);

/// The path of a key below another.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Whether the environment says what it is, once the daemon starts.
fn comes_later(value: &Json) -> bool {
    value.as_str().is_some_and(|text| text.contains("${"))
}

fn fields(
    value: &Json,
    tables: &[&'static [Field]],
    closed: bool,
    path: &str,
    found: &mut Vec<Problem>,
) {
    let known = |name: &str| tables.iter().flat_map(|table| *table).find(|(key, _)| *key == name);
    with_map(value, path, found, |map, found| {
        for (key, value) in map {
            match known(key) {
                Some((_, shape)) => check(value, shape, &join(path, key), found),
                None if closed => {
                    let names: Vec<_> =
                        tables.iter().flat_map(|table| *table).map(|(key, _)| *key).collect();
                    found.push(Problem::new(join(path, key), unknown(key, &names)));
                }
                None => {}
            }
        }
    });
}

/// "`x` is not a setting here", and what was likely meant.
pub(crate) fn unknown(key: &str, names: &[&str]) -> String {
    match or_nearest(key, names) {
        Some(help) => format!("`{key}` is not a setting here; {help}"),
        None => format!("`{key}` is not a setting here"),
    }
}

/// Does what is to be done with a mapping, or says that it is none.
pub(crate) fn with_map(
    value: &Json,
    path: &str,
    found: &mut Vec<Problem>,
    then: impl FnOnce(&Map<String, Json>, &mut Vec<Problem>),
) {
    match value {
        Json::Object(map) => then(map, found),
        other => found.push(Problem::new(path, expected("a mapping", other))),
    }
}

fn list(value: &Json, each: &Shape, path: &str, found: &mut Vec<Problem>) {
    match (value, each) {
        (Json::Array(items), _) => all(items, each, path, found),
        // The collector splits such a text at its commas.
        (Json::String(_), Shape::Text | Shape::OneOf(_)) => {}
        (other, _) => found.push(Problem::new(path, expected("a list", other))),
    }
}

fn all(items: &[Json], each: &Shape, path: &str, found: &mut Vec<Problem>) {
    for (at, item) in items.iter().enumerate() {
        check(item, each, &format!("{path}[{at}]"), found);
    }
}

fn wrong_scalar(value: &Json, shape: &Shape) -> Option<String> {
    let (fits, noun) = match shape {
        Shape::Text => (value.is_string(), "a text"),
        Shape::Flag => (value.is_boolean(), "`true` or `false`"),
        Shape::Whole => (whole(value).is_some(), "a whole number, not negative"),
        Shape::Number => (value.is_number(), "a number"),
        Shape::Duration => (is_duration(value), "a length of time with its unit, as in `10s`"),
        Shape::OneOf(words) => return wrong_word(value, words, str::eq),
        Shape::AnyCase(words) => return wrong_word(value, words, str::eq_ignore_ascii_case),
        Shape::AtLeast(least) => {
            let fits = whole(value).is_some_and(|number| number >= *least);
            return (!fits).then(|| expected(&format!("a whole number, at least {least}"), value));
        }
        _ => return None,
    };
    (!fits).then(|| expected(noun, value))
}

fn wrong_word(value: &Json, words: &[&str], same: fn(&str, &str) -> bool) -> Option<String> {
    let Some(text) = value.as_str() else {
        return Some(expected(&format!("one of {}", words.join(", ")), value));
    };
    if words.iter().any(|word| same(word, text)) {
        return None;
    }
    Some(match or_nearest(text, words) {
        Some(help) => format!("`{text}` is not one of the values here; {help}"),
        None => format!("`{text}` is not one of the values here"),
    })
}

/// A whole number, also where it is spelled `10.0`.
fn whole(value: &Json) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
    let of_float = |float: f64| {
        let fits = float.fract() == 0.0 && (0.0..9e15).contains(&float);
        fits.then_some(float as u64)
    };
    value.as_u64().or_else(|| value.as_f64().and_then(of_float))
}

/// A length of time as Go's `time.ParseDuration` takes it. A bare number would be nanoseconds,
/// which nobody means.
fn is_duration(value: &Json) -> bool {
    let Some(text) = value.as_str() else {
        return value.as_u64() == Some(0);
    };
    let mut rest = text.trim_start_matches(['+', '-']);
    if rest == "0" {
        return true;
    }
    let mut parts = 0;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let digits = rest.len() - number.len();
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
        let unit = units.iter().find_map(|unit| number.strip_prefix(unit));
        match unit {
            Some(left) if digits > 0 => rest = left,
            _ => return false,
        }
        parts += 1;
    }
    parts > 0
}

fn expected(noun: &str, value: &Json) -> String {
    let kind = match value {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "a mapping",
    };
    match value {
        // What stands there may be a secret, unless it is a number or a boolean.
        Json::Bool(_) | Json::Number(_) => format!("this is {noun}, not {value}"),
        _ => format!("this is {noun}, not {kind}"),
    }
}

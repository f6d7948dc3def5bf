//! The layout of JSON, with the comments that its reader tolerates.

use std::ops::Range;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::{Layout, Part, Quotes, Shape};

pub(super) fn layout(text: &str) -> Option<Layout> {
    let shift = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
    };
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::Separate,
        ..CollectOptions::default()
    };
    let parsed = parse_to_ast(&text[shift..], &collect, &options).ok()?;
    let place = |at: jsonc_parser::common::Range| at.start + shift..at.end + shift;
    // Each comment is with what stands before it and with what stands after it.
    let comments = parsed.comments.unwrap_or_default();
    let mut comments: Vec<Range<usize>> =
        comments.values().flat_map(|all| all.iter().map(|one| place(one.range()))).collect();
    comments.sort_by_key(|comment| comment.start);
    comments.dedup();
    Some(Layout { top: part(&parsed.value?, shift), comments, end: text.len() })
}

fn part(value: &Value<'_>, shift: usize) -> Part {
    let place = |range: jsonc_parser::common::Range| range.start + shift..range.end + shift;
    let quoted = |text: &str| Shape::Scalar { text: text.to_owned(), quotes: Quotes::Double };
    let plain = |text: &str| Shape::Scalar { text: text.to_owned(), quotes: Quotes::Plain };
    let shape = match value {
        Value::StringLit(literal) => quoted(&literal.value),
        Value::NumberLit(literal) => plain(literal.value),
        Value::BooleanLit(literal) => plain(if literal.value { "true" } else { "false" }),
        Value::NullKeyword(_) => plain("null"),
        Value::Array(array) => Shape::Seq {
            flow: true,
            items: array.elements.iter().map(|item| part(item, shift)).collect(),
        },
        Value::Object(object) => {
            let entries = object.properties.iter().map(|property| {
                let key = quoted(property.name.as_str());
                (
                    Part { span: place(property.name.range()), shape: key },
                    part(&property.value, shift),
                )
            });
            Shape::Map { flow: true, entries: entries.collect() }
        }
    };
    Part { span: place(value.range()), shape }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_comments_are_where_they_stand() {
        let text = "\u{feff}// a\r\n{ \"é\": [1, /* b */ \"x\\n\",], // c\n}\n";
        let layout = layout(text).unwrap();
        let comments: Vec<_> = layout.comments.iter().map(|at| &text[at.clone()]).collect();
        assert_eq!(comments, ["// a", "/* b */", "// c"]);
        let (key, value) = layout.entry("é").unwrap();
        assert_eq!(&text[key.span.clone()], "\"é\"");
        assert_eq!(&text[value.span.clone()], "[1, /* b */ \"x\\n\",]");
        let Shape::Seq { items, .. } = &value.shape else { panic!("{value:?}") };
        assert_eq!(items[1].text(), Some("x\n"));
        assert_eq!(&text[items[1].span.clone()], "\"x\\n\"");
    }
}

//! Documents within double quotes, as a shell or a string of another language has them.

use super::reader::{Quoted, Reader};
use super::strings::braced;
use crate::import::placeholders::forms;

/// The document at the beginning of a text that is within double quotes, as JSON, and its length.
pub(super) fn document(text: &str) -> Option<(usize, String)> {
    let (length, shell) = unquoted(text)?;
    let quoted = format!("\"{}\"", &text[..length]);
    // In JSON's own strings `\n` breaks the line; in a shell it stands for the string's.
    let inner = serde_json::from_str::<String>(&quoted).unwrap_or(shell);
    let mut reader = Reader::new(&inner, inner.len() - inner.trim_start().len(), Quoted::No);
    reader.value()?;
    reader.rest().trim().is_empty().then_some(())?;
    Some((length, reader.edits.apply(&inner)))
}

/// The text up to the quote that closes it, its escapes taken off, and its length. `"$X"` within
/// leaves the quotes for a variable.
fn unquoted(text: &str) -> Option<(usize, String)> {
    let mut plain = String::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let next = rest.chars().next()?;
        at += match next {
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                match escaped {
                    '\n' => plain.push('\n'),
                    '"' | '\\' | '$' | '`' => plain.push(escaped),
                    _ => plain.extend(['\\', escaped]),
                }
                1 + escaped.len_utf8()
            }
            '"' => match spliced(rest) {
                Some((source, length)) => {
                    plain += &braced(source);
                    length
                }
                None => return Some((at, plain)),
            },
            c => {
                plain.push(c);
                c.len_utf8()
            }
        };
    }
}

/// `"$X"`
fn spliced(text: &str) -> Option<(&str, usize)> {
    let source = forms::at(&text[1..])?.source;
    text[1 + source.len()..].starts_with('"').then_some((source, source.len() + 2))
}

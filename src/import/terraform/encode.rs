//! JSON texts and what they are made of: `jsonencode`, and `jsondecode` of texts with references.

use super::Refusal;
use super::json::{Place, decode};
use super::term::{Is, Piece, Term, from_node, quoted};

/// The JSON text of a value as Terraform writes it: keys in order, no spaces, and `<`, `>` and `&`
/// escaped. `None` where a part is not known.
///
/// Source: Terraform's documentation, function `jsonencode`.
pub(super) fn encode(term: &Term) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    write(term, &mut pieces)?;
    Some(pieces)
}

fn write(term: &Term, out: &mut Vec<Piece>) -> Option<()> {
    match &term.is {
        Is::Null => push(out, "null"),
        Is::Bool(_) | Is::Number(_) => push(out, &term.literal()?),
        Is::Text(_) | Is::Json(_) => {
            push(out, "\"");
            for piece in term.pieces()? {
                match piece {
                    Piece::Text(text) => push(out, &inner(&text)),
                    other => out.push(other),
                }
            }
            push(out, "\"");
        }
        Is::List(items) => {
            push(out, "[");
            for (at, item) in items.iter().enumerate() {
                push(out, if at > 0 { "," } else { "" });
                write(item, out)?;
            }
            push(out, "]");
        }
        Is::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            push(out, "{");
            for (at, (key, _, value)) in entries.into_iter().enumerate() {
                push(out, if at > 0 { "," } else { "" });
                push(out, &format!("\"{}\":", inner(key)));
                write(value, out)?;
            }
            push(out, "}");
        }
        Is::Unknown(_) => return None,
    }
    Some(())
}

/// A text between the quotes of JSON.
fn inner(text: &str) -> String {
    let quoted = quoted(text);
    let inner = &quoted[1..quoted.len() - 1];
    let escapes = [
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u{2028}", "\\u2028"),
        ("\u{2029}", "\\u2029"),
    ];
    escapes.into_iter().fold(inner.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn push(out: &mut Vec<Piece>, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(last)) => *last += text,
        _ => out.push(Piece::Text(text.to_owned())),
    }
}

/// Reads a JSON text with references in it. One that stands outside of a string, as people write
/// numbers, `"cpu": ${var.cpu}`, is a value of its own.
pub(super) fn decode_pieces(pieces: &[Piece], place: Place) -> Result<Term, Refusal> {
    let literal: String = pieces.iter().map(text_of).collect();
    let Some(mark) = ('\u{e000}'..'\u{f8ff}').find(|mark| !literal.contains(*mark)) else {
        return Err(Refusal::new(place.span, "its text cannot be read as JSON"));
    };
    let mut text = String::new();
    let mut quotes = Quotes::default();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(part) => {
                quotes.follow(part);
                text += part;
            }
            _ if quotes.inside => text += &format!("{mark}{at}{mark}"),
            _ => text += &format!("\"{mark}{at}{mark}\""),
        }
    }
    // With references in it the text does not stand in the file as it is.
    let is_literal = pieces.iter().all(|piece| matches!(piece, Piece::Text(_)));
    let place = Place { offset: place.offset.filter(|_| is_literal), ..place };
    let node = decode(&text, place)?;
    Ok(from_node(node, &mut |span, text| Term::new(span, Is::Text(unmarked(&text, mark, pieces)))))
}

fn text_of(piece: &Piece) -> &str {
    match piece {
        Piece::Text(text) => text,
        _ => "",
    }
}

/// The text with the references back in place of their marks.
fn unmarked(text: &str, mark: char, pieces: &[Piece]) -> Vec<Piece> {
    let mut found = Vec::new();
    for (at, part) in text.split(mark).enumerate() {
        let piece = (at % 2 == 1).then(|| part.parse::<usize>().ok()).flatten();
        match piece.and_then(|piece| pieces.get(piece)) {
            Some(piece) => found.push(piece.clone()),
            None => push(&mut found, part),
        }
    }
    if found.is_empty() {
        found.push(Piece::Text(String::new()));
    }
    found
}

/// Whether a place in a JSON text is inside of a string.
#[derive(Default)]
struct Quotes {
    inside: bool,
    escape: bool,
}

impl Quotes {
    fn follow(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                _ if self.escape => self.escape = false,
                '\\' if self.inside => self.escape = true,
                '"' => self.inside = !self.inside,
                _ => {}
            }
        }
    }
}

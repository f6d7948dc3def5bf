//! What differs between two policies, in lines.

use super::{ChangeKind, ElementChange, StatementChange};
use crate::text::safe;

/// How far the values of a statement are indented under its name.
const INDENT: usize = 2;

/// The changes in lines of at most `width` columns: a statement with its sign, below it the values
/// that went and came, each with its sign and element; one in the place of another on one line, if
/// that has room.
pub fn lines(changes: &[StatementChange], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for change in changes {
        let sign = match change.kind {
            ChangeKind::Added => '+',
            ChangeKind::Removed => '-',
            ChangeKind::Changed => '~',
        };
        lines.extend(signed(sign, &change.name, 0, width));
        // What comes or goes as a whole is called by its Sid already.
        let is_name = |element: &str| change.kind != ChangeKind::Changed && element == "Sid";
        for element in change.elements.iter().filter(|element| !is_name(&element.element)) {
            if let Some(line) = one_line(element, width.saturating_sub(INDENT + 2)) {
                lines.extend(signed('~', &line, INDENT, width));
                continue;
            }
            let removed = element.removed.iter().map(|value| ('-', value));
            let added = element.added.iter().map(|value| ('+', value));
            for (sign, value) in removed.chain(added) {
                let line = format!("{} {}", element.element, value_shown(value));
                lines.extend(signed(sign, &line, INDENT, width));
            }
        }
    }
    lines
}

/// One value in the place of another, where that has room.
fn one_line(element: &ElementChange, room: usize) -> Option<String> {
    let ([before], [after]) = (&*element.removed, &*element.added) else { return None };
    let line = format!("{} {} -> {}", element.element, value_shown(before), value_shown(after));
    (safe(&line).chars().count() <= room).then_some(line)
}

/// A value; in quotes where one would not see where it begins and ends.
fn value_shown(value: &str) -> String {
    let clear = !value.is_empty() && value.trim() == value;
    if clear { value.to_owned() } else { format!("{value:?}") }
}

/// A text behind its sign, in as many lines as it takes.
fn signed(sign: char, text: &str, indent: usize, width: usize) -> Vec<String> {
    let characters: Vec<char> = safe(text).chars().collect();
    let room = width.saturating_sub(indent + 2).max(1);
    let line = |(at, piece): (usize, &[char])| {
        let sign = if at == 0 { sign } else { ' ' };
        format!("{:indent$}{sign} {}", "", piece.iter().collect::<String>())
    };
    pieces(&characters, room).into_iter().enumerate().map(line).collect()
}

/// A text in pieces of at most so many characters, between words where there are some.
fn pieces(text: &[char], room: usize) -> Vec<&[char]> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > room {
        let space = rest[..=room].iter().rposition(|c| *c == ' ').filter(|at| *at > 0);
        let (piece, left) = match space {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => rest.split_at(room),
        };
        pieces.push(piece);
        rest = left;
    }
    pieces.push(rest);
    pieces
}

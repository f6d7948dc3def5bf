//! Small text diffs for long strings.

use similar::{ChangeTag, DiffOp, TextDiff};

use super::style::Style;
use crate::text::safe;

/// Strings longer than this are shown as a diff.
const LONG: usize = 48;
/// How much of what is equal is shown around a difference, in characters.
const AROUND: usize = 12;

/// Whether two strings are better shown as a diff than side by side.
pub(crate) fn is_long(before: &str, after: &str) -> bool {
    [before, after].iter().any(|text| text.contains('\n') || text.chars().count() > LONG)
}

/// The lines of a diff of two strings, each with its sign, none wider than this.
pub(crate) fn lines(before: &str, after: &str, width: usize) -> Vec<String> {
    if before.contains('\n') || after.contains('\n') {
        by_line(before, after, width)
    } else {
        by_character(before, after, width)
    }
}

/// The lines of a file that become others, behind `path:line`, which is the number that the first of
/// them has then; `is_secret` tells of a line of the one text or of the other, by its number, whether
/// it may be shown.
pub(crate) fn of_file(
    path: &str,
    (before, after): (&str, &str),
    is_secret: [&dyn Fn(usize) -> bool; 2],
    width: usize,
) -> Vec<String> {
    const WITHHELD: &str = "(the line holds what looks like a secret, and is not shown)";
    let diff = TextDiff::from_lines(before, after);
    let side = |tag| usize::from(tag == ChangeTag::Insert);
    let shown = |tag, at: usize| {
        let text = [diff.old_slice(at), diff.new_slice(at)][side(tag)].unwrap_or_default();
        if is_secret[side(tag)](at + 1) { WITHHELD } else { text.trim_end_matches(['\n', '\r']) }
    };
    let all = |tag, lines: std::ops::Range<usize>| -> Vec<String> {
        lines.flat_map(|at| signed(tag, &safe(shown(tag, at)), width)).collect()
    };
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let told = changed.flat_map(|op| {
        let (old, new) = (op.old_range(), op.new_range());
        let head = Style::Strong.paint(&safe(&format!("{path}:{}", new.start + 1)));
        let mut pairs = old.clone().zip(new.clone());
        let is_wide = |text: &str| text.chars().count() + 2 > width;
        let (gone, come) = (ChangeTag::Delete, ChangeTag::Insert);
        // Of a wide line, what became of it.
        let lines = if old.len() == new.len()
            && pairs.any(|(old, new)| is_wide(shown(gone, old)) || is_wide(shown(come, new)))
        {
            let pairs = old.zip(new);
            pairs
                .flat_map(|(old, new)| by_character(shown(gone, old), shown(come, new), width))
                .collect()
        } else {
            [all(gone, old), all(come, new)].concat()
        };
        std::iter::once(head).chain(lines)
    });
    told.collect()
}

/// The lines of a diff of two lists: of each element what went and what came, and nothing of those
/// that stay.
pub(crate) fn element_lines(before: &[String], after: &[String], width: usize) -> Vec<String> {
    let [before, after] = [before, after].map(|list| list.iter().map(String::as_str).collect());
    let (before, after): (Vec<_>, Vec<_>) = (before, after);
    let all = |tag, list: &[&str]| -> Vec<String> {
        list.iter().flat_map(|text| signed(tag, text, width)).collect()
    };
    let diff = TextDiff::from_slices(&before, &after);
    let told = diff.ops().iter().map(|op| {
        let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => Vec::new(),
            // One in the place of another.
            DiffOp::Replace { old_len, new_len, .. } if old_len == new_len => {
                old.iter().zip(new).flat_map(|(old, new)| by_character(old, new, width)).collect()
            }
            _ => [all(ChangeTag::Delete, old), all(ChangeTag::Insert, new)].concat(),
        }
    });
    told.flatten().collect()
}

fn by_line(before: &str, after: &str, width: usize) -> Vec<String> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(1) {
        if !lines.is_empty() {
            lines.push(Style::Dim.paint("  …"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = safe(change.value().trim_end_matches(['\n', '\r']));
            lines.extend(signed(change.tag(), &text, width));
        }
    }
    lines
}

/// Both strings; where one is too long for its line, what they have in common at either end is cut
/// short.
fn by_character(before: &str, after: &str, width: usize) -> Vec<String> {
    let (left, right): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let head = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let tail = left[head..]
        .iter()
        .rev()
        .zip(right[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let fits = left.len().max(right.len()) + 2 <= width;
    let cut = |text: &[char]| {
        if fits {
            return safe(&text.iter().collect::<String>());
        }
        let from = head.saturating_sub(AROUND);
        let to = (text.len() - tail + AROUND).min(text.len());
        let (start, end) =
            (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
        let middle: String = text[from..to].iter().collect();
        format!("{start}{}{end}", safe(&middle))
    };
    let mut lines = signed(ChangeTag::Delete, &cut(&left), width);
    lines.extend(signed(ChangeTag::Insert, &cut(&right), width));
    lines
}

/// A line of a diff behind its sign, in as many lines as it takes.
fn signed(tag: ChangeTag, text: &str, width: usize) -> Vec<String> {
    let (sign, style) = match tag {
        ChangeTag::Delete => ("- ", Some(Style::Removed)),
        ChangeTag::Insert => ("+ ", Some(Style::Added)),
        ChangeTag::Equal => ("  ", None),
    };
    let characters: Vec<char> = text.chars().collect();
    let pieces = characters.chunks(width - sign.len()).map(|piece| piece.iter().collect());
    let pieces: Vec<String> = if text.is_empty() { vec![String::new()] } else { pieces.collect() };
    pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| format!("{}{piece}", if at == 0 { sign } else { "  " }))
        .map(|line| style.map_or(line.clone(), |style| style.paint(&line)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(before: &str, after: &str) -> String {
        anstream::adapter::strip_str(&lines(before, after, 74).join("\n")).to_string()
    }

    #[test]
    fn a_long_line_is_cut_to_its_difference() {
        let (before, after) = (
            format!("{}/old/{}", "a".repeat(80), "b".repeat(80)),
            format!("{}/new/{}", "a".repeat(80), "b".repeat(80)),
        );
        insta::assert_snapshot!(plain(&before, &after), @"
        - …aaaaaaaaaaa/old/bbbbbbbbbbb…
        + …aaaaaaaaaaa/new/bbbbbbbbbbb…
        ");
    }

    #[test]
    fn a_list_shows_the_elements_that_differ() {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let shown = |before: &str, after: &str| {
            let lines = element_lines(&list(before), &list(after), 74).join("|");
            anstream::adapter::strip_str(&lines).to_string()
        };
        assert_eq!(shown("a b c d", "a c d"), "- b");
        assert_eq!(shown("a b c", "a b x c"), "+ x");
        assert_eq!(shown("a b c d", "a x y d"), "- b|+ x|- c|+ y");
        assert_eq!(shown("a b c", "b c a"), "- a|+ a");
        let long = "b".repeat(80);
        let (before, after) = (format!("a {long}1{long}"), format!("a {long}2{long}"));
        assert_eq!(
            shown(&before, &after),
            "- …bbbbbbbbbbbb1bbbbbbbbbbbb…|+ …bbbbbbbbbbbb2bbbbbbbbbbbb…"
        );
    }

    #[test]
    fn a_text_of_many_lines_shows_the_lines_that_differ() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        insta::assert_snapshot!(plain(before, &before.replace("b\n", "B\n").replace("g\n", "")), @"
          a
        - b
        + B
          c
          …
          f
        - g
          h
        ");
    }
}

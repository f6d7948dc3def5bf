//! Pieces of a text put in the place of others, and where its lines begin and end.

use std::ops::Range;

use crate::document::Layout;

/// What is put in the place of a piece of a text.
pub(super) type Splice = (Range<usize>, String);

/// The text with pieces put in place of others, which do not overlap; lines end as they do there.
pub(super) fn spliced(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|(place, _)| place.start);
    let has_crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    let mut longer = String::with_capacity(text.len());
    let mut from = 0;
    for (place, new) in splices {
        longer += &text[from..place.start];
        longer += &if has_crlf { new.replace('\n', "\r\n") } else { new };
        from = place.end;
    }
    longer + &text[from..]
}

/// The column of what begins its line there.
pub(super) fn column(text: &str, at: usize) -> Option<usize> {
    let blank = before_on_line(text, at);
    blank.bytes().all(|byte| byte == b' ').then_some(blank.len())
}

/// What stands on the line before a place.
pub(super) fn before_on_line(text: &str, at: usize) -> &str {
    &text[line_start(text, at)..at]
}

/// Where the line begins, after a byte order mark.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let top = text.len() - text.trim_start_matches('\u{feff}').len();
    text[..at].rfind('\n').map_or(top, |end| end + 1)
}

/// Where the next line begins.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// Where the line's own text ends.
pub(super) fn content_end(text: &str, at: usize) -> usize {
    at + text[at..line_end(text, at)].trim_end_matches(['\n', '\r']).len()
}

/// Where the line after `at` begins, and after the comments there that stand deeper than this: these
/// belong to what stands above them.
pub(super) fn below(text: &str, layout: &Layout, at: usize, depth: usize) -> usize {
    let mut below = line_end(text, at);
    for comment in &layout.comments {
        if comment.start < below {
            continue;
        }
        let is_next = text[below..comment.start].trim().is_empty();
        let is_deeper = column(text, comment.start).is_some_and(|deep| deep > depth);
        if !is_next || !is_deeper {
            break;
        }
        below = line_end(text, comment.end);
    }
    below.min(layout.end)
}

/// Lines put in at the beginning of a line, or at the end of the text.
pub(super) fn inserted(text: &str, at: usize, lines: String) -> Splice {
    let is_open = at > 0 && !text[..at].ends_with('\n');
    (at..at, if is_open { format!("\n{lines}") } else { lines })
}

/// Whether the last two parts have a blank line between them.
pub(super) fn is_apart(text: &str, parts: &[Range<usize>]) -> bool {
    let [.., one, other] = parts else { return false };
    let mut between: Vec<_> = text[one.end..other.start].split('\n').collect();
    between.pop();
    between.iter().skip(1).any(|line| line.trim().is_empty())
}

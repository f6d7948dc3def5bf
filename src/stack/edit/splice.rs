//! Where in a stack file's text an addition goes, and how it stands there.

use std::ops::Range;

use super::Section;
use super::lines::{Splice, below, column, inserted, is_apart, spliced as with};
use crate::document::{Layout, Map, Node, Part, Shape, Value, block, entry, flow};
use crate::stack::envelope::KEYS;

/// How much deeper entries stand than their section, where no other tells.
const STEP: usize = 2;

/// The text with an addition, in the manner of what stands beside it. It has yet to be read
/// again: nothing here looks at anchors, merge keys and the like.
pub(super) fn spliced(text: &str, section: &Section) -> Option<String> {
    let layout = Layout::of(text)?;
    let Shape::Map { flow: false, entries } = &layout.top.shape else {
        return None;
    };
    let base = column(text, entries.first()?.0.span.start)?;
    let splices = Splicer { text, layout: &layout, base }.edits(section)?;
    Some(with(text, splices))
}

struct Splicer<'a> {
    text: &'a str,
    layout: &'a Layout,
    /// The column of the keys at the top.
    base: usize,
}

impl Splicer<'_> {
    fn edits(&self, section: &Section) -> Option<Vec<Splice>> {
        let Some((key, value)) = self.layout.entry(section.key) else {
            return Some(vec![self.whole(section)]);
        };
        let parts: Vec<_> = match &value.shape {
            Shape::Alias => return None,
            Shape::Scalar { .. } => Vec::new(),
            Shape::Seq { items, .. } => items.iter().map(|item| item.span.clone()).collect(),
            Shape::Map { entries, .. } => {
                entries.iter().map(|(key, value)| key.span.start..end(key, value)).collect()
            }
        };
        match (&value.shape, parts.last()) {
            (_, None) => self.instead(key, value, section),
            (Shape::Seq { flow: true, .. } | Shape::Map { flow: true, .. }, Some(last)) => {
                Some(self.in_brackets(value.span.end - 1, last, section))
            }
            (Shape::Seq { .. }, Some(last)) => {
                let before = self.text[..last.start].trim_end();
                let dash = before.strip_suffix('-')?.len();
                Some(vec![self.after(&parts, column(self.text, dash)?, section)])
            }
            (_, Some(last)) => {
                Some(vec![self.after(&parts, column(self.text, last.start)?, section)])
            }
        }
    }

    /// A key that the file does not have: the envelope's go to those that are there, sections to
    /// the end.
    fn whole(&self, section: &Section) -> Splice {
        let lines = if section.brief {
            entry(section.key, &section.new, self.base)
        } else {
            let entries = block(&section.new, self.base + STEP);
            format!("{:indent$}{}:\n{entries}", "", section.key, indent = self.base)
        };
        let is_envelope = |key: &Part| key.text().is_some_and(|key| KEYS.contains(&key));
        let top = self.layout.top.entries();
        match top.iter().take_while(|(key, _)| is_envelope(key)).last() {
            Some((key, value)) if KEYS.contains(&section.key) => {
                self.lines(self.below(end(key, value)), lines)
            }
            _ => {
                let so_far = &self.text[..self.layout.end];
                let is_apart = so_far.lines().last().is_none_or(|line| line.trim().is_empty());
                let apart = if is_apart { "" } else { "\n" };
                self.lines(self.layout.end, format!("{apart}{lines}"))
            }
        }
    }

    /// `{}`, `[]`, `~` or nothing at all becomes lines below the key.
    fn instead(&self, key: &Part, value: &Part, section: &Section) -> Option<Vec<Splice>> {
        let mut edits = Vec::new();
        if !value.span.is_empty() {
            let in_it = |comment: &Range<usize>| value.span.contains(&comment.start);
            if self.layout.comments.iter().any(in_it) {
                return None;
            }
            let start = self.text[..value.span.start].trim_end().len();
            edits.push((start..value.span.end, String::new()));
        }
        let new = block(&section.new, self.indent());
        edits.push(self.lines(self.below(end(key, value)), new));
        Some(edits)
    }

    /// After the last entry of a block, and with a blank line between where the others have one.
    fn after(&self, parts: &[Range<usize>], column: usize, section: &Section) -> Splice {
        let apart = if is_apart(self.text, parts) { "\n" } else { "" };
        let new = pieces(&section.new);
        let new = new.iter().map(|piece| format!("{apart}{}", block(piece, column)));
        let last = parts.last().map_or(0, |last| last.end);
        self.lines(self.below(last), new.collect())
    }

    /// Before the closing bracket, on a line of its own where that has one.
    fn in_brackets(&self, close: usize, last: &Range<usize>, section: &Section) -> Vec<Splice> {
        let new: Vec<_> = pieces(&section.new).iter().map(unbracketed).collect();
        let line = self.text[..close].rfind('\n').map_or(0, |at| at + 1);
        let Some(deep) = column(self.text, close).filter(|_| line > last.end) else {
            return vec![(last.end..last.end, format!(", {}", new.join(", ")))];
        };
        let comments = &self.layout.comments;
        let is_code = |at: usize| !comments.iter().any(|comment| comment.contains(&at));
        let mut commas = self.text[last.end..close].match_indices(',');
        let has_comma = commas.any(|(at, _)| is_code(last.end + at));
        let indent = column(self.text, last.start).unwrap_or(deep + STEP);
        let pad = " ".repeat(indent);
        let lines = format!("{pad}{}", new.join(&format!(",\n{pad}")));
        if has_comma {
            return vec![(line..line, format!("{lines},\n"))];
        }
        vec![(last.end..last.end, ",".to_owned()), (line..line, format!("{lines}\n"))]
    }

    fn lines(&self, at: usize, lines: String) -> Splice {
        inserted(self.text, at, lines)
    }

    fn below(&self, at: usize) -> usize {
        below(self.text, self.layout, at, self.base)
    }

    /// The column of the entries of sections, as the first one has it.
    fn indent(&self) -> usize {
        let sections = self.layout.top.entries().iter().map(|(_, value)| value);
        let blocks = sections.filter(|value| matches!(value.shape, Shape::Map { flow: false, .. }));
        let mut columns =
            blocks.filter_map(|value| column(self.text, value.entries().first()?.0.span.start));
        columns.next().unwrap_or(self.base + STEP)
    }
}

/// Where an entry ends; a value that is nothing stands before the colon.
fn end(key: &Part, value: &Part) -> usize {
    key.span.end.max(value.span.end)
}

/// Each entry or item by itself.
fn pieces(node: &Node) -> Vec<Node> {
    let alone = |value| Node::new(node.span, value);
    match &node.value {
        Value::Map(map) => {
            let entries = map.entries.iter();
            entries.map(|one| alone(Value::Map(Map { entries: vec![one.clone()] }))).collect()
        }
        Value::Seq(items) => {
            items.iter().map(|item| alone(Value::Seq(vec![item.clone()]))).collect()
        }
        _ => Vec::new(),
    }
}

/// One entry or item as it stands among others in brackets.
fn unbracketed(piece: &Node) -> String {
    let text = flow(piece);
    text[1..text.len() - 1].trim().to_owned()
}

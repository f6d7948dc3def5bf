//! Edits of what stands in lines of its own.

use std::ops::Range;

use super::super::lines::{
    Splice, before_on_line, below, content_end, inserted, is_apart, line_end, line_start,
};
use super::editor::{Editor, Found};
use crate::document::{Node, Part, Quotes, Shape, Value};

impl Editor<'_> {
    /// Another value behind a name or a dash.
    pub(super) fn set_in_lines(&self, found: &Found<'_>, value: &Node) -> Option<Vec<Splice>> {
        let (old, manner) = (found.part, self.manner(found.parent));
        let member = self.members(found.parent)?.into_iter().nth(found.index)?;
        let lead = match found.key {
            Some(key) => {
                let rest = &self.text[key.span.end..];
                self.text.len() - rest.trim_start_matches([' ', '\t']).strip_prefix(':')?.len()
            }
            None => member.start + '-'.len_utf8(),
        };
        let is_inline = match &old.shape {
            Shape::Scalar { quotes, .. } => *quotes != Quotes::Block,
            Shape::Alias => return None,
            _ => old.is_flow(),
        };
        let is_inline = is_inline && !old.span.is_empty() && old.span.start >= lead;
        let indent = self.depth(member.start)?;
        let line = match &value.value {
            Value::String(text) if text.contains('\n') && old.quotes() == Some(Quotes::Plain) => {
                None
            }
            Value::Map(map) if !map.entries.is_empty() => None,
            Value::Seq(items) if !items.is_empty() => None,
            _ => Some(manner.scalar_like(old, value, false)),
        };
        let line = line.or_else(|| {
            let text = manner.in_brackets(value, &" ".repeat(indent));
            old.is_flow().then_some(text)
        });
        if let Some(line) = line.filter(|_| is_inline && !self.has_comment(&old.span)) {
            return Some(vec![(old.span.clone(), line)]);
        }
        let end = lead.max(old.span.end);
        let between = self.text[lead..old.span.start.max(lead)].trim();
        let has_header = old.quotes() == Some(Quotes::Block) && between.starts_with(['|', '>']);
        if !(between.is_empty() || has_header) || self.has_comment(&(lead..end)) {
            return None;
        }
        let lines = match found.key {
            Some(_) => manner.entry("k", value, indent).split_once(':')?.1.to_owned(),
            None => manner.item(value, indent).trim_start().strip_prefix('-')?.to_owned(),
        };
        let lines = lines.strip_suffix('\n')?;
        // A comment stays on the line of the name.
        let (first, rest) = lines.split_at(lines.find('\n').unwrap_or(lines.len()));
        let line_end = content_end(self.text, end);
        Some(vec![(lead..end, first.to_owned()), (line_end..line_end, rest.to_owned())])
    }

    /// An entry after the last one of a mapping.
    pub(super) fn add_entry(&self, part: &Part, key: &str, value: &Node) -> Option<Vec<Splice>> {
        let members = self.members(part)?;
        let column = self.depth(members.first()?.start)?;
        let lines = self.manner(part).entry(key, value, column);
        Some(vec![self.after(&members, members.len() - 1, column, &lines)])
    }

    /// An element after the one of this index, or before all.
    pub(super) fn add_item(
        &self,
        part: &Part,
        after: Option<usize>,
        value: &Node,
    ) -> Option<Vec<Splice>> {
        let members = self.members(part)?;
        let column = self.depth(members.last()?.start)?;
        let lines = self.manner(part).item(value, column);
        if let Some(after) = after {
            return Some(vec![self.after(&members, after, column, &lines)]);
        }
        let first = members.first()?.start;
        if before_on_line(self.text, first).trim().is_empty() {
            return Some(vec![inserted(self.text, line_start(self.text, first), lines)]);
        }
        // In a list or a mapping that begins on the same line.
        let new = lines.trim_start();
        Some(vec![(first..first, format!("{new}{:column$}", ""))])
    }

    /// Takes out the lines of a member, and leaves the comments in them.
    pub(super) fn remove_lines(
        &self,
        members: &[Range<usize>],
        index: usize,
    ) -> Option<Vec<Splice>> {
        let member = &members[index];
        let column = self.depth(member.start)?;
        if !before_on_line(self.text, member.start).trim().is_empty() {
            // The next one takes its place behind the dash.
            let next = members.get(index + 1)?;
            let gone = member.start..next.start;
            return (!self.has_comment(&gone)).then(|| vec![(gone, String::new())]);
        }
        let mut gone = line_start(self.text, member.start)..line_end(self.text, member.end);
        let mut kept = String::new();
        for comment in self.layout.comments.iter().filter(|one| gone.contains(&one.start)) {
            let before = before_on_line(self.text, comment.start);
            let own = before.trim().is_empty().then_some(before.len());
            kept += &format!("{:1$}{2}\n", "", own.unwrap_or(column), &self.text[comment.clone()]);
        }
        if !self.text[..gone.end].ends_with('\n') {
            // The text goes on to end without a line break.
            kept.truncate(kept.trim_end_matches('\n').len());
            if kept.is_empty() {
                gone.start -= self.text[..gone.start].len()
                    - self.text[..gone.start].trim_end_matches(['\n', '\r']).len();
            }
        }
        let kept = kept.replace("\r\n", "\n");
        Some(vec![(gone, kept.replace('\r', ""))])
    }

    /// Lines after a member, with a blank line between where the others have one.
    fn after(&self, members: &[Range<usize>], index: usize, column: usize, lines: &str) -> Splice {
        let apart = if is_apart(self.text, members) { "\n" } else { "" };
        let at = below(self.text, self.layout, members[index].end, column);
        let (place, mut lines) = inserted(self.text, at, format!("{apart}{lines}"));
        if at == self.text.len() && lines.starts_with('\n') {
            // The text goes on to end without a line break.
            lines.truncate(lines.trim_end_matches('\n').len());
        }
        (place, lines)
    }

    /// The column of what begins its line there, or follows dashes that do.
    fn depth(&self, at: usize) -> Option<usize> {
        let before = before_on_line(self.text, at);
        before.bytes().all(|byte| matches!(byte, b' ' | b'-')).then_some(before.len())
    }
}

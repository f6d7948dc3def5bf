//! Edits of what stands in brackets, as all of JSON does.

use std::ops::Range;

use super::super::lines::{Splice, before_on_line, content_end, line_end, line_start};
use super::editor::{Editor, Found};
use crate::document::{Node, Part, Value};

impl Editor<'_> {
    /// Another value.
    pub(super) fn set_in_brackets(&self, found: &Found<'_>, value: &Node) -> Option<Vec<Splice>> {
        let old = found.part;
        if old.span.is_empty() || self.has_comment(&old.span) {
            return None;
        }
        let manner = self.manner(found.parent);
        let text = match &value.value {
            Value::Map(_) | Value::Seq(_) => {
                manner.in_brackets(value, &self.indent_of_line(old.span.start))
            }
            _ => manner.scalar_like(old, value, true),
        };
        Some(vec![(old.span.clone(), text)])
    }

    /// A member after the one of this index, or before all.
    pub(super) fn add_in_brackets(
        &self,
        part: &Part,
        after: Option<usize>,
        text: &str,
    ) -> Option<Vec<Splice>> {
        let members = self.members(part)?;
        let Some(index) = after else {
            let first = members.first()?.start;
            let gap = if self.begins_line(first) {
                format!("\n{}", self.indent_of_line(first))
            } else {
                " ".to_owned()
            };
            return Some(vec![(first..first, format!("{text},{gap}"))]);
        };
        let member = members.get(index)?;
        if !self.begins_line(member.start) {
            return Some(vec![(member.end..member.end, format!(", {text}"))]);
        }
        let indent = self.indent_of_line(member.start);
        let Some(comment) = self.comment_after(member.end) else {
            return Some(vec![(member.end..member.end, format!(",\n{indent}{text}"))]);
        };
        // The comment stays beside what it is about.
        let has_comma = self.text[member.end..comment.start].contains(',');
        let end = content_end(self.text, comment.start);
        let comma = if has_comma { "," } else { "" };
        let mut splices = vec![(end..end, format!("\n{indent}{text}{comma}"))];
        if !has_comma {
            splices.push((member.end..member.end, ",".to_owned()));
        }
        Some(splices)
    }

    /// Takes a member out, with its comma or the one before it, and leaves the comments beside it.
    pub(super) fn remove_in_brackets(
        &self,
        members: &[Range<usize>],
        index: usize,
        part: &Part,
    ) -> Option<Vec<Splice>> {
        let member = &members[index];
        let end = members.get(index + 1).map_or(part.span.end, |next| next.start);
        let comma = self.comma(member.end..end);
        let last = comma.map_or(member.end, |comma| comma + 1);
        let comment = self.comment_after(last);
        let line = content_end(self.text, last);
        let ends_line =
            self.text[last..comment.map_or(line, |comment| comment.start)].trim().is_empty();
        let mut splices = Vec::new();
        let before = index.checked_sub(1).map(|before| &members[before]);
        if comma.is_none()
            && let Some(before) = before
        {
            let comma = self.comma(before.end..member.start)?;
            splices.push((comma..comma + 1, String::new()));
        }
        if self.has_comment(member) {
            return None;
        }
        if self.begins_line(member.start) && ends_line {
            let line = line_start(self.text, member.start)..line_end(self.text, last);
            let gone = comment.map_or(line, |comment| member.start..comment.start);
            splices.push((gone, String::new()));
            return Some(splices);
        }
        let gone = match (members.get(index + 1), before) {
            (Some(next), _) if comma.is_some() => member.start..next.start,
            (None, Some(before)) if comma.is_none() => {
                splices.clear();
                before.end..member.end
            }
            (None, Some(_)) => member.start..last,
            _ => return None,
        };
        if self.has_comment(&gone) {
            return None;
        }
        splices.push((gone, String::new()));
        Some(splices)
    }

    /// How far the line of a member is indented.
    pub(super) fn indent(&self, part: &Part, index: Option<usize>) -> Option<String> {
        let member = self.members(part)?.into_iter().nth(index.unwrap_or(0))?;
        Some(self.indent_of_line(member.start))
    }

    fn indent_of_line(&self, at: usize) -> String {
        let before = before_on_line(self.text, at);
        before[..before.len() - before.trim_start().len()].to_owned()
    }

    fn begins_line(&self, at: usize) -> bool {
        before_on_line(self.text, at).trim().is_empty()
    }

    /// The comma in a place, comments aside.
    fn comma(&self, place: Range<usize>) -> Option<usize> {
        let is_code = |at: &usize| !self.layout.comments.iter().any(|one| one.contains(at));
        let commas = self.text[place.clone()].match_indices(',');
        commas.map(|(at, _)| place.start + at).find(is_code)
    }
}

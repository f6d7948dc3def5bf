//! What pieces of a text an edit changes. Nothing here looks at what else that changes.

use std::ops::Range;

use super::super::lines::{Splice, content_end, line_end};
use super::manner::Manner;
use super::{Edit, Language, Step};
use crate::document::{Entry, Layout, Map, Node, Part, Shape, Sources, Span, Value};

/// A text, and where its parts stand.
pub(super) struct Editor<'a> {
    pub text: &'a str,
    pub layout: &'a Layout,
    pub language: Language,
}

/// A value in the text, and the collection it is in.
pub(super) struct Found<'a> {
    pub parent: &'a Part,
    /// How many stand before it there.
    pub index: usize,
    pub key: Option<&'a Part>,
    pub part: &'a Part,
}

impl<'a> Editor<'a> {
    pub(super) fn splices(&self, edit: &Edit) -> Option<Vec<Splice>> {
        match edit {
            Edit::Set(way, value) => self.set(&self.find(way)?, value),
            Edit::Add(way, key, value) => {
                let part = self.part(way)?;
                if self.members(part)?.is_empty() {
                    let entry =
                        Entry { key: key.clone(), key_span: value.span, value: value.clone() };
                    let whole = Value::Map(Map { entries: vec![entry] });
                    return self.set(&self.find(way)?, &Node::new(value.span, whole));
                }
                if part.is_flow() {
                    let after = self.members(part)?.len().checked_sub(1);
                    let indent = self.indent(part, after)?;
                    let text = self.manner(part).member(key, value, &indent);
                    self.add_in_brackets(part, after, &text)
                } else {
                    self.add_entry(part, key, value)
                }
            }
            Edit::Insert(way, index, value) => {
                let part = self.part(way)?;
                if self.members(part)?.is_empty() {
                    let whole = Value::Seq(vec![value.clone()]);
                    return self.set(&self.find(way)?, &Node::new(value.span, whole));
                }
                let after = index.checked_sub(1);
                if part.is_flow() {
                    let indent = self.indent(part, after)?;
                    let text = self.manner(part).in_brackets(value, &indent);
                    self.add_in_brackets(part, after, &text)
                } else {
                    self.add_item(part, after, value)
                }
            }
            Edit::Remove(way) => {
                let found = self.find(way)?;
                let members = self.members(found.parent)?;
                if members.len() == 1 {
                    let (_, above) = way.split_last()?;
                    let empty = match &found.parent.shape {
                        Shape::Map { .. } => Value::Map(Map::default()),
                        _ => Value::Seq(Vec::new()),
                    };
                    return self.set(&self.find(above)?, &nowhere(empty));
                }
                if found.parent.is_flow() {
                    self.remove_in_brackets(&members, found.index, found.parent)
                } else {
                    self.remove_lines(&members, found.index)
                }
            }
        }
    }

    fn set(&self, found: &Found<'_>, value: &Node) -> Option<Vec<Splice>> {
        if found.parent.is_flow() {
            self.set_in_brackets(found, value)
        } else {
            self.set_in_lines(found, value)
        }
    }

    pub(super) fn manner(&self, part: &Part) -> Manner {
        Manner::of(self.text, self.layout, self.language, part)
    }

    /// The part at the end of a way.
    fn part(&self, way: &[Step]) -> Option<&'a Part> {
        way.iter()
            .try_fold(&self.layout.top, |part, step| step_into(part, step).map(|found| found.part))
    }

    fn find(&self, way: &[Step]) -> Option<Found<'a>> {
        let (last, way) = way.split_last()?;
        step_into(self.part(way)?, last)
    }

    /// Where each member of a collection stands, with its name or its dash.
    pub(super) fn members(&self, part: &Part) -> Option<Vec<Range<usize>>> {
        match &part.shape {
            Shape::Seq { flow: false, items } => {
                let mut from = part.span.start;
                let member = |item: &Part| {
                    let dash =
                        self.code_after(from).filter(|at| self.text[*at..].starts_with('-'))?;
                    from = item.span.end.max(dash + '-'.len_utf8());
                    Some(dash..from)
                };
                items.iter().map(member).collect()
            }
            Shape::Seq { items, .. } => Some(items.iter().map(|item| item.span.clone()).collect()),
            _ => {
                let end = |key: &Part, value: &Part| key.span.end.max(value.span.end);
                let entries = part.entries().iter();
                Some(entries.map(|(key, value)| key.span.start..end(key, value)).collect())
            }
        }
    }

    /// The next place with anything but blanks and comments.
    fn code_after(&self, from: usize) -> Option<usize> {
        let mut code = self.text[from..].char_indices().map(|(at, c)| (from + at, c));
        let comments = &self.layout.comments;
        let is_comment = |at: usize| comments.iter().any(|comment| comment.contains(&at));
        code.find(|(at, c)| !c.is_whitespace() && !is_comment(*at)).map(|(at, _)| at)
    }

    /// Whether a comment begins in there.
    pub(super) fn has_comment(&self, place: &Range<usize>) -> bool {
        self.layout.comments.iter().any(|comment| place.contains(&comment.start))
    }

    /// The comment that is all that follows on the line, with the comma before it.
    pub(super) fn comment_after(&self, at: usize) -> Option<&'a Range<usize>> {
        let comment = self.layout.comments.iter().find(|comment| comment.start >= at)?;
        let is_next = self.text[at..comment.start].chars().all(|c| matches!(c, ' ' | '\t' | ','));
        let is_last = self.text[comment.end.min(content_end(self.text, comment.start))
            ..content_end(self.text, comment.start)]
            .trim()
            .is_empty();
        (is_next && is_last && comment.start < line_end(self.text, at)).then_some(comment)
    }
}

/// What stands in no file.
fn nowhere(value: Value) -> Node {
    Node::new(Span::new(Sources::default().add("", ""), 0, 0), value)
}

fn step_into<'a>(parent: &'a Part, step: &Step) -> Option<Found<'a>> {
    match (step, &parent.shape) {
        (Step::Index(index), Shape::Seq { items, .. }) => {
            let part = items.get(*index)?;
            Some(Found { parent, index: *index, key: None, part })
        }
        (Step::Key(name), Shape::Map { entries, .. }) => {
            let index = entries.iter().position(|(key, _)| key.text() == Some(name))?;
            let (key, part) = &entries[index];
            Some(Found { parent, index, key: Some(key), part })
        }
        _ => None,
    }
}

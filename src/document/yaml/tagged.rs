//! YAML whose tags mean something, `!Sub` and its like, into [`Node`]s.
//!
//! The reader that the rest of the program uses drops tags, so that this one goes through the
//! parser's events itself. What has no tag is read as over there, which a test holds.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span as Marks, StrInput, Tag};

use super::{DEEPEST, LARGEST, LONGEST, first_sentence, grows, plain, way_out};
use crate::document::diagnostic::{Diagnostic, Diagnostics};
use crate::document::node::{Entry, Map, Node, Value};
use crate::document::source::{FileId, Sources, Span};

/// Reads a file's text as one YAML document, as [`read_yaml`](super::read_yaml) does, but for tags:
/// what carries `!NAME` is what `untag` makes of the name and the value, text where it is a scalar.
///
/// # Errors
/// Adds to `found` what is wrong, at its place, and returns nothing.
pub fn read_tagged_yaml(
    sources: &Sources,
    file: FileId,
    untag: &dyn Fn(&str, Node) -> Value,
    found: &mut Diagnostics,
) -> Option<Node> {
    let text = sources.text(file);
    // Windows editors put a byte order mark in front, which is no part of the document.
    let shift = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let options = granit_parser::options! { emit_comments: false };
    let events = Parser::new_from_str_with_options(&text[shift..], options);
    let mut reader = Reader {
        events,
        file,
        shift,
        untag,
        anchors: HashMap::new(),
        room: Room::default(),
        depth: 0,
    };
    match reader.document() {
        Ok(node) => Some(node),
        Err(problem) => {
            found.push(*problem);
            None
        }
    }
}

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    file: FileId,
    /// What stands in front of the text that the events are of.
    shift: usize,
    untag: &'a dyn Fn(&str, Node) -> Value,
    anchors: HashMap<usize, Node>,
    room: Room,
    /// How many levels of values are open.
    depth: usize,
}

/// How much a document may still become.
struct Room {
    nodes: usize,
    bytes: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { nodes: LARGEST, bytes: LONGEST }
    }
}

impl Room {
    /// Takes the room for a node and all below it, at most so many levels, if there is that much.
    fn take(&mut self, node: &Node, levels: usize) -> Option<()> {
        self.nodes = self.nodes.checked_sub(1)?;
        let below = levels.checked_sub(1)?;
        match &node.value {
            Value::String(text) => self.bytes = self.bytes.checked_sub(text.len())?,
            Value::Seq(items) => items.iter().try_for_each(|item| self.take(item, below))?,
            Value::Map(map) => map.entries.iter().try_for_each(|entry| {
                self.bytes = self.bytes.checked_sub(entry.key.len())?;
                self.take(&entry.value, below)
            })?,
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Some(())
    }
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Node> {
        let mut document = None;
        while let Some((event, marks)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                _ if document.is_some() => {
                    let problem = Diagnostic::error("the file holds more than one YAML document")
                        .help("keep one document in a file");
                    return Err(Box::new(problem.at(self.span(&marks))));
                }
                event => document = Some(self.node(event, &marks)?),
            }
        }
        let nothing = Node::new(Span::new(self.file, 0, 0), Value::Null);
        Ok(document.unwrap_or(nothing))
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Marks)>> {
        self.events.next_event().transpose().map_err(|error| {
            let sentence = first_sentence(&error.info());
            let at = error.marker().byte_offset().unwrap_or(0) + self.shift;
            let help = way_out(&sentence).map(str::to_owned);
            let problem = if sentence.contains("limit") {
                grows()
            } else {
                Diagnostic::error(sentence).maybe_help(help)
            };
            Box::new(problem.at(Span::new(self.file, at, at)))
        })
    }

    fn node(&mut self, event: Event<'a>, marks: &Marks) -> Result<Node> {
        let tag = event.tag().cloned();
        let anchor = event.anchor_id();
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Box::new(grows().at(self.span(marks))));
        }
        let mut node = match event {
            Event::Scalar(text, style, ..) => self.scalar(&text, style, tag.as_ref(), marks)?,
            Event::SequenceStart(..) => self.list(marks)?,
            Event::MappingStart(..) => self.mapping(marks)?,
            Event::Alias(id) => self.alias(id, marks)?,
            _ => return Err(Box::new(grows().at(self.span(marks)))),
        };
        self.depth -= 1;
        if let Some(name) = self.own_name(tag.as_ref(), marks)? {
            let start = marks.tag_start().and_then(|mark| mark.byte_offset());
            let start = start.map_or(node.span.start, |start| start + self.shift);
            let span = Span::new(self.file, start, node.span.end);
            node = Node::new(span, (self.untag)(&name, node));
        }
        if let Some(anchor) = anchor {
            self.make_room(&node)?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// The name of a tag that is not YAML's own.
    fn own_name(&self, tag: Option<&Tag>, marks: &Marks) -> Result<Option<String>> {
        match tag {
            Some(tag) if tag.handle() == "!" && !tag.suffix().is_empty() => {
                Ok(Some(tag.suffix().to_owned()))
            }
            Some(tag) if tag.is_custom() && tag.suffix() != "!" => {
                let problem =
                    Diagnostic::error(format!("the tag `{}` is not known here", tag.original()))
                        .help("write the value itself");
                Err(Box::new(problem.at(self.span(marks))))
            }
            _ => Ok(None),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        marks: &Marks,
    ) -> Result<Node> {
        let is_text = tag.is_some_and(|tag| tag.is_custom() || tag.core_suffix() == Some("str"));
        let value = match style {
            ScalarStyle::Plain if !is_text => plain(text),
            _ => Some(Value::String(text.to_owned())),
        };
        let span = self.span(marks);
        let Some(value) = value else {
            let problem = Diagnostic::error("infinity and not-a-number are no values here");
            return Err(Box::new(problem.help("write a number").at(span)));
        };
        let is_spelled = matches!(value, Value::Bool(_) | Value::Number(_));
        let node = Node { spelling: is_spelled.then(|| text.to_owned()), ..Node::new(span, value) };
        self.make_room(&node)?;
        Ok(node)
    }

    fn list(&mut self, marks: &Marks) -> Result<Node> {
        let mut items = Vec::new();
        while let Some((event, inner)) = self.next()? {
            if event == Event::SequenceEnd {
                return Ok(Node::new(self.span(marks), Value::Seq(items)));
            }
            items.push(self.node(event, &inner)?);
        }
        Err(Box::new(grows().at(self.span(marks))))
    }

    fn mapping(&mut self, marks: &Marks) -> Result<Node> {
        let mut map = Map::default();
        let mut merged = Vec::new();
        let mut keys = HashSet::new();
        while let Some((event, inner)) = self.next()? {
            if event == Event::MappingEnd {
                // What stands in the mapping itself wins, and then what was merged first.
                merged.retain(|entry: &Entry| keys.insert(entry.key.clone()));
                map.entries.append(&mut merged);
                return Ok(Node::new(self.span(marks), Value::Map(map)));
            }
            if event.scalar() == Some(("<<", ScalarStyle::Plain)) {
                merged.extend(self.merge(&inner)?);
                continue;
            }
            let (key, key_span) = self.key(event, &inner)?;
            if !keys.insert(key.clone()) {
                let problem = Diagnostic::error(format!("duplicate key `{key}`"))
                    .label("given a second time here")
                    .help("keep one of the two");
                return Err(Box::new(problem.at(key_span)));
            }
            let Some((event, inner)) = self.next()? else { break };
            let value = self.node(event, &inner)?;
            map.entries.push(Entry { key, key_span, value });
        }
        Err(Box::new(grows().at(self.span(marks))))
    }

    /// The entries that a merge key brings in.
    fn merge(&mut self, marks: &Marks) -> Result<Vec<Entry>> {
        let value = match self.next()? {
            Some((event, inner)) => self.node(event, &inner)?.value,
            None => Value::Null,
        };
        let (maps, is_list) = match value {
            Value::Seq(items) => (items.into_iter().map(|item| item.value).collect(), true),
            value => (vec![value], false),
        };
        let mut entries = Vec::new();
        for map in maps {
            match map {
                Value::Map(map) => entries.extend(map.entries),
                Value::Null if !is_list => {}
                _ => {
                    let problem = Diagnostic::error("`<<` merges mappings, and this is none");
                    let help = "write the keys out";
                    return Err(Box::new(problem.at(self.span(marks)).help(help)));
                }
            }
        }
        Ok(entries)
    }

    fn key(&mut self, event: Event<'a>, marks: &Marks) -> Result<(String, Span)> {
        let node = self.node(event, marks)?;
        let problem = match node.value {
            Value::Null => Diagnostic::error("a key is empty, or `null`")
                .help("give it a name; a key that is called `null` stands in quotes"),
            _ => match node.spelled() {
                Some(key) => return Ok((key, node.span)),
                None => Diagnostic::error(format!("a key is a word, not {}", node.kind()))
                    .help("a key is a plain word, or a string in quotes")
                    .help("a placeholder stands in quotes: `\"{{ name }}\"`"),
            },
        };
        Err(Box::new(problem.at(node.span)))
    }

    fn alias(&mut self, id: usize, marks: &Marks) -> Result<Node> {
        let span = self.span(marks);
        // The parser has refused an alias of nothing; one of what is still open is left.
        let Some(node) = self.anchors.get(&id) else {
            let problem = Diagnostic::error("an alias stands inside of what it is an alias of");
            return Err(Box::new(problem.at(span).help("write the value out")));
        };
        let levels = DEEPEST - self.depth;
        self.room.take(node, levels).ok_or_else(|| Box::new(grows().at(span)))?;
        Ok(placed(node, span))
    }

    fn make_room(&mut self, node: &Node) -> Result<()> {
        self.room.take(node, DEEPEST).ok_or_else(|| Box::new(grows().at(node.span)))
    }

    fn span(&self, marks: &Marks) -> Span {
        let Range { start, end } = marks.byte_range().unwrap_or_default();
        Span::new(self.file, start + self.shift, end + self.shift)
    }
}

/// What an alias repeats, all of it where the alias stands.
fn placed(node: &Node, span: Span) -> Node {
    let value = match &node.value {
        Value::Seq(items) => Value::Seq(items.iter().map(|item| placed(item, span)).collect()),
        Value::Map(map) => {
            let place = |entry: &Entry| Entry {
                key: entry.key.clone(),
                key_span: span,
                value: placed(&entry.value, span),
            };
            Value::Map(Map { entries: map.entries.iter().map(place).collect() })
        }
        scalar => scalar.clone(),
    };
    Node { span, value, ..node.clone() }
}

#[cfg(test)]
mod tests;

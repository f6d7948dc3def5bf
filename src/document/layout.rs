//! Where the parts of a YAML or JSON text stand, for who changes it in place: what a tree of values
//! does not know, such as brackets and comments.

mod json;

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle, options};

/// The layout of a text with one document.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The document's value.
    pub top: Part,
    /// The comments, with the signs that make them some.
    pub comments: Vec<Range<usize>>,
    /// Where the document ends: before `...`, else at the end of the text.
    pub end: usize,
}

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Part {
    /// From its first byte to its last, brackets and quotes included, anchors and tags not.
    pub span: Range<usize>,
    /// What it is.
    pub shape: Shape,
}

/// What a [`Part`] is.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A scalar; nothing at all is `~`.
    Scalar {
        /// What it stands for.
        text: String,
        /// What it stands in.
        quotes: Quotes,
    },
    /// A list.
    Seq {
        /// In brackets.
        flow: bool,
        /// What is in it.
        items: Vec<Part>,
    },
    /// A mapping.
    Map {
        /// In brackets.
        flow: bool,
        /// What is in it, keys and values.
        entries: Vec<(Part, Part)>,
    },
    /// What stands elsewhere, `*name`.
    Alias,
}

/// What a scalar stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// In none.
    Plain,
    /// In `'`.
    Single,
    /// In `"`.
    Double,
    /// In lines of its own, behind `|` or `>`, at which its part does not begin.
    Block,
}

impl Layout {
    /// The layout of a text, if it is JSON; comments and trailing commas may stand in it.
    pub(crate) fn of_json(text: &str) -> Option<Self> {
        json::layout(text)
    }

    /// The layout of a text, if it is YAML.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let options = options! { max_buffered_comment_events: usize::MAX };
        let parser = Parser::new_from_str_with_options(text, options);
        Reader { text, parser, comments: Vec::new() }.document()
    }

    /// The entry of the mapping at the top with this key.
    pub(crate) fn entry(&self, key: &str) -> Option<&(Part, Part)> {
        self.top.entries().iter().find(|(name, _)| name.text() == Some(key))
    }
}

impl Part {
    /// The entries of a mapping; nothing else has any.
    pub(crate) fn entries(&self) -> &[(Part, Part)] {
        match &self.shape {
            Shape::Map { entries, .. } => entries,
            _ => &[],
        }
    }

    /// Whether it stands in brackets.
    pub(crate) fn is_flow(&self) -> bool {
        matches!(self.shape, Shape::Seq { flow: true, .. } | Shape::Map { flow: true, .. })
    }

    /// What a scalar stands in.
    pub(crate) fn quotes(&self) -> Option<Quotes> {
        match &self.shape {
            Shape::Scalar { quotes, .. } => Some(*quotes),
            _ => None,
        }
    }

    /// What a scalar stands for.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    comments: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Option<Layout> {
        let mut top = None;
        let mut end = self.text.len();
        loop {
            let (event, place) = self.next()?;
            match event {
                Event::DocumentEnd if !place.is_empty() => end = place.start,
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => {
                    return Some(Layout { top: top?, comments: self.comments, end });
                }
                value => top = Some(self.part(value, place)?),
            }
        }
    }

    /// The next event and its place; comments are put aside.
    fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        loop {
            let (event, span) = self.parser.next()?.ok()?;
            let place = span.byte_range()?;
            match event {
                Event::Comment(..) => self.comments.push(place),
                event => return Some((event, place)),
            }
        }
    }

    /// The value that begins with this event.
    fn part(&mut self, event: Event<'a>, place: Range<usize>) -> Option<Part> {
        let start = place.start;
        let (shape, end) = match event {
            Event::Alias(_) => (Shape::Alias, place.end),
            Event::Scalar(text, style, ..) => {
                // The blank lines after a block are not its own.
                let end = start + self.text.get(place)?.trim_end().len();
                let quotes = match style {
                    ScalarStyle::SingleQuoted => Quotes::Single,
                    ScalarStyle::DoubleQuoted => Quotes::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Quotes::Block,
                    ScalarStyle::Plain => Quotes::Plain,
                };
                (Shape::Scalar { text: text.into_owned(), quotes }, end)
            }
            Event::SequenceStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                let (items, end) = self.parts()?;
                let end = if flow { end } else { items.last()?.span.end };
                let start = if flow { start } else { self.dash(start, items.first()?)? };
                return Some(Part { span: start..end, shape: Shape::Seq { flow, items } });
            }
            Event::MappingStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                let (parts, end) = self.parts()?;
                let end = if flow { end } else { parts.last()?.span.end };
                let mut parts = parts.into_iter();
                let pairs = std::iter::from_fn(|| Some((parts.next()?, parts.next()?)));
                (Shape::Map { flow, entries: pairs.collect() }, end)
            }
            _ => return None,
        };
        Some(Part { span: start..end, shape })
    }

    /// Where a list begins: of one that stands no deeper than its key, the parser tells what follows
    /// the first dash.
    fn dash(&self, start: usize, first: &Part) -> Option<usize> {
        let after = self.text[start..].strip_prefix('-');
        let is_dash =
            after.is_some_and(|after| after.is_empty() || after.starts_with(char::is_whitespace));
        if is_dash && first.span.start > start {
            return Some(start);
        }
        Some(self.text[..start].trim_end().strip_suffix('-')?.len())
    }

    /// The parts of a collection, and where the parser has it end: where brackets are closed, else
    /// where the next thing begins.
    fn parts(&mut self) -> Option<(Vec<Part>, usize)> {
        let mut parts = Vec::new();
        loop {
            let (event, place) = self.next()?;
            if matches!(event, Event::SequenceEnd | Event::MappingEnd) {
                return Some((parts, place.end));
            }
            parts.push(self.part(event, place)?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> String {
        fn draw(text: &str, part: &Part, lines: &mut Vec<String>, depth: usize) {
            let name = match &part.shape {
                Shape::Scalar { .. } => "scalar",
                Shape::Seq { flow: true, .. } => "[]",
                Shape::Seq { .. } => "list",
                Shape::Map { flow: true, .. } => "{}",
                Shape::Map { .. } => "mapping",
                Shape::Alias => "alias",
            };
            lines.push(format!("{:depth$}{name} {:?}", "", &text[part.span.clone()]));
            if let Shape::Seq { items, .. } = &part.shape {
                for item in items {
                    draw(text, item, lines, depth + 2);
                }
            }
            for (key, value) in part.entries() {
                draw(text, key, lines, depth + 2);
                draw(text, value, lines, depth + 4);
            }
        }
        let layout = Layout::of(text).unwrap();
        let mut lines = Vec::new();
        draw(text, &layout.top, &mut lines, 0);
        lines.extend(layout.comments.iter().map(|place| text[place.clone()].to_owned()));
        lines.push(format!("then {:?}", &text[layout.end..]));
        lines.join("\n")
    }

    #[test]
    fn every_part_ends_where_it_does() {
        insta::assert_snapshot!(
            drawn("\u{feff}---\na: # one\n  é: |\n    x\n\n  # two\nb: &b [ {}, 'y',\n z ] # three\nc: *b\nd:\n...\n# four\n"),
            @r#"
        mapping "a: # one\n  é: |\n    x\n\n  # two\nb: &b [ {}, 'y',\n z ] # three\nc: *b\nd"
          scalar "a"
            mapping "é: |\n    x"
              scalar "é"
                scalar "x"
          scalar "b"
            [] "[ {}, 'y',\n z ]"
              {} "{}"
              scalar "'y'"
              scalar "z"
          scalar "c"
            alias "*b"
          scalar "d"
            scalar ""
        # one
        # two
        # three
        # four
        then "...\n# four\n"
        "#
        );
    }

    #[test]
    fn a_list_begins_at_its_first_dash() {
        for text in
            ["a:\n- b # x\n- c", "a:\n  - b", "a:\n- - b", "a:\n-\n  - b", "a:\n-\n- b", "a:\n- -1"]
        {
            let layout = Layout::of(text).unwrap();
            let list = &layout.entry("a").unwrap().1;
            assert_eq!(Some(list.span.start), text.find('-'), "{text:?}");
        }
    }

    #[test]
    fn any_number_of_comments_is_read() {
        let text = format!("a:\n{}  b: 1\n", "  # c\n".repeat(1000));
        assert_eq!(Layout::of(&text).unwrap().comments.len(), 1000);
    }
}

//! Reads one value the way a person does, and notes what has to change for it to be JSON.

use super::edits::{Edits, Said};

/// How a document is quoted by what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoted {
    /// Not at all.
    No,
    /// In the single quotes of a shell, where `'"$X"'` puts a variable in.
    Single,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// An object with something in it.
    Object,
    /// A list of such objects.
    Objects,
    /// Anything else.
    Other,
}

/// Deeper than any document of AWS's, and shallow enough for every parser.
const DEEPEST: usize = 100;

/// Reads from one place on. Every method returns nothing where the intent is not plain.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) quoted: Quoted,
    pub(super) edits: Edits,
    pub(super) said: Said,
    depth: usize,
    start: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize, quoted: Quoted) -> Self {
        let (edits, said) = (Edits::default(), Said::default());
        Self { text, at, quoted, edits, said, depth: 0, start: at }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads one value.
    pub(super) fn value(&mut self) -> Option<Read> {
        if self.depth > DEEPEST {
            return None;
        }
        self.skip()?;
        match self.peek()? {
            '{' if !self.rest().starts_with("{{") => self.object(),
            '[' => self.list(),
            _ if self.splices() => self.bare(),
            quote if super::strings::closing(quote, self.quoted).is_some() => self.string(),
            '0'..='9' | '-' | '+' | '.' => self.number(),
            _ => self.bare(),
        }
    }

    fn object(&mut self) -> Option<Read> {
        let open = self.at;
        self.at += 1;
        self.depth += 1;
        let filled = self.members(Some(open))?;
        self.depth -= 1;
        Some(if filled { Read::Object } else { Read::Other })
    }

    /// Reads members up to the brace that closes what was opened at `open`, or up to the end of
    /// the text; whether there was one.
    pub(super) fn members(&mut self, open: Option<usize>) -> Option<bool> {
        let mut between = Between::default();
        loop {
            self.skip()?;
            match self.peek() {
                Some('}') if open.is_some() => break,
                None => {
                    match open {
                        Some(open) => self.close(open, &between, '}')?,
                        None => between.end(self),
                    }
                    return Some(between.last.is_some());
                }
                Some(',') => between.comma(self),
                Some('{' | '}') if open.is_none() => {
                    between.end(self);
                    return Some(between.last.is_some());
                }
                Some(_) => {
                    between.next(self);
                    self.key()?;
                    self.skip()?;
                    self.rest().strip_prefix(':')?;
                    self.at += 1;
                    self.value()?;
                    between.last = Some(self.at);
                }
            }
        }
        between.end(self);
        self.at += 1;
        Some(between.last.is_some())
    }

    fn list(&mut self) -> Option<Read> {
        let open = self.at;
        self.at += 1;
        self.depth += 1;
        let mut between = Between::default();
        let mut read = None;
        loop {
            self.skip()?;
            match self.peek() {
                Some(']') => break,
                None => {
                    self.close(open, &between, ']')?;
                    return Some(Read::Other);
                }
                Some(',') => between.comma(self),
                Some(next) => {
                    if between.lacks_comma() {
                        // Two texts side by side are one in Python.
                        let since = &self.text[between.last.unwrap_or(self.at)..self.at];
                        let braces = self.text[..self.at].trim_end().ends_with(['}', ']']);
                        (since.contains('\n') || (braces && matches!(next, '{' | '[')))
                            .then_some(())?;
                    }
                    between.next(self);
                    let element = self.value()?;
                    read = Some(if element == Read::Object && read != Some(Read::Other) {
                        Read::Objects
                    } else {
                        Read::Other
                    });
                    between.last = Some(self.at);
                }
            }
        }
        between.end(self);
        self.at += 1;
        self.depth -= 1;
        Some(read.unwrap_or(Read::Other))
    }

    fn key(&mut self) -> Option<()> {
        if super::strings::closing(self.peek()?, self.quoted).is_some() {
            self.string()?;
            return Some(());
        }
        let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-');
        let key = self.rest();
        let key = &key[..key.find(|c| !is_key(c)).unwrap_or(key.len())];
        key.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(())?;
        self.said.say(self.at, "a name stands without quotes");
        self.edits.replace(self.at..self.at + key.len(), format!("\"{key}\""));
        self.at += key.len();
        Some(())
    }

    /// Closes the outermost brace at the end of the text, where nothing else can be missing: all
    /// that was opened in it is closed, on a line that is indented as the one it was opened on.
    fn close(&mut self, open: usize, between: &Between, brace: char) -> Option<()> {
        let last = between.last.filter(|_| self.depth == 1 && between.comma.is_none())?;
        let indent = |at: usize| {
            let line = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
            let line = &self.text[line..];
            line.len() - line.trim_start_matches([' ', '\t']).len()
        };
        let line = self.text[..last].rfind('\n')? + 1;
        let closer = self.text[line..last].trim();
        let inner = matches!(closer, "}" | "]" | "}]" | "]}");
        (inner && self.start == open && indent(last - 1) > indent(open)).then_some(())?;
        self.said.say(open, "the last brace is missing");
        self.edits.insert(last, &format!("\n{brace}"));
        Some(())
    }

    /// Goes past blanks, comments, and what joins lines in a shell.
    pub(super) fn skip(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let Some(next) = rest.chars().next() else { return Some(()) };
            let length = match next {
                ' ' | '\n' | '\r' | '\t' => {
                    self.at += 1;
                    continue;
                }
                '/' if rest.starts_with("//") => line(rest),
                '/' if rest.starts_with("/*") => rest.find("*/")? + 2,
                '#' if !rest.starts_with("#{") => line(rest),
                '\\' if rest[1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n') => {
                    self.said.say(self.at, "a backslash joins lines, as in a shell");
                    self.edits.replace(self.at..self.at + 1, "");
                    self.at += 1;
                    continue;
                }
                c if c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}') => {
                    self.said.say(self.at, "a blank is not one of those that JSON has");
                    self.edits.replace(self.at..self.at + c.len_utf8(), " ");
                    self.at += c.len_utf8();
                    continue;
                }
                _ => return Some(()),
            };
            self.said.say(self.at, "JSON has no place for comments; they are left out");
            self.edits.replace(self.at..self.at + length, "");
            self.at += length;
        }
    }
}

/// The length of the first line.
pub(super) fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// What stands between the entries of an object or a list.
#[derive(Debug, Default)]
struct Between {
    /// Where the last entry ends.
    last: Option<usize>,
    /// Where the comma behind it is.
    comma: Option<usize>,
}

impl Between {
    fn lacks_comma(&self) -> bool {
        self.last.is_some() && self.comma.is_none()
    }

    fn comma(&mut self, reader: &mut Reader<'_>) {
        if self.lacks_comma() {
            self.comma = Some(reader.at);
        } else {
            reader.said.say(reader.at, "there is a comma too many");
            reader.edits.replace(reader.at..reader.at + 1, "");
        }
        reader.at += 1;
    }

    fn next(&mut self, reader: &mut Reader<'_>) {
        if let Some(last) = self.last.filter(|_| self.comma.is_none()) {
            reader.said.say(last, "a comma is missing");
            reader.edits.insert(last, ",");
        }
        self.comma = None;
    }

    fn end(&mut self, reader: &mut Reader<'_>) {
        if let Some(comma) = self.comma.take() {
            reader.said.say(comma, "a comma stands after the last entry");
            reader.edits.replace(comma..comma + 1, "");
        }
    }
}

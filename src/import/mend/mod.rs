//! Texts that are nearly JSON, made JSON where the intent is plain.
//!
//! People keep the command that uses a document behind it, comments in it, two documents in one
//! file, a shell script or a page around it, and placeholders where numbers belong. `jsonc-parser`
//! is lenient about some of these, but not about placeholders, and it makes no text that can be
//! written back. So the text is read the way a person does ([`reader`]), and changed where that
//! is not what JSON has; a parser says in the end whether the result is.

mod around;
mod edits;
mod escaped;
mod reader;
mod strings;
#[cfg(test)]
mod tests;

use around::{Place, Start};
use edits::{Edits, Said};
use reader::{Read, Reader};

/// A text that was made JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mended {
    /// The JSON. What stands on a line of the original stands on the same line here.
    pub text: String,
    /// Whether the original had several documents, which are the elements of a list here.
    pub several: bool,
    /// What was wrong, each sentence once, with the first byte of the original it is true of.
    pub said: Vec<(usize, String)>,
}

/// Makes JSON of a text where the intent is plain; JSON stays as it is, but for a document that is
/// quoted as one string, and but for a byte order mark, which goes without a word.
pub(super) fn mend(text: &str) -> Option<Mended> {
    if is_json(text) && !text.trim_start().starts_with('"') {
        return Some(Mended { text: text.to_owned(), several: false, said: Vec::new() });
    }
    let mut found = Found::new(text);
    found.all()?;
    let mended = Mended {
        several: found.documents > 1,
        text: found.edits.apply(text),
        said: found.said.sentences(),
    };
    // Whatever was misunderstood above: nothing goes out that is not JSON.
    is_json(&mended.text).then_some(mended)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The documents of a text, as they are found.
struct Found<'a> {
    text: &'a str,
    edits: Edits,
    said: Said,
    /// Where the first document begins, and the last one ends.
    bounds: Option<(usize, usize)>,
    documents: usize,
}

impl<'a> Found<'a> {
    fn new(text: &'a str) -> Self {
        let (edits, said) = (Edits::default(), Said::default());
        Self { text, edits, said, bounds: None, documents: 0 }
    }

    /// Finds all of them, and leaves out what stands around them.
    fn all(&mut self) -> Option<()> {
        // Up to where all is told, and from where to look on.
        let (mut told, mut at) = (0, 0);
        while let Some(start) = around::next(self.text, at) {
            let end = match start {
                Start::Document(start, quoted) => {
                    let mut reader = Reader::new(self.text, start, quoted);
                    let read = reader.value()?;
                    matches!(read, Read::Object | Read::Objects).then_some(())?;
                    self.take(told, start, reader)?
                }
                Start::Escaped(start) => {
                    let (length, document) = escaped::document(&self.text[start..])?;
                    let what = "a document is quoted as one string; its quotes are taken off";
                    self.said.say(start, what);
                    // With the quote behind it.
                    let end = start + length + 1;
                    self.edits.replace(start..end, document);
                    self.add(told, start, end)?
                }
                Start::Members(start) => match self.members(told, start)? {
                    (end, true) => end,
                    (end, false) => {
                        at = end;
                        continue;
                    }
                },
                Start::Unclear => return None,
            };
            (told, at) = (end, end);
        }
        let (first, last) = self.bounds?;
        self.leave_out(told, self.text.len(), Place::After)?;
        if self.documents > 1 {
            let what = format!("{} documents stand in one file; each is read", self.documents);
            self.said.say(first, what);
            self.edits.insert(first, "[");
            self.edits.insert(last, "]");
        }
        Some(())
    }

    fn take(&mut self, told: usize, start: usize, reader: Reader<'_>) -> Option<usize> {
        let end = reader.at;
        self.edits.append(reader.edits);
        self.said.append(reader.said);
        self.add(told, start, end)
    }

    /// Adds a document, and leaves out what stands in front of it.
    fn add(&mut self, told: usize, start: usize, end: usize) -> Option<usize> {
        let place = if self.documents == 0 { Place::Before } else { Place::Between };
        self.leave_out(told, start, place)?;
        if let Some((_, last)) = self.bounds {
            self.edits.insert(last, ",");
        }
        self.documents += 1;
        self.bounds = Some((self.bounds.map_or(start, |(first, _)| first), end));
        Some(end)
    }

    /// Members without a brace around them: a document that lost its own, or a piece of another
    /// one in front of it, which is left out. Where they end, and whether they are a document.
    fn members(&mut self, told: usize, start: usize) -> Option<(usize, bool)> {
        let mut reader = Reader::new(self.text, start, reader::Quoted::No);
        (self.documents == 0).then_some(())?;
        reader.members(None)?;
        let rest = reader.rest().trim();
        if rest.starts_with('{') {
            return Some((reader.at, false));
        }
        match rest {
            "" => {
                self.said.say(start, "the braces around the document are missing");
                reader.edits.insert(reader.at, "}");
            }
            "}" => {
                self.said.say(start, "the first brace is missing");
                reader.at = self.text.trim_end().len();
            }
            _ => return None,
        }
        let end = self.take(told, start, reader)?;
        self.edits.insert(start, "{");
        Some((end, true))
    }

    /// Takes out what is no part of a document, and says so where it says something itself.
    fn leave_out(&mut self, start: usize, end: usize, place: Place) -> Option<()> {
        let gap = &self.text[start..end];
        if gap.trim().is_empty() {
            return Some(());
        }
        let (at, what) = around::told(gap, place)?;
        // Something has to be said of each text that is changed.
        let silent = self.said.is_empty() && place == Place::After;
        let plain =
            silent.then(|| "something that is no JSON stands around the document".to_owned());
        if let Some(what) = what.or(plain) {
            self.said.say(start + at, what);
        }
        self.edits.replace(start..end, "");
        Some(())
    }
}

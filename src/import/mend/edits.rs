//! What is changed in a text, and what is said about it.

use std::ops::Range;

/// Changes to a text, in any order, none over another.
#[derive(Debug, Default)]
pub(super) struct Edits {
    edits: Vec<(Range<usize>, String)>,
}

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.edits.push((range, with.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: &str) {
        self.replace(at..at, text);
    }

    pub(super) fn append(&mut self, other: Edits) {
        self.edits.extend(other.edits);
    }

    /// The text as it is then. What takes line breaks away leaves as many behind it, so that all
    /// that follows stays on its line.
    pub(super) fn apply(mut self, text: &str) -> String {
        // What is put in stands before what is taken away at the same place.
        self.edits.sort_by_key(|(range, _)| (range.start, !range.is_empty()));
        let mut mended = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, with) in &self.edits {
            mended += text.get(copied..range.start).unwrap_or_default();
            mended += with;
            let breaks = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count();
            let taken = breaks(text.get(range.clone()).unwrap_or_default());
            mended.extend(std::iter::repeat_n('\n', taken.saturating_sub(breaks(with))));
            copied = range.end.max(copied);
        }
        mended + text.get(copied..).unwrap_or_default()
    }
}

/// What is said, each sentence once, at the first place it is true of.
#[derive(Debug, Default)]
pub(super) struct Said {
    said: Vec<(usize, String, usize)>,
}

impl Said {
    pub(super) fn say(&mut self, at: usize, what: impl Into<String>) {
        self.add(at, what.into(), 1);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    fn add(&mut self, at: usize, what: String, times: usize) {
        match self.said.iter_mut().find(|(_, known, _)| *known == what) {
            Some(known) => (known.0, known.2) = (known.0.min(at), known.2 + times),
            None => self.said.push((at, what, times)),
        }
    }

    /// Takes in what was said of a part.
    pub(super) fn append(&mut self, other: Said) {
        for (at, what, times) in other.said {
            self.add(at, what, times);
        }
    }

    /// The sentences in the order of the text.
    pub(super) fn sentences(mut self) -> Vec<(usize, String)> {
        self.said.sort_by_key(|(at, ..)| *at);
        let told = |(at, what, times)| match times {
            1 => (at, what),
            _ => (at, format!("{what}; so it is in {times} places")),
        };
        self.said.into_iter().map(told).collect()
    }
}

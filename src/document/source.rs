//! The files that were read, and places in them.

/// A file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A byte range in one of the files that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A place in `file`; an empty or reversed range becomes one byte wide when it is shown.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start, end }
    }
}

/// Every file read in this run, kept so that a message can show the line it is about.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    files: Vec<File>,
}

#[derive(Debug, Clone)]
struct File {
    path: String,
    text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

/// The line around a span, and the span in it.
pub(super) struct Window<'a> {
    /// The line before, with its end.
    pub before: &'a str,
    /// The line.
    pub text: &'a str,
    /// Its number.
    pub line: usize,
    /// What is marked in it.
    pub mark: std::ops::Range<usize>,
}

impl Sources {
    /// Takes a file in under the name it is shown by.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        self.files.push(File { path: path.into(), text, lines });
        FileId(self.files.len() - 1)
    }

    /// The name the file is shown by.
    pub fn path(&self, file: FileId) -> &str {
        &self.files[file.0].path
    }

    /// The file's text.
    pub fn text(&self, file: FileId) -> &str {
        &self.files[file.0].text
    }

    /// The file that is shown by this name.
    pub fn named(&self, path: &str) -> Option<FileId> {
        self.files.iter().position(|file| file.path == path).map(FileId)
    }

    /// Where a line begins, by its number.
    pub fn line_at(&self, file: FileId, line: usize) -> Span {
        let lines = &self.files[file.0].lines;
        let start = line.checked_sub(1).and_then(|line| lines.get(line)).copied();
        let start = start.unwrap_or(self.files[file.0].text.len());
        Span::new(file, start, start)
    }

    /// The text a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start..span.end).unwrap_or_default()
    }

    /// `path:line`, for output that names a place without showing it.
    pub fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path(span.file), self.line(span.file, span.start))
    }

    /// The line and the column that a span begins at, from 1, the column in characters.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let File { text, lines, .. } = &self.files[span.file.0];
        let start = self.drawable(span).start;
        let line = self.line(span.file, start);
        (line, text[lines[line - 1]..start].chars().count() + 1)
    }

    /// Whether the line that a span begins on is one of those of another span.
    pub(super) fn is_on_line_of(&self, span: Span, other: Span) -> bool {
        let line = |at: usize| self.line(other.file, at);
        let last = other.end.saturating_sub(1).max(other.start);
        span.file == other.file
            && (line(other.start)..=line(last)).contains(&self.line(span.file, span.start))
    }

    /// The number of the line that a byte is in, from 1.
    fn line(&self, file: FileId, at: usize) -> usize {
        self.files[file.0].lines.partition_point(|start| *start <= at)
    }

    /// The line that a span begins in, and the span as far as it is in there: what begins there
    /// may be a whole document, and a renderer need not go through the whole file.
    pub(super) fn around(&self, span: Span) -> Window<'_> {
        let File { text, lines, .. } = &self.files[span.file.0];
        let mark = self.drawable(span);
        let line = self.line(span.file, mark.start);
        let start = lines[line - 1];
        let before = line.checked_sub(2).map_or("", |before| &text[lines[before]..start]);
        let text = &text[start..lines.get(line).copied().unwrap_or(text.len())];
        let text = text.trim_end_matches(['\n', '\r']);
        let begin = (mark.start - start).min(text.len());
        // A brace stands for what it opens.
        let end = if text[begin..].starts_with(['{', '[']) { begin + 1 } else { mark.end - start };
        Window { before, text, line, mark: begin..end.clamp(begin, text.len()) }
    }

    /// A span clipped to the file and to character boundaries, at least one character wide where
    /// the file has one there, so that a renderer can always draw it.
    fn drawable(&self, span: Span) -> std::ops::Range<usize> {
        let text = self.text(span.file);
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = span.end.clamp(start, text.len());
        if end == start {
            // A line break is not drawn: marking one would draw two lines.
            let next = text[start..].chars().next().filter(|c| !matches!(c, '\n' | '\r'));
            end = next.map_or(start, |c| start + c.len_utf8());
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

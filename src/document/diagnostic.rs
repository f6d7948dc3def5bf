//! What is said about a place in a file.

use std::borrow::Cow;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::secret::gives_away;
use super::source::{Sources, Span};
use crate::text::safe;

/// Findings shown at once. A file of another sort altogether has thousands, and the first ones
/// say so.
const MOST: usize = 20;

/// How much a [`Diagnostic`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can go on.
    Error,
    /// Something a person should look at.
    Warning,
    /// Something a person may want to know.
    Note,
}

/// One sentence about a place, and the way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What stands beside the marked source.
    pub label: String,
    /// The way out, a sentence each.
    pub help: Vec<String>,
    /// What is wrong is that a reference stands for nothing in this run.
    pub unset: bool,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message)
    }

    /// A warning without a place yet.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message)
    }

    /// A note without a place yet.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Severity::Note, message)
    }

    fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            message: message.into(),
            span: None,
            label: String::new(),
            help: Vec::new(),
            unset: false,
        }
    }

    /// Puts it at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// What stands beside the marked source.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says that what is wrong is that a reference stands for nothing in this run.
    #[must_use]
    pub fn unset(mut self) -> Self {
        self.unset = true;
        self
    }

    /// Adds a way out where there is one.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    fn render(&self, sources: &Sources, renderer: &Renderer, hidden: &[Span]) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        // The library lets styles in messages and line breaks in titles through.
        let help: Vec<_> = self.help.iter().map(|help| safe(help)).collect();
        let title = level.primary_title(safe(&self.message));
        let Some(span) = self.span else {
            let mut lines = vec![renderer.render(&[Group::with_title(title)])];
            lines.extend(help.iter().map(|help| format!("  = help: {help}")));
            return lines.join("\n");
        };
        let window = sources.around(span);
        let mut mark = AnnotationKind::Primary.span(window.mark);
        if !self.label.is_empty() {
            mark = mark.label(safe(&self.label));
        }
        let path = safe(sources.path(span.file));
        if withheld(sources, hidden, span) {
            // The line cannot be shown, but where it is can.
            let mut lines = vec![renderer.render(&[Group::with_title(title)])];
            lines.push(format!(" --> {}", safe(&sources.place(span))));
            lines
                .push("  = note: the line holds what looks like a secret, and is not shown".into());
            lines.extend(help.iter().map(|help| format!("  = help: {help}")));
            return lines.join("\n");
        }
        let text = veiled(window.text);
        let source = Snippet::source(text).line_start(window.line).path(&path);
        let helps = help.iter().map(|help| Level::HELP.message(help));
        renderer.render(&[title.element(source.annotation(mark)).elements(helps)])
    }
}

/// Whether the line that a place begins on may not be shown: of what is broken there is no tree that
/// could tell.
pub(crate) fn withheld(sources: &Sources, hidden: &[Span], place: Span) -> bool {
    let window = sources.around(place);
    gives_away(window.before.trim_end(), window.text)
        || hidden.iter().any(|secret| sources.is_on_line_of(place, *secret))
}

/// A source line with what the library does not know to be invisible in it veiled, byte for byte,
/// so that spans stay where they are. What it knows, tabs and line breaks among it, is left.
fn veiled(text: &str) -> Cow<'_, str> {
    let hide = |c: char| !c.is_ascii() && safe(c.encode_utf8(&mut [0; 4])).len() > c.len_utf8();
    if !text.contains(hide) {
        return text.into();
    }
    let veil = |c: char| match c.len_utf8() {
        2 => "·",
        3 => "\u{fffd}",
        _ => "\u{fffd}?",
    };
    let mut veiled = String::with_capacity(text.len());
    for c in text.chars() {
        if hide(c) { veiled.push_str(veil(c)) } else { veiled.push(c) }
    }
    veiled.into()
}

/// What was found wrong, in the order it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnostics {
    /// The findings.
    pub all: Vec<Diagnostic>,
    /// Places in the files whose lines no finding may show.
    pub hidden: Vec<Span>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.all.iter().filter(|one| one.severity == Severity::Error).count()
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|d| d.severity == Severity::Error)
    }

    /// All of them as text with ANSI styles: file, line, column and the source line of each,
    /// errors last, so that they stand next to the prompt.
    pub fn render(&self, sources: &Sources, width: usize) -> String {
        let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(width);
        let mut sorted: Vec<_> = self.all.iter().collect();
        sorted.sort_by_key(|d| std::cmp::Reverse(d.severity));
        // Of the most severe, which stand last, the first ones in the order they were found.
        let worst = sorted.last().map(|d| d.severity);
        let mild = sorted.partition_point(|d| Some(d.severity) != worst);
        let room = MOST.saturating_sub(sorted.len() - mild);
        let left_out = sorted.len().saturating_sub(MOST);
        let shown = sorted[..mild.min(room)].iter().chain(sorted[mild..].iter().take(MOST));
        let mut texts: Vec<_> = shown.map(|d| d.render(sources, &renderer, &self.hidden)).collect();
        if left_out > 0 {
            texts.push(format!("{left_out} more are not shown"));
        }
        texts.join("\n\n")
    }
}

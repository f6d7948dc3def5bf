//! What is said about a place in a file.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::source::{Sources, Span};

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

    /// Adds a way out where there is one.
    #[must_use]
    pub fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    fn render(&self, sources: &Sources, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(self.message.as_str());
        let helps = self
            .help
            .iter()
            .map(|help| Level::HELP.message(help.as_str()));
        let group = match self.span {
            Some(span) => {
                let range = sources.drawable(span);
                let mut mark = AnnotationKind::Primary.span(range);
                if !self.label.is_empty() {
                    mark = mark.label(self.label.as_str());
                }
                title
                    .element(
                        Snippet::source(sources.text(span.file))
                            .path(sources.path(span.file))
                            .annotation(mark),
                    )
                    .elements(helps)
            }
            None => title.elements(helps),
        };
        renderer.render(&[group])
    }
}

/// What was found wrong, in the order it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diagnostics {
    /// The findings.
    pub all: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|d| d.severity == Severity::Error)
    }

    /// All of them as text with ANSI styles: file, line, column and the source line of each,
    /// errors last, so that they stand next to the prompt.
    pub fn render(&self, sources: &Sources, width: usize) -> String {
        let renderer = Renderer::styled()
            .decor_style(DecorStyle::Ascii)
            .term_width(width);
        let mut sorted: Vec<_> = self.all.iter().collect();
        sorted.sort_by_key(|d| std::cmp::Reverse(d.severity));
        let rendered: Vec<_> = sorted
            .iter()
            .map(|d| d.render(sources, &renderer))
            .collect();
        rendered.join("\n\n")
    }
}

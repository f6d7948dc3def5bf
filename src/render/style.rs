//! Colours by meaning.

use anstyle::{AnsiColor, Effects};

/// What a piece of text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Comes to be.
    Added,
    /// Goes.
    Removed,
    /// Changes.
    Changed,
    /// May not be touched, or is not known.
    Warned,
    /// Of less weight.
    Dim,
    /// Of more weight.
    Strong,
}

impl Style {
    /// The text in this style, as ANSI.
    pub fn paint(self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let style = match self {
            Self::Added => AnsiColor::Green.on_default(),
            Self::Removed => AnsiColor::Red.on_default(),
            Self::Changed => AnsiColor::Yellow.on_default(),
            Self::Warned => AnsiColor::Magenta.on_default(),
            Self::Dim => anstyle::Style::new().effects(Effects::DIMMED),
            Self::Strong => anstyle::Style::new().effects(Effects::BOLD),
        };
        format!("{style}{text}{style:#}")
    }
}

//! How plans and runs are shown, a format a file.

pub(crate) mod diff;
mod journal;
mod run;
mod style;
mod text;

pub use journal::{journal_line, journal_text};
pub(crate) use run::why;
pub use run::{not_as_planned, run_ended, step_done};
pub use style::Style;
pub use text::{plan_text, shown_value};

//! How plans, runs and drift are shown, a format a file.

pub(crate) mod diff;
mod drift;
mod github;
mod journal;
mod markdown;
mod mermaid;
mod run;
mod sides;
mod style;
mod table;
mod text;

pub use drift::drift_text;
pub use github::{annotations, outputs};
pub use journal::{journal_line, journal_text};
pub use markdown::{LEAST_BUDGET, markdown};
pub use mermaid::mermaid;
pub use run::{not_as_planned, run_ended, step_done};
pub(crate) use sides::sides;
pub use style::Style;
pub use table::table;
pub use text::{plan_text, shown_value};

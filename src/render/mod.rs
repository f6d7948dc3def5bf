//! How plans are shown, a format a file.

pub(crate) mod diff;
mod style;
mod text;

pub use style::Style;
pub use text::{plan_text, shown_value, step_done};

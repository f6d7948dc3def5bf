//! How plans are shown, a format a file.

pub(crate) mod diff;
mod json;
mod style;
mod text;

pub use json::{plan_json, plan_schema};
pub use style::Style;
pub use text::{plan_text, shown_value, step_done};

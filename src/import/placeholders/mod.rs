//! Placeholders of other people's dialects, which become variables.

pub(in crate::import) mod forms;

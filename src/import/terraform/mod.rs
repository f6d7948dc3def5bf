//! Terraform, as resources of a stack: its state and plans as JSON, and the literal parts of `.tf`
//! files.
//!
//! Both give the same attributes of the same resource types, which [`attributes`] lists and [`body`]
//! turns into the API's shapes. State has values only; [`config`] evaluates what is written, as far
//! as it stands in the files.

mod attributes;
mod body;
mod catch;
mod config;
mod encode;
mod evaluate;
mod functions;
mod json;
mod module;
mod planned;
mod policy;
mod refer;
mod sensitive;
mod state;
mod structure;
mod tags;
mod term;
#[cfg(test)]
mod tests;

pub(super) use config::take_tf;
pub(super) use state::{is_state, take_state};

use crate::document::Span;

/// The way out where something cannot be taken from `.tf` files.
const WAY_OUT: &str = "import what `terraform show -json` prints instead: it has the values";

/// Why a resource is not taken over, and where.
#[derive(Debug, Clone, PartialEq)]
struct Refusal {
    /// Where the reason stands.
    span: Span,
    /// The reason, as it follows on "is not taken over: ".
    because: String,
}

impl Refusal {
    fn new(span: Span, because: impl Into<String>) -> Self {
        Self { span, because: because.into() }
    }
}

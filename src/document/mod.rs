//! The tree that a file becomes, with a position on every node, and what is said about it.
//!
//! Nothing in here knows what a stack or AWS is: it reads YAML and JSON into [`Node`]s, collects
//! [`Diagnostic`]s about places in files, and renders them. Only [`shape`] knows ECS's shapes, from
//! the SDK's own schema.

mod diagnostic;
mod emit;
mod json;
mod layout;
mod node;
mod secret;
pub mod shape;
mod source;
mod strict;
mod suggest;
mod yaml;

pub(crate) use diagnostic::withheld;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub(crate) use emit::{block, entry, flow, is_brief, line, lines, quoted};
pub use json::read_json;
pub(crate) use layout::{Layout, Part, Quotes, Shape};
pub use node::{Entry, Map, Node, Value};
pub(crate) use secret::{
    holds_secret, is_plainly_secret, is_secret, names_secret_variable, plain_secrets,
};
pub use source::{FileId, Sources, Span};
pub use suggest::{nearest, or_nearest};
pub use yaml::{read_tagged_yaml, read_yaml};

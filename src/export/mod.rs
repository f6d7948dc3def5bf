//! What a stack is in the formats of others: the input of ECS's own command, the configuration of a
//! collector, a compose file, a CloudFormation template. The other direction is [`crate::import`].
//!
//! Pure: a [`Stack`] comes in, a [`Rendered`] goes out. Nothing is left out in silence, and no secret is
//! in any of it: what must not be shown becomes something that a person gives elsewhere.

mod cloudformation;
mod collector;
mod compose;
mod containers;
mod masks;
mod task;

pub(crate) use cloudformation::{Layout, Twin, cloudformation, stand_in};
pub(crate) use collector::collector;
pub(crate) use compose::compose;
pub(crate) use containers::Chosen;
pub(crate) use task::task_definition;

#[cfg(doc)]
use crate::stack::Stack;

/// A text in another format, and what is to be said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// The text.
    pub text: String,
    /// What whoever uses it has to know.
    pub notes: Vec<String>,
    /// What the stack says and the format cannot.
    pub unsaid: Vec<String>,
}

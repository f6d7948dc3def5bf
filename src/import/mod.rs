//! What other people's files hold, as resources of a stack: the AWS CLI's documents, CloudFormation
//! templates, Terraform's state and its `.tf` files.
//!
//! Pure: texts come in, a [`Haul`] is made of them, and a [`Draft`] goes out, which
//! [`crate::stack`] writes into a stack file. Nothing is dropped in silence: what cannot be taken
//! over is a diagnostic with its place.

mod account;
pub(crate) mod cloudformation;
mod compose;
mod documents;
mod haul;
mod live;
mod mend;
mod neighbours;
mod parts;
mod place;
mod placeholders;
mod policy_documents;
mod read;
mod secrets;
mod terraform;
#[cfg(test)]
mod tests;
mod unknown;
mod variables;
mod written;

pub use compose::{Draft, Wishes, compose};
pub use haul::{Belongs, Haul, RolePart, Taken, Variable, reference, variable_name};
pub use live::take_live;
pub use neighbours::{neighbours, pasted, pasted_alone};
pub use read::{Input, Roots, read};

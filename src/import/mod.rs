//! What other people's files hold, as resources of a stack: the AWS CLI's documents, CloudFormation
//! templates, Terraform's state and its `.tf` files.
//!
//! Pure: texts come in, a [`Haul`] goes out, and [`crate::stack`] writes it into a stack file.
//! Nothing is dropped in silence: what cannot be taken over is a diagnostic with its place.

mod haul;
mod mend;
pub mod placeholders;
pub mod policy_documents;

pub use haul::{Belongs, Haul, RolePart, Taken, Variable, reference, variable_name};
pub use mend::{Mended, mend};

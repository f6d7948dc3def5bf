//! Customer-managed policies in AWS.

mod read;
mod write;

pub(super) use read::observe;
pub(super) use write::{carried, carry_out};

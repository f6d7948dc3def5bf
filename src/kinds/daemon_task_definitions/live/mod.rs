//! Daemon task definitions in AWS.

mod read;
mod write;

pub(super) use read::{observe, past};
pub(super) use write::carry_out;

//! Services in AWS.

mod read;
mod wait;
mod why;
mod write;

pub(super) use read::observe;
pub(super) use write::{carried, carry_out};

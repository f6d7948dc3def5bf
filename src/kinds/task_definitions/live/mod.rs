//! Task definitions in AWS.

mod read;
mod write;

pub(in crate::kinds) use read::newest;
pub(super) use read::{observe, past};
pub(super) use write::carry_out;

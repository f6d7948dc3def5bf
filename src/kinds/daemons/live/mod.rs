//! Daemons in AWS.

mod deploy;
mod read;
mod write;

pub(super) use read::observe;
pub(super) use write::carry_out;

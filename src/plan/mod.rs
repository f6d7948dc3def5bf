//! What differs between a stack and live AWS, and what would be done about it.
//!
//! Pure: the same stack and the same observation give the same plan, without I/O, clock or
//! environment.

mod address;
mod build;
mod compare;
mod digest;
mod order;
mod origin;
mod others;
mod step;

pub use address::Address;
pub(crate) use address::quoted;
pub(crate) use build::{after, spelled, touches};
pub use build::{destroy, fingerprint, plan};
pub use compare::{Difference, Path, SENSITIVE, differences, hides, masked};
pub use digest::Digest;
pub(crate) use order::FIRST;
pub use others::part;
pub use step::{
    Action, Change, Detail, Effect, Origin, Permission, Plan, Protection, Step, Summary, Unknown,
};

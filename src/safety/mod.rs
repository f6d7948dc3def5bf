//! What keeps a run from touching what it must not.

mod limits;
mod ownership;

pub use limits::{Refusal, judge};
pub use ownership::{DIGEST_TAG, Mark, OURS, STACK_TAG};

//! What keeps a run from touching what it must not.

mod limits;
mod ownership;
mod still;

pub use limits::{Limits, Refusal, judge};
pub use ownership::{DIGEST_TAG, Mark, OURS, PROTECT_TAG, STACK_TAG};
pub use still::still_ours;

//! Carrying a plan out.

mod run;
mod stale;

pub use run::{Outcome, Report, Stop, run};
pub use stale::{Moved, moved};

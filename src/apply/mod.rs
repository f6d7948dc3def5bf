//! Carrying a plan out.

mod run;
mod stale;

pub use run::{Because, Outcome, Report, Stop, Witness, run};
pub use stale::{Moved, moved};

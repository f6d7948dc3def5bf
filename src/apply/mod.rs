//! Carrying a plan out.

pub mod journal;
mod run;
mod stale;

pub use run::{Because, Outcome, Report, Stop, Witness, run};
pub use stale::{Moved, Verdict, moved};

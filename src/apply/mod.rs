//! Carrying a plan out.

mod fill;
pub mod journal;
mod look;
mod read_back;
mod run;
mod stale;
pub mod undo;

pub use read_back::{Differs, Known, read_back};
pub use run::{Because, Outcome, Report, Stop, Witness, run};
pub use stale::{Moved, Verdict, moved};

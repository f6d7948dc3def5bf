//! Faults at exact moments, as a script says: a call that is refused, an answer that is lost, a
//! process that is killed between the two.
//!
//! A script stands between the wire and the services, which know nothing of it: a call that its rules
//! leave alone is answered as ever.

mod deliver;
mod kill;
mod meet;
mod script;

pub(super) use deliver::Delivery;
pub use kill::Kill;
pub(super) use kill::Killed;
pub(super) use meet::Faults;
pub use script::{Effect, Only, Refusal, Rule, Script, ScriptError};

#[cfg(test)]
mod tests;

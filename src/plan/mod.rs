//! What differs between a stack and live AWS, and what would be done about it.
//!
//! Pure: the same stack and the same observation give the same plan, without I/O, clock or
//! environment.

mod address;
mod asked;
mod build;
mod compare;
mod digest;
mod drift;
mod file;
mod filter;
mod fingerprint;
mod keep;
mod left;
mod moves;
mod order;
mod origin;
mod others;
mod outputs;
mod put_back;
mod secret;
mod step;
mod steps;
mod unknown;
mod whose;

pub use address::Address;
pub(crate) use address::quoted;
pub use asked::Asked;
pub use build::{destroy, plan, plan_some};
pub use compare::{Difference, Path, SENSITIVE, differences, hides, masked};
pub use digest::Digest;
pub use drift::{
    DriftReport, Field, Finding, Neighbour, Neighbours, Status, Tally, drift, drift_schema,
};
pub use file::{For, Saved, Spoilt, checksum, plan_schema, saved};
pub use filter::Filter;
pub use fingerprint::{Concern, Fingerprint, MARK};
pub(crate) use order::FIRST;
pub use others::part;
pub use outputs::{filled, known, references};
pub use put_back::put_back;
pub use secret::{Holder, Secret, Secrets};
pub use step::{
    Action, Change, Detail, Effect, Meaning, Origin, Permission, Plan, Protection, Step, Summary,
    Unknown,
};
pub(crate) use steps::{after, sealed, spelled, touches};

//! The one door to AWS.
//!
//! The SDK's real clients are the only way out, whether they talk to AWS, to a server behind
//! `AWS_ENDPOINT_URL`, or in process to the [local AWS](local).

mod failure;
mod hurry;
mod instead;
pub mod local;
mod moment;
mod patience;
mod read_only;
mod reads;
mod retries;
mod role;
mod session;
mod stats;
mod wire;

pub use failure::{Failure, Reason};
pub use instead::Instead;
pub use moment::Moment;
pub(crate) use patience::spelled;
pub use reads::Reads;
pub(crate) use reads::{marked, next_page};
pub use session::{Aws, Caller, Options, profile_region};
pub use stats::Stats;

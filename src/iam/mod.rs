//! IAM policy documents: read, canonical, compared, and what a change to one allows.
//!
//! Pure: a document comes in as a tree and goes out as one. Where a rule is AWS's, its source stands
//! beside it: *model* (the service model), *documentation* (the IAM User Guide, by page), or
//! *recording* (what AWS was seen to answer).

mod canonical;
mod changes;
mod conditions;
mod evaluate;
mod grammar;
#[cfg(test)]
mod laws;
mod least;
mod managed;
mod meaning;
mod pattern;
mod read;
mod rule;
mod statement;
mod text;

pub use canonical::{canonical, steady};
pub use changes::{ChangeKind, ElementChange, StatementChange, changes, lines};
pub use evaluate::{Decision, Request, decide};
pub use least::{Grant, Least, least, literal};
pub use managed::{Managed, alarm, denies, is_aws_path, is_like_aws, managed_arn, short};
pub use meaning::{Meaning, widened};
pub use read::{Use, read};
pub use statement::ELEMENTS;
pub use text::{LONGEST_INLINE, LONGEST_MANAGED, Undecodable, decode, size, text};

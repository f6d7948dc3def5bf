//! Stack files: from text to the resources that are wanted.
//!
//! Pure: files reach this module through a [`Files`] that the caller hands in, variables and the
//! environment through [`Inputs`].

mod body;
mod envelope;
mod files;
mod read;
mod refs;
mod resolve;
mod schema;
mod vars;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::Span;
use crate::plan::{Address, Path, hides};

pub(crate) use envelope::is_region;
pub use files::{Files, Loaded, Unreadable};
pub use read::{Reading, read};
pub use schema::schema;
pub use vars::Inputs;

/// Where a stack lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The 12 digits.
    pub account: String,
    /// The region.
    pub region: String,
}

impl Place {
    /// The partition of the region, as it stands in ARNs.
    ///
    /// Source: <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
    pub fn partition(&self) -> &'static str {
        const BY_PREFIX: [(&str, &str); 7] = [
            ("cn-", "aws-cn"),
            ("us-gov-", "aws-us-gov"),
            ("us-iso-", "aws-iso"),
            ("us-isob-", "aws-iso-b"),
            ("us-isof-", "aws-iso-f"),
            ("eu-isoe-", "aws-iso-e"),
            ("eusc-", "aws-eusc"),
        ];
        let known = BY_PREFIX.iter().find(|(prefix, _)| self.region.starts_with(prefix));
        known.map_or("aws", |(_, partition)| partition)
    }
}

/// What a kind makes of a resource's body.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The canonical document.
    pub document: Value,
    /// Fields whose values must not be shown.
    pub sensitive: Vec<Path>,
}

/// One resource as the file wants it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// How the stack calls it.
    pub address: Address,
    /// How AWS calls it.
    pub name: String,
    /// The canonical document, the stack's tags included.
    pub document: Value,
    /// Fields of it whose values must not be shown.
    pub sensitive: Vec<Path>,
    /// Where the file says so, `path:line`.
    pub place: String,
    /// What has to be there before it.
    pub depends_on: Vec<Address>,
}

impl Wanted {
    /// Whether the value at this path must not be shown.
    pub fn hides(&self, path: &Path) -> bool {
        hides(&self.sensitive, path)
    }
}

/// A stack: what should be there, and what it may touch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// Its name, the value of the ownership mark.
    pub name: String,
    /// The path the file is shown by.
    pub file: String,
    /// The only account it may touch, and the region.
    pub place: Place,
    /// Globs of tags that others may put on our resources.
    pub ignore_tags: Vec<String>,
    /// Addresses that are taken over where they exist without a mark.
    pub adopt: Vec<Address>,
    /// The resources, by address.
    pub wanted: Vec<Wanted>,
}

impl Stack {
    /// Whether an unmarked resource at this address may be taken over.
    pub fn adopts(&self, address: &Address) -> bool {
        self.adopt.contains(address)
    }
}

/// The tags of the stack itself, and where they stand.
pub(crate) type Tags = BTreeMap<String, (String, Span)>;

//! Stack files: from text to the resources that are wanted.
//!
//! Pure: files reach this module through a [`Files`] that the caller hands in, variables and the
//! environment through [`Inputs`].

mod body;
pub mod edit;
mod envelope;
mod files;
mod holes;
mod ignored;
mod limits;
mod moves;
mod origins;
mod pieces;
mod read;
mod refs;
mod regions;
mod resolve;
mod schema;
mod settings;
mod vars;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::document::{Map, Node, Span};
use crate::kinds;
use crate::plan::{Address, Path, Secret, hides};
use crate::safety::Limits;

pub(crate) use body::merge_over;
pub(crate) use envelope::is_stack_name;
pub use files::{Files, Loaded, Unreadable};
pub(crate) use holes::listed;
pub use holes::{Hole, Nameless, unset};
pub use pieces::{escaped, literal};
pub use read::{Reading, read};
pub(crate) use refs::arn_of;
pub(crate) use regions::is_region;
pub use schema::schema;
pub(crate) use settings::common as common_settings;
pub use vars::{Inputs, Missing};

/// Where a stack lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The 12 digits.
    pub account: String,
    /// The region.
    pub region: String,
}

impl Place {
    /// The region that keeps what is global in this one's partition.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>, where IAM's one
    /// endpoint of a partition is signed for.
    pub fn home_region(&self) -> &str {
        match self.partition() {
            "aws" => "us-east-1",
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            "aws-iso" => "us-iso-east-1",
            "aws-iso-b" => "us-isob-east-1",
            _ => &self.region,
        }
    }

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

/// A resource's body, as a kind gets it to read.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The name AWS will know it by.
    pub name: &'a str,
    /// The bare document, references filled in and the stack's tags added.
    pub body: &'a Node,
    /// The [`settings`](crate::kinds::Kind::settings) that stand beside it.
    pub settings: &'a Map,
    /// Where it will be.
    pub place: &'a Place,
    /// The sections that its stack has.
    pub sections: &'a BTreeSet<&'static str>,
}

impl Given<'_> {
    /// Whether the file says that it is not to be there, and nothing else of it.
    pub fn is_absent(&self) -> bool {
        let absent = self.settings.get(settings::ABSENT).map(|node| &node.value);
        matches!(absent, Some(crate::document::Value::Bool(true)))
    }
}

/// What a kind makes of a resource's body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// The canonical document.
    pub document: Value,
    /// What AWS is sent, where that is not the canonical document: the kind's own.
    pub sent: Value,
    /// Fields whose values must not be shown.
    pub sensitive: Vec<Path>,
    /// Top-level fields that are left to others.
    pub unmanaged: Vec<String>,
    /// The settings, the kind's own; `null` where there are none.
    pub settings: Value,
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
    /// What AWS is sent, where that is not the canonical document: the kind's own.
    pub sent: Value,
    /// The body that it was read from, each part with its place, without the stack's tags.
    pub body: Node,
    /// The settings that it was read with.
    pub beside: Map,
    /// Fields of it whose values must not be shown.
    pub sensitive: Vec<Path>,
    /// Where each of them comes from.
    pub secrets: Vec<Secret>,
    /// Top-level fields that are left to others.
    pub unmanaged: Vec<String>,
    /// The settings, the kind's own; `null` where there are none.
    pub settings: Value,
    /// What of it depends on variables that are not set.
    pub holes: Vec<Hole>,
    /// It is neither deleted nor made anew.
    pub protect: bool,
    /// It is not to be there: the document has its name and no more.
    pub absent: bool,
    /// The key that it had in the file.
    pub renamed_from: Option<String>,
    /// The stack that gives it to this one.
    pub from_stack: Option<String>,
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

/// What may move in AWS for a while without being told as drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ignored {
    /// The resource.
    pub address: Address,
    /// The field of it, and what lies in that; `None` for all of it.
    pub field: Option<Path>,
    /// Why.
    pub reason: String,
    /// The last day, `2027-01-31`.
    pub until: String,
    /// Where the file says so, `path:line`.
    pub place: String,
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
    /// All the regions that it lives in, the home region first.
    pub regions: Vec<String>,
    /// The role that is assumed before anything is asked.
    pub role: Option<String>,
    /// The tags of all its resources, and where they stand.
    pub tags: BTreeMap<String, (String, Span)>,
    /// Globs of tags that others may put on our resources.
    pub ignore_tags: Vec<String>,
    /// Addresses that are taken over where they exist without a mark.
    pub adopt: Vec<Address>,
    /// The names that it had: what carries their mark is its own.
    pub renamed_from: Vec<String>,
    /// What it gives to other stacks, by the address of what is live, its name in AWS for a key.
    pub moved: BTreeMap<Address, String>,
    /// How much a plan may delete.
    pub limits: Limits,
    /// What may move in AWS without being told.
    pub ignore_drift: Vec<Ignored>,
    /// The variables that it declares.
    pub declares: BTreeSet<String>,
    /// The sections that the file has, the empty ones too; away from home without those of what is
    /// global.
    pub sections: BTreeSet<&'static str>,
    /// The resources, by address.
    pub wanted: Vec<Wanted>,
    /// Those of which not even the name is known, for a variable that is not set.
    pub nameless: Vec<Nameless>,
}

impl Stack {
    /// The stack that gets a live resource from this one.
    pub fn gives(&self, section: &str, name: &str) -> Option<&str> {
        let is_it = |address: &Address| {
            address.section == section && kinds::same_name(kinds::of(section), &address.key, name)
        };
        let given = self.moved.iter().find(|(address, _)| is_it(address));
        given.map(|(_, other)| other.as_str())
    }

    /// Whether this is the region that keeps what is global: the first one.
    pub fn is_home(&self) -> bool {
        self.regions.first() == Some(&self.place.region)
    }

    /// Whether an unmarked resource at this address may be taken over.
    pub fn adopts(&self, address: &Address) -> bool {
        self.adopt.contains(address)
    }
}

/// The tags of the stack itself, and where they stand.
pub(crate) type Tags = BTreeMap<String, (String, Span)>;

//! What a look for drift found.

use std::collections::BTreeSet;

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

use super::super::address::Address;
use super::super::compare::{Path, SENSITIVE};
use super::super::step::{Change, Origin, Unknown};
use crate::stack::Ignored;

/// The version of the format: it changes when a field goes or means something else.
const FORMAT: u32 = 1;

/// What became of a resource since the last apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// AWS is as the file says.
    Clean,
    /// AWS changed, or may have: nothing tells who did.
    Drift,
    /// The file changed, or does not have it any more.
    Pending,
    /// Both did, in one field.
    Conflict,
    /// In the file and not in AWS: deleted there, or never applied.
    Missing,
    /// It exists without a mark.
    Unmarked,
    /// It exists with another stack's mark.
    Foreign,
    /// An apply did not finish, so that nothing is remembered.
    Unfinished,
    /// All that moved in AWS is to be ignored.
    Ignored,
}

impl Status {
    /// Whether something moved in AWS, or may have.
    pub fn moved(self) -> bool {
        !matches!(self, Self::Clean | Self::Pending | Self::Ignored)
    }
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Field {
    /// Where in the resource.
    pub path: Path,
    /// The value in the file, `null` where there is none or it is not known.
    pub file: Option<Value>,
    /// The value in AWS, `null` where there is none.
    pub aws: Option<Value>,
    /// Who moved.
    pub origin: Origin,
    /// The values are not shown.
    pub sensitive: bool,
    /// The variables that it depends on and that are not set: it was held against what was last
    /// applied, and is not as it was then.
    pub unset: Vec<String>,
    /// What says that it is to be ignored.
    pub ignored: Option<Ignored>,
}

impl Field {
    pub(super) fn of(change: &Change) -> Self {
        Self {
            path: change.path.clone(),
            file: change.after.clone(),
            aws: change.before.clone(),
            origin: change.origin,
            sensitive: change.sensitive,
            unset: Vec::new(),
            ignored: None,
        }
    }
}

/// What became of one resource.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// `section.key`.
    pub address: Address,
    /// The name that AWS knows it by.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// The same in a few words; empty where nothing did.
    pub because: String,
    /// Where the file says so, `path:line`; `null` where the file says nothing.
    pub place: Option<String>,
    /// Its ARN.
    pub arn: Option<String>,
    /// When AWS says it was last changed.
    pub modified: Option<String>,
    /// The fields that differ.
    pub fields: Vec<Field>,
    /// What says that it is to be ignored, as a whole.
    pub ignored: Option<Ignored>,
    /// The variables that something of it depends on and that are not set.
    pub unset: BTreeSet<String>,
    /// What else is worth knowing, a sentence each.
    pub notes: Vec<String>,
}

/// How many resources there are of each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[allow(missing_docs, reason = "the names are the statuses'")]
pub struct Tally {
    pub clean: usize,
    pub drift: usize,
    pub pending: usize,
    pub conflict: usize,
    pub missing: usize,
    pub unmarked: usize,
    pub foreign: usize,
    pub unfinished: usize,
    pub ignored: usize,
    pub unknown: usize,
}

impl Tally {
    pub(super) fn of(report: &DriftReport) -> Self {
        let count = |status| report.resources.iter().filter(|one| one.status == status).count();
        Self {
            clean: count(Status::Clean),
            drift: count(Status::Drift),
            pending: count(Status::Pending),
            conflict: count(Status::Conflict),
            missing: count(Status::Missing),
            unmarked: count(Status::Unmarked),
            foreign: count(Status::Foreign),
            unfinished: count(Status::Unfinished),
            ignored: count(Status::Ignored),
            unknown: report.unknown.len(),
        }
    }
}

/// What moved in AWS since the last apply.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DriftReport {
    /// The stack's name.
    pub stack: String,
    /// The stack's file.
    pub file: String,
    /// The account that was looked at.
    pub account: String,
    /// The region.
    pub region: String,
    /// How many resources there are of each status.
    pub tally: Tally,
    /// The resources, those that are clean too.
    pub resources: Vec<Finding>,
    /// What could not be read or compared; nothing is said about it.
    pub unknown: Vec<Unknown>,
    /// What was to be ignored until a day that is past, and counts again.
    pub run_out: Vec<Ignored>,
}

impl DriftReport {
    /// Whether something moved in AWS, or may have.
    pub fn moved(&self) -> bool {
        self.resources.iter().any(|finding| finding.status.moved())
    }

    /// The report as JSON, of the form that [`drift_schema`] describes, with what no stack owns, where
    /// that was asked for.
    pub fn json(&self, neighbours: Option<&Neighbours>) -> String {
        let mut report = self.clone();
        for field in report.resources.iter_mut().flat_map(|finding| &mut finding.fields) {
            if field.sensitive {
                let sides = [&mut field.file, &mut field.aws].into_iter().flatten();
                sides.for_each(|value| *value = SENSITIVE.into());
            }
        }
        let json = Drift {
            format: FORMAT,
            tracewright: env!("CARGO_PKG_VERSION"),
            report,
            neighbours: neighbours.map(|beside| beside.found.as_slice()),
            neighbours_unread: neighbours.map_or(&[], |beside| &beside.unread),
        };
        // The value is made of strings, numbers and maps with string keys: it always serialises.
        serde_json::to_string_pretty(&json).unwrap_or_default() + "\n"
    }
}

/// What no stack owns and is about tracing, as far as it could be read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Neighbours {
    /// The resources.
    pub found: Vec<Neighbour>,
    /// What could not be read: it may hold more of them.
    pub unread: Vec<Unknown>,
}

impl Neighbours {
    /// Whether there is nothing to say of any.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty() && self.unread.is_empty()
    }
}

/// A resource that no stack owns.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Neighbour {
    /// The address that it would have.
    pub address: Address,
    /// Why it is about tracing, in a few words.
    pub because: String,
    /// Its body in a stack file. What looks like a secret is a variable of the environment.
    pub body: Value,
    /// The same as a stack file has it, for people.
    #[serde(skip)]
    pub pasted: String,
}

/// What moved in AWS, as `drift --format json` prints it. A value that must not be shown is
/// `"(sensitive)"`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "drift, as tracewright found it")]
struct Drift<'a> {
    /// The version of this format.
    format: u32,
    /// The version of tracewright that made it.
    tracewright: &'static str,
    #[serde(flatten)]
    report: DriftReport,
    /// What no stack owns and is about tracing; `null` where it was not asked for.
    neighbours: Option<&'a [Neighbour]>,
    /// What could not be read when they were looked for.
    neighbours_unread: &'a [Unknown],
}

/// The JSON Schema of what `drift --format json` prints.
pub fn drift_schema() -> Value {
    schema_for!(Drift<'_>).to_value()
}

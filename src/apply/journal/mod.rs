//! What a run did, line by line: what there was before each step, and how the step ended.
//!
//! A step's line is on disk before its first call, so that the journal of a run that was cut off
//! says what was under way. No secret is in it, and no hash of one.

mod read;
mod record;

use std::collections::BTreeMap;

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::plan::{Action, Address, Path};
use crate::safety::Limits;

pub use read::{Entry, Journal, NoJournal};
pub use record::{begin, ended, starts};

/// The version of the format: it changes when a field goes or means something else.
const FORMAT: u32 = 1;

/// Stands in a journal for the two values of a secret that changes.
const SECRET_CHANGED: &str = "(sensitive, changed)";

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "a line of a tracewright journal")]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// The first: what is carried out, where, and by whom.
    Begin(Begin),
    /// A step is about to make its first call.
    Start(Box<Start>),
    /// A step has ended.
    Outcome(Ended),
    /// The last: the run has ended. Without it, it was cut off.
    End(End),
}

/// What is carried out, where, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Begin {
    /// The version of this format.
    pub format: u32,
    /// The version of tracewright that wrote it.
    pub tracewright: String,
    /// When, RFC 3339.
    pub at: String,
    /// The ARN of the user or role that asked.
    pub who: String,
    /// The stack's name.
    pub stack: String,
    /// The stack's file.
    pub file: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The role that was assumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where each service was asked.
    pub endpoints: BTreeMap<String, String>,
    /// The digest of the plan.
    pub plan: String,
    /// The stack's globs of tags that are left to others.
    pub ignore_tags: Vec<String>,
    /// How much a plan of the stack may delete without permission.
    pub limits: Limits,
    /// The journal that this run goes back behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
}

/// A step that is about to make its first call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Start {
    /// When, RFC 3339.
    pub at: String,
    /// Which step of the plan, counted from 1.
    pub step: usize,
    /// The resource.
    pub address: Address,
    /// The name that AWS knows it by.
    pub name: String,
    /// What is done.
    pub action: Action,
    /// Its ARN before the step, where there was one.
    pub arn: Option<String>,
    /// The ARN that it will have, where that is known beforehand.
    pub becomes: Option<String>,
    /// The stack that its mark named before the step.
    pub mark: Option<String>,
    /// The resource as it was, as a stack file has it; `null` where there was none. What must not be
    /// shown is `"(sensitive)"`.
    pub before: Option<Value>,
    /// Where values stand that must not be shown.
    pub hidden: Vec<Path>,
    /// Top-level fields that the stack leaves to others, which are not in `before`.
    pub unmanaged: Vec<String>,
    /// What the step changes, field by field.
    pub changes: Vec<Changed>,
}

/// A field that a step changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// Where in the resource.
    pub path: Path,
    /// The value before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The value after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// A step that has ended, or that was not tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    /// When, RFC 3339.
    pub at: String,
    /// Which step of the plan, counted from 1.
    pub step: usize,
    /// The resource.
    pub address: Address,
    /// How it ended.
    pub outcome: How,
    /// Why, where it is not as planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The resource's ARN from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It is as planned.
    Done,
    /// AWS or the way to it said no; of several calls some may have landed.
    Failed,
    /// It stands half-way until the next apply.
    Stranded,
    /// It was not tried.
    NotTried,
}

/// A run that has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// When, RFC 3339.
    pub at: String,
    /// How.
    pub outcome: RunEnded,
    /// What was read back and is not as planned, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<String>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunEnded {
    /// Every step is done.
    Whole,
    /// Some are not.
    PartWay,
    /// Somebody asked it to stop.
    Interrupted,
}

/// The JSON Schema of a line.
pub fn journal_schema() -> Value {
    schema_for!(Line).to_value()
}

//! A report as JSON.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

use super::{Ended, Failed, Report, Told, Verb, What};
use crate::plan::{For, Summary};

/// The version of the format: it changes when a field goes or means something else.
const FORMAT: u32 = 1;

/// A report, as `--format json` prints it of an apply, of a run that failed, and of several stacks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "a tracewright report")]
pub(super) struct Document<'a> {
    /// The version of this format.
    format: u32,
    /// The version of tracewright that made it.
    tracewright: &'static str,
    /// What was asked for.
    verb: Verb,
    /// The exit code.
    exit: u8,
    /// The digest of what was planned, for `apply --expect-digest`.
    digest: Option<String>,
    /// How many steps there are of each action, over all stacks.
    totals: Summary,
    /// Of each stack in each of its regions.
    stacks: Vec<Entry<'a>>,
}

/// What is said of one stack in one region.
#[derive(Debug, Serialize, JsonSchema)]
struct Entry<'a> {
    /// The stack's file, as it was named.
    file: &'a str,
    /// The stack's name.
    stack: Option<&'a str>,
    /// The account.
    account: Option<&'a str>,
    /// The region.
    region: Option<&'a str>,
    /// The exit code that this alone would have.
    exit: u8,
    /// The plan, as `schema plan` has it.
    plan: Option<Value>,
    /// How carrying it out ended; `null` where it was not carried out.
    run: Option<&'a Ended>,
    /// What moved, as `schema drift` has it.
    drift: Option<Value>,
    /// Why nothing came of it.
    error: Option<&'a Failed>,
}

impl<'a> Document<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        Self {
            format: FORMAT,
            tracewright: env!("CARGO_PKG_VERSION"),
            verb: report.verb,
            exit: report.exit().code(),
            digest: report.digest(),
            totals: report.totals(),
            stacks: report.stacks.iter().map(Entry::of).collect(),
        }
    }
}

impl<'a> Entry<'a> {
    fn of(told: &'a Told) -> Self {
        let (mut plan, mut run, mut drift, mut error) = (None, None, None, None);
        let value = |text: &str| serde_json::from_str(text).ok();
        match &told.outcome {
            What::Planned(planned) => plan = value(&planned.document(For::Everybody)),
            What::Applied(planned, ended) => {
                plan = value(&planned.document(For::Everybody));
                run = ended.as_ref();
            }
            What::Drift(report, neighbours) => drift = value(&report.json(neighbours.as_ref())),
            What::Failed(failed) => error = Some(failed),
        }
        let whose = told.whose.as_ref();
        Self {
            file: &told.file,
            stack: whose.map(|whose| whose.stack.as_str()),
            account: whose.map(|whose| whose.account.as_str()),
            region: whose.map(|whose| whose.region.as_str()),
            exit: told.exit.code(),
            plan,
            run,
            drift,
            error,
        }
    }
}

/// The JSON Schema of a report.
pub fn report_schema() -> Value {
    schema_for!(Document<'_>).to_value()
}

//! What a run of `plan`, `apply` or `drift` has to say, of one stack or of many: the one value that
//! every format is made from.

mod document;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use self::document::Document;
pub use self::document::report_schema;
use crate::apply::{Differs, Outcome};
use crate::document::Severity;
use crate::error::Error;
use crate::exit::Exit;
use crate::graph::Graph;
use crate::plan::{
    Action, Address, Asked, DriftReport, For, Neighbours, Plan, Step, Summary, saved,
};
use crate::safety::{Refusal, judge};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// `plan`
    Plan,
    /// `apply`
    Apply,
    /// `drift`
    Drift,
}

impl Verb {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Drift => "drift",
        }
    }

    /// Whether what it says can be reviewed and then carried out.
    pub fn is_reviewed(self) -> bool {
        self == Self::Plan
    }
}

/// What a run has to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was asked for.
    pub verb: Verb,
    /// Of each stack in each of its regions, in order.
    pub stacks: Vec<Told>,
}

/// What is said of one stack in one region.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The stack's file, as it was named.
    pub file: String,
    /// Whose it is; `None` where the file could not be read so far.
    pub whose: Option<Whose>,
    /// What became of it.
    pub outcome: What,
    /// The exit code that this alone would have.
    pub exit: Exit,
    /// What the stack wires together, where its file could be read.
    pub graph: Option<Graph>,
}

/// A stack and where it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The stack's name.
    pub stack: String,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
}

/// What became of a stack.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It was planned.
    Planned(Planned),
    /// It was planned, and that was carried out, or not.
    Applied(Planned, Option<Ended>),
    /// It was looked at for drift.
    Drift(DriftReport, Option<Neighbours>),
    /// Nothing came of it.
    Failed(Failed),
}

impl What {
    /// Whether all of it could be looked at.
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Planned(planned) | Self::Applied(planned, _) => planned.plan.unknown.is_empty(),
            Self::Drift(report, _) => report.unknown.is_empty(),
            Self::Failed(_) => false,
        }
    }
}

impl Planned {
    /// A plan as the safety rules judge it, with leave for so many deletions.
    pub fn judged(
        plan: Plan,
        allow_deletes: Option<usize>,
        nothing: String,
        endpoints: BTreeMap<String, String>,
        asked: Asked,
    ) -> Self {
        let refused = judge(&plan, allow_deletes);
        Self { plan, refused, nothing, endpoints, asked }
    }

    /// The plan as text: a file for `apply --plan`, or what `plan --format json` prints.
    pub fn document(&self, whom: For) -> String {
        saved(&self.plan, &self.refused, self.endpoints.clone(), &self.asked, whom)
    }

    /// Tells why it was not carried out as it would have been.
    pub fn refuse(&mut self, error: &Error) {
        if !error.message.is_empty() {
            let (message, hint) = (error.message.clone(), error.hints.join("; "));
            self.refused.push(Refusal { message, hint });
        }
    }
}

/// A plan, and what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The plan. Its secrets are those of this run: what is shown is masked, by each change's own
    /// word.
    pub plan: Plan,
    /// Safety rules that refuse it.
    pub refused: Vec<Refusal>,
    /// What is said where there is nothing to do.
    pub nothing: String,
    /// Where each service was asked.
    pub endpoints: BTreeMap<String, String>,
    /// What was asked for.
    pub asked: Asked,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ended {
    /// Each step that does something, in the order in which they ended.
    pub steps: Vec<StepEnd>,
    /// What is not as planned, and what could not be read back or was not, a sentence each.
    pub differs: Vec<String>,
    /// The run was interrupted.
    pub interrupted: bool,
    /// The command that goes on from where it stopped.
    pub again: String,
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepEnd {
    /// The resource.
    pub address: Address,
    /// The name that AWS knows it by.
    pub name: String,
    /// What was to be done.
    pub action: Action,
    /// Whether it was.
    pub status: StepStatus,
    /// Why not, in a sentence.
    pub because: Option<String>,
    /// The resource's ARN from then on; of a task definition, of the revision that was registered.
    pub arn: Option<String>,
}

/// Whether a step was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// It was.
    Done,
    /// It failed.
    Failed,
    /// It was not tried.
    NotTried,
}

/// Why nothing came of a stack.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Failed {
    /// What happened, in a sentence; empty where the findings say it.
    pub message: String,
    /// The ways out, a sentence each.
    pub hints: Vec<String>,
    /// What was found in files.
    pub findings: Vec<Finding>,
}

/// Something that was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// What, in a sentence.
    pub message: String,
    /// The ways out, a sentence each.
    pub help: Vec<String>,
    /// The file, as it was named.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, in characters from 1.
    pub column: Option<usize>,
}

impl Report {
    /// The exit code of all of it.
    pub fn exit(&self) -> Exit {
        self.stacks.iter().fold(Exit::Done, |exit, told| exit.and(told.exit))
    }

    /// The digest of what was planned: of one plan its own; of several a hash over
    /// theirs. `None` where nothing was planned, or not all.
    pub fn digest(&self) -> Option<String> {
        let plans: Option<Vec<_>> = self.stacks.iter().map(Told::plan).collect();
        let plans = plans.filter(|plans| !plans.is_empty())?;
        Some(Plan::digest_of(&plans))
    }

    /// The report as JSON: of one stack that was planned or looked at for drift just that document,
    /// else all of it, of the form that [`report_schema`] describes.
    pub fn json(&self) -> String {
        match self.stacks.as_slice() {
            [Told { outcome: What::Planned(planned), .. }] => planned.document(For::Everybody),
            [Told { outcome: What::Drift(report, neighbours), .. }] => {
                report.json(neighbours.as_ref())
            }
            // The value is made of strings, numbers and maps with string keys: it always serialises.
            _ => serde_json::to_string_pretty(&Document::of(self)).unwrap_or_default() + "\n",
        }
    }

    /// How many steps there are of each action, over all stacks.
    pub fn totals(&self) -> Summary {
        let plans = self.stacks.iter().filter_map(Told::plan).map(Plan::summary);
        plans.fold(Summary::default(), |sum, one| Summary {
            create: sum.create + one.create,
            update: sum.update + one.update,
            replace: sum.replace + one.replace,
            delete: sum.delete + one.delete,
            adopt: sum.adopt + one.adopt,
            r#move: sum.r#move + one.r#move,
            keep: sum.keep + one.keep,
            blocked: sum.blocked + one.blocked,
        })
    }

    /// The revisions of task definitions that an apply registered or changed, each with its family and
    /// its region.
    pub fn task_definitions(&self) -> Vec<(&str, &str, &str)> {
        let mut found = Vec::new();
        for told in &self.stacks {
            let What::Applied(planned, Some(ended)) = &told.outcome else { continue };
            let stays = |step: &&StepEnd| {
                step.address.section == "task_definitions" && step.action != Action::Delete
            };
            let region = planned.plan.region.as_str();
            let steps = ended.steps.iter().filter(stays);
            found.extend(
                steps.filter_map(|step| Some((step.name.as_str(), region, step.arn.as_deref()?))),
            );
        }
        found
    }
}

impl Told {
    /// Something that went wrong before there was anything else to say.
    pub fn failed(file: &str, error: &Error) -> Self {
        let outcome = What::Failed(Failed::of(error));
        Self { file: file.to_owned(), whose: None, outcome, exit: error.exit, graph: None }
    }

    /// The plan, where there is one.
    pub fn plan(&self) -> Option<&Plan> {
        match &self.outcome {
            What::Planned(planned) | What::Applied(planned, _) => Some(&planned.plan),
            What::Drift(..) | What::Failed(_) => None,
        }
    }
}

impl Whose {
    /// Whose a plan is.
    pub fn of(plan: &Plan) -> Self {
        let Plan { stack, account, region, .. } = plan;
        Self { stack: stack.clone(), account: account.clone(), region: region.clone() }
    }
}

impl Ended {
    /// How a run ended.
    pub fn of(
        steps: &[(&Step, Outcome)],
        differs: &[Differs],
        interrupted: bool,
        again: &str,
    ) -> Self {
        let differs = differs.iter().map(Differs::told);
        let steps = steps.iter().map(|(step, outcome)| {
            let (status, arn) = match outcome {
                Outcome::Done { arn } => {
                    (StepStatus::Done, arn.clone().or_else(|| step.arn.clone()))
                }
                Outcome::NotTried(_) => (StepStatus::NotTried, None),
                Outcome::Failed(_) | Outcome::Stranded(_) => (StepStatus::Failed, None),
            };
            let because = outcome.why();
            StepEnd {
                address: step.address.clone(),
                name: step.name.clone(),
                action: step.action,
                status,
                because: Some(because).filter(|because| !because.is_empty()),
                arn,
            }
        });
        Self {
            steps: steps.collect(),
            differs: differs.collect(),
            interrupted,
            again: again.to_owned(),
        }
    }
}

impl Failed {
    fn of(error: &Error) -> Self {
        let findings = error.findings.iter().flat_map(|found| {
            let (found, sources) = found.as_ref();
            found.all.iter().map(|one| {
                let at = one.span.map(|span| (span, sources.position(span)));
                Finding {
                    severity: match one.severity {
                        Severity::Error => "error",
                        Severity::Warning => "warning",
                        Severity::Note => "note",
                    },
                    message: one.message.clone(),
                    help: one.help.clone(),
                    file: at.map(|(span, _)| sources.path(span.file).to_owned()),
                    line: at.map(|(_, (line, _))| line),
                    column: at.map(|(_, (_, column))| column),
                }
            })
        });
        Self {
            message: error.message.clone(),
            hints: error.hints.clone(),
            findings: findings.collect(),
        }
    }
}

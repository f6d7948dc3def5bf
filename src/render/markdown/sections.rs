//! What is always told, a line each, under a heading for each matter.

use super::escape::{code, sentence};
use super::named;
use super::page::List;
use crate::plan::{Action, DriftReport, Effect, Meaning, Neighbours, Step};
use crate::report::{Ended, Failed, Planned, Report, StepStatus, What};

/// What is always told, a line each.
#[derive(Default)]
pub(super) struct Sections {
    errors: Vec<String>,
    refused: Vec<String>,
    deletions: Vec<String>,
    moved: Vec<String>,
    permissions: Vec<String>,
    failed: Vec<String>,
    unknown: Vec<String>,
    untouched: Vec<String>,
    neighbours: Vec<String>,
    notes: Vec<String>,
}

impl Sections {
    /// Of all stacks of a report.
    pub(super) fn of(report: &Report) -> Self {
        let mut sections = Self::default();
        let alone = report.stacks.len() == 1;
        for told in &report.stacks {
            let whose = if alone { String::new() } else { format!("{}: ", named(told)) };
            match &told.outcome {
                What::Planned(planned) => sections.plan(planned, &whose),
                What::Applied(planned, ended) => {
                    sections.plan(planned, &whose);
                    sections.run(ended.as_ref(), &whose);
                }
                What::Drift(report, neighbours) => {
                    sections.drift(report, &whose);
                    // Of many stacks those that have none are quiet.
                    let told = neighbours.iter().filter(|beside| alone || !beside.is_empty());
                    told.for_each(|beside| sections.beside(beside, &whose));
                }
                What::Failed(failed) => sections.error(failed, &whose),
            }
        }
        sections
    }

    /// Those that have something to tell, each under its heading.
    pub(super) fn lists(self) -> impl Iterator<Item = List> {
        let lists = [
            ("Errors", self.errors),
            ("Refused", self.refused),
            ("Deleted or made anew", self.deletions),
            ("Moved in AWS", self.moved),
            ("Permissions", self.permissions),
            ("Failed or not tried", self.failed),
            ("Not known", self.unknown),
            ("Not touched", self.untouched),
            ("Neighbours, about tracing and no stack's", self.neighbours),
            ("Notes", self.notes),
        ];
        lists.into_iter().filter(|(_, told)| !told.is_empty()).map(|(head, told)| List {
            head: format!("\n### {head}\n\n"),
            lines: told.iter().map(|line| format!("- {line}\n")).collect(),
            more: |count| format!("- … and {count} more\n"),
        })
    }

    fn plan(&mut self, planned: &Planned, whose: &str) {
        let Planned { plan, refused, .. } = planned;
        self.refused.extend(
            refused
                .iter()
                .map(|one| format!("{whose}{} ({})", sentence(&one.message), sentence(&one.hint))),
        );
        let of = |actions: &'static [Action]| {
            plan.steps.iter().filter(|step| actions.contains(&step.action))
        };
        let line = |step: &Step, what: &str| {
            format!(
                "{whose}{what} {}: {}",
                code(&step.address.to_string()),
                sentence(&step.because)
            )
        };
        self.deletions.extend(of(&[Action::Delete]).map(|step| line(step, "deletes")));
        self.deletions.extend(of(&[Action::Replace]).map(|step| line(step, "makes anew")));
        self.untouched.extend(of(&[Action::Blocked]).map(|step| line(step, "blocked:")));
        self.untouched.extend(of(&[Action::Keep]).map(|step| line(step, "kept:")));
        let mut permissions: Vec<_> = plan.permissions.iter().collect();
        permissions.sort_by_key(|meaning| meaning.permission.effect);
        self.permissions.extend(permissions.iter().map(|Meaning { address, permission }| {
            let effect = match permission.effect {
                Effect::Widened => "⚠️ wider",
                Effect::Added => "more",
                Effect::Removed => "less",
            };
            format!(
                "{whose}{effect}: {}: {}",
                code(&address.to_string()),
                sentence(&permission.what)
            )
        }));
        self.unknown.extend(
            plan.unknown
                .iter()
                .map(|one| format!("{whose}{}: {}", code(&one.what), sentence(&one.because))),
        );
        self.notes.extend(plan.notes.iter().map(|note| format!("{whose}{}", sentence(note))));
        self.notes.extend(
            plan.left_out.iter().map(|one| format!("{whose}left out: {}", code(&one.to_string()))),
        );
    }

    fn run(&mut self, ended: Option<&Ended>, whose: &str) {
        let Some(ended) = ended else { return };
        for step in ended.steps.iter().filter(|step| step.status != StepStatus::Done) {
            let word = if step.status == StepStatus::Failed { "failed" } else { "not tried" };
            let because = sentence(step.because.as_deref().unwrap_or_default());
            self.failed
                .push(format!("{whose}{word}: {}: {because}", code(&step.address.to_string())));
        }
        let differs = ended.differs.iter();
        self.failed.extend(differs.map(|one| format!("{whose}not as planned: {}", sentence(one))));
        if ended.interrupted {
            self.failed.push(format!("{whose}the run was interrupted"));
        }
    }

    fn drift(&mut self, report: &DriftReport, whose: &str) {
        let moved = report.resources.iter().filter(|one| one.status.moved());
        self.moved.extend(moved.map(|one| {
            format!("{whose}{}: {}", code(&one.address.to_string()), sentence(&one.because))
        }));
        self.unknown.extend(
            report
                .unknown
                .iter()
                .map(|one| format!("{whose}{}: {}", code(&one.what), sentence(&one.because))),
        );
        self.notes.extend(report.run_out.iter().map(|one| {
            let address = code(&one.address.to_string());
            format!(
                "{whose}{address} was to be ignored until {}, and counts again",
                code(&one.until)
            )
        }));
    }

    /// What no stack owns. What could not be read comes first: there may be more of them.
    fn beside(&mut self, neighbours: &Neighbours, whose: &str) {
        let Neighbours { found, unread } = neighbours;
        self.neighbours.extend(unread.iter().map(|one| {
            let (what, because) = (code(&one.what), sentence(&one.because));
            format!("{whose}{what} could not be read: {because}")
        }));
        self.neighbours.extend(found.iter().map(|one| {
            format!("{whose}{}: {}", code(&one.address.to_string()), sentence(&one.because))
        }));
        if neighbours.is_empty() {
            self.neighbours.push(format!("{whose}none"));
        }
    }

    /// What went wrong, each with its ways out below it.
    fn error(&mut self, failed: &Failed, whose: &str) {
        let place = |file: &Option<String>, line: Option<usize>| match (file, line) {
            (Some(file), Some(line)) => format!("{}: ", code(&format!("{file}:{line}"))),
            (Some(file), None) => format!("{}: ", code(file)),
            _ => String::new(),
        };
        self.errors.extend(failed.findings.iter().map(|one| {
            let at = place(&one.file, one.line);
            let message = sentence(&one.message);
            format!("{whose}{at}{}: {message}{}", one.severity, ways_out(&one.help))
        }));
        if !failed.message.is_empty() {
            let message = sentence(&failed.message);
            self.errors.push(format!("{whose}{message}{}", ways_out(&failed.hints)));
        }
    }
}

fn ways_out(hints: &[String]) -> String {
    hints.iter().map(|hint| format!("\n  - help: {}", sentence(hint))).collect()
}

//! A report as Markdown, for a pull request: what matters most always, the rest until a budget is
//! spent.

mod escape;
mod page;

use super::drift::finding_lines;
use super::mermaid;
use super::text::{counted, step_lines};
use crate::plan::{Action, DriftReport, Effect, Finding, Meaning, Plan, Step};
use crate::report::{Ended, Failed, Planned, Report, StepStatus, Told, What};
use crate::text::safe;
use escape::{code, fenced, sentence};
use page::{List, Page};

/// The least budget that can be kept to.
pub const LEAST_BUDGET: usize = 2_000;

/// A report as Markdown, of at most `budget` bytes and so of at most as many characters.
///
/// Always there are the headline, what is refused, deletions and what is made anew, what permissions
/// change, what failed or is not known, as far as the budget goes; then the resources, field by field,
/// and a graph of each stack.
/// What is left out is counted.
pub fn markdown(report: &Report, budget: usize) -> String {
    let digest = report.digest().filter(|_| report.verb.is_reviewed());
    let digest = digest.map(|digest| format!(" digest={digest}")).unwrap_or_default();
    let verb = report.verb.name();
    let head = format!(
        "<!-- tracewright:report v1 verb={verb}{digest} -->\n## tracewright {verb}: {}\n",
        headline(report)
    );
    let mut page = Page::of(budget.max(LEAST_BUDGET), head);
    let mut lists = stacks(&mut page, report);
    lists.extend(Sections::of(report).lists());
    page.lists(&lists);
    let blocks = blocks(report);
    let opens = !blocks.is_empty() && page.add("\n### In detail\n\n");
    // One that is too long hides no other.
    let fit = if opens { blocks.iter().filter(|block| page.add(block)).count() } else { 0 };
    match blocks.len() - fit {
        0 => graphs(&mut page, report),
        more => {
            page.close(&format!("\n… and {more} more in detail, which the log of the job has.\n"));
        }
    }
    page.text()
}

/// The whole of it in a few words.
fn headline(report: &Report) -> String {
    let failed =
        report.stacks.iter().filter(|told| matches!(told.outcome, What::Failed(_))).count();
    let [told] = report.stacks.as_slice() else {
        let changed = report.stacks.iter().filter(|told| !is_quiet(told)).count();
        let all = report.stacks.len();
        let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        return format!("{changed} of {all} stacks have something to tell{failed}");
    };
    in_short(told)
}

/// What became of one stack, in a few words of ours.
pub(super) fn in_short(told: &Told) -> String {
    match &told.outcome {
        What::Planned(planned) => planned_in_short(&planned.plan),
        What::Applied(planned, None) => {
            let short = planned_in_short(&planned.plan);
            if planned.plan.is_empty() { short } else { format!("nothing done of {short}") }
        }
        What::Applied(_, Some(ended)) => {
            let count = |status| ended.steps.iter().filter(|step| step.status == status).count();
            let parts = [
                (count(StepStatus::Done), "done"),
                (count(StepStatus::Failed), "failed"),
                (count(StepStatus::NotTried), "not tried"),
                (ended.differs.len(), "not as planned"),
            ];
            counted(&parts)
        }
        What::Drift(report, _) => {
            let moved = report.resources.iter().filter(|one| one.status.moved()).count();
            let parts = [(moved, "moved"), (report.unknown.len(), "not known")];
            if moved + report.unknown.len() == 0 { "no drift".to_owned() } else { counted(&parts) }
        }
        What::Failed(_) => "failed".to_owned(),
    }
}

fn planned_in_short(plan: &Plan) -> String {
    let parts = super::text::parts(plan);
    let text = counted(&parts);
    if text.is_empty() { "nothing to do".to_owned() } else { text }
}

/// Whether nothing has to be said about a stack.
fn is_quiet(told: &Told) -> bool {
    match &told.outcome {
        What::Planned(planned) | What::Applied(planned, _) => {
            planned.plan.is_empty() && planned.refused.is_empty()
        }
        What::Drift(report, _) => !report.moved() && report.unknown.is_empty(),
        What::Failed(_) => false,
    }
}

/// Which stacks these are: a line for one, a table for many, those in step counted.
fn stacks(page: &mut Page, report: &Report) -> Vec<List> {
    if let [told] = report.stacks.as_slice() {
        let line = match &told.whose {
            Some(whose) => format!(
                "\n{} in account {}, {}, from {}\n",
                code(&whose.stack),
                code(&whose.account),
                code(&whose.region),
                code(&told.file)
            ),
            None => format!("\n{}\n", code(&told.file)),
        };
        // One that is longer leaves no room for what matters.
        if line.len() <= page.room() / 3 {
            let _ = page.add(&line);
        }
        return Vec::new();
    }
    let (quiet, loud): (Vec<_>, Vec<_>) = report.stacks.iter().partition(|told| is_quiet(told));
    if !quiet.is_empty() {
        let _ = page.add(&format!("\n{} in step, with nothing to tell.\n", quiet.len()));
    }
    if loud.is_empty() {
        return Vec::new();
    }
    let rows = loud.iter().map(|told| {
        let region = told.whose.as_ref().map(|whose| code(&whose.region)).unwrap_or_default();
        format!("| {} | {region} | {} |\n", code(&told.file), in_short(told))
    });
    vec![List {
        head: "\n| stack | region | |\n|--|--|--|\n".to_owned(),
        lines: rows.collect(),
        more: |count| format!("| … and {count} more | | |\n"),
    }]
}

/// Which stack of several, and in which region.
fn named(told: &Told) -> String {
    let region = told.whose.as_ref().map(|whose| format!(" {}", code(&whose.region)));
    code(&told.file) + &region.unwrap_or_default()
}

/// What is always told, a line each.
#[derive(Default)]
struct Sections {
    errors: Vec<String>,
    refused: Vec<String>,
    deletions: Vec<String>,
    moved: Vec<String>,
    permissions: Vec<String>,
    failed: Vec<String>,
    unknown: Vec<String>,
    untouched: Vec<String>,
    notes: Vec<String>,
}

impl Sections {
    fn of(report: &Report) -> Self {
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
                What::Drift(report, _) => sections.drift(report, &whose),
                What::Failed(failed) => sections.error(failed, &whose),
            }
        }
        sections
    }

    /// Those that have something to tell, each under its heading.
    fn lists(self) -> impl Iterator<Item = List> {
        let lists = [
            ("Errors", self.errors),
            ("Refused", self.refused),
            ("Deleted or made anew", self.deletions),
            ("Moved in AWS", self.moved),
            ("Permissions", self.permissions),
            ("Failed or not tried", self.failed),
            ("Not known", self.unknown),
            ("Not touched", self.untouched),
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

    fn error(&mut self, failed: &Failed, whose: &str) {
        let place = |file: &Option<String>, line: Option<usize>| match (file, line) {
            (Some(file), Some(line)) => format!("{}: ", code(&format!("{file}:{line}"))),
            (Some(file), None) => format!("{}: ", code(file)),
            _ => String::new(),
        };
        self.errors.extend(failed.findings.iter().map(|one| {
            let at = place(&one.file, one.line);
            format!("{whose}{at}{}: {}", one.severity, sentence(&one.message))
        }));
        if !failed.message.is_empty() {
            self.errors.push(format!("{whose}{}", sentence(&failed.message)));
        }
    }
}

/// Each resource that has something to tell, to be opened.
fn blocks(report: &Report) -> Vec<String> {
    let alone = report.stacks.len() == 1;
    let mut blocks = Vec::new();
    for told in &report.stacks {
        let whose = if alone { String::new() } else { format!("{}: ", named(told)) };
        match &told.outcome {
            What::Planned(planned) | What::Applied(planned, _) => {
                blocks.extend(planned.plan.steps.iter().map(|step| of_step(step, &whose)));
            }
            What::Drift(report, _) => {
                blocks.extend(report.resources.iter().filter_map(|one| of_finding(one, &whose)));
            }
            What::Failed(_) => {}
        }
    }
    blocks
}

fn of_step(step: &Step, whose: &str) -> String {
    let (sign, _) = super::text::sign(step.action);
    let lines = plain(&step_lines(step));
    let because = sentence(&step.because);
    let summary = format!("{whose}{} {} {because}", code(sign), code(&step.address.to_string()));
    opened(&summary, &lines)
}

fn of_finding(finding: &Finding, whose: &str) -> Option<String> {
    let lines = plain(&finding_lines(finding));
    let lines: Vec<_> = lines.into_iter().skip_while(String::is_empty).collect();
    let address = code(&finding.address.to_string());
    let summary = format!("{whose}{address} {}", sentence(&finding.because));
    (!lines.is_empty()).then(|| opened(&summary, &lines))
}

fn opened(summary: &str, lines: &[String]) -> String {
    format!("<details><summary>{summary}</summary>\n\n{}\n</details>\n", fenced("text", lines))
}

/// Lines for a terminal without its colours.
fn plain(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| safe(&anstream::adapter::strip_str(line).to_string())).collect()
}

/// What each stack wires together.
fn graphs(page: &mut Page, report: &Report) {
    let alone = report.stacks.len() == 1;
    for told in report.stacks.iter().filter(|told| alone || !is_quiet(told)) {
        let Some(graph) = told.graph.as_ref().filter(|graph| !graph.nodes.is_empty()) else {
            continue;
        };
        let lines: Vec<_> = mermaid::lines(graph);
        let what = told.whose.as_ref().map(|whose| code(&whose.stack)).unwrap_or_default();
        let what = if alone { what } else { named(told) };
        let block = fenced("mermaid", &lines);
        let piece = format!(
            "<details><summary>What {what} wires together</summary>\n\n{block}\n</details>\n"
        );
        let _ = page.add(&piece);
    }
}

//! A report as Markdown, for a pull request: what matters most always, the rest until a budget is
//! spent.

mod details;
mod escape;
mod page;
mod sections;

use super::text::counted;
use crate::plan::{Neighbours, Plan};
use crate::report::{Report, StepStatus, Told, What};
use crate::text::plural;
use details::{blocks, graphs};
use escape::{code, shortened};
use page::{List, Page};
use sections::Sections;

/// The least budget that can be kept to.
pub const LEAST_BUDGET: usize = 2_000;

/// A report as Markdown, of at most `budget` bytes and so of at most as many characters.
///
/// Always there are the headline, what is refused, deletions and what is made anew, what permissions
/// change, what failed or is not known and what no stack owns, as far as the budget goes; then the
/// resources, field by field, and a graph of each stack. What is left out is counted.
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
    let (blocks, graphs) = (blocks(report), graphs(report));
    let opens = !blocks.is_empty() && page.add("\n### In detail\n\n");
    // One that is too long hides no other.
    let fit = if opens { blocks.iter().filter(|block| page.add(block)).count() } else { 0 };
    let details = blocks.len() - fit;
    let drawn =
        if details == 0 { graphs.iter().filter(|graph| page.add(graph)).count() } else { 0 };
    page.close(&left_out(details, graphs.len() - drawn));
    page.text()
}

/// Says what there was no room for; empty where there was.
fn left_out(details: usize, graphs: usize) -> String {
    let details = (details > 0)
        .then(|| format!("and {details} more in detail, which the log of the job has"));
    let graphs = (graphs > 0).then(|| {
        let (are, them) = if graphs == 1 { ("is", "it") } else { ("are", "them") };
        let graphs = plural(graphs, "graph");
        format!("{graphs} {are} left out: `tracewright graph FILE` prints {them}")
    });
    let parts: Vec<_> = details.into_iter().chain(graphs).collect();
    if parts.is_empty() { String::new() } else { format!("\n… {}.\n", parts.join("; ")) }
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
        What::Drift(report, neighbours) => {
            let moved = report.resources.iter().filter(|one| one.status.moved()).count();
            let parts = [(moved, "moved"), (report.unknown.len(), "not known")];
            let none = moved + report.unknown.len() == 0;
            let drift = if none { "no drift".to_owned() } else { counted(&parts) };
            drift + &neighbours.as_ref().map(beside).unwrap_or_default()
        }
        What::Failed(_) => "failed".to_owned(),
    }
}

/// How many neighbours there are.
fn beside(neighbours: &Neighbours) -> String {
    let Neighbours { found, unread } = neighbours;
    let found = (!found.is_empty()).then(|| format!(", {}", plural(found.len(), "neighbour")));
    let unread = (!unread.is_empty()).then_some(", not all neighbours known");
    found.unwrap_or_default() + unread.unwrap_or_default()
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
        What::Drift(report, neighbours) => {
            let none_beside = neighbours.as_ref().is_none_or(Neighbours::is_empty);
            !report.moved() && report.unknown.is_empty() && none_beside
        }
        What::Failed(_) => false,
    }
}

/// Which stacks these are: a line for one, a table for many, those in step counted.
fn stacks(page: &mut Page, report: &Report) -> Vec<List> {
    if let [told] = report.stacks.as_slice() {
        let role = told.plan().and_then(|plan| plan.role.as_deref());
        let role = role.map(|role| format!(", by {}", code(role))).unwrap_or_default();
        let line = match &told.whose {
            Some(whose) => format!(
                "\n{} in account {}, {}, from {}{role}\n",
                code(&whose.stack),
                code(&whose.account),
                code(&whose.region),
                code(&told.file)
            ),
            None => format!("\n{}\n", code(&told.file)),
        };
        // One that is longer leaves no room for what matters.
        let most = page.room() / 3;
        let line = if line.len() <= most { Some(line) } else { shortened(&line, most) };
        let _ = line.is_some_and(|line| page.add(&line));
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

//! One table of many stacks, at the end of a run about them.

use super::style::Style;
use super::text::{counted, parts};
use crate::exit::Exit;
use crate::plan::{DriftReport, Summary};
use crate::report::{Report, StepStatus, Told, Verb, What};
use crate::text::{WIDTH, plural, safe};

/// What stands between two columns.
const GAP: usize = 2;

/// A row for each stack and region, where that fits, or two lines: whose it is, and what of it; and a
/// line for all.
pub fn table(report: &Report) -> String {
    let rows: Vec<_> = report.stacks.iter().map(Row::of).collect();
    let widths = Row::HEAD.iter().enumerate().map(|(at, head)| {
        let cells = rows.iter().map(|row| row.cells[at].chars().count());
        cells.chain([head.chars().count()]).max().unwrap_or_default()
    });
    let widths: Vec<_> = widths.collect();
    let fits = widths.iter().sum::<usize>() + GAP * (widths.len() - 1) <= WIDTH;
    let mut lines = Vec::new();
    if fits {
        let head = Row { cells: Row::HEAD.map(str::to_owned), style: Style::Dim };
        lines.extend([&head].into_iter().chain(&rows).map(|row| row.line(&widths)));
    } else {
        lines.extend(rows.iter().flat_map(Row::two_lines));
    }
    lines.push(String::new());
    lines.push(totals(report));
    lines.join("\n") + "\n"
}

/// What the table says of one stack in one region.
struct Row {
    cells: [String; 5],
    style: Style,
}

impl Row {
    const HEAD: [&str; 5] = ["file", "stack", "region", "what", "result"];

    fn of(told: &Told) -> Self {
        let whose = told.whose.as_ref();
        let (stack, region) =
            whose.map_or(("", ""), |whose| (whose.stack.as_str(), whose.region.as_str()));
        let (what, result) = (what(told), result(told));
        let style = match told.exit {
            Exit::Done | Exit::Pending => Style::Dim,
            Exit::Drift => Style::Changed,
            Exit::Unchecked => Style::Warned,
            _ => Style::Removed,
        };
        let cells = [safe(&told.file), safe(stack), region.to_owned(), what, result.to_owned()];
        Self { cells, style }
    }

    fn line(&self, widths: &[usize]) -> String {
        let [file, stack, region, what, result] = &self.cells;
        let before = [file, stack, region, what].into_iter().zip(widths);
        let padded = before.map(|(cell, wide)| format!("{cell:wide$}{:GAP$}", ""));
        padded.collect::<String>() + &self.style.paint(result)
    }

    fn two_lines(&self) -> [String; 2] {
        let [file, stack, region, what, result] = &self.cells;
        let whose: Vec<_> =
            [stack, region, what].into_iter().filter(|cell| !cell.is_empty()).cloned().collect();
        let whose = whose.into_iter().chain([self.style.paint(result)]).collect::<Vec<_>>();
        [file.clone(), format!("    {}", whose.join("  "))]
    }
}

/// How many steps there are, by their signs, or how much moved.
fn what(told: &Told) -> String {
    if let What::Drift(report, _) = &told.outcome {
        return match moved(report) {
            0 => String::new(),
            count => format!("{count} moved"),
        };
    }
    let Some(plan) = told.plan() else { return String::new() };
    let Summary { create, update, replace, delete, adopt, r#move, keep, blocked } = plan.summary();
    let signs = [
        ("-", delete),
        ("-/+", replace),
        ("~", update),
        ("=>", adopt + r#move),
        ("+", create),
        ("=", keep),
        ("!", blocked),
        ("?", plan.unknown.len()),
    ];
    let told = signs.iter().filter(|(_, count)| *count > 0);
    told.map(|(sign, count)| format!("{sign}{count}")).collect::<Vec<_>>().join(" ")
}

fn moved(report: &DriftReport) -> usize {
    report.resources.iter().filter(|finding| finding.status.moved()).count()
}

/// What became of it, in a word or two.
fn result(told: &Told) -> &'static str {
    let is_idle = told.plan().is_some_and(|plan| plan.doing().next().is_none());
    match (&told.outcome, told.exit) {
        (_, Exit::Interrupted) => "interrupted",
        (_, Exit::Refused) => "refused",
        (_, Exit::Stale) => "stale",
        (What::Failed(_) | What::Applied(_, None), Exit::PartWay) => "not tried",
        (_, Exit::PartWay) => "stopped part-way",
        (_, Exit::Error | Exit::Usage) => "failed",
        (_, Exit::Unchecked) => "not all known",
        (What::Drift(..), Exit::Drift) => "drift",
        (What::Drift(..), _) => "in step",
        (What::Planned(_) | What::Applied(..), _) if is_idle => "in step",
        (What::Applied(_, Some(_)), _) => "applied",
        (What::Applied(_, None), _) => "not applied",
        (What::Planned(_) | What::Failed(_), _) => "planned",
    }
}

/// All of it in one line: how many there are of each result, and all their steps.
fn totals(report: &Report) -> String {
    let mut results: Vec<(&str, usize)> = Vec::new();
    for told in &report.stacks {
        let result = result(told);
        match results.iter_mut().find(|(known, _)| *known == result) {
            Some((_, count)) => *count += 1,
            None => results.push((result, 1)),
        }
    }
    let results: Vec<_> =
        results.iter().map(|(result, count)| format!("{count} {result}")).collect();
    let all = format!("In all: {}", results.join(", "));
    let steps = match report.verb {
        Verb::Plan => to_do(report),
        Verb::Apply => ended(report),
        Verb::Drift => String::new(),
    };
    if steps.is_empty() { format!("{all}.") } else { format!("{all}; {steps}.") }
}

fn to_do(report: &Report) -> String {
    let mut sum: Vec<(usize, &str)> = Vec::new();
    for plan in report.stacks.iter().filter_map(Told::plan) {
        for (at, (count, what)) in parts(plan).into_iter().enumerate() {
            match sum.get_mut(at) {
                Some((all, _)) => *all += count,
                None => sum.push((count, what)),
            }
        }
    }
    counted(&sum)
}

fn ended(report: &Report) -> String {
    let runs = report.stacks.iter().filter_map(|told| match &told.outcome {
        What::Applied(_, run) => run.as_ref(),
        _ => None,
    });
    let steps: Vec<_> = runs.flat_map(|run| &run.steps).map(|step| step.status).collect();
    let of = |status| steps.iter().filter(|known| **known == status).count();
    [
        (of(StepStatus::Done), "done"),
        (of(StepStatus::Failed), "failed"),
        (of(StepStatus::NotTried), "not tried"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{} {what}", plural(count, "step")))
    .collect::<Vec<_>>()
    .join(", ")
}

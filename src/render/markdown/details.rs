//! What can be opened on a page: each resource field by field, and what each stack wires together.

use super::escape::{brief, code, fenced};
use super::{is_quiet, named};
use crate::plan::{Finding, Neighbour, Step};
use crate::render::drift::finding_lines;
use crate::render::mermaid;
use crate::render::text::{sign, step_lines};
use crate::report::{Report, What};
use crate::text::safe;

/// Each resource that has something to tell, to be opened.
pub(super) fn blocks(report: &Report) -> Vec<String> {
    let alone = report.stacks.len() == 1;
    let mut blocks = Vec::new();
    for told in &report.stacks {
        let whose = if alone { String::new() } else { format!("{}: ", named(told)) };
        match &told.outcome {
            What::Planned(planned) | What::Applied(planned, _) => {
                blocks.extend(planned.plan.steps.iter().map(|step| of_step(step, &whose)));
            }
            What::Drift(report, neighbours) => {
                blocks.extend(report.resources.iter().filter_map(|one| of_finding(one, &whose)));
                let found = neighbours.iter().flat_map(|beside| &beside.found);
                blocks.extend(found.map(|one| of_neighbour(one, &whose)));
            }
            What::Failed(_) => {}
        }
    }
    blocks
}

fn of_step(step: &Step, whose: &str) -> String {
    let (sign, _) = sign(step.action);
    let lines = plain(&step_lines(step));
    let because = brief(&step.because);
    let summary = format!("{whose}{} {} {because}", code(sign), code(&step.address.to_string()));
    opened(&summary, "text", &lines)
}

fn of_finding(finding: &Finding, whose: &str) -> Option<String> {
    let lines = plain(&finding_lines(finding));
    let lines: Vec<_> = lines.into_iter().skip_while(String::is_empty).collect();
    let address = code(&finding.address.to_string());
    let summary = format!("{whose}{address} {}", brief(&finding.because));
    (!lines.is_empty()).then(|| opened(&summary, "text", &lines))
}

/// One that no stack owns, ready to be pasted into a stack file.
fn of_neighbour(one: &Neighbour, whose: &str) -> String {
    let lines: Vec<_> = one.pasted.lines().map(safe).collect();
    let because = brief(&one.because);
    let address = code(&one.address.to_string());
    opened(&format!("{whose}{address}, a neighbour: {because}"), "yaml", &lines)
}

fn opened(summary: &str, language: &str, lines: &[String]) -> String {
    let block = fenced(language, lines);
    format!("<details><summary>{summary}</summary>\n\n{block}\n</details>\n")
}

/// Lines for a terminal without its colours.
fn plain(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| safe(&anstream::adapter::strip_str(line).to_string())).collect()
}

/// What each stack wires together.
pub(super) fn graphs(report: &Report) -> Vec<String> {
    let alone = report.stacks.len() == 1;
    let told = report.stacks.iter().filter(|told| alone || !is_quiet(told));
    let drawn = told.filter_map(|told| {
        let graph = told.graph.as_ref().filter(|graph| !graph.nodes.is_empty())?;
        let whose = told.whose.as_ref().map(|whose| code(&whose.stack)).unwrap_or_default();
        let what = if alone { whose } else { named(told) };
        Some(opened(&format!("What {what} wires together"), "mermaid", &mermaid::lines(graph)))
    });
    drawn.collect()
}

//! What moved in AWS, for people, at 80 columns.

use std::collections::BTreeSet;

use super::sides::sides;
use super::style::Style;
use super::text::{broken, shown_value};
use crate::kinds;
use crate::plan::{DriftReport, Field, Finding, Origin, SENSITIVE, Status, Tally};
use crate::stack::{Ignored, listed, unset};
use crate::text::{WIDTH, safe, wrapped};

/// Paths longer than this push their values out of the column.
const LONGEST_PATH: usize = 40;

/// The whole report: a header, what is not as the file says, what is not known, and one line for all;
/// that line alone where there is nothing to tell.
pub fn drift_text(report: &DriftReport) -> String {
    let mut lines = Vec::new();
    for finding in &report.resources {
        lines.extend(finding_lines(finding));
    }
    for unknown in &report.unknown {
        lines.push(String::new());
        lines.push(Style::Warned.paint(&format!("? {}", safe(&unknown.what))));
        lines.extend(wrapped(&format!("not known: {}", safe(&unknown.because)), 4));
    }
    for entry in &report.run_out {
        lines.push(String::new());
        let text = format!(
            "note: {} was to be ignored until {}, and counts again ({}): {}",
            entry.address, entry.until, entry.place, entry.reason
        );
        lines.extend(wrapped(&safe(&text), 0));
    }
    if !lines.is_empty() {
        let DriftReport { stack, account, region, .. } = report;
        lines.insert(0, format!("{}  account {account}  {region}", Style::Strong.paint(stack)));
        lines.push(String::new());
    }
    lines.extend(closing(report));
    lines.join("\n") + "\n"
}

pub(super) fn finding_lines(finding: &Finding) -> Vec<String> {
    let (sign, style) = match finding.status {
        Status::Clean if finding.notes.is_empty() => return Vec::new(),
        Status::Clean | Status::Pending | Status::Ignored => ("=", Style::Dim),
        Status::Drift | Status::Unfinished => ("~", Style::Changed),
        Status::Conflict => ("!", Style::Removed),
        Status::Missing => ("-", Style::Removed),
        Status::Unmarked | Status::Foreign => ("!", Style::Warned),
    };
    let head = format!("{sign} {}", safe(&finding.address.to_string()));
    let place = finding.place.as_deref().map(|place| format!("  {}", safe(place)));
    let place = place.unwrap_or_default();
    let because = match finding.status {
        Status::Clean => "as the file says",
        Status::Ignored => "what moved is ignored",
        _ => &finding.because,
    };
    let mut lines = vec![String::new()];
    let because = safe(because);
    let width = head.chars().count() + 2 + because.chars().count() + place.chars().count();
    if width <= WIDTH {
        lines.push(format!("{}  {because}{}", style.paint(&head), Style::Dim.paint(&place)));
    } else {
        lines.push(format!("{}{}", style.paint(&head), Style::Dim.paint(&place)));
        lines.extend(wrapped(&because, 4));
    }
    // AWS remembers no time of a change of tags.
    let tags = kinds::of(&finding.address.section).tags_field();
    let is_dated = |field: &Field| field.origin != Origin::Pending && field.path.field() != tags;
    let moved = finding.fields.iter().any(is_dated);
    if let Some(when) = finding.modified.as_ref().filter(|_| moved) {
        lines.push(format!("    last changed in AWS at {}", safe(when)));
    }
    if let Some(ignored) = &finding.ignored {
        lines.extend(wrapped(&safe(&until(ignored)), 4));
    }
    let column = finding.fields.iter().map(|field| field.path.to_string().chars().count()).max();
    let column = column.unwrap_or(0).min(LONGEST_PATH);
    lines.extend(finding.fields.iter().flat_map(|field| field_lines(field, column)));
    lines.extend(finding.notes.iter().flat_map(|note| wrapped(&safe(note), 4)));
    lines
}

fn until(ignored: &Ignored) -> String {
    format!("ignored until {}: {}", ignored.until, ignored.reason)
}

fn field_lines(field: &Field, column: usize) -> Vec<String> {
    let path = safe(&field.path.to_string());
    let origin = match field.origin {
        _ if field.ignored.is_some() => "  (ignored)",
        Origin::Pending => "  (pending)",
        Origin::Drift => "  (drift)",
        Origin::Conflict => "  (conflict)",
        Origin::Unknown => "  (who moved is not known)",
    };
    let dim = Style::Dim.paint(origin);
    let mut lines = if field.sensitive {
        vec![format!("    {path:column$}  {SENSITIVE}, not the same{dim}")]
    } else if field.unset.is_empty() {
        sides(&path, (field.file.as_ref(), field.aws.as_ref()), (4, column), origin)
    } else {
        let aws = field.aws.as_ref().map_or("(none)".to_owned(), shown_value);
        let mut lines = vec![format!("    {path}{dim}")];
        lines.extend(broken(&format!("AWS has {aws}"), 6));
        let references = safe(&unset(&field.unset));
        let told = "not what was last applied; the file's depends on";
        lines.extend(wrapped(&format!("{told} {references}"), 6));
        lines
    };
    lines.extend(field.ignored.iter().flat_map(|ignored| wrapped(&safe(&until(ignored)), 6)));
    lines
}

/// One line for all: how many there are of each, and what was compared in another way.
fn closing(report: &DriftReport) -> Vec<String> {
    let Tally {
        clean,
        drift,
        pending,
        conflict,
        missing,
        unmarked,
        foreign,
        unfinished,
        ignored,
        unknown,
    } = report.tally;
    let parts: Vec<_> = [
        (clean, "clean"),
        (drift, "drifted"),
        (conflict, "in conflict"),
        (missing, "missing"),
        (unmarked, "unmarked"),
        (foreign, "of another stack"),
        (unfinished, "unfinished"),
        (pending, "pending"),
        (ignored, "ignored"),
        (unknown, "could not be checked"),
    ]
    .into_iter()
    .filter(|(count, what)| *count > 0 || *what == "clean")
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let mut line = format!("drift: {}", parts.join(", "));
    let open: BTreeSet<_> = report.resources.iter().flat_map(|one| one.unset.clone()).collect();
    if !open.is_empty() {
        let open: Vec<_> = open.into_iter().collect();
        let (listed, are) = (listed(&open), if open.len() == 1 { "is" } else { "are" });
        line += &format!(
            "; {} {are} not set, and what depends on that was held against the last apply alone",
            safe(&listed)
        );
    }
    wrapped(&line, 0)
}

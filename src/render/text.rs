//! A plan for people, at 80 columns, readable without colour.

use serde_json::Value;

use super::diff;
use super::style::Style;
use crate::apply::Outcome;
use crate::kinds;
use crate::plan::{Action, Change, Effect, Origin, Plan, SENSITIVE, Step, Summary, quoted};
use crate::text::{WIDTH, safe, wrapped};

/// Paths longer than this push their value out of the column.
const LONGEST_PATH: usize = 40;

/// The whole plan: a header; deletions, replacements, changes, creations; what may not be
/// touched and what is not known; notes; one summary line.
/// `nothing` is that line where there is nothing to do.
pub fn plan_text(plan: &Plan, nothing: &str) -> String {
    let mut lines = vec![header(plan)];
    for step in &plan.steps {
        lines.push(String::new());
        lines.extend(step_lines(step));
    }
    if !plan.unknown.is_empty() {
        lines.push(String::new());
    }
    // Side by side reads tend to fail together, for one reason.
    for alike in plan.unknown.chunk_by(|one, other| one.because == other.because) {
        for unknown in alike {
            lines.push(Style::Warned.paint(&format!("? {}", safe(&unknown.what))));
        }
        lines.extend(wrapped(&format!("not known: {}", safe(&alike[0].because)), 4));
    }
    lines.extend(permission_lines(plan));
    for note in &plan.notes {
        lines.push(String::new());
        lines.extend(wrapped(&format!("note: {}", safe(note)), 0));
    }
    lines.push(String::new());
    lines.push(summary(plan, nothing));
    lines.join("\n") + "\n"
}

/// What the steps mean for what is allowed: what gets wider first.
fn permission_lines(plan: &Plan) -> Vec<String> {
    if plan.permissions.is_empty() {
        return Vec::new();
    }
    let mut all: Vec<_> = plan.permissions.iter().collect();
    all.sort_by_key(|(_, permission)| permission.effect);
    let mut lines = vec![String::new(), Style::Strong.paint("Permissions")];
    for (address, permission) in all {
        let (sign, style) = match permission.effect {
            Effect::Widened => ("!", Style::Warned),
            Effect::Added => ("+", Style::Added),
            Effect::Removed => ("-", Style::Removed),
        };
        let text = format!("{sign} {address}: {}", permission.what);
        let broken = wrapped(&safe(&text), 4);
        // The first line stands further out than those that go on from it.
        let first = broken.first().map(|line| format!("  {}", line.trim_start()));
        let rest = broken.into_iter().skip(1);
        lines.extend(first.into_iter().chain(rest).map(|line| style.paint(&line)));
    }
    lines
}

fn header(plan: &Plan) -> String {
    format!("{}  account {}  {}", Style::Strong.paint(&plan.stack), plan.account, plan.region)
}

fn sign(action: Action) -> (&'static str, Style) {
    match action {
        Action::Delete => ("-", Style::Removed),
        Action::Replace => ("-/+", Style::Removed),
        Action::Update => ("~", Style::Changed),
        Action::Adopt => (">", Style::Changed),
        Action::Create => ("+", Style::Added),
        Action::Blocked => ("!", Style::Warned),
    }
}

fn step_lines(step: &Step) -> Vec<String> {
    let (sign, style) = sign(step.action);
    let address = safe(&step.address.to_string());
    let because = safe(&step.because);
    let place = step.place.as_ref().map(|place| format!("  {}", safe(place))).unwrap_or_default();
    let named = if step.name == step.address.key {
        String::new()
    } else {
        format!(" ({})", safe(&quoted(&step.name)))
    };
    let head = format!("{sign} {address}{named}");
    let mut lines = Vec::new();
    let width = head.chars().count() + 2 + because.chars().count() + place.chars().count();
    if width <= WIDTH {
        lines.push(format!("{}  {because}{}", style.paint(&head), Style::Dim.paint(&place)));
    } else {
        lines.push(format!("{}{}", style.paint(&head), Style::Dim.paint(&place)));
        lines.extend(wrapped(&because, 4));
    }
    let kind = kinds::of(&step.address.section);
    let whole = matches!(step.action, Action::Create | Action::Delete);
    let quiet = |change: &Change| {
        let value = change.after.as_ref().or(change.before.as_ref());
        whole && value.is_some_and(|value| kind.is_quiet(&change.path, value))
    };
    let shown: Vec<_> = step.changes.iter().filter(|change| !quiet(change)).collect();
    let column = shown
        .iter()
        .map(|c| c.path.to_string().chars().count())
        .max()
        .unwrap_or(0)
        .min(LONGEST_PATH);
    for change in shown {
        lines.extend(change_lines(change, step.action, column));
    }
    lines.extend(step.detail.told.iter().flat_map(|told| wrapped(&safe(told), 4)));
    lines
}

fn change_lines(change: &Change, action: Action, column: usize) -> Vec<String> {
    let path = safe(&change.path.to_string());
    let origin = match (action, change.origin) {
        (Action::Update | Action::Replace, Origin::Drift) => "  (drift)",
        (Action::Update | Action::Replace, Origin::Conflict) => "  (conflict)",
        _ => "",
    };
    let origin = Style::Dim.paint(origin);
    let lead = format!("    {path:column$}");
    if change.sensitive {
        let what = if matches!(action, Action::Create | Action::Delete) {
            SENSITIVE
        } else {
            "(sensitive, changed)"
        };
        return vec![format!("{lead}  {what}{origin}")];
    }
    if let (Some(Value::String(before)), Some(Value::String(after))) =
        (&change.before, &change.after)
        && diff::is_long(before, after)
    {
        let mut lines = vec![format!("    {path}{origin}")];
        let diff = diff::lines(before, after).into_iter();
        lines.extend(diff.map(|line| format!("{:1$}{line}", "", diff::INDENT)));
        return lines;
    }
    let value = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} -> {}", shown_value(before), shown_value(after)),
        (None, Some(after)) if action == Action::Create => shown_value(after),
        (Some(before), None) if action == Action::Delete => shown_value(before),
        (None, Some(after)) => format!("(none) -> {}", shown_value(after)),
        (Some(before), None) => format!("{} -> (none)", shown_value(before)),
        (None, None) => String::new(),
    };
    let width = lead.chars().count() + 2 + value.chars().count();
    if width <= WIDTH {
        return vec![format!("{lead}  {value}{origin}")];
    }
    // A value that is too long for its line gets lines of its own.
    let mut lines = vec![format!("    {path}{origin}")];
    lines.extend(broken(&value, diff::INDENT));
    lines
}

/// A text in lines of at most 80 columns, indented, broken wherever the line is full.
fn broken(text: &str, indent: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters
        .chunks(WIDTH - indent)
        .map(|line| format!("{:indent$}{}", "", line.iter().collect::<String>()))
        .collect()
}

/// A value on one line: numbers without a needless fraction, text without quotes where none are
/// needed to see where it begins and ends.
pub fn shown_value(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let clear = !text.is_empty() && text.trim() == text && !text.contains(['"', '\n']);
            if clear { safe(text) } else { safe(&format!("{text:?}")) }
        }
        Value::Number(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
        }
        other => safe(&other.to_string()),
    }
}

fn summary(plan: &Plan, nothing: &str) -> String {
    let Summary { create, update, replace, delete, adopt, blocked } = plan.summary();
    let parts: Vec<_> = [
        (delete, "to delete"),
        (replace, "to replace"),
        (update, "to change"),
        (adopt, "to adopt"),
        (create, "to create"),
        (blocked, "blocked"),
        (plan.unknown.len(), "not known"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if parts.is_empty() {
        return safe(nothing);
    }
    format!("Plan: {}.", parts.join(", "))
}

/// One line about a step that has ended, in the past tense.
pub fn step_done(step: &Step, outcome: &Outcome) -> String {
    let address = safe(&step.address.to_string());
    let verb = match step.action {
        Action::Delete => "deleted",
        Action::Replace => "replaced",
        Action::Update => "changed",
        Action::Adopt => "adopted",
        Action::Create => "created",
        Action::Blocked => "left",
    };
    match outcome {
        Outcome::Done => format!("{verb} {address}"),
        Outcome::Failed(failure) => {
            let failed = Style::Removed.paint("failed");
            format!("{failed}  {address}: {}", safe(&failure.to_string()))
        }
        Outcome::Stranded(failure) => {
            let failed = Style::Removed.paint("failed");
            format!(
                "{failed}  {address}: it stands half-way until the next apply: {}",
                safe(&failure.to_string())
            )
        }
        Outcome::NotTried => format!("not tried  {address}"),
    }
}

//! A plan for people, at 80 columns, readable without colour.

use serde_json::Value;

use super::diff;
use super::style::Style;
use crate::iam;
use crate::kinds;
use crate::plan::{
    Action, Change, Effect, Meaning, Origin, Path, Plan, SENSITIVE, Step, Summary, quoted,
};
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
    if !plan.left_out.is_empty() {
        let names: Vec<_> =
            plan.left_out.iter().map(|address| safe(&address.to_string())).collect();
        lines.push(String::new());
        lines.extend(
            wrapped(&format!("left out: {}", names.join(", ")), 4).into_iter().enumerate().map(
                |(at, line)| {
                    if at == 0 { line.trim_start().to_owned() } else { line }
                },
            ),
        );
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
    all.sort_by_key(|meaning| meaning.permission.effect);
    let mut lines = vec![String::new(), Style::Strong.paint("Permissions")];
    for Meaning { address, permission } in all {
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
    let stack = Style::Strong.paint(&plan.stack);
    let role = plan.role.as_ref().map(|role| format!("\n  by {}", safe(role)));
    format!("{stack}  account {}  {}{}", plan.account, plan.region, role.unwrap_or_default())
}

pub(super) fn sign(action: Action) -> (&'static str, Style) {
    match action {
        Action::Delete => ("-", Style::Removed),
        Action::Replace => ("-/+", Style::Removed),
        Action::Update => ("~", Style::Changed),
        Action::Adopt => (">", Style::Changed),
        Action::Move => ("=>", Style::Changed),
        Action::Keep => ("=", Style::Warned),
        Action::Create => ("+", Style::Added),
        Action::Blocked => ("!", Style::Warned),
    }
}

pub(super) fn step_lines(step: &Step) -> Vec<String> {
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
    for group in shown.chunk_by(|one, other| part(one) == part(other)) {
        let part = part(group[0]);
        let indent = if part.is_empty() { 4 } else { 6 };
        if !part.is_empty() {
            lines.push(format!("    {}", safe(&Path(part.to_vec()).to_string())));
        }
        let rows: Vec<_> =
            group.iter().map(|change| Row::new(change, step.action, indent)).collect();
        let widths = rows.iter().map(|row| row.path.chars().count());
        let column = widths.max().unwrap_or(0).min(LONGEST_PATH);
        lines.extend(rows.iter().flat_map(|row| row.lines(column)));
    }
    lines.extend(step.detail.told.iter().flat_map(|told| wrapped(&safe(told), 4)));
    lines
}

/// What a change lies in that has a name and fields of its own, a container say: its changes stand
/// together under it.
fn part(change: &Change) -> &[String] {
    let keys = &change.path.0;
    if keys.len() > 2 { &keys[..2] } else { &[] }
}

/// One change as it is shown.
struct Row<'a> {
    change: &'a Change,
    action: Action,
    indent: usize,
    path: String,
    origin: String,
}

impl<'a> Row<'a> {
    fn new(change: &'a Change, action: Action, indent: usize) -> Self {
        let path = Path(change.path.0[part(change).len()..].to_vec());
        let origin = match (action, change.origin) {
            (Action::Update | Action::Replace | Action::Move, Origin::Drift) => "  (drift)",
            (Action::Update | Action::Replace | Action::Move, Origin::Conflict) => "  (conflict)",
            _ => "",
        };
        let (path, origin) = (safe(&path.to_string()), Style::Dim.paint(origin));
        Self { change, action, indent, path, origin }
    }

    fn lines(&self, column: usize) -> Vec<String> {
        let Self { change, action, indent, path, origin } = self;
        let (before, after) = (&change.before, &change.after);
        let head = format!("{:indent$}{path}{origin}", "");
        let inner = indent + 2;
        if change.sensitive {
            let comes_or_goes = matches!(action, Action::Create | Action::Delete);
            let what = if comes_or_goes { SENSITIVE } else { "(sensitive, changed)" };
            return vec![format!("{:indent$}{path:column$}  {what}{origin}", "")];
        }
        if is_policy(change) {
            let changes = iam::changes(before.as_ref(), after.as_ref());
            let lines = iam::lines(&changes, WIDTH - inner);
            return one_and_all(head, lines.iter().map(|line| signed(line, inner)));
        }
        // Of a text that comes or goes, only one of many lines is better read as a diff.
        let has_lines = |text: &str| text.trim_end().contains('\n');
        let texts = match (before, after) {
            (Some(Value::String(before)), Some(Value::String(after))) => {
                diff::is_long(before, after).then_some((before.as_str(), after.as_str()))
            }
            (None, Some(Value::String(text))) if has_lines(text) => Some(("", text.as_str())),
            (Some(Value::String(text)), None) if has_lines(text) => Some((text.as_str(), "")),
            _ => None,
        };
        if let Some((before, after)) = texts {
            let lines = diff::lines(before, after, WIDTH - inner);
            return one_and_all(head, lines.iter().map(|line| format!("{:inner$}{line}", "")));
        }
        let value = match (before, after) {
            (Some(before), Some(after)) => {
                format!("{} -> {}", shown_value(before), shown_value(after))
            }
            (None, Some(after)) if *action == Action::Create => shown_value(after),
            (Some(before), None) if *action == Action::Delete => shown_value(before),
            (None, Some(after)) => format!("(none) -> {}", shown_value(after)),
            (Some(before), None) => format!("{} -> (none)", shown_value(before)),
            (None, None) => String::new(),
        };
        let lead = format!("{:indent$}{path:column$}", "");
        if lead.chars().count() + 2 + value.chars().count() <= WIDTH {
            return vec![format!("{lead}  {value}{origin}")];
        }
        // A value that is too long for its line gets lines of its own, and each of two one; of two
        // lists what differs is enough.
        match (before, after) {
            (Some(Value::Array(before)), Some(Value::Array(after))) => {
                let shown = |list: &[Value]| list.iter().map(shown_value).collect::<Vec<_>>();
                let lines = diff::element_lines(&shown(before), &shown(after), WIDTH - inner);
                one_and_all(head, lines.iter().map(|line| format!("{:inner$}{line}", "")))
            }
            (Some(before), Some(after)) if inner + value.chars().count() > WIDTH => {
                let before = broken(&format!("{} ->", shown_value(before)), inner);
                let after = broken(&shown_value(after), inner);
                one_and_all(head, before.into_iter().chain(after))
            }
            _ => one_and_all(head, broken(&value, inner)),
        }
    }
}

fn one_and_all(head: String, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(head).chain(lines).collect()
}

/// Whether this is a policy document that comes, changes or goes.
fn is_policy(change: &Change) -> bool {
    let is_document = |value: &Value| value.get("Statement").is_some();
    change.before.iter().chain(&change.after).all(is_document)
}

/// A line of a diff, in the colour of its sign.
fn signed(line: &str, indent: usize) -> String {
    let style = match line.trim_start().chars().next() {
        Some('+') => Some(Style::Added),
        Some('-') => Some(Style::Removed),
        _ => None,
    };
    let line = format!("{:indent$}{}", "", safe(line));
    style.map_or(line.clone(), |style| style.paint(&line))
}

/// A text in lines of at most 80 columns, indented, broken wherever the line is full.
pub(super) fn broken(text: &str, indent: usize) -> Vec<String> {
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
    let parts = counted(&parts(plan));
    if parts.is_empty() {
        return safe(nothing);
    }
    format!("Plan: {parts}.")
}

/// How many resources something is done to, by what is done.
pub(super) fn parts(plan: &Plan) -> [(usize, &'static str); 9] {
    let Summary { create, update, replace, delete, adopt, r#move, keep, blocked } = plan.summary();
    [
        (delete, "to delete"),
        (replace, "to replace"),
        (update, "to change"),
        (adopt, "to adopt"),
        (r#move, "to move"),
        (create, "to create"),
        (keep, "kept"),
        (blocked, "blocked"),
        (plan.unknown.len(), "not known"),
    ]
}

/// What there is any of, in a row.
pub(super) fn counted(parts: &[(usize, &str)]) -> String {
    let some = parts.iter().filter(|(count, _)| *count > 0);
    some.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

//! A run while it goes, and how it ended.

use super::Style;
use crate::apply::{Differs, Outcome, Report};
use crate::plan::{Action, Step};
use crate::text::{safe, wrapped};

/// How wide the words are that say how steps ended.
const COLUMN: usize = 11;

/// One line about a step that has ended, in the past tense: it is for logs as well.
pub fn step_done(step: &Step, outcome: &Outcome) -> String {
    let address = safe(&step.address.to_string());
    match outcome {
        Outcome::Done { .. } => format!("{} {address}", done(step.action)),
        Outcome::NotTried(because) => format!("not tried  {address}: {because}"),
        _ => {
            let why = outcome.why();
            format!("{}  {address}: {}", Style::Removed.paint("failed"), safe(&why))
        }
    }
}

/// What was done, in the past tense.
pub(crate) fn done(action: Action) -> &'static str {
    match action {
        Action::Delete => "deleted",
        Action::Replace => "replaced",
        Action::Update => "changed",
        Action::Adopt => "adopted",
        Action::Move => "moved",
        Action::Create => "created",
        Action::Keep | Action::Blocked => "left",
    }
}

/// What was read back after the run and is not as planned, what could not be read, and the command
/// that shows how it is.
pub fn not_as_planned(differs: &[Differs], plan: &str) -> String {
    let heads = [("Read back, and not as planned:", false), ("Could not be read back:", true)];
    let mut lines = Vec::new();
    for (head, unread) in heads {
        let those = differs.iter().filter(|one| one.unread == unread);
        let told = those.map(|one| format!("{}: {}", safe(&one.address), safe(&one.what)));
        let told: Vec<_> = told.flat_map(|text| hanging(&text)).collect();
        if !told.is_empty() {
            lines.push(head.to_owned());
            lines.extend(told);
        }
    }
    lines.extend(["Next:".to_owned(), format!("  {plan}")]);
    lines.join("\n")
}

/// A text whose further lines stand deeper.
pub(super) fn hanging(text: &str) -> Vec<String> {
    let broken = wrapped(text, 4);
    let first = broken.first().map(|line| format!("  {}", line.trim_start()));
    first.into_iter().chain(broken.into_iter().skip(1)).collect()
}

/// The whole run: a line where all of it landed, else what landed, what did not and why, what was
/// not tried because of what, and the command that goes on from there.
pub fn run_ended(report: &Report<'_>, again: &str) -> String {
    let counts = counts(report);
    if report.is_whole() {
        return format!("Applied: {counts}.");
    }
    let failed = report.steps.iter().filter(|(_, outcome)| outcome.failure().is_some()).count();
    let untried = |outcome: &Outcome| matches!(outcome, Outcome::NotTried(_));
    let not_tried = report.steps.iter().filter(|(_, outcome)| untried(outcome)).count();
    // A step of several calls that failed may have made some of them.
    let landed = match (counts.is_empty(), failed) {
        (false, _) => counts,
        (true, 0) => "nothing landed".to_owned(),
        (true, _) => "nothing finished".to_owned(),
    };
    let mut lines =
        vec![format!("Stopped part-way: {landed}; {failed} failed, {not_tried} not tried.")];
    let of = |wanted: fn(&Outcome) -> bool| {
        report.steps.iter().filter(move |(_, outcome)| wanted(outcome))
    };
    let all = of(Outcome::is_done)
        .chain(of(|outcome| outcome.failure().is_some()))
        .chain(of(|outcome| matches!(outcome, Outcome::NotTried(_))));
    lines.extend(all.flat_map(|(step, outcome)| step_lines(step, outcome)));
    lines.extend(["Next:".to_owned(), format!("  {again}")]);
    lines.join("\n")
}

/// How many steps of each sort landed.
fn counts(report: &Report<'_>) -> String {
    const ORDER: [Action; 6] = [
        Action::Delete,
        Action::Replace,
        Action::Update,
        Action::Adopt,
        Action::Move,
        Action::Create,
    ];
    let landed = |action| {
        let done = report.steps.iter().filter(|(_, outcome)| outcome.is_done());
        done.filter(|(step, _)| step.action == action).count()
    };
    let parts: Vec<_> = ORDER
        .into_iter()
        .map(|action| (landed(action), done(action)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, verb)| format!("{count} {verb}"))
        .collect();
    parts.join(", ")
}

fn step_lines(step: &Step, outcome: &Outcome) -> Vec<String> {
    let address = safe(&step.address.to_string());
    let (word, style, text) = match outcome {
        Outcome::Done { .. } => (done(step.action), Style::Dim, address),
        Outcome::NotTried(because) => ("not tried", Style::Warned, format!("{address}: {because}")),
        _ => ("failed", Style::Removed, format!("{address}: {}", safe(&outcome.why()))),
    };
    let indent = COLUMN + 2;
    let broken = wrapped(&text, indent);
    let mut lines = broken.iter().map(|line| line.trim_start());
    let first = lines.next().unwrap_or_default();
    let head = format!("  {}{first}", style.paint(&format!("{word:COLUMN$}")));
    std::iter::once(head).chain(lines.map(|line| format!("{:indent$}{line}", ""))).collect()
}

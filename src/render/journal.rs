//! A journal for people: when, who, what landed, what was under way.

use serde_json::Value;

use super::run::{done, hanging};
use super::{Style, shown_value};
use crate::apply::journal::{Changed, Entry, How, Journal, RunEnded};
use crate::plan::{Action, Difference, Path, differences};
use crate::text::{WIDTH, safe};

/// A whole journal.
pub fn journal_text(journal: &Journal) -> String {
    let mut lines = header(journal);
    lines.push(String::new());
    lines.extend(journal.steps.iter().flat_map(|entry| step(journal, entry)));
    lines.extend(journal.not_tried.iter().flat_map(|ended| {
        let why = ended.why.as_deref().unwrap_or_default();
        hanging(&format!("not tried  {}: {}", safe(&ended.address.to_string()), safe(why)))
    }));
    lines.push(String::new());
    lines.push(ending(journal));
    if let Some(end) = journal.end.as_ref().filter(|end| !end.differs.is_empty()) {
        lines.push("Not as planned, or not read back:".to_owned());
        lines.extend(end.differs.iter().flat_map(|differs| hanging(&safe(differs))));
    }
    lines.join("\n") + "\n"
}

/// A journal in one line: when, of what, and how it ended.
pub fn journal_line(journal: &Journal) -> String {
    let begin = &journal.begin;
    let ended = ending(journal);
    format!("{}  {}  {}", safe(&begin.at), safe(&begin.stack), ended.trim_end_matches('.'))
}

fn header(journal: &Journal) -> Vec<String> {
    let begin = &journal.begin;
    let stack = Style::Strong.paint(&safe(&begin.stack));
    let place = format!("account {}  {}", safe(&begin.account), safe(&begin.region));
    let mut lines = vec![format!("{stack}  {place}")];
    let mut fact = |what: &str, value: &str| {
        if !value.is_empty() {
            lines.push(format!("  {what:<7} {}", safe(value)));
        }
    };
    let until = journal.end.as_ref().map(|end| format!(" to {}", end.at)).unwrap_or_default();
    fact("when", &format!("{}{until}", begin.at));
    fact("who", &begin.who);
    fact("file", &begin.file);
    for (service, endpoint) in &begin.endpoints {
        fact(service, endpoint);
    }
    fact("plan", &begin.plan);
    fact("undoes", begin.undoes.as_deref().unwrap_or_default());
    lines
}

fn step(journal: &Journal, entry: &Entry) -> Vec<String> {
    let start = &entry.start;
    let address = safe(&start.address.to_string());
    let why = entry.ended.as_ref().and_then(|ended| ended.why.as_deref()).map(safe);
    let failed = |what: &str| {
        let text = format!("{what}  {address}: {}", why.clone().unwrap_or_default());
        hanging(&text).into_iter().map(|line| Style::Removed.paint(&line)).collect()
    };
    let mut lines: Vec<String> = match entry.ended.as_ref().map(|ended| ended.outcome) {
        Some(How::Done) => vec![format!("  {} {address}", done(start.action))],
        Some(How::NotTried) => Vec::new(),
        Some(How::Failed | How::Stranded) => failed("failed"),
        None => {
            let was = if journal.end.is_some() { "not known" } else { "under way" };
            vec![Style::Warned.paint(&format!("  {was}  {address}"))]
        }
    };
    // What comes or goes as a whole is in the journal itself.
    if !matches!(start.action, Action::Create | Action::Delete) {
        lines.extend(start.changes.iter().map(change));
    }
    if entry.is_open() {
        lines.extend(carried(&start.carried));
    }
    if start.arn.is_some() && start.action != Action::Create {
        let arn = entry.ended.as_ref().and_then(|ended| ended.arn.as_ref());
        if let (Some(before), Some(after)) = (&start.arn, arn)
            && before != after
        {
            lines.push(format!("      {}", safe(before)));
            lines.push(format!("      -> {}", safe(after)));
        }
    }
    lines
}

/// What a step took off, whole, so that a person can put it back.
fn carried(carried: &Value) -> Vec<String> {
    let is_one = |path: &Path| path.0.len() == 2;
    let of_others = differences(None, Some(carried), &is_one).into_iter();
    let lines = of_others.filter_map(|Difference { path, after, .. }| {
        Some(format!("        {}  {}", safe(&path.to_string()), shown_value(&after?)))
    });
    let lines: Vec<_> = lines.collect();
    let head =
        (!lines.is_empty()).then(|| "      had of others, and may not have it back:".to_owned());
    head.into_iter().chain(lines).collect()
}

fn change(change: &Changed) -> String {
    let path = safe(&change.path.to_string());
    let shown = |value: &Option<Value>| match value {
        Some(value) => shown_value(value),
        None => "(none)".to_owned(),
    };
    let (before, after) = (shown(&change.before), shown(&change.after));
    let values = if before == after { after } else { format!("{before} -> {after}") };
    let line = format!("      {path}  {values}");
    let fits = line.chars().count() <= WIDTH;
    if fits { line } else { format!("      {path}  (changed)") }
}

fn ending(journal: &Journal) -> String {
    let is_done = |entry: &&Entry| entry.ended.as_ref().is_some_and(|e| e.outcome == How::Done);
    let landed = journal.steps.iter().filter(is_done).count();
    let under_way = journal.steps.iter().filter(|entry| entry.ended.is_none()).count();
    match journal.end.as_ref().map(|end| end.outcome) {
        Some(RunEnded::Whole) => format!("Applied, {landed} in all."),
        Some(RunEnded::PartWay) => format!("Stopped part-way, {landed} landed."),
        Some(RunEnded::Interrupted) => format!("Interrupted, {landed} landed."),
        None => format!("Cut off, {landed} landed, {under_way} under way."),
    }
}

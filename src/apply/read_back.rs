//! After the last step: whether AWS has what the steps were to make of it.

use std::time::Duration;

use super::look::look;
use super::{Outcome, Report, Stop};
use crate::aws::Aws;
use crate::kinds::{self, Live, Observation, Ownership};
use crate::plan::{Action, Difference, Path, Plan, Step, differences, filled, hides, part};
use crate::render;

/// Something that a step changed and that is not known to be as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differs {
    /// The resource's address.
    pub address: String,
    /// What AWS has, in a sentence without its subject; empty where nobody looked.
    pub what: String,
    /// What is known of it.
    pub known: Known,
}

impl Differs {
    /// All of it, in a sentence.
    pub fn told(&self) -> String {
        let Self { address, what, known } = self;
        match known {
            Known::Different => format!("{address} {what}"),
            Known::Unread => format!("{address} could not be read back: {what}"),
            Known::Open if what.is_empty() => format!("{address} was not read back"),
            Known::Open => format!("{address} {what}, as far as it was read back"),
        }
    }
}

/// What is known of something that is not known to be as planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is not as planned.
    Different,
    /// It could not be read, so that nothing is known of it.
    Unread,
    /// The run was interrupted before it was read back, or before it was read again.
    Open,
}

/// Reads back what the steps that are done changed, and names what is not as planned.
///
/// IAM is eventually consistent, and nothing says that the others are not: what differs is read
/// again after each of the pauses before it is told, and `waits` is told of each. An interrupt ends
/// that: what was not read back by then, or differed once, stays open.
pub async fn read_back(
    aws: &Aws,
    plan: &Plan,
    report: &Report<'_>,
    stop: &Stop,
    pauses: &[Duration],
    waits: &dyn Fn(&[&Step]),
) -> Vec<Differs> {
    let arns = report.arns();
    let done = report.steps.iter().filter_map(|(step, outcome)| match outcome {
        // What is done had no hole left.
        Outcome::Done { arn } => {
            Some((filled(step, &arns).ok()?, arn.as_ref().or(step.arn.as_ref())))
        }
        _ => None,
    });
    let done: Vec<_> = done.collect();
    let mut open: Vec<_> = done.iter().map(|(step, arn)| (&**step, arn.cloned())).collect();
    let mut moved: Vec<_> = open.iter().map(|(step, _)| nobody_looked(step)).collect();
    let mut unread = Vec::new();
    let mut pauses = pauses.iter();
    while !open.is_empty() && !stop.asked() {
        let seen = look(aws, open.iter().cloned()).await;
        let is_last = pauses.len() == 0;
        let known = if is_last { Known::Different } else { Known::Open };
        let mut late = Vec::new();
        moved.clear();
        for (step, arn) in open {
            match differ(step, &seen, &plan.ignore_tags) {
                // The SDK has tried it again as often as there is sense in it.
                Err(differs) => unread.push(differs),
                Ok(differs) if differs.is_empty() => {}
                Ok(differs) => {
                    moved.extend(differs.into_iter().map(|one| Differs { known, ..one }));
                    late.push((step, arn));
                }
            }
        }
        open = late;
        let Some(pause) = pauses.next() else { break };
        if !open.is_empty() && !pause.is_zero() {
            waits(&open.iter().map(|(step, _)| *step).collect::<Vec<_>>());
            sleep(*pause, stop).await;
        }
    }
    moved.extend(unread);
    moved
}

fn nobody_looked(step: &Step) -> Differs {
    Differs { address: step.address.to_string(), what: String::new(), known: Known::Open }
}

/// Waits, but not for longer than until somebody asks to stop.
async fn sleep(pause: Duration, stop: &Stop) {
    const TICK: Duration = Duration::from_millis(100);
    let mut left = pause;
    while !left.is_zero() && !stop.asked() {
        tokio::time::sleep(left.min(TICK)).await;
        left = left.saturating_sub(TICK);
    }
}

/// What is not as a step was to make it; or that it could not be read.
fn differ(
    step: &Step,
    seen: &Observation,
    ignore_tags: &[String],
) -> Result<Vec<Differs>, Differs> {
    let section = &step.address.section;
    let of = |what: String, known| Differs { address: step.address.to_string(), what, known };
    if let Some(read) = seen.unreadable(section, &step.name) {
        return Err(of(read.because.clone(), Known::Unread));
    }
    let whats = match (step.action, seen.live(section, &step.name)) {
        (Action::Delete, None) => Vec::new(),
        (Action::Delete, Some(_)) => vec!["is still there".to_owned()],
        (_, None) => vec!["is not there".to_owned()],
        (_, Some(live)) => fields(step, live, ignore_tags),
    };
    Ok(whats.into_iter().map(|what| of(what, Known::Different)).collect())
}

/// What of a live resource is not as its step was to make it.
fn fields(step: &Step, live: &Live, ignore_tags: &[String]) -> Vec<String> {
    let kind = kinds::of(live.section);
    let (seen, _) = part(live, step.document.as_ref(), &step.unmanaged, ignore_tags);
    let hidden: Vec<Path> = step.sensitive.iter().chain(&live.sensitive).cloned().collect();
    // Where just our own tags change there is no document, and nothing to be held against it.
    let document = step.document.as_ref().unwrap_or(&seen);
    let found = differences(Some(document), Some(&seen), &|path| kind.is_whole(path));
    let mut whats: Vec<_> =
        found.iter().map(|found| field(found, hides(&hidden, &found.path))).collect();
    if kind.ownership() == Ownership::Tag {
        match &live.mark {
            Some(mark) if mark.stack != step.owner => {
                whats.push(format!("carries the mark of the stack `{}`", mark.stack));
            }
            Some(mark) if mark.protected != step.protection.after => {
                whats.push(if mark.protected { "is protected" } else { "is not protected" }.into());
            }
            Some(mark) if mark.digest.is_none() && !step.digest.is_empty() => {
                whats.push("carries no digest, as if its step had not finished".to_owned());
            }
            Some(_) => {}
            None => whats.push("carries no mark".to_owned()),
        }
    }
    whats
}

fn field(found: &Difference, sensitive: bool) -> String {
    /// Longer values are not worth a line each.
    const LONGEST: usize = 60;
    let Difference { path, before, after } = found;
    let shown = [before, after].map(|value| match value {
        Some(value) => render::shown_value(value),
        None => "(none)".to_owned(),
    });
    let [planned, is] = &shown;
    let is_long = shown.iter().any(|text| text.chars().count() > LONGEST);
    match after {
        _ if sensitive => format!("has another value of `{path}`, which is not shown"),
        None => format!("has no `{path}`"),
        _ if is_long => format!("has another value of `{path}`"),
        _ => format!("has {is} for `{path}`, and not {planned}"),
    }
}

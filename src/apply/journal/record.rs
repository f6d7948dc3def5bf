//! Lines of a journal, from the plan that is carried out and from what was there before.

use std::collections::BTreeMap;

use super::{Begin, Changed, Ended, FORMAT, How, SECRET_CHANGED, Start};
use crate::apply::Outcome;
use crate::kinds::{self, Live};
use crate::plan::{Path, Plan, Step, differences, hides, masked, part};
use crate::safety::Mark;
use crate::stack::Place;

/// The first line.
pub fn begin(
    plan: &Plan,
    at: String,
    who: String,
    endpoints: BTreeMap<String, String>,
    undoes: Option<String>,
) -> Begin {
    Begin {
        format: FORMAT,
        tracewright: env!("CARGO_PKG_VERSION").to_owned(),
        at,
        who,
        stack: plan.stack.clone(),
        file: plan.file.clone(),
        account: plan.account.clone(),
        region: plan.region.clone(),
        role: plan.role.clone(),
        endpoints,
        plan: plan.digest(),
        ignore_tags: plan.ignore_tags.clone(),
        limits: plan.limits,
        undoes,
    }
}

/// The line before a step's first call; `live` is what there is at this moment.
pub fn starts(plan: &Plan, step: &Step, live: Option<&Live>, at: String) -> Start {
    let place = Place { account: plan.account.clone(), region: plan.region.clone() };
    let hidden = hidden(step, live);
    Start {
        at,
        step: number(plan, step),
        address: step.address.clone(),
        name: step.name.clone(),
        action: step.action,
        arn: live.and_then(|live| live.arn.clone()),
        becomes: step.document.as_ref().and_then(|document| {
            kinds::of(&step.address.section).arn(&step.name, document, &place)
        }),
        mark: live.and_then(|live| live.mark.as_ref()).map(|mark| mark.stack.clone()),
        before: live.map(|live| body(step, live, &plan.ignore_tags, &hidden)),
        hidden,
        unmanaged: step.unmanaged.clone(),
        changes: step.changes.iter().map(changed).collect(),
    }
}

/// The line when a step has ended.
pub fn ended(plan: &Plan, step: &Step, outcome: &Outcome, at: String) -> Ended {
    let (how, arn) = match outcome {
        Outcome::Done { arn } => (How::Done, arn.clone()),
        Outcome::Failed(_) => (How::Failed, None),
        Outcome::Stranded(_) => (How::Stranded, None),
        Outcome::NotTried(_) => (How::NotTried, None),
    };
    Ended {
        at,
        step: number(plan, step),
        address: step.address.clone(),
        outcome: how,
        why: Some(outcome.why()).filter(|why| !why.is_empty()),
        arn,
    }
}

/// Two steps may have one address: what the file calls otherwise now comes and goes under it.
fn number(plan: &Plan, step: &Step) -> usize {
    let at = plan.steps.iter().position(|one| std::ptr::eq(one, step));
    at.map_or(0, |at| at + 1)
}

/// A resource as a stack file has it, without what the stack leaves to others and without secrets.
fn body(step: &Step, live: &Live, ignore_tags: &[String], hidden: &[Path]) -> serde_json::Value {
    // What goes goes with all its tags, and has to come back with them.
    let ignore_tags = if step.document.is_some() { ignore_tags } else { &[] };
    let (ours, _) = part(live, step.document.as_ref(), &step.unmanaged, ignore_tags);
    let shown = Live {
        document: masked(&ours, hidden),
        facts: masked(&live.facts, hidden),
        ..live.clone()
    };
    let mut body = kinds::of(live.section).written(&shown);
    if live.mark.as_ref().is_some_and(|mark| mark.protected) {
        body["protect"] = true.into();
    }
    body
}

/// The values that must not be shown: by the file, by AWS's own, or when they were applied.
fn hidden(step: &Step, live: Option<&Live>) -> Vec<Path> {
    let of_changes = step.changes.iter().filter(|change| change.sensitive).map(|c| &c.path);
    let mut hidden: Vec<_> = step.sensitive.iter().chain(of_changes).cloned().collect();
    if let Some(live) = live {
        let kind = kinds::of(live.section);
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let leaves = differences(None, Some(&live.document), &|path| kind.is_whole(path));
        hidden.extend(live.sensitive.iter().cloned());
        let is_hidden = |path: &Path| {
            hides(&hidden, path) || applied.as_ref().is_some_and(|applied| applied.hides(path))
        };
        let more: Vec<_> = leaves.into_iter().map(|leaf| leaf.path).filter(is_hidden).collect();
        hidden.extend(more);
    }
    hidden.sort();
    hidden.dedup();
    hidden
}

fn changed(change: &crate::plan::Change) -> Changed {
    let shown = |value: &Option<serde_json::Value>| match value {
        Some(_) if change.sensitive => Some(SECRET_CHANGED.into()),
        other => other.clone(),
    };
    Changed {
        path: change.path.clone(),
        before: shown(&change.before),
        after: shown(&change.after),
    }
}

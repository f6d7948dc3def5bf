//! Which rules come first: priorities that change hands, and the quota.

use std::collections::BTreeSet;

use serde_json::Value;

use super::SamplingRules;
use crate::kinds::{Kind as _, Live, Observation};
use crate::plan::{Action, FIRST, Step, after, touches};

/// Custom rules in a region, unless AWS raised it.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/xray.html>, quota L-8C0C998A.
const QUOTA: usize = 25;

pub(super) fn arrange(steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
    let section = SamplingRules.section();
    let live: Vec<_> = observed
        .live
        .iter()
        .filter(|live| live.section == section)
        .collect();
    let mut steps: Vec<_> = steps
        .iter_mut()
        .filter(|step| step.address.section == section)
        .collect();
    spare_priorities(&mut steps, &live);
    make_room(&mut steps, live.len(), notes);
}

/// A step that moves a rule to a priority that another rule has now gets a free one to go
/// through, in case AWS refuses equal priorities.
fn spare_priorities(steps: &mut [&mut Step], live: &[&Live]) {
    let held = |name: &str, priority: i64| {
        live.iter()
            .any(|l| l.name != name && priority_of(Some(&l.document)) == Some(priority))
    };
    let mut taken: BTreeSet<i64> = live
        .iter()
        .filter_map(|live| priority_of(Some(&live.document)))
        .collect();
    taken.extend(
        steps
            .iter()
            .filter_map(|step| priority_of(step.document.as_ref())),
    );
    for step in steps.iter_mut() {
        let moves = match step.action {
            Action::Create | Action::Replace => true,
            Action::Update | Action::Adopt => touches(step, "Priority"),
            Action::Delete | Action::Blocked => false,
        };
        let wanted = after(step, "Priority").and_then(Value::as_i64);
        if moves && wanted.is_some_and(|priority| held(&step.name, priority)) {
            step.spare_priority = (1..=9999).rev().find(|free| taken.insert(*free));
        }
    }
}

fn priority_of(document: Option<&Value>) -> Option<i64> {
    document?.get("Priority")?.as_i64()
}

/// At the quota deletions come first, since nothing can be created before.
fn make_room(steps: &mut [&mut Step], live: usize, notes: &mut Vec<String>) {
    let count = |steps: &[&mut Step], action| steps.iter().filter(|s| s.action == action).count();
    let (creates, deletes) = (count(steps, Action::Create), count(steps, Action::Delete));
    if creates == 0 || live + creates <= QUOTA {
        return;
    }
    if deletes > 0 {
        notes.push(format!(
            "deletions come before creations: the region has {live} of its {QUOTA} rules, so for a \
             moment the deleted rules' requests fall to other rules"
        ));
        for step in steps.iter_mut() {
            match step.action {
                Action::Delete => step.wave = FIRST,
                _ => step.wave = 1,
            }
        }
    }
    if live + creates - deletes > QUOTA {
        notes.push(format!(
            "the region would have {} rules and AWS's quota is {QUOTA} (L-8C0C998A) unless it was \
             raised",
            live + creates - deletes
        ));
    }
}

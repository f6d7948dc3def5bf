//! Which rules come first: priorities that change hands, the quota, and what makes room for what.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::SamplingRules;
use crate::kinds::xray::Quota;
use crate::kinds::{About, Kind as _, Observation};
use crate::plan::{Action, Step, after, touches};

/// Custom rules in a region, unless AWS raised it.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/xray.html>, quota L-8C0C998A.
const QUOTA: Quota = Quota {
    most: 25,
    what: "rules",
    code: " (L-8C0C998A)",
    raised: " unless it was raised",
    meanwhile: "; for a moment the deleted rules' requests fall to other rules",
};

pub(super) fn arrange(steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
    let section = SamplingRules.section();
    let mut steps: Vec<_> =
        steps.iter_mut().filter(|step| step.address.section == section).collect();
    let live = live_priorities(observed);
    make_way(&mut steps, &live);
    tell_ties(&steps, &live, notes);
    if !QUOTA.make_room(&mut steps, live.len(), notes) {
        successors_first(&mut steps);
    }
}

/// Every rule that the scan saw, those among them whose tags could not be read: they hold their
/// priorities and their places in the quota all the same.
fn live_priorities(observed: &Observation) -> BTreeMap<&str, i64> {
    let section = SamplingRules.section();
    let known = observed.live.iter().filter(|live| live.section == section);
    let known = known.map(|live| (live.name.as_str(), Some(&live.document)));
    let unknown = observed.unreadable.iter().filter(|read| read.section == section);
    let unknown = unknown.filter_map(|read| match &read.about {
        About::Resource(name) => Some((name.as_str(), read.seen.as_ref())),
        About::Section | About::Removed => None,
    });
    known.chain(unknown).filter_map(|(name, document)| Some((name, priority(document?)?))).collect()
}

fn priority(document: &Value) -> Option<i64> {
    document.get("Priority")?.as_i64()
}

/// The priority that a step gives its rule, where it gives it one.
fn moves_to(step: &Step) -> Option<i64> {
    let moves = match step.action {
        Action::Create | Action::Replace => true,
        Action::Update | Action::Adopt | Action::Move => touches(step, "Priority"),
        Action::Delete | Action::Keep | Action::Blocked => false,
    };
    after(step, "Priority").and_then(Value::as_i64).filter(|_| moves)
}

/// Whether a step takes its rule away from the priority it has.
fn leaves(step: &Step) -> bool {
    step.action == Action::Delete || moves_to(step).is_some()
}

/// A step that moves a rule to a priority that another rule has now, and leaves in this plan, gets
/// a free one to go through, in case AWS refuses equal priorities. Where the other rule stays
/// there is nothing to wait for.
fn make_way(steps: &mut [&mut Step], live: &BTreeMap<&str, i64>) {
    let leaving: BTreeSet<String> =
        steps.iter().filter(|step| leaves(step)).map(|step| step.name.clone()).collect();
    let mut taken: BTreeSet<i64> = live.values().copied().collect();
    taken.extend(steps.iter().filter_map(|step| moves_to(step)));
    for step in steps {
        let Some(wanted) = moves_to(step) else { continue };
        let mut holders =
            live.iter().filter(|(name, held)| **name != step.name && **held == wanted);
        let held = holders.clone().next().is_some();
        if held && holders.all(|(name, _)| leaving.contains(*name)) {
            let free = (1..=9999).rev().find(|free| taken.insert(*free));
            step.detour = free.map(|free| json!({"Priority": free}));
        }
    }
}

/// Names rules that will share a priority with one that the plan moves.
fn tell_ties(steps: &[&mut Step], live: &BTreeMap<&str, i64>, notes: &mut Vec<String>) {
    let mut then: BTreeMap<&str, i64> = live.clone();
    for step in steps {
        match (step.action, moves_to(step)) {
            (Action::Delete, _) => drop(then.remove(step.name.as_str())),
            (_, Some(priority)) => drop(then.insert(&step.name, priority)),
            _ => {}
        }
    }
    let moved: BTreeSet<i64> = steps.iter().filter_map(|step| moves_to(step)).collect();
    for priority in moved {
        let tied: Vec<_> = then.iter().filter(|(_, held)| **held == priority).collect();
        if tied.len() > 1 {
            let names: Vec<_> = tied.iter().map(|(name, _)| format!("`{name}`")).collect();
            notes.push(format!(
                "{} will have one priority, {priority}: which of them decides differs from sampler \
                 to sampler, and AWS may refuse it",
                names.join(" and ")
            ));
        }
    }
}

/// No rule goes before those that come have come: a request must not be without its rule in
/// between, nor for good where a creation fails.
fn successors_first(steps: &mut [&mut Step]) {
    let coming: Vec<_> = steps
        .iter()
        .filter(|step| matches!(step.action, Action::Create | Action::Replace))
        .map(|step| step.address.clone())
        .collect();
    for step in steps.iter_mut().filter(|step| step.action == Action::Delete) {
        step.depends_on.clone_from(&coming);
    }
}

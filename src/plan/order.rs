//! The order of the steps: as they are shown, and as they are carried out.

use std::collections::{BTreeMap, BTreeSet};

use super::address::Address;
use super::compare::texts;
use super::step::{Action, Step};
use crate::kinds;
use crate::stack::Stack;

/// Sorts the steps as they are shown, and gives each its wave.
///
/// What a resource refers to comes before it. Deletions come last, so that nothing that is still
/// needed is missing in between, unless a kind asked for them [`FIRST`] and moved its other steps
/// behind them. Among deletions, what stands on others goes before them.
pub(super) fn arrange(steps: &mut [Step], stack: &Stack) {
    steps.sort_by(|a, b| (a.action, &a.address).cmp(&(b.action, &b.address)));
    let depends: BTreeMap<_, _> =
        stack.wanted.iter().map(|w| (&w.address, &w.depends_on)).collect();
    let mut last = 0;
    for step in steps.iter_mut().filter(|step| step.action != Action::Delete) {
        step.wave += depth(&step.address, &depends);
        last = last.max(step.wave);
    }
    let named = named(steps);
    for step in steps.iter_mut().filter(|step| step.action == Action::Delete) {
        let section = &step.address.section;
        step.wave = if step.wave == FIRST { 0 } else { last + 1 + below(section) };
        // What still stands on it has to let go of it first.
        let above = |address: &&Address| stands_on(&address.section, section);
        let by = step.arn.as_ref().and_then(|arn| named.get(arn)).into_iter().flatten();
        step.depends_on.extend(by.filter(above).cloned());
    }
    marks_last(steps);
}

/// Where a name that the stack had loses resources, the marks that nothing else changes with change
/// hands after that: a run that is cut short leaves on record that the two names are one.
fn marks_last(steps: &mut [Step]) {
    let loses = |step: &&Step| step.action == Action::Delete && step.moved_from.is_some();
    let lost: Vec<_> = steps.iter().filter(loses).map(|step| step.address.clone()).collect();
    if lost.is_empty() {
        return;
    }
    let is_mark =
        |step: &Step| step.action == Action::Move && step.changes.is_empty() && !step.detail.acts;
    let last = steps.iter().map(|step| step.wave).max().unwrap_or_default();
    let marks: Vec<_> =
        steps.iter().filter(|step| is_mark(step)).map(|step| step.address.clone()).collect();
    for step in steps {
        if is_mark(step) {
            step.wave = last + 1;
            step.depends_on.extend(lost.iter().cloned());
        } else {
            step.depends_on.retain(|address| !marks.contains(address));
        }
    }
}

/// The ARNs that stand in what steps take away or change, and whose steps these are.
fn named(steps: &[Step]) -> BTreeMap<String, BTreeSet<Address>> {
    let mut named: BTreeMap<String, BTreeSet<Address>> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.action.acts()) {
        for before in step.changes.iter().filter_map(|change| change.before.as_ref()) {
            for arn in texts(before).into_iter().filter(|text| text.starts_with("arn:")) {
                named.entry(arn.to_owned()).or_default().insert(step.address.clone());
            }
        }
    }
    named
}

/// The wave a kind gives its deletions when they have to come before everything else.
pub(crate) const FIRST: usize = usize::MAX;

/// How many references deep a resource stands on others. References never go in a circle: the
/// stack is refused before.
fn depth(address: &Address, depends: &BTreeMap<&Address, &Vec<Address>>) -> usize {
    let below = depends.get(address).into_iter().flat_map(|below| below.iter());
    below.map(|address| depth(address, depends) + 1).max().unwrap_or(0)
}

/// How many sections stand on this one, and on one another.
fn below(section: &str) -> usize {
    let above = kinds::ALL.iter().map(|kind| kind.section());
    let above = above.filter(|above| stands_on(above, section));
    above.map(|above| below(above) + 1).max().unwrap_or(0)
}

fn stands_on(above: &str, section: &str) -> bool {
    kinds::of(above).stands_on().contains(&section)
}

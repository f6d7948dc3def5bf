//! What changes hands: to another stack, or from a name that the stack had.

use std::collections::BTreeSet;

use super::address::Address;
use super::step::{Action, Step};
use super::steps::Steps;
use super::whose::Whose;
use crate::kinds::{self, Kind, Live, Observation, Ownership};
use crate::stack::{Stack, Wanted};

/// Whether a plan of the stack is about a section: the file has it, or gives something of it away.
pub(super) fn is_about(stack: &Stack, section: &str) -> bool {
    stack.sections.contains(section) || stack.moved.keys().any(|address| address.section == section)
}

/// Hands a resource over to another stack, as it is.
pub(super) fn give(steps: Steps<'_>, live: &Live, other: &str) -> Step {
    let kind = kinds::of(live.section);
    let owner = kind.owner(other, &steps.stack.place);
    let protection = super::keep::as_it_is(live);
    let before = live.mark.as_ref().map(|mark| mark.stack.as_str());
    Step {
        action: Action::Move,
        because: format!("goes to the stack `{other}`, as `moved` says"),
        detail: kind.giving(live),
        ..steps.retag(live, owner, before, protection)
    }
}

/// Whether a resource has, for the key that it had, a name that leaves the one that its key is now
/// without a resource.
pub(super) fn takes_old_name(heir: &Wanted, live: &Live) -> bool {
    heir.address.key == live.name && heir.renamed_from.as_ref() == Some(&heir.name)
}

/// A deletion that would undo a renaming: AWS has the new name already.
pub(super) fn two_names(step: Step, heir: &Wanted) -> Step {
    let because = format!(
        "exists by this name, and `renamed_from` says that it is called {:?} still: take \
         `renamed_from` out, or give it that name with `{}`",
        heir.name,
        kinds::of(&heir.address.section).name_field()
    );
    Step { because, ..step }
}

/// What is worth knowing of names that the stack had, and of what is said to change hands.
pub(super) fn notes(stack: &Stack, observed: &Observation) -> Vec<String> {
    let mut notes: Vec<_> =
        stack.renamed_from.iter().filter_map(|former| of_name(stack, observed, former)).collect();
    notes.extend(taken(stack, observed));
    notes.extend(given(stack, observed));
    notes
}

/// What is left of a name that the stack had, where the file says nothing of it; or that nothing is.
fn of_name(stack: &Stack, observed: &Observation, former: &str) -> Option<String> {
    let carries = |live: &&Live| {
        let owner = kinds::of(live.section).owner(former, &stack.place);
        live.mark.as_ref().is_some_and(|mark| mark.stack == owner)
    };
    let left: BTreeSet<_> = observed
        .live
        .iter()
        .filter(carries)
        .filter(|live| !is_about(stack, live.section))
        .map(|live| Address::new(live.section, &live.name).to_string())
        .collect();
    if !left.is_empty() {
        let names = left.into_iter().collect::<Vec<_>>().join(", ");
        return Some(format!(
            "what still carries the mark of `{former}` in sections that the file does not have is \
             left as it is: {names}"
        ));
    }
    if observed.live.iter().any(|live| carries(&live)) {
        return None;
    }
    if let Some(unread) = observed.unreadable.first() {
        return Some(format!(
            "whether anything still carries the mark of `{former}` is not known: {} could not be \
             read: {}",
            unread.section, unread.because
        ));
    }
    Some(format!(
        "nothing carries the mark of `{former}`: if that is how it is spelled, `renamed_from` can go"
    ))
}

/// What the file says to take, and has.
fn taken<'a>(stack: &'a Stack, observed: &'a Observation) -> impl Iterator<Item = String> {
    stack.wanted.iter().filter_map(|wanted| {
        let other = wanted.from_stack.as_ref()?;
        let live = observed
            .live
            .iter()
            .find(|live| live.section == wanted.address.section && live.name == wanted.name)?;
        (Whose::of(live, stack) == Whose::Ours).then(|| {
            format!("{} is this stack's: its `from_stack: {other}` can go", wanted.address)
        })
    })
}

/// What the file says to give, and has not.
fn given<'a>(stack: &'a Stack, observed: &'a Observation) -> impl Iterator<Item = String> {
    stack.moved.iter().filter_map(|(address, other)| {
        let kind = kinds::of(&address.section);
        let is_it = |live: &&Live| {
            live.section == address.section && kinds::same_name(kind, &live.name, &address.key)
        };
        let live = observed.live.iter().find(is_it);
        let is_ours = live.is_some_and(|live| Whose::of(live, stack).is_ours());
        let is_known = is_known(kind, observed);
        (!is_ours && is_known).then(|| {
            format!("nothing to give: {address} carries no mark of this stack; `moved` to `{other}` can go")
        })
    })
}

/// Whether everything of a kind was read.
fn is_known(kind: &dyn Kind, observed: &Observation) -> bool {
    kind.ownership() == Ownership::Tag
        && observed.unreadable.iter().all(|read| read.section != kind.section())
}

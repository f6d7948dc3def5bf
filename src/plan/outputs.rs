//! References to ARNs of which AWS makes a part up: the number of a revision, an ID.
//!
//! In a stack such a reference stands as it is written. Where the resource is there and the plan does
//! not make it anew, the ARN that it has takes the reference's place; else this is a hole in the plan,
//! the only sort that a plan may have, and the run fills it once the step of that resource has landed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::address::Address;
use super::compare::texts;
use super::step::{Action, Change, Plan, Step};
use super::steps::digest_without;
use crate::kinds::{self, Observation};
use crate::stack::{Stack, Wanted, arn_of, listed};

/// Plans a stack in which the ARNs stand that stay as they are.
///
/// Which ones do is known once there is a plan: what that makes anew gets another ARN, and what refers
/// to it is planned again with a hole there. Each round has more holes than the one before, so that
/// this ends.
pub(super) fn planned(
    stack: &Stack,
    observed: &Observation,
    plan: impl Fn(&Stack) -> Plan,
) -> Plan {
    if !stack.wanted.iter().any(|wanted| references(wanted).next().is_some()) {
        return plan(stack);
    }
    let mut anew = BTreeSet::new();
    loop {
        let plan = plan(&known_but(stack, observed, &anew));
        let gets_arn = plan.doing().filter(|step| changes_arn(step));
        let more: BTreeSet<_> = gets_arn.map(|step| step.address.clone()).collect();
        if more.is_subset(&anew) {
            return said(plan, &anew);
        }
        anew.extend(more);
    }
}

/// A plan that says why, of the steps that change nothing but what follows others.
fn said(mut plan: Plan, anew: &BTreeSet<Address>) -> Plan {
    for step in plan.steps.iter_mut().filter(|step| step.action == Action::Update) {
        let holes: Vec<_> = anew
            .iter()
            .filter(|address| step.changes.iter().any(|one| refers(one.after.as_ref(), address)))
            .map(Address::to_string)
            .collect();
        let follows = |change: &Change| anew.iter().any(|one| refers(change.after.as_ref(), one));
        if !holes.is_empty() && step.changes.iter().all(follows) {
            step.because = format!("follows {}", listed(&holes));
        }
    }
    plan
}

/// A stack with the ARNs that AWS has now.
pub fn known(stack: &Stack, observed: &Observation) -> Stack {
    known_but(stack, observed, &BTreeSet::new())
}

/// A stack with the ARNs that AWS has now, but for those of what is made anew.
fn known_but(stack: &Stack, observed: &Observation, anew: &BTreeSet<Address>) -> Stack {
    let mut known = stack.clone();
    for wanted in &mut known.wanted {
        let referred: Vec<_> = references(wanted).cloned().collect();
        for address in referred.iter().filter(|address| !anew.contains(address)) {
            let live = of(stack, address).and_then(|it| observed.live(&address.section, &it.name));
            if let Some(arn) = live.and_then(|live| live.arn.as_ref()) {
                put(&mut wanted.document, address, arn);
                put(&mut wanted.sent, address, arn);
            }
        }
    }
    known
}

/// What a resource refers to and nothing is known of, since it could not be read.
pub(super) fn unread<'a>(
    stack: &Stack,
    wanted: &'a Wanted,
    observed: &Observation,
) -> Option<&'a Address> {
    references(wanted).find(|address| {
        of(stack, address)
            .is_some_and(|it| observed.unreadable(&address.section, &it.name).is_some())
    })
}

/// A step with the ARNs that its references stand for, once the steps that it depends on have landed.
///
/// # Errors
/// The first reference whose ARN is not known.
pub fn filled<'a>(
    step: &'a Step,
    arns: &BTreeMap<&Address, String>,
) -> Result<Cow<'a, Step>, String> {
    let open = || step.depends_on.iter().filter(|address| refers(step.document.as_ref(), address));
    if open().next().is_none() {
        return Ok(Cow::Borrowed(step));
    }
    let digest = |step: &Step| {
        let document = step.document.as_ref()?;
        Some(digest_without(document, &step.left, &step.sensitive).to_string())
    };
    let is_of_document = digest(step).is_some_and(|digest| digest == step.digest);
    let mut filled = step.clone();
    for address in open() {
        let arn = arns.get(address).ok_or_else(|| arn_of(address).unwrap_or_default())?;
        if let Some(document) = &mut filled.document {
            put(document, address, arn);
        }
        put(&mut filled.sent, address, arn);
    }
    if is_of_document {
        filled.digest = digest(&filled).unwrap_or_default();
    }
    Ok(Cow::Owned(filled))
}

/// Whether a resource has another ARN once its step has landed, which nobody knows before.
fn changes_arn(step: &Step) -> bool {
    let kind = kinds::of(&step.address.section);
    let is_made = matches!(step.action, Action::Create | Action::Replace);
    kind.arn_is_given() && (is_made || kind.changes_arn(&step.changes))
}

/// The resources whose ARN is not known and stands in this one.
pub fn references(wanted: &Wanted) -> impl Iterator<Item = &Address> {
    wanted.depends_on.iter().filter(|address| refers(Some(&wanted.document), address))
}

fn refers(document: Option<&Value>, address: &Address) -> bool {
    let is_given = kinds::find(&address.section).is_some_and(kinds::Kind::arn_is_given);
    let reference = arn_of(address).filter(|_| is_given);
    reference.zip(document).is_some_and(|(reference, document)| {
        texts(document).iter().any(|text| text.contains(&reference))
    })
}

fn of<'a>(stack: &'a Stack, address: &Address) -> Option<&'a Wanted> {
    stack.wanted.iter().find(|wanted| wanted.address == *address)
}

/// Puts an ARN in the place of the references to it.
fn put(value: &mut Value, address: &Address, arn: &str) {
    match value {
        Value::String(text) => {
            if let Some(reference) = arn_of(address).filter(|one| text.contains(one)) {
                *text = text.replace(&reference, arn);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put(item, address, arn)),
        Value::Object(fields) => fields.values_mut().for_each(|value| put(value, address, arn)),
        _ => {}
    }
}

//! What the caller has to be allowed, so that a verb can look at a stack or change it.
//!
//! Which action takes which resources and conditions is in the Service Authorization Reference, a page
//! for each service: <https://docs.aws.amazon.com/service-authorization/latest/reference/>.

use serde_json::Value;

use super::{ALL, Kind, Look};
use crate::iam::Grant;
use crate::safety::STACK_TAG;
use crate::stack::{Hole, Place, Stack, Wanted, unset};

/// What is to be done with a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It is held against AWS: `plan` and `drift`.
    Look,
    /// It is carried out: `apply`.
    Change,
    /// Everything that carries its mark goes: `destroy`.
    Leave,
}

/// Everything that the caller has to be allowed. A section that is neither in the file nor left there
/// by a name that the stack had needs nothing, unless all of the stack goes.
///
/// AWS answers `sts:GetCallerIdentity` to everybody; servers by others ask for it, and every run makes
/// that call first.
pub fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let leaves = purpose == Purpose::Leave;
    // What goes is known by its mark, and nothing of the file is made.
    let bare = leaves.then(|| Stack { wanted: Vec::new(), ..stack.clone() });
    let look = if leaves { Look::leaving } else { Look::planned };
    let kinds = ALL.into_iter().filter(|kind| look(*kind, stack).is_some());
    let whoami = Grant::anywhere(LOOK, &["sts:GetCallerIdentity"]);
    let grants = kinds.flat_map(|kind| kind.grants(bare.as_ref().unwrap_or(stack), purpose));
    std::iter::once(whoami).chain(grants).collect()
}

/// Why it cannot be said what a stack needs, where a name or a role depends on a variable that is not
/// set.
pub fn unsaid(stack: &Stack, purpose: Purpose) -> Option<String> {
    if purpose != Purpose::Change {
        return None;
    }
    let nameless = stack.nameless.iter().map(|one| format!("{}: {}", one.address, one.because));
    let open = stack.wanted.iter().filter_map(|wanted| {
        let needs = super::of(&wanted.address.section).needs(&wanted.document);
        let is_needed = |hole: &&Hole| {
            let value = wanted.document.get(hole.path.field()).and_then(Value::as_str);
            hole.path.0.is_empty() || value.is_some_and(|value| needs.iter().any(|n| n == value))
        };
        let hole = wanted.holes.iter().find(is_needed)?;
        Some(format!("{}: it depends on {}", wanted.address, unset(&hole.unset)))
    });
    nameless.chain(open).next()
}

/// What is looked at and cannot be narrowed to resources.
pub(super) const LOOK: &str = "Look";

/// The resources of a kind that the file has.
pub(super) fn wanted<'a>(kind: &dyn Kind, stack: &'a Stack) -> impl Iterator<Item = &'a Wanted> {
    let section = kind.section();
    stack.wanted.iter().filter(move |wanted| wanted.address.section == section)
}

/// An ARN of this account and region, or of this account alone for a service that is global.
pub(super) fn arn(place: &Place, service: &str, region: &str, resource: &str) -> String {
    format!("arn:{}:{service}:{region}:{}:{resource}", place.partition(), place.account)
}

/// Only on what carries the mark of the stack, or of a name that it had.
pub(super) fn marked(grant: Grant, kind: &dyn Kind, stack: &Stack) -> Grant {
    let owner = kind.owner(&stack.name, &stack.place);
    let owners = std::iter::once(owner).chain(kind.former(stack));
    grant.only_if("StringEquals", &mark_key(), owners)
}

/// The condition key of the mark.
pub(super) fn mark_key() -> String {
    format!("aws:ResourceTag/{STACK_TAG}")
}

/// What it takes to give resources of a kind to another stack, where the stack does.
pub(super) fn giving(
    kind: &dyn Kind,
    stack: &Stack,
    action: &'static str,
    resources: String,
) -> Option<Grant> {
    let given = stack.moved.iter().filter(|(address, _)| address.section == kind.section());
    // Of what takes several calls the last ones meet the mark that the first one wrote.
    let receivers: Vec<_> = given.map(|(_, other)| kind.owner(other, &stack.place)).collect();
    let grant = marked(Grant::new("GiveAway", &[action], [resources]), kind, stack);
    (!receivers.is_empty()).then(|| grant.only_if("StringEquals", &mark_key(), receivers))
}

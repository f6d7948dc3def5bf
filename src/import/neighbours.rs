//! What is live, about tracing, and no stack's: for a person to take into one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Taken};
use crate::document::entry;
use crate::kinds::{self, Live, Ownership};
use crate::plan::Address;
use crate::stack::{Stack, edit};
use crate::text::safe;

/// The live resources that no stack owns, that this one's file does not have, and that are about
/// tracing, each with why. A role is too where a policy is attached to it that is.
pub fn neighbours(live: &[Live], stack: &Stack) -> Vec<(Live, String)> {
    let traces = |one: &Live| kinds::of(one.section).traces(one);
    let policies = live.iter().filter(|one| one.section == "policies" && traces(one).is_some());
    let arns: BTreeSet<_> = policies.filter_map(|one| one.arn.as_deref()).collect();
    let is_free = |one: &&Live| {
        one.mark.is_none()
            && kinds::of(one.section).ownership() == Ownership::Tag
            && !stack.wanted.iter().any(|w| w.address.section == one.section && w.name == one.name)
    };
    let why = |one: &Live| {
        let attached = || {
            let all = one.document["ManagedPolicies"].as_object().into_iter().flatten();
            let arn = all.filter_map(|(_, arn)| arn.as_str()).find(|arn| arns.contains(arn))?;
            Some(format!("{arn} is attached to it"))
        };
        traces(one).or_else(attached)
    };
    live.iter().filter(is_free).filter_map(|one| Some((one.clone(), why(one)?))).collect()
}

/// One resource as a stack file has it, below its section.
pub fn pasted_alone(one: &Taken) -> String {
    format!("{}:\n{}", one.section, entry(&one.key, &edit::as_written(&one.body), 2))
}

/// Resources as a stack file has them, a comment above each that says why it is there.
pub fn pasted(draft: &Draft, why: &BTreeMap<Address, String>) -> String {
    let mut text = String::new();
    for kind in kinds::ALL {
        let own = draft.resources.iter().filter(|one| one.section == kind.section());
        for (at, one) in own.enumerate() {
            if at == 0 {
                text += &format!("{}:\n", kind.section());
            }
            let address = Address::new(one.section, &one.key);
            let because = why.get(&address).map(String::as_str).unwrap_or_default();
            text += &format!("  # {}: {}\n", safe(&address.to_string()), safe(because));
            text += &entry(&one.key, &edit::as_written(&one.body), 2);
        }
    }
    text
}

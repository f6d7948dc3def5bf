//! Policies that are made anew or go, and the roles that let go of them in the same plan.

use serde_json::{Value, json};

use super::Policies;
use super::spec::BOUNDS;
use crate::kinds::Kind as _;
use crate::kinds::roles::{BOUNDARY, MANAGED, Roles};
use crate::plan::{Action, Change, Step};

/// The roles that a policy which is made anew is not put back on, in the detail of its step: the
/// plan takes it off them, or makes them anew themselves, maybe side by side with this.
pub(super) const LET_GO: &str = "letGo";

pub(super) fn arrange(steps: &mut [Step]) {
    let section = Policies.section();
    let (policies, others): (Vec<_>, Vec<_>) =
        steps.iter_mut().partition(|step| step.address.section == section);
    for policy in policies {
        match policy.action {
            Action::Replace => {
                let letting_go = others.iter().filter(|other| lets_go(other, policy));
                let names: Vec<_> = letting_go.map(|role| role.name.as_str()).collect();
                if !names.is_empty() {
                    policy.detail.value = json!({ LET_GO: names });
                }
            }
            Action::Delete => {
                keeps_bounding(policy, &others);
                leaves_the_gone(policy, &others);
            }
            _ => {}
        }
    }
}

/// Says that a policy which is to go bounds more than what this plan frees of it, and leaves the
/// count of that in its detail.
fn keeps_bounding(policy: &mut Step, others: &[&mut Step]) {
    let bounded = policy.detail.value[BOUNDS].as_u64().unwrap_or_default();
    let freed = others.iter().filter(|other| frees(other, policy)).count();
    let left = bounded.saturating_sub(freed.try_into().unwrap_or(u64::MAX));
    policy.detail.value[BOUNDS] = left.into();
    if left > 0 {
        let told = "is a permissions boundary, and IAM deletes none: this will fail";
        policy.detail.told.push(told.to_owned());
    }
}

/// A role that goes is gone by then, and so is its tag, by which alone the caller may be allowed to take
/// anything off it.
fn leaves_the_gone(policy: &mut Step, others: &[&mut Step]) {
    let goes = |name: &Value| {
        others.iter().any(|other| {
            let is_role = other.address.section == Roles.section();
            is_role && other.action == Action::Delete && name == other.name.as_str()
        })
    };
    if let Some(roles) = policy.detail.value["roles"].as_array_mut() {
        roles.retain(|name| !goes(name));
    }
}

/// Whether a step takes the policy off a role as its boundary.
fn frees(role: &Step, policy: &Step) -> bool {
    let frees = |change: &Change| change.path.field() == BOUNDARY && was(change, policy);
    role.address.section == Roles.section() && role.changes.iter().any(frees)
}

/// Whether what a field had before is the policy.
fn was(change: &Change, policy: &Step) -> bool {
    let before = change.before.as_ref().and_then(Value::as_str);
    before.is_some() && before == policy.arn.as_deref()
}

fn lets_go(role: &Step, policy: &Step) -> bool {
    if role.address.section != Roles.section() {
        return false;
    }
    match role.action {
        Action::Delete => true,
        // What it has of others goes over to the new one.
        Action::Replace => !role.unmanaged.iter().any(|field| field == MANAGED),
        Action::Keep | Action::Blocked => false,
        Action::Update | Action::Adopt | Action::Move | Action::Create => {
            role.changes.iter().any(|change| change.path.field() == MANAGED && was(change, policy))
        }
    }
}

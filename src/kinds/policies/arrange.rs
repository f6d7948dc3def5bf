//! Policies that are made anew, and the roles that let go of them in the same plan.

use serde_json::{Value, json};

use super::Policies;
use crate::kinds::Kind as _;
use crate::kinds::roles::{MANAGED, Roles};
use crate::plan::{Action, Step};

/// The roles that a policy which is made anew is not put back on, in the detail of its step: the
/// plan takes it off them, or makes them anew themselves, maybe side by side with this.
pub(super) const LET_GO: &str = "letGo";

pub(super) fn arrange(steps: &mut [Step]) {
    let section = Policies.section();
    let (policies, others): (Vec<_>, Vec<_>) =
        steps.iter_mut().partition(|step| step.address.section == section);
    for policy in policies.into_iter().filter(|step| step.action == Action::Replace) {
        let letting_go = others.iter().filter(|other| lets_go(other, policy));
        let names: Vec<_> = letting_go.map(|role| role.name.as_str()).collect();
        if !names.is_empty() {
            policy.detail.value = json!({ LET_GO: names });
        }
    }
}

fn lets_go(role: &Step, policy: &Step) -> bool {
    let arn = policy.arn.as_deref();
    let is_it = |value: &Option<Value>| value.as_ref().and_then(Value::as_str) == arn;
    if role.address.section != Roles.section() {
        return false;
    }
    match role.action {
        Action::Delete => true,
        // What it has of others goes over to the new one.
        Action::Replace => !role.unmanaged.iter().any(|field| field == MANAGED),
        Action::Keep | Action::Blocked => false,
        Action::Update | Action::Adopt | Action::Move | Action::Create => role
            .changes
            .iter()
            .any(|change| change.path.field() == MANAGED && is_it(&change.before)),
    }
}

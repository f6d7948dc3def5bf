//! What a step does to a role beside changing its fields, and what it means for what is allowed.

use serde_json::{Value as Json, json};

use super::spec::{BOUNDARY, INLINE, MANAGED, TRUST};
use crate::iam::{self as policy, Use};
use crate::kinds::{Live, iam};
use crate::plan::{Action, Change, Detail, Effect, Permission, Step};
use crate::stack::Wanted;

/// In the detail of a step: the instance profiles that a role is in.
pub(super) const PROFILES: &str = "InstanceProfiles";

/// What goes with a role: IAM deletes none that has policies or is in an instance profile. Of one
/// that is made anew, what is left to others comes back.
pub(super) fn detail(wanted: Option<&Wanted>, live: &Live) -> Detail {
    let moves = |wanted: &Wanted| wanted.document["Path"] != live.document["Path"];
    if wanted.is_some_and(|wanted| !moves(wanted)) {
        return Detail::default();
    }
    let profiles = &live.facts[PROFILES];
    let names: Vec<_> =
        profiles.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let mut told = Vec::new();
    if !names.is_empty() {
        let profiles = if names.len() == 1 { "profile" } else { "profiles" };
        told.push(format!(
            "is taken out of the instance {profiles} {}, whose instances lose it",
            names.join(", ")
        ));
    }
    // What is left to others is read again when it is taken off.
    let taken = |field: &str| {
        let is_left = wanted.is_some_and(|wanted| wanted.unmanaged.iter().any(|u| u == field));
        live.document[field].as_object().into_iter().flatten().filter(move |_| !is_left)
    };
    let inline: Vec<_> = taken(INLINE).map(|(name, _)| name).collect();
    let attached: Vec<_> = taken(MANAGED).map(|(_, arn)| arn).collect();
    told.extend(wanted.into_iter().flat_map(|wanted| left(wanted, live)));
    let value = json!({PROFILES: profiles, INLINE: inline, MANAGED: attached});
    Detail { value, told, acts: false }
}

/// What others put into the fields that are left to them, a sentence for each.
fn left(wanted: &Wanted, live: &Live) -> Vec<String> {
    let told = |field: &String| {
        let names: Vec<_> = match live.document.get(field)? {
            Json::Object(named) => named.keys().map(String::as_str).collect(),
            one => one.as_str().map(policy::short).into_iter().collect(),
        };
        Some(format!("has {field} of others put back: {}", names.join(", ")))
    };
    wanted.unmanaged.iter().filter_map(told).collect()
}

/// What a step means for what may be done, and by whom.
pub(super) fn permissions(step: &Step) -> Vec<Permission> {
    let all = step.changes.iter().flat_map(|change| permission(step, change));
    // With the role itself, nothing that it was denied is allowed.
    all.filter(|one| step.action != Action::Delete || one.effect == Effect::Removed).collect()
}

fn permission(step: &Step, change: &Change) -> Vec<Permission> {
    let arn = |value| Option::and_then(value, Json::as_str);
    let (before, after) = (arn(change.before.as_ref()), arn(change.after.as_ref()));
    match change.path.field() {
        TRUST => iam::meaning(change, Use::Trust, ""),
        INLINE => {
            let name = change.path.0.get(1).map_or("", String::as_str);
            iam::meaning(change, Use::Identity, &format!("{name}: "))
        }
        // One of the same name may come in the place of another.
        MANAGED => after.into_iter().flat_map(gets).chain(before.map(loses)).collect(),
        BOUNDARY if step.action != Action::Create => bounded(before, after).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn gets(arn: &str) -> impl Iterator<Item = Permission> {
    let alarm = policy::alarm(arn);
    let alarm = alarm.map(|what| Permission { effect: Effect::Widened, what: what.to_owned() });
    let what = format!("gets the policy {}", policy::short(arn));
    alarm.into_iter().chain([Permission { effect: Effect::Added, what }])
}

fn loses(arn: &str) -> Permission {
    let effect = if policy::denies(arn) { Effect::Widened } else { Effect::Removed };
    Permission { effect, what: format!("loses the policy {}", policy::short(arn)) }
}

fn bounded(before: Option<&str>, after: Option<&str>) -> Option<Permission> {
    let name = policy::short;
    let (effect, what) = match (before, after) {
        (None, None) => return None,
        (None, Some(after)) => {
            (Effect::Removed, format!("is bounded by {} from now on", name(after)))
        }
        (Some(before), None) => {
            (Effect::Widened, format!("loses its permissions boundary {}", name(before)))
        }
        (Some(before), Some(after)) => {
            let what = format!("is bounded by {} in place of {}", name(after), name(before));
            (Effect::Widened, what)
        }
    };
    Some(Permission { effect, what })
}

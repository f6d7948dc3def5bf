//! What a step does to a role beside changing its fields, and what it means for what is allowed.

use serde_json::{Value as Json, json};

use super::spec::{BOUNDARY, INLINE, MANAGED, TRUST};
use crate::iam::{self as policy, Use};
use crate::kinds::{Live, iam};
use crate::plan::{Action, Change, Detail, Effect, Permission, Step};
use crate::stack::Wanted;

/// In the detail of a step: the instance profiles that a role is in.
pub(super) const PROFILES: &str = "InstanceProfiles";
/// In the detail of a step: what others put on a role that is made anew, to be put back.
pub(super) const LEFT: &str = "left";

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
        told.push(format!(
            "is taken out of the instance profile {}, whose instances lose it",
            names.join(", ")
        ));
    }
    let keys = |field: &str| -> Vec<&String> {
        live.document[field].as_object().map(|map| map.keys().collect()).unwrap_or_default()
    };
    let attached = live.document[MANAGED].as_object().map(|map| map.values().collect::<Vec<_>>());
    let mut value = json!({PROFILES: profiles, INLINE: keys(INLINE), MANAGED: attached});
    if let Some(wanted) = wanted {
        let left = left(wanted, live);
        told.extend(left.as_object().into_iter().flatten().map(|(field, left)| {
            let names: Vec<_> = match left {
                Json::Object(named) => named.keys().map(String::as_str).collect(),
                one => one.as_str().map(policy::short).into_iter().collect(),
            };
            format!("has {field} of others put back: {}", names.join(", "))
        }));
        value[LEFT] = left;
    }
    Detail { value, told, acts: false }
}

/// What is there in the fields that are left to others, policies as they are spelled.
fn left(wanted: &Wanted, live: &Live) -> Json {
    let there = |field: &&String| match field.as_str() {
        INLINE => live.facts.get(INLINE),
        field => live.document.get(field),
    };
    let is_something = |value: &&Json| value.as_object().is_none_or(|map| !map.is_empty());
    let fields = wanted.unmanaged.iter();
    let fields = fields
        .filter_map(|field| Some((field.clone(), there(&field).filter(is_something)?.clone())));
    Json::Object(fields.collect())
}

/// What a step means for what may be done, and by whom.
pub(super) fn permissions(step: &Step) -> Vec<Permission> {
    step.changes.iter().flat_map(|change| permission(step, change)).collect()
}

fn permission(step: &Step, change: &Change) -> Vec<Permission> {
    let named = |value: &Option<Json>| {
        let arn = value.as_ref().and_then(Json::as_str).unwrap_or_default();
        policy::short(arn).to_owned()
    };
    match change.path.field() {
        TRUST => iam::meaning(change, Use::Trust, ""),
        INLINE => {
            let name = change.path.0.get(1).map_or("", String::as_str);
            iam::meaning(change, Use::Identity, &format!("{name}: "))
        }
        MANAGED => {
            // One of the same name may come in the place of another.
            let gets = |after: &_| Permission {
                effect: Effect::Added,
                what: format!("gets the policy {}", named(after)),
            };
            let loses = |before: &_| Permission {
                effect: Effect::Removed,
                what: format!("loses the policy {}", named(before)),
            };
            let after = change.after.is_some().then(|| gets(&change.after));
            let before = change.before.is_some().then(|| loses(&change.before));
            after.into_iter().chain(before).collect()
        }
        BOUNDARY if step.action != Action::Create => {
            let (effect, what) = match (&change.before, &change.after) {
                (None, after) => {
                    (Effect::Removed, format!("is bounded by {} from now on", named(after)))
                }
                (before, None) => {
                    let before = named(before);
                    (Effect::Widened, format!("loses its permissions boundary {before}"))
                }
                (before, after) => {
                    let (before, after) = (named(before), named(after));
                    let what = format!("is bounded by {after} in place of {before}");
                    (Effect::Widened, what)
                }
            };
            // With the role itself, its boundary bounds nothing any more.
            let gone = step.action == Action::Delete;
            if gone { Vec::new() } else { vec![Permission { effect, what }] }
        }
        _ => Vec::new(),
    }
}

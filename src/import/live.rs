//! What is live in AWS, as resources of a stack.

use std::collections::BTreeMap;

use super::haul::{Haul, Taken, reference};
use crate::document::{Entry, Node, Span, Value};
use crate::kinds::{self, Live};
use crate::plan::{Digest, Path};
use crate::safety::Mark;

/// The fields that name another resource, by the ARN it has.
const NAMING: [&str; 4] =
    ["taskRoleArn", "executionRoleArn", "PermissionsBoundary", "ManagedPolicies"];

/// Takes live resources in. They stand in no file: the caller has a place for each. What names one
/// that comes along refers to it, as a person would write it.
pub fn take_live(live: &[Live], place: &mut dyn FnMut(&Live) -> Span, haul: &mut Haul) {
    let references: BTreeMap<_, _> = live.iter().filter_map(referred).collect();
    // AWS answers in any order; rules stand in the one they are tried in.
    let mut sorted: Vec<_> = live.iter().collect();
    sorted.sort_by_key(|one| (one.document["Priority"].as_u64(), &one.name));
    for one in sorted {
        let kind = kinds::of(one.section);
        let order = kind.order().into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        let span = place(one);
        let written = kind.written(one);
        let mut body = Node::of_json(&written, &order, &mut || span);
        if let Some(applied) = one.mark.as_ref().and_then(Mark::digest).filter(Digest::tells_fields)
        {
            let hidden = |path: &Path| {
                let at = kind.locate(&written, std::slice::from_ref(path));
                at.iter().any(|at| applied.hides(at))
            };
            hide(&mut body, &Path::default(), &hidden);
        }
        if let Value::Map(map) = &mut body.value {
            let naming = map.entries.iter_mut().filter(|one| NAMING.contains(&one.key.as_str()));
            naming.for_each(|one| refer(&mut one.value, &references));
        }
        haul.taken.push(Taken { section: one.section, key: one.name.clone(), body, span });
    }
}

/// Marks what was a secret when it was applied, which nothing else may tell. Of a policy that holds one
/// it is what a condition asks for.
fn hide(node: &mut Node, at: &Path, hidden: &dyn Fn(&Path) -> bool) {
    match &mut node.value {
        Value::Map(map) => {
            let is_policy = map.get("Statement").is_some() && hidden(at);
            for entry in &mut map.entries {
                if is_policy {
                    conditions(entry);
                } else if entry.key != "name" {
                    // The name of a variable stands for all of it in the canonical document.
                    hide(&mut entry.value, &at.join(&entry.key), hidden);
                }
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                hide(item, &at.join(&index.to_string()), hidden);
            }
        }
        Value::Null => {}
        _ => node.secret |= hidden(at),
    }
}

fn conditions(entry: &mut Entry) {
    match &mut entry.value.value {
        _ if entry.key == "Condition" => secret(&mut entry.value),
        Value::Map(map) => map.entries.iter_mut().for_each(conditions),
        Value::Seq(items) => {
            let maps = items.iter_mut().filter_map(|item| match &mut item.value {
                Value::Map(map) => Some(map),
                _ => None,
            });
            maps.flat_map(|map| &mut map.entries).for_each(conditions);
        }
        _ => {}
    }
}

/// Marks all that stands in a value.
fn secret(node: &mut Node) {
    match &mut node.value {
        Value::Map(map) => map.entries.iter_mut().for_each(|entry| secret(&mut entry.value)),
        Value::Seq(items) => items.iter_mut().for_each(secret),
        _ => node.secret = true,
    }
}

/// The ARN of what others can refer to, and the reference.
fn referred(live: &Live) -> Option<(&str, String)> {
    let word = match live.section {
        "roles" => "role",
        "policies" => "policy",
        _ => return None,
    };
    Some((live.arn.as_deref()?, format!("${{{word}.{}.arn}}", live.name)))
}

fn refer(node: &mut Node, references: &BTreeMap<&str, String>) {
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| refer(item, references)),
        Value::String(text) => {
            if let Some(found) = references.get(text.as_str()) {
                *node = reference(node.span, found.clone());
            }
        }
        _ => {}
    }
}

//! What is live in AWS, as resources of a stack.

use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};

use super::haul::{Haul, Taken, reference};
use crate::document::{Entry, Map, Node, Span, Value};
use crate::kinds::{self, Live};

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
        let mut body = node(&kind.written(one), span, &order);
        if let Value::Map(map) = &mut body.value {
            let naming = map.entries.iter_mut().filter(|one| NAMING.contains(&one.key.as_str()));
            naming.for_each(|one| refer(&mut one.value, &references));
        }
        haul.taken.push(Taken { section: one.section, key: one.name.clone(), body, span });
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

/// 0 for 0.0, as people write it.
fn whole(number: &Number) -> Number {
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    let small = float.filter(|float| float.abs() < 9e15).map(|float| Number::from(float as i64));
    small.unwrap_or_else(|| number.clone())
}

/// A tree of ours, its fields in an order; fields that are not in it come last, by their names.
fn node(value: &Json, span: Span, order: &BTreeMap<&str, usize>) -> Node {
    let value = match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(value) => Value::Number(whole(value)),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => {
            Value::Seq(items.iter().map(|item| node(item, span, order)).collect())
        }
        Json::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| order.get(name.as_str()).copied().unwrap_or(usize::MAX));
            let entry = |(name, value): (&String, &Json)| Entry {
                key: name.clone(),
                key_span: span,
                value: node(value, span, order),
            };
            Value::Map(Map { entries: fields.into_iter().map(entry).collect() })
        }
    };
    Node::new(span, value)
}

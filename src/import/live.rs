//! What is live in AWS, as resources of a stack.

use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};

use super::haul::{Haul, Taken};
use crate::document::{Entry, Map, Node, Span, Value};
use crate::kinds::{self, Live};

/// Takes live resources in. They stand in no file, so that their place is what the caller calls AWS.
pub fn take_live(live: &[Live], span: Span, haul: &mut Haul) {
    for one in live {
        let kind = kinds::of(one.section);
        let order = kind.order().into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        let body = node(&kind.written(one), span, &order);
        haul.taken.push(Taken { section: one.section, key: one.name.clone(), body, span });
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

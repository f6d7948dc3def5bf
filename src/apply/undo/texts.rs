//! The texts in what goes back: what is not known, what refers to others, and what only looks so.

use serde_json::Value;

use super::Past;
use crate::plan::{Address, SENSITIVE};
use crate::stack::{arn_of, escaped};

/// Whether a value in here is one that the journal does not have.
pub(super) fn holds_hidden(value: &Value) -> bool {
    match value {
        Value::String(text) => text == SENSITIVE,
        Value::Array(items) => items.iter().any(holds_hidden),
        Value::Object(fields) => fields.values().any(holds_hidden),
        _ => false,
    }
}

/// Names what comes back by a reference where its ARN stands in what comes back beside it: it may have
/// another one now, or get one, and the revision that it was may be gone.
pub(super) fn follow(comes: &[(&Past, Address)], stack: &mut Value) {
    let given = comes.iter().filter(|(past, _)| past.kind().arn_is_given());
    let known: Vec<_> = given
        .filter_map(|(past, address)| Some((past.start.arn.as_deref()?, address, arn_of(address)?)))
        .collect();
    for (_, address) in comes {
        let others = known.iter().filter(|(_, other, _)| *other != address);
        for (arn, _, reference) in others {
            refer(&mut stack[&address.section][&address.key], arn, reference);
        }
    }
}

/// Puts a reference in the place of an ARN, wherever it stands whole.
fn refer(value: &mut Value, arn: &str, reference: &str) {
    match value {
        Value::String(text) => {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
            if let Some(at) = text.find(arn).filter(|at| ends(&text[at + arn.len()..])) {
                text.replace_range(at..at + arn.len(), reference);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, arn, reference)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| refer(field, arn, reference));
        }
        _ => {}
    }
}

/// Text stands for itself, whatever looks like a reference in it.
pub(super) fn escape(value: &mut Value) {
    match value {
        Value::String(text) => *text = escaped(text),
        Value::Array(items) => items.iter_mut().for_each(escape),
        Value::Object(fields) => fields.values_mut().for_each(escape),
        _ => {}
    }
}

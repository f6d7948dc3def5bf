//! Tags, as every kind has them.

use std::collections::BTreeMap;

use crate::document::{Diagnostic, Diagnostics, Node, Span, Value};
use crate::safety::OURS;

/// Most tags a resource may carry, two of AWS's 50 kept for our own.
pub(crate) const MOST_TAGS: usize = 48;

/// Reads tags in either form and checks what AWS would refuse.
///
/// Keys have 1 to 128 characters, values up to 256, both of letters, digits, spaces and
/// `_ . : / = + - @`; `aws:` is AWS's. Source: X-Ray developer guide, "Tagging X-Ray sampling
/// rules and groups", and the service model.
pub(crate) fn tags(node: &Node, found: &mut Diagnostics) -> BTreeMap<String, Node> {
    let mut tags = BTreeMap::new();
    let pairs: Vec<(String, Span, Node)> = match &node.value {
        Value::Null => Vec::new(),
        Value::Map(map) => map
            .entries
            .iter()
            .map(|entry| (entry.key.clone(), entry.key_span, entry.value.clone()))
            .collect(),
        Value::Seq(items) => items.iter().filter_map(|item| pair(item, found)).collect(),
        _ => {
            let message =
                format!("tags are a mapping, or a list of `Key` and `Value`, not {}", node.kind());
            found.push(Diagnostic::error(message).at(node.span));
            Vec::new()
        }
    };
    for (key, key_span, mut value) in pairs {
        // `true` and `1` are what people write; AWS knows text only.
        if matches!(value.value, Value::Bool(_) | Value::Number(_)) {
            value.value = Value::String(value.shown().trim_matches('"').to_owned());
        }
        if let Some(problem) = tag_problem(&key, &value) {
            found.push(Diagnostic::error(problem).at(key_span));
        } else if tags.insert(key.clone(), value).is_some() {
            found.push(Diagnostic::error(format!("the tag `{key}` is given twice")).at(key_span));
        }
    }
    if tags.len() > MOST_TAGS {
        let message =
            format!("{} tags; AWS takes 50, and two of them are tracewright's own", tags.len());
        found.push(Diagnostic::error(message).at(node.span));
    }
    tags
}

fn pair(item: &Node, found: &mut Diagnostics) -> Option<(String, Span, Node)> {
    let get = |name: &str| item.as_map()?.get(name).cloned();
    match (get("Key").as_ref().and_then(Node::as_str), get("Value")) {
        (Some(key), Some(value)) if item.as_map().is_some_and(|map| map.entries.len() == 2) => {
            Some((key.to_owned(), item.span, value))
        }
        _ => {
            let problem = Diagnostic::error("a tag in a list has a `Key` and a `Value`");
            found
                .push(problem.at(item.span).help("or write tags as a mapping: `project: cruddur`"));
            None
        }
    }
}

fn tag_problem(key: &str, value: &Node) -> Option<String> {
    let allowed = |text: &str| {
        text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c))
    };
    let length = key.chars().count();
    if key.to_lowercase().starts_with("aws:") {
        return Some(format!("the tag `{key}` begins with `aws:`, which only AWS may set"));
    }
    if key.starts_with(OURS) {
        return Some(format!(
            "the tag `{key}` begins with `{OURS}`, which tracewright sets itself"
        ));
    }
    if length == 0 || length > 128 {
        return Some(format!("a tag's key has from 1 to 128 characters, not {length}"));
    }
    let Some(text) = value.as_str() else {
        return Some(format!("the tag `{key}` is a string, not {}", value.kind()));
    };
    if text.chars().count() > 256 {
        return Some(format!("the tag `{key}` is longer than the 256 characters AWS takes"));
    }
    (!allowed(key) || !allowed(text)).then(|| {
        format!("the tag `{key}` has a character that AWS does not take (letters, digits, spaces and _ . : / = + - @)")
    })
}

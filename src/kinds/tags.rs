//! Tags, as every kind has them.

use std::collections::BTreeMap;

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value};
use serde_json::Value as Json;

use crate::plan::Step;
use crate::safety::{DIGEST_TAG, OURS, PROTECT_TAG, STACK_TAG};

/// Most tags a resource may carry, two of AWS's 50 kept for our own.
pub(crate) const MOST_TAGS: usize = 48;

/// Reads tags and checks what AWS would refuse; one that is `null` is none.
///
/// Keys have 1 to 128 characters, values up to 256, both of letters, digits, spaces and
/// `_ . : / = + - @`; `aws:` is AWS's. Source: X-Ray developer guide, "Tagging X-Ray sampling
/// rules and groups", and the service model.
pub(crate) fn tags(node: &Node, found: &mut Diagnostics) -> BTreeMap<String, Node> {
    let mut tags = BTreeMap::new();
    let as_mapping = as_mapping(node.value.clone());
    let empty = Map::default();
    let entries = match &as_mapping {
        Value::Map(map) => map,
        Value::Null => &empty,
        other => {
            let what = if matches!(other, Value::Seq(_)) { "another list" } else { node.kind() };
            let message = format!("tags are a mapping, or a list of `Key` and `Value`, not {what}");
            let problem = Diagnostic::error(message).at(node.span);
            found.push(problem.help("write tags as a mapping: `project: cruddur`"));
            &empty
        }
    };
    for Entry { key, key_span, value } in &entries.entries {
        if value.is_null() {
            continue;
        }
        let mut value = value.clone();
        // `true` and `1` are what people write; AWS knows text only.
        if let Some(text) = value.spelled() {
            value.value = Value::String(text);
        }
        if let Some(problem) = tag_problem(key, &value) {
            found.push(Diagnostic::error(problem).at(*key_span));
        } else if tags.insert(key.clone(), value).is_some() {
            found.push(Diagnostic::error(format!("the tag `{key}` is given twice")).at(*key_span));
        }
    }
    if tags.len() > MOST_TAGS {
        let message =
            format!("{} tags; AWS takes 50, and two of them are tracewright's own", tags.len());
        found.push(Diagnostic::error(message).at(node.span));
    }
    tags
}

/// AWS's list of `Key` and `Value` as a mapping, so that tags merge key by key; any other value as
/// it is, to be complained about when it is read.
pub(super) fn as_mapping(tags: Value) -> Value {
    let Value::Seq(items) = &tags else { return tags };
    let pairs: Option<Vec<_>> = items
        .iter()
        .map(|item| {
            let map = item.as_map()?;
            // ECS writes them small, and a value may be left out there (service model, `Tag`).
            let small =
                map.get("key").filter(|_| map.entries.len() == 1 || map.get("value").is_some());
            let (key, value) = match (small, map.entries.len()) {
                (Some(key), 1 | 2) => {
                    let value = map.get("value").filter(|value| !value.is_null()).cloned();
                    (key, value.unwrap_or(Node::new(key.span, Value::String(String::new()))))
                }
                (None, 2) => (map.get("Key")?, map.get("Value")?.clone()),
                _ => return None,
            };
            Some(Entry { key: key.as_str()?.to_owned(), key_span: key.span, value })
        })
        .collect();
    match pairs {
        Some(entries) => Value::Map(Map { entries }),
        None => tags,
    }
}

/// Every tag that a step's resource carries after it, our mark among them, and the digest when it
/// is `finished`. What others put on a resource that is made anew is put back.
pub(super) fn mark_tags(step: &Step, finished: bool) -> Vec<(String, String)> {
    let document = step.document.as_ref();
    let field = super::of(&step.address.section).tags_field();
    let own = document.and_then(|document| document.get(field)).and_then(Json::as_object);
    let mut tags: Vec<_> = own
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    tags.extend(step.tags_of_others.clone());
    tags.push((STACK_TAG.to_owned(), step.owner.clone()));
    if step.protection.after {
        tags.push((PROTECT_TAG.to_owned(), "true".to_owned()));
    }
    if finished && !step.digest.is_empty() {
        tags.push((DIGEST_TAG.to_owned(), step.digest.clone()));
    }
    tags
}

/// The keys of tags that a step takes off before its other calls: those that go, and the digest with
/// them, since what was last applied is then not there any more, and what comes is not there yet.
/// None where all of it is one call.
pub(super) fn gone_tags(step: &Step) -> Vec<String> {
    let field = super::of(&step.address.section).tags_field();
    let tags = step.changes.iter().filter(|change| change.path.field() == field);
    let unprotected = step.protection.before && !step.protection.after;
    let mut gone: Vec<_> = tags
        .filter(|change| change.after.is_none())
        .filter_map(|change| change.path.0.get(1).cloned())
        .chain(unprotected.then(|| PROTECT_TAG.to_owned()))
        .collect();
    if !gone.is_empty() || fields_change(step) {
        gone.push(DIGEST_TAG.to_owned());
    }
    gone
}

/// Whether a step changes anything but tags.
pub(super) fn fields_change(step: &Step) -> bool {
    let field = super::of(&step.address.section).tags_field();
    step.changes.iter().any(|change| change.path.field() != field)
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

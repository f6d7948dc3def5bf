//! What AWS's answers have around and among a resource's own fields.

use super::tags;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Span, Value};
use crate::safety::OURS;

/// What stands in a wrapper, with what stands beside the wrapper laid over it.
pub(super) fn unwrapped(inner: Entry, beside: Map) -> (Map, Span) {
    let span = inner.value.span;
    let mut map = match inner.value.value {
        Value::Map(map) => map,
        _ => Map::default(),
    };
    for entry in beside.entries {
        map.take(&entry.key);
        map.entries.push(entry);
    }
    (map, span)
}

/// Drops what only AWS sets, and says so. What has such fields is an answer of AWS's, and its tags may
/// be AWS's and ours.
pub(super) fn drop_read_only(
    map: &mut Map,
    (fields, tags): (&[&str], &str),
    span: Span,
    found: &mut Diagnostics,
) {
    let dropped: Vec<_> =
        fields.iter().copied().filter(|field| map.take(field).is_some()).collect();
    if !dropped.is_empty() {
        let message = format!("AWS sets {} itself; left out here", dropped.join(", "));
        found.push(Diagnostic::note(message).at(span));
        drop_tags(map, tags, found);
    }
}

/// Drops the tags that an answer shows and nobody else may set: CloudFormation's
/// `aws:cloudformation:stack-name`, and our mark.
pub(super) fn drop_tags(map: &mut Map, field: &str, found: &mut Diagnostics) {
    let Some(entry) = map.entries.iter_mut().find(|entry| entry.key == field) else { return };
    let tags = std::mem::replace(&mut entry.value.value, Value::Null);
    entry.value.value = tags::as_mapping(tags);
    let Value::Map(tags) = &mut entry.value.value else { return };
    let is_reserved = |tag: &Entry| tag.key.starts_with("aws:") || tag.key.starts_with(OURS);
    let reserved: Vec<_> = tags.entries.extract_if(.., |tag| is_reserved(tag)).collect();
    if let Some(first) = reserved.first() {
        let keys: Vec<_> = reserved.iter().map(|tag| tag.key.as_str()).collect();
        let message = format!("{} cannot be set as tags; left out here", keys.join(", "));
        found.push(Diagnostic::note(message).at(first.key_span));
    }
}

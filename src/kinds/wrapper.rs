//! What AWS's answers have around and among a resource's own fields.

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Span, Value};

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

/// Drops what only AWS sets, and says so.
pub(super) fn drop_read_only(map: &mut Map, fields: &[&str], span: Span, found: &mut Diagnostics) {
    let dropped: Vec<_> =
        fields.iter().copied().filter(|field| map.take(field).is_some()).collect();
    if !dropped.is_empty() {
        let message = format!("AWS sets {} itself; left out here", dropped.join(", "));
        found.push(Diagnostic::note(message).at(span));
    }
}

//! What AWS's answers have around and among a resource's own fields.

use super::tags;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Span, Value};
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

/// The answer of a call that lists resources of a kind.
pub(super) struct Listing {
    /// The member that is the list.
    pub(super) list: &'static str,
    /// What is in it, in a sentence: `the rules`.
    pub(super) what: &'static str,
    /// What one is called by who declares it: `the rule`.
    pub(super) one: &'static str,
    /// The command that prints it.
    pub(super) command: &'static str,
    /// The name of an element.
    pub(super) name: fn(&Node) -> Option<&str>,
    /// Whether an element is AWS's own.
    pub(super) is_aws: fn(&str) -> bool,
    /// What is to be done where there are only such.
    pub(super) instead: &'static str,
}

impl Listing {
    /// The element of this name, or the only one that is not AWS's.
    pub(super) fn pick(&self, items: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
        let Self { list, what, one, command, .. } = self;
        let span = items.span;
        let Value::Seq(items) = items.value else {
            let message = format!("`{list}` is a list, not {}", items.kind());
            let problem = Diagnostic::error(message).at(span);
            found.push(problem.help(format!("it should be as `{command}` prints it")));
            return None;
        };
        let own = |item: &&Node| !(self.name)(item).is_some_and(self.is_aws);
        let only = items.iter().filter(own).count() == 1;
        let picked = items
            .iter()
            .find(|item| (self.name)(item) == Some(key))
            .or_else(|| items.iter().find(|item| only && own(item)))
            .cloned();
        if picked.is_none() {
            let names: Vec<_> = items.iter().filter_map(self.name).collect();
            let all_aws = names.iter().all(|name| (self.is_aws)(name));
            let as_one = format!("name the resource in the stack file as {one}");
            found.push(
                Diagnostic::error(format!("none of {what} in here is called {key:?}"))
                    .at(span)
                    .help(format!("{what} here: {}", names.join(", ")))
                    .help(if all_aws { self.instead.to_owned() } else { as_one }),
            );
        }
        picked
    }

    /// The document of one element, where this is such an answer and has one of that name.
    pub(super) fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        let items = document.as_map().and_then(|map| map.get(self.list));
        let Some(Value::Seq(items)) = items.map(|items| &items.value) else { return document };
        items.iter().find(|item| (self.name)(item) == Some(name)).unwrap_or(document)
    }
}

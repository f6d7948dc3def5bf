//! The properties of a resource, as the fields of a body.

use super::properties::{Becomes, Table};
use super::template::Resource;
use super::values::{Unknown, Values, scalar_text};
use crate::document::{Diagnostic, Entry, Map, Node, Value, or_nearest};

impl Values<'_> {
    /// The fields that these properties make.
    pub(super) fn fields(
        &mut self,
        map: &Map,
        table: &Table,
        of: &str,
    ) -> Result<Map, Box<Unknown>> {
        let mut fields = Map::default();
        for Entry { key, key_span, value } in &map.entries {
            if key.starts_with("Fn::") {
                let message =
                    format!("`{key}` makes properties that are known to CloudFormation only");
                return Err(Unknown::wrong(message, *key_span));
            }
            let Some((_, becomes)) = table.iter().find(|(name, _)| name == key) else {
                let names: Vec<_> = table.iter().map(|(name, _)| *name).collect();
                let message = format!("`{of}` has no `{key}`; it is left out");
                let problem = Diagnostic::warning(message).at(*key_span);
                self.found.push(problem.maybe_help(or_nearest(key, &names)));
                continue;
            };
            let (name, make): (_, fn(Node) -> Node) = match becomes {
                Becomes::Text(name) => (name, as_text),
                Becomes::Number(name) => (name, as_number),
                Becomes::Same(name) => (name, |node| node),
                Becomes::Other => continue,
                Becomes::Nothing => {
                    let message = format!("AWS sets `{key}` itself; left out here");
                    self.found.push(Diagnostic::note(message).at(*key_span));
                    continue;
                }
            };
            if let Some(value) = self.named(key, value)?.filter(|value| !value.is_null()) {
                let (key, key_span) = ((*name).to_owned(), *key_span);
                fields.entries.push(Entry { key, key_span, value: make(value) });
            }
        }
        Ok(fields)
    }
}

/// A mapping of tags where every key is plain text; AWS's list else, which keeps references.
pub(super) fn tags(tags: Node) -> Node {
    let pair = |item: &Node| {
        let map = item.as_map().filter(|map| map.entries.len() == 2)?;
        let member = |large, small| map.get(large).or_else(|| map.get(small));
        let (key, value) = (member("Key", "key")?, member("Value", "value")?);
        let text = scalar_text(key).filter(|_| !key.interpolated)?;
        Some(Entry { key: text, key_span: key.span, value: as_text(value.clone()) })
    };
    let Value::Seq(items) = &tags.value else { return tags };
    match items.iter().map(pair).collect::<Option<Vec<_>>>() {
        Some(entries) if are_unique(&entries) => Node::new(tags.span, Value::Map(Map { entries })),
        _ => tags,
    }
}

impl Resource<'_> {
    /// The properties, of which these have to be there.
    pub(super) fn with(&self, needed: &[&str]) -> Result<&Map, Box<Unknown>> {
        let Some(properties) = self.properties else {
            return Err(Unknown::wrong("it has no `Properties`", self.span));
        };
        match needed.iter().find(|name| self.property(name).is_none()) {
            Some(missing) => Err(Unknown::wrong(format!("it has no `{missing}`"), self.span)),
            None => Ok(properties),
        }
    }
}

fn are_unique(entries: &[Entry]) -> bool {
    let keys: std::collections::BTreeSet<_> = entries.iter().map(|entry| &entry.key).collect();
    keys.len() == entries.len()
}

/// A scalar as text; anything else as it is.
pub(super) fn as_text(node: Node) -> Node {
    match scalar_text(&node) {
        Some(text) => Node { value: Value::String(text), spelling: None, ..node },
        None => node,
    }
}

/// A text that spells a number as that; anything else as it is.
fn as_number(node: Node) -> Node {
    let number = node.as_str().filter(|_| !node.interpolated);
    match number.and_then(|text| serde_json::from_str(text.trim()).ok()) {
        Some(number) => Node { value: Value::Number(number), ..node },
        None => node,
    }
}

/// Puts a field in, in the place of one that is there.
pub(super) fn put(map: &mut Map, key: &str, value: Node) {
    map.take(key);
    map.entries.push(Entry { key: key.to_owned(), key_span: value.span, value });
}

//! What a stack leaves to others: tags by their names, and whole fields.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::kinds::{self, Live};

/// Parts what is seen of a resource into what the stack is concerned with and the tags that it
/// leaves to others. A tag that the file itself declares is the stack's, whatever the globs say.
pub fn part(
    live: &Live,
    file: Option<&Value>,
    unmanaged: &[String],
    ignore_tags: &[String],
) -> (Value, BTreeMap<String, String>) {
    let kind = kinds::of(live.section);
    let field = kind.tags_field();
    let mut ours = file.map_or_else(|| live.document.clone(), |file| kind.concern(live, file));
    let mut others = BTreeMap::new();
    let Some(fields) = ours.as_object_mut() else {
        return (ours, others);
    };
    fields.retain(|name, _| !unmanaged.contains(name));
    let declared = |key: &str| file.and_then(|file| file.get(field)?.get(key)).is_some();
    let ignored =
        |key: &str| ignore_tags.iter().any(|glob| wildmatch::WildMatch::new(glob).matches(key));
    let Some(tags) = fields.get_mut(field).and_then(Value::as_object_mut) else {
        return (ours, others);
    };
    tags.retain(|key, value| {
        let left = ignored(key) && !declared(key);
        if left {
            others.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
        }
        !left
    });
    if tags.is_empty() {
        fields.remove(field);
    }
    (ours, others)
}

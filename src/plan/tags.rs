//! Tags that a stack leaves to others.

use std::collections::BTreeMap;

use serde_json::Value;

/// Parts a live document into what the stack is concerned with and the tags that it leaves to
/// others. A tag that the file itself declares is the stack's, whatever the globs say.
pub fn part_tags(
    live: &Value,
    file: Option<&Value>,
    ignore: &[String],
) -> (Value, BTreeMap<String, String>) {
    let mut ours = live.clone();
    let mut others = BTreeMap::new();
    let declared = |key: &str| file.and_then(|file| file.get("Tags")?.get(key)).is_some();
    let ignored =
        |key: &str| ignore.iter().any(|glob| wildmatch::WildMatch::new(glob).matches(key));
    let Some(tags) = ours.get_mut("Tags").and_then(Value::as_object_mut) else {
        return (ours, others);
    };
    tags.retain(|key, value| {
        let left = ignored(key) && !declared(key);
        if left {
            others.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
        }
        !left
    });
    let emptied = tags.is_empty();
    if emptied && let Some(fields) = ours.as_object_mut() {
        fields.remove("Tags");
    }
    (ours, others)
}

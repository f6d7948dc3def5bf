//! Values that look like secrets, by the name they go by or by what they are.

use serde_json::Value;

use crate::document::{Node, Span, Value as NodeValue, holds_secret, is_secret};
use crate::plan::Path;

/// The field with a container's image, which is no secret: `shop/auth:latest` only looks like one.
const IMAGE: &str = "image";

/// More fields than this has no variable; it is a container, say, that is called like a secret.
const MOST_IN_PAIR: usize = 3;
/// Fields that name a secret where it is kept.
const REFERENCES: [&str; 3] = ["secrets", "secretOptions", "repositoryCredentials"];

/// The paths of a canonical task definition whose values look like secrets: environment variables,
/// options, labels and whatever else goes by name and text, and the words of commands.
pub(in crate::kinds) fn looks_secret(canonical: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    walk(canonical, &Path::default(), &mut found);
    found
}

fn walk(value: &Value, at: &Path, found: &mut Vec<Path>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = at.join(key);
        let is_one = match value {
            Value::String(_) if key == IMAGE && at.0.len() == 2 => false,
            Value::String(text) => is_secret(key, text),
            Value::Array(items) => list_holds_secret(items),
            _ => false,
        };
        if is_one {
            found.push(path);
        } else if !REFERENCES.contains(&key.as_str()) {
            walk(value, &path, found);
        }
    }
}

/// A list is shown as a whole, so that one secret in it hides it.
fn list_holds_secret(items: &[Value]) -> bool {
    let words: Vec<_> = items.iter().filter_map(Value::as_str).collect();
    let mut inside = Vec::new();
    for item in items {
        walk(item, &Path::default(), &mut inside);
    }
    holds_secret(&words.join(" "))
        || words.iter().any(|word| holds_secret(word))
        || !inside.is_empty()
}

/// Where in a body, as it is written, values stand that look like secrets: by the key they stand
/// under, or by the `name` beside them.
pub(in crate::kinds) fn written(body: &Node) -> Vec<Span> {
    let mut found = Vec::new();
    collect(body, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<Span>) {
    match &node.value {
        NodeValue::Seq(items) => {
            // `["--password", "hunter2"]`
            for pair in items.windows(2) {
                if let [Some(one), Some(two)] = [&pair[0], &pair[1]].map(Node::as_str)
                    && !holds_secret(one)
                    && holds_secret(&format!("{one} {two}"))
                {
                    found.push(pair[1].span);
                }
            }
            for item in items {
                // `NAME=VALUE`, as other tools have it.
                look("", item, found);
                collect(item, found);
            }
        }
        NodeValue::Map(map) => {
            // Whatever stands beside a name may be its value, misspelled.
            let is_container = map.get("name").is_some() && map.get(IMAGE).is_some();
            let is_pair = map.entries.len() <= MOST_IN_PAIR && !is_container;
            let name = map.get("name").filter(|_| is_pair).and_then(Node::as_str);
            let name = name.unwrap_or_default();
            let is_plain = |key: &str| key == "name" || is_container && key == IMAGE;
            for entry in map.entries.iter().filter(|entry| !is_plain(&entry.key)) {
                let name = if entry.key == "valueFrom" { "" } else { name };
                look(name, &entry.value, found);
                look(&entry.key, &entry.value, found);
                collect(&entry.value, found);
            }
        }
        _ => {}
    }
}

fn look(name: &str, value: &Node, found: &mut Vec<Span>) {
    if value.spelled().is_some_and(|text| is_secret(name, &text)) {
        found.push(value.span);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_is_no_secret() {
        let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/auth:latest";
        let container = json!({"image": image, "memory": 128});
        assert!(looks_secret(&json!({"containerDefinitions": {"auth": container}})).is_empty());
        let mut sources = crate::document::Sources::default();
        let text = format!(r#"[{{"name": "auth", "image": "{image}", "memory": 128}}]"#);
        let file = sources.add("containers.json", text);
        let node = crate::document::read_json(
            &sources,
            file,
            &mut crate::document::Diagnostics::default(),
        )
        .unwrap();
        assert!(written(&node).is_empty());
    }
}

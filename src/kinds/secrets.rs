//! Values that look like secrets, in the fields of a kind that hold texts of people's own.

use serde_json::Value;

use crate::document::is_secret;
use crate::plan::Path;

/// Fields of which AWS makes nothing but to show them or to compare them with a request. The others
/// are names, patterns, numbers and policies, which a plan is no plan without.
const TEXTS: [&str; 3] = ["Attributes", "Description", "Tags"];

/// The paths of those values in a canonical document.
pub(super) fn looks_secret(document: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    for field in TEXTS {
        match document.get(field) {
            Some(Value::Object(entries)) => {
                let texts = entries.iter().filter_map(|(key, value)| Some((key, value.as_str()?)));
                let secret = texts.filter(|(key, text)| is_secret(key, text));
                found.extend(secret.map(|(key, _)| Path::of(field).join(key)));
            }
            Some(Value::String(text)) if is_secret(field, text) => found.push(Path::of(field)),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn by_name_or_by_content_and_in_texts_alone() {
        let document = json!({
            "RuleName": "password=hunter22",
            "Description": "log in with password=hunter22",
            "Attributes": {"tier": "gold", "password": "hunter22"},
            "Tags": {"team": "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "api_token": "x", "a": "b"},
        });
        let found: Vec<_> = looks_secret(&document).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["Attributes.password", "Description", "Tags.api_token", "Tags.team"]);
    }
}

//! Values that look like secrets, in the fields of a kind that hold texts of people's own.

use serde_json::Value;

use crate::document::{holds_secret, is_secret};
use crate::plan::Path;

/// Fields of which AWS makes nothing but to show them or to compare them with a request. The others
/// are names, patterns, numbers and policies, which a plan is no plan without.
const TEXTS: [&str; 3] = ["Attributes", "Description", "Tags"];

/// The paths of those values in a canonical document. A policy is shown as a whole, so that one of a
/// condition hides it.
pub(super) fn looks_secret(document: &Value) -> Vec<Path> {
    let mut found = policies(document);
    found.retain(|(_, policy)| has_secret_condition(policy));
    let mut found: Vec<_> = found.into_iter().map(|(path, _)| path).collect();
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

/// The policies of a canonical document: top-level fields, or entries of one.
fn policies(document: &Value) -> Vec<(Path, &Value)> {
    let is_policy = |value: &Value| value.get("Statement").is_some();
    let mut found = Vec::new();
    for (field, value) in document.as_object().into_iter().flatten() {
        if is_policy(value) {
            found.push((Path::of(field), value));
        } else {
            let entries = value.as_object().into_iter().flatten();
            let policies = entries.filter(|(_, value)| is_policy(value));
            found.extend(policies.map(|(key, value)| (Path::of(field).join(key), value)));
        }
    }
    found
}

/// Whether a condition asks for what looks like a secret: by its value, or by the name of a tag. The
/// names of other condition keys are AWS's and its identity providers', some with `token` in them.
fn has_secret_condition(policy: &Value) -> bool {
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let operators = statements.filter_map(|one| one.get("Condition")?.as_object());
    let keys = operators.flat_map(|all| all.values()).filter_map(Value::as_object).flatten();
    keys.into_iter().any(|(key, values)| {
        let tag = key.split_once('/').map(|(_, tag)| tag);
        let texts = values.as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut texts = texts.filter(|text| !text.starts_with(['$', '*']));
        texts.any(|text| match tag {
            Some(tag) => is_secret(tag, text),
            None => holds_secret(text),
        })
    })
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
        assert_eq!(
            shown(&document),
            ["Attributes.password", "Description", "Tags.api_token", "Tags.team"]
        );
    }

    #[test]
    fn conditions_of_policies_too() {
        let policy = |key: &str, value: &str| {
            let asked = json!({"StringEquals": {key: [value]}});
            json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Condition": asked}]})
        };
        let github = policy(
            "token.actions.githubusercontent.com:sub",
            "repo:a/token-shop:ref:refs/heads/main",
        );
        let document = json!({
            "AssumeRolePolicyDocument": github,
            "InlinePolicies": {
                "a": policy("aws:principaltag/password", "hunter22"),
                "b": policy("aws:referer", "AKIAIOSFODNN7EXAMPLE"),
                "c": policy("aws:resourcetag/team", "shop"),
                "d": policy("aws:principaltag/token", "${aws:PrincipalTag/token}"),
            },
        });
        assert_eq!(shown(&document), ["InlinePolicies.a", "InlinePolicies.b"]);
    }

    fn shown(document: &Value) -> Vec<String> {
        looks_secret(document).iter().map(ToString::to_string).collect()
    }
}

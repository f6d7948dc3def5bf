//! Conditions: operators, keys, values.

use super::super::canonical::condition_key;
use super::super::grammar::{Spelling, spelling};
use super::{Reader, entries};
use crate::document::{Entry, Node, Value};

impl Reader<'_> {
    pub(super) fn condition(&mut self, node: &Node) {
        let Value::Map(operators) = &node.value else {
            return self.wrong_type("`Condition`", "an object of operators", node);
        };
        for entry in entries(operators) {
            self.operator(entry);
            let operator = if entry.value.secret { "an operator" } else { entry.key.as_str() };
            let Value::Map(keys) = &entry.value.value else {
                let what = format!("`Condition.{operator}`");
                self.wrong_type(&what, "an object of condition keys", &entry.value);
                continue;
            };
            let mut names = Vec::new();
            for key in entries(keys) {
                self.condition_key(key);
                let name = condition_key(&key.key);
                if names.contains(&name) {
                    // IAM Access Analyzer calls it an error.
                    let shown = if key.value.secret { "a key" } else { key.key.as_str() };
                    let message = format!("`{shown}` stands twice under `{operator}`");
                    let help = "the case of a condition key does not matter; keep one of the two";
                    self.warn(key.key_span, message, help);
                }
                names.push(name);
            }
        }
    }

    fn operator(&mut self, entry: &Entry) {
        // The keys of a secret text are secret too.
        let shown = if entry.value.secret { "(sensitive)" } else { entry.key.as_str() };
        match spelling(&entry.key) {
            Spelling::Right => {}
            Spelling::Case(right) => {
                let message = format!("the operator `{shown}` is `{right}` in AWS's documentation");
                let help = "whether IAM takes it in another case is not documented";
                self.warn(entry.key_span, message, help);
            }
            Spelling::Unknown(near) => {
                let message = format!("there is no condition operator `{shown}`");
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "operators are `StringEquals`, `ArnLike`, `Bool`, and so on".to_owned(),
                };
                self.error_with(entry.key_span, message, help);
            }
        }
    }

    fn condition_key(&mut self, entry: &Entry) {
        let shown = if entry.value.secret { "(sensitive)" } else { entry.key.as_str() };
        // Seen: "Actions/Conditions must be prefaced by a vendor".
        if !entry.key.contains(':') {
            let message =
                format!("the condition key `{shown}` does not say of which service it is");
            let help = "a condition key is like `aws:SourceAccount` or `sts:ExternalId`";
            self.error_with(entry.key_span, message, help);
        }
        let values = match &entry.value.value {
            Value::Seq(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        for value in values {
            match &value.value {
                Value::String(text) if text.contains("${") => {
                    self.variables.get_or_insert(value.span);
                }
                Value::String(_) | Value::Bool(_) | Value::Number(_) => {}
                _ => self.wrong_type(&format!("`{shown}`"), "a string or a list of strings", value),
            }
        }
    }
}

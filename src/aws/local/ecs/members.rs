//! Reading members of a structure whose types were checked before.

use serde_json::{Map, Value};

/// A structure of a request or of the state.
pub(super) type Structure = Map<String, Value>;

/// The members of a checked structure by type. What is absent is empty or `None`.
pub(super) trait Members {
    fn text(&self, name: &str) -> Option<&str>;
    fn integer(&self, name: &str) -> Option<i64>;
    fn truth(&self, name: &str) -> Option<bool>;
    fn structure(&self, name: &str) -> Option<&Structure>;
    fn list(&self, name: &str) -> &[Value];

    /// The structures of a list.
    fn structures<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Structure> {
        self.list(name).iter().filter_map(Value::as_object)
    }

    /// The strings of a list.
    fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.list(name).iter().filter_map(Value::as_str)
    }

    /// Whether a list has a string.
    fn lists(&self, name: &str, text: &str) -> bool {
        self.texts(name).any(|listed| listed == text)
    }

    /// Whether a member is there and not empty.
    fn has_items(&self, name: &str) -> bool {
        !self.list(name).is_empty()
    }
}

impl Members for Structure {
    fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    fn truth(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    fn structure(&self, name: &str) -> Option<&Structure> {
        self.get(name).and_then(Value::as_object)
    }

    fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

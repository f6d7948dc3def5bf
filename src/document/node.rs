//! A tree with positions.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::source::Span;

/// One value in a file, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands.
    pub span: Span,
    /// The value.
    pub value: Value,
    /// How the file spells a number or a boolean, where it becomes text: `1.10` is not `1.1` there.
    pub spelling: Option<String>,
    /// The text came out of `${…}`, so that `"0.1"` may stand for the number.
    pub interpolated: bool,
    /// The text holds something that must not be shown.
    pub secret: bool,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as wide as JSON has them.
    Number(serde_json::Number),
    /// Text.
    String(String),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(Map),
}

/// A mapping in the order of the file, its keys unique.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Map {
    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Takes the entry under `key` out.
    pub fn take(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }
}

impl Node {
    /// A node as a file gives it.
    pub fn new(span: Span, value: Value) -> Self {
        Self { span, value, spelling: None, interpolated: false, secret: false }
    }

    /// A plain tree, all of it at one place.
    pub fn planted(span: Span, tree: &Json) -> Self {
        let value = match tree {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number.clone()),
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => {
                Value::Seq(items.iter().map(|item| Self::planted(span, item)).collect())
            }
            Json::Object(fields) => {
                let entry = |(key, value): (&String, &Json)| Entry {
                    key: key.clone(),
                    key_span: span,
                    value: Self::planted(span, value),
                };
                Value::Map(Map { entries: fields.iter().map(entry).collect() })
            }
        };
        Self::new(span, value)
    }

    /// The mapping in here, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The text in here, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as text, as the file spells it.
    pub fn spelled(&self) -> Option<String> {
        match &self.value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(self.spelling.clone().unwrap_or(value.to_string())),
            Value::Number(value) => Some(self.spelling.clone().unwrap_or(value.to_string())),
            Value::Null | Value::Seq(_) | Value::Map(_) => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// Whether anything in here came out of `${…}`.
    pub fn refers(&self) -> bool {
        self.interpolated
            || match &self.value {
                Value::Seq(items) => items.iter().any(Self::refers),
                Value::Map(map) => map.entries.iter().any(|entry| entry.value.refers()),
                _ => false,
            }
    }

    /// Whether both say the same, wherever they stand.
    pub fn says(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Seq(one), Value::Seq(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.says(other))
            }
            (Value::Map(one), Value::Map(other)) => {
                let (one, other) = (&one.entries, &other.entries);
                let same = |(one, other): (&Entry, &Entry)| {
                    one.key == other.key && one.value.says(&other.value)
                };
                one.len() == other.len() && one.iter().zip(other).all(same)
            }
            (one, value) => one == value && self.interpolated == other.interpolated,
        }
    }

    /// What kind of value this is, in the words of an error message.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Seq(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The value as an error message may show it: short, on one line, and never a secret.
    pub fn shown(&self) -> String {
        const LONGEST: usize = 60;
        if self.secret {
            return "(sensitive)".to_owned();
        }
        match &self.value {
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::String(text) if text.chars().count() <= LONGEST => format!("{text:?}"),
            Value::String(text) => {
                format!("{:?}…", text.chars().take(LONGEST).collect::<String>())
            }
            Value::Null | Value::Seq(_) | Value::Map(_) => self.kind().to_owned(),
        }
    }

    /// A tree of a bare value, each node of it at the next place, its fields in an order as people write
    /// them; fields that are not in that come last, by their names.
    pub fn of_json(
        value: &serde_json::Value,
        order: &BTreeMap<&str, usize>,
        place: &mut dyn FnMut() -> Span,
    ) -> Self {
        use serde_json::Value as Json;

        let span = place();
        let value = match value {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(value) => Value::Number(whole(value)),
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => {
                Value::Seq(items.iter().map(|item| Self::of_json(item, order, place)).collect())
            }
            Json::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                let place_of = |name: &str| order.get(name).copied().unwrap_or(usize::MAX);
                fields.sort_by_key(|(name, _)| place_of(name));
                let entries = fields.into_iter().map(|(key, value)| Entry {
                    key: key.clone(),
                    key_span: span,
                    value: Self::of_json(value, order, place),
                });
                Value::Map(Map { entries: entries.collect() })
            }
        };
        Self::new(span, value)
    }

    /// The bare value, its positions dropped.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(value) => value.clone().into(),
            Value::String(text) => text.clone().into(),
            Value::Seq(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(map) => serde_json::Value::Object(
                map.entries.iter().map(|e| (e.key.clone(), e.value.to_json())).collect(),
            ),
        }
    }
}

/// 0 for 0.0, as people write it.
fn whole(number: &serde_json::Number) -> serde_json::Number {
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    let small = float.filter(|float| float.abs() < 9e15).map(|float| (float as i64).into());
    small.unwrap_or_else(|| number.clone())
}

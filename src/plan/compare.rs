//! What differs between two canonical documents.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::address::{is_plain, quoted};

/// Where in a document: the keys from the top.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(pub Vec<String>);

impl Path {
    /// The path of one top-level field.
    pub fn of(field: &str) -> Self {
        Self(vec![field.to_owned()])
    }

    /// The top-level field this lies in.
    pub fn field(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// The value here in a document.
    pub fn at<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.0.iter().try_fold(document, |value, key| value.get(key))
    }

    /// The value here in a document, to be changed.
    pub fn at_mut<'a>(&self, document: &'a mut Value) -> Option<&'a mut Value> {
        self.0.iter().try_fold(document, |value, key| value.get_mut(key))
    }

    /// The path one level down.
    #[must_use]
    pub fn join(&self, key: &str) -> Self {
        let mut keys = self.0.clone();
        keys.push(key.to_owned());
        Self(keys)
    }

    /// Whether this lies in, or is, `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            write!(f, "{dot}{}", quoted(key))?;
        }
        Ok(())
    }
}

impl FromStr for Path {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is no path; paths look like `Tags.\"a b\"`");
        let (mut keys, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let end = if rest.starts_with('"') {
                let mut words = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                keys.push(words.next().and_then(Result::ok).ok_or_else(bad)?);
                words.byte_offset()
            } else {
                let end = rest.find('.').unwrap_or(rest.len());
                keys.push(
                    Some(&rest[..end]).filter(|key| is_plain(key)).ok_or_else(bad)?.to_owned(),
                );
                end
            };
            rest = match rest[end..].strip_prefix('.') {
                Some("") => return Err(bad()),
                Some(more) => more,
                None if end == rest.len() => "",
                None => return Err(bad()),
            };
        }
        Ok(Self(keys))
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Path {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Path".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "Where in a resource: keys with dots between them, quoted where they need it." })
    }
}

/// Stands for a value that must not be shown.
pub const SENSITIVE: &str = "(sensitive)";

/// Whether the value at this path is, is in, or holds, one of the hidden ones.
pub fn hides(hidden: &[Path], path: &Path) -> bool {
    hidden.iter().any(|hidden| path.is_within(hidden) || hidden.is_within(path))
}

/// A document with [`SENSITIVE`] in place of what is hidden.
pub fn masked(document: &Value, hidden: &[Path]) -> Value {
    mask(document, &Path::default(), hidden)
}

fn mask(value: &Value, path: &Path, hidden: &[Path]) -> Value {
    match value {
        _ if hidden.contains(path) => SENSITIVE.into(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), mask(value, &path.join(key), hidden)))
            .collect(),
        other => other.clone(),
    }
}

/// Every text in a value.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// One difference: the value at `path` before and after; `None` is "not there".
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where.
    pub path: Path,
    /// The value in the first document.
    pub before: Option<Value>,
    /// The value in the second.
    pub after: Option<Value>,
}

/// The differences between two canonical documents, leaf by leaf, in the order of the keys.
///
/// Objects are descended into, but for those that `is_whole` says are one thing; everything else is
/// compared as a whole.
pub fn differences(
    before: Option<&Value>,
    after: Option<&Value>,
    is_whole: &dyn Fn(&Path) -> bool,
) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(&Path::default(), before, after, is_whole, &mut found);
    found
}

fn walk(
    path: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    is_whole: &dyn Fn(&Path) -> bool,
    found: &mut Vec<Difference>,
) {
    if before == after {
        return;
    }
    let (left, right) = (before.and_then(Value::as_object), after.and_then(Value::as_object));
    // One side an object and the other absent: still leaf by leaf. One side an object and the
    // other a scalar: a difference as a whole.
    let descend = (left.is_some() || before.is_none())
        && (right.is_some() || after.is_none())
        && !is_whole(path);
    let empty = |side: Option<&serde_json::Map<_, _>>| side.is_none_or(serde_json::Map::is_empty);
    if !descend || (empty(left) && empty(right)) {
        let (before, after) = (before.cloned(), after.cloned());
        found.push(Difference { path: path.clone(), before, after });
        return;
    }
    let mut keys: Vec<_> = left.into_iter().chain(right).flat_map(|map| map.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let child = path.join(key);
        let (before, after) = (left.and_then(|m| m.get(key)), right.and_then(|m| m.get(key)));
        walk(&child, before, after, is_whole, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(before: &Value, after: &Value) -> Vec<String> {
        let differences = differences(Some(before), Some(after), &|path| path.field() == "Whole");
        differences.iter().map(|d| d.path.to_string()).collect()
    }

    #[test]
    fn only_what_differs_is_named() {
        let before = json!({"FixedRate": 0.05, "Tags": {"a": "1", "b": "2"}, "Host": "*"});
        let after = json!({"FixedRate": 0.1, "Tags": {"a": "1", "c d": "2"}, "Host": "*"});
        assert_eq!(paths(&before, &after), ["FixedRate", "Tags.b", "Tags.\"c d\""]);
        assert_eq!(paths(&before, &before), Vec::<String>::new());
    }

    #[test]
    fn paths_print_and_parse() {
        for keys in [
            vec![],
            vec!["FixedRate"],
            vec!["Tags", "a.b"],
            vec!["a", "say \"hi\"", "", "\u{200b}\n"],
        ] {
            let path = Path(keys.into_iter().map(str::to_owned).collect());
            assert_eq!(path.to_string().parse::<Path>().unwrap(), path);
        }
        for bad in ["a.", ".a", "a..b", "\"a\"b", "\"a", "a b"] {
            assert!(bad.parse::<Path>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_object_that_comes_or_goes_is_told_leaf_by_leaf() {
        let before = json!({});
        let after = json!({"SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 1}});
        assert_eq!(
            paths(&before, &after),
            ["SamplingRateBoost.CooldownWindowMinutes", "SamplingRateBoost.MaxRate"]
        );
    }

    #[test]
    fn an_object_against_a_scalar_is_one_difference() {
        assert_eq!(paths(&json!({"a": {"b": 1}}), &json!({"a": "x"})), ["a"]);
        assert_eq!(paths(&json!({"a": {}}), &json!({})), ["a"]);
        assert_eq!(paths(&json!({"Whole": {"a": 1}}), &json!({"Whole": {"b": 1}})), ["Whole"]);
    }
}

//! How a resource is called in a stack.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `section.key`, the key quoted where it needs it: `sampling_rules.Cruddur`,
/// `sampling_rules."POST minimum"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The stack file's section.
    pub section: String,
    /// The key in that section.
    pub key: String,
}

impl Address {
    /// An address.
    pub fn new(section: impl Into<String>, key: impl Into<String>) -> Self {
        Self { section: section.into(), key: key.into() }
    }
}

/// Whether a word can stand in an address or a path without quotes.
pub(crate) fn is_plain(word: &str) -> bool {
    !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | ':' | '@' | '+'))
}

/// A word as it stands in an address or a path: quoted as in JSON where it needs it.
pub(crate) fn quoted(word: &str) -> String {
    if is_plain(word) { word.to_owned() } else { serde_json::Value::from(word).to_string() }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.section, quoted(&self.key))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Address {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "`section.key`, the key quoted where it needs it." })
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (section, key) = text
            .split_once('.')
            .ok_or_else(|| format!("`{text}` is no address; addresses look like `section.key`"))?;
        let key = match key.strip_prefix('"') {
            Some(_) => serde_json::from_str(key)
                .map_err(|_| format!("the key in `{text}` is not quoted rightly"))?,
            None => key.to_owned(),
        };
        if section.is_empty() || key.is_empty() {
            return Err(format!("`{text}` is no address; addresses look like `section.key`"));
        }
        Ok(Self { section: section.to_owned(), key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_print_and_parse() {
        for key in ["Cruddur", "POST minimum", "a.b", "DEBUG – history", "say \"hi\""] {
            let address = Address::new("sampling_rules", key);
            assert_eq!(address.to_string().parse::<Address>().unwrap(), address);
        }
        assert_eq!(Address::new("sampling_rules", "a b").to_string(), "sampling_rules.\"a b\"");
        assert!("Cruddur".parse::<Address>().is_err());
    }
}

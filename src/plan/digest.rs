//! What was last applied, remembered in a tag.
//!
//! The value of `tracewright:digest` is `1:WHOLE:FIELDS`, at most 256 characters of the alphabet
//! that AWS allows in tags:
//!
//! - `1` is the version of this format; any other means "origin unknown".
//! - `WHOLE` is 16 characters (96 bits) of the SHA-256 of the canonical document.
//! - `FIELDS` is 7 characters for each top-level field that the document has: 3 (18 bits) of the
//!   hash of the field's name, 4 (24 bits) of the hash of its value.
//!
//! The alphabet is base64's for URLs, without padding.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

const VERSION: &str = "1";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const WHOLE: usize = 16;
const NAME: usize = 3;
const VALUE: usize = 4;

/// The digest of a canonical document, as it stands in the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    whole: String,
    fields: BTreeMap<String, String>,
}

impl Digest {
    /// The digest of a canonical document, which is an object.
    pub fn of(document: &Value) -> Self {
        let fields = document
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (hash(name, NAME), hash(&value.to_string(), VALUE)))
            .collect();
        Self {
            whole: hash(&document.to_string(), WHOLE),
            fields,
        }
    }

    /// Reads a tag's value; `None` for a version or a form that this version does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (version, whole, fields) = (parts.next()?, parts.next()?, parts.next()?);
        let well_formed = version == VERSION
            && parts.next().is_none()
            && whole.len() == WHOLE
            && fields.len().is_multiple_of(NAME + VALUE)
            && text.is_ascii();
        well_formed.then(|| Self {
            whole: whole.to_owned(),
            fields: fields
                .as_bytes()
                .chunks(NAME + VALUE)
                .map(|chunk| {
                    let chunk = String::from_utf8_lossy(chunk);
                    (chunk[..NAME].to_owned(), chunk[NAME..].to_owned())
                })
                .collect(),
        })
    }

    /// The short digest of a top-level field, `None` where the document did not have it.
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(&hash(name, NAME)).map(String::as_str)
    }

    /// Whether the two documents had the same value, or none, in this top-level field.
    pub fn agrees_on(&self, other: &Self, field: &str) -> bool {
        self.field(field) == other.field(field)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{VERSION}:{}:", self.whole)?;
        self.fields
            .iter()
            .try_for_each(|(name, value)| write!(f, "{name}{value}"))
    }
}

/// `length` characters of the SHA-256 of a text, six bits each.
pub(crate) fn hash(text: &str, length: usize) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    (0..length)
        .map(|at| {
            let bit = at * 6;
            let pair = u16::from(bytes[bit / 8]) << 8 | u16::from(bytes[bit / 8 + 1]);
            let six = pair >> (10 - bit % 8) & 0x3f;
            char::from(ALPHABET[usize::from(six)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_format_is_frozen() {
        let digest = Digest::of(&json!({"FixedRate": 0.1, "Host": "*"}));
        insta::assert_snapshot!(digest, @"1:tMzSh_ZxyDZRdcY3:QEUFL5LSoI7XJS");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    }

    #[test]
    fn other_versions_and_other_texts_are_unknown() {
        for text in [
            "",
            "1",
            "2:AAAAAAAAAAAAAAAA:",
            "1:AAAA:",
            "1:AAAAAAAAAAAAAAAA:abc",
            "é:é:é",
        ] {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
        assert!(Digest::parse("1:AAAAAAAAAAAAAAAA:").is_some());
    }

    #[test]
    fn it_tells_field_by_field() {
        let applied = Digest::of(&json!({"FixedRate": 0.1, "Host": "*"}));
        let live = Digest::of(&json!({"FixedRate": 0.2, "Host": "*", "Tags": {"a": "b"}}));
        assert!(!applied.agrees_on(&live, "FixedRate"));
        assert!(applied.agrees_on(&live, "Host"));
        assert!(!applied.agrees_on(&live, "Tags"));
        assert!(applied.agrees_on(&live, "URLPath"));
    }

    #[test]
    fn a_task_definition_with_every_field_fits_into_a_tag() {
        let fields: serde_json::Map<_, _> = (0..30)
            .map(|n| (format!("fieldNumber{n}"), json!(n)))
            .collect();
        assert!(Digest::of(&Value::Object(fields)).to_string().len() <= 256);
    }
}

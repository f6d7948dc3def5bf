//! What was last applied, remembered in a tag.
//!
//! The value of `tracewright:digest` is `1:WHOLE:FIELDS` or `1:WHOLE:FIELDS:SECRETS`, at most 256
//! characters of the alphabet that AWS allows in tags:
//!
//! - `1` is the version of this format; any other means "origin unknown".
//! - `WHOLE` is 16 characters (96 bits) of the SHA-256 of the canonical document.
//! - `FIELDS` is 7 characters for each top-level field that the document has: 3 (18 bits) of the
//!   hash of the field's name, 4 (24 bits) of the hash of its value.
//! - `SECRETS` is 3 characters of the hash of the path of each value that must not be shown, or `+`
//!   where they do not fit. Such values are not hashed: a hash gives a weak secret away.
//!
//! The alphabet is base64's for URLs, without padding.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::compare::{Path, masked};
use super::step::Plan;

const VERSION: &str = "1";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const WHOLE: usize = 16;
const NAME: usize = 3;
const VALUE: usize = 4;
/// AWS's limit on a tag's value.
const LONGEST: usize = 256;
/// Stands for secrets that do not fit.
const ANY: &str = "+";

/// The digest of a canonical document, as it stands in the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    whole: String,
    fields: BTreeMap<String, String>,
    secrets: BTreeSet<String>,
}

impl Digest {
    /// The digest of a canonical document, which is an object, with the paths of values in it that
    /// must not be shown.
    pub fn of(document: &Value, secrets: &[Path]) -> Self {
        let document = masked(document, secrets);
        let fields: BTreeMap<_, _> = document
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (hash(name, NAME), hash(&value.to_string(), VALUE)))
            .collect();
        let mut secrets: BTreeSet<_> = secrets.iter().map(hash_of).collect();
        let before = VERSION.len() + WHOLE + fields.len() * (NAME + VALUE) + 3;
        if before + secrets.len() * NAME > LONGEST {
            secrets = BTreeSet::from([ANY.to_owned()]);
        }
        Self { whole: hash(&document.to_string(), WHOLE), fields, secrets }
    }

    /// Reads a tag's value; `None` for a version or a form that this version does not know.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (version, whole, fields) = (parts.next()?, parts.next()?, parts.next()?);
        let secrets = parts.next().unwrap_or_default();
        let well_formed = version == VERSION
            && parts.next().is_none()
            && whole.len() == WHOLE
            && fields.len().is_multiple_of(NAME + VALUE)
            && (secrets == ANY || secrets.len().is_multiple_of(NAME))
            && text.is_ascii();
        let chunks = |text: &str, length: usize| -> Vec<String> {
            let chunks = text.as_bytes().chunks(length);
            chunks.map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect()
        };
        well_formed.then(|| Self {
            whole: whole.to_owned(),
            fields: chunks(fields, NAME + VALUE)
                .into_iter()
                .map(|chunk| (chunk[..NAME].to_owned(), chunk[NAME..].to_owned()))
                .collect(),
            secrets: chunks(secrets, NAME).into_iter().collect(),
        })
    }

    /// Whether the value at this path, or one that it lies in, must not be shown.
    pub fn hides(&self, path: &Path) -> bool {
        self.secrets.contains(ANY)
            || (1..=path.0.len())
                .any(|length| self.secrets.contains(&hash_of(&Path(path.0[..length].to_vec()))))
    }

    /// Whether it is known which values went into the digests of fields: not where there were more
    /// secrets than their paths have room for.
    pub fn tells_fields(&self) -> bool {
        !self.secrets.contains(ANY)
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
        self.fields.iter().try_for_each(|(name, value)| write!(f, "{name}{value}"))?;
        if !self.secrets.is_empty() {
            f.write_str(":")?;
        }
        self.secrets.iter().try_for_each(|secret| f.write_str(secret))
    }
}

/// A short name for exactly these plans, however their files were named and in whatever order: each
/// one's digest has its stack, its account and its region in it.
pub(super) fn digest_of_all(plans: &[&Plan]) -> String {
    let mut digests: Vec<_> = plans.iter().map(|plan| plan.digest() + "\n").collect();
    digests.sort();
    in_full(&digests.concat())
}

/// The digest of a plan: 32 hexadecimal digits of the SHA-256 of a text, so that no shell and no command
/// line takes it for something else.
pub(super) fn in_full(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn hash_of(path: &Path) -> String {
    hash(&path.to_string(), NAME)
}

/// `length` characters of the SHA-256 of a text, six bits each.
pub(crate) fn hash(text: &str, length: usize) -> String {
    encoded(&Sha256::digest(text.as_bytes()), length)
}

/// The first `length` characters of bytes, six bits each.
pub(super) fn encoded(bytes: &[u8], length: usize) -> String {
    (0..length)
        .map(|at| {
            let bit = at * 6;
            let second = bytes.get(bit / 8 + 1).copied().unwrap_or_default();
            let pair = u16::from(bytes[bit / 8]) << 8 | u16::from(second);
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
        let digest = Digest::of(&json!({"FixedRate": 0.1, "Host": "*"}), &[]);
        insta::assert_snapshot!(digest, @"1:tMzSh_ZxyDZRdcY3:QEUFL5LSoI7XJS");
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    }

    #[test]
    fn other_versions_and_other_texts_are_unknown() {
        for text in ["", "1", "2:AAAAAAAAAAAAAAAA:", "1:AAAA:", "1:AAAAAAAAAAAAAAAA:abc", "é:é:é"]
        {
            assert_eq!(Digest::parse(text), None, "{text}");
        }
        assert!(Digest::parse("1:AAAAAAAAAAAAAAAA:").is_some());
    }

    #[test]
    fn it_tells_field_by_field() {
        let applied = Digest::of(&json!({"FixedRate": 0.1, "Host": "*"}), &[]);
        let live = Digest::of(&json!({"FixedRate": 0.2, "Host": "*", "Tags": {"a": "b"}}), &[]);
        assert!(!applied.agrees_on(&live, "FixedRate"));
        assert!(applied.agrees_on(&live, "Host"));
        assert!(!applied.agrees_on(&live, "Tags"));
        assert!(applied.agrees_on(&live, "URLPath"));
    }

    #[test]
    fn a_task_definition_with_every_field_fits_into_a_tag() {
        let fields: serde_json::Map<_, _> =
            (0..30).map(|n| (format!("fieldNumber{n}"), json!(n))).collect();
        let document = Value::Object(fields);
        assert!(Digest::of(&document, &[]).to_string().len() <= LONGEST);
        let secrets: Vec<_> = (0..30).map(|n| Path(vec!["a".to_owned(), n.to_string()])).collect();
        let digest = Digest::of(&document, &secrets);
        assert!(digest.to_string().len() <= LONGEST);
        assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    }

    #[test]
    fn a_secret_is_remembered_by_its_path_and_not_by_its_value() {
        let secret = Path(vec!["Attributes".to_owned(), "token".to_owned()]);
        let of = |value: &str| {
            let document = json!({"Attributes": {"token": value, "stage": "prod"}});
            Digest::of(&document, std::slice::from_ref(&secret))
        };
        assert_eq!(of("hunter2"), of("swordfish"));
        let read = Digest::parse(&of("hunter2").to_string()).unwrap();
        assert!(read.hides(&secret) && read.hides(&secret.join("deeper")));
        assert!(!read.hides(&Path::of("Attributes")) && !read.hides(&Path::of("Host")));
    }
}

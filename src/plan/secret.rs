//! Secrets of a document, which may be compared and not told.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::Sha256;

use super::compare::Path;
use super::digest::encoded;

/// Rounds of the check: whoever has it and guesses pays this much for each guess.
const ROUNDS: u32 = 30_000;
/// Bytes of the check. So few that many guesses fit: it tells that a secret is another one, and does
/// not tell which it is.
const BYTES: usize = 3;

/// A value that is in no plan, and where it is to be had again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Where in the resource.
    pub path: Path,
    /// Where it comes from: a file and its line, a variable, a name in the environment, or AWS.
    pub from: String,
    /// Who has it.
    #[serde(default)]
    pub holder: Holder,
}

/// Who has a value that is in no plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The stack's file, or what a journal goes back to.
    #[default]
    File,
    /// The live resource: it stays as it is.
    Live,
}

/// The secrets of one document: themselves in a run, and in a saved plan a check of them that is
/// slow to make and short.
#[derive(Clone)]
pub enum Secrets {
    /// Themselves.
    Known {
        /// What makes the check another one for every resource.
        salt: String,
        /// Where they stand, and what they are.
        values: Vec<(Path, Value)>,
    },
    /// A check of them.
    Check(String),
}

impl Secrets {
    /// Those of a document at these paths, `None` where there are none.
    pub fn of(document: &Value, paths: &[Path], salt: &str) -> Option<Self> {
        let mut paths: Vec<_> = paths.iter().collect();
        paths.sort();
        paths.dedup();
        let there = |path: &Path| Some((path.clone(), path.at(document)?.clone()));
        let values: Vec<_> = paths.into_iter().filter_map(there).collect();
        (!values.is_empty()).then(|| Self::Known { salt: salt.to_owned(), values })
    }

    /// What may be told of them.
    pub(super) fn shown(&self) -> Self {
        Self::Check(self.check())
    }

    fn check(&self) -> String {
        match self {
            Self::Check(check) => check.clone(),
            Self::Known { salt, values } => {
                let text: String =
                    values.iter().map(|(path, value)| format!("{path}\0{value}\0")).collect();
                let mut check = [0; BYTES];
                pbkdf2::pbkdf2_hmac::<Sha256>(text.as_bytes(), salt.as_bytes(), ROUNDS, &mut check);
                encoded(&check, BYTES * 8 / 6)
            }
        }
    }
}

impl PartialEq for Secrets {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known { values, .. }, Self::Known { values: others, .. }) => values == others,
            _ => self.check() == other.check(),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Serialize for Secrets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.check())
    }
}

impl<'de> Deserialize<'de> for Secrets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::Check)
    }
}

impl JsonSchema for Secrets {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secrets".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A check of secrets, slow to make and short: another one says that a secret is another.",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use serde_json::json;

    #[test]
    fn a_check_stands_for_secrets_and_holds_none() {
        let path = Path::of("token");
        let of = |token: &str| {
            Secrets::of(&json!({"token": token}), slice::from_ref(&path), "x").unwrap()
        };
        let saved: Secrets =
            serde_json::from_value(serde_json::to_value(of("hunter2")).unwrap()).unwrap();
        insta::assert_snapshot!(saved.check(), @"9VER");
        assert!(saved == of("hunter2") && saved != of("hunter3"));
        assert!(!format!("{:?}", of("hunter2")).contains("hunter"));
        assert!(Secrets::of(&json!({}), slice::from_ref(&path), "x").is_none());
    }
}

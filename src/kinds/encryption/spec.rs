//! How X-Ray's encryption is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Node};
use crate::kinds::grants::arn;
use crate::kinds::shape::{self, Field, Need, Type};
use crate::stack::{Body, Given, Place};

pub(super) const TYPE: &str = "Type";
pub(super) const KEY: &str = "KeyId";

/// X-Ray's own key, which costs nothing and is nobody's to see.
pub(super) const NONE: &str = "NONE";
const KMS: &str = "KMS";
pub(super) static TYPES: [&str; 2] = [NONE, KMS];

/// Source: service model, `PutEncryptionConfigRequest`, which a test holds this against.
pub(super) static FIELDS: [Field; 2] = [
    Field {
        name: TYPE,
        ty: Type::OneOf(&TYPES),
        need: Need::Required,
        doc: "`NONE` for X-Ray's own key, or `KMS` for the key that `KeyId` names",
    },
    Field {
        name: KEY,
        ty: Type::Text { min: 1, max: 3000 },
        need: Need::Optional,
        doc: "the id or the ARN of a symmetric KMS key; no alias",
    },
];

/// The canonical document: the type, and the full ARN of the key where that is ours.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let mut read = shape::read(&FIELDS, "X-Ray's encryption", given.body, found)?;
    let key = given.body.as_map().and_then(|map| map.get(KEY)).filter(|node| !node.is_null());
    let is_own = read.document[TYPE] == json!(NONE);
    match key {
        // AWS's answers have a key beside `NONE` in its documentation, too.
        Some(key) if is_own => {
            let message = "with `Type: NONE` X-Ray uses its own key; `KeyId` is left out here";
            found.push(Diagnostic::note(message).at(key.span));
        }
        Some(key) => known_key(&read.document, key, given.place, found)?,
        None if is_own => {}
        None => {
            let problem = Diagnostic::error("`Type: KMS` needs `KeyId`").at(given.body.span);
            found.push(problem.help("`KeyId` is the id or the ARN of a symmetric KMS key"));
            return None;
        }
    }
    canonical(&mut read.document, given.place);
    read.sensitive.retain(|path| path.at(&read.document).is_some());
    Some(read)
}

/// Complains of a key that cannot be compared: X-Ray takes an alias and answers the ARN of its key,
/// and an alias may come to mean another one, of which X-Ray learns nothing.
fn known_key(document: &Json, key: &Node, place: &Place, found: &mut Diagnostics) -> Option<()> {
    let text = document[KEY].as_str().unwrap_or_default();
    if let Some(arn) = key_arn(text, place) {
        // Keys are in one region (KMS developer guide, "Multi-Region keys": each replica is a key of its own).
        let region = arn.split(':').nth(3).unwrap_or_default();
        if region == place.region {
            return Some(());
        }
        let message = format!("`{KEY}` is a key in {region}, and this is {}", place.region);
        let help = "X-Ray encrypts with a key of its own region: write the id of one there";
        found.push(Diagnostic::error(message).at(key.span).help(help));
        return None;
    }
    let is_alias = text.starts_with("alias/") || text.contains(":alias/");
    let what =
        if is_alias { "is an alias, not a key" } else { "is neither a key's id nor its ARN" };
    let message = format!("`{KEY}` {what}: {}", key.shown());
    let help = if is_alias {
        "X-Ray answers with the key's ARN, so that an alias could not be compared; \
         `aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn` tells it"
    } else {
        "write it as `1234abcd-12ab-34cd-56ef-1234567890ab` or `arn:aws:kms:REGION:ACCOUNT:key/ID`"
    };
    found.push(Diagnostic::error(message).at(key.span).help(help));
    None
}

/// Folds what says the same: a key's id and its ARN, and a key that is not used.
pub(super) fn canonical(document: &mut Json, place: &Place) {
    let is_own = document[TYPE] == json!(NONE);
    let arn = document.get(KEY).and_then(Json::as_str).and_then(|key| key_arn(key, place));
    let Some(fields) = document.as_object_mut() else { return };
    if is_own {
        fields.remove(KEY);
    } else if let Some(arn) = arn {
        fields.insert(KEY.to_owned(), json!(arn));
    }
}

/// The ARN of the key that an id or an ARN names; of an alias nothing tells.
///
/// Source: KMS API reference, `KeyId` of `DescribeKey`: a key's id and its ARN, an alias's name and its
/// ARN. The id alone is of this account and region.
fn key_arn(key: &str, place: &Place) -> Option<String> {
    if key.starts_with("arn:") {
        return key.contains(":key/").then(|| key.to_owned());
    }
    let is_id = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_id.then(|| arn(place, "kms", &place.region, &format!("key/{key}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_key_of_this_place_and_an_alias_is_none() {
        let place = Place { account: "123456789012".to_owned(), region: "cn-north-1".to_owned() };
        let arn = |key: &str| key_arn(key, &place);
        let of_id = arn("1234abcd-12ab-34cd-56ef-1234567890ab");
        assert_eq!(
            of_id.as_deref(),
            Some("arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab")
        );
        assert_eq!(of_id, arn(of_id.as_deref().unwrap_or_default()));
        let foreign = "arn:aws:kms:eu-west-1:210987654321:key/mrk-1234";
        assert_eq!(arn(foreign).as_deref(), Some(foreign));
        let none =
            ["alias/traces", "arn:aws:kms:eu-west-1:123456789012:alias/traces", "key/12", ""];
        assert_eq!(none.map(arn), [const { None }; 4]);
    }
}

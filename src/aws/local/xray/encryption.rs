//! What X-Ray encrypts with.

use serde_json::{Value, json};

use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Shape, optional, required};
use super::super::state::World;
use super::super::{Call, caller, paging};
use super::invalid_request;
use super::rules::text;
use super::settings::Change;

const TYPE: Shape = Shape::OneOf(&["NONE", "KMS"]);

/// `PutEncryptionConfig`, which answers before the change is done: the status is `UPDATING`
/// (documentation; a record of the call that a user shows).
///
/// "Omit this key if you set Type to NONE" (model): what becomes of one is not documented, and here it
/// is dropped. That `KMS` needs one is not documented either.
pub(super) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let key_id = Shape::Text { min: 1, max: 3000 };
    let input = shape::read(call.body, &[required("Type", TYPE), optional("KeyId", key_id)])?;
    let key = match (text(&input, "Type"), text(&input, "KeyId")) {
        (Some("KMS"), Some(key)) => Some(key_arn(call, key)),
        (Some("KMS"), None) => return Err(invalid_request("KeyId is needed for the type KMS")),
        _ => None,
    };
    world.region.xray.settings.encrypted_with = key;
    call.memory.xray.begin(call, Change::Encryption);
    Ok(Reply::Json(config(world, "UPDATING")))
}

/// `GetEncryptionConfig`.
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    shape::read(call.body, &[])?;
    let under_way = call.memory.xray.is_under_way(call, Change::Encryption);
    Ok(Reply::Json(config(world, if under_way { "UPDATING" } else { "ACTIVE" })))
}

fn config(world: &World, status: &str) -> Value {
    let config = match &world.region.xray.settings.encrypted_with {
        Some(key) => json!({"Type": "KMS", "KeyId": key, "Status": status}),
        None => json!({"Type": "NONE", "Status": status}),
    };
    json!({"EncryptionConfig": config})
}

/// The full ARN, whatever the key was given as (documentation). There is no KMS here: any key is one,
/// and an alias means a key of its own.
pub(super) fn key_arn(call: &Call<'_>, key: &str) -> String {
    if key.starts_with("arn:") && key.contains(":key/") {
        return key.to_owned();
    }
    let id = match key.rsplit_once("alias/") {
        Some((_, alias)) => format!("00000000-0000-4000-8000-{:012x}", paging::hash(alias) >> 16),
        None => key.to_owned(),
    };
    let (account, region) = (call.account, call.region);
    format!("arn:{}:kms:{region}:{account}:key/{id}", caller::partition(region))
}

//! What is set of a log group that is there: how long events stay, with which key they are encrypted,
//! and whether it can be deleted.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{Member, Shape, optional, required};
use super::super::state::World;
use super::record::{self, Group};
use super::{IDENTIFIER, NAME, invalid, missing, read, text};

/// The days that events may stay (model, shape `Days`, in its text).
const DAYS: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// The key of a log group (model, shape `KmsKeyId`).
pub(super) const KEY: Shape = Shape::Text { min: 0, max: 256 };

const ANY_NUMBER: Shape = Shape::Integer { min: i32::MIN, max: i32::MAX };

/// `PutRetentionPolicy`
pub(super) fn put_retention(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [required("logGroupName", NAME), required("retentionInDays", ANY_NUMBER)];
    let input = read(call, &members)?;
    let days = input.get("retentionInDays").and_then(Value::as_i64).unwrap_or_default();
    let group = named(world, &input)?;
    if !DAYS.contains(&days) {
        // (report: a stack that wanted 55)
        let valid: Vec<_> = DAYS.iter().map(ToString::to_string).collect();
        let valid = valid.join(", ");
        return Err(invalid(format!("Invalid retention value. Valid values are: [{valid}]")));
    }
    check_class(group)?;
    group.retention = Some(days);
    Ok(Reply::Json(json!({})))
}

/// `DeleteRetentionPolicy`. That a group without one is fine is an assumption.
pub(super) fn delete_retention(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = read(call, &[required("logGroupName", NAME)])?;
    let group = named(world, &input)?;
    check_class(group)?;
    group.retention = None;
    Ok(Reply::Json(json!({})))
}

/// How long events stay in a log group whose class says that: Terraform shows two days for what the
/// model says is kept for one.
pub(super) fn fixed_retention(class: &str) -> Option<i64> {
    (class == "DELIVERY").then_some(2)
}

/// What AWS answers is not documented; Terraform does not make the call.
fn check_class(group: &Group) -> Result<(), Fault> {
    match fixed_retention(&group.class) {
        Some(_) => Err(invalid("The retention of a log group of this class cannot be set")),
        None => Ok(()),
    }
}

/// `AssociateKmsKey`
pub(super) fn associate_key(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let [name, resource] = TARGET;
    let input = read(call, &[name, required("kmsKeyId", KEY), resource])?;
    let key = text(&input, "kmsKeyId").unwrap_or_default();
    check_key(key)?;
    target(call, world, &input)?.key = Some(key.to_owned());
    Ok(Reply::Json(json!({})))
}

/// `DisassociateKmsKey`
pub(super) fn disassociate_key(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = read(call, &TARGET)?;
    target(call, world, &input)?.key = None;
    Ok(Reply::Json(json!({})))
}

/// How the two calls name what they are about (model).
const TARGET: [Member; 2] = [
    optional("logGroupName", NAME),
    optional(
        "resourceIdentifier",
        Shape::Word { min: 1, max: 2048, pattern: r"[\w+=/:,.@\-\*]*", allows: in_target },
    ),
];

fn in_target(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=/:,.@-*".contains(c)
}

/// The log group by its name or its ARN, one of them (model). The results of queries, which have a key
/// too, there are none of here.
fn target<'a>(
    call: &Call<'_>,
    world: &'a mut World,
    input: &Map<String, Value>,
) -> Result<&'a mut Group, Fault> {
    let (name, arn) = (text(input, "logGroupName"), text(input, "resourceIdentifier"));
    let name = match (name, arn) {
        (Some(name), None) => name,
        (None, Some(arn)) => record::name_in(call, arn).ok_or_else(missing)?,
        _ => return Err(invalid("Give logGroupName or resourceIdentifier, and not both")),
    };
    world.region.logs.groups.get_mut(name).ok_or_else(missing)
}

/// A key is named by its ARN (model). There is no KMS here that knows which there are; the text is ours.
pub(super) fn check_key(key: &str) -> Result<(), Fault> {
    let parts: Vec<_> = key.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "kms", _, _, entity] if entity.starts_with("key/") => Ok(()),
        _ => Err(invalid(format!("The KMS key {key} is not the ARN of a key"))),
    }
}

/// `PutLogGroupDeletionProtection`
pub(super) fn put_protection(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [
        required("logGroupIdentifier", IDENTIFIER),
        required("deletionProtectionEnabled", Shape::Boolean),
    ];
    let input = read(call, &members)?;
    let identifier = text(&input, "logGroupIdentifier").unwrap_or_default();
    let name = record::name_in(call, identifier).unwrap_or(identifier);
    let group = world.region.logs.groups.get_mut(name).ok_or_else(missing)?;
    group.protected = input.get("deletionProtectionEnabled") == Some(&json!(true));
    Ok(Reply::Json(json!({})))
}

fn named<'a>(world: &'a mut World, input: &Map<String, Value>) -> Result<&'a mut Group, Fault> {
    let name = text(input, "logGroupName").unwrap_or_default();
    world.region.logs.groups.get_mut(name).ok_or_else(missing)
}

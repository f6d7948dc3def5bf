//! Rules, roles and policies that AWS takes, grown out of the schemas that the kinds publish.

use serde_json::{Value, json};
use tracewright::kinds;

use super::grow::{Dice, Grower, leaves};
use super::policies;

/// What a kind's fields hold beside what the schema says.
fn known(path: &str, dice: &mut Dice) -> Option<Value> {
    let texts: &[&str] = match path {
        "FilterExpression" => &["ok", "responsetime > 5", "service(\"a b\") {fault OR error}"],
        "Path" => &["/", "/team/", "/team/er/"],
        "PermissionsBoundary" => &["PowerUserAccess", "ReadOnlyAccess", "ViewOnlyAccess"],
        "ManagedPolicies[]" => {
            &["AWSXRayDaemonWriteAccess", "AmazonS3ReadOnlyAccess", "CloudWatchAgentServerPolicy"]
        }
        "InlinePolicies{}key" => &["first", "second", "third.of-them", "4@a=b"],
        "KeyId" => return Some(json!(key(dice))),
        "Tags{}key" | "Tags{}" => return Some(json!(dice.tag())),
        "AssumeRolePolicyDocument" => return Some(policies::trust(dice)),
        "PolicyDocument" | "InlinePolicies{}" => return Some(policies::grant(dice)),
        _ => return None,
    };
    Some(json!(dice.pick(texts)))
}

/// The same of a policy on something.
fn known_on(path: &str, dice: &mut Dice) -> Option<Value> {
    if path == "PolicyDocument" { Some(policies::on_traces(dice)) } else { known(path, dice) }
}

fn known_of(section: &str) -> fn(&str, &mut Dice) -> Option<Value> {
    if section == "resource_policies" { known_on } else { known }
}

/// A key of the laws' account and region, by its id or its ARN.
fn key(dice: &mut Dice) -> String {
    let id = format!("1234abcd-12ab-34cd-56ef-{:012x}", dice.below(1000));
    if dice.one_in(2) { id } else { format!("{KEYS}{id}") }
}

/// What stands before the id of a key.
pub(super) const KEYS: &str = "arn:aws:kms:us-east-1:123456789012:key/";

/// What has only one value, what names the whole, and what AWS tells nobody.
const FIXED: [&str; 7] = [
    "Version",
    "RuleName",
    "RoleName",
    "PolicyName",
    "GroupName",
    "BypassPolicyLockoutCheck",
    "CloudWatchLogsConfiguration",
];

/// The sections of which AWS has exactly one.
pub(super) const ONLY: [&str; 4] =
    ["default_sampling", "encryption", "indexing", "trace_destination"];

/// The body with what belongs together in it: a key, and that it is used; notifications, and what is told of.
pub(super) fn sound(section: &str, mut body: Value, dice: &mut Dice) -> Value {
    if section == "encryption" {
        let fields = body.as_object_mut().unwrap();
        if fields["Type"] == "NONE" {
            fields.remove("KeyId");
        } else {
            fields.entry("KeyId").or_insert_with(|| json!(key(dice)));
        }
    }
    if section == "groups" && body["InsightsConfiguration"]["NotificationsEnabled"] == true {
        body["InsightsConfiguration"]["InsightsEnabled"] = true.into();
    }
    body
}

/// The schema of a kind, without what is ours in it.
pub(super) fn schema(section: &str) -> Value {
    let mut schema = kinds::find(section).unwrap().schema();
    let fields = schema["properties"].as_object_mut().unwrap();
    fields
        .retain(|name, _| name.starts_with(char::is_uppercase) && !FIXED.contains(&name.as_str()));
    schema
}

/// The paths of all values that a kind's resource may have.
pub(super) fn all(section: &str) -> Vec<String> {
    leaves(&schema(section))
}

/// A body with this leaf in it.
pub(super) fn body(section: &str, must: &str, sparse: usize, dice: &mut Dice) -> Value {
    let body = Grower { known: known_of(section), must, sparse }.grow(&schema(section), "", dice);
    sound(section, body, dice)
}

/// A value for a leaf.
pub(super) fn leaf(section: &str, pattern: &str, dice: &mut Dice) -> Value {
    let schema = schema(section);
    let steps = pattern.replace("[]", ".items").replace("{}", ".additionalProperties");
    let inner = steps.split('.').fold(&schema, |schema, step| match step {
        "items" | "additionalProperties" => &schema[step],
        member => &schema["properties"][member],
    });
    Grower { known: known_of(section), must: pattern, sparse: 2 }.grow(inner, pattern, dice)
}

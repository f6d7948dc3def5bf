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
        "kmsKeyId" => return Some(json!(format!("{KEYS}{}", dice.below(1000)))),
        "AllowedPattern" => &[".*", ".+", "[^{]*"],
        "Tags{}key" | "Tags{}" | "tags{}key" | "tags{}" => return Some(json!(dice.tag())),
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
const FIXED: [&str; 9] = [
    "Version",
    "RuleName",
    "RoleName",
    "PolicyName",
    "GroupName",
    "BypassPolicyLockoutCheck",
    "CloudWatchLogsConfiguration",
    "Name",
    "logGroupName",
];

/// The sections of which AWS has exactly one.
pub(super) const ONLY: [&str; 4] =
    ["default_sampling", "encryption", "indexing", "trace_destination"];

/// The body with what belongs together in it: a key, and that it is used; notifications, and what is told
/// of. What says the same as nothing is left out, and so is what is only looked at.
pub(super) fn sound(section: &str, mut body: Value, dice: &mut Dice) -> Value {
    let Some(fields) = body.as_object_mut() else { return body };
    match section {
        "encryption" if fields["Type"] == "NONE" => drop(fields.remove("KeyId")),
        "encryption" => drop(fields.entry("KeyId").or_insert_with(|| json!(key(dice)))),
        "groups" => {
            if let Some(insights) = fields.get_mut("InsightsConfiguration")
                && insights["NotificationsEnabled"] == true
            {
                insights["InsightsEnabled"] = true.into();
            }
        }
        "log_groups" => {
            // What is protected is not made anew, and a class may say itself how long events stay.
            let has_class = fields.contains_key("logGroupClass");
            if has_class || fields.get("deletionProtectionEnabled") == Some(&json!(false)) {
                fields.remove("deletionProtectionEnabled");
            }
            if fields.get("logGroupClass") == Some(&json!("DELIVERY")) {
                fields.remove("retentionInDays");
            }
        }
        "parameters" => {
            fields.remove("KeyId");
            fields.entry("Value").or_insert_with(|| json!(dice.text().trim()));
            if fields["Type"] == "SecureString" {
                fields["Type"] = json!("String");
            }
            if fields.get("Tier") == Some(&json!("Intelligent-Tiering")) {
                fields.insert("Tier".to_owned(), json!("Standard"));
            }
        }
        _ => {}
    }
    body
}

/// The schema of a kind, without what is ours in it.
pub(super) fn schema(section: &str) -> Value {
    let mut schema = kinds::find(section).unwrap().schema();
    let fields = schema["properties"].as_object_mut().unwrap();
    let is_aws = |name: &String| name.contains(char::is_uppercase) || name == "tags";
    fields.retain(|name, _| is_aws(name) && !FIXED.contains(&name.as_str()));
    schema
}

/// The paths of all values that a kind's resource may have, and that a plan may change.
pub(super) fn all(section: &str) -> Vec<String> {
    let mut all = leaves(&schema(section));
    all.retain(|path| section != "parameters" || path != "KeyId");
    all
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

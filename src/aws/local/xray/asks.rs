//! What calls of X-Ray have to be allowed.
//!
//! Source: Service Authorization Reference, AWS X-Ray. It has `TagResource` beside `CreateGroup` and
//! `CreateSamplingRule`, so that what is made with tags asks for it too. Resource policies are of no
//! resource type: who may write one may write all.

use serde_json::Value;

use super::super::guard::Asked;
use super::super::state::World;
use super::super::{Call, caller};
use super::encryption::key_arn;
use super::groups;
use super::log_policies::{GROUPS, group_arn};
use super::record::arn;
use super::tags::tags_of;

pub(super) fn asks(call: &Call<'_>, operation: &str, world: &World) -> Vec<Asked> {
    let input: Value = serde_json::from_slice(call.body).unwrap_or_default();
    match (operation, &input) {
        ("PutEncryptionConfig", input) if input["Type"] == "KMS" => return of_key(call, input),
        ("UpdateTraceSegmentDestination", input) if input["Destination"] == "CloudWatchLogs" => {
            return of_transaction_search(call);
        }
        _ => {}
    }
    let text = |within: &Value, member: &str| within[member].as_str().map(str::to_owned);
    let within = match operation {
        "CreateSamplingRule" => &input["SamplingRule"],
        "UpdateSamplingRule" => &input["SamplingRuleUpdate"],
        _ => &input,
    };
    let action = format!("xray:{operation}");
    let about = text(within, "RuleName")
        .map(|name| arn(call, &name))
        .or_else(|| text(within, "RuleARN"))
        .or_else(|| text(within, "GroupName").map(|name| of_group(call, &name, world)))
        .or_else(|| text(within, "GroupARN"))
        .or_else(|| text(within, "ResourceARN"));
    let Some(about) = about else { return vec![Asked::anywhere(&action)] };
    let tags = tags_of(call, world, &about);
    let given: Vec<_> = input["Tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value").unwrap_or_default())))
        .collect();
    let asked = |action: &str| Asked::on(action, &about).tagged(&tags).tagging(&given);
    let creates = matches!(operation, "CreateSamplingRule" | "CreateGroup");
    let tagging = creates && !given.is_empty();
    std::iter::once(asked(&action)).chain(tagging.then(|| asked("xray:TagResource"))).collect()
}

/// The ARN of a group. What AWS takes for the id of one that is not there yet is not documented.
fn of_group(call: &Call<'_>, name: &str, world: &World) -> String {
    let group = world.region.xray.groups.get(name);
    group.map_or_else(|| groups::arn(call, &format!("{name}/*")), |group| group.arn(call, name))
}

/// Who makes X-Ray use a key grants it that, by the key's policy or their own (documentation, "User
/// permissions for encryption").
fn of_key(call: &Call<'_>, input: &Value) -> Vec<Asked> {
    let key = key_arn(call, input["KeyId"].as_str().unwrap_or_default());
    let of_key = ["kms:CreateGrant", "kms:DescribeKey"].map(|action| Asked::on(action, &key));
    std::iter::once(Asked::anywhere("xray:PutEncryptionConfig")).chain(of_key).collect()
}

/// X-Ray makes log groups, a role and a channel in the caller's name (documentation, "Enable Transaction
/// Search", prerequisites). That it asks for all of it each time is an assumption.
fn of_transaction_search(call: &Call<'_>) -> Vec<Asked> {
    const SIGNALS: &str = "application-signals.cloudwatch.amazonaws.com";
    const ROLE: &str = "AWSServiceRoleForCloudWatchApplicationSignals";
    let (account, region) = (call.account, call.region);
    let partition = caller::partition(region);
    let role = format!("arn:{partition}:iam::{account}:role/aws-service-role/{SIGNALS}/{ROLE}");
    let channel = "channel/aws-service-channel/application-signals/default";
    let channel = format!("arn:{partition}:cloudtrail:{region}:{account}:{channel}");
    let anywhere = ["xray:UpdateTraceSegmentDestination", "application-signals:StartDiscovery"];
    let of_groups = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutRetentionPolicy"];
    let groups = GROUPS
        .iter()
        .flat_map(|group| of_groups.map(|action| Asked::on(action, group_arn(call, group))));
    let alone = [
        Asked::on("iam:CreateServiceLinkedRole", &role).with("iam:AWSServiceName", Some(SIGNALS)),
        Asked::on("iam:GetRole", &role),
        Asked::on("cloudtrail:CreateServiceLinkedChannel", &channel),
    ];
    anywhere.map(Asked::anywhere).into_iter().chain(groups).chain(alone).collect()
}

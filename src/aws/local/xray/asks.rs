//! What calls of X-Ray have to be allowed.
//!
//! Source: Service Authorization Reference, AWS X-Ray. That a rule which is made with tags asks for
//! `TagResource` too is so with other services and not documented of this one.

use serde_json::Value;

use super::super::guard::Asked;
use super::super::state::World;
use super::super::{Call, caller};
use super::encryption::key_arn;
use super::log_policies::{GROUPS, group_arn};
use super::record::{arn, name_in};

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
        .or_else(|| text(within, "ResourceARN"));
    let Some(about) = about else { return vec![Asked::anywhere(&action)] };
    let rule = name_in(call, &about).and_then(|name| world.region.xray.get(name));
    let tags = rule.map(|rule| rule.tags).unwrap_or_default();
    let given: Vec<_> = input["Tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value").unwrap_or_default())))
        .collect();
    let asked = |action: &str| Asked::on(action, &about).tagged(&tags).tagging(&given);
    let tagging = operation == "CreateSamplingRule" && !given.is_empty();
    std::iter::once(asked(&action)).chain(tagging.then(|| asked("xray:TagResource"))).collect()
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

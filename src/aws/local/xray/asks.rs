//! What calls of X-Ray have to be allowed.
//!
//! Source: Service Authorization Reference, AWS X-Ray. It has `TagResource` beside `CreateGroup` and
//! `CreateSamplingRule`, so that what is made with tags asks for it too. Resource policies are of no
//! resource type: who may write one may write all.

use serde_json::Value;

use super::super::Call;
use super::super::guard::Asked;
use super::super::state::World;
use super::record::arn;
use super::{groups, tags::tags_of};

pub(super) fn asks(call: &Call<'_>, operation: &str, world: &World) -> Vec<Asked> {
    let input: Value = serde_json::from_slice(call.body).unwrap_or_default();
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
        .or_else(|| text(within, "GroupName").map(|name| group_arn(call, &name, world)))
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
fn group_arn(call: &Call<'_>, name: &str, world: &World) -> String {
    let group = world.region.xray.groups.get(name);
    group.map_or_else(|| groups::arn(call, &format!("{name}/*")), |group| group.arn(call, name))
}

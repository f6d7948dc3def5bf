//! What calls of X-Ray have to be allowed.
//!
//! Source: Service Authorization Reference, AWS X-Ray. That a rule which is made with tags asks for
//! `TagResource` too is so with other services and not documented of this one.

use serde_json::Value;

use super::super::Call;
use super::super::guard::Asked;
use super::super::state::World;
use super::record::{arn, name_in};

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

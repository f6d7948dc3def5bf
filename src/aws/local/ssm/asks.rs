//! What calls of Parameter Store have to be allowed.
//!
//! Source: Service Authorization Reference, AWS Systems Manager; of tags that come with a new parameter
//! the user guide, "Tagging parameters". `DescribeParameters` knows no resources.

use serde_json::Value;

use super::super::Call;
use super::super::guard::Asked;
use super::super::state::World;
use super::{names, record};

pub(super) fn asks(call: &Call<'_>, operation: &str, world: &World) -> Vec<Asked> {
    let input: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let action = format!("ssm:{operation}");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let many = input["Names"].as_array().into_iter().flatten().filter_map(text);
    let one = text(&input["Name"]).or_else(|| text(&input["ResourceId"]));
    let given: Vec<_> = input["Tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((text(&tag["Key"])?, text(&tag["Value"]).unwrap_or_default())))
        .collect();
    let asked = |action: &str, name: &str| {
        let section = &world.region.ssm;
        let name = names::meant(call, section, name).unwrap_or(name);
        let tags = section.parameters.get(name).map(|parameter| parameter.tags.clone());
        let asked = Asked::on(action, record::arn(call, name));
        asked.tagged(&tags.unwrap_or_default()).tagging(&given)
    };
    let mut all: Vec<_> = one.into_iter().chain(many).map(|name| asked(&action, &name)).collect();
    if operation == "PutParameter" && !given.is_empty() {
        let name = text(&input["Name"]).unwrap_or_default();
        all.push(asked("ssm:AddTagsToResource", &name));
    }
    if all.is_empty() { vec![Asked::anywhere(&action)] } else { all }
}

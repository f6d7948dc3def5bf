//! What calls of CloudWatch Logs have to be allowed.
//!
//! Source: Service Authorization Reference, Amazon CloudWatch Logs; of the two forms of a log group's
//! ARN the service model, shape `LogGroup`: policies name the one with `:*` behind it, but for the
//! three calls about tags. `DescribeLogGroups` does not look at tags (model).

use serde_json::Value;

use super::super::Call;
use super::super::guard::Asked;
use super::super::state::World;
use super::record;

pub(super) fn asks(call: &Call<'_>, operation: &str, world: &World) -> Vec<Asked> {
    let input: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let action = format!("logs:{operation}");
    let text = |member: &str| input[member].as_str();
    let identifier = text("logGroupIdentifier").or_else(|| text("resourceIdentifier"));
    let named = identifier.map(|text| record::name_in(call, text).unwrap_or(text));
    let name = text("logGroupName").or(named);
    let tagged = text("resourceArn").and_then(|arn| record::name_in(call, arn));
    let tags = |name: &str| {
        let group = world.region.logs.groups.get(name);
        group.map(|group| group.tags.clone()).unwrap_or_default()
    };
    let given: Vec<_> = input["tags"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let whole = |name: &str| format!("{}:*", record::arn(call, name));
    match (operation, name, tagged) {
        ("DescribeLogGroups", ..) => vec![Asked::on(&action, whole("*"))],
        ("CreateLogGroup", Some(name), _) => {
            let mut asked = vec![Asked::on(&action, whole(name)).tagging(&given)];
            if !given.is_empty() {
                let about = record::arn(call, name);
                asked.push(Asked::on("logs:TagResource", about).tagging(&given));
            }
            asked
        }
        (_, Some(name), _) => vec![Asked::on(&action, whole(name)).tagged(&tags(name))],
        (_, None, Some(name)) => {
            let asked = Asked::on(&action, record::arn(call, name));
            vec![asked.tagged(&tags(name)).tagging(&given)]
        }
        _ => vec![Asked::anywhere(&action)],
    }
}

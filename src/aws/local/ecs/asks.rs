//! What calls of ECS have to be allowed.
//!
//! Source: Service Authorization Reference, Amazon Elastic Container Service; of tags that are given
//! with a registration the developer guide, "Grant permission to tag resources on creation".

use serde_json::Value;

use super::super::guard::Asked;
use super::super::state::World;
use super::super::{Call, caller};
use super::daemons;

pub(super) fn asks(call: &Call<'_>, operation: &str, world: &World) -> Vec<Asked> {
    let input: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let members = input.as_object().cloned().unwrap_or_default();
    if let Some(asked) = daemons::asks(call, operation, &members, world) {
        return asked;
    }
    let action = format!("ecs:{operation}");
    let text = |member: &str| input[member].as_str().filter(|text| !text.is_empty());
    let given = tags(&input["tags"]);
    match operation {
        "RegisterTaskDefinition" => {
            let family = text("family").unwrap_or_default();
            let Call { region, account, .. } = call;
            let partition = caller::partition(region);
            let about =
                format!("arn:{partition}:ecs:{region}:{account}:task-definition/{family}:*");
            let mut asked = vec![Asked::on(&action, &about).tagging(&given)];
            if !given.is_empty() {
                let tagging = Asked::on("ecs:TagResource", &about).tagging(&given);
                asked.push(tagging.with("ecs:CreateAction", Some(operation)));
            }
            let roles = ["taskRoleArn", "executionRoleArn"].into_iter().filter_map(text);
            asked.extend(roles.map(|role| pass(call, role)));
            asked
        }
        "TagResource" | "UntagResource" | "ListTagsForResource" => {
            let about = text("resourceArn").unwrap_or_default();
            let tags = world.region.ecs.tags_of(call, about).cloned().unwrap_or_default();
            vec![Asked::on(&action, about).tagged(&tags).tagging(&given)]
        }
        _ => vec![Asked::anywhere(&action)],
    }
}

/// A role is named by its ARN, or by its name where it has no path.
pub(super) fn pass(call: &Call<'_>, role: &str) -> Asked {
    let arn = if role.starts_with("arn:") {
        role.to_owned()
    } else {
        format!("arn:{}:iam::{}:role/{role}", caller::partition(call.region), call.account)
    };
    Asked::on("iam:PassRole", arn).with("iam:PassedToService", Some("ecs-tasks.amazonaws.com"))
}

pub(super) fn tags(tags: &Value) -> Vec<(String, String)> {
    let text = |tag: &Value, member: &str| tag[member].as_str().map(str::to_owned);
    let pair = |tag: &Value| Some((text(tag, "key")?, text(tag, "value").unwrap_or_default()));
    tags.as_array().into_iter().flatten().filter_map(pair).collect()
}

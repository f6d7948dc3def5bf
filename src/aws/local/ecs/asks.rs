//! What calls of ECS have to be allowed.
//!
//! Source: Service Authorization Reference, Amazon Elastic Container Service; of tags that are given
//! with a registration the developer guide, "Grant permission to tag resources on creation".

use serde_json::{Value, json};

use super::super::guard::Asked;
use super::super::state::World;
use super::super::{Call, caller};
use super::daemons;
use super::services;
use super::tags::Tags;

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
            let tags = tags_of(call, world, about);
            vec![Asked::on(&action, about).tagged(&tags).tagging(&given)]
        }
        "CreateService" => {
            let about = service(call, &input, "serviceName");
            let mut asked = vec![Asked::on(&action, &about).tagging(&given)];
            if !given.is_empty() {
                let tagging = Asked::on("ecs:TagResource", &about).tagging(&given);
                asked.push(tagging.with("ecs:CreateAction", Some(operation)));
            }
            asked.extend(roles_of(&input).into_iter().map(|role| pass_to(call, role, SERVICES)));
            asked
        }
        "UpdateService" | "DeleteService" => {
            let about = service(call, &input, "service");
            let roles = roles_of(&input).into_iter().map(|role| pass_to(call, role, SERVICES));
            let asked = Asked::on(&action, &about).tagged(&tags_of(call, world, &about));
            std::iter::once(asked).chain(roles).collect()
        }
        "DescribeServices" => {
            let named = input["services"].as_array().into_iter().flatten().map(|name| {
                let one = json!({"service": name, "cluster": input["cluster"]});
                let about = service(call, &one, "service");
                Asked::on(&action, &about).tagged(&tags_of(call, world, &about))
            });
            named.collect()
        }
        _ => vec![Asked::anywhere(&action)],
    }
}

/// Who gets the roles of services.
///
/// Source: ECS developer guide, "Grant Amazon ECS permissions to pass a role".
const SERVICES: &str = "ecs.amazonaws.com";

/// The ARN of the service that a request is about.
fn service(call: &Call<'_>, input: &Value, member: &str) -> String {
    let cluster = services::cluster_name(call, input["cluster"].as_str());
    let name = services::service_name(call, cluster, input[member].as_str().unwrap_or_default());
    services::service_arn(call, cluster, name)
}

fn tags_of(call: &Call<'_>, world: &World, about: &str) -> Tags {
    world.region.ecs.tags_of(call, about).cloned().unwrap_or_default()
}

/// The roles that a service is given, at any depth: they are passed to ECS.
fn roles_of(input: &Value) -> Vec<&str> {
    match input {
        Value::Object(members) => {
            let own =
                ["role", "roleArn"].into_iter().filter_map(|name| members.get(name)?.as_str());
            own.chain(members.values().flat_map(roles_of)).collect()
        }
        Value::Array(items) => items.iter().flat_map(roles_of).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn pass(call: &Call<'_>, role: &str) -> Asked {
    pass_to(call, role, "ecs-tasks.amazonaws.com")
}

/// A role is named by its ARN, or by its name where it has no path.
fn pass_to(call: &Call<'_>, role: &str, service: &str) -> Asked {
    let arn = if role.starts_with("arn:") {
        role.to_owned()
    } else {
        format!("arn:{}:iam::{}:role/{role}", caller::partition(call.region), call.account)
    };
    Asked::on("iam:PassRole", arn).with("iam:PassedToService", Some(service))
}

pub(super) fn tags(tags: &Value) -> Vec<(String, String)> {
    let text = |tag: &Value, member: &str| tag[member].as_str().map(str::to_owned);
    let pair = |tag: &Value| Some((text(tag, "key")?, text(tag, "value").unwrap_or_default()));
    tags.as_array().into_iter().flatten().filter_map(pair).collect()
}

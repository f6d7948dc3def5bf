//! The properties of everything but policies.

use serde_json::{Map as Object, Value, json};

use super::resource::Said;
use crate::document::shape::{
    DAEMON, DAEMON_TASK_DEFINITION, Root, SERVICE, TASK_DEFINITION, capital, capitalised,
};
use crate::import::cloudformation::properties::{BOOST, RULE, TASK, Table};

/// The fields of a log group, by `CreateLogGroup` and `PutRetentionPolicy`.
const LOG_GROUP: [&str; 5] =
    ["LogGroupName", "RetentionInDays", "KmsKeyId", "LogGroupClass", "DeletionProtectionEnabled"];
/// The fields of a group of X-Ray's.
const GROUP: [&str; 3] = ["GroupName", "FilterExpression", "InsightsConfiguration"];
/// The fields of a parameter.
const PARAMETER: [&str; 8] =
    ["Name", "Type", "Value", "Description", "AllowedPattern", "Tier", "Policies", "DataType"];
/// What of a service is called otherwise.
const SERVICE_OTHERS: [(&str, &str); 1] = [("PlacementStrategies", "placementStrategy")];

/// `AWS::XRay::SamplingRule`
pub(super) fn sampling_rule(document: &Value, _: &Value, said: &mut Said<'_>) -> Value {
    let mut rule = by_table(document, RULE);
    rule.insert("RuleName".to_owned(), json!(said.name));
    rule.insert("Version".to_owned(), json!(1));
    if document["SamplingRateBoost"].is_object() {
        let boost = by_table(&document["SamplingRateBoost"], BOOST);
        rule.insert("SamplingRateBoost".to_owned(), Value::Object(boost));
    }
    let mut properties = json!({"SamplingRule": rule});
    put_tags(&mut properties, &document["Tags"]);
    properties
}

/// `AWS::XRay::Group`
pub(super) fn group(document: &Value, _: &Value, said: &mut Said<'_>) -> Value {
    with_tags(document, &GROUP, said)
}

/// `AWS::Logs::LogGroup`
pub(super) fn log_group(document: &Value, _: &Value, said: &mut Said<'_>) -> Value {
    with_tags(document, &LOG_GROUP, said)
}

/// `AWS::SSM::Parameter`, whose tags are a mapping.
///
/// Source: documentation of the type: "To create a `SecureString` parameter, you can use" other tools;
/// CloudFormation does not.
pub(super) fn parameter(document: &Value, _: &Value, said: &mut Said<'_>) -> Value {
    if document["Type"] == "SecureString" {
        said.cannot("CloudFormation makes no parameter of the type SecureString");
        return Value::Null;
    }
    let mut properties = named(document, &PARAMETER, said);
    if document["Tags"].as_object().is_some_and(|tags| !tags.is_empty()) {
        properties.insert("Tags".to_owned(), document["Tags"].clone());
    }
    Value::Object(properties)
}

/// `AWS::ECS::TaskDefinition`
pub(super) fn task_definition(document: &Value, sent: &Value, _: &mut Said<'_>) -> Value {
    of_ecs(&TASK_DEFINITION, document, sent, &TASK)
}

/// `AWS::ECS::Service`
pub(super) fn service(document: &Value, sent: &Value, _: &mut Said<'_>) -> Value {
    of_ecs(&SERVICE, document, sent, &SERVICE_OTHERS)
}

/// `AWS::ECS::DaemonTaskDefinition`
///
/// Its schema has no `LogDriverVolumeConfiguration`.
pub(super) fn daemon_task_definition(document: &Value, sent: &Value, said: &mut Said<'_>) -> Value {
    const VOLUME: &str = "LogDriverVolumeConfiguration";
    let mut properties = of_ecs(&DAEMON_TASK_DEFINITION, document, sent, &[]);
    for volume in properties["Volumes"].as_array_mut().into_iter().flatten() {
        let fields = volume.as_object_mut();
        if fields.is_some_and(|fields| fields.remove(VOLUME).is_some()) {
            said.cannot("CloudFormation has no `logDriverVolumeConfiguration`");
        }
    }
    properties
}

/// `AWS::ECS::Daemon`
pub(super) fn daemon(document: &Value, sent: &Value, _: &mut Said<'_>) -> Value {
    of_ecs(&DAEMON, document, sent, &[])
}

/// What goes through ECS's shapes: the names of the API with a capital in front.
fn of_ecs(root: &Root, document: &Value, sent: &Value, others: &[(&str, &str)]) -> Value {
    let mut tree = if sent.is_object() { sent.clone() } else { document.clone() };
    if let Some(fields) = tree.as_object_mut() {
        fields.remove("tags");
        // It is of one call.
        fields.remove("clientToken");
    }
    let mut properties = capitalised(root, &tree, others);
    put_tags(&mut properties, &document["tags"]);
    properties
}

/// The fields that have a property of their own in a table that is for reading as well.
pub(super) fn by_table(document: &Value, table: &Table) -> Object<String, Value> {
    let property =
        |(property, becomes): &(&str, crate::import::cloudformation::properties::Becomes)| {
            let value = document.get(becomes.name()?).filter(|value| is_said(value))?;
            Some(((*property).to_owned(), value.clone()))
        };
    table.iter().filter_map(property).collect()
}

/// Fields under names with a capital in front, of which only these are properties.
pub(super) fn named(
    document: &Value,
    known: &[&str],
    said: &mut Said<'_>,
) -> Object<String, Value> {
    let mut properties = Object::new();
    for (field, value) in document.as_object().into_iter().flatten() {
        let name = capital(field);
        if name == "Tags" || !is_said(value) {
            continue;
        }
        if known.contains(&name.as_str()) {
            properties.insert(name, value.clone());
        } else {
            said.cannot(&format!("CloudFormation has no `{field}`"));
        }
    }
    properties
}

fn with_tags(document: &Value, known: &[&str], said: &mut Said<'_>) -> Value {
    let mut properties = Value::Object(named(document, known, said));
    let tags = document.get("Tags").or_else(|| document.get("tags")).cloned().unwrap_or_default();
    put_tags(&mut properties, &tags);
    properties
}

/// Tags as most types have them.
pub(super) fn put_tags(properties: &mut Value, tags: &Value) {
    let tags = tags.as_object().into_iter().flatten();
    let tags: Vec<_> = tags.map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    if !tags.is_empty() {
        properties["Tags"] = Value::Array(tags);
    }
}

fn is_said(value: &Value) -> bool {
    !value.is_null() && value.as_object().is_none_or(|object| !object.is_empty())
}

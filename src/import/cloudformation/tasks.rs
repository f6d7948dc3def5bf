//! `AWS::ECS::TaskDefinition`

use super::fields::tags;
use super::properties::TASK;
use super::template::Resource;
use super::values::{Unknown, Values};
use crate::document::shape::{TASK_DEFINITION, respelled};
use crate::document::{Node, Value};

/// The body of a task definition.
pub(super) fn body(resource: Resource<'_>, values: &mut Values<'_>) -> Result<Node, Box<Unknown>> {
    let properties = resource.with(&["ContainerDefinitions"])?;
    let mut properties = properties.clone();
    // Source: the schema's `readOnlyProperties`.
    properties.take("TaskDefinitionArn");
    let properties = Node::new(resource.span, Value::Map(properties));
    let Some(body) = values.value(&properties)? else {
        return Err(Unknown::wrong("it has no `Properties`", resource.span));
    };
    let body = respelled(&TASK_DEFINITION, body, &TASK, &mut values.found)
        .map_err(|problem| Box::new(Unknown { problem: *problem, hint: None }))?;
    let Value::Map(mut body) = body.value else {
        return Err(Unknown::wrong("it has no `Properties`", resource.span));
    };
    body.entries.retain(|entry| !entry.value.is_null());
    if let Some(own) = body.entries.iter_mut().find(|entry| entry.key == "tags") {
        own.value = tags(own.value.clone());
    }
    Ok(Node::new(resource.span, Value::Map(body)))
}

//! A task definition as `aws ecs register-task-definition --cli-input-json` takes it.

use serde_json::{Value, json};

use super::containers::{Chosen, task};
use super::{Rendered, masks};
use crate::error::Result;
use crate::kinds;
use crate::plan::{Path, references};
use crate::stack::{Stack, arn_of};

/// The input of the command, without our mark: what is registered by hand is nobody's.
pub(crate) fn task_definition(stack: &Stack, chosen: Chosen<'_>) -> Result<Rendered> {
    let wanted = task(stack, chosen.address)?;
    let kind = kinds::of(&wanted.address.section);
    let mut tree = masks::sent(wanted);
    let mut notes = Vec::new();
    for path in masks::secrets(wanted, &tree) {
        let told = masks::told(&tree, &path);
        notes.push(format!("{told} is a secret; put it in the place of its `(secret: …)`"));
        masks::put(&mut tree, &path, json!(format!("(secret: {told})")));
    }
    let field = kind.tags_field();
    let tags = wanted.document[field].as_object().into_iter().flatten();
    let tags: Vec<_> = tags
        .map(|(key, value)| {
            let is_secret = wanted.hides(&Path::of(field).join(key));
            if is_secret {
                notes.push(format!("{field}.{key} is a secret; put it in"));
            }
            let value =
                if is_secret { json!(format!("(secret: {field}.{key})")) } else { value.clone() };
            json!({"key": key, "value": value})
        })
        .collect();
    if !tags.is_empty() {
        tree[field] = Value::Array(tags);
    }
    for reference in references(wanted).filter_map(arn_of) {
        notes.push(format!("{reference} stands for an ARN that AWS makes up; put it in"));
    }
    if wanted.address.section != "task_definitions" {
        notes.push("this is for `aws ecs register-daemon-task-definition`".to_owned());
    }
    Ok(Rendered { text: format!("{tree:#}\n"), notes, unsaid: Vec::new() })
}

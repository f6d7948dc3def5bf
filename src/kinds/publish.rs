//! What a table of fields becomes for others: the JSON Schema, and the table of a reference page.

use std::fmt::Write as _;

use serde_json::{Map as Object, Value as Json, json};

use super::Kind;
use super::shape::{Field, Need, Type, UNBOUNDED};
use crate::stack::common_settings;

/// The JSON Schema of a table.
pub(super) fn schema(fields: &[Field]) -> Json {
    let mut properties = Object::new();
    let mut required = Vec::new();
    for field in fields {
        let mut schema = type_schema(&field.ty);
        if !matches!(field.need, Need::Required) {
            schema = or_null(schema);
        }
        schema["description"] = json!(field.doc);
        match field.need {
            Need::Required => required.push(field.name),
            Need::Otherwise(value) => schema["default"] = json!(value),
            Need::Optional => {}
        }
        properties.insert(field.name.to_owned(), schema);
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// What is `null` is left out, or taken away.
fn or_null(mut schema: Json) -> Json {
    match (schema.get("type").cloned(), schema.get("anyOf").is_some()) {
        (Some(ty), _) => schema["type"] = json!([ty, "null"]),
        (None, true) => {
            if let Some(any) = schema["anyOf"].as_array_mut() {
                any.push(json!({"type": "null"}));
            }
        }
        (None, false) => schema = json!({"anyOf": [schema, {"type": "null"}]}),
    }
    schema
}

fn type_schema(ty: &Type) -> Json {
    // A number may also be given by reference: `${var.rate}`.
    let or_reference = |mut schema: Json| {
        schema["anyOf"] =
            json!([{ "type": schema["type"] }, { "type": "string", "pattern": "\\$\\{" }]);
        if let Some(object) = schema.as_object_mut() {
            object.remove("type");
        }
        schema
    };
    match ty {
        Type::Text { min: 0, max: UNBOUNDED } => json!({"type": "string"}),
        Type::Text { min, max } => json!({"type": "string", "minLength": min, "maxLength": max}),
        Type::Boolean => or_reference(json!({"type": "boolean"})),
        Type::OneOf(values) => json!({"anyOf": [
            {"type": "string", "enum": values},
            {"type": "string", "pattern": "\\$\\{"},
        ]}),
        Type::Integer { min, max: Some(max) } => {
            or_reference(json!({"type": "integer", "minimum": min, "maximum": max}))
        }
        Type::Integer { min, max: None } => {
            or_reference(json!({"type": "integer", "minimum": min}))
        }
        Type::IntegerOf(values) => json!({"anyOf": [
            {"type": "integer", "enum": values},
            {"type": "string", "pattern": "\\$\\{"},
        ]}),
        Type::Number { min, max } => {
            or_reference(json!({"type": "number", "minimum": min, "maximum": max}))
        }
        Type::TextMap { most, longest_key, longest_value } => json!({
            "type": "object",
            "maxProperties": most,
            "propertyNames": {"minLength": 1, "maxLength": longest_key},
            "additionalProperties": or_null(
                json!({"type": "string", "minLength": 1, "maxLength": longest_value})
            ),
        }),
        Type::Struct(fields) => schema(fields),
        Type::Tags => json!({"$ref": "#/$defs/tags"}),
        Type::Apart { schema, .. } => schema(),
    }
}

/// The settings that every kind has, as a reference page tells them, in Markdown.
pub(super) fn settings(kind: &dyn Kind) -> String {
    let mut page = String::from("| setting | what it does |\n|--|--|\n");
    for setting in common_settings(kind) {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{}` | {} |", setting.name, setting.doc);
    }
    page
}

/// The table of a reference page, in Markdown.
pub(super) fn table(fields: &[Field]) -> String {
    let mut page = String::from("| field | type | left out | what it is |\n|--|--|--|--|\n");
    for field in fields {
        let ty = match &field.ty {
            Type::Text { min: 0, max: UNBOUNDED } => "string".to_owned(),
            Type::Text { min, max } => format!("string, {min} to {max} characters"),
            Type::Boolean => "`true` or `false`".to_owned(),
            Type::OneOf(values) => {
                let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
                values.join(" or ")
            }
            Type::Integer { min, max: Some(max) } => format!("whole number, {min} to {max}"),
            Type::Integer { min, max: None } => format!("whole number, at least {min}"),
            Type::IntegerOf(values) => {
                let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                format!("one of {}", values.join(", "))
            }
            Type::Number { min, max } => format!("number, {min} to {max}"),
            Type::TextMap { most, longest_key, longest_value } => format!(
                "mapping of at most {most} entries, keys to {longest_key} characters, values to {longest_value}"
            ),
            Type::Struct(fields) => {
                let names: Vec<_> = fields.iter().map(|f| format!("`{}`", f.name)).collect();
                format!("mapping of {}", names.join(" and "))
            }
            Type::Tags => "mapping, or AWS's list of `Key` and `Value`".to_owned(),
            Type::Apart { called, .. } => (*called).to_owned(),
        };
        let need = match field.need {
            Need::Required => "an error".to_owned(),
            Need::Optional => "none".to_owned(),
            Need::Otherwise(value) => format!("`{value}`"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{}` | {ty} | {need} | {} |", field.name, field.doc);
    }
    page
}

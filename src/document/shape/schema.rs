//! The shape of what an operation takes as a JSON Schema, for editors.

use serde_json::{Map as Object, Value as Json, json};

use super::model::{Root, Shape, Struct};
use super::rules::{self, Rule};

/// What text with a reference in it looks like: it may stand for a value of any type.
const REFERENCE: &str = "\\$\\{";

/// The JSON Schema of what an operation takes.
///
/// What is `null` is left out. Scalars may stand where AWS has text, and references for numbers,
/// booleans and the values of enumerations.
pub fn json_schema(root: &Root) -> Json {
    of(root.shape(), "")
}

fn of(shape: &Shape, member: &str) -> Json {
    let mut schema = match shape {
        Shape::Text => text(member),
        Shape::Whole(..) => or_reference("integer"),
        Shape::Number => or_reference("number"),
        Shape::Boolean => or_reference("boolean"),
        Shape::Any => json!({}),
        Shape::List(item) => json!({"type": "array", "items": of(item, &format!("{member}[]"))}),
        Shape::Map(value) => json!({
            "type": "object",
            "additionalProperties": or_null(of(value, &format!("{member}{{}}"))),
        }),
        Shape::Struct(shape) => structure(shape),
    };
    for rule in rules::of(member) {
        if let Rule::Bounds(least, most) = rule {
            let (at_least, at_most) = match shape {
                Shape::Text => ("minLength", "maxLength"),
                Shape::List(_) => ("minItems", "maxItems"),
                _ => ("minimum", "maximum"),
            };
            schema[at_least] = json!(least);
            if let Some(most) = most {
                schema[at_most] = json!(most);
            }
        }
    }
    schema
}

fn text(member: &str) -> Json {
    let values = rules::of(member).iter().find_map(|rule| match rule {
        Rule::OneOf(values) => Some(values),
        _ => None,
    });
    match values {
        Some(values) => json!({
            "anyOf": [{"type": "string", "enum": values}, {"type": "string", "pattern": REFERENCE}],
        }),
        None => json!({"type": ["string", "number", "boolean"]}),
    }
}

fn or_reference(ty: &str) -> Json {
    // A pattern is about strings only, bounds are about numbers.
    json!({"type": [ty, "string"], "pattern": REFERENCE})
}

fn or_null(mut schema: Json) -> Json {
    if let Some(choices) = schema.get_mut("anyOf").and_then(Json::as_array_mut) {
        choices.push(json!({"type": "null"}));
    } else if let Some(types) = schema.get_mut("type") {
        match types {
            Json::Array(types) => types.push(json!("null")),
            one => *one = json!([one.take(), "null"]),
        }
    }
    schema
}

fn structure(shape: &Struct) -> Json {
    let mut properties = Object::new();
    let mut required = Vec::new();
    for (name, member) in &shape.members {
        let full = format!("{}.{name}", shape.name);
        let schema = of(member, &full);
        let is_required = rules::is_required(&full);
        if is_required {
            required.push(name);
        }
        properties.insert(name.clone(), if is_required { schema } else { or_null(schema) });
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if shape.union {
        schema["minProperties"] = json!(1);
        schema["maxProperties"] = json!(1);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::super::TASK_DEFINITION;
    use super::*;

    #[test]
    fn every_leaf_stands_in_it() {
        let schema = json_schema(&TASK_DEFINITION);
        for leaf in TASK_DEFINITION.leaves() {
            let mut at = &schema;
            for part in leaf.split('.') {
                let name = part.trim_end_matches("[]").trim_end_matches("{}");
                at = &at["properties"][name];
                for _ in 0..part.matches("[]").count() {
                    at = &at["items"];
                }
                for _ in 0..part.matches("{}").count() {
                    at = &at["additionalProperties"];
                }
            }
            assert!(at.get("type").is_some() || at.get("anyOf").is_some(), "{leaf}: {at}");
        }
    }

    #[test]
    fn types_rules_and_references_are_in_it() {
        let schema = json_schema(&TASK_DEFINITION);
        assert_eq!(schema["required"], json!(["family", "containerDefinitions"]));
        assert_eq!(schema["additionalProperties"], json!(false));
        let container = &schema["properties"]["containerDefinitions"]["items"]["properties"];
        assert_eq!(
            container["memory"],
            json!({"type": ["integer", "string", "null"], "pattern": "\\$\\{"})
        );
        assert_eq!(
            container["portMappings"]["items"]["properties"]["protocol"]["anyOf"][0]["enum"],
            json!(["tcp", "udp"])
        );
        let tag = &schema["properties"]["tags"]["items"]["properties"]["key"];
        assert_eq!(
            *tag,
            json!({
                "type": ["string", "number", "boolean", "null"], "minLength": 1, "maxLength": 128,
            })
        );
    }
}

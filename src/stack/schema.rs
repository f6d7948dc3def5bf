//! The JSON Schema of stack files, made from the kinds.

use serde_json::{Map, Value, json};

use super::{envelope, ignored, limits, regions, settings};
use crate::kinds;

/// The schema that editors use.
///
/// Each kind's body stands under `$defs`, by the name of its section.
pub fn schema() -> Value {
    let mut properties = envelope_properties();
    let mut defs = Map::new();
    defs.insert("tags".to_owned(), tags());
    for kind in kinds::ALL {
        let section = kind.section();
        let mut body = kind.schema();
        // With a document beside it, nothing has to stand here; nor where it is not to be there.
        let required = body["required"].as_array().cloned().unwrap_or_default();
        body["if"] = if settings::may_be_absent(kind) {
            json!({"not": {"anyOf": [{"required": ["file"]}, {"required": [settings::ABSENT]}]}})
        } else {
            json!({"not": {"required": ["file"]}})
        };
        body["then"] = json!({"required": required});
        if let Some(object) = body.as_object_mut() {
            object.remove("required");
        }
        body["properties"]["file"] = json!({
            "type": "string",
            "description": "a document beside the stack file: the AWS CLI's input, a describe call's answer, or the bare resource; what stands beside `file` is merged over it",
        });
        for setting in settings::common(kind) {
            let mut schema = (setting.schema)();
            schema["description"] = json!(setting.doc);
            body["properties"][setting.name] = schema;
        }
        defs.insert(section.to_owned(), body);
        let reference = json!({"$ref": format!("#/$defs/{section}")});
        let schema = match kind.only_key() {
            Some(_) => reference,
            None => json!({"type": ["object", "null"], "additionalProperties": reference}),
        };
        properties.insert(section.to_owned(), schema);
    }
    debug_assert!(envelope::KEYS.iter().all(|key| properties.contains_key(*key)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a tracewright stack",
        "type": "object",
        "properties": properties,
        "required": ["stack", "account"],
        "additionalProperties": false,
        "$defs": defs,
    })
}

fn envelope_properties() -> Map<String, Value> {
    let strings = json!({"type": "array", "items": {"type": "string"}});
    let with = |mut schema: Value, doc: &str| {
        schema["description"] = json!(doc);
        schema
    };
    let entries = [
        (
            "stack",
            with(
                json!({"type": "string", "maxLength": 64}),
                "the stack's name, the value of the tag that marks what it owns",
            ),
        ),
        (
            "account",
            with(json!({"type": "string"}), "the only account it may touch, 12 digits in quotes"),
        ),
        (regions::REGION, with(json!({"type": "string"}), "the region it lives in")),
        (regions::REGIONS, regions::schema()),
        (
            regions::ROLE,
            with(
                json!({"type": ["string", "null"], "maxLength": 2048}),
                "the ARN of a role in that account, assumed before anything is asked of AWS",
            ),
        ),
        ("tags", with(json!({"$ref": "#/$defs/tags"}), "tags on every resource that carries tags")),
        (
            "ignore_tags",
            with(strings.clone(), "globs of tags that others may put on the stack's resources"),
        ),
        (
            "vars",
            json!({
                "type": ["object", "null"],
                "description": "variables, `${var.NAME}`; one without a default must be given",
                "additionalProperties": {
                    "type": ["object", "null"],
                    "properties": {
                        "default": {"type": ["string", "number", "boolean"]},
                        "description": {"type": "string"},
                    },
                    "additionalProperties": false,
                },
            }),
        ),
        (
            "requires",
            with(json!({"type": "string"}), "the tracewright versions that may read this, `>=0.1`"),
        ),
        (ignored::KEY, ignored::schema()),
        (
            "renamed_from",
            with(
                json!({"anyOf": [{"type": "string", "maxLength": 64}, strings, {"type": "null"}]}),
                "the name that the stack had, or a list of them: what carries their mark is its own",
            ),
        ),
        (
            "moved",
            json!({
                "type": ["object", "null"],
                "description": "what the stack gives to others: addresses, by the names in AWS, and the stacks that get them",
                "additionalProperties": {"type": "string", "maxLength": 64},
            }),
        ),
        ("limits", limits::schema()),
        (
            ignored::KEY,
            json!({
                "type": ["array", "null"],
                "description": "what may move in AWS without being told by `drift`",
                "items": {
                    "type": "object",
                    "properties": {
                        "address": {"type": "string", "description": "the resource, `section.key`"},
                        "field": {"type": "string", "description": "the field, as `drift` shows it; left out, all of it"},
                        "reason": {"type": "string"},
                        "until": {"type": "string", "format": "date", "description": "the last day, `2027-01-31`; after it `check` fails"},
                    },
                    "required": ["address", "reason", "until"],
                    "additionalProperties": false,
                },
            }),
        ),
        ("adopt", with(strings, "addresses that are taken over where they exist without a mark")),
    ];
    entries.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect()
}

fn tags() -> Value {
    json!({
        "anyOf": [
            {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}},
                    "required": ["Key", "Value"],
                    "additionalProperties": false,
                },
            },
        ],
    })
}

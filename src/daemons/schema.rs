//! The word, as it is published.

use serde_json::{Value as Json, json};

use super::Sort;

/// The JSON Schema of the word.
pub(crate) fn schema() -> Json {
    let words = Sort::ALL.map(Sort::word);
    let text = || json!({"type": "string", "minLength": 1});
    let header = json!({"anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "object", "properties": {"secret": text()}, "required": ["secret"], "additionalProperties": false},
    ]});
    let exporter = json!({
        "type": "object",
        "properties": {
            "endpoint": text(),
            "protocol": {"enum": ["grpc", "http", null]},
            "headers": {"type": ["object", "null"], "additionalProperties": header},
            "insecure": {"type": ["boolean", "string", "null"]},
        },
        "required": ["endpoint"],
        "additionalProperties": false,
    });
    let honeycomb = json!({
        "type": ["object", "null"],
        "properties": {
            "region": {"enum": ["us", "eu", null]},
            "key": text(),
            "dataset": {"type": ["string", "null"]},
        },
        "required": ["key"],
        "additionalProperties": false,
    });
    json!({
        "description": "a tracing daemon beside the containers: its container, what they are told of it, and what its roles have to allow",
        "anyOf": [
            {"enum": words},
            {"type": "null"},
            {
                "type": "object",
                "properties": {
                    "kind": {"enum": words},
                    "where": {"enum": ["sidecar", "host", "managed", null]},
                    "address": {"type": ["string", "null"]},
                    "container": {"type": ["object", "null"]},
                    "apps": {"type": ["array", "null"], "items": {"type": "string"}},
                    "xray": {"type": ["boolean", "string", "null"]},
                    "honeycomb": honeycomb,
                    "otlp": {"type": ["object", "null"], "additionalProperties": exporter},
                    "config": {"anyOf": [
                        {"enum": ["environment", null]},
                        {"type": "object", "properties": {"parameter": text()}, "required": ["parameter"], "additionalProperties": false},
                    ]},
                    "collector": {"type": ["object", "null"]},
                },
                "required": ["kind"],
                "additionalProperties": false,
            },
        ],
    })
}

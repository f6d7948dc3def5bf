//! Inputs that nobody would write.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A state with each resource type in it, to be damaged.
fn sound() -> Json {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let resource = |ty: &str, values: Json| {
        json!({"address": format!("{ty}.it"), "mode": "managed", "type": ty, "name": "it",
            "values": values, "sensitive_values": {"tags": {"a": true}, "volume": [{}]}})
    };
    json!({
        "format_version": "1.0",
        "values": {"root_module": {
            "resources": [
                resource("aws_xray_sampling_rule", json!({
                    "rule_name": "r", "priority": 1, "fixed_rate": 0.5, "reservoir_size": 1,
                    "attributes": {"a": "b"}, "tags": {"a": "b"}, "tags_all": {"a": "b"}})),
                resource("aws_iam_role", json!({
                    "name": "role", "assume_role_policy": policy, "max_session_duration": 3600,
                    "inline_policy": [{"name": "p", "policy": policy}], "managed_policy_arns": ["arn"]})),
            ],
            "child_modules": [{"address": "module.a", "resources": [
                resource("aws_ecs_task_definition", json!({
                    "family": "f", "cpu": "256", "container_definitions": "[{\"name\":\"a\"}]",
                    "proxy_configuration": [{"container_name": "c", "properties": {"a": "b"}}],
                    "volume": [{"name": "v", "host_path": "/x", "efs_volume_configuration": [
                        {"file_system_id": "fs", "authorization_config": [{"iam": "ENABLED"}]}]}]})),
                resource("aws_iam_policy", json!({"name": "p", "policy": policy})),
                resource("aws_iam_role_policy", json!({"name": "p", "role": "role", "policy": policy})),
                resource("aws_iam_policy_attachment", json!({
                    "roles": ["role"], "users": ["u"], "policy_arn": "arn"})),
            ]}],
        }},
    })
}

/// How many values there are in a tree.
fn count(tree: &Json) -> usize {
    1 + match tree {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(map) => map.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Puts another value in place of the one with this number.
fn damage(tree: &mut Json, at: &mut usize, with: &Json) {
    if *at == 0 {
        *tree = with.clone();
    }
    *at = at.wrapping_sub(1);
    match tree {
        Json::Array(items) => items.iter_mut().for_each(|item| damage(item, at, with)),
        Json::Object(map) => map.values_mut().for_each(|value| damage(value, at, with)),
        _ => {}
    }
}

fn odd() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!("")),
        Just(json!("${account}")),
        Just(json!("[[[[")),
        Just(json!([])),
        Just(json!([null, 1, "x", {}])),
        Just(json!({})),
        Just(json!({"name": {"value": []}, "value": 1})),
    ]
}

proptest! {
    #[test]
    fn a_damaged_state_never_panics(wounds in prop::collection::vec((0_usize..200, odd()), 1..6)) {
        let mut tree = sound();
        for (at, with) in &wounds {
            let mut at = at % count(&tree);
            damage(&mut tree, &mut at, with);
        }
        let mut sources = Sources::default();
        let node = read(&mut sources, &tree.to_string());
        let mut haul = Haul::default();
        take_state(&node, &mut haul);
        prop_assert!(haul.taken.len() <= 4);
    }
}

#[test]
fn what_is_no_state_is_none() {
    let mut sources = Sources::default();
    for text in [
        "[]",
        "{}",
        r#"{"Resources": {}}"#,
        r#"{"values": []}"#,
        r#"{"taskDefinition": {"family": "f"}}"#,
        r#"{"resources": ["arn"]}"#,
        r#"{"Version": "2012-10-17", "Statement": []}"#,
    ] {
        assert!(!is_state(&read(&mut sources, text)), "{text}");
    }
}

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

/// A module with a bit of everything, to be damaged.
const MODULE: &str = r#"
variable "name" { default = "shop" }
locals {
  tags   = merge({ a = "b" }, var.tags)
  policy = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*" }] }
}
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["a", "${var.name}"]
    }
  }
}
resource "aws_iam_role" "r" {
  name               = "${var.name}-role"
  assume_role_policy = data.aws_iam_policy_document.d.json
  tags               = local.tags
  inline_policy {
    name   = "p"
    policy = jsonencode(local.policy)
  }
}
resource "aws_ecs_task_definition" "t" {
  family                = format("%s-%d", "a", -1 * 2)
  task_role_arn         = aws_iam_role.r.arn
  container_definitions = <<-EOF
    [{"name": "${var.name}", "cpu": ${var.cpu}, "command": ["$${x}", "%%{y}", "${~ "z" ~}"]}]
  EOF
  volume {
    name      = join("", ["a", "b"])
    host_path = "/x"
  }
}
"#;

proptest! {
    #[test]
    fn a_damaged_module_never_panics(
        wounds in prop::collection::vec(
            (0_usize..MODULE.len(), 0_usize..40, "[a-z{}\\[\\]\"$%.,=(<) \n~é*0]{0,6}"), 1..4),
    ) {
        let mut text = MODULE.to_owned();
        for (at, length, with) in &wounds {
            let boundary = |mut at: usize| {
                at = at.min(text.len());
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let range = boundary(*at)..boundary(at + length);
            text.replace_range(range, with);
        }
        let (haul, _) = from_tf(&[("main.tf", &text)]);
        prop_assert!(haul.taken.len() <= 4);
    }
}

#[test]
fn a_sound_module_is_taken_whole() {
    let (haul, said) = from_tf(&[("main.tf", MODULE)]);
    assert_eq!(haul.taken.len(), 2, "{said}");
}

#[test]
fn circles_come_to_an_end() {
    let (haul, said) = from_tf(&[
        (
            "main.tf",
            r#"
            locals {
              a = local.b
              b = "${local.a}-x"
              c = { d = local.c.d }
            }
            variable "v" { default = var.v }
            resource "aws_iam_role" "a" {
              name               = aws_iam_role.b.name
              description        = local.a
              path               = "/${local.c.d}/"
              assume_role_policy = templatefile("self.tpl", {})
            }
            resource "aws_iam_role" "b" {
              name               = aws_iam_role.a.name
              count              = aws_iam_role.b.count
              assume_role_policy = "{}"
            }
            resource "aws_iam_policy" "v" {
              name   = var.v
              policy = data.aws_iam_policy_document.d.json
            }
            data "aws_iam_policy_document" "d" {
              policy_id = data.aws_iam_policy_document.d.json
            }
            "#,
        ),
        ("self.tpl", r#"x${templatefile("self.tpl", {})}${templatefile("self.tpl", {})}"#),
    ]);
    assert_eq!(bodies(&haul), json!({}), "{said}");
}

#[test]
fn what_grows_with_each_name_comes_to_an_end() {
    // Each is twice as long as the one before.
    let mut doubling = "locals {\n  l0 = \"xxxxxxxx\"\n".to_owned();
    // Each is one deeper than the one before, and asked for in this order.
    let mut deepening = "locals {\n  d0 = [1]\n".to_owned();
    let mut resources = String::new();
    for at in 1..2_000 {
        let before = at - 1;
        if at < 60 {
            doubling += &format!("  l{at} = \"${{local.l{before}}}${{local.l{before}}}\"\n");
        }
        deepening += &format!("  d{at} = [local.d{before}]\n");
        resources += &format!(
            "resource \"aws_iam_policy\" \"p{at}\" {{\n  name = \"p{at}\"\n  policy = jsonencode(local.d{at})\n}}\n"
        );
    }
    let text = format!(
        "{doubling}}}\n{deepening}}}\n{resources}resource \"aws_iam_policy\" \"l\" {{\n  \
         name = \"l\"\n  description = local.l59\n  policy = \"{{}}\"\n}}\n"
    );
    let (haul, _) = from_tf(&[("main.tf", &text)]);
    assert!(haul.taken.iter().all(|taken| taken.key != "l"));
}

#[test]
fn deep_nesting_is_refused_by_the_parser() {
    let deep = format!("locals {{\n  a = {}1{}\n}}\n", "[".repeat(5_000), "]".repeat(5_000));
    let (_, said) = from_tf(&[("main.tf", &deep)]);
    assert!(said.starts_with("main.tf:2 the file cannot be read as Terraform"), "{said}");
    // Through locals it is deeper than in one expression.
    let chain: String = (0..400)
        .map(|at| format!("  l{at} = {}local.l{}{}\n", "(".repeat(60), at + 1, ")".repeat(60)))
        .collect();
    let text = format!(
        "locals {{\n{chain}}}\nresource \"aws_xray_sampling_rule\" \"r\" {{\n  rule_name = \"r\"\n  \
         priority = local.l0\n}}\n"
    );
    let (haul, _) = from_tf(&[("main.tf", &text)]);
    assert_eq!(bodies(&haul), json!({}));
}

#[test]
fn wrong_types_are_named() {
    let (haul, said) = from_tf(&[(
        "main.tf",
        r#"
        resource "aws_ecs_task_definition" "t" {
          family                = ["f"]
          container_definitions = jsonencode("x")
        }
        resource "aws_xray_sampling_rule" "r" {
          rule_name = "r"
          priority  = { a = 1 }
        }
        resource "aws_iam_role" "r" {
          name                = "r"
          assume_role_policy  = { a = 1 }
          managed_policy_arns = "x"
        }
        resource "aws_iam_policy" {
          name = "unlabelled"
        }
        "#,
    )]);
    assert_eq!(bodies(&haul), json!({}));
    insta::assert_snapshot!(said, @"
    main.tf:4 `aws_ecs_task_definition.t` is not taken over: this is not JSON: it does not begin with `{`, on line 1 of the JSON text here
    main.tf:8 `aws_xray_sampling_rule.r` is not taken over: a number is needed here, and it is a mapping
    main.tf:13 `aws_iam_role.r` is not taken over: a list is needed here, and it is a string
    ");
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

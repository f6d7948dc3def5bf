//! What `.tf` files have that cannot be taken over.

use serde_json::json;

use super::*;

#[test]
fn what_cannot_be_taken_is_named_with_its_line() {
    let (haul, said) = from_tf(&[(
        "main.tf",
        r#"
variable "arns" { type = list(string) }
variable "tags" { default = { a = "b" } }
variable "off" { default = null }
module "other" { source = "./other" }
resource "aws_iam_role" "many" {
  for_each = toset(["a", "b"])
  name     = each.key
}
resource "aws_xray_sampling_rule" "one" {
  count     = 1
  rule_name = "one"
  tags      = merge(var.tags, var.more, { c = "d" })
  host      = var.off
  priority  = var.enabled ? 1 : 2
}
resource "aws_iam_role_policy_attachment" "many" {
  role       = aws_iam_role.many["a"].name
  policy_arn = "arn:aws:iam::aws:policy/A"
}
resource "aws_iam_policy" "lists" {
  name   = "lists"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = var.arns }] })
}
resource "aws_iam_policy" "loop" {
  name   = "loop"
  policy = jsonencode({ Statement = [for arn in var.arns : { Resource = arn }] })
}
resource "aws_iam_policy" "condition" {
  name   = "condition"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Condition = var.condition }] })
}
resource "aws_iam_policy" "merged" {
  name   = "merged"
  policy = data.aws_iam_policy_document.merged.json
}
data "aws_iam_policy_document" "merged" {
  source_policy_documents = ["{}"]
}
resource "aws_ecs_task_definition" "volumes" {
  family                = "volumes"
  container_definitions = "[]"
  dynamic "volume" {
    for_each = [1]
    content { name = "x" }
  }
}
resource "aws_ecs_task_definition" "text" {
  family                = "text"
  container_definitions = <<EOF
[{"name": "a",
  "environment": ${var.environment}}]
EOF
}
resource "aws_ecs_task_definition" "broken" {
  family                = "broken"
  container_definitions = <<EOF
[{"name": "a",
  "image" "b"}]
EOF
}
resource "aws_s3_bucket" "b" {}
"#,
    )]);
    assert_eq!(
        bodies(&haul),
        json!({"sampling_rules.one": {"Priority": "${var.one_priority}!", "Tags": {"a": "b", "c": "d"}}})
    );
    assert_eq!(haul.variables.keys().collect::<Vec<_>>(), ["one_priority"]);
    insta::assert_snapshot!(said, @"
    main.tf:15 `var.enabled ? 1 : 2` does not stand in these files; it becomes the variable `one_priority`
    main.tf:7 `aws_iam_role.many` is not taken over: how many there are of it is not known
    main.tf:13 these tags are not known, and left out: applied, the resource loses them
    main.tf:18 `aws_iam_role_policy_attachment.many` is not taken over: which role this is does not stand here
    main.tf:23 `aws_iam_policy.lists` is not taken over: a list or a mapping is needed here, and `var.arns` is not known
    main.tf:27 `aws_iam_policy.loop` is not taken over: a list or a mapping is needed here, and `[for arn in var.arns : { Resource = arn }]` is not known
    main.tf:31 `aws_iam_policy.condition` is not taken over: a list or a mapping is needed where `${var.condition}` would stand
    main.tf:35 `aws_iam_policy.merged` is not taken over: a list or a mapping is needed here, and what `source_policy_documents` puts into the document is not known
    main.tf:43 `aws_ecs_task_definition.volumes` is not taken over: its `volume` blocks are made by a `dynamic` block
    main.tf:50 `aws_ecs_task_definition.text` is not taken over: a list or a mapping is needed where `${var.environment}` would stand
    main.tf:59 `aws_ecs_task_definition.broken` is not taken over: this is not valid JSON: expected colon after the string or word in object property, on line 2 of the JSON text here
    main.tf:4 `var.off` holds no text, and its default stands in its place
    main.tf:3 `var.tags` holds no text, and its default stands in its place
    main.tf:5 what is in the modules `other` is not taken over
    main.tf:62 not read, left out: 1 aws_s3_bucket
    ");
}

#[test]
fn a_file_that_cannot_be_read_is_told_at_its_line() {
    let (haul, said) = from_tf(&[
        ("broken.tf", "resource \"aws_iam_role\" \"a\" {\n  name = \n}\n"),
        (
            "whole.tf",
            "\u{feff}resource \"aws_xray_sampling_rule\" \"r\" {\r\n  rule_name = \"r\"\r\n}\r\n",
        ),
    ]);
    assert_eq!(bodies(&haul), json!({"sampling_rules.r": {}}));
    assert!(haul.found.has_errors());
    insta::assert_snapshot!(said, @r#"broken.tf:2 the file cannot be read as Terraform: invalid expression; expected `"`, `[`, `{`, `-`, `!`, `(`, `_`, `<`, letter or digit"#);
}

//! A state and the files it came from.

use serde_json::json;

use super::*;

#[test]
fn state_and_files_give_the_same() {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/${aws:username}"}]});
    let state = json!({"values": {"root_module": {"resources": [
        {"type": "aws_xray_sampling_rule", "values": {
            "rule_name": "r", "priority": 5, "fixed_rate": 0.3, "reservoir_size": 10, "host": "*",
            "version": 1, "attributes": {}, "tags": null, "tags_all": {}, "arn": "arn", "id": "r"}},
        {"type": "aws_iam_role", "values": {
            "name": "role", "path": "/", "max_session_duration": 3600, "description": "",
            "assume_role_policy": policy.to_string(), "force_detach_policies": false,
            "inline_policy": [{"name": "p", "policy": policy.to_string()}],
            "managed_policy_arns": ["arn:aws:iam::aws:policy/A"], "permissions_boundary": null}},
        {"type": "aws_iam_policy", "values": {
            "name": "p", "path": "/team/", "policy": policy.to_string(), "attachment_count": 0}},
        {"type": "aws_ecs_task_definition", "values": {
            "family": "f", "revision": 3, "cpu": "256", "memory": "512", "network_mode": "awsvpc",
            "container_definitions": "[{\"image\":\"i\",\"name\":\"a\"}]", "ipc_mode": "",
            "enable_fault_injection": false, "requires_compatibilities": ["FARGATE"],
            "volume": [{"name": "v", "host_path": "", "configure_at_launch": false,
                "efs_volume_configuration": [{"file_system_id": "fs", "root_directory": "/",
                    "transit_encryption_port": 0, "authorization_config": []}]}]}},
    ]}}});
    let (from_state, _) = from_state(&state.to_string());
    let (from_files, said) = from_tf(&[(
        "main.tf",
        r#"
        locals {
          policy = {
            Version   = "2012-10-17"
            Statement = [{
              Effect   = "Allow"
              Action   = "s3:GetObject"
              Resource = "arn:aws:s3:::b/$${aws:username}"
            }]
          }
        }
        resource "aws_xray_sampling_rule" "r" {
          rule_name      = "r"
          priority       = "5"
          fixed_rate     = 0.3
          reservoir_size = 10
          host           = "*"
          version        = 1
        }
        resource "aws_iam_role" "role" {
          name                = "role"
          assume_role_policy  = jsonencode(local.policy)
          managed_policy_arns = ["arn:aws:iam::aws:policy/A"]
          inline_policy {
            name   = "p"
            policy = jsonencode(local.policy)
          }
        }
        resource "aws_iam_policy" "p" {
          name   = "p"
          path   = "/team/"
          policy = jsonencode(local.policy)
        }
        resource "aws_ecs_task_definition" "f" {
          family                   = "f"
          cpu                      = 256
          memory                   = 512
          network_mode             = "awsvpc"
          requires_compatibilities = ["FARGATE"]
          container_definitions    = <<-DEFINITION
            [{"image": "i", "name": "a"}]
          DEFINITION
          volume {
            name = "v"
            efs_volume_configuration { file_system_id = "fs" }
          }
        }
        "#,
    )]);
    assert_eq!(said, "");
    assert_eq!(bodies(&from_files), bodies(&from_state));
}

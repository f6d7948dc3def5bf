//! `.tf` files.

use serde_json::json;

use super::*;

#[test]
fn a_sampling_rule_with_everything_that_is_literal() {
    let (haul, said) = from_tf(&[(
        "main.tf",
        r#"
        # A comment, and an odd spelling of numbers.
        resource "aws_xray_sampling_rule" "health" {
          rule_name      = lower(join("-", ["Shop", local.name]))
          priority       = 10 * 10
          version        = 1
          reservoir_size = 0
          fixed_rate     = 0.050
          url_path       = "/$${x}/%%{y}/\u00e9"
          host           = "*"
          http_method    = format("%s%%", "GET")
          service_type   = "*"
          service_name   = true ? trimspace(" a ") : var.never
          resource_arn   = (null == null) ? "*" : "?"
          attributes     = merge({ a = 1, "b" : true }, { a = tostring(2) })
          tags           = { (local.name) = "${local.name}" }
        }
        locals { name = "health" }
        "#,
    )]);
    assert_eq!(said, "");
    assert_eq!(
        bodies(&haul),
        json!({"sampling_rules.shop-health": {
            "Priority": 100, "FixedRate": 0.05, "ReservoirSize": 0, "ServiceName": "a",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "GET%", "URLPath": "/${x}/%{y}/é",
            "ResourceARN": "*", "Version": 1, "Attributes": {"a": "2", "b": "true"},
            "Tags": {"health": "health"},
        }})
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one module, and all that it gives")]
fn what_is_not_literal_becomes_variables_and_references() {
    let (haul, said) = from_tf(&[
        (
            "main.tf",
            r#"
            data "aws_caller_identity" "me" {}
            data "aws_region" "here" {}
            resource "aws_cloudwatch_log_group" "app" { name = "/ecs/${var.name}" }
            resource "aws_iam_role" "task" {
              name               = "${var.name}-task"
              path               = "/${var.name}/"
              assume_role_policy = data.aws_iam_policy_document.trust.json
            }
            resource "aws_iam_role" "exec" {
              name_prefix        = "exec-"
              assume_role_policy = data.aws_iam_policy_document.trust.json
            }
            resource "aws_iam_policy" "own" {
              name   = "own"
              policy = <<-EOT
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*",
                  "Resource": "arn:aws:s3:::${var.name}-$${aws:username}"}]}
              EOT
            }
            resource "aws_iam_role_policy_attachment" "own" {
              role       = aws_iam_role.task.id
              policy_arn = aws_iam_policy.own.arn
            }
            resource "aws_iam_role_policy" "inline" {
              name   = "${var.name}-inline"
              role   = aws_iam_role.exec.name
              policy = jsonencode({ Version = "2012-10-17", Statement = [] })
            }
            resource "aws_ecs_task_definition" "app" {
              family             = "app"
              task_role_arn      = aws_iam_role.task.arn
              execution_role_arn = "${aws_iam_role.exec.arn}"
              cpu                = var.cpu
              container_definitions = jsonencode([{
                name        = "app"
                image       = "${aws_ecr_repository.app.repository_url}:${var.tag}"
                environment = [
                  { name = "ACCOUNT", value = data.aws_caller_identity.me.account_id },
                  { name = "LITERAL", value = "$${account} ${var.cpu}" },
                  { name = "SECRET", value = var.secret },
                  { name = "JSON", value = jsonencode({ b = "<${var.tag}>", a = [1, null] }) },
                ]
                logConfiguration = { logDriver = "awslogs", options = {
                  "awslogs-group"  = aws_cloudwatch_log_group.app.name
                  "awslogs-region" = data.aws_region.here.name
                } }
              }])
            }
            "#,
        ),
        (
            "variables.tf",
            r#"
            variable "name" { default = "shop" }
            variable "tag" { type = string }
            variable "cpu" {
              type    = number
              default = 256
            }
            variable "secret" {
              default   = "hunter2"
              sensitive = true
            }
            "#,
        ),
        (
            "trust.tf",
            r#"
            data "aws_iam_policy_document" "trust" {
              statement {
                actions = ["sts:AssumeRole"]
                principals {
                  type        = "Service"
                  identifiers = ["ecs-tasks.amazonaws.com"]
                }
                condition {
                  test     = "StringEquals"
                  variable = "aws:PrincipalTag/team"
                  values   = ["&{aws:username}", var.name]
                }
              }
              statement {
                sid       = "All"
                effect    = "Deny"
                not_actions = ["sts:TagSession"]
                principals {
                  type        = "*"
                  identifiers = ["*"]
                }
              }
            }
            "#,
        ),
    ]);
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sts:AssumeRole"],
         "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
         "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["${aws:username}", "${var.name}!"]}}},
        {"Sid": "All", "Effect": "Deny", "NotAction": ["sts:TagSession"], "Principal": "*"},
    ]});
    assert_eq!(
        bodies(&haul),
        json!({
            "roles.task": {
                "RoleName": "${var.name}-task!", "Path": "/${var.name}/!",
                "AssumeRolePolicyDocument": trust,
            },
            "roles.exec": {"RoleName": "${var.exec_name}!", "AssumeRolePolicyDocument": trust},
            "policies.own": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "s3:*",
                 "Resource": "arn:aws:s3:::${var.name}-${aws:username}!"}]}},
            "task_definitions.app": {
                "taskRoleArn": "${role.task.arn}!", "executionRoleArn": "${role.exec.arn}!",
                "cpu": "${var.cpu}!",
                "containerDefinitions": [{
                    "name": "app",
                    "image": "${var.aws_ecr_repository_app_repository_url}:${var.tag}!",
                    "environment": [
                        {"name": "ACCOUNT", "value": "${account}!"},
                        {"name": "LITERAL", "value": "$${account} ${var.cpu}!"},
                        {"name": "SECRET", "value": "${var.secret}!"},
                        {"name": "JSON", "value": "{\"a\":[1,null],\"b\":\"\\u003c${var.tag}\\u003e\"}!"},
                    ],
                    "logConfiguration": {"logDriver": "awslogs", "options": {
                        "awslogs-group": "/ecs/${var.name}!", "awslogs-region": "${region}!"}},
                }],
            },
        })
    );
    assert_eq!(
        parts(&haul),
        [
            r#"task: "${policy.own.arn}!""#,
            r#"exec: shop-inline {"Statement":[],"Version":"2012-10-17"}"#,
        ]
    );
    let variables: Vec<_> =
        haul.variables.iter().map(|(name, is)| format!("{name} {:?}", is.default)).collect();
    assert_eq!(
        variables,
        [
            "aws_ecr_repository_app_repository_url None",
            "cpu Some(Number(Number(256)))",
            "exec_name None",
            "name Some(String(\"shop\"))",
            "secret None",
            "tag None",
        ]
    );
    insta::assert_snapshot!(said, @"
    main.tf:37 `aws_ecr_repository.app.repository_url` does not stand in these files; it becomes the variable `aws_ecr_repository_app_repository_url`
    main.tf:10 Terraform makes up the name of `aws_iam_role.exec`; it becomes the variable `exec_name`
    main.tf:4 what was applied may have been given other values than these defaults: `cpu`, `name`
    main.tf:5 Terraform leaves alone what others attach to a role; a stack takes off what it does not name
    main.tf:26 this name is not known, and `shop-inline` stands in its place
    main.tf:4 not read, left out: 1 aws_cloudwatch_log_group
    ");
}

#[test]
fn files_that_are_named() {
    let (haul, said) = from_tf(&[
        (
            "infra/main.tf",
            r#"
            resource "aws_ecs_task_definition" "app" {
              family                = "app"
              container_definitions = file("${path.module}/app.json")
            }
            resource "aws_ecs_task_definition" "templated" {
              family                = "templated"
              container_definitions = templatefile("templates/app.tpl", { name = var.name, port = 80 })
            }
            data "template_file" "old" {
              template = "${file("${path.module}/templates/app.tpl")}"
              vars = { name = "old", port = 81 }
            }
            resource "aws_ecs_task_definition" "old" {
              family                = "old"
              container_definitions = "${data.template_file.old.rendered}"
            }
            resource "aws_iam_policy" "gone" {
              name   = "gone"
              policy = file("gone.json")
            }
            "#,
        ),
        (
            "infra/app.json",
            "[\n  {\"name\": \"app\",\n   \"image\": \"x\", \"network_mode\": \"host\"}\n]",
        ),
        (
            "templates/app.tpl",
            r#"[{"name": "${name}", "portMappings": [{"containerPort": ${port}}]}]"#,
        ),
    ]);
    let templated = |name: &str, port: u16| json!({"containerDefinitions": [{"name": name, "portMappings": [{"containerPort": port}]}]});
    assert_eq!(
        bodies(&haul),
        json!({
            "task_definitions.app": {"containerDefinitions": [{"name": "app", "image": "x"}]},
            "task_definitions.templated": templated("${var.name}!", 80),
            "task_definitions.old": templated("old", 81),
        })
    );
    // Each node stands where it stands in its own file.
    insta::assert_snapshot!(said, @r#"
    infra/app.json:3 `aws_ecs_task_definition.app`: `network_mode` is not known here, and left out
    infra/main.tf:20 `aws_iam_policy.gone` is not taken over: its JSON is `file("gone.json")`, which does not stand here
    infra/main.tf:20 `gone.json` is not there
    "#);
}

#[test]
fn every_block_of_a_task_definition() {
    let (haul, said) = from_tf(&[(
        "main.tf",
        r#"
        provider "aws" {
          region = "eu-west-1"
          default_tags { tags = { owner = "us", team = "all" } }
        }
        resource "aws_ecs_task_definition" "app" {
          family                   = "app"
          network_mode             = "awsvpc"
          requires_compatibilities = ["FARGATE"]
          cpu                      = 256
          memory                   = "512"
          container_definitions    = "[{\"name\": \"app\"}]"
          skip_destroy             = true
          tags                     = { team = "web" }
          depends_on               = [aws_iam_role.x]
          lifecycle { ignore_changes = [tags] }
          runtime_platform { cpu_architecture = "ARM64" }
          ephemeral_storage { size_in_gib = 30 }
          placement_constraints {
            type       = "memberOf"
            expression = "a == b"
          }
          proxy_configuration {
            container_name = "envoy"
            properties     = { AppPorts = 80 }
          }
          volume {
            name      = "host"
            host_path = "/data"
          }
          volume {
            name = "shared"
            docker_volume_configuration { scope = "shared" }
          }
          volume {
            name = "efs"
            efs_volume_configuration {
              file_system_id = "fs-1"
              root_directory = "/"
              authorization_config { iam = "ENABLED" }
            }
          }
          surprise { x = 1 }
        }
        "#,
    )]);
    assert_eq!(
        bodies(&haul),
        json!({"task_definitions.app": {
            "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256",
            "memory": "512", "containerDefinitions": [{"name": "app"}],
            "tags": {"owner": "us", "team": "web"},
            "runtimePlatform": {"cpuArchitecture": "ARM64"}, "ephemeralStorage": {"sizeInGiB": 30},
            "placementConstraints": [{"type": "memberOf", "expression": "a == b"}],
            "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy",
                "properties": [{"name": "AppPorts", "value": "80"}]},
            "volumes": [
                {"name": "host", "host": {"sourcePath": "/data"}},
                {"name": "shared", "dockerVolumeConfiguration": {"scope": "shared", "autoprovision": false}},
                {"name": "efs", "efsVolumeConfiguration": {
                    "fileSystemId": "fs-1", "authorizationConfig": {"iam": "ENABLED"}}},
            ],
        }})
    );
    insta::assert_snapshot!(said, @"main.tf:43 `aws_ecs_task_definition.app`: `surprise` is not known here, and left out");
}

/// What another provider makes, or reads, may be of another account and region.
#[test]
fn providers_are_told_apart() {
    let (haul, said) = from_tf(&[(
        "main.tf",
        r#"
provider "aws" { region = local.region }
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
locals { region = "eu-north-1" }
data "aws_caller_identity" "here" {}
data "aws_caller_identity" "there" { provider = aws.west }
resource "aws_iam_policy" "p" {
  name     = "p"
  provider = aws.west
  policy   = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = [
    data.aws_caller_identity.here.account_id, data.aws_caller_identity.there.account_id] }] })
}
"#,
    )]);
    assert!(haul.own.regions.iter().eq(["eu-north-1"]));
    assert_eq!(
        bodies(&haul)["policies.p"]["PolicyDocument"]["Statement"][0]["Resource"],
        json!(["${account}!", "${var.data_aws_caller_identity_there_account_id}!"])
    );
    insta::assert_snapshot!(said, @"
    main.tf:10 what the provider `aws.west` makes may be of another region or account, and a stack has one
    main.tf:14 `data.aws_caller_identity.there.account_id` does not stand in these files; it becomes the variable `data_aws_caller_identity_there_account_id`
    ");
}

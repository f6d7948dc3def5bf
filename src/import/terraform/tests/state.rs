//! State files, what `terraform show -json` prints of them, and plans.

use serde_json::json;

use super::*;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn trust() -> Json {
    serde_json::from_str(TRUST).unwrap()
}

/// `terraform show -json` with these resources.
fn shown(resources: &Json) -> String {
    json!({
        "format_version": "1.0",
        "terraform_version": "1.9.5",
        "values": {"root_module": {"resources": resources}},
    })
    .to_string()
}

fn resource(ty: &str, values: &Json) -> Json {
    json!({"address": format!("{ty}.it"), "mode": "managed", "type": ty, "name": "it", "values": values})
}

#[test]
fn a_sampling_rule() {
    let values = json!({
        "arn": "arn:aws:xray:eu-west-1:111122223333:sampling-rule/health", "id": "health",
        "attributes": {}, "fixed_rate": 0, "host": "*", "http_method": "GET", "priority": 100,
        "region": "eu-west-1", "reservoir_size": 0, "resource_arn": "*", "rule_name": "health",
        "service_name": "*", "service_type": "*", "tags": {"team": "web"},
        "tags_all": {"team": "web", "owner": "us"}, "url_path": "/health", "version": 1,
    });
    let (haul, said) = from_state(&shown(&json!([resource("aws_xray_sampling_rule", &values)])));
    assert_eq!(said, "");
    assert_eq!(
        bodies(&haul),
        json!({"sampling_rules.health": {
            "Priority": 100, "FixedRate": 0, "ReservoirSize": 0, "ServiceName": "*",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "GET", "URLPath": "/health",
            "ResourceARN": "*", "Version": 1, "Tags": {"team": "web", "owner": "us"},
        }})
    );
}

#[test]
fn a_task_definition_with_everything() {
    let containers = json!([{
        "name": "app", "image": "app:1", "cpu": 10, "environment": [], "mountPoints": [],
        "Essential": true, "logConfiguration": null,
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
    }]);
    let volumes = json!([
        {"name": "host", "host_path": "/data", "configure_at_launch": false,
         "docker_volume_configuration": [], "efs_volume_configuration": [],
         "fsx_windows_file_server_volume_configuration": []},
        {"name": "docker", "host_path": "", "docker_volume_configuration": [
            {"autoprovision": false, "driver": "local", "driver_opts": {}, "labels": {"a": ""},
             "scope": "shared"}]},
        {"name": "task", "docker_volume_configuration": [
            {"autoprovision": false, "driver": "local", "driver_opts": null, "scope": "task"}]},
        {"name": "efs", "efs_volume_configuration": [
            {"authorization_config": [{"access_point_id": "fsap-1", "iam": "ENABLED"}],
             "file_system_id": "fs-1", "root_directory": "/", "transit_encryption": "ENABLED",
             "transit_encryption_port": 0}]},
        {"name": "fsx", "fsx_windows_file_server_volume_configuration": [
            {"authorization_config": [{"credentials_parameter": "arn:aws:ssm:x", "domain": "d"}],
             "file_system_id": "fs-2", "root_directory": "share"}]},
        {"name": "later", "configure_at_launch": true},
    ]);
    let values = json!({
        "arn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/app:7",
        "arn_without_revision": "arn:aws:ecs:eu-west-1:111122223333:task-definition/app",
        "container_definitions": containers.to_string(), "cpu": "256", "memory": "512",
        "enable_fault_injection": false, "ephemeral_storage": [{"size_in_gib": 30}],
        "execution_role_arn": "arn:aws:iam::111122223333:role/exec", "family": "app", "id": "app",
        "inference_accelerator": [{"device_name": "d", "device_type": "eia1.medium"}],
        "ipc_mode": "", "network_mode": "awsvpc", "pid_mode": "task",
        "placement_constraints": [{"expression": "attribute:a == b", "type": "memberOf"}],
        "proxy_configuration": [{"container_name": "envoy", "properties": {"AppPorts": "80"}, "type": "APPMESH"}],
        "requires_compatibilities": ["FARGATE"], "revision": 7,
        "runtime_platform": [{"cpu_architecture": "ARM64", "operating_system_family": ""}],
        "skip_destroy": false, "tags": null, "tags_all": {}, "task_role_arn": "", "track_latest": false,
        "volume": volumes,
    });
    let (haul, said) = from_state(&shown(&json!([resource("aws_ecs_task_definition", &values)])));
    assert_eq!(said, "");
    assert_eq!(
        bodies(&haul),
        json!({"task_definitions.app": {
            "executionRoleArn": "arn:aws:iam::111122223333:role/exec",
            "networkMode": "awsvpc",
            "containerDefinitions": [{
                "name": "app", "image": "app:1", "cpu": 10, "environment": [], "mountPoints": [],
                "essential": true,
                "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
            }],
            "volumes": [
                {"name": "host", "host": {"sourcePath": "/data"}},
                {"name": "docker", "dockerVolumeConfiguration":
                    {"scope": "shared", "driver": "local", "labels": {"a": ""}, "autoprovision": false}},
                {"name": "task", "dockerVolumeConfiguration": {"scope": "task", "driver": "local"}},
                {"name": "efs", "efsVolumeConfiguration": {
                    "fileSystemId": "fs-1", "transitEncryption": "ENABLED",
                    "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"}}},
                {"name": "fsx", "fsxWindowsFileServerVolumeConfiguration": {
                    "fileSystemId": "fs-2", "rootDirectory": "share",
                    "authorizationConfig": {"credentialsParameter": "arn:aws:ssm:x", "domain": "d"}}},
                {"name": "later", "configuredAtLaunch": true},
            ],
            "placementConstraints": [{"type": "memberOf", "expression": "attribute:a == b"}],
            "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512", "pidMode": "task",
            "proxyConfiguration": {"type": "APPMESH", "containerName": "envoy",
                "properties": [{"name": "AppPorts", "value": "80"}]},
            "inferenceAccelerators": [{"deviceName": "d", "deviceType": "eia1.medium"}],
            "ephemeralStorage": {"sizeInGiB": 30},
            "runtimePlatform": {"cpuArchitecture": "ARM64"},
        }})
    );
}

#[test]
fn a_role_and_what_belongs_to_it() {
    let policy = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let role = json!({
        "arn": "arn:aws:iam::111122223333:role/team/app", "assume_role_policy": TRUST,
        "create_date": "2024-01-01T00:00:00Z", "description": "", "force_detach_policies": true,
        "id": "app", "inline_policy": [{"name": "own", "policy": policy}, {"name": "", "policy": ""}],
        "managed_policy_arns": ["arn:aws:iam::aws:policy/A"], "max_session_duration": 7200,
        "name": "app", "name_prefix": "", "path": "/team/", "permissions_boundary": "",
        "tags": {}, "tags_all": {"k": ""}, "unique_id": "AROA",
    });
    let resources = json!([
        resource("aws_iam_role", &role),
        resource("aws_iam_role_policy", &json!({"id": "app:own", "name": "own", "policy": policy, "role": "app"})),
        resource("aws_iam_role_policy", &json!({"name": "more", "policy": policy, "role": "app"})),
        resource("aws_iam_role_policy_attachment", &json!({"role": "app", "policy_arn": "arn:aws:iam::aws:policy/A"})),
        resource("aws_iam_policy_attachment", &json!({
            "name": "all", "roles": ["app", "else"], "users": ["ann"], "groups": [],
            "policy_arn": "arn:aws:iam::aws:policy/B"})),
        resource("aws_iam_role_policies_exclusive", &json!({"role_name": "app", "policy_names": ["own"]})),
        resource("aws_iam_policy", &json!({
            "name": "p", "path": "/", "description": "d", "policy": policy, "attachment_count": 1})),
        resource("aws_s3_bucket", &json!({})),
        resource("aws_s3_bucket", &json!({})),
        {"mode": "data", "type": "aws_iam_policy_document", "values": {"json": "{}"}},
    ]);
    let (haul, said) = from_state(&shown(&resources));
    assert_eq!(
        bodies(&haul),
        json!({
            "roles.app": {
                "Path": "/team/", "MaxSessionDuration": 7200, "AssumeRolePolicyDocument": trust(),
                "ManagedPolicies": ["arn:aws:iam::aws:policy/A"],
                "InlinePolicies": {"own": {"Version": "2012-10-17", "Statement": []}},
                "Tags": {"k": ""},
            },
            "policies.p": {
                "Description": "d",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": []},
            },
        })
    );
    assert_eq!(
        parts(&haul),
        [
            r#"app: own {"Statement":[],"Version":"2012-10-17"}"#,
            r#"app: more {"Statement":[],"Version":"2012-10-17"}"#,
            r#"app: "arn:aws:iam::aws:policy/A""#,
            r#"app: "arn:aws:iam::aws:policy/B""#,
            r#"else: "arn:aws:iam::aws:policy/B""#,
        ]
    );
    assert!(haul.own.accounts.iter().eq(["111122223333"]));
    insta::assert_snapshot!(said, @"
    state.json:1 `aws_iam_policy_attachment.it` attaches the policy to the users ann, which is not taken over
    state.json:1 `aws_iam_role_policies_exclusive.it` is left out: a role of a stack has no policies but those the stack names
    state.json:1 not read, left out: 2 aws_s3_bucket
    ");
}

#[test]
fn a_state_file_with_modules_instances_and_secrets() {
    let text = json!({
        "version": 4, "terraform_version": "1.9.5", "serial": 3, "lineage": "x", "outputs": {},
        "resources": [
            {"mode": "data", "type": "aws_region", "name": "here", "instances": [{"attributes": {}}]},
            {"module": "module.a[\"x\"]", "mode": "managed", "type": "aws_ecs_task_definition",
             "name": "app", "instances": [
                {"index_key": "new", "attributes": {
                    "family": "app", "revision": 8,
                    "container_definitions": "[{\"name\":\"a\",\"image\":\"i:8\"}]"},
                 "sensitive_attributes": [[{"type": "get_attr", "value": "container_definitions"}]]},
                {"index_key": "old", "attributes": {
                    "family": "app", "revision": 7,
                    "container_definitions": "[{\"name\":\"a\",\"image\":\"i:7\"}]"}},
                {"index_key": "gone", "deposed": "00000000", "attributes": {"family": "deposed"}},
             ]},
        ],
    });
    let (haul, said) = from_state(&text.to_string());
    assert_eq!(
        bodies(&haul),
        json!({"task_definitions.app": {"containerDefinitions": [{"name": "a", "image": "i:8"}]}})
    );
    let container = &haul.taken[0].body.as_map().unwrap().get("containerDefinitions").unwrap();
    assert!(container.secret);
    assert!(!haul.found.hidden.is_empty());
    insta::assert_snapshot!(said, @"state.json:1 `app` of `task_definitions` is here twice, and not the same; this one is left out, the later one is taken");
}

/// Of two modules that say the same each has its own role, and the names of both are to be given.
#[test]
fn a_plan_whose_roles_have_no_names_yet() {
    let address = |module: &str, ty: &str| format!("module.{module}.{ty}.this");
    let planned = |module: &str| {
        json!({"resources": [
            {"address": address(module, "aws_iam_role"), "type": "aws_iam_role",
             "values": {"name_prefix": "app-", "assume_role_policy": TRUST}},
            {"address": address(module, "aws_iam_role_policy"), "type": "aws_iam_role_policy",
             "values": {"name": "own", "policy": "{}"}},
        ]})
    };
    let change = |module: &str, ty: &str, unknown: &Json| {
        json!({"address": address(module, ty), "module_address": format!("module.{module}"),
               "type": ty, "name": "this", "change": {"after_unknown": unknown}})
    };
    let called = json!({"module": {"resources": [
        {"type": "aws_iam_role", "name": "this", "expressions": {}},
        {"type": "aws_iam_role_policy", "name": "this", "expressions": {
            "role": {"references": ["aws_iam_role.this.id", "aws_iam_role.this"]}}},
    ]}});
    let text = json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [planned("a"), planned("b")]}},
        "resource_changes": [
            change("a", "aws_iam_role", &json!({"name": true})),
            change("a", "aws_iam_role_policy", &json!({"role": true})),
            change("b", "aws_iam_role", &json!({"name": true})),
            change("b", "aws_iam_role_policy", &json!({"role": true})),
        ],
        "configuration": {"root_module": {"module_calls": {"a": called, "b": called}}},
    });
    let (haul, said) = from_state(&text.to_string());
    assert_eq!(
        bodies(&haul),
        json!({
            "roles.a-this": {"RoleName": "${var.a_this_name}!", "AssumeRolePolicyDocument": trust()},
            "roles.b-this": {"RoleName": "${var.b_this_name}!", "AssumeRolePolicyDocument": trust()},
        })
    );
    assert_eq!(parts(&haul), ["a-this: own {}", "b-this: own {}"]);
    insta::assert_snapshot!(said, @"
    state.json:1 `name` of `module.a.aws_iam_role.this` is known after Terraform's apply only; it becomes the variable `a_this_name`
    state.json:1 `name` of `module.b.aws_iam_role.this` is known after Terraform's apply only; it becomes the variable `b_this_name`
    state.json:1 Terraform leaves alone what others attach to a role; a stack takes off what it does not name
    ");
}

#[test]
fn a_plan_with_what_is_not_known_yet() {
    let change = |address: &str, ty: &str, unknown: &Json| {
        json!({
            "address": address, "type": ty, "name": address.rsplit('.').next(), "mode": "managed",
            "change": {"actions": ["create"], "after_unknown": unknown},
        })
    };
    let planned = |address: &str, ty: &str, values: &Json| json!({"address": address, "type": ty, "values": values});
    let refers = |to: &[&str]| json!({"references": to});
    let task = json!({"arn": true, "task_role_arn": true, "execution_role_arn": true, "network_mode": true});
    let text = json!({
        "format_version": "1.2", "terraform_version": "1.9.5",
        "planned_values": {"root_module": {"resources": [
            planned("aws_iam_role.task", "aws_iam_role", &json!({"name": "task", "assume_role_policy": TRUST})),
            planned("aws_ecs_task_definition.app", "aws_ecs_task_definition", &json!({
                "family": "app", "container_definitions": "[{\"name\":\"a\",\"image\":\"i\"}]"})),
            planned("aws_iam_role_policy_attachment.x", "aws_iam_role_policy_attachment", &json!({
                "policy_arn": "arn:aws:iam::aws:policy/A"})),
        ]}},
        "resource_changes": [
            change("aws_iam_role.task", "aws_iam_role", &json!({"managed_policy_arns": true, "arn": true})),
            change("aws_ecs_task_definition.app", "aws_ecs_task_definition", &task),
            change("aws_iam_role_policy_attachment.x", "aws_iam_role_policy_attachment", &json!({"role": true})),
        ],
        "configuration": {"root_module": {"resources": [
            {"type": "aws_iam_role", "name": "task", "expressions": {"name": {}}},
            {"type": "aws_ecs_task_definition", "name": "app", "expressions": {
                "task_role_arn": refers(&["aws_iam_role.task.arn", "aws_iam_role.task"]),
                "execution_role_arn": refers(&["aws_iam_role.other.arn", "aws_iam_role.other"]),
            }},
            {"type": "aws_iam_role_policy_attachment", "name": "x", "expressions": {
                "role": refers(&["aws_iam_role.task.id", "aws_iam_role.task"])}},
        ]}},
    });
    let (haul, said) = from_state(&text.to_string());
    assert_eq!(
        bodies(&haul),
        json!({
            "roles.task": {"AssumeRolePolicyDocument": trust()},
            "task_definitions.app": {
                "taskRoleArn": "${role.task.arn}!",
                "executionRoleArn": "${var.app_execution_role_arn}!",
                "containerDefinitions": [{"name": "a", "image": "i"}],
            },
        })
    );
    assert_eq!(parts(&haul), [r#"task: "arn:aws:iam::aws:policy/A""#]);
    assert!(haul.variables.contains_key("app_execution_role_arn"));
    insta::assert_snapshot!(said, @"
    state.json:1 `execution_role_arn` of `aws_ecs_task_definition.app` is known after Terraform's apply only; it becomes the variable `app_execution_role_arn`
    state.json:1 Terraform leaves alone what others attach to a role; a stack takes off what it does not name
    ");
}

#[test]
fn what_cannot_be_taken_is_named() {
    let text = shown(&json!([
        resource("aws_iam_role", &json!({"name": "a", "assume_role_policy": "{\n  \"a\": x\n}"})),
        resource("aws_iam_role", &json!({"assume_role_policy": TRUST})),
        resource(
            "aws_xray_sampling_rule",
            &json!({"rule_name": "r", "priority": [1], "what": "else"})
        ),
        resource(
            "aws_xray_sampling_rule",
            &json!({"rule_name": "s", "what": "else", "boost": [{}]})
        ),
        resource("aws_iam_role_policy", &json!({"name": "p", "policy": "{}"})),
    ]));
    let (haul, said) = from_state(&text);
    assert_eq!(bodies(&haul), json!({"sampling_rules.s": {}}));
    insta::assert_snapshot!(said, @"
    state.json:1 `aws_iam_role.it` is not taken over: this is not valid JSON: unexpected word, on line 2 of the JSON text here
    state.json:1 `aws_iam_role.it` is not taken over: it has no `name`
    state.json:1 `aws_xray_sampling_rule.it` is not taken over: a number is needed here, and it is a list
    state.json:1 `aws_xray_sampling_rule.it`: `what` is not known here, and left out
    state.json:1 `aws_iam_role_policy.it` is not taken over: it has no `role`
    ");
}

#[test]
fn an_old_state_is_told() {
    let text = r#"{"version": 3, "terraform_version": "0.11.1", "lineage": "x", "modules": []}"#;
    let (haul, said) = from_state(text);
    assert!(haul.found.has_errors());
    insta::assert_snapshot!(said, @"state.json:1 this state is of an old version of Terraform's");
}

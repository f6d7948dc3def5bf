use serde_json::{Value as Json, json};

use super::*;
use crate::document::read_json;
use crate::import::haul::Belongs;

mod functions;
mod hostile;

/// What a template gives, and what is said about it.
fn import(text: &str) -> (Haul, Vec<String>) {
    let (mut sources, mut haul) = (Sources::default(), Haul::default());
    let file = sources.add("template.yaml", text);
    let node = if text.starts_with('{') {
        read_json(&sources, file, &mut haul.found)
    } else {
        read_yaml_with_tags(&sources, file, &mut haul.found)
    };
    let node = node.expect("a document");
    // Some are too broken to be told from anything else.
    take(&as_template(&node).unwrap_or(Cow::Borrowed(&node)), &mut haul);
    let place = |problem: &Diagnostic| {
        problem.span.map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1)
    };
    let told =
        haul.found.all.iter().map(|problem| format!("{}: {}", place(problem), problem.message));
    let told = told.collect();
    (haul, told)
}

/// The body of the resource with this key.
fn body(haul: &Haul, section: &str, key: &str) -> Json {
    let mut found = haul.taken.iter().filter(|taken| taken.section == section && taken.key == key);
    found.next().unwrap_or_else(|| panic!("no {section}.{key} in {:?}", haul.taken)).body.to_json()
}

fn variables(haul: &Haul) -> Json {
    let bare = |value: &Value| Node::new(haul.taken[0].span, value.clone()).to_json();
    haul.variables
        .iter()
        .map(|(name, one)| (name.clone(), one.default.as_ref().map_or(Json::Null, bare)))
        .collect()
}

const SHOP: &str = "
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  ImageTag: {Type: String, Default: '1.10'}
  Port: {Type: Number, Default: 8080}
  ApiKey: {Type: String, NoEcho: true, Default: hunter2}
Resources:
  Checkout:
    Type: AWS::XRay::SamplingRule
    Properties:
      SamplingRule:
        RuleName: checkout
        Priority: '100'
        FixedRate: 0.05
        ReservoirSize: 1
        ServiceName: '*'
        ServiceType: '*'
        Host: '*'
        HTTPMethod: '*'
        URLPath: /checkout/*
        ResourceARN: '*'
        Version: 1
        Attributes: {tier: gold}
      Tags: [{Key: team, Value: shop}]
  Slow: {Type: AWS::XRay::Group, Properties: {GroupName: slow}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/ecs/${Service}'}}
  Other: {Type: AWS::Logs::LogGroup}
  Cluster: {Type: AWS::ECS::Cluster}
  Service: {Type: AWS::ECS::Service}
  TaskRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: shop-task
      Path: /shop/
      MaxSessionDuration: '7200'
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}]
      ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess']
      Policies:
        - PolicyName: logs
          PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: logs:*, Resource: !GetAtt Logs.Arn}]}
      Tags: [{Key: team, Value: true}]
  Secrets:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: shop-secrets
      Roles: [!Ref TaskRole, somebody]
      PolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'ssm:*', Resource: '*'}]}
  Inline:
    Type: AWS::IAM::Policy
    Condition: IsProd
    Properties:
      PolicyName: !Sub '${AWS::StackName}-more'
      Roles: [!Ref TaskRole, elsewhere]
      PolicyDocument: {Version: 2012-10-17, Statement: []}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: shop
      Cpu: 256
      Memory: '512'
      TaskRoleArn: !GetAtt TaskRole.Arn
      ExecutionRoleArn: !Ref TaskRole
      TaskDefinitionArn: never
      Tags: [{Key: team, Value: shop}]
      Volumes:
        - Name: data
          EFSVolumeConfiguration: {FilesystemId: !Ref Files, AuthorizationConfig: {IAM: ENABLED}}
        - {Name: scratch, DockerVolumeConfiguration: {Autoprovision: true, Labels: {Name: X}}}
      ProxyConfiguration: {ContainerName: envoy, ProxyConfigurationProperties: [{Name: a, Value: b}]}
      ContainerDefinitions:
        - Name: app
          Image: !Sub '${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/shop:${ImageTag}'
          Essential: 'true'
          Colour: red
          PortMappings: [{ContainerPort: !Ref Port}, {ContainerPort: '2000', Protocol: udp}]
          Environment: [{Name: KEY, Value: !Ref ApiKey}, {Name: LITERAL, Value: '${account}'}]
          DockerLabels: {Com.Example: 1}
          LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: !Ref Logs, awslogs-stream-prefix: x}}
  Files: {Type: AWS::EFS::FileSystem}
";

#[test]
fn a_template_becomes_resources() {
    let (haul, told) = import(SHOP);
    assert_eq!(
        body(&haul, "sampling_rules", "checkout"),
        json!({
            "Priority": 100, "FixedRate": 0.05, "ReservoirSize": 1, "ServiceName": "*",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "/checkout/*",
            "ResourceARN": "*", "Version": 1, "Attributes": {"tier": "gold"}, "Tags": {"team": "shop"},
        })
    );
    assert_eq!(
        body(&haul, "roles", "shop-task"),
        json!({
            "Path": "/shop/",
            "MaxSessionDuration": 7200,
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }],
            },
            "ManagedPolicies": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"],
            "InlinePolicies": {
                "logs": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "${var.logs_arn}"}],
                },
            },
            "Tags": {"team": "true"},
        })
    );
    assert_eq!(
        body(&haul, "policies", "shop-secrets")["PolicyDocument"]["Statement"][0]["Action"],
        "ssm:*"
    );
    assert_eq!(
        body(&haul, "task_definitions", "shop"),
        json!({
            "cpu": 256,
            "memory": "512",
            "taskRoleArn": "${role.shop-task.arn}",
            "executionRoleArn": "shop-task",
            "tags": {"team": "shop"},
            "volumes": [
                {
                    "name": "data",
                    "efsVolumeConfiguration": {
                        "fileSystemId": "${var.files}",
                        "authorizationConfig": {"iam": "ENABLED"},
                    },
                },
                {
                    "name": "scratch",
                    "dockerVolumeConfiguration": {"autoprovision": true, "labels": {"Name": "X"}},
                },
            ],
            "proxyConfiguration": {
                "containerName": "envoy",
                "properties": [{"name": "a", "value": "b"}],
            },
            "containerDefinitions": [{
                "name": "app",
                "image": "${account}.dkr.ecr.${region}.amazonaws.com/shop:${var.image_tag}",
                "essential": true,
                "portMappings": [
                    {"containerPort": "${var.port}"},
                    {"containerPort": 2000, "protocol": "udp"},
                ],
                "environment": [
                    {"name": "KEY", "value": "${var.api_key}"},
                    {"name": "LITERAL", "value": "${account}"},
                ],
                "dockerLabels": {"Com.Example": 1},
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": "/ecs/${var.service}", "awslogs-stream-prefix": "x"},
                },
            }],
        })
    );
    let literal = haul.taken.iter().find(|taken| taken.key == "shop").unwrap();
    let containers = literal.body.as_map().unwrap().get("containerDefinitions").unwrap();
    let Value::Seq(containers) = &containers.value else { panic!("a list") };
    let Value::Seq(environment) =
        &containers[0].as_map().unwrap().get("environment").unwrap().value
    else {
        panic!("a list")
    };
    let value = |at: usize| environment[at].as_map().unwrap().get("value").unwrap().interpolated;
    assert_eq!((value(0), value(1)), (true, false));
    assert_eq!(
        variables(&haul),
        json!({
            "api_key": null, "files": null, "image_tag": "1.10", "logs_arn": null, "port": 8080,
            "service": null,
        })
    );
    let parts: Vec<_> = haul.parts.iter().map(|part| (part.role.as_str(), &part.belongs)).collect();
    assert!(matches!(
        parts.as_slice(),
        [
            ("shop-task", Belongs::Attached(arn)),
            ("somebody", Belongs::Attached(_)),
            ("shop-task", Belongs::Inline(name, _)),
            ("elsewhere", Belongs::Inline(_, _)),
        ] if arn.as_str() == Some("${policy.shop-secrets.arn}") && name == "more"
    ));
    assert_eq!(
        told,
        [
            "6: the default of `ApiKey` is left out; it becomes the variable `api_key`",
            "69: `Files` (AWS::EFS::FileSystem) is known to CloudFormation only; it becomes the variable `files`",
            "42: `Arn` of `Logs` (AWS::Logs::LogGroup) is known to CloudFormation only; it becomes the variable `logs_arn`",
            "26: `Service` (AWS::ECS::Service) is known to CloudFormation only; it becomes the variable `service`",
            "8: what was deployed may have been given other values than the template's defaults: `image_tag`, `port`",
            "30: CloudFormation leaves alone what others attach to a role; a stack takes off what it does not name",
            "39: `AWS::Partition` is taken for `aws`",
            "54: an inline policy's name refers to nothing; this one is called `more` here",
            "52: `Inline` is there only where \"IsProd\" holds; it is taken over all the same",
            "74: `AWS::URLSuffix` is taken for `amazonaws.com`",
            "76: `ContainerDefinition` has no `Colour`; it is left out",
            "25: `Slow` is left out: import does not read AWS::XRay::Group from templates",
            "26: `Logs` is left out: import does not read AWS::Logs::LogGroup from templates",
            "27: `Other` is left out: import does not read AWS::Logs::LogGroup from templates",
            "29: `Service` is left out: import does not read AWS::ECS::Service from templates",
            "8: not read, left out: 1 AWS::ECS::Cluster, 1 AWS::EFS::FileSystem",
        ]
    );
}

#[test]
fn a_template_in_json_is_the_same() {
    let (yaml, _) = import(SHOP);
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let file = sources.add("template.yaml", SHOP);
    let node = read_yaml_with_tags(&sources, file, &mut found).unwrap();
    let (json, _) = import(&serde_json::to_string_pretty(&node.to_json()).unwrap());
    assert_eq!(json.variables, yaml.variables);
    // `serde_json` sorts keys.
    for taken in &yaml.taken {
        assert_eq!(body(&json, taken.section, &taken.key), taken.body.to_json());
    }
}

#[test]
fn what_has_no_name_is_called_by_its_logical_id() {
    let long = "L".repeat(60) + "12345678";
    let role = "{Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}";
    let (haul, told) = import(&format!(
        "Resources:\n  {long}: {role}\n  Task:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n      \
         TaskRoleArn: !GetAtt {long}.Arn\n      ExecutionRoleArn: !Ref {long}\n      ContainerDefinitions: []\n  \
         Named:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: !Sub '${{AWS::StackName}}-x'\n      \
         AssumeRolePolicyDocument: {{}}\n"
    ));
    let key = "L".repeat(56) + "12345678";
    let task = body(&haul, "task_definitions", "Task");
    assert_eq!(task["taskRoleArn"], format!("${{role.{key}.arn}}"));
    assert_eq!(task["executionRoleArn"], key);
    assert_eq!(body(&haul, "roles", "Named")["RoleName"], "${var.stack_name}-x");
    assert!(
        told.iter().any(|told| told.ends_with(&format!("logical ID: `{long}`, `Task`"))),
        "{told:?}"
    );
}

#[test]
fn a_rule_is_read_in_its_older_forms_and_where_its_wrapper_is_missing() {
    let rule = "{Priority: 1, FixedRate: 0, ReservoirSize: 0}";
    for (properties, key) in [
        (format!("{{RuleName: a, SamplingRuleUpdate: {rule}}}"), "a"),
        (format!("{{SamplingRuleRecord: {{CreatedAt: x, SamplingRule: {rule}}}}}"), "Rule"),
        ("{RuleName: b, Priority: 1, FixedRate: 0, ReservoirSize: 0}".to_owned(), "b"),
    ] {
        let text = format!(
            "Resources: {{Rule: {{Type: AWS::XRay::SamplingRule, Properties: {properties}}}}}"
        );
        let (haul, _) = import(&text);
        let rule = body(&haul, "sampling_rules", key);
        assert_eq!(rule, json!({"Priority": 1, "FixedRate": 0, "ReservoirSize": 0}), "{text}");
    }
}

#[test]
fn a_role_that_is_lost_is_referred_to_by_a_variable() {
    let (haul, told) = import(
        "Resources:\n  Role: {Type: AWS::IAM::Role, Properties: {RoleName: r}}\n  Task:\n    \
         Type: AWS::ECS::TaskDefinition\n    Properties:\n      TaskRoleArn: !GetAtt Role.Arn\n      \
         ExecutionRoleArn: !Ref Role\n      ContainerDefinitions: []\n",
    );
    let task = body(&haul, "task_definitions", "Task");
    assert_eq!(
        (&task["taskRoleArn"], &task["executionRoleArn"]),
        (&json!("${var.role_arn}"), &json!("r"))
    );
    assert_eq!(told[1], "2: `Role` is not taken over: it has no `AssumeRolePolicyDocument`");
}

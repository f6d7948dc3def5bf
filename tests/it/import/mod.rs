//! `import`: from what people have to a stack that AWS is as already.

mod files;
mod live;
mod out;
mod refused;
mod roles;
mod secrets;

use crate::harness::{Output, Scenario};

pub(crate) const RULE: &str = r#"{
  "SamplingRule": {
    "RuleName": "Cruddur", "ResourceARN": "*", "Priority": 9000, "FixedRate": 0.1,
    "ReservoirSize": 5, "ServiceName": "Cruddur", "ServiceType": "*", "Host": "*",
    "HTTPMethod": "*", "URLPath": "*", "Version": 1
  }
}
"#;
pub(crate) const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
"#;
pub(crate) const PERMISSIONS: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/x"}]}
"#;
/// The answer of `aws ecs describe-task-definition`.
pub(crate) const TASK: &str = r#"{"taskDefinition": {
  "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/backend:7",
  "containerDefinitions": [{
    "name": "app", "image": "nginx:1", "cpu": 0, "memory": 128, "essential": true, "links": null,
    "environment": [{"name": "LOG_LEVEL", "value": "info"}], "portMappings": [], "volumesFrom": []
  }],
  "family": "backend", "revision": 7, "volumes": [], "status": "ACTIVE", "compatibilities": ["EC2"]
}, "tags": []}
"#;

/// What is imported is applied to an empty AWS, and then there is nothing to do.
#[track_caller]
pub(crate) fn settles(scenario: &Scenario, stack: &str, given: &str) {
    let with = |verb: &str| scenario.run(&format!("{verb} {stack} --local{given}"));
    with("apply --yes").exits(0);
    with("plan --detailed-exitcode").exits(0).says("Nothing to do");
}

/// Imports one file, whose name is its resource's, to a stack on stdout.
pub(crate) fn import(name: &str, text: &str) -> (Scenario, Output) {
    let scenario = Scenario::new();
    scenario.write(name, text);
    let output = scenario.run(&format!("import {name} --name shop"));
    (scenario, output)
}

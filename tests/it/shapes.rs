//! Task definitions as strangers write them and as AWS gives them back, which are no part of the
//! repository.

use std::fs;
use std::path::Path;

use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;
use tracewright::document::{self, Diagnostics, Sources, read_json, shape};
use tracewright::kinds::task_definitions::canonical::{fold, unfold};

use crate::harness::{beside, files};

fn parse(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What stands in an answer, its tags beside it taken in.
fn described(mut answer: Value) -> Value {
    let tags = answer["tags"].take();
    let mut task = answer["taskDefinition"].take();
    if tags.is_array() {
        task["tags"] = tags;
    }
    task
}

/// Members that only an answer has. Whoever reads a file with one in it takes them out first.
const DESCRIBED: [&str; 7] = [
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "requiresAttributes",
    "revision",
    "status",
    "taskDefinitionArn",
];

/// Templates whose placeholders make them no JSON.
const NO_JSON: [&str; 5] = [
    "aws-observability__aws-otel-collector__examples__ecs__aws-cloudwatch__ecs-ec2",
    "aws-observability__aws-otel-collector__examples__ecs__ecs-ec2-sidecar",
    "container-arrays/lerthy__ECSProject",
    "container-arrays/nearform__otlp-blueprint",
    "no-sidecar/aws__aws-app-mesh-examples",
];

/// What is wrong with others: a mode that the service model does not have, and a template.
const UNSOUND: [(&str, &str); 2] = [
    (
        "aws-observability__aws-otel-collector__examples__ecs__aws-prometheus__ecs-ec2-task-def",
        "`networkMode` is \"default\", which is none of the values it has",
    ),
    (
        "aws-samples__amazon-cloudwatch-container-insights__ecs-task-definition-templates__deployment-mode__replica-service__cwagent-prometheus",
        "`networkMode` is \"{{networkmode}}\", which is none of the values it has",
    ),
];

#[test]
fn task_definitions_of_strangers_are_read_and_nothing_in_them_is_lost() {
    let test = "task definitions of strangers";
    let Some(folder) = beside("corpus/task-definitions", test) else { return };
    for path in files(&folder) {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let mut text = fs::read_to_string(&path).unwrap();
        if text.trim_start().starts_with('[') {
            text = format!("{{\"family\": \"f\", \"containerDefinitions\": {text}}}");
        }
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let file = sources.add(name.clone(), text);
        let Some(mut node) = read_json(&sources, file, &mut found) else {
            assert!(NO_JSON.iter().any(|known| name.starts_with(known)), "{name}");
            continue;
        };
        if let document::Value::Map(map) = &mut node.value {
            map.entries.retain(|entry| !DESCRIBED.contains(&entry.key.as_str()));
        }
        let warnings = found.all.len();
        let Some(checked) =
            shape::read(&shape::TASK_DEFINITION, &node, "a task definition", &mut found)
        else {
            let said = &found.all[warnings].message;
            let is_known = |(known, why): &(&str, &str)| name.starts_with(known) && said == why;
            assert!(UNSOUND.iter().any(is_known), "{}", found.render(&sources, 100));
            continue;
        };
        let input = shape::input(&checked.tree, RegisterTaskDefinitionInput::deserialize).unwrap();
        assert_eq!(fold(&shape::tree(&input).unwrap()), fold(&checked.tree), "{name}");
    }
}

/// Answers every call with this.
#[derive(Debug, Clone)]
struct Answer(String);

impl HttpClient for Answer {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Answer {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from(self.0.clone());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
    }
}

/// What the SDK makes of a recorded answer, as a tree.
async fn through_the_sdk(answer: &Value) -> Value {
    let mut answer = answer.clone();
    // The CLI writes moments as text, the wire has numbers.
    for moment in ["registeredAt", "deregisteredAt"] {
        answer["taskDefinition"].as_object_mut().unwrap().remove(moment);
    }
    let config = aws_sdk_ecs::Config::builder()
        .behavior_version(aws_sdk_ecs::config::BehaviorVersion::latest())
        .http_client(Answer(answer.to_string()))
        .credentials_provider(aws_sdk_ecs::config::Credentials::for_tests())
        .region(aws_sdk_ecs::config::Region::new("eu-west-1"))
        .build();
    let call = aws_sdk_ecs::Client::from_conf(config).describe_task_definition();
    let answer = call.task_definition("f").send().await.unwrap();
    let mut task = shape::tree(answer.task_definition().unwrap()).unwrap();
    if let Some(tags) = &answer.tags {
        task["tags"] = tags.iter().map(|tag| shape::tree(tag).unwrap()).collect();
    }
    task
}

#[tokio::test]
async fn what_aws_answers_is_canonical_and_can_be_registered_again() {
    let test = "recorded task definitions";
    let Some(folder) = beside("recordings/ecs/DescribeTaskDefinition", test) else { return };
    for path in files(&folder) {
        let name = path.display();
        let answer = parse(&path);
        let folded = fold(&described(answer.clone()));
        let again = unfold(&folded);
        assert_eq!(fold(&again), folded, "{name}");
        let input = shape::input(&again, RegisterTaskDefinitionInput::deserialize)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(fold(&shape::tree(&input).unwrap()), folded, "{name}");
        assert_eq!(fold(&through_the_sdk(&answer).await), folded, "{name}");
    }
}

//! The rules of ECS through raw requests, and its life through the real client.

mod checks;
mod client;
mod daemons;
mod fargate;
mod lists;
mod revisions;
mod services;
mod tags;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::super::{LocalAws, Options};

/// The moment at which every test plays.
const T0: u64 = 1_700_000_000;

/// Sends calls as a signing client would.
struct Ecs {
    local: LocalAws,
    region: &'static str,
}

impl Ecs {
    fn new() -> Self {
        let options = Options { now: Some(T0), ..Options::default() };
        Self { local: LocalAws::in_memory(options), region: "us-east-1" }
    }

    fn send(&self, operation: &str, body: &[u8]) -> (u16, Value) {
        let region = self.region;
        let scope = format!("AWS4-HMAC-SHA256 Credential=AKID/20261122/{region}/ecs/aws4_request");
        let request = Request::post("http://x/")
            .header("authorization", scope)
            .header("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{operation}"))
            .body(Bytes::copy_from_slice(body))
            .unwrap();
        let answer = self.local.handle(&request);
        let kind = &answer.headers()["content-type"];
        assert_eq!(kind, "application/x-amz-json-1.1");
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
    }

    #[track_caller]
    fn ok(&self, operation: &str, body: &Value) -> Value {
        let (status, answer) = self.send(operation, body.to_string().as_bytes());
        assert_eq!(status, 200, "{operation} {body}: {answer}");
        answer
    }

    /// A refusal as `Code: text`.
    #[track_caller]
    fn err(&self, operation: &str, body: &Value) -> String {
        let (status, answer) = self.send(operation, body.to_string().as_bytes());
        assert_eq!(status, 400, "{operation} {body}: {answer}");
        format!("{}: {}", answer["__type"].as_str().unwrap(), answer["message"].as_str().unwrap())
    }

    #[track_caller]
    fn register(&self, definition: &Value) -> Value {
        self.ok("RegisterTaskDefinition", definition)["taskDefinition"].clone()
    }

    #[track_caller]
    fn describe(&self, name: &str) -> Value {
        self.ok("DescribeTaskDefinition", &json!({ "taskDefinition": name }))["taskDefinition"]
            .clone()
    }
}

fn arn(revision: &str) -> String {
    format!("arn:aws:ecs:us-east-1:123456789012:task-definition/{revision}")
}

/// The smallest task definition that runs on instances.
fn small(family: &str) -> Value {
    json!({
        "family": family,
        "containerDefinitions": [{ "name": "app", "image": "nginx", "memory": 128 }],
    })
}

/// The smallest task definition that runs on Fargate.
fn fargate() -> Value {
    json!({
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
        "cpu": "256", "memory": "512",
        "containerDefinitions": [{ "name": "app", "image": "nginx" }],
    })
}

/// Puts `value` at a JSON pointer; the last step may be a new member or the end of a list.
fn put(mut document: Value, pointer: &str, value: Value) -> Value {
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(list) if last == "-" => list.push(value),
        parent => parent[last] = value,
    }
    document
}

#[test]
fn the_service_is_found_by_its_target_without_a_signature_and_errors_stand_in_the_body() {
    let ecs = Ecs::new();
    ecs.register(&small("web"));
    let ask = |target: &str| {
        let request = Request::post("/").header("x-amz-target", target);
        ecs.local.handle(&request.body(Bytes::from_static(b"{}")).unwrap())
    };
    let listed = ask("AmazonEC2ContainerServiceV20141113.ListTaskDefinitionFamilies");
    assert_eq!(listed.body(), r#"{"families":["web"]}"#);
    let unknown = ask("AmazonEC2ContainerServiceV20141113.RunTask");
    assert_eq!(unknown.status(), 404);
    let body: Value = serde_json::from_slice(unknown.body()).unwrap();
    assert_eq!(body["__type"], "UnknownOperationException");
    assert_eq!(body["message"], "the local AWS does not know the ECS call `RunTask`");
}

#[test]
fn nothing_a_client_sends_is_answered_with_a_server_error() {
    let ecs = Ecs::new();
    let whole = put(fargate(), "/tags", json!([{ "key": "k", "value": "v" }])).to_string();
    let mut bodies = vec![
        b"".to_vec(),
        b"null".to_vec(),
        b"\xff".to_vec(),
        "[".repeat(100_000).into_bytes(),
        whole.replace("\"256\"", "\"99999999999999999999 vCPU\"").into_bytes(),
        br#"{"taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/"}"#.to_vec(),
        br#"{"taskDefinition":":"}"#.to_vec(),
        br#"{"taskDefinitions":["web:99999999999999999999"]}"#.to_vec(),
        br#"{"resourceArn":"arn:aws:ecs:us-east-1:123456789012:task-definition/:"}"#.to_vec(),
    ];
    bodies.extend((0..whole.len()).map(|at| whole.as_bytes()[..at].to_vec()));
    for operation in super::operations().map(|operation| operation.name) {
        for body in &bodies {
            assert!(ecs.send(operation, body).0 < 500, "{operation}");
        }
    }
}

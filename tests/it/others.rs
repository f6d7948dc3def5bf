//! Someone else in the same account: the console, a pipeline, another tool. They call the local AWS
//! as they would call AWS, a minute after the scenario's moment.

use bytes::Bytes;
use serde_json::Value;
use tracewright::aws::local::LocalAws;

use crate::harness::{NOW, Scenario, local_options};

/// The region of the scenarios' stacks.
const REGION: &str = "eu-west-1";

/// Whoever it is.
pub(crate) struct Others(LocalAws);

impl Others {
    /// In the account of a scenario that uses `--local`.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let options = local_options(NOW + 60);
        Self(LocalAws::open(scenario.path(".tracewright/local.json"), options).unwrap())
    }

    /// In the account of this local AWS.
    pub(crate) fn at(local: &LocalAws) -> Self {
        Self(local.clone())
    }

    /// Calls IAM, and returns its XML.
    pub(crate) fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut form = format!("Version=2010-05-08&Action={action}");
        for (name, value) in parameters {
            form += &format!("&{name}={}", encoded(value));
        }
        let request = request("iam")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(form));
        self.send(&request.unwrap())
    }

    /// Calls ECS.
    pub(crate) fn ecs(&self, operation: &str, input: &Value) -> Value {
        self.try_ecs(operation, input).unwrap()
    }

    /// Calls ECS, which may refuse it.
    pub(crate) fn try_ecs(&self, operation: &str, input: &Value) -> Result<Value, String> {
        self.try_ecs_in(REGION, operation, input)
    }

    /// Calls ECS in another region.
    pub(crate) fn ecs_in(&self, region: &str, operation: &str, input: &Value) -> Value {
        self.try_ecs_in(region, operation, input).unwrap()
    }

    /// Calls ECS in another region, which may refuse it.
    pub(crate) fn try_ecs_in(
        &self,
        region: &str,
        operation: &str,
        input: &Value,
    ) -> Result<Value, String> {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let request = http::Request::post("http://localhost/")
            .header("authorization", credential("ecs").replace(REGION, region))
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(Bytes::from(input.to_string()));
        self.try_send(&request.unwrap()).map(|body| serde_json::from_str(&body).unwrap())
    }

    /// Calls CloudWatch Logs.
    pub(crate) fn logs(&self, operation: &str, input: &Value) -> Value {
        let request = request("logs")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("Logs_20140328.{operation}"))
            .body(Bytes::from(input.to_string()));
        let body = self.send(&request.unwrap());
        serde_json::from_str(&body).unwrap_or_default()
    }

    /// Calls X-Ray.
    pub(crate) fn xray(&self, operation: &str, input: &Value) -> Value {
        let credential = credential("xray");
        let request = http::Request::post(format!("http://localhost/{operation}"))
            .header("authorization", credential)
            .header("content-type", "application/json")
            .body(Bytes::from(input.to_string()));
        serde_json::from_str(&self.send(&request.unwrap())).unwrap()
    }

    /// The names of the roles, or of the account's own policies, in order: IAM's lists have none.
    pub(crate) fn names(&self, action: &str, field: &str) -> Vec<String> {
        let mut scope = Vec::new();
        if action == "ListPolicies" {
            scope.push(("Scope", "Local"));
        }
        let mut names = texts(&self.iam(action, &scope), field);
        names.sort();
        names
    }

    /// The names of the roles there are.
    pub(crate) fn roles(&self) -> Vec<String> {
        self.names("ListRoles", "RoleName")
    }

    /// The names of the policies there are, AWS's own not counted.
    pub(crate) fn policies(&self) -> Vec<String> {
        self.names("ListPolicies", "PolicyName")
    }

    /// The ACTIVE revisions there are, `family:number`.
    pub(crate) fn revisions(&self) -> Vec<String> {
        let list = self.ecs("ListTaskDefinitions", &serde_json::json!({}));
        let arns = list["taskDefinitionArns"].as_array().unwrap().iter();
        arns.map(|arn| arn.as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
    }

    fn send(&self, request: &http::Request<Bytes>) -> String {
        self.try_send(request).unwrap()
    }

    fn try_send(&self, request: &http::Request<Bytes>) -> Result<String, String> {
        let answer = self.0.handle(request);
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        if answer.status() == 200 { Ok(body) } else { Err(body) }
    }
}

fn request(service: &str) -> http::request::Builder {
    http::Request::post("http://localhost/").header("authorization", credential(service))
}

fn credential(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=123456789012/20261122/{REGION}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0"
    )
}

/// The texts of an element, in order.
pub(crate) fn texts(xml: &str, element: &str) -> Vec<String> {
    let start = format!("<{element}>");
    let parts = xml.split(start.as_str()).skip(1);
    parts.filter_map(|part| part.split_once('<').map(|(text, _)| text.to_owned())).collect()
}

/// A text as a form holds it.
pub(crate) fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

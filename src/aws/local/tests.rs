//! A small client for the tests of every service, and what concerns no single one.

use serde_json::{Value, json};

use super::*;

/// Sends calls as a signing client would.
pub(super) struct Client {
    local: LocalAws,
    key: String,
    region: String,
}

/// A refusal as a client sees it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) body: Value,
}

impl Client {
    pub(super) fn over(local: LocalAws) -> Self {
        Self { local, key: "AKIDEXAMPLE".to_owned(), region: "us-east-1".to_owned() }
    }

    pub(super) fn with(options: Options) -> Self {
        Self::over(LocalAws::in_memory(options))
    }

    pub(super) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(super) fn in_region(self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self }
    }

    pub(super) fn with_key(self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self }
    }

    fn send(&self, path: &str, body: &[u8]) -> Response<Bytes> {
        let (key, region) = (&self.key, &self.region);
        let scope =
            format!("AWS4-HMAC-SHA256 Credential={key}/20261122/{region}/xray/aws4_request");
        let request = Request::post(format!("http://x/{path}"))
            .header("authorization", scope)
            .body(Bytes::copy_from_slice(body))
            .unwrap();
        self.local.handle(&request)
    }

    pub(super) fn ok(&self, path: &str, body: &str) -> Value {
        let answer = self.send(path, body.as_bytes());
        let text = String::from_utf8_lossy(answer.body());
        assert_eq!(answer.status(), 200, "{path} {body}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(super) fn err(&self, path: &str, body: &str) -> Refusal {
        refusal(&self.send(path, body.as_bytes()))
    }

    pub(super) fn rule_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut token = Value::Null;
        loop {
            let page = self.ok("GetSamplingRules", &json!({ "NextToken": token }).to_string());
            for record in page["SamplingRuleRecords"].as_array().unwrap() {
                names.push(record["SamplingRule"]["RuleName"].as_str().unwrap().to_owned());
            }
            token = page["NextToken"].clone();
            if token.is_null() {
                names.sort();
                return names;
            }
        }
    }
}

fn refusal(answer: &Response<Bytes>) -> Refusal {
    assert_ne!(answer.status(), 200, "{:?}", answer.body());
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    let message = body["message"].as_str().or(body["Message"].as_str()).unwrap().to_owned();
    let code = answer.headers()["x-amzn-ErrorType"].to_str().unwrap().to_owned();
    Refusal { status: answer.status().as_u16(), code, message, body }
}

/// The input that creates a rule.
pub(super) fn rule(name: &str, priority: i32) -> String {
    rule_with(name, priority, &json!({}))
}

/// The same with other or further members.
pub(super) fn rule_with(name: &str, priority: i32, more: &Value) -> String {
    let mut rule = json!({
        "RuleName": name, "ResourceARN": "*", "Priority": priority, "FixedRate": 0.1,
        "ReservoirSize": 1, "ServiceName": "*", "ServiceType": "*", "Host": "*",
        "HTTPMethod": "*", "URLPath": "*", "Version": 1,
    });
    let members = rule.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    json!({ "SamplingRule": rule }).to_string()
}

#[test]
fn an_unsigned_call_of_a_sampler_gets_the_only_region_of_the_only_account() {
    let local = LocalAws::in_memory(Options::default());
    let signed = Client::over(local.clone()).with_key("222233334444").in_region("eu-west-1");
    signed.ok("CreateSamplingRule", &rule("a", 1));
    let request = Request::post("/GetSamplingRules").body(Bytes::from_static(b"{}")).unwrap();
    let answer = local.handle(&request);
    let body = String::from_utf8_lossy(answer.body()).into_owned();
    assert!(body.contains("arn:aws:xray:eu-west-1:222233334444:sampling-rule/a"), "{body}");
}

#[test]
fn calls_that_nobody_knows_are_refused_in_the_callers_protocol() {
    let client = Client::new();
    for path in ["GetGroups", "CreateSamplingRule/", "getsamplingrules", ""] {
        let error = client.err(path, "{}");
        assert_eq!((error.status, error.code.as_str()), (404, "UnknownOperationException"));
        assert!(error.message.starts_with("the local AWS does not know"), "{}", error.message);
    }
    let local = LocalAws::in_memory(Options::default());
    let ask = |service: &str, content_type: &str| {
        let scope = format!("AWS4-HMAC-SHA256 Credential=A/20261122/r/{service}/aws4_request");
        let request = Request::post("/").header("authorization", scope);
        let request = request.header("content-type", content_type);
        local.handle(&request.body(Bytes::from_static(b"Action=ListRoles")).unwrap())
    };
    let error = refusal(&ask("s3", "application/json"));
    assert_eq!(error.code, "UnknownOperationException");
    assert!(
        error.message.contains("`s3`")
            && error.message.contains("xray, ecs, iam, logs, tagging, sts")
    );
    assert_eq!(error.body["__type"], "UnknownOperationException");
    let xml = ask("sns", "application/x-www-form-urlencoded; charset=utf-8");
    let xml = String::from_utf8_lossy(xml.body()).into_owned();
    assert!(xml.contains("<Code>UnknownOperationException</Code>"), "{xml}");
    let get = local.handle(&Request::get("/GetSamplingRules").body(Bytes::new()).unwrap());
    assert_eq!(refusal(&get).code, "UnknownOperationException");
}

#[test]
fn nothing_a_client_sends_is_answered_with_a_server_error() {
    let client = Client::new();
    client.ok("CreateSamplingRule", &rule("a", 1));
    let whole = rule_with("b", 2, &json!({"Attributes": {"k": "v"}}));
    let mut bodies = vec![
        b"".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\xff\xfe".to_vec(),
        b"1e999".to_vec(),
        "[".repeat(200_000).into_bytes(),
        "{\"SamplingRule\":".repeat(50_000).into_bytes(),
        rule("x", 2).replace("\"*\"", "{}").into_bytes(),
        rule("x", 2).replace("0.1", "NaN").into_bytes(),
        rule("x", 2).replace("0.1", "1e999").into_bytes(),
        rule("x", 2).replace("0.1", "-0.0000000000000000001").into_bytes(),
        rule("x", 2).replace("\"Priority\":2", "\"Priority\":99999999999999999999").into_bytes(),
        rule("x", 2).replace("\"Priority\":2", "\"Priority\":-2147483649").into_bytes(),
        rule(&"\u{0}".repeat(40), 2).into_bytes(),
        format!(r#"{{"SamplingRule":"{}"}}"#, "x".repeat(1_000_000)).into_bytes(),
        br#"{"ResourceARN":"arn:aws:xray:us-east-1:123456789012:sampling-rule/","Tags":[]}"#.into(),
        br#"{"RuleARN":"arn:aws:xray:us-east-1:123456789012:sampling-rule/"}"#.into(),
        br#"{"NextToken":"ffffffffffffffff00"}"#.into(),
    ];
    bodies.extend((0..whole.len()).map(|at| whole.as_bytes()[..at].to_vec()));
    for path in [
        "CreateSamplingRule",
        "GetSamplingRules",
        "UpdateSamplingRule",
        "DeleteSamplingRule",
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
        "SamplingTargets",
        "SamplingStatisticSummaries",
    ] {
        for body in &bodies {
            let answer = client.send(path, body);
            assert!(!answer.status().is_server_error(), "{path}");
            assert!(answer.body().len() < 200_000, "{path}");
        }
    }
}

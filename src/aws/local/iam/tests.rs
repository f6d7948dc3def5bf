//! A small client for the tests of IAM, and what concerns no single part of it.

mod delay;
mod details;
mod policies;
mod roles;
mod sdk;
mod trust;

use super::super::form::percent_encode;
use super::super::{LocalAws, Options};
use super::*;

/// What ECS tasks are trusted with.
pub(in super::super) const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Action": "sts:AssumeRole", "Principal": {"Service": ["ecs-tasks.amazonaws.com"]}, "Effect": "Allow"}]}"#;

/// Something that may be allowed.
pub(in super::super) const ALLOW: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\"Effect\": \"Allow\", \"Resource\": [\"*\"], \"Action\": [\"xray:PutTraceSegments\"]}\n}\n";

/// Sends calls as a signing client would.
pub(in super::super) struct Client {
    local: LocalAws,
}

/// A refusal as a client sees it.
#[derive(Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
}

impl Client {
    pub(in super::super) fn over(local: LocalAws) -> Self {
        Self { local }
    }

    pub(super) fn new() -> Self {
        Self::over(LocalAws::in_memory(Options { now: Some(1_550_540_484), ..Options::default() }))
    }

    pub(super) fn with_delay(iam_delay: u32) -> Self {
        Self::over(LocalAws::in_memory(Options { iam_delay, ..Options::default() }))
    }

    fn send(&self, action: &str, members: &[(&str, &str)]) -> (u16, String) {
        let mut body = format!("Action={action}&Version=2010-05-08");
        for (name, value) in members {
            body.push_str(&format!("&{name}={}", percent_encode(value)));
        }
        let request = Request::post("/")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/iam/aws4_request",
            )
            .body(Bytes::from(body))
            .unwrap();
        let answer = self.local.handle(&request);
        (answer.status().as_u16(), String::from_utf8(answer.body().to_vec()).unwrap())
    }

    pub(in super::super) fn ok(&self, action: &str, members: &[(&str, &str)]) -> String {
        let (status, text) = self.send(action, members);
        assert_eq!(status, 200, "{action} {members:?}: {text}");
        text
    }

    pub(super) fn err(&self, action: &str, members: &[(&str, &str)]) -> Refusal {
        let (status, text) = self.send(action, members);
        assert_ne!(status, 200, "{action} {members:?}: {text}");
        let unescape = |text: &str| text.replace("&lt;", "<").replace("&gt;", ">");
        Refusal { status, code: value(&text, "Code"), message: unescape(&value(&text, "Message")) }
    }

    /// Makes a role.
    pub(in super::super) fn role_with(&self, name: &str, more: &[(&str, &str)]) -> String {
        let mut members = vec![("RoleName", name), ("AssumeRolePolicyDocument", TRUST)];
        members.extend(more);
        self.ok("CreateRole", &members)
    }

    /// Makes a policy and says its ARN.
    pub(super) fn policy(&self, name: &str) -> String {
        let made = self.ok("CreatePolicy", &[("PolicyName", name), ("PolicyDocument", ALLOW)]);
        value(&made, "Arn")
    }
}

/// The text of the first element of this name.
pub(in super::super) fn value(xml: &str, name: &str) -> String {
    values(xml, name).into_iter().next().unwrap_or_else(|| panic!("no {name} in {xml}"))
}

/// The texts of all elements of this name.
pub(in super::super) fn values(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1);
    parts.map(|part| part.split(&close).next().unwrap().to_owned()).collect()
}

/// A document as an answer holds it.
pub(in super::super) fn document(xml: &str, name: &str) -> String {
    let encoded = value(xml, name);
    let form = Form::parse(format!("x={encoded}").as_bytes());
    form.get("x").unwrap().to_owned()
}

#[test]
fn requests_are_checked_against_the_model_and_every_violation_is_named() {
    let client = Client::new();
    let refusal = client.err("CreateRole", &[("RoleName", "a b"), ("MaxSessionDuration", "60")]);
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "ValidationError"));
    assert_eq!(
        refusal.message,
        "3 validation errors detected: Value at 'roleName' failed to satisfy constraint: Member \
         must satisfy regular expression pattern: [\\w+=,.@-]+; Value at \
         'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null; Value \
         at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater \
         than or equal to 3600"
    );
    let long = "n".repeat(65);
    for (action, members, says) in [
        ("GetRole", vec![("RoleName", long.as_str())], "length less than or equal to 64"),
        ("GetRole", vec![("RoleName", "")], "length greater than or equal to 1"),
        ("ListRoles", vec![("MaxItems", "0")], "'maxItems'"),
        ("ListRoles", vec![("MaxItems", "1001")], "value less than or equal to 1000"),
        ("ListRoles", vec![("MaxItems", "many")], "'maxItems'"),
        ("ListRoles", vec![("Marker", "of another making")], "Invalid Marker."),
        (
            "ListPolicies",
            vec![("Scope", "Mine")],
            "'scope' failed to satisfy constraint: Member must satisfy enum value set",
        ),
        (
            "TagRole",
            vec![("RoleName", "r")],
            "'tags' failed to satisfy constraint: Member must not be null",
        ),
        ("TagRole", vec![("RoleName", "r"), ("Tags.member.1.Key", "a#")], "'tags.1.member.key'"),
        ("GetAccountAuthorizationDetails", vec![("Filter.member.1", "Robot")], "'filter.1.member'"),
    ] {
        let refusal = client.err(action, &members);
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "ValidationError"), "{action}");
        assert!(refusal.message.contains(says), "{action}: {}", refusal.message);
    }
}

#[test]
fn actions_nobody_knows_are_refused_by_name() {
    let client = Client::new();
    let refusal = client.err("CreateUser", &[]);
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "InvalidAction"));
    assert!(refusal.message.contains("CreateUser"), "{}", refusal.message);
}

#[test]
fn forms_without_a_signature_find_iam_by_the_version_of_its_api() {
    let ask = |version: &str| {
        let body = format!("Action=ListRoles&Version={version}");
        let request = Request::post("/")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .unwrap();
        let answer = LocalAws::in_memory(Options::default()).handle(&request);
        String::from_utf8(answer.body().to_vec()).unwrap()
    };
    assert!(ask("2010-05-08").contains("<ListRolesResponse"));
    assert!(ask("2011-06-15").contains("InvalidAction"));
}

#[test]
fn nothing_a_client_sends_is_answered_with_a_server_error() {
    let client = Client::new();
    client.role_with("r", &[]);
    let arn = client.policy("p");
    let deep = "[".repeat(1000);
    let actions = READING.iter().chain(&WRITING).map(|(action, _)| *action);
    for action in actions {
        for odd in ["", "null", "{}", "[]", "\u{0}", "ü", deep.as_str(), arn.as_str(), "r", TRUST]
        {
            let members = [
                ("RoleName", "r"),
                ("PolicyName", odd),
                ("PolicyArn", odd),
                ("InstanceProfileName", odd),
                ("PolicyDocument", odd),
                ("AssumeRolePolicyDocument", odd),
                ("VersionId", odd),
                ("Marker", odd),
                ("Tags.member.1", odd),
                ("TagKeys.member.1", odd),
            ];
            let (status, text) = client.send(action, &members);
            assert!(status < 500, "{action} {odd:?}: {text}");
        }
    }
}

#[test]
fn a_description_cannot_take_the_place_of_the_requests_id() {
    let client = Client::new();
    client.role_with("r", &[("Description", "{request_id} & <b>\r\n")]);
    let role = client.ok("GetRole", &[("RoleName", "r")]);
    assert_eq!(value(&role, "Description"), "{request_id} &amp; &lt;b&gt;&#13;\n");
    assert_eq!(value(&role, "RequestId").len(), 36);
}

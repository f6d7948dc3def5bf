//! What is printed, and how policies are evaluated, against a server by others that enforces IAM.
//!
//! fakecloud enforces IAM and STS and no other service. It knows neither paths in the ARNs of roles nor
//! `iam:PolicyARN`, and asks for `sts:GetCallerIdentity`, which AWS does not.

use std::collections::BTreeMap;

use aws_sdk_iam::Client;
use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_iam::types::Tag;
use serde_json::{Value, json};
use tracewright::iam::{Decision, Request, decide};

use crate::harness::Scenario;
use crate::servers::Server;

const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;

fn client(server: &Server, key: &str, secret: &str) -> Client {
    let config = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            Credentials::new(key, secret, None, None, "a test"),
        ))
        .endpoint_url(&server.url)
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .build();
    Client::new(&config)
}

/// A server, who may do all there, and the keys of a user who may do what its policy says.
async fn user(test: &str) -> Option<(Server, Client, (String, String))> {
    let server = Server::fakecloud_with_iam(test)?;
    let root = client(&server, "test", "test");
    root.create_user().user_name("deploy").send().await.unwrap();
    let made = root.create_access_key().user_name("deploy").send().await.unwrap();
    let key = made.access_key.unwrap();
    Some((server, root, (key.access_key_id, key.secret_access_key)))
}

async fn allow(root: &Client, policy: &Value) {
    let put = root.put_user_policy().user_name("deploy").policy_name("it");
    let put = put.policy_document(policy.to_string()).send().await;
    put.unwrap_or_else(|error| panic!("{policy:#}: {error:?}"));
}

#[tokio::test]
async fn the_evaluator_agrees_with_fakecloud() {
    let test = "the_evaluator_agrees_with_fakecloud";
    let Some((server, root, (key, secret))) = user(test).await else { return };
    let tag = Tag::builder().key("team").value("shop").build().unwrap();
    let role = root.create_role().role_name("api").assume_role_policy_document(TRUST);
    role.tags(tag).send().await.unwrap();
    let user = client(&server, &key, &secret);
    let arn = "arn:aws:iam::123456789012:role/api";
    let keys = BTreeMap::from([("aws:ResourceTag/team".to_owned(), vec!["shop".to_owned()])]);
    let request = Request { action: "iam:GetRole", resource: arn, keys: &keys };
    let allow_it = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    let tagged = |operator: &str, value: Value| {
        json!([{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*",
            "Condition": {operator: {"aws:ResourceTag/team": value}}}])
    };
    let cases = [
        json!([allow_it]),
        json!([{"Effect": "Allow", "Action": "iam:Get*", "Resource": "arn:aws:iam::123456789012:role/*"}]),
        json!([{"Effect": "Allow", "Action": "IAM:getrole", "Resource": arn}]),
        json!([{"Effect": "Allow", "Action": "iam:GetRol?", "Resource": arn}]),
        json!([{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "arn:aws:iam::123456789012:role/other"}]),
        json!([{"Effect": "Allow", "Action": "iam:GetRolePolicy", "Resource": "*"}]),
        json!([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]),
        json!([{"Effect": "Allow", "NotAction": ["iam:Get*"], "Resource": "*"}]),
        json!([{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::*:role/a*"}]),
        json!([{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::*:user/*"}]),
        json!([allow_it, {"Effect": "Deny", "Action": "iam:GetRole", "Resource": "*"}]),
        json!([allow_it, {"Effect": "Deny", "Action": "iam:GetRole", "Resource": "arn:aws:iam::*:role/b*"}]),
        json!([allow_it, {"Effect": "Deny", "NotAction": "sts:*", "Resource": "*"}]),
        tagged("StringEquals", json!("shop")),
        tagged("StringEquals", json!(["x", "shop"])),
        tagged("StringEquals", json!("sh*")),
        tagged("StringNotEquals", json!("shop")),
        tagged("StringLike", json!("sh*")),
        tagged("StringNotLike", json!("sh*")),
        tagged("StringEqualsIgnoreCase", json!("SHOP")),
        tagged("StringEqualsIfExists", json!("x")),
        tagged("ForAnyValue:StringEquals", json!(["x", "shop"])),
        tagged("ForAllValues:StringEquals", json!(["shop", "x"])),
        tagged("Null", json!("false")),
        tagged("Null", json!("true")),
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/other": "x"}}}]),
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringEqualsIfExists": {"aws:ResourceTag/other": "x"}}}]),
    ];
    for statements in cases {
        let policy = json!({"Version": "2012-10-17", "Statement": statements});
        allow(&root, &policy).await;
        let theirs = user.get_role().role_name("api").send().await.is_ok();
        let ours = decide(std::slice::from_ref(&policy), None, &request);
        assert_eq!(ours == Decision::Allowed, theirs, "{policy:#}: {ours:?}");
    }
}

/// Roles and policies come, change, are made anew and go, each time with what is printed.
#[tokio::test]
async fn what_is_printed_is_enough_at_fakecloud() {
    let test = "what_is_printed_is_enough_at_fakecloud";
    let Some((server, root, (key, secret))) = user(test).await else { return };
    let scenario = Scenario::new()
        .env("AWS_ENDPOINT_URL", &server.url)
        .env("AWS_ACCESS_KEY_ID", &key)
        .env("AWS_SECRET_ACCESS_KEY", &secret);
    let read = r#"{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}"#;
    let full = format!(
        "policies:\n  read: {{ Path: /p/, PolicyDocument: {read} }}\nroles:\n  api:\n    Path: /team/\n    \
         AssumeRolePolicyDocument: {TRUST}\n    PermissionsBoundary: \"${{policy.read.arn}}\"\n    \
         ManagedPolicies: [\"${{policy.read.arn}}\"]\n    InlinePolicies: {{ own: {read} }}\n"
    );
    let stacks = [
        full.clone(),
        full.replace("s3:GetObject", "s3:PutObject")
            .replace("    PermissionsBoundary: \"${policy.read.arn}\"\n", ""),
        full.replace("s3:GetObject", "s3:PutObject")
            .replace("    PermissionsBoundary: \"${policy.read.arn}\"\n", "")
            .replace("Path: /team/", "Path: /other/"),
        format!("policies: {{}}\nroles: {{ left: {{ AssumeRolePolicyDocument: {TRUST} }} }}\n"),
    ];
    for stack in &stacks {
        scenario.stack(stack);
        let policy = scenario.run("permissions stack.yaml --for apply").exits(0).json();
        allow(&root, &policy).await;
        scenario.run("apply stack.yaml --yes --allow-deletes 9").exits(0);
        for verb in ["plan", "drift"] {
            let policy =
                scenario.run(&format!("permissions stack.yaml --for {verb}")).exits(0).json();
            allow(&root, &policy).await;
            scenario.run(&format!("{verb} stack.yaml")).exits(0);
        }
    }
    let none = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]});
    allow(&root, &none).await;
    scenario.run("plan stack.yaml").exits(7).says("iam:GetAccountAuthorizationDetails");
}

//! What X-Ray has one of in each region.

use bytes::Bytes;
use http::Request;

use super::super::super::LocalAws;
use super::*;

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// A client of an AWS that has these log resource policies.
fn with_policies(options: Options, policies: &[Value]) -> Client {
    let local = LocalAws::in_memory(options);
    for (n, document) in policies.iter().enumerate() {
        let policy = json!({"policyName": n.to_string(), "policyDocument": document.to_string()});
        let key = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/logs/aws4_request";
        let request = Request::post("http://x/")
            .header("authorization", key)
            .header("x-amz-target", "Logs_20140328.PutResourcePolicy")
            .body(Bytes::from(policy.to_string()));
        assert_eq!(local.handle(&request.unwrap()).status(), 200, "{document}");
    }
    Client::over(local)
}

/// As AWS's instructions have it.
fn policy() -> Value {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": [
            "arn:aws:logs:us-east-1:123456789012:log-group:aws/spans:*",
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/application-signals/data:*",
        ],
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:xray:us-east-1:123456789012:*"},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }]})
}

fn encryption(client: &Client) -> Value {
    client.ok("EncryptionConfig", "{}")["EncryptionConfig"].clone()
}

fn destination(client: &Client) -> Value {
    client.ok("GetTraceSegmentDestination", "{}")
}

fn to(destination: &str) -> String {
    json!({"Destination": destination}).to_string()
}

const UPDATE: &str = "UpdateTraceSegmentDestination";

#[test]
fn a_key_is_answered_by_its_arn_whatever_it_was_given_as() {
    let client = Client::new();
    assert_eq!(encryption(&client), json!({"Status": "ACTIVE", "Type": "NONE"}));
    let put = |key: &str| {
        let body = json!({"Type": "KMS", "KeyId": key}).to_string();
        client.ok("PutEncryptionConfig", &body)["EncryptionConfig"].clone()
    };
    let answer = json!({"KeyId": KEY, "Status": "UPDATING", "Type": "KMS"});
    assert_eq!(put(KEY), answer);
    assert_eq!(put("1234abcd-12ab-34cd-56ef-1234567890ab"), answer);
    assert_eq!(encryption(&client)["Status"], "ACTIVE");
    let by_alias = put("alias/traces")["KeyId"].clone();
    assert_eq!(by_alias, put("arn:aws:kms:us-east-1:123456789012:alias/traces")["KeyId"]);
    let arn = by_alias.as_str().unwrap();
    assert!(arn.starts_with("arn:aws:kms:us-east-1:123456789012:key/"), "{arn}");
    assert_eq!(arn.len(), KEY.len());
    client.ok("PutEncryptionConfig", r#"{"Type": "NONE"}"#);
    assert_eq!(encryption(&client), json!({"Status": "ACTIVE", "Type": "NONE"}));
}

#[test]
fn what_is_no_encryption_is_refused() {
    let client = Client::new();
    for (body, code) in [
        ("{}", VALIDATION),
        (r#"{"Type": "kms"}"#, VALIDATION),
        (r#"{"Type": "KMS", "KeyId": ""}"#, VALIDATION),
        (r#"{"Type": "KMS"}"#, INVALID),
    ] {
        assert_eq!(client.err("PutEncryptionConfig", body).code, code, "{body}");
    }
}

#[test]
fn changes_are_under_way_for_so_many_questions_in_their_region_alone() {
    let options = Options { xray_delay: 2, ..at(T0) };
    let local = LocalAws::in_memory(options);
    let client = Client::over(local.clone());
    client.ok("PutEncryptionConfig", r#"{"Type": "NONE"}"#);
    assert_eq!(encryption(&Client::over(local).in_region("eu-west-1"))["Status"], "ACTIVE");
    let statuses: Vec<_> = (0..3).map(|_| encryption(&client)["Status"].clone()).collect();
    assert_eq!(statuses, ["UPDATING", "UPDATING", "ACTIVE"]);
}

#[test]
fn there_is_one_indexing_rule_of_one_percent_until_it_is_changed() {
    let client = Client::with(at(T0));
    let rule = |percentage: f64, modified_at: u64| {
        json!({"Name": "Default", "ModifiedAt": modified_at, "Rule": {"Probabilistic": {
            "DesiredSamplingPercentage": percentage, "ActualSamplingPercentage": percentage,
        }}})
    };
    let read = client.ok("GetIndexingRules", "{}");
    assert_eq!(read, json!({"IndexingRules": [rule(1.0, 0)], "NextToken": null}));
    let update = |name: &str, rule: &Value| json!({"Name": name, "Rule": rule}).to_string();
    let percent =
        |percentage: f64| json!({"Probabilistic": {"DesiredSamplingPercentage": percentage}});
    let answer = client.ok("UpdateIndexingRule", &update("Default", &percent(12.5)));
    assert_eq!(answer, json!({"IndexingRule": rule(12.5, T0)}));
    assert_eq!(client.ok("GetIndexingRules", "{}")["IndexingRules"], json!([rule(12.5, T0)]));
    let gone = client.err("UpdateIndexingRule", &update("Other", &percent(5.0)));
    assert_eq!((gone.status, gone.code.as_str()), (404, "ResourceNotFoundException"));
    assert_eq!(gone.body["ResourceName"], "Other");
    for (body, code) in [
        (update("Default", &percent(100.5)), INVALID),
        (update("Default", &percent(-1.0)), INVALID),
        (update("Default", &json!({})), INVALID),
        (update("Default", &json!({"Probabilistic": {}})), VALIDATION),
        ("{}".to_owned(), VALIDATION),
    ] {
        assert_eq!(client.err("UpdateIndexingRule", &body).code, code, "{body}");
    }
}

#[test]
fn spans_go_to_the_logs_where_x_ray_may_write() {
    let client = with_policies(at(T0), &[policy()]);
    assert_eq!(destination(&client), json!({"Destination": "XRay", "Status": "ACTIVE"}));
    let answer = client.ok(UPDATE, &to("CloudWatchLogs"));
    assert_eq!(answer, json!({"Destination": "CloudWatchLogs", "Status": "PENDING"}));
    let answer = destination(&client);
    assert_eq!(answer, json!({"Destination": "CloudWatchLogs", "Status": "ACTIVE"}));
    let same = client.err(UPDATE, &to("CloudWatchLogs"));
    assert_eq!(same.code, INVALID);
    assert_eq!(same.message, "The destination is already set to CloudWatchLogs");
    client.ok(UPDATE, &to("XRay"));
}

#[test]
fn policies_that_do_not_let_x_ray_write_are_told() {
    let with = |at: &str, value: Value| {
        let mut policy = policy();
        *policy.pointer_mut(at).unwrap() = value;
        policy
    };
    let other = "arn:aws:xray:eu-west-1:*:*";
    let less = [
        with("/Statement/0/Principal", json!({"Service": "route53.amazonaws.com"})),
        with("/Statement/0/Action", json!("logs:CreateLogStream")),
        with("/Statement/0/Resource/1", json!("*:log-group:other:*")),
        with("/Statement/0/Condition/ArnLike/aws:SourceArn", json!(other)),
        with("/Statement/0/Condition/StringEquals", json!({"aws:SourceAccount": "1"})),
        with("/Statement/0/Condition/StringEquals", json!({"aws:SourceOrgID": "o-1"})),
        json!({"Version": "2012-10-17", "Statement": []}),
    ];
    let denied = with("/Statement/0/Effect", json!("Deny"));
    let cases = less.map(|one| vec![one]).into_iter().chain([vec![], vec![policy(), denied]]);
    for policies in cases {
        let refusal = with_policies(at(T0), &policies).err(UPDATE, &to("CloudWatchLogs"));
        assert_eq!((refusal.status, refusal.code.as_str()), (403, "AccessDeniedException"));
        assert!(refusal.message.contains("permission to call PutLogEvents"), "{policies:?}");
    }
    let wide = with("/Statement/0/Resource", json!(["*"]));
    with_policies(at(T0), &[wide]).ok(UPDATE, &to("CloudWatchLogs"));
}

#[test]
fn a_new_policy_is_seen_and_a_change_is_done_after_so_many_questions() {
    let options = Options { xray_delay: 1, ..at(T0) };
    let client = with_policies(options, &[policy()]);
    let unseen = client.err(UPDATE, &to("CloudWatchLogs"));
    assert_eq!(unseen.code, "AccessDeniedException");
    client.ok(UPDATE, &to("CloudWatchLogs"));
    let busy = client.err(UPDATE, &to("XRay"));
    assert_eq!(busy.message, "Updates are not allowed while the current status is PENDING");
    assert_eq!(destination(&client)["Status"], "ACTIVE");
}

#[test]
fn a_key_is_for_log_groups_that_are_not_there_yet() {
    let with_key = |destination: &str, key: &str| {
        let configuration = json!({"SpansLogGroupKmsKeyId": key});
        json!({"Destination": destination, "CloudWatchLogsConfiguration": configuration})
            .to_string()
    };
    let client = with_policies(at(T0), &[policy()]);
    for body in [
        with_key("XRay", KEY),
        with_key("CloudWatchLogs", "alias/spans"),
        with_key("CloudWatchLogs", &KEY.replace("us-east-1", "eu-west-1")),
        "{}".to_owned(),
    ] {
        assert_eq!(client.err(UPDATE, &body).code, INVALID, "{body}");
    }
    assert_eq!(client.err(UPDATE, &to("Elsewhere")).code, VALIDATION);
    client.ok(UPDATE, &with_key("CloudWatchLogs", KEY));
    client.ok(UPDATE, &to("XRay"));
    assert_eq!(client.err(UPDATE, &with_key("CloudWatchLogs", KEY)).code, INVALID);
    client.ok(UPDATE, &to("CloudWatchLogs"));
}

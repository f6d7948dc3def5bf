use super::super::resource_policies::{LONGEST, QUOTA};
use super::*;

fn allows(action: &str) -> Value {
    let statement = json!({
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": action,
        "Resource": "*",
    });
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn body(name: &str, document: &Value) -> Value {
    json!({"PolicyName": name, "PolicyDocument": document.to_string()})
}

fn put(client: &Client, body: &Value) -> Value {
    client.ok("PutResourcePolicy", &body.to_string())["ResourcePolicy"].clone()
}

fn refused(client: &Client, call: &str, body: &Value) -> String {
    let error = client.err(call, &body.to_string());
    assert_eq!(error.status, 400);
    error.code
}

fn with(mut body: Value, name: &str, value: &Value) -> Value {
    body[name] = value.clone();
    body
}

const STALE: &str = "InvalidPolicyRevisionIdException";

#[test]
fn a_text_is_kept_byte_for_byte() {
    let client = Client::with(at(T0));
    let text = "{ \"Version\":\"2012-10-17\",\n \"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"xray:*\"}}";
    let made = put(&client, &json!({"PolicyName": "a", "PolicyDocument": text}));
    let revision = made["PolicyRevisionId"].as_str().unwrap();
    let expected = json!({
        "PolicyName": "a", "PolicyDocument": text, "PolicyRevisionId": revision,
        "LastUpdatedTime": T0,
    });
    assert_eq!(made, expected);
    let listed = client.ok("ListResourcePolicies", "");
    assert_eq!(listed, json!({"ResourcePolicies": [expected], "NextToken": null}));
    assert_eq!(refused(&client, "ListResourcePolicies", &json!({"NextToken": "x"})), INVALID);
}

#[test]
fn a_revision_that_is_not_the_latest_is_refused() {
    let client = Client::new();
    let body = body("a", &allows("xray:PutTraceSegments"));
    let revision = |revision: &Value| with(body.clone(), "PolicyRevisionId", revision);
    let none_yet = revision(&json!("0"));
    let first = put(&client, &none_yet)["PolicyRevisionId"].clone();
    assert_eq!(refused(&client, "PutResourcePolicy", &none_yet), STALE);
    let second = put(&client, &revision(&first))["PolicyRevisionId"].clone();
    assert_ne!(first, second);
    assert_eq!(refused(&client, "PutResourcePolicy", &revision(&first)), STALE);
    // Without one, whatever is there is written over.
    put(&client, &body);
    let delete = json!({"PolicyName": "a", "PolicyRevisionId": second});
    assert_eq!(refused(&client, "DeleteResourcePolicy", &delete), STALE);
    client.ok("DeleteResourcePolicy", r#"{"PolicyName":"a"}"#);
    assert_eq!(refused(&client, "DeleteResourcePolicy", &json!({"PolicyName": "a"})), INVALID);
    assert_eq!(refused(&client, "DeleteResourcePolicy", &delete), STALE);
    // One that comes again has no revision that was given out before.
    let again = put(&client, &none_yet)["PolicyRevisionId"].clone();
    assert!(![first, second, json!("0")].contains(&again));
}

#[test]
fn five_policies_of_five_kilobytes_are_all() {
    let client = Client::new();
    for n in 0..QUOTA {
        put(&client, &body(&n.to_string(), &allows("xray:PutTraceSegments")));
    }
    let more = body("more", &allows("xray:PutTraceSegments"));
    assert_eq!(refused(&client, "PutResourcePolicy", &more), "PolicyCountLimitExceededException");
    put(&client, &body("0", &allows("xray:GetSamplingRules")));
    let around = allows("").to_string().len();
    let long = |size: usize| body("0", &allows(&"x".repeat(size - around)));
    put(&client, &long(LONGEST));
    let code = refused(&client, "PutResourcePolicy", &long(LONGEST + 1));
    assert_eq!(code, "PolicySizeLimitExceededException");
}

#[test]
fn what_is_no_policy_on_something_is_malformed() {
    let client = Client::new();
    let without = |element: &str| {
        let mut policy = allows("xray:*");
        policy["Statement"][0].as_object_mut().unwrap().remove(element);
        policy.to_string()
    };
    let broken = ["", "{", "[]", "{}", r#"{"Statement":[]}"#, r#"{"Statement":["x"]}"#];
    let broken = broken.map(str::to_owned).into_iter();
    for text in broken.chain(["Effect", "Principal", "Action"].map(without)) {
        let body = json!({"PolicyName": "a", "PolicyDocument": text});
        let code = refused(&client, "PutResourcePolicy", &body);
        assert_eq!(code, "MalformedPolicyDocumentException", "{text}");
    }
    let without_resource = json!({"PolicyName": "a", "PolicyDocument": without("Resource")});
    put(&client, &without_resource);
}

#[test]
fn who_writes_it_is_not_locked_out_by_accident() {
    let client = Client::new();
    let denies = |principal: Value, action: &str| {
        let statement = json!({
            "Effect": "Deny", "Principal": principal, "Action": [action], "Resource": "*",
        });
        body("a", &json!({"Version": "2012-10-17", "Statement": [statement]}))
    };
    let account = json!({"AWS": "123456789012"});
    for (principal, action) in [
        (json!("*"), "xray:PutResourcePolicy"),
        (json!({"AWS": "*"}), "xray:Put*"),
        (account.clone(), "xray:*"),
        (json!({"AWS": ["arn:aws:iam::123456789012:root"]}), "*"),
    ] {
        let locks = denies(principal, action);
        let code = refused(&client, "PutResourcePolicy", &locks);
        assert_eq!(code, "LockoutPreventionException", "{action}");
    }
    put(&client, &denies(account.clone(), "xray:GetGroups"));
    put(&client, &denies(json!({"AWS": "111122223333"}), "xray:*"));
    put(&client, &with(denies(account, "xray:*"), "BypassPolicyLockoutCheck", &json!(true)));
}

#[test]
fn a_name_has_the_models_characters() {
    let client = Client::new();
    for name in ["", "a b", "a/b", "ä", &"a".repeat(129)] {
        let code = refused(&client, "PutResourcePolicy", &body(name, &allows("xray:*")));
        assert_eq!(code, VALIDATION, "{name}");
        let code = refused(&client, "DeleteResourcePolicy", &json!({"PolicyName": name}));
        assert_eq!(code, VALIDATION, "{name}");
    }
    put(&client, &body("a_+=,.@-", &allows("xray:*")));
    assert_eq!(
        refused(
            &client,
            "PutResourcePolicy",
            &with(body("a", &allows("xray:*")), "BypassPolicyLockoutCheck", &json!("true"))
        ),
        "SerializationException"
    );
}

use super::*;

fn tag_body(name: &str, tags: &[(&str, &str)]) -> String {
    let tags = tags
        .iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}));
    json!({"ResourceARN": arn(name), "Tags": tags.collect::<Vec<_>>()}).to_string()
}

fn tag(client: &Client, name: &str, tags: &[(&str, &str)]) {
    assert_eq!(client.ok("TagResource", &tag_body(name, tags)), json!({}));
}

fn tags_of(client: &Client, name: &str) -> Vec<(String, String)> {
    let mut tags = Vec::new();
    let mut token = Value::Null;
    loop {
        let body = json!({"ResourceARN": arn(name), "NextToken": token}).to_string();
        let page = client.ok("ListTagsForResource", &body);
        for tag in page["Tags"].as_array().unwrap() {
            let text = |name| tag[name].as_str().unwrap().to_owned();
            tags.push((text("Key"), text("Value")));
        }
        token = page["NextToken"].clone();
        if token.is_null() {
            return tags;
        }
    }
}

fn with_rule() -> Client {
    let client = Client::new();
    client.ok("CreateSamplingRule", &rule("a", 1));
    client
}

#[test]
fn tags_are_added_replaced_and_removed() {
    let client = with_rule();
    tag(&client, "a", &[("b", "1"), ("B", "2")]);
    tag(&client, "a", &[("b", ""), ("grün", "_.:/=+-@ ü")]);
    let body = json!({"ResourceARN": arn("a"), "TagKeys": ["B", "missing"]}).to_string();
    client.ok("UntagResource", &body);
    let own = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        tags_of(&client, "a"),
        [own("b", ""), own("grün", "_.:/=+-@ ü")]
    );
    tag(&client, "Default", &[("b", "1")]);
    assert_eq!(tags_of(&client, "Default"), [own("b", "1")]);
}

#[test]
fn tagging_is_no_change_of_the_rule() {
    let client = Client::with(at(T0));
    tag(&client, "Default", &[("b", "1")]);
    let read = client.ok("GetSamplingRules", "{}");
    assert_eq!(read["SamplingRuleRecords"][0]["ModifiedAt"], 0);
}

#[test]
fn more_than_fifty_tags_are_too_many() {
    let client = with_rule();
    let keys = (0..51).map(|n| format!("{n:02}")).collect::<Vec<_>>();
    let tags = keys
        .iter()
        .map(|key| (key.as_str(), ""))
        .collect::<Vec<_>>();
    tag(&client, "a", &tags[..50]);
    tag(&client, "a", &tags[..50]);
    let error = client.err("TagResource", &tag_body("a", &tags[50..]));
    assert_eq!(
        (error.status, error.code.as_str()),
        (400, "TooManyTagsException")
    );
    assert_eq!(error.body["ResourceName"], arn("a"));
    assert_eq!(tags_of(&client, "a").len(), 50);
    let mut body: Value = serde_json::from_str(&rule("b", 1)).unwrap();
    body["Tags"] = keys
        .iter()
        .map(|key| json!({"Key": key, "Value": ""}))
        .collect();
    assert_eq!(create_error(&client, &body.to_string()).0, INVALID);
}

#[test]
fn tags_come_in_pages() {
    let client = with_rule();
    let keys = (0..45).map(|n| format!("{n:02}")).collect::<Vec<_>>();
    tag(
        &client,
        "a",
        &keys
            .iter()
            .map(|key| (key.as_str(), ""))
            .collect::<Vec<_>>(),
    );
    let page = client.ok(
        "ListTagsForResource",
        &json!({"ResourceARN": arn("a")}).to_string(),
    );
    assert_eq!(page["Tags"].as_array().unwrap().len(), 20);
    assert_eq!(tags_of(&client, "a").len(), 45);
    let rules_token = json!({"ResourceARN": arn("a"), "NextToken": "x"}).to_string();
    assert_eq!(
        client.err("ListTagsForResource", &rules_token).code,
        INVALID
    );
}

#[test]
fn keys_and_values_keep_to_their_bounds_and_characters() {
    let client = with_rule();
    let (key, value) = ("k".repeat(128), "v".repeat(256));
    tag(&client, "a", &[(key.as_str(), value.as_str())]);
    let (long_key, long_value) = ("k".repeat(129), "v".repeat(257));
    for (key, value, code) in [
        ("", "v", VALIDATION),
        (long_key.as_str(), "v", VALIDATION),
        ("k", long_value.as_str(), VALIDATION),
        ("aws:k", "v", INVALID),
        ("AWS:k", "v", INVALID),
        ("k!", "v", INVALID),
        ("k", "v*", INVALID),
        ("k", "v\n", INVALID),
    ] {
        let error = client.err("TagResource", &tag_body("a", &[(key, value)]));
        assert_eq!(
            (error.status, error.code.as_str()),
            (400, code),
            "{key} {value}"
        );
        let mut body: Value = serde_json::from_str(&rule("b", 1)).unwrap();
        body["Tags"] = json!([{"Key": key, "Value": value}]);
        assert_eq!(
            create_error(&client, &body.to_string()).0,
            code,
            "{key} {value}"
        );
    }
    let twice = tag_body("a", &[("k", "1"), ("k", "2")]);
    assert_eq!(client.err("TagResource", &twice).code, INVALID);
    let body = json!({"ResourceARN": arn("a"), "Tags": [{"Key": "k"}]}).to_string();
    let error = client.err("TagResource", &body);
    assert!(
        error
            .message
            .contains("Value null at 'tags.1.member.value'"),
        "{}",
        error.message
    );
    let body = json!({"ResourceARN": arn("a"), "TagKeys": ["aws:k"]}).to_string();
    assert_eq!(client.err("UntagResource", &body).code, INVALID);
    let body = json!({"ResourceARN": arn("a"), "TagKeys": vec!["k"; 201]}).to_string();
    assert_eq!(client.err("UntagResource", &body).code, VALIDATION);
}

#[test]
fn unknown_resources_are_not_found() {
    let client = with_rule();
    for unknown in [
        arn("b"),
        arn(""),
        arn("a").replace("us-east-1", "eu-west-1"),
        arn("a").replace("123456789012", "999999999999"),
        arn("a").replace("sampling-rule", "group"),
    ] {
        let body = json!({"ResourceARN": unknown, "Tags": [], "TagKeys": []}).to_string();
        for call in ["TagResource", "UntagResource", "ListTagsForResource"] {
            let error = client.err(call, &body);
            assert_eq!(
                (error.status, error.code.as_str()),
                (404, "ResourceNotFoundException")
            );
            assert_eq!(error.body["ResourceName"], unknown);
        }
    }
    assert_eq!(
        client
            .err("ListTagsForResource", r#"{"ResourceARN":"a"}"#)
            .code,
        INVALID
    );
    let long = json!({"ResourceARN": "n".repeat(1012)}).to_string();
    assert_eq!(client.err("ListTagsForResource", &long).code, VALIDATION);
}

#[test]
fn tags_go_with_their_rule() {
    let client = with_rule();
    tag(&client, "a", &[("k", "v")]);
    client.ok("DeleteSamplingRule", r#"{"RuleName":"a"}"#);
    client.ok("CreateSamplingRule", &rule("a", 1));
    assert_eq!(tags_of(&client, "a"), []);
}

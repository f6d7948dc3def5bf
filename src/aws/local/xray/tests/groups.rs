use super::super::groups::{PAGE, QUOTA};
use super::*;

fn group(name: &str, more: &Value) -> String {
    let mut body = json!({"GroupName": name, "FilterExpression": "fault"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body.to_string()
}

fn create(client: &Client, name: &str, more: &Value) -> Value {
    client.ok("CreateGroup", &group(name, more))["Group"].clone()
}

fn groups(client: &Client) -> Vec<Value> {
    let mut all = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = client.ok("Groups", &json!({"NextToken": token}).to_string());
        all.extend(page["Groups"].as_array().unwrap().clone());
        token = page["NextToken"].clone();
        if token.is_null() {
            return all;
        }
    }
}

fn refused(client: &Client, call: &str, body: &Value) -> String {
    let error = client.err(call, &body.to_string());
    assert_eq!((error.status, error.code.as_str()), (400, INVALID), "{call} {body}");
    error.message
}

#[test]
fn a_new_account_has_the_default_group_as_recorded() {
    let off = json!({"InsightsEnabled": false, "NotificationsEnabled": false});
    let arn = "arn:aws:xray:us-east-1:123456789012:group/Default";
    let expected = json!({"GroupName": "Default", "GroupARN": arn, "InsightsConfiguration": off});
    assert_eq!(groups(&Client::new()), [expected]);
}

#[test]
fn a_group_is_shown_as_recorded_and_without_its_tags() {
    let client = Client::new();
    let insights = json!({"InsightsEnabled": true, "NotificationsEnabled": true});
    let tags = json!([{"Key": "a", "Value": "b"}]);
    let more = json!({"InsightsConfiguration": insights, "Tags": tags});
    let made = create(&client, "one", &more);
    let arn = made["GroupARN"].as_str().unwrap();
    let id = arn.strip_prefix("arn:aws:xray:us-east-1:123456789012:group/one/").unwrap();
    assert!(id.len() == 52 && id.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
    let expected = json!({
        "GroupName": "one", "GroupARN": arn, "FilterExpression": "fault",
        "InsightsConfiguration": insights,
    });
    assert_eq!(made, expected);
    for by in [json!({"GroupName": "one"}), json!({"GroupARN": arn})] {
        assert_eq!(client.ok("GetGroup", &by.to_string())["Group"], expected);
    }
    assert!(groups(&client).contains(&expected));
    let listed = client.ok("ListTagsForResource", &json!({"ResourceARN": arn}).to_string());
    assert_eq!(listed["Tags"], tags);
}

#[test]
fn what_an_update_does_not_name_stays() {
    let client = Client::new();
    let made = create(&client, "one", &json!({}));
    let arn = made["GroupARN"].clone();
    let update = |body: Value| client.ok("UpdateGroup", &body.to_string())["Group"].clone();
    let on = json!({"InsightsEnabled": true});
    let updated = update(json!({"GroupARN": arn, "InsightsConfiguration": on}));
    assert_eq!(updated["FilterExpression"], "fault");
    assert_eq!(updated["InsightsConfiguration"]["InsightsEnabled"], true);
    let updated = update(json!({"GroupName": "one", "FilterExpression": "error"}));
    assert_eq!(updated["FilterExpression"], "error");
    assert_eq!(updated["InsightsConfiguration"]["InsightsEnabled"], true);
    assert_eq!(updated["GroupARN"], arn);
}

#[test]
fn notifications_need_insights() {
    let client = Client::new();
    let told = json!({"InsightsConfiguration": {"NotificationsEnabled": true}});
    let said = refused(&client, "CreateGroup", &serde_json::from_str(&group("a", &told)).unwrap());
    assert!(said.contains("insights"), "{said}");
    create(&client, "a", &json!({}));
    refused(
        &client,
        "UpdateGroup",
        &json!({"GroupName": "a", "InsightsConfiguration": {"NotificationsEnabled": true}}),
    );
    let kept = client.ok("GetGroup", r#"{"GroupName":"a"}"#);
    assert_eq!(kept["Group"]["InsightsConfiguration"]["NotificationsEnabled"], false);
}

#[test]
fn names_are_told_apart_by_case_and_taken_once() {
    let client = Client::new();
    create(&client, "one", &json!({}));
    create(&client, "One", &json!({}));
    assert_eq!(
        refused(&client, "CreateGroup", &json!({"GroupName": "one"})),
        "Group already exists"
    );
    for name in ["Default", "a b", "a_b", "ä"] {
        refused(&client, "CreateGroup", &json!({"GroupName": name}));
    }
    for name in [String::new(), "a".repeat(33)] {
        let error = client.err("CreateGroup", &json!({"GroupName": name}).to_string());
        assert_eq!(error.code, VALIDATION, "{name}");
    }
}

#[test]
fn a_group_that_is_not_there_is_told_in_awss_words() {
    let client = Client::new();
    for call in ["GetGroup", "UpdateGroup", "DeleteGroup"] {
        let said = refused(&client, call, &json!({"GroupName": "one"}));
        assert_eq!(said, "Group not found", "{call}");
        refused(&client, call, &json!({}));
        refused(&client, call, &json!({"GroupName": "Default", "GroupARN": "arn:x"}));
    }
}

#[test]
fn a_group_that_is_made_again_has_another_arn() {
    let client = Client::new();
    let before = create(&client, "one", &json!({}));
    client.ok("DeleteGroup", &json!({"GroupARN": before["GroupARN"]}).to_string());
    let after = create(&client, "one", &json!({}));
    assert_ne!(before["GroupARN"], after["GroupARN"]);
    let said = refused(&client, "DeleteGroup", &json!({"GroupARN": before["GroupARN"]}));
    assert_eq!(said, "Group not found");
}

#[test]
fn default_keeps_its_name_and_has_no_filter() {
    let client = Client::new();
    refused(&client, "DeleteGroup", &json!({"GroupName": "Default"}));
    refused(&client, "UpdateGroup", &json!({"GroupName": "Default", "FilterExpression": "ok"}));
    let on = json!({"GroupName": "Default", "InsightsConfiguration": {"InsightsEnabled": true}});
    client.ok("UpdateGroup", &on.to_string());
    assert_eq!(groups(&client)[0]["InsightsConfiguration"]["InsightsEnabled"], true);
}

#[test]
fn groups_come_in_pages_up_to_the_quota() {
    let client = Client::new();
    for n in 0..QUOTA {
        create(&client, &format!("g{n}"), &json!({}));
    }
    refused(&client, "CreateGroup", &json!({"GroupName": "more"}));
    let first = client.ok("Groups", "");
    assert_eq!(first["Groups"].as_array().unwrap().len(), PAGE);
    assert!(first["NextToken"].as_str().unwrap().len() <= 100, "the model's bound");
    assert_eq!(groups(&client).len(), QUOTA + 1);
}

#[test]
fn tags_of_a_group_are_changed_as_those_of_a_rule() {
    let client = Client::new();
    let arn = create(&client, "one", &json!({}))["GroupARN"].clone();
    let tags = |client: &Client| {
        client.ok("ListTagsForResource", &json!({"ResourceARN": arn}).to_string())["Tags"].clone()
    };
    let body = json!({"ResourceARN": arn, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]});
    client.ok("TagResource", &body.to_string());
    client.ok("UntagResource", &json!({"ResourceARN": arn, "TagKeys": ["b"]}).to_string());
    assert_eq!(tags(&client), json!([{"Key": "a", "Value": "1"}]));
    let many: Vec<_> = (0..50).map(|n| json!({"Key": format!("k{n}"), "Value": ""})).collect();
    let error = client.err("TagResource", &json!({"ResourceARN": arn, "Tags": many}).to_string());
    assert_eq!(error.code, "TooManyTagsException");
    assert_eq!(error.body["ResourceName"], arn);
    let without_id = arn.as_str().unwrap().rsplit_once('/').unwrap().0;
    let error = client.err("ListTagsForResource", &json!({"ResourceARN": without_id}).to_string());
    assert_eq!((error.status, error.code.as_str()), (404, "ResourceNotFoundException"));
}

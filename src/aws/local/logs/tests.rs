use serde_json::{Value, json};

use super::super::tests::Json11;
use super::super::{LocalAws, Options};

const T0: u64 = 1_700_000_000;
const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn logs() -> Json11 {
    let options = Options { now: Some(T0), ..Options::default() };
    Json11::of(LocalAws::in_memory(options), "logs", "Logs_20140328.")
}

fn arn(name: &str) -> String {
    format!("arn:aws:logs:eu-west-1:123456789012:log-group:{name}")
}

fn named(name: &str) -> Value {
    json!({ "logGroupName": name })
}

fn described(logs: &Json11, input: &Value) -> Vec<String> {
    let answer = logs.ok("DescribeLogGroups", input);
    let groups = answer["logGroups"].as_array().unwrap().iter();
    groups.map(|group| group["logGroupName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_log_group_is_made_shown_changed_and_deleted() {
    let logs = logs();
    let body = json!({ "logGroupName": "/ecs/app", "tags": { "team": "shop" } });
    assert_eq!(logs.ok("CreateLogGroup", &body), json!({}));
    let shown = || logs.ok("DescribeLogGroups", &json!({}))["logGroups"][0].clone();
    assert_eq!(
        shown(),
        json!({
            "logGroupName": "/ecs/app", "creationTime": T0 * 1000, "metricFilterCount": 0,
            "arn": format!("{}:*", arn("/ecs/app")), "logGroupArn": arn("/ecs/app"),
            "storedBytes": 0, "logGroupClass": "STANDARD", "deletionProtectionEnabled": false,
        })
    );
    logs.ok("PutRetentionPolicy", &json!({ "logGroupName": "/ecs/app", "retentionInDays": 30 }));
    logs.ok("AssociateKmsKey", &json!({ "logGroupName": "/ecs/app", "kmsKeyId": KEY }));
    let on = json!({ "logGroupIdentifier": arn("/ecs/app"), "deletionProtectionEnabled": true });
    logs.ok("PutLogGroupDeletionProtection", &on);
    assert_eq!(shown()["retentionInDays"], 30);
    assert_eq!(shown()["kmsKeyId"], KEY);
    assert!(logs.err("DeleteLogGroup", &named("/ecs/app")).starts_with("ValidationException: "));
    let off = json!({ "logGroupIdentifier": "/ecs/app", "deletionProtectionEnabled": false });
    logs.ok("PutLogGroupDeletionProtection", &off);
    logs.ok("DeleteRetentionPolicy", &named("/ecs/app"));
    logs.ok("DisassociateKmsKey", &json!({ "resourceIdentifier": arn("/ecs/app") }));
    assert!(shown().get("retentionInDays").is_none() && shown().get("kmsKeyId").is_none());
    logs.ok("DeleteLogGroup", &named("/ecs/app"));
    assert_eq!(
        logs.err("DeleteLogGroup", &named("/ecs/app")),
        "ResourceNotFoundException: The specified log group does not exist."
    );
}

#[test]
fn what_breaks_a_bound_is_an_invalid_parameter() {
    let logs = logs();
    let create = |more: Value| {
        let mut body = named("a");
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        logs.err("CreateLogGroup", &body)
    };
    assert_eq!(
        create(json!({ "logGroupName": "a b" })),
        "InvalidParameterException: 1 validation error detected: Value 'a b' at 'logGroupName' \
         failed to satisfy constraint: Member must satisfy regular expression pattern: \
         [\\.\\-_/#A-Za-z0-9]+"
    );
    for bad in [
        json!({ "logGroupName": "" }),
        json!({ "logGroupName": "x".repeat(513) }),
        json!({ "logGroupName": "aws/app" }),
        json!({ "logGroupName": null }),
        json!({ "logGroupClass": "COLD" }),
        json!({ "kmsKeyId": "alias/app" }),
        json!({ "tags": {} }),
        json!({ "tags": { "aws:a": "b" } }),
        json!({ "tags": { "a": "b!" } }),
    ] {
        let said = create(bad.clone());
        assert!(said.starts_with("InvalidParameterException: "), "{bad}: {said}");
    }
    let wrong = create(json!({ "deletionProtectionEnabled": "yes" }));
    assert!(wrong.starts_with("SerializationException: "), "{wrong}");
    logs.ok("CreateLogGroup", &named("a"));
    assert_eq!(
        logs.err("CreateLogGroup", &named("a")),
        "ResourceAlreadyExistsException: The specified log group already exists"
    );
    let days = |days: i32| json!({ "logGroupName": "a", "retentionInDays": days });
    let said = logs.err("PutRetentionPolicy", &days(55));
    assert!(said.contains("Invalid retention value. Valid values are: [1, 3, 5, 7,"), "{said}");
    logs.ok("PutRetentionPolicy", &days(3653));
    let both = json!({ "logGroupName": "a", "kmsKeyId": KEY, "resourceIdentifier": arn("a") });
    assert!(logs.err("AssociateKmsKey", &both).starts_with("InvalidParameterException: "));
}

#[test]
fn a_delivery_group_has_the_retention_of_its_class() {
    let logs = logs();
    logs.ok("CreateLogGroup", &json!({ "logGroupName": "a", "logGroupClass": "DELIVERY" }));
    assert_eq!(logs.ok("DescribeLogGroups", &json!({}))["logGroups"][0]["retentionInDays"], 2);
    logs.err("PutRetentionPolicy", &json!({ "logGroupName": "a", "retentionInDays": 30 }));
}

#[test]
fn groups_are_listed_by_prefix_part_class_and_name_in_pages() {
    let logs = logs();
    for name in ["/ecs/b", "/ecs/a", "/ecs/a-1", "other"] {
        logs.ok("CreateLogGroup", &named(name));
    }
    assert_eq!(described(&logs, &json!({})), ["/ecs/a", "/ecs/a-1", "/ecs/b", "other"]);
    // What has the whole name comes first.
    let one = json!({ "logGroupNamePrefix": "/ecs/a", "limit": 1 });
    assert_eq!(described(&logs, &one), ["/ecs/a"]);
    let next = logs.ok("DescribeLogGroups", &one)["nextToken"].clone();
    let rest = json!({ "logGroupNamePrefix": "/ecs/a", "nextToken": next });
    assert_eq!(described(&logs, &rest), ["/ecs/a-1"]);
    let part = logs.ok("DescribeLogGroups", &json!({ "logGroupNamePattern": "th" }));
    assert_eq!(part["logGroups"][0].as_object().unwrap().len(), 3);
    let some = json!({ "logGroupIdentifiers": ["other", arn("/ecs/b"), "missing"] });
    assert_eq!(described(&logs, &some), ["/ecs/b", "other"]);
    assert!(described(&logs, &json!({ "logGroupClass": "DELIVERY" })).is_empty());
    for bad in [
        json!({ "limit": 51 }),
        json!({ "nextToken": "x" }),
        json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "b" }),
        json!({ "logGroupNamePrefix": "a", "logGroupIdentifiers": ["b"] }),
    ] {
        logs.err("DescribeLogGroups", &bad);
    }
}

#[test]
fn tags_take_the_arn_without_a_star_behind_it() {
    let logs = logs();
    logs.ok("CreateLogGroup", &named("/ecs/app"));
    let about = |more: Value| {
        let mut body = json!({ "resourceArn": arn("/ecs/app") });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    logs.ok("TagResource", &about(json!({ "tags": { "a": "1", "b": "" } })));
    logs.ok("UntagResource", &about(json!({ "tagKeys": ["a", "missing"] })));
    assert_eq!(logs.ok("ListTagsForResource", &about(json!({})))["tags"], json!({ "b": "" }));
    let starred = about(json!({ "resourceArn": format!("{}:*", arn("/ecs/app")) }));
    let said = logs.err("ListTagsForResource", &starred);
    assert!(said.contains("regular expression pattern"), "{said}");
    let elsewhere =
        about(json!({ "resourceArn": arn("/ecs/app").replace("eu-west-1", "eu-west-2") }));
    assert!(logs.err("ListTagsForResource", &elsewhere).starts_with("ResourceNotFoundException"));
    let many: serde_json::Map<_, _> = (0..50).map(|n| (format!("k{n}"), json!("v"))).collect();
    let said = logs.err("TagResource", &about(json!({ "tags": many })));
    assert!(said.starts_with("TooManyTagsException: "), "{said}");
}

#[test]
fn resource_policies_are_policies_and_at_most_ten() {
    let logs = logs();
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents", "Resource": "*",
    }]});
    let put =
        |name: &str, document: &str| json!({ "policyName": name, "policyDocument": document });
    let made = logs.ok("PutResourcePolicy", &put("p0", &policy.to_string()));
    assert_eq!(made["resourcePolicy"]["lastUpdatedTime"], T0 * 1000);
    for document in
        ["{", "[]", "{}", "{\"Statement\": []}", "{\"Statement\": [{\"Effect\": \"Allow\"}]}"]
    {
        assert_eq!(
            logs.err("PutResourcePolicy", &put("x", document)),
            "InvalidParameterException: Could not convert to persistable policy."
        );
    }
    let long = policy.to_string() + &" ".repeat(5120);
    let full = "LimitExceededException: Resource limit exceeded.";
    assert_eq!(logs.err("PutResourcePolicy", &put("x", &long)), full);
    for n in 1..10 {
        logs.ok("PutResourcePolicy", &put(&format!("p{n}"), &policy.to_string()));
    }
    assert_eq!(logs.err("PutResourcePolicy", &put("eleventh", &policy.to_string())), full);
    logs.ok("PutResourcePolicy", &put("p3", &policy.to_string()));
    let page = logs.ok("DescribeResourcePolicies", &json!({ "limit": 4 }));
    assert_eq!(page["resourcePolicies"].as_array().unwrap().len(), 4);
    assert!(page["nextToken"].is_string());
    logs.ok("DeleteResourcePolicy", &json!({ "policyName": "p3" }));
    let gone = logs.err("DeleteResourcePolicy", &json!({ "policyName": "p3" }));
    assert_eq!(gone, "ResourceNotFoundException: Policy with name [p3] does not exist");
    logs.err("PutResourcePolicy", &json!({ "policyName": "x" }));
}

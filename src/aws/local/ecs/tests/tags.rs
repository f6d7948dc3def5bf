use super::*;

fn tags(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

fn tagged() -> Ecs {
    let ecs = Ecs::new();
    ecs.register(&put(small("web"), "/tags", tags(&[("a", "1")])));
    ecs
}

fn tag(ecs: &Ecs, pairs: &[(&str, &str)]) -> Value {
    ecs.ok("TagResource", &json!({ "resourceArn": arn("web:1"), "tags": tags(pairs) }))
}

fn tags_of(ecs: &Ecs) -> Value {
    ecs.ok("ListTagsForResource", &json!({ "resourceArn": arn("web:1") }))["tags"].clone()
}

#[test]
fn tags_stand_beside_the_definition_where_they_are_asked_for() {
    let ecs = Ecs::new();
    let pair = tags(&[("a", "1")]);
    let made = ecs.ok("RegisterTaskDefinition", &put(small("web"), "/tags", pair.clone()));
    assert_eq!(made["tags"], pair);
    assert_eq!(made["taskDefinition"].get("tags"), None);
    let read = ecs.ok("DescribeTaskDefinition", &json!({ "taskDefinition": "web" }));
    assert_eq!(read.get("tags"), None);
    let ask = json!({ "taskDefinition": "web", "include": ["TAGS"] });
    assert_eq!(ecs.ok("DescribeTaskDefinition", &ask)["tags"], pair);
    let bare = ecs.ok("RegisterTaskDefinition", &small("web"));
    assert_eq!(bare.get("tags"), None, "a new revision does not inherit them");
    assert_eq!(ecs.ok("DescribeTaskDefinition", &ask)["tags"], json!([]));
}

#[test]
fn tags_are_added_replaced_and_removed() {
    let ecs = tagged();
    assert_eq!(tag(&ecs, &[("a", "2"), ("A", ""), ("grün", "_.:/=+-@ ü")]), json!({}));
    let body = json!({ "resourceArn": arn("web:1"), "tagKeys": ["A", "missing"] });
    assert_eq!(ecs.ok("UntagResource", &body), json!({}));
    assert_eq!(tags_of(&ecs), tags(&[("a", "2"), ("grün", "_.:/=+-@ ü")]));
}

#[test]
fn tags_that_aws_does_not_take() {
    let ecs = tagged();
    let long = "k".repeat(129);
    let value = "v".repeat(257);
    for (pairs, says) in [
        (tags(&[("aws:x", "")]), "reserved prefix"),
        (tags(&[("AWS:x", "")]), "reserved prefix"),
        (tags(&[("a", "1"), ("a", "2")]), "Multiple tags contain the same key."),
        (tags(&[("a*", "")]), "invalid characters"),
        (tags(&[("a", "{}")]), "invalid characters"),
        (tags(&[("", "")]), "at least 1"),
        (tags(&[(&long, "")]), "at most 128"),
        (tags(&[("a", &value)]), "at most 256"),
        (json!([{ "value": "x" }]), "key should not be null"),
    ] {
        let body = json!({ "resourceArn": arn("web:1"), "tags": pairs });
        for refusal in [
            ecs.err("TagResource", &body),
            ecs.err("RegisterTaskDefinition", &put(small("web"), "/tags", pairs.clone())),
        ] {
            assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
            assert!(refusal.contains(says), "{refusal}");
        }
    }
    let refusal = ecs.err("RegisterTaskDefinition", &put(small("web"), "/tags", json!([])));
    assert_eq!(refusal, "ClientException: Tags can not be empty.");
    let body = json!({ "resourceArn": arn("web:1"), "tagKeys": ["aws:x"] });
    assert!(ecs.err("UntagResource", &body).contains("reserved prefix"));
    assert_eq!(tags_of(&ecs), tags(&[("a", "1")]));
}

#[test]
fn fifty_tags_are_the_most() {
    let ecs = tagged();
    let keys = (0..51).map(|n| format!("{n:02}")).collect::<Vec<_>>();
    let all = keys.iter().map(|key| (key.as_str(), "")).collect::<Vec<_>>();
    let refusal = ecs.err("RegisterTaskDefinition", &put(small("web"), "/tags", tags(&all)));
    assert!(refusal.contains("at most 50"), "{refusal}");
    let body = json!({ "resourceArn": arn("web:1"), "tags": tags(&all[..50]) });
    assert!(ecs.err("TagResource", &body).contains("at most 50 tags"));
    assert_eq!(tags_of(&ecs), tags(&[("a", "1")]), "a refused call changes nothing");
    tag(&ecs, &all[..49]);
    assert_eq!(tags_of(&ecs).as_array().unwrap().len(), 50);
}

#[test]
fn only_revisions_that_are_there_have_tags() {
    let ecs = tagged();
    for (arn, says) in [
        ("web:1".to_owned(), "Invalid arn syntax."),
        (arn("web:2"), "The specified resource does not exist."),
        (arn("web"), "The specified resource does not exist."),
        ("arn:aws:ecs:us-east-1:1:cluster/x".to_owned(), "does not exist."),
    ] {
        for (operation, body) in [
            ("TagResource", json!({ "resourceArn": arn, "tags": [] })),
            ("UntagResource", json!({ "resourceArn": arn, "tagKeys": [] })),
            ("ListTagsForResource", json!({ "resourceArn": arn })),
        ] {
            let refusal = ecs.err(operation, &body);
            assert!(refusal.ends_with(says), "{operation}: {refusal}");
        }
    }
}

#[test]
fn the_tagging_api_gets_every_revision() {
    let revision = json!({
        "definition": {}, "status": "INACTIVE", "registered_at": 1, "registered_by": "me",
        "tags": { "a": "1" },
    });
    let section = json!({ "families": { "web": { "9": revision, "10": revision } } });
    let section: super::super::Section = serde_json::from_value(section).unwrap();
    let all = section.tagged("123456789012", "us-east-1").collect::<Vec<_>>();
    let arns = all.iter().map(|(arn, _)| arn.clone()).collect::<Vec<_>>();
    assert_eq!(arns, [arn("web:9"), arn("web:10")]);
    assert_eq!(all[0].1.get("a").map(String::as_str), Some("1"));
}

use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_iam::types::Tag;

use super::*;

fn client() -> aws_sdk_iam::Client {
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(LocalAws::in_memory(Options::default()))
        .credentials_provider(Credentials::for_tests())
        .region(Region::new("eu-west-1"))
        .build();
    aws_sdk_iam::Client::from_conf(config)
}

#[tokio::test]
async fn the_real_client_makes_reads_and_removes_a_role() {
    let iam = client();
    let tag = Tag::builder().key("tracewright:stack").value("shop@eu-west-1").build().unwrap();
    let create = iam.create_role().role_name("Task").assume_role_policy_document(TRUST).tags(tag);
    let made = create.description("a & b").send().await.unwrap();
    let made = made.role().unwrap();
    assert_eq!(made.arn(), "arn:aws:iam::123456789012:role/Task");
    assert_eq!(made.max_session_duration(), None);

    let put = iam.put_role_policy().role_name("Task").policy_name("in").policy_document(ALLOW);
    put.send().await.unwrap();
    let arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
    iam.attach_role_policy().role_name("Task").policy_arn(arn).send().await.unwrap();

    let role = iam.get_role().role_name("Task").send().await.unwrap();
    let role = role.role().unwrap();
    assert_eq!((role.description(), role.max_session_duration()), (Some("a & b"), Some(3600)));
    assert_eq!(role.tags()[0].value(), "shop@eu-west-1");
    assert!(role.permissions_boundary().is_none() && role.role_last_used().is_some());

    let all = iam.get_account_authorization_details().into_paginator().send();
    let all = all.collect::<Result<Vec<_>, _>>().await.unwrap();
    let detail = &all[0].role_detail_list()[0];
    assert_eq!(detail.role_policy_list()[0].policy_name(), Some("in"));
    assert_eq!(detail.attached_managed_policies()[0].policy_arn(), Some(arn));

    let refused = iam.delete_role().role_name("Task").send().await.unwrap_err();
    assert!(refused.into_service_error().is_delete_conflict_exception());
    iam.detach_role_policy().role_name("Task").policy_arn(arn).send().await.unwrap();
    iam.delete_role_policy().role_name("Task").policy_name("in").send().await.unwrap();
    iam.delete_role().role_name("Task").send().await.unwrap();
    let gone = iam.get_role().role_name("Task").send().await.unwrap_err();
    assert!(gone.into_service_error().is_no_such_entity_exception());
}

#[tokio::test]
async fn the_real_client_gets_policies_and_typed_errors() {
    let iam = client();
    let make = || iam.create_policy().policy_name("p").policy_document(ALLOW).send();
    let made = make().await.unwrap();
    let arn = made.policy().unwrap().arn().unwrap();
    assert!(make().await.unwrap_err().into_service_error().is_entity_already_exists_exception());
    let version = iam.get_policy_version().policy_arn(arn).version_id("v1").send().await.unwrap();
    let text = version.policy_version().unwrap().document().unwrap();
    assert!(text.starts_with("%7B%0A%20%20%22Version%22%3A%20%22"), "{text}");

    let bad = iam.create_policy().policy_name("q").policy_document("{").send().await;
    assert!(bad.unwrap_err().into_service_error().is_malformed_policy_document_exception());
    for _ in 0..4 {
        iam.create_policy_version().policy_arn(arn).policy_document(ALLOW).send().await.unwrap();
    }
    let sixth = iam.create_policy_version().policy_arn(arn).policy_document(ALLOW).send().await;
    assert!(sixth.unwrap_err().into_service_error().is_limit_exceeded_exception());

    let pages = iam.list_policies().into_paginator().items().send();
    let all = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert!(all.len() > 1000 && all.iter().any(|policy| policy.arn() == Some(arn)));
}

use aws_sdk_ecs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_ecs::error::ProvideErrorMetadata as _;
use aws_sdk_ecs::types::{
    Compatibility, ContainerDefinition, KeyValuePair, NetworkMode, PortMapping, Tag,
    TaskDefinitionField, TaskDefinitionStatus,
};

use super::*;

fn client() -> aws_sdk_ecs::Client {
    let config = aws_sdk_ecs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(Ecs::new().local)
        .credentials_provider(Credentials::for_tests())
        .region(Region::new("eu-west-1"))
        .retry_config(aws_sdk_ecs::config::retry::RetryConfig::disabled())
        .build();
    aws_sdk_ecs::Client::from_conf(config)
}

fn container() -> ContainerDefinition {
    ContainerDefinition::builder()
        .name("app")
        .image("nginx")
        .port_mappings(PortMapping::builder().container_port(80).build())
        .environment(KeyValuePair::builder().name("A").value("1").build())
        .build()
}

#[tokio::test]
async fn the_real_client_registers_reads_and_deregisters() {
    let client = client();
    let made = client
        .register_task_definition()
        .family("web")
        .network_mode(NetworkMode::Awsvpc)
        .requires_compatibilities(Compatibility::Fargate)
        .cpu("0.25 vCPU")
        .memory("1 GB")
        .container_definitions(container())
        .tags(Tag::builder().key("k").value("v").build())
        .send()
        .await
        .unwrap();
    let shown = made.task_definition().unwrap();
    let arn = shown.task_definition_arn().unwrap();
    assert_eq!(arn, "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1");
    assert_eq!((shown.cpu(), shown.memory()), (Some("256"), Some("1024")));
    assert_eq!(shown.registered_at().unwrap().secs().unsigned_abs(), T0);
    assert_eq!(made.tags().len(), 1);

    let read = client.describe_task_definition().task_definition("web");
    let read = read.include(TaskDefinitionField::Tags).send().await.unwrap();
    assert_eq!(read.task_definition(), Some(shown));
    assert_eq!(read.tags(), made.tags());
    let ports = shown.container_definitions()[0].port_mappings();
    assert_eq!(ports[0].host_port(), Some(80));

    let gone = client.deregister_task_definition().task_definition(arn).send().await.unwrap();
    let status = gone.task_definition().unwrap().status();
    assert_eq!(status, Some(&TaskDefinitionStatus::Inactive));
    let gone = client.delete_task_definitions().task_definitions("web:1").send().await.unwrap();
    assert!(gone.failures().is_empty());
    let lists = client.list_task_definitions().status(TaskDefinitionStatus::DeleteInProgress);
    let pages = lists.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
    assert_eq!(pages.unwrap(), [arn]);
}

#[tokio::test]
async fn the_real_client_gets_typed_errors() {
    let client = client();
    let missing = client.describe_task_definition().task_definition("web").send().await;
    let error = missing.unwrap_err().into_service_error();
    assert!(error.is_client_exception(), "{error:?}");
    assert_eq!(error.message(), Some("Unable to describe task definition."));

    let register = client.register_task_definition().family("web");
    let refused = register.cpu("").container_definitions(container()).send().await;
    let error = refused.unwrap_err().into_service_error();
    assert!(error.is_invalid_parameter_exception(), "{error:?}");
    assert_eq!(error.message(), Some("Invalid 'cpu' setting for task."));

    let error = client.list_account_settings().send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("UnknownOperationException"));
}

#[tokio::test]
async fn the_real_client_tags() {
    let client = client();
    let bare = container();
    let register = client.register_task_definition().family("web").memory("64");
    let made = register.container_definitions(bare).send().await.unwrap();
    let arn = made.task_definition().unwrap().task_definition_arn().unwrap();
    let tag = Tag::builder().key("k").value("v").build();
    client.tag_resource().resource_arn(arn).tags(tag.clone()).send().await.unwrap();
    let tags = client.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
    assert_eq!(tags.tags(), [tag]);
    client.untag_resource().resource_arn(arn).tag_keys("k").send().await.unwrap();
    let tags = client.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
    assert!(tags.tags().is_empty());
}

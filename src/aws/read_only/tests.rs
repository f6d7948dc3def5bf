//! Every call that the tool makes, through a connection that only reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Request;

use super::super::local::{self, LocalAws};
use super::super::{Aws, Failure, Options, Reason};
use super::READS;
use crate::stack::Place;

async fn reading() -> Aws {
    reading_as(None).await
}

async fn reading_as(role: Option<&str>) -> Aws {
    let place = Place { account: "123456789012".to_owned(), region: "eu-west-1".to_owned() };
    let local = Some(LocalAws::in_memory(local::Options::default()));
    let role = role.map(str::to_owned);
    Aws::connect(&place, Options { local, role, read_only: true, ..Options::default() }).await
}

/// What became of each call: what failed, and whether anything was sent.
type Calls = BTreeMap<&'static str, (Option<Failure>, bool)>;

/// Makes each call once, with nothing in it: AWS would refuse most of them, if they got there.
macro_rules! calls {
    ($aws:ident: $($service:literal $client:ident [$($call:ident $action:literal),* $(,)?])*) => {{
        let mut calls = Calls::new();
        $($({
            let action = concat!($service, ":", $action);
            let before = $aws.sent();
            let answer = $aws.call(action, $aws.$client.$call().send()).await;
            calls.insert(action, (answer.err(), $aws.sent() > before));
        })*)*
        calls
    }};
}

#[expect(clippy::too_many_lines, reason = "a table")]
async fn every_call() -> Calls {
    let aws = reading().await;
    let mut calls = calls!(aws:
        "xray" xray [
            get_sampling_rules "GetSamplingRules",
            list_tags_for_resource "ListTagsForResource",
            create_sampling_rule "CreateSamplingRule",
            update_sampling_rule "UpdateSamplingRule",
            delete_sampling_rule "DeleteSamplingRule",
            tag_resource "TagResource",
            untag_resource "UntagResource",
            get_groups "GetGroups",
            create_group "CreateGroup",
            update_group "UpdateGroup",
            delete_group "DeleteGroup",
            list_resource_policies "ListResourcePolicies",
            put_resource_policy "PutResourcePolicy",
            delete_resource_policy "DeleteResourcePolicy",
            get_encryption_config "GetEncryptionConfig",
            put_encryption_config "PutEncryptionConfig",
            get_indexing_rules "GetIndexingRules",
            update_indexing_rule "UpdateIndexingRule",
            get_trace_segment_destination "GetTraceSegmentDestination",
            update_trace_segment_destination "UpdateTraceSegmentDestination",
        ]
        "logs" logs [
            describe_resource_policies "DescribeResourcePolicies",
            put_resource_policy "PutResourcePolicy",
            describe_log_groups "DescribeLogGroups",
            list_tags_for_resource "ListTagsForResource",
            create_log_group "CreateLogGroup",
            delete_log_group "DeleteLogGroup",
            put_retention_policy "PutRetentionPolicy",
            delete_retention_policy "DeleteRetentionPolicy",
            associate_kms_key "AssociateKmsKey",
            disassociate_kms_key "DisassociateKmsKey",
            put_log_group_deletion_protection "PutLogGroupDeletionProtection",
            tag_resource "TagResource",
            untag_resource "UntagResource",
        ]
        "ssm" ssm [
            describe_parameters "DescribeParameters",
            get_parameters "GetParameters",
            list_tags_for_resource "ListTagsForResource",
            put_parameter "PutParameter",
            delete_parameter "DeleteParameter",
            add_tags_to_resource "AddTagsToResource",
            remove_tags_from_resource "RemoveTagsFromResource",
        ]
        "ecs" ecs [
            describe_daemon "DescribeDaemon",
            describe_daemon_deployments "DescribeDaemonDeployments",
            describe_daemon_revisions "DescribeDaemonRevisions",
            describe_daemon_task_definition "DescribeDaemonTaskDefinition",
            describe_task_definition "DescribeTaskDefinition",
            list_daemon_task_definitions "ListDaemonTaskDefinitions",
            list_daemons "ListDaemons",
            list_tags_for_resource "ListTagsForResource",
            create_daemon "CreateDaemon",
            delete_daemon "DeleteDaemon",
            delete_daemon_task_definition "DeleteDaemonTaskDefinition",
            register_daemon_task_definition "RegisterDaemonTaskDefinition",
            update_daemon "UpdateDaemon",
            list_task_definition_families "ListTaskDefinitionFamilies",
            list_task_definitions "ListTaskDefinitions",
            describe_services "DescribeServices",
            describe_tasks "DescribeTasks",
            list_clusters "ListClusters",
            list_services "ListServices",
            list_tasks "ListTasks",
            create_service "CreateService",
            delete_service "DeleteService",
            update_service "UpdateService",
            register_task_definition "RegisterTaskDefinition",
            deregister_task_definition "DeregisterTaskDefinition",
            tag_resource "TagResource",
            untag_resource "UntagResource",
        ]
        "iam" iam [
            get_account_authorization_details "GetAccountAuthorizationDetails",
            get_policy "GetPolicy",
            get_policy_version "GetPolicyVersion",
            get_role "GetRole",
            get_role_policy "GetRolePolicy",
            list_attached_role_policies "ListAttachedRolePolicies",
            list_entities_for_policy "ListEntitiesForPolicy",
            list_instance_profiles_for_role "ListInstanceProfilesForRole",
            list_policies "ListPolicies",
            list_policy_tags "ListPolicyTags",
            list_policy_versions "ListPolicyVersions",
            list_role_policies "ListRolePolicies",
            list_role_tags "ListRoleTags",
            attach_group_policy "AttachGroupPolicy",
            attach_role_policy "AttachRolePolicy",
            attach_user_policy "AttachUserPolicy",
            create_policy "CreatePolicy",
            create_policy_version "CreatePolicyVersion",
            create_role "CreateRole",
            delete_policy "DeletePolicy",
            delete_policy_version "DeletePolicyVersion",
            delete_role "DeleteRole",
            delete_role_permissions_boundary "DeleteRolePermissionsBoundary",
            delete_role_policy "DeleteRolePolicy",
            detach_group_policy "DetachGroupPolicy",
            detach_role_policy "DetachRolePolicy",
            detach_user_policy "DetachUserPolicy",
            put_role_permissions_boundary "PutRolePermissionsBoundary",
            put_role_policy "PutRolePolicy",
            remove_role_from_instance_profile "RemoveRoleFromInstanceProfile",
            tag_policy "TagPolicy",
            tag_role "TagRole",
            untag_policy "UntagPolicy",
            untag_role "UntagRole",
            update_assume_role_policy "UpdateAssumeRolePolicy",
            update_role "UpdateRole",
        ]
        "tag" tagging [get_resources "GetResources"]
    );
    let before = aws.sent();
    calls.insert("sts:GetCallerIdentity", (aws.caller().await.err(), aws.sent() > before));
    // No verb makes this one itself: it comes before the first of a connection that has a role.
    let aws = reading_as(Some("arn:aws:iam::123456789012:role/r")).await;
    let failure = aws.caller().await.err();
    let is_role = aws.known_caller().is_some_and(|caller| caller.arn.contains("assumed-role"));
    calls.insert("sts:AssumeRole", (failure, is_role));
    calls
}

/// The local AWS is written apart from the tool, and knows of each operation whether it changes
/// anything; of the calls about users and groups, which it does not have, the name tells.
fn changes(action: &str) -> bool {
    let (service, name) = action.split_once(':').unwrap();
    let path = match action {
        "xray:GetGroups" => "/Groups".to_owned(),
        "xray:GetEncryptionConfig" => "/EncryptionConfig".to_owned(),
        _ if service == "xray" => format!("/{name}"),
        _ => "/".to_owned(),
    };
    let request = Request::post(path);
    let (header, value, body) = match service {
        "ecs" => ("x-amz-target", format!("AmazonEC2ContainerServiceV20141113.{name}"), None),
        "logs" => ("x-amz-target", format!("Logs_20140328.{name}"), None),
        "ssm" => ("x-amz-target", format!("AmazonSSM.{name}"), None),
        "tag" => ("x-amz-target", format!("ResourceGroupsTaggingAPI_20170126.{name}"), None),
        "iam" => form(name, "2010-05-08"),
        "sts" => form(name, "2011-06-15"),
        _ => ("content-type", "application/json".to_owned(), None),
    };
    let body = Bytes::from(body.unwrap_or_default());
    let known = local::changes(&request.header(header, value).body(body).unwrap());
    let of_others = ["User", "Group"].iter().any(|whose| name.contains(whose));
    assert!(known.is_some() || of_others, "the local AWS does not know {action}");
    known.unwrap_or(true)
}

fn form(action: &str, version: &str) -> (&'static str, String, Option<String>) {
    let body = format!("Action={action}&Version={version}");
    ("content-type", "application/x-www-form-urlencoded".to_owned(), Some(body))
}

#[tokio::test]
async fn writes_are_refused_before_they_are_sent_and_reads_are_not() {
    for (action, (failure, sent)) in every_call().await {
        let refused = failure.as_ref().is_some_and(|failure| failure.reason == Reason::ReadOnly);
        assert_eq!(refused, !sent, "{action}: {failure:?}");
        // Those that read only while something is written are no business of a run that reads.
        if changes(action) {
            assert!(refused, "{action} changes what is there: {failure:?}");
        }
        let listed = READS.iter().any(|(_, name)| action.ends_with(&format!(":{name}")));
        assert_eq!(refused, !listed, "{action}: {failure:?}");
    }
}

#[tokio::test]
async fn a_refusal_says_that_it_is_a_defect() {
    let (failure, _) = every_call().await.remove("ecs:RegisterTaskDefinition").unwrap();
    insta::assert_snapshot!(failure.unwrap().told(), @"ecs:RegisterTaskDefinition was not sent, since this run only reads: it is not on the list of reads; this is a defect of tracewright: please report it, with what was run");
}

/// A call that is added has to be tried here: the actions stand in the sources as they are counted.
#[tokio::test]
async fn every_call_of_the_sources_is_tried() {
    let tried = every_call().await;
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let services = ["xray:", "ecs:", "iam:", "logs:", "ssm:", "tag:", "sts:"];
    for file in [rust_files(&sources.join("kinds")), rust_files(&sources.join("aws"))].concat() {
        // The local AWS is called, and calls nobody.
        if file.starts_with(sources.join("aws/local")) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for word in text.split('"') {
            let is_action = services.iter().any(|service| {
                word.strip_prefix(service).is_some_and(|name| {
                    name.starts_with(|c: char| c.is_ascii_uppercase())
                        && name.bytes().all(|byte| byte.is_ascii_alphabetic())
                })
            });
            // Permissions, condition keys and what AWS does in the caller's name are no calls.
            let others = [
                "iam:AWSServiceName",
                "iam:CreateServiceLinkedRole",
                "iam:PassRole",
                "iam:PassedToService",
                "iam:PermissionsBoundary",
                "iam:PolicyARN",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
            ];
            let is_call = is_action && !others.contains(&word);
            assert!(!is_call || tried.contains_key(word), "{word} in {}", file.display());
        }
    }
}

#[test]
fn only_the_verbs_that_change_something_connect_to_write() {
    let commands = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
    let writes = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        text.contains("Access::Write")
    };
    let mut writing: Vec<_> = rust_files(&commands)
        .into_iter()
        .filter(writes)
        .map(|file| file.strip_prefix(&commands).unwrap().to_owned())
        .collect();
    writing.sort();
    // `saved.rs` is `apply --plan`.
    assert_eq!(writing, ["apply.rs", "destroy.rs", "many/apply.rs", "saved.rs"].map(PathBuf::from));
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

//! Each way comes, and nothing else changes.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::super::iam::tests::{ALLOW, Client as Iam, document, value, values};
use super::super::{LocalAws, Options};

/// How often each thing is read, so that every way comes.
const READS: usize = 80;

fn local(reread: u64) -> LocalAws {
    LocalAws::in_memory(Options { reread: Some(reread), now: Some(NOW), ..Options::default() })
}

const NOW: u64 = 1_795_334_400;

/// The text of the answer to a call in JSON.
fn text(local: &LocalAws, call: &str, input: &Value) -> String {
    let request = match call.split_once('.') {
        Some(_) => Request::post("http://x/").header("x-amz-target", call),
        None => Request::post(format!("http://x/{call}")),
    };
    let answer = local.handle(&request.body(Bytes::from(input.to_string())).unwrap());
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    assert_eq!(answer.status(), 200, "{text}");
    text
}

fn ask(local: &LocalAws, call: &str, input: &Value) -> Value {
    serde_json::from_str(&text(local, call, input)).unwrap()
}

const REGISTER: &str = "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition";
const DESCRIBE: &str = "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition";

fn task() -> Value {
    json!({
        "family": "f",
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "volumes": [{"name": "bare"}, {"name": "files", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
        "containerDefinitions": [
            {
                "name": "app", "image": "i:1", "command": ["b", "a", "c"],
                "dnsServers": ["10.0.0.2", "10.0.0.1"],
                "ulimits": [{"name": "core", "softLimit": 1, "hardLimit": 1}, {"name": "cpu", "softLimit": 1, "hardLimit": 1}],
                "systemControls": [{"namespace": "n", "value": "b"}, {"namespace": "n", "value": "a"}],
                "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
                "portMappings": [{"containerPort": 80}, {"containerPort": 81}],
                "healthCheck": {"command": ["CMD", "z", "a"], "interval": 30, "retries": 7},
            },
            {"name": "side", "image": "i:2", "essential": false},
        ],
        "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}],
    })
}

/// What one part of each of many reads was.
fn forms(reads: &[Value], pointer: &str) -> BTreeSet<String> {
    reads.iter().map(|read| read.pointer(pointer).unwrap_or(&Value::Null).to_string()).collect()
}

fn set<const N: usize>(forms: [&str; N]) -> BTreeSet<String> {
    forms.into_iter().map(str::to_owned).collect()
}

#[test]
fn a_task_definition_comes_in_every_way_and_what_has_an_order_keeps_it() {
    let local = local(3);
    ask(&local, REGISTER, &task());
    let describe = || ask(&local, DESCRIBE, &json!({"taskDefinition": "f", "include": ["TAGS"]}));
    let mut reads: Vec<_> = (0..READS).map(|_| describe()).collect();
    let names = "/taskDefinition/containerDefinitions/0/name";
    assert_eq!(forms(&reads, names), set(["\"app\"", "\"side\""]));
    assert_eq!(forms(&reads, "/tags/0/key"), set(["\"a\"", "\"b\""]));
    for read in &mut reads {
        for list in ["containerDefinitions", "volumes"] {
            let list = read["taskDefinition"][list].as_array_mut().unwrap();
            list.sort_by_key(|item| item["name"].to_string());
        }
    }
    let app =
        |member: &str| forms(&reads, &format!("/taskDefinition/containerDefinitions/0/{member}"));
    assert_eq!(app("environment/0/name"), set(["\"A\"", "\"B\""]));
    assert_eq!(app("portMappings/0/containerPort"), set(["80", "81"]));
    assert_eq!(app("portMappings/0/hostPort"), set(["80", "81", "null"]));
    assert_eq!(app("portMappings/1/protocol"), set(["\"tcp\"", "null"]));
    assert_eq!(app("volumesFrom"), set(["[]", "null"]));
    assert_eq!(app("dockerLabels"), set(["{}", "null"]));
    assert_eq!(app("cpu"), set(["0", "null"]));
    assert_eq!(app("essential"), set(["true", "null"]));
    assert_eq!(app("healthCheck/interval"), set(["30", "null"]));
    assert_eq!(app("ulimits/0/name"), set(["\"core\"", "\"cpu\""]));
    assert_eq!(app("systemControls/0/value"), set(["\"b\""]), "which of two of one name counts?");
    assert_eq!(app("command"), set([r#"["b","a","c"]"#]));
    assert_eq!(app("dnsServers"), set([r#"["10.0.0.2","10.0.0.1"]"#]));
    assert_eq!(app("healthCheck/command"), set([r#"["CMD","z","a"]"#]));
    assert_eq!(app("healthCheck/retries"), set(["7"]));
    assert_eq!(app("healthCheck/startPeriod"), set(["null"]));
    let side = "/taskDefinition/containerDefinitions/1/essential";
    assert_eq!(forms(&reads, side), set(["false"]));
    assert_eq!(forms(&reads, "/taskDefinition/volumes/0/host"), set(["{}", "null"]));
    assert_eq!(forms(&reads, "/taskDefinition/volumes/1/host"), set(["null"]));
    assert_eq!(forms(&reads, "/taskDefinition/enableFaultInjection"), set(["false", "null"]));
    assert_eq!(forms(&reads, "/taskDefinition/registeredAt").len(), 2);
}

#[test]
fn a_revision_of_before_2021_does_not_say_who_registered_it() {
    let options = Options { reread: Some(1), now: Some(1_600_000_000), ..Options::default() };
    let read = ask(&LocalAws::in_memory(options), REGISTER, &task());
    assert_eq!(read["taskDefinition"].get("registeredAt"), None);
    assert_eq!(read["taskDefinition"].get("registeredBy"), None);
    let read = ask(&local(1), REGISTER, &task());
    assert!(read["taskDefinition"]["registeredBy"].is_string());
}

#[test]
fn rules_come_in_every_order_and_numbers_in_both_spellings() {
    let local = local(5);
    let rule = json!({"RuleName": "r", "ResourceARN": "*", "Priority": 1, "FixedRate": 1,
        "ReservoirSize": 1, "ServiceName": "*", "ServiceType": "*", "Host": "*",
        "HTTPMethod": "*", "URLPath": "*", "Version": 1});
    ask(&local, "CreateSamplingRule", &json!({"SamplingRule": rule}));
    let texts: Vec<_> = (0..READS).map(|_| text(&local, "GetSamplingRules", &json!({}))).collect();
    for form in [
        "\"FixedRate\":1,",
        "\"FixedRate\":1.0",
        "\"CreatedAt\":1795334400.0",
        "\"NextToken\":null",
        "{\"SamplingRuleRecords\"",
        "{\"SamplingRule\"",
        "{\"CreatedAt\"",
    ] {
        let count = texts.iter().filter(|text| text.contains(form)).count();
        assert!(0 < count && count < READS, "{form}: {count}\n{}", texts[0]);
    }
    assert!(texts.iter().all(|text| text.contains("\"Priority\":1") && !text.contains(":10000.0")));
    let reads: Vec<_> = texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let first = forms(&reads, "/SamplingRuleRecords/0/SamplingRule/RuleName");
    assert_eq!(first, set(["\"Default\"", "\"r\""]));
}

#[test]
fn tagged_resources_come_in_every_order() {
    let local = local(9);
    for family in ["f", "g"] {
        let mut task = task();
        task["family"] = json!(family);
        ask(&local, REGISTER, &task);
    }
    let list = "ResourceGroupsTaggingAPI_20170126.GetResources";
    let reads: Vec<_> = (0..READS).map(|_| ask(&local, list, &json!({}))).collect();
    assert_eq!(forms(&reads, "/ResourceTagMappingList/0/ResourceARN").len(), 2);
    assert_eq!(forms(&reads, "/PaginationToken"), set(["\"\"", "null"]));
}

/// A trust policy that can be told in many ways.
const TRUST: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"Service": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"], "AWS": "123456789012"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}}]}"#;

#[test]
fn trust_policies_are_told_in_every_way_and_others_keep_their_text() {
    let client = Iam::over(local(11));
    let trust = [("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST)];
    let made = client.ok("CreateRole", &trust);
    assert_eq!(document(&made, "AssumeRolePolicyDocument"), TRUST, "as it came");
    let role = ("RoleName", "r");
    client.ok("PutRolePolicy", &[role, ("PolicyName", "p"), ("PolicyDocument", ALLOW)]);
    let mut encodings = BTreeSet::new();
    let mut told = Vec::new();
    let mut used = BTreeSet::new();
    for _ in 0..READS {
        let read = client.ok("GetRole", &[role]);
        let shown = document(&read, "AssumeRolePolicyDocument");
        told.push(serde_json::from_str(&shown).unwrap());
        assert_eq!(value(&read, "MaxSessionDuration"), "3600");
        assert_eq!(values(&read, "Tags").len(), 0);
        used.insert((read.contains("<RoleLastUsed>"), read.contains("<LastUsedDate>")));
        assert!(values(&read, "Description").iter().all(String::is_empty));
        let inline = client.ok("GetRolePolicy", &[role, ("PolicyName", "p")]);
        assert_eq!(document(&inline, "PolicyDocument"), ALLOW);
        encodings.insert(value(&inline, "PolicyDocument"));
    }
    assert_eq!(encodings.len(), 3 - usize::from(!ALLOW.contains(['_', '~'])), "{encodings:#?}");
    assert_eq!(used, BTreeSet::from([(false, false), (true, false), (true, true)]));
    let statement = |part: &str| forms(&told, &format!("/Statement/0/{part}"));
    assert_eq!(statement("Action"), set(["\"sts:AssumeRole\"", "[\"sts:AssumeRole\"]"]));
    let root = "arn:aws:iam::123456789012:root";
    let accounts = [
        "\"123456789012\"",
        "[\"123456789012\"]",
        &json!(root).to_string(),
        &json!([root]).to_string(),
    ];
    assert_eq!(statement("Principal/AWS"), set(accounts));
    let services = ["\"ecs.amazonaws.com\"", "\"ecs-tasks.amazonaws.com\""];
    assert_eq!(statement("Principal/Service/0"), set(services));
    assert_eq!(statement("Condition/StringEquals/aws:SourceAccount/0"), set(["\"1\"", "\"2\""]));
    assert_eq!(statement("Sid"), set(["\"\""]));
    assert_eq!(statement("Effect"), set(["\"Allow\""]));
}

#[test]
fn a_seed_tells_the_same_again_and_without_one_every_read_is_alike() {
    let rounds = |reread: Option<u64>| {
        let options = Options { reread, now: Some(NOW), ..Options::default() };
        let local = LocalAws::in_memory(options);
        ask(&local, REGISTER, &task());
        let read = |_| text(&local, DESCRIBE, &json!({"taskDefinition": "f"}));
        (0..5).map(read).collect::<Vec<_>>()
    };
    assert_eq!(rounds(Some(1)), rounds(Some(1)));
    assert_ne!(rounds(Some(1)), rounds(Some(2)));
    assert_eq!(rounds(Some(1)).into_iter().collect::<BTreeSet<_>>().len(), 5);
    assert_eq!(rounds(None).into_iter().collect::<BTreeSet<_>>().len(), 1);
}

use super::super::iam::tests::Client;
use super::super::{LocalAws, Options};
use super::*;

const DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn ask(local: &LocalAws, region: &str, body: &Value) -> (u16, Value) {
    let scope = format!("AWS4-HMAC-SHA256 Credential=AKIA/20261122/{region}/tagging/aws4_request");
    let request = Request::post("/")
        .header("authorization", scope)
        .header("x-amz-target", "ResourceGroupsTaggingAPI_20170126.GetResources")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = local.handle(&request);
    assert_eq!(answer.headers()["content-type"], "application/x-amz-json-1.1");
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

/// Policies `a`, `b` and `c` with tags, `d` without, and a role with tags.
fn account() -> LocalAws {
    let local = LocalAws::in_memory(Options::default());
    let iam = Client::over(local.clone());
    for (name, tags) in [
        ("a", vec![("app", "shop"), ("env", "dev")]),
        ("b", vec![("app", "shop"), ("env", "prod")]),
        ("c", vec![("app", "till")]),
        ("d", vec![]),
    ] {
        let mut call = vec![
            ("PolicyName".to_owned(), name.to_owned()),
            ("PolicyDocument".to_owned(), DOCUMENT.to_owned()),
        ];
        for (n, (key, value)) in tags.iter().enumerate() {
            call.push((format!("Tags.member.{}.Key", n + 1), (*key).to_owned()));
            call.push((format!("Tags.member.{}.Value", n + 1), (*value).to_owned()));
        }
        let call: Vec<_> = call.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        iam.ok("CreatePolicy", &call);
    }
    iam.role_with("r", &[("Tags.member.1.Key", "app"), ("Tags.member.1.Value", "shop")]);
    local
}

fn found(local: &LocalAws, body: &Value) -> Vec<String> {
    let (status, answer) = ask(local, "us-east-1", body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["PaginationToken"], "");
    let list = answer["ResourceTagMappingList"].as_array().unwrap();
    let name = |mapping: &Value| {
        let arn = mapping["ResourceARN"].as_str().unwrap();
        arn.strip_prefix("arn:aws:iam::123456789012:policy/").unwrap().to_owned()
    };
    list.iter().map(name).collect()
}

#[test]
fn tagged_policies_are_listed_and_roles_and_untagged_ones_are_not() {
    let local = account();
    assert_eq!(found(&local, &json!({})), ["a", "b", "c"]);
    let (_, answer) = ask(&local, "us-east-1", &json!({"ResourcesPerPage": 1}));
    let tags = &answer["ResourceTagMappingList"][0]["Tags"];
    assert_eq!(*tags, json!([{"Key": "app", "Value": "shop"}, {"Key": "env", "Value": "dev"}]));
    let (_, elsewhere) = ask(&local, "eu-west-1", &json!({}));
    assert_eq!(elsewhere["ResourceTagMappingList"], json!([]));
}

#[test]
fn filters_hold_all_together_and_the_values_of_one_hold_each_alone() {
    let local = account();
    let shop = json!({"Key": "app", "Values": ["shop"]});
    let env = json!({"Key": "env"});
    let dev_or_test = json!({"Key": "env", "Values": ["dev", "test"]});
    for (filters, names) in [
        (json!([shop]), vec!["a", "b"]),
        (json!([env]), vec!["a", "b"]),
        (json!([shop, dev_or_test]), vec!["a"]),
        (json!([{"Key": "App"}]), vec![]),
        (json!([]), vec!["a", "b", "c"]),
    ] {
        assert_eq!(found(&local, &json!({ "TagFilters": filters })), names, "{filters}");
    }
    for (types, count) in [
        (json!(["iam"]), 3),
        (json!(["iam:policy", "ecs:task-definition"]), 3),
        (json!(["ecs"]), 0),
        (json!(["iam:role"]), 0),
    ] {
        let names = found(&local, &json!({ "ResourceTypeFilters": types }));
        assert_eq!(names.len(), count, "{types}");
    }
    let arn = |name| format!("arn:aws:iam::123456789012:policy/{name}");
    assert_eq!(found(&local, &json!({"ResourceARNList": [arn("b"), arn("nobody")]})), ["b"]);
}

#[test]
fn pages_follow_each_other_by_token() {
    let local = account();
    let (_, first) = ask(&local, "us-east-1", &json!({"ResourcesPerPage": 2}));
    assert_eq!(first["ResourceTagMappingList"].as_array().unwrap().len(), 2);
    let token = first["PaginationToken"].as_str().unwrap();
    assert_eq!(found(&local, &json!({"ResourcesPerPage": 2, "PaginationToken": token})), ["c"]);
}

#[test]
fn what_the_model_forbids_is_refused() {
    let local = account();
    let arn = "arn:aws:iam::123456789012:policy/a";
    for (body, says) in [
        (
            json!({"ResourceTypeFilters": ["neptune-db"]}),
            "Unsupported service=neptune-db in ResourceTypeFilter - neptune-db:",
        ),
        (json!({"ResourceTypeFilters": ["ecs:taskdefinition"]}), "ecs:taskdefinition"),
        (json!({"ResourcesPerPage": 101}), "ResourcesPerPage"),
        (json!({"TagsPerPage": 99}), "TagsPerPage"),
        (json!({"PaginationToken": "of another making"}), "PaginationToken"),
        (json!({"TagFilters": [{"Values": ["x"]}]}), "Key"),
        (json!({"ResourceARNList": [arn], "TagFilters": []}), "TagFilters"),
        (json!({"ResourceARNList": []}), "ResourceARNList"),
        (json!({"ResourceARNList": ["arn:aws-cn:iam::1:policy/a"]}), "not a valid"),
    ] {
        let (status, answer) = ask(&local, "us-east-1", &body);
        assert_eq!((status, answer["__type"].as_str()), (400, Some("InvalidParameterException")));
        let message = answer["Message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
    }
    let (_, answer) = ask(&local, "us-east-1", &json!({"TagFilters": [{"Key": ""}]}));
    assert_eq!(answer["__type"], "ValidationException");
}

#[tokio::test]
async fn the_real_client_pages_through_and_gets_typed_errors() {
    use aws_sdk_resourcegroupstagging::config::{BehaviorVersion, Credentials, Region};
    use aws_sdk_resourcegroupstagging::types::TagFilter;

    let config = aws_sdk_resourcegroupstagging::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(account())
        .credentials_provider(Credentials::for_tests())
        .region(Region::new("us-east-1"))
        .build();
    let client = aws_sdk_resourcegroupstagging::Client::from_conf(config);
    let filter = TagFilter::builder().key("app").build();
    let pages = client.get_resources().tag_filters(filter).into_paginator().page_size(2);
    let all = pages.items().send().collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[2].resource_arn(), Some("arn:aws:iam::123456789012:policy/c"));
    assert_eq!(all[2].tags()[0].value(), "till");

    let refused = client.get_resources().resource_type_filters("nothing").send().await;
    assert!(refused.unwrap_err().into_service_error().is_invalid_parameter_exception());
}

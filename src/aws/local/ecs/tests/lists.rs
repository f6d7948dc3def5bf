use super::*;

fn listed(ecs: &Ecs, body: &Value) -> Vec<String> {
    let answer = ecs.ok("ListTaskDefinitions", body);
    let arns = answer["taskDefinitionArns"].as_array().unwrap().iter();
    arns.map(|arn| arn.as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
}

fn families(ecs: &Ecs, body: &Value) -> Value {
    ecs.ok("ListTaskDefinitionFamilies", body)["families"].clone()
}

fn three_families() -> Ecs {
    let ecs = Ecs::new();
    for family in ["web", "web", "web-api", "api"] {
        ecs.register(&small(family));
    }
    ecs.ok("DeregisterTaskDefinition", &json!({ "taskDefinition": "api:1" }));
    ecs.ok("DeregisterTaskDefinition", &json!({ "taskDefinition": "web:1" }));
    ecs
}

#[test]
fn revisions_are_listed_by_status_and_by_whole_family() {
    let ecs = three_families();
    assert_eq!(listed(&ecs, &json!({})), ["web:2", "web-api:1"]);
    assert_eq!(listed(&ecs, &json!({ "sort": "DESC" })), ["web-api:1", "web:2"]);
    assert_eq!(listed(&ecs, &json!({ "status": "INACTIVE" })), ["api:1", "web:1"]);
    assert_eq!(listed(&ecs, &json!({ "familyPrefix": "web" })), ["web:2"]);
    assert!(listed(&ecs, &json!({ "familyPrefix": "we" })).is_empty());
    ecs.ok("DeleteTaskDefinitions", &json!({ "taskDefinitions": ["api:1"] }));
    assert_eq!(listed(&ecs, &json!({ "status": "DELETE_IN_PROGRESS" })), ["api:1"]);
    let refusal = ecs.err("ListTaskDefinitions", &json!({ "status": "ALL" }));
    assert!(refusal.contains("status should be one of [ACTIVE,INACTIVE,DELETE_IN_PROGRESS]"));
}

#[test]
fn families_are_listed_by_prefix_and_active_when_one_revision_is() {
    let ecs = three_families();
    assert_eq!(families(&ecs, &json!({})), json!(["api", "web", "web-api"]));
    assert_eq!(families(&ecs, &json!({ "status": "ALL" })), json!(["api", "web", "web-api"]));
    assert_eq!(families(&ecs, &json!({ "status": "ACTIVE" })), json!(["web", "web-api"]));
    assert_eq!(families(&ecs, &json!({ "status": "INACTIVE" })), json!(["api"]));
    assert_eq!(families(&ecs, &json!({ "familyPrefix": "web" })), json!(["web", "web-api"]));
}

#[test]
fn pages_follow_each_other_in_order_of_number_both_ways() {
    let ecs = Ecs::new();
    for _ in 0..12 {
        ecs.register(&small("web"));
    }
    for sort in ["ASC", "DESC"] {
        let mut all = Vec::new();
        let mut token = Value::Null;
        loop {
            let body = json!({ "sort": sort, "maxResults": 5, "nextToken": token });
            let page = ecs.ok("ListTaskDefinitions", &body);
            all.extend(page["taskDefinitionArns"].as_array().unwrap().clone());
            token = page["nextToken"].clone();
            if token.is_null() {
                assert!(page.get("nextToken").is_none());
                break;
            }
        }
        let mut wanted = (1..=12).map(|n| json!(arn(&format!("web:{n}")))).collect::<Vec<_>>();
        if sort == "DESC" {
            wanted.reverse();
        }
        assert_eq!(all, wanted);
    }
    assert_eq!(families(&ecs, &json!({ "maxResults": 1 })), json!(["web"]));
}

#[test]
fn page_sizes_and_tokens_are_checked() {
    let ecs = Ecs::new();
    for operation in ["ListTaskDefinitions", "ListTaskDefinitionFamilies"] {
        for size in [-1, 0, 101] {
            let refusal = ecs.err(operation, &json!({ "maxResults": size }));
            assert!(refusal.starts_with("InvalidParameterException: Invalid maxResults"), "{size}");
        }
        let refusal = ecs.err(operation, &json!({ "nextToken": "x" }));
        assert_eq!(refusal, "InvalidParameterException: Invalid token.");
    }
}

use super::*;

#[test]
fn an_update_changes_what_it_names_and_always_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = |now| {
        let local = super::super::super::LocalAws::open(path.clone(), at(now));
        Client::over(local.unwrap())
    };
    let more = json!({"Attributes": {"k": "v"}, "Host": "h"});
    open(T0).ok("CreateSamplingRule", &rule_with("a", 1, &more));
    let later = open(T0 + 60);
    let record = update(
        &later,
        &json!({"RuleName": "a", "Priority": 5, "Version": 9, "Host": null}),
    );
    assert_eq!(record["SamplingRule"]["Priority"], 5);
    assert_eq!(
        record["SamplingRule"]["Version"], 1,
        "not a member of the update"
    );
    assert_eq!(record["SamplingRule"]["Host"], "h");
    assert_eq!(record["SamplingRule"]["Attributes"], json!({"k": "v"}));
    assert_eq!(
        (&record["CreatedAt"], &record["ModifiedAt"]),
        (&json!(T0), &json!(T0 + 60))
    );
    let record = update(&open(T0 + 120), &json!({"RuleName": "a"}));
    assert_eq!(record["ModifiedAt"], json!(T0 + 120));
    let record = update(&later, &json!({"RuleName": "a", "Attributes": {}}));
    assert_eq!(record["SamplingRule"]["Attributes"], json!({}));
}

#[test]
fn bounds_that_the_update_shape_leaves_out_are_refused_by_the_service() {
    let client = Client::new();
    client.ok("CreateSamplingRule", &rule("a", 1));
    for more in [
        json!({"Priority": 0}),
        json!({"Priority": 10_000}),
        json!({"FixedRate": 1.5}),
        json!({"FixedRate": -1}),
        json!({"ReservoirSize": -1}),
    ] {
        let mut members = json!({"RuleName": "a"});
        members
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(update_error(&client, &members).0, INVALID, "{members}");
    }
    let long = json!({"RuleName": "a", "Host": "n".repeat(65)});
    assert_eq!(update_error(&client, &long).0, VALIDATION);
    let long = json!({"RuleName": "n".repeat(33)});
    assert_eq!(update_error(&client, &long).0, VALIDATION);
}

#[test]
fn default_takes_a_rate_and_a_reservoir_and_nothing_else() {
    let client = Client::with(at(T0));
    let change = json!({"RuleName": "Default", "FixedRate": 0, "ReservoirSize": 0, "Host": null});
    let record = update(&client, &change);
    assert_eq!(
        (&record["CreatedAt"], &record["ModifiedAt"]),
        (&json!(0), &json!(T0))
    );
    assert_eq!(record["SamplingRule"]["Priority"], 10_000);
    let read = client.ok("GetSamplingRules", "{}");
    assert_eq!(read["SamplingRuleRecords"], json!([record]));
    for more in [
        json!({"Priority": 10_000}),
        json!({"Priority": 1}),
        json!({"Host": "*"}),
        json!({"Attributes": {}}),
        json!({"ResourceARN": "*"}),
    ] {
        let mut members = json!({"RuleARN": arn("Default"), "FixedRate": 0.1});
        members
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let (code, message) = update_error(&client, &members);
        assert_eq!(code, INVALID);
        assert_eq!(
            message, "Invalid update request for default sampling rule",
            "{members}"
        );
    }
    assert_eq!(
        client
            .err("DeleteSamplingRule", r#"{"RuleName":"Default"}"#)
            .code,
        INVALID
    );
}

#[test]
fn equal_priorities_are_accepted_or_refused_as_the_options_say() {
    let accepting = Client::new();
    accepting.ok("CreateSamplingRule", &rule("a", 7));
    accepting.ok("CreateSamplingRule", &rule("b", 7));
    let equal_priorities = EqualPriorities::Refuse;
    let refusing = Client::with(Options {
        equal_priorities,
        ..Options::default()
    });
    refusing.ok("CreateSamplingRule", &rule("a", 7));
    refusing.ok("CreateSamplingRule", &rule("b", 8));
    let (code, message) = create_error(&refusing, &rule("c", 7));
    assert_eq!(
        (code.as_str(), message.contains("Priority 7")),
        (INVALID, true)
    );
    assert_eq!(
        update_error(&refusing, &json!({"RuleName": "b", "Priority": 7})).0,
        INVALID
    );
    update(&refusing, &json!({"RuleName": "b", "Priority": 8}));
}

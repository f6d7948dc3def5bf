//! The rules of AWS, one test each.

use serde_json::{Value, json};

use super::super::tests::{Client, rule, rule_with};
use super::super::{EqualPriorities, Options};

const T0: u64 = 1_700_000_000;

fn at(now: u64) -> Options {
    Options { now: Some(now), ..Options::default() }
}

fn create_error(client: &Client, body: &str) -> (String, String) {
    let error = client.err("CreateSamplingRule", body);
    assert_eq!(error.status, 400);
    (error.code, error.message)
}

fn update(client: &Client, members: &Value) -> Value {
    let answer =
        client.ok("UpdateSamplingRule", &json!({ "SamplingRuleUpdate": members }).to_string());
    answer["SamplingRuleRecord"].clone()
}

fn update_error(client: &Client, members: &Value) -> (String, String) {
    let body = json!({ "SamplingRuleUpdate": members }).to_string();
    let error = client.err("UpdateSamplingRule", &body);
    assert_eq!(error.status, 400);
    (error.code, error.message)
}

fn arn(name: &str) -> String {
    format!("arn:aws:xray:us-east-1:123456789012:sampling-rule/{name}")
}

const INVALID: &str = "InvalidRequestException";
const VALIDATION: &str = "ValidationException";

#[test]
fn a_new_account_has_the_default_rule_as_recorded() {
    let answer = Client::new().ok("GetSamplingRules", "");
    assert_eq!(
        answer,
        json!({
            "NextToken": null,
            "SamplingRuleRecords": [{
                "CreatedAt": 0, "ModifiedAt": 0,
                "SamplingRule": {
                    "Attributes": {}, "FixedRate": 0.05, "HTTPMethod": "*", "Host": "*",
                    "Priority": 10000, "ReservoirSize": 1, "ResourceARN": "*",
                    "RuleARN": arn("Default"), "RuleName": "Default", "ServiceName": "*",
                    "ServiceType": "*", "URLPath": "*", "Version": 1,
                },
            }],
        })
    );
    assert!(answer.as_object().unwrap().contains_key("NextToken"));
}

#[test]
fn what_is_created_is_echoed_and_read_back_without_its_tags() {
    let client = Client::with(at(T0));
    let more = json!({
        "Attributes": {"k": "v"}, "SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 3},
        "URLPath": "", "Unknown": {"x": 1},
    });
    let mut body: Value = serde_json::from_str(&rule_with("POST – minimum", 7, &more)).unwrap();
    body["Tags"] = json!([{"Key": "a", "Value": ""}]);
    let record = client.ok("CreateSamplingRule", &body.to_string())["SamplingRuleRecord"].clone();
    assert_eq!(record["CreatedAt"], json!(T0));
    assert_eq!(record["ModifiedAt"], json!(T0));
    let shown = &record["SamplingRule"];
    assert_eq!(shown["RuleARN"], arn("POST – minimum"));
    assert_eq!(shown["Attributes"], json!({"k": "v"}));
    assert_eq!(shown["SamplingRateBoost"], json!({"MaxRate": 0.5, "CooldownWindowMinutes": 3}));
    assert_eq!(shown["URLPath"], "");
    assert_eq!(shown.get("Unknown"), None);
    assert_eq!(record.get("Tags"), None);
    let read = client.ok("GetSamplingRules", "{}");
    assert!(read["SamplingRuleRecords"].as_array().unwrap().contains(&record));
    let tags =
        client.ok("ListTagsForResource", &json!({"ResourceARN": shown["RuleARN"]}).to_string());
    assert_eq!(tags, json!({"Tags": [{"Key": "a", "Value": ""}], "NextToken": null}));
}

#[test]
fn records_do_not_come_in_the_order_of_names_or_priorities() {
    let client = Client::new();
    for n in 0..20 {
        client.ok("CreateSamplingRule", &rule(&format!("r{n:02}"), n + 1));
    }
    let read = client.ok("GetSamplingRules", "{}");
    let names = read["SamplingRuleRecords"].as_array().unwrap().iter();
    let names = names.map(|r| r["SamplingRule"]["RuleName"].to_string()).collect::<Vec<_>>();
    assert!(!names.is_sorted());
    assert_eq!(read, client.ok("GetSamplingRules", "{}"), "but always in the same one");
}

#[test]
fn rules_come_in_pages_and_a_made_up_token_is_refused() {
    let client = Client::new();
    for n in 0..25 {
        client.ok("CreateSamplingRule", &rule(&n.to_string(), 1));
    }
    let first = client.ok("GetSamplingRules", "{}");
    assert_eq!(first["SamplingRuleRecords"].as_array().unwrap().len(), 25);
    let head = &first["SamplingRuleRecords"][0]["SamplingRule"]["RuleName"];
    assert_eq!(head, "Default", "who reads one page only still gets it");
    let token = first["NextToken"].as_str().unwrap();
    let second = client.ok("GetSamplingRules", &json!({"NextToken": token}).to_string());
    assert_eq!(second["SamplingRuleRecords"].as_array().unwrap().len(), 1);
    assert_eq!(second["NextToken"], Value::Null);
    assert_eq!(client.rule_names().len(), 26);
    assert_eq!(client.err("GetSamplingRules", r#"{"NextToken":"x"}"#).code, INVALID);
}

#[test]
fn every_bound_of_a_new_rule_is_kept() {
    let client = Client::new();
    let refused = [
        (json!({"RuleName": ""}), "samplingRule.ruleName"),
        (json!({"RuleName": "n".repeat(33)}), "samplingRule.ruleName"),
        (json!({"ResourceARN": "n".repeat(501)}), "samplingRule.resourceARN"),
        (json!({"Priority": 0}), "samplingRule.priority"),
        (json!({"Priority": 10_000}), "samplingRule.priority"),
        (json!({"FixedRate": 1.01}), "samplingRule.fixedRate"),
        (json!({"FixedRate": -0.01}), "samplingRule.fixedRate"),
        (json!({"ReservoirSize": -1}), "samplingRule.reservoirSize"),
        (json!({"ServiceName": "n".repeat(65)}), "samplingRule.serviceName"),
        (json!({"ServiceType": "n".repeat(65)}), "samplingRule.serviceType"),
        (json!({"Host": "n".repeat(65)}), "samplingRule.host"),
        (json!({"HTTPMethod": "n".repeat(11)}), "samplingRule.hTTPMethod"),
        (json!({"URLPath": "n".repeat(129)}), "samplingRule.uRLPath"),
        (json!({"Version": 0}), "samplingRule.version"),
        (json!({"Attributes": {"": "v"}}), "samplingRule.attributes.key"),
        (json!({"Attributes": {"n".repeat(33): "v"}}), "samplingRule.attributes.key"),
        (json!({"Attributes": {"k": ""}}), "samplingRule.attributes.value"),
        (json!({"Attributes": {"k": "n".repeat(33)}}), "samplingRule.attributes.value"),
        (
            json!({"Attributes": {"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"}}),
            "samplingRule.attributes",
        ),
        (
            json!({"SamplingRateBoost": {"MaxRate": 1.1, "CooldownWindowMinutes": 1}}),
            "samplingRule.samplingRateBoost.maxRate",
        ),
        (
            json!({"SamplingRateBoost": {"MaxRate": 1, "CooldownWindowMinutes": -1}}),
            "samplingRule.samplingRateBoost.cooldownWindowMinutes",
        ),
        (
            json!({"SamplingRateBoost": {"MaxRate": 1}}),
            "samplingRule.samplingRateBoost.cooldownWindowMinutes",
        ),
    ];
    for (more, place) in refused {
        let (code, message) = create_error(&client, &rule_with("a", 1, &more));
        assert_eq!(code, VALIDATION, "{more}");
        assert!(message.starts_with("1 validation error detected: "), "{message}");
        assert!(message.contains(&format!("at '{place}' failed")), "{message}");
    }
}

#[test]
fn a_new_rule_needs_every_member_that_the_model_requires() {
    let client = Client::new();
    for member in [
        "ResourceARN",
        "Priority",
        "FixedRate",
        "ReservoirSize",
        "ServiceName",
        "ServiceType",
        "Host",
        "HTTPMethod",
        "URLPath",
        "Version",
    ] {
        let (code, message) = create_error(&client, &rule_with("a", 1, &json!({member: null})));
        assert_eq!(code, VALIDATION);
        assert!(message.ends_with("Member must not be null"), "{message}");
    }
    let (code, message) = create_error(&client, "{}");
    assert_eq!((code.as_str(), message.contains("'samplingRule'")), (VALIDATION, true));
}

#[test]
fn bounds_count_characters_and_include_their_ends() {
    let client = Client::new();
    let edge = json!({
        "ResourceARN": "ä".repeat(500), "FixedRate": 1, "ReservoirSize": i32::MAX,
        "Attributes": {"a":"1","b":"1","c":"1","d":"1","e":"1"}, "URLPath": "ü".repeat(128),
    });
    client.ok("CreateSamplingRule", &rule_with(&"ß".repeat(32), 9999, &edge));
}

#[test]
fn a_wrong_type_is_a_serialization_exception() {
    let client = Client::new();
    for more in [
        json!({"Priority": "1"}),
        json!({"Priority": 1.5}),
        json!({"FixedRate": "0.5"}),
        json!({"Host": 7}),
        json!({"Attributes": []}),
        json!({"Attributes": {"k": 1}}),
        json!({"SamplingRateBoost": 2}),
        json!({"ReservoirSize": 4_294_967_296_u64}),
    ] {
        let (code, _) = create_error(&client, &rule_with("a", 1, &more));
        assert_eq!(code, "SerializationException", "{more}");
    }
}

#[test]
fn a_rule_is_named_or_given_by_arn_but_not_both() {
    let client = Client::new();
    let by_arn = json!({"RuleName": null, "RuleARN": arn("b")});
    client.ok("CreateSamplingRule", &rule_with("", 1, &by_arn));
    assert_eq!(client.rule_names(), ["Default", "b"]);
    for more in [
        json!({"RuleARN": arn("a")}),
        json!({"RuleName": null}),
        json!({"RuleName": null, "RuleARN": arn(&"n".repeat(33))}),
        json!({"RuleName": null, "RuleARN": arn("")}),
        json!({"RuleName": null, "RuleARN": arn("x").replace("us-east-1", "us-east-2")}),
    ] {
        assert_eq!(create_error(&client, &rule_with("a", 2, &more)).0, INVALID, "{more}");
    }
    update(&client, &json!({"RuleARN": arn("b"), "FixedRate": 0.2}));
    assert_eq!(update_error(&client, &json!({"FixedRate": 0.2})).0, INVALID);
    let both = json!({"RuleName": "b", "RuleARN": arn("b")});
    assert_eq!(update_error(&client, &both).0, INVALID);
    assert_eq!(client.err("DeleteSamplingRule", &both.to_string()).code, INVALID);
    assert_eq!(client.err("DeleteSamplingRule", "{}").code, INVALID);
    client.ok("DeleteSamplingRule", &json!({"RuleARN": arn("b")}).to_string());
    assert_eq!(client.rule_names(), ["Default"]);
}

#[test]
fn only_version_one_exists() {
    let client = Client::new();
    assert_eq!(create_error(&client, &rule_with("a", 1, &json!({"Version": 2}))).0, INVALID);
}

#[test]
fn existing_and_missing_rules_are_told_by_their_texts() {
    let client = Client::new();
    client.ok("CreateSamplingRule", &rule("a", 1));
    let exists = (INVALID.to_owned(), "Sampling rule already exists".to_owned());
    assert_eq!(create_error(&client, &rule("a", 2)), exists);
    assert_eq!(create_error(&client, &rule("Default", 2)), exists);
    client.ok("CreateSamplingRule", &rule("A", 2));
    let missing = "Sampling rule does not exist".to_owned();
    let error = update_error(&client, &json!({"RuleName": "b"}));
    assert_eq!(error, (INVALID.to_owned(), missing.clone()));
    let error = client.err("DeleteSamplingRule", r#"{"RuleName":"b"}"#);
    assert_eq!((error.status, error.code.as_str(), error.message), (400, INVALID, missing));
}

#[test]
fn the_quota_counts_custom_rules_only() {
    let client = Client::with(Options { rule_quota: 2, ..Options::default() });
    update(&client, &json!({"RuleName": "Default", "FixedRate": 0.2}));
    client.ok("CreateSamplingRule", &rule("a", 1));
    client.ok("CreateSamplingRule", &rule("b", 1));
    assert_eq!(create_error(&client, &rule("c", 1)).0, "RuleLimitExceededException");
    client.ok("DeleteSamplingRule", r#"{"RuleName":"a"}"#);
    client.ok("CreateSamplingRule", &rule("c", 1));
}

#[test]
fn deleting_answers_with_the_rule_as_it_was() {
    let client = Client::new();
    let made = client.ok("CreateSamplingRule", &rule("a", 1));
    assert_eq!(client.ok("DeleteSamplingRule", r#"{"RuleName":"a"}"#), made);
}

mod groups;
mod resource_policies;
mod settings;
mod tags;
mod targets;
mod updates;

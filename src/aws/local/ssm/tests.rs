use serde_json::{Value, json};

use super::super::tests::Json11;
use super::super::{LocalAws, Options};

const T0: u64 = 1_700_000_000;

fn ssm() -> Json11 {
    let options = Options { now: Some(T0), ..Options::default() };
    Json11::of(LocalAws::in_memory(options), "ssm", "AmazonSSM.")
}

fn with(body: Value, more: &Value) -> Value {
    let Value::Object(mut body) = body else { panic!("{body}") };
    body.extend(more.as_object().unwrap().clone());
    Value::Object(body)
}

/// The input that puts a String.
fn put(name: &str, more: &Value) -> Value {
    with(json!({ "Name": name, "Value": "v", "Type": "String" }), more)
}

fn value(ssm: &Json11, name: &str) -> Value {
    ssm.ok("GetParameter", &json!({ "Name": name }))["Parameter"].clone()
}

#[test]
fn a_parameter_is_put_read_changed_and_deleted() {
    let ssm = ssm();
    let tags = json!([{ "Key": "team", "Value": "shop" }]);
    let made = ssm.ok("PutParameter", &put("/app/url", &json!({ "Tags": tags })));
    assert_eq!(made, json!({ "Version": 1, "Tier": "Standard" }));
    let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/app/url";
    assert_eq!(
        value(&ssm, "/app/url"),
        json!({
            "Name": "/app/url", "Type": "String", "Value": "v", "Version": 1, "ARN": arn,
            "LastModifiedDate": 1_700_000_000.0, "DataType": "text",
        })
    );
    assert_eq!(value(&ssm, arn), value(&ssm, "/app/url"));
    let again = ssm.err("PutParameter", &put("/app/url", &json!({})));
    assert!(again.starts_with("ParameterAlreadyExists: The parameter already exists."), "{again}");
    // What is left out stays.
    let more = json!({ "Overwrite": true, "Value": "w", "Description": "d" });
    ssm.ok("PutParameter", &put("/app/url", &more));
    let more = json!({ "Name": "/app/url", "Value": "x", "Overwrite": true });
    assert_eq!(ssm.ok("PutParameter", &more)["Version"], 3);
    let described = ssm.ok("DescribeParameters", &json!({}));
    assert_eq!(
        described["Parameters"],
        json!([{
            "Name": "/app/url", "Type": "String", "Version": 3, "ARN": arn, "Tier": "Standard",
            "LastModifiedDate": 1_700_000_000.0, "DataType": "text", "Description": "d",
            "LastModifiedUser": "arn:aws:iam::123456789012:user/local", "Policies": [],
        }])
    );
    let second = value(&ssm, "/app/url:2");
    assert_eq!((&second["Value"], &second["Selector"]), (&json!("w"), &json!(":2")));
    let fourth = ssm.err("GetParameter", &json!({ "Name": "/app/url:4" }));
    assert!(fourth.starts_with("ParameterVersionNotFound: "), "{fourth}");
    ssm.ok("DeleteParameter", &json!({ "Name": "/app/url" }));
    assert_eq!(ssm.err("DeleteParameter", &json!({ "Name": "/app/url" })), "ParameterNotFound: ");
    assert_eq!(ssm.err("GetParameter", &json!({ "Name": "/app/url" })), "ParameterNotFound: ");
}

#[test]
fn a_hundred_versions_are_kept() {
    let ssm = ssm();
    for _ in 0..105 {
        ssm.ok("PutParameter", &put("a", &json!({ "Overwrite": true })));
    }
    ssm.err("GetParameter", &json!({ "Name": "a:5" }));
    assert_eq!(value(&ssm, "a:6")["Version"], 6);
    assert_eq!(value(&ssm, "a")["Version"], 105);
}

#[test]
fn names_are_of_some_characters_levels_and_no_reserved_beginning() {
    let ssm = ssm();
    for good in ["a", "/a", "/a/b.c_d-e/F", "otel"] {
        ssm.ok("PutParameter", &put(good, &json!({})));
    }
    let deep = "/a".repeat(16);
    let long = "x".repeat(1000);
    for (bad, code, says) in [
        ("aws-key", "ValidationException", "can't be prefixed with \"aws\" or \"ssm\""),
        ("SSM", "ValidationException", "can't be prefixed with \"aws\" or \"ssm\""),
        ("/ssm/a", "ValidationException", "can't be prefixed with \"ssm\""),
        ("/aws/a", "AccessDeniedException", "No access to reserved parameter name: /aws/a."),
        ("a/b", "ValidationException", "must be a fully qualified name"),
        ("a b", "ValidationException", "following 3 symbols .-_"),
        ("/a//b", "ValidationException", "following 3 symbols .-_"),
        ("/a/", "ValidationException", "following 3 symbols .-_"),
        (deep.as_str(), "HierarchyLevelLimitExceededException", "15 levels"),
        (long.as_str(), "ValidationException", "1011"),
    ] {
        let said = ssm.err("PutParameter", &put(bad, &json!({})));
        assert!(said.starts_with(code) && said.contains(says), "{bad}: {said}");
    }
    ssm.ok("PutParameter", &put(&"/a".repeat(15), &json!({})));
}

#[test]
fn values_have_bounds_by_tier_and_nothing_is_nested_in_them() {
    let ssm = ssm();
    let of =
        |size: usize, more: &Value| put("a", &with(json!({ "Value": "x".repeat(size) }), more));
    let tier = |tier: &str| json!({ "Tier": tier, "Overwrite": true });
    let said = ssm.err("PutParameter", &of(4097, &json!({})));
    assert!(
        said.starts_with(
            "ValidationException: Standard tier parameters support a maximum parameter value of \
             4096 characters. To create a larger parameter value, upgrade"
        ),
        "{said}"
    );
    assert_eq!(ssm.ok("PutParameter", &of(4096, &tier("Intelligent-Tiering")))["Tier"], "Standard");
    assert_eq!(ssm.ok("PutParameter", &of(4097, &tier("Intelligent-Tiering")))["Tier"], "Advanced");
    assert_eq!(
        ssm.ok("PutParameter", &of(8192, &json!({ "Overwrite": true })))["Tier"],
        "Advanced"
    );
    let said = ssm.err("PutParameter", &of(8193, &tier("Advanced")));
    assert!(said.ends_with("maximum parameter value of 8192 characters."), "{said}");
    let said = ssm.err("PutParameter", &of(1, &tier("Standard")));
    assert!(
        said.contains("You can't downgrade a parameter from the advanced-parameter tier"),
        "{said}"
    );
    assert_eq!(ssm.ok("PutParameter", &of(1, &tier("Intelligent-Tiering")))["Tier"], "Advanced");
    for value in ["", "a {{ssm:b}} c", "{{}}"] {
        let said = ssm.err("PutParameter", &put("b", &json!({ "Value": value })));
        assert!(said.starts_with("ValidationException: "), "{said}");
    }
    ssm.ok("PutParameter", &put("b", &json!({ "Value": "{\"a\":{\"b\":{}}}" })));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let ssm = ssm();
    for (more, says) in [
        (json!({ "Type": null }), "ValidationException: A parameter type is required"),
        (json!({ "Type": "Text" }), "satisfy enum value set: [SecureString, StringList, String]"),
        (json!({ "KeyId": "alias/a" }), "KeyId is for parameters of the type SecureString only."),
        (json!({ "DataType": "yaml" }), "The following data type is not supported: yaml"),
        (json!({ "AllowedPattern": "[" }), "InvalidAllowedPatternException: "),
        (json!({ "AllowedPattern": "[0-9]+" }), "ParameterPatternMismatchException: "),
        (json!({ "Tags": [{ "Key": "aws:a", "Value": "" }] }), "reserved prefix"),
        (json!({ "Tags": [], "Overwrite": true }), "tags and overwrite can't be used together"),
        (json!({ "Policies": "[]" }), "UnknownOperationException"),
        (json!({ "Overwrite": "yes" }), "SerializationException"),
        (json!({ "Value": null }), "Member must not be null"),
    ] {
        let said = ssm.err("PutParameter", &put("a", &more));
        assert!(said.contains(says), "{said}");
    }
    ssm.ok("PutParameter", &put("a", &json!({ "Value": "17", "AllowedPattern": "^\\d+$" })));
    let over = |more: Value| put("a", &with(json!({ "Overwrite": true, "Value": "1" }), &more));
    let said = ssm.err("PutParameter", &over(json!({ "Type": "StringList" })));
    assert!(said.starts_with("HierarchyTypeMismatchException: "), "{said}");
    ssm.err("PutParameter", &over(json!({ "DataType": "aws:ec2:image" })));
    let said = ssm.err("PutParameter", &over(json!({ "Value": "x" })));
    assert!(said.starts_with("ParameterPatternMismatchException: "), "{said}");
    ssm.ok("PutParameter", &over(json!({ "Value": "x", "AllowedPattern": "" })));
}

#[test]
fn what_is_encrypted_is_shown_to_who_asks_for_it() {
    let ssm = ssm();
    ssm.ok("PutParameter", &put("/k", &json!({ "Type": "SecureString", "Value": "hunter22" })));
    assert!(!value(&ssm, "/k").to_string().contains("hunter22"));
    let asked = json!({ "Names": ["/k"], "WithDecryption": true });
    assert_eq!(ssm.ok("GetParameters", &asked)["Parameters"][0]["Value"], "hunter22");
    let described = ssm.ok("DescribeParameters", &json!({}))["Parameters"][0].clone();
    assert_eq!(described["KeyId"], "alias/aws/ssm");
}

#[test]
fn lists_have_filters_and_pages() {
    let ssm = ssm();
    for n in 0..12 {
        let tags =
            json!([{ "Key": "tracewright:stack", "Value": if n < 3 { "shop" } else { "b" } }]);
        ssm.ok("PutParameter", &put(&format!("/a/{n:02}"), &json!({ "Tags": tags })));
    }
    ssm.ok("PutParameter", &put("/a/b/c", &json!({ "Type": "StringList" })));
    let count = |key: &str, option: Option<&str>, values: Value| {
        let filter = json!({ "Key": key, "Option": option, "Values": values });
        let asked = json!({ "ParameterFilters": [filter], "MaxResults": 50 });
        ssm.ok("DescribeParameters", &asked)["Parameters"].as_array().unwrap().len()
    };
    assert_eq!(count("tag:tracewright:stack", None, json!(["shop", "x"])), 3);
    assert_eq!(count("tag:tracewright:stack", None, Value::Null), 12);
    assert_eq!(count("Name", None, json!(["/a/01", "/a/02", "missing"])), 2);
    assert_eq!(count("Name", Some("BeginsWith"), json!(["/a/1"])), 2);
    assert_eq!(count("Name", Some("Contains"), json!(["b/c"])), 1);
    assert_eq!(count("Type", None, json!(["StringList"])), 1);
    assert_eq!(count("Path", None, json!(["/a"])), 12);
    assert_eq!(count("Path", Some("Recursive"), json!(["/a/"])), 13);
    let page = ssm.ok("DescribeParameters", &json!({}));
    assert_eq!(page["Parameters"].as_array().unwrap().len(), 10);
    let rest = ssm.ok("DescribeParameters", &json!({ "NextToken": page["NextToken"] }));
    assert_eq!(rest["Parameters"].as_array().unwrap().len(), 3);
    assert!(rest.get("NextToken").is_none());
    for (filter, code) in [
        (json!({ "Key": "Label", "Values": ["a"] }), "InvalidFilterKey"),
        (json!({ "Key": "Type", "Option": "Contains", "Values": ["a"] }), "InvalidFilterOption"),
        (json!({ "Key": "Name" }), "InvalidFilterValue"),
    ] {
        let said = ssm.err("DescribeParameters", &json!({ "ParameterFilters": [filter] }));
        assert!(said.starts_with(code), "{said}");
    }
    let some = json!({ "Names": ["/a/02", "/a/01", "/x"] });
    let got = ssm.ok("GetParameters", &some);
    assert_eq!(got["Parameters"][0]["Name"], "/a/01");
    assert_eq!(got["InvalidParameters"], json!(["/x"]));
    let gone = ssm.ok("DeleteParameters", &some);
    assert_eq!(gone["DeletedParameters"], json!(["/a/02", "/a/01"]));
    let many: Vec<_> = (0..11).map(|n| n.to_string()).collect();
    for names in [json!(many), json!([])] {
        let said = ssm.err("GetParameters", &json!({ "Names": names }));
        assert!(said.starts_with("ValidationException: "), "{said}");
    }
}

#[test]
fn tags_are_of_parameters_alone() {
    let ssm = ssm();
    ssm.ok("PutParameter", &put("/a", &json!({})));
    let about =
        |more: Value| with(json!({ "ResourceType": "Parameter", "ResourceId": "/a" }), &more);
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "" }]);
    ssm.ok("AddTagsToResource", &about(json!({ "Tags": tags })));
    ssm.ok("RemoveTagsFromResource", &about(json!({ "TagKeys": ["a", "missing"] })));
    let listed = ssm.ok("ListTagsForResource", &about(json!({})));
    assert_eq!(listed, json!({ "TagList": [{ "Key": "b", "Value": "" }] }));
    // Who writes a value leaves the tags alone.
    ssm.ok("PutParameter", &put("/a", &json!({ "Overwrite": true })));
    assert_eq!(ssm.ok("ListTagsForResource", &about(json!({}))), listed);
    for (more, code) in [
        (json!({ "ResourceId": "/b" }), "InvalidResourceId"),
        (json!({ "ResourceType": "Document" }), "InvalidResourceType"),
        (json!({ "ResourceType": "Thing" }), "ValidationException"),
    ] {
        let said = ssm.err("ListTagsForResource", &about(more));
        assert!(said.starts_with(code), "{said}");
    }
    let many: Vec<_> = (0..50).map(|n| json!({ "Key": n.to_string(), "Value": "" })).collect();
    let said = ssm.err("AddTagsToResource", &about(json!({ "Tags": many })));
    assert!(said.starts_with("TooManyTagsError: "), "{said}");
}

use super::*;

const MEMBERS: &[Member] = &[
    required("URLPath", Shape::Text { min: 1, max: 3 }),
    optional("Count", Shape::Integer { min: 1, max: 9 }),
    optional("Rate", Shape::Double { min: 0.0, max: 1.0 }),
    optional("At", Shape::Timestamp),
    optional("Kind", Shape::OneOf(&["GOOD", "BAD"])),
    optional("Names", Shape::List { item: &STRING, max: 2 }),
    optional("Labels", Shape::Map { key: &STRING, value: &STRING, max: 1 }),
];

fn outcome(body: &str) -> String {
    match read(body.as_bytes(), MEMBERS) {
        Ok(read) => Value::Object(read).to_string(),
        Err(fault) => format!("{}: {}", fault.code, fault.message),
    }
}

#[test]
fn known_members_come_back_and_the_rest_is_ignored() {
    let body = r#"{"URLPath":"äöü","Count":null,"Other":[{}],"Rate":1}"#;
    assert_eq!(outcome(body), r#"{"Rate":1,"URLPath":"äöü"}"#);
}

#[test]
fn violations_are_gathered_in_the_words_of_aws() {
    assert_eq!(
        outcome(r#"{"Count":0,"Rate":1.5}"#),
        "ValidationException: 3 validation errors detected: Value null at 'uRLPath' failed to \
         satisfy constraint: Member must not be null; Value '0' at 'count' failed to satisfy \
         constraint: Member must have value greater than or equal to 1; Value '1.5' at 'rate' \
         failed to satisfy constraint: Member must have value less than or equal to 1"
    );
    assert_eq!(
        outcome(r#"{"URLPath":"long","Labels":{"a":"b","c":"d"},"Names":["a",null]}"#),
        "ValidationException: 3 validation errors detected: Value 'long' at 'uRLPath' failed \
         to satisfy constraint: Member must have length less than or equal to 3; Value null at \
         'names.2.member' failed to satisfy constraint: Member must not be null; Value \
         '{a=b, c=d}' at 'labels' failed to satisfy constraint: Member must have length less \
         than or equal to 1"
    );
}

#[test]
fn a_value_of_no_set_is_a_violation() {
    assert_eq!(outcome(r#"{"URLPath":"x","Kind":"BAD"}"#), r#"{"Kind":"BAD","URLPath":"x"}"#);
    assert_eq!(
        outcome(r#"{"URLPath":"x","Kind":"bad"}"#),
        "ValidationException: 1 validation error detected: Value 'bad' at 'kind' failed to \
         satisfy constraint: Member must satisfy enum value set: [GOOD, BAD]"
    );
}

#[test]
fn wrong_types_are_serialization_exceptions() {
    for body in [
        "[]",
        "7",
        "\"x\"",
        "nul",
        "{",
        "\u{0}",
        r#"{"URLPath":7}"#,
        r#"{"Count":"1"}"#,
        r#"{"Count":1.5}"#,
        r#"{"Count":99999999999}"#,
        r#"{"Count":-1e400}"#,
        r#"{"Rate":NaN}"#,
        r#"{"Rate":"NaN"}"#,
        r#"{"At":"yesterday"}"#,
        r#"{"At":true}"#,
        r#"{"Names":{}}"#,
        r#"{"Labels":[]}"#,
        r#"{"Labels":{"a":1}}"#,
        r#"{"URLPath":"\ud800"}"#,
    ] {
        assert!(outcome(body).starts_with("SerializationException: "), "{body}");
    }
    assert!(outcome(&"[".repeat(100_000)).starts_with("SerializationException: "));
    assert!(outcome(&"{\"a\":".repeat(100_000)).starts_with("SerializationException: "));
}

#[test]
fn a_flood_of_violations_is_counted_and_not_repeated() {
    let nulls = vec!["null"; 1000].join(",");
    let answer = outcome(&format!(r#"{{"URLPath":"a","Names":[{nulls}]}}"#));
    assert!(answer.starts_with("ValidationException: 1001 validation errors detected: "));
    assert!(answer.len() < 8_000);
    let long = outcome(&format!(r#"{{"URLPath":"{}"}}"#, "x".repeat(9_000)));
    assert!(long.len() < 500, "{long}");
}

#[test]
fn timestamps_are_numbers_or_dates() {
    for at in ["0", "1.5", "-1", "\"2018-07-07T00:20:06Z\"", "\"2018-07-07T00:20:06+02:00\""] {
        assert!(outcome(&format!(r#"{{"URLPath":"a","At":{at}}}"#)).starts_with('{'), "{at}");
    }
}

use std::fs;
use std::path::Path;

use super::*;

fn told(text: &str, place: Place) -> String {
    check(text, place).map_or_else(|fault| fault.message, |_| "fine".to_owned())
}

/// A document with one statement.
fn with(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{statement}}}]}}"#)
}

#[test]
fn identity_policies_are_refused_in_awss_words() {
    let fine = r#""Action":"s3:*","Resource":"*""#;
    let sid = |sid: &str| with(&format!(r#""Sid":"{sid}",{fine}"#));
    let twice =
        sid("A").replace("]}", r#",{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}]}"#);
    for (text, says) in [
        (with(fine), "fine"),
        (sid(""), "fine"),
        (with(r#""NotAction":["iam:*"],"NotResource":["arn:aws:s3:::a/*"]"#), "fine"),
        ("{".to_owned(), SYNTAX),
        ("\"text\"".to_owned(), SYNTAX),
        (with(r#""Action":"s3:*","Resource":"*","Comment":"x""#), SYNTAX),
        (with(r#""Action":"s3:*","NotAction":"s3:*","Resource":"*""#), SYNTAX),
        (with(fine).replace("Allow", "Maybe"), SYNTAX),
        (with(fine).replace("2012-10-17", "2012-10-18"), SYNTAX),
        (with(r#""Action":"s3:*""#), "Policy statement must contain resources."),
        (with(r#""Action":"s3:*","Resource":[]"#), "Policy statement must contain resources."),
        (with(r#""Resource":"*""#), "Policy statement must contain actions."),
        (
            with(&format!(r#"{fine},"Principal":"*""#)),
            "Policy document should not specify a principal.",
        ),
        (
            with(r#""Action":"GetObject","Resource":"*""#),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            with(r#""Action":"s3:a:b","Resource":"*""#),
            "Actions/Condition can contain only one colon.",
        ),
        (with(r#""Action":"s 3:a","Resource":"*""#), "Vendor s 3 is not valid"),
        (
            with(r#""Action":"s3:*","Resource":"bucket""#),
            "Resource bucket must be in ARN format or \"*\".",
        ),
        (with(r#""Action":"s3:*","Resource":"arn:aws:s3""#), "The policy failed legacy parsing"),
        (
            sid("a-b"),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the \
             regular expression [0-9A-Za-z]*",
        ),
        (twice, "Statement IDs (SID) in a single policy must be unique."),
    ] {
        assert_eq!(told(&text, Place::Managed), says, "{text}");
    }
    let old = with(fine).replace("2012-10-17", "2008-10-17");
    let newer = "Policy document must be version 2012-10-17 or greater.";
    assert_eq!(
        (told(&old, Place::Managed), told(&old, Place::Inline)),
        (newer.to_owned(), "fine".to_owned())
    );
}

#[test]
fn conditions_have_operators_that_there_are() {
    let with = |condition: &str| {
        with(&format!(r#""Action":"s3:*","Resource":"*","Condition":{condition}"#))
    };
    for fine in [
        r#"{"StringEquals":{"aws:SourceAccount":"1"},"Bool":{"aws:SecureTransport":true}}"#,
        r#"{"ForAnyValue:StringLikeIfExists":{"a:b":["x",1]},"Null":{"a:c":"true"}}"#,
        "{}",
    ] {
        assert_eq!(told(&with(fine), Place::Inline), "fine", "{fine}");
    }
    for bad in [
        r#"{"StringEqual":{"a:b":"1"}}"#,
        r#"{"NullIfExists":{"a:b":"1"}}"#,
        r#"{"Any:StringLike":{"a:b":"1"}}"#,
        r#"{"StringLike":"a"}"#,
        r#"{"StringLike":{"a":{"b":"c"}}}"#,
        "[]",
    ] {
        assert_eq!(told(&with(bad), Place::Inline), SYNTAX, "{bad}");
    }
}

#[test]
fn trust_policies_are_refused_in_awss_words() {
    let tasks = r#""Principal":{"Service":"ecs-tasks.amazonaws.com"}"#;
    let assume = r#""Action":"sts:AssumeRole""#;
    let no_principals = "Invalid principal in policy: com.amazon.balsa.error.\
                         InvalidPolicyException: The passed in policy has a statement with no \
                         principals!";
    for (text, says) in [
        (with(&format!("{tasks},{assume}")), "fine"),
        (with(&format!(r#"{tasks},"Action":["STS:assumerole","sts:TagSession"]"#)), "fine"),
        (with(&format!("{tasks},{assume},")), "This policy contains invalid Json"),
        (with(&format!(r#"{tasks},{assume},"Resource":"*""#)), "Has prohibited field Resource"),
        (with(assume), no_principals),
        (with(&format!(r#""Principal":{{}},{assume}"#)), no_principals),
        (with(&format!(r#""Principal":{{"AWS":[]}},{assume}"#)), no_principals),
        (
            with(&format!(r#""Principal":"*",{assume}"#)),
            "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
        ),
        (
            with(&format!(r#"{tasks},"Action":"s3:GetObject""#)),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (with(tasks), "Missing required field Action"),
        (with(&format!(r#""Principal":{{"Robot":"x"}},{assume}"#)), SYNTAX),
    ] {
        assert_eq!(told(&text, Place::Trust), says, "{text}");
    }
}

/// Policies that people keep in public. Some are a trust policy and an identity policy in one
/// document, which cannot be right in any place, and some have a name to fill in.
#[test]
fn policies_from_the_real_world_are_taken_unless_they_are_two_in_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/iam-policies");
    let Ok(files) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: there is no {}", folder.display());
        return;
    };
    let mut taken = 0;
    for file in files {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        if serde_json::from_str::<Value>(&text).is_err() {
            continue;
        }
        let has = |element: &str| text.contains(&format!("\"{element}\""));
        let place = if has("Principal") { Place::Trust } else { Place::Inline };
        let says = match (has("Principal"), has("Resource"), text.contains("\"${")) {
            (true, true, _) => "Has prohibited field Resource",
            (_, _, true) => "Resource ${xray_trace} must be in ARN format or \"*\".",
            _ => "fine",
        };
        assert_eq!(told(&text, place), says, "{}", path.display());
        taken += usize::from(says == "fine");
    }
    assert!(taken > 50, "{taken} taken");
}

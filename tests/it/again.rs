//! What AWS answered about roles, policies and rules, given to the local AWS as if it were sent:
//! the answer is the same again. Answers of ECS are in `recorded`. They are no part of the repository.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use tracewright::aws::local::{LocalAws, Options};
use tracewright::iam::{canonical, decode};

use crate::harness::{beside, files};
use crate::others::{encoded, texts};

/// A local AWS that answers as it always does, since it is answers that are compared.
fn local() -> LocalAws {
    LocalAws::in_memory(Options::default())
}

/// Calls in an account that no recording is of, so that principals are in another.
fn send(local: &LocalAws, service: &str, path: &str, body: String) -> Result<String, String> {
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential=999999999999/20261122/us-east-1/{service}/aws4_request"
    );
    let request = Request::post(format!("http://x/{path}")).header("authorization", credential);
    let form = "application/x-www-form-urlencoded";
    let request = if service == "iam" { request.header("content-type", form) } else { request };
    let answer = local.handle(&request.body(Bytes::from(body)).unwrap());
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    if answer.status() == 200 { Ok(text) } else { Err(text) }
}

fn iam(local: &LocalAws, action: &str, members: &[(&str, &str)]) -> Result<String, String> {
    let mut form = format!("Version=2010-05-08&Action={action}");
    for (name, value) in members {
        form += &format!("&{name}={}", encoded(value));
    }
    send(local, "iam", "", form)
}

fn parse(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The values of a member, wherever it stands.
fn all<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name));
            members.values().for_each(|inner| all(inner, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| all(item, name, found)),
        _ => {}
    }
}

/// Every value of a member in the recordings of IAM's answers, with the file's name.
fn recorded(test: &str, name: &str) -> Vec<(String, Value)> {
    let Some(folder) = beside("recordings/iam", test) else { return Vec::new() };
    let mut recorded = Vec::new();
    // The answer to `CreateRole` is what was sent.
    let is_read = |path: &&std::path::PathBuf| !path.display().to_string().contains("CreateRole");
    for path in files(&folder).iter().filter(is_read) {
        let answer = parse(path);
        let mut found = Vec::new();
        all(&answer, name, &mut found);
        recorded.extend(found.into_iter().map(|one| (path.display().to_string(), one.clone())));
    }
    recorded
}

/// Why IAM would not take again what it answered: names that a recorder put in, and principals that
/// are gone.
const REFUSED: [&str; 3] =
    ["Invalid principal in policy", "Syntax errors in policy", "invalid Json"];

#[test]
fn a_trust_policy_that_was_read_is_read_again() {
    let mut same = 0;
    for (file, document) in recorded("trust policies read again", "AssumeRolePolicyDocument") {
        // Who decoded it kept nothing of its text.
        let text = document.as_str().map(str::to_owned);
        let document = text.as_deref().map_or(Ok(document.clone()), decode).unwrap();
        let local = local();
        let role = ("RoleName", "r");
        let made = [role, ("AssumeRolePolicyDocument", &document.to_string())];
        if let Err(refusal) = iam(&local, "CreateRole", &made) {
            assert!(REFUSED.iter().any(|known| refusal.contains(known)), "{file}: {refusal}");
            continue;
        }
        let answer = iam(&local, "GetRole", &[role]).unwrap();
        let read = texts(&answer, "AssumeRolePolicyDocument").remove(0);
        assert_eq!(canonical(&decode(&read).unwrap()), canonical(&document), "{file}");
        // Principals in a list come in any order.
        if let Some(text) = text.filter(|text| text.starts_with("%7B") && !text.contains("%5B%22"))
        {
            assert_eq!(read, text, "{file}");
            same += 1;
        }
    }
    assert!(same > 30 || beside("recordings/iam", "trust policies read again").is_none(), "{same}");
}

#[test]
fn a_policy_that_was_read_is_read_again_to_the_letter() {
    let test = "policies read again";
    for (file, document) in
        recorded(test, "PolicyDocument").into_iter().chain(recorded(test, "Document"))
    {
        let text = match document.as_str().filter(|text| text.starts_with("%7B")) {
            Some(text) => percent_decoded(text),
            None => document.as_str().map_or_else(|| document.to_string(), str::to_owned),
        };
        let local = local();
        iam(&local, "CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", TRUST)])
            .unwrap();
        let inline = [("RoleName", "r"), ("PolicyName", "p")];
        let sent = [inline[0], inline[1], ("PolicyDocument", &text)];
        if let Err(refusal) = iam(&local, "PutRolePolicy", &sent) {
            // AWS's own policies keep to no quota.
            assert!(refusal.contains("Maximum policy size of"), "{file}: {refusal}");
            continue;
        }
        let answer = iam(&local, "GetRolePolicy", &inline).unwrap();
        assert_eq!(percent_decoded(&texts(&answer, "PolicyDocument")[0]), text, "{file}");
    }
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn percent_decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            let digits = std::str::from_utf8(&digits).unwrap().to_owned();
            decoded.push(u8::from_str_radix(&digits, 16).unwrap());
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).unwrap()
}

#[test]
fn a_rule_that_was_read_is_read_again() {
    let test = "rules read again";
    let Some(folder) = beside("recordings", test) else { return };
    let scans = files(&folder.join("xray/GetSamplingRules"))
        .into_iter()
        .chain(files(&folder.join("pairs")));
    let mut count = 0;
    for path in scans.filter(|path| path.extension().is_some_and(|ty| ty == "json")) {
        let answer = parse(&path);
        let local = local();
        let records = answer["SamplingRuleRecords"].as_array().cloned().unwrap_or_default();
        let mut rules: Vec<_> =
            records.iter().map(|record| record["SamplingRule"].clone()).collect();
        for rule in &mut rules {
            // It names the account.
            rule.as_object_mut().unwrap().remove("RuleARN");
            let (call, body) = if rule["RuleName"] == "Default" {
                let changed = ["RuleName", "FixedRate", "ReservoirSize"];
                let update: serde_json::Map<_, _> =
                    changed.iter().map(|name| ((*name).to_owned(), rule[name].clone())).collect();
                ("UpdateSamplingRule", json!({"SamplingRuleUpdate": update}))
            } else {
                ("CreateSamplingRule", json!({"SamplingRule": rule}))
            };
            send(&local, "xray", call, body.to_string()).unwrap();
            count += 1;
        }
        let read: Value = serde_json::from_str(
            &send(&local, "xray", "GetSamplingRules", "{}".to_owned()).unwrap(),
        )
        .unwrap();
        for rule in rules {
            let mut found = Vec::new();
            all(&read, "SamplingRule", &mut found);
            let mut found =
                found.into_iter().find(|one| one["RuleName"] == rule["RuleName"]).unwrap().clone();
            found.as_object_mut().unwrap().remove("RuleARN");
            assert_eq!(found, rule, "{}", path.display());
        }
    }
    assert!(count >= 8, "{count} rules");
}

//! Policies as people write them and as IAM answers them, which are no part of the repository.

use std::fs;

use serde_json::Value;
use tracewright::document::{Diagnostics, Sources, read_json};
use tracewright::iam::{Use, canonical, changes, decode, read, text, widened};

use crate::harness::{beside, files};

/// Reads a policy as what it looks like: one with a principal says who may assume a role.
fn check(file: &str, text: &str) -> (Option<Value>, String) {
    let mut sources = Sources::default();
    let id = sources.add(file, text);
    let mut found = Diagnostics::default();
    let node = read_json(&sources, id, &mut found).unwrap();
    let is_trust = node.to_json().to_string().contains("\"Principal\"");
    let of = if is_trust { Use::Trust } else { Use::Identity };
    let policy = read(&node, of, "PolicyDocument", &mut found);
    let said = found.all.iter().map(|problem| format!("  {}", problem.message)).collect::<Vec<_>>();
    (policy, said.join("\n"))
}

/// Of the policies in the repositories of a bootcamp and others, those are refused that IAM refuses:
/// a trust policy and permissions in one document, which half a dozen copied from the other.
#[test]
fn what_people_wrote_is_read() {
    let Some(folder) = beside("corpus/iam-policies", "what_people_wrote_is_read") else { return };
    let mut refused = Vec::new();
    let files = files(&folder);
    for file in &files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let (policy, said) = check(name, &fs::read_to_string(file).unwrap());
        match policy {
            Some(policy) => assert_eq!(canonical(&canonical(&policy)), canonical(&policy)),
            None => refused.push(format!("{}\n{said}", name.replace("__", "/"))),
        }
    }
    assert!(files.len() > 60, "{}", files.len());
    insta::assert_snapshot!(refused.join("\n"), @r#"
    BenedictCodesHere/aws-bootcamp-cruddur-2023/aws/policies/service-execution-policy.json
      a trust policy has actions of STS only, not "ssm:GetParameters"
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has no `Resource`
      statement 2 of `PolicyDocument` needs `Principal`
    BorysNie/aws-bootcamp-cruddur-2023/aws/policies/service-execution-policy.json
      a trust policy has actions of STS only, not "ssm:GetParameters"
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has no `Resource`
      statement 2 of `PolicyDocument` needs `Principal`
    EOyebamiji/aws-bootcamp-cruddur-2023/aws/policies/service-execution-policy.json
      a trust policy has actions of STS only, not "ssm:GetParameters"
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has no `Resource`
      statement 2 of `PolicyDocument` needs `Principal`
    Jaya6543/aws-bootcamp-cruddur-2023/aws/policies/service-execution-policy.json
      a trust policy has actions of STS only, not "ssm:GetParameters"
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has no `Resource`
      statement 2 of `PolicyDocument` needs `Principal`
    josephk-O/Cruddurproject/aws/policies/service-execution-policy.json
      a trust policy has actions of STS only, not "ssm:GetParameters"
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has no `Resource`
      statement 2 of `PolicyDocument` needs `Principal`
    ultraman-labs/cruddur-to-rails/aws/policies/service-execution-policy.json
      JSON has no place for a comma after the last entry; it is read all the same
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has actions of STS only, not "ssm:GetParameter"
      a trust policy has no `Resource`
      statement 2 of `PolicyDocument` needs `Principal`
    "#);
}

/// What IAM answers, it took: nothing of it may be refused.
#[test]
fn what_iam_answered_is_read() {
    let Some(folder) = beside("recordings/iam", "what_iam_answered_is_read") else { return };
    let mut documents: Vec<(String, Value)> = Vec::new();
    for file in files(&folder) {
        let recording = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        collect(&recording, &mut |document| documents.push((name.clone(), document)));
        documents.dedup_by(|one, other| one.1 == other.1);
    }
    assert!(documents.len() > 200, "{}", documents.len());
    for (file, document) in &documents {
        let (policy, said) = check(file, &text(document));
        assert_eq!(policy.as_ref(), Some(document), "{file}: {said}");
        assert_eq!(changes(Some(document), Some(&canonical(document))), [], "{file}");
        let of =
            if document.to_string().contains("\"Principal\"") { Use::Trust } else { Use::Identity };
        // Each statement is told as new where there was none, and none is where nothing changed.
        let new = widened(None, Some(document), of);
        assert!(new.granted.len() + new.revoked.len() > 0, "{file}");
        assert!(!widened(Some(&canonical(document)), Some(document), of).widened, "{file}");
    }
}

/// All policy documents in a recording, percent-encoded or plain, as text or as they are.
fn collect(value: &Value, found: &mut dyn FnMut(Value)) {
    match value {
        Value::Object(fields) if fields.contains_key("Statement") => found(value.clone()),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::String(text) if text.starts_with("%7B") || text.contains("\"Statement\"") => {
            collect(&decode(text).unwrap(), found);
        }
        _ => {}
    }
}

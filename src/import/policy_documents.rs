//! Policy documents of IAM told apart: who may assume a role, and what it may do.
//!
//! People keep both in one file, one behind the other, in one list or under names of their own,
//! and some wrote both as statements of one document, which IAM takes as neither.

use crate::document::{Diagnostic, Entry, Map, Node, Span, Value};

/// What a policy document is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Told {
    /// It says who may assume a role.
    Trust(Node),
    /// It says what a role may do.
    Permissions(Node),
    /// It says both, and was split.
    Both {
        /// Who may assume the role.
        trust: Node,
        /// What it may do.
        permissions: Node,
    },
}

/// A policy document in a file, and what the file calls it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Named<'a> {
    /// The key it stands under.
    pub name: Option<&'a str>,
    /// The document.
    pub document: &'a Node,
}

/// What a statement is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Trust,
    Permissions,
    Either,
    Resource,
}

/// The policy documents of a file: it is one, a list of some, or a mapping of nothing but names to
/// some: `{"TrustPolicy": {…}, "PermissionsPolicy": {…}}`. Empty where it is none of these.
pub(super) fn documents(node: &Node) -> Vec<Named<'_>> {
    if is_document(node) {
        return vec![Named { name: None, document: node }];
    }
    let found: Vec<_> = match &node.value {
        Value::Seq(items) => items.iter().map(|document| Named { name: None, document }).collect(),
        Value::Map(map) => map
            .entries
            .iter()
            .map(|entry| Named { name: Some(&entry.key), document: &entry.value })
            .collect(),
        _ => Vec::new(),
    };
    if found.iter().all(|one| is_document(one.document)) { found } else { Vec::new() }
}

/// Whether a value is a policy document, and not, say, a template that has one.
pub(super) fn is_document(node: &Node) -> bool {
    // The grammar's three elements: IAM user guide, "Grammar of the IAM JSON policy language".
    const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
    let Some(map) = node.as_map() else { return false };
    let known = |entry: &Entry| ELEMENTS.iter().any(|name| entry.key.eq_ignore_ascii_case(name));
    entry(map, "Statement").is_some() && map.entries.iter().all(known)
}

/// Tells what a policy document is for, and splits one that is for both, statement by statement.
///
/// # Errors
/// What is wrong where it is for neither: a policy of a bucket or a queue, say.
pub(super) fn tell(document: &Node) -> Result<Told, Diagnostic> {
    let Some(statements) = document.as_map().and_then(|map| entry(map, "Statement")) else {
        let what = "this is no policy document: it has no `Statement`";
        return Err(Diagnostic::error(what).at(document.span));
    };
    let one = std::slice::from_ref(&statements.value);
    let list = if let Value::Seq(list) = &statements.value.value { list.as_slice() } else { one };
    let told: Vec<_> = list.iter().map(purpose).collect();
    if let Some(at) = told.iter().position(|one| *one == For::Resource) {
        return Err(resource_policy(&list[at]));
    }
    let has = |what: For| told.contains(&what);
    Ok(match (has(For::Trust), has(For::Permissions)) {
        (true, true) => {
            // What says neither goes with the permissions, where IAM complains about what lacks.
            let part = |of: &dyn Fn(For) -> bool| {
                let list = list.iter().zip(&told).filter(|(_, told)| of(**told));
                with_statements(document, list.map(|(one, _)| one.clone()).collect(), statements)
            };
            Told::Both {
                trust: part(&|told| told == For::Trust),
                permissions: part(&|told| told != For::Trust),
            }
        }
        (true, false) => Told::Trust(document.clone()),
        (false, _) => Told::Permissions(document.clone()),
    })
}

/// What one statement is for, as the elements in it say: a trust policy has a principal and no
/// resource, which is the role itself; a permissions policy has a resource and no principal, which
/// is the role too (IAM user guide, "JSON policy element reference": Principal, Resource).
fn purpose(statement: &Node) -> For {
    let Some(map) = statement.as_map() else { return For::Either };
    let has = |name: &str, not: &str| entry(map, name).or(entry(map, not)).is_some();
    let actions = entry(map, "Action").or(entry(map, "NotAction"));
    let on_role = |of: fn(&Node) -> bool| actions.is_some_and(|entry| of(&entry.value));
    match (has("Principal", "NotPrincipal"), has("Resource", "NotResource")) {
        // Copied from an example with a resource, which a trust policy may not have; or with an
        // action of another service beside the right ones. IAM says so.
        (true, true) if on_role(|actions| every(actions, is_trust_action)) => For::Trust,
        (true, false) if actions.is_none() || on_role(|actions| any(actions, is_trust_action)) => {
            For::Trust
        }
        (true, _) => For::Resource,
        (false, true) => For::Permissions,
        (false, false) => For::Either,
    }
}

/// The actions on a role: AWS service authorization reference, actions of AWS STS with the resource
/// type `role`, and those that go along with them.
fn is_trust_action(action: &str) -> bool {
    const ACTIONS: [&str; 6] = [
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
        "sts:setcontext",
    ];
    let action = action.to_ascii_lowercase();
    ACTIONS.contains(&action.as_str()) || (action.starts_with("sts:") && action.contains('*'))
}

fn texts(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Seq(items) => items.iter().filter_map(Node::as_str).collect(),
        _ => node.as_str().into_iter().collect(),
    }
}

fn every(node: &Node, of: fn(&str) -> bool) -> bool {
    let texts = texts(node);
    !texts.is_empty() && texts.into_iter().all(of)
}

fn any(node: &Node, of: fn(&str) -> bool) -> bool {
    texts(node).into_iter().any(of)
}

/// A policy of another service's resource, which says by its actions whose.
fn resource_policy(statement: &Node) -> Diagnostic {
    let action = statement.as_map().and_then(|map| entry(map, "Action"));
    let service = action
        .and_then(|entry| texts(&entry.value).into_iter().next())
        .and_then(|action| action.split_once(':'))
        .map(|(service, _)| service.to_ascii_lowercase());
    let whose = match service.as_deref() {
        Some("s3") => "an S3 bucket".to_owned(),
        Some("sqs") => "an SQS queue".to_owned(),
        Some("sns") => "an SNS topic".to_owned(),
        Some("kms") => "a KMS key".to_owned(),
        Some("ecr") => "an ECR repository".to_owned(),
        Some("lambda") => "a Lambda function".to_owned(),
        Some("secretsmanager") => "a secret".to_owned(),
        Some(service) => format!("a resource of {service}"),
        None => "a resource of another service".to_owned(),
    };
    Diagnostic::error(format!("this is the policy of {whose}, which tracewright does not keep"))
        .at(statement.span)
        .label("it names both who and what, or an action that is not on a role")
        .help("a role has a trust policy, with `Principal` and `sts:AssumeRole`, and policies with `Resource`")
}

/// The document with these of its statements, and the rest of it as it is.
fn with_statements(document: &Node, list: Vec<Node>, statements: &Entry) -> Node {
    let ends = list.first().zip(list.last()).map(|(first, last)| (first.span, last.span.end));
    let span =
        ends.map_or(statements.value.span, |(first, end)| Span::new(first.file, first.start, end));
    let kept = Node::new(span, Value::Seq(list));
    let mut map = document.as_map().cloned().unwrap_or_default();
    for entry in &mut map.entries {
        if entry.key == statements.key {
            entry.value = kept.clone();
        }
    }
    Node::new(span, Value::Map(map))
}

/// An entry by its name, whose case IAM reads over.
fn entry<'a>(map: &'a Map, name: &str) -> Option<&'a Entry> {
    map.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::document::{Diagnostics, Sources, read_json};

    fn node(value: &Json) -> Node {
        let mut sources = Sources::default();
        let file = sources.add("policy.json", value.to_string());
        read_json(&sources, file, &mut Diagnostics::default()).unwrap()
    }

    fn told(statements: &Json) -> String {
        let document = node(&json!({"Version": "2012-10-17", "Statement": statements}));
        match tell(&document) {
            Ok(Told::Trust(_)) => "trust".to_owned(),
            Ok(Told::Permissions(_)) => "permissions".to_owned(),
            Ok(Told::Both { .. }) => "both".to_owned(),
            Err(problem) => problem.message,
        }
    }

    fn trust() -> Json {
        json!({"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": ["sts:AssumeRole"]})
    }

    fn permissions() -> Json {
        json!({"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"})
    }

    #[test]
    fn documents_are_told_by_what_they_name() {
        assert_eq!(told(&trust()), "trust");
        assert_eq!(told(&json!([permissions()])), "permissions");
        assert_eq!(told(&json!([trust(), permissions()])), "both");
        // That a role may assume another is a permission, and what a trust denies is one too.
        assert_eq!(
            told(&json!({"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::1:role/a"})),
            "permissions"
        );
        assert_eq!(told(&json!({"NotPrincipal": {"AWS": "*"}, "Action": "sts:*"})), "trust");
        assert_eq!(
            told(
                &json!({"Principal": "*", "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]})
            ),
            "trust"
        );
        assert_eq!(told(&json!({"principal": "*", "action": "STS:AssumeRole"})), "trust");
        assert_eq!(told(&json!({"NotAction": "iam:*", "NotResource": "*"})), "permissions");
        assert_eq!(told(&json!([])), "permissions");
        // For IAM to say what is wrong with them.
        assert_eq!(
            told(&json!({"Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"})),
            "trust"
        );
        assert_eq!(told(&json!({"Action": "s3:*"})), "permissions");
    }

    #[test]
    fn policies_of_other_things_are_named() {
        let bucket =
            json!({"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
        let what = "this is the policy of an S3 bucket, which tracewright does not keep";
        assert_eq!(told(&bucket), what);
        assert_eq!(told(&json!([permissions(), bucket])), what);
        let repository = json!({"Principal": "*", "Action": ["ecr:BatchGetImage"]});
        assert!(told(&repository).contains("an ECR repository"));
        assert!(
            tell(&node(&json!({"Version": "2012-10-17"})))
                .unwrap_err()
                .message
                .contains("no `Statement`")
        );
    }

    #[test]
    fn a_mixed_document_is_split() {
        let statements =
            json!([permissions(), trust(), {"Sid": "third", "Action": "s3:*", "Resource": "*"}]);
        let document = node(&json!({"Version": "2012-10-17", "Id": "x", "Statement": statements}));
        let Ok(Told::Both { trust: who, permissions: what }) = tell(&document) else { panic!() };
        assert_eq!(
            who.to_json(),
            json!({"Version": "2012-10-17", "Id": "x", "Statement": [trust()]})
        );
        assert_eq!(what.to_json()["Statement"], json!([statements[0], statements[2]]));
        assert_eq!(what.to_json()["Id"], "x");
        assert_ne!(who.span, what.span);
    }

    #[test]
    fn documents_are_found_in_lists_and_under_names() {
        let one = json!({"Version": "2012-10-17", "Statement": [trust()]});
        let other = json!({"Statement": permissions()});
        assert_eq!(documents(&node(&one)).len(), 1);
        assert_eq!(documents(&node(&json!([one, other]))).len(), 2);
        let wrapped = node(&json!({"PermissionsPolicy": other, "TrustPolicy": one}));
        let names: Vec<_> = documents(&wrapped).iter().map(|found| found.name.unwrap()).collect();
        assert_eq!(names, ["PermissionsPolicy", "TrustPolicy"]);
        // A role of the AWS CLI has more than documents.
        assert_eq!(
            documents(&node(&json!({"RoleName": "a", "AssumeRolePolicyDocument": one}))),
            []
        );
        assert_eq!(documents(&node(&json!({"Statement": [], "Resources": {}}))), []);
        assert_eq!(documents(&node(&json!("x"))), []);
    }
}

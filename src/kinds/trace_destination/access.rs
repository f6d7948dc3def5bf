//! Whether X-Ray may write spans into CloudWatch Logs, and the policy that lets it.
//!
//! Source: CloudWatch user guide, "Enable Transaction Search", which has the policy: X-Ray itself is
//! asked for `logs:PutLogEvents` on two log groups, on behalf of the account and in the region. The
//! groups need not be there yet.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::iam::{Decision, Request, decide};
use crate::kinds::grants::arn;
use crate::stack::Place;

/// The name of the policy that a step puts.
pub(super) const NAME: &str = "tracewright-xray-spans";

/// As many policies as a region may have that are about no single log group.
///
/// Source: service model of CloudWatch Logs, `PutResourcePolicy`.
pub(super) const MOST: usize = 10;

/// Who writes spans.
const WRITER: &str = "xray.amazonaws.com";

/// What it calls.
const ACTION: &str = "logs:PutLogEvents";

/// Where they go.
pub(super) const GROUPS: [&str; 2] = ["aws/spans", "/aws/application-signals/data"];

/// A log resource policy, as CloudWatch Logs lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LogPolicy {
    pub(super) name: String,
    /// Its document, as it was written.
    pub(super) document: String,
}

/// What the policies of a region make of X-Ray's spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Access {
    /// They may be written.
    InPlace,
    /// No policy lets X-Ray write them.
    Missing,
    /// The policy of this name denies it.
    Denied(String),
}

/// The ARNs of all that is in the log groups.
pub(super) fn groups(place: &Place) -> [String; 2] {
    GROUPS.map(|group| arn(place, "logs", &place.region, &format!("log-group:{group}:*")))
}

/// Whether X-Ray may write.
pub(super) fn access(policies: &[LogPolicy], place: &Place) -> Access {
    let about: Vec<_> = policies.iter().map(|policy| about_writer(&policy.document)).collect();
    let keys = BTreeMap::from([
        ("aws:SourceAccount".to_owned(), vec![place.account.clone()]),
        // What X-Ray calls itself there is not documented: only a policy that takes everything of
        // the account's X-Ray is sure to take it.
        ("aws:SourceArn".to_owned(), vec![source(place)]),
        ("aws:PrincipalServiceName".to_owned(), vec![WRITER.to_owned()]),
        ("aws:PrincipalIsAWSService".to_owned(), vec!["true".to_owned()]),
    ]);
    let decided = |policies: &[Value]| {
        groups(place).map(|group| {
            decide(policies, None, &Request { action: ACTION, resource: &group, keys: &keys })
        })
    };
    let denies =
        |policy: &&Value| decided(std::slice::from_ref(*policy)).contains(&Decision::Denied);
    if let Some(at) = about.iter().position(|policy| denies(&policy)) {
        return Access::Denied(policies[at].name.clone());
    }
    let lets = decided(&about).iter().all(|decision| *decision == Decision::Allowed);
    if lets { Access::InPlace } else { Access::Missing }
}

/// A policy without the statements that are about others. What cannot be read allows nothing.
fn about_writer(document: &str) -> Value {
    let mut policy: Value = serde_json::from_str(document).unwrap_or_default();
    let statements = match policy.get_mut("Statement").map(Value::take) {
        Some(Value::Array(statements)) => statements,
        Some(statement @ Value::Object(_)) => vec![statement],
        _ => Vec::new(),
    };
    let kept: Vec<_> = statements.into_iter().filter(is_about_writer).collect();
    json!({"Version": policy["Version"], "Statement": kept})
}

/// Whether a statement is about X-Ray. Whether `*` stands for services is not documented: it denies, and
/// does not allow.
fn is_about_writer(statement: &Value) -> bool {
    let names = |values: &Value| match values {
        Value::Array(values) => values.iter().any(|value| value == WRITER),
        value => value == WRITER,
    };
    let principal = statement.get("Principal");
    let is_named = principal.and_then(|who| who.get("Service")).is_some_and(names);
    let may_be_meant = principal.is_none_or(|who| who == "*") && statement["Effect"] == "Deny";
    is_named || may_be_meant
}

/// Everything of the account's X-Ray in the region.
fn source(place: &Place) -> String {
    arn(place, "xray", &place.region, "*")
}

/// The policy that a step puts, in the words of AWS's own instructions.
pub(super) fn ours(place: &Place) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "XRaySpans",
            "Effect": "Allow",
            "Principal": {"Service": WRITER},
            "Action": ACTION,
            "Resource": groups(place),
            "Condition": {
                "ArnLike": {"aws:SourceArn": source(place)},
                "StringEquals": {"aws:SourceAccount": place.account},
            },
        }],
    })
}

#[cfg(test)]
mod tests;

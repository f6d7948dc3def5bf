//! The properties of what has policies: roles, policies, and who may send X-Ray's spans where.

use serde_json::{Map as Object, Value, json};

use super::properties::{by_table, put_tags};
use super::resource::{Beside, Said};
use crate::import::cloudformation::properties::{MANAGED_POLICY, ROLE};

/// The ID of the policy that the destination of spans stands on.
const ACCESS: &str = "TransactionSearchAccess";

/// `AWS::IAM::Role`
pub(super) fn role(document: &Value, sent: &Value, _: &mut Said<'_>) -> Value {
    let mut properties = by_table(document, ROLE);
    properties.remove("Tags");
    let trust = "AssumeRolePolicyDocument";
    properties.insert(trust.to_owned(), spelled(document, sent, trust));
    // In the document they go by their names.
    if let Some(attached) = properties.get_mut("ManagedPolicyArns") {
        *attached =
            attached.as_object().into_iter().flatten().map(|(_, arn)| arn.clone()).collect();
    }
    let inline =
        sent["InlinePolicies"].as_object().or_else(|| document["InlinePolicies"].as_object());
    let inline = inline.into_iter().flatten();
    let inline: Vec<_> = inline
        .map(|(name, policy)| json!({"PolicyName": name, "PolicyDocument": policy}))
        .collect();
    if !inline.is_empty() {
        properties.insert("Policies".to_owned(), Value::Array(inline));
    }
    let mut properties = Value::Object(properties);
    put_tags(&mut properties, &document["Tags"]);
    properties
}

/// `AWS::IAM::ManagedPolicy`, which has no tags.
pub(super) fn managed_policy(document: &Value, sent: &Value, said: &mut Said<'_>) -> Value {
    let mut properties = by_table(document, MANAGED_POLICY);
    properties.insert("PolicyDocument".to_owned(), spelled(document, sent, "PolicyDocument"));
    if document["Tags"].as_object().is_some_and(|tags| !tags.is_empty()) {
        said.cannot("`AWS::IAM::ManagedPolicy` has no tags");
    }
    Value::Object(properties)
}

/// `AWS::XRay::ResourcePolicy`, whose document is a text. What the stack wants gone is not there.
pub(super) fn resource_policy(document: &Value, sent: &Value, said: &mut Said<'_>) -> Value {
    if document["absent"] == true || document["PolicyDocument"].is_null() {
        return Value::Null;
    }
    let policy = match spelled(document, sent, "PolicyDocument") {
        Value::String(text) => text,
        policy if has_parameter(&policy) => {
            said.cannot("its policy, a text in a template, has a secret in it");
            return Value::Null;
        }
        policy => policy.to_string(),
    };
    let mut properties = json!({"PolicyDocument": policy});
    let bypass = "BypassPolicyLockoutCheck";
    if let Some(given) = document.get(bypass).or_else(|| sent.get(bypass)).and_then(Value::as_bool)
    {
        properties[bypass] = json!(given);
    }
    properties
}

/// `AWS::XRay::TransactionSearchConfig`: spans go to CloudWatch Logs, and so many of them are indexed. X-Ray
/// has to be allowed to write there first.
///
/// Source: CloudWatch user guide, "Using Transaction Search with CloudFormation".
pub(super) fn transaction_search(document: &Value, _: &Value, said: &mut Said<'_>) -> Value {
    if document["Destination"] != "CloudWatchLogs" {
        said.cannot(
            "CloudFormation has X-Ray's own store only as what is there without a template",
        );
        return Value::Null;
    }
    if !document["CloudWatchLogsConfiguration"].is_null() {
        said.cannot("CloudFormation has no `CloudWatchLogsConfiguration`");
    }
    let place = &said.stack.place;
    let (partition, account, region) = (place.partition(), &place.account, &place.region);
    let group = |name: &str| format!("arn:{partition}:logs:{region}:{account}:log-group:{name}:*");
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "xray.amazonaws.com"},
            "Action": "logs:PutLogEvents",
            "Resource": [group("aws/spans"), group("/aws/application-signals/data")],
            "Condition": {
                "ArnLike": {"aws:SourceArn": format!("arn:{partition}:xray:{region}:{account}:*")},
                "StringEquals": {"aws:SourceAccount": account},
            },
        }],
    });
    let resource = json!({
        "Type": "AWS::Logs::ResourcePolicy",
        "Properties": {"PolicyName": ACCESS, "PolicyDocument": policy.to_string()},
    });
    said.draft.beside.push(Beside { under: said.address.clone(), id: ACCESS, resource });
    let indexing = said.stack.wanted.iter().find(|wanted| wanted.address.section == "indexing");
    let percentage = indexing.map(|wanted| wanted.document["DesiredSamplingPercentage"].clone());
    let properties = percentage.into_iter().map(|value| ("IndexingPercentage".to_owned(), value));
    Value::Object(properties.collect::<Object<_, _>>())
}

/// How much is indexed is part of the destination there.
pub(super) fn indexing(_: &Value, _: &Value, said: &mut Said<'_>) -> Value {
    let has_destination = said.stack.wanted.iter().any(|wanted| {
        wanted.address.section == "trace_destination"
            && wanted.document["Destination"] == "CloudWatchLogs"
    });
    if !has_destination {
        said.cannot("CloudFormation has it together with `trace_destination: { Destination: CloudWatchLogs }` only");
    }
    Value::Null
}

/// A policy as its author spells it.
fn spelled(document: &Value, sent: &Value, field: &str) -> Value {
    sent.get(field).filter(|policy| !policy.is_null()).unwrap_or(&document[field]).clone()
}

/// Whether a parameter stands in the place of a secret.
fn has_parameter(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key("Ref") || fields.values().any(has_parameter),
        Value::Array(items) => items.iter().any(has_parameter),
        _ => false,
    }
}

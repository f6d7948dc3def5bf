//! Sampling rules in AWS.

use std::collections::HashMap;

use aws_sdk_xray::types::{
    SamplingRateBoost, SamplingRule, SamplingRuleRecord, SamplingRuleUpdate,
};
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::{DEFAULT, SamplingRules};
use crate::aws::{Aws, Failure, Reads, Reason};
use crate::kinds::tags::mark_tags;
use crate::kinds::xray::{self, Seen, says, sdk_tags, unbuildable};
use crate::kinds::{Landed, Look, Observation};
use crate::plan::{Action, Step};

/// The rules of the region but Default, with their tags.
pub(super) async fn observe(reads: &Reads<'_>, look: &Look) -> Observation {
    let records = reads.sampling_rules().await.as_ref().map_err(Clone::clone);
    let rules = records.map(|records| records.iter().filter_map(seen).collect());
    xray::observe(&SamplingRules, reads.aws, look, rules).await
}

fn seen(record: &SamplingRuleRecord) -> Option<Seen> {
    let rule = record.sampling_rule.as_ref()?;
    let name = rule.rule_name.clone().filter(|name| name != DEFAULT)?;
    Some(Seen {
        arn: rule.rule_arn.clone(),
        document: canonical(rule, &name),
        modified: record.modified_at.and_then(|time| time.fmt(Format::DateTime).ok()),
        name,
    })
}

/// What AWS answers, in the form of [`super::spec::read`], but for the tags.
fn canonical(rule: &SamplingRule, name: &str) -> Value {
    let mut document = json!({
        "RuleName": name,
        "Priority": rule.priority,
        "FixedRate": rule.fixed_rate,
        "ReservoirSize": rule.reservoir_size,
        "ServiceName": rule.service_name,
        "ServiceType": rule.service_type,
        "Host": rule.host,
        "HTTPMethod": rule.http_method,
        "URLPath": rule.url_path,
        "ResourceARN": rule.resource_arn,
    });
    if let Some(attributes) = rule.attributes.as_ref().filter(|map| !map.is_empty()) {
        document["Attributes"] = attributes.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
    }
    if let Some(boost) = &rule.sampling_rate_boost {
        document["SamplingRateBoost"] = json!({
            "MaxRate": boost.max_rate,
            "CooldownWindowMinutes": boost.cooldown_window_minutes,
        });
    }
    document
}

/// Does what a step says. Where it takes several calls the digest is written last, so that its
/// absence says "unfinished".
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked => Ok(Landed::Whole),
        Action::Delete => delete(aws, step).await.map(|()| Landed::Whole),
        Action::Create => create(aws, step).await,
        Action::Replace => {
            delete(aws, step).await?;
            create(aws, step).await
        }
        Action::Update | Action::Adopt | Action::Move => update(aws, step).await,
    }
}

/// A rule that is gone is deleted: the SDK's retry of a call whose answer was lost finds just that, or
/// is denied, where a policy allows what carries the mark, and nothing else.
async fn delete(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let request = aws.xray.delete_sampling_rule().rule_name(&step.name).send();
    match aws.call("xray:DeleteSamplingRule", request).await {
        Err(failure) if says(&failure, "does not exist") => Ok(()),
        Err(failure) if failure.reason == Reason::Denied => match is_there(aws, &step.name).await {
            Ok(false) => Ok(()),
            _ => Err(failure),
        },
        other => other.map(drop),
    }
}

async fn is_there(aws: &Aws, name: &str) -> Result<bool, Failure> {
    let reads = Reads::new(aws);
    let records = reads.sampling_rules().await.as_ref().map_err(Clone::clone)?;
    let mut rules = records.iter().filter_map(|record| record.sampling_rule.as_ref());
    Ok(rules.any(|rule| rule.rule_name.as_deref() == Some(name)))
}

async fn create(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let Some(document) = &step.document else {
        return Ok(Landed::Whole);
    };
    match send_create(aws, document, None, mark_tags(step, true)).await {
        Err(failure)
            if matches!(failure.reason, Reason::Refused | Reason::Unintelligible)
                && is_ours(aws, step, true).await =>
        {
            Ok(Landed::Whole)
        }
        Err(failure) if refuses_priority(&failure, step) => {
            let tags = mark_tags(step, false);
            match send_create(aws, document, spare_priority(step), tags).await {
                Err(failure)
                    if failure.reason != Reason::Refused || !is_ours(aws, step, false).await =>
                {
                    Err(failure)
                }
                _ => Ok(Landed::Parked),
            }
        }
        other => other.map(|()| Landed::Whole),
    }
}

/// Whether the rule that this step makes is there although AWS refused to make it: its answer was
/// lost, and the SDK's retry found the name, the priority or the last place of the quota taken by it.
async fn is_ours(aws: &Aws, step: &Step, finished: bool) -> bool {
    xray::carries(aws, &arn(aws, step), step, finished).await
}

async fn send_create(
    aws: &Aws,
    document: &Value,
    priority: Option<i64>,
    tags: Vec<(String, String)>,
) -> Result<(), Failure> {
    let rule = SamplingRule::builder()
        .rule_name(text(document, "RuleName"))
        .resource_arn(text(document, "ResourceARN"))
        .priority(priority.map_or_else(|| integer(&document["Priority"]), whole))
        .fixed_rate(document["FixedRate"].as_f64().unwrap_or_default())
        .reservoir_size(integer(&document["ReservoirSize"]))
        .service_name(text(document, "ServiceName"))
        .service_type(text(document, "ServiceType"))
        .host(text(document, "Host"))
        .http_method(text(document, "HTTPMethod"))
        .url_path(text(document, "URLPath"))
        .version(1)
        .set_attributes(attributes(document))
        .set_sampling_rate_boost(boost(document))
        .build();
    // The builder checks what `spec` has checked: members that are missing.
    let Ok(rule) = rule else {
        return Err(unbuildable("xray:CreateSamplingRule"));
    };
    let request =
        aws.xray.create_sampling_rule().sampling_rule(rule).set_tags(Some(sdk_tags(tags)?));
    aws.call("xray:CreateSamplingRule", request.send()).await.map(drop)
}

async fn update(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let document = step.document.as_ref().unwrap_or(&Value::Null);
    let fields: Vec<_> =
        step.changes.iter().map(|change| change.path.field()).filter(|f| *f != "Tags").collect();
    xray::untag(aws, step, &arn(aws, step)).await?;
    if !fields.is_empty() {
        match send_update(aws, document, &fields, None).await {
            Err(failure) if refuses_priority(&failure, step) => {
                send_update(aws, document, &fields, spare_priority(step)).await?;
                return Ok(Landed::Parked);
            }
            other => other?,
        }
    }
    xray::tag(aws, step, &arn(aws, step)).await.map(|()| Landed::Whole)
}

/// Sends only the fields that change: samplers start a rule over when it is written.
async fn send_update(
    aws: &Aws,
    document: &Value,
    fields: &[&str],
    priority: Option<i64>,
) -> Result<(), Failure> {
    let mut update = SamplingRuleUpdate::builder().rule_name(text(document, "RuleName"));
    for field in fields {
        let string = || Some(text(document, field));
        update = match *field {
            "Priority" => {
                update.priority(priority.map_or_else(|| integer(&document["Priority"]), whole))
            }
            "FixedRate" => update.set_fixed_rate(document["FixedRate"].as_f64()),
            "ReservoirSize" => update.reservoir_size(integer(&document["ReservoirSize"])),
            "ServiceName" => update.set_service_name(string()),
            "ServiceType" => update.set_service_type(string()),
            "Host" => update.set_host(string()),
            "HTTPMethod" => update.set_http_method(string()),
            "URLPath" => update.set_url_path(string()),
            "ResourceARN" => update.set_resource_arn(string()),
            // No attributes is said with an empty mapping; none at all would leave them.
            "Attributes" => {
                update.set_attributes(attributes(document).or_else(|| Some(HashMap::new())))
            }
            "SamplingRateBoost" => update.set_sampling_rate_boost(boost(document)),
            _ => update,
        };
    }
    let request = aws.xray.update_sampling_rule().sampling_rule_update(update.build());
    aws.call("xray:UpdateSamplingRule", request.send()).await.map(drop)
}

/// A parked rule's last calls: its own priority, then its tags.
pub(super) async fn settle(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let Some(document) = &step.document else {
        return Ok(());
    };
    send_update(aws, document, &["Priority"], None).await?;
    xray::tag(aws, step, &arn(aws, step)).await
}

fn arn(aws: &Aws, step: &Step) -> String {
    step.arn(aws.place()).unwrap_or_default()
}

/// Whether AWS refused the priority because another rule has it. The text is not documented, so
/// anything that it says of the priority counts, and only where the plan knows of another rule.
fn refuses_priority(failure: &Failure, step: &Step) -> bool {
    step.detour.is_some() && says(failure, "priority")
}

fn spare_priority(step: &Step) -> Option<i64> {
    step.detour.as_ref()?.get("Priority")?.as_i64()
}

fn text(document: &Value, field: &str) -> String {
    document[field].as_str().unwrap_or_default().to_owned()
}

fn integer(value: &Value) -> i32 {
    whole(value.as_i64().unwrap_or_default())
}

/// Integers are 32 bits wide on the wire; `spec` bounds those that have a bound.
fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn attributes(document: &Value) -> Option<HashMap<String, String>> {
    let attributes = document.get("Attributes")?.as_object()?;
    let pair = |(key, value): (&String, &Value)| {
        (key.clone(), value.as_str().unwrap_or_default().to_owned())
    };
    Some(attributes.iter().map(pair).collect())
}

fn boost(document: &Value) -> Option<SamplingRateBoost> {
    let boost = document.get("SamplingRateBoost")?;
    let builder = SamplingRateBoost::builder()
        .max_rate(boost["MaxRate"].as_f64()?)
        .cooldown_window_minutes(integer(&boost["CooldownWindowMinutes"]));
    Some(builder.build())
}

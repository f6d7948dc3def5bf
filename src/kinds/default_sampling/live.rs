//! The Default rule in AWS.

use aws_sdk_xray::types::SamplingRuleUpdate;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::DefaultSampling;
use crate::aws::{Aws, Failure, Reads};
use crate::kinds::sampling_rules::DEFAULT;
use crate::kinds::{About, Kind as _, Landed, Live, Observation, Unreadable};
use crate::plan::{Step, touches};

pub(super) async fn observe(reads: &Reads<'_>) -> Observation {
    let section = DefaultSampling.section();
    let unreadable = |because: String| Observation {
        unreadable: vec![Unreadable { section, about: About::Section, because, seen: None }],
        ..Observation::default()
    };
    let records = match reads.sampling_rules().await {
        Ok(records) => records,
        Err(failure) => return unreadable(failure.told()),
    };
    let found = records.iter().find_map(|record| {
        let rule = record.sampling_rule.as_ref()?;
        (rule.rule_name.as_deref() == Some(DEFAULT)).then_some((record, rule))
    });
    let Some((record, rule)) = found else {
        return unreadable(
            "X-Ray did not list its Default rule, which every region has".to_owned(),
        );
    };
    let live = Live {
        section,
        name: DEFAULT.to_owned(),
        arn: rule.rule_arn.clone(),
        document: json!({"FixedRate": rule.fixed_rate, "ReservoirSize": rule.reservoir_size}),
        sensitive: Vec::new(),
        mark: None,
        facts: Value::Null,
        // Never changed reads back as the epoch.
        modified: record
            .modified_at
            .filter(|time| time.secs() > 0)
            .and_then(|time| time.fmt(Format::DateTime).ok()),
    };
    Observation { live: vec![live], ..Observation::default() }
}

/// Sends the fields that change; the rule takes no others.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let Some(document) = &step.document else {
        return Ok(Landed::Whole);
    };
    let mut update = SamplingRuleUpdate::builder().rule_name(DEFAULT);
    if touches(step, "FixedRate") {
        update = update.set_fixed_rate(document["FixedRate"].as_f64());
    }
    if touches(step, "ReservoirSize") {
        let size = document["ReservoirSize"].as_i64().and_then(|size| i32::try_from(size).ok());
        update = update.set_reservoir_size(size);
    }
    let request = aws.xray.update_sampling_rule().sampling_rule_update(update.build());
    aws.call("xray:UpdateSamplingRule", request.send()).await?;
    Ok(Landed::Whole)
}

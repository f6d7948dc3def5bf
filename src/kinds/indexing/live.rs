//! X-Ray's indexing rule in AWS.

use aws_sdk_xray::types::{
    IndexingRule, IndexingRuleValue, IndexingRuleValueUpdate, ProbabilisticRuleValueUpdate,
};
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::Indexing;
use super::spec::{DESIRED, SHIPPED};
use crate::aws::{Aws, Failure, Reads, Reason, next_page};
use crate::kinds::sampling_rules::DEFAULT;
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Step, after};

pub(super) async fn observe(reads: &Reads<'_>, look: &Look) -> Observation {
    let section = Indexing.section();
    let unreadable = |because: String| Observation {
        unreadable: vec![Unreadable { section, about: About::Section, because, seen: None }],
        ..Observation::default()
    };
    let rule = match rule(reads.aws).await {
        Ok(rule) => rule,
        Err(failure) => return unreadable(failure.told()),
    };
    // The model has at least one rule in the list; where there is none yet, an update tells.
    let Some(rule) = rule else { return Observation::default() };
    let Some(IndexingRuleValue::Probabilistic(value)) = &rule.rule else {
        return unreadable("X-Ray's indexing rule is of a sort that is not known here".to_owned());
    };
    // Who looks at everything looks for what somebody made.
    let percentage = value.desired_sampling_percentage;
    if look.all.is_some() && json!(percentage) == json!(SHIPPED) {
        return Observation::default();
    }
    let live = Live {
        section,
        name: DEFAULT.to_owned(),
        arn: None,
        document: json!({DESIRED: percentage}),
        sensitive: Vec::new(),
        mark: None,
        facts: Value::Null,
        // Never changed may read back as the epoch, as with the Default rule.
        modified: rule
            .modified_at
            .filter(|time| time.secs() > 0)
            .and_then(|time| time.fmt(Format::DateTime).ok()),
    };
    Observation { live: vec![live], ..Observation::default() }
}

/// The one rule that there is.
async fn rule(aws: &Aws) -> Result<Option<IndexingRule>, Failure> {
    const GET: &str = "xray:GetIndexingRules";
    let mut token = None;
    loop {
        let request = aws.xray.get_indexing_rules().set_next_token(token.clone());
        let answer = aws.call(GET, request.send()).await?;
        let rules = answer.indexing_rules.unwrap_or_default();
        let found = rules.into_iter().find(|rule| rule.name.as_deref() == Some(DEFAULT));
        if found.is_some() {
            return Ok(found);
        }
        match next_page(GET, token.as_deref(), answer.next_token)? {
            None => return Ok(None),
            next => token = next,
        }
    }
}

pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    const UPDATE: &str = "xray:UpdateIndexingRule";
    let value = ProbabilisticRuleValueUpdate::builder()
        .set_desired_sampling_percentage(after(step, DESIRED).and_then(Value::as_f64))
        .build()
        .map_err(|error| Failure::unsaid(UPDATE, Reason::Refused, error.to_string()))?;
    let request = aws
        .xray
        .update_indexing_rule()
        .name(DEFAULT)
        .rule(IndexingRuleValueUpdate::Probabilistic(value));
    aws.call(UPDATE, request.send()).await?;
    Ok(Landed::Whole)
}

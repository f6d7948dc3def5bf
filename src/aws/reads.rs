//! What one look at AWS reads, each thing once.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_resourcegroupstagging::config::{Config, Region};
use aws_sdk_resourcegroupstagging::types::TagFilter;
use aws_sdk_xray::types::SamplingRuleRecord;
use tokio::sync::OnceCell;

use super::failure::{Failure, Reason};
use super::session::Aws;
use crate::safety::STACK_TAG;

/// One look at AWS. What several kinds need is read by the first that asks and kept for the rest;
/// a new look is a new value of this.
#[derive(Debug)]
pub struct Reads<'a> {
    /// The connection.
    pub aws: &'a Aws,
    sampling_rules: OnceCell<Result<Vec<SamplingRuleRecord>, Failure>>,
}

impl<'a> Reads<'a> {
    /// A new look.
    pub fn new(aws: &'a Aws) -> Self {
        Self { aws, sampling_rules: OnceCell::new() }
    }

    /// Every sampling rule of the region, the Default rule among them.
    ///
    /// X-Ray has no call for one rule, so that each read is a scan.
    pub(crate) async fn sampling_rules(&self) -> &Result<Vec<SamplingRuleRecord>, Failure> {
        self.sampling_rules.get_or_init(|| scan(self.aws)).await
    }
}

/// The token of the page that follows, if one does. One that leads back to its own page would
/// never end.
pub(crate) fn next_page(
    action: &'static str,
    token: Option<&str>,
    next: Option<String>,
) -> Result<Option<String>, Failure> {
    let next = next.filter(|token| !token.is_empty());
    if next.is_some() && next.as_deref() == token {
        let message = "a page of the answer is followed by itself".to_owned();
        let reason = Reason::Unintelligible;
        return Err(Failure::unsaid(action, reason, message));
    }
    Ok(next)
}

/// Everything of a type that carries one of these marks, as the Resource Groups Tagging API lists it:
/// ARNs, each with its mark. It may list what is deleted, so that each has to be looked at; what stands on two
/// pages, since the list moved meanwhile, is there once.
///
/// It lists all types but IAM's users and roles, of one region; what is global is in the home
/// region of its partition. Source: Resource Groups Tagging API reference, "Services that support
/// the Resource Groups Tagging API".
pub(crate) async fn marked(
    aws: &Aws,
    what: &str,
    owners: &BTreeSet<&str>,
    region: &str,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    let owners: Vec<_> = owners.iter().map(|owner| (*owner).to_owned()).collect();
    // Twenty values are the most that a filter takes (service model, `TagValueList`).
    for some in owners.chunks(20) {
        let mark = TagFilter::builder().key(STACK_TAG).set_values(Some(some.to_vec())).build();
        found.extend(tagged(aws, what, &mark, region).await?);
    }
    Ok(found)
}

async fn tagged(
    aws: &Aws,
    what: &str,
    mark: &TagFilter,
    region: &str,
) -> Result<BTreeMap<String, String>, Failure> {
    let region = Region::new(region.to_owned());
    let mut found = BTreeMap::new();
    let mut token = None;
    loop {
        let request = aws
            .tagging
            .get_resources()
            .resource_type_filters(what)
            .tag_filters(mark.clone())
            .resources_per_page(100)
            .set_pagination_token(token.clone())
            .customize()
            .config_override(Config::builder().region(region.clone()));
        let answer = aws.call("tag:GetResources", request.send()).await?;
        let list = answer.resource_tag_mapping_list.unwrap_or_default();
        found.extend(list.into_iter().filter_map(|mapping| {
            let mark = mapping.tags().iter().find(|tag| tag.key() == STACK_TAG);
            let mark = mark.map(|tag| tag.value().to_owned()).unwrap_or_default();
            Some((mapping.resource_arn?, mark))
        }));
        match next_page("tag:GetResources", token.as_deref(), answer.pagination_token)? {
            None => return Ok(found),
            next => token = next,
        }
    }
}

async fn scan(aws: &Aws) -> Result<Vec<SamplingRuleRecord>, Failure> {
    let mut records = Vec::new();
    let mut token = None;
    loop {
        let request = aws.xray.get_sampling_rules().set_next_token(token.clone()).send();
        let answer = aws.call("xray:GetSamplingRules", request).await?;
        records.extend(answer.sampling_rule_records.unwrap_or_default());
        match next_page("xray:GetSamplingRules", token.as_deref(), answer.next_token)? {
            None => return Ok(records),
            next => token = next,
        }
    }
}

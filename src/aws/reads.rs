//! What one look at AWS reads, each thing once.

use aws_sdk_xray::types::SamplingRuleRecord;
use tokio::sync::OnceCell;

use super::failure::Failure;
use super::session::Aws;

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
        Self {
            aws,
            sampling_rules: OnceCell::new(),
        }
    }

    /// Every sampling rule of the region, the Default rule among them.
    ///
    /// X-Ray has no call for one rule, so that each read is a scan.
    pub(crate) async fn sampling_rules(&self) -> &Result<Vec<SamplingRuleRecord>, Failure> {
        self.sampling_rules.get_or_init(|| scan(self.aws)).await
    }
}

async fn scan(aws: &Aws) -> Result<Vec<SamplingRuleRecord>, Failure> {
    let mut records = Vec::new();
    let mut token = None;
    loop {
        let request = aws.xray.get_sampling_rules().set_next_token(token).send();
        let answer = aws.call("xray:GetSamplingRules", request).await?;
        records.extend(answer.sampling_rule_records.unwrap_or_default());
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(records);
        }
    }
}

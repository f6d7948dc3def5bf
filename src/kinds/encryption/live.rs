//! X-Ray's encryption in AWS.

use std::time::Duration;

use aws_sdk_xray::types::{EncryptionConfig, EncryptionStatus, EncryptionType};
use serde_json::{Value, json};

use super::spec::{KEY, NONE, TYPE};
use super::{Encryption, STATUS, spec};
use crate::aws::{Aws, Failure, Reads, Reason};
use crate::kinds::sampling_rules::DEFAULT;
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Step, after};

/// X-Ray is changing over.
pub(super) const UPDATING: &str = "UPDATING";

/// How long X-Ray may take to change over. AWS gives no bound; this is what Terraform waits.
const LONGEST: Duration = Duration::from_mins(15);

pub(super) async fn observe(reads: &Reads<'_>, look: &Look) -> Observation {
    let section = Encryption.section();
    let unreadable = |because: String| Observation {
        unreadable: vec![Unreadable { section, about: About::Section, because, seen: None }],
        ..Observation::default()
    };
    let config = match config(reads.aws).await {
        Ok(config) => config,
        Err(failure) => return unreadable(failure.told()),
    };
    let Some(ty) = config.r#type.as_ref().map(EncryptionType::as_str) else {
        return unreadable("X-Ray did not say what it encrypts with".to_owned());
    };
    let mut document = json!({TYPE: ty});
    if let Some(key) = &config.key_id {
        document[KEY] = json!(key);
    }
    spec::canonical(&mut document, reads.aws.place());
    // Who looks at everything looks for what somebody made.
    if look.all.is_some() && document == json!({TYPE: NONE}) {
        return Observation::default();
    }
    let live = Live {
        section,
        name: DEFAULT.to_owned(),
        arn: None,
        document,
        sensitive: Vec::new(),
        mark: None,
        facts: json!({STATUS: config.status.as_ref().map(EncryptionStatus::as_str)}),
        modified: None,
    };
    Observation { live: vec![live], ..Observation::default() }
}

async fn config(aws: &Aws) -> Result<EncryptionConfig, Failure> {
    let request = aws.xray.get_encryption_config();
    let answer = aws.call("xray:GetEncryptionConfig", request.send()).await?;
    Ok(answer.encryption_config.unwrap_or_else(|| EncryptionConfig::builder().build()))
}

/// Writes all of it, and waits until X-Ray has changed over.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    const PUT: &str = "xray:PutEncryptionConfig";
    let text = |field| after(step, field).and_then(Value::as_str);
    let Some(ty) = text(TYPE) else { return Ok(Landed::Whole) };
    let request = aws
        .xray
        .put_encryption_config()
        .r#type(EncryptionType::from(ty))
        .set_key_id(text(KEY).map(str::to_owned));
    aws.call(PUT, request.send()).await?;
    let is_done = async || {
        let status = config(aws).await?.status;
        Ok(status.is_none_or(|status| status != EncryptionStatus::Updating))
    };
    if aws.until("X-Ray to change its encryption over", LONGEST, is_done).await? {
        return Ok(Landed::Whole);
    }
    let message =
        format!("X-Ray has taken it and still says {UPDATING}; `plan` says so until it is done");
    Err(Failure::unsaid(PUT, Reason::Down, message))
}

//! What X-Ray has one of in each region: what it encrypts with, how much it indexes, and where spans
//! go. None of it can be deleted or tagged (model).

use serde::{Deserialize, Serialize};

use super::super::late::Late;
use super::super::{Call, Options};

/// What is kept of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// The ARN of the KMS key; without one X-Ray uses its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encrypted_with: Option<String>,
    /// Unless it is as it ships.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) indexing: Option<Indexing>,
    /// Spans go to CloudWatch Logs.
    pub(super) spans_to_logs: bool,
    /// They went there once, so that there are log groups for them.
    pub(super) has_log_groups: bool,
}

/// The rule `Default`, once somebody changed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Indexing {
    pub(super) percentage: f64,
    pub(super) modified_at: u64,
}

impl Settings {
    pub(super) fn is_untouched(&self) -> bool {
        *self == Self::default()
    }
}

/// Changes that are under way: X-Ray accepts them, and goes on with them after its answer.
#[derive(Debug, Default)]
pub(in super::super) struct Changes(Late);

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Encryption,
    Destination,
}

impl Changes {
    /// A change begins.
    pub(super) fn begin(&self, call: &Call<'_>, change: Change) {
        self.0.begin(&name(call, change), delay(call.options));
    }

    /// Whether it is under way. Each question that finds it so brings its end nearer.
    pub(super) fn is_under_way(&self, call: &Call<'_>, change: Change) -> bool {
        !self.0.is_done(&name(call, change))
    }

    /// Whether X-Ray sees these log resource policies yet, which it was first asked about a while ago.
    pub(super) fn sees(&self, call: &Call<'_>, policies: &str) -> bool {
        let name = format!("{}/{}/{policies}", call.account, call.region);
        self.0.is_done_since_met(&name, delay(call.options))
    }
}

fn delay(options: &Options) -> u32 {
    options.xray_delay
}

fn name(call: &Call<'_>, change: Change) -> String {
    format!("{}/{}/{change:?}", call.account, call.region)
}

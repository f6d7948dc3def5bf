//! Trust policies, which IAM does not keep as text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A role's trust policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trust {
    /// The document as it came.
    pub(super) text: String,
    /// The unique ids behind the ARNs of this account's roles and users in it, as they were when
    /// the document was written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) ids: BTreeMap<String, String>,
}

//! The mark that says whose a resource is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::Digest;

/// The tag whose value is the owning stack's name.
pub const STACK_TAG: &str = "tracewright:stack";
/// The tag that remembers what was last applied; its format is [`Digest`]'s.
pub const DIGEST_TAG: &str = "tracewright:digest";
/// The tag that protects a resource; `false` is the one value that does not.
pub const PROTECT_TAG: &str = "tracewright:protect";
/// How every tag of ours begins.
pub const OURS: &str = "tracewright:";

/// Our mark on a live resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// The stack that owns it.
    pub stack: String,
    /// The digest tag's value; `None` says that an apply did not finish.
    pub digest: Option<String>,
    /// It is neither deleted nor made anew.
    pub protected: bool,
}

impl Mark {
    /// Takes our tags, and AWS's own, out of a resource's tags, and returns the mark they make.
    pub fn take_from(tags: &mut BTreeMap<String, String>) -> Option<Self> {
        let stack = tags.remove(STACK_TAG);
        let digest = tags.remove(DIGEST_TAG);
        // Another word than ours errs to the safe side.
        let protected = tags.remove(PROTECT_TAG).is_some_and(|value| value != "false");
        tags.retain(|key, _| !key.starts_with("aws:") && !key.starts_with(OURS));
        stack.map(|stack| Self { stack, digest, protected })
    }

    /// Whether an apply did not finish.
    pub fn is_unfinished(&self) -> bool {
        self.digest.is_none()
    }

    /// What was last applied, where the tag says it in a form that is known.
    pub fn digest(&self) -> Option<Digest> {
        self.digest.as_deref().and_then(Digest::parse)
    }
}

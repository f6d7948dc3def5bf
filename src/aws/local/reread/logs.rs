//! Log groups. They come in the order of their names (documented), and their tags are a map.

use serde_json::{Value, json};

use super::Chance;
use super::json::{shuffle, there_or_not};

/// Rewrites an answer.
pub(super) fn rewrite(answer: &mut Value, chance: &Chance) {
    // The model has a boolean that need not be there, and nothing says when it is.
    there_or_not(answer, "logGroups[].deletionProtectionEnabled", &json!(false), chance);
    // No order is documented.
    shuffle(answer, "resourcePolicies", chance);
}

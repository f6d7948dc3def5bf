//! The resources that the tagging API lists.

use serde_json::Value;

use super::Chance;
use super::json::{each, shuffle};

/// Rewrites an answer.
pub(super) fn rewrite(answer: &mut Value, chance: &Chance) {
    // No order is documented.
    shuffle(answer, "ResourceTagMappingList", chance);
    shuffle(answer, "ResourceTagMappingList[].Tags", chance);
    // Documented: the CLI's examples end with an empty token, the model's text speaks of `null`.
    each(answer, "PaginationToken", &mut |token| {
        if token == "" && chance.toss() {
            *token = Value::Null;
        }
    });
}

//! Parameters. Values come in the order of their names (documented).

use serde_json::{Value, json};

use super::Chance;
use super::json::{respell_number, shuffle, there_or_not};

/// Rewrites an answer.
pub(super) fn rewrite(answer: &mut Value, chance: &Chance) {
    shuffle(answer, "TagList", chance);
    for parameter in ["Parameters[]", "Parameter"] {
        // The model has a timestamp, which both are.
        respell_number(answer, &format!("{parameter}.LastModifiedDate"), chance);
    }
    // Documented of `DescribeParameters` alone: no order, and best effort. An answer of it has tiers.
    if answer.pointer("/Parameters/0/Tier").is_some() {
        shuffle(answer, "Parameters", chance);
        there_or_not(answer, "Parameters[].Policies", &json!([]), chance);
    }
}

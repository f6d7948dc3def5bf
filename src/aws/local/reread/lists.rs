//! X-Ray and the tagging API, whose answers are little more than lists.

use serde_json::Value;

use super::Chance;
use super::json::{each, respell_number, shuffle};

/// X-Ray's rules and tags.
pub(super) fn rewrite_rules(answer: &mut Value, chance: &Chance) {
    // Recorded: four lists of rules, not by priority and not by name. Documented: tags have no order.
    shuffle(answer, "SamplingRuleRecords", chance);
    shuffle(answer, "Tags", chance);
    for record in ["SamplingRuleRecords[]", "SamplingRuleRecord"] {
        // Recorded: whole seconds in one body, and clients of others read a fraction. The model has
        // a timestamp, which both are.
        respell_number(answer, &format!("{record}.CreatedAt"), chance);
        respell_number(answer, &format!("{record}.ModifiedAt"), chance);
        // The model has doubles, and 1 and 1.0 are one double.
        respell_number(answer, &format!("{record}.SamplingRule.FixedRate"), chance);
        let boost = format!("{record}.SamplingRule.SamplingRateBoost.MaxRate");
        respell_number(answer, &boost, chance);
    }
    // Recorded: `null` on the wire. Documented examples have none.
    if answer.get("NextToken") == Some(&Value::Null) && chance.toss() {
        remove(answer, "NextToken");
    }
}

/// The tagging API's resources.
pub(super) fn rewrite_resources(answer: &mut Value, chance: &Chance) {
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

fn remove(answer: &mut Value, member: &str) {
    if let Value::Object(members) = answer {
        members.remove(member);
    }
}

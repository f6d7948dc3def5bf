//! X-Ray's rules and groups, their tags, resource policies, and its settings. `Attributes` is there in each
//! recording, and so it is here; the text of a policy comes back byte for byte (recording).

use serde_json::{Value, json};

use super::Chance;
use super::json::{respell_number, shuffle};

/// Rewrites an answer.
pub(super) fn rewrite(answer: &mut Value, chance: &Chance) {
    // Recorded: four lists of rules, not by priority and not by name. Documented: tags have no order.
    shuffle(answer, "SamplingRuleRecords", chance);
    shuffle(answer, "Tags", chance);
    // Documented for neither: lists without an order that is promised.
    shuffle(answer, "Groups", chance);
    shuffle(answer, "ResourcePolicies", chance);
    for policy in ["ResourcePolicies[]", "ResourcePolicy"] {
        respell_number(answer, &format!("{policy}.LastUpdatedTime"), chance);
    }
    // Documented examples of groups have no InsightsConfiguration where insights are off; in recordings it
    // is there.
    let groups = answer.get_mut("Groups").and_then(Value::as_array_mut);
    for group in groups.into_iter().flatten() {
        let insights = &group["InsightsConfiguration"];
        let is_off = *insights == json!({"InsightsEnabled": false, "NotificationsEnabled": false});
        if is_off
            && chance.toss()
            && let Value::Object(members) = group
        {
            members.remove("InsightsConfiguration");
        }
    }
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
    for rule in ["IndexingRules[]", "IndexingRule"] {
        respell_number(answer, &format!("{rule}.ModifiedAt"), chance);
        for percentage in ["DesiredSamplingPercentage", "ActualSamplingPercentage"] {
            respell_number(answer, &format!("{rule}.Rule.Probabilistic.{percentage}"), chance);
        }
    }
    // Documented: the example of get-encryption-config has a key beside `NONE`. Recorded: an answer of
    // put-encryption-config has none.
    if answer["EncryptionConfig"]["Type"] == "NONE" && chance.toss() {
        answer["EncryptionConfig"]["KeyId"] = json!("ae4aa6d49-a4d8-9df9-a475-4ff6d7898456");
    }
    // Recorded: `null` on the wire. Documented examples have none.
    if let Value::Object(members) = answer
        && members.get("NextToken") == Some(&Value::Null)
        && chance.toss()
    {
        members.remove("NextToken");
    }
}

//! What a step does beside changing the destination: the log resource policy that has to be there
//! first, and what is only sent.

use serde_json::{Value, json};

use super::access::{GROUPS, MOST, NAME};
use super::spec::{ACCESS, DESTINATION, KEY, LOGS, MISSING, key};
use crate::kinds::Live;
use crate::plan::{Change, Detail, Effect, Path, Permission, Step};
use crate::stack::Wanted;

/// In the facts of what is live: the policy that a step may have to put; the name of the one that denies;
/// and whether there are as many as there may be.
pub(super) const POLICY: &str = "policy";
pub(super) const DENIED_BY: &str = "denied_by";
pub(super) const IS_FULL: &str = "is_full";

/// In the detail of a step, beside the policy, the key and the destination: why it must fail.
pub(super) const IN_THE_WAY: &str = "in_the_way";

pub(super) fn detail(wanted: &Wanted, live: &Live, changes: &[Change]) -> Detail {
    let touches = |field: &str| changes.iter().any(|change| change.path == Path::of(field));
    let destination = &wanted.document[DESTINATION];
    let to_logs = *destination == json!(LOGS);
    let moves = touches(DESTINATION);
    let policy = &live.facts[POLICY];
    let puts = to_logs && touches(ACCESS) && live.document[ACCESS] == json!(MISSING);
    let in_the_way = if to_logs && touches(ACCESS) { in_the_way(&live.facts) } else { None };
    let key = key(&wanted.sent).filter(|_| to_logs && moves);

    let mut told = Vec::new();
    if moves && to_logs {
        told.push(format!(
            "sends the spans of the whole account in this region to the log group {}, for which \
             CloudWatch Logs charges; 1 % of them is indexed as traces, unless `indexing` says \
             otherwise",
            GROUPS[0]
        ));
    }
    if moves && !to_logs {
        told.push(format!(
            "leaves the log group {} with its spans, and what lets X-Ray write there, as they are",
            GROUPS[0]
        ));
    }
    if puts && in_the_way.is_none() {
        let [spans, data] = GROUPS;
        told.push(format!(
            "puts the log resource policy `{NAME}` first, which lets X-Ray write into {spans} and {data}"
        ));
    }
    if let Some(key) = key {
        told.push(format!(
            "has {} encrypted with {key} where X-Ray makes that log group, and fails where it is there \
             already",
            GROUPS[0]
        ));
    }
    told.extend(in_the_way.as_ref().map(|why| format!("fails: {why}")));
    let policy = if puts { policy.clone() } else { Value::Null };
    let value = json!({DESTINATION: destination, POLICY: policy, KEY: key, IN_THE_WAY: in_the_way});
    Detail { value, told, acts: false }
}

/// What no call of a step's could do anything about.
fn in_the_way(facts: &Value) -> Option<String> {
    if let Some(name) = facts[DENIED_BY].as_str() {
        return Some(format!(
            "the log resource policy `{name}` denies X-Ray to write spans; change that one, or take it away"
        ));
    }
    let is_full = facts[IS_FULL] == json!(true);
    is_full.then(|| {
        format!(
            "the region has {MOST} log resource policies, which is as many as there may be, and none \
             lets X-Ray write spans; take one away, or add it to one"
        )
    })
}

/// What X-Ray may do once the policy is there.
pub(super) fn permissions(step: &Step) -> Vec<Permission> {
    let value = &step.detail.value;
    if !value[POLICY].is_object() || value[IN_THE_WAY].is_string() {
        return Vec::new();
    }
    let [spans, data] = GROUPS;
    let what =
        format!("X-Ray may logs:PutLogEvents on {spans} and {data} of this account and region");
    vec![Permission { effect: Effect::Added, what }]
}

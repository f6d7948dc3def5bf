//! Trust policies, which IAM writes anew for each reader.

use serde_json::{Map, Value, json};

use super::Chance;
use super::json::{each, text};

/// A trust policy in another spelling of the same.
///
/// Recorded: principals in another order on each of 14 reads of one role; keys of conditions in
/// another order (reports of users of ACK); members in an order of IAM's own. Suggested by recordings
/// and proven by none: a list of one as the one. Other tools take these for the same: actions and
/// values of conditions in another order, and an account and the ARN of its root.
pub(super) fn respelled(document: &str, chance: &Chance) -> String {
    let Ok(mut document) = serde_json::from_str(document) else { return document.to_owned() };
    each(&mut document, "Statement[]", &mut |statement| respell(statement, chance));
    text(&document, chance)
}

fn respell(statement: &mut Value, chance: &Chance) {
    for element in ["Action", "NotAction"] {
        each(statement, element, &mut |actions| respell_list(actions, chance));
    }
    each(statement, "Principal", &mut |kinds| {
        for names in members(kinds) {
            respell_account(names, chance);
            respell_list(names, chance);
        }
    });
    each(statement, "Condition", &mut |operators| {
        members(operators).flat_map(members).for_each(|values| respell_list(values, chance));
    });
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(Map::values_mut)
}

/// A list in any order, and a list of one as the one, or the other way round.
fn respell_list(value: &mut Value, chance: &Chance) {
    match value {
        Value::Array(list) if list.len() != 1 => chance.shuffle(list),
        Value::Array(list) if chance.toss() => *value = list.remove(0),
        Value::Array(_) => {}
        one if chance.toss() => *one = json!([one.take()]),
        _ => {}
    }
}

/// The ARN of an account's root as the account.
fn respell_account(names: &mut Value, chance: &Chance) {
    let account = |name: &str| {
        let (begin, account) = name.strip_suffix(":root")?.rsplit_once(':')?;
        begin.ends_with(":iam:").then(|| account.to_owned())
    };
    let respell = |name: &mut Value| {
        if let Some(account) = name.as_str().and_then(account)
            && chance.toss()
        {
            *name = account.into();
        }
    };
    match names {
        Value::Array(list) => list.iter_mut().for_each(respell),
        one => respell(one),
    }
}

//! JSON: finding values in it, and writing it in one of the ways it can be written.

use serde_json::{Map, Value, json};

use super::Chance;

/// Calls for each value at a dotted path, in which `name[]` is every element of a list.
pub(super) fn each(value: &mut Value, path: &str, call: &mut dyn FnMut(&mut Value)) {
    if path.is_empty() {
        return call(value);
    }
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = first.strip_suffix("[]").unwrap_or(first);
    match value.get_mut(name) {
        Some(Value::Array(items)) if name != first => {
            for item in items {
                each(item, rest, call);
            }
        }
        Some(inner) if name == first => each(inner, rest, call),
        _ => {}
    }
}

/// Puts the lists at a path into any order.
pub(super) fn shuffle(value: &mut Value, path: &str, chance: &Chance) {
    each(value, path, &mut |list| {
        if let Value::Array(items) = list {
            chance.shuffle(items);
        }
    });
}

/// Where the member at a path is not there or is this value: one or the other.
pub(super) fn there_or_not(value: &mut Value, path: &str, usual: &Value, chance: &Chance) {
    let (parent, member) = path.rsplit_once('.').unwrap_or(("", path));
    each(value, parent, &mut |object| {
        if let Value::Object(members) = object
            && members.get(member).is_none_or(|value| value == usual)
        {
            if chance.toss() {
                members.insert(member.to_owned(), usual.clone());
            } else {
                members.remove(member);
            }
        }
    });
}

/// Whole numbers at a path, with a fraction of zero or without.
pub(super) fn respell_number(value: &mut Value, path: &str, chance: &Chance) {
    each(value, path, &mut |value| {
        let Some(number) = value.as_f64().filter(|number| number.fract() == 0.0) else { return };
        #[expect(clippy::cast_possible_truncation, reason = "a rate, or a moment in seconds")]
        let whole = number as i64;
        *value = if chance.toss() { json!(number) } else { json!(whole) };
    });
}

/// The text of a value, the members of each object in any order.
pub(super) fn text(value: &Value, chance: &Chance) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| text(item, chance)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => object(members, chance),
        scalar => scalar.to_string(),
    }
}

fn object(members: &Map<String, Value>, chance: &Chance) -> String {
    let mut members: Vec<_> = members.iter().collect();
    chance.shuffle(&mut members);
    let member = |(name, value): &(&String, &Value)| {
        format!("{}:{}", Value::from(name.as_str()), text(value, chance))
    };
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

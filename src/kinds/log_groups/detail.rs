//! What a step does to what is in a log group.

use serde_json::Value;

use super::spec::{CLASS, KEY, PROTECTION, RETENTION};
use crate::kinds::Live;
use crate::plan::{Change, Detail};
use crate::stack::Wanted;

/// How much is in a log group, among the facts of a live one.
pub(super) const STORED: &str = "storedBytes";

pub(super) fn detail(wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
    let of = |field: &str| changes.iter().find(|change| change.path.field() == field);
    let mut told = Vec::new();
    if wanted.is_none() || of(CLASS).is_some() {
        told.push(lost(live));
        if live.document[PROTECTION] == true {
            told.push(format!(
                "is protected from deletion in CloudWatch Logs: this will fail until an apply of its \
                 own has set `{PROTECTION}: false`"
            ));
        }
    } else {
        told.extend(of(RETENTION).and_then(shortened));
        let key = of(KEY).filter(|change| change.before.is_some());
        told.extend(key.map(|_| {
            "what is stored stays encrypted with the old key, which is needed to read it".to_owned()
        }));
    }
    Detail { told, ..Detail::default() }
}

/// What goes with a log group. How much that is CloudWatch Logs counts late.
fn lost(live: &Live) -> String {
    let stored = live.facts[STORED].as_u64().unwrap_or_default();
    let much = if stored > 0 { format!(" ({})", amount(stored)) } else { String::new() };
    format!(
        "deletes all its logs{much}, its metric filters and its subscriptions; nothing brings them back"
    )
}

/// What goes when events stay for less time than before.
fn shortened(change: &Change) -> Option<String> {
    let days = |value: &Option<Value>| value.as_ref().and_then(Value::as_i64);
    let after = days(&change.after)?;
    let shorter = days(&change.before).is_none_or(|before| after < before);
    let unit = if after == 1 { "day" } else { "days" };
    shorter.then(|| format!("deletes the log events that are older than {after} {unit}"))
}

fn amount(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut left = bytes;
    let mut unit = 0;
    // A digit behind the point is kept by counting tenths.
    let mut tenths = bytes.saturating_mul(10);
    while left >= 1000 && unit + 1 < UNITS.len() {
        left /= 1000;
        tenths /= 1000;
        unit += 1;
    }
    let unit_name = UNITS[unit];
    if unit == 0 {
        format!("{bytes} bytes")
    } else {
        format!("{}.{} {unit_name}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_told_in_units_that_fit() {
        let told = [1, 999, 1000, 1_250_000, 3_999_999_999, u64::MAX / 10].map(amount);
        assert_eq!(told[..5], ["1 bytes", "999 bytes", "1.0 kB", "1.2 MB", "3.9 GB"]);
        assert!(told[5].ends_with(" TB"));
    }
}

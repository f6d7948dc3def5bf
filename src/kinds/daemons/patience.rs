//! How long a deployment is waited for: `wait` beside a daemon's fields.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Map, Value};

/// Our setting.
pub(super) const WAIT: &str = "wait";

/// How long where nothing is said, which is what Terraform waits.
const USUAL: Duration = Duration::from_mins(20);

/// Longer than this is a slip: the bake time of a deployment is at most a day.
///
/// Source: ECS developer guide, "Daemon deployments".
const LONGEST: Duration = Duration::from_hours(48);

/// The setting in seconds, 0 for `false`; `None` where it is left out.
pub(super) fn read(settings: &Map, found: &mut Diagnostics) -> Option<u64> {
    let node = settings.get(WAIT).filter(|node| !node.is_null())?;
    let seconds = match &node.value {
        Value::Bool(false) => Some(0),
        Value::Bool(true) => Some(USUAL.as_secs()),
        Value::String(text) => spelled(text),
        _ => None,
    };
    if seconds.is_none_or(|seconds| seconds > LONGEST.as_secs()) {
        let message = format!("`{WAIT}` is `false` or a time like `20m`, not {}", node.shown());
        let help = "it says how long an apply waits for a deployment: `90s`, `20m`, `2h`";
        found.push(Diagnostic::error(message).at(node.span).help(help));
        return None;
    }
    seconds
}

/// `90s`, `20m` or `2h` in seconds.
fn spelled(text: &str) -> Option<u64> {
    let text = text.trim();
    if text == "false" {
        return Some(0);
    }
    let (at, unit) = text.char_indices().last()?;
    let scale = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => return None,
    };
    text[..at].trim().parse::<u64>().ok()?.checked_mul(scale)
}

/// As it goes with what a step sends.
pub(super) fn sent(wait: Option<u64>) -> Json {
    wait.map_or(Json::Null, |seconds| json!({ WAIT: seconds }))
}

/// How long a step waits; `None` where it does not.
pub(super) fn of(sent: &Json) -> Option<Duration> {
    match sent[WAIT].as_u64() {
        None => Some(USUAL),
        Some(0) => None,
        Some(seconds) => Some(Duration::from_secs(seconds)),
    }
}

/// The JSON Schema of the setting.
pub(super) fn schema() -> Json {
    json!({
        "anyOf": [
            { "type": "boolean" },
            { "type": "string", "pattern": "^([0-9]+[smh]|.*\\$\\{.*)$" },
            { "type": "null" },
        ],
        "description": "how long an apply waits for a deployment, `20m` where it is left out; `false` does not wait",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Sources, read_yaml};

    #[test]
    fn times_are_spelled_as_people_do() {
        for (text, seconds) in [
            ("90s", Some(90)),
            ("20m", Some(1200)),
            ("2h", Some(7200)),
            ("false", Some(0)),
            ("49h", None),
            ("5", None),
            ("m", None),
            ("1d", None),
            ("", None),
        ] {
            let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
            let file = sources.add("stack.yaml", format!("wait: \"{text}\"\n"));
            let node = read_yaml(&sources, file, &mut found).unwrap();
            let read = read(node.as_map().unwrap(), &mut found);
            assert_eq!((read, found.errors()), (seconds, usize::from(seconds.is_none())), "{text}");
        }
        assert_eq!(of(&Json::Null), Some(USUAL));
        assert_eq!(of(&sent(Some(0))), None);
        assert_eq!(of(&sent(Some(5))), Some(Duration::from_secs(5)));
    }
}

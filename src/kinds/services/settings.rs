//! The settings of a service, ours beside ECS's fields: whether its deployments are waited for, and
//! whether one that fails is taken back.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::plan::Step;

/// How long a deployment is waited for; `false` not at all.
pub(super) const WAIT: &str = "wait";
/// Whether the task definition before is put back where one does not come up.
pub(super) const ROLLBACK: &str = "rollback";
/// In what is sent, the service itself; the settings stand beside it.
pub(super) const SERVICE: &str = "service";

/// How long is waited where nothing is said: what the AWS CLI's `wait services-stable` waits, 40 times
/// 15 seconds.
const USUAL: Duration = Duration::from_mins(10);
/// Longer waits than this are slips.
const LONGEST: u64 = 24 * 60 * 60;

/// The settings of a body, as they stand beside what is sent.
pub(super) fn read(settings: &Map, found: &mut Diagnostics) -> Json {
    let mut read = json!({});
    if let Some(node) = given(settings, WAIT) {
        if let Some(seconds) = seconds(node) {
            read[WAIT] = json!(seconds);
        } else {
            let message =
                format!("`{WAIT}` is `false` or how long, like `10m`, not {}", node.shown());
            let help = "`90s`, `10m` or `1h`, at most a day: that long `apply` waits until a \
                        deployment is stable; left out, 10 minutes";
            found.push(Diagnostic::error(message).at(node.span).help(help));
        }
    }
    if let Some(node) = given(settings, ROLLBACK) {
        if let Some(rollback) = boolean(node) {
            read[ROLLBACK] = json!(rollback);
        } else {
            let message = format!("`{ROLLBACK}` is `true` or `false`, not {}", node.shown());
            found.push(Diagnostic::error(message).at(node.span));
        }
        if read[ROLLBACK] == json!(true) && read[WAIT] == json!(0) {
            let message = format!(
                "`{ROLLBACK}: true` needs a `{WAIT}`: what is not waited for is not \
                                   known to fail"
            );
            found.push(Diagnostic::error(message).at(node.span));
        }
    }
    read
}

fn given<'a>(settings: &'a Map, name: &str) -> Option<&'a Node> {
    settings.get(name).filter(|node| !node.is_null())
}

fn boolean(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if node.interpolated => text.trim().parse().ok(),
        _ => None,
    }
}

/// `false` is no time at all, and `true` the usual one.
fn seconds(node: &Node) -> Option<u64> {
    match boolean(node) {
        Some(false) => return Some(0),
        Some(true) => return Some(USUAL.as_secs()),
        None => {}
    }
    let text = node.as_str()?.trim();
    let unit = [("s", 1), ("m", 60), ("h", 60 * 60)];
    let (number, seconds) =
        unit.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds)))?;
    let number: u64 = number.parse().ok()?;
    number.checked_mul(seconds).filter(|all| (1..=LONGEST).contains(all))
}

/// How long a step waits for its deployment, if it does.
pub(super) fn wait(step: &Step) -> Option<Duration> {
    let all = step.sent[WAIT].as_u64().map_or(USUAL, Duration::from_secs);
    (!all.is_zero()).then_some(all)
}

/// Whether a step takes a deployment back that fails.
pub(super) fn rolls_back(step: &Step) -> bool {
    step.sent[ROLLBACK] == json!(true)
}

/// What the settings are, for editors.
pub(super) fn describe(properties: &mut Json) {
    properties[WAIT] = json!({
        "anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^([0-9]+[smh]|.*\\$\\{.*)$"},
            {"type": "null"},
        ],
        "description": "how long `apply` waits until a deployment is stable, `90s`, `10m`, `1h`; \
                        `false` does not wait; left out, 10 minutes",
    });
    properties[ROLLBACK] = json!({
        "type": ["boolean", "string", "null"],
        "description": "`true` puts the task definition before back where a deployment does not \
                        become stable",
    });
}

//! `limits:` in the envelope: how much a plan may delete.

use serde_json::{Value as Json, json};

use super::envelope::Opener;
use crate::document::{Diagnostic, Entry, Node, Value, or_nearest};
use crate::safety::Limits;

/// The keys of `limits`.
pub(super) const KEYS: [&str; 2] = ["free_deletions", "max_deletion_percent"];

/// Their JSON Schema.
pub(super) fn schema() -> Json {
    let Limits { free_deletions, max_deletion_percent } = Limits::default();
    let [free, percent] = KEYS;
    json!({
        "type": ["object", "null"],
        "description": "how much an apply may delete without `--allow-deletes`",
        "properties": {
            free: {
                "type": ["integer", "null"],
                "minimum": 0,
                "default": free_deletions,
                "description": "deletions up to this many need no permission",
            },
            percent: {
                "type": ["integer", "null"],
                "minimum": 0,
                "maximum": 100,
                "default": max_deletion_percent,
                "description": "more than these may be deleted up to this share of what the stack owns",
            },
        },
        "additionalProperties": false,
    })
}

impl Opener<'_> {
    /// The limits that the stack sets; what it leaves out is as everywhere.
    pub(super) fn limits(&mut self) -> Limits {
        let mut limits = Limits::default();
        let Some(node) = self.map.get("limits").filter(|node| !node.is_null()) else {
            return limits;
        };
        let Value::Map(map) = &node.value else {
            let message = format!("`limits` is a mapping, not {}", node.kind());
            let help = "write it like `limits: { free_deletions: 3, max_deletion_percent: 30 }`";
            self.found.push(Diagnostic::error(message).at(node.span).help(help));
            return limits;
        };
        for entry in map.entries.iter().filter(|entry| !entry.value.is_null()) {
            match read(entry) {
                Err(problem) => self.found.push(problem),
                Ok(number) if entry.key == KEYS[0] => limits.free_deletions = number,
                Ok(number) => limits.max_deletion_percent = number,
            }
        }
        limits
    }
}

fn read(entry: &Entry) -> Result<usize, Diagnostic> {
    let Entry { key, key_span, value } = entry;
    if !KEYS.contains(&key.as_str()) {
        let problem = Diagnostic::error(format!("`limits` has no `{key}`")).at(*key_span);
        return Err(problem.label("not known here").maybe_help(or_nearest(key, &KEYS)));
    }
    let most = if key == KEYS[0] { usize::MAX } else { 100 };
    let range = if key == KEYS[0] { "from 0" } else { "from 0 to 100" };
    whole(value).filter(|number| *number <= most).ok_or_else(|| {
        // A limit that somebody else sets would be none.
        let message = format!("`{key}` is a whole number {range}, not {}", value.shown());
        Diagnostic::error(message).at(value.span).help("write the number itself, without quotes")
    })
}

fn whole(node: &Node) -> Option<usize> {
    match &node.value {
        Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    }
}

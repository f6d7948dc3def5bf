//! What a daemon has beside its task: the log group that it writes to, and the parameter with its
//! configuration. They are the stack's where it has the sections for them, and before the task.

use serde_json::{Value as Json, json};

use super::{BESIDE, DAEMON};
use crate::plan::Address;
use crate::stack::{Wanted, escaped};

/// The section of log groups.
pub(super) const LOG_GROUPS: &str = "log_groups";
/// The section of parameters.
pub(super) const PARAMETERS: &str = "parameters";

/// The sections of what may stand beside a task.
pub(crate) const SECTIONS: [&str; 2] = [LOG_GROUPS, PARAMETERS];

/// How long a daemon's log stays, in days: it is about the daemon itself, and nobody asks for it later.
const RETENTION: u64 = 30;

/// The most that a standard parameter holds, in bytes (Systems Manager user guide, "Managing parameter
/// tiers").
const STANDARD: usize = 4096;

/// A resource that comes with a task.
pub(crate) struct Beside {
    /// The task's address.
    pub(crate) of: Address,
    /// The resource's section.
    pub(crate) section: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// Its body, where the file has none.
    pub(crate) body: Json,
}

/// All that comes with the tasks of a stack.
pub(crate) fn beside(wanted: &[Wanted]) -> Vec<Beside> {
    let all = wanted.iter().flat_map(|task| {
        SECTIONS.into_iter().flat_map(move |section| {
            let of_section = task.settings[DAEMON][BESIDE][section].as_object();
            of_section.into_iter().flatten().map(move |(name, body)| Beside {
                of: task.address.clone(),
                section,
                name: name.clone(),
                body: body.clone(),
            })
        })
    });
    all.collect()
}

/// The log group, as the daemon has it.
pub(super) fn log_group() -> Json {
    json!({"retentionInDays": RETENTION})
}

/// The parameter with a configuration.
pub(super) fn parameter(config: &str) -> Json {
    let mut body = json!({
        "Type": "String",
        "Value": escaped(config),
        "Description": "the configuration of a tracing daemon, written by tracewright",
    });
    if config.len() > STANDARD {
        body["Tier"] = json!("Advanced");
    }
    body
}

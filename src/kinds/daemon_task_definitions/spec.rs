//! How the task definition of a managed daemon is written: as any, but for what it does not have.

use serde_json::Value as Json;

use super::absent;
use crate::daemons::{self, DAEMON, Runs};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value, shape};
use crate::kinds::task_definitions::canonical::Of;
use crate::kinds::task_definitions::checks::{check_any, list};
use crate::kinds::task_definitions::revisions::Words;
use crate::kinds::task_definitions::spec::{CONTAINERS, Sort, read_as};
use crate::stack::{Body, Given};

/// How they are read.
pub(super) static SORT: Sort = Sort {
    root: &shape::DAEMON_TASK_DEFINITION,
    noun: "a daemon task definition",
    wrapper: "daemonTaskDefinition",
    read_only: &READ_ONLY,
    of: Of::Daemon,
    check,
};

/// What is said of revisions.
pub(super) static WORDS: Words = Words { removes: "deletes", is_deployed: false };

/// Source: service model, the members of `DaemonTaskDefinition` that are not of
/// `RegisterDaemonTaskDefinitionRequest`.
const READ_ONLY: [&str; 6] = [
    "daemonTaskDefinitionArn",
    "revision",
    "status",
    "registeredAt",
    "registeredBy",
    "deleteRequestedAt",
];

/// The log drivers that daemons have.
///
/// Source: ECS developer guide, "Daemon task definitions", supported container parameters.
const LOG_DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// The canonical document; the plain tree of it is what is sent.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    read_as(&SORT, given, found, |map, found| {
        absent::refuse(map, found);
        let daemon = given.settings.get(DAEMON).filter(|node| !node.is_null());
        let Some(word) = daemon else { return Some(Vec::new()) };
        let daemon = daemons::expand(Runs::Managed, map, word, given, found)?;
        Some(vec![(DAEMON, daemon)])
    })
}

fn check(map: &Map, canonical: &Json, found: &mut Diagnostics) {
    check_any(map, canonical, found);
    for volume in list(map, "volumes").iter().filter_map(Node::as_map) {
        // Source: service model, `DaemonVolume.logDriverVolumeConfiguration`.
        if let (Some(_), Some(node)) =
            (volume.get("host"), volume.get("logDriverVolumeConfiguration"))
        {
            let message = "a volume is of the host or of a log driver, not of both";
            found.push(Diagnostic::error(message).at(node.span).help("take one of them out"));
        }
    }
    let Some(Value::Seq(containers)) = map.get(CONTAINERS).map(|node| &node.value) else { return };
    for container in containers {
        let Some(fields) = container.as_map() else { continue };
        // Source: the guide, which asks for a name that the service model does not.
        if fields.get("name").is_none_or(Node::is_null) {
            let problem = Diagnostic::error("a daemon's container needs a `name`");
            found.push(problem.at(container.span));
        }
        let logging = fields.get("logConfiguration").and_then(Node::as_map);
        let driver = logging.and_then(|logging| logging.get("logDriver"));
        if let Some((node, driver)) = driver.and_then(|node| Some((node, node.as_str()?)))
            && !LOG_DRIVERS.contains(&driver)
        {
            let message = format!("managed daemons have no log driver {}", node.shown());
            let help = format!("they have {}", LOG_DRIVERS.join(", "));
            found.push(Diagnostic::error(message).at(node.span).help(help));
        }
    }
}

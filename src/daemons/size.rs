//! What a daemon takes of the CPU and the memory of its task.

use serde_json::{Value as Json, json};

use super::word::Daemon;
use super::{Sort, containers};
use crate::document::{Diagnostic, Diagnostics, Map, Node};
use crate::kinds::task_units;

/// What it takes in CPU units and MiB. For the X-Ray daemon these are the developer guide's.
fn size(sort: Sort) -> (u64, u64) {
    if sort == Sort::Xray { (32, 256) } else { (64, 256) }
}

fn number(container: &Node, field: &str) -> Option<u64> {
    container.as_map()?.get(field)?.spelled()?.trim().parse().ok()
}

/// The memory that it may use, or can count on, in MiB.
pub(super) fn memory(container: &Node) -> u64 {
    let given = number(container, "memory").or_else(|| number(container, "memoryReservation"));
    given.unwrap_or(size(Sort::Adot).1)
}

/// What of its size fits into what the task has left. Where a field does not, the daemon gets no share of
/// its own and takes what the others do not use; a task is not registered whose containers have more CPU
/// than it.
///
/// Source: ECS answers "The sum of all container 'cpu' values cannot be greater than the value of the task
/// 'cpu'" (recording); ECS developer guide,
/// "Task definition parameters", on `memory`.
pub(super) fn fitting(task: &Map, daemon: &Daemon, found: &mut Diagnostics) -> Json {
    let of_task = |field: &str| task_units(field, task.get(field)?.spelled()?.trim());
    let (cpu, reservation) = size(daemon.sort);
    let is_own = |field: &str| {
        let own = daemon.container.as_ref().and_then(Node::as_map);
        own.is_some_and(|own| own.get(field).is_some())
    };
    // No more can be counted on than what it is stopped above.
    let most = daemon.container.as_ref().and_then(|own| number(own, "memory"));
    let reservation = most.map_or(reservation, |most| reservation.min(most));
    let mut fitting = json!({});
    for (field, of_app, own, unit, is_given) in [
        ("cpu", ["cpu", "cpu"], cpu, "CPU units", is_own("cpu")),
        (
            "memory",
            ["memory", "memoryReservation"],
            reservation,
            "MiB",
            is_own("memory") || is_own("memoryReservation"),
        ),
    ] {
        let taken = |one: &Node| number(one, of_app[0]).or_else(|| number(one, of_app[1]));
        let all: u64 = containers(task).iter().filter_map(taken).sum();
        match of_task(field).filter(|most| all + own > *most && !is_given) {
            None => fitting[of_app[1]] = json!(own),
            Some(most) => {
                let message = format!(
                    "of the task's {most} {unit} its containers have {all}, so that none are the \
                     daemon's own: it takes what they do not use"
                );
                let help = format!("give the task more than {}", all + own - 1);
                found.push(Diagnostic::warning(message).at(daemon.span).help(help));
            }
        }
    }
    fitting
}

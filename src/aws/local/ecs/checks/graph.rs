//! What ECS checks where one container names another.

use super::super::super::reply::Fault;
use super::super::client;
use super::super::members::{Members as _, Structure};
use super::{Task, name};

/// Checks links, volumes of other containers, and what waits for what.
pub(super) fn check(task: &Task<'_>) -> Result<(), Fault> {
    for container in &task.containers {
        check_links(task, container)?;
        check_volumes_from(task, container)?;
        check_dependencies(task, container)?;
    }
    check_cycles(task)
}

/// `container` or `container:alias`, in bridge mode only (model).
fn check_links(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    for link in container.texts("links") {
        if task.network != "bridge" {
            // Recording, for awsvpc.
            let message = format!("Links are not supported when networkMode={}.", task.network);
            return Err(client(message));
        }
        let target = link.split(':').next().unwrap_or_default();
        if !task.has_container(target) {
            return Err(client(format!("Unknown container '{target}' in links.")));
        }
    }
    Ok(())
}

fn check_volumes_from(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    for volume in container.structures("volumesFrom") {
        let source = volume.text("sourceContainer").unwrap_or("null");
        if !task.has_container(source) {
            return Err(client(format!("Unknown container '{source}' in volumesFrom.")));
        }
    }
    Ok(())
}

/// The texts are recordings, the plus sign in one of them too. Whether `HEALTHY` needs the other
/// container to have a health check is not known.
fn check_dependencies(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    for dependency in container.structures("dependsOn") {
        let awaited = dependency.text("containerName").unwrap_or_default();
        let Some(other) = task.container(awaited) else {
            return Err(client(format!(
                "Cannot depend on container + '{awaited}' because it does not exist"
            )));
        };
        let ends = matches!(dependency.text("condition"), Some("SUCCESS" | "COMPLETE"));
        if ends && other.truth("essential") != Some(false) {
            return Err(client(
                "A dependency container with SUCCESS or COMPLETE condition cannot be an essential \
                 container",
            ));
        }
    }
    Ok(())
}

/// Takes away, again and again, the containers that wait for none of the others; what is left
/// waits for itself. The text is ours.
fn check_cycles(task: &Task<'_>) -> Result<(), Fault> {
    let mut waiting = task.containers.clone();
    loop {
        let left = waiting.iter().filter(|container| {
            let mut awaited = container.structures("dependsOn");
            awaited.any(|dependency| {
                let awaited = dependency.text("containerName");
                waiting.iter().any(|other| Some(name(other)) == awaited)
            })
        });
        let left = left.copied().collect::<Vec<_>>();
        if left.is_empty() {
            return Ok(());
        }
        if left.len() == waiting.len() {
            return Err(client("Container dependencies must not be circular."));
        }
        waiting = left;
    }
}

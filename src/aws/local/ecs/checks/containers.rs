//! What ECS checks in each container.

use super::super::super::reply::Fault;
use super::super::members::{Members as _, Structure};
use super::super::{client, size};
use super::{Task, invalid_setting, is_plain, name};

/// Numbers with bounds, by the structure they are in (model, in words).
const BOUNDS: [(&str, &str, i64, i64); 6] = [
    ("healthCheck", "interval", 5, 300),
    ("healthCheck", "timeout", 2, 60),
    ("healthCheck", "retries", 1, 10),
    ("healthCheck", "startPeriod", 0, 300),
    ("restartPolicy", "restartAttemptPeriod", 60, 1800),
    ("linuxParameters", "swappiness", 0, 100),
];

/// How many items lists may have, by the structure they are in (model, in words).
const MOST_ITEMS: [(Option<&str>, &str, usize); 3] = [
    (None, "environmentFiles", 10),
    (None, "credentialSpecs", 1),
    (Some("restartPolicy"), "ignoredExitCodes", 50),
];

/// Checks the containers one by one.
pub(super) fn check(task: &Task<'_>) -> Result<(), Fault> {
    let mut names = Vec::new();
    for container in &task.containers {
        check_identity(container)?;
        if names.contains(&name(container)) {
            // Recording.
            return Err(client("Container names must be unique within a Task Definition."));
        }
        names.push(name(container));
        check_memory(task, container)?;
        check_bounds(container)?;
        check_environment(container)?;
        check_secrets(task, container)?;
        check_logging(container)?;
        check_mounts(task, container)?;
        if task.network == "awsvpc" && container.contains_key("hostname") {
            // Recording.
            let message = "hostname is not supported on container when networkMode=awsvpc.";
            return Err(client(message));
        }
    }
    // "All tasks must have at least one essential container" (model).
    if task.containers.iter().all(|container| container.truth("essential") == Some(false)) {
        return Err(client("At least one container of a Task Definition must be essential."));
    }
    check_cpu(task)
}

/// The texts are recordings.
fn check_identity(container: &Structure) -> Result<(), Fault> {
    for member in ["name", "image"] {
        if container.text(member).unwrap_or_default().is_empty() {
            return Err(client(format!("Container.{member} should not be null or empty.")));
        }
    }
    if !is_plain(name(container)) {
        return Err(client("Container.name contains invalid characters."));
    }
    Ok(())
}

fn check_memory(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    let limits = ["memory", "memoryReservation"].map(|setting| container.integer(setting));
    let of_task = size::of(task.definition, "memory");
    for (setting, limit) in ["memory", "memoryReservation"].iter().zip(limits) {
        let Some(limit) = limit else { continue };
        // The least that AWS takes is not known: a recorded container has 1.
        let Some(limit) = u64::try_from(limit).ok().filter(|limit| *limit > 0) else {
            return Err(invalid_setting(setting, container));
        };
        if of_task.is_some_and(|of_task| limit > of_task) {
            // Recording, for memory.
            let name = name(container);
            return Err(client(format!(
                "The '{setting}' setting for container '{name}' is greater than for the task."
            )));
        }
    }
    match limits {
        // Recording. Fargate asks for the task's memory anyhow.
        [None, None] if of_task.is_none() && task.asks_for_memory() => Err(client(format!(
            "Invalid setting for container '{}'. At least one of 'memory' or 'memoryReservation' \
             must be specified.",
            name(container)
        ))),
        // The documentation once asked for more and now for at least as much.
        [Some(hard), Some(soft)] if hard < soft => Err(client(format!(
            "Invalid setting for container '{}'. 'memory' must not be less than \
             'memoryReservation'.",
            name(container)
        ))),
        _ => Ok(()),
    }
}

/// The text is a recording.
fn check_cpu(task: &Task<'_>) -> Result<(), Fault> {
    let mut sum = 0_u64;
    for container in &task.containers {
        let cpu = u64::try_from(container.integer("cpu").unwrap_or_default());
        sum += cpu.map_err(|_| invalid_setting("cpu", container))?;
    }
    match size::of(task.definition, "cpu") {
        Some(cpu) if sum > cpu => Err(client(
            "The sum of all container 'cpu' values cannot be greater than the value of the task \
             'cpu'.",
        )),
        _ => Ok(()),
    }
}

fn check_bounds(container: &Structure) -> Result<(), Fault> {
    for (owner, setting, least, most) in BOUNDS {
        let number = container.structure(owner).and_then(|owner| owner.integer(setting));
        if number.is_some_and(|number| !(least..=most).contains(&number)) {
            let name = name(container);
            return Err(client(format!(
                "Invalid '{owner}.{setting}' setting for container '{name}'. It should be between \
                 {least} and {most}."
            )));
        }
    }
    for (owner, setting, most) in MOST_ITEMS {
        let owner = owner.map_or(Some(container), |owner| container.structure(owner));
        if owner.is_some_and(|owner| owner.list(setting).len() > most) {
            let name = name(container);
            return Err(client(format!("Too many {setting} for container '{name}'.")));
        }
    }
    let check = container.structure("healthCheck");
    if check.is_some_and(|check| !check.has_items("command")) {
        return Err(client("HealthCheck.command should not be null or empty."));
    }
    let timeouts = ["startTimeout", "stopTimeout"];
    let negative = |setting: &&str| container.integer(setting).is_some_and(|number| number < 0);
    timeouts
        .into_iter()
        .find(negative)
        .map_or(Ok(()), |setting| Err(invalid_setting(setting, container)))
}

/// That AWS refuses a variable without a name is an assumption; Docker cannot take one.
fn check_environment(container: &Structure) -> Result<(), Fault> {
    for variable in container.structures("environment") {
        if variable.text("name").unwrap_or_default().is_empty() {
            return Err(client("KeyValuePair.name should not be null or empty."));
        }
    }
    Ok(())
}

fn check_secrets(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    let logging = container.structure("logConfiguration");
    let options = logging.into_iter().flat_map(|logging| logging.structures("secretOptions"));
    for secret in container.structures("secrets").chain(options) {
        for member in ["name", "valueFrom"] {
            if secret.text(member).unwrap_or_default().is_empty() {
                return Err(client(format!("Secret.{member} should not be null or empty.")));
            }
        }
        if !task.definition.contains_key("executionRoleArn") {
            // Recording.
            return Err(client(
                "When you are specifying container secrets, you must also specify a value for \
                 'executionRoleArn'.",
            ));
        }
    }
    let mut taken = container
        .structures("environment")
        .filter_map(|variable| variable.text("name"))
        .collect::<Vec<_>>();
    for secret in container.structures("secrets") {
        let name = secret.text("name").unwrap_or_default();
        if taken.contains(&name) {
            // Recording.
            return Err(client(format!(
                "The secret name must be unique and not shared with any new or existing \
                 environment variables set on the container, such as '{name}'."
            )));
        }
        taken.push(name);
    }
    Ok(())
}

/// The text is a recording; whether it names both options when one is there is not known.
fn check_logging(container: &Structure) -> Result<(), Fault> {
    let Some(logging) = container.structure("logConfiguration") else {
        return Ok(());
    };
    if logging.text("logDriver") != Some("awslogs") {
        return Ok(());
    }
    let options = logging.structure("options");
    let has = |option: &str| options.is_some_and(|options| options.contains_key(option));
    if has("awslogs-region") && has("awslogs-group") {
        return Ok(());
    }
    Err(client("Log driver awslogs requires options: awslogs-region, awslogs-group"))
}

/// The text is a recording, which shows `'null'` for a mount point without a volume too.
fn check_mounts(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    let known = |name: &str| {
        task.definition.structures("volumes").any(|volume| volume.text("name") == Some(name))
    };
    for mount in container.structures("mountPoints") {
        let volume = mount.text("sourceVolume").unwrap_or("null");
        if !known(volume) {
            return Err(client(format!("Unknown volume '{volume}'.")));
        }
    }
    Ok(())
}

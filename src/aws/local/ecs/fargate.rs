//! What only Fargate asks of a task definition.

use super::super::reply::Fault;
use super::checks::{Task, name};
use super::members::{Members as _, Structure};
use super::{client, size};

/// The log drivers that Fargate has (model, shape `LogConfiguration`).
const LOG_DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// The longest start and stop timeout on Fargate, in seconds (model).
const LONGEST_TIMEOUT: i64 = 120;

/// Checks a task definition that has to run on Fargate.
pub(super) fn check(task: &Task<'_>) -> Result<(), Fault> {
    let definition = task.definition;
    if task.network != "awsvpc" {
        // Recording, with these quotation marks.
        return Err(client("Fargate only supports network mode ‘awsvpc’."));
    }
    let platform = definition.structure("runtimePlatform");
    let system = platform.and_then(|platform| platform.text("operatingSystemFamily"));
    let windows = system.is_some_and(|system| system.starts_with("WINDOWS"));
    size::check_fargate(definition, windows)?;
    check_task(definition)?;
    for container in &task.containers {
        check_container(container)?;
        check_logging(task, container)?;
        check_image(task, container)?;
    }
    Ok(())
}

fn check_task(definition: &Structure) -> Result<(), Fault> {
    if definition.contains_key("ipcMode") {
        // Recording.
        return Err(client("Tasks using the Fargate launch type do not support ipcMode."));
    }
    if let Some(mode) = definition.text("pidMode").filter(|mode| *mode != "task") {
        // An independent server has this text.
        return Err(client(format!(
            "Tasks using the Fargate launch type do not support pidMode '{mode}'. The supported \
             value for pidMode is 'task'."
        )));
    }
    if definition.has_items("placementConstraints") {
        return Err(unsupported("placement constraints"));
    }
    for volume in definition.structures("volumes") {
        if volume.structure("host").is_some_and(|host| host.contains_key("sourcePath")) {
            return Err(unsupported("sourcePath"));
        }
        if volume.contains_key("dockerVolumeConfiguration") {
            return Err(unsupported("dockerVolumeConfiguration"));
        }
    }
    Ok(())
}

/// AWS's text (recording for sourcePath).
fn unsupported(what: &str) -> Fault {
    client(format!("Fargate compatible task definitions do not support {what}"))
}

/// What Fargate does not have is named in the model, member by member.
fn check_container(container: &Structure) -> Result<(), Fault> {
    if container.truth("privileged") == Some(true) {
        return Err(unsupported("privileged"));
    }
    if container.has_items("dockerSecurityOptions") {
        return Err(unsupported("dockerSecurityOptions"));
    }
    if let Some(linux) = container.structure("linuxParameters") {
        if linux.has_items("devices") {
            return Err(unsupported("devices"));
        }
        let numbers = ["sharedMemorySize", "maxSwap", "swappiness"];
        if let Some(number) = numbers.into_iter().find(|name| linux.contains_key(*name)) {
            return Err(unsupported(number));
        }
        let added = linux.structure("capabilities").into_iter();
        let mut added = added.flat_map(|capabilities| capabilities.texts("add"));
        if let Some(capability) = added.find(|capability| *capability != "SYS_PTRACE") {
            return Err(unsupported(&format!("adding the capability {capability}")));
        }
    }
    if let Some(requirement) = container.structures("resourceRequirements").next() {
        return Err(unsupported(requirement.text("type").unwrap_or_default()));
    }
    for setting in ["startTimeout", "stopTimeout"] {
        if container.integer(setting).is_some_and(|seconds| seconds > LONGEST_TIMEOUT) {
            return Err(client(format!(
                "Invalid '{setting}' setting for container '{}'. On Fargate it should be at most \
                 {LONGEST_TIMEOUT}.",
                name(container)
            )));
        }
    }
    Ok(())
}

fn check_logging(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    let Some(logging) = container.structure("logConfiguration") else {
        return Ok(());
    };
    let driver = logging.text("logDriver").unwrap_or_default();
    if !LOG_DRIVERS.contains(&driver) {
        return Err(unsupported(&format!("log driver {driver}")));
    }
    if driver != "awslogs" {
        return Ok(());
    }
    if !has_execution_role(task) {
        // Recording.
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support log driver \
             awslogs.",
        ));
    }
    // "Required when using Fargate" (model, member `options`).
    let options = logging.structure("options");
    if !options.is_some_and(|options| options.contains_key("awslogs-stream-prefix")) {
        return Err(client(
            "Fargate requires the option awslogs-stream-prefix of log driver awslogs.",
        ));
    }
    Ok(())
}

/// The text is a recording.
fn check_image(task: &Task<'_>, container: &Structure) -> Result<(), Fault> {
    let private = container.text("image").is_some_and(is_ecr);
    if private && !has_execution_role(task) {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support ECR images.",
        ));
    }
    Ok(())
}

fn has_execution_role(task: &Task<'_>) -> bool {
    task.definition.contains_key("executionRoleArn")
}

/// Whether an image is in a private registry of ECR: `ACCOUNT.dkr.ecr.REGION.amazonaws.com/…`.
pub(super) fn is_ecr(image: &str) -> bool {
    let host = image.split('/').next().unwrap_or_default();
    let Some((account, rest)) = host.split_once('.') else {
        return false;
    };
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    digits && rest.starts_with("dkr.ecr") && rest.contains(".amazonaws.com")
}

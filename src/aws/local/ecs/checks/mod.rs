//! What ECS checks in a task definition before it takes it.
//!
//! Texts are AWS's where the comment says *recording*; the others are ours, in its style.

mod containers;
mod graph;
mod ports;

use super::super::reply::Fault;
use super::members::{Members as _, Structure};
use super::{client, fargate, size};

/// How many containers a task definition may have (documentation, ECS quotas).
const MOST_CONTAINERS: usize = 10;

/// How many placement constraints a task may have (model).
const MOST_CONSTRAINTS: usize = 10;

/// The network of managed daemons, which AWS sets itself (documentation, "Daemon task definitions").
const DAEMON_BRIDGE: &str = "daemon_bridge";

/// The log drivers that their containers have (the same).
const DAEMON_LOG_DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// A task definition with what most checks ask about it.
pub(super) struct Task<'a> {
    pub(super) definition: &'a Structure,
    pub(super) containers: Vec<&'a Structure>,
    /// "If no network mode is specified, the default is bridge" (model).
    pub(super) network: &'a str,
    /// Whether it has to run on Fargate. One that only might is not held to Fargate's rules.
    pub(super) fargate: bool,
}

/// Checks a definition whose types are right and whose size is normalised.
pub(super) fn check(definition: &Structure) -> Result<(), Fault> {
    let task = Task {
        definition,
        containers: definition.structures("containerDefinitions").collect(),
        network: definition.text("networkMode").unwrap_or("bridge"),
        fargate: definition.lists("requiresCompatibilities", "FARGATE"),
    };
    check_family(definition)?;
    check_roles(definition)?;
    if task.containers.is_empty() {
        return Err(client("TaskDefinition.containerDefinitions should not be null or empty."));
    }
    if task.containers.len() > MOST_CONTAINERS {
        // Recording.
        return Err(client("Too many containers."));
    }
    check_task(&task)?;
    check_volumes(definition)?;
    containers::check(&task)?;
    ports::check(&task)?;
    graph::check(&task)?;
    if task.fargate { fargate::check(&task) } else { size::check_elsewhere(definition) }
}

/// Checks a daemon task definition, of which containers have no ports and nothing says that their
/// memory has to be given (documentation, "Daemon task definitions": the example of `pidMode` has none).
pub(super) fn check_daemon(definition: &Structure) -> Result<(), Fault> {
    let task = Task {
        definition,
        containers: definition.structures("containerDefinitions").collect(),
        network: DAEMON_BRIDGE,
        fargate: false,
    };
    check_family(definition)?;
    check_roles(definition)?;
    if task.containers.is_empty() {
        return Err(client(
            "DaemonTaskDefinition.containerDefinitions should not be null or empty.",
        ));
    }
    check_volumes(definition)?;
    containers::check(&task)?;
    for container in &task.containers {
        let logging = container.structure("logConfiguration");
        let driver = logging.and_then(|logging| logging.text("logDriver"));
        if let Some(driver) = driver.filter(|driver| !DAEMON_LOG_DRIVERS.contains(driver)) {
            return Err(client(format!("Managed daemons do not support log driver {driver}")));
        }
    }
    graph::check(&task)?;
    size::check_elsewhere(definition)
}

/// Up to 255 letters, digits, hyphens and underscores (model, member `family`).
fn check_family(definition: &Structure) -> Result<(), Fault> {
    match definition.text("family").unwrap_or_default() {
        "" => Err(client("TaskDefinition.family should not be null or empty.")),
        family if is_plain(family) => Ok(()),
        _ => Err(client("TaskDefinition.family contains invalid characters.")),
    }
}

/// Names of families, containers and volumes (model).
pub(super) fn is_plain(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=255).contains(&name.len()) && name.chars().all(allowed)
}

fn check_roles(definition: &Structure) -> Result<(), Fault> {
    let given = ["taskRoleArn", "executionRoleArn"];
    let mut roles = given.iter().filter_map(|name| definition.text(name));
    // Recording, for an empty taskRoleArn.
    if roles.all(role_is_valid) { Ok(()) } else { Err(client("Role is not valid")) }
}

/// Whether this is a role's ARN, or a bare name, which AWS takes too (model, member `taskRoleArn`).
fn role_is_valid(role: &str) -> bool {
    let name = if role.starts_with("arn:") { name_in_arn(role) } else { Some(role) };
    // IAM's names of roles (model of IAM, shape `roleNameType`).
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    name.is_some_and(|name| (1..=64).contains(&name.len()) && name.chars().all(allowed))
}

/// The role's name in `arn:aws:iam::123456789012:role/path/name`.
fn name_in_arn(arn: &str) -> Option<&str> {
    let parts = arn.splitn(6, ':').collect::<Vec<_>>();
    let [_, partition, "iam", "", account, resource] = parts.as_slice() else {
        return None;
    };
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let path = resource.strip_prefix("role/")?;
    path.rsplit('/').next().filter(|_| digits && partition.starts_with("aws"))
}

fn check_task(task: &Task<'_>) -> Result<(), Fault> {
    let definition = task.definition;
    if definition.list("placementConstraints").len() > MOST_CONSTRAINTS {
        return Err(client("Too many placement constraints."));
    }
    if let Some(proxy) = definition.structure("proxyConfiguration") {
        if task.network != "awsvpc" {
            // Recording.
            return Err(client(
                "APPMESH proxy configuration is only supported in networkMode=awsvpc",
            ));
        }
        let name = proxy.text("containerName").unwrap_or_default();
        if !task.has_container(name) {
            return Err(client(format!("Unknown container '{name}' in proxyConfiguration.")));
        }
    }
    // 21 is the smallest in the model; a task has 20 anyhow, and whether AWS refuses it is not
    // known.
    let storage = definition.structure("ephemeralStorage");
    match storage.and_then(|storage| storage.integer("sizeInGiB")) {
        Some(size) if !(20..=200).contains(&size) => Err(client(
            "Invalid 'sizeInGiB' setting for ephemeralStorage. It should be between 21 and 200.",
        )),
        _ => Ok(()),
    }
}

fn check_volumes(definition: &Structure) -> Result<(), Fault> {
    let mut names = Vec::new();
    for volume in definition.structures("volumes") {
        match volume.text("name") {
            // A volume that no container can mount; only two kinds need a name in the model.
            None => {}
            Some(name) if !is_plain(name) => {
                return Err(client("Volume.name contains invalid characters."));
            }
            Some(name) if names.contains(&name) => {
                return Err(client("Volume names must be unique within a Task Definition."));
            }
            Some(name) => names.push(name),
        }
        let path = volume.structure("host").and_then(|host| host.text("sourcePath"));
        if path.is_some_and(|path| path.trim().is_empty()) {
            // Recording.
            return Err(client("host.sourcePath should not be blank."));
        }
        // "a name and one of …" (model, shape `Volume`).
        let kinds = volume.keys().filter(|key| key.ends_with("VolumeConfiguration")).count();
        let at_launch = volume.truth("configuredAtLaunch") == Some(true);
        if kinds + usize::from(path.is_some()) + usize::from(at_launch) > 1 {
            return Err(client("Only one volume configuration can be specified for a volume."));
        }
    }
    Ok(())
}

impl<'a> Task<'a> {
    /// The container of a name.
    pub(super) fn container(&self, name: &str) -> Option<&'a Structure> {
        self.containers.iter().copied().find(|container| container.text("name") == Some(name))
    }

    /// Whether each container has to say how much memory it has, where the task does not.
    fn asks_for_memory(&self) -> bool {
        !self.fargate && self.network != DAEMON_BRIDGE
    }

    fn has_container(&self, name: &str) -> bool {
        self.container(name).is_some()
    }
}

/// What a container is called in texts.
pub(super) fn name(container: &Structure) -> &str {
    container.text("name").unwrap_or_default()
}

/// AWS's text for a number that cannot be (recording for containerPort).
fn invalid_setting(setting: &str, container: &Structure) -> Fault {
    client(format!("Invalid '{setting}' setting for container '{}'.", name(container)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_arns_or_names() {
        for role in [
            "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
            "arn:aws-cn:iam::123456789012:role/deep/er/a+b=c,d.e@f-g_h",
            "ecsTaskExecutionRole",
        ] {
            assert!(role_is_valid(role), "{role}");
        }
        let long = "r".repeat(65);
        for role in [
            "",
            "{{ecsTaskRoleArn}}",
            "role/x",
            &long,
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::12345:role/x",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam:us-east-1:123456789012:role/x",
            "arn:aws:sts::123456789012:role/x",
            "arn:aws:iam::ACCOUNT_ID__:role/x",
            "arn:",
        ] {
            assert!(!role_is_valid(role), "{role}");
        }
    }
}

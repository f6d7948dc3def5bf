//! What the SDK's schema of a task definition does not carry: members that have to be there, the
//! values of enumerations, bounds and lengths.
//!
//! Source: the service model of ECS. `tests/python/model.py` holds the table against the model that
//! comes with botocore, in both directions.

/// A rule of a member, or with `[]` behind it of the elements of its list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// It has to be there.
    Required,
    /// It is one of these.
    OneOf(&'static [&'static str]),
    /// So many characters, elements, or the number itself: at least, and at most.
    Bounds(i64, Option<i64>),
}

use Rule::{Bounds, OneOf, Required};

const SWITCH: Rule = OneOf(&["ENABLED", "DISABLED"]);

/// The rules of a member, by `Shape.member`.
pub(super) fn of(member: &str) -> &'static [Rule] {
    TABLE.iter().find(|(name, _)| *name == member).map_or(&[], |(_, rules)| rules)
}

/// Whether a member has to be there.
pub(super) fn is_required(member: &str) -> bool {
    of(member).iter().any(|rule| matches!(rule, Required))
}

/// Whether what stands here names an element of a list, or the whole, and so is in every output.
pub(super) fn is_a_name(member: &str) -> bool {
    NAMES.contains(&member)
}

/// The paths of all leaves that are names.
#[cfg(test)]
pub(crate) fn names() -> Vec<String> {
    let mut found = Vec::new();
    super::model::each_leaf(&super::model::INPUT, "", "", &mut |path, member| {
        if is_a_name(member) {
            found.push(path.to_owned());
        }
    });
    found
}

/// Members by which the canonical form of a task definition tells elements apart.
pub(super) static NAMES: [&str; 16] = [
    "ContainerDefinition.name",
    "ContainerDependency.containerName",
    "KeyValuePair.name",
    "MountPoint.containerPath",
    "PortMapping.containerPort",
    "PortMapping.containerPortRange",
    "PortMapping.hostPort",
    "PortMapping.name",
    "PortMapping.protocol",
    "RegisterTaskDefinitionRequest.family",
    "Secret.name",
    "SystemControl.namespace",
    "Tag.key",
    "Ulimit.name",
    "Volume.name",
    "VolumeFrom.sourceContainer",
];

pub(super) static TABLE: [(&str, &[Rule]); 53] = [
    ("ContainerDefinition.versionConsistency", &[OneOf(&["enabled", "disabled"])]),
    (
        "ContainerDependency.condition",
        &[Required, OneOf(&["START", "COMPLETE", "SUCCESS", "HEALTHY"])],
    ),
    ("ContainerDependency.containerName", &[Required]),
    ("ContainerRestartPolicy.enabled", &[Required]),
    ("Device.hostPath", &[Required]),
    ("Device.permissions[]", &[OneOf(&["read", "write", "mknod"])]),
    ("DockerVolumeConfiguration.scope", &[OneOf(&["task", "shared"])]),
    ("EFSAuthorizationConfig.iam", &[SWITCH]),
    ("EFSVolumeConfiguration.fileSystemId", &[Required]),
    ("EFSVolumeConfiguration.transitEncryption", &[SWITCH]),
    ("EnvironmentFile.type", &[Required, OneOf(&["s3"])]),
    ("EnvironmentFile.value", &[Required]),
    ("EphemeralStorage.sizeInGiB", &[Required]),
    ("FSxWindowsFileServerAuthorizationConfig.credentialsParameter", &[Required]),
    ("FSxWindowsFileServerAuthorizationConfig.domain", &[Required]),
    ("FSxWindowsFileServerVolumeConfiguration.authorizationConfig", &[Required]),
    ("FSxWindowsFileServerVolumeConfiguration.fileSystemId", &[Required]),
    ("FSxWindowsFileServerVolumeConfiguration.rootDirectory", &[Required]),
    ("FirelensConfiguration.type", &[Required, OneOf(&["fluentd", "fluentbit"])]),
    ("HealthCheck.command", &[Required]),
    ("HostEntry.hostname", &[Required]),
    ("HostEntry.ipAddress", &[Required]),
    ("InferenceAccelerator.deviceName", &[Required]),
    ("InferenceAccelerator.deviceType", &[Required]),
    (
        "LogConfiguration.logDriver",
        &[
            Required,
            OneOf(&[
                "json-file",
                "syslog",
                "journald",
                "gelf",
                "fluentd",
                "awslogs",
                "splunk",
                "awsfirelens",
            ]),
        ],
    ),
    ("NvidiaMpsAllocation.maxComputePercent", &[Bounds(1, Some(100))]),
    ("NvidiaMpsAllocation.memory", &[Required, Bounds(1, None)]),
    ("PortMapping.appProtocol", &[OneOf(&["http", "http2", "grpc"])]),
    ("PortMapping.protocol", &[OneOf(&["tcp", "udp"])]),
    ("ProxyConfiguration.containerName", &[Required]),
    ("ProxyConfiguration.type", &[OneOf(&["APPMESH"])]),
    ("RegisterTaskDefinitionRequest.containerDefinitions", &[Required]),
    ("RegisterTaskDefinitionRequest.family", &[Required]),
    ("RegisterTaskDefinitionRequest.ipcMode", &[OneOf(&["host", "task", "none"])]),
    ("RegisterTaskDefinitionRequest.networkMode", &[OneOf(&["bridge", "host", "awsvpc", "none"])]),
    ("RegisterTaskDefinitionRequest.pidMode", &[OneOf(&["host", "task"])]),
    (
        "RegisterTaskDefinitionRequest.requiresCompatibilities[]",
        &[OneOf(&["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"])],
    ),
    ("RegisterTaskDefinitionRequest.tags", &[Bounds(0, Some(50))]),
    ("RepositoryCredentials.credentialsParameter", &[Required]),
    (
        "ResourceRequirement.type",
        &[Required, OneOf(&["GPU", "InferenceAccelerator", "NeuronDevice"])],
    ),
    ("RuntimePlatform.cpuArchitecture", &[OneOf(&["X86_64", "ARM64"])]),
    (
        "RuntimePlatform.operatingSystemFamily",
        &[OneOf(&[
            "WINDOWS_SERVER_2019_FULL",
            "WINDOWS_SERVER_2019_CORE",
            "WINDOWS_SERVER_2016_FULL",
            "WINDOWS_SERVER_2004_CORE",
            "WINDOWS_SERVER_2022_CORE",
            "WINDOWS_SERVER_2022_FULL",
            "WINDOWS_SERVER_2025_CORE",
            "WINDOWS_SERVER_2025_FULL",
            "WINDOWS_SERVER_20H2_CORE",
            "LINUX",
        ])],
    ),
    ("S3FilesVolumeConfiguration.fileSystemArn", &[Required]),
    ("Secret.name", &[Required]),
    ("Secret.valueFrom", &[Required]),
    ("Tag.key", &[Bounds(1, Some(128))]),
    ("Tag.value", &[Bounds(0, Some(256))]),
    ("TaskDefinitionPlacementConstraint.type", &[OneOf(&["memberOf"])]),
    ("Tmpfs.containerPath", &[Required]),
    ("Tmpfs.size", &[Required]),
    ("Ulimit.hardLimit", &[Required]),
    (
        "Ulimit.name",
        &[
            Required,
            OneOf(&[
                "core",
                "cpu",
                "data",
                "fsize",
                "locks",
                "memlock",
                "msgqueue",
                "nice",
                "nofile",
                "nproc",
                "rss",
                "rtprio",
                "rttime",
                "sigpending",
                "stack",
            ]),
        ],
    ),
    ("Ulimit.softLimit", &[Required]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::model::{INPUT, Shape};
    use super::*;

    /// `Shape.member` and `Shape.member[]` of everything below a shape.
    fn members(shape: &Shape, found: &mut BTreeSet<String>) {
        match shape {
            Shape::List(of) | Shape::Map(of) => members(of, found),
            Shape::Struct(of) => {
                for (member, shape) in &of.members {
                    let name = format!("{}.{member}", of.name);
                    if matches!(shape, Shape::List(_)) {
                        found.insert(format!("{name}[]"));
                    }
                    found.insert(name);
                    members(shape, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_line_is_about_a_member_that_there_is() {
        let mut known = BTreeSet::new();
        members(&INPUT, &mut known);
        let lines: Vec<_> = TABLE.iter().map(|(name, _)| *name).chain(NAMES).collect();
        for name in &lines {
            assert!(known.contains(*name), "{name}");
        }
        for sorted in [TABLE.iter().map(|(name, _)| *name).collect::<Vec<_>>(), NAMES.to_vec()] {
            assert!(sorted.is_sorted_by(|one, next| one < next), "{sorted:?}");
        }
    }
}

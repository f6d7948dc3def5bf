//! The resource types that are taken over, and where each of their attributes goes.
//!
//! Source: the provider's documentation (registry.terraform.io/providers/hashicorp/aws, pages
//! `xray_sampling_rule`, `ecs_task_definition`, `iam_role`, `iam_policy` and their neighbours) and
//! its schemas; the API's names and types are those of AWS's service models.

/// An attribute or a block of a resource, and what becomes of it.
pub(super) type Row = (&'static str, As);

/// What an attribute is in the API, most with its name there.
///
/// Terraform fills state with empty values for what is not set, so that an empty text, list or
/// mapping is left out everywhere.
#[derive(Debug, Clone, Copy)]
pub(super) enum As {
    /// Text.
    Text(&'static str),
    /// Text that becomes a key, where no reference can stand.
    Key(&'static str),
    /// Text; left out where it is what AWS takes when nothing is said.
    TextUnless(&'static str, &'static str),
    /// Text that the provider sends in any case; where nothing is said, this one.
    TextOr(&'static str, &'static str),
    /// A number for which 0 is a value like others.
    Number(&'static str),
    /// A number; left out where it is 0, which stands for nothing, or this, AWS's own default.
    NumberUnless(&'static str, i64),
    /// A flag; `false` is as good as none.
    Flag(&'static str),
    /// A list of texts.
    Texts(&'static str),
    /// A mapping of texts.
    TextMap(&'static str),
    /// Tags; in state there are also `tags_all`, which win.
    Tags(&'static str),
    /// A mapping that is a list of `name` and `value`.
    Pairs(&'static str),
    /// A JSON document in a text.
    Json(&'static str),
    /// A block that is there once.
    Block(&'static str, &'static [Row]),
    /// A block that may be repeated.
    Blocks(&'static str, &'static [Row]),
    /// A text that is the one member of a structure.
    Inside(&'static str, &'static str),
    /// Blocks of `name` and `policy` that are a mapping of documents by name.
    Documents(&'static str),
    /// Nothing that a stack has: what AWS or Terraform sets, and what only Terraform goes by.
    Aside,
}

/// A resource type that becomes a resource of a stack.
pub(super) struct Resource {
    /// Terraform's name for the type.
    pub ty: &'static str,
    /// The section of the stack.
    pub section: &'static str,
    /// The attribute with the name that AWS knows it by, and the field it is in the API.
    pub name: (&'static str, &'static str),
    /// Its other attributes.
    pub rows: &'static [Row],
}

pub(super) const RULE: &str = "aws_xray_sampling_rule";
pub(super) const TASK_DEFINITION: &str = "aws_ecs_task_definition";
pub(super) const ROLE: &str = "aws_iam_role";
pub(super) const POLICY: &str = "aws_iam_policy";

/// The resource types that become resources of a stack.
pub(super) static RESOURCES: [Resource; 4] = [
    Resource { ty: RULE, section: "sampling_rules", name: ("rule_name", "RuleName"), rows: RULES },
    Resource {
        ty: TASK_DEFINITION,
        section: "task_definitions",
        name: ("family", "family"),
        rows: TASK_DEFINITIONS,
    },
    Resource { ty: ROLE, section: "roles", name: ("name", "RoleName"), rows: ROLES },
    Resource { ty: POLICY, section: "policies", name: ("name", "PolicyName"), rows: POLICIES },
];

/// The resource types that become parts of a role.
pub(super) const INLINE: &str = "aws_iam_role_policy";
pub(super) const ATTACHMENT: &str = "aws_iam_role_policy_attachment";
pub(super) const ATTACHMENTS: &str = "aws_iam_policy_attachment";

/// The resource types that only say that nothing else may be on a role, which a stack says of each.
pub(super) const EXCLUSIVE: [&str; 2] =
    ["aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachments_exclusive"];

/// The attributes of a type that is taken over, but for its name.
pub(super) fn rows(ty: &str) -> Option<&'static [Row]> {
    match ty {
        INLINE => Some(INLINES),
        ATTACHMENT => Some(&[
            ("role", As::Text("role")),
            ("policy_arn", As::Text("policy_arn")),
            ("id", As::Aside),
        ]),
        ATTACHMENTS => Some(&[
            ("roles", As::Texts("roles")),
            ("users", As::Texts("users")),
            ("groups", As::Texts("groups")),
            ("policy_arn", As::Text("policy_arn")),
            ("name", As::Aside),
            ("id", As::Aside),
        ]),
        _ => resource(ty).map(|resource| resource.rows),
    }
}

/// A resource type that becomes a resource of a stack.
pub(super) fn resource(ty: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.ty == ty)
}

const RULES: &[Row] = &[
    ("priority", As::Number("Priority")),
    ("fixed_rate", As::Number("FixedRate")),
    ("reservoir_size", As::Number("ReservoirSize")),
    ("service_name", As::Text("ServiceName")),
    ("service_type", As::Text("ServiceType")),
    ("host", As::Text("Host")),
    ("http_method", As::Text("HTTPMethod")),
    ("url_path", As::Text("URLPath")),
    ("resource_arn", As::Text("ResourceARN")),
    ("version", As::NumberUnless("Version", 0)),
    ("attributes", As::TextMap("Attributes")),
    ("tags", As::Tags("Tags")),
    ("tags_all", As::Aside),
    ("arn", As::Aside),
    ("id", As::Aside),
    ("region", As::Aside),
];

const TASK_DEFINITIONS: &[Row] = &[
    ("task_role_arn", As::Text("taskRoleArn")),
    ("execution_role_arn", As::Text("executionRoleArn")),
    ("network_mode", As::Text("networkMode")),
    ("container_definitions", As::Json("containerDefinitions")),
    ("volume", As::Blocks("volumes", VOLUME)),
    (
        "placement_constraints",
        As::Blocks(
            "placementConstraints",
            &[("type", As::Text("type")), ("expression", As::Text("expression"))],
        ),
    ),
    ("requires_compatibilities", As::Texts("requiresCompatibilities")),
    ("cpu", As::Text("cpu")),
    ("memory", As::Text("memory")),
    ("pid_mode", As::Text("pidMode")),
    ("ipc_mode", As::Text("ipcMode")),
    (
        "proxy_configuration",
        As::Block(
            "proxyConfiguration",
            &[
                ("type", As::TextOr("type", "APPMESH")),
                ("container_name", As::Text("containerName")),
                ("properties", As::Pairs("properties")),
            ],
        ),
    ),
    (
        "inference_accelerator",
        As::Blocks(
            "inferenceAccelerators",
            &[("device_name", As::Text("deviceName")), ("device_type", As::Text("deviceType"))],
        ),
    ),
    (
        "ephemeral_storage",
        As::Block("ephemeralStorage", &[("size_in_gib", As::NumberUnless("sizeInGiB", 0))]),
    ),
    (
        "runtime_platform",
        As::Block(
            "runtimePlatform",
            &[
                ("cpu_architecture", As::Text("cpuArchitecture")),
                ("operating_system_family", As::Text("operatingSystemFamily")),
            ],
        ),
    ),
    ("enable_fault_injection", As::Flag("enableFaultInjection")),
    ("tags", As::Tags("tags")),
    ("tags_all", As::Aside),
    ("skip_destroy", As::Aside),
    ("track_latest", As::Aside),
    ("arn", As::Aside),
    ("arn_without_revision", As::Aside),
    ("revision", As::Aside),
    ("id", As::Aside),
    ("region", As::Aside),
];

const VOLUME: &[Row] = &[
    ("name", As::Text("name")),
    ("host_path", As::Inside("host", "sourcePath")),
    (
        "docker_volume_configuration",
        As::Block(
            "dockerVolumeConfiguration",
            &[
                ("scope", As::Text("scope")),
                ("autoprovision", As::Flag("autoprovision")),
                ("driver", As::Text("driver")),
                ("driver_opts", As::TextMap("driverOpts")),
                ("labels", As::TextMap("labels")),
            ],
        ),
    ),
    (
        "efs_volume_configuration",
        As::Block(
            "efsVolumeConfiguration",
            &[
                ("file_system_id", As::Text("fileSystemId")),
                // Source: service model, `EFSVolumeConfiguration$rootDirectory`: `/` is the same
                // as none.
                ("root_directory", As::TextUnless("rootDirectory", "/")),
                ("transit_encryption", As::Text("transitEncryption")),
                ("transit_encryption_port", As::NumberUnless("transitEncryptionPort", 0)),
                (
                    "authorization_config",
                    As::Block(
                        "authorizationConfig",
                        &[("access_point_id", As::Text("accessPointId")), ("iam", As::Text("iam"))],
                    ),
                ),
            ],
        ),
    ),
    (
        "fsx_windows_file_server_volume_configuration",
        As::Block(
            "fsxWindowsFileServerVolumeConfiguration",
            &[
                ("file_system_id", As::Text("fileSystemId")),
                ("root_directory", As::Text("rootDirectory")),
                (
                    "authorization_config",
                    As::Block(
                        "authorizationConfig",
                        &[
                            ("credentials_parameter", As::Text("credentialsParameter")),
                            ("domain", As::Text("domain")),
                        ],
                    ),
                ),
            ],
        ),
    ),
    (
        "s3files_volume_configuration",
        As::Block(
            "s3filesVolumeConfiguration",
            &[
                ("file_system_arn", As::Text("fileSystemArn")),
                ("root_directory", As::TextUnless("rootDirectory", "/")),
                ("transit_encryption_port", As::NumberUnless("transitEncryptionPort", 0)),
                ("access_point_arn", As::Text("accessPointArn")),
            ],
        ),
    ),
    ("configure_at_launch", As::Flag("configuredAtLaunch")),
];

const ROLES: &[Row] = &[
    ("path", As::TextUnless("Path", "/")),
    ("description", As::Text("Description")),
    // Source: service model, `CreateRoleRequest`: an hour where nothing is said.
    ("max_session_duration", As::NumberUnless("MaxSessionDuration", 3600)),
    ("permissions_boundary", As::Text("PermissionsBoundary")),
    ("assume_role_policy", As::Json("AssumeRolePolicyDocument")),
    ("managed_policy_arns", As::Texts("ManagedPolicies")),
    ("inline_policy", As::Documents("InlinePolicies")),
    ("tags", As::Tags("Tags")),
    ("tags_all", As::Aside),
    ("name_prefix", As::Aside),
    ("force_detach_policies", As::Aside),
    ("arn", As::Aside),
    ("id", As::Aside),
    ("create_date", As::Aside),
    ("unique_id", As::Aside),
    ("role_last_used", As::Aside),
];

const POLICIES: &[Row] = &[
    ("path", As::TextUnless("Path", "/")),
    ("description", As::Text("Description")),
    ("policy", As::Json("PolicyDocument")),
    ("tags", As::Tags("Tags")),
    ("tags_all", As::Aside),
    ("name_prefix", As::Aside),
    ("delay_after_policy_creation_in_ms", As::Aside),
    ("attachment_count", As::Aside),
    ("arn", As::Aside),
    ("id", As::Aside),
    ("policy_id", As::Aside),
];

/// What an inline policy of a role has, as a block and as a resource.
pub(super) const INLINES: &[Row] = &[
    ("name", As::Key("name")),
    ("policy", As::Json("policy")),
    ("role", As::Text("role")),
    ("name_prefix", As::Aside),
    ("id", As::Aside),
];

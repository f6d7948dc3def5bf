//! Exporters.

use super::super::shape::{Field, Shape};
use super::shared::{
    AWS, GRPC_CLIENT, HTTP_CLIENT, HTTP_SERVER, RESOURCE_TO_TELEMETRY, RETRY_ON_FAILURE,
    SENDING_QUEUE,
};

use Shape::{Any, AnyCase, Duration, Fields, Flag, List, MapOf, OneOf, Text, Whole};

pub(super) const TABLE: &[(&str, Shape)] = &[
    ("awscloudwatchlogs", Fields(&[AWS, SENDING_QUEUE, RETRY_ON_FAILURE, CLOUDWATCH_LOGS])),
    ("awsemf", Fields(&[AWS, EMF])),
    ("awsxray", Fields(&[AWS, XRAY])),
    ("debug", Fields(&[DEBUG])),
    ("file", Fields(&[FILE])),
    ("load_balancing", Fields(&[SENDING_QUEUE, RETRY_ON_FAILURE, LOAD_BALANCING])),
    (
        "otlp_grpc",
        Fields(&[GRPC_CLIENT, SENDING_QUEUE, RETRY_ON_FAILURE, &[("timeout", Duration)]]),
    ),
    ("otlp_http", Fields(&[HTTP_CLIENT, SENDING_QUEUE, RETRY_ON_FAILURE, OTLP_HTTP])),
    ("prometheus", Fields(&[HTTP_SERVER, SENDING_QUEUE, PROMETHEUS])),
    ("prometheus_remote_write", Fields(&[HTTP_CLIENT, RETRY_ON_FAILURE, REMOTE_WRITE])),
];

const XRAY: &[Field] = &[
    ("indexed_attributes", List(&Text)),
    ("index_all_attributes", Flag),
    ("aws_log_groups", List(&Text)),
    (
        "telemetry",
        Fields(&[&[
            ("enabled", Flag),
            ("include_metadata", Flag),
            ("contributors", List(&Text)),
            ("hostname", Text),
            ("instance_id", Text),
            ("resource_arn", Text),
        ]]),
    ),
];

const EMF: &[Field] = &[
    ("log_group_name", Text),
    ("log_stream_name", Text),
    ("namespace", Text),
    ("retain_initial_value_of_delta_metric", Flag),
    (
        "dimension_rollup_option",
        OneOf(&["NoDimensionRollup", "SingleDimensionRollupOnly", "ZeroAndSingleDimensionRollup"]),
    ),
    ("log_retention", Whole),
    ("tags", MapOf(&Text)),
    ("parse_json_encoded_attr_values", List(&Text)),
    ("metric_declarations", List(&Fields(&[DECLARATION]))),
    (
        "metric_descriptors",
        List(&Fields(&[&[("metric_name", Text), ("unit", Text), ("overwrite", Flag)]])),
    ),
    ("output_destination", OneOf(&["cloudwatch", "stdout"])),
    ("eks_fargate_container_insights_enabled", Flag),
    ("resource_to_telemetry_conversion", RESOURCE_TO_TELEMETRY),
    ("detailed_metrics", Flag),
    ("version", Text),
];

const DECLARATION: &[Field] = &[
    ("dimensions", List(&List(&Text))),
    ("metric_name_selectors", List(&Text)),
    (
        "label_matchers",
        List(&Fields(&[&[("label_names", List(&Text)), ("separator", Text), ("regex", Text)]])),
    ),
];

const CLOUDWATCH_LOGS: &[Field] = &[
    ("log_group_name", Text),
    ("log_stream_name", Text),
    ("log_retention", Whole),
    ("tags", MapOf(&Text)),
    ("raw_log", Flag),
];

const DEBUG: &[Field] = &[
    ("verbosity", AnyCase(&["basic", "normal", "detailed"])),
    ("sampling_initial", Whole),
    ("sampling_thereafter", Whole),
    ("use_internal_logger", Flag),
    ("output_paths", List(&Text)),
    ("sending_queue", Any),
];

const FILE: &[Field] = &[
    ("path", Text),
    ("append", Flag),
    ("rotation", Any),
    ("format", OneOf(&["json", "proto"])),
    ("encoding", Text),
    ("compression", Text),
    ("compression_params", Any),
    ("flush_interval", Duration),
    ("group_by", Any),
    ("create_directory", Flag),
    ("directory_permissions", Text),
];

const LOAD_BALANCING: &[Field] = &[
    ("timeout", Duration),
    (
        "protocol",
        Fields(&[&[(
            "otlp",
            Fields(&[GRPC_CLIENT, SENDING_QUEUE, RETRY_ON_FAILURE, &[("timeout", Duration)]]),
        )]]),
    ),
    ("resolver", Fields(&[&[("static", Any), ("dns", Any), ("k8s", Any), ("aws_cloud_map", Any)]])),
    ("routing_key", Text),
    ("routing_attributes", List(&Text)),
];

const OTLP_HTTP: &[Field] = &[
    ("traces_endpoint", Text),
    ("metrics_endpoint", Text),
    ("logs_endpoint", Text),
    ("profiles_endpoint", Text),
    ("encoding", OneOf(&["proto", "json"])),
];

const PROMETHEUS: &[Field] = &[
    ("namespace", Text),
    ("const_labels", MapOf(&Text)),
    ("send_timestamps", Flag),
    ("metric_expiration", Duration),
    ("resource_to_telemetry_conversion", RESOURCE_TO_TELEMETRY),
    ("enable_open_metrics", Flag),
    ("without_scope_info", Flag),
    ("add_metric_suffixes", Flag),
    ("translation_strategy", Text),
];

const REMOTE_WRITE: &[Field] = &[
    ("namespace", Text),
    (
        "remote_write_queue",
        Fields(&[&[("enabled", Flag), ("queue_size", Whole), ("num_consumers", Whole)]]),
    ),
    ("external_labels", MapOf(&Text)),
    ("max_batch_size_bytes", Whole),
    ("max_batch_request_parallelism", Whole),
    ("resource_to_telemetry_conversion", RESOURCE_TO_TELEMETRY),
    ("wal", Any),
    ("target_info", Fields(&[&[("enabled", Flag)]])),
    ("disable_scope_info", Flag),
    ("add_metric_suffixes", Flag),
    ("translation_strategy", Text),
    ("send_metadata", Flag),
    ("protobuf_message", Text),
];

//! Extensions.

use super::super::shape::{Field, Shape};
use super::shared::{GRPC_SERVER, HTTP_SERVER, PROXY, TCP};

use Shape::{Any, Duration, Fields, Flag, Text, Whole};

pub(super) const TABLE: &[(&str, Shape)] = &[
    ("awsproxy", Fields(&[PROXY])),
    ("file_storage", Fields(&[FILE_STORAGE])),
    ("health_check", Fields(&[HTTP_SERVER, HEALTH_CHECK])),
    (
        "pprof",
        Fields(&[
            TCP,
            &[
                ("block_profile_fraction", Whole),
                ("mutex_profile_fraction", Whole),
                ("save_to_file", Text),
            ],
        ]),
    ),
    ("sigv4auth", Fields(&[SIGV4])),
    ("zpages", Fields(&[HTTP_SERVER, &[("expvar", Fields(&[&[("enabled", Flag)]]))]])),
];

/// `internal/healthcheck`, the settings of both of its versions.
const HEALTH_CHECK: &[Field] = &[
    ("path", Text),
    ("response_body", Fields(&[&[("healthy", Text), ("unhealthy", Text)]])),
    (
        "check_collector_pipeline",
        Fields(&[&[("enabled", Flag), ("interval", Text), ("exporter_failure_threshold", Whole)]]),
    ),
    ("use_v2", Flag),
    ("grpc", Fields(&[GRPC_SERVER])),
    ("http", Fields(&[HTTP_SERVER, &[("config", PATH), ("status", PATH)]])),
    ("component_health", Any),
];

const PATH: Shape = Fields(&[&[("enabled", Flag), ("path", Text), ("include_attributes", Flag)]]);

const SIGV4: &[Field] = &[
    ("region", Text),
    ("service", Text),
    (
        "assume_role",
        Fields(&[&[
            ("arn", Text),
            ("session_name", Text),
            ("sts_region", Text),
            ("web_identity_token_file", Text),
            ("external_id", Text),
        ]]),
    ),
];

const FILE_STORAGE: &[Field] = &[
    ("directory", Text),
    ("timeout", Duration),
    ("max_size", Whole),
    (
        "compaction",
        Fields(&[&[
            ("on_start", Flag),
            ("on_rebound", Flag),
            ("directory", Text),
            ("rebound_needed_threshold_mib", Whole),
            ("rebound_trigger_threshold_mib", Whole),
            ("max_transaction_size", Whole),
            ("check_interval", Duration),
            ("cleanup_on_start", Flag),
        ]]),
    ),
    ("fsync", Flag),
    ("create_directory", Flag),
    ("directory_permissions", Text),
    ("recreate", Flag),
];

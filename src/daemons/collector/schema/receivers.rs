//! Receivers.

use super::super::shape::{Field, Shape};
use super::shared::{GRPC_SERVER, HTTP_SERVER, PROXY, SOCKET};

use Shape::{Any, Duration, Fields, Flag, List, Open, Text, Whole};

pub(super) const TABLE: &[(&str, Shape)] = &[
    ("awsecscontainermetrics", Fields(&[&[("collection_interval", Duration)]])),
    ("awsxray", Fields(&[SOCKET, &[("proxy_server", Fields(&[PROXY]))]])),
    ("jaeger", Fields(&[&[("protocols", Fields(&[JAEGER])), ("remote_sampling", Any)]])),
    ("otlp", Fields(&[&[("protocols", Fields(&[OTLP]))]])),
    ("prometheus", Fields(&[PROMETHEUS])),
    ("statsd", Fields(&[SOCKET, STATSD])),
    ("zipkin", Fields(&[HTTP_SERVER, &[("parse_string_tags", Flag)]])),
];

const OTLP: &[Field] = &[
    ("grpc", Fields(&[GRPC_SERVER])),
    (
        "http",
        Fields(&[
            HTTP_SERVER,
            &[("traces_url_path", Text), ("metrics_url_path", Text), ("logs_url_path", Text)],
        ]),
    ),
];

const JAEGER: &[Field] = &[
    ("grpc", Fields(&[GRPC_SERVER])),
    ("thrift_http", Fields(&[HTTP_SERVER])),
    ("thrift_binary", Fields(&[UDP])),
    ("thrift_compact", Fields(&[UDP])),
];

const UDP: &[Field] = &[
    ("endpoint", Text),
    ("queue_size", Whole),
    ("max_packet_size", Whole),
    ("workers", Whole),
    ("socket_buffer_size", Whole),
];

/// What Prometheus's own configuration may say is Prometheus's.
const PROMETHEUS: &[Field] = &[
    (
        "config",
        Open(&[&[("global", Any), ("scrape_configs", List(&Any)), ("scrape_config_files", Any)]]),
    ),
    ("trim_metric_suffixes", Flag),
    ("target_allocator", Any),
    ("api_server", Any),
    ("scrape_on_shutdown", Flag),
    ("discovery_reload_on_startup", Flag),
    ("initial_scrape_offset", Duration),
];

const STATSD: &[Field] = &[
    ("aggregation_interval", Duration),
    ("enable_ip_only_aggregation", Flag),
    ("ignore_host", Flag),
    ("enable_metric_type", Flag),
    ("enable_simple_tags", Flag),
    ("is_monotonic_counter", Flag),
    ("counter_type", Text),
    ("timer_histogram_mapping", List(&Any)),
    ("socket_permissions", Whole),
    ("socket_buffer_size", Whole),
];

//! Settings that many components have.

use super::super::shape::{Field, Shape};

use Shape::{Any, Duration, Fields, Flag, Headers, List, Number, OneOf, Text, Whole};

/// A TCP socket that is listened on (`config/confignet`, `TCPAddrConfig`).
pub(super) const TCP: &[Field] =
    &[("endpoint", Text), ("dialer", Fields(&[&[("timeout", Duration)]]))];

/// A socket of any sort (`config/confignet`, `AddrConfig`).
pub(super) const SOCKET: &[Field] = &[
    ("endpoint", Text),
    ("transport", OneOf(TRANSPORTS)),
    ("dialer", Fields(&[&[("timeout", Duration)]])),
];

const TRANSPORTS: &[&str] = &[
    "tcp",
    "tcp4",
    "tcp6",
    "udp",
    "udp4",
    "udp6",
    "ip",
    "ip4",
    "ip6",
    "unix",
    "unixgram",
    "unixpacket",
    "npipe",
];

const TLS: &[Field] = &[
    ("ca_file", Text),
    ("ca_pem", Text),
    ("include_system_ca_certs_pool", Flag),
    ("cert_file", Text),
    ("cert_pem", Text),
    ("key_file", Text),
    ("key_pem", Text),
    ("min_version", Text),
    ("max_version", Text),
    ("cipher_suites", List(&Text)),
    ("include_insecure_cipher_suites", Flag),
    ("reload_interval", Duration),
    ("curve_preferences", List(&Text)),
    ("tpm", Any),
];

/// TLS of who connects (`config/configtls`, `ClientConfig`).
pub(super) const TLS_CLIENT: Shape = Fields(&[
    TLS,
    &[("insecure", Flag), ("insecure_skip_verify", Flag), ("server_name_override", Text)],
]);

const TLS_SERVER: Shape =
    Fields(&[TLS, &[("client_ca_file", Text), ("client_ca_file_reload", Flag)]]);

const AUTH: Shape = Fields(&[&[("authenticator", Text)]]);

const MIDDLEWARES: Shape = List(&Fields(&[&[("id", Text)]]));

/// `config/configcompression`.
const COMPRESSION: Shape =
    OneOf(&["gzip", "zlib", "deflate", "snappy", "x-snappy-framed", "zstd", "lz4", "none", ""]);

/// `config/configgrpc`, `ClientConfig`.
pub(super) const GRPC_CLIENT: &[Field] = &[
    ("endpoint", Text),
    ("compression", COMPRESSION),
    ("tls", TLS_CLIENT),
    (
        "keepalive",
        Fields(&[&[("time", Duration), ("timeout", Duration), ("permit_without_stream", Flag)]]),
    ),
    ("read_buffer_size", Whole),
    ("write_buffer_size", Whole),
    ("wait_for_ready", Flag),
    ("headers", Headers),
    ("user_agent", Text),
    ("balancer_name", Text),
    ("authority", Text),
    ("auth", AUTH),
    ("middlewares", MIDDLEWARES),
];

/// `config/configgrpc`, `ServerConfig`.
pub(super) const GRPC_SERVER: &[Field] = &[
    ("endpoint", Text),
    ("transport", OneOf(TRANSPORTS)),
    ("dialer", Any),
    ("tls", TLS_SERVER),
    ("max_recv_msg_size_mib", Whole),
    ("max_concurrent_streams", Whole),
    ("read_buffer_size", Whole),
    ("write_buffer_size", Whole),
    ("keepalive", Any),
    ("auth", AUTH),
    ("include_metadata", Flag),
    ("middlewares", MIDDLEWARES),
];

/// `config/confighttp`, `ClientConfig`.
pub(super) const HTTP_CLIENT: &[Field] = &[
    ("endpoint", Text),
    ("proxy_url", Text),
    ("tls", TLS_CLIENT),
    ("read_buffer_size", Whole),
    ("write_buffer_size", Whole),
    ("timeout", Duration),
    ("headers", Headers),
    ("auth", AUTH),
    ("compression", COMPRESSION),
    ("compression_params", Any),
    ("max_idle_conns", Whole),
    ("max_idle_conns_per_host", Whole),
    ("max_conns_per_host", Whole),
    ("idle_conn_timeout", Duration),
    ("disable_keep_alives", Flag),
    ("http2_read_idle_timeout", Duration),
    ("http2_ping_timeout", Duration),
    ("cookies", Any),
    ("force_attempt_http2", Flag),
    ("middlewares", MIDDLEWARES),
];

/// `config/confighttp`, `ServerConfig`.
pub(super) const HTTP_SERVER: &[Field] = &[
    ("endpoint", Text),
    ("transport", OneOf(TRANSPORTS)),
    ("dialer", Any),
    ("tls", TLS_SERVER),
    ("cors", Fields(&[CORS])),
    ("auth", Fields(&[&[("authenticator", Text), ("request_params", List(&Text))]])),
    ("max_request_body_size", Whole),
    ("include_metadata", Flag),
    ("response_headers", Headers),
    ("compression_algorithms", List(&Text)),
    ("read_timeout", Duration),
    ("read_header_timeout", Duration),
    ("write_timeout", Duration),
    ("idle_timeout", Duration),
    ("middlewares", MIDDLEWARES),
    ("keep_alives_enabled", Flag),
];

const CORS: &[Field] = &[
    ("allowed_origins", List(&Text)),
    ("allowed_headers", List(&Text)),
    ("exposed_headers", List(&Text)),
    ("max_age", Whole),
];

/// What waits to be sent (`exporter/exporterhelper`, `QueueBatchConfig`).
pub(super) const SENDING_QUEUE: &[Field] = &[("sending_queue", Fields(&[QUEUE]))];

/// How often that is tried (`config/configretry`).
pub(super) const RETRY_ON_FAILURE: &[Field] = &[("retry_on_failure", RETRY)];

const QUEUE: &[Field] = &[
    ("enabled", Flag),
    ("wait_for_result", Flag),
    ("sizer", SIZER),
    ("queue_size", Whole),
    ("block_on_overflow", Flag),
    ("storage", Text),
    ("num_consumers", Whole),
    ("batch", Fields(&[BATCH])),
];

const BATCH: &[Field] = &[
    ("enabled", Flag),
    ("flush_timeout", Duration),
    ("sizer", SIZER),
    ("min_size", Whole),
    ("max_size", Whole),
    ("partition", Fields(&[&[("metadata_keys", List(&Text))]])),
];

const SIZER: Shape = OneOf(&["requests", "items", "bytes"]);

const RETRY: Shape = Fields(&[&[
    ("enabled", Flag),
    ("initial_interval", Duration),
    ("randomization_factor", Number),
    ("multiplier", Number),
    ("max_interval", Duration),
    ("max_elapsed_time", Duration),
]]);

/// How AWS is talked to (contrib, `internal/aws/awsutil`, `AWSSessionSettings`).
pub(super) const AWS: &[Field] = &[
    ("num_workers", Whole),
    ("endpoint", Text),
    ("request_timeout_seconds", Whole),
    ("max_retries", Whole),
    ("no_verify_ssl", Flag),
    ("proxy_address", Text),
    ("region", Text),
    ("local_mode", Flag),
    ("resource_arn", Text),
    ("role_arn", Text),
    ("external_id", Text),
];

/// The proxy that signs what X-Ray's clients ask (contrib, `internal/aws/proxy`, `Config`).
pub(super) const PROXY: &[Field] = &[
    ("endpoint", Text),
    ("dialer", Any),
    ("proxy_address", Text),
    ("tls", TLS_CLIENT),
    ("region", Text),
    ("role_arn", Text),
    ("aws_endpoint", Text),
    ("local_mode", Flag),
    ("service_name", Text),
];

/// `pkg/resourcetotelemetry`.
pub(super) const RESOURCE_TO_TELEMETRY: Shape =
    Fields(&[&[("enabled", Flag), ("exclude_service_attributes", Flag)]]);

//! The configuration of the CloudWatch agent, as far as traces go.
//!
//! Source: `aws/amazon-cloudwatch-agent`, `translator/config/schema.json`. What the sections do not say the
//! agent binds to its own loopback, where no other container is.

use serde_json::{Value as Json, json};

use super::collector::merge;

/// The configuration as a tree.
pub(super) fn config(region: &str, overrides: Option<&Json>) -> Json {
    let mut config = json!({
        "agent": {"region": region},
        "traces": {"traces_collected": {
            "xray": {"bind_address": "0.0.0.0:2000", "tcp_proxy": {"bind_address": "0.0.0.0:2000"}},
            "otlp": {"grpc_endpoint": "0.0.0.0:4317", "http_endpoint": "0.0.0.0:4318"},
        }},
    });
    if let Some(overrides) = overrides {
        merge(&mut config, overrides);
    }
    config
}

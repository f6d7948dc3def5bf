//! What holds between the settings of one component: what the collector's own `Validate` of each
//! refuses.

use serde_json::Value as Json;

use super::distribution::{Section, current};
use super::shape::Problem;

/// Holds the settings of a component against its rules.
pub(super) fn check(
    section: Section,
    name: &str,
    settings: &Json,
    path: &str,
    found: &mut Vec<Problem>,
) {
    let rule: fn(&Json) -> Option<String> = match (section, current(section, name)) {
        (Section::Receivers, "otlp") => receives_something,
        (Section::Processors, "batch") => batch,
        (Section::Processors, "memory_limiter") => memory_limiter,
        (Section::Exporters, "otlp_grpc") => grpc_endpoint,
        (Section::Exporters, "otlp_http") => http_endpoint,
        _ => return,
    };
    found.extend(rule(settings).map(|message| Problem::new(path, message)));
}

/// The core's `receiver/otlpreceiver/config.go`.
fn receives_something(settings: &Json) -> Option<String> {
    let protocols = settings.get("protocols").and_then(Json::as_object);
    let some = protocols.is_some_and(|all| all.contains_key("grpc") || all.contains_key("http"));
    (!some).then(|| "it takes nothing in without `protocols`: `grpc`, `http` or both".to_owned())
}

/// The core's `processor/batchprocessor/config.go`; without `send_batch_size` it is 8192.
fn batch(settings: &Json) -> Option<String> {
    let size = match settings.get("send_batch_size") {
        None | Some(Json::Null) => 8192,
        Some(set) => set.as_u64()?,
    };
    let most = number(settings, "send_batch_max_size").filter(|most| *most > 0)?;
    (most < size)
        .then(|| format!("`send_batch_max_size` {most} is smaller than `send_batch_size` {size}"))
}

/// The core's `internal/memorylimiter/config.go`.
fn memory_limiter(settings: &Json) -> Option<String> {
    let limit = number(settings, "limit_mib").unwrap_or(0);
    let spike = number(settings, "spike_limit_mib").unwrap_or(0);
    let percent = number(settings, "limit_percentage").unwrap_or(0);
    let spike_percent = number(settings, "spike_limit_percentage").unwrap_or(0);
    let later = |key: &str| settings.get(key).is_some_and(Json::is_string);
    if settings.get("check_interval").is_none_or(Json::is_null) {
        Some("`check_interval` has to be set, as in `1s`".to_owned())
    } else if later("limit_mib") || later("limit_percentage") {
        None
    } else if limit == 0 && percent == 0 {
        Some("it limits nothing without `limit_mib` or `limit_percentage`".to_owned())
    } else if limit > 0 && limit <= spike {
        Some(format!("`spike_limit_mib` {spike} is not smaller than `limit_mib` {limit}"))
    } else if percent > 100 || spike_percent > 100 {
        Some("a percentage is at most 100".to_owned())
    } else if percent > 0 && percent <= spike_percent {
        Some(format!(
            "`spike_limit_percentage` {spike_percent} is not smaller than `limit_percentage` \
             {percent}"
        ))
    } else {
        None
    }
}

/// The core's `exporter/otlpexporter/config.go`, and `config/configgrpc` for the port.
fn grpc_endpoint(settings: &Json) -> Option<String> {
    let endpoint = settings.get("endpoint").and_then(Json::as_str).unwrap_or_default();
    let address = endpoint.split_once("://").map_or(endpoint, |(_, address)| address);
    let has_port = address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if endpoint.is_empty() {
        Some("it has no `endpoint`, as in `host:4317`".to_owned())
    } else if has_port || endpoint.contains("${") || endpoint.starts_with("unix://") {
        None
    } else {
        Some(format!("`endpoint` {endpoint} has no port, as in `host:4317`"))
    }
}

/// The core's `exporter/otlphttpexporter`: its `config.go`, and `factory.go` for the URL.
fn http_endpoint(settings: &Json) -> Option<String> {
    let text = |key: &str| settings.get(key).and_then(Json::as_str).unwrap_or_default();
    let signals = ["traces_endpoint", "metrics_endpoint", "logs_endpoint", "profiles_endpoint"];
    let endpoint = text("endpoint");
    if endpoint.is_empty() && signals.iter().all(|signal| text(signal).is_empty()) {
        return Some("it has no `endpoint`, as in `https://host:4318`".to_owned());
    }
    let is_url = |text: &str| text.contains("://") || text.starts_with("${");
    (!endpoint.is_empty() && !is_url(endpoint))
        .then(|| "`endpoint` is a URL, with `https://` or `http://`".to_owned())
}

fn number(settings: &Json, key: &str) -> Option<u64> {
    settings.get(key).and_then(Json::as_u64)
}

//! What is about tracing, whoever owns it.

use std::fmt;

use serde_json::Value;

use crate::iam;

/// What receives traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// The X-Ray daemon.
    Xray,
    /// An OpenTelemetry collector, of whatever distribution.
    Collector,
    /// The CloudWatch agent.
    Agent,
}

impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Xray => "the X-Ray daemon",
            Self::Collector => "an OpenTelemetry collector",
            Self::Agent => "the CloudWatch agent",
        })
    }
}

/// What is in the names of images that receive traces.
///
/// Source: the images in the developer guides of X-Ray ("Running the X-Ray daemon on Amazon ECS"),
/// of the AWS Distro for OpenTelemetry and of the CloudWatch agent; OpenTelemetry's own are
/// `otel/opentelemetry-collector` and `otelcol`.
const IMAGES: [(&str, Receiver); 6] = [
    ("xray-daemon", Receiver::Xray),
    ("otel-collector", Receiver::Collector),
    ("opentelemetry-collector", Receiver::Collector),
    ("otelcol", Receiver::Collector),
    ("adot-collector", Receiver::Collector),
    ("cloudwatch-agent", Receiver::Agent),
];
/// The ports they listen on. Source: the same; 4317 and 4318 are OTLP's (IANA).
const PORTS: [(u64, &str); 3] = [(2000, "the X-Ray daemon's"), (4317, "OTLP's"), (4318, "OTLP's")];
/// What is in the names of AWS's managed policies that allow writing or reading traces.
///
/// Source: AWS managed policy reference; `CloudWatchAgentServerPolicy` and
/// `CloudWatchAgentAdminPolicy` have the actions of the X-Ray daemon.
const POLICIES: [&str; 2] = ["xray", "cloudwatchagent"];

/// Why a canonical task definition is about tracing, if it is.
pub(super) fn of_containers(task: &Value) -> Option<String> {
    let containers = task["containerDefinitions"].as_object()?.iter();
    containers.into_iter().find_map(|(name, container)| {
        if let Some(what) = receiver(container["image"].as_str().unwrap_or_default()) {
            return Some(format!("its container {name} is {what}"));
        }
        let mappings = container["portMappings"].as_object().into_iter().flatten();
        let mut ports = mappings.filter_map(|(_, mapping)| mapping["containerPort"].as_u64());
        let known = |port: u64| PORTS.iter().find(|(known, _)| *known == port);
        let (port, whose) = ports.find_map(known)?;
        Some(format!("its container {name} has the port {port}, which is {whose}"))
    })
}

/// The containers of a canonical task definition that are known by their images to receive traces, each
/// with what it is.
pub(crate) fn containers(task: &Value) -> impl Iterator<Item = (&str, Receiver)> {
    let containers = task["containerDefinitions"].as_object().into_iter().flatten();
    let what = |container: &Value| receiver(container["image"].as_str()?);
    containers.filter_map(move |(name, container)| Some((name.as_str(), what(container)?)))
}

/// What a container of this image is, if it receives traces.
pub(crate) fn receiver(image: &str) -> Option<Receiver> {
    let image = image.to_ascii_lowercase();
    // The registry in front says nothing of what it is.
    let image = image.split_once('/').map_or(image.as_str(), |(_, rest)| rest);
    IMAGES.iter().find(|(part, _)| image.contains(part)).map(|(_, what)| *what)
}

/// What is in the names that people give to what is about tracing.
const NAMES: [&str; 8] =
    ["xray", "x-ray", "otel", "adot", "opentelemetry", "collector", "cwagent", "tracing"];

/// Whether something is called so that it is about tracing.
pub(super) fn is_named(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// Whether a policy document, as it is spelled, allows something of X-Ray's by that name. What allows
/// everything is about more than tracing.
pub(super) fn allows_xray(document: &Value) -> bool {
    let list = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    };
    let is_xray = |action: &Value| {
        action.as_str().is_some_and(|action| action.to_ascii_lowercase().starts_with("xray:"))
    };
    list(&document["Statement"])
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .any(|statement| list(&statement["Action"]).iter().any(is_xray))
}

/// Whether this is one of AWS's managed policies that are about tracing.
pub(super) fn is_managed(arn: &str) -> bool {
    let name = iam::short(arn).to_ascii_lowercase();
    arn.contains(":iam::aws:policy/") && POLICIES.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn why(image: &str, port: u64) -> Option<String> {
        let ports = json!({format!("{port}/udp"): {"containerPort": port}});
        of_containers(
            &json!({"containerDefinitions": {"c": {"image": image, "portMappings": ports}}}),
        )
    }

    #[test]
    fn tracing_containers_are_told_by_image_and_by_port() {
        for image in [
            "amazon/aws-xray-daemon",
            "public.ecr.aws/xray/aws-xray-daemon:3.x",
            "public.ecr.aws/aws-observability/aws-otel-collector:latest",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/aws-otel-collector-7:ecs",
            "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.3",
            "otel/opentelemetry-collector-contrib",
        ] {
            assert!(why(image, 80).is_some(), "{image}");
        }
        assert!(why("xray-daemon.example.com/shop:1", 80).is_none());
        assert!(why("nginx", 2000).is_some() && why("nginx", 4318).is_some());
        assert!(why("nginx", 8080).is_none());
    }

    #[test]
    fn xray_is_allowed_where_a_statement_names_it() {
        let allows = |effect: &str, action: serde_json::Value| {
            allows_xray(&json!({"Statement": {"Effect": effect, "Action": action}}))
        };
        assert!(allows("Allow", json!("xray:Put*")));
        assert!(allows("Allow", json!(["s3:Get*", "XRay:*"])));
        assert!(!allows("Deny", json!("xray:*")) && !allows("Allow", json!("*")));
    }
}

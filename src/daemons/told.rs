//! What an application is told of a daemon in its environment, beside what it says itself.

use super::name_of;
use super::word::Daemon;
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};

const ADDRESS: &str = "AWS_XRAY_DAEMON_ADDRESS";
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const SAMPLER_ARG: &str = "OTEL_TRACES_SAMPLER_ARG";
/// The same for traces alone, which wins over the other (OpenTelemetry specification, "OTLP Exporter").
const OF_TRACES: [&str; 2] =
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"];

/// The variables that tell an application where a daemon is, which may take OTLP.
///
/// Sources: X-Ray developer guide, "Configuring the SDK"; OpenTelemetry specification, "Environment Variable
/// Specification"; AWS Distro for OpenTelemetry, "Using X-Ray Remote Sampling".
pub(crate) fn told(otlp: bool, host: &str) -> Vec<(&'static str, String)> {
    let mut told = vec![("AWS_XRAY_DAEMON_ADDRESS", format!("{host}:2000"))];
    if otlp {
        let sampler = format!("endpoint=http://{host}:2000,polling_interval=300");
        told.extend([
            ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{host}:4318")),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_owned()),
            ("OTEL_PROPAGATORS", "xray,tracecontext,baggage".to_owned()),
            ("OTEL_TRACES_SAMPLER", "xray".to_owned()),
            ("OTEL_TRACES_SAMPLER_ARG", sampler),
        ]);
    }
    told
}

/// A daemon, and where it is for a container.
pub(super) struct Told<'a> {
    pub daemon: &'a Daemon,
    pub host: &'a str,
}

impl Told<'_> {
    /// What a container is told that does not say it itself. What belongs together goes by what is said of
    /// one of the two; what goes elsewhere is warned of.
    pub(super) fn to(&self, map: &Map, found: &mut Diagnostics) -> Vec<(&'static str, String)> {
        let mut all = told(self.daemon.sort.takes_otlp(), self.host);
        self.warn(map, ADDRESS, &[2000], found);
        for endpoint in [ENDPOINT, OF_TRACES[0]] {
            self.warn(map, endpoint, &[4317, 4318], found);
        }
        let port = own(map, ENDPOINT).and_then(|own| Some(places(own.text()?).first()?.1));
        let protocol = own(map, PROTOCOL).or_else(|| own(map, OF_TRACES[1]));
        let protocol = protocol.and_then(|own| own.text().map(str::to_owned));
        for (name, value) in &mut all {
            match (*name, port, protocol.as_deref()) {
                (ENDPOINT, _, Some("grpc")) => *value = format!("http://{}:4317", self.host),
                (PROTOCOL, Some(4317), _) => "grpc".clone_into(value),
                _ => {}
            }
        }
        let samples = own(map, SAMPLER).map(|own| own.text() == Some("xray"));
        let sends_elsewhere =
            own(map, ENDPOINT).is_some() && port.is_none_or(|port| ![4317, 4318].contains(&port));
        all.retain(|(name, _)| match *name {
            SAMPLER => own(map, SAMPLER_ARG).is_none(),
            SAMPLER_ARG => samples.unwrap_or(true),
            PROTOCOL => !sends_elsewhere && protocol.is_none(),
            _ => true,
        });
        all.retain(|(name, _)| own(map, name).is_none());
        all
    }

    /// Says where a variable goes that is not where the daemon is.
    fn warn(&self, map: &Map, name: &'static str, ports: &[u16], found: &mut Diagnostics) {
        if name != ADDRESS && !self.daemon.sort.takes_otlp() {
            return;
        }
        let Some((own, text)) = own(map, name).and_then(|own| Some((own.0, own.text()?))) else {
            return;
        };
        let places = places(text);
        let is_here = |(host, port): &(&str, u16)| self.is_host(host) && ports.contains(port);
        if !places.is_empty() && places.iter().all(is_here) {
            return;
        }
        let message = format!("`{name}` is {text:?}, where {} is not", self.daemon.sort.told());
        let help = "take it out, and it is set; or leave it, if that is meant";
        found.push(Diagnostic::warning(message).at(own.span).help(help));
    }

    /// Whether a host is the daemon's: the loopback has several names.
    fn is_host(&self, host: &str) -> bool {
        let loopback = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"];
        host == self.host || (loopback.contains(&host) && loopback.contains(&self.host))
    }
}

/// A variable that its author set; the value is not known where it comes from a secret.
struct Own<'a>(&'a Node, Option<&'a Node>);

impl<'a> Own<'a> {
    fn text(&self) -> Option<&'a str> {
        self.1.filter(|node| !node.secret).and_then(Node::as_str)
    }
}

fn own<'a>(map: &'a Map, name: &str) -> Option<Own<'a>> {
    let of = |list: &str| match map.get(list).map(|node| &node.value) {
        Some(Value::Seq(items)) => items.iter().find(|item| name_of(item) == name),
        _ => None,
    };
    let plain = of("environment").map(|item| {
        let value = item.as_map().and_then(|map| map.get("value"));
        Own(value.unwrap_or(item), value)
    });
    plain.or_else(|| of("secrets").map(|item| Own(item, None)))
}

/// The hosts and ports in a text: a URL, `host:port`, or `tcp:host:port udp:host:port` (X-Ray developer
/// guide, "Configuring the SDK").
fn places(text: &str) -> Vec<(&str, u16)> {
    let one = |word: &'_ str| -> Option<(usize, usize, u16)> {
        let start = word.find("://").map_or(0, |at| at + 3);
        let rest = &word[start..];
        let start = start
            + ["tcp:", "udp:"].iter().find(|it| rest.starts_with(**it)).map_or(0, |it| it.len());
        let rest = &word[start..];
        let end = rest.find('/').unwrap_or(rest.len());
        let (host, port) = rest[..end].rsplit_once(':')?;
        Some((start, start + host.len(), port.parse().ok()?))
    };
    text.split_whitespace()
        .filter_map(|word| one(word).map(|(from, to, port)| (&word[from..to], port)))
        .collect()
}

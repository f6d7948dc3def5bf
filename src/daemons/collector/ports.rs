//! The sockets that a configuration listens on, and which of them are in each other's way.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::check::{declared, named, pipelines, type_of};
use super::distribution::{Section, current};
use super::shape::Problem;

/// A socket, and the setting that it comes from.
struct Socket {
    path: String,
    protocol: &'static str,
    host: String,
    port: String,
}

/// Says of each two sockets that want the same port.
///
/// Only what runs listens: receivers and exporters of a pipeline, extensions of the service.
pub(super) fn clashes(config: &Map<String, Json>, found: &mut Vec<Problem>) {
    let sockets = sockets(config);
    for (at, one) in sockets.iter().enumerate() {
        if let Some(other) = sockets[..at].iter().find(|other| one.clashes(other)) {
            let (path, message) = (&one.path, format!("{one} is taken by `{}`", other.path));
            let why = consequence(&one.path, &other.path);
            found.push(Problem::new(path, format!("{message}{why}")));
        }
    }
}

/// What comes of the one clash that most configurations with a proxy have: the receiver of X-Ray
/// has a proxy of its own, on TCP 2000 unless it is told otherwise.
///
/// Source, contrib 0.156.0: `receiver/awsxrayreceiver/factory.go` lines 33 to 39 and
/// `internal/aws/proxy/cfg.go` line 52 (`localhost:2000` by default); `receiver.go` lines 88 to 90
/// (an error of its proxy is dropped); `extension/awsproxy/extension.go` lines 34 to 38 (an error of
/// the extension ends the collector).
fn consequence(one: &str, other: &str) -> &'static str {
    let is_receiver = |path: &str| path.ends_with(".proxy_server");
    let is_extension = |path: &str| path.starts_with("extensions.awsproxy");
    if (is_receiver(one) && is_extension(other)) || (is_receiver(other) && is_extension(one)) {
        "; the receiver has a proxy of its own: give its `proxy_server.endpoint` another port, as \
         in `localhost:0`"
    } else {
        ""
    }
}

impl Socket {
    fn new(path: String, protocol: &'static str, endpoint: &str) -> Option<Self> {
        let (host, port) = endpoint.rsplit_once(':')?;
        // Port 0 is any that is free, and what the environment says is not known yet.
        if port.is_empty() || port == "0" || !port.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let host = match host {
            "localhost" | "[::1]" => "127.0.0.1",
            "" | "[::]" => "0.0.0.0",
            host => host,
        };
        Some(Self { path, protocol, host: host.to_owned(), port: port.to_owned() })
    }

    fn clashes(&self, other: &Self) -> bool {
        let anywhere = |socket: &Self| socket.host == "0.0.0.0";
        self.protocol == other.protocol
            && self.port == other.port
            && (self.host == other.host || anywhere(self) || anywhere(other))
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} port {}", self.protocol, self.port)
    }
}

fn sockets(config: &Map<String, Json>) -> Vec<Socket> {
    let used = |section: Section, id: &str| {
        pipelines(config).any(|(_, pipeline)| named(pipeline.get(section.key())).contains(&id))
    };
    let started = named(config.get("service").and_then(|service| service.get("extensions")));
    let mut sockets = Vec::new();
    let extensions = declared(config, Section::Extensions).filter(|(id, _)| started.contains(id));
    for (id, settings) in extensions {
        extend(&mut sockets, Section::Extensions, id, settings);
    }
    for section in [Section::Receivers, Section::Exporters] {
        for (id, settings) in declared(config, section).filter(|(id, _)| used(section, id)) {
            extend(&mut sockets, section, id, settings);
        }
    }
    sockets.into_iter().flatten().collect()
}

/// The sockets of a component, with their ports where it is told none. Source: the default of each
/// in its `factory.go` at 0.156.0.
fn extend(sockets: &mut Vec<Option<Socket>>, section: Section, id: &str, settings: &Json) {
    let path = format!("{}.{id}", section.key());
    let mut listen = |below: &str, protocol, default: &str| {
        let pointer = below.replace('.', "/");
        let set = settings.pointer(&format!("{pointer}/endpoint")).and_then(Json::as_str);
        sockets.push(Socket::new(format!("{path}{below}"), protocol, set.unwrap_or(default)));
    };
    let has = |pointer: &str| settings.pointer(pointer).is_some();
    match (section, current(section, type_of(id))) {
        (Section::Extensions, "awsproxy") => listen("", "TCP", "localhost:2000"),
        (Section::Extensions, "health_check") => listen("", "TCP", "localhost:13133"),
        (Section::Extensions, "pprof") => listen("", "TCP", "localhost:1777"),
        (Section::Extensions, "zpages") => listen("", "TCP", "localhost:55679"),
        (Section::Receivers, "awsxray") => {
            listen("", "UDP", "localhost:2000");
            listen(".proxy_server", "TCP", "localhost:2000");
        }
        (Section::Receivers, "statsd") => listen("", "UDP", "localhost:8125"),
        (Section::Receivers, "zipkin") => listen("", "TCP", "localhost:9411"),
        (Section::Receivers, "otlp") => {
            for (protocol, default) in [("grpc", "localhost:4317"), ("http", "localhost:4318")] {
                if has(&format!("/protocols/{protocol}")) {
                    listen(&format!(".protocols.{protocol}"), "TCP", default);
                }
            }
        }
        (Section::Receivers, "jaeger") => {
            for (protocol, over, default) in [
                ("grpc", "TCP", "localhost:14250"),
                ("thrift_http", "TCP", "localhost:14268"),
                ("thrift_binary", "UDP", "localhost:6832"),
                ("thrift_compact", "UDP", "localhost:6831"),
            ] {
                if has(&format!("/protocols/{protocol}")) {
                    listen(&format!(".protocols.{protocol}"), over, default);
                }
            }
        }
        (Section::Exporters, "prometheus") => listen("", "TCP", ""),
        _ => {}
    }
}

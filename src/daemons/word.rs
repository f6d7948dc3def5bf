//! The word as it is written: one of four, or a mapping that says more.

use serde_json::Value as Json;

use super::collector::{Header, Honeycomb, HoneycombRegion, Otlp, Protocol};
use super::kept::{is_kept, variable};
use super::{Runs, Sort};
use crate::document::{
    Diagnostic, Diagnostics, Entry, Map, Node, Span, Value, is_secret, or_nearest,
};

/// A daemon that somebody asked for.
#[derive(Debug, Clone)]
pub(super) struct Daemon {
    pub sort: Sort,
    pub span: Span,
    pub place: Where,
    /// Where it is, where that does not follow from the network.
    pub address: Option<String>,
    /// What its container has beside or in place of what is generated.
    pub container: Option<Node>,
    /// The containers that are told of it; all, where none are named.
    pub apps: Option<Vec<(String, Span)>>,
    /// Whether traces go to X-Ray.
    pub xray: bool,
    pub honeycomb: Option<(Honeycomb, Reference)>,
    pub otlp: Vec<(Otlp, Vec<Reference>)>,
    pub config: Config,
    /// What is merged over the generated configuration.
    pub collector: Option<Json>,
}

/// Where it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In the task itself.
    Sidecar,
    /// On the instance, by a service with the scheduling strategy DAEMON.
    Host,
    /// On the instance, as a managed daemon of ECS's.
    Managed,
}

/// Where its configuration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Config {
    /// In a variable of its environment.
    Environment,
    /// In a parameter of Systems Manager's.
    Parameter(String),
}

/// A secret, by the variable that holds it in the container and where ECS takes it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub variable: String,
    pub from: String,
}

const KEYS: [&str; 10] = [
    "kind",
    "where",
    "address",
    "container",
    "apps",
    "xray",
    "honeycomb",
    "otlp",
    "config",
    "collector",
];
const PLACES: [(&str, Where); 3] =
    [("sidecar", Where::Sidecar), ("host", Where::Host), ("managed", Where::Managed)];
/// The variable with Honeycomb's key.
const HONEYCOMB_KEY: &str = "HONEYCOMB_API_KEY";

/// Reads the word.
pub(super) fn read(runs: Runs, setting: &Node, found: &mut Diagnostics) -> Option<Daemon> {
    let before = found.errors();
    let empty = Map::default();
    let (word, map) = match &setting.value {
        Value::Map(map) => (map.get("kind"), map),
        _ => (Some(setting), &empty),
    };
    let words = Sort::ALL.map(Sort::word);
    let sort = word.and_then(Node::as_str).and_then(Sort::of);
    let Some(sort) = sort else {
        let message = match word {
            Some(word) => format!("there is no daemon {}", word.shown()),
            None => "which daemon it is stands in `kind`".to_owned(),
        };
        let near = or_nearest(word.and_then(Node::as_str).unwrap_or_default(), &words);
        let span = word.map_or(setting.span, |word| word.span);
        found.push(Diagnostic::error(message).at(span).maybe_help(near));
        return None;
    };
    let mut reader = Reader { found };
    reader.only(map, &KEYS, "`daemon`");
    let daemon = Daemon {
        sort,
        span: setting.span,
        place: reader.one_of(map, "where", &PLACES).unwrap_or(Where::Sidecar),
        address: reader.address(map),
        container: reader.mapping(map, "container").cloned(),
        apps: reader.names(map, "apps"),
        xray: reader.switch(map, "xray").unwrap_or(true),
        honeycomb: reader.honeycomb(map),
        otlp: reader.otlp(map),
        config: reader.config(map),
        collector: reader.mapping(map, "collector").map(Node::to_json),
    };
    reader.suits(&daemon, map);
    if runs == Runs::Managed
        && let Some(node) = given(map, "where")
        && daemon.place != Where::Sidecar
    {
        let message = "this is the task definition of a daemon, and the daemon runs in it";
        reader.complain(node.span, message.to_owned(), "leave `where` out");
    }
    (found.errors() == before).then_some(daemon)
}

struct Reader<'a> {
    found: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn complain(&mut self, span: Span, message: String, help: &str) {
        self.found.push(Diagnostic::error(message).at(span).help(help));
    }

    fn only(&mut self, map: &Map, keys: &[&str], what: &str) {
        for Entry { key, key_span, .. } in &map.entries {
            if !keys.contains(&key.as_str()) {
                let problem = Diagnostic::error(format!("{what} has no `{key}`")).at(*key_span);
                self.found.push(problem.maybe_help(or_nearest(key, keys)));
            }
        }
    }

    fn text(&mut self, map: &Map, key: &str) -> Option<String> {
        let node = given(map, key)?;
        if node.secret {
            let message = format!(
                "`{key}` is shown in every output, and what comes from the environment is secret"
            );
            self.complain(node.span, message, "use a variable: `${var.NAME}`");
            return None;
        }
        let text = node.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.complain(
                node.span,
                format!("`{key}` is a text, not {}", node.kind()),
                "write it out",
            );
        }
        text.map(str::to_owned)
    }

    /// A host, by its name or its IP address.
    fn address(&mut self, map: &Map) -> Option<String> {
        let address = self.text(map, "address")?;
        let is_host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        if let Some(node) = map.get("address").filter(|_| !address.chars().all(is_host)) {
            let message = format!("`address` is {}, which is no host", node.shown());
            let help = "write its name or its IP address alone: the ports are the daemon's";
            self.complain(node.span, message, help);
        }
        Some(address)
    }

    fn switch(&mut self, map: &Map, key: &str) -> Option<bool> {
        let node = given(map, key)?;
        match &node.value {
            Value::Bool(value) => Some(*value),
            Value::String(text) if node.interpolated && text == "true" => Some(true),
            Value::String(text) if node.interpolated && text == "false" => Some(false),
            _ => {
                let message = format!("`{key}` is `true` or `false`, not {}", node.shown());
                self.complain(node.span, message, "leave it out for what goes without saying");
                None
            }
        }
    }

    fn mapping<'m>(&mut self, map: &'m Map, key: &str) -> Option<&'m Node> {
        let node = given(map, key)?;
        if node.as_map().is_none() {
            let message = format!("`{key}` is a mapping, not {}", node.kind());
            self.complain(node.span, message, &format!("write it like `{key}: {{ … }}`"));
            return None;
        }
        Some(node)
    }

    fn one_of<T: Copy>(&mut self, map: &Map, key: &str, values: &[(&str, T)]) -> Option<T> {
        let node = given(map, key)?;
        let value = values.iter().find(|(name, _)| node.as_str() == Some(name));
        if value.is_none() {
            let names: Vec<_> = values.iter().map(|(name, _)| *name).collect();
            let near = or_nearest(node.as_str().unwrap_or_default(), &names);
            let message = format!("`{key}` is {}, which it cannot be", node.shown());
            self.found.push(Diagnostic::error(message).at(node.span).maybe_help(near));
        }
        value.map(|(_, value)| *value)
    }

    fn names(&mut self, map: &Map, key: &str) -> Option<Vec<(String, Span)>> {
        let node = given(map, key)?;
        let Value::Seq(items) = &node.value else {
            let message = format!("`{key}` is a list of names, not {}", node.kind());
            self.complain(node.span, message, &format!("write it like `{key}: [backend]`"));
            return None;
        };
        let names = items.iter().map(|item| Some((item.as_str()?.to_owned(), item.span)));
        let names = names.collect::<Option<_>>();
        if names.is_none() {
            self.complain(
                node.span,
                format!("`{key}` is a list of names"),
                "write it like `[backend]`",
            );
        }
        names
    }

    /// A secret where it is kept: an ARN of Secrets Manager's or Systems Manager's, or the name of a
    /// parameter.
    fn reference(&mut self, map: &Map, key: &str, variable: &str) -> Option<Reference> {
        let node = given(map, key)?;
        let from = self.text(map, key)?;
        if is_kept(&from) {
            return Some(Reference { variable: variable.to_owned(), from });
        }
        let message = format!("`{key}` is no place where a secret is kept");
        let help = "write the ARN of a secret or of a parameter, or a parameter's name; the secret \
                    itself stands in no file";
        self.found.hidden.push(node.span);
        self.complain(node.span, message, help);
        None
    }

    fn honeycomb(&mut self, map: &Map) -> Option<(Honeycomb, Reference)> {
        const REGIONS: [(&str, HoneycombRegion); 2] =
            [("us", HoneycombRegion::Us), ("eu", HoneycombRegion::Eu)];
        let node = self.mapping(map, "honeycomb")?;
        let map = node.as_map()?;
        self.only(map, &["region", "key", "dataset"], "`honeycomb`");
        if given(map, "key").is_none() {
            let message = "`honeycomb` needs `key`: where its key is kept".to_owned();
            self.complain(node.span, message, "write `key: ARN`, of a secret or of a parameter");
        }
        let region = self.one_of(map, "region", &REGIONS).unwrap_or(HoneycombRegion::Us);
        let dataset = self.text(map, "dataset");
        let key = self.reference(map, "key", HONEYCOMB_KEY)?;
        Some((Honeycomb { region, dataset, key: key.variable.clone() }, key))
    }

    fn otlp(&mut self, map: &Map) -> Vec<(Otlp, Vec<Reference>)> {
        let Some(node) = self.mapping(map, "otlp") else { return Vec::new() };
        let entries = node.as_map().into_iter().flat_map(|map| &map.entries);
        entries.filter_map(|entry| self.exporter(&entry.key, &entry.value)).collect()
    }

    fn exporter(&mut self, name: &str, node: &Node) -> Option<(Otlp, Vec<Reference>)> {
        const PROTOCOLS: [(&str, Protocol); 2] =
            [("grpc", Protocol::Grpc), ("http", Protocol::Http)];
        let Some(map) = node.as_map() else {
            let message = format!("`otlp.{name}` is a mapping, not {}", node.kind());
            self.complain(node.span, message, "write `{ endpoint: … }`");
            return None;
        };
        self.only(map, &["endpoint", "protocol", "headers", "insecure"], &format!("`otlp.{name}`"));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || name == "honeycomb" || !name.chars().all(is_plain) {
            let message = format!("{name:?} is no name for an exporter");
            self.complain(
                node.span,
                message,
                "it has letters, digits, `-` and `_`, and `honeycomb` has a word of its own",
            );
        }
        let Some(endpoint) = self.text(map, "endpoint") else {
            if given(map, "endpoint").is_none() {
                let message = format!("`otlp.{name}` needs `endpoint`");
                self.complain(node.span, message, "for example `https://otlp.example.com:4318`");
            }
            return None;
        };
        let protocol = self.one_of(map, "protocol", &PROTOCOLS).unwrap_or(Protocol::Grpc);
        self.check_endpoint(map, name, &endpoint, protocol);
        let insecure = self.switch(map, "insecure").unwrap_or(false);
        let (mut headers, mut references) = (Vec::new(), Vec::new());
        let given_headers = self.mapping(map, "headers").and_then(Node::as_map);
        for Entry { key, value, .. } in given_headers.into_iter().flat_map(|map| &map.entries) {
            if value.is_null() {
                continue;
            }
            let variable = variable(name, key);
            let header = match (&value.value, value.spelled()) {
                (Value::Map(inner), _) => {
                    self.only(inner, &["secret"], "a header");
                    let Some(reference) = self.reference(inner, "secret", &variable) else {
                        continue;
                    };
                    references.push(reference);
                    Header::Env(variable)
                }
                (_, Some(text)) if !value.secret && !is_secret(key, &text) => Header::Literal(text),
                _ => {
                    let message = format!("the header `{key}` looks like a secret");
                    self.found.hidden.push(value.span);
                    let help = "write `{ secret: ARN }`, where it is kept";
                    self.complain(value.span, message, help);
                    continue;
                }
            };
            headers.push((key.clone(), header));
        }
        Some((Otlp { name: name.to_owned(), endpoint, protocol, headers, insecure }, references))
    }

    /// Source: OpenTelemetry's exporter `otlphttp`: it puts `/v1/traces` behind its endpoint itself.
    fn check_endpoint(&mut self, map: &Map, name: &str, endpoint: &str, protocol: Protocol) {
        let Some(node) = given(map, "endpoint") else { return };
        if endpoint.contains(char::is_whitespace) {
            let message = format!("`otlp.{name}.endpoint` has a blank in it");
            self.complain(node.span, message, "for example `https://otlp.example.com:4318`");
        } else if protocol == Protocol::Http
            && endpoint.trim_end_matches('/').ends_with("/v1/traces")
        {
            let message =
                format!("the exporter puts `/v1/traces` behind `otlp.{name}.endpoint` itself");
            let problem = Diagnostic::warning(message).at(node.span);
            self.found.push(problem.help("write what stands before it"));
        }
    }

    fn config(&mut self, map: &Map) -> Config {
        let Some(node) = given(map, "config") else { return Config::Environment };
        match &node.value {
            Value::String(text) if text == "environment" => Config::Environment,
            Value::Map(inner) => {
                self.only(inner, &["parameter"], "`config`");
                match self.text(inner, "parameter") {
                    Some(name) => Config::Parameter(name),
                    None => Config::Environment,
                }
            }
            _ => {
                let message = format!("`config` is {}, which it cannot be", node.shown());
                let help = "it is `environment`, or `{ parameter: NAME }`";
                self.complain(node.span, message, help);
                Config::Environment
            }
        }
    }

    /// What a daemon does not have it is not asked for.
    fn suits(&mut self, daemon: &Daemon, map: &Map) {
        let sort = daemon.sort;
        let mut refuse = |key: &str, why: String| {
            if let Some(node) = given(map, key) {
                self.found.push(
                    Diagnostic::error(why)
                        .at(node.span)
                        .help("`adot` and `otel-collector` have it"),
                );
            }
        };
        if !sort.is_collector() {
            for key in ["honeycomb", "otlp", "xray"] {
                refuse(key, format!("{} sends to X-Ray only, and has no `{key}`", sort.told()));
            }
        }
        if sort == Sort::Xray {
            for key in ["collector", "config"] {
                refuse(key, format!("{} takes no configuration", sort.told()));
            }
        }
        if daemon.place != Where::Sidecar {
            for key in ["container", "honeycomb", "otlp", "config", "collector", "xray"] {
                if let Some(node) = given(map, key) {
                    let message =
                        format!("`{key}` is about a daemon in this task, and it is elsewhere");
                    let help = "it goes to the daemon's own task definition";
                    self.found.push(Diagnostic::error(message).at(node.span).help(help));
                }
            }
        } else if let Some(node) = given(map, "address") {
            let message = "`address` is where a daemon elsewhere is, and this one is in the task";
            let help = "leave it out, or say `where: host`";
            self.found.push(Diagnostic::error(message).at(node.span).help(help));
        }
        if sort.is_collector()
            && !daemon.xray
            && daemon.honeycomb.is_none()
            && daemon.otlp.is_empty()
        {
            let message = "its traces go nowhere: `xray` is `false`, and there is neither `honeycomb` nor `otlp`";
            self.found.push(Diagnostic::error(message).at(daemon.span).help("name one of them"));
        }
    }
}

fn given<'a>(map: &'a Map, key: &str) -> Option<&'a Node> {
    map.get(key).filter(|node| !node.is_null())
}

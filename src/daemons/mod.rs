//! Tracing daemons: what the word `daemon:` in a task definition stands for.
//!
//! Pure: a body with the word goes in, and plain ECS comes out, before anything is compared. `word` reads
//! it, `container` makes the daemon's container, with the configuration of `collector` or `agent` where it
//! takes one, `wiring` tells the other containers where it is, `beside` has its log group and its parameter,
//! `permits` gives roles of the stack what it needs, and `moving` says what going from one daemon to another means.

mod agent;
mod beside;
mod collector;
mod container;
mod kept;
mod moving;
mod needs;
mod permits;
mod schema;
mod size;
mod told;
mod wiring;
mod word;

use serde_json::{Value as Json, json};

pub(crate) use beside::{Beside, SECTIONS, beside};
pub(crate) use moving::moved;
pub(crate) use permits::permit;
pub(crate) use schema::schema;
pub(crate) use told::told;

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value};
use crate::kinds::{Receiver, tracing_receiver};
use crate::stack::Given;
use container::generated;
use wiring::{Network, wire};
use word::{Daemon, Where};

/// The setting.
pub(crate) const DAEMON: &str = "daemon";
/// In the settings of a task definition that is read: which daemon it has.
const KIND: &str = "kind";
/// In the same: what its roles have to allow, the statements of a policy by the field that names the
/// role.
const NEEDS: &str = "needs";
/// In the same: what stands beside the task where the stack has a section for it, bodies by sections and
/// names.
const BESIDE: &str = "beside";

/// Which daemon it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// The X-Ray daemon.
    Xray,
    /// The collector of the AWS Distro for OpenTelemetry.
    Adot,
    /// The CloudWatch agent.
    Agent,
    /// OpenTelemetry's own collector, the contrib distribution.
    Contrib,
}

impl Sort {
    const ALL: [Self; 4] = [Self::Xray, Self::Adot, Self::Agent, Self::Contrib];

    /// The word for it, which is what its container is called too.
    fn word(self) -> &'static str {
        match self {
            Self::Xray => "xray-daemon",
            Self::Adot => "adot",
            Self::Agent => "cloudwatch-agent",
            Self::Contrib => "otel-collector",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }

    /// As a sentence has it.
    fn told(self) -> &'static str {
        match self {
            Self::Xray => "the X-Ray daemon",
            Self::Adot => "the ADOT collector",
            Self::Agent => "the CloudWatch agent",
            Self::Contrib => "the OpenTelemetry collector",
        }
    }

    /// Whether it takes OpenTelemetry's protocol.
    fn takes_otlp(self) -> bool {
        self != Self::Xray
    }

    /// Whether its configuration is OpenTelemetry's.
    fn is_collector(self) -> bool {
        matches!(self, Self::Adot | Self::Contrib)
    }
}

/// What the daemon of this word is.
pub(crate) fn receiver(word: &str) -> Option<Receiver> {
    Sort::of(word).map(|sort| match sort {
        Sort::Xray => Receiver::Xray,
        Sort::Adot | Sort::Contrib => Receiver::Collector,
        Sort::Agent => Receiver::Agent,
    })
}

/// What nobody who begins today should miss, and when it was last looked up: 2026-11-22.
///
/// Source: X-Ray developer guide, "AWS X-Ray SDKs and Daemon support timeline".
const MAINTENANCE: &str =
    "the X-Ray daemon is in maintenance mode since 2026-02-25: it gets security fixes only";

/// What a task definition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// For tasks that somebody starts.
    Task,
    /// For a managed daemon, which ECS starts on each instance.
    Managed,
}

/// Puts a daemon into a task definition that has the word, and returns what is to be remembered of it
/// in the settings; nothing where something is wrong with it.
pub(crate) fn expand(
    runs: Runs,
    task: &mut Map,
    setting: &Node,
    given: &Given<'_>,
    found: &mut Diagnostics,
) -> Option<Json> {
    let before = found.errors();
    let daemon = word::read(runs, setting, found)?;
    if daemon.sort == Sort::Xray {
        let help = "`daemon: adot` or `daemon: cloudwatch-agent` takes its place; X-Ray SDKs go on as they are";
        found.push(Diagnostic::warning(MAINTENANCE).at(daemon.span).help(help));
    }
    refuse_another(task, &daemon, found);
    let network = match runs {
        Runs::Task => Network::of(task, &daemon, found)?,
        Runs::Managed => Network::Daemons,
    };
    let is_alone = containers(task).is_empty();
    let (mut needs, mut beside) = (json!({}), json!({}));
    let mut name = daemon.sort.word().to_owned();
    if daemon.place == Where::Sidecar {
        let made = generated(&daemon, task, given, network, is_alone, found)?;
        made.name.clone_into(&mut name);
        (needs, beside) = (made.needs, made.beside);
        wire(task, &daemon, Some(&made.container), network, found);
        add(task, made.container);
    } else if is_alone {
        let message =
            "nothing runs in this task: its daemon is elsewhere, and there is no container";
        let help = "leave `where` out to have the daemon here";
        found.push(Diagnostic::error(message).at(daemon.span).help(help));
    } else {
        wire(task, &daemon, None, network, found);
    }
    (found.errors() == before)
        .then(|| json!({KIND: daemon.sort.word(), "container": name, NEEDS: needs, BESIDE: beside}))
}

/// A daemon that stands there already is not doubled.
fn refuse_another(task: &Map, daemon: &Daemon, found: &mut Diagnostics) {
    for container in containers(task) {
        let Some(map) = container.as_map() else { continue };
        let text = |field: &str| map.get(field).and_then(Node::as_str).unwrap_or_default();
        if let Some(what) = tracing_receiver(text("image")) {
            let message = format!("the container `{}` is {what} already", text("name"));
            let help = "take it out, `daemon` makes one; or leave `daemon` out";
            let problem = Diagnostic::error(message).at(container.span).help(help);
            found.push(problem.help(format!(
                "what it says itself goes into `daemon: {{ kind: {}, container: {{ … }} }}`",
                daemon.sort.word()
            )));
        }
    }
}

const CONTAINERS: &str = "containerDefinitions";

/// The containers of a task definition, as far as they are a list.
fn containers(task: &Map) -> &[Node] {
    match task.get(CONTAINERS).map(|node| &node.value) {
        Some(Value::Seq(items)) => items,
        _ => &[],
    }
}

fn containers_mut(task: &mut Map) -> &mut [Node] {
    let entry = task.entries.iter_mut().find(|entry| entry.key == CONTAINERS);
    match entry.map(|entry| &mut entry.value.value) {
        Some(Value::Seq(items)) => items,
        _ => &mut [],
    }
}

fn add(task: &mut Map, container: Node) {
    let span = container.span;
    let entry = task.entries.iter_mut().find(|entry| entry.key == CONTAINERS);
    match entry.map(|entry| &mut entry.value) {
        Some(Node { value: Value::Seq(items), .. }) => items.push(container),
        Some(other) if other.is_null() => other.value = Value::Seq(vec![container]),
        // What is no list is complained of when it is read.
        Some(_) => {}
        None => {
            let value = Node::new(span, Value::Seq(vec![container]));
            task.entries.push(Entry { key: CONTAINERS.to_owned(), key_span: span, value });
        }
    }
}

/// The text of a field of a container, as far as it is text.
fn name_of(container: &Node) -> &str {
    container.as_map().and_then(|map| map.get("name")).and_then(Node::as_str).unwrap_or_default()
}

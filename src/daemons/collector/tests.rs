//! What is generated, what is told of it, and what is told of other people's configurations.

mod corpus;
mod generated;
mod laws;
mod told;

use serde_json::Value as Json;

use super::{Distribution, Problem, Telemetry};
use crate::document::{Diagnostics, Sources, read_yaml};

/// A collector that sends to X-Ray and nowhere else.
fn telemetry() -> Telemetry {
    Telemetry {
        distribution: Distribution::Adot,
        bind: "0.0.0.0".to_owned(),
        region: Some("eu-west-1".to_owned()),
        xray: true,
        honeycomb: None,
        otlp: Vec::new(),
        memory_mib: Some(256),
        overrides: None,
    }
}

/// A YAML text as a bare tree.
#[track_caller]
fn read(text: &str) -> Json {
    let mut sources = Sources::default();
    let file = sources.add("collector.yaml", text);
    let mut found = Diagnostics::default();
    let node = read_yaml(&sources, file, &mut found);
    node.unwrap_or_else(|| panic!("not YAML: {found:?}\n{text}")).to_json()
}

/// Problems, a line each.
fn lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|one| format!("{}: {}", one.path, one.message)).collect()
}

//! Whether a collector would take a configuration, and whether all of it would work.

use serde_json::{Map, Value as Json};

use super::distribution::{Distribution, Section};
use super::ports;
use super::rules;
use super::schema;
use super::shape::{self, Problem, join, unknown, with_map};
use crate::document::or_nearest;

/// What a collector of this distribution would refuse, and what would fail without a word: a
/// component or a setting that it does not know, a pipeline of what is not declared, an extension
/// that is declared and not started, two sockets of one port.
pub(crate) fn check(config: &Json, distribution: Distribution) -> Vec<Problem> {
    let mut found = Vec::new();
    let Json::Object(config) = config else {
        return vec![Problem::new("", "a configuration is a mapping")];
    };
    top_level(config, &mut found);
    for section in Section::ALL {
        components(config, section, distribution, &mut found);
    }
    service(config, &mut found);
    ports::clashes(config, &mut found);
    found
}

/// The components that are declared in a section, with their ids.
pub(super) fn declared(
    config: &Map<String, Json>,
    section: Section,
) -> impl Iterator<Item = (&str, &Json)> {
    let components = config.get(section.key()).and_then(Json::as_object);
    components.into_iter().flatten().map(|(id, settings)| (id.as_str(), settings))
}

/// The type in an id, `otlp_grpc` of `otlp_grpc/honeycomb`.
pub(super) fn type_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(of, _)| of).trim()
}

/// Whether a collector takes it for an id (the core at 0.156.0, `component/identifiable.go`): no
/// spaces and no symbols in the name.
fn is_id(id: &str) -> bool {
    let is_symbol = |c: char| c.is_whitespace() || c.is_control() || "$+<=>^`|~".contains(c);
    match id.split_once('/') {
        Some((_, name)) => !name.is_empty() && !name.contains(is_symbol),
        None => !id.is_empty(),
    }
}

/// The ids that a list of the service names.
pub(super) fn named(list: Option<&Json>) -> Vec<&str> {
    let items = list.and_then(Json::as_array);
    items.into_iter().flatten().filter_map(Json::as_str).collect()
}

/// The pipelines of the service, with their ids.
pub(super) fn pipelines(
    config: &Map<String, Json>,
) -> impl Iterator<Item = (&str, &Map<String, Json>)> {
    let pipelines = config.get("service").and_then(|service| service.get("pipelines"));
    let each = pipelines.and_then(Json::as_object).into_iter().flatten();
    each.filter_map(|(id, pipeline)| Some((id.as_str(), pipeline.as_object()?)))
}

fn top_level(config: &Map<String, Json>, found: &mut Vec<Problem>) {
    let mut names: Vec<_> = Section::ALL.iter().map(|section| section.key()).collect();
    names.push("service");
    for key in config.keys().filter(|key| !names.contains(&key.as_str())) {
        found.push(Problem::new(key, unknown(key, &names)));
    }
    for section in [Section::Receivers, Section::Exporters] {
        if declared(config, section).next().is_none() {
            let message = format!("a collector has at least one {}", section.noun());
            found.push(Problem::new(section.key(), message));
        }
    }
}

fn components(
    config: &Map<String, Json>,
    section: Section,
    distribution: Distribution,
    found: &mut Vec<Problem>,
) {
    let Some(all) = config.get(section.key()).filter(|all| !all.is_null()) else {
        return;
    };
    with_map(all, section.key(), found, |all, found| {
        for (id, settings) in all {
            let path = join(section.key(), id);
            let name = type_of(id);
            if !is_id(id) {
                found.push(Problem::new(&path, format!("`{id}` is no id: `type` or `type/name`")));
            }
            if let Some(message) = distribution.lacks(section, name) {
                found.push(Problem::new(path, message));
            } else if let Some(known) = schema::of(section, name) {
                shape::check(settings, known, &path, found);
                rules::check(section, name, settings, &path, found);
            }
        }
    });
}

fn service(config: &Map<String, Json>, found: &mut Vec<Problem>) {
    let Some(service) = config.get("service") else {
        found.push(Problem::new("service", "a collector without it has no pipeline to run"));
        return;
    };
    shape::check(service, &schema::SERVICE, "service", found);
    extensions(config, service, found);
    if pipelines(config).next().is_none() {
        found.push(Problem::new("service.pipelines", "a collector has at least one pipeline"));
    }
    for (id, pipeline) in pipelines(config) {
        self::pipeline(config, id, pipeline, found);
    }
}

fn extensions(config: &Map<String, Json>, service: &Json, found: &mut Vec<Problem>) {
    let started = named(service.get("extensions"));
    for id in &started {
        undeclared(config, &[Section::Extensions], id, "service.extensions", found);
    }
    for (id, _) in declared(config, Section::Extensions) {
        if !started.contains(&id) {
            let message = format!("`{id}` is not in `service.extensions`, so that it never starts");
            found.push(Problem::new(format!("extensions.{id}"), message));
        }
    }
}

fn pipeline(
    config: &Map<String, Json>,
    id: &str,
    pipeline: &Map<String, Json>,
    found: &mut Vec<Problem>,
) {
    let path = format!("service.pipelines.{id}");
    let signals = ["traces", "metrics", "logs"];
    if type_of(id) == "profiles" {
        let message = "pipelines of profiles are behind a feature gate, which is off";
        found.push(Problem::new(&path, message));
    } else if !signals.contains(&type_of(id)) {
        let help = or_nearest(type_of(id), &signals).unwrap_or_default();
        found.push(Problem::new(&path, format!("`{id}` is no pipeline; {help}")));
    }
    for (section, or_else) in [
        (Section::Receivers, Some(Section::Connectors)),
        (Section::Processors, None),
        (Section::Exporters, Some(Section::Connectors)),
    ] {
        let path = join(&path, section.key());
        let ids = named(pipeline.get(section.key()));
        if ids.is_empty() && section != Section::Processors {
            let message = format!("a pipeline has at least one {}", section.noun());
            found.push(Problem::new(&path, message));
        }
        let sections: Vec<_> = std::iter::once(section).chain(or_else).collect();
        for (at, one) in ids.iter().enumerate() {
            undeclared(config, &sections, one, &path, found);
            if ids[..at].contains(one) && section == Section::Processors {
                found.push(Problem::new(&path, format!("`{one}` stands here twice")));
            }
        }
    }
}

/// Says of an id that it is declared in none of the sections.
fn undeclared(
    config: &Map<String, Json>,
    sections: &[Section],
    id: &str,
    path: &str,
    found: &mut Vec<Problem>,
) {
    let known: Vec<_> =
        sections.iter().flat_map(|section| declared(config, *section)).map(|(id, _)| id).collect();
    if !known.contains(&id) {
        let help = match or_nearest(id, &known) {
            Some(help) => format!("; {help}"),
            None => String::new(),
        };
        let message = format!("`{id}` is not declared in `{}`{help}", sections[0].key());
        found.push(Problem::new(path, message));
    }
}

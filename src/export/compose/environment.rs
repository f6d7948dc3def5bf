//! The environment of a daemon: what it says itself, the region, and references for what is secret.

use serde_json::{Map as Object, Value, json};

use super::{Draft, literal};
use crate::error::Result;
use crate::export::collector::{Config, config, kept};
use crate::export::containers::Daemon;
use crate::export::masks;
use crate::plan::Path;
use crate::stack::Stack;

/// Whose calls these are. On ECS the task's role says so; the daemons are not root, and read no
/// `~/.aws` of somebody else's, so that variables are the way that always works.
///
/// Source: AWS SDKs reference guide, "Environment variables"; an empty one counts as not set.
const CREDENTIALS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
/// Where the region stands.
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

impl Draft {
    /// Puts the environment in.
    ///
    /// # Errors
    /// Where the configuration is a parameter of the stack with a secret in it.
    pub(super) fn environment(&mut self, stack: &Stack, daemon: &Daemon<'_>) -> Result<()> {
        let container = daemon.container();
        let hidden = hidden(daemon);
        let mut environment = Object::new();
        for (at, one) in listed(container, "environment").enumerate() {
            let (Some(name), Some(value)) = (one["name"].as_str(), one["value"].as_str()) else {
                continue;
            };
            if CREDENTIALS.contains(&name) {
                continue;
            }
            let value =
                if hidden.contains(&at) { asked(name, "it is a secret") } else { literal(value) };
            environment.insert(name.to_owned(), json!(value));
        }
        for one in listed(container, "secrets") {
            let (Some(name), Some(from)) = (one["name"].as_str(), one["valueFrom"].as_str()) else {
                continue;
            };
            if !CREDENTIALS.contains(&name) {
                environment
                    .insert(name.to_owned(), json!(asked(name, &format!("on ECS it is {from}"))));
            }
        }
        if let Config::Kept(variable, from) = config(daemon)
            && let Some(text) = kept(stack, &from)?
        {
            environment.insert(variable, json!(literal(&text)));
        }
        if !REGIONS.iter().any(|region| environment.contains_key(*region)) {
            environment.insert(REGIONS[0].to_owned(), json!(stack.place.region));
        }
        for name in CREDENTIALS {
            environment.insert(name.to_owned(), json!(format!("${{{name}:-}}")));
        }
        self.put("environment", Value::Object(environment));
        if let Config::Text(_, text) = config(daemon)
            && let Some(line) = text.lines().find(|line| is_own_loopback(line))
        {
            let line = line.trim();
            self.notes.push(format!(
                "its configuration listens on its own loopback, where nobody reaches it: `{line}`; \
                 0.0.0.0 is reached"
            ));
        }
        Ok(())
    }
}

/// A reference that stops who did not set it.
///
/// Source: Compose specification, "Interpolation": `${VAR:?error}`.
fn asked(name: &str, why: &str) -> String {
    let why: String = why.chars().filter(|c| !matches!(c, '$' | '{' | '}')).collect();
    format!("${{{name}:?set {name}: {why}}}")
}

/// The places in `environment` whose values must not be shown.
fn hidden(daemon: &Daemon<'_>) -> Vec<usize> {
    let at =
        ["containerDefinitions".to_owned(), daemon.index.to_string(), "environment".to_owned()];
    let place = |Path(steps): Path| {
        let rest = steps.strip_prefix(at.as_slice())?;
        rest.first()?.parse().ok()
    };
    masks::secrets(daemon.task, &daemon.tree).into_iter().filter_map(place).collect()
}

fn listed<'a>(container: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    container[field].as_array().into_iter().flatten()
}

/// Whether a line of a configuration has an address to listen on that is the container's own.
fn is_own_loopback(line: &str) -> bool {
    let line = line.trim_start();
    let is_address =
        ["endpoint", "bind_address", "\"bind_address\""].iter().any(|key| line.starts_with(key));
    is_address && (line.contains("localhost:") || line.contains("127.0.0.1:"))
}

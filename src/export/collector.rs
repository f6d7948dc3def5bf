//! The configuration of a tracing daemon, on its own.

use serde_json::Value;

use super::containers::{Chosen, Daemon, daemon};
use super::{Rendered, masks};
use crate::error::{Error, Result};
use crate::kinds::Receiver;
use crate::plan::Path;
use crate::stack::Stack;

/// The variables that the images take their configuration from.
///
/// Sources: README of `aws-observability/aws-otel-collector`; CloudWatch user guide, "Deploy the CloudWatch
/// agent to Amazon ECS".
const VARIABLES: [&str; 2] = ["AOT_CONFIG_CONTENT", "CW_CONFIG_CONTENT"];

/// Where a container has its configuration from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Config {
    /// From this text of this variable.
    Text(String, String),
    /// From this variable, whose value is a secret.
    Secret(String),
    /// From this variable, which ECS fills with what is kept there.
    Kept(String, String),
    /// From a file in the image.
    File(String),
    /// From nowhere.
    Nowhere,
}

/// The configuration as it stands.
pub(crate) fn collector(stack: &Stack, chosen: Chosen<'_>) -> Result<Rendered> {
    let daemon = daemon(stack, chosen)?;
    let called = format!("`{}` of `{}`", daemon.name(), daemon.task.address);
    let text = match config(&daemon) {
        Config::Text(_, text) => text,
        Config::Kept(variable, from) => kept(stack, &from)?.ok_or_else(|| {
            let problem = format!("{called} has its configuration, `{variable}`, from {from}, which the stack does not have");
            Error::new(problem).hint(format!(
                "`aws ssm get-parameter --name {from} --query Parameter.Value --output text` prints it"
            ))
        })?,
        Config::Secret(variable) => {
            let problem = format!("the configuration of {called}, `{variable}`, has a secret in it");
            let hint = "keep the secret out of it: `${env:NAME}` there, and NAME under the container's `secrets`";
            return Err(Error::new(problem).hint(hint));
        }
        Config::File(path) => {
            let problem = format!("{called} has its configuration from the file {path}");
            return Err(Error::new(problem).hint("it is in the image, and not in the stack"));
        }
        Config::Nowhere => {
            let problem = format!("{called}, {}, has no configuration in the stack", daemon.what);
            return Err(Error::new(problem).hint(match daemon.what {
                Receiver::Xray => "it is told all by its command and its environment".to_owned(),
                _ => format!("it is given in {} or a `--config=env:NAME`", VARIABLES.join(" or ")),
            }));
        }
    };
    Ok(Rendered { text, ..Rendered::default() })
}

/// Where a container has its configuration from.
pub(super) fn config(daemon: &Daemon<'_>) -> Config {
    let container = daemon.container();
    let command =
        || container["command"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let words: Vec<_> = command().flat_map(str::split_whitespace).collect();
    let given = words.iter().enumerate().find_map(|(at, word)| {
        let word = word.strip_prefix("--config").or_else(|| word.strip_prefix("-config"))?;
        word.strip_prefix('=').or_else(|| words.get(at + 1).copied())
    });
    let named = given.and_then(|given| given.strip_prefix("env:"));
    if let (Some(path), None) = (given, named) {
        return Config::File(path.to_owned());
    }
    let variables = named.into_iter().chain(VARIABLES);
    for variable in variables {
        let is_it = |one: &&Value| one["name"] == variable;
        let listed = |field: &str| container[field].as_array().into_iter().flatten().find(is_it);
        if let Some(text) = listed("environment").and_then(|one| one["value"].as_str()) {
            let variable = variable.to_owned();
            return if hides(daemon, &variable) {
                Config::Secret(variable)
            } else {
                Config::Text(variable, text.to_owned())
            };
        }
        if let Some(from) = listed("secrets").and_then(|one| one["valueFrom"].as_str()) {
            return Config::Kept(variable.to_owned(), from.to_owned());
        }
    }
    Config::Nowhere
}

fn hides(daemon: &Daemon<'_>, variable: &str) -> bool {
    masks::secrets(daemon.task, &daemon.tree).iter().any(|path| {
        let pair = Path(path.0[..path.0.len().saturating_sub(1)].to_vec());
        let of_it = ["containerDefinitions".to_owned(), daemon.index.to_string()];
        let is_here = path.0.starts_with(&of_it);
        let pair = pair.0.iter().try_fold(&daemon.tree, |tree, step| match tree {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(step),
        });
        is_here && pair.is_some_and(|pair| pair["name"] == variable)
    })
}

/// The value of the parameter of the stack that a container's `valueFrom` names.
///
/// # Errors
/// Where it is a secret.
pub(super) fn kept(stack: &Stack, from: &str) -> Result<Option<String>> {
    let Some(name) = parameter_name(from) else { return Ok(None) };
    let same = |one: &str| one.trim_start_matches('/') == name.trim_start_matches('/');
    let parameters = stack.wanted.iter().filter(|wanted| wanted.address.section == "parameters");
    let Some(parameter) = parameters.into_iter().find(|wanted| same(&wanted.name)) else {
        return Ok(None);
    };
    if parameter.hides(&Path::of("Value")) {
        let problem = format!("the value of `{}` is a secret", parameter.address);
        return Err(Error::new(problem).hint("keep secrets out of a configuration"));
    }
    Ok(parameter.document["Value"].as_str().map(str::to_owned))
}

/// The name of the SSM parameter that a `valueFrom` means; `None` for a secret of Secrets Manager.
///
/// Source: service model, `Secret.valueFrom`: "the full ARN of the parameter", or its name where it is in
/// the task's region; documentation of SSM: the ARN of `/a/b` ends in `parameter/a/b`.
fn parameter_name(from: &str) -> Option<String> {
    match from.strip_prefix("arn:") {
        None => Some(from.to_owned()),
        Some(_) if from.contains(":ssm:") => {
            from.split_once(":parameter/").map(|(_, name)| format!("/{name}"))
        }
        Some(_) => None,
    }
}

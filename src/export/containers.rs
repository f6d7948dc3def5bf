//! Which task definition is meant, and which container of it.

use serde_json::Value;

use super::masks;
use crate::daemons::{DAEMON, receiver};
use crate::document::nearest;
use crate::error::{Error, Result};
use crate::kinds::{self, Receiver, tracing_receiver};
use crate::plan::Address;
use crate::stack::{Stack, Wanted};

/// The sections whose resources have containers.
const SECTIONS: [&str; 2] = ["task_definitions", "daemon_task_definitions"];

/// What the command line chooses.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Chosen<'a> {
    /// The task definition.
    pub address: Option<&'a Address>,
    /// The container of it.
    pub container: Option<&'a str>,
}

/// A container that receives traces.
#[derive(Debug, Clone)]
pub(super) struct Daemon<'a> {
    /// The task definition.
    pub task: &'a Wanted,
    /// All of it, as it is sent.
    pub tree: Value,
    /// Which of its containers it is.
    pub index: usize,
    /// What it is, in words.
    pub what: Receiver,
}

impl Daemon<'_> {
    /// The container, as it is sent.
    pub(super) fn container(&self) -> &Value {
        &self.tree["containerDefinitions"][self.index]
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.container()["name"].as_str().unwrap_or_default()
    }

    /// Its image.
    pub(super) fn image(&self) -> &str {
        self.container()["image"].as_str().unwrap_or_default()
    }
}

/// The task definition that is meant: the one of this address, or the only one.
pub(super) fn task<'a>(stack: &'a Stack, address: Option<&Address>) -> Result<&'a Wanted> {
    let all = tasks(stack, address)?;
    match all.as_slice() {
        [one] => Ok(*one),
        [] => Err(Error::new("the stack has no task definition")
            .hint("`render` needs one under `task_definitions:`")),
        several => {
            let addresses = several.iter().map(|one| one.address.to_string());
            Err(Error::new("the stack has several task definitions").hint(which(addresses)))
        }
    }
}

/// The container that is meant: of this task definition and name, or the only one that receives
/// traces.
pub(super) fn daemon<'a>(stack: &'a Stack, chosen: Chosen<'_>) -> Result<Daemon<'a>> {
    let tasks = tasks(stack, chosen.address)?;
    let mut all: Vec<_> = tasks.iter().flat_map(|task| daemons(task)).collect();
    if let Some(name) = chosen.container {
        let known: Vec<_> = all.iter().map(|one| one.name().to_owned()).collect();
        all.retain(|one| one.name() == name);
        if all.is_empty() && !known.is_empty() {
            let problem = format!("no container {name:?} receives traces");
            return Err(Error::new(problem).hint(which(known.into_iter())));
        }
    }
    if all.len() > 1 {
        let of_one = all.iter().all(|one| one.task.address == all[0].task.address);
        let word = |one: &Daemon<'_>| {
            let container = of_one.then(|| format!("--container {}", one.name()));
            container.unwrap_or_else(|| one.task.address.to_string())
        };
        let mut words: Vec<_> = all.iter().map(word).collect();
        words.dedup();
        let problem = "several containers of the stack receive traces";
        return Err(Error::new(problem).hint(which(words.into_iter())));
    }
    all.pop().ok_or_else(|| {
        let problem = match (chosen.address, tasks.as_slice()) {
            (Some(address), _) => {
                format!("`{address}` has no container that is known to receive traces")
            }
            (None, []) => "the stack has no task definition".to_owned(),
            (None, _) => {
                "no task definition of the stack has a container that is known to receive traces"
                    .to_owned()
            }
        };
        Error::new(problem)
            .hint("they are known by their images: the X-Ray daemon, a collector, the CloudWatch agent")
            .hint("`daemon: adot` in a task definition puts one in")
    })
}

/// The task definitions that may be meant.
fn tasks<'a>(stack: &'a Stack, address: Option<&Address>) -> Result<Vec<&'a Wanted>> {
    let has_containers = |wanted: &&Wanted| SECTIONS.contains(&wanted.address.section.as_str());
    let all = stack.wanted.iter().filter(has_containers);
    let Some(address) = address else { return Ok(all.collect()) };
    let is_it = |wanted: &&Wanted| wanted.address == *address;
    if let Some(one) = stack.wanted.iter().find(is_it) {
        if has_containers(&one) {
            return Ok(vec![one]);
        }
        let noun = kinds::of(&address.section).noun();
        let problem = format!("`{address}` is {noun}, and no task definition");
        return Err(Error::new(problem).hint(which(all.map(|one| one.address.to_string()))));
    }
    let known: Vec<_> = all.map(|one| one.address.to_string()).collect();
    let error = Error::new(format!("the stack has no `{address}`"));
    let near = nearest(&address.to_string(), known.iter().map(String::as_str)).map(str::to_owned);
    Err(match near {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(which(known.into_iter())),
    })
}

/// The containers of a task definition that receive traces.
fn daemons(task: &Wanted) -> Vec<Daemon<'_>> {
    let tree = masks::sent(task);
    let containers = tree["containerDefinitions"].as_array().map_or(&[][..], Vec::as_slice);
    let word = &task.settings[DAEMON];
    let received = containers.iter().enumerate().filter_map(|(index, container)| {
        // Whatever its image is, the word says what it is.
        let is_its = word["container"].is_string() && word["container"] == container["name"];
        let said = word["kind"].as_str().filter(|_| is_its).and_then(receiver);
        Some((index, said.or_else(|| tracing_receiver(container["image"].as_str()?))?))
    });
    let received: Vec<_> = received.collect();
    let daemon = |(index, what)| Daemon { task, tree: tree.clone(), index, what };
    received.into_iter().map(daemon).collect()
}

fn which(words: impl Iterator<Item = String>) -> String {
    const MOST: usize = 8;
    let words: Vec<_> = words.map(|word| format!("`{word}`")).collect();
    let more = words.len().saturating_sub(MOST);
    let named = words.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match (words.len(), more) {
        (0, _) => "it has none".to_owned(),
        (_, 0) => format!("say which: {named}"),
        _ => format!("say which: {named}, and {more} more"),
    }
}

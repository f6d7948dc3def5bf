//! From stack files to what is planned: each stack in each of its regions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::files;
use super::super::regions;
use super::super::world::GivenArgs;
use super::find;
use crate::document::{Diagnostics, Sources, Value, read_yaml};
use crate::error::{Error, Result};
use crate::stack::{Inputs, Stack};

/// What a command line is about.
pub(in crate::commands) enum Stacks {
    /// One stack in one region.
    One(PathBuf),
    /// More of them, or what reads as if it were.
    Many(Vec<Unit>),
}

/// A stack in one of its regions.
pub(in crate::commands) struct Unit {
    /// The stack's file, as it was named.
    pub file: PathBuf,
    /// What it says, or why it does not.
    pub stack: Result<Stack>,
}

/// The stacks that paths stand for. Where that is one in one region, it is left to be read.
///
/// # Errors
/// A folder has none, two files are one stack, or nothing is about what the command line gives them.
pub(in crate::commands) fn stacks(
    paths: &[PathBuf],
    given: &GivenArgs,
    inputs: impl FnOnce() -> Result<Inputs>,
) -> Result<Stacks> {
    let files = find(paths)?;
    if let [file] = files.as_slice()
        && (given.region().is_some() || !is_wide(file))
    {
        return Ok(Stacks::One(file.clone()));
    }
    let inputs = Inputs { shared: true, ..inputs()? };
    let mut units = Vec::new();
    for file in files {
        match regions::read(&file, &inputs) {
            Ok(stacks) => {
                let unit = |stack| Unit { file: file.clone(), stack: Ok(stack) };
                units.extend(stacks.into_iter().map(unit));
            }
            Err(error) => units.push(Unit { file, stack: Err(error) }),
        }
    }
    refuse_twice(&units)?;
    refuse_idle(&units, &inputs)?;
    Ok(Stacks::Many(units))
}

/// Whether a stack file has several regions. One that is broken has none, and is told as it is.
fn is_wide(file: &Path) -> bool {
    let Ok(loaded) = files::load(file) else { return false };
    let mut sources = Sources::default();
    let id = sources.add(loaded.shown, loaded.text);
    let node = read_yaml(&sources, id, &mut Diagnostics::default());
    let Some(Value::Map(map)) = node.map(|node| node.value) else { return false };
    let regions = map.get("regions").map(|node| &node.value);
    matches!(regions, Some(Value::Seq(regions)) if regions.len() > 1)
}

/// Two files that are one stack in one region would each delete what the other makes.
fn refuse_twice(units: &[Unit]) -> Result<()> {
    let mut known: BTreeMap<(&str, &str, &str), &Path> = BTreeMap::new();
    for unit in units {
        let Ok(stack) = &unit.stack else { continue };
        let place = &stack.place;
        if let Some(other) = known.insert((&stack.name, &place.account, &place.region), &unit.file)
        {
            let message = format!(
                "{} and {} are both the stack `{}` in account {}, {}: each would delete what the \
                 other has",
                other.display(),
                unit.file.display(),
                stack.name,
                place.account,
                place.region
            );
            return Err(Error::refused(message)
                .hint("give one of them another name, or name just one of the files"));
        }
    }
    Ok(())
}

/// What is given to all has to be about one of them: a name that is misspelt is none's. A file that
/// cannot be read might have it.
fn refuse_idle(units: &[Unit], inputs: &Inputs) -> Result<()> {
    let stacks: std::result::Result<Vec<_>, _> =
        units.iter().map(|unit| unit.stack.as_ref()).collect();
    let Ok(stacks) = stacks else { return Ok(()) };
    let is_declared = |name: &&String| stacks.iter().any(|stack| stack.declares.contains(*name));
    if let Some(name) = inputs.vars.keys().find(|name| !is_declared(name)) {
        let message = format!(
            "`{name}`, of `--var` or a `--var-file`, is no variable of any of these stacks"
        );
        return Err(Error::new(message).hint("declare it under `vars:`, or take it out"));
    }
    let has = |text: &&String| {
        let wanted = stacks.iter().flat_map(|stack| &stack.wanted);
        wanted.map(|wanted| wanted.address.to_string()).any(|address| address == **text)
    };
    match inputs.adopt.iter().find(|text| !has(text)) {
        None => Ok(()),
        Some(text) => {
            Err(Error::new(format!("nothing to adopt: none of these stacks has `{text}`")))
        }
    }
}

//! Stacks that live in several regions.

use std::path::Path;

use super::files::{self, Disk};
use super::world::GivenArgs;
use crate::error::{Error, Result};
use crate::plan::Address;
use crate::stack::{self, Inputs, Stack};
use crate::text::WIDTH;
use crate::ui;

/// Reads a stack once for each of its regions, the home region first, or for the one that the command
/// line names. What is found is told once, although each reading finds it.
pub(super) fn read(path: &Path, inputs: &Inputs) -> Result<Vec<Stack>> {
    let mut told: Vec<String> = Vec::new();
    let home = read_one(path, inputs, &mut told)?;
    let others: Vec<_> = match inputs.region {
        Some(_) => Vec::new(),
        None => home.regions.iter().skip(1).cloned().collect(),
    };
    let mut stacks = vec![home];
    for region in others {
        let inputs = Inputs { region: Some(region), ..inputs.clone() };
        stacks.push(read_one(path, &inputs, &mut told)?);
    }
    Ok(stacks)
}

fn read_one(path: &Path, inputs: &Inputs, told: &mut Vec<String>) -> Result<Stack> {
    let file = files::load(path)
        .map_err(|no| Error::new(format!("{} {}", path.display(), no.message)).hint(no.hint))?;
    let reading = stack::read(file, &mut Disk::around(path), inputs);
    let Some(stack) = reading.stack else {
        return Err(Error::in_files(reading.found, reading.sources));
    };
    let found = reading.found.render(&reading.sources, WIDTH);
    if !reading.found.all.is_empty() && !told.contains(&found) {
        ui::say(&found);
        told.push(found);
    }
    Ok(stack)
}

/// Refuses to choose a region of several where the verb is about one.
pub(super) fn refuse_many(stack: &Stack, given: &GivenArgs, what: &str) -> Result<()> {
    if stack.regions.len() == 1 || given.region().is_some() {
        return Ok(());
    }
    let regions = stack.regions.join(", ");
    Err(Error::new(format!("`{}` lives in several regions, {regions}", stack.name))
        .hint(format!("`--region` says which of them {what}")))
}

/// Says which region is looked at where nobody said.
pub(super) fn tell_home(stack: &Stack, given: &GivenArgs) {
    if let Some(others) = stack.regions.get(1..).filter(|others| !others.is_empty())
        && given.region().is_none()
    {
        let (home, others) = (&stack.place.region, others.join(", "));
        ui::say(&format!("note: this is {home}, the home region; `--region` has {others} too"));
    }
}

/// What is global is not kept in this region of the stack.
pub(super) fn at_home(stack: &Stack, address: &Address) -> Error {
    let home = stack.regions.first().unwrap_or(&stack.place.region);
    let region = &stack.place.region;
    Error::new(format!("{address} is global, and kept in the home region, {home}, not in {region}"))
        .hint(format!("look at it with `--region {home}`"))
}

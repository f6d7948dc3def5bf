//! `tracewright check`

use std::path::{Path, PathBuf};

use super::many::find;
use super::regions;
use super::world::GivenArgs;
use crate::aws::Moment;
use crate::error::Result;
use crate::exit::Exit;
use crate::stack::{Inputs, Stack};
use crate::text::plural;
use crate::ui;

/// Check stack files, and the files they name, without AWS
///
/// Opens no socket and needs no credentials.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack files, and folders of them
    #[arg(required = true, value_name = "PATH")]
    stacks: Vec<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let mut failed = None;
    let files = find(&args.stacks)?;
    // What one of several stacks does not declare is given to another one.
    let shared = files.len() > 1;
    let today = Some(Moment::now().date());
    let inputs = Inputs { shared, today, ..args.given.inputs(None, &[])? };
    for path in &files {
        match regions::read(path, &inputs) {
            Ok(stacks) => ui::answer(&sound(path, &stacks)),
            // All of them are told; the last one ends the run.
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    ui::tell(&earlier);
                }
            }
        }
    }
    failed.map_or(Ok(Exit::Done), Err)
}

/// What is said of a file that nothing is wrong with; of several regions, what each has.
fn sound(path: &Path, stacks: &[Stack]) -> String {
    let counts: Vec<_> = stacks
        .iter()
        .map(|stack| {
            let count = plural(stack.wanted.len(), "resource");
            if stacks.len() == 1 { count } else { format!("{count} in {}", stack.place.region) }
        })
        .collect();
    format!("{} is sound: {}.", path.display(), counts.join(", "))
}

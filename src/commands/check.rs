//! `tracewright check`

use std::path::{Path, PathBuf};

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
    /// The stack files
    #[arg(required = true, value_name = "STACK")]
    stacks: Vec<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let mut failed = None;
    for path in &args.stacks {
        let inputs = Inputs { today: Some(Moment::now().date()), ..args.given.inputs(None, &[])? };
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

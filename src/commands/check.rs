//! `tracewright check`

use std::path::PathBuf;

use super::world::{self, GivenArgs};
use crate::aws::Moment;
use crate::error::Result;
use crate::exit::Exit;
use crate::stack::Inputs;
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
        match world::read(path, &inputs) {
            Ok(stack) => {
                let count = stack.wanted.len();
                let resources = if count == 1 { "resource" } else { "resources" };
                ui::answer(&format!("{} is sound: {count} {resources}.", path.display()));
            }
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

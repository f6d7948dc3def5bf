//! `tracewright graph`

use super::world::StackArgs;
use crate::error::Result;
use crate::exit::Exit;
use crate::graph::Graph;
use crate::{render, ui};

/// Draw what a stack wires together, as Mermaid: task definitions, the containers in them that receive
/// traces, their roles and policies, and the sampling rules in the order in which they are tried
///
/// GitHub draws it in a `mermaid` block of Markdown. Nothing is asked of AWS.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    stack: StackArgs,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let stack = args.stack.given.read(&args.stack.stack, None, &[])?;
    ui::answer(&render::mermaid(&Graph::of(&stack)));
    Ok(Exit::Done)
}

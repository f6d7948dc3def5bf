//! `tracewright completions`

use clap::CommandFactory;
use clap_complete::Shell;

use crate::exit::Exit;
use crate::ui;

/// Print completions for a shell
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    shell: Shell,
}

pub(crate) fn run<Cli: CommandFactory>(args: Args) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tracewright", &mut script);
    ui::answer(&String::from_utf8_lossy(&script));
    Exit::Done
}

//! `tracewright schema`

use clap::ValueEnum;

use crate::apply::journal::journal_schema;
use crate::exit::Exit;
use crate::report::report_schema;
use crate::{plan, stack, ui};

/// Print the JSON Schema of stack files, of what `plan`, `drift` and `apply` print with
/// `--format json`, or of the lines of journals
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Of what
    #[arg(value_enum, default_value_t = Of::Stack)]
    of: Of,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    Stack,
    Plan,
    Journal,
    Drift,
    Report,
}

pub(crate) fn run(args: Args) -> Exit {
    let schema = match args.of {
        Of::Stack => stack::schema(),
        Of::Plan => plan::plan_schema(),
        Of::Journal => journal_schema(),
        Of::Drift => plan::drift_schema(),
        Of::Report => report_schema(),
    };
    ui::answer(&format!("{schema:#}"));
    Exit::Done
}

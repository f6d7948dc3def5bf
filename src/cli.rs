//! The command line.

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui;

const EXIT_CODES: &str = "\
Exit codes:
    0  done; nothing to do; or changes shown without --detailed-exitcode
    1  error
    2  changes pending (only with --detailed-exitcode)
    3  drift found
    4  refused by a safety rule
    5  stale: the world moved since the plan
    6  apply stopped part-way, or what it made is not as planned;
       the output and the journal name what landed
    7  could not check everything
   64  bad command line
  130  interrupted
Where several hold, the first of 1, 4, 5, 6, 7, 3, 2 wins.";

/// Distributed-tracing infrastructure on AWS, kept the way a file says it should be.
///
/// A stack file declares X-Ray sampling rules, ECS task definitions and IAM roles; `plan` shows what differs from live AWS, and
/// `apply` makes it so. Begin with `tracewright init`, or try a stack without AWS:
/// `tracewright apply STACK --local --yes`.
#[derive(Debug, Parser)]
#[command(name = "tracewright", version, after_help = EXIT_CODES, max_term_width = 80)]
struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,

    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(commands::init::Args),
    Check(commands::check::Args),
    Plan(commands::plan::Args),
    Apply(commands::apply::Args),
    Destroy(commands::destroy::Args),
    Drift(commands::drift::Args),
    Show(commands::show::Args),
    Import(commands::import::Args),
    Render(commands::render::Args),
    Matrix(commands::matrix::Args),
    Permissions(commands::permissions::Args),
    Schema(commands::schema::Args),
    Graph(commands::graph::Args),
    Doctor(commands::doctor::Args),
    Local(commands::local::Args),
    Completions(commands::completions::Args),
    Man(commands::man::Args),
}

/// Runs the tool on the process's own arguments.
pub fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; everything else is a bad command line.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            drop(error.print());
            return exit;
        }
    };
    match cli.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    match dispatch(cli.verb).and_then(|exit| ui::refuse_lost().map(|()| exit)) {
        Ok(exit) => exit,
        Err(error) => ui::tell(&error),
    }
}

fn dispatch(verb: Verb) -> Result<Exit> {
    match verb {
        Verb::Init(args) => commands::init::run(&args),
        Verb::Check(args) => commands::check::run(&args),
        Verb::Render(args) => commands::render::run(&args),
        Verb::Matrix(args) => commands::matrix::run(&args),
        Verb::Permissions(args) => commands::permissions::run(&args),
        Verb::Schema(args) => Ok(commands::schema::run(args)),
        Verb::Completions(args) => Ok(commands::completions::run::<Cli>(args)),
        Verb::Man(args) => commands::man::run::<Cli>(&args),
        Verb::Plan(args) => wait(commands::plan::run(&args)),
        Verb::Apply(args) => wait(commands::apply::run(&args)),
        Verb::Destroy(args) => wait(commands::destroy::run(&args)),
        Verb::Drift(args) => wait(commands::drift::run(&args)),
        Verb::Import(args) => wait(commands::import::run(&args)),
        Verb::Show(args) => wait(commands::show::run(&args)),
        Verb::Graph(args) => commands::graph::run(&args),
        Verb::Doctor(args) => wait(commands::doctor::run(&args)),
        Verb::Local(args) => wait(commands::local::run(args)),
    }
}

/// Runs a verb that waits for something. The others start no runtime.
fn wait(verb: impl Future<Output = Result<Exit>>) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::new(format!("cannot start: {error}")))?;
    runtime.block_on(verb)
}

//! `tracewright render`

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::files::{self, Disk};
use super::world::StackArgs;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::export::{self, Chosen, Layout, Rendered, Twin};
use crate::plan::Address;
use crate::stack::{self, Inputs, Stack};
use crate::ui;

/// Print what a stack says in the format of another tool
///
/// Nothing is asked of AWS, and no secret is in what is printed: it is asked for where it is used, and
/// stderr says so. stderr has what the other format cannot say, too.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Compose(ContainerArgs),
    Collector(CollectorArgs),
    Cloudformation(TemplateArgs),
    TaskDefinition(TaskArgs),
}

/// A compose file with the tracing daemon of a task definition, for local development
///
/// The service has the same image, command and configuration, listens on this machine's loopback, and has
/// AWS's credentials from your environment; what ECS takes from Secrets Manager or SSM is asked for by its
/// name. `x-traced` has what an application's service needs to reach it.
#[derive(Debug, clap::Args)]
struct ContainerArgs {
    #[command(flatten)]
    chosen: ChosenArgs,
    #[command(flatten)]
    out: OutArgs,
}

/// The bare configuration of a task definition's collector or CloudWatch agent
///
/// As it stands in `AOT_CONFIG_CONTENT`, `CW_CONFIG_CONTENT` or the variable of `--config=env:NAME`, or in the
/// SSM parameter that these come from, if the stack has it.
#[derive(Debug, clap::Args)]
struct CollectorArgs {
    #[command(flatten)]
    chosen: ChosenArgs,
    #[command(flatten)]
    out: OutArgs,
}

/// The stack as a CloudFormation template, for many accounts
///
/// `${account}`, `${region}`, ARNs of the stack's account and references to its resources become
/// functions of CloudFormation, so that the template is of no account; names stay. Secrets become parameters
/// that nobody is shown. The mark of the stack is left out: what CloudFormation makes is CloudFormation's. Of a stack
/// with several regions it is for one, the first or that of `--region`; roles and policies are in the
/// first.
#[derive(Debug, clap::Args)]
struct TemplateArgs {
    #[command(flatten)]
    stack: StackArgs,
    /// Print JSON in place of YAML
    #[arg(long)]
    json: bool,
    /// Exit 1 where CloudFormation cannot say something of the stack
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    out: OutArgs,
}

/// A task definition as `aws ecs register-task-definition --cli-input-json` takes it, with everything that
/// `daemon:` puts in
///
/// Without the mark of the stack: what is registered by hand is nobody's.
#[derive(Debug, clap::Args)]
struct TaskArgs {
    #[command(flatten)]
    stack: StackArgs,
    /// The task definition, where the stack has several
    #[arg(value_name = "ADDRESS", value_parser = str::parse::<Address>)]
    address: Option<Address>,
    #[command(flatten)]
    out: OutArgs,
}

/// Which container.
#[derive(Debug, clap::Args)]
struct ChosenArgs {
    #[command(flatten)]
    stack: StackArgs,
    /// The task definition, where several have a container that receives traces
    #[arg(value_name = "ADDRESS", value_parser = str::parse::<Address>)]
    address: Option<Address>,
    /// The container, where several of it do
    #[arg(long, value_name = "NAME")]
    container: Option<String>,
}

impl ChosenArgs {
    fn chosen(&self) -> Chosen<'_> {
        Chosen { address: self.address.as_ref(), container: self.container.as_deref() }
    }
}

/// Where it goes.
#[derive(Debug, clap::Args)]
struct OutArgs {
    /// Write it into this file, whole or not at all, in place of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    match &args.what {
        What::Compose(ContainerArgs { chosen, out }) => {
            out.print(&export::compose(&read(&chosen.stack)?, chosen.chosen())?, ui::answer)
        }
        What::Collector(CollectorArgs { chosen, out }) => {
            out.print(&export::collector(&read(&chosen.stack)?, chosen.chosen())?, ui::answer)
        }
        What::TaskDefinition(TaskArgs { stack, address, out }) => {
            let chosen = Chosen { address: address.as_ref(), container: None };
            out.print(&export::task_definition(&read(stack)?, chosen)?, ui::answer_json)
        }
        What::Cloudformation(args) => template(args),
    }
}

fn template(args: &TemplateArgs) -> Result<Exit> {
    let stack = read(&args.stack)?;
    let twin = twin(&args.stack, &stack)?;
    let (layout, print): (_, fn(&str)) =
        if args.json { (Layout::Json, ui::answer_json) } else { (Layout::Yaml, ui::answer) };
    let rendered = export::cloudformation(&stack, Twin(&twin), layout)?;
    let exit = args.out.print(&rendered, print)?;
    let is_whole = rendered.unsaid.is_empty() || !args.strict;
    Ok(if is_whole { exit } else { Exit::Error })
}

fn read(args: &StackArgs) -> Result<Stack> {
    args.given.read(&args.stack, None, &[])
}

/// The stack as it would be elsewhere. What was to be said of it has been said.
fn twin(args: &StackArgs, stack: &Stack) -> Result<Stack> {
    let stand_in = Some(export::stand_in(&stack.place));
    let inputs = Inputs { stand_in, ..args.given.inputs(None, &[])? };
    let path = &args.stack;
    let file = files::load(path)
        .map_err(|no| Error::new(format!("{} {}", path.display(), no.message)).hint(no.hint))?;
    let reading = stack::read(file, &mut Disk::around(path), &inputs);
    reading.stack.ok_or_else(|| {
        Error::in_files(reading.found, reading.sources)
            .hint("it is sound where it lives, and is no template for other accounts")
    })
}

impl OutArgs {
    /// Prints or writes what was rendered, and says the rest on stderr.
    fn print(&self, rendered: &Rendered, print: fn(&str)) -> Result<Exit> {
        match &self.out {
            Some(path) => write(path, &rendered.text)?,
            None => print(&rendered.text),
        }
        for unsaid in &rendered.unsaid {
            ui::complain("left out", unsaid);
        }
        for note in &rendered.notes {
            ui::complain("note", note);
        }
        Ok(Exit::Done)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let Cow::Borrowed(text) = ui::without_secrets(text) else {
        let problem = "the value of a variable of the environment stands in a field that is shown";
        return Err(Error::new(problem).hint("give that variable a value that stands nowhere else"));
    };
    files::write(path, text)?;
    ui::say(&format!("{} is written.", path.display()));
    Ok(())
}

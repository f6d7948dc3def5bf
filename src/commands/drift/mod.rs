//! `tracewright drift`

mod accept;
mod neighbours;

use super::again::Command;
use super::output::OutputArgs;
use super::world::{self, AwsArgs, FilterArgs, StackArgs};
use crate::aws::Moment;
use crate::error::Result;
use crate::exit::Exit;
use crate::graph::Graph;
use crate::plan::{DriftReport, Field, Origin, Status, drift};
use crate::report::{Told, Verb, What, Whose};
use crate::stack::{Inputs, Missing, Place};
use crate::{render, ui};

/// Show what moved in AWS since the last apply, and change nothing there
///
/// Needs no variables: what depends on one that is not set is held against what was last applied
/// alone. Exits with 3 where something moved in AWS, and with 7 where something could not be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    aws: AwsArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// List what is about tracing and no stack's too: sampling rules, task definitions with a
    /// container that receives traces, roles and policies that allow actions of X-Ray's, ready to be
    /// pasted into a stack file
    #[arg(long)]
    neighbours: bool,
    /// Write what AWS has of this resource into the files it came from, with their comments and their
    /// layout, and show the lines; may be repeated. What only the file changed stays as it has it
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["neighbours", "only", "except", "format", "json_into", "markdown_into"])]
    accept: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let StackArgs { stack: path, given } = &args.stack;
    if !args.accept.is_empty() {
        return accept::run(path, given, &args.aws, &args.accept).await;
    }
    let output = args.output.begin();
    output.end(Verb::Drift, path, one(args).await)
}

/// Looks at one stack, and says what people read.
async fn one(args: &Args) -> Result<Told> {
    let StackArgs { stack: path, given } = &args.stack;
    let region = args.aws.profile_region(given).await;
    let inputs = Inputs { missing: Missing::Leave, ..given.inputs(region, &[])? };
    let stack = world::read(path, &inputs)?;
    let aws = args.aws.connect(&stack.place).await?;
    aws.guard_account().await?;
    let filter = args.filter.filter();
    let observed = world::observe(&aws, &stack, &filter).await;
    let report = drift(&stack, &observed, &filter, &Moment::now().date());
    world::refuse_idle(&filter, &stack, report.addresses())?;
    let neighbours =
        if args.neighbours { Some(neighbours::look(&aws, &stack).await) } else { None };
    let whole = neighbours.as_ref().is_none_or(|found| found.whole);
    let mut text = render::drift_text(&report);
    if let Some(found) = &neighbours {
        text += &format!("\n{}", found.text);
    }
    args.output.show_people(&text);
    tell_ways_out(&report, args);
    args.aws.tell_stats(&aws);
    let graph = Some(Graph::of(&stack));
    let (stack, Place { account, region }) = (stack.name, stack.place);
    let exit = exit_of(&report, whole);
    let file = report.file.clone();
    let outcome = What::Drift(report, neighbours.map(|found| found.all));
    Ok(Told { file, whose: Some(Whose { stack, account, region }), outcome, exit, graph })
}

/// How a run that found this ends.
fn exit_of(report: &DriftReport, whole: bool) -> Exit {
    let moved = if report.moved() { Exit::Drift } else { Exit::Done };
    let unchecked = if whole && report.unknown.is_empty() { Exit::Done } else { Exit::Unchecked };
    moved.and(unchecked)
}

/// What can be done about it.
fn tell_ways_out(report: &DriftReport, args: &Args) {
    let first = |statuses: &[Status]| {
        let mut found = report.resources.iter().filter(|one| statuses.contains(&one.status));
        found.next().map(|one| &one.address)
    };
    let tell = |command: Command, what: &str| {
        ui::help(&format!("`{}` {what}", command.given(&args.stack.given).at(&args.aws).line()));
    };
    let on = |verb| Command::on(verb, &args.stack.stack);
    let fields = || report.resources.iter().flat_map(|finding| &finding.fields);
    let is_back = |field: &Field| field.origin == Origin::Drift && field.ignored.is_none();
    if fields().any(is_back) {
        tell(on("apply").only_drift(), "puts back what moved");
    }
    if let Some(address) = first(&[Status::Drift, Status::Conflict]) {
        tell(on("drift").with("--accept", address), "takes it into the file");
    }
    if let Some(address) = first(&[Status::Missing]) {
        tell(on("apply").with("--only", address), "makes what is missing");
    }
    if let Some(address) = first(&[Status::Unmarked]) {
        tell(on("apply").with("--adopt", address), "takes it over");
    }
}

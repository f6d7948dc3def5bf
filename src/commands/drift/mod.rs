//! `tracewright drift`

mod accept;
mod neighbours;

use std::path::{Path, PathBuf};

use super::again::Command;
use super::many::{self, Costs, Idle, Stacks, Unit};
use super::output::{Output, OutputArgs};
use super::world::{self, Access, AwsArgs, FilterArgs, GivenArgs};
use crate::aws::{Aws, Moment};
use crate::error::Result;
use crate::exit::Exit;
use crate::graph::Graph;
use crate::plan::{DriftReport, Field, Origin, Status, drift};
use crate::report::{Report, Told, Verb, What, Whose};
use crate::stack::{Inputs, Missing, Place, Stack};
use crate::{render, ui};

/// Show what moved in AWS since the last apply, and change nothing there
///
/// Needs no variables: what depends on one that is not set is held against what was last applied
/// alone. Exits with 3 where something moved in AWS, and with 7 where something could not be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack files, and folders of them
    #[arg(required = true, value_name = "PATH")]
    stack: Vec<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
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
    let first = args.stack.first().cloned().unwrap_or_default();
    if !args.accept.is_empty() {
        many::refuse(args.stack.len() > 1 || first.is_dir(), "--accept")?;
        return accept::run(&first, &args.given, &args.aws, &args.accept).await;
    }
    let output = args.output.begin();
    let region = args.aws.profile_region(&args.given).await;
    let inputs =
        || Ok(Inputs { missing: Missing::Leave, ..args.given.inputs(region.clone(), &[])? });
    match many::stacks(&args.stack, &args.given, inputs) {
        Ok(Stacks::One(file)) => {
            let told = match inputs() {
                Ok(inputs) => one(args, &file, &inputs).await,
                Err(error) => Err(error),
            };
            output.end(Verb::Drift, &file, told)
        }
        Ok(Stacks::Many(units)) => many(args, &output, units).await,
        Err(error) => output.end(Verb::Drift, &first, Err(error)),
    }
}

impl Args {
    /// The clients of a stack. To look for neighbours takes more than is printed for this verb.
    async fn reach(&self, stack: &Stack) -> Result<Aws> {
        let permitting = (!self.neighbours)
            .then(|| Command::permitting("drift", Path::new(&stack.file), &self.given, &[]));
        self.aws.reach(Access::Read, stack, permitting).await
    }
}

/// Looks at one stack, and says what people read.
async fn one(args: &Args, path: &Path, inputs: &Inputs) -> Result<Told> {
    let stack = world::read(path, inputs)?;
    let aws = args.reach(&stack).await?;
    let (looked, idle) = look(args, &aws, &stack).await;
    idle?;
    args.output.show_people(&looked.text());
    tell_ways_out(&looked.report, args, path, None);
    args.aws.tell_stats(&aws);
    let graph = Some(Graph::of(&stack));
    let (stack, Place { account, region }) = (stack.name, stack.place);
    let exit = looked.exit();
    let file = looked.report.file.clone();
    let whose = Some(Whose { stack, account, region });
    Ok(Told { file, whose, outcome: looked.outcome(), exit, graph })
}

/// Looks at many stacks, and says what people read.
async fn many(args: &Args, output: &Output<'_>, units: Vec<Unit>) -> Result<Exit> {
    let (costs, mut idle, mut told) = (Costs::begin(), Idle::default(), Vec::new());
    let work = async |stack: Stack| {
        let aws = args.reach(&stack).await?;
        let looked = look(args, &aws, &stack).await;
        costs.add(&aws.stats());
        Ok(looked)
    };
    many::side_by_side(units, work, |who, looked| {
        told.push(match looked {
            Ok((looked, is_idle)) => {
                idle.add(is_idle);
                if looked.says_anything() {
                    args.output.show_people(&(looked.text() + "\n"));
                    tell_ways_out(&looked.report, args, who.path(), who.region());
                }
                let exit = looked.exit();
                who.told(looked.outcome(), exit)
            }
            Err(error) => who.failed(error),
        });
    })
    .await;
    args.aws.tell(&costs.sum());
    if let Err(error) = idle.refuse() {
        return output.end(Verb::Drift, Path::new(""), Err(error));
    }
    many::end(&args.output, output, &Report { verb: Verb::Drift, stacks: told })
}

/// What a look found.
struct Looked {
    report: DriftReport,
    neighbours: Option<neighbours::Found>,
}

impl Looked {
    fn text(&self) -> String {
        let mut text = render::drift_text(&self.report);
        if let Some(found) = &self.neighbours {
            text += &format!("\n{}", found.text);
        }
        text
    }

    /// Whether there is more to say of it than that it is in step.
    fn says_anything(&self) -> bool {
        let DriftReport { resources, unknown, run_out, .. } = &self.report;
        let differs = resources.iter().any(|finding| finding.status != Status::Clean);
        differs || !unknown.is_empty() || !run_out.is_empty() || self.neighbours.is_some()
    }

    fn exit(&self) -> Exit {
        exit_of(
            &self.report,
            self.neighbours.as_ref().is_none_or(|found| found.all.unread.is_empty()),
        )
    }

    fn outcome(self) -> What {
        What::Drift(self.report, self.neighbours.map(|found| found.all))
    }
}

/// Looks at a stack, and says whether the filter takes anything of it.
async fn look(args: &Args, aws: &Aws, stack: &Stack) -> (Looked, Result<()>) {
    let filter = args.filter.filter();
    let observed = world::observe(aws, stack, &filter).await;
    let report = drift(stack, &observed, &filter, &Moment::now().date());
    let idle = world::refuse_idle(&filter, stack, report.addresses());
    let neighbours = match (&idle, args.neighbours) {
        (Ok(()), true) => Some(neighbours::look(aws, stack).await),
        _ => None,
    };
    (Looked { report, neighbours }, idle)
}

/// How a run that found this ends.
fn exit_of(report: &DriftReport, whole: bool) -> Exit {
    let moved = if report.moved() { Exit::Drift } else { Exit::Done };
    let unchecked = if whole && report.unknown.is_empty() { Exit::Done } else { Exit::Unchecked };
    moved.and(unchecked)
}

/// What can be done about it.
fn tell_ways_out(report: &DriftReport, args: &Args, path: &Path, region: Option<&str>) {
    let first = |statuses: &[Status]| {
        let mut found = report.resources.iter().filter(|one| statuses.contains(&one.status));
        found.next().map(|one| &one.address)
    };
    let tell = |command: Command, what: &str| {
        let command = command.given_in(&args.given, region).at(&args.aws);
        ui::help(&format!("`{}` {what}", command.line()));
    };
    let on = |verb| Command::on(verb, path);
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

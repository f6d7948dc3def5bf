//! `tracewright plan`

use std::path::{Path, PathBuf};

use super::again::{Command, asked};
use super::files;
use super::many::{self, Costs, Idle, Stacks, Unit};
use super::output::{Output, OutputArgs};
use super::undo::{NOT_WITH_UNDO, WayBack, plan_back};
use super::world::{self, Access, AwsArgs, FilterArgs, GivenArgs};
use crate::aws::Aws;
use crate::error::Result;
use crate::exit::Exit;
use crate::graph::Graph;
use crate::plan::{Asked, For, Plan};
use crate::report::{Planned, Report, Told, Verb, What, Whose};
use crate::safety::Refusal;
use crate::stack::Stack;
use crate::{render, ui};

/// Show what differs between a stack and live AWS, and change nothing
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack files, and folders of them
    #[arg(required_unless_present = "undo", value_name = "PATH")]
    stack: Vec<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    aws: AwsArgs,
    #[command(flatten)]
    judged: JudgedArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Plan the way back behind the run of this journal: what the run made goes, what it took away or
    /// changed is as it was before
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = NOT_WITH_UNDO)]
    undo: Option<PathBuf>,
    /// Write the plan to this file, for `apply --plan`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// What a plan is allowed to do.
#[derive(Debug, clap::Args)]
pub(crate) struct JudgedArgs {
    /// Take over what exists at this address without a mark; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub adopt: Vec<String>,
    /// Allow this many deletions of a stack where a safety rule refuses them
    #[arg(long, value_name = "COUNT")]
    pub allow_deletes: Option<usize>,
    /// Only put back what moved in AWS since the last apply: no pending change of the file, nothing
    /// that is missing, no deletion
    #[arg(long)]
    pub only_drift: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let output = args.output.begin();
    if let Some(journal) = &args.undo {
        return output.end(Verb::Plan, journal, one(args, journal).await);
    }
    match stacks(&args.stack, &args.given, &args.aws, &args.judged.adopt).await {
        Ok(Stacks::One(file)) => output.end(Verb::Plan, &file, one(args, &file).await),
        Ok(Stacks::Many(units)) => many(args, &output, units).await,
        Err(error) => {
            let first = args.stack.first().cloned().unwrap_or_default();
            output.end(Verb::Plan, &first, Err(error))
        }
    }
}

/// The stacks of a command line.
pub(super) async fn stacks(
    paths: &[PathBuf],
    given: &GivenArgs,
    aws: &AwsArgs,
    adopt: &[String],
) -> Result<Stacks> {
    let region = aws.profile_region(given).await;
    many::stacks(paths, given, || given.inputs(region, adopt))
}

/// Plans many stacks, and says what people read.
async fn many(args: &Args, output: &Output<'_>, units: Vec<Unit>) -> Result<Exit> {
    many::refuse(args.out.is_some(), "--out")?;
    let (costs, mut idle, mut told) = (Costs::begin(), Idle::default(), Vec::new());
    let work = async |stack: Stack| {
        let permitting = Command::permitting("plan", Path::new(&stack.file), &args.given, &[]);
        let aws = args.aws.reach(Access::Read, &stack, Some(permitting)).await?;
        let planned = planned(args, &aws, &stack).await;
        costs.add(&aws.stats());
        Ok(planned)
    };
    many::side_by_side(units, work, |who, planned| {
        told.push(match planned {
            Ok((planned, is_idle)) => {
                idle.add(is_idle);
                let exit = show_planned(&planned, &|text| args.output.show_people(text));
                let exit = exit.and(world::exit_of(&planned.plan, args.detailed_exitcode));
                who.told(What::Planned(planned), exit)
            }
            Err(error) => who.failed(error),
        });
    })
    .await;
    args.aws.tell(&costs.sum());
    if let Err(error) = idle.refuse() {
        return output.end(Verb::Plan, Path::new(""), Err(error));
    }
    many::end(&args.output, output, &Report { verb: Verb::Plan, stacks: told })
}

async fn planned(args: &Args, aws: &Aws, stack: &Stack) -> (Planned, Result<()>) {
    let only_drift = args.judged.only_drift;
    let (plan, idle) = world::plan_and_idle(aws, stack, &args.filter, only_drift).await;
    let asked = asked(&args.given, &args.judged, &args.filter, None);
    let asked = Asked { region: Some(plan.region.clone()), ..asked };
    let (nothing, endpoints) = (in_step(&plan, stack), args.aws.endpoints(Some(aws)));
    (Planned::judged(plan, args.judged.allow_deletes, nothing, endpoints, asked), idle)
}

/// Shows the plan of one of many stacks, if it says anything, and what the safety rules object to.
pub(super) fn show_planned(planned: &Planned, show: &dyn Fn(&str)) -> Exit {
    let Planned { plan, refused, nothing, .. } = planned;
    if !plan.is_empty() || !plan.notes.is_empty() {
        show(&(render::plan_text(plan, nothing) + "\n"));
    }
    warn_if_empty(plan);
    tell_refusals(refused)
}

/// Plans one stack, and says what people read.
async fn one(args: &Args, path: &Path) -> Result<Told> {
    let (plan, aws, nothing, graph) = if let Some(journal) = &args.undo {
        let WayBack { plan, aws, nothing, .. } =
            plan_back(&args.aws, journal, Access::Read).await?;
        (plan, aws, nothing.to_owned(), None)
    } else {
        let open = args.given.open(Access::Read, Some("plan"), path, &args.aws, &args.judged.adopt);
        let (stack, aws) = open.await?;
        let plan = world::plan_of(&aws, &stack, &args.filter, args.judged.only_drift).await?;
        let nothing = in_step(&plan, &stack);
        (plan, aws, nothing, Some(Graph::of(&stack)))
    };
    let asked = asked(&args.given, &args.judged, &args.filter, args.undo.as_deref());
    let endpoints = args.aws.endpoints(Some(&aws));
    let planned = Planned::judged(plan, args.judged.allow_deletes, nothing, endpoints, asked);
    let Planned { plan, refused, nothing, .. } = &planned;
    args.output.show_people(&render::plan_text(plan, nothing));
    if let Some(path) = &args.out {
        files::write(path, &ui::json_without_secrets(&planned.document(For::Apply))?)?;
        ui::say(&format!("Written to {}. Its digest is {}.", path.display(), plan.digest()));
    }
    let exit = tell_refusals(refused).and(world::exit_of(plan, args.detailed_exitcode));
    warn_if_empty(plan);
    args.aws.tell_stats(&aws);
    let (file, whose) = (plan.file.clone(), Some(Whose::of(plan)));
    Ok(Told { file, whose, outcome: What::Planned(planned), exit, graph })
}

/// What is said where AWS is as the file says.
pub(super) fn in_step(plan: &Plan, stack: &Stack) -> String {
    let resources = if plan.unchanged == 1 { "resource" } else { "resources" };
    if !plan.left_out.is_empty() {
        return format!(
            "Nothing to do but what is left out ({} {resources} in step).",
            plan.unchanged
        );
    }
    if plan.unchanged < plan.declared {
        return format!(
            "Nothing to do in what is looked at ({} {resources} in step).",
            plan.unchanged
        );
    }
    format!("Nothing to do: AWS is as {} says ({} {resources}).", stack.file, plan.unchanged)
}

/// Says what the safety rules object to.
pub(super) fn tell_refusals(refused: &[Refusal]) -> Exit {
    for refusal in refused {
        ui::complain("refused", &refusal.message);
        ui::help(&refusal.hint);
    }
    if refused.is_empty() { Exit::Done } else { Exit::Refused }
}

pub(super) fn warn_if_empty(plan: &Plan) {
    if plan.declared == 0 && plan.steps.is_empty() {
        ui::say(&format!("warning: {} declares no resources", plan.file));
    }
}

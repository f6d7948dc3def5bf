//! `tracewright apply`

use std::path::{Path, PathBuf};

use super::again::{Command, asked};
use super::many::{self, Stacks};
use super::output::OutputArgs;
use super::perform::{Errand, perform};
use super::plan::{JudgedArgs, in_step, stacks, tell_refusals, warn_if_empty};
use super::question;
use super::saved;
use super::undo::{NOT_WITH_UNDO, WayBack, plan_back};
use super::world::{self, Access, AwsArgs, FilterArgs, GivenArgs};
use crate::aws::Aws;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::graph::Graph;
use crate::plan::{Asked, Plan};
use crate::report::{Ended, Planned, Told, Verb, What, Whose};
use crate::text::safe;
use crate::{render, ui};

/// Make AWS as a stack says
///
/// `--plan FILE` carries out what `plan --out FILE` wrote, and takes nothing else from the stack
/// file; it reads again what its steps touch, and refuses with exit code 5 where that moved.
/// `--expect-digest` plans anew, and goes on only if that is the plan of this digest. A digest is for
/// everybody to see, so that no value of a secret goes into it: another one since is not noticed, and
/// said; `--plan` notices it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack files, and folders of them; with `--plan` one, where the plan's secrets are to be had
    /// elsewhere
    #[arg(required_unless_present_any = ["plan", "undo"], value_name = "PATH")]
    pub(super) stack: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) given: GivenArgs,
    #[command(flatten)]
    pub(super) aws: AwsArgs,
    #[command(flatten)]
    pub(super) judged: JudgedArgs,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    /// Carry out the plan that `plan --out` wrote to this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["adopt", "only", "except", "only_drift", "expect_digest"])]
    plan: Option<PathBuf>,
    /// Go back behind the run of this journal, as `plan --undo` shows it
    #[arg(long, value_name = "JOURNAL", conflicts_with = "plan", conflicts_with_all = NOT_WITH_UNDO)]
    undo: Option<PathBuf>,
    /// Go on only if the plan's digest is this one, of the plan that was reviewed
    #[arg(long, value_name = "DIGEST")]
    pub(super) expect_digest: Option<String>,
    /// Go on without a question
    #[arg(long)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let output = args.output.begin();
    let end = |named: &Path, told| output.end(Verb::Apply, named, told);
    if let Some(file) = &args.plan {
        many::refuse(args.stack.len() > 1, "--plan")?;
        return end(file, saved::apply(args, file).await);
    }
    if let Some(journal) = &args.undo {
        return end(journal, back(args, journal).await);
    }
    match stacks(&args.stack, &args.given, &args.aws, &args.judged.adopt).await {
        Ok(Stacks::One(file)) => end(&file, fresh(args, &file).await),
        Ok(Stacks::Many(units)) => many::apply(args, &output, units).await,
        Err(error) => end(&args.stack.first().cloned().unwrap_or_default(), Err(error)),
    }
}

async fn back(args: &Args, journal: &Path) -> Result<Told> {
    let WayBack { plan, aws, nothing, .. } = plan_back(&args.aws, journal, Access::Write).await?;
    show_and_carry_out(args, &aws, plan, nothing.to_owned()).await
}

async fn fresh(args: &Args, stack: &Path) -> Result<Told> {
    let open = args.given.open(Access::Write, Some("apply"), stack, &args.aws, &args.judged.adopt);
    let (stack, aws) = open.await?;
    let plan = world::plan_of(&aws, &stack, &args.filter, args.judged.only_drift).await?;
    let nothing = in_step(&plan, &stack);
    let told = show_and_carry_out(args, &aws, plan, nothing).await?;
    Ok(Told { graph: Some(Graph::of(&stack)), ..told })
}

async fn show_and_carry_out(args: &Args, aws: &Aws, plan: Plan, nothing: String) -> Result<Told> {
    args.output.show(&render::plan_text(&plan, &nothing));
    warn_if_empty(&plan);
    let told = carry_out(args, aws, plan, &args.asked(), nothing).await;
    args.aws.tell_stats(aws);
    told
}

/// Judges a plan that was shown, and carries it out.
pub(super) async fn carry_out(
    args: &Args,
    aws: &Aws,
    plan: Plan,
    asked: &Asked,
    nothing: String,
) -> Result<Told> {
    let endpoints = args.aws.endpoints(Some(aws));
    let allowed = args.judged.allow_deletes;
    let mut planned = Planned::judged(plan, allowed, nothing, endpoints, asked.clone());
    let (mut exit, mut ended) = (tell_refusals(&planned.refused), None);
    if exit != Exit::Refused {
        match go_on(args, aws, &planned.plan, asked).await {
            Ok(done) => (exit, ended) = done,
            // What was planned is told all the same.
            Err(error) => {
                exit = ui::tell(&error);
                planned.refuse(&error);
            }
        }
    }
    let plan = &planned.plan;
    let exit = exit.and(world::exit_of(plan, false));
    let (file, whose) = (plan.file.clone(), Some(Whose::of(plan)));
    Ok(Told { file, whose, outcome: What::Applied(planned, ended), exit, graph: None })
}

/// Carries out a plan that no limit refuses, where nothing else keeps it from that.
async fn go_on(
    args: &Args,
    aws: &Aws,
    plan: &Plan,
    asked: &Asked,
) -> Result<(Exit, Option<Ended>)> {
    if let Some(reviewed) = &args.expect_digest {
        refuse_another(plan, reviewed)?;
        tell_unreviewed(plan);
    }
    refuse_blocked(plan)?;
    refuse_unknown(plan)?;
    let errand = Errand {
        yes: args.yes,
        question: &question::apply(plan),
        again: args.next("apply", plan, asked),
        look: args.next("plan", plan, asked),
        aws: &args.aws,
        undoes: asked.undoes.clone(),
        is_interrupted: &|| false,
        show: &|text| args.output.show(text),
    };
    perform(aws, plan, &errand).await
}

impl Args {
    /// How this asks for a plan.
    fn asked(&self) -> Asked {
        asked(&self.given, &self.judged, &self.filter, self.undo.as_deref())
    }

    /// The same of a stack in one of its regions.
    pub(super) fn asked_in(&self, region: Option<&str>) -> Asked {
        let asked = self.asked();
        let region = asked.region.clone().or_else(|| region.map(str::to_owned));
        Asked { region, ..asked }
    }

    /// What prints the policy that this takes on one of the stacks.
    pub(super) fn permitting(&self, stack: &Path) -> String {
        Command::permitting("apply", stack, &self.given, &self.judged.adopt)
    }

    /// The command to go on with: a plan that was carried out in part is stale, so that it is
    /// planned anew, as it was asked for.
    pub(super) fn next(&self, verb: &str, plan: &Plan, asked: &Asked) -> String {
        let named = match self.stack.as_slice() {
            [file] if !file.is_dir() => file.as_path(),
            _ => plan.file.as_ref(),
        };
        let command = Command::asked(verb, named, asked);
        command.allowing(self.judged.allow_deletes).at(&self.aws).line()
    }
}

/// Refuses what was not reviewed. Where there is nothing to do, nothing is done that was not: a job
/// that failed behind its apply can be run again.
fn refuse_another(plan: &Plan, reviewed: &str) -> Result<()> {
    let digest = plan.digest();
    if digest == reviewed || plan.is_done() {
        return Ok(());
    }
    let message =
        format!("this is not the plan that was reviewed: its digest is {digest}, not {reviewed}");
    Err(Error::new(format!("{message}; nothing was changed"))
        .hint("the stack, its variables or AWS changed since: review the plan above")
        .exiting(Exit::Stale))
}

/// Says which values no digest stands for: they are as the file has them now.
pub(super) fn tell_unreviewed(plan: &Plan) {
    for step in plan.doing() {
        let paths: Vec<_> = step.unreviewed().map(|path| format!("`{path}`")).collect();
        if !paths.is_empty() {
            let address = safe(&step.address.to_string());
            let paths = safe(&paths.join(", "));
            ui::help(&format!("{address}: as the file has it now, which no digest tells: {paths}"));
        }
    }
}

pub(super) fn refuse_blocked(plan: &Plan) -> Result<()> {
    let blocked = plan.summary().blocked;
    if blocked == 0 {
        return Ok(());
    }
    let what = if blocked == 1 { "a resource is" } else { "resources are" };
    Err(Error::refused(format!("{what} blocked; nothing was changed"))
        .hint("the plan above says of each why, and the way out"))
}

/// What the file declares and could not be read might be anything: nothing is changed around it.
pub(super) fn refuse_unknown(plan: &Plan) -> Result<()> {
    if plan.unknown.iter().all(|unknown| !unknown.declared) {
        return Ok(());
    }
    Err(Error::new("not all of the stack could be read; nothing was changed")
        .hint("the plan above says what, and why")
        .exiting(Exit::Unchecked))
}

//! `tracewright destroy`

use super::again::Command;
use super::perform::{Errand, perform};
use super::question;
use super::regions;
use super::world::{self, Access, AwsArgs, StackArgs};
use crate::error::Result;
use crate::exit::Exit;
use crate::plan::{Action, Plan, destroy};
use crate::text::wrapped;
use crate::{render, ui};

/// Delete everything that carries a stack's mark
///
/// X-Ray's Default rule goes back to what AWS ships where it is as the file says. What else AWS lets nobody
/// delete is left as it is, and the plan that is shown first says so.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    aws: AwsArgs,
    /// Go on without a question
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let (path, given) = (&args.stack.stack, &args.stack.given);
    let stack = given.read(path, args.aws.profile_region(given).await, &[])?;
    regions::refuse_many(&stack, given, "is to be destroyed, the home region last")?;
    let permitting = Command::permitting("destroy", path, given, &[]);
    let aws = args.aws.reach(Access::Write, &stack, Some(permitting)).await?;
    let plan = destroy(&stack, &world::observe_leaving(&aws, &stack).await);
    let nothing = format!("Nothing to do: nothing in AWS belongs to `{}`.", stack.name);
    ui::answer(&render::plan_text(&plan, &nothing));
    let next = |verb| {
        let command = Command::on(verb, &args.stack.stack).given(&args.stack.given);
        command.at(&args.aws).line()
    };
    let errand = Errand {
        yes: args.yes,
        question: &question::destroy(&plan),
        again: next("destroy"),
        look: next("plan"),
        aws: &args.aws,
        undoes: None,
        is_interrupted: &|| false,
        show: &ui::answer,
    };
    let (exit, _) = perform(&aws, &plan, &errand).await?;
    args.aws.tell_stats(&aws);
    if !plan.unknown.is_empty() {
        ui::say("Not everything could be read; what that is may still be the stack's.");
    }
    tell_kept(&plan);
    Ok(exit.and(world::exit_of(&plan, false)))
}

/// Says what stays, since the end of a destroy is easily taken for the end of everything.
fn tell_kept(plan: &Plan) {
    let kept = plan.steps.iter().filter(|step| step.action == Action::Keep);
    if let Some(names) = question::names(kept) {
        ui::say(
            &wrapped(&format!("Kept, since it is protected or what is names it: {names}."), 0)
                .join("\n"),
        );
    }
}

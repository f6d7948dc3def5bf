//! `tracewright apply`

use super::perform::perform;
use super::plan::{JudgedArgs, in_step, tell_refusals, warn_if_empty};
use super::world::{self, AwsArgs, StackArgs};
use crate::aws::Aws;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::plan::{Plan, plan};
use crate::safety::judge;
use crate::{render, ui};

/// Make AWS as a stack says
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    stack: StackArgs,
    #[command(flatten)]
    aws: AwsArgs,
    #[command(flatten)]
    judged: JudgedArgs,
    /// Go on without a question
    #[arg(long)]
    yes: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let (stack, aws) = args.stack.open_to_write(&args.aws, &args.judged.adopt).await?;
    let plan = plan(&stack, &world::observe(&aws, &stack).await);
    let refused = judge(&plan, &stack, args.judged.allow_deletes);
    ui::answer(&render::plan_text(&plan, &in_step(&plan, &stack)));
    warn_if_empty(&plan, &stack);
    let exit = match tell_refusals(&refused) {
        Exit::Refused => Ok(Exit::Refused),
        _ => may_apply(&aws, &plan, args.yes).await,
    };
    args.aws.tell_stats(&aws);
    Ok(exit?.and(world::exit_of(&plan, false)))
}

async fn may_apply(aws: &Aws, plan: &Plan, yes: bool) -> Result<Exit> {
    refuse_blocked(plan)?;
    refuse_unknown(plan)?;
    perform(aws, plan, yes, "Apply this?").await
}

fn refuse_blocked(plan: &Plan) -> Result<()> {
    let blocked = plan.summary().blocked;
    if blocked == 0 {
        return Ok(());
    }
    let what = if blocked == 1 { "a resource is" } else { "resources are" };
    Err(Error::refused(format!("{what} blocked; nothing was changed"))
        .hint("the plan above says of each why, and the way out"))
}

/// What the file declares and could not be read might be anything: nothing is changed around it.
fn refuse_unknown(plan: &Plan) -> Result<()> {
    if plan.unknown.iter().all(|unknown| !unknown.declared) {
        return Ok(());
    }
    Err(Error::new("not all of the stack could be read; nothing was changed")
        .hint("the plan above says what, and why")
        .exiting(Exit::Unchecked))
}

//! `tracewright destroy`

use super::apply::perform;
use super::world::{self, AwsArgs, StackArgs};
use crate::error::Result;
use crate::exit::Exit;
use crate::plan::destroy;
use crate::text::safe;
use crate::{render, ui};

/// Delete everything that carries a stack's mark
///
/// What AWS does not let anyone delete goes back to what AWS ships where it is as the file says,
/// and is left otherwise; the plan that is shown first says which.
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
    let region = args.aws.profile_region(&args.stack.given).await;
    let stack = args.stack.read(region, &[])?;
    let aws = args.aws.connect(&stack.place).await?;
    aws.guard_account().await?;
    let plan = destroy(&stack, &world::observe(&aws, &stack).await);
    let nothing = format!("Nothing to do: nothing in AWS belongs to `{}`.", stack.name);
    ui::answer(&render::plan_text(&plan, &nothing));
    let names: Vec<_> = plan.doing().map(|step| safe(&step.address.to_string())).collect();
    let question = format!("Destroy `{}` ({})?", stack.name, names.join(", "));
    let exit = perform(&aws, &plan, args.yes, &question).await?;
    args.aws.tell_stats(&aws);
    Ok(exit.and(world::exit_of(&plan, false)))
}

//! `tracewright destroy`

use super::again::Command;
use super::perform::{Errand, perform};
use super::world::{self, AwsArgs, StackArgs};
use crate::error::Result;
use crate::exit::Exit;
use crate::plan::{Plan, destroy};
use crate::text::{safe, wrapped};
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
    let (stack, aws) = args.stack.open_to_write(&args.aws, &[]).await?;
    let plan = destroy(&stack, &world::observe_leaving(&aws, &stack).await);
    let nothing = format!("Nothing to do: nothing in AWS belongs to `{}`.", stack.name);
    ui::answer(&render::plan_text(&plan, &nothing));
    let again = Command::on("destroy", &args.stack.stack).given(&args.stack.given);
    let again = again.at(&args.aws).line();
    let errand =
        Errand { yes: args.yes, question: &question(&plan), again, aws: &args.aws, undoes: None };
    let exit = perform(&aws, &plan, &errand).await?;
    args.aws.tell_stats(&aws);
    if !plan.unknown.is_empty() {
        ui::say("Not everything could be read; what that is may still be the stack's.");
    }
    Ok(exit.and(world::exit_of(&plan, false)))
}

/// Names what goes, as far as a question can.
fn question(plan: &Plan) -> String {
    const NAMED: usize = 5;
    let mut names: Vec<_> =
        plan.doing().take(NAMED).map(|step| safe(&step.address.to_string())).collect();
    let more = plan.doing().count() - names.len();
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    let text = format!("Destroy `{}` ({})?", plan.stack, names.join(", "));
    wrapped(&text, 0).join("\n")
}

//! `tracewright permissions`

use std::path::PathBuf;

use clap::ValueEnum;

use super::many::find;
use super::regions;
use super::world::GivenArgs;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::iam::{LONGEST_MANAGED, Least, least, size};
use crate::kinds::{Purpose, grants, unsaid};
use crate::stack::{Inputs, Missing};
use crate::ui;

/// Print the IAM policy that a verb needs on these stacks
///
/// Asks AWS nothing. What of a stack does not depend on a variable that is not set needs none.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack files, and folders of them; of several, one policy for all of them
    #[arg(required = true, value_name = "PATH")]
    stacks: Vec<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    /// The verb that is to be allowed
    #[arg(long = "for", value_enum, value_name = "VERB")]
    verb: Verb,
    /// Take over this address too, as an apply with this option does; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    adopt: Vec<String>,
}

/// A verb that permissions are for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Verb {
    /// To look at what differs
    Plan,
    /// To carry it out, and to plan it before
    Apply,
    /// To look at what moved
    Drift,
    /// To delete everything that carries the stack's mark
    Destroy,
}

impl Verb {
    fn purpose(self) -> Purpose {
        match self {
            Self::Plan | Self::Drift => Purpose::Look,
            Self::Apply => Purpose::Change,
            Self::Destroy => Purpose::Leave,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let purpose = args.verb.purpose();
    // What is given is for any of them.
    let (shared, missing) = (true, Missing::Leave);
    let inputs = Inputs { shared, missing, ..args.given.inputs(None, &args.adopt)? };
    let mut needed = Vec::new();
    for path in find(&args.stacks)? {
        let stacks = regions::read(&path, &inputs)?;
        for stack in &stacks {
            if let Some(why) = unsaid(stack, purpose) {
                return Err(Error::new(format!("{}: {why}", path.display()))
                    .hint("give the variable with `--var NAME=VALUE`"));
            }
            needed.extend(grants(stack, purpose));
        }
        if let Some(role) = stacks.iter().find_map(|stack| stack.role.as_ref()) {
            ui::say(&format!(
                "note: this is for {role}; who runs tracewright needs `sts:AssumeRole` on it"
            ));
        }
    }
    let Some(Least { policy, widened }) = least(&needed) else {
        return Err(Error::new("these stacks need nothing"));
    };
    if widened {
        ui::say(
            "warning: statements of one kind are put together, so that one managed policy holds \
             them all: what the file puts on one resource, they allow on its others too",
        );
        ui::help("a policy for each of several smaller stacks is narrower");
    }
    let size = size(&policy);
    if size > LONGEST_MANAGED {
        ui::say(&format!(
            "warning: the policy has {size} characters without white space; a managed policy may \
             have {LONGEST_MANAGED}"
        ));
        ui::help("attach it in parts, each a policy with some of its statements");
    }
    ui::answer_json(&format!("{policy:#}"));
    Ok(Exit::Done)
}

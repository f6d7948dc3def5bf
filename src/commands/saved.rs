//! A plan that was written to a file: reading it, and carrying it out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::again::Command;
use super::apply::{Args, carry_out};
use super::files;
use super::perform::refuse_stale;
use super::undo::plan_back;
use super::world::{self, Access, LOCAL};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::{self, Observation};
use crate::plan::{Asked, Holder, Plan, Saved, Secret, Spoilt, Step, sealed};
use crate::render;
use crate::report::Told;
use crate::stack::{Inputs, Place, Stack, Wanted};
use crate::text::safe;

/// The largest plan that is read. A stack has at most 100,000 values.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Carries out a plan that was written to a file.
pub(super) async fn apply(args: &Args, file: &Path) -> Result<Told> {
    let Saved { plan, endpoints, asked, .. } = read(file)?;
    let place = Place { account: plan.account.clone(), region: plan.region.clone() };
    if let Some(region) = args.given.region().filter(|region| *region != place.region) {
        return Err(Error::refused(format!(
            "the plan is for {}, and `--region` says {region}; nothing was changed",
            place.region
        )));
    }
    refuse_elsewhere("plan", &endpoints, &args.aws.endpoints(None))?;
    let holder = holder(args, &plan, &asked).await?;
    let aws = args.aws.connect_for(Access::Write, &place, plan.role.as_deref()).await?;
    let stack = args.stack.first().map_or(plan.file.as_ref(), PathBuf::as_path);
    aws.permitted_by(Command::permitting("apply", stack, &args.given, &asked.adopt));
    aws.guard_account().await?;
    // What is stale is told before anybody is asked, and by then each service has been asked.
    let seen = refuse_stale(&aws, &plan).await?;
    let plan = with_secrets(plan, holder.as_ref(), &seen)?;
    refuse_elsewhere("plan", &endpoints, &args.aws.endpoints(Some(&aws)))?;
    let nothing = format!("Nothing to do: the plan for `{}` has no steps.", plan.stack);
    args.output.show(&render::plan_text(&plan, &nothing));
    let told = carry_out(args, &aws, plan, &asked, nothing).await;
    args.aws.tell_stats(&aws);
    told
}

fn read(path: &Path) -> Result<Saved> {
    let shown = path.display();
    let file = files::load_up_to(path, LARGEST)
        .map_err(|no| Error::new(format!("{shown} {}", no.message)).hint(no.hint))?;
    Saved::read(&file.text).map_err(|spoilt| {
        let message = format!("{shown} {}", safe(&spoilt.to_string()));
        let error = match spoilt {
            Spoilt::NoPlan(_) => Error::new(message),
            Spoilt::Unchecked | Spoilt::Changed | Spoilt::OtherVersion(_) => {
                Error::refused(message)
            }
        };
        error.hint("write it with `tracewright plan STACK --out FILE`")
    })
}

/// A plan is for the AWS that it was made from, and so is a journal.
pub(super) fn refuse_elsewhere(
    what: &str,
    planned: &BTreeMap<String, String>,
    asked: &BTreeMap<String, String>,
) -> Result<()> {
    let is_local = |endpoints: &BTreeMap<String, String>| endpoints.contains_key(LOCAL);
    let other = |(service, endpoint): &(&String, &String)| {
        planned.get(*service).is_some_and(|planned| planned != *endpoint)
    };
    let message = match (is_local(planned), is_local(asked)) {
        (true, false) => format!("the {what} is for a local AWS (`--local`), and this is not one"),
        (false, true) => format!("the {what} is not for a local AWS, and `--local` asks for one"),
        _ => match asked.iter().find(other) {
            None => return Ok(()),
            Some((service, endpoint)) => format!(
                "the {what} was made at {} ({service}), and this is {endpoint}",
                planned[service]
            ),
        },
    };
    Err(Error::refused(format!("{message}; nothing was changed"))
        .hint("plan again, for the AWS that is meant"))
}

/// The stack that has the secrets which are in no plan: of the file that it was made from, or of the
/// journal that it goes back behind. `None` where it needs none from there.
async fn holder(args: &Args, plan: &Plan, asked: &Asked) -> Result<Option<Stack>> {
    let is_there = |secret: &Secret| secret.holder == Holder::File;
    let sealed = plan.steps.iter().filter(|step| step.sealed.is_some());
    if !sealed.flat_map(|step| &step.secrets).any(is_there) {
        return Ok(None);
    }
    let stack = if let Some(journal) = &asked.undoes {
        plan_back(&args.aws, Path::new(journal), Access::Read).await?.stack
    } else {
        // A folder stands for the file that the plan names.
        let given = args.stack.iter().find(|path| !path.is_dir());
        let file = given.cloned().unwrap_or_else(|| plan.file.clone().into());
        let inputs = args.given.inputs(args.aws.profile_region(&args.given).await, &[])?;
        let stack = world::read(&file, &inputs)?;
        if stack.place.region != plan.region && stack.regions.contains(&plan.region) {
            let there = Inputs { region: Some(plan.region.clone()), ..inputs };
            world::read(&file, &there)?
        } else {
            stack
        }
    };
    let (name, place) = (&stack.name, &stack.place);
    if (name, &place.account, &place.region) != (&plan.stack, &plan.account, &plan.region) {
        let problem = format!(
            "{} is `{name}` in {}, {}, and the plan is for `{}` in {}, {}",
            stack.file, place.account, place.region, plan.stack, plan.account, plan.region
        );
        return Err(Error::refused(format!("{problem}; nothing was changed")));
    }
    Ok(Some(stack))
}

/// Puts the secrets into a plan, which has just where they come from.
fn with_secrets(mut plan: Plan, holder: Option<&Stack>, seen: &Observation) -> Result<Plan> {
    for step in plan.steps.iter_mut().filter(|step| step.sealed.is_some()) {
        fill(step, holder, seen)?;
    }
    Ok(plan)
}

/// Puts the secrets into a step: those that the stack's file and AWS have now, if they are the same.
fn fill(step: &mut Step, holder: Option<&Stack>, seen: &Observation) -> Result<()> {
    let stale = |what: &str| {
        Error::new(format!("{}: {what}; nothing was changed", step.address))
            .hint("plan again to see how it is now")
            .exiting(Exit::Stale)
    };
    let of_step = |wanted: &&Wanted| wanted.address == step.address;
    let wanted = holder.and_then(|stack| stack.wanted.iter().find(of_step));
    let live = seen.live(&step.address.section, &step.name);
    let mut filled = step.document.clone().unwrap_or_default();
    for Secret { path, from, holder } in &step.secrets {
        let (document, place) = match holder {
            Holder::File => (wanted.map(|wanted| &wanted.document), "the file"),
            Holder::Live => (live.map(|live| &live.document), "AWS"),
        };
        let gone = || stale(&format!("the value of `{path}` ({from}) is not in {place} any more"));
        let value = document.and_then(|document| path.at(document)).ok_or_else(gone)?;
        *path.at_mut(&mut filled).ok_or_else(gone)? = value.clone();
    }
    let now = sealed(&step.address, &filled, &step.sensitive);
    if now != step.sealed {
        let from: Vec<_> = step
            .secrets
            .iter()
            .map(|Secret { path, from, .. }| format!("`{path}` ({from})"))
            .collect();
        return Err(stale(&format!(
            "a secret is another one since the plan was made: {}",
            from.join(", ")
        )));
    }
    let as_written = wanted.filter(|wanted| wanted.document == filled);
    step.sent = match as_written {
        Some(wanted) => wanted.sent.clone(),
        None => kinds::of(&step.address.section).sent(&filled),
    };
    step.sealed = now;
    step.document = Some(filled);
    Ok(())
}

//! A plan that was written to a file: reading it, and carrying it out.

use std::collections::BTreeMap;
use std::path::Path;

use super::apply::{Args, carry_out};
use super::files;
use super::perform::refuse_stale;
use super::world::{self, Access, LOCAL};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds;
use crate::plan::{Plan, Saved, Secret, Spoilt, Step, sealed};
use crate::render;
use crate::report::Told;
use crate::stack::{Inputs, Place, Stack, Wanted};
use crate::text::safe;

/// The largest plan that is read. A stack has at most 100,000 values.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Carries out a plan that was written to a file.
pub(super) async fn apply(args: &Args, file: &Path) -> Result<Told> {
    let Saved { plan, endpoints, .. } = read(file)?;
    let place = Place { account: plan.account.clone(), region: plan.region.clone() };
    if let Some(region) = args.given.region().filter(|region| *region != place.region) {
        return Err(Error::refused(format!(
            "the plan is for {}, and `--region` says {region}; nothing was changed",
            place.region
        )));
    }
    refuse_elsewhere("plan", &endpoints, &args.aws.endpoints(None))?;
    let plan = with_secrets(args, plan).await?;
    let aws = args.aws.connect_for(Access::Write, &place, plan.role.as_deref()).await?;
    aws.guard_account().await?;
    // What is stale is told before anybody is asked, and by then each service has been asked.
    refuse_stale(&aws, &plan).await?;
    refuse_elsewhere("plan", &endpoints, &args.aws.endpoints(Some(&aws)))?;
    let nothing = format!("Nothing to do: the plan for `{}` has no steps.", plan.stack);
    args.output.show(&render::plan_text(&plan, &nothing));
    let told = carry_out(args, &aws, plan, nothing).await;
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

/// Puts the secrets into a plan, which has just where they come from.
async fn with_secrets(args: &Args, mut plan: Plan) -> Result<Plan> {
    if plan.steps.iter().all(|step| step.sealed.is_none()) {
        return Ok(plan);
    }
    let file = args.stack.first().cloned().unwrap_or_else(|| plan.file.clone().into());
    let inputs = args.given.inputs(args.aws.profile_region(&args.given).await, &[])?;
    let mut stack = world::read(&file, &inputs)?;
    if stack.place.region != plan.region && stack.regions.contains(&plan.region) {
        let there = Inputs { region: Some(plan.region.clone()), ..inputs };
        stack = world::read(&file, &there)?;
    }
    let (name, place) = (&stack.name, &stack.place);
    if (name, &place.account, &place.region) != (&plan.stack, &plan.account, &plan.region) {
        let problem = format!(
            "{} is `{name}` in {}, {}, and the plan is for `{}` in {}, {}",
            stack.file, place.account, place.region, plan.stack, plan.account, plan.region
        );
        return Err(Error::refused(format!("{problem}; nothing was changed")));
    }
    for step in plan.steps.iter_mut().filter(|step| step.sealed.is_some()) {
        fill(step, &stack)?;
    }
    Ok(plan)
}

/// Puts the secrets into a step: those that the stack's file has now, if they are the same.
fn fill(step: &mut Step, stack: &Stack) -> Result<()> {
    let stale = |what: &str| {
        Error::new(format!("{}: {what}; nothing was changed", step.address))
            .hint("plan again to see how it is now")
            .exiting(Exit::Stale)
    };
    let wanted = stack.wanted.iter().find(|wanted| wanted.address == step.address);
    let Some(Wanted { document, sent, .. }) = wanted else {
        return Err(stale("the file has it no more, and the plan needs its secrets"));
    };
    let mut filled = step.document.clone().unwrap_or_default();
    for Secret { path, from } in &step.secrets {
        let gone = || stale(&format!("the value of `{path}` ({from}) is not in the file any more"));
        let value = path.at(document).ok_or_else(gone)?;
        *path.at_mut(&mut filled).ok_or_else(gone)? = value.clone();
    }
    if sealed(&step.address, &filled, &step.sensitive) != step.sealed {
        let from: Vec<_> =
            step.secrets.iter().map(|Secret { path, from }| format!("`{path}` ({from})")).collect();
        return Err(stale(&format!(
            "a secret is another one since the plan was made: {}",
            from.join(", ")
        )));
    }
    let kind = kinds::of(&step.address.section);
    step.sent = if filled == *document { sent.clone() } else { kind.sent(&filled) };
    step.sealed = sealed(&step.address, &filled, &step.sensitive);
    step.document = Some(filled);
    Ok(())
}

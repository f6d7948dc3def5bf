//! `apply` of many stacks: all are planned and shown, one question is asked, and then they are
//! carried out one after the other.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::convert::Infallible;

use super::super::apply::{Args, refuse_blocked, refuse_unknown, tell_unreviewed};
use super::super::interrupts::Interrupts;
use super::super::output::Output;
use super::super::perform::{Errand, perform};
use super::super::plan::{in_step, show_planned};
use super::super::question;
use super::super::world::{self, Access};
use super::{Costs, Idle, Unit, Who, end, side_by_side};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::plan::Plan;
use crate::report::{Planned, Report, Told, Verb, What};
use crate::stack::{Place, Stack};
use crate::text::safe;
use crate::ui;

/// What became of a stack before the first is carried out.
enum Ready {
    /// It was planned; the error says why it is not carried out.
    Planned(Box<(Who, Planned, Result<()>)>),
    /// There is nothing to carry out.
    Told(Box<Told>),
}

/// Applies many stacks.
pub(in crate::commands) async fn apply(
    args: &Args,
    output: &Output<'_>,
    units: Vec<Unit>,
) -> Result<Exit> {
    let costs = Costs::begin();
    let (ready, idle) = plan_all(args, units, &costs).await;
    let stacks = match idle.refuse().and_then(|()| goes_on(args, &ready)) {
        Ok(goes_on) => carry_all_out(args, ready, goes_on, &costs).await,
        Err(error) => {
            ui::tell(&error);
            ready.into_iter().map(|one| one.left(&error)).collect()
        }
    };
    args.aws.tell(&costs.sum());
    end(&args.output, output, &Report { verb: Verb::Apply, stacks })
}

/// Whether these are the plans that were reviewed, and whoever is asked says yes to them.
fn goes_on(args: &Args, ready: &[Ready]) -> Result<bool> {
    if let Some(reviewed) = &args.expect_digest {
        refuse_others(ready, reviewed)?;
    }
    let plans: Vec<_> = ready.iter().filter_map(Ready::plan).collect();
    if args.expect_digest.is_some() {
        for plan in &plans {
            tell_unreviewed(plan);
        }
    }
    let to_do = plans.iter().any(|plan| plan.doing().next().is_some());
    let goes_on = !to_do || args.yes || ui::ask(&question::apply_all(&plans), "--yes")?;
    if !goes_on {
        ui::say("Nothing was changed.");
    }
    Ok(goes_on)
}

/// Plans all of them side by side, and shows each.
async fn plan_all(args: &Args, units: Vec<Unit>, costs: &Costs) -> (Vec<Ready>, Idle) {
    let (mut idle, mut ready) = (Idle::default(), Vec::new());
    let work = async |stack: Stack| {
        let permitting = args.permitting(stack.file.as_ref());
        let aws = args.aws.reach(Access::Read, &stack, Some(permitting)).await?;
        let only_drift = args.judged.only_drift;
        let (plan, is_idle) = world::plan_and_idle(&aws, &stack, &args.filter, only_drift).await;
        costs.add(&aws.stats());
        let asked = args.asked_in(Some(&stack.place.region));
        let (nothing, endpoints) = (in_step(&plan, &stack), args.aws.endpoints(Some(&aws)));
        let allowed = args.judged.allow_deletes;
        Ok((Planned::judged(plan, allowed, nothing, endpoints, asked), is_idle))
    };
    side_by_side(units, work, |who, planned| {
        ready.push(match planned {
            Ok((planned, is_idle)) => {
                idle.add(is_idle);
                let exit = show_planned(&planned, &|text| args.output.show(text));
                let may = match exit {
                    Exit::Refused => Err(Error::refused("")),
                    _ => refuse_blocked(&planned.plan).and_then(|()| refuse_unknown(&planned.plan)),
                };
                Ready::Planned(Box::new((who, planned, may)))
            }
            Err(error) => Ready::Told(Box::new(who.failed(error))),
        });
    })
    .await;
    (ready, idle)
}

impl Ready {
    /// What is told of it where nothing is carried out at all.
    fn left(self, error: &Error) -> Told {
        match self {
            Self::Told(told) => *told,
            Self::Planned(planned) => {
                let (who, mut planned, _) = *planned;
                planned.refuse(error);
                shown(&who, planned, error.exit)
            }
        }
    }

    /// The plan that is to be carried out.
    fn plan(&self) -> Option<&Plan> {
        match self {
            Self::Planned(planned) => planned.2.is_ok().then_some(&planned.1.plan),
            Self::Told(_) => None,
        }
    }
}

/// Refuses plans that are not those that were reviewed, and all of them.
fn refuse_others(ready: &[Ready], reviewed: &str) -> Result<()> {
    let planned: Option<Vec<_>> = ready
        .iter()
        .map(|ready| match ready {
            Ready::Planned(planned) => Some(&planned.1.plan),
            Ready::Told(_) => None,
        })
        .collect();
    let digest = planned.as_deref().map(Plan::digest_of);
    let nothing_to_do = planned.is_some_and(|plans| plans.iter().all(|plan| plan.is_done()));
    if digest.as_deref() == Some(reviewed) || nothing_to_do {
        return Ok(());
    }
    let message = match digest {
        Some(digest) => {
            format!(
                "these are not the plans that were reviewed: their digest is {digest}, not {reviewed}"
            )
        }
        None => "not all of the plans that were reviewed could be made".to_owned(),
    };
    Err(Error::new(format!("{message}; nothing was changed"))
        .hint("the stacks, their variables or AWS changed since: review the plans above")
        .exiting(Exit::Stale))
}

/// Carries out what is planned, in order. What stops one stack stops no other one, and keeps this one
/// from being carried out in its other regions: they stand on what is in its home region.
async fn carry_all_out(args: &Args, ready: Vec<Ready>, goes_on: bool, costs: &Costs) -> Vec<Told> {
    let is_interrupted = Cell::new(false);
    let work = async {
        let (mut told, mut stopped) = (Vec::new(), BTreeSet::new());
        for one in ready {
            let (one, went_well) = match one {
                Ready::Told(one) => (*one, false),
                Ready::Planned(planned) => {
                    let (who, planned, may) = *planned;
                    let may = may.and_then(|()| {
                        refuse_behind(&who, &planned, &stopped, is_interrupted.get())
                    });
                    match may {
                        Err(error) => (not_carried_out(&who, planned, error), false),
                        Ok(()) if !goes_on => (shown(&who, planned, Exit::Done), true),
                        Ok(()) => carry_out(args, &who, planned, costs, &is_interrupted).await,
                    }
                }
            };
            if !went_well {
                stopped.insert(one.file.clone());
            }
            is_interrupted.set(is_interrupted.get() || one.exit == Exit::Interrupted);
            told.push(one);
        }
        told
    };
    tokio::select! {
        told = work => told,
        never = watch(&is_interrupted) => match never {},
    }
}

/// An interrupt keeps the next stack from being begun, whatever is under way; the second one ends the
/// process.
async fn watch(is_interrupted: &Cell<bool>) -> Infallible {
    let mut interrupts = Interrupts::listen();
    interrupts.next().await;
    is_interrupted.set(true);
    interrupts.at_once().await
}

/// Refuses to begin behind an interrupt, or behind a region that did not go well.
fn refuse_behind(
    who: &Who,
    planned: &Planned,
    stopped: &BTreeSet<String>,
    is_interrupted: bool,
) -> Result<()> {
    let to_do = planned.plan.doing().next().is_some();
    if to_do && is_interrupted {
        return Err(Error::new("not tried: the run was interrupted").exiting(Exit::Interrupted));
    }
    if to_do && stopped.contains(&who.file) {
        let message = "not tried, since an earlier region of the same stack did not go well";
        return Err(Error::new(message).exiting(Exit::PartWay));
    }
    Ok(())
}

fn shown(who: &Who, planned: Planned, exit: Exit) -> Told {
    let exit = exit.and(world::exit_of(&planned.plan, false));
    who.told(What::Applied(planned, None), exit)
}

/// A plan that is not carried out. What was planned is told all the same, and why, where it stands in
/// their order.
fn not_carried_out(who: &Who, mut planned: Planned, error: Error) -> Told {
    let exit = error.exit;
    planned.refuse(&error);
    if !error.message.is_empty() {
        drop(who.failed(error));
    }
    shown(who, planned, exit)
}

/// Carries out a plan, and whether that went well.
async fn carry_out(
    args: &Args,
    who: &Who,
    planned: Planned,
    costs: &Costs,
    is_interrupted: &Cell<bool>,
) -> (Told, bool) {
    let plan = &planned.plan;
    if plan.doing().next().is_none() {
        return (shown(who, planned, Exit::Done), true);
    }
    let place = Place { account: plan.account.clone(), region: plan.region.clone() };
    let work = async {
        let aws = args.aws.connect_for(Access::Write, &place, plan.role.as_deref()).await?;
        aws.permitted_by(args.permitting(who.path()));
        aws.guard_account().await?;
        args.output.show(&format!("{}, {}", safe(&who.file), place.region));
        let asked = args.asked_in(who.region());
        let errand = Errand {
            yes: true,
            question: "",
            again: args.next("apply", plan, &asked),
            look: args.next("plan", plan, &asked),
            aws: &args.aws,
            undoes: None,
            is_interrupted: &|| is_interrupted.get(),
            show: &|text| args.output.show(&format!("{text}\n")),
        };
        let ended = perform(&aws, plan, &errand).await;
        costs.add(&aws.stats());
        ended
    };
    match work.await {
        Ok((ended_with, ended)) => {
            let exit = ended_with.and(world::exit_of(plan, false));
            (who.told(What::Applied(planned, ended), exit), ended_with == Exit::Done)
        }
        Err(error) => (not_carried_out(who, planned, error), false),
    }
}

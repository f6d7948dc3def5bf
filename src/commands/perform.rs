//! Carrying a plan out at a terminal: the question, progress, interrupts, and how it ended.

use std::collections::BTreeSet;
use std::convert::Infallible;

use crate::apply::{Outcome, Report, Stop, moved, run as carry_out};
use crate::aws::Aws;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::Observation;
use crate::plan::{Action, Plan};
use crate::{render, ui};

/// Asks, checks that the world did not move, and carries the plan out.
pub(super) async fn perform(aws: &Aws, plan: &Plan, yes: bool, question: &str) -> Result<Exit> {
    if plan.doing().next().is_none() {
        return Ok(Exit::Done);
    }
    if !yes && !ui::ask(question, "--yes")? {
        ui::say("Nothing was changed.");
        return Ok(Exit::Done);
    }
    let _before = refuse_stale(aws, plan).await?;
    let stop = Stop::default();
    aws.tell_waits(ui::say);
    let mut progress =
        |step: &crate::plan::Step, outcome: &Outcome| ui::say(&render::step_done(step, outcome));
    let run = carry_out(aws, plan, &stop, &mut progress);
    let report = tokio::select! {
        report = run => report,
        never = watch_for_interrupt(aws, &stop) => match never {},
    };
    Ok(conclude(&report))
}

/// Refuses a plan of which something moved since it was made, and returns what is there.
async fn refuse_stale(aws: &Aws, plan: &Plan) -> Result<Observation> {
    let (moved, seen) = moved(aws, plan).await;
    let Some(first) = moved.first() else {
        return Ok(seen);
    };
    // What could not be read again may not have moved at all.
    let (what, exit) = if moved.iter().all(|one| one.unread) {
        ("what the plan touches could not all be read again", Exit::Unchecked)
    } else {
        ("AWS moved since the plan was made", Exit::Stale)
    };
    let message = format!("{what}, and nothing was changed: {} {}", first.address, first.what);
    let mut error = Error::new(message).exiting(exit);
    for other in &moved[1..] {
        error = error.hint(format!("{} {}", other.address, other.what));
    }
    Err(error.hint("plan again to see how it is now"))
}

/// The first interrupt lets the calls under way finish and starts no more; the second ends the
/// process.
async fn watch_for_interrupt(aws: &Aws, stop: &Stop) -> Infallible {
    interrupted().await;
    stop.ask();
    aws.end_waits();
    ui::say("Interrupted: finishing the calls under way, starting no more.");
    interrupted().await;
    #[expect(clippy::exit, reason = "asked twice to stop at once")]
    std::process::exit(Exit::Interrupted.code().into());
}

/// Waits for Ctrl-C, or for the signal that a job runner sends.
pub(super) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}

/// One line about the whole run, and how it ended.
fn conclude(report: &Report<'_>) -> Exit {
    let count = |action: Action| {
        let done = report.steps.iter().filter(|(_, outcome)| *outcome == Outcome::Done);
        done.filter(|(step, _)| step.action == action).count()
    };
    let parts: Vec<_> = [
        (count(Action::Delete), "deleted"),
        (count(Action::Replace), "replaced"),
        (count(Action::Update), "changed"),
        (count(Action::Adopt), "adopted"),
        (count(Action::Move), "moved"),
        (count(Action::Create), "created"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, verb)| format!("{count} {verb}"))
    .collect();
    if report.is_whole() {
        ui::answer(&format!("Applied: {}.", parts.join(", ")));
        return Exit::Done;
    }
    let failed = report
        .steps
        .iter()
        .filter(|(_, o)| matches!(o, Outcome::Failed(_) | Outcome::Stranded(_)))
        .count();
    // A step of several calls that failed may have made some of them.
    let done = match (parts.is_empty(), failed) {
        (false, _) => parts.join(", "),
        (true, 0) => "nothing landed".to_owned(),
        (true, _) => "nothing finished".to_owned(),
    };
    let not_tried = report.steps.iter().filter(|(_, o)| *o == Outcome::NotTried).count();
    ui::answer(&format!("Stopped part-way: {done}; {failed} failed, {not_tried} not tried."));
    let failures = report.steps.iter().filter_map(|(_, outcome)| match outcome {
        Outcome::Failed(failure) | Outcome::Stranded(failure) => Some(failure.hints()),
        Outcome::Done | Outcome::NotTried => None,
    });
    let hints: BTreeSet<_> = failures.flatten().collect();
    for hint in &hints {
        ui::help(hint);
    }
    ui::help("plan again to see what is left, and apply to finish it");
    if report.interrupted { Exit::Interrupted } else { Exit::PartWay }
}

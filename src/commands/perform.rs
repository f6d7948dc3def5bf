//! Carrying a plan out at a terminal: the question, progress, interrupts, and how it ended.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use serde_json::Value;

use super::interrupts::Interrupts;
use super::journal::{Writer, not_put_back};
use super::world::AwsArgs;
use crate::apply::journal::{self, End, Line, RunEnded};
use crate::apply::{
    Differs, Known, Outcome, Report, Stop, Verdict, Witness, moved, read_back, run as carry_out,
};
use crate::aws::{Aws, Failure, Moment};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::Observation;
use crate::plan::{Plan, Step};
use crate::report::Ended;
use crate::text::{safe, shell_word};
use crate::{render, ui};

/// How a plan is to be carried out, beside what it says.
pub(super) struct Errand<'a> {
    /// Without a question.
    pub yes: bool,
    /// The question.
    pub question: &'a str,
    /// The command that goes on from where the run stops.
    pub again: String,
    /// The command that shows how it is then.
    pub look: String,
    /// Which AWS.
    pub aws: &'a AwsArgs,
    /// The journal that this goes back behind.
    pub undoes: Option<String>,
    /// Whether somebody wanted the whole run to end before this began.
    pub is_interrupted: &'a dyn Fn() -> bool,
    /// Who shows how it ended.
    pub show: &'a dyn Fn(&str),
}

/// Asks, checks that the world did not move, and carries the plan out. How that ended comes back with
/// the exit code, where it was begun.
pub(super) async fn perform(
    aws: &Aws,
    plan: &Plan,
    errand: &Errand<'_>,
) -> Result<(Exit, Option<Ended>)> {
    if plan.doing().next().is_none() {
        return Ok((Exit::Done, None));
    }
    warn_of_what_is_lost(plan);
    if !errand.yes && !ui::ask(errand.question, "--yes")? {
        ui::say("Nothing was changed.");
        return Ok((Exit::Done, None));
    }
    let before = refuse_stale(aws, plan).await?;
    if (errand.is_interrupted)() {
        let message = "not begun: the run was interrupted; nothing was changed";
        return Err(Error::new(message).exiting(Exit::Interrupted));
    }
    // Before the first line of the journal: a run that is written down ends in good order.
    let interrupts = Interrupts::listen();
    let who = aws.known_caller().map(|caller| caller.arn.clone()).unwrap_or_default();
    let endpoints = errand.aws.endpoints(Some(aws));
    let begin = journal::begin(plan, now(), who, endpoints, errand.undoes.clone());
    let journal = Writer::begin(begin)?;
    let stop = Stop::default();
    aws.tell_waits(ui::say);
    let progress = Progress::of(plan, &before, &journal);
    let work = async {
        let report = carry_out(aws, plan, &stop, &progress).await;
        let pauses = if errand.aws.local.is_some() { &NO_PAUSES } else { &PAUSES };
        let differs = read_back(aws, plan, &report, &stop, pauses, &tell_wait).await;
        (report, differs)
    };
    let (report, differs) = tokio::select! {
        done = work => done,
        never = watch_for_interrupt(interrupts, aws, &stop) => match never {},
    };
    let told = differs.iter().map(Differs::told).collect();
    let outcome = how(&report, &differs);
    let end = End { at: now(), outcome, differs: told };
    journal.write(&Line::End(end));
    let interrupted = outcome == RunEnded::Interrupted;
    let ended = Ended::of(&report.steps, &differs, interrupted, &errand.again);
    Ok((conclude(&report, &differs, errand), Some(ended)))
}

/// Says where what a run took off stands that was not put back: AWS has it no more.
fn warn_of_what_is_lost(plan: &Plan) {
    let Some((lost, journal)) = not_put_back(plan) else { return };
    let path = shell_word(&journal.display().to_string());
    for address in lost {
        let address = safe(&address.to_string());
        ui::complain(
            "warning",
            &format!(
                "{address} was not made anew to its end, and what others had on it may not be back"
            ),
        );
    }
    ui::help(&format!("`tracewright show --journal {path}` has it"));
}

/// The pauses before what is not as planned is read again, a quarter of a minute in all.
const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// The local AWS shows what it hides to who asks again, and not to who waits.
const NO_PAUSES: [Duration; 4] = [Duration::ZERO; 4];

fn tell_wait(steps: &[&Step]) {
    let names: Vec<_> = steps.iter().map(|step| safe(&step.address.to_string())).collect();
    ui::say(&format!("reading back once more, not yet as planned: {}", names.join(", ")));
}

fn now() -> String {
    Moment::now().rfc3339()
}

fn how(report: &Report<'_>, differs: &[Differs]) -> RunEnded {
    let is_open = differs.iter().any(|one| one.known == Known::Open);
    if report.is_whole() && !is_open {
        RunEnded::Whole
    } else if report.interrupted || is_open {
        RunEnded::Interrupted
    } else {
        RunEnded::PartWay
    }
}

/// Refuses a plan of which something moved since it was made, and returns what is there.
pub(super) async fn refuse_stale(aws: &Aws, plan: &Plan) -> Result<Observation> {
    let (moved, seen) = moved(aws, plan).await;
    let Some(first) = moved.first() else {
        return Ok(seen);
    };
    let is = |verdict: &dyn Fn(&Verdict) -> bool| moved.iter().any(|one| verdict(&one.verdict));
    let (what, exit) = if is(&|verdict| matches!(verdict, Verdict::NotOurs(_))) {
        ("what the plan touches is not all the stack's any more", Exit::Refused)
    } else if is(&|verdict| *verdict == Verdict::Stale) {
        ("AWS moved since the plan was made", Exit::Stale)
    } else {
        // It may not have moved at all.
        ("what the plan touches could not all be read again", Exit::Unchecked)
    };
    let message = format!("{what}, and nothing was changed: {} {}", first.address, first.what);
    let mut error = Error::new(message).exiting(exit);
    for other in &moved[1..] {
        error = error.hint(format!("{} {}", other.address, other.what));
    }
    for one in &moved {
        if let Verdict::NotOurs(hint) = &one.verdict {
            error = error.hint(hint);
        }
    }
    Err(error.hint("plan again to see how it is now"))
}

/// The first interrupt lets the calls under way finish and starts no more; the second ends the
/// process.
async fn watch_for_interrupt(mut interrupts: Interrupts, aws: &Aws, stop: &Stop) -> Infallible {
    interrupts.next().await;
    stop.ask();
    aws.end_waits();
    ui::say("Interrupted: finishing the calls under way, starting no more.");
    interrupts.at_once().await
}

/// Says how a run gets on: each step when it ends, and at a terminal how many there are; and writes
/// it down.
struct Progress<'a> {
    plan: &'a Plan,
    before: &'a Observation,
    journal: &'a Writer,
    steps: usize,
    begun: Cell<usize>,
    ended: Cell<usize>,
}

impl<'a> Progress<'a> {
    fn of(plan: &'a Plan, before: &'a Observation, journal: &'a Writer) -> Self {
        let (begun, ended) = (Cell::default(), Cell::default());
        Self { plan, before, journal, steps: plan.doing().count(), begun, ended }
    }

    fn status(&self) {
        let (begun, ended) = (self.begun.get(), self.ended.get());
        let under_way = begun - ended;
        let text = format!("{ended} of {} done, {under_way} under way", self.steps);
        ui::status(if under_way > 0 { &text } else { "" });
    }
}

impl Witness for Progress<'_> {
    fn begins(&self, step: &Step, carried: &Value) {
        let live = self.before.live(&step.address.section, &step.name);
        let start = journal::starts(self.plan, step, live, carried, now());
        self.journal.write(&Line::Start(Box::new(start)));
        self.begun.set(self.begun.get() + 1);
        self.status();
    }

    fn ended(&self, step: &Step, outcome: &Outcome) {
        self.journal.write(&Line::Outcome(journal::ended(self.plan, step, outcome, now())));
        if !matches!(outcome, Outcome::NotTried(_)) {
            self.ended.set(self.ended.get() + 1);
            self.status();
        }
    }

    fn told(&self, step: &Step, outcome: &Outcome) {
        // What was not tried is said at the end, with what is the cause of it.
        if !matches!(outcome, Outcome::NotTried(_)) {
            ui::say(&render::step_done(step, outcome));
        }
    }
}

/// How the whole run ended, and what to do next.
fn conclude(report: &Report<'_>, differs: &[Differs], errand: &Errand<'_>) -> Exit {
    (errand.show)(&render::run_ended(report, &errand.again));
    if !differs.is_empty() {
        // What a run that stopped part-way leaves open, the command above goes on with.
        let is_more = report.is_whole() || differs.iter().any(|one| one.known != Known::Open);
        (errand.show)(&render::not_as_planned(differs, is_more.then_some(&errand.look)));
    }
    let failures = report.steps.iter().filter_map(|(_, outcome)| outcome.failure());
    let hints: BTreeSet<_> = failures.flat_map(Failure::hints).collect();
    for hint in &hints {
        ui::help(hint);
    }
    if !report.is_whole() {
        ui::help("`tracewright show --journal` has all of it, and the way back");
    }
    match how(report, differs) {
        // What could not be read back may be as planned.
        RunEnded::Whole if differs.iter().any(|one| one.known == Known::Different) => Exit::PartWay,
        RunEnded::Whole if !differs.is_empty() => Exit::Unchecked,
        RunEnded::Whole => Exit::Done,
        RunEnded::Interrupted => Exit::Interrupted,
        RunEnded::PartWay => Exit::PartWay,
    }
}

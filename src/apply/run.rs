//! The steps, in waves.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream::{self, StreamExt as _};

use crate::aws::{Aws, Failure};
use crate::kinds::{self, Landed};
use crate::plan::{Address, Plan, Step};

/// Writes that may be under way at once. X-Ray publishes no rate for its control plane.
const AT_ONCE: usize = 4;

/// Asks a run to start nothing more.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is as planned.
    Done,
    /// AWS or the way to it said no.
    Failed(Failure),
    /// It went its detour and could not be brought from there to where the plan wants it.
    Stranded(Failure),
    /// Not tried, because of what it depends on, or because the run was asked to stop.
    NotTried,
}

/// How a run ended, step by step, what went a detour last.
#[derive(Debug, Default)]
pub struct Report<'a> {
    /// The steps.
    pub steps: Vec<(&'a Step, Outcome)>,
    /// The run was asked to stop.
    pub interrupted: bool,
}

impl Report<'_> {
    /// Whether every step is done.
    pub fn is_whole(&self) -> bool {
        self.steps.iter().all(|(_, outcome)| *outcome == Outcome::Done)
    }
}

/// Carries the steps out, wave by wave, side by side within one, and tells `progress` of each in
/// the order of the plan. A step that fails stops what depends on it and nothing else.
pub async fn run<'a>(
    aws: &Aws,
    plan: &'a Plan,
    stop: &Stop,
    progress: &mut dyn FnMut(&Step, &Outcome),
) -> Report<'a> {
    let mut report = Report::default();
    let mut failed: BTreeSet<&Address> = BTreeSet::new();
    let mut parked = Vec::new();
    let waves: BTreeSet<_> = plan.doing().map(|step| step.wave).collect();
    for wave in waves {
        let failed_before = failed.clone();
        let mut outcomes = stream::iter(plan.doing().filter(|step| step.wave == wave))
            .map(|step| attempt(aws, step, &failed_before, stop))
            .buffered(AT_ONCE);
        while let Some((step, attempt)) = outcomes.next().await {
            let outcome = match attempt {
                Ok(Landed::Parked) => {
                    parked.push(step);
                    continue;
                }
                Ok(Landed::Whole) => Outcome::Done,
                Err(outcome) => {
                    failed.insert(&step.address);
                    outcome
                }
            };
            progress(step, &outcome);
            report.steps.push((step, outcome));
        }
    }
    // One after another: what one of them waits for may be there only once the one before it moved.
    for step in parked {
        let outcome = match kinds::of(&step.address.section).settle(aws, step).await {
            Ok(()) => Outcome::Done,
            Err(failure) => Outcome::Stranded(failure),
        };
        progress(step, &outcome);
        report.steps.push((step, outcome));
    }
    report.interrupted = stop.asked();
    report
}

async fn attempt<'a>(
    aws: &Aws,
    step: &'a Step,
    failed: &BTreeSet<&Address>,
    stop: &Stop,
) -> (&'a Step, Result<Landed, Outcome>) {
    // With credentials that AWS does not accept any more, all that is left would fail alike.
    if stop.asked()
        || aws.locked_out()
        || step.depends_on.iter().any(|needed| failed.contains(needed))
    {
        return (step, Err(Outcome::NotTried));
    }
    let kind = kinds::of(&step.address.section);
    (step, kind.carry_out(aws, step).await.map_err(Outcome::Failed))
}

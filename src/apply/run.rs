//! The steps, in waves.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::stream::{FuturesOrdered, StreamExt as _};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::aws::{Aws, Failure, Reason};
use crate::kinds::{self, Kind, Landed};
use crate::plan::{self, Action, Address, Plan, SENSITIVE, Step};
use crate::text::safe;

/// Steps of one service that may be under way at once; each makes its calls one after the other.
///
/// - ECS lets 20 registrations through at once and one a second from then on, deregistrations among
///   them (ECS developer guide, "Request throttling for the Amazon ECS API": task definition modify
///   actions). A registration that is throttled is tried for a few seconds; of two that wait for
///   the one of each second, both are let through in that time.
/// - IAM publishes no rates, and throttles bursts of writes (reports of users of Terraform, which
///   has ten things under way).
/// - X-Ray publishes no rates; a region has 25 rules unless AWS raised it.
/// - What mostly waits makes a call every few seconds.
fn at_once(lane: &str) -> usize {
    match lane {
        "ecs" => 2,
        "services" => 8,
        _ => 4,
    }
}

/// With whom a kind's steps take turns: with all of its service, but for those that mostly wait.
fn lane(kind: &dyn Kind) -> &'static str {
    if kind.waits() { kind.section() } else { kind.service() }
}

/// Asks a run to start nothing more.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is as planned.
    Done {
        /// The resource's ARN from then on, where it has one.
        arn: Option<String>,
    },
    /// AWS or the way to it said no.
    Failed(Failure),
    /// It went its detour and could not be brought from there to where the plan wants it.
    Stranded(Failure),
    /// Not tried.
    NotTried(Because),
}

impl Outcome {
    /// Whether it is as planned.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// Why it is not as planned, in a sentence; empty where it is.
    pub fn why(&self) -> String {
        match self {
            Self::Done { .. } => String::new(),
            Self::Failed(failure) => failure.to_string(),
            Self::Stranded(failure) => {
                format!("it stands half-way until the next apply: {failure}")
            }
            Self::NotTried(because) => because.to_string(),
        }
    }

    /// What went wrong, where something did.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Stranded(failure) => Some(failure),
            Self::Done { .. } | Self::NotTried(_) => None,
        }
    }
}

/// Why a step was not tried.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// The run was asked to stop.
    Interrupted,
    /// AWS does not accept the credentials any more.
    LockedOut,
    /// This one failed, and it depends on it, or on what depends on it.
    Failed(Address),
    /// This one is not ours to touch, and it depends on it, or on what depends on it.
    Blocked(Address),
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("the run was interrupted"),
            Self::LockedOut => f.write_str("AWS does not accept the credentials any more"),
            Self::Failed(address) => write!(f, "{} failed", safe(&address.to_string())),
            Self::Blocked(address) => write!(f, "{} is blocked", safe(&address.to_string())),
        }
    }
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
    /// The ARNs that resources have since their steps.
    pub fn arns(&self) -> BTreeMap<&Address, String> {
        let done = self.steps.iter().filter_map(|(step, outcome)| match outcome {
            Outcome::Done { arn } => Some((&step.address, arn.clone()?)),
            _ => None,
        });
        done.collect()
    }

    /// Whether every step is done.
    pub fn is_whole(&self) -> bool {
        self.steps.iter().all(|(_, outcome)| outcome.is_done())
    }
}

/// Who is told of a run while it goes.
pub trait Witness {
    /// A step is about to make its first call that changes something, and carries this over.
    fn begins(&self, step: &Step, carried: &Value);
    /// A step has ended just now; one that was not tried did not begin.
    fn ended(&self, step: &Step, outcome: &Outcome);
    /// A step has ended, and so has every one of its wave that stands before it in the plan: each
    /// run of a plan reads the same.
    fn told(&self, step: &Step, outcome: &Outcome);
}

/// Nobody.
impl Witness for () {
    fn begins(&self, _: &Step, _: &Value) {}

    fn ended(&self, _: &Step, _: &Outcome) {}

    fn told(&self, _: &Step, _: &Outcome) {}
}

/// Carries the steps out, wave by wave, side by side within one. A step that fails stops what
/// depends on it and nothing else.
pub async fn run<'a>(aws: &Aws, plan: &'a Plan, stop: &Stop, witness: &dyn Witness) -> Report<'a> {
    let mut run = Run::new(aws, plan, stop, witness);
    let mut report = Report::default();
    let mut parked = Vec::new();
    let waves: BTreeSet<_> = plan.doing().map(|step| step.wave).collect();
    for wave in waves {
        let of_wave = plan.doing().filter(|step| step.wave == wave);
        let mut attempts: FuturesOrdered<_> = of_wave.map(|step| run.attempt(step)).collect();
        let mut ended = Vec::new();
        while let Some((step, outcome)) = attempts.next().await {
            match outcome {
                None => parked.push(step),
                Some(outcome) => {
                    witness.told(step, &outcome);
                    ended.push((step, outcome));
                }
            }
        }
        drop(attempts);
        for (step, outcome) in ended {
            run.remember(step, &outcome);
            report.steps.push((step, outcome));
        }
    }
    // One after another: what one of them waits for may be there only once the one before it moved.
    for step in parked {
        let settled = async {
            let step = filled(step, &run.arns)?;
            kinds::of(&step.address.section).settle(aws, &step).await
        };
        let outcome = match settled.await {
            Ok(()) => Outcome::Done { arn: arn_after(aws, step, Landed::Whole) },
            Err(failure) => Outcome::Stranded(unquoted(step, failure)),
        };
        witness.ended(step, &outcome);
        witness.told(step, &outcome);
        report.steps.push((step, outcome));
    }
    report.interrupted = stop.asked();
    report
}

/// A step without holes.
fn filled<'p>(
    step: &'p Step,
    arns: &BTreeMap<&'p Address, String>,
) -> Result<Cow<'p, Step>, Failure> {
    plan::filled(step, arns).map_err(|reference| {
        let message = format!("what {reference} stands for is not known, and nothing was done");
        Failure::unsaid("carrying it out", Reason::Refused, message)
    })
}

/// A failure that quotes none of the step's secrets, whatever AWS said.
fn unquoted(step: &Step, failure: Failure) -> Failure {
    let secrets = step.secret_texts();
    let message = secrets
        .iter()
        .fold(failure.message, |message, secret| message.replace(secret.as_str(), SENSITIVE));
    Failure { message, ..failure }
}

/// The ARN that a resource has once its step is done.
fn arn_after(aws: &Aws, step: &Step, landed: Landed) -> Option<String> {
    match (landed, step.action) {
        (Landed::Anew(arn), _) => Some(arn),
        (_, Action::Delete) => None,
        // What is made anew may have had another.
        (_, Action::Replace) => Step { arn: None, ..step.clone() }.arn(aws.place()),
        _ => step.arn(aws.place()),
    }
}

/// What is known while the steps are carried out.
struct Run<'r, 'p> {
    aws: &'r Aws,
    stop: &'r Stop,
    witness: &'r dyn Witness,
    turns: BTreeMap<&'static str, Semaphore>,
    /// What did not come about, and the cause of that: what depends on it is not tried.
    missing: BTreeMap<&'p Address, Because>,
    /// The ARNs that resources have since their steps.
    arns: BTreeMap<&'p Address, String>,
}

impl<'r, 'p> Run<'r, 'p> {
    fn new(aws: &'r Aws, plan: &'p Plan, stop: &'r Stop, witness: &'r dyn Witness) -> Self {
        let lanes = kinds::ALL.iter().map(|kind| lane(*kind));
        let turns = lanes.map(|lane| (lane, Semaphore::new(at_once(lane))));
        // Of what is to go, nothing is missing where it stays.
        let blocked = plan.steps.iter().filter(|step| step.action == Action::Blocked);
        let blocked = blocked.filter(|step| step.document.is_some());
        let missing = blocked.map(|step| (&step.address, Because::Blocked(step.address.clone())));
        let (turns, missing) = (turns.collect(), missing.collect());
        Self { aws, stop, witness, turns, missing, arns: BTreeMap::new() }
    }

    /// Carries a step out when it is its turn, unless something stands against it by then. One that
    /// is parked has not ended.
    async fn attempt(&self, step: &'p Step) -> (&'p Step, Option<Outcome>) {
        let kind = kinds::of(&step.address.section);
        // A semaphore is never closed, so that there is always a permit in the end.
        let _turn = match self.turns.get(lane(kind)) {
            Some(turns) => turns.acquire().await.ok(),
            None => None,
        };
        let outcome = if let Some(because) = self.against(step) {
            Outcome::NotTried(because)
        } else {
            let carried = kind.carried(self.aws, step).await;
            self.witness.begins(step, carried.as_ref().unwrap_or(&Value::Null));
            let landed = async {
                let step = filled(step, &self.arns)?;
                kind.carry_out(self.aws, &step, &carried?).await
            };
            match landed.await {
                Ok(Landed::Parked) => return (step, None),
                Ok(landed) => Outcome::Done { arn: arn_after(self.aws, step, landed) },
                Err(failure) => Outcome::Failed(unquoted(step, failure)),
            }
        };
        self.witness.ended(step, &outcome);
        (step, Some(outcome))
    }

    fn against(&self, step: &Step) -> Option<Because> {
        let missing = step.depends_on.iter().find_map(|needed| self.missing.get(needed)).cloned();
        missing
            .or_else(|| self.stop.asked().then_some(Because::Interrupted))
            // With credentials that AWS does not accept any more, all that is left would fail alike.
            .or_else(|| self.aws.locked_out().then_some(Because::LockedOut))
    }

    fn remember(&mut self, step: &'p Step, outcome: &Outcome) {
        let because = match outcome {
            Outcome::Done { arn } => {
                self.arns.extend(arn.clone().map(|arn| (&step.address, arn)));
                return;
            }
            Outcome::Failed(_) | Outcome::Stranded(_) => Because::Failed(step.address.clone()),
            Outcome::NotTried(because) => because.clone(),
        };
        self.missing.insert(&step.address, because);
    }
}

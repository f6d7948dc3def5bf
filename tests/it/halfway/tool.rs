//! The tool as its verbs have it, without a process: read, look, plan, judge, carry out.

use futures::future::join_all;
use tracewright::apply::{Outcome, Stop, moved, run};
use tracewright::aws::local::LocalAws;
use tracewright::aws::{Aws, Options, Reads};
use tracewright::kinds::{self, Look, Observation, Ownership};
use tracewright::plan::{Plan, destroy, plan};
use tracewright::stack::{self, Files, Inputs, Loaded, Stack, Unreadable};

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    /// Every step is done, or there was none.
    Done,
    /// Every step is done, and something could not be read: the tool exits with 7.
    Unchecked,
    /// Some are not, and why.
    PartWay(Vec<String>),
    /// Nothing was changed, and why.
    Refused(String),
    /// It was killed.
    Killed,
}

/// What is to become of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Apply,
    Destroy,
}

struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, _: &str, path: &str) -> Result<Loaded, Unreadable> {
        panic!("nothing names {path}")
    }
}

pub(crate) fn read(text: &str) -> Stack {
    let file = Loaded { shown: "stack.yaml".to_owned(), text: text.to_owned() };
    let reading = stack::read(file, &mut NoFiles, &Inputs::default());
    reading
        .stack
        .unwrap_or_else(|| panic!("{}\n{text}", reading.found.render(&reading.sources, 80)))
}

/// Plans, as `plan` and `destroy` do.
pub(crate) async fn planned(aws: &Aws, stack: &Stack, verb: Verb) -> Plan {
    let reads = Reads::new(aws);
    let looks: Vec<_> = kinds::ALL
        .into_iter()
        .filter_map(|kind| {
            let look = match verb {
                Verb::Apply => Look::planned(kind, stack)?,
                Verb::Destroy if kind.ownership() != Ownership::Tag => return None,
                Verb::Destroy => Look { goes: true, ..Look::of(kind, stack) },
            };
            Some((kind, look))
        })
        .collect();
    let seen = join_all(looks.iter().map(|(kind, look)| kind.observe(&reads, look))).await;
    let mut observation = Observation::default();
    for seen in seen {
        observation.extend(seen);
    }
    match verb {
        Verb::Apply => plan(stack, &observation),
        Verb::Destroy => destroy(stack, &observation),
    }
}

/// Runs a verb in a process of its own.
pub(crate) async fn carry_out(local: &LocalAws, stack: &Stack, verb: Verb) -> End {
    let work = async {
        let aws = connect(local, stack).await;
        if let Err(error) = aws.guard_account().await {
            return End::Refused(format!("{error:?}"));
        }
        let plan = planned(&aws, stack, verb).await;
        if let Some(why) = refused(&plan) {
            return End::Refused(why);
        }
        let (moved, _) = moved(&aws, &plan).await;
        if let Some(first) = moved.first() {
            return End::Refused(format!("stale: {} {}", first.address, first.what));
        }
        let report = run(&aws, &plan, &Stop::default(), &()).await;
        if report.is_whole() {
            return if plan.unknown.is_empty() { End::Done } else { End::Unchecked };
        }
        let why = report.steps.iter().filter(|(_, outcome)| !outcome.is_done());
        End::PartWay(why.map(|(step, outcome)| told(step, outcome)).collect())
    };
    tokio::select! {
        biased;
        () = local.killed() => End::Killed,
        end = work => end,
    }
}

fn told(step: &tracewright::plan::Step, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(why) | Outcome::Stranded(why) => format!("{}: {why}", step.address),
        other => format!("{}: {other:?}", step.address),
    }
}

/// Why `apply` would change nothing.
fn refused(plan: &Plan) -> Option<String> {
    if let Some(unknown) = plan.unknown.iter().find(|unknown| unknown.declared) {
        return Some(format!("unknown: {unknown:?}"));
    }
    let blocked = plan.steps.iter().find(|step| step.action == tracewright::plan::Action::Blocked);
    blocked.map(|step| format!("blocked: {} {}", step.address, step.because))
}

/// What a plan has to do, a line each; what is not known is something, too.
pub(crate) async fn left(local: &LocalAws, stack: &Stack, verb: Verb) -> Vec<String> {
    let aws = connect(local, stack).await;
    let plan = planned(&aws, stack, verb).await;
    let unknown = plan.unknown.iter().map(|unknown| format!("unknown: {unknown:?}"));
    let steps = plan.steps.iter().map(|step| {
        let fields: Vec<_> = step.changes.iter().map(|change| change.path.to_string()).collect();
        format!("{:?} {} ({}): {}", step.action, step.address, fields.join(", "), step.because)
    });
    steps.chain(unknown).collect()
}

pub(crate) async fn connect(local: &LocalAws, stack: &Stack) -> Aws {
    let options = Options { local: Some(local.clone()), ..Options::default() };
    Aws::connect(&stack.place, options).await
}

//! Many stacks in one run: folders and several files, each in each of its regions.

mod apply;
mod find;
mod units;

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Instant;

use futures::stream::{self, StreamExt as _};

pub(super) use apply::apply;
pub(super) use find::find;
pub(super) use units::{Stacks, Unit, stacks};

use super::output::{Output, OutputArgs};
use crate::aws::Stats;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::graph::Graph;
use crate::render;
use crate::report::{Report, Told, What, Whose};
use crate::stack::Stack;
use crate::ui;

/// Stacks that are looked at side by side: each has up to 32 calls under way itself.
const AT_ONCE: usize = 8;

/// Who is told of: a file, and what is known of the stack in it.
#[derive(Debug, Clone)]
pub(super) struct Who {
    /// The stack's file, as it was named.
    pub file: String,
    /// Whose it is, where it could be read.
    pub whose: Option<Whose>,
    /// Whether the stack has other regions, so that commands about it have to name this one.
    pub wide: bool,
    /// What it wires together.
    graph: Option<Graph>,
}

impl Who {
    fn of(unit: &Unit) -> Self {
        let stack = unit.stack.as_ref().ok();
        let whose = stack.map(|stack| Whose {
            stack: stack.name.clone(),
            account: stack.place.account.clone(),
            region: stack.place.region.clone(),
        });
        let wide = stack.is_some_and(|stack| stack.regions.len() > 1);
        let graph = stack.map(Graph::of);
        Self { file: unit.file.display().to_string(), whose, wide, graph }
    }

    /// The region to name in a command about it.
    pub(super) fn region(&self) -> Option<&str> {
        self.whose.as_ref().filter(|_| self.wide).map(|whose| whose.region.as_str())
    }

    /// The file, as a path.
    pub(super) fn path(&self) -> &Path {
        Path::new(&self.file)
    }

    /// What is told of it in the report.
    pub(super) fn told(&self, outcome: What, exit: Exit) -> Told {
        let Self { file, whose, graph, .. } = self.clone();
        Told { file, whose, outcome, exit, graph }
    }

    /// Tells what went wrong with it, on stderr and in the report.
    pub(super) fn failed(&self, mut error: Error) -> Told {
        if !error.message.is_empty() && !error.message.starts_with(&self.file) {
            let region = self.region().map(|region| format!(", {region}")).unwrap_or_default();
            error.message = format!("{}{region}: {}", self.file, error.message);
        }
        ui::tell(&error);
        Told { whose: self.whose.clone(), ..Told::failed(&self.file, &error) }
    }
}

/// Does something with each of many stacks, side by side, and tells of one after the other, in their
/// order, as soon as it and all before it are done.
pub(super) async fn side_by_side<T>(
    units: Vec<Unit>,
    work: impl AsyncFn(Stack) -> Result<T>,
    mut tell: impl FnMut(Who, Result<T>),
) {
    let (all, done) = (units.len(), Cell::new(0));
    let (work, count) = (&work, &done);
    let under_way = stream::iter(units).map(|unit| async move {
        let who = Who::of(&unit);
        let what = match unit.stack {
            Ok(stack) => work(stack).await,
            Err(error) => Err(error),
        };
        count.set(count.get() + 1);
        ui::status(&format!("{} of {all} looked at", count.get()));
        (who, what)
    });
    let mut ended = std::pin::pin!(under_way.buffered(AT_ONCE));
    while let Some((who, what)) = ended.next().await {
        tell(who, what);
    }
    ui::status("");
}

/// What all connections of a run cost.
#[derive(Debug)]
pub(super) struct Costs {
    began: Instant,
    sum: RefCell<Stats>,
}

impl Costs {
    pub(super) fn begin() -> Self {
        Self { began: Instant::now(), sum: RefCell::default() }
    }

    pub(super) fn add(&self, stats: &Stats) {
        let sum = self.sum.take().and(stats);
        self.sum.replace(sum);
    }

    pub(super) fn sum(&self) -> Stats {
        Stats { wall: self.began.elapsed(), ..self.sum.borrow().clone() }
    }
}

/// Globs of `--only` and `--except` that take nothing: of many stacks one has to have something.
#[derive(Debug, Default)]
pub(super) struct Idle {
    errors: Vec<Error>,
    others: usize,
}

impl Idle {
    pub(super) fn add(&mut self, idle: Result<()>) {
        match idle {
            Ok(()) => self.others += 1,
            Err(error) => self.errors.push(error),
        }
    }

    pub(super) fn refuse(self) -> Result<()> {
        match self.errors.into_iter().next() {
            Some(error) if self.others == 0 => Err(error),
            _ => Ok(()),
        }
    }
}

/// Refuses what stands for one stack in one region.
pub(super) fn refuse(given: bool, option: &str) -> Result<()> {
    if !given {
        return Ok(());
    }
    Err(Error::new(format!("`{option}` is for one stack in one region, and these are more"))
        .hint("name one file, and one of its regions with `--region`")
        .exiting(Exit::Usage))
}

/// Shows the table, and writes the report.
pub(super) fn end(args: &OutputArgs, output: &Output<'_>, report: &Report) -> Result<Exit> {
    args.show_people(&render::table(report));
    output.write(report)?;
    Ok(report.exit())
}

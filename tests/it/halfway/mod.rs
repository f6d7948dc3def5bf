//! Runs that are cut off half-way: random stacks, random faults and a kill at a random call, and then
//! what the next plans and applies make of it.
//!
//! A pair is made from a seed and its number, so that one that fails can be run again:
//! `TRACEWRIGHT_SEED=7 TRACEWRIGHT_PAIR=123 cargo test --test it halfway`. `TRACEWRIGHT_PAIRS` says
//! how many there are.

pub(crate) mod account;
mod chance;
mod faults;
mod stacks;
pub(crate) mod tool;
mod tried;
mod two;

use std::collections::BTreeMap;

use serde_json::Value;
use tracewright::aws::local::faults::{Kill, Script};
use tracewright::aws::local::{EqualPriorities, LocalAws, Options};
use tracewright::stack::Stack;

use crate::harness::{NOW, reread};
use account::{families, marked, settled};
use chance::Chance;
use stacks::Picture;
use tool::{End, Verb, carry_out, left, read};
use tried::{Figures, PAIRS, Tried};

/// Rounds of plan and apply, without faults, after which there has to be nothing to do.
const ROUNDS: usize = 4;

/// A local AWS whose faults are scripted waits for nothing, also where the script has none.
fn options(chance: &mut Chance) -> Options {
    let equal_priorities = *chance.one(&[EqualPriorities::Accept, EqualPriorities::Refuse]);
    let reread = reread().map(|_| chance.next());
    let faults = Some(Script::default());
    let now = Some(NOW);
    Options { now, equal_priorities, reread, faults, kill: Kill::Hang, ..Options::default() }
}

/// An account in which a stack was applied, and nothing went wrong.
async fn applied(options: &Options, stack: &Stack) -> LocalAws {
    let local = LocalAws::in_memory(options.clone());
    assert_eq!(carry_out(&local, stack, Verb::Apply).await, End::Done);
    local
}

/// What a stack does to an account, a few times over, with faults in its way.
struct Disturbance<'a> {
    local: &'a LocalAws,
    stack: &'a Stack,
    verb: Verb,
    options: &'a Options,
    figures: &'a mut Figures,
}

impl Disturbance<'_> {
    /// Starts a few runs, of which most are cut off, and returns how many there were.
    async fn disturb(&mut self, chance: &mut Chance) -> u64 {
        let runs = *chance.one(&[1, 1, 1, 2, 3]);
        let writes = 2 * self.left().await.len() as u64;
        for _ in 0..runs {
            let faults = Some(faults::script(chance, writes));
            let unlucky = self.local.anew(Options { faults, ..self.options.clone() });
            let end = carry_out(&unlucky, self.stack, self.verb).await;
            self.figures.runs += 1;
            self.figures.faults += unlucky.faults_met();
            match end {
                End::Done => self.is_quiet().await,
                End::PartWay(_) | End::Unchecked => self.figures.part_way += 1,
                End::Refused(_) => self.figures.refused += 1,
                End::Killed => self.figures.kills += 1,
            }
        }
        runs
    }

    /// Plans and applies, without faults, until there is nothing to do.
    async fn settle(&mut self) {
        let mut ends = Vec::new();
        for round in 0..=ROUNDS {
            let left = self.left().await;
            if left.is_empty() {
                *self.figures.rounds.entry(round).or_default() += 1;
                return;
            }
            assert!(ends.last() != Some(&End::Done), "it said that it was done: {left:#?}");
            assert!(round < ROUNDS, "{ends:#?} and still there is {left:#?}");
            ends.push(carry_out(self.local, self.stack, self.verb).await);
        }
    }

    /// Who says that all is done leaves nothing for the next plan.
    async fn is_quiet(&self) {
        assert_eq!(self.left().await, Vec::<String>::new(), "it said that it was done");
    }

    async fn left(&self) -> Vec<String> {
        left(self.local, self.stack, self.verb).await
    }
}

/// How many revisions each family has ever had.
fn registered(local: &LocalAws) -> BTreeMap<String, u64> {
    let count = |revisions: &BTreeMap<u64, Value>| revisions.len() as u64;
    families(&local.state())
        .iter()
        .map(|(family, revisions)| (family.clone(), count(revisions)))
        .collect()
}

fn same(one: &Value, other: &Value) {
    let text = |value: &Value| format!("{value:#}");
    if one != other {
        let (one, other) = (text(one), text(other));
        let diff = similar::TextDiff::from_lines(&one, &other);
        panic!("{}", diff.unified_diff().header("as it is", "as it should be"));
    }
}

/// What is in the account after runs that were cut off is what one apply of the last stack makes in
/// an empty one.
#[test]
fn runs_that_are_cut_off_end_where_one_run_does() {
    Tried::pairs(PAIRS).each("cut off", async |chance, figures| {
        let options = &options(chance);
        let before = Picture::random(chance);
        let after = before.changed(chance);
        let (a, b) = (read(&before.file()), &read(&after.file()));
        let fresh = applied(options, b).await;
        let local = &applied(options, &a).await;
        let mut most = registered(local);

        let mut run = Disturbance { local, stack: b, verb: Verb::Apply, options, figures };
        let registers = registered(&fresh);
        let runs = run.disturb(chance).await;
        run.settle().await;

        same(&settled(&local.state()), &settled(&fresh.state()));
        assert_eq!(marked(&local.state()), marked(&fresh.state()));
        // One for the stack as it was, one for the stack as it is, and one for each run that was cut
        // off.
        for family in registers.into_keys() {
            *most.entry(family).or_default() += 1 + runs;
        }
        for (family, count) in registered(local) {
            assert!(count <= most[&family], "{family} has {count} revisions, of at most {most:?}");
        }
    });
}

/// Where nothing is in the way of the second stack, it ends like that, too, and registers nothing in
/// vain.
#[test]
fn runs_that_nothing_disturbs_end_where_one_run_does() {
    Tried::pairs(PAIRS / 20).each("undisturbed", async |chance, figures| {
        let options = &options(chance);
        let before = Picture::random(chance);
        let after = before.changed(chance);
        let (a, b) = (read(&before.file()), &read(&after.file()));
        let fresh = applied(options, b).await;
        let local = &applied(options, &a).await;
        let (was, is) = (families(&local.state()), families(&fresh.state()));
        assert_eq!(carry_out(local, b, Verb::Apply).await, End::Done);
        Disturbance { local, stack: b, verb: Verb::Apply, options, figures }.is_quiet().await;
        same(&settled(&local.state()), &settled(&fresh.state()));
        for (family, revisions) in families(&local.state()) {
            let definition = |of: &BTreeMap<String, BTreeMap<u64, Value>>| {
                of.get(&family).map(|revisions| revisions[&1]["definition"].clone())
            };
            let (was, is) = (definition(&was), definition(&is));
            let registers = 1 + usize::from(was.is_some() && is.is_some() && was != is);
            assert_eq!(revisions.len(), registers, "{family}");
        }
    });
}

/// A destroy that is cut off leaves nothing in the end.
#[test]
fn destroys_that_are_cut_off_leave_nothing_in_the_end() {
    Tried::pairs(PAIRS / 10).each("destroyed", async |chance, figures| {
        let options = &options(chance);
        let stack = &read(&Picture::random(chance).file());
        let local = &applied(options, stack).await;
        let mut run = Disturbance { local, stack, verb: Verb::Destroy, options, figures };
        run.disturb(chance).await;
        run.settle().await;
        assert_eq!(marked(&local.state()), Vec::<String>::new());
    });
}

//! Runs that are cut off half-way: random stacks, random faults and a kill at a random call, and then
//! what the next plans and applies make of it.
//!
//! A pair is made from a seed and its number, so that one that fails can be run again:
//! `TRACEWRIGHT_SEED=7 TRACEWRIGHT_PAIR=123 cargo test --test it halfway`. `TRACEWRIGHT_PAIRS` says
//! how many there are.

mod account;
mod chance;
mod faults;
mod stacks;
mod tool;

use std::collections::BTreeMap;

use futures::FutureExt as _;
use serde_json::Value;
use tracewright::aws::local::faults::Kill;
use tracewright::aws::local::{EqualPriorities, LocalAws, Options};
use tracewright::stack::Stack;

use crate::harness::{NOW, told};
use account::{families, marked, settled};
use chance::Chance;
use stacks::Picture;
use tool::{End, Verb, carry_out, left, read};

/// The pairs of stacks that are tried unless `TRACEWRIGHT_PAIRS` says otherwise.
const PAIRS: u64 = 1_000;

/// Rounds of plan and apply, without faults, after which there has to be nothing to do.
const ROUNDS: usize = 4;

/// What a test has tried, for the table in docs/reliability.md.
#[derive(Default)]
struct Figures {
    runs: u64,
    faults: u64,
    kills: u64,
    part_way: u64,
    refused: u64,
    rounds: BTreeMap<usize, u64>,
}

/// Runs a test for each pair, and says which one failed.
fn for_each_pair(test: &str, pairs: u64, one: impl AsyncFn(&mut Chance, &mut Figures)) {
    let number = |name: &str| -> Option<u64> {
        let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
        Some(text.parse().expect("a whole number"))
    };
    let seed = number("TRACEWRIGHT_SEED").unwrap_or(1);
    let range = match number("TRACEWRIGHT_PAIR") {
        Some(pair) => pair..pair + 1,
        None => 0..number("TRACEWRIGHT_PAIRS").map_or(pairs, |given| given * pairs / PAIRS),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut figures, start, count) =
        (Figures::default(), std::time::Instant::now(), range.clone().count());
    let mut failed = Vec::new();
    for pair in range {
        let run = async { one(&mut Chance::of(seed, pair), &mut figures).await };
        let run = std::panic::AssertUnwindSafe(run).catch_unwind();
        if runtime.block_on(run).is_err() {
            told(&format!("FAILED  {test}: TRACEWRIGHT_SEED={seed} TRACEWRIGHT_PAIR={pair}"));
            failed.push(pair);
        }
    }
    let Figures { runs, faults, kills, part_way, refused, rounds } = figures;
    told(&format!(
        "FIGURES {test}: seed {seed}, {count} pairs, {runs} runs with faults, {faults} faults, \
         {kills} kills, {part_way} stopped part-way, {refused} changed nothing, rounds until quiet \
         {rounds:?}, {} s",
        start.elapsed().as_secs()
    ));
    assert!(failed.is_empty(), "{test}: seed {seed}, pairs {failed:?}");
}

fn options(chance: &mut Chance) -> Options {
    let equal_priorities = *chance.one(&[EqualPriorities::Accept, EqualPriorities::Refuse]);
    Options { now: Some(NOW), equal_priorities, kill: Kill::Hang, ..Options::default() }
}

/// An account in which a stack was applied, and nothing went wrong.
async fn applied(options: &Options, stack: &Stack) -> LocalAws {
    let local = LocalAws::in_memory(options.clone());
    assert_eq!(carry_out(&local, stack, Verb::Apply).await, End::Done);
    assert_eq!(left(&local, stack, Verb::Apply).await, Vec::<String>::new());
    local
}

/// Starts a verb with faults in its way, a few times over, and returns how many runs there were.
async fn disturb(
    local: &LocalAws,
    stack: &Stack,
    verb: Verb,
    options: &Options,
    chance: &mut Chance,
    figures: &mut Figures,
) -> u64 {
    let runs = *chance.one(&[1, 1, 1, 2, 3]);
    for _ in 0..runs {
        let writes = 2 * left(local, stack, verb).await.len() as u64;
        let script = faults::script(chance, writes);
        let unlucky = local.anew(Options { faults: Some(script), ..options.clone() });
        let end = carry_out(&unlucky, stack, verb).await;
        figures.runs += 1;
        figures.faults += unlucky.faults_met();
        match end {
            End::Done => {
                assert_eq!(left(local, stack, verb).await, Vec::<String>::new(), "it said: done")
            }
            End::PartWay(_) => figures.part_way += 1,
            End::Refused(_) => figures.refused += 1,
            End::Killed => figures.kills += 1,
        }
    }
    runs
}

/// Plans and applies until there is nothing to do.
async fn settle(local: &LocalAws, stack: &Stack, verb: Verb, figures: &mut Figures) {
    for round in 0..=ROUNDS {
        let planned = left(local, stack, verb).await;
        if planned.is_empty() {
            *figures.rounds.entry(round).or_default() += 1;
            return;
        }
        assert!(round < ROUNDS, "after {ROUNDS} rounds there is still {planned:#?}");
        let end = carry_out(local, stack, verb).await;
        if end == End::Done {
            assert_eq!(left(local, stack, verb).await, Vec::<String>::new(), "it said: done");
        } else {
            told(&format!("round {round}: {end:#?} of {planned:#?}"));
        }
    }
}

/// How many revisions each family has ever had.
fn registered(local: &LocalAws) -> BTreeMap<String, u64> {
    let count = |revisions: &BTreeMap<u64, Value>| revisions.len() as u64;
    families(local).iter().map(|(family, revisions)| (family.clone(), count(revisions))).collect()
}

fn same(one: &Value, other: &Value) {
    let text = |value: &Value| format!("{value:#}");
    if one != other {
        let (one, other) = (text(one), text(other));
        let diff = similar::TextDiff::from_lines(&one, &other);
        panic!("{}", diff.unified_diff().header("as it is", "as it should be"));
    }
}

/// What ends in the account after runs that were cut off is what one apply of the last stack makes
/// in an empty one.
#[test]
fn runs_that_are_cut_off_end_where_one_run_does() {
    for_each_pair("cut off", PAIRS, async |chance, figures| {
        let options = options(chance);
        let before = Picture::random(chance);
        let after = before.changed(chance);
        let (a, b) = (read(&before.file()), read(&after.file()));
        let fresh = applied(&options, &b).await;
        let undisturbed = applied(&options, &a).await;
        assert_eq!(carry_out(&undisturbed, &b, Verb::Apply).await, End::Done);
        let local = applied(&options, &a).await;

        let runs = disturb(&local, &b, Verb::Apply, &options, chance, figures).await;
        settle(&local, &b, Verb::Apply, figures).await;

        same(&settled(&undisturbed), &settled(&fresh));
        same(&settled(&local), &settled(&fresh));
        assert_eq!(marked(&local), marked(&fresh));
        let expected = registered(&undisturbed);
        for (family, count) in registered(&local) {
            let most = expected.get(&family).copied().unwrap_or_default() + runs;
            assert!(count <= most, "{family} has {count} revisions, and {most} are the most");
        }
    });
}

/// A destroy that is cut off leaves nothing in the end.
#[test]
fn destroys_that_are_cut_off_leave_nothing_in_the_end() {
    for_each_pair("destroyed", PAIRS / 4, async |chance, figures| {
        let options = options(chance);
        let stack = read(&Picture::random(chance).file());
        let local = applied(&options, &stack).await;
        disturb(&local, &stack, Verb::Destroy, &options, chance, figures).await;
        settle(&local, &stack, Verb::Destroy, figures).await;
        assert_eq!(marked(&local), Vec::<String>::new());
    });
}

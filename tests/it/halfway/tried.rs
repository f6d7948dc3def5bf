//! How many pairs are tried, and what they met.

use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use futures::FutureExt as _;

use super::chance::Chance;
use crate::harness::told;

/// The pairs of stacks that are tried unless `TRACEWRIGHT_PAIRS` says otherwise.
pub(crate) const PAIRS: u64 = 1_000;

/// What a test has tried, for the table in docs/reliability.md.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) pairs: u64,
    pub(crate) runs: u64,
    pub(crate) faults: u64,
    pub(crate) kills: u64,
    pub(crate) part_way: u64,
    pub(crate) refused: u64,
    pub(crate) rounds: BTreeMap<usize, u64>,
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.runs += other.runs;
        self.faults += other.faults;
        self.kills += other.kills;
        self.part_way += other.part_way;
        self.refused += other.refused;
        for (rounds, count) in other.rounds {
            *self.rounds.entry(rounds).or_default() += count;
        }
    }
}

/// Which pairs are tried: how many unless the environment says otherwise.
pub(crate) struct Tried {
    seed: u64,
    pairs: Range<u64>,
}

impl Tried {
    pub(crate) fn pairs(most: u64) -> Self {
        let number = |name: &str| -> Option<u64> {
            let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
            Some(text.parse().expect("a whole number"))
        };
        let pairs = match number("TRACEWRIGHT_PAIR") {
            Some(pair) => pair..pair + 1,
            None => 0..number("TRACEWRIGHT_PAIRS").map_or(most, |given| given * most / PAIRS),
        };
        Self { seed: number("TRACEWRIGHT_SEED").unwrap_or(1), pairs }
    }

    /// Tries each, side by side, and says which ones failed and what all of them met.
    pub(crate) fn each(self, test: &str, one: impl AsyncFn(&mut Chance, &mut Figures) + Sync) {
        let Self { seed, pairs } = self;
        let (start, next) = (Instant::now(), AtomicU64::new(pairs.start));
        let (all, failed) = (Mutex::new(Figures::default()), Mutex::new(Vec::new()));
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime");
            loop {
                let pair = next.fetch_add(1, Ordering::Relaxed);
                if !pairs.contains(&pair) {
                    return;
                }
                let mut figures = Figures { pairs: 1, ..Figures::default() };
                let run = async { one(&mut Chance::of(seed, pair), &mut figures).await };
                if runtime.block_on(AssertUnwindSafe(run).catch_unwind()).is_err() {
                    told(&format!(
                        "FAILED  {test}: TRACEWRIGHT_SEED={seed} TRACEWRIGHT_PAIR={pair}"
                    ));
                    failed.lock().expect("the list").push(pair);
                }
                all.lock().expect("the figures").add(figures);
            }
        };
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(work);
            }
        });
        let figures = all.into_inner().expect("the figures");
        told(&format!("FIGURES {test}: seed {seed}, {figures:?}, {} s", start.elapsed().as_secs()));
        let failed = failed.into_inner().expect("the list");
        assert!(failed.is_empty(), "{test}: seed {seed}, pairs {failed:?}");
    }
}

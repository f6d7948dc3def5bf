//! What a run cost in calls.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// The calls of a run, on a clock that ticks at each start and end.
#[derive(Debug, Default)]
pub(super) struct Calls {
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    ticks: usize,
    calls: Vec<Call>,
    again: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
struct Call {
    action: &'static str,
    start: usize,
    end: Option<usize>,
}

impl Calls {
    pub(super) fn start(&self, action: &'static str) -> usize {
        let mut log = self.lock();
        log.ticks += 1;
        let start = log.ticks;
        log.calls.push(Call { action, start, end: None });
        log.calls.len() - 1
    }

    pub(super) fn end(&self, call: usize) {
        let mut log = self.lock();
        log.ticks += 1;
        log.calls[call].end = Some(log.ticks);
    }

    /// Takes a call that was made for one that was made again.
    pub(super) fn again(&self, action: &'static str) {
        self.lock().again.push(action);
    }

    /// `sent` counts requests, retries included.
    pub(super) fn stats(&self, sent: usize, wall: Duration) -> Stats {
        let log = self.lock();
        let mut by_action = BTreeMap::new();
        for call in &log.calls {
            *by_action.entry(call.action).or_insert(0) += 1;
        }
        for action in &log.again {
            *by_action.entry(action).or_insert(1) -= 1;
        }
        let retries = (sent + log.again.len()).saturating_sub(log.calls.len());
        Stats { by_action, retries, chain: chain(&log.calls), wall }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The longest row of calls of which each began after the one before it had ended: what the run
/// waited for, however many calls ran beside it.
fn chain(calls: &[Call]) -> usize {
    let mut done: Vec<_> = calls.iter().filter_map(|call| Some((call.end?, call.start))).collect();
    done.sort_unstable();
    let mut free_from = 0;
    done.into_iter()
        .filter(|(end, start)| {
            let waits = *start > free_from;
            if waits {
                free_from = *end;
            }
            waits
        })
        .count()
}

/// What a run cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Calls, retries not counted, by IAM action.
    pub by_action: BTreeMap<&'static str, usize>,
    /// Requests beyond the first of each call.
    pub retries: usize,
    /// The longest row of calls that waited for each other.
    pub chain: usize,
    /// From start to end.
    pub wall: Duration,
}

impl Stats {
    /// What two connections of one run cost: the one that took longer says how long it was.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (action, count) in &other.by_action {
            *self.by_action.entry(action).or_insert(0) += count;
        }
        Self {
            retries: self.retries + other.retries,
            chain: self.chain.max(other.chain),
            wall: self.wall.max(other.wall),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_side_by_side_are_one_link_of_the_chain() {
        let calls = Calls::default();
        let first = calls.start("sts:GetCallerIdentity");
        calls.end(first);
        let scan = calls.start("xray:GetSamplingRules");
        calls.end(scan);
        let tags: Vec<_> = (0..25).map(|_| calls.start("xray:ListTagsForResource")).collect();
        tags.into_iter().rev().for_each(|call| calls.end(call));
        let stats = calls.stats(27, Duration::ZERO);
        assert_eq!(stats.retries, 0);
        assert_eq!(stats.chain, 3);
        assert_eq!(stats.by_action["xray:ListTagsForResource"], 25);
    }
}

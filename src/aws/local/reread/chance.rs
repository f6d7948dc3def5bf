//! Chance that a seed decides.

use std::sync::atomic::{AtomicU64, Ordering};

/// A sequence of numbers that looks random, and is the same for a seed on every machine: the
/// generator `SplitMix64`, which is a counter and a mixer and so needs no lock.
#[derive(Debug)]
pub(in super::super) struct Chance(AtomicU64);

/// How far the counter goes each time.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Chance {
    pub(in super::super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A coin.
    pub(super) fn toss(&self) -> bool {
        self.next() >> 63 == 1
    }

    /// Whether something happens that is so likely, from 0 to 1.
    pub(in super::super) fn happens(&self, probability: f64) -> bool {
        let drawn = u32::try_from(self.next() >> 32).unwrap_or_default();
        f64::from(drawn) < probability * (f64::from(u32::MAX) + 1.0)
    }

    /// One of the first so many numbers from 0 on, of which there has to be one.
    pub(super) fn below(&self, count: usize) -> usize {
        // The remainder is below the count, which is a `usize`.
        usize::try_from(self.next() % count as u64).unwrap_or_default()
    }

    /// Any order, each as likely as the others.
    pub(super) fn shuffle<T>(&self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_one_sequence_on_every_machine() {
        // The first numbers of the generator's publication.
        let chance = Chance::new(1_234_567);
        let numbers = [chance.next(), chance.next(), chance.next()];
        let published =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(numbers, published);
    }

    #[test]
    fn every_order_comes() {
        let chance = Chance::new(7);
        let order = |_| {
            let mut items = [1, 2, 3];
            chance.shuffle(&mut items);
            items
        };
        let orders: std::collections::BTreeSet<_> = (0..60).map(order).collect();
        assert_eq!(orders.len(), 6);
    }
}

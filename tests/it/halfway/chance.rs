//! Chance that a seed decides.

/// A sequence of numbers that looks random and is the same for a seed everywhere: `SplitMix64`.
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of one pair: the seeds of two neighbours have nothing to do with each other.
    pub(crate) fn of(seed: u64, pair: u64) -> Self {
        let mut chance = Self(seed);
        let start = chance.next();
        Self(start ^ pair.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the first so many numbers from 0 on.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    /// Whether what happens so many times in a hundred happens.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(of.len() as u64)).expect("an index");
        &of[at]
    }

    /// Some of these, in their order.
    pub(crate) fn some<T: Clone>(&mut self, of: &[T], percent: u64) -> Vec<T> {
        of.iter().filter(|_| self.percent(percent)).cloned().collect()
    }
}

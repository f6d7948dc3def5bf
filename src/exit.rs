//! Exit codes: a contract with scripts.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done; nothing to do; or changes shown without `--detailed-exitcode`.
    Done,
    /// 1: an error.
    Error,
    /// 2: changes pending, only with `--detailed-exitcode`.
    Pending,
    /// 3: drift found.
    Drift,
    /// 4: refused by a safety rule.
    Refused,
    /// 5: the world moved since the plan.
    Stale,
    /// 6: apply stopped part-way, or what it made is not as planned.
    PartWay,
    /// 7: could not check everything.
    Unchecked,
    /// 64: a bad command line.
    Usage,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Pending => 2,
            Self::Drift => 3,
            Self::Refused => 4,
            Self::Stale => 5,
            Self::PartWay => 6,
            Self::Unchecked => 7,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }

    /// The one to exit with where several hold: the first of 1, 4, 5, 6, 7, 3, 2; an interrupted
    /// run and a bad command line say just that.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self.rank() <= other.rank() { self } else { other }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Usage => 0,
            Self::Interrupted => 1,
            Self::Error => 2,
            Self::Refused => 3,
            Self::Stale => 4,
            Self::PartWay => 5,
            Self::Unchecked => 6,
            Self::Drift => 7,
            Self::Pending => 8,
            Self::Done => 9,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_first_of_the_documented_order_wins() {
        let order = [
            Exit::Error,
            Exit::Refused,
            Exit::Stale,
            Exit::PartWay,
            Exit::Unchecked,
            Exit::Drift,
            Exit::Pending,
            Exit::Done,
        ];
        for (at, first) in order.iter().enumerate() {
            for later in &order[at..] {
                assert_eq!(first.and(*later), *first);
                assert_eq!(later.and(*first), *first);
            }
        }
    }
}

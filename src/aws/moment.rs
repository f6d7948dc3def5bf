//! The machine's clock, for what is written down.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// A moment in UTC, to the millisecond.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    time: DateTime,
    millis: u32,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        let time = DateTime::from(SystemTime::now());
        Self { time: DateTime::from_secs(time.secs()), millis: time.subsec_nanos() / 1_000_000 }
    }

    /// As it stands in a record, `2026-11-22T08:00:00.000Z`.
    pub fn rfc3339(self) -> String {
        let seconds = self.time.fmt(Format::DateTime).unwrap_or_default();
        format!("{}.{:03}Z", seconds.trim_end_matches('Z'), self.millis)
    }

    /// Its day in UTC, `2026-11-22`.
    pub fn date(self) -> String {
        self.rfc3339().chars().take_while(|c| *c != 'T').collect()
    }

    /// As it stands in the name of a file, `20261122T080000.000Z`.
    pub fn in_a_name(self) -> String {
        self.rfc3339().replace(['-', ':'], "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_spelling_for_each_use() {
        let moment = || Moment { time: DateTime::from_secs(1_795_334_400), millis: 7 };
        assert_eq!(moment().rfc3339(), "2026-11-22T08:00:00.007Z");
        assert_eq!(moment().in_a_name(), "20261122T080000.007Z");
        assert_eq!(moment().date(), "2026-11-22");
    }
}

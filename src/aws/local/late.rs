//! What AWS takes its time with, counted in questions.
//!
//! Nothing says how long AWS takes. Here it is a number of questions and not of seconds, because a
//! number of questions is the same on a slow machine, on a fast one, and under a clock that stands
//! still. It is forgotten with the process: whoever comes later is late enough.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By name, how many questions are still answered as if it was not done.
#[derive(Debug, Default)]
pub(super) struct Late(Mutex<BTreeMap<String, u32>>);

impl Late {
    /// Something begins, and is done after so many questions.
    pub(super) fn begin(&self, name: &str, questions: u32) {
        self.left().insert(name.to_owned(), questions);
    }

    /// Whether a question finds it done. Each question that does not brings it nearer.
    pub(super) fn is_done(&self, name: &str) -> bool {
        self.is_done_since_met(name, 0)
    }

    /// The same of what begins when it is first asked about.
    pub(super) fn is_done_since_met(&self, name: &str, questions: u32) -> bool {
        let mut all = self.left();
        let left = all.entry(name.to_owned()).or_insert(questions);
        let is_done = *left == 0;
        *left = left.saturating_sub(1);
        is_done
    }

    /// Whether a question would find it done, without asking.
    pub(super) fn would_be_done(&self, name: &str) -> bool {
        self.left().get(name).is_none_or(|left| *left == 0)
    }

    fn left(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_begun_is_done_after_so_many_questions() {
        let late = Late::default();
        late.begin("one", 2);
        late.begin("other", 0);
        assert!(late.is_done("other") && late.is_done("another"));
        let answers: Vec<_> = (0..4).map(|_| late.is_done("one")).collect();
        assert_eq!(answers, [false, false, true, true]);
        let answers: Vec<_> = (0..3).map(|_| late.is_done_since_met("new", 1)).collect();
        assert_eq!(answers, [false, true, true]);
    }
}

//! What is remembered about IAM while the process lives: who is not to be seen yet, and how often
//! trust policies were shown.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// IAM's part of what is not worth a file.
///
/// IAM is eventually consistent, with no bound on how long it takes (documentation). Here the wait
/// is a number of questions and not of seconds, because a number of questions is the same on a slow
/// machine, on a fast one, and under a clock that stands still. It is forgotten with the process:
/// whoever comes later is late enough.
#[derive(Debug, Default)]
pub(in super::super) struct Memory {
    /// By the unique id of what is new, how many questions about it are still answered as if it
    /// were not there.
    unseen: Mutex<BTreeMap<String, u32>>,
    shown: AtomicU64,
}

impl Memory {
    /// Hides what was just made from the next `questions` that would see it.
    pub(super) fn hide(&self, id: &str, questions: u32) {
        if questions > 0 {
            self.unseen().insert(id.to_owned(), questions);
        }
    }

    /// Whether a question finds what has this id. Each question that does not brings it nearer.
    pub(super) fn sees(&self, id: &str) -> bool {
        let mut unseen = self.unseen();
        let Some(left) = unseen.get_mut(id) else {
            return true;
        };
        *left -= 1;
        if *left == 0 {
            unseen.remove(id);
        }
        false
    }

    /// A number that is another one each time.
    pub(super) fn next_showing(&self) -> u64 {
        self.shown.fetch_add(1, Ordering::Relaxed)
    }

    fn unseen(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, u32>> {
        self.unseen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_seen_after_so_many_questions() {
        let memory = Memory::default();
        memory.hide("AROA1", 2);
        memory.hide("AROA2", 0);
        assert!(memory.sees("AROA2"));
        let answers: Vec<_> = (0..4).map(|_| memory.sees("AROA1")).collect();
        assert_eq!(answers, [false, false, true, true]);
    }
}

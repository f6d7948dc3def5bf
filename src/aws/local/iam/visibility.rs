//! What is remembered about IAM while the process lives: who is not to be seen yet, and how often
//! trust policies were shown.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::late::Late;

/// IAM's part of what is not worth a file. It is eventually consistent, with no bound on how long it
/// takes (documentation).
#[derive(Debug, Default)]
pub(in super::super) struct Memory {
    /// By the unique id of what is new.
    unseen: Late,
    shown: AtomicU64,
}

impl Memory {
    /// Hides what was just made from the next `questions` that would see it.
    pub(super) fn hide(&self, id: &str, questions: u32) {
        self.unseen.begin(id, questions);
    }

    /// Whether a question finds what has this id. Each question that does not brings it nearer.
    pub(super) fn sees(&self, id: &str) -> bool {
        self.unseen.is_done(id)
    }

    /// A number that is another one each time.
    pub(super) fn next_showing(&self) -> u64 {
        self.shown.fetch_add(1, Ordering::Relaxed)
    }
}

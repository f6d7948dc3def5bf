//! Waiting: for IAM to show what this run made, and for calls that may have landed although no
//! answer came back.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::failure::Failure;
use super::session::Aws;

/// How long something new may take to be seen everywhere. AWS gives no bound; this is what other
/// tools wait.
///
/// Source: IAM user guide, "Changes that I make are not always immediately visible".
const LONGEST: Duration = Duration::from_mins(2);
/// The first pause, and the longest; each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(8));
/// Tries of a call that is not safe to send twice.
const TRIES: usize = 4;

/// What this run has made in IAM, and who is told of waits.
#[derive(Debug, Default)]
pub(super) struct Patience {
    made: Mutex<BTreeSet<String>>,
    tell: OnceLock<fn(&str)>,
    ended: AtomicBool,
    /// Pauses take no time.
    hurried: bool,
}

impl Patience {
    pub(super) fn new(hurried: bool) -> Self {
        Self { hurried, ..Self::default() }
    }

    async fn pause(&self, pause: Duration) {
        if self.hurried {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(pause).await;
        }
    }
}

impl Aws {
    /// Has each wait told, in a line.
    pub fn tell_waits(&self, tell: fn(&str)) {
        // Once is enough: the first stays.
        let _ = self.patience.tell.set(tell);
    }

    /// Ends waits: what they wait for is tried once more, and not again.
    pub fn end_waits(&self) {
        self.patience.ended.store(true, Ordering::SeqCst);
    }

    /// Remembers that this run made the role or policy of this ARN.
    pub(crate) fn made(&self, arn: &str) {
        self.patience.made.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned());
    }

    /// Makes a call that AWS may refuse because IAM does not show yet what this run made. It is
    /// tried again only where one of the `needed` ARNs was made by this run, and only where
    /// `unseen` says that the refusal is about that.
    pub(crate) async fn once_seen<T>(
        &self,
        needed: &[&str],
        unseen: fn(&Failure) -> bool,
        call: impl AsyncFn() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let made = self.patience.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let new: Vec<_> = needed.iter().copied().filter(|arn| made.contains(*arn)).collect();
        let (mut pause, longest) = PAUSES;
        let mut waited = Duration::ZERO;
        loop {
            let answer = call().await;
            let Err(failure) = &answer else { return answer };
            let ended = self.patience.ended.load(Ordering::SeqCst);
            let in_vain = new.is_empty() || is_about_another(failure, needed, &new);
            if in_vain || !unseen(failure) || waited >= LONGEST || ended {
                return answer;
            }
            if waited.is_zero()
                && let Some(tell) = self.patience.tell.get()
            {
                let names: Vec<_> = new.iter().filter_map(|arn| arn.rsplit('/').next()).collect();
                tell(&format!("waiting for IAM to show {} everywhere", names.join(" and ")));
            }
            self.patience.pause(pause).await;
            waited += pause;
            pause = (pause * 2).min(longest);
        }
    }

    /// Makes a call that is not safe to send twice, with the SDK's own retries off. Where it may
    /// have landed although it failed, what is there is read before it is tried again: `landed`
    /// answers in the call's stead if it did.
    pub(crate) async fn once<T>(
        &self,
        call: impl AsyncFn() -> Result<T, Failure>,
        landed: impl AsyncFn() -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let mut pause = PAUSES.0;
        for _ in 1..TRIES {
            match call().await {
                Err(failure) if failure.may_have_landed() => {}
                answer => return answer,
            }
            self.patience.pause(pause).await;
            pause *= 2;
            if let Some(answer) = landed().await? {
                return Ok(answer);
            }
        }
        call().await
    }
}

/// Whether a refusal names something that is needed, and nothing of it that is new: waiting does not
/// bring that about.
///
/// Source: IAM names what it does not find, and the principal that it does not know (recordings).
fn is_about_another(failure: &Failure, needed: &[&str], new: &[&str]) -> bool {
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let is_named = |arn: &&str| failure.message.contains(&name(arn));
    needed.iter().any(is_named) && !new.iter().any(is_named)
}

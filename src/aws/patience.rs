//! Waiting: for IAM to show what this run made, for what AWS goes on with after its answer, and for
//! calls that may have landed although no answer came back.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::failure::{Failure, Reason};
use super::session::Aws;

/// Tries of a call that is not safe to send twice.
const TRIES: usize = 4;

/// How long to wait.
#[derive(Debug)]
struct Times {
    /// In all. AWS gives no bound; this is what other tools wait.
    ///
    /// Source: IAM user guide, "Changes that I make are not always immediately visible".
    all: Duration,
    /// Until a wait is told a second time.
    long: Duration,
    /// The first pause; each is twice the one before.
    first: Duration,
    /// The longest pause.
    longest: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            all: Duration::from_mins(2),
            long: Duration::from_secs(30),
            first: Duration::from_millis(500),
            longest: Duration::from_secs(8),
        }
    }
}

/// What this run has done in IAM, and who is told of waits.
#[derive(Debug, Default)]
pub(super) struct Patience {
    times: Times,
    made: Mutex<BTreeSet<String>>,
    changed: Mutex<BTreeSet<String>>,
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
        const TICK: Duration = Duration::from_millis(200);
        let mut left = pause;
        if self.hurried {
            tokio::task::yield_now().await;
            return;
        }
        // Who ends a wait does not want to wait for its end.
        while !left.is_zero() && !self.ended.load(Ordering::SeqCst) {
            tokio::time::sleep(left.min(TICK)).await;
            left = left.saturating_sub(TICK);
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
        insert(&self.patience.made, arn);
        self.changed(arn);
    }

    /// Remembers that this run changed the role or policy of this ARN, took it off something or
    /// something off it.
    pub(crate) fn changed(&self, arn: &str) {
        insert(&self.patience.changed, arn);
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
        let new: Vec<_> =
            needed.iter().copied().filter(|arn| contains(&self.patience.made, arn)).collect();
        if new.is_empty() {
            return call().await;
        }
        let names: Vec<_> = new.iter().map(|arn| name(arn)).collect();
        let what = format!("IAM to show {} everywhere", names.join(" and "));
        let passes =
            |failure: &Failure| unseen(failure) && !is_about_another(failure, needed, &new);
        self.while_passing(&what, self.patience.times.all, passes, call).await
    }

    /// Makes a call that IAM may refuse because what this run did to a role or policy is still under
    /// way: what it was taken off still holds it, or a change before this one is not done. Where
    /// this run did nothing to it, somebody else did; and so they did where AWS says one of the
    /// words `of_others`.
    ///
    /// Source: service model, `ConcurrentModification` ("multiple requests to change this object
    /// were submitted simultaneously. Wait a few minutes"); `DeleteConflict` right after detaching is
    /// not documented but follows from eventual consistency, and other tools wait for it, too.
    pub(crate) async fn once_free<T>(
        &self,
        arn: &str,
        of_others: &[&str],
        call: impl AsyncFn() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        const BUSY: [&str; 2] = ["ConcurrentModification", "DeleteConflict"];
        let is_busy = |failure: &Failure| {
            let code = failure.code.as_str();
            failure.reason == Reason::Refused
                && BUSY.contains(&code)
                && !of_others.iter().any(|words| failure.message.contains(words))
                && contains(&self.patience.changed, arn)
        };
        let what = format!("IAM to take in what this run changed of {}", name(arn));
        self.while_passing(&what, self.patience.times.all, is_busy, call).await
    }

    /// Asks again and again whether AWS has done what it went on with after its answer, for as long
    /// as `all`. What is not done by then, or when waits are ended, is not.
    pub(crate) async fn until(
        &self,
        what: &str,
        all: Duration,
        is_done: impl AsyncFn() -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let mut wait = Wait::of(what, all, &self.patience);
        loop {
            if is_done().await? {
                return Ok(true);
            }
            if !wait.goes_on().await {
                return Ok(false);
            }
        }
    }

    /// Looks again and again at what AWS goes on with after its answer, for as long as `all`: `None` is
    /// done, and else how far it is, which is told when it changes.
    pub(crate) async fn watch(
        &self,
        what: &str,
        all: Duration,
        look: impl AsyncFn() -> Result<Option<String>, Failure>,
    ) -> Result<bool, Failure> {
        let mut wait = Wait::long(what, all, &self.patience);
        let mut told = String::new();
        while let Some(how) = look().await? {
            if !wait.goes_on_at(&how, &told).await {
                return Ok(false);
            }
            told = how;
        }
        Ok(true)
    }

    /// Whether waits were ended.
    pub(crate) fn waits_have_ended(&self) -> bool {
        self.patience.ended.load(Ordering::SeqCst)
    }

    /// Makes a call again for as long as its refusal is one that passes, and no longer than `all`.
    pub(crate) async fn while_passing<T>(
        &self,
        what: &str,
        all: Duration,
        passes: impl Fn(&Failure) -> bool,
        call: impl AsyncFn() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut wait = Wait::of(what, all, &self.patience);
        loop {
            let failure = match call().await {
                Err(failure) if passes(&failure) => failure,
                answer => return answer,
            };
            if !wait.goes_on().await {
                return Err(wait.in_vain(failure));
            }
            self.calls.again(failure.action);
        }
    }

    /// Makes a call that is not safe to send twice, with the SDK's own retries off
    /// ([`Aws::sent_once`]). Where it may have landed although it failed, what is there is read
    /// before it is tried again: `landed` answers in the call's stead if it did.
    ///
    /// `place` is what AWS takes one such call at a time for.
    pub(crate) async fn once<T>(
        &self,
        place: &str,
        call: impl AsyncFn() -> Result<T, Failure>,
        landed: impl AsyncFn() -> Result<Option<T>, Failure>,
    ) -> Result<T, Failure> {
        let what = format!("another registration of {place} to end");
        let mut wait = Wait::of(&what, self.patience.times.all, &self.patience);
        let mut pause = self.patience.times.first;
        let mut tries = 0;
        loop {
            let failure = match call().await {
                Err(failure) if failure.may_have_landed() => failure,
                answer => return answer,
            };
            let goes_on = if failure.is_concurrent() {
                wait.goes_on().await
            } else {
                self.patience.pause(pause).await;
                pause *= 2;
                tries += 1;
                tries < TRIES
            };
            match landed().await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {}
                Err(read) => {
                    let unknown = format!("whether it was done could not be read: {read}");
                    return Err(failure.adding(&unknown));
                }
            }
            if !goes_on {
                return Err(wait.in_vain(failure));
            }
            self.calls.again(failure.action);
        }
    }
}

/// A wait that may have to be told.
struct Wait<'a> {
    what: String,
    patience: &'a Patience,
    /// The longest that it may take.
    all: Duration,
    pause: Duration,
    longest: Duration,
    waited: Duration,
}

impl<'a> Wait<'a> {
    fn of(what: &str, all: Duration, patience: &'a Patience) -> Self {
        let Times { first: pause, longest, .. } = patience.times;
        Self { what: what.to_owned(), patience, all, pause, longest, waited: Duration::ZERO }
    }

    /// A wait for what takes minutes: it is looked at after 2 seconds first, and every 15 at last.
    fn long(what: &str, all: Duration, patience: &'a Patience) -> Self {
        let pause = Duration::from_secs(2);
        Self { pause, longest: Duration::from_secs(15), ..Self::of(what, all, patience) }
    }

    /// Waits a while, and says how far it is where that has changed.
    async fn goes_on_at(&mut self, how: &str, told: &str) -> bool {
        if !told.is_empty() && how != told {
            self.patience.tell(&format!("{}: {how}", self.what));
        }
        self.goes_on().await
    }

    /// Waits a while; not where it was as long as it may be, or was asked to end.
    async fn goes_on(&mut self) -> bool {
        let Patience { times, ended, .. } = self.patience;
        let left = self.all.saturating_sub(self.waited);
        if left.is_zero() || ended.load(Ordering::SeqCst) {
            return false;
        }
        let all = spelled(self.all);
        if self.waited.is_zero() {
            self.patience.tell(&format!("waiting for {}, up to {all}", self.what));
        }
        let was_long = self.waited >= times.long;
        let pause = self.pause.min(left);
        self.patience.pause(pause).await;
        self.waited += pause;
        self.pause = (self.pause * 2).min(self.longest);
        if self.waited >= times.long && !was_long {
            let waited = spelled(self.waited);
            self.patience.tell(&format!("still waiting for {}: {waited} of {all}", self.what));
        }
        true
    }

    /// What is said where there was a wait and it did not help.
    fn in_vain(&self, failure: Failure) -> Failure {
        if self.waited.is_zero() {
            return failure;
        }
        failure.adding(&format!("waited {} for {}, in vain", spelled(self.waited), self.what))
    }
}

impl Patience {
    fn tell(&self, line: &str) {
        if let Some(tell) = self.tell.get() {
            tell(line);
        }
    }
}

/// A span of time, as it is told.
pub(crate) fn spelled(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

fn insert(set: &Mutex<BTreeSet<String>>, arn: &str) {
    set.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned());
}

fn contains(set: &Mutex<BTreeSet<String>>, arn: &str) -> bool {
    set.lock().unwrap_or_else(PoisonError::into_inner).contains(arn)
}

/// The name at the end of an ARN.
fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Whether a refusal names something that is needed, and nothing of it that is new: waiting does not
/// bring that about.
///
/// Source: IAM names what it does not find, and the principal that it does not know (recordings).
fn is_about_another(failure: &Failure, needed: &[&str], new: &[&str]) -> bool {
    let is_named = |arn: &&str| {
        let message = &failure.message;
        has_word(message, arn) || has_word(message, name(arn))
    };
    needed.iter().any(is_named) && !new.iter().any(is_named)
}

/// Whether a name or an ARN stands in a message, and not another that it is a part of: a name at the end
/// of an ARN is none, since AWS's own policies and another account's may be called alike.
fn has_word(message: &str, word: &str) -> bool {
    // The characters of names (service model, `roleNameType`, `policyNameType`) and ARNs.
    let goes_on = |c: char| c.is_alphanumeric() || "+=,.@_-/:".contains(c);
    message.match_indices(word).any(|(at, _)| {
        let (before, after) = (&message[..at], &message[at + word.len()..]);
        // A sentence may end there.
        let after = match after.strip_prefix(['.', ',', ':']) {
            Some(rest) if !rest.starts_with(goes_on) => rest,
            _ => after,
        };
        !before.ends_with(goes_on) && !after.starts_with(goes_on)
    })
}

#[cfg(test)]
mod tests;

//! Who moved: the file, AWS, or both.

use serde_json::Value;

use super::compare::{Path, differences, hides};
use super::digest::Digest;
use super::others::part;
use super::step::{Change, Origin};
use super::steps::applied_digest;
use crate::kinds::{self, Live, Ownership};
use crate::safety::Mark;
use crate::stack::Wanted;

/// A resource as the file has it, as AWS has it, and as it was when it was last applied.
pub(super) struct Sides {
    /// What AWS has of it that the stack is concerned with.
    pub(super) seen: Value,
    /// What is secret now, or was when it was applied: it is in no digest.
    pub(super) secret: Vec<Path>,
    applied: Option<Digest>,
    file: Digest,
    aws: Digest,
    /// The field that others do not carry over.
    forgotten: Option<&'static str>,
}

impl Sides {
    pub(super) fn of(wanted: &Wanted, live: &Live, ignore_tags: &[String]) -> Self {
        let kind = kinds::of(live.section);
        let (seen, _) = part(live, Some(&wanted.document), &wanted.unmanaged, ignore_tags);
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let applied = applied.filter(|_| kind.ownership() == Ownership::Tag);
        let mut secret: Vec<_> = wanted.sensitive.iter().chain(&live.sensitive).cloned().collect();
        if let Some(applied) = &applied {
            let leaves = differences(None, Some(&seen), &|path| kind.is_whole(path));
            let paths = leaves.into_iter().map(|leaf| leaf.path);
            secret.extend(paths.filter(|path| applied.hides(path)));
        }
        let digest = |document| applied_digest(wanted, document, &secret);
        let (file, aws) = (digest(&wanted.document), digest(&seen));
        let forgotten = kind.not_carried_over(wanted, live);
        Self { seen, secret, applied, file, aws, forgotten }
    }

    /// Whether the value at this path must not be shown.
    pub(super) fn hides(&self, path: &Path) -> bool {
        hides(&self.secret, path)
    }

    /// Who moved where the two sides differ: each is held against what was last applied.
    pub(super) fn origin(&self, path: &Path) -> Origin {
        if self.forgotten == Some(path.field()) {
            return Origin::Pending;
        }
        let Some(applied) = self.applied.as_ref().filter(|_| !self.hides(path)) else {
            return Origin::Unknown;
        };
        let agrees = |side| applied.agrees_on(side, path.field());
        match (agrees(&self.file), agrees(&self.aws)) {
            (false, true) => Origin::Pending,
            (true, false) => Origin::Drift,
            (false, false) => Origin::Conflict,
            // Equal digests of unequal values: a clash of 24 bits, or a tag written by other hands.
            (true, true) => Origin::Unknown,
        }
    }

    /// Whether AWS has something else in a top-level field than what was last applied; `None` where
    /// nothing tells.
    pub(super) fn moved(&self, field: &str) -> Option<bool> {
        let applied = self.applied.as_ref().filter(|applied| applied.tells_fields())?;
        if self.forgotten == Some(field) {
            return Some(false);
        }
        Some(!applied.agrees_on(&self.aws, field))
    }

    /// Whether the file has there what was last applied.
    pub(super) fn stayed_in_file(&self, field: &str) -> bool {
        self.applied.as_ref().is_some_and(|applied| applied.agrees_on(&self.file, field))
    }
}

/// Why there is something to do, in a few words.
pub(super) fn why(changes: &[Change], live: &Live) -> String {
    // Nothing is known of who moved a secret; what is known of the others counts.
    let known: Vec<_> = changes.iter().filter(|c| c.origin != Origin::Unknown).collect();
    let all = |origin| !known.is_empty() && known.iter().all(|change| change.origin == origin);
    let unfinished = live.mark.as_ref().is_some_and(Mark::is_unfinished);
    let text = if unfinished {
        "an earlier apply did not finish"
    } else if changes.is_empty() {
        "as the file's settings ask"
    } else if all(Origin::Pending) {
        "the file changed"
    } else if all(Origin::Drift) {
        "AWS changed since the last apply"
    } else if all(Origin::Conflict) {
        "the file and AWS both changed"
    } else if known.is_empty() {
        "AWS differs from the file"
    } else {
        "the file changed, and AWS did too"
    };
    text.to_owned()
}

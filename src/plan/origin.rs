//! Who moved: the file, AWS, or both.

use super::digest::Digest;
use super::step::{Change, Origin};
use crate::kinds::Live;
use crate::safety::Mark;

/// Who moved in one top-level field: each side is held against what was last applied.
pub(super) fn origin(applied: &Digest, file: &Digest, aws: &Digest, field: &str) -> Origin {
    match (applied.agrees_on(file, field), applied.agrees_on(aws, field)) {
        (false, true) => Origin::Pending,
        (true, false) => Origin::Drift,
        (false, false) => Origin::Conflict,
        // Equal digests of unequal values: a clash of 24 bits, or a tag written by other hands.
        (true, true) => Origin::Unknown,
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

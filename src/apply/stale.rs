//! Whether the world moved since the plan.

use super::look::look;
use crate::aws::Aws;
use crate::kinds::{self, Live, Observation};
use crate::plan::{Concern, Fingerprint, MARK, Plan, Step};
use crate::safety::still_ours;

/// A resource that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The resource's address.
    pub address: String,
    /// What happened to it.
    pub what: String,
    /// What that means for the plan.
    pub verdict: Verdict,
}

/// What it means for a plan that something is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is no longer the stack's to touch; the way out.
    NotOurs(String),
    /// The plan is not about what is there now.
    Stale,
    /// It could not be read again, so that nothing is known of it.
    Unread,
}

/// Reads again just what the plan's steps touch, and names what moved; what was seen comes with it,
/// since nobody is closer to what was there before the run.
pub async fn moved(aws: &Aws, plan: &Plan) -> (Vec<Moved>, Observation) {
    let seen = look(aws, plan.doing().map(|step| (step, step.arn(aws.place())))).await;
    let moved = plan.doing().filter_map(|step| compare(step, &seen, &plan.ignore_tags));
    (moved.collect(), seen)
}

fn compare(step: &Step, seen: &Observation, ignore_tags: &[String]) -> Option<Moved> {
    let concern = Concern {
        file: step.document.as_ref(),
        unmanaged: &step.unmanaged,
        ignore_tags,
        hidden: &step.sensitive,
    };
    let now = |live: &Live| Fingerprint::of(live, concern);
    let live = seen.live(&step.address.section, &step.name);
    let moved = |what, verdict| Some(Moved { address: step.address.to_string(), what, verdict });
    if let Some(read) = seen.unreadable(&step.address.section, &step.name) {
        return moved(format!("could not be read again: {}", read.because), Verdict::Unread);
    }
    if let Some(refusal) = still_ours(step, live) {
        return moved(refusal.message, Verdict::NotOurs(refusal.hint));
    }
    let what = match (&step.fingerprint, live) {
        (None, None) => return None,
        (Some(before), Some(live)) if *before == now(live) => return None,
        (None, Some(_)) => "has come to be".to_owned(),
        (Some(_), None) => "was deleted".to_owned(),
        (Some(before), Some(live)) => {
            let fields = before.moved(&now(live));
            let what = fields.join(", ");
            // AWS remembers no time of a change of tags.
            let tags = format!("`{}`", kinds::of(live.section).tags_field());
            let is_dated = |field: &&String| **field != tags && *field != MARK;
            let when = live.modified.as_ref().filter(|_| fields.iter().any(|one| is_dated(&one)));
            let when = when.map(|when| format!(" (AWS says at {when})")).unwrap_or_default();
            format!("was changed: {what}{when}")
        }
    };
    moved(what, Verdict::Stale)
}

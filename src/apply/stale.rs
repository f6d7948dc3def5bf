//! Whether the world moved since the plan.

use super::look::look;
use crate::aws::Aws;
use crate::kinds::{Live, Observation};
use crate::plan::{Concern, Fingerprint, Plan, Step};

/// A resource that is not as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The resource's address.
    pub address: String,
    /// What happened to it.
    pub what: String,
    /// It could not be read again, so that nothing is known of it.
    pub unread: bool,
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
    let unread = seen.unreadable(&step.address.section, &step.name);
    let what = if let Some(read) = unread {
        format!("could not be read again: {}", read.because)
    } else {
        match (&step.fingerprint, live) {
            (None, None) => return None,
            (Some(before), Some(live)) if *before == now(live) => return None,
            (None, Some(_)) => "has come to be".to_owned(),
            (Some(_), None) => "was deleted".to_owned(),
            (Some(before), Some(live)) => {
                let what = before.moved(&now(live)).join(", ");
                let when = live.modified.as_ref();
                let when = when.map(|when| format!(" (AWS says at {when})")).unwrap_or_default();
                format!("was changed: {what}{when}")
            }
        }
    };
    Some(Moved { address: step.address.to_string(), what, unread: unread.is_some() })
}

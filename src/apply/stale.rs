//! Whether the world moved since the plan.

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::aws::{Aws, Reads};
use crate::kinds::{self, Live, Look, Named, Observation};
use crate::plan::{Plan, Step, fingerprint};

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
    let mut by_section: BTreeMap<&str, Look> = BTreeMap::new();
    for step in plan.doing() {
        let look = by_section.entry(&step.address.section).or_default();
        look.named.push(Named {
            name: step.name.clone(),
            arn: step.arn(aws.place()),
            known: step.detail.value.clone(),
        });
    }
    let reads = Reads::new(aws);
    let looks = by_section.iter().map(|(section, look)| kinds::of(section).observe(&reads, look));
    let mut seen = Observation::default();
    join_all(looks).await.into_iter().for_each(|look| seen.extend(look));
    let moved = plan.doing().filter_map(|step| compare(step, &seen, &plan.ignore_tags));
    (moved.collect(), seen)
}

fn compare(step: &Step, seen: &Observation, ignore_tags: &[String]) -> Option<Moved> {
    let now = |live: &Live| fingerprint(live, step.document.as_ref(), &step.unmanaged, ignore_tags);
    let live = seen
        .live
        .iter()
        .find(|live| live.section == step.address.section && live.name == step.name);
    let unread = seen.unreadable(&step.address.section, &step.name);
    let what = if let Some(read) = unread {
        format!("could not be read again: {}", read.because)
    } else {
        match (&step.fingerprint, live) {
            (None, None) => return None,
            (Some(before), Some(live)) if *before == now(live) => return None,
            (None, Some(_)) => "has come to be since the plan was made".to_owned(),
            (Some(_), None) => "was deleted since the plan was made".to_owned(),
            (Some(_), Some(live)) => match &live.modified {
                Some(when) => format!("was changed since the plan was made (AWS says at {when})"),
                None => "was changed since the plan was made".to_owned(),
            },
        }
    };
    Some(Moved { address: step.address.to_string(), what, unread: unread.is_some() })
}

//! Looking again at just what steps are about.

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::aws::{Aws, Reads};
use crate::kinds::{self, Look, Named, Observation};
use crate::plan::Step;

/// Reads what these steps are about, side by side, each by the ARN that it is to be looked for at.
pub(super) async fn look<'a>(
    aws: &Aws,
    steps: impl Iterator<Item = (&'a Step, Option<String>)>,
) -> Observation {
    let mut by_section: BTreeMap<&str, Look> = BTreeMap::new();
    for (step, arn) in steps {
        let look = by_section.entry(&step.address.section).or_default();
        let known = step.detail.value.clone();
        look.named.push(Named { name: step.name.clone(), arn, known, ..Named::default() });
    }
    let reads = Reads::new(aws);
    let looks = by_section.iter().map(|(section, look)| kinds::of(section).observe(&reads, look));
    let mut seen = Observation::default();
    join_all(looks).await.into_iter().for_each(|look| seen.extend(look));
    seen
}

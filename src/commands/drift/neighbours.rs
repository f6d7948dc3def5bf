//! `tracewright drift --neighbours`

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::aws::{Aws, Reads};
use crate::commands::import;
use crate::import::{neighbours, pasted, pasted_alone};
use crate::kinds::{self, Look, Observation, Ownership};
use crate::plan::{Address, Neighbour, Neighbours, Unknown};
use crate::stack::{Stack, edit};
use crate::text::shell_word;
use crate::ui;

/// What no stack owns and is about tracing.
pub(super) struct Found {
    /// As a stack file would have it.
    pub(super) text: String,
    /// The same for the report.
    pub(super) all: Neighbours,
}

/// Looks at everything there is in the account and the region.
pub(super) async fn look(aws: &Aws, stack: &Stack) -> Found {
    let reads = Reads::new(aws);
    let look = Look { all: Some("*".to_owned()), ..Look::default() };
    let taggable = kinds::ALL.iter().filter(|kind| kind.ownership() == Ownership::Tag);
    let mut seen = Observation::default();
    join_all(taggable.map(|kind| kind.observe(&reads, &look)))
        .await
        .into_iter()
        .for_each(|one| seen.extend(one));
    for (what, because) in seen.unread() {
        ui::complain("warning", &format!("{what} could not be read: {because}"));
    }
    let (live, why): (Vec<_>, Vec<_>) = neighbours(&seen.live, stack).into_iter().unzip();
    let address = |at: usize| Address::new(live[at].section, &live[at].name);
    let why: BTreeMap<_, _> =
        why.into_iter().enumerate().map(|(at, why)| (address(at), why)).collect();
    let (mut draft, sources) = import::draft_of_live(&live, &stack.place);
    let found = std::mem::take(&mut draft.found);
    if !found.all.is_empty() {
        ui::say(&found.render(&sources, crate::text::WIDTH));
    }
    let all = draft.resources.iter().map(|one| {
        let address = Address::new(one.section, &one.key);
        let because = why.get(&address).cloned().unwrap_or_default();
        let body = edit::as_written(&one.body).to_json();
        Neighbour { address, because, body, pasted: pasted_alone(one) }
    });
    let unread = seen.unread().map(|(what, because)| Unknown {
        what,
        because: because.to_owned(),
        declared: false,
    });
    let all = Neighbours { found: all.collect(), unread: unread.collect() };
    Found { text: told(&all, &pasted(&draft, &why)), all }
}

fn told(all: &Neighbours, text: &str) -> String {
    let Some(first) = all.found.first() else {
        if !all.unread.is_empty() {
            return "# No neighbours in what could be read, which is not all.\n".to_owned();
        }
        return "# No neighbours: nothing else here is about tracing and no stack's.\n".to_owned();
    };
    let address = shell_word(&first.address.to_string());
    format!(
        "# Neighbours: about tracing, and no stack's. What you paste into the stack file is taken\n\
         # over by `adopt:`, or by `tracewright apply --adopt {address}`.\n{text}"
    )
}

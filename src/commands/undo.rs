//! `plan --undo` and `apply --undo`: back behind a run, by its journal.

use std::collections::BTreeMap;
use std::path::Path;

use futures::future::join_all;

use super::journal::read;
use super::saved::refuse_elsewhere;
use super::world::{Access, AwsArgs};
use crate::apply::undo::{Back, Past, again, knowing, looks, place, seen};
use crate::aws::{Aws, Failure, Reads};
use crate::error::{Error, Result};
use crate::kinds::{self, Kind, Live, Ownership};
use crate::plan::{Plan, plan};
use crate::stack::{self, Files, Inputs, Loaded, Stack, Unreadable};

/// What a journal says itself, or is not about.
pub(super) const NOT_WITH_UNDO: [&str; 9] =
    ["stack", "var", "var_file", "allow_env", "region", "adopt", "only_drift", "only", "except"];

/// What goes back may stand in no file any more.
const PERMITTING: &str = "`tracewright permissions --for apply`, given the stack file as it was before \
                          that run and as it was after, prints what it needs, but for what others did in between";

/// The way back behind a run.
pub(super) struct WayBack {
    /// The stack of what goes back, which stands in no file.
    pub stack: Stack,
    /// The plan.
    pub plan: Plan,
    /// The AWS that it is for.
    pub aws: Aws,
    /// What is said where the plan has nothing to do.
    pub nothing: &'static str,
}

/// Plans the way back behind the run of a journal.
pub(super) async fn plan_back(args: &AwsArgs, file: &Path, access: Access) -> Result<WayBack> {
    let journal = read(file)?;
    let (place, past) = (place(&journal), Past::of(&journal));
    let endpoints = &journal.begin.endpoints;
    refuse_elsewhere("journal", endpoints, &args.endpoints(None))?;
    let aws = args.connect_for(access, &place, journal.begin.role.as_deref()).await?;
    aws.permitted_by(PERMITTING.to_owned());
    aws.guard_account().await?;
    let owner = |kind: &dyn Kind| kind.owner(&journal.begin.stack, &place);
    let reads = Reads::new(&aws);
    let looks = looks(&past, &owner);
    let looked = join_all(looks.iter().map(|(kind, look)| kind.observe(&reads, look)));
    let mut seen = seen(looked.await);
    refuse_elsewhere("journal", endpoints, &args.endpoints(Some(&aws)))?;
    let revisions = revisions(&aws, &past).await?;
    let is_owned = |live: &&Live| {
        let kind = kinds::of(live.section);
        kind.ownership() == Ownership::Tag
            && live.mark.as_ref().is_some_and(|mark| mark.stack == owner(kind))
    };
    // What carries no mark is the stack's as far as the journal says that the run made it.
    let declared = past.iter().filter(|past| past.came_without_a_mark()).count();
    let owned = seen.live.iter().filter(is_owned).count() + declared;
    let back = Back::to(&journal, &past, &seen, &revisions);
    let mut stack = in_memory(&back, file)?;
    back.hide(&mut stack);
    let knowing = knowing(&looks, &stack);
    let looked = join_all(knowing.iter().map(|(kind, look)| kind.observe(&reads, look)));
    seen = again(seen, &knowing, looked.await);
    back.confine(&past, &mut seen);
    let (mut plan, nothing) = (plan(&stack, &seen), back.nothing());
    back.tell(&mut plan, owned);
    Ok(WayBack { stack, plan, aws, nothing })
}

/// The old revisions as AWS remembers them, with the secrets that are in no journal.
async fn revisions(aws: &Aws, past: &[Past]) -> Result<BTreeMap<String, Live>> {
    let revisions = past.iter().filter_map(Past::revision).map(|(kind, arn)| async move {
        let live = kind.past(aws, arn).await?;
        Ok::<_, Failure>(live.map(|live| (arn.to_owned(), live)))
    });
    let read: std::result::Result<Vec<_>, Failure> =
        join_all(revisions).await.into_iter().collect();
    Ok(read?.into_iter().flatten().collect())
}

/// The stack of what goes back. It stands in no file.
fn in_memory(back: &Back, journal: &Path) -> Result<Stack> {
    let loaded = Loaded { shown: journal.display().to_string(), text: back.text.clone() };
    let reading = stack::read(loaded, &mut NoFiles, &Inputs::default());
    reading.stack.ok_or_else(|| {
        Error::in_files(reading.found, reading.sources)
            .hint("what this journal says does not make a stack any more; nothing was changed")
    })
}

/// A journal names no files.
struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, _: &str, _: &str) -> std::result::Result<Loaded, Unreadable> {
        Err(Unreadable {
            message: "is named by a journal, and journals name no files".to_owned(),
            hint: "write the resource into a stack file".to_owned(),
        })
    }
}

//! How many of a kind a region may have, and what makes room for what.

use crate::kinds::{About, Kind, Observation};
use crate::plan::{Action, FIRST, Step};

/// How many of a kind a region may have.
pub(in crate::kinds) struct Quota {
    /// That many.
    pub(in crate::kinds) most: usize,
    /// What they are called.
    pub(in crate::kinds) what: &'static str,
    /// The quota's code, as it stands in a sentence.
    pub(in crate::kinds) code: &'static str,
    /// Whether it can be raised, as it ends a sentence.
    pub(in crate::kinds) raised: &'static str,
    /// What it means that deletions come first.
    pub(in crate::kinds) meanwhile: &'static str,
}

impl Quota {
    /// At the quota deletions come first, since nothing can be created before. Whether they do.
    pub(in crate::kinds) fn make_room(
        &self,
        steps: &mut [&mut Step],
        live: usize,
        notes: &mut Vec<String>,
    ) -> bool {
        let Self { most, what, code, raised, meanwhile } = self;
        let count =
            |steps: &[&mut Step], action| steps.iter().filter(|s| s.action == action).count();
        let (creates, deletes) = (count(steps, Action::Create), count(steps, Action::Delete));
        // More than the quota says that AWS raised it, and not to what.
        if creates == 0 || live > *most || live + creates <= *most {
            return false;
        }
        if live + creates - deletes > *most {
            notes.push(format!(
                "the region would have {} {what}, and AWS's quota is {most}{code}{raised}",
                live + creates - deletes
            ));
        }
        if deletes == 0 {
            return false;
        }
        notes.push(format!(
            "deletions come before creations: the region has {live} {what}, and AWS's quota is \
             {most}{raised}{meanwhile}"
        ));
        for step in steps.iter_mut() {
            let goes = step.action == Action::Delete;
            step.wave = if goes { FIRST } else { 1 };
            if goes {
                step.depends_on.clear();
            }
        }
        true
    }
}

/// How many of a kind a scan saw, those among them that could not be read whole: they have their places
/// all the same.
pub(in crate::kinds) fn held(kind: &dyn Kind, observed: &Observation) -> usize {
    let section = kind.section();
    let live = observed.live.iter().filter(|live| live.section == section);
    let is_one = |about: &About| matches!(about, About::Resource(_));
    let unread = observed.unreadable.iter().filter(|read| read.section == section);
    live.count() + unread.filter(|read| is_one(&read.about)).count()
}

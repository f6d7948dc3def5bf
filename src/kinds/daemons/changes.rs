//! What a step does to a daemon, and to the instances that it runs on.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::canonical::defaults;
use super::spec::{CLUSTER, DEPLOYMENT, PROVIDERS, TAGS};
use crate::kinds::Live;
use crate::plan::{Change, Detail};
use crate::safety::Mark;
use crate::stack::Wanted;

/// The newest deployment, in a daemon's facts and in the detail of its steps.
pub(super) const NEWEST: &str = "deployment";
/// Why that came to nothing, in a daemon's facts, where it did.
pub(super) const FAILED: &str = "failed";
/// That what ran before it runs again, in a daemon's facts.
pub(super) const ROLLED_BACK: &str = "rolledBack";
/// That is still going on, in a daemon's facts.
pub(super) const GOES_ON: &str = "goesOn";
/// In the detail of a step: the same is deployed again.
pub(super) const AGAIN: &str = "again";

/// Why AWS has no call for these changes: `UpdateDaemon` has no member for the cluster (service model).
pub(super) fn replaces(changes: &[Change]) -> Option<String> {
    let is_moved = changes.iter().any(|change| change.path.field() == CLUSTER);
    is_moved.then(|| "a daemon stays in its cluster".to_owned())
}

/// Whether these changes take a deployment: tags alone are changed in place.
pub(super) fn deploys(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.path.field() != TAGS)
}

/// What a step does beside changing fields.
///
/// Source: service model, `UpdateDaemon` and `DeleteDaemon`: both drain the instances that are there and
/// launch others.
pub(super) fn detail(wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
    let newest = &live.facts[NEWEST];
    let Some(wanted) = wanted else {
        let told = vec![drains(&[&live.document])];
        return Detail { value: json!({ NEWEST: newest }), told, acts: true };
    };
    let failed = live.facts[FAILED].as_str();
    // What went back to what the file says is there, whatever came to nothing.
    let again = failed.is_some() && live.facts[ROLLED_BACK] != true && !deploys(changes);
    let mut told = Vec::new();
    if let Some(why) = failed {
        told.push(format!("its last deployment came to nothing: {why}"));
    }
    if again {
        told.push("the same is deployed again".to_owned());
    }
    let unfinished = live.mark.as_ref().is_some_and(Mark::is_unfinished);
    if unfinished && live.facts[GOES_ON] == true && !deploys(changes) {
        told.push("its deployment goes on, and is waited for".to_owned());
    }
    if deploys(changes) || again {
        told.push(drains(&[&live.document, &wanted.document]));
        told.extend(returning(changes));
        let how = |change: &Change| [DEPLOYMENT, TAGS].contains(&change.path.field());
        if !changes.is_empty() && changes.iter().all(how) {
            told.push(
                "only how it is deployed changes, and AWS keeps that with a deployment alone"
                    .to_owned(),
            );
        }
        if live.facts[GOES_ON] == true {
            told.push("a deployment is going on, and is stopped by this one".to_owned());
        }
    }
    Detail { value: json!({ NEWEST: newest, AGAIN: again }), told, acts: again }
}

/// `UpdateDaemon` makes no difference between what is left out and what is set to its default.
fn returning(changes: &[Change]) -> Vec<String> {
    let gone = changes.iter().filter(|change| change.after.is_none() && change.before.is_some());
    let paths: Vec<_> = gone.map(|change| change.path.to_string()).collect();
    let back = |(path, default): &(&str, Json)| {
        let is_it = |gone: &&String| *gone == path || path.starts_with(&format!("{gone}."));
        paths.iter().any(|gone| is_it(&gone)).then(|| {
            let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            format!("{path} goes back to AWS's default, {default}")
        })
    };
    defaults().iter().filter_map(back).collect()
}

fn drains(documents: &[&Json]) -> String {
    let all = documents.iter().filter_map(|document| document[PROVIDERS].as_array()).flatten();
    let all: BTreeSet<_> = all.filter_map(Json::as_str).collect();
    match all.len() {
        1 => "drains and replaces the instances of 1 capacity provider".to_owned(),
        count => format!("drains and replaces the instances of {count} capacity providers"),
    }
}

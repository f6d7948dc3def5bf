//! The revisions of a family: which are the stack's, which stay, and which go.

use serde_json::{Value, json};

use super::left;
use super::spec::{KEEP, TAGS};
use crate::daemons;
use crate::kinds::Live;
use crate::plan::{Change, Detail};
use crate::stack::Wanted;

/// The revisions that carry the stack's mark, oldest first, in a family's facts and in the detail of
/// its steps.
pub(in crate::kinds) const MARKED: &str = "marked";
/// Those among them that carry the mark of who had the family before.
pub(in crate::kinds) const FORMER: &str = "former";
/// Those of the family that are registered beside them.
pub(in crate::kinds) const OTHERS: &str = "others";
/// Those that a step deregisters.
pub(in crate::kinds) const DEREGISTER: &str = "deregister";

/// Who registered the newest revision, in the facts of a family of the stack where it was somebody
/// else; `null` where AWS does not say.
pub(in crate::kinds) const FOREIGN: &str = "registeredBy";

/// How a kind whose resources are families says what it does.
pub(in crate::kinds) struct Words {
    /// What becomes of a revision that goes.
    pub(in crate::kinds) removes: &'static str,
    /// Whether a pipeline may deploy images of its own.
    pub(in crate::kinds) is_deployed: bool,
}

/// Task definitions.
pub(in crate::kinds) static TASK: Words = Words { removes: "deregisters", is_deployed: true };

/// What a step does to the revisions there are.
pub(in crate::kinds) fn detail(
    words: &Words,
    wanted: Option<&Wanted>,
    live: &Live,
    changes: &[Change],
) -> Detail {
    let removes = words.removes;
    let (marked, others) = (arns(&live.facts[MARKED]), arns(&live.facts[OTHERS]));
    let Some(wanted) = wanted else {
        let mut told = vec![format!("{removes} {}", names(&marked))];
        if !others.is_empty() {
            let them = if others.len() == 1 { "it stays" } else { "they stay" };
            told.push(format!("leaves {} without a mark of ours: {them}", names(&others)));
        }
        let value = json!({MARKED: marked, OTHERS: others, DEREGISTER: marked});
        return Detail { value, told, acts: true };
    };
    let mut told = Vec::new();
    if let Some(mut foreign) = foreign(live) {
        let is_image = |change: &Change| change.path.0.last().is_some_and(|key| key == "image");
        if words.is_deployed && changes.iter().any(is_image) {
            foreign += "; if its image is a deployment's, say `image_from: live` beside it";
        }
        told.push(foreign);
    }
    told.extend(left::told(wanted));
    told.extend(daemons::moved(&live.document, &wanted.document));
    let keep = wanted.settings[KEEP].as_u64().and_then(|keep| usize::try_from(keep).ok());
    let count = marked.len() + usize::from(registers(changes));
    let going = keep.map_or(0, |keep| count.saturating_sub(keep)).min(marked.len());
    let going = &marked[..going];
    if !going.is_empty() {
        told.push(format!("{removes} {}, as {KEEP} says", names(going)));
    }
    let mut former = arns(&live.facts[FORMER]);
    former.retain(|arn| !going.contains(arn));
    if former.len() > 1 {
        told.push(format!("the mark changes hands on {}", names(&former)));
    }
    let value = json!({MARKED: marked, FORMER: former, DEREGISTER: going});
    Detail { acts: !going.is_empty(), value, told }
}

/// Whether these changes make a revision: tags alone are changed in place.
pub(in crate::kinds) fn registers(changes: &[Change]) -> bool {
    changes.iter().any(|change| change.path.field() != TAGS)
}

/// What giving a family away does: all its revisions that carry the mark get another one.
pub(in crate::kinds) fn giving(live: &Live) -> Detail {
    let (marked, others) = (arns(&live.facts[MARKED]), arns(&live.facts[OTHERS]));
    let told = (marked.len() > 1).then(|| format!("the mark changes hands on {}", names(&marked)));
    let value = json!({MARKED: marked, FORMER: marked, OTHERS: others});
    Detail { value, told: told.into_iter().collect(), acts: true }
}

/// Who registered the newest revision, where the stack did not.
fn foreign(live: &Live) -> Option<String> {
    let by = live.facts.get(FOREIGN)?;
    let latest = names(&[live.arn.as_deref().unwrap_or_default()]);
    let who = by.as_str().unwrap_or("someone AWS does not name");
    let when = live.modified.as_ref().map(|when| format!(" at {when}")).unwrap_or_default();
    Some(format!("{latest} was registered by {who}{when}, outside of this stack"))
}

/// The ARNs in a list.
pub(in crate::kinds) fn arns(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Revisions as people call them: `family:3, :4`.
fn names(arns: &[&str]) -> String {
    let mut named = String::new();
    for arn in arns {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let number = name.rsplit_once(':').map_or("", |(_, number)| number);
        if named.is_empty() {
            named.push_str(name);
        } else {
            named.push_str(", :");
            named.push_str(number);
        }
    }
    named
}

/// The number of a revision.
pub(in crate::kinds) fn number(arn: &str) -> u64 {
    arn.rsplit_once(':').and_then(|(_, number)| number.parse().ok()).unwrap_or_default()
}

/// The family of a revision.
pub(in crate::kinds) fn family(arn: &str) -> &str {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    name.split_once(':').map_or(name, |(family, _)| family)
}

//! Putting back what moved in AWS, and nothing else.

use serde_json::{Map, Value};

use super::build::{Draft, names};
use super::compare::{Path, differences};
use super::filter::Filter;
use super::keep;
use super::left::as_others_have_it;
use super::outputs;
use super::secret::{Holder, Secret};
use super::step::{Action, Change, Origin, Plan, Step};
use crate::kinds::{self, Kind, Live, Observation};
use crate::safety::Mark;
use crate::stack::{Stack, Wanted};

/// What it takes to put back, field by field, what moved in AWS since the last apply. What the file
/// changed, what both changed, and what nothing tells of stays as AWS has it, and is named.
pub fn put_back(stack: &Stack, observed: &Observation, filter: &Filter) -> Plan {
    outputs::planned(&as_others_have_it(stack, observed), observed, |stack| {
        put_some_back(stack, observed, filter)
    })
}

fn put_some_back(stack: &Stack, observed: &Observation, filter: &Filter) -> Plan {
    let mut draft = Draft::whole(stack, observed, filter);
    let steps = std::mem::take(&mut draft.plan.steps);
    for step in steps {
        let wanted = stack.wanted.iter().find(|wanted| wanted.address == step.address);
        let wanted = wanted.filter(|_| step.place.is_some());
        let live = wanted
            .and_then(|wanted| observed.live.iter().find(|live| names(wanted, live)))
            .filter(|_| matches!(step.action, Action::Update | Action::Replace));
        let step = match wanted.zip(live) {
            Some((wanted, live)) => draft.only_drift(step, wanted, live),
            None => draft.leave_step(&step, &left(&step)),
        };
        draft.plan.steps.extend(step);
    }
    draft.plan.left_out.sort();
    draft.plan.left_out.dedup();
    draft.finish()
}

impl Draft<'_> {
    /// The part of a step that puts back what moved in AWS.
    fn only_drift(&mut self, step: Step, wanted: &Wanted, live: &Live) -> Option<Step> {
        let kind = kinds::of(live.section);
        let drifted = |change: &Change| change.origin == Origin::Drift;
        if !step.changes.iter().any(drifted) {
            return self.leave_step(&step, &fields_left(&step.changes, live));
        }
        // What others do not carry over, we do: whatever is written has it.
        let forgotten = kind.not_carried_over(wanted, live);
        let goes_back = |change: &Change| drifted(change) || forgotten == Some(change.path.field());
        let (moved, others): (Vec<_>, Vec<_>) = step.changes.iter().cloned().partition(goes_back);
        let because = "AWS changed since the last apply".to_owned();
        // Whether it is protected is the file's to say, and not drift.
        let protection = keep::as_it_is(live);
        if others.is_empty() {
            // What the file's settings ask for beside that is not drift.
            let plain = Wanted { settings: Value::Null, ..wanted.clone() };
            let detail = kind.detail(Some(&plain), live, &moved);
            return Some(Step { protection, because, detail, ..step });
        }
        self.note_left(&format!("of {}", step.address), &fields_left(&others, live));
        let restored = restored(kind, wanted, live, &moved, &self.stack.ignore_tags);
        let action = match kind.replaces(&moved) {
            Some(_) => Action::Replace,
            None => Action::Update,
        };
        let detail = kind.detail(Some(&restored), live, &moved);
        // What is put back agrees with the digest; what is left is still told by it.
        let digest = live.mark.as_ref().and_then(|mark| mark.digest.clone()).unwrap_or_default();
        let step = self.steps.change(action, &restored, live);
        Some(Step { protection, because, changes: moved, detail, digest, ..step })
    }

    fn leave_step(&mut self, step: &Step, why: &str) -> Option<Step> {
        self.plan.left_out.push(step.address.clone());
        self.note_left(&step.address.to_string(), why);
        None
    }

    fn note_left(&mut self, what: &str, why: &str) {
        self.plan.notes.push(format!("{what} is left: {why}"));
    }
}

/// Why a step that is about more than fields is none that puts something back.
fn left(step: &Step) -> String {
    let address = crate::text::shell_word(&step.address.to_string());
    match step.action {
        Action::Create => format!(
            "it is not in AWS, and nothing tells whether it was deleted or never applied; \
             `apply --only {address}` makes it"
        ),
        Action::Blocked if step.place.is_some() => "it is not the stack's".to_owned(),
        Action::Keep => "it is protected".to_owned(),
        Action::Adopt | Action::Move => "it is not the stack's yet".to_owned(),
        Action::Delete if step.place.is_some() => {
            "the file has it as absent, and nothing is deleted".to_owned()
        }
        _ => "it is no longer in the file, and nothing is deleted".to_owned(),
    }
}

/// Which fields are not put back, and why.
fn fields_left(changes: &[Change], live: &Live) -> String {
    let unfinished = live.mark.as_ref().is_some_and(|mark| mark.digest.is_none());
    let unknown =
        if unfinished { "an earlier apply did not finish" } else { "nothing tells who changed it" };
    let reasons = [
        (Origin::Pending, "the file changed"),
        (Origin::Conflict, "the file and AWS both changed, here or elsewhere in that field"),
        (Origin::Unknown, unknown),
    ];
    let told = reasons.into_iter().filter_map(|(origin, why)| {
        let of = changes.iter().filter(|change| change.origin == origin);
        let paths: Vec<_> = of.map(|change| change.path.to_string()).collect();
        (!paths.is_empty()).then(|| format!("{} ({why})", paths.join(", ")))
    });
    let told: Vec<_> = told.collect();
    if told.is_empty() { "the file's settings ask for it".to_owned() } else { told.join(", ") }
}

/// A resource as AWS has it, with the file's values where it moved.
fn restored(
    kind: &dyn Kind,
    wanted: &Wanted,
    live: &Live,
    moved: &[Change],
    ignore_tags: &[String],
) -> Wanted {
    let (mut document, _) =
        super::part(live, Some(&wanted.document), &wanted.unmanaged, ignore_tags);
    for Change { path, .. } in moved {
        put(&mut document, &path.0, path.at(&wanted.document));
    }
    let mut sent = kind.sent(&document);
    let is_whole = |path: &Path| kind.is_whole(path);
    for leaf in differences(None, Some(&document), &is_whole) {
        // A policy is sent as it was spelled by whoever wrote it.
        let is_back = moved.iter().any(|change| change.path == leaf.path);
        let author = if is_back { &wanted.sent } else { &live.facts };
        if kind.is_whole(&leaf.path)
            && let (Some(spelled), Some(place)) =
                (leaf.path.at(author), leaf.path.at_mut(&mut sent))
        {
            *place = spelled.clone();
        }
    }
    let applied = live.mark.as_ref().and_then(Mark::digest);
    let leaves = differences(None, Some(&document), &is_whole).into_iter().map(|leaf| leaf.path);
    let was_secret = |path: &Path| applied.as_ref().is_some_and(|applied| applied.hides(path));
    let mut sensitive = [wanted.sensitive.clone(), live.sensitive.clone()].concat();
    sensitive.extend(leaves.filter(was_secret));
    sensitive.sort();
    sensitive.dedup();
    let there = sensitive.iter().filter(|path| path.at(&document).is_some());
    let secrets = there.map(|path| secret(path, wanted, moved)).collect();
    Wanted { document, sent, sensitive, secrets, settings: Value::Null, ..wanted.clone() }
}

/// Who has a secret of a resource that is put back: the file where it moved, and AWS where it stays.
fn secret(path: &Path, wanted: &Wanted, moved: &[Change]) -> Secret {
    let is_back =
        moved.iter().any(|change| change.path.is_within(path) || path.is_within(&change.path));
    let of_file = wanted.secrets.iter().find(|secret| is_back && secret.path == *path);
    of_file.cloned().unwrap_or_else(|| Secret {
        path: path.clone(),
        from: if is_back { wanted.place.clone() } else { "AWS".to_owned() },
        holder: if is_back { Holder::File } else { Holder::Live },
    })
}

/// Puts a value at a path, or takes away what is there; an object that has nothing left goes too.
fn put(document: &mut Value, path: &[String], value: Option<&Value>) {
    let [key, rest @ ..] = path else { return };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    let Value::Object(fields) = document else { return };
    match (rest.is_empty(), value) {
        (true, Some(value)) => drop(fields.insert(key.clone(), value.clone())),
        (true, None) => drop(fields.remove(key)),
        (false, Some(_)) => put(fields.entry(key.clone()).or_insert(Value::Null), rest, value),
        (false, None) => {
            if let Some(inner) = fields.get_mut(key) {
                put(inner, rest, None);
                if inner.as_object().is_some_and(Map::is_empty) {
                    fields.remove(key);
                }
            }
        }
    }
}

//! From a stack and an observation to a plan.

use serde_json::Value;

use super::address::Address;
use super::compare::{Path, differences};
use super::digest::{Digest, hash};
use super::order;
use super::step::{Action, Change, Origin, Plan, Step, Unknown};
use crate::kinds::{self, Farewell, Kind, Live, Observation, Ownership};
use crate::safety::Mark;
use crate::stack::{Stack, Wanted};

/// What it takes to make AWS as the stack says, and nothing that the stack does not own touched.
pub fn plan(stack: &Stack, observed: &Observation) -> Plan {
    let mut draft = Draft::new(stack, observed);
    for wanted in &stack.wanted {
        draft.settle(wanted);
    }
    draft.prune();
    draft.finish()
}

/// What it takes to leave nothing of the stack behind.
pub fn destroy(stack: &Stack, observed: &Observation) -> Plan {
    let mut draft = Draft::new(stack, observed);
    for live in &observed.live {
        let wanted = stack.wanted.iter().find(|wanted| names(wanted, live));
        draft.leave(live, wanted);
    }
    draft.finish()
}

/// A short hash of everything that was seen of a live resource: another one means that it moved.
pub fn fingerprint(live: &Live) -> String {
    hash(
        &format!("{}\n{:?}\n{:?}", live.document, live.arn, live.mark),
        16,
    )
}

fn names(wanted: &Wanted, live: &Live) -> bool {
    wanted.address.section == live.section && wanted.name == live.name
}

struct Draft<'a> {
    stack: &'a Stack,
    observed: &'a Observation,
    plan: Plan,
}

impl<'a> Draft<'a> {
    fn new(stack: &'a Stack, observed: &'a Observation) -> Self {
        let plan = Plan {
            stack: stack.name.clone(),
            account: stack.place.account.clone(),
            region: stack.place.region.clone(),
            steps: Vec::new(),
            unknown: unknown(stack, observed),
            notes: Vec::new(),
            unchanged: 0,
            owned: observed
                .live
                .iter()
                .filter(|live| is_ours(live, stack))
                .count(),
        };
        Self {
            stack,
            observed,
            plan,
        }
    }

    /// Compares one resource of the file with AWS.
    fn settle(&mut self, wanted: &Wanted) {
        let kind = kinds::of(&wanted.address.section);
        let live = self.observed.live.iter().find(|live| names(wanted, live));
        let Some(live) = live else {
            if !self.is_unknown(wanted) {
                self.plan.steps.push(self.create(wanted));
            }
            return;
        };
        if let Some(because) = self.not_ours(kind, wanted, live) {
            self.plan.steps.push(Step {
                because,
                ..self.step(Action::Blocked, wanted, live)
            });
            return;
        }
        let changes = self.changes(kind, wanted, live);
        let taken_over = kind.ownership() == Ownership::Tag && live.mark.is_none();
        if changes.is_empty() && !taken_over {
            self.plan.unchanged += 1;
            return;
        }
        let (action, because) = if let Some(why) = kind.replaces(&changes) {
            (Action::Replace, why)
        } else if taken_over {
            (
                Action::Adopt,
                "exists without a mark, and is to be adopted".to_owned(),
            )
        } else {
            (Action::Update, why(&changes, live))
        };
        let step = Step {
            because,
            changes,
            ..self.step(action, wanted, live)
        };
        self.plan.steps.push(step);
    }

    /// Plans the deletion of what carries our mark and is no longer in the file.
    fn prune(&mut self) {
        for live in self
            .observed
            .live
            .iter()
            .filter(|live| is_ours(live, self.stack))
        {
            if !self.stack.wanted.iter().any(|wanted| names(wanted, live)) {
                self.plan
                    .steps
                    .push(self.delete(live, "no longer in the file"));
            }
        }
    }

    /// What a destroy does to one live resource.
    fn leave(&mut self, live: &Live, wanted: Option<&Wanted>) {
        let kind = kinds::of(live.section);
        if kind.ownership() == Ownership::Tag {
            if is_ours(live, self.stack) {
                self.plan
                    .steps
                    .push(self.delete(live, "the stack is being destroyed"));
            }
            return;
        }
        let Some(wanted) = wanted else { return };
        match kind.farewell(&wanted.document, live) {
            Farewell::Reset { document, because } => {
                let reset = Wanted {
                    document,
                    ..wanted.clone()
                };
                let changes = self.changes(kind, &reset, live);
                let step = Step {
                    because,
                    changes,
                    ..self.step(Action::Update, &reset, live)
                };
                self.plan.steps.push(step);
            }
            Farewell::Leave { because } => {
                self.plan
                    .notes
                    .push(format!("{} is left as it is: {because}", wanted.address));
            }
        }
    }

    fn finish(mut self) -> Plan {
        let Plan { steps, notes, .. } = &mut self.plan;
        for kind in kinds::ALL {
            kind.arrange(steps, self.observed, notes);
        }
        order::arrange(steps, self.stack);
        self.plan
    }

    fn create(&self, wanted: &Wanted) -> Step {
        let changes = differences(None, Some(&wanted.document))
            .into_iter()
            .map(|d| Change {
                sensitive: wanted.hides(&d.path),
                path: d.path,
                before: d.before,
                after: d.after,
                origin: Origin::Pending,
            })
            .collect();
        Step {
            address: wanted.address.clone(),
            name: wanted.name.clone(),
            owner: self.stack.name.clone(),
            action: Action::Create,
            because: "not in AWS yet".to_owned(),
            place: Some(wanted.place.clone()),
            changes,
            document: Some(wanted.document.clone()),
            sensitive: wanted.sensitive.clone(),
            fingerprint: None,
            arn: None,
            depends_on: wanted.depends_on.clone(),
            wave: 0,
            spare_priority: None,
        }
    }

    fn step(&self, action: Action, wanted: &Wanted, live: &Live) -> Step {
        Step {
            action,
            changes: Vec::new(),
            fingerprint: Some(fingerprint(live)),
            arn: live.arn.clone(),
            ..self.create(wanted)
        }
    }

    fn delete(&self, live: &Live, because: &str) -> Step {
        let changes = differences(Some(&live.document), None)
            .into_iter()
            .map(|d| Change {
                path: d.path,
                before: d.before,
                after: d.after,
                origin: Origin::Pending,
                sensitive: false,
            })
            .collect();
        Step {
            address: Address::new(live.section, &live.name),
            name: live.name.clone(),
            owner: self.stack.name.clone(),
            action: Action::Delete,
            because: because.to_owned(),
            place: None,
            changes,
            document: None,
            sensitive: Vec::new(),
            fingerprint: Some(fingerprint(live)),
            arn: live.arn.clone(),
            depends_on: Vec::new(),
            wave: 0,
            spare_priority: None,
        }
    }

    /// Why a live resource must not be touched, if so.
    fn not_ours(&self, kind: &dyn Kind, wanted: &Wanted, live: &Live) -> Option<String> {
        if kind.ownership() == Ownership::Declaration {
            return None;
        }
        match &live.mark {
            Some(mark) if mark.stack == self.stack.name => None,
            Some(mark) => Some(format!("belongs to the stack `{}`", mark.stack)),
            None if self.stack.adopts(&wanted.address) => None,
            None => Some(format!(
                "exists without a mark of ours; take it over with `--adopt {}`",
                crate::ui::shell_word(&wanted.address.to_string())
            )),
        }
    }

    fn changes(&self, kind: &dyn Kind, wanted: &Wanted, live: &Live) -> Vec<Change> {
        let seen = self.stack.without_ignored_tags(wanted, &live.document);
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let (file_now, aws_now) = (Digest::of(&wanted.document), Digest::of(&seen));
        differences(Some(&seen), Some(&wanted.document))
            .into_iter()
            .map(|d| Change {
                origin: match &applied {
                    Some(applied) if kind.ownership() == Ownership::Tag => {
                        origin(applied, &file_now, &aws_now, d.path.field())
                    }
                    _ => Origin::Unknown,
                },
                sensitive: wanted.hides(&d.path),
                path: d.path,
                before: d.before,
                after: d.after,
            })
            .collect()
    }

    fn is_unknown(&self, wanted: &Wanted) -> bool {
        self.observed
            .unreadable(&wanted.address.section, &wanted.name)
    }
}

fn is_ours(live: &Live, stack: &Stack) -> bool {
    live.mark
        .as_ref()
        .is_some_and(|mark| mark.stack == stack.name)
}

/// Who moved in one top-level field: each side is held against what was last applied.
fn origin(applied: &Digest, file: &Digest, aws: &Digest, field: &str) -> Origin {
    match (
        applied.agrees_on(file, field),
        applied.agrees_on(aws, field),
    ) {
        (false, true) => Origin::Pending,
        (true, false) => Origin::Drift,
        (false, false) => Origin::Conflict,
        // Equal digests of unequal values: a clash of 24 bits, or a tag written by other hands.
        (true, true) => Origin::Unknown,
    }
}

fn why(changes: &[Change], live: &Live) -> String {
    let all = |origin| changes.iter().all(|change| change.origin == origin);
    let unfinished = live.mark.as_ref().is_some_and(|mark| mark.digest.is_none());
    let text = if unfinished {
        "an earlier apply did not finish"
    } else if all(Origin::Pending) {
        "the file changed"
    } else if all(Origin::Drift) {
        "AWS changed since the last apply"
    } else if all(Origin::Conflict) {
        "the file and AWS changed in the same place"
    } else if all(Origin::Unknown) {
        "AWS differs from the file"
    } else {
        "the file changed, and AWS did too"
    };
    text.to_owned()
}

fn unknown(stack: &Stack, observed: &Observation) -> Vec<Unknown> {
    let mut all: Vec<_> = observed
        .unreadable
        .iter()
        .map(|read| {
            let mut declared = stack
                .wanted
                .iter()
                .filter(|w| w.address.section == read.section);
            match &read.name {
                Some(name) => {
                    let wanted = declared.find(|wanted| &wanted.name == name);
                    let address = Address::new(read.section, name);
                    Unknown {
                        what: wanted
                            .map_or(&address, |wanted| &wanted.address)
                            .to_string(),
                        because: read.because.clone(),
                        declared: wanted.is_some(),
                    }
                }
                None => Unknown {
                    what: read.section.to_owned(),
                    because: read.because.clone(),
                    declared: declared.next().is_some(),
                },
            }
        })
        .collect();
    all.sort_by(|a, b| a.what.cmp(&b.what));
    all
}

/// Whether the document of a step has this top-level field among its changes.
pub(crate) fn touches(step: &Step, field: &str) -> bool {
    step.changes
        .iter()
        .any(|change| change.path == Path::of(field))
}

/// The value of a top-level field in a step's document.
pub(crate) fn after<'a>(step: &'a Step, field: &str) -> Option<&'a Value> {
    step.document.as_ref()?.get(field)
}

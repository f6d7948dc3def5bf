//! From a stack and an observation to a plan.

use std::collections::BTreeMap;

use serde_json::Value;

use super::address::Address;
use super::compare::{Difference, Path, differences, hides};
use super::digest::Digest;
use super::filter::Filter;
use super::fingerprint::{Concern, Fingerprint};
use super::order;
use super::origin::{origin, why};
use super::others::part;
use super::secret::Secrets;
use super::step::{Action, Change, Detail, Meaning, Origin, Plan, Protection, Step, Unknown};
use crate::kinds::{self, About, Farewell, Kind, Live, Observation, Ownership};
use crate::safety::Mark;
use crate::stack::{Stack, Wanted};

/// What it takes to make AWS as the stack says, and nothing that the stack does not own touched.
pub fn plan(stack: &Stack, observed: &Observation) -> Plan {
    plan_some(stack, observed, &Filter::default())
}

/// The same, for the resources that a filter takes. What is left out is named.
pub fn plan_some(stack: &Stack, observed: &Observation, filter: &Filter) -> Plan {
    let mut draft = Draft::new(stack, observed);
    for wanted in &stack.wanted {
        draft.settle(wanted);
    }
    draft.prune();
    draft.leave_out(filter);
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

/// Whether the file has a resource of this name, or under the key that this would have.
fn has(stack: &Stack, live: &Live) -> bool {
    let address = Address::new(live.section, &live.name);
    stack.wanted.iter().any(|wanted| names(wanted, live) || wanted.address == address)
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
            file: stack.file.clone(),
            account: stack.place.account.clone(),
            region: stack.place.region.clone(),
            steps: Vec::new(),
            unknown: unknown(stack, observed),
            permissions: Vec::new(),
            notes: Vec::new(),
            left_out: Vec::new(),
            declared: stack.wanted.len(),
            limits: stack.limits,
            unchanged: 0,
            owned: observed.live.iter().filter(|live| is_ours(live, stack)).count(),
            kept: observed
                .live
                .iter()
                .filter(|live| is_ours(live, stack) && has(stack, live))
                .count(),
            ignore_tags: stack.ignore_tags.clone(),
        };
        Self { stack, observed, plan }
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
        let changes = self.changes(kind, wanted, live);
        if let Some(because) = self.not_ours(kind, wanted, live) {
            let step = self.step(Action::Blocked, wanted, live);
            self.plan.steps.push(Step { because, changes, ..step });
            return;
        }
        let taken_over = kind.ownership() == Ownership::Tag && live.mark.is_none();
        let detail = kind.detail(Some(wanted), live, &changes);
        // Where all fields are as they should be, nothing but the digest tells the next drift apart.
        let unfinished = live.mark.as_ref().is_some_and(Mark::is_unfinished);
        if changes.is_empty() && !taken_over && !detail.acts && !unfinished {
            self.plan.unchanged += 1;
            return;
        }
        let adopted = "exists without a mark, and is to be adopted";
        let (action, because) = match (kind.replaces(&changes), taken_over) {
            (Some(why), true) => (Action::Replace, format!("{adopted}; {why}")),
            (Some(why), false) => (Action::Replace, why),
            (None, true) => (Action::Adopt, adopted.to_owned()),
            (None, false) => (Action::Update, why(&changes, live)),
        };
        let step = Step { because, changes, detail, ..self.step(action, wanted, live) };
        self.plan.steps.push(step);
    }

    /// Plans the deletion of what carries our mark and is no longer in the file.
    fn prune(&mut self) {
        for live in self.observed.live.iter().filter(|live| is_ours(live, self.stack)) {
            if self.stack.wanted.iter().any(|wanted| names(wanted, live)) {
                continue;
            }
            let address = Address::new(live.section, &live.name);
            let heir = self.stack.wanted.iter().find(|wanted| wanted.address == address);
            let because = match heir {
                Some(heir) => format!("in the file it is called {:?} now", heir.name),
                None => "no longer in the file".to_owned(),
            };
            // What takes its place comes first.
            let depends_on = heir.map(|heir| heir.address.clone()).into_iter().collect();
            let step = Step { depends_on, ..self.delete(live, &because, &[]) };
            self.plan.steps.push(match self.who_needs(live) {
                Some(wanted) => blocked_by(step, wanted),
                None => step,
            });
        }
    }

    /// The resource of the file that names this one by its ARN, where AWS would look it up.
    fn who_needs(&self, live: &Live) -> Option<&'a Wanted> {
        let arn = live.arn.as_ref()?;
        let needs = |wanted: &&Wanted| {
            kinds::of(&wanted.address.section).needs(&wanted.document).contains(arn)
        };
        self.stack.wanted.iter().find(needs)
    }

    /// What a destroy does to one live resource.
    fn leave(&mut self, live: &Live, wanted: Option<&Wanted>) {
        let kind = kinds::of(live.section);
        if kind.ownership() == Ownership::Tag {
            if is_ours(live, self.stack) {
                let hidden = wanted.map_or(&[][..], |wanted| &wanted.sensitive);
                self.plan.steps.push(self.delete(live, "the stack is being destroyed", hidden));
            }
            return;
        }
        let Some(wanted) = wanted else { return };
        match kind.farewell(&wanted.document, live) {
            Farewell::Reset { document, because } => {
                let reset = Wanted { document, ..wanted.clone() };
                let changes = self.changes(kind, &reset, live);
                let step = Step { because, changes, ..self.step(Action::Update, &reset, live) };
                self.plan.steps.push(step);
            }
            Farewell::Leave { because } => {
                self.plan.notes.push(format!("{} is left as it is: {because}", wanted.address));
            }
        }
    }

    /// Drops what the filter does not take, before anything is put in order around it.
    fn leave_out(&mut self, filter: &Filter) {
        let plan = &mut self.plan;
        let taken = |step: &Step| filter.takes(&step.address);
        let (steps, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut plan.steps).into_iter().partition(taken);
        plan.unknown.retain(|unknown| match unknown.what.parse() {
            Ok(address) => filter.takes(&address),
            Err(_) => unknown.what.split(' ').next().is_none_or(|section| filter.may_take(section)),
        });
        for step in &steps {
            let missing = |left: &&Step| {
                left.action == Action::Create && step.depends_on.contains(&left.address)
            };
            for left in left.iter().filter(missing) {
                plan.notes.push(format!(
                    "{} needs {}, which is not in AWS yet and is left out",
                    step.address, left.address
                ));
            }
        }
        plan.steps = steps;
        plan.left_out = left.into_iter().map(|step| step.address).collect();
        plan.left_out.sort();
        plan.left_out.dedup();
    }

    fn finish(mut self) -> Plan {
        let Plan { steps, notes, .. } = &mut self.plan;
        for kind in kinds::ALL {
            kind.arrange(steps, self.observed, notes);
        }
        order::arrange(steps, self.stack);
        let permissions = self.plan.doing().flat_map(|step| {
            let meant = kinds::of(&step.address.section).permissions(step).into_iter();
            let address = || step.address.clone();
            meant.map(move |permission| Meaning { address: address(), permission })
        });
        self.plan.permissions = permissions.collect();
        self.plan
    }

    fn create(&self, wanted: &Wanted) -> Step {
        let kind = kinds::of(&wanted.address.section);
        let changes = differences(None, Some(&wanted.document), &|path| kind.is_whole(path))
            .into_iter()
            .map(|d| Change {
                sensitive: wanted.hides(&d.path),
                before: None,
                after: spelled(&wanted.sent, &d.path, d.after),
                path: d.path,
                origin: Origin::Pending,
            })
            .collect();
        Step {
            address: wanted.address.clone(),
            name: wanted.name.clone(),
            owner: kind.owner(&self.stack.name, &self.stack.place),
            moved_from: None,
            adopts: false,
            protection: Protection::default(),
            action: Action::Create,
            because: "not in AWS yet".to_owned(),
            place: Some(wanted.place.clone()),
            changes,
            document: Some(wanted.document.clone()),
            sent: wanted.sent.clone(),
            unmanaged: wanted.unmanaged.clone(),
            detail: Detail::default(),
            sensitive: wanted.sensitive.clone(),
            secrets: wanted.secrets.clone(),
            sealed: sealed(&wanted.address, &wanted.document, &wanted.sensitive),
            digest: Digest::of(&wanted.document, &wanted.sensitive).to_string(),
            fingerprint: None,
            arn: None,
            depends_on: wanted.depends_on.clone(),
            wave: 0,
            detour: None,
            tags_of_others: BTreeMap::new(),
        }
    }

    fn step(&self, action: Action, wanted: &Wanted, live: &Live) -> Step {
        let (file, ignore) = (Some(&wanted.document), &self.stack.ignore_tags);
        let concern = Concern {
            file,
            unmanaged: &wanted.unmanaged,
            ignore_tags: ignore,
            hidden: &wanted.sensitive,
        };
        let anew = action == Action::Replace || kinds::of(live.section).remakes();
        let tags_of_others =
            if anew { part(live, file, &wanted.unmanaged, ignore).1 } else { BTreeMap::new() };
        Step {
            action,
            changes: Vec::new(),
            fingerprint: Some(Fingerprint::of(live, concern)),
            arn: live.arn.clone(),
            tags_of_others,
            ..self.create(wanted)
        }
    }

    fn delete(&self, live: &Live, because: &str, hidden: &[Path]) -> Step {
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let was_hidden = |path: &Path| applied.as_ref().is_some_and(|digest| digest.hides(path));
        let kind = kinds::of(live.section);
        let hidden: Vec<_> = hidden.iter().chain(&live.sensitive).cloned().collect();
        let concern =
            Concern { ignore_tags: &self.stack.ignore_tags, hidden: &hidden, ..Concern::default() };
        let fingerprint = Fingerprint::of(live, concern);
        let changes = differences(Some(&live.document), None, &|path| kind.is_whole(path))
            .into_iter()
            .map(|d| Change {
                sensitive: hides(&hidden, &d.path) || was_hidden(&d.path),
                before: spelled(&live.facts, &d.path, d.before),
                after: None,
                path: d.path,
                origin: Origin::Pending,
            })
            .collect();
        Step {
            address: Address::new(live.section, &live.name),
            name: live.name.clone(),
            owner: kind.owner(&self.stack.name, &self.stack.place),
            moved_from: None,
            adopts: false,
            protection: Protection::default(),
            action: Action::Delete,
            because: because.to_owned(),
            place: None,
            changes,
            document: None,
            sent: Value::Null,
            unmanaged: Vec::new(),
            detail: kind.detail(None, live, &[]),
            secrets: Vec::new(),
            sealed: None,
            digest: String::new(),
            fingerprint: Some(fingerprint),
            sensitive: hidden,
            arn: live.arn.clone(),
            depends_on: Vec::new(),
            wave: 0,
            detour: None,
            tags_of_others: BTreeMap::new(),
        }
    }

    /// Why a live resource must not be touched, if so.
    fn not_ours(&self, kind: &dyn Kind, wanted: &Wanted, live: &Live) -> Option<String> {
        if kind.ownership() == Ownership::Declaration {
            return None;
        }
        match &live.mark {
            Some(mark) if mark.stack == kind.owner(&self.stack.name, &self.stack.place) => None,
            Some(mark) => Some(format!(
                "belongs to the stack `{}`; take it out of one of the two files",
                mark.stack
            )),
            None if self.stack.adopts(&wanted.address) => None,
            None => Some(format!(
                "exists without a mark of ours; take it over with `--adopt {}`",
                crate::text::shell_word(&wanted.address.to_string())
            )),
        }
    }

    fn changes(&self, kind: &dyn Kind, wanted: &Wanted, live: &Live) -> Vec<Change> {
        let file = &wanted.document;
        let (seen, _) = part(live, Some(file), &wanted.unmanaged, &self.stack.ignore_tags);
        let is_whole = |path: &Path| kind.is_whole(path);
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let applied = applied.filter(|_| kind.ownership() == Ownership::Tag);
        // What is secret now, or was when it was applied, is not in the digest.
        let mut secret: Vec<_> = wanted.sensitive.iter().chain(&live.sensitive).cloned().collect();
        if let Some(applied) = &applied {
            let leaves =
                differences(None, Some(&seen), &is_whole).into_iter().map(|leaf| leaf.path);
            secret.extend(leaves.filter(|path| applied.hides(path)));
        }
        let digest = |document| Digest::of(document, &secret);
        let (file_now, aws_now) = (digest(file), digest(&seen));
        differences(Some(&seen), Some(file), &is_whole)
            .into_iter()
            .map(|d| {
                let sensitive = hides(&secret, &d.path);
                let origin = match &applied {
                    Some(applied) if !sensitive => {
                        origin(applied, &file_now, &aws_now, d.path.field())
                    }
                    _ => Origin::Unknown,
                };
                let Difference { path, before, after } = d;
                let before = spelled(&live.facts, &path, before);
                let after = spelled(&wanted.sent, &path, after);
                Change { path, before, after, origin, sensitive }
            })
            .collect()
    }

    fn is_unknown(&self, wanted: &Wanted) -> bool {
        self.observed.unreadable(&wanted.address.section, &wanted.name).is_some()
    }
}

/// A deletion that would leave a name behind that leads nowhere.
fn blocked_by(step: Step, wanted: &Wanted) -> Step {
    let because = format!(
        "{}, and {} ({}) still names it: take the name out there too, or put this back",
        step.because, wanted.address, wanted.place
    );
    Step {
        action: Action::Blocked,
        because,
        changes: Vec::new(),
        detail: Detail::default(),
        ..step
    }
}

/// A value as its author spelled it, where that is known and is one thing: canonical policies are
/// for comparing, and not for reading.
pub(crate) fn spelled(raw: &Value, path: &Path, canonical: Option<Value>) -> Option<Value> {
    let raw = path.0.iter().try_fold(raw, |value, key| value.get(key));
    let is_thing = |value: &Value| value.is_object();
    match (raw, canonical) {
        (Some(raw), Some(canonical)) if is_thing(&canonical) => Some(raw.clone()),
        (_, canonical) => canonical,
    }
}

/// The secrets of a resource's document.
pub(crate) fn sealed(address: &Address, document: &Value, sensitive: &[Path]) -> Option<Secrets> {
    Secrets::of(document, sensitive, &address.to_string())
}

fn is_ours(live: &Live, stack: &Stack) -> bool {
    let owner = kinds::of(live.section).owner(&stack.name, &stack.place);
    live.mark.as_ref().is_some_and(|mark| mark.stack == owner)
}

fn unknown(stack: &Stack, observed: &Observation) -> Vec<Unknown> {
    let mut all: Vec<_> = observed
        .unreadable
        .iter()
        .map(|read| {
            let mut declared = stack.wanted.iter().filter(|w| w.address.section == read.section);
            match &read.about {
                About::Resource(name) => {
                    let wanted = declared.find(|wanted| &wanted.name == name);
                    let address = Address::new(read.section, name);
                    Unknown {
                        what: wanted.map_or(&address, |wanted| &wanted.address).to_string(),
                        because: read.because.clone(),
                        declared: wanted.is_some(),
                    }
                }
                About::Section => Unknown {
                    what: read.section.to_owned(),
                    because: read.because.clone(),
                    declared: declared.next().is_some(),
                },
                About::Removed => Unknown {
                    what: format!("{} that are no longer in the file", read.section),
                    because: read.because.clone(),
                    declared: false,
                },
            }
        })
        .collect();
    all.sort_by(|a, b| a.what.cmp(&b.what));
    all
}

/// Whether the document of a step has this top-level field among its changes.
pub(crate) fn touches(step: &Step, field: &str) -> bool {
    step.changes.iter().any(|change| change.path == Path::of(field))
}

/// The value of a top-level field in a step's document.
pub(crate) fn after<'a>(step: &'a Step, field: &str) -> Option<&'a Value> {
    step.document.as_ref()?.get(field)
}

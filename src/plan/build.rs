//! From a stack and an observation to a plan.

use std::collections::BTreeSet;

use super::filter::Filter;
use super::left::as_others_have_it;
use super::origin::why;
use super::step::{Action, Detail, Meaning, Plan, Step, Unknown};
use super::steps::{Steps, of_file};
use super::unknown::unknown;
use super::whose::{Whose, former};
use super::{keep, moves, order, outputs};
use crate::kinds::{self, Farewell, Kind, Live, Observation, Ownership};
use crate::safety::Mark;
use crate::stack::{Stack, Wanted};

/// What it takes to make AWS as the stack says, and nothing that the stack does not own touched.
pub fn plan(stack: &Stack, observed: &Observation) -> Plan {
    plan_some(stack, observed, &Filter::default())
}

/// The same, for the resources that a filter takes. What is left out is named.
pub fn plan_some(stack: &Stack, observed: &Observation, filter: &Filter) -> Plan {
    outputs::planned(&as_others_have_it(stack, observed), observed, |stack| {
        Draft::whole(stack, observed, filter).finish()
    })
}

/// What it takes to leave nothing of the stack behind.
pub fn destroy(stack: &Stack, observed: &Observation) -> Plan {
    let mut draft = Draft::new(stack, observed, Goal::Nothing);
    for live in &observed.live {
        let wanted = stack.wanted.iter().find(|wanted| names(wanted, live));
        draft.leave(live, wanted);
    }
    keep::spread(&mut draft.plan.steps, observed, stack);
    draft.finish()
}

/// Whether this is how AWS has the resource.
pub(super) fn names(wanted: &Wanted, live: &Live) -> bool {
    wanted.address.section == live.section && wanted.name == live.name
}

/// The resource of the file that has the key that this one has or had, whatever it is called now.
fn heir<'a>(stack: &'a Stack, live: &Live) -> Option<&'a Wanted> {
    stack.wanted.iter().find(|wanted| {
        let had = wanted.renamed_from.as_ref() == Some(&live.name);
        wanted.address.section == live.section && (had || wanted.address.key == live.name)
    })
}

/// What a plan is to lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    AsTheFile,
    Nothing,
}

/// A plan in the making.
pub(super) struct Draft<'a> {
    pub(super) stack: &'a Stack,
    pub(super) observed: &'a Observation,
    pub(super) steps: Steps<'a>,
    pub(super) plan: Plan,
}

impl<'a> Draft<'a> {
    fn new(stack: &'a Stack, observed: &'a Observation, goal: Goal) -> Self {
        let all = goal == Goal::Nothing;
        let gives = |live: &&Live| stack.gives(live.section, &live.name).is_some();
        let owned = || {
            // What a region has one of is never deleted, and no part of how much is.
            let is_one_of_many = |live: &&Live| kinds::of(live.section).only_key().is_none();
            let live = observed.live.iter().filter(is_one_of_many);
            let ours = live.filter(|live| Whose::of(live, stack).is_ours());
            ours.filter(|live| all || stack.sections.contains(live.section) || gives(live))
        };
        let kept = |live: &&Live| {
            let is_wanted = stack.wanted.iter().any(|wanted| names(wanted, live));
            is_wanted || gives(live) || heir(stack, live).is_some()
        };
        let unreadable = observed.unreadable.iter();
        let unreadable = unreadable.filter(|read| all || moves::is_about(stack, read.section));
        let plan = Plan {
            stack: stack.name.clone(),
            file: stack.file.clone(),
            account: stack.place.account.clone(),
            region: stack.place.region.clone(),
            role: stack.role.clone(),
            steps: Vec::new(),
            unknown: unknown(stack, unreadable),
            permissions: Vec::new(),
            notes: Vec::new(),
            left_out: Vec::new(),
            declared: stack.wanted.len(),
            unchanged: 0,
            owned: owned().count(),
            kept: owned().filter(kept).count(),
            limits: stack.limits,
            ignore_tags: stack.ignore_tags.clone(),
        };
        Self { stack, observed, steps: Steps { stack }, plan }
    }

    /// Everything that the filter takes.
    pub(super) fn whole(stack: &'a Stack, observed: &'a Observation, filter: &Filter) -> Self {
        let mut draft = Draft::new(stack, observed, Goal::AsTheFile);
        // Where a section is not looked at, nothing is known of what AWS has there.
        let is_seen = |section: &str| filter.may_take(section);
        for wanted in stack.wanted.iter().filter(|wanted| is_seen(&wanted.address.section)) {
            draft.settle(wanted);
        }
        draft.prune();
        keep::spread(&mut draft.plan.steps, observed, stack);
        // Where only a part is looked at, nothing can be said of all.
        if *filter == Filter::default() {
            draft.plan.notes.extend(moves::notes(stack, observed));
        }
        draft.leave_out(filter);
        let unseen: BTreeSet<_> =
            stack.wanted.iter().map(|one| one.address.section.as_str()).collect();
        let unseen: Vec<_> = unseen.into_iter().filter(|section| !is_seen(section)).collect();
        if !unseen.is_empty() {
            draft.plan.notes.push(format!("not looked at: {}", unseen.join(", ")));
        }
        draft
    }

    /// Compares one resource of the file with AWS.
    fn settle(&mut self, wanted: &Wanted) {
        let kind = kinds::of(&wanted.address.section);
        if let Some(other) = outputs::unread(self.stack, wanted, self.observed) {
            let because = format!("it refers to {other}, which could not be read");
            let what = wanted.address.to_string();
            self.plan.unknown.push(Unknown { what, because, declared: true });
            return;
        }
        let live = self.observed.live.iter().find(|live| names(wanted, live));
        if kind.is_others(&wanted.document, live.map(|live| &live.document)) {
            return self.look_at(kind, wanted, live);
        }
        if wanted.absent {
            match live {
                Some(live) => self.plan.steps.push(self.steps.absent(wanted, live)),
                None if self.is_unknown(wanted) => {}
                None => self.plan.unchanged += 1,
            }
            return;
        }
        let Some(live) = live else {
            if !self.is_unknown(wanted) {
                self.plan.steps.push(self.steps.create(wanted));
            }
            return;
        };
        let whose = Whose::taken(live, self.stack, wanted.from_stack.as_deref());
        match self.towards(kind, wanted, live, &whose) {
            Some(step) => self.plan.steps.push(step),
            None => self.plan.unchanged += 1,
        }
    }

    /// A resource that a person keeps is as the file says, or that person has something to do.
    fn look_at(&mut self, kind: &dyn Kind, wanted: &Wanted, live: Option<&Live>) {
        let step = match live {
            None if self.is_unknown(wanted) => return,
            None => blocked(self.steps.create(wanted)),
            Some(live) => {
                let changes = self.steps.changes(kind, wanted, live);
                if changes.is_empty() {
                    self.plan.unchanged += 1;
                    return;
                }
                Step { changes, ..self.steps.change(Action::Blocked, wanted, live) }
            }
        };
        let because = kind.by_hand(wanted, live, &self.stack.place);
        self.plan.steps.push(Step { because, ..step });
    }

    /// The step that makes a live resource what the file wants, if it is not.
    fn towards(
        &self,
        kind: &dyn Kind,
        wanted: &Wanted,
        live: &Live,
        whose: &Whose,
    ) -> Option<Step> {
        let changes = self.steps.changes(kind, wanted, live);
        let as_file = |action| self.steps.change(action, wanted, live);
        if let Some(because) = whose.blocks(wanted, self.stack) {
            return Some(Step { because, changes, ..as_file(Action::Blocked) });
        }
        let protection = keep::protection(kind, wanted, live);
        let replaces = kind.replaces(&changes);
        if let Some(why) = replaces.as_ref().filter(|_| protection.before || protection.after) {
            return Some(if *whose == Whose::Ours && !protection.changes() {
                keep::not_replaced(Step { changes, ..as_file(Action::Keep) }, why)
            } else {
                let owner = kind.owner(&self.stack.name, &self.stack.place);
                let step = self.steps.retag(live, owner, whose.before(), protection);
                keep::first_the_mark(step, wanted, (whose, self.stack), why)
            });
        }
        let mut detail = kind.detail(Some(wanted), live, &changes);
        let comes = whose.comes(self.stack);
        // Where all fields are as they should be, nothing but the digest tells the next drift apart.
        let unfinished = live.mark.as_ref().is_some_and(Mark::is_unfinished);
        let acts = detail.acts || protection.changes() || unfinished;
        if changes.is_empty() && comes.is_none() && !acts {
            return None;
        }
        detail.told.extend(keep::told(protection));
        let (action, because) = match (replaces, comes, whose) {
            (Some(why), Some(comes), _) => (Action::Replace, format!("{comes}; {why}")),
            (Some(why), None, _) => (Action::Replace, why),
            (None, Some(comes), Whose::Nobodys) => (Action::Adopt, comes),
            (None, Some(comes), _) if changes.is_empty() => (Action::Move, comes),
            (None, Some(comes), _) => (Action::Move, format!("{comes}; {}", why(&changes, live))),
            (None, None, _) => (Action::Update, why(&changes, live)),
        };
        Some(Step {
            because,
            changes,
            detail,
            protection,
            moved_from: whose.before().map(str::to_owned),
            adopts: *whose == Whose::Nobodys,
            ..as_file(action)
        })
    }

    /// Plans what becomes of what is the stack's and is no longer in the file.
    fn prune(&mut self) {
        for live in &self.observed.live {
            let whose = Whose::of(live, self.stack);
            if !whose.is_ours() || self.stack.wanted.iter().any(|wanted| names(wanted, live)) {
                continue;
            }
            if let Some(other) = self.stack.gives(live.section, &live.name) {
                self.plan.steps.push(moves::give(self.steps, live, other));
            } else if self.stack.sections.contains(live.section) {
                self.remove(live, &whose);
            }
        }
    }

    fn remove(&mut self, live: &Live, whose: &Whose) {
        let heir = heir(self.stack, live);
        let mut because = match heir {
            Some(heir) => format!("in the file it is called {:?} now", heir.name),
            None => "no longer in the file".to_owned(),
        };
        if let Whose::Former(mark) = whose {
            because += &format!("; carries {}", former(mark, self.stack));
        }
        // What takes its place comes first.
        let depends_on = heir.map(|heir| heir.address.clone()).into_iter().collect();
        let step = Step { depends_on, ..self.steps.delete(live, whose.before(), &because, &[]) };
        let step = if step.protection.before {
            if let Some(heir) = heir {
                // It keeps its name, so that nothing takes its place.
                let comes = |step: &Step| step.action == Action::Create;
                self.plan.steps.retain(|step| step.address != heir.address || !comes(step));
            }
            keep::not_removed(step, heir)
        } else if let Some(heir) = heir.filter(|heir| moves::takes_old_name(heir, live)) {
            blocked(moves::two_names(step, heir))
        } else if let Some(wanted) = self.who_needs(live) {
            let because = format!(
                "{}, and {} ({}) still names it: take the name out there too, or put this back",
                step.because, wanted.address, wanted.place
            );
            blocked(Step { because, ..step })
        } else {
            step
        };
        self.plan.steps.push(step);
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
        if kind.ownership() == Ownership::Declaration {
            if let Some(wanted) = wanted {
                self.bid_farewell(kind, live, wanted);
            }
            return;
        }
        let whose = Whose::of(live, self.stack);
        if !whose.is_ours() {
            return;
        }
        self.plan.steps.push(match self.stack.gives(live.section, &live.name) {
            Some(other) if wanted.is_none() => moves::give(self.steps, live, other),
            _ => {
                let hidden = wanted.map_or(&[][..], |wanted| &wanted.sensitive);
                let because = "the stack is being destroyed";
                let step = self.steps.delete(live, whose.before(), because, hidden);
                if step.protection.before || wanted.is_some_and(|wanted| wanted.protect) {
                    keep::not_destroyed(step, wanted)
                } else {
                    step
                }
            }
        });
    }

    fn bid_farewell(&mut self, kind: &dyn Kind, live: &Live, wanted: &Wanted) {
        let farewell = if wanted.absent {
            let because = "the file has it as absent, and not as this stack's".to_owned();
            Farewell::Leave { because }
        } else {
            kind.farewell(&wanted.document, live)
        };
        match farewell {
            Farewell::Reset { .. } | Farewell::Delete { .. } if wanted.protect => {
                let step = self.steps.change(Action::Keep, wanted, live);
                let because = "the stack is being destroyed".to_owned();
                let step = Step { because, ..step };
                self.plan.steps.push(keep::not_destroyed(step, Some(wanted)));
            }
            Farewell::Reset { document, because } => {
                let reset = Wanted { document, ..wanted.clone() };
                let changes = self.steps.changes(kind, &reset, live);
                let step = self.steps.change(Action::Update, &reset, live);
                self.plan.steps.push(Step { because, changes, ..step });
            }
            Farewell::Delete { because } => {
                let step = self.steps.delete(live, None, &because, &wanted.sensitive);
                self.plan.steps.push(of_file(step, wanted));
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

    /// Puts the steps in order, and says what they mean.
    pub(super) fn finish(mut self) -> Plan {
        let Plan { steps, notes, unknown, .. } = &mut self.plan;
        unknown.sort_by(|a, b| a.what.cmp(&b.what));
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

    fn is_unknown(&self, wanted: &Wanted) -> bool {
        self.observed.unreadable(&wanted.address.section, &wanted.name).is_some()
    }
}

/// A step that must not be.
fn blocked(step: Step) -> Step {
    Step { action: Action::Blocked, changes: Vec::new(), detail: Detail::default(), ..step }
}

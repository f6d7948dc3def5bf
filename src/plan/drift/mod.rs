//! What moved in AWS since the last apply: a plan, read the other way round.
//!
//! There is no second comparison. The stack is planned, what AWS has standing in the place of what
//! depends on variables that are not set, and each step says by its action and the origins of its
//! changes what became of its resource. Holes are then held against what was last applied.

mod holes;
mod report;

use std::collections::BTreeSet;

use serde_json::Value;

pub use report::{DriftReport, Field, Finding, Neighbour, Neighbours, Status, Tally, drift_schema};

use super::address::Address;
use super::build::{names, plan_some};
use super::filter::Filter;
use super::left::as_others_have_it;
use super::origin::{Sides, why};
use super::outputs;
use super::step::{Action, Change, Origin, Plan, Step, Unknown};
use crate::kinds::{self, Live, Observation, Ownership};
use crate::stack::{Ignored, Stack, Wanted};
use holes::{Told, filled};

/// What moved, as far as a filter takes its resources; `today` is a date, `2026-11-22`.
pub fn drift(stack: &Stack, observed: &Observation, filter: &Filter, today: &str) -> DriftReport {
    // What AWS has is held against what AWS has: a revision that is still to come is no drift.
    let stack = outputs::known(&as_others_have_it(stack, observed), observed);
    let full = filled(&stack, observed);
    let plan = plan_some(&full, observed, filter);
    let look = Look { stack: &full, observed, plan: &plan, today };
    let mut report = DriftReport {
        stack: stack.name.clone(),
        file: stack.file.clone(),
        account: stack.place.account.clone(),
        region: stack.place.region.clone(),
        tally: Tally::default(),
        resources: Vec::new(),
        unknown: plan.unknown.clone(),
        run_out: look.run_out(filter),
    };
    for wanted in full.wanted.iter().filter(|wanted| filter.takes(&wanted.address)) {
        if observed.unreadable(&wanted.address.section, &wanted.name).is_none() {
            let (finding, unknown) = look.at(wanted);
            report.resources.extend(finding);
            report.unknown.extend(unknown);
        }
    }
    report.resources.extend(look.removed());
    report.unknown.extend(look.nameless(filter));
    report
        .resources
        .sort_by(|a, b| (&a.address, a.place.is_none()).cmp(&(&b.address, b.place.is_none())));
    report.unknown.sort_by(|a, b| a.what.cmp(&b.what));
    report.tally = Tally::of(&report);
    report
}

struct Look<'a> {
    stack: &'a Stack,
    observed: &'a Observation,
    plan: &'a Plan,
    today: &'a str,
}

impl Look<'_> {
    /// What became of one resource of the file, and what of it cannot be told; nothing is said of one
    /// of which nothing can be told.
    fn at(&self, wanted: &Wanted) -> (Option<Finding>, Option<Unknown>) {
        let live = self.observed.live.iter().find(|live| names(wanted, live));
        let step = self.plan.towards(&wanted.address);
        let Some(live) = live else {
            return (step.map(|step| self.missing(wanted, step)), None);
        };
        // Of what is to go, all of it goes.
        let stays = step.filter(|step| step.action != Action::Delete);
        let changes = stays.map_or(&[][..], |step| &step.changes);
        let (status, because) = status(live, step);
        let mut finding = Finding {
            address: wanted.address.clone(),
            name: wanted.name.clone(),
            status,
            because,
            place: Some(wanted.place.clone()),
            arn: live.arn.clone(),
            modified: live.modified.clone(),
            fields: changes.iter().map(Field::of).collect(),
            ignored: None,
            unset: wanted.holes.iter().flat_map(|hole| hole.unset.iter().cloned()).collect(),
            notes: kinds::of(live.section).detail(Some(wanted), live, changes).told,
        };
        let mut unknown = None;
        if is_compared(status) && !wanted.holes.is_empty() {
            let sides = Sides::of(wanted, live, &self.stack.ignore_tags);
            match holes::tell(wanted, live, &sides, &mut finding.fields) {
                Told::All => {}
                Told::Not { because } => unknown = Some(not_known(&wanted.address, because)),
            }
            if unknown.is_some() && finding.fields.is_empty() && finding.status == Status::Clean {
                return (None, unknown);
            }
            finding.fields.sort_by(|a, b| a.path.cmp(&b.path));
            if status != Status::Unfinished && !finding.fields.is_empty() {
                finding.status = of_fields(finding.fields.iter().map(|field| field.origin));
                finding.because = why(&as_changes(&finding.fields), live);
            }
        }
        self.ignore(&mut finding);
        (Some(finding), unknown)
    }

    /// What the file declares and AWS does not have.
    fn missing(&self, wanted: &Wanted, step: &Step) -> Finding {
        // Under the name that it had, it is still there.
        let renamed = self.gone().find(|gone| gone.address == wanted.address);
        let (status, because) = match renamed {
            Some(gone) => (Status::Pending, format!("in AWS it is still called {:?}", gone.name)),
            None => (
                Status::Missing,
                "not in AWS: it was deleted there or never applied, and nothing tells which"
                    .to_owned(),
            ),
        };
        let mut finding = Finding {
            address: wanted.address.clone(),
            name: wanted.name.clone(),
            status,
            because,
            place: step.place.clone(),
            arn: None,
            modified: None,
            fields: Vec::new(),
            ignored: None,
            unset: BTreeSet::new(),
            notes: Vec::new(),
        };
        self.ignore(&mut finding);
        finding
    }

    /// The steps for what carries the mark and is no longer in the file.
    fn gone(&self) -> impl Iterator<Item = &Step> {
        self.plan.steps.iter().filter(|step| step.place.is_none())
    }

    /// What carries the mark and is not in the file any more, unless it may be there under a name
    /// that nobody knows.
    fn removed(&self) -> impl Iterator<Item = Finding> {
        let known = self.gone().filter(|step| {
            self.stack.nameless.iter().all(|one| one.address.section != step.address.section)
        });
        known.map(|step| {
            let is_it =
                |live: &&Live| live.section == step.address.section && live.name == step.name;
            Finding {
                address: step.address.clone(),
                name: step.name.clone(),
                status: Status::Pending,
                because: step.because.clone(),
                place: None,
                arn: step.arn.clone(),
                modified: self
                    .observed
                    .live
                    .iter()
                    .find(is_it)
                    .and_then(|live| live.modified.clone()),
                fields: Vec::new(),
                ignored: None,
                unset: BTreeSet::new(),
                notes: Vec::new(),
            }
        })
    }

    /// What has a name that depends on a variable, with what it could be.
    fn nameless(&self, filter: &Filter) -> impl Iterator<Item = Unknown> {
        let taken = self.stack.nameless.iter().filter(move |one| filter.takes(&one.address));
        taken.map(|one| {
            let same = self.gone().filter(|step| step.address.section == one.address.section);
            let could_be: Vec<_> = same.map(|step| step.address.to_string()).collect();
            let because = match could_be.as_slice() {
                [] => one.because.clone(),
                all => {
                    format!("{}; the mark is on {}, which could be it", one.because, all.join(", "))
                }
            };
            not_known(&one.address, because)
        })
    }

    /// Sets apart what the stack says is to be ignored for a while.
    fn ignore(&self, finding: &mut Finding) {
        let entries = || {
            let entries = self.stack.ignore_drift.iter();
            let lasting = entries.filter(|entry| !has_run_out(entry, self.today));
            lasting.filter(|entry| entry.address == finding.address)
        };
        if !finding.status.moved() {
            return;
        }
        let whole = entries().find(|entry| entry.field.is_none()).cloned();
        let fields: Vec<_> =
            entries().filter_map(|entry| Some((entry.field.clone()?, entry.clone()))).collect();
        let by_field =
            matches!(finding.status, Status::Drift | Status::Conflict | Status::Unfinished);
        if by_field {
            for field in finding.fields.iter_mut().filter(|field| field.origin != Origin::Pending) {
                let entry = fields.iter().find(|(path, _)| field.path.is_within(path));
                field.ignored = entry.map(|(_, entry)| entry).or(whole.as_ref()).cloned();
            }
            // Of an apply that did not finish, nothing may be missing but what is remembered of it.
            if finding.fields.is_empty() {
                finding.ignored = whole;
            }
            let counted = finding.fields.iter().filter(|field| field.ignored.is_none());
            let origins: Vec<_> = counted.map(|field| field.origin).collect();
            let all_fields = origins.is_empty() && !finding.fields.is_empty();
            if all_fields || finding.ignored.is_some() {
                finding.status = Status::Ignored;
            } else if finding.status != Status::Unfinished {
                finding.status = of_fields(origins.into_iter());
            }
        } else if whole.is_some() {
            finding.status = Status::Ignored;
            finding.ignored = whole;
        }
    }

    /// What was to be ignored until a day that is past.
    fn run_out(&self, filter: &Filter) -> Vec<Ignored> {
        let entries = self.stack.ignore_drift.iter();
        let taken = entries.filter(|entry| filter.takes(&entry.address));
        taken.filter(|entry| has_run_out(entry, self.today)).cloned().collect()
    }
}

/// What a step says of its resource.
fn status(live: &Live, step: Option<&Step>) -> (Status, String) {
    let Some(step) = step else { return (Status::Clean, String::new()) };
    let because = |text: &str| text.to_owned();
    let is_others =
        |wanted: &Value| kinds::of(live.section).is_others(wanted, Some(&live.document));
    match (step.action, &live.mark) {
        (Action::Blocked, None) if step.document.as_ref().is_some_and(is_others) => {
            let origins = step.changes.iter().map(|change| change.origin);
            (of_fields(origins), step.because.clone())
        }
        (Action::Blocked | Action::Adopt, None) => {
            (Status::Unmarked, because("exists without a mark of ours"))
        }
        (Action::Blocked, Some(mark)) => {
            (Status::Foreign, format!("belongs to the stack `{}`", mark.stack))
        }
        (Action::Move | Action::Delete, _) => (Status::Pending, step.because.clone()),
        _ if kinds::of(live.section).ownership() == Ownership::Tag && is_unfinished(live) => {
            (Status::Unfinished, because("an earlier apply did not finish"))
        }
        _ => {
            let origins = step.changes.iter().map(|change| change.origin);
            // What a step does beside changing fields, the file asks for.
            let status = if step.changes.is_empty() { Status::Pending } else { of_fields(origins) };
            (status, why(&step.changes, live))
        }
    }
}

/// Days are written so that their texts stand in their order.
fn has_run_out(entry: &Ignored, today: &str) -> bool {
    entry.until.as_str() < today
}

fn is_unfinished(live: &Live) -> bool {
    live.mark.as_ref().is_some_and(|mark| mark.digest.is_none())
}

/// Whether the fields of a resource in this state were compared one by one.
fn is_compared(status: Status) -> bool {
    !matches!(status, Status::Unmarked | Status::Foreign | Status::Missing)
}

fn not_known(address: &Address, because: String) -> Unknown {
    Unknown { what: address.to_string(), because, declared: true }
}

/// What the origins of its fields make a resource. Of what nothing tells, AWS may have moved it.
fn of_fields(origins: impl Iterator<Item = Origin>) -> Status {
    origins.fold(Status::Clean, |status, origin| match (status, origin) {
        (Status::Conflict, _) | (_, Origin::Conflict) => Status::Conflict,
        (Status::Drift, _) | (_, Origin::Drift | Origin::Unknown) => Status::Drift,
        (_, Origin::Pending) => Status::Pending,
    })
}

fn as_changes(fields: &[Field]) -> Vec<Change> {
    let change = |field: &Field| Change {
        path: field.path.clone(),
        before: None::<Value>,
        after: None,
        origin: field.origin,
        sensitive: field.sensitive,
    };
    fields.iter().map(change).collect()
}

impl DriftReport {
    /// The addresses that are known here, of the file and of AWS.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.resources.iter().map(|finding| &finding.address)
    }
}

//! Going back behind a run: what its journal says of each resource, as a stack.

mod looks;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub use looks::{again, knowing, looks, seen};
use texts::{escape, follow, holds_hidden};

use super::fill::fill;
use super::journal::{Journal, Start};
use crate::iam;
use crate::kinds::{self, Kind, Live, Observation, Ownership};
use crate::plan::{Action, Address, Change, Holder, Origin, Path, Plan, Secret, Step};
use crate::stack::{Place, Stack, escaped};

/// A resource that a run touched, as it was before.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// What the journal says of it.
    start: Start,
    /// The ARNs that it may have now.
    arns: BTreeSet<String>,
}

/// What goes back, as a stack's text, and what cannot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Back {
    /// The stack.
    pub text: String,
    /// Values of it that must not be shown, by address.
    hidden: BTreeMap<Address, Vec<Path>>,
    /// Resources that are left as they are.
    left: BTreeSet<(String, String)>,
    /// What cannot go back and why, a sentence each.
    notes: Vec<String>,
}

impl Past {
    /// The resources that a run touched, each as it was before the first step on it.
    pub fn of(journal: &Journal) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for entry in &journal.steps {
            let mut start = entry.start.clone();
            if !entry.is_open() {
                start.carried = Value::Null;
            }
            let arn = entry.ended.as_ref().and_then(|ended| ended.arn.clone());
            let arns = [start.arn.clone(), start.becomes.clone(), arn].into_iter().flatten();
            match all.iter_mut().find(|past| past.is(&start.address.section, &start.name)) {
                Some(past) => past.arns.extend(arns),
                None => all.push(Self { arns: arns.collect(), start }),
            }
        }
        all
    }

    /// Whether it is this one.
    fn is(&self, section: &str, name: &str) -> bool {
        self.start.address.section == section && self.start.name == name
    }

    fn kind(&self) -> &'static dyn Kind {
        kinds::of(&self.start.address.section)
    }

    /// Whether the run made it, and nothing in AWS says so.
    pub fn came_without_a_mark(&self) -> bool {
        self.start.before.is_none() && self.kind().ownership() == Ownership::Declaration
    }

    /// The revision that AWS may remember, by its ARN.
    pub fn revision(&self) -> Option<(&'static dyn Kind, &str)> {
        let arn = self.start.before.as_ref().and(self.start.arn.as_deref())?;
        self.kind().remakes().then_some((self.kind(), arn))
    }
}

impl Back {
    /// The stack that a journal goes back to, given what is live now and the revisions that AWS
    /// remembers, by their ARNs.
    pub fn to(
        journal: &Journal,
        past: &[Past],
        seen: &Observation,
        revisions: &BTreeMap<String, Live>,
    ) -> Self {
        let begin = &journal.begin;
        let run = format!("this goes back behind the run of {}, by {}", begin.at, begin.who);
        let mut back = Self { notes: vec![run], ..Self::default() };
        let mut stack = json!({
            "stack": begin.stack,
            "account": begin.account,
            "region": begin.region,
            "ignore_tags": begin.ignore_tags,
            "limits": begin.limits,
        });
        let mut comes = Vec::new();
        for one in past {
            let Address { section, key } = &one.start.address;
            let body = back.body(one, seen, revisions);
            if one.kind().only_key().is_some() {
                if let Some(body) = body {
                    stack[section] = body;
                }
                continue;
            }
            // A section of which nothing comes back says that the stack is about it all the same.
            if stack[section].is_null() {
                stack[section] = Value::Object(Map::new());
            }
            match body {
                Some(body) => {
                    let key = back.key(one, key);
                    stack[section][&key] = body;
                    comes.push((one, Address::new(section, &key)));
                }
                None if one.came_without_a_mark() && back.is_as_left(one, seen) => {
                    stack[section][&one.start.name] = json!({"absent": true});
                }
                None => {}
            }
        }
        follow(&comes, &mut stack);
        back.text = format!("{stack:#}\n");
        back
    }

    /// Whether what carries no mark is as the run left it: what somebody wrote since is theirs.
    fn is_as_left(&mut self, past: &Past, seen: &Observation) -> bool {
        let Start { address, name, changes, .. } = &past.start;
        let Some(live) = seen.live(&address.section, name) else { return true };
        let kind = past.kind();
        let is_left = changes.iter().all(|change| {
            let now = change.path.at(&live.document);
            if !kind.is_whole(&change.path) {
                return now == change.after.as_ref();
            }
            // A journal has policies as they are spelled.
            now.map(iam::canonical) == change.after.as_ref().map(iam::canonical)
        });
        if !is_left {
            self.notes.push(format!("{address} stays: somebody has changed it since"));
            self.left.insert((address.section.clone(), name.clone()));
        }
        is_left
    }

    /// The key of a resource; two that had one key are told apart by their names.
    fn key(&mut self, past: &Past, key: &str) -> String {
        let address = past.start.address.clone();
        let taken = self.hidden.contains_key(&address);
        let key = if taken { past.start.name.clone() } else { key.to_owned() };
        let address = Address::new(address.section, &key);
        self.hidden.insert(address, past.start.hidden.clone());
        key
    }

    /// The body that goes back, if it can.
    fn body(
        &mut self,
        past: &Past,
        seen: &Observation,
        revisions: &BTreeMap<String, Live>,
    ) -> Option<Value> {
        let Start { address, name, action, before, unmanaged, carried, .. } = &past.start;
        let kind = past.kind();
        let before = before.as_ref()?;
        let mut body = before.clone();
        let revision = past.start.arn.as_ref().and_then(|arn| revisions.get(arn));
        if let Some(revision) = revision {
            body = with_tags(kind.written(revision), before, kind.tags_field());
        }
        // What others had on it is in no other place.
        for field in unmanaged {
            if let Some(value) = carried.get(field) {
                body[field] = value.clone();
            }
        }
        let live = seen.live(&address.section, name);
        if let Some(live) = live {
            self.fill(past, &mut body, &kind.written(live));
        }
        if holds_hidden(&body) {
            let stays = if live.is_some() { "is left as it is" } else { "stays away" };
            self.notes.push(format!(
                "{address} {stays}: a value that it had is secret, and in no journal"
            ));
            self.left.insert((address.section.clone(), name.clone()));
            return None;
        }
        match action {
            Action::Adopt => self.notes.push(format!(
                "{address} was adopted: its fields go back, and it stays the stack's"
            )),
            Action::Move => self.notes.push(format!(
                "{address} came from `{}`: its fields go back, and it stays this stack's",
                past.start.mark.as_deref().unwrap_or_default()
            )),
            _ => {}
        }
        escape(&mut body);
        let left: Vec<_> = unmanaged.iter().filter(|field| carried.get(*field).is_none()).collect();
        if !left.is_empty() {
            body["unmanaged"] = json!(left);
        }
        if kind.only_key().is_none() {
            body[kind.name_field()] = json!(escaped(name));
        }
        Some(body)
    }

    /// Puts AWS's own value where the journal has none: it cannot go back, and stays.
    fn fill(&mut self, past: &Past, body: &mut Value, live: &Value) {
        for path in fill(past.kind(), body, live, &past.start.hidden) {
            self.notes.push(format!(
                "`{path}` of {} is secret, and in no journal: it stays as it is",
                past.start.address
            ));
        }
    }

    /// Makes the stack that was read from the text what goes back: what was secret stays so.
    pub fn hide(&self, stack: &mut Stack) {
        for wanted in &mut stack.wanted {
            let hidden = self.hidden.get(&wanted.address).into_iter().flatten();
            wanted.sensitive.extend(hidden.cloned());
            wanted.sensitive.sort();
            wanted.sensitive.dedup();
            let there = wanted.sensitive.iter().filter(|path| path.at(&wanted.document).is_some());
            // It stands in no file, but AWS has it or remembers it.
            let secret = |path: &Path| Secret {
                path: path.clone(),
                from: "AWS".to_owned(),
                holder: Holder::File,
            };
            wanted.secrets = there.map(secret).collect();
        }
    }

    /// Keeps a plan from all that the run did not touch, and from what cannot go back.
    pub fn confine(&self, past: &[Past], seen: &mut Observation) {
        let touched = |section: &str, name: &str| {
            let key = (section.to_owned(), name.to_owned());
            past.iter().any(|past| past.is(section, name)) && !self.left.contains(&key)
        };
        for live in seen.live.iter_mut().filter(|live| !touched(live.section, &live.name)) {
            // It still holds its priority and its place in a quota, but is nobody's.
            live.mark = None;
        }
        seen.unreadable.retain(|read| match &read.about {
            kinds::About::Section => true,
            kinds::About::Resource(name) => touched(read.section, name),
            kinds::About::Removed => false,
        });
    }

    /// What is said where there is nothing to do.
    pub fn nothing(&self) -> &'static str {
        if self.left.is_empty() {
            "Nothing to do: AWS is as it was before that run."
        } else {
            "Nothing to do: nothing else can go back."
        }
    }

    /// Says in a plan why its steps are there, and what it leaves; `owned` resources are the stack's.
    pub fn tell(self, plan: &mut Plan, owned: usize) {
        for step in &mut plan.steps {
            step.place = None;
            if step.action.acts() {
                step.because = because(step);
            }
        }
        let going = plan.steps.iter().filter(|step| step.action == Action::Delete).count();
        plan.owned = owned;
        // What goes is named by the journal, one by one: that no empty file and no other stack's says
        // so need not be asked. How much goes is judged as ever.
        plan.kept = owned.saturating_sub(going).max(1);
        plan.declared = plan.declared.max(1);
        plan.notes.splice(0..0, self.notes);
    }
}

fn because(step: &Step) -> String {
    let moved = |change: &Change| matches!(change.origin, Origin::Drift | Origin::Conflict);
    match step.action {
        Action::Delete => "that run made it".to_owned(),
        Action::Create => "that run took it away".to_owned(),
        Action::Replace => format!("as it was before that run; {}", step.because),
        _ if step.changes.iter().any(moved) => {
            "as it was before that run, and it was changed since, too".to_owned()
        }
        _ => "as it was before that run".to_owned(),
    }
}

/// A body with the tags of another: a revision's own are those of the day on which it was replaced.
fn with_tags(mut body: Value, other: &Value, field: &str) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.remove(field);
        fields.extend(other.get(field).map(|tags| (field.to_owned(), tags.clone())));
    }
    body
}

/// Where a journal's stack lives.
pub fn place(journal: &Journal) -> Place {
    Place { account: journal.begin.account.clone(), region: journal.begin.region.clone() }
}

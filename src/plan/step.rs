//! A plan: what will be done, frozen and complete.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::address::Address;
use super::compare::{Path, SENSITIVE, masked, texts};
use super::digest::in_full;
use super::fingerprint::Fingerprint;
use super::secret::{Secret, Secrets};
use crate::kinds;
use crate::safety::Limits;
use crate::stack::Place;
use crate::text::spellings;

/// What a [`Step`] does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Takes it out of AWS.
    Delete,
    /// Takes it out and makes it anew, because AWS has no call that changes it.
    Replace,
    /// Changes what is there.
    Update,
    /// Takes over what exists without a mark.
    Adopt,
    /// Takes over what carries the mark of another stack that gave it away, or of the name that this
    /// stack had.
    Move,
    /// Makes it.
    Create,
    /// Nothing: it is protected, and stays although the plan would have it go.
    Keep,
    /// Nothing: it exists and is not ours to touch.
    Blocked,
}

impl Action {
    /// Whether anything is done.
    pub fn acts(self) -> bool {
        !matches!(self, Self::Keep | Self::Blocked)
    }
}

/// Who moved, where the file and AWS differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The file changed since the last apply.
    Pending,
    /// AWS changed since the last apply.
    Drift,
    /// Both did.
    Conflict,
    /// Nothing says who: there is no digest, or not one of a version known here.
    Unknown,
}

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Where in the resource.
    pub path: Path,
    /// The value in AWS, `null` where there is none.
    pub before: Option<Value>,
    /// The value in the file, `null` where there is none.
    pub after: Option<Value>,
    /// Who moved.
    pub origin: Origin,
    /// The values must not be shown.
    pub sensitive: bool,
}

/// What a step does beside changing fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// What carrying it out needs to know, the kind's to write and read; `null` where there is
    /// nothing.
    pub value: Value,
    /// The same for people, a sentence each.
    pub told: Vec<String>,
    /// Whether it is something to do even where no field changes.
    pub acts: bool,
}

/// What a change means for what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permission {
    /// What happens to it.
    pub effect: Effect,
    /// What is allowed, or no longer, in a sentence.
    pub what: String,
}

/// What one step means for what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Meaning {
    /// The step that makes it so.
    pub address: Address,
    /// What that is.
    #[serde(flatten)]
    pub permission: Permission,
}

/// What happens to a permission.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A guard falls, or more may be done than before by someone who is not named in so many words.
    Widened,
    /// It is new.
    Added,
    /// It goes.
    Removed,
}

/// Whether a resource is protected from being deleted or made anew, before a step and after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Protection {
    /// It is now.
    pub before: bool,
    /// It is then.
    pub after: bool,
}

impl Protection {
    /// Whether the step turns it on or off.
    pub fn changes(self) -> bool {
        self.before != self.after
    }
}

/// One thing to do to one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The resource.
    pub address: Address,
    /// The name that AWS knows it by.
    pub name: String,
    /// The stack that owns it from then on.
    pub owner: String,
    /// The mark that it carries until then, where that is another: of a name that the stack had, or
    /// of the stack that gives it.
    pub moved_from: Option<String>,
    /// It carries no mark until then.
    pub adopts: bool,
    /// Whether it is protected.
    pub protection: Protection,
    /// What is done.
    pub action: Action,
    /// Why, in a few words.
    pub because: String,
    /// Where the file says so, `path:line`; `None` where the file says nothing.
    pub place: Option<String>,
    /// Field by field.
    pub changes: Vec<Change>,
    /// The canonical document it will be, `None` for a deletion and where just our own tags change.
    pub document: Option<Value>,
    /// What AWS is sent, where that is not the canonical document: the kind's to write and read.
    pub sent: Value,
    /// Top-level fields that the stack leaves to others.
    pub unmanaged: Vec<String>,
    /// What is done beside the changes of fields.
    pub detail: Detail,
    /// Fields of the document whose values must not be shown.
    pub sensitive: Vec<Path>,
    /// Where those of them are to be had that the document holds.
    pub secrets: Vec<Secret>,
    /// Those values themselves, to be compared; in a saved plan a check of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Secrets>,
    /// What the digest tag says once it is done, empty for a deletion.
    pub digest: String,
    /// Fields of the document that are left to others and are in no digest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Path>,
    /// The fingerprint of the live resource this was computed from; `None` where there was none.
    pub fingerprint: Option<Fingerprint>,
    /// The live resource's ARN, where there is one.
    pub arn: Option<String>,
    /// Resources whose steps have to succeed before this one is tried.
    pub depends_on: Vec<Address>,
    /// Steps of a lower wave are carried out before this one.
    pub wave: usize,
    /// What to write instead, for a while, where AWS refuses the step for what another step has yet
    /// to change: the kind's to read, chosen here so that no decision is left.
    pub detour: Option<Value>,
    /// Tags that the stack leaves to others, to be put back on a resource that is made anew.
    pub tags_of_others: BTreeMap<String, String>,
}

/// What could not be read, so that nothing is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// The resource or, where a whole section could not be read, the section.
    pub what: String,
    /// Why, in a sentence.
    pub because: String,
    /// Whether the file declares it; what it does not declare could at most be ours to delete.
    pub declared: bool,
}

/// How many steps there are of each action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "the names are the actions'")]
pub struct Summary {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub delete: usize,
    pub adopt: usize,
    pub r#move: usize,
    pub keep: usize,
    pub blocked: usize,
}

/// What differs between a stack file and live AWS, and what would be done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The stack's name.
    pub stack: String,
    /// The stack's file.
    pub file: String,
    /// The account it was made for.
    pub account: String,
    /// The region it was made for.
    pub region: String,
    /// The role that is assumed to carry it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What is done, in the order it is shown: deletions, replacements, changes, creations, and
    /// what is blocked.
    pub steps: Vec<Step>,
    /// What could not be read.
    pub unknown: Vec<Unknown>,
    /// What is allowed after it that was not before, and the other way round.
    pub permissions: Vec<Meaning>,
    /// What is worth knowing beside the steps.
    pub notes: Vec<String>,
    /// Resources that are not as the file says and that this plan was asked to leave, of those that
    /// were looked at.
    pub left_out: Vec<Address>,
    /// Resources that the file declares.
    pub declared: usize,
    /// Resources that are as the file says.
    pub unchanged: usize,
    /// Live resources that carry the stack's mark.
    pub owned: usize,
    /// Those among them that the file still has, by name or by key.
    pub kept: usize,
    /// How much of them may be deleted.
    pub limits: Limits,
    /// The stack's globs of tags that are left to others.
    pub ignore_tags: Vec<String>,
}

impl Plan {
    /// Counts the steps.
    pub fn summary(&self) -> Summary {
        let count = |action| self.steps.iter().filter(|step| step.action == action).count();
        Summary {
            create: count(Action::Create),
            update: count(Action::Update),
            replace: count(Action::Replace),
            delete: count(Action::Delete),
            adopt: count(Action::Adopt),
            r#move: count(Action::Move),
            keep: count(Action::Keep),
            blocked: count(Action::Blocked),
        }
    }

    /// The digest of plans that are reviewed together: of one its own.
    pub fn digest_of(plans: &[&Self]) -> String {
        match plans {
            [plan] => plan.digest(),
            plans => super::digest::digest_of_all(plans),
        }
    }

    /// Whether there is nothing to do: neither a step nor something that could not be read.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.unknown.is_empty()
    }

    /// Whether nothing is left to do, for this run or for anybody: what is kept waits for nothing.
    pub fn is_done(&self) -> bool {
        self.unknown.is_empty() && Summary { keep: 0, ..self.summary() } == Summary::default()
    }

    /// The step that makes a resource of the file as the file has it. Under its address there may be
    /// another, of what AWS still has by that name and the file does not.
    pub fn towards(&self, address: &Address) -> Option<&Step> {
        self.steps.iter().find(|step| step.place.is_some() && step.address == *address)
    }

    /// The steps that do something.
    pub fn doing(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action.acts())
    }

    /// The plan without what must not be shown, with checks of it, for who carries it out later, or
    /// without, for everybody.
    #[must_use]
    pub fn shown(&self, checked: bool) -> Self {
        let steps = self.steps.iter().map(|step| step.shown(checked)).collect();
        Self { steps, ..self.clone() }
    }

    /// A short name for this plan, for everybody to see: any other difference, account, region or live
    /// state gives another one. Values that must not be shown do not go into it, only where they are
    /// and that they change, since whoever has the rest of the plan could try guesses on them.
    pub fn digest(&self) -> String {
        let steps: Vec<_> = self.steps.iter().map(Step::frozen).collect();
        let about = json!([self.stack, self.account, self.region, self.role, self.ignore_tags]);
        let plan = json!([about, steps]);
        in_full(&plan.to_string())
    }
}

impl Step {
    /// Everything that carrying it out depends on, without what must not be shown.
    fn frozen(&self) -> Value {
        let document = self.document.as_ref().map(|document| masked(document, &self.sensitive));
        let depends_on: Vec<_> = self.depends_on.iter().map(ToString::to_string).collect();
        let paths: Vec<_> = self.changes.iter().map(|change| change.path.to_string()).collect();
        json!([
            self.address.to_string(),
            self.name,
            self.owner,
            self.moved_from,
            self.adopts,
            self.protection,
            self.action,
            paths,
            document,
            self.fingerprint.as_ref().map(Fingerprint::frozen),
            self.arn,
            depends_on,
            self.wave,
            self.detour,
            self.tags_of_others,
            self.unmanaged,
            self.detail.value,
        ])
    }

    /// Whether an earlier apply left it before its digest was written.
    pub fn is_unfinished(&self) -> bool {
        self.fingerprint.as_ref().is_some_and(Fingerprint::is_unfinished)
    }

    /// The resource's ARN: the live one, or the one that it will have.
    pub fn arn(&self, place: &Place) -> Option<String> {
        let will_be = || {
            let fields = self.document.as_ref().unwrap_or(&Value::Null);
            kinds::of(&self.address.section).arn(&self.name, fields, place)
        };
        self.arn.clone().or_else(will_be)
    }

    /// The texts in it that must not be shown, as others may spell them, the longest first. Shorter ones than a few letters
    /// would be found in the middle of other words.
    pub fn secret_texts(&self) -> Vec<String> {
        const SHORTEST: usize = 5;
        let of_changes = self.changes.iter().filter(|change| change.sensitive);
        let of_changes = of_changes.flat_map(|change| change.before.iter().chain(&change.after));
        let document = self.document.iter();
        let of_document = document
            .flat_map(|document| self.sensitive.iter().filter_map(|path| path.at(document)));
        let texts = of_changes.chain(of_document).flat_map(texts);
        let mut secrets: Vec<_> =
            texts.filter(|text| text.len() >= SHORTEST).flat_map(spellings).collect();
        secrets.sort_by_key(|text| std::cmp::Reverse(text.len()));
        secrets.dedup();
        secrets
    }

    /// Where values come that must not be shown, so that the plan's digest does not tell them apart.
    pub fn unreviewed(&self) -> impl Iterator<Item = &Path> {
        let coming =
            self.changes.iter().filter(|change| change.sensitive && change.after.is_some());
        coming.map(|change| &change.path)
    }

    /// Whether it has to do with what must not be shown.
    pub(super) fn has_secrets(&self) -> bool {
        // AWS may have a secret that the file does not.
        !self.sensitive.is_empty() || self.changes.iter().any(|change| change.sensitive)
    }

    /// The step without what must not be shown, with checks of it or without.
    fn shown(&self, checked: bool) -> Self {
        let shown = |value: &Option<Value>, sensitive: bool| match value {
            Some(_) if sensitive => Some(SENSITIVE.into()),
            other => other.clone(),
        };
        let changes = self.changes.iter().map(|change| Change {
            before: shown(&change.before, change.sensitive),
            after: shown(&change.after, change.sensitive),
            ..change.clone()
        });
        Self {
            changes: changes.collect(),
            document: self.document.as_ref().map(|document| masked(document, &self.sensitive)),
            sealed: self.sealed.as_ref().filter(|_| checked).map(Secrets::shown),
            fingerprint: self.fingerprint.as_ref().map(|seen| seen.shown(checked)),
            // Without a secret in the document there is nothing to be filled in.
            sent: if self.sealed.is_none() { self.sent.clone() } else { Value::Null },
            ..self.clone()
        }
    }
}

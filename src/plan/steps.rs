//! The steps of a plan, one by one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::address::Address;
use super::compare::{Difference, Path, differences, hides};
use super::digest::Digest;
use super::fingerprint::{Concern, Fingerprint};
use super::keep;
use super::origin::Sides;
use super::others::part;
use super::secret::Secrets;
use super::step::{Action, Change, Detail, Origin, Protection, Step};
use crate::kinds::{self, Kind, Live, Ownership};
use crate::safety::Mark;
use crate::stack::{Stack, Wanted};

/// Makes the steps of a stack's plan.
#[derive(Clone, Copy)]
pub(super) struct Steps<'a> {
    pub(super) stack: &'a Stack,
}

impl Steps<'_> {
    /// A resource that is not there yet.
    pub(super) fn create(self, wanted: &Wanted) -> Step {
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
        let tagged = kind.ownership() == Ownership::Tag;
        let protection = Protection { before: false, after: tagged && wanted.protect };
        let told = keep::told(protection).into_iter().collect();
        let detail = Detail { told, ..Detail::default() };
        Step {
            address: wanted.address.clone(),
            name: wanted.name.clone(),
            owner: kind.owner(&self.stack.name, &self.stack.place),
            moved_from: None,
            adopts: false,
            protection,
            action: Action::Create,
            because: "not in AWS yet".to_owned(),
            place: Some(wanted.place.clone()),
            changes,
            document: Some(wanted.document.clone()),
            sent: wanted.sent.clone(),
            unmanaged: wanted.unmanaged.clone(),
            detail,
            sensitive: wanted.sensitive.clone(),
            secrets: wanted.secrets.clone(),
            sealed: sealed(&wanted.address, &wanted.document, &wanted.sensitive),
            digest: applied_digest(wanted, &wanted.document, &wanted.sensitive).to_string(),
            left: kind.left(&wanted.settings),
            fingerprint: None,
            arn: None,
            depends_on: wanted.depends_on.clone(),
            wave: 0,
            detour: None,
            tags_of_others: BTreeMap::new(),
        }
    }

    /// What is there becomes what the file has.
    pub(super) fn change(self, action: Action, wanted: &Wanted, live: &Live) -> Step {
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
            detail: Detail::default(),
            protection: Protection::default(),
            fingerprint: Some(Fingerprint::of(live, concern)),
            arn: live.arn.clone(),
            tags_of_others,
            ..self.create(wanted)
        }
    }

    /// What is there goes.
    pub(super) fn delete(
        self,
        live: &Live,
        before: Option<&str>,
        because: &str,
        hidden: &[Path],
    ) -> Step {
        let kind = kinds::of(live.section);
        let owner = kind.owner(&self.stack.name, &self.stack.place);
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let was_hidden = |path: &Path| applied.as_ref().is_some_and(|digest| digest.hides(path));
        let hidden: Vec<_> = hidden.iter().chain(&live.sensitive).cloned().collect();
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
        let concern =
            Concern { ignore_tags: &self.stack.ignore_tags, hidden: &hidden, ..Concern::default() };
        Step {
            action: Action::Delete,
            because: because.to_owned(),
            changes,
            detail: kind.detail(None, live, &[]),
            digest: String::new(),
            fingerprint: Some(Fingerprint::of(live, concern)),
            sensitive: hidden,
            ..self.retag(live, owner, before, keep::as_it_is(live))
        }
    }

    /// What is there goes, since the file says that it is not to be.
    pub(super) fn absent(self, wanted: &Wanted, live: &Live) -> Step {
        let because = "the file says that it is absent";
        of_file(self.delete(live, None, because, &[]), wanted)
    }

    /// What is there stays as it is, but for our own tags. What it is called and why is the caller's
    /// to say.
    pub(super) fn retag(
        self,
        live: &Live,
        owner: String,
        before: Option<&str>,
        protection: Protection,
    ) -> Step {
        let concern = Concern {
            ignore_tags: &self.stack.ignore_tags,
            hidden: &live.sensitive,
            ..Concern::default()
        };
        let digest = live.mark.as_ref().and_then(|mark| mark.digest.clone());
        Step {
            address: Address::new(live.section, &live.name),
            name: live.name.clone(),
            owner,
            moved_from: before.map(str::to_owned),
            adopts: false,
            protection,
            action: Action::Update,
            because: String::new(),
            place: None,
            changes: Vec::new(),
            document: None,
            sent: Value::Null,
            unmanaged: Vec::new(),
            detail: Detail::default(),
            secrets: Vec::new(),
            sealed: None,
            digest: digest.unwrap_or_default(),
            left: Vec::new(),
            fingerprint: Some(Fingerprint::of(live, concern)),
            sensitive: live.sensitive.clone(),
            arn: live.arn.clone(),
            depends_on: Vec::new(),
            wave: 0,
            detour: None,
            tags_of_others: BTreeMap::new(),
        }
    }

    /// What differs, field by field, and who moved.
    pub(super) fn changes(self, kind: &dyn Kind, wanted: &Wanted, live: &Live) -> Vec<Change> {
        let sides = Sides::of(wanted, live, &self.stack.ignore_tags);
        differences(Some(&sides.seen), Some(&wanted.document), &|path| kind.is_whole(path))
            .into_iter()
            .map(|Difference { path, before, after }| Change {
                sensitive: sides.hides(&path),
                origin: sides.origin(&path),
                before: spelled(&live.facts, &path, before),
                after: spelled(&wanted.sent, &path, after),
                path,
            })
            .collect()
    }
}

/// A step that deletes what the file names.
pub(super) fn of_file(step: Step, wanted: &Wanted) -> Step {
    Step { address: wanted.address.clone(), place: Some(wanted.place.clone()), ..step }
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

/// The digest of a document of this resource, the file's or AWS's: what is left to others is not in
/// it.
pub(super) fn applied_digest(wanted: &Wanted, document: &Value, secret: &[Path]) -> Digest {
    digest_without(document, &kinds::of(&wanted.address.section).left(&wanted.settings), secret)
}

/// The digest of a document but for what is left to others.
pub(super) fn digest_without(document: &Value, left: &[Path], secret: &[Path]) -> Digest {
    let mut document = document.clone();
    for path in left {
        if let Some(value) = path.at_mut(&mut document) {
            *value = Value::Null;
        }
    }
    Digest::of(&document, secret)
}

/// The secrets of a resource's document.
pub(crate) fn sealed(address: &Address, document: &Value, sensitive: &[Path]) -> Option<Secrets> {
    Secrets::of(document, sensitive, &address.to_string())
}

/// Whether the document of a step has this top-level field among its changes.
pub(crate) fn touches(step: &Step, field: &str) -> bool {
    step.changes.iter().any(|change| change.path == Path::of(field))
}

/// The value of a top-level field in a step's document.
pub(crate) fn after<'a>(step: &'a Step, field: &str) -> Option<&'a Value> {
    step.document.as_ref()?.get(field)
}

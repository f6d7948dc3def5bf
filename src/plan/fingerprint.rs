//! What was seen of a live resource, in short: enough to tell which of its fields moved since.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::compare::{Path, differences, masked};
use super::digest::hash;
use super::others::part;
use super::secret::Secrets;
use crate::kinds::{self, Live};
use crate::safety::Mark;

/// How our mark is called among what moved.
pub const MARK: &str = "its mark";
/// Characters of the hash of a field.
const FIELD: usize = 8;

/// What was seen of a live resource that the stack is concerned with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// Its ARN.
    arn: Option<String>,
    /// Our mark on it.
    mark: Option<Mark>,
    /// What AWS gave this state of it, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    /// A short hash of each top-level field, without what must not be shown.
    fields: BTreeMap<String, String>,
    /// A check of what must not be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    secrets: Option<Secrets>,
}

/// What the file says of a resource, as far as it decides what of the live one the stack is
/// concerned with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Concern<'a> {
    /// The file's document, `None` where the file has none.
    pub file: Option<&'a Value>,
    /// Top-level fields that are left to others.
    pub unmanaged: &'a [String],
    /// Globs of tags that are left to others.
    pub ignore_tags: &'a [String],
    /// Values that must not be shown.
    pub hidden: &'a [Path],
}

impl Fingerprint {
    /// The fingerprint of a live resource.
    pub fn of(live: &Live, concern: Concern<'_>) -> Self {
        let Concern { file, unmanaged, ignore_tags, hidden } = concern;
        let (seen, _) = part(live, file, unmanaged, ignore_tags);
        let kind = kinds::of(live.section);
        let applied = live.mark.as_ref().and_then(Mark::digest);
        let leaves = differences(None, Some(&seen), &|path| kind.is_whole(path)).into_iter();
        let was_hidden = leaves
            .map(|leaf| leaf.path)
            .filter(|path| applied.as_ref().is_some_and(|applied| applied.hides(path)));
        let hidden: Vec<_> =
            hidden.iter().chain(&live.sensitive).cloned().chain(was_hidden).collect();
        let shown = masked(&seen, &hidden);
        let fields = shown.as_object().into_iter().flatten();
        Self {
            arn: live.arn.clone(),
            mark: live.mark.clone(),
            revision: kind.revision(live).map(str::to_owned),
            fields: fields
                .map(|(name, value)| (name.clone(), hash(&value.to_string(), FIELD)))
                .collect(),
            secrets: Secrets::of(&seen, &hidden, &format!("{}.{}", live.section, live.name)),
        }
    }

    /// Whether it carried a mark without a digest.
    pub(super) fn is_unfinished(&self) -> bool {
        self.mark.as_ref().is_some_and(Mark::is_unfinished)
    }

    /// What is not as it was, in words: fields by their names first.
    pub fn moved(&self, now: &Self) -> Vec<String> {
        let fields = self.fields.keys().chain(now.fields.keys());
        let mut moved: Vec<_> = fields
            .filter(|name| self.fields.get(*name) != now.fields.get(*name))
            .map(|name| format!("`{name}`"))
            .collect();
        moved.sort();
        moved.dedup();
        // A field that moved has a new revision, too.
        let written = moved.is_empty() && self.revision != now.revision;
        let beside = [
            (written, "its revision: it was written again"),
            (self.mark != now.mark, MARK),
            (self.arn != now.arn, "its ARN"),
            (moved.is_empty() && self.secrets != now.secrets, "a value that is not shown"),
        ];
        moved.extend(beside.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned()));
        moved
    }

    /// The fingerprint without what must not be shown, with a check of it or without.
    pub(super) fn shown(&self, checked: bool) -> Self {
        let secrets = self.secrets.as_ref().filter(|_| checked);
        Self { secrets: secrets.map(Secrets::shown), ..self.clone() }
    }

    /// Everything of it that may be hashed into the name of a plan.
    pub(super) fn frozen(&self) -> Value {
        let mut frozen = vec![json!(self.arn), json!(self.mark), json!(self.fields)];
        frozen.extend(self.revision.as_ref().map(|revision| json!(revision)));
        json!(frozen)
    }
}

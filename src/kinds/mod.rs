//! The kinds of resource. A kind is a folder here, and one line in [`ALL`].

mod default_sampling;
mod publish;
mod sampling_rules;
mod shape;
mod tags;
pub mod task_definitions;

pub(crate) use tags::tags;

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Node};
use crate::plan::{Change, Path, Step};
use crate::safety::Mark;
use crate::stack::{Body, Place, Stack};

/// Every kind, in the order of the sections in a stack file.
pub static ALL: [&dyn Kind; 2] =
    [&sampling_rules::SamplingRules, &default_sampling::DefaultSampling];

/// The kind of a section, if there is one of that name.
pub fn find(section: &str) -> Option<&'static dyn Kind> {
    ALL.iter().find(|kind| kind.section() == section).copied()
}

/// The kind of a section that came from a kind, or was checked against them.
#[expect(clippy::expect_used, reason = "sections of wanted and live resources come from kinds")]
pub(crate) fn of(section: &str) -> &'static dyn Kind {
    find(section).expect("the section of a kind") // invariant
}

/// How a kind's resources are told to belong to a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// By the tags on them.
    Tag,
    /// By standing in the file: AWS has exactly one, and it carries no tags.
    Declaration,
}

/// What happens to a resource that cannot be deleted when its stack is destroyed.
#[derive(Debug, Clone, PartialEq)]
pub enum Farewell {
    /// It goes back to what AWS ships.
    Reset {
        /// The canonical document AWS ships.
        document: Value,
        /// Why, in a few words.
        because: String,
    },
    /// It stays.
    Leave {
        /// Why, in a few words.
        because: String,
    },
}

/// A resource as it is in AWS.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Its kind's section.
    pub section: &'static str,
    /// The name AWS knows it by.
    pub name: String,
    /// Its ARN.
    pub arn: Option<String>,
    /// The canonical document, its user's tags under `Tags` where the kind has tags.
    pub document: Value,
    /// Our mark, where it carries one.
    pub mark: Option<Mark>,
    /// When AWS says it was last changed, RFC 3339.
    pub modified: Option<String>,
}

/// A read that did not succeed, so that nothing is known of what it would have shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreadable {
    /// The section it is about.
    pub section: &'static str,
    /// The one resource it is about, `None` for the whole section.
    pub name: Option<String>,
    /// Why, in a sentence.
    pub because: String,
    /// What was seen of it all the same, enough to know that it is there.
    pub seen: Option<Value>,
}

/// What was seen of AWS.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observation {
    /// What is there, whoever owns it.
    pub live: Vec<Live>,
    /// What could not be read.
    pub unreadable: Vec<Unreadable>,
}

impl Observation {
    /// Whether it is unknown if, and how, this resource exists.
    pub fn unreadable(&self, section: &str, name: &str) -> bool {
        self.unreadable.iter().any(|read| {
            read.section == section && read.name.as_deref().is_none_or(|known| known == name)
        })
    }

    /// Takes another observation in.
    pub fn extend(&mut self, other: Self) {
        self.live.extend(other.live);
        self.unreadable.extend(other.unreadable);
    }
}

/// How carrying a step out ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landed {
    /// It is as planned.
    Whole,
    /// AWS refused it for what another step has yet to change. It went the step's detour, and
    /// carries no digest until [`Kind::settle`] is called after the other steps.
    Parked,
}

/// A kind of resource: how it is written, read, compared and changed.
///
/// Everything down to [`Kind::arrange`] is pure; [`Kind::observe`], [`Kind::carry_out`] and
/// [`Kind::settle`] talk to AWS.
pub trait Kind: Sync {
    /// The section of the stack file.
    fn section(&self) -> &'static str;

    /// The key where AWS has exactly one of it, so that the section is the body itself.
    fn only_key(&self) -> Option<&'static str> {
        None
    }

    /// How a resource is called in a sentence, `a sampling rule`.
    fn noun(&self) -> &'static str;

    /// Takes the AWS CLI's input, a describe call's answer or the bare document apart, and
    /// returns the bare document; what it drops it says in a note.
    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node>;

    /// The name AWS knows it by, from the key and the body, references not yet resolved.
    fn name(&self, key: &str, body: &Node) -> String;

    /// The canonical document of a body, checked against everything that is known before AWS is
    /// asked.
    fn read(&self, name: &str, body: &Node, found: &mut Diagnostics) -> Option<Body>;

    /// The JSON Schema of a body, without the envelope's own keys.
    fn schema(&self) -> Value;

    /// The reference page: what it is, its fields, and what is special about it, in Markdown.
    fn page(&self) -> String;

    /// How its resources are told to belong to a stack.
    fn ownership(&self) -> Ownership;

    /// The value of the mark on a stack's resources.
    fn owner(&self, stack: &Stack) -> String {
        stack.name.clone()
    }

    /// The ARN that a resource has or will have, where it follows from its name.
    fn arn(&self, name: &str, place: &Place) -> Option<String>;

    /// Whether a field of a resource that comes or goes is not worth a line.
    fn is_quiet(&self, path: &Path, value: &Value) -> bool;

    /// Why AWS has no call for these changes, so that the resource is made anew.
    fn replaces(&self, changes: &[Change]) -> Option<String> {
        let _ = changes;
        None
    }

    /// What happens to a resource that is not deleted with its stack. Only for kinds owned by
    /// declaration.
    fn farewell(&self, file: &Value, live: &Live) -> Farewell {
        let _ = (file, live);
        Farewell::Leave { because: "it is not the stack's".to_owned() }
    }

    /// The kind's own concerns about the order of steps.
    fn arrange(&self, steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        let _ = (steps, observed, notes);
    }

    /// What of this kind is there, whoever owns it: everything, or what has one of these names.
    fn observe<'a>(
        &'a self,
        reads: &'a Reads<'a>,
        only: Option<&'a BTreeSet<String>>,
    ) -> BoxFuture<'a, Observation>;

    /// Does what one step says.
    fn carry_out<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
    ) -> BoxFuture<'a, Result<Landed, Failure>>;

    /// Brings a parked resource from its detour to where the step wants it.
    fn settle<'a>(&'a self, aws: &'a Aws, step: &'a Step) -> BoxFuture<'a, Result<(), Failure>> {
        let _ = (aws, step);
        Box::pin(async { Ok(()) })
    }
}

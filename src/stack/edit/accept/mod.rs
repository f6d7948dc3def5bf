//! What AWS has, written into the files that a resource came from, wherever it differs from them.
//!
//! The body is made to say what AWS has, its own nodes kept wherever they say it already (`agree`);
//! where a node differs, or is gone, or is new, the file that it came from is edited there (`places`).
//! Whether the files then say what was meant is for [`verified`] to tell, which looks at all that a
//! stack is read from them.

mod agree;
mod lists;
mod places;
mod policy;
mod verify;

pub use verify::verified;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::replace::edited;
use crate::document::{Diagnostic, Diagnostics, FileId, Map, Node, Sources, Value, is_secret};
use crate::kinds::{self, Kind, Live, Ownership};
use crate::plan::{Change, Origin, Path, Step, part};
use crate::stack::body::add_tags;
use crate::stack::{Given, Place, Stack, Tags, Wanted};

/// A resource whose live values are taken over.
#[derive(Debug, Clone, Copy)]
pub struct Moved<'a> {
    /// How the file has it.
    pub wanted: &'a Wanted,
    /// How it is in AWS.
    pub live: &'a Live,
    /// What a plan says of it.
    pub step: &'a Step,
}

/// A file with other text in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The file as it was read.
    pub file: FileId,
    /// The new text.
    pub text: String,
}

/// The resource, and what is asked of its body.
struct Subject<'a> {
    kind: &'static dyn Kind,
    name: &'a str,
    place: &'a Place,
    sections: &'a BTreeSet<&'static str>,
    tags: &'a Tags,
    body: &'a Node,
    /// The settings beside it.
    settings: &'a Map,
    /// The canonical document that the file has, without what the stack adds to it: what a daemon needs
    /// is added to roles.
    file: Json,
    /// What the stack is concerned with of the one in AWS.
    live: Json,
    /// The same as a person writes it.
    written: Json,
    /// The fields that are taken over.
    fields: Vec<String>,
}

impl Moved<'_> {
    /// The top-level fields that AWS changed: those that only the file changed stay as it has them.
    pub fn fields(&self) -> Vec<String> {
        let moved = self.step.changes.iter().filter(|change| change.origin != Origin::Pending);
        let mut fields: Vec<_> = moved.map(|change| change.path.field().to_owned()).collect();
        fields.dedup();
        fields
    }

    fn subject<'a>(&'a self, stack: &'a Stack) -> Subject<'a> {
        let Self { wanted, live, .. } = self;
        let kind = kinds::of(&wanted.address.section);
        let (document, _) =
            part(live, Some(&wanted.document), &wanted.unmanaged, &stack.ignore_tags);
        let written = kind.written(&Live { document: document.clone(), ..(*live).clone() });
        let mut subject = Subject {
            kind,
            name: &wanted.name,
            place: &stack.place,
            sections: &stack.sections,
            tags: &stack.tags,
            body: &wanted.body,
            settings: &wanted.beside,
            file: wanted.document.clone(),
            live: document,
            written,
            fields: self.fields(),
        };
        if let Some(own) = subject.read(subject.body) {
            subject.file = own;
        }
        subject
    }
}

impl Subject<'_> {
    /// The canonical document of a body.
    fn read(&self, body: &Node) -> Option<Json> {
        let mut body = body.clone();
        if self.kind.ownership() == Ownership::Tag {
            add_tags(&mut body, self.kind.tags_field(), self.tags);
        }
        let given = Given {
            name: self.name,
            body: &body,
            settings: self.settings,
            place: self.place,
            sections: self.sections,
        };
        let mut found = Diagnostics::default();
        let read = self.kind.read(&given, &mut found).filter(|_| !found.has_errors())?;
        Some(read.document)
    }

    /// The fields in which a body does not say what AWS has, though it should; nothing where it is
    /// not sound.
    fn differing(&self, body: &Node) -> Option<Vec<String>> {
        let document = self.read(body)?;
        let differs = |field: &&String| document.get(*field) != self.live.get(*field);
        Some(self.fields.iter().filter(differs).cloned().collect())
    }

    /// Whether a body says what AWS has in the fields that are taken over, and what it did in all
    /// others.
    fn agrees(&self, body: &Node) -> bool {
        self.read(body)
            .is_some_and(|document| as_meant(&document, &self.file, &self.live, &self.fields))
    }

    /// What is said of a path, at its place in the file or at the resource's.
    fn at(&self, path: &Path, problem: Diagnostic) -> Diagnostic {
        let known = agree::ways(self, self.body);
        let nearest = (1..=path.0.len()).rev().find_map(|length| {
            let mut body = self.body.clone();
            let way = known.get(&Path(path.0[..length].to_vec()))?;
            Some(super::replace::at(&mut body, way)?.span)
        });
        problem.at(nearest.unwrap_or(self.body.span))
    }

    /// Whether the order of the list at a path means nothing.
    fn is_set(&self, path: &Path) -> bool {
        let mut body = self.body.clone();
        let reversed = agree::ways(self, &body).get(path).and_then(|way| {
            let Value::Seq(items) = &mut super::replace::at(&mut body, way)?.value else {
                return None;
            };
            items.reverse();
            Some(())
        });
        reversed.is_some()
            && self.read(&body).is_some_and(|document| path.at(&document) == path.at(&self.file))
    }
}

/// Whether a canonical document has what AWS has in these fields, and what the file had in all others.
fn as_meant(document: &Json, file: &Json, live: &Json, fields: &[String]) -> bool {
    let names = [document, file, live].into_iter().filter_map(Json::as_object).flatten();
    names.map(|(name, _)| name).all(|name| {
        let meant = if fields.contains(name) { live } else { file };
        document.get(name) == meant.get(name)
    })
}

/// The files that have to be written, each with its new text.
///
/// # Errors
/// Adds to `found` what stands in the way, and returns nothing.
pub fn texts(
    stack: &Stack,
    sources: &Sources,
    moved: &[Moved<'_>],
    found: &mut Diagnostics,
) -> Option<Vec<Edited>> {
    let before = found.errors();
    let mut edits = places::Edits::new();
    let mut resources = BTreeMap::new();
    for one in moved {
        let known = found.errors();
        match edits_of(one, stack, sources, found) {
            Some(more) => {
                for (file, more) in more {
                    edits.entry(file).or_default().extend(more);
                    resources.entry(file).or_insert(one.wanted);
                }
            }
            None if found.errors() > known => {}
            None => found.push(by_hand(one)),
        }
    }
    let mut written = Vec::new();
    for (file, edits) in edits {
        let language = places::language(sources, file, &stack.file);
        match edited(sources.text(file), language, &places::ordered(edits)) {
            Some(text) => written.push(Edited { file, text }),
            None => found.push(whole_only(resources[&file], sources.path(file))),
        }
    }
    (found.errors() == before).then_some(written)
}

fn edits_of(
    moved: &Moved<'_>,
    stack: &Stack,
    sources: &Sources,
    found: &mut Diagnostics,
) -> Option<places::Edits> {
    let subject = moved.subject(stack);
    refuse_secrets(moved, &subject, found)?;
    refuse_stack_tags(&subject, found)?;
    // What is new stands in a file that is none of those.
    let mut with_live = sources.clone();
    let live = with_live.add("AWS", "");
    let body = agree::agreed(&subject, live)?;
    let secrets = subject.kind.secrets(&body);
    let mut finder = places::Finder::new(sources, &stack.file, live, secrets, found);
    finder.compare(&moved.wanted.body, &body)?;
    Some(finder.edits)
}

/// A secret is never written.
fn refuse_secrets(moved: &Moved<'_>, subject: &Subject<'_>, found: &mut Diagnostics) -> Option<()> {
    let looks_secret = |change: &&Change| {
        // Tags and attributes go by their names; of the rest the kind knows more.
        let is_named = change.path.0.len() == 2 && !subject.kind.is_whole(&change.path);
        let (name, text) = (change.path.0.last(), change.before.as_ref().and_then(Json::as_str));
        let is_secret = name.zip(text).is_some_and(|(name, text)| is_secret(name, text));
        change.sensitive || (is_named && is_secret)
    };
    let Some(secret) = moved.step.changes.iter().find(looks_secret) else { return Some(()) };
    let what = format!("`{}` is a secret or looks like one, which is never written", secret.path);
    let problem = Diagnostic::error(what)
        .help("put it back with `apply`; or keep it in Secrets Manager or SSM, and name it there");
    found.push(subject.at(&secret.path, problem));
    None
}

/// The tags of the stack are not one resource's to change.
fn refuse_stack_tags(subject: &Subject<'_>, found: &mut Diagnostics) -> Option<()> {
    let field = subject.kind.tags_field();
    if subject.kind.ownership() != Ownership::Tag || !subject.fields.iter().any(|one| one == field)
    {
        return Some(());
    }
    let known = agree::ways(subject, subject.body);
    let differs = |key: &str| {
        let path = Path::of(field).join(key);
        !known.contains_key(&path) && path.at(&subject.live) != path.at(&subject.file)
    };
    let Some((key, (_, span))) = subject.tags.iter().find(|(key, _)| differs(key)) else {
        return Some(());
    };
    let problem = Diagnostic::error(format!("the tag `{key}` comes from the stack's `tags`"))
        .at(*span)
        .help("change it there, or give the resource a tag of this name itself, and accept again");
    found.push(problem);
    None
}

/// What cannot be edited without a change of something else, an anchor's other places say.
fn whole_only(wanted: &Wanted, path: &str) -> Diagnostic {
    let address = &wanted.address;
    Diagnostic::error(format!(
        "{path} cannot take what AWS has of {address} without changing what else stands there"
    ))
    .at(wanted.body.span)
    .help("change it by hand: `tracewright show` has both values, side by side")
}

/// What no edit says.
fn by_hand(moved: &Moved<'_>) -> Diagnostic {
    let address = &moved.wanted.address;
    Diagnostic::error(format!("what AWS has of {address} cannot be written where the file has it"))
        .at(moved.wanted.body.span)
        .help("change it by hand: `tracewright show` has both values, side by side")
}

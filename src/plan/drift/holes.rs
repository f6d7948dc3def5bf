//! What depends on variables that are not set: it is held against what was last applied alone.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::build::names;
use super::super::compare::{Path, masked};
use super::super::origin::Sides;
use super::super::others::part;
use super::super::step::Origin;
use super::super::steps::spelled;
use super::report::Field;
use crate::kinds::{self, Live, Observation};
use crate::stack::{Hole, Stack, Wanted, unset};

/// Whether something could be told of the holes of a resource.
pub(super) enum Told {
    /// It could.
    All,
    /// It could not.
    Not {
        /// Why, in a sentence.
        because: String,
    },
}

/// The stack with what AWS has in the place of each hole: what is left to compare is what the file
/// says itself.
pub(super) fn filled(stack: &Stack, observed: &Observation) -> Stack {
    let mut stack = stack.clone();
    for wanted in stack.wanted.iter_mut().filter(|wanted| !wanted.holes.is_empty()) {
        if let Some(live) = observed.live.iter().find(|live| names(wanted, live)) {
            fill(wanted, live, &stack.ignore_tags);
        }
    }
    stack
}

fn fill(wanted: &mut Wanted, live: &Live, ignore_tags: &[String]) {
    let (seen, _) = part(live, Some(&wanted.document), &wanted.unmanaged, ignore_tags);
    for Hole { path, .. } in &wanted.holes {
        match (path.at(&seen), path.at_mut(&mut wanted.document)) {
            (Some(value), Some(place)) => *place = value.clone(),
            // Where AWS has nothing, the digest says whether it had.
            (None, Some(_)) => take(&mut wanted.document, path, &seen),
            _ => {}
        }
    }
}

/// Takes a value out, and what it stood in where nothing else does, and AWS has no such thing.
fn take(document: &mut Value, path: &Path, seen: &Value) {
    let Some((last, above)) = path.0.split_last() else { return };
    let above = Path(above.to_vec());
    let Some(Value::Object(fields)) = above.at_mut(document) else { return };
    fields.remove(last);
    if fields.is_empty() && above.at(seen).is_none() {
        take(document, &above, seen);
    }
}

/// Adds to the fields that differ those holes that moved, or may have.
///
/// AWS moved where a top-level field has another digest than the one that was last applied. If the
/// file, what AWS has in its holes, has that digest, its other fields tell what moved; if not, a hole
/// is among it.
pub(super) fn tell(wanted: &Wanted, live: &Live, sides: &Sides, fields: &mut Vec<Field>) -> Told {
    let is_shown = |hole: &&Hole| hole.path.0.is_empty() || !sides.hides(&hole.path);
    let mut not_told = Vec::new();
    for hole in wanted.holes.iter().filter(is_shown) {
        let is_all = hole.path.0.is_empty();
        let within: Vec<_> =
            if is_all { top_level(live, &sides.seen) } else { vec![hole.path.field().to_owned()] };
        for field in within {
            let path = if is_all { Path::of(&field) } else { hole.path.clone() };
            match sides.moved(&field) {
                Some(false) => {}
                Some(true) if !is_all && sides.stayed_in_file(&field) => {}
                Some(true) if is_there(fields, &path) => {}
                Some(true) => fields.push(moved(hole, path, live, sides)),
                None if not_told.contains(&hole) => {}
                None => not_told.push(hole),
            }
        }
        // That the file moved too is more than can be told.
        for other in fields.iter_mut().filter(|other| other.path.field() == hole.path.field()) {
            if other.origin == Origin::Conflict {
                other.origin = Origin::Drift;
            }
        }
    }
    if not_told.is_empty() { Told::All } else { Told::Not { because: because(&not_told) } }
}

fn is_there(fields: &[Field], path: &Path) -> bool {
    fields.iter().any(|field| field.path == *path)
}

fn moved(hole: &Hole, path: Path, live: &Live, sides: &Sides) -> Field {
    // Of a whole field what is secret in it is masked, and the rest is shown.
    let aws = if sides.hides(&path) {
        path.at(&masked(&sides.seen, &sides.secret)).cloned()
    } else {
        spelled(&live.facts, &path, path.at(&sides.seen).cloned())
    };
    let unset = hole.unset.clone();
    Field { aws, file: None, origin: Origin::Drift, sensitive: false, unset, ignored: None, path }
}

/// Every top-level field that a resource has or may have had.
fn top_level(live: &Live, seen: &Value) -> Vec<String> {
    let schema = kinds::of(live.section).schema();
    let known = schema["properties"].as_object().into_iter().flatten();
    let has = seen.as_object().into_iter().flatten();
    let names: BTreeSet<_> = known.chain(has).map(|(name, _)| name.clone()).collect();
    names.into_iter().collect()
}

fn because(holes: &[&Hole]) -> String {
    let paths: Vec<_> = holes.iter().map(|hole| hole.path.to_string()).collect();
    let references: BTreeSet<_> = holes.iter().flat_map(|hole| hole.unset.clone()).collect();
    let references: Vec<_> = references.into_iter().collect();
    let depends = if paths.len() == 1 { "depends" } else { "depend" };
    let what = match paths.join(", ") {
        all if all.is_empty() => "it".to_owned(),
        some => some,
    };
    format!("{what} {depends} on {}, and nothing tells what was last applied", unset(&references))
}

//! Whether files that were changed say what was meant, and nothing else.

use super::{Moved, as_meant};
use crate::document::{Diagnostic, Diagnostics, FileId, Sources};
use crate::plan::part;
use crate::stack::{Reading, Stack, Wanted};

/// Whether the stack that is read from the changed files wants what AWS has of what was taken over,
/// and of everything else what it did.
///
/// # Errors
/// Adds to `found` what does not hold.
pub fn verified(
    stack: &Stack,
    sources: &Sources,
    changed: &[FileId],
    moved: &[Moved<'_>],
    again: &Reading,
    found: &mut Diagnostics,
) -> Option<()> {
    let before = found.errors();
    let Some(new) = &again.stack else {
        let first =
            again.found.all.iter().find(|one| one.severity == crate::document::Severity::Error);
        let because = first.map_or(String::new(), |one| format!(": {}", one.message));
        let problem =
            Diagnostic::error(format!("with AWS's values the stack could not be read{because}"));
        found.push(problem.help("change the files by hand, or put AWS back with `apply`"));
        return None;
    };
    for wanted in &stack.wanted {
        let known = new.wanted.iter().find(|other| other.address == wanted.address);
        let taken = moved.iter().find(|moved| moved.wanted.address == wanted.address);
        let is_meant = known.is_some_and(|new| match taken {
            Some(moved) => says_what_aws_has(moved, new, stack),
            None => wants_same(wanted, new),
        });
        if is_meant {
            continue;
        }
        found.push(if taken.is_some() { cannot(wanted) } else { shared(wanted, sources, changed) });
    }
    if around(stack) != around(new) || stack.wanted.len() != new.wanted.len() {
        found.push(Diagnostic::error("the stack itself would be another with AWS's values in it"));
    }
    (found.errors() == before).then_some(())
}

fn cannot(wanted: &Wanted) -> Diagnostic {
    let message = format!("what AWS has of {} cannot be written in here", wanted.address);
    let help = format!("change {} by hand: `tracewright show` has both values", wanted.place);
    Diagnostic::error(message).help(help)
}

fn shared(wanted: &Wanted, sources: &Sources, changed: &[FileId]) -> Diagnostic {
    let files = changed.iter().map(|file| sources.path(*file)).collect::<Vec<_>>().join(" or ");
    let message = format!("{} would change with it: it is made of {files} too", wanted.address);
    let place = &wanted.place;
    Diagnostic::error(message).help(format!(
        "give one of them a file of its own, or write what differs beside `file` ({place})"
    ))
}

fn says_what_aws_has(moved: &Moved<'_>, new: &Wanted, stack: &Stack) -> bool {
    let Moved { wanted, live, .. } = moved;
    let (live, _) = part(live, Some(&wanted.document), &wanted.unmanaged, &stack.ignore_tags);
    as_meant(&new.document, &wanted.document, &live, &moved.fields())
        && wanted.name == new.name
        && wanted.unmanaged == new.unmanaged
        && wanted.settings == new.settings
}

/// Whether two wants are one, wherever they stand.
fn wants_same(one: &Wanted, other: &Wanted) -> bool {
    let bare = |wanted: &Wanted| Wanted {
        body: one.body.clone(),
        beside: one.beside.clone(),
        place: String::new(),
        secrets: Vec::new(),
        ..wanted.clone()
    };
    bare(one) == bare(other)
}

/// What surrounds the resources, wherever it stands.
fn around(stack: &Stack) -> (Stack, Vec<(&str, &str)>) {
    let tags = stack.tags.iter().map(|(key, (text, _))| (key.as_str(), text.as_str())).collect();
    let bare = Stack {
        wanted: Vec::new(),
        tags: crate::stack::Tags::new(),
        nameless: Vec::new(),
        ..stack.clone()
    };
    (bare, tags)
}

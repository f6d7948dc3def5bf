//! From a stack file's text to a [`Stack`].

use std::collections::{BTreeMap, BTreeSet};

use super::Stack;
use super::envelope::{self, Opener};
use super::files::{Files, Loaded};
use super::ignored;
use super::moves::{check_given, check_renamed};
use super::refs::Names;
use super::resolve::{Draft, Scope};
use super::vars::{Inputs, Variables};
use crate::document::{Diagnostic, Diagnostics, Map, Sources, Span, Value, or_nearest, read_yaml};
use crate::kinds;
use crate::plan::Address;

/// What came of reading a stack file.
#[derive(Debug)]
pub struct Reading {
    /// The stack, where nothing was wrong.
    pub stack: Option<Stack>,
    /// Everything that is wrong, or worth a warning or a note.
    pub found: Diagnostics,
    /// The files that were read.
    pub sources: Sources,
}

/// Reads a stack file, and the files that it names.
pub fn read(file: Loaded, files: &mut dyn Files, inputs: &Inputs) -> Reading {
    let mut sources = Sources::default();
    let mut found = Diagnostics::default();
    let stack = stack(file, files, inputs, &mut sources, &mut found);
    let stack = stack.filter(|_| !found.has_errors());
    Reading { stack, found, sources }
}

fn stack(
    file: Loaded,
    files: &mut dyn Files,
    inputs: &Inputs,
    sources: &mut Sources,
    found: &mut Diagnostics,
) -> Option<Stack> {
    let shown = file.shown.clone();
    let id = sources.add(file.shown, file.text);
    let top = read_yaml(sources, id, found)?;
    let Value::Map(map) = &top.value else {
        found.push(
            Diagnostic::error(match top.value {
                Value::Null => "the stack file is empty".to_owned(),
                _ => format!("a stack file is a mapping, not {}", top.kind()),
            })
            .at(top.span)
            .help("`tracewright init` writes one to start from"),
        );
        return None;
    };
    check_keys(map, found);
    let variables = Variables::read(map.get("vars"), inputs, sources, found);
    let envelope = Opener { map, top: &top, sources, inputs, variables: &variables, found }.read();
    let place = envelope.as_ref().map(|envelope| &envelope.place);
    let sections = sections(map);
    let scope = Scope { variables: &variables, inputs, place, sections: &sections };
    let ignored = ignored::read(map, sources, found);
    let (drafts, mut nameless) = scope.drafts(map, files, sources, found, &shown);
    let envelope = envelope.as_ref()?;

    let (mut names, secret) = scope.names(&drafts, &nameless, sources);
    let before = found.errors();
    check_renamed(&drafts, found);
    // Two of one name may be the same mistake.
    if found.errors() == before {
        check_names(&drafts, &names, &secret, found);
    }
    let mut wanted = scope.wanted(drafts, &mut names, envelope, sources, found, &mut nameless);
    check_adopt(&envelope.adopt, &names, inputs.shared, found);
    check_given(&envelope.moved, &names, found);
    wanted.sort_by(|a, b| a.address.cmp(&b.address));
    ignored::check(&ignored, &names, &wanted, inputs.today.as_deref(), found);
    let mut stack = Stack {
        name: envelope.name.clone(),
        file: shown,
        place: envelope.place.clone(),
        regions: envelope.regions.clone(),
        role: envelope.role.clone(),
        tags: envelope.tags.clone(),
        ignore_tags: envelope.ignore_tags.clone(),
        adopt: envelope.adopt.iter().map(|(address, _)| address.clone()).collect(),
        renamed_from: envelope.renamed_from.clone(),
        moved: envelope
            .moved
            .iter()
            .map(|(address, (other, _))| (address.clone(), other.clone()))
            .collect(),
        limits: envelope.limits,
        ignore_drift: ignored.into_iter().map(|entry| entry.ignored).collect(),
        declares: variables.names(),
        sections,
        wanted,
        nameless,
    };
    if !stack.is_home() {
        leave_at_home(&mut stack);
    }
    Some(stack)
}

/// Takes what is global out of a stack that is read for another region than its home: it is planned
/// there. It was read all the same, since the rest refers to it.
fn leave_at_home(stack: &mut Stack) {
    let is_here = |section: &str| !kinds::of(section).is_global();
    stack.sections.retain(|section| is_here(section));
    stack.wanted.retain(|wanted| is_here(&wanted.address.section));
    for wanted in &mut stack.wanted {
        wanted.depends_on.retain(|address| is_here(&address.section));
    }
    stack.nameless.retain(|one| is_here(&one.address.section));
    stack.ignore_drift.retain(|ignored| is_here(&ignored.address.section));
    stack.adopt.retain(|address| is_here(&address.section));
    stack.moved.retain(|address, _| is_here(&address.section));
}

fn sections(map: &Map) -> BTreeSet<&'static str> {
    let all = kinds::ALL.iter().map(|kind| kind.section());
    all.filter(|section| map.get(section).is_some()).collect()
}

fn check_keys(map: &Map, found: &mut Diagnostics) {
    let known: Vec<_> =
        envelope::KEYS.into_iter().chain(kinds::ALL.iter().map(|kind| kind.section())).collect();
    for entry in &map.entries {
        if !known.contains(&entry.key.as_str()) {
            found.push(
                Diagnostic::error(format!("a stack has no section `{}`", entry.key))
                    .at(entry.key_span)
                    .label("not known here")
                    .maybe_help(or_nearest(&entry.key, &known)),
            );
        }
    }
}

/// Two resources of a kind that AWS would know by one name. A name that is a secret is refused
/// elsewhere, and not shown here.
fn check_names(
    drafts: &[Draft],
    names: &Names,
    secret: &BTreeSet<Address>,
    found: &mut Diagnostics,
) {
    let mut seen: BTreeMap<(&str, String), &Draft> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| !secret.contains(&draft.address)) {
        let Some(name) = names.get(&draft.address) else {
            continue;
        };
        let folded =
            if draft.kind.folds_case() { name.name.to_lowercase() } else { name.name.clone() };
        if let Some(other) = seen.insert((draft.kind.section(), folded), draft) {
            found.push(
                Diagnostic::error(format!(
                    "`{}` and `{}` have one name in AWS, {:?}",
                    other.address, draft.address, name.name
                ))
                .at(draft.key_span)
                .help("give one of them another name, or take it out"),
            );
        }
    }
}

fn check_adopt(
    adopt: &[(Address, Option<Span>)],
    names: &Names,
    shared: bool,
    found: &mut Diagnostics,
) {
    let known: Vec<_> = names.keys().map(Address::to_string).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    for (address, span) in adopt {
        // What the command line names may be another stack's.
        if names.contains_key(address) || (shared && span.is_none()) {
            continue;
        }
        let problem = Diagnostic::error(format!("nothing to adopt: the stack has no `{address}`"))
            .maybe_help(or_nearest(&address.to_string(), &known));
        found.push(match span {
            Some(span) => problem.at(*span),
            None => problem,
        });
    }
}

//! From a [`Haul`] to what a stack file is to have.

use std::collections::{BTreeMap, BTreeSet};

use super::haul::{Belongs, Haul, RolePart, Taken, Variable, bodies};
use super::place::Named;
use super::read::Roots;
use super::secrets::Secrets;
use crate::document::{
    Diagnostic, Diagnostics, Entry, Map, Node, Severity, Sources, Span, Value, read_json,
};
use crate::kinds::{self, Kind};
use crate::stack::{Given, Place};

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The account, whatever the documents say.
    pub account: Option<String>,
    /// The region, whatever the documents say.
    pub region: Option<String>,
    /// No `file:`: every body is written out.
    pub inline: bool,
}

/// What a stack file is to have.
#[derive(Debug)]
pub struct Draft {
    /// The account, or a reference to a variable.
    pub account: String,
    /// The region, or a reference to a variable.
    pub region: String,
    /// The variables that are referred to.
    pub variables: BTreeMap<String, Variable>,
    /// The resources, their bodies as they are written.
    pub resources: Vec<Taken>,
    /// What was dropped, rewritten, or could not be taken over.
    pub found: Diagnostics,
}

/// Puts roles together, leaves out what is there twice or what no stack could have, and gives each
/// body the form it is written in.
pub fn compose(haul: Haul, roots: &Roots, wishes: &Wishes, knows_place: bool) -> Draft {
    let Haul { taken, parts, unseen, variables, found } = haul;
    let mut draft = Draft {
        account: String::new(),
        region: String::new(),
        variables,
        resources: Vec::new(),
        found,
    };
    draft.place(&taken, &parts, wishes, knows_place);
    let taken = draft.once(taken);
    draft.orphans(&taken, &parts);
    let mut secrets = Secrets::default();
    for one in taken {
        let kind = kinds::of(one.section);
        let parts: Vec<_> = parts.iter().filter(|part| part.is_of(&one)).collect();
        let is_seen = one.section != "roles" || !unseen.contains(&one.key);
        let settings = if is_seen { Map::default() } else { left_to_others(one.span) };
        let Some(whole) = draft.checked(kind, &one, &parts, &settings) else { continue };
        let mut body = match roots.get(&one.body.span) {
            Some(path) if !wishes.inline => beside(path, &parts, one.span, roots),
            _ => {
                let mut body = tidied(kind, &one.key, whole, &mut draft.found);
                if !wishes.inline {
                    name_files(&mut body, kind, roots);
                }
                secrets.take_out(kind, &mut body, &mut draft.found);
                body
            }
        };
        if let Value::Map(map) = &mut body.value {
            map.entries.extend(settings.entries);
        }
        draft.resources.push(Taken { body, ..one });
    }
    draft.found.all = said_once(draft.found.all);
    draft
}

/// What is said of many places of a file in the same words is said of the first; where there are
/// errors, nothing else matters.
fn said_once(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let fails = all.iter().any(|one| one.severity == Severity::Error);
    let mut seen = BTreeSet::new();
    let mut is_new = |one: &Diagnostic| {
        let key = (one.message.clone(), one.span.map(|span| span.file));
        one.severity == Severity::Error || (!fails && seen.insert(key))
    };
    all.into_iter().filter(|one| is_new(one)).collect()
}

impl RolePart {
    fn is_of(&self, taken: &Taken) -> bool {
        // IAM takes two names for one where they differ in case alone.
        taken.section == "roles" && taken.key.eq_ignore_ascii_case(&self.role)
    }
}

impl Draft {
    /// The account and the region: as asked for, as the documents' ARNs agree on, or a variable.
    fn place(&mut self, taken: &[Taken], parts: &[RolePart], wishes: &Wishes, known: bool) {
        let mut named = Named::default();
        bodies(taken, parts).for_each(|node| named.look(node));
        self.account = self.agreed("account", wishes.account.as_deref(), named.accounts, known);
        self.region = self.agreed("region", wishes.region.as_deref(), named.regions, known);
    }

    /// What all agree on; where some are references to variables, what the others say.
    fn agreed(
        &mut self,
        what: &str,
        wish: Option<&str>,
        named: BTreeSet<String>,
        known: bool,
    ) -> String {
        if let Some(wish) = wish {
            return wish.to_owned();
        }
        let (variables, literal): (Vec<_>, Vec<_>) =
            named.into_iter().partition(|name| name.starts_with('$'));
        match (literal.as_slice(), variables.as_slice()) {
            ([one], _) | ([], [one]) => return one.clone(),
            _ if known => return String::new(),
            _ => {}
        }
        let message = match literal.as_slice() {
            [] => format!("no ARN in here says which {what} this is: it is a variable"),
            several => format!(
                "the ARNs in here are of more than one {what} ({}): it is a variable",
                several.join(", ")
            ),
        };
        let help = format!("say `--{what}` here, or give it with `--var {what}=VALUE`");
        self.found.push(Diagnostic::note(message).help(help));
        self.variables.entry(what.to_owned()).or_default();
        format!("${{var.{what}}}")
    }

    /// Each resource once. Two that say the same are one; two that differ are a mistake.
    fn once(&mut self, all: Vec<Taken>) -> Vec<Taken> {
        let mut once: Vec<Taken> = Vec::new();
        for one in all {
            let folds = kinds::of(one.section).folds_case();
            let is_same = |other: &&Taken| {
                let (a, b) = (&one.key, &other.key);
                one.section == other.section && (a == b || (folds && a.eq_ignore_ascii_case(b)))
            };
            let Some(other) = once.iter().find(is_same) else {
                once.push(one);
                continue;
            };
            let bare = |taken: &Taken| {
                let mut silent = Diagnostics::default();
                let kind = kinds::of(taken.section);
                let bare = kind.bare(taken.body.clone(), &taken.key, &mut silent);
                bare.map(|node| node.to_json())
            };
            let what = format!("`{}` of {}", one.key, one.section);
            self.found.push(if bare(&one) == bare(other) {
                Diagnostic::note(format!("{what} is in here twice, and the same")).at(one.span)
            } else {
                Diagnostic::error(format!("{what} is in here twice, and differs"))
                    .at(one.span)
                    .help("leave one of the two out")
            });
        }
        once
    }

    /// Policies of roles that nobody brought.
    fn orphans(&mut self, taken: &[Taken], parts: &[RolePart]) {
        for part in parts {
            if !taken.iter().any(|one| part.is_of(one)) {
                let message = format!(
                    "this belongs to the role {:?}, which is not among the files",
                    part.role
                );
                let problem = Diagnostic::error(message).at(part.span);
                let get =
                    format!("bring the answer of `aws iam get-role --role-name {}`", part.role);
                let live = format!("or import it whole, with `--live --match {}`", part.role);
                self.found.push(problem.help(get).help(live));
            }
        }
    }

    /// The bare body with everything that belongs to it, if a stack could have it. What refers to
    /// variables is checked when these are known.
    fn checked(
        &mut self,
        kind: &dyn Kind,
        one: &Taken,
        parts: &[&RolePart],
        settings: &Map,
    ) -> Option<Node> {
        let mut whole = kind.bare(one.body.clone(), &one.key, &mut self.found)?;
        for part in parts {
            if let Value::Map(map) = &mut whole.value {
                add(part, map);
            }
        }
        if refers(&whole) {
            return Some(whole);
        }
        let or = |text: &str, otherwise: &str| {
            let text = if text.is_empty() || text.starts_with('$') { otherwise } else { text };
            text.to_owned()
        };
        let place = Place {
            account: or(&self.account, "123456789012"),
            region: or(&self.region, "us-east-1"),
        };
        let name = kind.name(&one.key, &whole);
        let given = Given { name: &name, body: &whole, settings, place: &place };
        let before = self.found.errors();
        self.found.hidden.extend(kind.secrets(&whole));
        kind.read(&given, &mut self.found);
        (self.found.errors() == before).then_some(whole)
    }
}

/// Whether anything in here is a reference.
pub(super) fn refers(node: &Node) -> bool {
    node.interpolated
        || match &node.value {
            Value::Seq(items) => items.iter().any(refers),
            Value::Map(map) => map.entries.iter().any(|entry| refers(&entry.value)),
            _ => false,
        }
}

/// Puts a part of a role where it belongs.
fn add(part: &RolePart, into: &mut Map) {
    let span = part.span;
    let mut list = |field: &str| -> usize {
        let at = into.entries.iter().position(|entry| entry.key == field);
        at.unwrap_or_else(|| {
            let value = Node::new(span, Value::Null);
            into.entries.push(Entry { key: field.to_owned(), key_span: span, value });
            into.entries.len() - 1
        })
    };
    match &part.belongs {
        Belongs::Inline(name, document) => {
            let at = list("InlinePolicies");
            let entry = Entry { key: name.clone(), key_span: span, value: document.clone() };
            match &mut into.entries[at].value.value {
                Value::Map(map) => {
                    map.take(name);
                    map.entries.push(entry);
                }
                other => *other = Value::Map(Map { entries: vec![entry] }),
            }
        }
        Belongs::Attached(arn) => {
            let at = list("ManagedPolicies");
            match &mut into.entries[at].value.value {
                Value::Seq(items) => items.push(arn.clone()),
                other => *other = Value::Seq(vec![arn.clone()]),
            }
        }
    }
}

/// The setting of a role whose policies were not shown.
fn left_to_others(span: Span) -> Map {
    let item = |name: &str| Node::new(span, Value::String(name.to_owned()));
    let items = ["ManagedPolicies", "InlinePolicies"].map(item).to_vec();
    let value = Node::new(span, Value::Seq(items));
    Map { entries: vec![Entry { key: "unmanaged".to_owned(), key_span: span, value }] }
}

/// A body that stands in a file, with what belongs to it beside.
fn beside(path: &str, parts: &[&RolePart], span: Span, roots: &Roots) -> Node {
    let mut map = Map::default();
    map.entries.push(file(path, span));
    for part in parts {
        add(part, &mut map);
    }
    let mut body = Node::new(span, Value::Map(map));
    name_files(&mut body, kinds::of("roles"), roots);
    body
}

fn file(path: &str, span: Span) -> Entry {
    let value = Node::new(span, Value::String(path.to_owned()));
    Entry { key: "file".to_owned(), key_span: span, value }
}

/// Puts `{ file: PATH }` in the place of each document that stands in a file of its own.
fn name_files(body: &mut Node, kind: &dyn Kind, roots: &Roots) {
    for path in kind.documents() {
        name_file(body, path, roots);
    }
}

fn name_file(node: &mut Node, path: &[&str], roots: &Roots) {
    let Some((key, rest)) = path.split_first() else {
        if let Some(path) = roots.get(&node.span) {
            let entries = vec![file(path, node.span)];
            node.value = Value::Map(Map { entries });
        }
        return;
    };
    if let Value::Map(map) = &mut node.value {
        let entries = map.entries.iter_mut().filter(|entry| *key == "*" || entry.key == *key);
        entries.for_each(|entry| name_file(&mut entry.value, rest, roots));
    }
}

/// A bare body as a person writes it: without what is nothing, without the name that is its key, and
/// policies as documents where they stand in strings.
fn tidied(kind: &dyn Kind, key: &str, mut body: Node, found: &mut Diagnostics) -> Node {
    if drop_nulls(&mut body) {
        found.push(Diagnostic::note("`null` says nothing, and is left out").at(body.span));
    }
    if let Value::Map(map) = &mut body.value {
        let is_key = |node: &Node| !node.interpolated && node.as_str() == Some(key);
        if map.get(kind.name_field()).is_some_and(is_key) {
            map.take(kind.name_field());
        }
    }
    for path in kind.documents() {
        unpack(&mut body, path);
    }
    body
}

/// Whether there were any.
fn drop_nulls(node: &mut Node) -> bool {
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().fold(false, |any, item| drop_nulls(item) | any),
        Value::Map(map) => {
            let before = map.entries.len();
            map.entries.retain(|entry| !entry.value.is_null());
            let here = map.entries.len() < before;
            map.entries.iter_mut().fold(here, |any, entry| drop_nulls(&mut entry.value) | any)
        }
        _ => false,
    }
}

/// A document in a string, as the AWS CLI's input has it, becomes a document.
fn unpack(node: &mut Node, path: &[&str]) {
    let Some((key, rest)) = path.split_first() else {
        if let Some(text) = node.as_str().filter(|_| !node.interpolated) {
            let mut sources = Sources::default();
            let file = sources.add("", text);
            let mut silent = Diagnostics::default();
            if let Some(document) = read_json(&sources, file, &mut silent)
                && document.as_map().is_some()
            {
                *node = at(node.span, document);
            }
        }
        return;
    };
    if let Value::Map(map) = &mut node.value {
        let entries = map.entries.iter_mut().filter(|entry| *key == "*" || entry.key == *key);
        entries.for_each(|entry| unpack(&mut entry.value, rest));
    }
}

/// A tree whose every part stands at one place.
fn at(span: Span, mut node: Node) -> Node {
    node.span = span;
    match &mut node.value {
        Value::Seq(items) => {
            *items = std::mem::take(items).into_iter().map(|item| at(span, item)).collect();
        }
        Value::Map(map) => {
            for entry in &mut map.entries {
                entry.key_span = span;
                entry.value = at(span, entry.value.clone());
            }
        }
        _ => {}
    }
    node
}

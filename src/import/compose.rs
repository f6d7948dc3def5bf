//! From a [`Haul`] to what a stack file is to have.

use std::collections::{BTreeMap, BTreeSet};

use super::haul::{Belongs, Haul, RolePart, Taken, Variable};
use super::parts;
use super::place::Named;
use super::read::Roots;
use super::secrets::Secrets;
use super::written;
use crate::document::{Diagnostic, Diagnostics, Map, Node, Severity, Value};
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
        let Some(bare) = kind.bare(one.body.clone(), &one.key, &mut draft.found) else { continue };
        let parts = parts::once(parts, &bare, &mut draft.found);
        let unseen = unseen.get(&one.key).filter(|_| one.section == "roles");
        let unseen = unseen.copied().unwrap_or_default();
        let settings = parts::left_to_others(unseen, &parts, &one, &mut draft.found);
        let Some(whole) = draft.checked(kind, &one, bare, &parts, &settings) else { continue };
        let path = roots.get(&one.body.span).filter(|_| !wishes.inline);
        let mut body = match path {
            Some(_) => written::beside(&parts, one.span),
            None => written::tidied(kind, &one.key, whole, &mut draft.found),
        };
        if !wishes.inline {
            written::name_files(&mut body, kind, roots);
        }
        secrets.take_out(kind, &mut body, &mut draft.found);
        if let Some(path) = path {
            body = written::in_file(path, body);
        }
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

impl Draft {
    /// The account and the region: as asked for, as the documents' ARNs agree on, or a variable.
    fn place(&mut self, taken: &[Taken], parts: &[RolePart], wishes: &Wishes, known: bool) {
        let mut named = Named::default();
        for one in taken {
            named.look(&one.body);
        }
        for part in parts {
            match &part.belongs {
                Belongs::Inline(_, node) | Belongs::Attached(node) => named.look(node),
            }
        }
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

    /// The place, or one like it where it is not known.
    fn likely(&self) -> Place {
        let or = |text: &str, otherwise: &str| {
            let text = if text.is_empty() || text.starts_with('$') { otherwise } else { text };
            text.to_owned()
        };
        Place { account: or(&self.account, "123456789012"), region: or(&self.region, "us-east-1") }
    }

    /// What a resource is in the end, to tell whether two are one.
    fn meant(&self, taken: &Taken) -> Option<serde_json::Value> {
        let (kind, mut silent) = (kinds::of(taken.section), Diagnostics::default());
        let bare = kind.bare(taken.body.clone(), &taken.key, &mut silent)?;
        let place = self.likely();
        let name = kind.name(&taken.key, &bare);
        let settings = Map::default();
        let given = Given { name: &name, body: &bare, settings: &settings, place: &place };
        let read = (!refers(&bare)).then(|| kind.read(&given, &mut silent)).flatten();
        Some(read.map_or_else(|| bare.to_json(), |read| read.document))
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
            let what = format!("`{}` of {}", one.key, one.section);
            self.found.push(if self.meant(&one) == self.meant(other) {
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
        mut whole: Node,
        parts: &[&RolePart],
        settings: &Map,
    ) -> Option<Node> {
        for part in parts {
            if let Value::Map(map) = &mut whole.value {
                parts::add(part, map);
            }
        }
        self.found.hidden.extend(kind.secrets(&whole));
        if refers(&whole) {
            return Some(whole);
        }
        let place = self.likely();
        let name = kind.name(&one.key, &whole);
        let given = Given { name: &name, body: &whole, settings, place: &place };
        let before = self.found.errors();
        kind.read(&given, &mut self.found);
        (self.found.errors() == before).then_some(whole)
    }
}

/// Whether anything in here is a reference.
fn refers(node: &Node) -> bool {
    node.interpolated
        || match &node.value {
            Value::Seq(items) => items.iter().any(refers),
            Value::Map(map) => map.entries.iter().any(|entry| refers(&entry.value)),
            _ => false,
        }
}

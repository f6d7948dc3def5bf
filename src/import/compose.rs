//! From a [`Haul`] to what a stack file is to have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::haul::{Belongs, Haul, NOT_TAKEN, RolePart, Taken, Variable, bodies};
use super::parts::{Parts, left_to_others, put};
use super::place::Named;
use super::read::Roots;
use super::secrets::Secrets;
use super::written::{beside, in_file, name_files, tidied};
use crate::document::{Diagnostic, Diagnostics, FileId, Map, Node, Severity, Value};
use crate::kinds::{self, Kind};
use crate::plan::Address;
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
    let Haul { taken, parts, unseen, own, variables, found } = haul;
    let mut draft = Draft {
        account: String::new(),
        region: String::new(),
        variables,
        resources: Vec::new(),
        found,
    };
    draft.place(own, &taken, &parts, wishes, knows_place);
    let taken = draft.once(taken);
    let parts = Parts::new(&parts, &taken);
    let mut lost: Vec<_> = parts.orphans.iter().map(|part| Lost::part(part)).collect();
    let mut secrets = Secrets::default();
    for one in taken {
        let kind = kinds::of(one.section);
        let parts = parts.of(&one);
        let unseen = unseen.get(&one.key).filter(|_| one.section == "roles");
        let unseen = unseen.copied().unwrap_or_default();
        let settings = left_to_others(unseen, parts, &one, &mut draft.found);
        let mut found = Diagnostics::default();
        let checked = draft.checked(kind, &one, parts, &settings, &mut found);
        draft.found.hidden.append(&mut found.hidden);
        let Some(whole) = checked else {
            lost.push(Lost::resource(&one, found));
            continue;
        };
        draft.found.all.append(&mut found.all);
        let path = roots.get(&one.body.span).filter(|_| !wishes.inline);
        let mut body = match path {
            Some(_) => beside(parts, one.span),
            None => tidied(kind, &one.key, whole, &mut draft.found),
        };
        if !wishes.inline {
            name_files(&mut body, kind, roots);
        }
        secrets.take_out(kind, &mut body, &mut draft.found);
        if let Some(path) = path {
            body = in_file(path, body);
        }
        if let Value::Map(map) = &mut body.value {
            map.entries.extend(settings.entries);
        }
        draft.resources.push(Taken { body, ..one });
    }
    draft.lose(lost);
    draft.found.all = said_once(draft.found.all);
    draft
}

/// What a stack cannot have, and why.
struct Lost {
    /// The file that it stands in.
    file: FileId,
    /// What it is called.
    what: String,
    /// The end of a reference to it.
    refers: Option<String>,
    found: Vec<Diagnostic>,
}

impl Lost {
    fn resource(one: &Taken, found: Diagnostics) -> Self {
        let what = Address::new(one.section, &one.key).to_string();
        let refers = Some(format!(".{}.arn}}", one.key));
        Self { file: one.span.file, what, refers, found: found.all }
    }

    fn part(part: &RolePart) -> Self {
        let what = match &part.belongs {
            Belongs::Inline(name, _) => name.clone(),
            Belongs::Attached(arn) => arn.as_str().unwrap_or_default().to_owned(),
        };
        Self { file: part.span.file, what, refers: None, found: vec![part.orphaned()] }
    }
}

/// What is said of many places of a file in the same words is said of the first. Where there are
/// errors, nothing else matters but what else is wrong in the same files.
fn said_once(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let file = |one: &Diagnostic| one.span.map(|span| span.file);
    let errors = all.iter().filter(|one| one.severity == Severity::Error);
    let failing: BTreeSet<_> = errors.map(file).collect();
    let mut seen = BTreeSet::new();
    let mut is_new = |one: &Diagnostic| {
        let matters = match one.severity {
            Severity::Error => return true,
            Severity::Warning => failing.is_empty() || failing.contains(&file(one)),
            Severity::Note => failing.is_empty(),
        };
        matters && seen.insert((one.message.clone(), file(one)))
    };
    all.into_iter().filter(|one| is_new(one)).collect()
}

impl Draft {
    /// The account and the region: as asked for, as the documents' ARNs agree on, or a variable.
    fn place(
        &mut self,
        mut own: Named,
        taken: &[Taken],
        parts: &[RolePart],
        wishes: &Wishes,
        known: bool,
    ) {
        for one in taken {
            own.look_own(&one.body);
        }
        let mut named = Named::default();
        bodies(taken, parts).for_each(|node| named.look(node));
        let accounts = [own.accounts, named.accounts];
        self.account = self.agreed("account", wishes.account.as_deref(), accounts, known);
        let regions = [own.regions, named.regions];
        self.region = self.agreed("region", wishes.region.as_deref(), regions, known);
    }

    /// What all agree on, resources by their own ARNs or else by those they name; where some are
    /// references to variables, what the others say.
    fn agreed(
        &mut self,
        what: &str,
        wish: Option<&str>,
        [own, named]: [BTreeSet<String>; 2],
        known: bool,
    ) -> String {
        if let Some(wish) = wish {
            return wish.to_owned();
        }
        let are_own = !own.is_empty();
        let named = if are_own { own } else { named };
        let (variables, literal): (Vec<_>, Vec<_>) =
            named.into_iter().partition(|name| name.starts_with('$'));
        match (literal.as_slice(), variables.as_slice()) {
            ([one], _) | ([], [one]) => return one.clone(),
            _ if known => return String::new(),
            _ => {}
        }
        let several = literal.join(", ");
        let said = match literal.as_slice() {
            [] => Diagnostic::note(format!(
                "no ARN in here says which {what} this is: it is a variable"
            )),
            _ if are_own => Diagnostic::warning(format!(
                "these resources are of more than one {what} ({several}), and a stack has one: \
                 it is a variable"
            ))
            .help(format!("import what is of each {what} into a stack of its own")),
            _ => Diagnostic::note(format!(
                "the ARNs in here are of more than one {what} ({several}): it is a variable"
            )),
        };
        let help = format!("say `--{what}` here, or give it with `--var {what}=VALUE`");
        self.found.push(said.help(help));
        // One that is there already may have a default, which nobody chose for this.
        self.variables.insert(what.to_owned(), Variable::default());
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
        let sections = BTreeSet::new();
        let given = Given {
            name: &name,
            body: &bare,
            settings: &settings,
            place: &place,
            sections: &sections,
        };
        let read = (!bare.refers()).then(|| kind.read(&given, &mut silent)).flatten();
        Some(read.map_or_else(|| bare.to_json(), |read| read.document))
    }

    /// Each resource once. Two that say the same are one; two that differ are a mistake.
    fn once(&mut self, all: Vec<Taken>) -> Vec<Taken> {
        let mut once: Vec<Taken> = Vec::new();
        let mut known = HashMap::new();
        for one in all {
            let folds = kinds::of(one.section).folds_case();
            let name = if folds { one.key.to_ascii_lowercase() } else { one.key.clone() };
            let at = *known.entry((one.section, name)).or_insert(once.len());
            let Some(other) = once.get(at) else {
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

    /// What a stack cannot have ends the import where all of a file is lost by it, or where a
    /// resource that stays refers to it; else the rest is taken over without it.
    fn lose(&mut self, lost: Vec<Lost>) {
        let mut counts = HashMap::new();
        for one in &lost {
            *counts.entry(one.file).or_insert(0) += 1;
        }
        for Lost { file, refers, what, found } in lost {
            let gave = |one: &Taken| one.span.file == file;
            let needs = |one: &Taken| refers.as_ref().is_some_and(|text| mentions(&one.body, text));
            let goes_on = self.resources.iter().any(gave) && !self.resources.iter().any(needs);
            let is_alone = !goes_on && counts[&file] == 1;
            self.found.all.extend(found.into_iter().map(|mut problem| {
                if problem.severity == Severity::Error && !is_alone {
                    problem.message = format!("`{what}` {NOT_TAKEN}: {}", problem.message);
                }
                if problem.severity == Severity::Error && goes_on {
                    problem.severity = Severity::Warning;
                }
                problem
            }));
        }
    }

    /// The bare body with everything that belongs to it, if a stack could have it. What refers to
    /// variables is checked when these are known.
    fn checked(
        &self,
        kind: &dyn Kind,
        one: &Taken,
        parts: &[&RolePart],
        settings: &Map,
        found: &mut Diagnostics,
    ) -> Option<Node> {
        let mut whole = kind.bare(one.body.clone(), &one.key, found)?;
        for part in parts {
            if let Value::Map(map) = &mut whole.value
                && let Some(name) = put(part, map)
            {
                let message = format!(
                    "the role `{}` has two policies called `{name}`, and they differ: this one is taken",
                    one.key
                );
                found.push(Diagnostic::warning(message).at(part.span));
            }
        }
        found.hidden.extend(kind.secrets(&whole));
        if whole.refers() {
            return Some(whole);
        }
        let place = self.likely();
        let name = kind.name(&one.key, &whole);
        let sections = BTreeSet::new();
        let given =
            Given { name: &name, body: &whole, settings, place: &place, sections: &sections };
        kind.read(&given, found);
        (!found.has_errors()).then_some(whole)
    }
}

/// Whether a reference in here has this text.
fn mentions(node: &Node, text: &str) -> bool {
    match &node.value {
        Value::String(whole) => node.interpolated && whole.contains(text),
        Value::Seq(items) => items.iter().any(|item| mentions(item, text)),
        Value::Map(map) => map.entries.iter().any(|entry| mentions(&entry.value, text)),
        _ => false,
    }
}

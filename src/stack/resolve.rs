//! From bodies as they are written to the resources that are wanted.

use std::collections::{BTreeMap, BTreeSet};

use super::body::{Bodies, Composed, Documents, Written, add_tags};
use super::files::Files;
use super::origins::origins;
use super::pieces::Form;
use super::refs::{self, Name, Names};
use super::vars::{Inputs, Interpolation, Resolved, Variables};
use super::{Body, Given, Place, Tags, Wanted};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Sources, Span, Value};
use crate::kinds::{self, Kind, Ownership};
use crate::plan::Address;

/// A resource whose body is read, and its references not yet filled in.
pub(super) struct Draft {
    pub kind: &'static dyn Kind,
    pub address: Address,
    pub key_span: Span,
    written: Written,
}

/// What depends on what, each with the place that says so.
type Depends = BTreeMap<Address, BTreeMap<Address, Span>>;

/// What is not referred to in so many words, and has to be there all the same.
type Needs = Vec<(Address, Address, Span)>;

/// What references can refer to.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub variables: &'a Variables,
    pub inputs: &'a Inputs,
    /// `None` where the envelope is wrong, which is told there.
    pub place: Option<&'a Place>,
}

impl Scope<'_> {
    /// Reads the body of every resource, and every file that they name.
    pub(super) fn drafts(
        &self,
        map: &Map,
        files: &mut dyn Files,
        sources: &mut Sources,
        found: &mut Diagnostics,
        stack: &str,
    ) -> Vec<Draft> {
        // A path is shown in messages.
        let refused = |what: &str| {
            Err(Diagnostic::error(format!("`file` cannot refer to {what}"))
                .help("use a variable: `${var.NAME}`"))
        };
        let mut resolve = |form: &Form| match form {
            Form::Env(_) => refused("the environment, which is secret"),
            _ => self.plain(form).unwrap_or_else(|| refused("a resource")),
        };
        let (mut drafts, mut documents) = (Vec::new(), Documents::new());
        for kind in kinds::ALL {
            let Some(section) = map.entries.iter().find(|entry| entry.key == kind.section()) else {
                continue;
            };
            for (key, key_span, node) in entries(kind, section, found) {
                let (resolve, documents) = (&mut resolve, &mut documents);
                let mut bodies = Bodies { documents, files, sources, found, stack, resolve };
                if let Some(written) = bodies.read(kind, node) {
                    let address = Address::new(kind.section(), key);
                    drafts.push(Draft { kind, address, key_span, written });
                }
            }
        }
        drafts
    }

    /// What a reference stands for that refers to no resource.
    fn plain(&self, form: &Form) -> Option<Result<Resolved, Diagnostic>> {
        let of_place = |part: fn(&Place) -> &String| {
            Some(Ok(Resolved::text(self.place.map(part).cloned().unwrap_or_default())))
        };
        match form {
            Form::Account => of_place(|place| &place.account),
            Form::Region => of_place(|place| &place.region),
            Form::Output { .. } => None,
            Form::Var(_) | Form::Env(_) => self.variables.resolve(form, self.inputs),
        }
    }

    /// The name of every resource. Names do not refer to resources, so this comes before
    /// references are resolved; what is wrong is told then. Beside them, whose name is a secret.
    pub(super) fn names(&self, drafts: &[Draft], sources: &Sources) -> (Names, BTreeSet<Address>) {
        let mut resolve =
            |form: &Form| self.plain(form).unwrap_or_else(|| Ok(Resolved::text(String::new())));
        let (mut names, mut secret) = (Names::new(), BTreeSet::new());
        for Draft { kind, address, written, .. } in drafts {
            let mut silent = Diagnostics::default();
            let mut interpolation =
                Interpolation { sources, resolve: &mut resolve, found: &mut silent };
            let composed = written.clone().compose(*kind, &address.key, &mut interpolation);
            let body = composed.map(|composed| composed.body);
            let name = body.as_ref().map(|body| kind.name(&address.key, body));
            let name = name.unwrap_or_else(|| address.key.clone());
            let fields = body.as_ref().map_or(serde_json::Value::Null, Node::to_json);
            let arn = self.place.and_then(|place| kind.arn(&name, &fields, place));
            let fields = body.as_ref().and_then(Node::as_map).map(|map| map.entries.as_slice());
            let is_name = |entry: &&Entry| entry.value.as_str() == Some(&name);
            if fields.into_iter().flatten().filter(is_name).any(|entry| entry.value.secret) {
                secret.insert(address.clone());
            }
            names.insert(address.clone(), Name { name, arn });
        }
        (names, secret)
    }

    /// The resources that are wanted, as far as nothing is wrong with them.
    pub(super) fn wanted(
        &self,
        drafts: Vec<Draft>,
        names: &Names,
        tags: &Tags,
        sources: &Sources,
        found: &mut Diagnostics,
    ) -> Vec<Wanted> {
        let (mut depends, mut needs) = (Depends::new(), Needs::new());
        let mut wanted: Vec<_> = drafts
            .into_iter()
            .filter_map(|draft| {
                self.want(draft, names, tags, sources, found, (&mut depends, &mut needs))
            })
            .collect();
        if let Some(circle) = refs::circle(&depends) {
            found.push(complain_of(&circle, &depends));
            return wanted;
        }
        // Two roles may trust each other: one of them is written first, and AWS says whether that is
        // possible.
        for (address, other, span) in needs {
            if !refs::reaches(&depends, &other, &address) {
                depends.entry(address).or_default().entry(other).or_insert(span);
            }
        }
        for wanted in &mut wanted {
            let on = depends.get(&wanted.address).into_iter().flat_map(BTreeMap::keys);
            wanted.depends_on = on.cloned().collect();
        }
        wanted
    }

    fn want(
        &self,
        draft: Draft,
        names: &Names,
        tags: &Tags,
        sources: &Sources,
        found: &mut Diagnostics,
        (depends, needs): (&mut Depends, &mut Needs),
    ) -> Option<Wanted> {
        let Draft { kind, address, key_span, written } = draft;
        let place = self.place?;
        let on = depends.entry(address.clone()).or_default();
        let mut resolve = |form: &Form| match form {
            Form::Output { word, name, output } => {
                let (resolved, other) = refs::resolve((word, name, output), names)?;
                on.insert(other, key_span);
                Ok(resolved)
            }
            _ => self.plain(form).unwrap_or_else(|| Ok(Resolved::text(String::new()))),
        };
        let mut interpolation = Interpolation { sources, resolve: &mut resolve, found };
        let Composed { mut body, settings } =
            written.compose(kind, &address.key, &mut interpolation)?;
        let name = kind.name(&address.key, &body);
        if names.get(&address).is_none_or(|known| known.name != name) {
            let message = "a resource's name cannot refer to another resource";
            let problem = Diagnostic::error(message).at(body.span);
            found.push(problem.help("write the name out, or use a variable"));
            return None;
        }
        if kind.ownership() == Ownership::Tag {
            add_tags(&mut body, kind.tags_field(), tags);
        }
        let given = Given { name: &name, body: &body, settings: &settings, place };
        let Body { document, sent, sensitive, unmanaged, settings } = kind.read(&given, found)?;
        for arn in kind.needs(&document) {
            let is_it = |(_, known): &(&Address, &Name)| known.arn.as_ref() == Some(&arn);
            let other = names.iter().find(is_it).map(|(other, _)| other);
            if let Some(other) = other.filter(|other| **other != address) {
                needs.push((address.clone(), other.clone(), key_span));
            }
        }
        Some(Wanted {
            // Known when all are read.
            depends_on: Vec::new(),
            address,
            name,
            secrets: origins(&body, &document, &sensitive, sources, key_span),
            document,
            sent,
            sensitive,
            unmanaged,
            settings,
            place: sources.place(key_span),
        })
    }
}

/// The resources of a section, each with its key.
fn entries(kind: &dyn Kind, section: &Entry, found: &mut Diagnostics) -> Vec<(String, Span, Node)> {
    match (kind.only_key(), &section.value.value) {
        (_, Value::Null) => Vec::new(),
        (Some(key), _) => vec![(key.to_owned(), section.key_span, section.value.clone())],
        (None, Value::Map(map)) => map
            .entries
            .iter()
            .map(|entry| (entry.key.clone(), entry.key_span, entry.value.clone()))
            .collect(),
        (None, _) => {
            let message = format!("`{}` is a mapping of names to resources", section.key);
            let problem = Diagnostic::error(message).at(section.value.span);
            found.push(problem.help(format!("write `{}: {{ NAME: {{ … }} }}`", section.key)));
            Vec::new()
        }
    }
}

fn complain_of(circle: &[Address], depends: &Depends) -> Diagnostic {
    let names: Vec<_> = circle.iter().map(Address::to_string).collect();
    let problem = Diagnostic::error(format!("references go in a circle: {}", names.join(", ")))
        .help("write one of the ARNs out");
    let on = circle.first().and_then(|first| depends.get(first));
    match on.and_then(|on| on.values().next()) {
        Some(span) => problem.at(*span),
        None => problem,
    }
}

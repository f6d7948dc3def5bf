//! From bodies as they are written to the resources that are wanted.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::body::{Bodies, Composed, Documents, Written, add_tags};
use super::envelope::Envelope;
use super::files::Files;
use super::holes::{Nameless, unset};
use super::origins::origins;
use super::pieces::Form;
use super::refs::{self, Name, Names};
use super::vars::{Inputs, Interpolation, Missing, Resolved, Variables, refuse_in_key};
use super::{Body, Given, Place, Wanted, settings};
use crate::daemons::{self, Beside};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Sources, Span, Value};
use crate::kinds::{self, Kind, MOST_TAGS, Ownership};
use crate::plan::{Address, hides};

/// A resource whose body is read, and its references not yet filled in.
pub(super) struct Draft {
    pub kind: &'static dyn Kind,
    pub address: Address,
    pub key_span: Span,
    /// The key that it had, and where the file says so.
    pub renamed_from: Option<(String, Span)>,
    written: Written,
}

impl Draft {
    /// A resource that comes with another one, and stands nowhere itself.
    fn of(kind: &'static dyn Kind, name: &str, body: Node) -> Self {
        let (address, key_span) = (Address::new(kind.section(), name), body.span);
        let settings = Node::new(key_span, Value::Map(Map::default()));
        let written = Written { beside: body, document: None, settings };
        Self { kind, address, key_span, renamed_from: None, written }
    }

    /// What it is called where its body says no name.
    fn called(&self) -> &str {
        self.renamed_from.as_ref().map_or(&self.address.key, |(key, _)| key)
    }
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
    /// The sections that the file has.
    pub sections: &'a BTreeSet<&'static str>,
}

impl Scope<'_> {
    /// Reads the body of every resource, and every file that they name. Where that is the file of a
    /// variable that is not set, and this is no error, nothing is known of the resource.
    pub(super) fn drafts(
        &self,
        map: &Map,
        files: &mut dyn Files,
        sources: &mut Sources,
        found: &mut Diagnostics,
        stack: &str,
    ) -> (Vec<Draft>, Vec<Nameless>) {
        // A path is shown in messages.
        let refused = |what: &str| {
            Err(Diagnostic::error(format!("`file` cannot refer to {what}"))
                .help("use a variable: `${var.NAME}`"))
        };
        // A document that is not known cannot be read around.
        let open = RefCell::new(Vec::new());
        let known = |form: &Form| match form {
            Form::Env(_) => Some(refused("the environment, which is secret")),
            Form::Var(_) => {
                let known = self.variables.known(form, self.inputs);
                if let Some(Err(problem)) = &known
                    && problem.unset
                {
                    open.borrow_mut().push(form.to_string());
                }
                known
            }
            _ => self.plain(form),
        };
        let mut resolve = |form: &Form| known(form).unwrap_or_else(|| refused("a resource"));
        let (mut drafts, mut nameless) = (Vec::new(), Vec::new());
        let mut documents = Documents::new();
        for kind in kinds::ALL {
            let Some(section) = map.entries.iter().find(|entry| entry.key == kind.section()) else {
                continue;
            };
            for (key, key_span, node) in entries(kind, section, found) {
                let address = Address::new(kind.section(), key);
                let before = found.all.len();
                let (resolve, documents) = (&mut resolve, &mut documents);
                let mut bodies = Bodies { documents, files, sources, found, stack, resolve };
                if let Some(written) = bodies.read(kind, node) {
                    let renamed_from = settings::renamed_from(&written.settings, sources, found);
                    drafts.push(Draft { kind, address, key_span, renamed_from, written });
                } else if self.leaves_open(&found.all[before..]) {
                    found.all.truncate(before);
                    let because = format!("its file depends on {}", unset(&open.take()));
                    nameless.push(Nameless { address, place: sources.place(key_span), because });
                }
            }
        }
        (drafts, nameless)
    }

    /// Whether nothing is wrong but that references stand for nothing, and this is no error.
    fn leaves_open(&self, problems: &[Diagnostic]) -> bool {
        self.inputs.missing == Missing::Leave && problems.iter().all(|one| one.unset)
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
    pub(super) fn names(
        &self,
        drafts: &[Draft],
        nameless: &[Nameless],
        sources: &Sources,
    ) -> (Names, BTreeSet<Address>) {
        let mut resolve =
            |form: &Form| self.plain(form).unwrap_or_else(|| Ok(Resolved::text(String::new())));
        let (mut names, mut secret) = (Names::new(), BTreeSet::new());
        for draft in drafts {
            let (Draft { kind, address, written, .. }, called) = (draft, draft.called());
            let mut silent = Diagnostics::default();
            let mut interpolation =
                Interpolation { sources, resolve: &mut resolve, found: &mut silent };
            let composed = written.clone().compose(*kind, called, &mut interpolation);
            let body = composed.map(|composed| composed.body);
            let name = body.as_ref().map(|body| kind.name(called, body));
            let name = name.unwrap_or_else(|| called.to_owned());
            let fields = body.as_ref().map_or(serde_json::Value::Null, Node::to_json);
            let known = self.known(*kind, &name, &fields);
            let fields = body.as_ref().and_then(Node::as_map).map(|map| map.entries.as_slice());
            let is_name = |entry: &&Entry| entry.value.as_str() == Some(&name);
            if fields.into_iter().flatten().filter(is_name).any(|entry| entry.value.secret) {
                secret.insert(address.clone());
            }
            names.insert(address.clone(), known);
        }
        // What refers to one of these depends on what it depends on.
        for Nameless { address, .. } in nameless {
            let name = self.variables.placeholders.of(&format!("the name of {address}"));
            names.insert(address.clone(), Name { arn: Some(name.clone()), name });
        }
        (names, secret)
    }

    /// What is known of a resource by its name and its body.
    fn known(&self, kind: &dyn Kind, name: &str, body: &serde_json::Value) -> Name {
        let arn = self.place.and_then(|place| kind.arn(name, body, place));
        Name { name: name.to_owned(), arn }
    }

    /// The resources that are wanted, as far as nothing is wrong with them and their names are known.
    pub(super) fn wanted(
        &self,
        drafts: Vec<Draft>,
        names: &mut Names,
        envelope: &Envelope,
        sources: &Sources,
        found: &mut Diagnostics,
        nameless: &mut Vec<Nameless>,
    ) -> Vec<Wanted> {
        let (mut depends, mut needs) = (Depends::new(), Needs::new());
        let mut wanted = Vec::new();
        let places: BTreeMap<_, _> =
            drafts.iter().map(|draft| (draft.address.clone(), draft.key_span)).collect();
        for draft in drafts {
            match self.nameless(&draft, names, sources) {
                Some(one) => nameless.push(one),
                None => wanted.extend(self.want(
                    draft,
                    names,
                    envelope,
                    sources,
                    found,
                    (&mut depends, &mut needs),
                )),
            }
        }
        for Beside { of, section, name, body } in daemons::beside(&wanted) {
            let span = places[&of];
            let is_it = |one: &&Wanted| one.address.section == section && one.name == name;
            let known = wanted.iter().find(is_it).map(|one| one.address.clone());
            let address = known.unwrap_or_else(|| {
                let draft = Draft::of(kinds::of(section), &name, Node::planted(span, &body));
                let address = draft.address.clone();
                names.insert(address.clone(), self.known(draft.kind, &name, &body));
                let learned = (&mut depends, &mut needs);
                wanted.extend(self.want(draft, names, envelope, sources, found, learned));
                address
            });
            depends.entry(of).or_default().insert(address, span);
        }
        nameless.extend(self.beside_unknown(&wanted));
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
        if let Some(place) = self.place {
            let unset =
                |word: &Node| self.variables.placeholders.in_node(word).into_iter().collect();
            daemons::permit(&mut wanted, place, &envelope.regions, unset, found);
        }
        for wanted in &mut wanted {
            let on = depends.get(&wanted.address).into_iter().flat_map(BTreeMap::keys);
            wanted.depends_on = on.cloned().collect();
        }
        wanted
    }

    /// What comes with tasks of whose daemons too little is known.
    fn beside_unknown(&self, wanted: &[Wanted]) -> Vec<Nameless> {
        let mut unknown = Vec::new();
        for task in wanted.iter().filter(|task| task.settings.is_null()) {
            let word = task.beside.get(daemons::DAEMON);
            let unset = word.map(|word| self.variables.placeholders.in_node(word));
            let Some(unset) = unset.filter(|unset| !unset.is_empty()) else { continue };
            let references: Vec<_> = unset.into_iter().collect();
            for section in daemons::SECTIONS.iter().filter(|one| self.sections.contains(*one)) {
                unknown.push(Nameless {
                    address: Address::new(*section, &task.address.key),
                    place: task.place.clone(),
                    because: format!(
                        "what the daemon of {} has there depends on {}",
                        task.address,
                        self::unset(&references)
                    ),
                });
            }
        }
        unknown
    }

    /// Why nobody knows which resource of AWS's this is, if so: by its name, or by its ARN.
    fn nameless(&self, draft: &Draft, names: &Names, sources: &Sources) -> Option<Nameless> {
        let Name { name, arn } = names.get(&draft.address)?;
        let held = |text: &str| self.variables.placeholders.in_text(text);
        let (what, references) = match (held(name), arn.as_deref().map(held).unwrap_or_default()) {
            (name, arn) if name.is_empty() => ("ARN", arn),
            (name, _) => ("name", name),
        };
        (!references.is_empty()).then(|| Nameless {
            address: draft.address.clone(),
            place: sources.place(draft.key_span),
            because: format!("its {what} depends on {}", unset(&references)),
        })
    }

    fn want(
        &self,
        draft: Draft,
        names: &Names,
        envelope: &Envelope,
        sources: &Sources,
        found: &mut Diagnostics,
        (depends, needs): (&mut Depends, &mut Needs),
    ) -> Option<Wanted> {
        let called = draft.called().to_owned();
        let Draft { kind, address, key_span, renamed_from, written } = draft;
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
        let Composed { mut body, mut settings } =
            written.compose(kind, &called, &mut interpolation)?;
        let name = kind.name(&called, &body);
        if names.get(&address).is_none_or(|known| known.name != name) {
            let message = "a resource's name cannot refer to another resource";
            let problem = Diagnostic::error(message).at(body.span);
            found.push(problem.help("write the name out, or use a variable"));
            return None;
        }
        let own = body.clone();
        for other in refs::by_name(kind, &mut body, names) {
            on.insert(other, key_span);
        }
        if kind.ownership() == Ownership::Tag {
            add_tags(&mut body, kind.tags_field(), &envelope.tags);
        }
        let placeholders = &self.variables.placeholders;
        // Of these nothing is compared.
        settings.entries.retain(|one| {
            !settings::COMMON.contains(&one.key.as_str())
                || placeholders.in_node(&one.value).is_empty()
        });
        let protect = settings::protect(&settings, found);
        let from_stack = settings::from_stack(&settings, &envelope.name, found);
        let absent = settings::absent(&settings, &body, found)?;
        let sections = self.sections;
        let given = Given { name: &name, body: &body, settings: &settings, place, sections };
        let beside = settings.entries.iter().flat_map(|one| placeholders.in_node(&one.value));
        let open: BTreeSet<_> = placeholders.in_node(&body).into_iter().chain(beside).collect();
        let (read, holes) = if open.is_empty() {
            (kind.read(&given, found)?, Vec::new())
        } else {
            placeholders.read(kind, &given, &open)
        };
        let beside = settings;
        let Body { document, sent, mut sensitive, unmanaged, settings } = read;
        let mut more = kind.looks_secret(&document);
        more.retain(|path| !hides(&sensitive, path));
        sensitive.extend(more);
        if protect {
            check_room(&document[kind.tags_field()], key_span, found);
        }
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
            body: own,
            beside,
            sensitive,
            unmanaged,
            settings,
            holes,
            protect,
            absent,
            renamed_from: renamed_from.map(|(key, _)| key),
            from_stack,
            place: sources.place(key_span),
        })
    }
}

/// The resources of a section, each with its key.
fn entries(kind: &dyn Kind, section: &Entry, found: &mut Diagnostics) -> Vec<(String, Span, Node)> {
    match (kind.only_key(), &section.value.value) {
        (_, Value::Null) => Vec::new(),
        (Some(key), _) => vec![(key.to_owned(), section.key_span, section.value.clone())],
        (None, Value::Map(map)) => {
            map.entries.iter().for_each(|entry| refuse_in_key(entry, found));
            let entries = map.entries.iter();
            entries.map(|entry| (entry.key.clone(), entry.key_span, entry.value.clone())).collect()
        }
        (None, _) => {
            let message = format!("`{}` is a mapping of names to resources", section.key);
            let problem = Diagnostic::error(message).at(section.value.span);
            found.push(problem.help(format!("write `{}: {{ NAME: {{ … }} }}`", section.key)));
            Vec::new()
        }
    }
}

/// What protects a resource is a tag, too.
fn check_room(tags: &serde_json::Value, span: Span, found: &mut Diagnostics) {
    let count = tags.as_object().map_or(0, serde_json::Map::len);
    if count >= MOST_TAGS {
        let message = format!(
            "{count} tags; AWS takes 50, and three of them are tracewright's own where a resource is \
             protected"
        );
        let help = "take a tag out, or `protect`";
        found.push(Diagnostic::error(message).at(span).help(help));
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

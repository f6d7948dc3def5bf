//! From a stack file's text to a [`Stack`].

use std::collections::{BTreeMap, BTreeSet};

use super::body::Bodies;
use super::envelope::{self, Envelope, Opener};
use super::files::{Files, Loaded};
use super::refs::{self, Names};
use super::vars::{Form, Inputs, Interpolation, Resolved, Variables};
use super::{Place, Stack, Wanted};
use crate::document::{
    Diagnostic, Diagnostics, Entry, Map, Node, Sources, Span, Value, or_nearest, read_yaml,
};
use crate::kinds::{self, Kind, Ownership};
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
    let drafts = drafts(map, files, sources, found, &shown);
    let Envelope { name, place, tags, ignore_tags, adopt } = envelope?;

    let scope = Scope { variables: &variables, inputs, place: &place };
    let (names, secret) = scope.names(&drafts, sources);
    check_names(&drafts, &names, &secret, found);
    check_adopt(&adopt, &names, found);
    let mut wanted = scope.wanted(drafts, &names, sources, found);
    add_tags(&mut wanted, &tags, found);
    wanted.sort_by(|a, b| a.address.cmp(&b.address));
    let adopt = adopt.into_iter().map(|(address, _)| address).collect();
    Some(Stack { name, file: shown, place, ignore_tags, adopt, wanted })
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

/// A resource whose body is read and not yet interpolated.
struct Draft {
    kind: &'static dyn Kind,
    address: Address,
    key_span: Span,
    body: Node,
}

fn drafts(
    map: &Map,
    files: &mut dyn Files,
    sources: &mut Sources,
    found: &mut Diagnostics,
    stack: &str,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for kind in kinds::ALL {
        let Some(section) = map.entries.iter().find(|entry| entry.key == kind.section()) else {
            continue;
        };
        let entries: Vec<_> = match (kind.only_key(), &section.value.value) {
            (_, Value::Null) => continue,
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
                continue;
            }
        };
        for (key, key_span, node) in entries {
            let mut bodies = Bodies { files, sources, found, stack };
            if let Some(body) = bodies.read(kind, &key, node) {
                let address = Address::new(kind.section(), key);
                drafts.push(Draft { kind, address, key_span, body });
            }
        }
    }
    drafts
}

/// What references in a body can refer to.
struct Scope<'a> {
    variables: &'a Variables,
    inputs: &'a Inputs,
    place: &'a Place,
}

impl Scope<'_> {
    fn plain(&self, form: &Form) -> Option<Result<Resolved, Diagnostic>> {
        match form {
            Form::Account => Some(Ok(Resolved::text(&self.place.account))),
            Form::Region => Some(Ok(Resolved::text(&self.place.region))),
            Form::Output { .. } => None,
            Form::Var(_) | Form::Env(_) => self.variables.resolve(form, self.inputs),
        }
    }

    /// The name of every resource. Names do not refer to resources, so this comes before
    /// references are resolved; what is wrong is told then. Beside them, whose name is a secret.
    fn names(&self, drafts: &[Draft], sources: &Sources) -> (Names, BTreeSet<Address>) {
        let mut resolve =
            |form: &Form| self.plain(form).unwrap_or_else(|| Ok(Resolved::text(String::new())));
        let mut silent = Diagnostics::default();
        let (mut names, mut secret) = (Names::new(), BTreeSet::new());
        for draft in drafts {
            let mut body = draft.body.clone();
            Interpolation { sources, resolve: &mut resolve, found: &mut silent }.apply(&mut body);
            let name = draft.kind.name(&draft.address.key, &body);
            let fields = body.as_map().map(|map| map.entries.as_slice()).unwrap_or_default();
            let is_name = |entry: &&Entry| entry.value.as_str() == Some(&name);
            if fields.iter().filter(is_name).any(|entry| entry.value.secret) {
                secret.insert(draft.address.clone());
            }
            names.insert(draft.address.clone(), name);
        }
        (names, secret)
    }

    fn wanted(
        &self,
        drafts: Vec<Draft>,
        names: &Names,
        sources: &Sources,
        found: &mut Diagnostics,
    ) -> Vec<Wanted> {
        let mut depends: BTreeMap<Address, BTreeMap<Address, Span>> = BTreeMap::new();
        let mut wanted = Vec::new();
        for mut draft in drafts {
            let on = depends.entry(draft.address.clone()).or_default();
            let mut resolve = |form: &Form| match form {
                Form::Output { word, name, output } => {
                    let (resolved, address) =
                        refs::resolve((word, name, output), names, self.place)?;
                    on.insert(address, draft.key_span);
                    Ok(resolved)
                }
                _ => self.plain(form).unwrap_or_else(|| Ok(Resolved::text(String::new()))),
            };
            let before = found.all.len();
            Interpolation { sources, resolve: &mut resolve, found }.apply(&mut draft.body);
            if found.all.len() > before {
                continue;
            }
            let name = draft.kind.name(&draft.address.key, &draft.body);
            if names.get(&draft.address) != Some(&name) {
                let message = "a resource's name cannot refer to another resource";
                let problem = Diagnostic::error(message).at(draft.body.span);
                found.push(problem.help("write the name out, or use a variable"));
                continue;
            }
            let Some(body) = draft.kind.read(&name, &draft.body, found) else {
                continue;
            };
            wanted.push(Wanted {
                depends_on: on.keys().cloned().collect(),
                address: draft.address,
                name,
                document: body.document,
                sensitive: body.sensitive,
                place: sources.place(draft.key_span),
            });
        }
        if let Some(circle) = refs::circle(&depends) {
            let names: Vec<_> = circle.iter().map(Address::to_string).collect();
            let span = depends.get(&circle[0]).and_then(|on| on.values().next().copied());
            let problem =
                Diagnostic::error(format!("references go in a circle: {}", names.join(", ")))
                    .help("write one of the ARNs out");
            found.push(match span {
                Some(span) => problem.at(span),
                None => problem,
            });
        }
        wanted
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
    let mut seen: BTreeMap<(&str, &str), &Draft> = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| !secret.contains(&draft.address)) {
        let Some(name) = names.get(&draft.address) else {
            continue;
        };
        if let Some(other) = seen.insert((draft.kind.section(), name), draft) {
            found.push(
                Diagnostic::error(format!(
                    "`{}` and `{}` have one name in AWS, {name:?}",
                    other.address, draft.address
                ))
                .at(draft.key_span)
                .help("give one of them another name, or take it out"),
            );
        }
    }
}

fn check_adopt(adopt: &[(Address, Option<Span>)], names: &Names, found: &mut Diagnostics) {
    let known: Vec<_> = names.keys().map(Address::to_string).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    for (address, span) in adopt {
        if names.contains_key(address) {
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

/// Puts the stack's tags on every resource that carries tags; a resource's own win.
fn add_tags(wanted: &mut [Wanted], tags: &super::Tags, found: &mut Diagnostics) {
    for resource in wanted {
        if kinds::of(&resource.address.section).ownership() != Ownership::Tag || tags.is_empty() {
            continue;
        }
        let Some(document) = resource.document.as_object_mut() else {
            continue;
        };
        let own = document.entry("Tags").or_insert_with(|| serde_json::json!({}));
        let Some(own) = own.as_object_mut() else {
            continue;
        };
        for (key, (value, _)) in tags {
            own.entry(key).or_insert_with(|| value.clone().into());
        }
        if own.len() > kinds::MOST_TAGS {
            let message = format!(
                "`{}` has {} tags with those of the stack; AWS takes 50, and two are tracewright's own",
                resource.address,
                own.len()
            );
            found.push(Diagnostic::error(message));
        }
    }
}

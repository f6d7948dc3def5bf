//! What surrounds the resources in a stack file.

use std::collections::BTreeMap;

use super::ignored;
use super::moves::Given;
use super::pieces::Form;
use super::regions::{REGION, REGIONS, ROLE};
use super::vars::{Inputs, Interpolation, Resolved, Variables, refuse_references};
use super::{Place, Tags};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Sources, Value};
use crate::kinds::tags;
use crate::plan::Address;
use crate::safety::Limits;

/// The envelope's keys at the top of a stack file; the others there are sections.
pub(super) const KEYS: [&str; 14] = [
    "stack",
    "account",
    REGION,
    REGIONS,
    ROLE,
    "tags",
    "ignore_tags",
    "vars",
    "requires",
    "adopt",
    "renamed_from",
    "moved",
    "limits",
    ignored::KEY,
];

/// What surrounds the resources.
pub(super) struct Envelope {
    pub name: String,
    pub place: Place,
    pub regions: Vec<String>,
    pub role: Option<String>,
    pub tags: Tags,
    pub ignore_tags: Vec<String>,
    pub adopt: Vec<(Address, Option<crate::document::Span>)>,
    pub renamed_from: Vec<String>,
    pub moved: Given,
    pub limits: Limits,
}

/// What a stack's name is, for who wrote another thing.
pub(super) const NAME_HELP: &str =
    "a stack's name has 1 to 64 letters, digits, `-`, `_` and `.`, the first a letter or digit";

/// Whether a text has the form of a stack's name.
pub(crate) fn is_stack_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Reads the envelope of a stack file.
pub(super) struct Opener<'a> {
    pub map: &'a Map,
    pub top: &'a Node,
    pub sources: &'a Sources,
    pub inputs: &'a Inputs,
    pub variables: &'a Variables,
    pub found: &'a mut Diagnostics,
}

impl Opener<'_> {
    /// Reads it all, so that every mistake is told at once.
    pub(super) fn read(&mut self) -> Option<Envelope> {
        self.requires();
        let name = self.name();
        let (account, regions) = (self.account(), self.regions());
        let place = account
            .zip(regions.as_ref())
            .map(|(account, regions)| Place { account, region: regions.here.clone() });
        let role = self.role(place.as_ref());
        let (mut place, mut regions) = (place?, regions?.all);
        if let Some(stand_in) = &self.inputs.stand_in {
            let here = regions.iter_mut().filter(|region| **region == place.region);
            here.for_each(|region| region.clone_from(&stand_in.region));
            place = stand_in.clone();
        }
        let tags = self.tags(&place);
        let ignore_tags = self.strings("ignore_tags");
        let adopt = self.adopt();
        let renamed_from = self.renamed_from(name.as_deref());
        let moved = self.moved(name.as_deref());
        let limits = self.limits();
        let name = name?;
        Some(Envelope {
            name,
            place,
            regions,
            role,
            tags,
            ignore_tags,
            adopt,
            renamed_from,
            moved,
            limits,
        })
    }

    /// A value of the envelope, with variables put in; secrets are refused, since the envelope is
    /// in every output.
    pub(super) fn interpolated(&mut self, key: &str) -> Option<Node> {
        let mut node = self.map.get(key).filter(|node| !node.is_null())?.clone();
        let (variables, inputs) = (self.variables, self.inputs);
        let mut resolve = |form: &Form| match form {
            Form::Env(name) => Err(Diagnostic::error(format!(
                "`{key}` is shown in every output, and what comes from the environment is secret"
            ))
            .help(format!("use a variable: `${{var.{}}}`", name.to_lowercase()))),
            _ => variables.known(form, inputs).unwrap_or_else(|| {
                Err(Diagnostic::error(format!("`{key}` can only refer to variables")))
            }),
        };
        let before = self.found.all.len();
        Interpolation { sources: self.sources, resolve: &mut resolve, found: self.found }
            .apply(&mut node);
        (self.found.all.len() == before).then_some(node)
    }

    fn requires(&mut self) {
        let Some(node) = self.map.get("requires") else {
            return;
        };
        let version = node.as_str().map(semver::VersionReq::parse);
        let ours = semver::Version::parse(env!("CARGO_PKG_VERSION"));
        let problem = match (version, ours) {
            (Some(Ok(wanted)), Ok(ours)) if wanted.matches(&ours) => return,
            (Some(Ok(wanted)), Ok(ours)) => Diagnostic::error(format!(
                "this stack requires tracewright {wanted}; this is {ours}"
            ))
            .help("install a version that fits"),
            _ => Diagnostic::error("`requires` is a version requirement")
                .help("write it like `requires: \">=0.1\"`"),
        };
        self.found.push(problem.at(node.span));
    }

    fn name(&mut self) -> Option<String> {
        let help = "`stack` is the stack's name, the value of the tag that marks what it owns";
        let Some(entry) = self.map.get("stack").filter(|node| !node.is_null()) else {
            self.missing("stack", help);
            return None;
        };
        let span = entry.span;
        let node = self.interpolated("stack")?;
        match node.as_str() {
            Some(name) if is_stack_name(name) => Some(name.to_owned()),
            _ => {
                self.found.push(Diagnostic::error(NAME_HELP).at(span).help(help));
                None
            }
        }
    }

    fn account(&mut self) -> Option<String> {
        let help = "write `account: \"123456789012\"`, the only account this stack may touch";
        let Some(raw) = self.map.get("account").filter(|node| !node.is_null()) else {
            self.missing("account", help);
            return None;
        };
        let span = raw.span;
        let quoted = self.sources.slice(span).starts_with(['"', '\'']);
        let node = self.interpolated("account")?;
        let digits = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        let problem = match node.as_str() {
            Some(text) if digits(text) && (quoted || node.interpolated) => {
                return Some(text.to_owned());
            }
            Some(text) if quoted || node.interpolated => {
                Diagnostic::error(format!("`account` is 12 digits, not {text:?}"))
            }
            // Without quotes a YAML reader may take leading zeros away.
            _ => Diagnostic::error("`account` is a string of 12 digits in quotes"),
        };
        let shown = self.sources.slice(span);
        self.found.push(problem.at(span).help(if digits(shown) {
            format!("write `account: \"{shown}\"`")
        } else {
            help.to_owned()
        }));
        None
    }

    fn tags(&mut self, place: &Place) -> Tags {
        let Some(mut node) = self.map.get("tags").cloned() else {
            return BTreeMap::new();
        };
        let (variables, inputs) = (self.variables, self.inputs);
        let mut resolve = |form: &Form| match form {
            Form::Account => Ok(Resolved::text(&place.account)),
            Form::Region => Ok(Resolved::text(&place.region)),
            Form::Env(_) => Err(Diagnostic::error(
                "the stack's tags are shown, and what comes from the environment is secret",
            )
            .help("use a variable: `${var.NAME}`")),
            Form::Output { .. } => {
                Err(Diagnostic::error("the stack's tags cannot refer to a resource"))
            }
            Form::Var(_) => variables
                .resolve(form, inputs)
                .unwrap_or_else(|| Err(Diagnostic::error("not a variable"))),
        };
        Interpolation { sources: self.sources, resolve: &mut resolve, found: self.found }
            .apply(&mut node);
        tags(&node, self.found)
            .into_iter()
            .filter_map(|(key, value)| Some((key, (value.as_str()?.to_owned(), value.span))))
            .collect()
    }

    fn strings(&mut self, key: &str) -> Vec<String> {
        self.items(key).into_iter().map(|(text, _)| text).collect()
    }

    fn items(&mut self, key: &str) -> Vec<(String, crate::document::Span)> {
        let Some(node) = self.map.get(key).filter(|node| !node.is_null()) else {
            return Vec::new();
        };
        let Value::Seq(items) = &node.value else {
            let message = format!("`{key}` is a list of strings, not {}", node.kind());
            self.found.push(
                Diagnostic::error(message).at(node.span).help(format!("write `{key}: [ … ]`")),
            );
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items {
            refuse_references(item, &format!("`{key}`"), self.sources, self.found);
            match item.as_str() {
                Some(text) => strings.push((text.to_owned(), item.span)),
                None => self.found.push(
                    Diagnostic::error(format!(
                        "`{key}` is a list of strings, and this is {}",
                        item.kind()
                    ))
                    .at(item.span),
                ),
            }
        }
        strings
    }

    fn adopt(&mut self) -> Vec<(Address, Option<crate::document::Span>)> {
        let from_file = self.items("adopt").into_iter().map(|(text, span)| (text, Some(span)));
        let from_line = self.inputs.adopt.iter().map(|text| (text.clone(), None));
        let mut addresses = Vec::new();
        for (text, span) in from_file.chain(from_line).collect::<Vec<_>>() {
            match text.parse() {
                Ok(address) => addresses.push((address, span)),
                Err(message) => {
                    let problem = Diagnostic::error(message);
                    self.found.push(match span {
                        Some(span) => problem.at(span),
                        None => problem,
                    });
                }
            }
        }
        addresses
    }

    pub(super) fn missing(&mut self, key: &str, help: &str) {
        self.found.push(
            Diagnostic::error(format!("the stack has no `{key}`")).at(self.top.span).help(help),
        );
    }
}

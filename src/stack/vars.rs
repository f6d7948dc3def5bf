//! Variables, and `${…}` in strings.

use std::collections::{BTreeMap, BTreeSet};

use super::Place;
use super::holes::Placeholders;
use super::pieces::{Form, Piece, pieces};
use crate::document::{
    Diagnostic, Diagnostics, Entry, Map, Node, Sources, Span, Value, is_plainly_secret,
    names_secret_variable, nearest, or_nearest,
};

/// What a run hands to a stack file from outside.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Values of variables: from `--var-file`s, then `--var`s, the last one winning.
    pub vars: BTreeMap<String, String>,
    /// The environment variables that `${env.X}` may read, each with its value if it is set.
    pub env: BTreeMap<String, Option<String>>,
    /// The region from the command line, which wins over the file's.
    pub region: Option<String>,
    /// The region to take where neither the command line nor the file names one.
    pub default_region: Option<String>,
    /// Addresses to adopt, from the command line.
    pub adopt: Vec<String>,
    /// They are given to several stacks, so that what one of them does not have is another's.
    pub shared: bool,
    /// What a reference is taken for that stands for nothing in this run.
    pub missing: Missing,
    /// The date, `2026-11-22`, where what has run out by then is to be refused.
    pub today: Option<String>,
    /// Where the stack is taken to live, in the place of where it does: what differs between the two
    /// readings is what follows from its account and its region.
    pub stand_in: Option<Place>,
}

/// What is done about a variable that is not set, and an environment that may not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// It is an error.
    #[default]
    Refuse,
    /// The resource is read around it, and has a [`Hole`](super::Hole) there. For looking only.
    Leave,
}

/// A variable that the stack declares.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    /// Its default; without one it must be given.
    default: Option<Node>,
}

/// The variables of a stack file, and what they stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    declared: BTreeMap<String, Variable>,
    /// What stands for those that are not set.
    pub(super) placeholders: Placeholders,
}

/// What a reference stands for.
pub(super) struct Resolved {
    /// The value; a whole string that is one reference to a variable takes its type.
    pub value: Value,
    /// How a number or a boolean is spelled.
    pub spelling: Option<String>,
    /// It must not be shown.
    pub secret: bool,
}

impl Resolved {
    /// Text that may be shown.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { value: Value::String(text.into()), spelling: None, secret: false }
    }

    /// As it stands inside of a longer string.
    fn spelled(&self) -> String {
        match (&self.value, &self.spelling) {
            (Value::String(text), _) | (_, Some(text)) => text.clone(),
            (Value::Bool(value), None) => value.to_string(),
            (Value::Number(value), None) => value.to_string(),
            (Value::Null | Value::Seq(_) | Value::Map(_), None) => String::new(),
        }
    }
}

/// Puts values in place of the references in every string of a tree.
pub(super) struct Interpolation<'a> {
    /// The files, for places.
    pub sources: &'a Sources,
    /// What a reference stands for, or what is wrong with it.
    pub resolve: &'a mut dyn FnMut(&Form) -> Result<Resolved, Diagnostic>,
    /// Where findings go.
    pub found: &'a mut Diagnostics,
}

impl Interpolation<'_> {
    /// Does it, in place.
    pub(super) fn apply(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::Seq(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Value::Map(map) => {
                for entry in &mut map.entries {
                    refuse_in_key(entry, self.found);
                    self.apply(&mut entry.value);
                }
            }
            Value::String(text) if text.contains("${") => {
                let text = text.clone();
                self.string(node, &text);
            }
            _ => {}
        }
    }

    fn string(&mut self, node: &mut Node, text: &str) {
        let pieces = pieces(text);
        let whole = matches!(pieces.as_slice(), [Piece::Form(..)]);
        let mut result = String::new();
        for piece in &pieces {
            let (form, source) = match piece {
                Piece::Text(text) => {
                    result += text;
                    continue;
                }
                Piece::Form(form, source) => (form, source),
            };
            match (self.resolve)(form) {
                Ok(resolved) => {
                    node.secret |= resolved.secret;
                    node.interpolated = true;
                    if whole {
                        node.value = resolved.value;
                        node.spelling = resolved.spelling;
                        return;
                    }
                    result += &resolved.spelled();
                }
                Err(problem) => {
                    self.found.push(problem.at(self.place(node.span, source)));
                }
            }
        }
        node.value = Value::String(result);
    }

    /// The reference's own place in the file, where it stands there as it is.
    fn place(&self, span: Span, source: &str) -> Span {
        match self.sources.slice(span).find(source) {
            Some(at) => Span::new(span.file, span.start + at, span.start + at + source.len()),
            None => span,
        }
    }
}

/// Complains about a reference in a key, which is taken as it stands.
pub(super) fn refuse_in_key(entry: &Entry, found: &mut Diagnostics) {
    let reference = pieces(&entry.key).into_iter().find_map(|piece| match piece {
        Piece::Form(_, source) => Some(source.to_owned()),
        Piece::Text(_) => None,
    });
    if let Some(reference) = reference {
        let problem = Diagnostic::error(format!("a key cannot refer to anything: `{reference}`"));
        let help = "write it out; a resource can take its name from a reference, in its body";
        found.push(problem.at(entry.key_span).help(help));
    }
}

/// Complains about references where none is resolved: left there, they would be taken literally.
pub(super) fn refuse_references(
    node: &Node,
    what: &str,
    sources: &Sources,
    found: &mut Diagnostics,
) {
    let mut resolve = |_: &Form| {
        let problem = Diagnostic::error(format!("{what} cannot refer to anything"));
        Err(problem.help("write the value out here; references work in the bodies of resources"))
    };
    Interpolation { sources, resolve: &mut resolve, found }.apply(&mut node.clone());
}

impl Variables {
    /// Reads the `vars:` section.
    pub(super) fn read(
        section: Option<&Node>,
        inputs: &Inputs,
        sources: &Sources,
        found: &mut Diagnostics,
    ) -> Self {
        let mut declared = BTreeMap::new();
        let empty = Map::default();
        let map = match section.map(|node| (&node.value, node.span)) {
            None | Some((Value::Null, _)) => &empty,
            Some((Value::Map(map), _)) => map,
            Some((_, span)) => {
                found.push(
                    Diagnostic::error("`vars` is a mapping of names to what they are")
                        .at(span)
                        .help("write `vars: { image: { default: nginx } }`, or `image: {}` for one that must be given"),
                );
                &empty
            }
        };
        for entry in &map.entries {
            let default = match &entry.value.value {
                Value::Null => None,
                Value::Map(body) => default(body, sources, found),
                _ => {
                    let shown = entry.value.shown();
                    found.push(
                        Diagnostic::error(format!(
                            "variable `{}` is not declared rightly",
                            entry.key
                        ))
                        .at(entry.value.span)
                        .help(format!("write `{}: {{ default: {shown} }}`", entry.key)),
                    );
                    None
                }
            };
            declared.insert(entry.key.clone(), Variable { default });
        }
        let names: Vec<_> = declared.keys().map(String::as_str).collect();
        let foreign = |name: &&String| !inputs.shared && !declared.contains_key(*name);
        for given in inputs.vars.keys().filter(foreign) {
            let problem = Diagnostic::error(format!(
                "`{given}`, of `--var` or a `--var-file`, is no variable of this stack"
            ));
            found.push(problem.maybe_help(or_nearest(given, &names).or_else(|| {
                Some("take it out of the command line or the `--var-file`, or declare it under `vars:`".to_owned())
            })));
        }
        Self { declared, placeholders: Placeholders::default() }
    }

    /// The names of the variables that the stack declares.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.declared.keys().cloned().collect()
    }

    /// What `${var.NAME}` and `${env.NAME}` stand for; what stands for nothing leaves a hole, where
    /// that is asked for.
    pub(super) fn resolve(
        &self,
        form: &Form,
        inputs: &Inputs,
    ) -> Option<Result<Resolved, Diagnostic>> {
        let found = self.known(form, inputs)?;
        Some(found.or_else(|problem| {
            if !problem.unset || inputs.missing != Missing::Leave {
                return Err(problem);
            }
            let secret = match form {
                Form::Env(_) => true,
                Form::Var(name) => names_secret_variable(name),
                Form::Account | Form::Region | Form::Output { .. } => false,
            };
            Ok(Resolved { secret, ..Resolved::text(self.placeholders.of(&form.to_string())) })
        }))
    }

    /// The same where nothing can be left open.
    pub(super) fn known(
        &self,
        form: &Form,
        inputs: &Inputs,
    ) -> Option<Result<Resolved, Diagnostic>> {
        match form {
            Form::Var(name) => Some(self.var(name, inputs)),
            Form::Env(name) => Some(env(name, inputs)),
            Form::Account | Form::Region | Form::Output { .. } => None,
        }
    }

    fn var(&self, name: &str, inputs: &Inputs) -> Result<Resolved, Diagnostic> {
        let Some(variable) = self.declared.get(name) else {
            let near = nearest(name, self.declared.keys().map(String::as_str));
            let problem = Diagnostic::error(format!("no variable `{name}` is declared"));
            return Err(match near {
                Some(near) => problem.help(format!("did you mean `${{var.{near}}}`?")),
                None => problem.help(format!("declare it under `vars:`, as `{name}: {{}}`")),
            });
        };
        let resolved = match (inputs.vars.get(name), &variable.default) {
            (Some(given), _) => Some(Resolved::text(given)),
            (None, Some(Node { value, spelling, .. })) => {
                Some(Resolved { value: value.clone(), spelling: spelling.clone(), secret: false })
            }
            (None, None) => None,
        };
        match resolved {
            Some(resolved) => {
                let secret = names_secret_variable(name) || is_plainly_secret(&resolved.spelled());
                Ok(Resolved { secret, ..resolved })
            }
            None => Err(Diagnostic::error(format!("variable `{name}` is not set"))
                .unset()
                .label("used here")
                .help(format!("give it with `--var {name}=VALUE` or in a `--var-file`"))
                .help(format!("or give it a default: `vars: {{ {name}: {{ default: VALUE }} }}`"))),
        }
    }
}

fn default(body: &Map, sources: &Sources, found: &mut Diagnostics) -> Option<Node> {
    const KEYS: [&str; 2] = ["default", "description"];
    for entry in body.entries.iter().filter(|entry| !KEYS.contains(&entry.key.as_str())) {
        found.push(
            Diagnostic::error(format!("a variable has no `{}`", entry.key))
                .at(entry.key_span)
                .maybe_help(or_nearest(&entry.key, &KEYS)),
        );
    }
    let default = body.get("default")?;
    if matches!(default.value, Value::Seq(_) | Value::Map(_) | Value::Null) {
        found.push(
            Diagnostic::error(format!(
                "a default is a string, a number or a boolean, not {}",
                default.kind()
            ))
            .at(default.span),
        );
        return None;
    }
    refuse_references(default, "a default", sources, found);
    Some(default.clone())
}

fn env(name: &str, inputs: &Inputs) -> Result<Resolved, Diagnostic> {
    match inputs.env.get(name) {
        Some(Some(value)) => Ok(Resolved { secret: true, ..Resolved::text(value) }),
        Some(None) => Err(Diagnostic::error(format!("the environment has no `{name}`"))
            .unset()
            .label("used here")
            .help(format!("set `{name}` before running tracewright"))),
        None => {
            Err(Diagnostic::error(format!("this run may not read `{name}` from the environment"))
                .unset()
                .label("used here")
                .help(format!("allow it with `--allow-env {name}`")))
        }
    }
}

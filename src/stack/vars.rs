//! Variables, and `${…}` in strings.

use std::collections::BTreeMap;

use super::pieces::{Form, Piece, pieces};
use crate::document::{
    Diagnostic, Diagnostics, Map, Node, Sources, Span, Value, nearest, or_nearest,
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
                map.entries.iter_mut().for_each(|entry| self.apply(&mut entry.value));
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
        for given in inputs.vars.keys().filter(|name| !declared.contains_key(*name)) {
            let problem = Diagnostic::error(format!(
                "`{given}`, of `--var` or a `--var-file`, is no variable of this stack"
            ));
            found.push(problem.maybe_help(or_nearest(given, &names).or_else(|| {
                Some("take it out of the command line or the `--var-file`, or declare it under `vars:`".to_owned())
            })));
        }
        Self { declared }
    }

    /// What `${var.NAME}` and `${env.NAME}` stand for.
    pub(super) fn resolve(
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
        if let Some(given) = inputs.vars.get(name) {
            return Ok(Resolved::text(given));
        }
        match &variable.default {
            Some(node) => Ok(Resolved {
                value: node.value.clone(),
                spelling: node.spelling.clone(),
                secret: false,
            }),
            None => Err(Diagnostic::error(format!("variable `{name}` is not set"))
                .label("used here")
                .help(format!("give it with `--var {name}=VALUE` or in a `--var-file`"))
                .help(format!("or give it a default: `vars: {{ {name}: {{ default: VALUE }} }}`"))),
        }
    }
}

/// Whether this says that a variable is not set, or that the environment may not be read, as it is
/// where a stack is just looked over.
pub fn is_unset(problem: &Diagnostic) -> bool {
    [("variable `", "` is not set"), (NOT_ALLOWED, "` from the environment")]
        .iter()
        .any(|(begin, end)| problem.message.starts_with(begin) && problem.message.ends_with(end))
}

/// How it begins what is said of a variable of the environment that this run may not read.
const NOT_ALLOWED: &str = "this run may not read `";

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
            .label("used here")
            .help(format!("set `{name}` before running tracewright"))),
        None => Err(Diagnostic::error(format!("{NOT_ALLOWED}{name}` from the environment"))
            .label("used here")
            .help(format!("allow it with `--allow-env {name}`"))),
    }
}

//! The values of a template, its functions carried out as far as they can be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::template::Template;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Span, Value};
use crate::import::haul::{Variable, reference};
use crate::import::variables::{DOLLAR, Variables, Wish};
use crate::stack::escaped;

/// How much text and how many values a template may become. Functions repeat what they refer to.
const MOST: usize = 8 << 20;

/// A value of a template: `None` for what `AWS::NoValue` takes away.
pub(super) type Computed = Result<Option<Node>, Box<Unknown>>;

/// Why a value cannot be had.
#[derive(Debug)]
pub(super) struct Unknown {
    /// What is the matter, and where.
    pub problem: Diagnostic,
    /// What a variable is called that stands for it, where it is known to CloudFormation only; what
    /// is wrong in the template has none.
    pub hint: Option<String>,
}

impl Unknown {
    /// What is wrong in the template.
    pub(super) fn wrong(message: impl Into<String>, span: Span) -> Box<Self> {
        Box::new(Self { problem: Diagnostic::error(message).at(span), hint: None })
    }

    /// What only CloudFormation knows.
    pub(super) fn outside(
        message: impl Into<String>,
        span: Span,
        hint: impl Into<String>,
    ) -> Box<Self> {
        Box::new(Self { problem: Diagnostic::error(message).at(span), hint: Some(hint.into()) })
    }
}

/// Computes the values of one template.
pub(super) struct Values<'a> {
    pub template: &'a Template<'a>,
    /// The resources that are not taken over, so that nothing can refer to them.
    pub lost: &'a BTreeSet<&'a str>,
    pub variables: Variables,
    pub found: Diagnostics,
    /// The names of resources, as far as they were asked for.
    pub names: HashMap<&'a str, Option<Node>>,
    /// What is said once about a template was said.
    pub told: BTreeSet<&'static str>,
    /// What the value that is computed is called by what it is in.
    hint: String,
    room: usize,
}

/// A point in the computation.
pub(super) struct Mark {
    variables: usize,
    names: usize,
    found: usize,
    told: BTreeSet<&'static str>,
}

impl<'a> Values<'a> {
    pub(super) fn new(
        template: &'a Template<'a>,
        lost: &'a BTreeSet<&'a str>,
        known: &BTreeMap<String, Variable>,
    ) -> Self {
        Self {
            template,
            lost,
            variables: Variables::beside(known),
            found: Diagnostics::default(),
            names: HashMap::new(),
            told: BTreeSet::new(),
            hint: String::new(),
            room: MOST,
        }
    }

    /// The value of a node.
    pub(super) fn value(&mut self, node: &Node) -> Computed {
        match &node.value {
            Value::Seq(items) => {
                let items = self.items(items)?;
                Ok(Some(Node::new(node.span, Value::Seq(items))))
            }
            Value::Map(map) => match map.entries.as_slice() {
                [entry] if is_function(&entry.key) => self.function(entry, node),
                entries => self.mapping(entries, node.span),
            },
            Value::String(text) if text.contains("{{resolve:") => {
                let parts = vec![node.clone()];
                self.joined(parts, node.span).map(Some)
            }
            _ => Ok(Some(node.clone())),
        }
    }

    /// The value of a property of this name.
    pub(super) fn named(&mut self, name: &str, node: &Node) -> Computed {
        let before = std::mem::replace(&mut self.hint, name.to_owned());
        let value = self.value(node);
        self.hint = before;
        value
    }

    /// What a variable is called for a value that has no better name.
    pub(super) fn hint(&self) -> &str {
        if self.hint.is_empty() { "value" } else { &self.hint }
    }

    pub(super) fn items(&mut self, items: &[Node]) -> Result<Vec<Node>, Box<Unknown>> {
        items.iter().filter_map(|item| self.value(item).transpose()).collect()
    }

    fn mapping(&mut self, entries: &[Entry], span: Span) -> Computed {
        // `{ Name: X, Value: … }` is about X.
        let own_name = entries.iter().find(|entry| matches!(entry.key.as_str(), "Name" | "Key"));
        let own_name = own_name.and_then(|entry| entry.value.as_str());
        let mut map = Map::default();
        for Entry { key, key_span, value } in entries {
            if key.starts_with("Fn::") {
                let message =
                    format!("`{key}` stands among other keys, which only a macro can mean");
                return Err(Unknown::wrong(message, *key_span));
            }
            let name = match (own_name, key.as_str()) {
                (Some(name), "Value" | "ValueFrom") => name,
                _ => key,
            };
            if let Some(value) = self.named(name, value)? {
                map.entries.push(Entry { key: key.clone(), key_span: *key_span, value });
            }
        }
        Ok(Some(Node::new(span, Value::Map(map))))
    }

    /// A variable in the place of what is not known.
    pub(super) fn variable(&mut self, span: Span, wish: Wish<'_>) -> Node {
        reference(span, format!("${{var.{}}}", self.variables.declare(wish)))
    }

    /// A variable for a text that is known to CloudFormation only; anything else stays as it is.
    pub(super) fn or_variable(&mut self, node: &Node, computed: Computed) -> Computed {
        let unknown = match computed {
            Err(unknown) if unknown.hint.is_some() => unknown,
            computed => return computed,
        };
        let Unknown { problem, hint } = *unknown;
        let note = Diagnostic::note(problem.message).at(problem.span.unwrap_or(node.span));
        let wish = Wish {
            // The same function of the same things gives the same.
            source: node.to_json().to_string(),
            hint: hint.as_deref().unwrap_or_default(),
            default: None,
            shared: false,
            note: Some(note),
        };
        Ok(Some(self.variable(node.span, wish)))
    }

    /// A point to go back to.
    pub(super) fn mark(&self) -> Mark {
        let (variables, names) = (self.variables.mark(), self.names.len());
        Mark { variables, names, found: self.found.all.len(), told: self.told.clone() }
    }

    /// Forgets what was declared and said since, unless a name that is remembered holds it.
    pub(super) fn back_to(&mut self, mark: Mark) {
        if self.names.len() == mark.names {
            self.variables.back_to(mark.variables);
            self.found.all.truncate(mark.found);
            self.told = mark.told;
        }
    }

    /// Says something once for a template.
    pub(super) fn tell_once(&mut self, message: &'static str, span: Span) {
        if self.told.insert(message) {
            self.found.push(Diagnostic::note(message).at(span));
        }
    }

    /// One text of several, references among them or not.
    pub(super) fn joined(&mut self, parts: Vec<Node>, span: Span) -> Result<Node, Box<Unknown>> {
        let mut parts = self.resolved(parts, span);
        let is_reference = |part: &Node| part.interpolated;
        let (mut text, mut literal) = (String::new(), String::new());
        if !parts.iter().any(is_reference) {
            parts.iter().filter_map(scalar_text).for_each(|part| text += &part);
            self.spend(text.len(), span)?;
            return Ok(Node::new(span, Value::String(text)));
        }
        parts.push(reference(span, ""));
        for part in &parts {
            let Some(own) = scalar_text(part) else { continue };
            if !part.interpolated {
                literal += &own;
                continue;
            }
            // A dollar in front of a reference would make text of it.
            let is_dollar = own.starts_with("${") && literal.ends_with('$');
            if is_dollar {
                literal.pop();
            }
            text += &escaped(&literal);
            literal.clear();
            if is_dollar {
                let default = Some(Value::String(DOLLAR.to_owned()));
                let source = DOLLAR.to_owned();
                let wish = Wish { source, hint: "dollar", default, shared: true, note: None };
                text += &format!("${{var.{}}}", self.variables.declare(wish));
            }
            text += &own;
        }
        self.spend(text.len(), span)?;
        Ok(reference(span, text))
    }

    /// Variables in the place of dynamic references, which CloudFormation looks up when it deploys.
    ///
    /// Source: documentation, "Using dynamic references": `{{resolve:service-name:reference-key}}`.
    fn resolved(&mut self, parts: Vec<Node>, span: Span) -> Vec<Node> {
        const OPEN: &str = "{{resolve:";
        let spelled: String = parts.iter().filter_map(scalar_text).collect();
        if !spelled.contains(OPEN) {
            return parts;
        }
        let is_reference = parts.iter().any(|part| part.interpolated);
        let text = |text: &str| Node {
            interpolated: is_reference,
            ..Node::new(span, Value::String(text.to_owned()))
        };
        let mut resolved = Vec::new();
        let mut rest = spelled.as_str();
        while let Some((before, after)) = rest.split_once(OPEN) {
            let Some((inner, left)) = after.split_once("}}") else { break };
            let message = format!("`{OPEN}{inner}}}}}` is looked up by CloudFormation");
            let wish = Wish {
                source: inner.to_owned(),
                hint: &inner.replace("${var.", "").replace("SecretString", ""),
                default: None,
                shared: true,
                note: Some(Diagnostic::note(message).at(span)),
            };
            resolved.extend([text(before), self.variable(span, wish)]);
            rest = left;
        }
        resolved.push(text(rest));
        resolved
    }

    /// A value that stands somewhere else too.
    pub(super) fn repeated(&mut self, node: &Node, span: Span) -> Result<Node, Box<Unknown>> {
        self.spend(size(node), span)?;
        Ok(Node { span, ..node.clone() })
    }

    fn spend(&mut self, size: usize, span: Span) -> Result<(), Box<Unknown>> {
        let left = self.room.checked_sub(size);
        self.room = left.unwrap_or(0);
        left.map(drop).ok_or_else(|| {
            Unknown::wrong("the functions of the template make too much of it", span)
        })
    }
}

/// Whether a key that stands alone in a mapping makes a function of it.
fn is_function(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

/// A scalar as CloudFormation makes text of it.
pub(super) fn scalar_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Bool(value) => Some(value.to_string()),
        _ => node.spelled(),
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::String(text) => text.len(),
        Value::Seq(items) => items.iter().map(size).sum(),
        Value::Map(map) => {
            map.entries.iter().map(|entry| entry.key.len() + size(&entry.value)).sum()
        }
        _ => 0,
    }
}

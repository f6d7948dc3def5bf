//! What looks like a secret is not written out: the stack reads it from the environment.

use std::collections::BTreeMap;

use super::haul::reference;
use crate::document::{Diagnostic, Diagnostics, Node, Span, Value};
use crate::kinds::Kind;
use crate::stack;

/// The names of environment variables that stand for secrets, and these secrets, which are never
/// shown.
#[derive(Default)]
pub(super) struct Secrets {
    named: BTreeMap<String, String>,
}

impl Secrets {
    /// Puts references in the place of what looks like a secret in a body that is to be written.
    pub(super) fn take_out(&mut self, kind: &dyn Kind, body: &mut Node, found: &mut Diagnostics) {
        // Of what came out of one string every part has the string's place.
        let mut numbered = body.clone();
        number(&mut numbered, &mut 0);
        let secret = kind.secrets(&numbered);
        self.walk(body, &secret, &mut 0, &mut Vec::new(), found);
    }

    fn walk(
        &mut self,
        node: &mut Node,
        secret: &[Span],
        at: &mut usize,
        path: &mut Vec<String>,
        found: &mut Diagnostics,
    ) {
        *at += 1;
        let here = Span::new(node.span.file, *at, *at);
        if (node.secret || secret.contains(&here))
            && let Some(text) = literal(node)
        {
            let name = self.name(path, &text, node.span, found);
            *node = reference(node.span, format!("${{env.{name}}}"));
            return;
        }
        match &mut node.value {
            Value::Seq(items) => {
                for item in items {
                    self.walk(item, secret, at, path, found);
                }
            }
            Value::Map(map) => {
                let named = map.get("name").and_then(Node::as_str).map(str::to_owned);
                let depth = path.len();
                path.extend(named);
                for entry in &mut map.entries {
                    path.push(entry.key.clone());
                    self.walk(&mut entry.value, secret, at, path, found);
                    path.pop();
                }
                path.truncate(depth);
            }
            _ => {}
        }
    }

    /// The variable for a secret: what it is called where it stands.
    fn name(
        &mut self,
        path: &[String],
        secret: &str,
        span: Span,
        found: &mut Diagnostics,
    ) -> String {
        let own = match path {
            [.., name, last] if last == "value" => name,
            [.., last] => last,
            [] => "SECRET",
        };
        let sound = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let own: String = own.chars().map(sound).collect();
        let numbered = (1..).map(|n| if n == 1 { own.clone() } else { format!("{own}_{n}") });
        let mut free = numbered.filter(|name| self.named.get(name).is_none_or(|of| of == secret));
        let name = free.next().unwrap_or(own);
        if self.named.insert(name.clone(), secret.to_owned()).is_none() {
            let message = format!(
                "what looks like a secret is not written: the stack reads it as `${{env.{name}}}`"
            );
            let give = format!("set {name} in the environment, and say `--allow-env {name}`");
            let better =
                "better, keep it in SSM or Secrets Manager and refer to it under `secrets`";
            found.push(Diagnostic::note(message).at(span).help(give).help(better));
            found.hidden.push(span);
        }
        name
    }
}

/// The text of a node that says something itself, and not by references alone.
fn literal(node: &Node) -> Option<String> {
    let text = node.spelled()?;
    let says = if node.interpolated {
        stack::literal(&text).contains(char::is_alphanumeric)
    } else {
        !text.is_empty()
    };
    says.then_some(text)
}

fn number(node: &mut Node, at: &mut usize) {
    *at += 1;
    node.span = Span::new(node.span.file, *at, *at);
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| number(item, at)),
        Value::Map(map) => map.entries.iter_mut().for_each(|entry| number(&mut entry.value, at)),
        _ => {}
    }
}

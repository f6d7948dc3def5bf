//! What a plan does not know yet: values that come with what it makes.
//!
//! `after_unknown` marks them, also where nothing was said and AWS will choose; `configuration` has
//! what was said, and what it refers to.

use std::collections::HashMap;

use super::attributes::{As, POLICY, ROLE, RULE, TASK_DEFINITION, resource, rows};
use super::catch::Found;
use super::state::{at, seq, text};
use crate::document::{Diagnostic, Entry, Node, Span, Value};
use crate::import::reference;
use crate::import::variables::{Variables, Wish};

/// Puts references in place of what a plan does not know: to what it makes, or to variables.
pub(super) fn fill_in(plan: &Node, instances: &mut [Found], variables: &mut Variables) {
    let unknown = unknown(plan);
    for found in instances.iter_mut() {
        let Some(Unknown { marks, .. }) = unknown.get(found.address.as_str()) else { continue };
        let name = resource(&found.ty).map(|resource| resource.name.0);
        if let Some(name) = name.filter(|name| is_marked(marks, name)) {
            found.key = Some(key(&found.address, &found.ty));
            let value = variable(found, name, variables);
            found.put(name, value);
        }
    }
    let known = instances.to_vec();
    for found in instances {
        let Some(Unknown { marks, said, module }) = unknown.get(found.address.as_str()) else {
            continue;
        };
        for (name, to) in rows(&found.ty).unwrap_or_default() {
            let Some(expression) = said.and_then(|said| at(said, &[name])) else { continue };
            if matches!(to, As::Aside) || !is_marked(marks, name) {
                continue;
            }
            let value = referred(expression, module, &known, name, found.span)
                .unwrap_or_else(|| variable(found, name, variables));
            found.put(name, value);
        }
    }
}

/// What a plan does not know of a resource.
struct Unknown<'a> {
    /// `after_unknown`: what is not known is `true`.
    marks: &'a Node,
    /// What the configuration says.
    said: Option<&'a Node>,
    /// The address of the module that the resource is in.
    module: &'a str,
}

/// What a plan does not know, by address.
fn unknown(plan: &Node) -> HashMap<&str, Unknown<'_>> {
    let of = |change| {
        let (address, marks) =
            (text(change, "address")?, at(change, &["change", "after_unknown"])?);
        let module = text(change, "module_address").unwrap_or_default();
        let said = configured(plan, module, text(change, "type"), text(change, "name"));
        Some((address, Unknown { marks, said, module }))
    };
    seq(at(plan, &["resource_changes"])).iter().filter_map(of).collect()
}

fn is_marked(marks: &Node, name: &str) -> bool {
    at(marks, &[name]).is_some_and(|mark| mark.value == Value::Bool(true))
}

/// The key of a resource whose name Terraform makes up: its address, without what is the same in all.
fn key(address: &str, ty: &str) -> String {
    let own = address.replace("module.", "").replace(&format!("{ty}."), "");
    let words = own.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

impl Found {
    fn put(&mut self, name: &str, value: Node) {
        self.attributes.take(name);
        let (key, key_span) = (name.to_owned(), self.span);
        self.attributes.entries.push(Entry { key, key_span, value });
    }
}

/// A reference to what the same plan makes, in the place of an attribute.
fn referred(
    expression: &Node,
    module: &str,
    known: &[Found],
    attribute: &str,
    span: Span,
) -> Option<Node> {
    // The first is the whole of it, and after it stand the resource, and the next one.
    let references = seq(at(expression, &["references"]));
    let [whole, rest @ ..] = references else { return None };
    let (address, output) = whole.as_str()?.rsplit_once('.')?;
    if rest.iter().any(|other| other.as_str() != Some(address)) {
        return None;
    }
    let prefix = if module.is_empty() { String::new() } else { format!("{module}.") };
    let found = known.iter().find(|found| found.address == format!("{prefix}{address}"))?;
    let own = resource(&found.ty)?.name.0;
    let name = found.attributes.get(own)?;
    let key = found.key.as_deref().or(name.as_str())?;
    let arn = |word: &str| reference(span, format!("${{{word}.{key}.arn}}"));
    match (found.ty.as_str(), output) {
        (ROLE, "arn") => Some(arn("role")),
        (POLICY, "arn" | "id") => Some(arn("policy")),
        (RULE, "arn") => Some(arn("sampling_rule")),
        // What belongs to a role is found by the role's key.
        (ROLE, "id" | "name") if attribute == "role" => {
            Some(Node::new(span, Value::String(key.to_owned())))
        }
        (ROLE | RULE | TASK_DEFINITION, "id") => Some(Node { span, ..name.clone() }),
        (_, output) if output == own => Some(Node { span, ..name.clone() }),
        _ => None,
    }
}

/// A variable in place of a value that only comes with the apply.
fn variable(found: &Found, name: &str, variables: &mut Variables) -> Node {
    let source = format!("{}.{name}", found.address);
    let hint = format!("{}_{name}", key(&found.address, &found.ty));
    let message = format!("`{name}` of `{}` is known after Terraform's apply only", found.address);
    let note = Diagnostic::note(message).at(found.span);
    let note = note.help("or apply with Terraform first, and import the state");
    let wish = Wish { source, hint: &hint, default: None, shared: false, note: Some(note) };
    reference(found.span, format!("${{var.{}}}", variables.declare(wish)))
}

/// What the configuration says of a resource.
fn configured<'a>(
    plan: &'a Node,
    module: &str,
    ty: Option<&str>,
    name: Option<&str>,
) -> Option<&'a Node> {
    let mut at_module = at(plan, &["configuration", "root_module"])?;
    // `module.a["x"].module.b` is `module_calls.a.module.module_calls.b.module`; keys may have dots.
    let mut rest = module;
    while let Some(after) = rest.strip_prefix("module.") {
        let end = after.find(['.', '[']).unwrap_or(after.len());
        at_module = at(at_module, &["module_calls", &after[..end], "module"])?;
        rest = match after[end..].find(".module.") {
            Some(next) => &after[end + next + 1..],
            None => "",
        };
    }
    let resources = seq(at(at_module, &["resources"]));
    let same = |resource: &&Node| text(resource, "type") == ty && text(resource, "name") == name;
    at(resources.iter().find(same)?, &["expressions"])
}

//! What a plan does not know yet: values that come with what it makes.
//!
//! `after_unknown` marks them, also where nothing was said and AWS will choose; `configuration` has
//! what was said, and what it refers to.

use super::attributes::{As, POLICY, ROLE, RULE, TASK_DEFINITION, rows};
use super::catch::Found;
use super::state::{at, seq, text};
use crate::document::{Diagnostic, Entry, Node, Span, Value};
use crate::import::{Haul, reference};

/// Puts references in place of what a plan does not know: to what it makes, or to variables.
pub(super) fn fill_in(plan: &Node, instances: &mut [Found], haul: &mut Haul) {
    let known = instances.to_vec();
    for change in seq(at(plan, &["resource_changes"])) {
        let (Some(address), Some(unknown)) =
            (text(change, "address"), at(change, &["change", "after_unknown"]))
        else {
            continue;
        };
        let Some(found) = instances.iter_mut().find(|found| found.address == address) else {
            continue;
        };
        let module = text(change, "module_address").unwrap_or_default();
        let said = configured(plan, module, text(change, "type"), text(change, "name"));
        for (name, to) in rows(&found.ty).unwrap_or_default() {
            let is_unknown =
                at(unknown, &[name]).is_some_and(|mark| mark.value == Value::Bool(true));
            let Some(expression) = said.and_then(|said| at(said, &[name])) else { continue };
            if matches!(to, As::Aside) || !is_unknown {
                continue;
            }
            let span = found.span;
            let value = referred(expression, module, &known, span)
                .unwrap_or_else(|| variable(found, name, haul));
            found.attributes.take(name);
            let key = (*name).to_owned();
            found.attributes.entries.push(Entry { key, key_span: span, value });
        }
    }
}

/// A reference to what the same plan makes.
fn referred(expression: &Node, module: &str, known: &[Found], span: Span) -> Option<Node> {
    // The first is the whole of it, and after it stand the resource, and the next one.
    let references = seq(at(expression, &["references"]));
    let [whole, rest @ ..] = references else { return None };
    let (address, output) = whole.as_str()?.rsplit_once('.')?;
    if rest.iter().any(|other| other.as_str() != Some(address)) {
        return None;
    }
    let prefix = if module.is_empty() { String::new() } else { format!("{module}.") };
    let found = known.iter().find(|found| found.address == format!("{prefix}{address}"))?;
    let resource = super::attributes::resource(&found.ty)?;
    let name = found.attributes.get(resource.name.0)?.as_str()?;
    let arn = |word: &str| reference(span, format!("${{{word}.{name}.arn}}"));
    match (found.ty.as_str(), output) {
        (ROLE, "arn") => Some(arn("role")),
        (POLICY, "arn" | "id") => Some(arn("policy")),
        (RULE, "arn") => Some(arn("sampling_rule")),
        (ROLE | RULE | TASK_DEFINITION, "id") => {
            Some(Node::new(span, Value::String(name.to_owned())))
        }
        _ => None,
    }
}

/// A variable in place of a value that only comes with the apply.
fn variable(found: &Found, name: &str, haul: &mut Haul) -> Node {
    let label = found.address.rsplit_once('.').map_or("", |(_, label)| label);
    let text = haul.variable(&format!("{label}_{name}"), None);
    let message = format!(
        "`{name}` of `{}` is known after Terraform's apply only; it is `{text}` now",
        found.address
    );
    let note = Diagnostic::note(message).at(found.span);
    haul.found.push(note.help("or apply with Terraform first, and import the state"));
    reference(found.span, text)
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

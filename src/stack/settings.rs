//! The settings that resources of every kind have beside AWS's fields.

use serde_json::{Value as Json, json};

use super::envelope::{NAME_HELP, is_stack_name};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Sources, Span, Value};
use crate::kinds::{Kind, Ownership};
use crate::stack::vars::refuse_references;

/// Keeps a resource from being deleted or made anew.
const PROTECT: &str = "protect";
/// The key that a resource had in the file.
const RENAMED: &str = "renamed_from";
/// The stack that gives a resource.
const FROM: &str = "from_stack";

/// Those of them that a reference may stand in.
pub(super) const COMMON: [&str; 2] = [PROTECT, FROM];

/// A setting, as it is published.
pub(crate) struct Setting {
    /// Its key in a body.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Its JSON Schema.
    pub schema: fn() -> Json,
}

static OF_TAGGED: [Setting; 3] = [
    Setting {
        name: PROTECT,
        doc: "`true` keeps it: it is not deleted when it leaves the file or its stack is destroyed, \
              nor made anew, until `protect: false` was applied",
        schema: || json!({"type": ["boolean", "string", "null"]}),
    },
    Setting {
        name: RENAMED,
        doc: "the key that it had in this file: its name in AWS stays that one, unless the body has \
              another",
        schema: || json!({"type": ["string", "null"]}),
    },
    Setting {
        name: FROM,
        doc: "the stack that it comes from: where it carries that stack's mark, it is taken over",
        schema: || json!({"type": ["string", "null"], "maxLength": 64}),
    },
];

/// What AWS has exactly one of has no name to change, and is no stack's to give.
static OF_DECLARED: [Setting; 1] = [Setting {
    name: PROTECT,
    doc: "`true` keeps `destroy` from putting back what AWS ships",
    schema: || json!({"type": ["boolean", "string", "null"]}),
}];

/// The settings of every kind that one kind's resources take.
pub(crate) fn common(kind: &dyn Kind) -> &'static [Setting] {
    match kind.ownership() {
        Ownership::Tag => &OF_TAGGED,
        Ownership::Declaration => &OF_DECLARED,
    }
}

/// The keys of all settings of a kind's resources.
pub(super) fn keys(kind: &dyn Kind) -> Vec<&'static str> {
    let common = common(kind).iter().map(|setting| setting.name);
    kind.settings().iter().copied().chain(common).collect()
}

/// The key that a resource had, as it is written: it stands for a name, which refers to nothing.
pub(super) fn renamed_from(
    settings: &Node,
    sources: &Sources,
    found: &mut Diagnostics,
) -> Option<(String, Span)> {
    let node = settings.as_map()?.get(RENAMED).filter(|node| !node.is_null())?;
    refuse_references(node, &format!("`{RENAMED}`"), sources, found);
    let key = node.as_str().filter(|key| !key.is_empty());
    if key.is_none() {
        let message =
            format!("`{RENAMED}` is the key that this had in the file, not {}", node.shown());
        found.push(Diagnostic::error(message).at(node.span));
    }
    key.map(|key| (key.to_owned(), node.span))
}

/// Whether a resource is protected.
pub(super) fn protect(settings: &Map, found: &mut Diagnostics) -> bool {
    let Some(node) = settings.get(PROTECT).filter(|node| !node.is_null()) else { return false };
    match &node.value {
        Value::Bool(protect) => *protect,
        Value::String(text) if node.interpolated && text == "true" => true,
        Value::String(text) if node.interpolated && text == "false" => false,
        _ => {
            let message = format!("`{PROTECT}` is `true` or `false`, not {}", node.shown());
            found.push(Diagnostic::error(message).at(node.span));
            false
        }
    }
}

/// The stack that gives a resource to this one, `stack`.
pub(super) fn from_stack(settings: &Map, stack: &str, found: &mut Diagnostics) -> Option<String> {
    let node = settings.get(FROM).filter(|node| !node.is_null())?;
    let problem = if node.secret {
        format!("`{FROM}` is shown in every output, and what comes from the environment is secret")
    } else {
        match node.as_str() {
            Some(name) if name == stack => format!("`{FROM}` names `{stack}`, this stack itself"),
            Some(name) if is_stack_name(name) => return Some(name.to_owned()),
            _ => format!("`{FROM}` is a stack's name, not {}", node.shown()),
        }
    };
    found.push(Diagnostic::error(problem).at(node.span).help(NAME_HELP));
    None
}

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
/// Says that a resource is not to be there.
pub(super) const ABSENT: &str = "absent";
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
    doc: "`true` has `destroy` leave it as it is",
    schema: || json!({"type": ["boolean", "string", "null"]}),
}];

/// What carries no tags and AWS has many of is deleted where the file says so.
static OF_UNTAGGED: [Setting; 2] = [
    Setting {
        name: PROTECT,
        doc: "`true` keeps it when its stack is destroyed",
        schema: || json!({"type": ["boolean", "string", "null"]}),
    },
    Setting {
        name: ABSENT,
        doc: "`true`, and nothing beside it, has it deleted where it is in AWS: it carries no mark, so \
              that taking it out of the file leaves it",
        schema: || json!({"type": ["boolean", "null"]}),
    },
];

/// The settings of every kind that one kind's resources take.
pub(crate) fn common(kind: &dyn Kind) -> &'static [Setting] {
    match (kind.ownership(), kind.only_key()) {
        (Ownership::Tag, _) => &OF_TAGGED,
        (Ownership::Declaration, Some(_)) => &OF_DECLARED,
        (Ownership::Declaration, None) => &OF_UNTAGGED,
    }
}

/// Whether a kind's resources may be said to be absent.
pub(super) fn may_be_absent(kind: &dyn Kind) -> bool {
    common(kind).iter().any(|setting| setting.name == ABSENT)
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

/// Whether a resource is not to be there. Then nothing else is said of it.
pub(super) fn absent(settings: &Map, body: &Node, found: &mut Diagnostics) -> Option<bool> {
    let Some(node) = settings.get(ABSENT).filter(|node| !node.is_null()) else {
        return Some(false);
    };
    let Value::Bool(absent) = node.value else {
        let message = format!("`{ABSENT}` is `true` or `false`, not {}", node.shown());
        found.push(Diagnostic::error(message).at(node.span));
        return None;
    };
    let fields = body.as_map().map(|map| map.entries.as_slice()).unwrap_or_default();
    let mut beside = settings.entries.iter().chain(fields).filter(|entry| entry.key != ABSENT);
    if let Some(other) = beside.next().filter(|_| absent) {
        let message = format!("`{}` stands beside `{ABSENT}: true`", other.key);
        let help = "what is not to be there has no fields; take one of the two out";
        found.push(Diagnostic::error(message).at(other.key_span).help(help));
        return None;
    }
    Some(absent)
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

//! What belongs to roles and stands apart from them: each once, and where it belongs.

use super::haul::{Belongs, RolePart, Taken};
use super::written::unpacked;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value};

/// The field of a role with the policies that are part of it.
const INLINE: &str = "InlinePolicies";
/// The field with those that are attached to it.
const MANAGED: &str = "ManagedPolicies";

impl RolePart {
    pub(super) fn is_of(&self, taken: &Taken) -> bool {
        // IAM takes two names for one where they differ in case alone.
        taken.section == "roles" && taken.key.eq_ignore_ascii_case(&self.role)
    }

    /// The field of the role that it is in.
    fn field(&self) -> &'static str {
        match self.belongs {
            Belongs::Inline(..) => INLINE,
            Belongs::Attached(_) => MANAGED,
        }
    }
}

/// Whether two inline policies say the same, as text or as documents.
fn is_same(one: &Node, other: &Node) -> bool {
    let [one, other] = [one, other].map(|node| unpacked(node).unwrap_or_else(|| node.clone()));
    one.to_json() == other.to_json()
}

/// The policies of one role that stand apart from it, each name once, and none that the role has as
/// another one.
pub(super) fn once<'a>(
    parts: Vec<&'a RolePart>,
    role: &Node,
    found: &mut Diagnostics,
) -> Vec<&'a RolePart> {
    let own = role.as_map().and_then(|map| map.get(INLINE)).and_then(Node::as_map);
    let mut known: Vec<(&str, &Node)> = Vec::new();
    known.extend(own.iter().flat_map(|map| &map.entries).map(|one| (one.key.as_str(), &one.value)));
    let mut once = Vec::new();
    for part in parts {
        if let Belongs::Inline(name, document) = &part.belongs {
            if let Some((_, other)) = known.iter().find(|(known, _)| known == name) {
                if !is_same(other, document) {
                    let message = format!(
                        "the policy `{name}` of `{}` is in here twice, and differs",
                        part.role
                    );
                    let help = "leave one of the two out";
                    found.push(Diagnostic::error(message).at(part.span).help(help));
                }
                continue;
            }
            known.push((name, document));
        }
        once.push(part);
    }
    once
}

/// What a role leaves to others: what the files do not show of it, and no part of it that is among
/// them.
pub(super) fn left_to_others(
    unseen: &[&str],
    parts: &[&RolePart],
    one: &Taken,
    found: &mut Diagnostics,
) -> Map {
    let span = one.span;
    let is_given = |field: &str| parts.iter().any(|part| part.field() == field);
    let (given, left): (Vec<&str>, _) = unseen.iter().partition(|field| is_given(field));
    for field in given {
        let message =
            format!("of `{}`'s `{field}`, those in here are taken for all that it has", one.key);
        let help = "where AWS has more of them, `plan` shows what would go: add them then, or \
                    import the role with `--live`";
        found.push(Diagnostic::note(message).at(span).help(help));
    }
    let items: Vec<_> =
        left.iter().map(|name| Node::new(span, Value::String((*name).to_owned()))).collect();
    let is_any = !items.is_empty();
    let value = Node::new(span, Value::Seq(items));
    let entry = Entry { key: "unmanaged".to_owned(), key_span: span, value };
    Map { entries: is_any.then_some(entry).into_iter().collect() }
}

/// Puts a part of a role where it belongs.
pub(super) fn add(part: &RolePart, into: &mut Map) {
    let span = part.span;
    let mut list = |field: &str| -> usize {
        let at = into.entries.iter().position(|entry| entry.key == field);
        at.unwrap_or_else(|| {
            let value = Node::new(span, Value::Null);
            into.entries.push(Entry { key: field.to_owned(), key_span: span, value });
            into.entries.len() - 1
        })
    };
    match &part.belongs {
        Belongs::Inline(name, document) => {
            let at = list("InlinePolicies");
            let entry = Entry { key: name.clone(), key_span: span, value: document.clone() };
            match &mut into.entries[at].value.value {
                Value::Map(map) => {
                    map.take(name);
                    map.entries.push(entry);
                }
                other => *other = Value::Map(Map { entries: vec![entry] }),
            }
        }
        Belongs::Attached(arn) => {
            let at = list("ManagedPolicies");
            match &mut into.entries[at].value.value {
                Value::Seq(items) if items.iter().any(|item| item.value == arn.value) => {}
                Value::Seq(items) => items.push(arn.clone()),
                other => *other = Value::Seq(vec![arn.clone()]),
            }
        }
    }
}

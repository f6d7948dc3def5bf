//! What belongs to a role and was found apart from it.

use std::collections::HashMap;

use super::haul::{Belongs, RolePart, Taken};
use super::written::unpacked;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Span, Value};
use crate::iam;

/// The fields of a role's body that policies go into.
pub(super) const INLINE: &str = "InlinePolicies";
pub(super) const MANAGED: &str = "ManagedPolicies";

/// Parts by their roles.
pub(super) struct Parts<'p> {
    by_role: HashMap<String, Vec<&'p RolePart>>,
    /// The parts of roles that are not there.
    pub orphans: Vec<&'p RolePart>,
}

impl<'p> Parts<'p> {
    pub(super) fn new(parts: &'p [RolePart], taken: &[Taken]) -> Self {
        let roles = taken.iter().filter(|one| one.section == "roles");
        let mut by_role: HashMap<_, _> = roles.map(|one| (folded(&one.key), Vec::new())).collect();
        let mut orphans = Vec::new();
        for part in parts {
            by_role.get_mut(&folded(&part.role)).unwrap_or(&mut orphans).push(part);
        }
        Self { by_role, orphans }
    }

    /// What belongs to this resource.
    pub(super) fn of(&self, taken: &Taken) -> &[&'p RolePart] {
        let own = self.by_role.get(&folded(&taken.key)).filter(|_| taken.section == "roles");
        own.map_or(&[], Vec::as_slice)
    }
}

/// IAM takes two names for one where they differ in case alone.
fn folded(name: &str) -> String {
    name.to_ascii_lowercase()
}

impl RolePart {
    /// The field of the role that it is in.
    fn field(&self) -> &'static str {
        match self.belongs {
            Belongs::Inline(..) => INLINE,
            Belongs::Attached(_) => MANAGED,
        }
    }

    /// What is said of it where its role is not among the files.
    pub(super) fn orphaned(&self) -> Diagnostic {
        let role = &self.role;
        let message = format!("this belongs to the role {role:?}, which is not among the files");
        Diagnostic::error(message)
            .at(self.span)
            .help(format!("bring the answer of `aws iam get-role --role-name {role}`"))
            .help(format!("or import it whole, with `--live --match {role}`"))
    }
}

/// Puts a part into the body of its role. The name of an inline policy is told that was there with
/// another document: AWS has the one that was put last.
pub(super) fn put<'p>(part: &'p RolePart, role: &mut Map) -> Option<&'p str> {
    match &part.belongs {
        Belongs::Inline(name, document) => {
            let all = field(role, INLINE, part.span, Value::Map(Map::default()));
            let Value::Map(all) = all else { return None };
            let before = all.take(name);
            all.entries.push(Entry {
                key: name.clone(),
                key_span: part.span,
                value: document.clone(),
            });
            let policy = |node: &Node| {
                iam::canonical(&unpacked(node).unwrap_or_else(|| node.clone()).to_json())
            };
            let differs = |before: &Entry| policy(&before.value) != policy(document);
            before.filter(differs).map(|_| name.as_str())
        }
        Belongs::Attached(arn) => {
            let all = field(role, MANAGED, part.span, Value::Seq(Vec::new()));
            let Value::Seq(all) = all else { return None };
            if !all.iter().any(|known| known.says(arn)) {
                all.push(arn.clone());
            }
            None
        }
    }
}

/// A field of a body, which is made where it is not there.
fn field<'m>(map: &'m mut Map, name: &str, span: Span, empty: Value) -> &'m mut Value {
    let at = map.entries.iter().position(|entry| entry.key == name);
    let at = at.unwrap_or_else(|| {
        let value = Node::new(span, Value::Null);
        map.entries.push(Entry { key: name.to_owned(), key_span: span, value });
        map.entries.len() - 1
    });
    let value = &mut map.entries[at].value.value;
    if *value == Value::Null {
        *value = empty;
    }
    value
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

//! Where the API wants a structure, no reference can stand: those are texts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::Refusal;
use crate::document::shape::TASK_DEFINITION;
use crate::document::{Map, Node, Span, Value};

/// The paths of everything in a task definition: `containerDefinitions`, `containerDefinitions[]`,
/// `containerDefinitions[].image`.
static PATHS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut paths = BTreeSet::new();
    for leaf in TASK_DEFINITION.leaves() {
        let ends = leaf.char_indices().filter(|(_, c)| matches!(c, '.' | '[' | '{'));
        paths.extend(ends.map(|(end, _)| leaf[..end].to_owned()));
        paths.insert(leaf);
    }
    paths
});

/// What something in a task definition is: the paths of what may be in it tell.
fn is(path: &str, what: &str) -> bool {
    let below = format!("{path}{what}");
    PATHS.range(below.clone()..).next().is_some_and(|known| known.starts_with(&below))
}

/// Makes container definitions as Terraform takes them those that ECS takes: its provider matches
/// the names of members without case, and sends neither what is `null` nor members that ECS does
/// not have; those are in `left` then.
///
/// Source: the provider's `container_definitions`, read with Go's `encoding/json`.
pub(super) fn settle_containers(node: &mut Node, left: &mut Left) -> Result<(), Refusal> {
    settle(node, "containerDefinitions", left)
}

/// The names of what is left out, and where they stand.
pub(super) type Left = Vec<(String, Span)>;

fn settle(node: &mut Node, path: &str, left: &mut Left) -> Result<(), Refusal> {
    let is_structure = ["[", "{", "."].iter().any(|what| is(path, what));
    if is_structure && node.interpolated {
        return Err(not_known(node));
    }
    match &mut node.value {
        Value::Seq(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().try_for_each(|item| settle(item, &format!("{path}[]"), left))
        }
        Value::Map(map) if is(path, ".") => settle_members(map, path, left),
        Value::Map(map) => {
            map.entries.retain(|entry| !entry.value.is_null());
            Ok(())
        }
        _ => Ok(()),
    }
}

fn settle_members(map: &mut Map, path: &str, left: &mut Left) -> Result<(), Refusal> {
    let given = std::mem::take(&mut map.entries);
    for mut entry in given.into_iter().filter(|entry| !entry.value.is_null()) {
        let exact = format!("{path}.{}", entry.key);
        let known = PATHS
            .get(&exact)
            .or_else(|| PATHS.iter().find(|known| known.eq_ignore_ascii_case(&exact)));
        match known.map(|known| &known[path.len() + 1..]) {
            // The one that is spelled right wins.
            Some(name) if map.get(name).is_none() => name.clone_into(&mut entry.key),
            _ => {
                left.push((entry.key, entry.key_span));
                continue;
            }
        }
        settle(&mut entry.value, &format!("{path}.{}", entry.key), left)?;
        map.entries.push(entry);
    }
    Ok(())
}

/// Checks that no reference stands where a policy document has a structure.
pub(super) fn check_policy(document: &Node) -> Result<(), Refusal> {
    let statements = document.as_map().and_then(|map| map.get("Statement"));
    let structures = |statement: &Node| {
        let members = ["Principal", "NotPrincipal", "Condition"];
        let map = statement.as_map().cloned().unwrap_or_default();
        members.into_iter().filter_map(move |member| map.get(member).cloned()).collect::<Vec<_>>()
    };
    let mut all = vec![document.clone()];
    all.extend(statements.cloned());
    match statements.map(|statements| &statements.value) {
        Some(Value::Seq(items)) => {
            all.extend(items.iter().cloned());
            all.extend(items.iter().flat_map(structures));
        }
        Some(_) => all.extend(statements.into_iter().flat_map(structures)),
        None => {}
    }
    match all.iter().find(|node| node.interpolated) {
        Some(node) => Err(not_known(node)),
        None => Ok(()),
    }
}

fn not_known(node: &Node) -> Refusal {
    let text = node.as_str().unwrap_or_default();
    Refusal::new(node.span, format!("a list or a mapping is needed where `{text}` would stand"))
}

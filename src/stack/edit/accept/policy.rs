//! A policy document made to say what another one does, statement by statement, in its own spelling
//! wherever IAM reads the two alike.

use serde_json::{Value as Json, json};

use super::agree;
use crate::document::{Entry, Map, Node, Value};
use crate::iam;

/// The list of what a policy says.
const STATEMENT: &str = "Statement";

/// Makes a policy say what AWS has.
pub(super) fn blend(node: &mut Node, target: &Node) {
    // The AWS CLI's input of `put-role-policy` holds the document in a field.
    if let Value::Map(map) = &mut node.value
        && let Some(inner) = map.entries.iter_mut().find(|one| one.key == "PolicyDocument")
    {
        return blend(&mut inner.value, target);
    }
    match (&mut node.value, &target.value) {
        (Value::Map(own), Value::Map(map)) => members(own, map),
        // A document may stand as a text.
        (Value::String(text), _) => *text = target.to_json().to_string(),
        _ => *node = target.clone(),
    }
}

fn members(own: &mut Map, target: &Map) {
    let differs = |key: &str, own: Option<&Node>, target: Option<&Node>| {
        let with = |node: Option<&Node>| {
            let mut document = json!({ STATEMENT: [] });
            if let Some(node) = node {
                document[key] = node.to_json();
            }
            iam::canonical(&document)
        };
        with(own) != with(target)
    };
    own.entries
        .retain(|one| target.get(&one.key).is_some() || !differs(&one.key, Some(&one.value), None));
    for entry in &target.entries {
        let known = own.entries.iter_mut().find(|one| one.key == entry.key);
        let before = known.as_ref().map(|known| &known.value);
        if !differs(&entry.key, before, Some(&entry.value)) {
            continue;
        }
        match known {
            Some(known) if entry.key == STATEMENT => statements(&mut known.value, &entry.value),
            Some(known) => agree::blend(&mut known.value, &entry.value),
            None => own.entries.push(entry.clone()),
        }
    }
}

/// Statements: those that say the same stay, those that belong together change, and the rest goes and
/// comes.
fn statements(node: &mut Node, target: &Node) {
    let is_list = matches!(node.value, Value::Seq(_));
    let own = match &node.value {
        Value::Seq(items) => items.clone(),
        _ => vec![node.clone()],
    };
    let mut new = match &target.value {
        Value::Seq(items) => items.clone(),
        _ => vec![target.clone()],
    };
    let mut kept: Vec<Option<Node>> = own.iter().map(|_| None).collect();
    let says_same =
        |one: &Node, other: &Node| canonical(&one.to_json()) == canonical(&other.to_json());
    for (place, one) in kept.iter_mut().zip(&own) {
        if new.iter().any(|other| says_same(one, other)) {
            *place = Some(one.clone());
        }
    }
    new.retain(|one| !own.iter().any(|known| says_same(known, one)));
    let sid = |node: &Node| {
        let sid = node.as_map()?.get("Sid")?.as_str()?;
        (!sid.is_empty()).then(|| sid.to_owned())
    };
    let by_sid =
        |one: &Node, other: &Node| usize::from(sid(one).is_some() && sid(one) == sid(other));
    pair(&own, &mut kept, &mut new, &by_sid);
    pair(&own, &mut kept, &mut new, &|one, other| match (sid(one), sid(other)) {
        // Another name is another statement.
        (Some(one), Some(other)) if one != other => 0,
        _ => shared(&one.to_json(), &other.to_json()),
    });
    let all: Vec<_> = kept.into_iter().flatten().chain(new).collect();
    match <[Node; 1]>::try_from(all) {
        Ok([only]) if !is_list => *node = only,
        Ok([only]) => node.value = Value::Seq(vec![only]),
        Err(all) if is_list => node.value = Value::Seq(all),
        Err(all) => *node = Node::new(target.span, Value::Seq(all)),
    }
}

/// Makes statements that are left say what the likest new one does, the likest pair first.
fn pair(
    own: &[Node],
    kept: &mut [Option<Node>],
    new: &mut Vec<Node>,
    likeness: &dyn Fn(&Node, &Node) -> usize,
) {
    loop {
        let left = (0..own.len()).filter(|at| kept[*at].is_none());
        let pairs = left.flat_map(|one| (0..new.len()).map(move |other| (one, other)));
        let likest = pairs
            .map(|(one, other)| (likeness(&own[one], &new[other]), one, other))
            .filter(|(likeness, ..)| *likeness > 0)
            .min_by_key(|(likeness, one, other)| {
                (std::cmp::Reverse(*likeness), one.abs_diff(*other))
            });
        let Some((_, one, other)) = likest else { return };
        let mut statement = own[one].clone();
        elements(&mut statement, &new.remove(other));
        kept[one] = Some(statement);
    }
}

/// How many values two statements share.
fn shared(one: &Json, other: &Json) -> usize {
    let (one, other) = (leaves(&canonical(one)), leaves(&canonical(other)));
    one.iter().filter(|leaf| leaf.as_str() != "Effect:\"Allow\"" && other.contains(leaf)).count()
}

fn leaves(value: &Json) -> Vec<String> {
    match value {
        Json::Object(map) => map
            .iter()
            .flat_map(|(key, value)| {
                leaves(value).into_iter().map(move |leaf| format!("{key}:{leaf}"))
            })
            .collect(),
        Json::Array(items) => items.iter().flat_map(leaves).collect(),
        scalar => vec![scalar.to_string()],
    }
}

/// Makes a statement say what another one does, element by element.
fn elements(node: &mut Node, target: &Node) {
    let (Value::Map(own), Value::Map(map)) = (&mut node.value, &target.value) else {
        *node = target.clone();
        return;
    };
    let within = |element: &str| {
        let element = element.to_owned();
        move |value: Json| json!({ element.as_str(): value })
    };
    let says_nothing = |one: &Entry| canonical(&within(&one.key)(one.value.to_json())) == json!({});
    own.entries.retain(|one| map.get(&one.key).is_some() || says_nothing(one));
    for entry in &map.entries {
        match own.entries.iter_mut().find(|one| one.key == entry.key) {
            Some(known) => values(&mut known.value, &entry.value, &within(&entry.key)),
            None if says_nothing(entry) => {}
            None => own.entries.push(entry.clone()),
        }
    }
}

/// Makes what is in an element say what another one does; `within` puts a value where it stands in a
/// statement.
fn values(node: &mut Node, target: &Node, within: &dyn Fn(Json) -> Json) {
    let same = |one: Json, other: Json| canonical(&within(one)) == canonical(&within(other));
    if same(node.to_json(), target.to_json()) {
        return;
    }
    if let (Value::Map(own), Value::Map(map)) = (&mut node.value, &target.value) {
        let folded = |key: &str| key.to_ascii_lowercase();
        own.entries
            .retain(|one| map.entries.iter().any(|new| folded(&new.key) == folded(&one.key)));
        for entry in &map.entries {
            match own.entries.iter_mut().find(|one| folded(&one.key) == folded(&entry.key)) {
                Some(known) => {
                    let key = known.key.clone();
                    let deeper = |value: Json| within(json!({ key.as_str(): value }));
                    values(&mut known.value, &entry.value, &deeper);
                }
                None => own.entries.push(entry.clone()),
            }
        }
        return;
    }
    let is_list = matches!(node.value, Value::Seq(_));
    let listed = |node: &Node| match &node.value {
        Value::Seq(items) => items.clone(),
        _ => vec![node.clone()],
    };
    let (own, mut new) = (listed(node), listed(target));
    let mut kept: Vec<Option<Node>> = Vec::new();
    for one in &own {
        let is_there = |other: &Node| same(one.to_json(), other.to_json());
        kept.push(new.iter().any(is_there).then(|| one.clone()));
    }
    new.retain(|one| !own.iter().any(|known| same(known.to_json(), one.to_json())));
    let mut new = new.into_iter();
    for (place, one) in kept.iter_mut().zip(&own).filter(|(place, _)| place.is_none()) {
        // One in the place of another.
        *place = new.next().map(|new| {
            let mut changed = one.clone();
            agree::blend(&mut changed, &new);
            changed
        });
    }
    let all: Vec<_> = kept.into_iter().flatten().chain(new).collect();
    match <[Node; 1]>::try_from(all) {
        Ok([only]) if !is_list => *node = only,
        Ok([only]) => node.value = Value::Seq(vec![only]),
        Err(all) if is_list => node.value = Value::Seq(all),
        Err(all) => *node = Node::new(target.span, Value::Seq(all)),
    }
}

/// The canonical form of a statement.
fn canonical(statement: &Json) -> Json {
    let document = iam::canonical(&json!({ STATEMENT: [statement] }));
    document[STATEMENT][0].clone()
}

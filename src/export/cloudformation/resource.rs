//! What is made of one resource: what it cannot say, and its secrets as parameters.

use std::collections::BTreeSet;

use serde_json::{Map as Object, Value, json};

use super::naming::{free, id};
use super::sections::Section;
use crate::document::{Node, Value as Written};
use crate::export::masks;
use crate::kinds;
use crate::plan::{Address, Path};
use crate::stack::{Stack, Wanted};

/// What comes out beside the resources of the stack.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The parameters of the template.
    pub parameters: Object<String, Value>,
    /// Resources that others stand on.
    pub beside: Vec<Beside>,
    /// What cannot be said.
    pub unsaid: Vec<String>,
    taken: BTreeSet<String>,
}

/// A resource that no section has, and that one of the stack stands on.
#[derive(Debug)]
pub(super) struct Beside {
    /// What stands on it.
    pub under: Address,
    /// Its ID.
    pub id: &'static str,
    /// All of it.
    pub resource: Value,
}

/// A resource whose properties are made.
pub(super) struct Said<'a> {
    /// Its address.
    pub address: &'a Address,
    /// The name that AWS knows it by.
    pub name: &'a str,
    /// What comes out beside it.
    pub draft: &'a mut Draft,
    /// The stack.
    pub stack: &'a Stack,
}

impl Said<'_> {
    /// Tells what cannot be said of the resource.
    pub(super) fn cannot(&mut self, what: &str) {
        self.draft.unsaid.push(format!("{}: {what}", self.address));
    }
}

/// The sections in which policies are sent as they are spelled.
const POLICIES: [&str; 3] = ["resource_policies", "roles", "policies"];

/// The canonical document and what is sent, parameters in the place of secrets.
///
/// # Errors
/// Why the resource has to be left out.
pub(super) fn secrets_out(
    wanted: &Wanted,
    section: &Section,
    draft: &mut Draft,
) -> Result<(Value, Value), String> {
    let mut document = wanted.document.clone();
    // All of it goes through ECS's shapes, but for the tags; of some all is made of the document.
    let is_ecs = section.of.starts_with("AWS::ECS::");
    let is_tree = is_ecs && share_fields(&masks::sent(wanted), &document);
    let tags = kinds::find(&wanted.address.section).map_or("tags", |kind| kind.tags_field());
    let has_policies = POLICIES.contains(&section.called);
    let mut sent = match (is_tree, has_policies) {
        (true, _) => masks::sent(wanted),
        (false, true) => wanted.sent.clone(),
        (false, false) => Value::Null,
    };
    let mut hidden = Vec::new();
    masks::collect(&document, &Path::default(), &mut hidden);
    // What is sent is taken from there.
    let is_sent = |field: &str| {
        if is_tree { field != tags } else { sent.get(field).is_some_and(|value| !value.is_null()) }
    };
    hidden.retain(|path| wanted.hides(path) && !is_sent(path.field()));
    for path in hidden {
        let parameter = draft.parameter(wanted, &path.to_string());
        masks::put(&mut document, &path, parameter);
    }
    let of_sent = match (is_tree, has_policies) {
        (true, _) => masks::secrets(wanted, &sent),
        (false, true) => in_policies(wanted, &sent)?,
        (false, false) => Vec::new(),
    };
    for path in of_sent {
        let parameter = draft.parameter(wanted, &masks::told(&sent, &path));
        masks::put(&mut sent, &path, parameter);
    }
    Ok((document, sent))
}

fn share_fields(one: &Value, other: &Value) -> bool {
    one.as_object().into_iter().flatten().any(|(field, _)| other.get(field).is_some())
}

impl Draft {
    /// A parameter that nobody is shown, for a secret of a resource.
    ///
    /// Source: CloudFormation user guide, "Parameters": `NoEcho`.
    fn parameter(&mut self, wanted: &Wanted, place: &str) -> Value {
        let words = [wanted.address.key.as_str(), place.rsplit('.').next().unwrap_or(place)];
        let name = free(&id(&words, "Secret"), &mut self.taken);
        let about = format!("{} of {}", place, wanted.address);
        let about: String = about.chars().take(4000).collect();
        self.parameters
            .insert(name.clone(), json!({"Type": "String", "NoEcho": true, "Description": about}));
        json!({"Ref": name})
    }
}

/// The scalars of policies that must not be shown. A policy is hidden as a whole; what of it is a secret
/// says the file, or, where it only looks like one, it is asked for by a condition.
fn in_policies(wanted: &Wanted, sent: &Value) -> Result<Vec<Path>, String> {
    let mut leaves = Vec::new();
    masks::collect(sent, &Path::default(), &mut leaves);
    leaves.retain(|leaf| wanted.hides(leaf));
    if leaves.is_empty() {
        return Ok(leaves);
    }
    let mut known = BTreeSet::new();
    secret_texts(&wanted.body, &mut known);
    let at = |leaf: &Path| {
        leaf.0.iter().try_fold(sent, |value, step| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(step),
        })
    };
    let is_known =
        |leaf: &&Path| at(leaf).and_then(Value::as_str).is_some_and(|text| known.contains(text));
    let found: Vec<_> = leaves.iter().filter(is_known).cloned().collect();
    let asked: Vec<_> =
        leaves.into_iter().filter(|leaf| leaf.0.iter().any(|step| step == "Condition")).collect();
    match (known.is_empty(), found.is_empty(), asked.is_empty()) {
        (false, false, _) => Ok(found),
        (true, _, false) => Ok(asked),
        _ => Err("a policy of it has a secret in it that cannot be told apart".to_owned()),
    }
}

fn secret_texts<'a>(node: &'a Node, found: &mut BTreeSet<&'a str>) {
    match &node.value {
        Written::String(text) if node.secret => {
            found.insert(text);
        }
        Written::Seq(items) => items.iter().for_each(|item| secret_texts(item, found)),
        Written::Map(map) => map.entries.iter().for_each(|entry| secret_texts(&entry.value, found)),
        _ => {}
    }
}

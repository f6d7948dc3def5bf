//! Terraform's state and plans, as JSON.
//!
//! Source: Terraform's documentation, "JSON Output Format" (`values`, `planned_values`,
//! `resource_changes`, `configuration`), and state files of version 4 as Terraform writes them.

use super::catch::{Catch, Found, is_known};
use super::planned::fill_in;
use super::sensitive::{mark, mark_path};
use crate::document::{Diagnostic, Map, Node, Value};
use crate::import::Haul;
use crate::import::variables::Variables;

/// Whether a document is Terraform's state or a plan of it.
pub(in crate::import) fn is_state(node: &Node) -> bool {
    let Some(map) = node.as_map() else { return false };
    let module =
        |key| at(node, &[key, "root_module"]).is_some_and(|module| module.as_map().is_some());
    let is_file = || {
        seq(map.get("resources")).iter().any(|resource| at(resource, &["instances"]).is_some())
            || (map.get("terraform_version").is_some() && map.get("lineage").is_some())
    };
    let is_plan = || map.get("format_version").is_some() && map.get("resource_changes").is_some();
    module("values") || module("planned_values") || is_plan() || is_file()
}

/// Takes what is in a state or a plan.
pub(in crate::import) fn take_state(node: &Node, haul: &mut Haul) {
    let mut instances = Vec::new();
    let mut variables = Variables::beside(&haul.variables);
    if let Some(module) = at(node, &["values", "root_module"]) {
        shown(module, &mut instances);
    } else if let Some(module) = at(node, &["planned_values", "root_module"]) {
        shown(module, &mut instances);
        fill_in(node, &mut instances, &mut variables);
    } else if let Some(changes) = at(node, &["resource_changes"]) {
        changed(changes, &mut instances);
        fill_in(node, &mut instances, &mut variables);
    } else if at(node, &["modules"]).is_some() {
        // Terraform before 0.12 wrote every value as a text, lists taken apart.
        let problem = Diagnostic::error("this state is of an old version of Terraform's");
        let help = "`terraform refresh` with a version since 0.12 writes it anew";
        haul.found.push(problem.at(node.span).help(help));
    } else {
        stored(node, &mut instances);
    }
    let is_plan = at(node, &["resource_changes"]).is_some();
    let help = is_plan.then_some("apply with Terraform first, and import the state");
    // Of several revisions of a family the newest comes last, and wins.
    instances.sort_by_key(|found| found.attributes.get("revision").and_then(whole).unwrap_or(0));
    let mut catch = Catch::default();
    for found in &instances {
        if let Err(refusal) = catch.add(found) {
            catch.refuse(&found.address, &refusal, help);
        }
    }
    variables.hand_over(catch.bodies(), haul);
    catch.into_haul(haul);
}

/// The resources of a module as `terraform show -json` prints it, and those of the modules in it.
fn shown(module: &Node, found: &mut Vec<Found>) {
    for resource in seq(at(module, &["resources"])) {
        let (values, marks) = (at(resource, &["values"]), at(resource, &["sensitive_values"]));
        instance(resource, values, marks, found);
    }
    for module in seq(at(module, &["child_modules"])) {
        shown(module, found);
    }
}

/// The resources as a plan leaves them.
fn changed(changes: &Node, found: &mut Vec<Found>) {
    for change in seq(Some(changes)) {
        let after = at(change, &["change", "after"]);
        let marks = at(change, &["change", "after_sensitive"]);
        instance(change, after.filter(|after| !after.is_null()), marks, found);
    }
}

fn instance(resource: &Node, values: Option<&Node>, marks: Option<&Node>, found: &mut Vec<Found>) {
    let is_current = at(resource, &["deposed_key"]).is_none_or(Node::is_null)
        && at(resource, &["deposed"]).is_none_or(Node::is_null);
    let (Some(ty), Some(values), true) = (managed(resource), values, is_current) else { return };
    let mut values = values.clone();
    if let Some(marks) = marks {
        mark(&mut values, marks);
    }
    let name = || text(resource, "name").map(|name| format!("{ty}.{name}"));
    let address = text(resource, "address").map(str::to_owned).or_else(name);
    push(ty, address.unwrap_or_else(|| ty.to_owned()), values, found);
}

/// The resources of a state file.
fn stored(node: &Node, found: &mut Vec<Found>) {
    for resource in seq(at(node, &["resources"])) {
        let Some(ty) = managed(resource) else { continue };
        let name = text(resource, "name").unwrap_or_default();
        let module = text(resource, "module").map(|module| format!("{module}."));
        for instance in seq(at(resource, &["instances"])) {
            if at(instance, &["deposed"]).is_some_and(|deposed| !deposed.is_null()) {
                continue;
            }
            let Some(attributes) = at(instance, &["attributes"]) else { continue };
            let mut attributes = attributes.clone();
            for path in seq(at(instance, &["sensitive_attributes"])) {
                mark_path(&mut attributes, seq(Some(path)));
            }
            let index = at(instance, &["index_key"]).map(|key| match key.as_str() {
                Some(key) => format!("[{key:?}]"),
                None => format!("[{}]", key.spelled().unwrap_or_default()),
            });
            let module = module.as_deref().unwrap_or_default();
            let address = format!("{module}{ty}.{name}{}", index.unwrap_or_default());
            push(ty, address, attributes, found);
        }
    }
}

fn push(ty: &str, address: String, values: Node, found: &mut Vec<Found>) {
    let span = values.span;
    // What is not taken is counted only, its values left.
    let attributes = match values.value {
        Value::Map(map) if is_known(ty) => map,
        _ => Map::default(),
    };
    found.push(Found { ty: ty.to_owned(), address, span, key: None, attributes });
}

/// The type of a resource, unless it is one that is only read.
fn managed(resource: &Node) -> Option<&str> {
    (text(resource, "mode") != Some("data")).then(|| text(resource, "type"))?
}

/// What is found by going down these keys.
pub(super) fn at<'a>(node: &'a Node, path: &[&str]) -> Option<&'a Node> {
    path.iter().try_fold(node, |node, key| node.as_map()?.get(key))
}

/// The items of a list; none where there is no list.
pub(super) fn seq(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::Seq(items)) => items,
        _ => &[],
    }
}

/// A text in a mapping.
pub(super) fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    at(node, &[key]).and_then(Node::as_str)
}

fn whole(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Number(number) => number.as_i64(),
        _ => None,
    }
}

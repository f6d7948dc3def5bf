//! CloudFormation templates: their sampling rules, task definitions, roles and policies.
//!
//! A template is a program. What it computes from itself is computed here; what it is told when it
//! is deployed becomes variables; what depends on a choice that is made then is named, and nothing is
//! guessed.

mod fields;
mod functions;
pub(crate) mod properties;
mod references;
mod roles;
mod rules;
mod sub;
mod tasks;
mod template;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use roles::Link;
use template::{Resource, Template};
use values::{Unknown, Values};

use super::haul::{Haul, NOT_TAKEN, RolePart, Taken, Variable, bodies, few, section_of};
use super::variables::Variables;
use crate::document::{
    Diagnostic, Diagnostics, Entry, FileId, Map, Node, Severity, Sources, Value, read_tagged_yaml,
};

/// A document as a template: it says that it is one, or has resources with types like
/// `AWS::IAM::Role`. Such resources on their own, as people cut them out, are put into one.
pub(super) fn as_template(document: &Node) -> Option<Cow<'_, Node>> {
    let map = document.as_map()?;
    let is_whole = map.get("AWSTemplateFormatVersion").is_some()
        || map.get("Resources").and_then(Node::as_map).is_some_and(|map| types(map).any(is_typed));
    if is_whole {
        return Some(Cow::Borrowed(document));
    }
    let is_part = !map.entries.is_empty() && types(map).all(is_typed);
    is_part.then(|| {
        let (key, key_span) = ("Resources".to_owned(), document.span);
        let resources = Entry { key, key_span, value: document.clone() };
        let template = Value::Map(Map { entries: vec![resources] });
        Cow::Owned(Node::new(document.span, template))
    })
}

/// What each entry says its type is.
fn types(map: &Map) -> impl Iterator<Item = Option<&str>> {
    map.entries.iter().map(|entry| entry.value.as_map()?.get("Type")?.as_str())
}

fn is_typed(of: Option<&str>) -> bool {
    of.is_some_and(|of| of.contains("::"))
}

/// Reads YAML with functions in their short form, `!Ref X`, as if they stood there in their long one,
/// `{ Ref: X }`.
///
/// # Errors
/// Adds to `found` what is wrong, at its place, and returns nothing.
pub(super) fn read_yaml_with_tags(
    sources: &Sources,
    file: FileId,
    found: &mut Diagnostics,
) -> Option<Node> {
    read_tagged_yaml(sources, file, &long_form, found)
}

/// Source: documentation, "Intrinsic function reference".
fn long_form(tag: &str, argument: Node) -> Value {
    let span = argument.span;
    let (key, argument) = match (tag, argument.as_str().and_then(|text| text.split_once('.'))) {
        ("Ref" | "Condition", _) => (tag.to_owned(), argument),
        ("GetAtt", Some((name, attribute))) => {
            let part = |text: &str| Node::new(span, Value::String(text.to_owned()));
            let parts = Value::Seq(vec![part(name), part(attribute)]);
            ("Fn::GetAtt".to_owned(), Node::new(span, parts))
        }
        _ => (format!("Fn::{tag}"), argument),
    };
    Value::Map(Map { entries: vec![Entry { key, key_span: span, value: argument }] })
}

/// Takes over what a template declares, and names what cannot be.
pub(super) fn take(template: &Node, haul: &mut Haul) {
    let template = Template::read(template, &mut haul.found);
    let mut attempt = attempt(&template, &BTreeSet::new(), &haul.variables);
    if !attempt.lost.is_empty() {
        // Nothing can refer to what is not taken over.
        attempt = self::attempt(&template, &attempt.lost, &haul.variables);
    }
    let Attempt { taken, parts, variables, found, .. } = attempt;
    let given = variables.hand_over(bodies(&taken, &parts), haul);
    if !given.is_empty() {
        let message = format!(
            "what was deployed may have been given other values than the template's defaults: {}",
            few(&given)
        );
        let help = "`aws cloudformation describe-stacks` shows which";
        haul.found.push(Diagnostic::note(message).at(template.span).help(help));
    }
    if let Some(role) = taken.iter().find(|one| one.section == "roles") {
        haul.tell_of_exclusion("CloudFormation", role.span);
    }
    haul.found.all.extend(found.all);
    haul.taken.extend(taken);
    haul.parts.extend(parts);
    tell_of_the_rest(&template, haul);
}

/// What one go through a template gave.
struct Attempt<'a> {
    taken: Vec<Taken>,
    parts: Vec<RolePart>,
    variables: Variables,
    found: Diagnostics,
    /// The resources that cannot be taken over.
    lost: BTreeSet<&'a str>,
}

fn attempt<'a>(
    template: &'a Template<'a>,
    lost_before: &BTreeSet<&'a str>,
    known: &BTreeMap<String, Variable>,
) -> Attempt<'a> {
    let mut values = Values::new(template, lost_before, known);
    let (mut taken, mut links, mut lost) = (Vec::new(), Vec::new(), BTreeSet::new());
    let (mut keys, mut roles, mut nameless) = (HashSet::new(), HashMap::new(), Vec::new());
    for resource in &template.resources {
        let one = match read(*resource, &mut values) {
            Ok(Some(one)) => one,
            Ok(None) => continue,
            Err(unknown) => {
                values.found.push(refused(resource.id, *unknown));
                lost.insert(resource.id);
                continue;
            }
        };
        links.extend(one.links);
        if let Some(condition) = resource.condition {
            let message = format!(
                "`{}` is there only where {} holds; it is taken over all the same",
                resource.id,
                condition.shown()
            );
            values.found.push(Diagnostic::note(message).at(condition.span));
        }
        let Some((one, name)) = one.taken else { continue };
        if !keys.insert((one.section, one.key.clone())) {
            let message = format!("another one of the template is called {:?} too", one.key);
            values.found.push(refused(resource.id, *Unknown::wrong(message, resource.span)));
            lost.insert(resource.id);
            continue;
        }
        if name.is_none() {
            nameless.push(*resource);
        }
        if one.section == "roles" {
            let text = name.as_ref().and_then(Node::as_str).unwrap_or(&one.key).to_owned();
            roles.insert((text, name.is_some_and(|name| name.interpolated)), one.key.clone());
        }
        taken.push(one);
    }
    tell_of_names(&nameless, &mut values.found);
    let parts = roles::link(links, &roles, &mut values.found);
    Attempt { taken, parts, variables: values.variables, found: values.found, lost }
}

/// What a resource gives.
struct One {
    /// The resource of the stack, and the name that the template gives it.
    taken: Option<(Taken, Option<Node>)>,
    /// What it puts on roles.
    links: Vec<Link>,
}

/// A resource of a type that there is something for in a stack.
fn read(resource: Resource<'_>, values: &mut Values<'_>) -> Result<Option<One>, Box<Unknown>> {
    let mut links = Vec::new();
    let (section, field, body) = match resource.of {
        "AWS::ECS::TaskDefinition" => {
            ("task_definitions", "family", tasks::body(resource, values)?)
        }
        "AWS::XRay::SamplingRule" => ("sampling_rules", "RuleName", rules::body(resource, values)?),
        "AWS::IAM::Role" => ("roles", "RoleName", roles::role(resource, values)?),
        "AWS::IAM::ManagedPolicy" => {
            let (body, on_roles) = roles::policy(resource, values)?;
            links = on_roles;
            ("policies", "PolicyName", body)
        }
        "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => {
            let links = roles::inline(resource, values)?;
            return Ok(Some(One { taken: None, links }));
        }
        _ => return Ok(None),
    };
    let name = values.given_name(resource.id)?;
    let key = values.key(resource.id)?;
    let mut body = body;
    if let Value::Map(map) = &mut body.value {
        map.take(field);
        if let Some(name) = name.as_ref().filter(|name| name.interpolated) {
            let (key, key_span) = (field.to_owned(), name.span);
            map.entries.insert(0, Entry { key, key_span, value: name.clone() });
        }
    }
    let taken = Taken { section, key, body, span: resource.span };
    Ok(Some(One { taken: Some((taken, name)), links }))
}

fn refused(id: &str, unknown: Unknown) -> Diagnostic {
    let Unknown { problem, hint } = unknown;
    let message = format!("`{id}` {NOT_TAKEN}: {}", problem.message);
    let help = hint.map(|_| {
        "write it out in the template, or import what was deployed with `import --live`".to_owned()
    });
    Diagnostic { severity: Severity::Warning, message, ..problem }.maybe_help(help)
}

fn tell_of_names(nameless: &[Resource<'_>], found: &mut Diagnostics) {
    let Some(first) = nameless.first() else { return };
    let ids: Vec<_> = nameless.iter().map(|resource| resource.id).collect();
    let message = format!(
        "CloudFormation makes up names for what has none; here {} called by the logical ID: {}",
        if ids.len() == 1 { "one is" } else { "some are" },
        few(&ids)
    );
    let help = "write the names of what was deployed there to keep it, or the stack makes others";
    found.push(Diagnostic::note(message).at(first.span).help(help));
}

/// What tracewright has no kind for, by type.
fn tell_of_the_rest(template: &Template<'_>, haul: &mut Haul) {
    const OURS: [&str; 6] = [
        "AWS::ECS::TaskDefinition",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::IAM::RolePolicy",
        "AWS::XRay::SamplingRule",
    ];
    let mut counts = BTreeMap::new();
    for resource in template.resources.iter().filter(|resource| !OURS.contains(&resource.of)) {
        match section_of(resource.of) {
            Some(section) => {
                let message = format!(
                    "`{}` is left out: import does not read {} from templates",
                    resource.id, resource.of
                );
                let help = format!("write it under `{section}`");
                haul.found.push(Diagnostic::note(message).at(resource.span).help(help));
            }
            None => *counts.entry(resource.of).or_insert(0) += 1,
        }
    }
    haul.leave(&counts, template.span);
}

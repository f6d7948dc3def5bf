//! `AWS::IAM::Role`, `AWS::IAM::ManagedPolicy`, and the policies that are put on roles from outside:
//! `AWS::IAM::Policy` and `AWS::IAM::RolePolicy`.

use std::collections::HashMap;

use super::fields::{as_text, put, tags};
use super::properties::{MANAGED_POLICY, ROLE};
use super::template::Resource;
use super::values::{Unknown, Values};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Span, Value};
use crate::import::haul::{Belongs, RolePart, reference};
use crate::import::parts::{INLINE, MANAGED};

/// A policy that is put on a role from outside of it.
pub(super) struct Link {
    /// The role's name.
    role: Node,
    belongs: Belongs,
    span: Span,
}

/// The body of a role.
pub(super) fn role(resource: Resource<'_>, values: &mut Values<'_>) -> Result<Node, Box<Unknown>> {
    let properties = resource.with(&["AssumeRolePolicyDocument"])?;
    let mut body = values.fields(properties, ROLE, resource.of)?;
    if let Some(attached) = body.get(MANAGED).filter(|attached| list(attached).is_none()) {
        return Err(Unknown::wrong("`ManagedPolicyArns` is a list", attached.span));
    }
    if let Some(policies) = resource.property("Policies") {
        let span = policies.span;
        let policies = values.named("Policies", policies)?;
        let Some(items) = policies.as_ref().map_or(Some(&[][..]), list) else {
            return Err(Unknown::wrong("`Policies` is a list", span));
        };
        let mut inline = Map::default();
        for item in items {
            let member = |name: &str| item.as_map()?.get(name).filter(|value| !value.is_null());
            let (Some(name), Some(document)) = (member("PolicyName"), member("PolicyDocument"))
            else {
                let message = "a policy of a role has a `PolicyName` and a `PolicyDocument`";
                return Err(Unknown::wrong(message, item.span));
            };
            let name = policy_name(name, resource.id, values);
            if inline.get(&name).is_some() {
                return Err(Unknown::wrong(
                    format!("two of its policies are called `{name}`"),
                    item.span,
                ));
            }
            put(&mut inline, &name, document.clone());
        }
        put(&mut body, INLINE, Node::new(span, Value::Map(inline)));
    }
    if let Some(own) = body.take("Tags") {
        let value = tags(own.value);
        body.entries.push(Entry { value, ..own });
    }
    Ok(Node::new(resource.span, Value::Map(body)))
}

/// The body of a managed policy, and what it is attached to.
pub(super) fn policy(
    resource: Resource<'_>,
    values: &mut Values<'_>,
) -> Result<(Node, Vec<Link>), Box<Unknown>> {
    let properties = resource.with(&["PolicyDocument"])?;
    let body = values.fields(properties, MANAGED_POLICY, resource.of)?;
    let key = values.key(resource.id)?;
    let arn = reference(resource.span, format!("${{policy.{key}.arn}}"));
    let links = on_roles(resource, values, &Belongs::Attached(arn))?;
    Ok((Node::new(resource.span, Value::Map(body)), links))
}

/// What `AWS::IAM::Policy` or `AWS::IAM::RolePolicy` puts on roles.
pub(super) fn inline(
    resource: Resource<'_>,
    values: &mut Values<'_>,
) -> Result<Vec<Link>, Box<Unknown>> {
    resource.with(&["PolicyName"])?;
    // Source: CloudFormation's schema of `AWS::IAM::RolePolicy`, which asks for no document; IAM does.
    resource.with(&["PolicyDocument"])?;
    let computed = |values: &mut Values<'_>, name: &str| match resource.property(name) {
        Some(node) => values.named(name, node),
        None => Ok(None),
    };
    let (name, document) = (computed(values, "PolicyName")?, computed(values, "PolicyDocument")?);
    let (Some(name), Some(document)) = (name, document) else {
        return Err(Unknown::wrong("it has no `PolicyDocument`", resource.span));
    };
    let name = policy_name(&name, resource.id, values);
    on_roles(resource, values, &Belongs::Inline(name, document))
}

/// A part for each role that a policy names. What it has to do with users and groups is named.
fn on_roles(
    resource: Resource<'_>,
    values: &mut Values<'_>,
    belongs: &Belongs,
) -> Result<Vec<Link>, Box<Unknown>> {
    for whom in ["Groups", "Users"] {
        if let Some(given) = resource.property(whom) {
            let message = format!("what `{}` is to its `{whom}` is not taken over", resource.id);
            values.found.push(Diagnostic::warning(message).at(given.span));
        }
    }
    let mut links = Vec::new();
    for property in ["Roles", "RoleName"] {
        let Some(given) = resource.property(property) else { continue };
        let Some(roles) = values.named("role", given)? else { continue };
        let single = std::slice::from_ref(&roles);
        for role in list(&roles).unwrap_or(single) {
            let role = as_text(role.clone());
            if role.as_str().is_none() {
                let message = format!("`{property}` names roles, and this is {}", role.kind());
                return Err(Unknown::wrong(message, role.span));
            }
            links.push(Link { role, belongs: belongs.clone(), span: resource.span });
        }
    }
    Ok(links)
}

/// What belongs to which role. `roles` has the keys of those in the template, by their names and
/// whether these hold references.
pub(super) fn link(
    links: Vec<Link>,
    roles: &HashMap<(String, bool), String>,
    found: &mut Diagnostics,
) -> Vec<RolePart> {
    let mut parts = Vec::new();
    for Link { role, belongs, span } in links {
        let name = role.as_str().unwrap_or_default().to_owned();
        let key = roles.get(&(name.clone(), role.interpolated));
        if key.is_none() && role.interpolated {
            let message =
                "the role that this is for is not known or not taken over, and so neither is this";
            let help = "name the role in so many words, or put it into the template";
            found.push(Diagnostic::warning(message).at(role.span).help(help));
            continue;
        }
        parts.push(RolePart { role: key.cloned().unwrap_or(name), belongs, span });
    }
    parts
}

/// The name of an inline policy, which is a key and refers to nothing: of one that does, what stands
/// around the references.
fn policy_name(name: &Node, id: &str, values: &mut Values<'_>) -> String {
    let text = as_text(name.clone());
    let text = text.as_str().unwrap_or_default();
    if !name.interpolated && !text.is_empty() {
        return text.to_owned();
    }
    let parts = text.split("${").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    let parts: Vec<_> = parts.map(|part| part.trim_matches(['-', '_', '.'])).collect();
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let plain = if parts.is_empty() { id.to_owned() } else { parts.join("-") };
    let message =
        format!("an inline policy's name refers to nothing; this one is called `{plain}` here");
    values.found.push(Diagnostic::note(message).at(name.span));
    plain
}

fn list(node: &Node) -> Option<&[Node]> {
    match &node.value {
        Value::Seq(items) => Some(items),
        _ => None,
    }
}

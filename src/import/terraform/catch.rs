//! Resources of Terraform's, as resources of a stack and parts of roles.

use std::collections::BTreeMap;

use super::Refusal;
use super::attributes::{
    ATTACHMENT, ATTACHMENTS, EXCLUSIVE, INLINE, ROLE, Resource, resource, rows,
};
use super::body::members;
use super::sensitive::places;
use super::structure::{Left, check_policy, settle_containers};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Span, Value};
use crate::import::haul::{NOT_TAKEN, bodies};
use crate::import::place::Named;
use crate::import::{Belongs, Haul, RolePart, Taken};

/// A resource of Terraform's.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its type.
    pub ty: String,
    /// Terraform's address for it.
    pub address: String,
    /// Where it stands.
    pub span: Span,
    /// The key that it is to have, where its name is not a literal one.
    pub key: Option<String>,
    /// Its attributes, blocks as lists of mappings.
    pub attributes: Map,
}

/// Everything that the resources of one module or state gave.
#[derive(Debug, Default)]
pub(super) struct Catch {
    taken: Vec<Taken>,
    parts: Vec<RolePart>,
    others: BTreeMap<String, (usize, Span)>,
    /// What the resources' ARNs name, and the provider.
    pub own: Named,
    /// Where a role stands that may have more policies than are known here.
    open: Option<Span>,
    pub found: Diagnostics,
}

/// Whether resources of this type are taken over, or at least spoken of.
pub(super) fn is_known(ty: &str) -> bool {
    rows(ty).is_some() || EXCLUSIVE.contains(&ty)
}

impl Catch {
    /// Says that a resource is not taken over.
    pub(super) fn refuse(&mut self, address: &str, refusal: &Refusal, help: Option<&str>) {
        let message = format!("`{address}` {NOT_TAKEN}: {}", refusal.because);
        let problem = Diagnostic::warning(message).at(refusal.span);
        self.found.push(problem.maybe_help(help.map(str::to_owned)));
    }

    /// Says what is left out of a resource because nothing is known of it.
    pub(super) fn leave_out(&mut self, address: &str, names: &[&str], span: Span) {
        if !names.is_empty() {
            let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            let message =
                format!("`{address}`: {} is not known here, and left out", names.join(", "));
            self.found.push(Diagnostic::warning(message).at(span));
        }
    }

    /// Counts a resource of a type that is of no concern here.
    pub(super) fn pass(&mut self, ty: &str, span: Span) {
        self.others.entry(ty.to_owned()).or_insert((0, span)).0 += 1;
    }

    /// Takes a resource in.
    pub(super) fn add(&mut self, found: &Found) -> Result<(), Refusal> {
        if EXCLUSIVE.contains(&found.ty.as_str()) {
            let message = format!(
                "`{}` is left out: a role of a stack has no policies but those the stack names",
                found.address
            );
            self.found.push(Diagnostic::note(message).at(found.span));
            return Ok(());
        }
        let Some(rows) = rows(&found.ty) else {
            self.pass(&found.ty, found.span);
            return Ok(());
        };
        let members = members(rows, &found.attributes)?;
        if let Some(arn) = found.attributes.get("arn") {
            self.own.look(arn);
        }
        match resource(&found.ty) {
            Some(resource) => {
                let mut left = Left::new();
                self.taken.push(taken(found, resource, members, &mut left)?);
                // State has what is attached to a role; files, and state of older versions, have not.
                if found.ty == ROLE && found.attributes.get("managed_policy_arns").is_none() {
                    self.open.get_or_insert(found.span);
                }
                let names: Vec<_> = left.iter().map(|(name, _)| name.as_str()).collect();
                self.leave_out(
                    &found.address,
                    &names,
                    left.first().map_or(found.span, |(_, at)| *at),
                );
            }
            None => self.part(found, Map { entries: members })?,
        }
        let known =
            |key: &str| rows.iter().any(|(name, _)| *name == key) || is_name(&found.ty, key);
        let is_left = |entry: &&Entry| !known(&entry.key) && !is_empty(&entry.value);
        let left: Vec<_> = found.attributes.entries.iter().filter(is_left).collect();
        let names: Vec<_> = left.iter().map(|entry| entry.key.as_str()).collect();
        if let Some(first) = left.first() {
            self.leave_out(&found.address, &names, first.key_span);
        }
        Ok(())
    }

    fn part(&mut self, found: &Found, mut members: Map) -> Result<(), Refusal> {
        let missing = |what: &str| Refusal::new(found.span, format!("it has no `{what}`"));
        let mut needed =
            |what: &str| members.take(what).map(|entry| entry.value).ok_or_else(|| missing(what));
        let text = |node: &Node| match node.as_str() {
            Some(text) if !node.interpolated => Ok(text.to_owned()),
            _ => Err(Refusal::new(node.span, "which role this is does not stand here")),
        };
        let span = found.span;
        match found.ty.as_str() {
            INLINE => {
                let (role, name) = (text(&needed("role")?)?, text(&needed("name")?)?);
                let document = needed("policy")?;
                check_policy(&document)?;
                self.parts.push(RolePart { role, belongs: Belongs::Inline(name, document), span });
            }
            ATTACHMENT => {
                let (role, arn) = (text(&needed("role")?)?, needed("policy_arn")?);
                self.parts.push(RolePart { role, belongs: Belongs::Attached(arn), span });
            }
            ATTACHMENTS => {
                let arn = needed("policy_arn")?;
                let mut names = |what: &str| match members.take(what).map(|list| list.value.value) {
                    Some(Value::Seq(items)) => items,
                    _ => Vec::new(),
                };
                let (roles, users, groups) = (names("roles"), names("users"), names("groups"));
                for role in &roles {
                    let belongs = Belongs::Attached(arn.clone());
                    self.parts.push(RolePart { role: text(role)?, belongs, span });
                }
                self.leave_others(found, &users, &groups);
            }
            _ => {}
        }
        Ok(())
    }

    /// Names the users and groups that a policy is attached to: a stack has none.
    fn leave_others(&mut self, found: &Found, users: &[Node], groups: &[Node]) {
        for (what, nodes) in [("users", users), ("groups", groups)] {
            let names: Vec<_> = nodes.iter().filter_map(Node::as_str).collect();
            if !names.is_empty() {
                let message = format!(
                    "`{}` attaches the policy to the {what} {}, which is not taken over",
                    found.address,
                    names.join(", ")
                );
                self.found.push(Diagnostic::warning(message).at(found.span));
            }
        }
    }

    /// Everything that was taken in.
    pub(super) fn bodies(&self) -> impl Iterator<Item = &Node> {
        bodies(&self.taken, &self.parts)
    }

    /// Hands everything over.
    pub(super) fn into_haul(mut self, haul: &mut Haul) {
        let before = haul.taken.len();
        for taken in self.taken {
            places(&taken.body, &mut self.found.hidden);
            let same = |known: &Taken| known.section == taken.section && known.key == taken.key;
            if let Some(at) = haul.taken[before..].iter().position(same) {
                let known = &haul.taken[before + at];
                if known.body.to_json() != taken.body.to_json() {
                    let message = format!(
                        "`{}` of `{}` is here twice, and not the same; this one is left out, the later one is taken",
                        known.key, known.section
                    );
                    self.found.push(Diagnostic::warning(message).at(known.span));
                }
                haul.taken.remove(before + at);
            }
            haul.taken.push(taken);
        }
        haul.parts.extend(self.parts);
        haul.own.extend(self.own);
        if let Some(span) = self.open {
            haul.tell_of_exclusion("Terraform", span);
        }
        haul.found.hidden.extend(self.found.hidden);
        haul.found.all.extend(self.found.all);
        let counts = self.others.iter().map(|(ty, (count, _))| (ty.as_str(), *count)).collect();
        if let Some(span) = self.others.values().map(|(_, span)| *span).min() {
            haul.leave(&counts, span);
        }
    }
}

fn taken(
    found: &Found,
    resource: &Resource,
    mut members: Vec<Entry>,
    left: &mut Left,
) -> Result<Taken, Refusal> {
    let (attribute, field) = resource.name;
    let name = found.attributes.entries.iter().find(|entry| entry.key == attribute);
    let literal =
        name.filter(|name| !name.value.interpolated).and_then(|name| name.value.spelled());
    let literal = literal.filter(|name| !name.is_empty());
    let key = match (found.key.as_ref(), literal.as_ref()) {
        (Some(key), _) | (None, Some(key)) => key.clone(),
        (None, None) => {
            return Err(Refusal::new(found.span, format!("it has no `{attribute}`")));
        }
    };
    if let Some(name) = name.filter(|_| literal.as_ref() != Some(&key)) {
        members.insert(0, Entry { key: field.to_owned(), ..name.clone() });
    }
    for member in &mut members {
        match member.key.as_str() {
            "containerDefinitions" => settle_containers(&mut member.value, left)?,
            "AssumeRolePolicyDocument" | "PolicyDocument" => check_policy(&member.value)?,
            "InlinePolicies" => {
                let all = member.value.as_map().into_iter().flat_map(|map| &map.entries);
                all.map(|entry| &entry.value).try_for_each(check_policy)?;
            }
            _ => {}
        }
    }
    let body = Node::new(found.span, Value::Map(Map { entries: members }));
    Ok(Taken { section: resource.section, key, body, span: found.span })
}

fn is_name(ty: &str, key: &str) -> bool {
    resource(ty).is_some_and(|resource| resource.name.0 == key)
        // Terraform's own, which state has for every resource.
        || key == "timeouts"
}

/// Whether a value is one that Terraform fills in for what is not set.
fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Seq(items) => items.iter().all(is_empty),
        Value::Map(map) => map.entries.iter().all(|entry| is_empty(&entry.value)),
    }
}

//! AWS's own documents: what the CLI takes, what it prints, and the bare ones.

use super::account;
use super::haul::{Belongs, Haul, NOT_TAKEN, RolePart, Taken, fitting};
use super::policy_documents::{self, Told, tell};
use crate::document::{Diagnostic, Entry, Map, Node, Span, Value};
use crate::kinds;

/// What a trust policy is called in a role.
const TRUST: &str = "AssumeRolePolicyDocument";
/// What a policy's document is called.
pub(super) const DOCUMENT: &str = "PolicyDocument";
/// What is in the list of `get-sampling-rules`.
const RECORDS: &str = "SamplingRuleRecords";
/// What `get-role` does not show.
const POLICIES: &[&str] = &["ManagedPolicies", "InlinePolicies"];

/// Takes what a document holds. What has no name in there is `called` so. Whether it is one of the
/// documents that are known here; if not, nothing was said yet.
pub(super) fn take(document: &Node, called: &str, haul: &mut Haul) -> bool {
    match &document.value {
        Value::Seq(items) if !items.is_empty() && items.iter().all(is_container) => {
            containers(document.clone(), called, haul);
            true
        }
        Value::Map(_) if is_container(document) => {
            let list = vec![document.clone()];
            containers(Node::new(document.span, Value::Seq(list)), called, haul);
            true
        }
        _ if policies(document, called, haul) => true,
        Value::Seq(items) => {
            let one = items.len() == 1;
            let name =
                |n: usize| if one { called.to_owned() } else { format!("{called}-{}", n + 1) };
            // All of them, though one may not be known.
            let known = items.iter().enumerate().map(|(n, item)| take(item, &name(n), haul));
            known.filter(|known| *known).count() > 0
        }
        Value::Map(map) => {
            records(document, map, haul)
                || update(map, haul)
                || account::own(document, map, haul)
                || whole(document, map, called, haul)
                || part(document, map, haul)
                || account::take(map, haul)
        }
        _ => false,
    }
}

/// The rules of `get-sampling-rules`. Each is taken alone, though all stand in one document: that is
/// their place.
fn records(document: &Node, map: &Map, haul: &mut Haul) -> bool {
    let Some(Value::Seq(records)) = map.get(RECORDS).map(|list| &list.value) else { return false };
    for record in records {
        let alone = Node::new(document.span, record.value.clone());
        if !record.as_map().is_some_and(|map| whole(&alone, map, "", haul)) {
            let message = "a record has no rule with a name in it";
            let help = "it should be as `aws xray get-sampling-rules` prints it";
            haul.found.push(Diagnostic::error(message).at(record.span).help(help));
        }
    }
    !records.is_empty()
}

/// The input of `update-sampling-rule`, which has what changes of a rule and may not have the rest.
fn update(map: &Map, haul: &mut Haul) -> bool {
    let Some(inner) = map.get("SamplingRuleUpdate") else { return false };
    let Some(name) = kinds::of("sampling_rules").holds(map, "NAME").pop() else {
        return false;
    };
    let has = |name: &&str| inner.as_map().is_some_and(|rule| rule.get(name).is_some());
    if ["Priority", "FixedRate", "ReservoirSize"].iter().all(has) {
        return false;
    }
    let message = format!("`{name}` {NOT_TAKEN}: this changes a rule and does not say all of it");
    let live = format!("or import it with `--live --match {name}`");
    let problem = Diagnostic::warning(message).at(inner.span);
    haul.found.push(problem.help("bring the answer of `aws xray get-sampling-rules`").help(live));
    true
}

/// A document that is one resource.
fn whole(document: &Node, map: &Map, called: &str, haul: &mut Haul) -> bool {
    let before = haul.taken.len();
    for kind in kinds::ALL {
        for name in kind.holds(map, &fitting(called, kind.longest_name())) {
            if map.get("Role").is_some() {
                haul.unseen.insert(name.clone(), POLICIES);
            }
            push(kind.section(), &name, document.clone(), haul);
        }
    }
    haul.taken.len() > before
}

/// The input of `put-role-policy` and of `attach-role-policy`.
fn part(document: &Node, map: &Map, haul: &mut Haul) -> bool {
    let Some(role) = map.get("RoleName").and_then(Node::as_str) else { return false };
    let inline = || {
        let name = map.get("PolicyName")?.as_str()?;
        Some(Belongs::Inline(name.to_owned(), map.get(DOCUMENT)?.clone()))
    };
    let attached = || Some(Belongs::Attached(map.get("PolicyArn")?.clone()));
    let Some(belongs) = inline().or_else(attached) else { return false };
    let span = document.span;
    haul.parts.push(RolePart { role: role.to_owned(), belongs, span });
    true
}

/// Policy documents that stand alone: who may assume a role, and what something may do. Where there
/// is one of the first, the others are that role's.
fn policies(document: &Node, called: &str, haul: &mut Haul) -> bool {
    let all = policy_documents::documents(document);
    let (mut trusts, mut permissions) = (Vec::new(), Vec::new());
    for (n, one) in all.iter().enumerate() {
        let alone = if all.len() == 1 { called.to_owned() } else { format!("{called}-{}", n + 1) };
        let name = one.name.map_or(alone, str::to_owned);
        match tell(one.document) {
            Err(problem) => haul.found.push(problem),
            Ok(Told::Trust(trust)) => trusts.push((name, trust)),
            Ok(Told::Permissions(document)) => permissions.push((name, document)),
            Ok(Told::Both { trust, permissions: allowed }) => {
                let message = "who may assume the role and what it may do stand in one document, \
                               which IAM does not take: they are told apart";
                haul.found.push(Diagnostic::note(message).at(one.document.span));
                trusts.push((name.clone(), apart(trust)));
                permissions.push((name, apart(allowed)));
            }
        }
    }
    if let ([(_, trust)], false) = (trusts.as_slice(), permissions.is_empty()) {
        let (span, called) = (document.span, &fitting(called, kinds::of("roles").longest_name()));
        if all.len() > 1 {
            let message = format!("what may be done belongs to the role `{called}` here");
            haul.found.push(Diagnostic::note(message).at(span));
        }
        push("roles", called, made(span, [(TRUST, trust.clone())]), haul);
        haul.parts.extend(permissions.into_iter().map(|(name, document)| RolePart {
            role: called.clone(),
            belongs: Belongs::Inline(name, document),
            span,
        }));
        return true;
    }
    for (name, trust) in trusts {
        push("roles", &name, made(trust.span, [(TRUST, trust)]), haul);
    }
    for (name, document) in permissions {
        push("policies", &name, made(document.span, [(DOCUMENT, document)]), haul);
    }
    !all.is_empty()
}

/// A document that is not what stands in its file.
fn apart(mut document: Node) -> Node {
    document.span.end = document.span.start;
    document
}

pub(super) fn push(section: &'static str, key: &str, body: Node, haul: &mut Haul) {
    let span = body.span;
    let key = fitting(key, kinds::of(section).longest_name());
    haul.taken.push(Taken { section, key, body, span });
}

/// A mapping that stands in no file.
pub(super) fn made(span: Span, fields: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    let span = Span::new(span.file, span.start, span.start);
    let entry = |(key, value): (&str, Node)| Entry { key: key.to_owned(), key_span: span, value };
    let entries = fields.into_iter().map(entry).collect();
    Node::new(span, Value::Map(Map { entries }))
}

/// Containers on their own, as Terraform has them.
fn containers(list: Node, called: &str, haul: &mut Haul) {
    let body = made(list.span, [("containerDefinitions", list)]);
    push("task_definitions", called, body, haul);
}

fn is_container(item: &Node) -> bool {
    item.as_map().is_some_and(|map| map.get("name").is_some() && map.get("image").is_some())
}
